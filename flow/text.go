package flow

import (
	"github.com/stepwright/stepwright/value"
)

// Text joins constants and references to one text. What is absent or null counts as empty.
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
				s = n.v.String()
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

// Lower is v in lower case.
func Lower(f *Flow, v *string) *string { return calc[string](f, call("$lowercase", f.node(v))) }

// Upper is v in upper case.
func Upper(f *Flow, v *string) *string { return calc[string](f, call("$uppercase", f.node(v))) }

// Trim is v without blanks at its ends, and with runs of blanks inside made one.
func Trim(f *Flow, v *string) *string { return calc[string](f, call("$trim", f.node(v))) }

// Replace is v with every old replaced by new.
func Replace(f *Flow, v *string, old, replacement string) *string {
	if old == "" {
		f.m.report(diagnosis{code: "empty-text", message: "Replace looks for an empty text", hint: "say what is to be replaced"})
	}
	return calc[string](f, call("$replace", f.node(v), f.node(old), f.node(replacement)))
}

// Slice is the characters of v from number from, counted from 0, up to but without number to. A negative from counts
// from the end; to below zero means up to the end.
func Slice(f *Flow, v *string, from, to int) *string {
	args := []*node{f.node(v), constant(value.Int(from))}
	if to >= 0 {
		args = append(args, constant(value.Int(max(0, to-from))))
	}
	return calc[string](f, call("$substring", args...))
}

// Split is the parts of v between the separators.
func Split(f *Flow, v *string, by string) *[]string {
	n := call("$split", f.node(v), f.node(by))
	return calc[[]string](f, listOf(n))
}

// Join is the texts of a list with a separator between them.
func Join(f *Flow, v *[]string, by string) *string {
	n := call("$join", asList(f.node(v)), f.node(by))
	n.opt = 0
	return calc[string](f, n)
}

// String is a number as text.
func String[T numeric](f *Flow, v *T) *string { return calc[string](f, call("$string", f.node(v))) }
