package flow

import (
	"fmt"
	"reflect"
	"slices"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow/internal/shape"
	"github.com/stepwright/stepwright/value"
)

// Wait lets d pass: whole seconds, from 0 to 99,999,999. An execution lasts for a year at most, an Express one for five
// minutes.
func Wait(f *Flow, name string, d time.Duration) {
	w := &asl.Wait{}
	s := f.add(name, w)
	w.Seconds = value.Int(f.seconds(s, d, 0))
}

// WaitSeconds waits for a number of seconds that is known when the workflow runs.
func WaitSeconds(f *Flow, name string, n *int) {
	seconds := f.needed(n, "the number of seconds")
	f.add(name, &asl.Wait{}).seconds = seconds
}

// WaitUntil waits until t; it goes on at once when that is over.
func WaitUntil(f *Flow, name string, t *time.Time) {
	stamp := f.needed(t, "the time to wait for")
	f.add(name, &asl.Wait{}).stamp = stamp
}

// Fail ends the workflow, or fails the branch, with an error. The cause is made as Text is.
func Fail(f *Flow, name, code string, cause ...any) {
	if len(cause) == 0 {
		f.fail(name, f.node(&code), nil)
		return
	}
	f.fail(name, f.node(&code), f.text(cause))
}

// FailWith is Fail with an error that is known when the workflow runs.
func FailWith(f *Flow, name string, code, cause *string) {
	f.fail(name, f.needed(code, "the error"), f.needed(cause, "the cause"))
}

// Rethrow fails with a caught error as it was.
func Rethrow(f *Flow, name string, e *Caught) { FailWith(f, name, &e.Error, &e.Cause) }

func (f *Flow) fail(name string, code, cause *node) {
	s := f.add(name, &asl.Fail{})
	s.code, s.cause = code, cause
}

// Return ends the workflow or the branch early, successfully, with v. Nil gives no output of its own.
func Return[T any](f *Flow, name string, v *T) {
	if t := reflect.TypeFor[T](); v != nil && f.sc.out != nil && t != f.sc.out {
		f.m.report(diagnosis{code: "return-type", message: fmt.Sprintf("%q returns %s, but %s gives %s", name, t, f.sc.title(), f.sc.out), hint: "return the same type on every way"})
	}
	var out *node
	if v != nil {
		out = f.needed(v, "what is returned")
	}
	f.add(name, &asl.Succeed{}).output = out
}

// finish ends a scope with the value out. Every open way out of a state that can end does so itself, because a
// further state is a billed transition; what falls off a Choice or a catcher needs a Succeed.
func (f *Flow) finish(out any) {
	if len(f.sc.open) == 0 {
		return
	}
	sc := f.sc
	var n *node
	if out != nil && !reflect.ValueOf(out).IsNil() {
		n = f.settled(out, "what is returned")
	}
	var rest []*edge
	for _, e := range sc.open {
		if e.from != nil && e == e.from.exit {
			e.from.end, e.from.output = true, n
		} else {
			rest = append(rest, e)
		}
	}
	sc.open = rest
	if len(rest) == 0 {
		return
	}
	name := "Done"
	if sc.owner != nil {
		name = sc.owner.name + ": done"
	}
	base := name
	for i := 2; f.m.steps[name] != nil; i++ {
		name = fmt.Sprintf("%s %d", base, i)
	}
	if over := utf8.RuneCountInString(name) - maxName; over > 0 {
		r := []rune(name)
		name = string(r[over:])
	}
	s := f.record(name, &asl.Succeed{})
	s.output = n
	if sc.owner != nil {
		s.pos = sc.owner.pos
	}
}

// Let keeps a computed value in a variable: it is worked out once, here. The assignment sits on the ways that lead
// here and needs no state; only when nothing came before there is a Pass, which is called by the name if that begins
// with a capital ("Normalize input"), else "Set name".
func Let[T any](f *Flow, name string, v *T) *T {
	m := f.m
	if m.lambdas > 0 {
		m.report(diagnosis{code: "step-in-expression", message: "Let cannot stand in the function of an expression such as Map or Filter", hint: "use the value itself there"})
	}
	if v == nil {
		m.report(diagnosis{code: "nil-argument", message: fmt.Sprintf("Let keeps a nil *%s as %q", reflect.TypeFor[T](), name), hint: "point to the value that is kept"})
		v = new(T)
	}
	n := f.settled(v, "the value of a variable")
	if f.bare() {
		state := name
		if r, _ := utf8.DecodeRuneInString(name); !unicode.IsUpper(r) {
			state = "Set " + name
		}
		f.add(state, &asl.Pass{})
	}
	n, size := f.bounded(n)
	r := m.newRoot(reflect.TypeFor[T](), &root{of: f.prefix + name, sc: f.sc, list: n.list, fresh: isFresh(n), size: size})
	if len(f.sc.open) == 0 {
		m.report(diagnosis{code: "unreachable-state", message: fmt.Sprintf("nothing leads to Let %q: the flow has ended", name), hint: "remove it"})
	}
	if m.cur != f.sc {
		m.report(diagnosis{code: "outer-flow", message: fmt.Sprintf("%q is kept with the flow of %s while %s is being written", name, quoted(f.sc), quoted(m.cur)), hint: "use the inner f"})
	}
	for _, e := range f.sc.open {
		if r.step == nil {
			r.step = e.from
		}
		e.give(r, n)
	}
	return r.ptr().(*T)
}

