package flow

import (
	"fmt"
	"reflect"

	"github.com/stepwright/stepwright/flow/internal/shape"
	"github.com/stepwright/stepwright/value"
)

// This file is for authors of integration packages. A step of such a package is Do with a Call. What its arguments
// need beyond Go structs with pointer fields, such as DynamoDB's typed values, is written as an Expr by a Lazy.

// An Expr is a value as the document will have it: a constant, a reference, a literal that mixes both, or an
// expression. It can stand wherever arguments may, and is never looked into again.
type Expr struct{ n *node }

// Lazy is a value that is written when the place where it stands is known. It returns anything that arguments may
// hold, an Expr for example.
type Lazy func(*Ctx) any

// Ctx turns values into expressions.
type Ctx struct{ c *capture }

// Value is v as an expression: v is a pointer into a value of the workflow, a constant, or a literal that mixes both.
func (c *Ctx) Value(v any) Expr {
	n := c.c.any(v)
	if p := reflect.ValueOf(v); n == nothing && p.Kind() == reflect.Pointer && p.IsNil() {
		return Expr{nobody}
	}
	return Expr{look(n)}
}

// JSONata is an expression with holes $1, $2, … for the others. Its syntax and names are checked as the hatch's are.
func (c *Ctx) JSONata(src string, holes ...Expr) Expr {
	nodes := make([]*node, len(holes))
	for i, h := range holes {
		nodes[i] = h.n
	}
	return Expr{c.c.f.hatch(src, nodes)}
}

// JSON is a value of type t as JSON text.
func (c *Ctx) JSON(e Expr, t reflect.Type) Expr { return Expr{jsonText(e.n, t)} }

// Report adds a diagnostic about the author's call that is being made, and about its step if it makes one.
func (c *Ctx) Report(code, message, hint string) {
	m := c.c.f.m
	step := m.making
	if step == nil { // a result is taken apart while the document is written
		step = m.w.step
	}
	m.report(diagnosis{step: step, code: code, message: message, hint: hint})
}

// Need reports e if it may be absent; what says what it is needed for.
func (c *Ctx) Need(e Expr, what string) { c.c.f.m.need(e.n, what) }

// Constant gives the JSON of an expression that is constant.
func (e Expr) Constant() (value.Value, bool) { return e.n.v, e.n.kind == constNode }

// Optional tells whether the value may be absent or null.
func (e Expr) Optional() bool { return e.n.opt != 0 }

// Member is the member called name.
func (e Expr) Member(name string) Expr { return Expr{pick(e.n, []shape.Seg{{Name: name}})} }

// Field is the member of a Go struct's field, which may be absent if encoding/json may leave it out.
func (e Expr) Field(f Member) Expr {
	n := pick(e.n, []shape.Seg{{Name: f.Name, Opt: f.opt}})
	return Expr{n}
}

// List is e as a list: without elements when it is null or absent.
func (e Expr) List() Expr { return Expr{asList(e.n)} }

// Maybe is e, which may be absent.
func (e Expr) Maybe() Expr {
	n := *e.n
	n.opt |= shape.Absent
	return Expr{&n}
}

// Sure is e where it is known to be there.
func (e Expr) Sure() Expr {
	if e.n.opt == 0 {
		return e
	}
	n := *e.n
	n.opt = 0
	return Expr{&n}
}

// Conditional takes apart an expression that is there only when a condition holds.
func (e Expr) Conditional() (cond, then Expr, ok bool) {
	if n := e.n; n.branches && len(n.kids) == 2 && n.kids[1].opt == 0 {
		return Expr{n.kids[0]}, Expr{n.kids[1]}, true
	}
	return Expr{}, Expr{}, false
}

// Names are the members of a literal object, in order; ok is false when the expression is something else.
func (e Expr) Names() (names []string, ok bool) {
	if e.n.kind != objectNode {
		return nil, false
	}
	return e.n.names, true
}

// Elements are the elements of a literal list; ok is false when the expression is something else.
func (e Expr) Elements() (elements []Expr, ok bool) {
	if e.n.kind != listNode {
		return nil, false
	}
	for _, k := range e.n.kids {
		elements = append(elements, Expr{k})
	}
	return elements, true
}

// Present is e's being there and not null, as an expression.
func (e Expr) Present() Expr { return Expr{present(e.n)} }

// When is e where cond holds, and else absent.
func (e Expr) When(cond Expr) Expr { return Expr{choose(cond.n, e.n, nil)} }

