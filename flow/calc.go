package flow

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/stepwright/stepwright/flow/internal/shape"
	"github.com/stepwright/stepwright/value"
)

// calc makes a computed value: a recipe, worked out wherever it is used.
func calc[T any](f *Flow, n *node) *T {
	m := f.m
	m.seq++
	n, size := f.bounded(n)
	r := m.newRoot(reflect.TypeFor[T](), &root{kind: calcRoot, of: "a computed value", calc: n, sc: f.sc, made: f.sc.open, opt: n.opt, list: n.list, size: size})
	r.vars = variablesIn(n, nil)
	return r.ptr().(*T)
}

// maxParts is how many parts an expression may have: more would not fit into a document.
const maxParts = 200_000

// bounded is n and how many parts it has when it is written out, or nothing when that are too many. A value that is
// used twice in the one that is used twice in the next one, and so on, soon is.
func (f *Flow) bounded(n *node) (*node, int) {
	size := f.parts(n)
	if size <= maxParts {
		return n, size
	}
	f.m.report(diagnosis{
		code: "too-large", message: fmt.Sprintf("the value takes %d parts when it is written out, more than a document holds", size),
		hint: "a computed value is written out wherever it is used, OrElse and If write theirs twice: keep what is used several times in a variable, with flow.Assign",
	})
	return &node{kind: constNode, prec: tight, v: value.Null, opt: n.opt, list: n.list}, 1
}

func (f *Flow) parts(n *node) int {
	if n.kind == refNode {
		switch r := n.root; {
		case r.kind == calcRoot:
			return r.size
		case r.size > 1 && slices.ContainsFunc(f.sc.open, func(e *edge) bool { return e.binds(r) }):
			return r.size // it is assigned on the way that is open: there its source stands for it
		}
		return 1
	}
	size := 1
	for _, k := range n.kids {
		size += f.parts(k)
	}
	return size
}

// variablesIn lists the variables of Var that n depends on.
func variablesIn(n *node, found []*root) []*root {
	if n.kind == refNode {
		switch r := n.root; {
		case r.kind == calcRoot:
			for _, v := range r.vars {
				if !slices.Contains(found, v) {
					found = append(found, v)
				}
			}
		case r.mutable && !slices.Contains(found, r):
			found = append(found, r)
		}
	}
	for _, k := range n.kids {
		found = variablesIn(k, found)
	}
	return found
}

// If is one of two values, without a state.
func If[T any](f *Flow, cond Condition, then, otherwise *T) *T {
	c := f.capture()
	n, yes, no := cond.capture(c)
	a, b := *c, *c
	a.facts, b.facts = c.facts.with(yes), c.facts.with(no)
	return calc[T](f, choose(n, a.any(then), b.any(otherwise)))
}

// Maybe is v when cond holds; else the field that it is put into is left out.
func Maybe[T any](f *Flow, cond Condition, v *T) *T {
	c := f.capture()
	n, yes, _ := cond.capture(c)
	c.facts = c.facts.with(yes)
	then := c.any(v)
	if reflect.TypeFor[T]().Kind() == reflect.Slice && !then.list { // a nil slice is null, which asking for cond does not find out
		x := *then
		x.opt |= shape.Null
		then = &x
	}
	return calc[T](f, choose(n, then, nil))
}

// OrElse is v, or other when v is absent or null.
func OrElse[T any](f *Flow, v, other *T) *T { return If(f, Exists(v), v, other) }

// Merge is a with every member that b has put over it.
func Merge[T any](f *Flow, a, b *T) *T {
	x, y := noNull(f.operand(a)), noNull(f.operand(b))
	n := call("$merge", &node{kind: listNode, prec: tight, list: true, kids: []*node{x, y}})
	n.opt = 0
	return calc[T](f, n)
}

// Key is the entry k of a map. Whether there is one shows at run time, so it may be absent.
func Key[V any](f *Flow, m *map[string]V, k *string) *V {
	n := call("$lookup", f.operand(m), f.needed(k, "the key"))
	n.opt = shape.Absent | shape.Null
	return calc[V](f, n)
}

// Shape looks at a value of open type (any, json.RawMessage, a struct of another package) as a T. Nothing checks
// that it is one.
func Shape[T, U any](f *Flow, v *U, as T) *T {
	_ = as
	return calc[T](f, f.operand(v))
}

// JSON is v as JSON text. Its numbers are spelled as Text does.
func JSON[T any](f *Flow, v *T) *string {
	return calc[string](f, jsonText(f.operand(v), reflect.TypeFor[T]()))
}

// jsonText is a value of type t as JSON text. $string leaves a text as it is, without quotes.
func jsonText(n *node, t reflect.Type) *node {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case n.kind == constNode:
		return text(stringified(n.v).String())
	case t.Kind() == reflect.String:
		if n.opt&shape.Absent != 0 {
			return choose(call("$exists", n), quotedText(n), nil)
		}
		return quotedText(n)
	case t.Kind() == reflect.Interface, shape.Of(t).Marshals:
		return choose(isText(n), quotedText(n), call("$string", n))
	default:
		return call("$string", n)
	}
}

// quotedText is a text as JSON text: that of a list of it, without the brackets.
func quotedText(n *node) *node {
	list := call("$string", &node{kind: listNode, prec: tight, list: true, kids: []*node{n}})
	out := form("$replace(", list, `, /^.|.$/, "")`)
	out.opt = n.opt
	return out
}

func isText(n *node) *node { return infix("=", precCmp, call("$type", n), text("string")) }

// Parse reads JSON text as a T. Text that is no JSON fails the state it is used in with States.QueryEvaluationError.
// Nothing checks that it is a T.
func Parse[T any](f *Flow, v *string, as T) *T {
	_ = as
	return calc[T](f, call("$parse", f.there(v)))
}

// Hash is the hash of a text in lower-case hexadecimal digits. The algorithm is one of MD5, SHA-1, SHA-256, SHA-384
// and SHA-512.
func Hash(f *Flow, v *string, algorithm string) *string {
	known := []string{"MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512"}
	if !slices.Contains(known, algorithm) {
		f.m.report(diagnosis{code: "unknown-algorithm", message: "there is no hash algorithm " + value.String(algorithm).String(), hint: "use MD5, SHA-1, SHA-256, SHA-384 or SHA-512"})
	}
	return calc[string](f, call("$hash", f.there(v), text(algorithm)))
}