// Var declares a variable that starts as v and can be assigned anew with Assign, by the flow that it was declared in; a
// branch or an iteration can only read it. v is a Go value, and a constant; for another start use Assign. A variable holds
// at most 256 KiB.
func Var[T any](f *Flow, name string, v T) *T {
	p := Let(f, name, &v)
	n := f.node(p)
	n.root.mutable, n.root.list = true, false
	return p
}

// Assign gives variables made by Var new values, all at once: the values are those from before.
//
//	flow.Assign(f, "Count", flow.Set(n, flow.Add(f, n, new(1))))
func Assign(f *Flow, name string, settings ...Setting) {
	m := f.m
	var order []*root
	byRoot := map[*root][]part{}
	for _, x := range settings {
		d := f.node(x.dst)
		inText := d.kind == formNode && d.quoted != nil // a member with `,string`
		if inText {
			d = d.quoted
		}
		switch {
		case reflect.ValueOf(x.src).IsNil():
			m.report(diagnosis{code: "nil-argument", message: fmt.Sprintf("%q assigns a nil %T", name, x.src), hint: "point to the new value"})
			continue
		case d.kind != refNode || d.root.kind != varRoot || !d.root.mutable:
			m.report(diagnosis{code: "assign-target", message: fmt.Sprintf("%q assigns something that is no variable", name), hint: "make it with flow.Var"})
			continue
		case d.root.sc != f.sc:
			m.report(diagnosis{code: "assign-outer", message: fmt.Sprintf("%q assigns %s, which belongs to %s: a branch cannot assign it", name, d.root.title(), quoted(d.root.sc)), hint: "return the value"})
			continue
		case slices.ContainsFunc(d.path, func(s shape.Seg) bool { return s.Elem }):
			m.report(diagnosis{code: "assign-target", message: fmt.Sprintf("%q assigns one element of a list", name), hint: "assign the whole list"})
			continue
		}
		src := f.needed(x.src, "the value of a variable")
		if inText {
			src = quote(src, reflect.TypeOf(x.src).Elem())
		}
		if byRoot[d.root] == nil {
			order = append(order, d.root)
		}
		byRoot[d.root] = append(byRoot[d.root], part{d.path, src})
	}
	s := f.add(name, &asl.Pass{})
	for i, r := range order {
		r.resets = append(r.resets, s)
		s.exit.facts = s.exit.facts.without(r)
		src, size := f.bounded(merged(&node{kind: refNode, prec: tight, root: r}, byRoot[r]))
		r.size = max(r.size, size)
		s.exit.assign(&assign{to: r, src: src, with: i})
	}
}

// A part is a place of a variable and what it gets.
type part struct {
	path []shape.Seg
	src  *node
}

// merged is base with parts of it replaced. Members beside them stay.
func merged(base *node, all []part) *node {
	changes := &node{kind: objectNode, prec: tight, parts: &parts{}}
	var inner [][]part
	for _, p := range all {
		if len(p.path) == 0 {
			base = p.src
			continue
		}
		i := slices.Index(changes.names, p.path[0].Name)
		if i < 0 {
			i = len(changes.names)
			changes.names, changes.kids, inner = append(changes.names, p.path[0].Name), append(changes.kids, pick(base, p.path[:1])), append(inner, nil)
		}
		inner[i] = append(inner[i], part{p.path[1:], p.src})
	}
	if len(changes.names) == 0 {
		return base
	}
	for i, k := range changes.kids {
		changes.kids[i] = merged(k, inner[i])
	}
	n := call("$merge", &node{kind: listNode, prec: tight, list: true, kids: []*node{noNull(base), changes}})
	n.opt = 0
	return n
}
