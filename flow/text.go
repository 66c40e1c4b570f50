package flow

import (
	"strconv"

	"github.com/stepwright/stepwright/value"
)

// Text joins constants and references to one text. What is absent or null counts as empty. Numbers are written as
// JavaScript does, with at most 15 significant digits: 0.1 + 0.2 becomes 0.3, and an integer of 16 digits loses its
// last one; hand those over as text. Times stand as the value has them, and lists and objects as JSON.
func Text(f *Flow, parts ...any) *string { return calc[string](f, f.text(parts)) }

func (f *Flow) text(parts []any) *node {
	var all []*node
	for _, p := range parts {
		n := f.node(p)
		if n.kind == constNode {
			s := n.v.Str()
			switch {
			case n.v.IsNull():
			case !n.v.IsString():
				s = stringified(n.v).String()
			}
			if last := len(all) - 1; last >= 0 && all[last].kind == constNode {
				all[last] = text(all[last].v.Str() + s)
				continue
			}
			n = text(s)
		} else {
			n = noNull(n) // & would write "null"
		}
		all = append(all, n)
	}
	switch {
	case len(all) == 0:
		return text("")
	case len(all) == 1 && all[0].kind != constNode:
		all = append([]*node{text("")}, all...)
	}
	return chain("&", precAdd, all)
}

// stringified is a constant with its numbers as JSONata's $string writes them.
func stringified(v value.Value) value.Value {
	switch v.Kind() {
	case value.NumberKind:
		x, err := strconv.ParseFloat(strconv.FormatFloat(v.Float(), 'g', 15, 64), 64)
		if err != nil || x == 0 {
			return value.Int(0)
		}
		return value.Float(x)
	case value.ArrayKind:
		items := make([]value.Value, v.Len())
		for i, x := range v.Elements() {
			items[i] = stringified(x)
		}
		return value.Array(items...)
	case value.ObjectKind:
		var b value.Builder
		for name, x := range v.Members() {
			b.Set(name, stringified(x))
		}
		return b.Object()
	default:
		return v
	}
}

// Lower is v in lower case.
func Lower(f *Flow, v *string) *string { return calc[string](f, call("$lowercase", f.there(v))) }

// Upper is v in upper case.
func Upper(f *Flow, v *string) *string { return calc[string](f, call("$uppercase", f.there(v))) }

// Trim is v without blanks at its ends, and with runs of blanks inside made one.
func Trim(f *Flow, v *string) *string { return calc[string](f, call("$trim", f.there(v))) }

// Replace is v with every old replaced by new.
func Replace(f *Flow, v *string, old, replacement string) *string {
	if old == "" {
		f.m.report(diagnosis{code: "empty-text", message: "Replace looks for an empty text", hint: "say what is to be replaced"})
	}
	return calc[string](f, call("$replace", f.there(v), f.node(old), f.node(replacement)))
}

// Slice is the characters of v from number from, counted from 0, up to but without number to. A negative from counts
// from the end; to below zero means up to the end. Characters are Unicode's, not bytes.
func Slice(f *Flow, v *string, from, to int) *string {
	args := []*node{f.there(v), constant(value.Int(from))}
	switch {
	case to >= 0 && from < 0: // how many there are depends on the length
		length := call("$length", args[0])
		most := func(n *node) *node {
			return call("$max", &node{kind: listNode, prec: tight, list: true, kids: []*node{constant(value.Int(0)), n}})
		}
		args = append(args, most(infix("-", precAdd, constant(value.Int(to)), most(infix("+", precAdd, length, constant(value.Int(from)))))))
	case to >= 0:
		args = append(args, constant(value.Int(max(0, to-from))))
	}
	return calc[string](f, call("$substring", args...))
}

// Split is the parts of v between the separators.
func Split(f *Flow, v *string, by string) *[]string {
	n := call("$split", f.there(v), f.node(by))
	return calc[[]string](f, listOf(n))
}

// Join is the texts of a list with a separator between them.
func Join(f *Flow, v *[]string, by string) *string {
	n := call("$join", asList(f.operand(v)), f.node(by))
	n.opt = 0
	return calc[string](f, n)
}

// String is a number as text, spelled as Text does.
func String[T numeric](f *Flow, v *T) *string { return calc[string](f, call("$string", f.there(v))) }

// there is the value of v for JSONata's functions, which have no answer for null: it counts as absent.
func (f *Flow) there(v any) *node { return noNull(f.operand(v)) }
