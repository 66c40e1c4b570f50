package flow

import (
	"reflect"

	"github.com/stepwright/stepwright/flow/internal/shape"
	"github.com/stepwright/stepwright/value"
)

// The functions on lists give a list for 0, 1 and more elements. JSONata by itself makes one result a value of its
// own and none nothing at all, so what they emit stands in brackets. A list that is absent or null, as a nil slice
// of a handler arrives, has no elements.

// listOf keeps what JSONata might collapse a list.
func listOf(n *node) *node {
	l := form("[", n, "]")
	l.list, l.brackets = true, true
	return l
}

// gather is the list of what body gives for the elements of all: the results of mapping, or those elements for which
// keep holds. Results that may be lists themselves are put together one by one, because $map and $filter pour out a
// list that is their only result.
func (f *Flow) gather(all *node, e *root, body, keep *node, t reflect.Type) *node {
	switch {
	case mayBeList(t):
		return f.oneByOne(all, e, body, func(*node) *node { return keep })
	case keep != nil:
		return listOf(call("$filter", all, lambda([]*root{e}, keep)))
	}
	return listOf(call("$map", all, lambda([]*root{e}, body)))
}

// mayBeList tells whether a value of type t may be a list in JSON.
func mayBeList(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Slice, reflect.Array, reflect.Interface, reflect.Pointer:
		return true
	}
	return false
}

// oneByOne is the list of what body gives for the elements of all, without those for which keep does not hold; keep
// gets the list so far, and may give nil.
func (f *Flow) oneByOne(all *node, e *root, body *node, keep func(so *node) *node) *node {
	done := f.param(reflect.TypeFor[[]any]())
	done.closed = true
	so := &node{kind: refNode, prec: tight, root: done}
	whole := &node{kind: listNode, prec: tight, list: true, kids: []*node{body}}
	if !constructs(body) {
		whole.kids[0] = listOf(body)
	}
	more := call("$append", so, whole)
	if !body.list {
		more = choose(infix("=", precCmp, call("$type", body), text("array")), more, call("$append", so, body))
	}
	if test := keep(so); test != nil {
		more = choose(test, more, so)
	}
	return listOf(call("$reduce", all, lambda([]*root{done, e}, more), constant(value.Array())))
}

// Count is how many elements a list has.
func Count[T any](f *Flow, l *[]T) *int {
	n := call("$count", asList(f.operand(l)))
	n.opt = 0
	return calc[int](f, n)
}

// Sum is the sum of a list of numbers; 0 when it is empty.
func Sum[T numeric](f *Flow, l *[]T) *T {
	n := call("$sum", asList(f.operand(l)))
	n.opt = 0
	return calc[T](f, n)
}

// At is the element number i of a list, counted from 0, or from the end when i is negative. It is absent when there
// is none.
func At[T any](f *Flow, l *[]T, i *int) *T {
	return calc[T](f, element[T](f.operand(l), f.needed(i, "the number of an element")))
}

// First is the first element of a list; absent when the list is empty.
func First[T any](f *Flow, l *[]T) *T {
	return calc[T](f, element[T](f.operand(l), constant(value.Int(0))))
}

// Last is the last element of a list; absent when the list is empty.
func Last[T any](f *Flow, l *[]T) *T {
	return calc[T](f, element[T](f.operand(l), constant(value.Int(-1))))
}

func element[T any](l, i *node) *node {
	n := form(l, "[", i, "]")
	n.need[0] = tight
	n.opt = shape.Absent | elementOpt(reflect.TypeFor[T]())
	if !l.list || reflect.TypeFor[T]().Kind() == reflect.Slice { // null, as a nil slice of a handler arrives, counts as a list of itself there
		n.opt |= shape.Null
	}
	return n
}

// Append is the elements of a and then those of b.
func Append[T any](f *Flow, a, b *[]T) *[]T {
	return calc[[]T](f, listOf(call("$append", asList(f.operand(a)), asList(f.operand(b)))))
}

// Flatten is the elements of all lists of a list, in order.
func Flatten[T any](f *Flow, l *[][]T) *[]T {
	all := asList(f.operand(l))
	a, b := f.param(reflect.TypeFor[[]T]()), f.param(reflect.TypeFor[[]T]())
	x, y := &node{kind: refNode, prec: tight, root: a}, &node{kind: refNode, prec: tight, root: b}
	join := lambda([]*root{a, b}, call("$append", x, asList(y)))
	return calc[[]T](f, listOf(call("$reduce", all, join, constant(value.Array()))))
}

// Distinct is a list without what is there twice.
func Distinct[T any](f *Flow, l *[]T) *[]T {
	list, t := asList(f.operand(l)), reflect.TypeFor[T]()
	if !mayBeList(t) {
		return calc[[]T](f, listOf(call("$distinct", list)))
	}
	e, other := f.param(t), f.param(t) // $distinct pours out a list that is its only result
	e.closed, other.closed = true, true
	x, y := &node{kind: refNode, prec: tight, root: e}, &node{kind: refNode, prec: tight, root: other}
	return calc[[]T](f, f.oneByOne(list, e, x, func(so *node) *node {
		return call("$not", call("$exists", call("$filter", so, lambda([]*root{other}, infix("=", precCmp, y, x)))))
	}))
}

// Map is the list of what each gives for every element. An element for which it is absent or null is left out, unless
// U itself may be null.
func Map[T, U any](f *Flow, l *[]T, each func(e *T) *U) *[]U {
	list := asList(f.operand(l))
	var body *node
	e := over(f, func(e *T) { body = f.operand(each(e)) })
	switch reflect.TypeFor[U]().Kind() {
	case reflect.Pointer, reflect.Map, reflect.Interface: // null is a value of theirs
	default:
		body = noNull(body)
	}
	return calc[[]U](f, f.gather(list, e, body, nil, reflect.TypeFor[U]()))
}

// Filter is the elements for which keep holds.
func Filter[T any](f *Flow, l *[]T, keep func(e *T) Condition) *[]T {
	list := asList(f.operand(l))
	var cond *node
	e := over(f, func(e *T) { cond = f.operand(keep(e)) })
	return calc[[]T](f, f.gather(list, e, &node{kind: refNode, prec: tight, root: e}, cond, reflect.TypeFor[T]()))
}

// SortBy is a list in the order of what key gives for its elements, smallest first. Equal ones keep their order.
// Elements without a key come first.
func SortBy[T any, K ordered](f *Flow, l *[]T, key func(e *T) *K) *[]T {
	list := asList(f.operand(l))
	var a, b *node
	fn := []*root{over(f, func(e *T) { a = f.operand(key(e)) }), over(f, func(e *T) { b = f.operand(key(e)) })}
	later := infix(">", precCmp, a, b)
	if a.opt != 0 {
		later = chain("and", precAnd, []*node{present(a), chain("or", precOr, []*node{call("$not", present(b)), later})})
	}
	return calc[[]T](f, listOf(call("$sort", list, lambda(fn, later))))
}

// param is a parameter of a function in an expression.
func (f *Flow) param(t reflect.Type) *root {
	return f.m.newRoot(t, &root{kind: paramRoot, of: "the element", sc: f.sc})
}

// over hands an element to body, which writes a function about it.
func over[T any](f *Flow, body func(e *T)) *root {
	t := reflect.TypeFor[T]()
	r := f.param(t)
	if k := t.Kind(); k == reflect.Pointer || k == reflect.Map || k == reflect.Interface {
		r.opt = shape.Null
	}
	f.m.lambdas++
	body(r.ptr().(*T))
	f.m.lambdas--
	r.closed = true
	return r
}