// Constant is a JSON constant.
func Constant(v value.Value) Expr { return Expr{constant(v)} }

// Any joins conditions by or.
func Any(all ...Expr) Expr { return Expr{chain("or", precOr, nodesOf(all))} }

func nodesOf(all []Expr) []*node {
	out := make([]*node, len(all))
	for i, e := range all {
		out[i] = e.n
	}
	return out
}

// ObjectOf is an object of expressions. A member that may be absent vanishes when it is.
func ObjectOf(names []string, values []Expr) Expr {
	return Expr{fold(&node{kind: objectNode, prec: tight, parts: &parts{names: names}, kids: nodesOf(values)})}
}

// List is a list of expressions. An element that may be absent vanishes when it is.
func List(elements ...Expr) Expr {
	return Expr{fold(&node{kind: listNode, prec: tight, list: true, kids: nodesOf(elements)})}
}

// Each is the list of what body gives for the elements of list, in order; of is its Go type.
func (c *Ctx) Each(list Expr, of reflect.Type, body func(e Expr) Expr) Expr {
	r := c.c.f.param(reflect.TypeFor[any]())
	e := body(Expr{&node{kind: refNode, prec: tight, root: r}})
	r.closed = true
	return Expr{c.c.f.gather(asList(list.n), r, e.n, nil, of)}
}

// Entries is an object with what body gives for every member of an object.
func (c *Ctx) Entries(object Expr, body func(e Expr) Expr) Expr {
	v, k := c.c.f.param(reflect.TypeFor[any]()), c.c.f.param(reflect.TypeFor[string]())
	e := body(Expr{&node{kind: refNode, prec: tight, root: v}})
	v.closed, k.closed = true, true
	entry := form("{", &node{kind: refNode, prec: tight, root: k}, ": ", e.n, "}")
	return Expr{call("$merge", listOf(call("$each", object.n, lambda([]*root{v, k}, entry))))}
}

// A Member is one JSON member of a struct type.
type Member struct {
	Name string
	Type reflect.Type
	opt  shape.Opt
}

// Members lists the JSON members of a struct type as encoding/json sees them. ok is false for types that have none:
// basic types, lists, and types that marshal themselves.
func Members(t reflect.Type) (members []Member, ok bool) {
	info := shape.Of(t)
	if t.Kind() != reflect.Struct || info.Marshals {
		return nil, false
	}
	for i := range info.Fields {
		f := &info.Fields[i]
		members = append(members, Member{Name: f.Name, Type: f.Type, opt: f.Opt()})
	}
	return members, true
}

// A RowShape is the shape of something outside the workflow, such as a table's row.
type RowShape[T any] struct {
	f *Flow
	r *root
}

// Row gives the shape of a T that lives outside the workflow.
func Row[T any](f *Flow) RowShape[T] {
	m := f.m
	return RowShape[T]{f, m.newRoot(reflect.TypeFor[T](), &root{kind: rowRoot, of: "row", fixed: "$row", sc: f.sc})}
}

// Shape is what to point into.
func (r RowShape[T]) Shape() *T { return r.r.ptr().(*T) }

// Path gives the names that lead to the attribute p points to; ok is false, and it is reported, when p points to
// nothing of this row.
func (r RowShape[T]) Path(p any) (names []string, ok bool) {
	m := r.f.m
	v := reflect.ValueOf(p)
	if v.Kind() == reflect.Pointer && !v.IsNil() {
		if a := m.allocAt(v.Pointer()); a != nil && a.root == r.r && a.info != nil {
			if place := a.info.Place(v.Pointer()-a.start, v.Type().Elem()); place != nil && !place.Vague {
				for _, s := range join(a.prefix, place.Path) {
					if s.Elem {
						m.report(diagnosis{code: "row-attribute", message: "an element of a list is no attribute", hint: "set the whole list"})
						return nil, false
					}
					names = append(names, s.Name)
				}
				return names, len(names) > 0
			}
		}
	}
	m.report(diagnosis{code: "row-attribute", message: fmt.Sprintf("a %T here is no attribute of this row", p), hint: "point to a field of the row that the function gets"})
	return nil, false
}

// Computed is v as a value of the workflow: a Lazy or an Expr, for functions of integration packages that give values
// and make no state.
func Computed[T any](f *Flow, v any) *T { return calc[T](f, f.node(v)) }
