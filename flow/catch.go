package flow

import (
	"reflect"
	"slices"
	"strconv"

	"github.com/stepwright/stepwright/asl"
)

// Caught is an error that was caught. State is the name of the step that failed.
type Caught struct{ Error, Cause, State string }

// Failure is an error of the workflow's own, for a Tail that takes Caught; its State is the step from which the way
// to it begins. The cause is made as Text is.
func Failure(f *Flow, code string, cause ...any) *Caught {
	at := ""
	for _, o := range f.sc.open {
		if o.from != nil {
			at = o.from.name
			break
		}
	}
	return calc[Caught](f, &node{kind: objectNode, prec: tight, parts: caughtParts, kids: []*node{f.node(&code), f.text(cause), text(at)}})
}

// caughtParts are the members of Caught.
var caughtParts = &parts{names: []string{"Error", "Cause", "State"}}

// Catch handles errors that are left after all Retries. A handler that does not end goes on with the next step, and
// the result is unset there; Rescue gives another result. func(*flow.Caught) {} means: go on regardless.
func Catch(on Errors, handle func(e *Caught)) Option {
	on = slices.Clone(on)
	return Option{func(f *Flow, s *step) { f.catch(s, on, handle) }}
}

func (f *Flow) catch(s *step, on Errors, handle func(e *Caught)) {
	m := f.m
	if n := len(s.catches); n > 0 && slices.Contains(s.catches[n-1].errors, anyError) {
		m.report(diagnosis{step: s, code: "any-error-last", message: "nothing after AnyError is ever caught", hint: "put the Catch for AnyError last; a Rescue comes after all of the step's own"})
	}
	f.checkErrors(s, on)
	e := &edge{from: s, facts: s.facts, errors: on}
	s.catches = append(s.catches, e)
	r := m.newRoot(reflect.TypeFor[Caught](), &root{of: s.name + " error", sc: f.sc, step: s})
	e.give(r, caught(s.name))
	open := f.sc.open
	f.sc.open = []*edge{e}
	handle(r.ptr().(*Caught))
	f.sc.open = append(open, f.sc.open...)
}

// caught is the error that a catcher sees, with the name of the state: ASL has no other way to tell it.
func caught(state string) *node {
	at := text(state)
	n := form("$merge([$states.errorOutput, {\"State\": ", at, "}])")
	n.member = func(name string) *node {
		switch name {
		case "State":
			return at
		case "Error", "Cause":
			return raw("$states.errorOutput." + name)
		}
		return nil
	}
	return n
}

// Rescue gives the step that made v another result when it fails with one of the errors: v is then the result, or
// what instead returns. It is written right below the step:
//
//	quote := flow.Task(f, "Ask the carrier", AskCarrier, order)
//	flow.Rescue(f, quote, flow.AnyError, func(*flow.Caught) *Quote { return &Quote{Price: 4.9} })
func Rescue[T any](f *Flow, v *T, on Errors, instead func(e *Caught) *T) {
	m := f.m
	n := f.node(v)
	if n.kind != refNode || len(n.path) > 0 || n.root.step == nil || n.root.step.result != n.root || len(f.sc.steps) == 0 || n.root.sc != f.sc || !f.open(n.root.step) {
		m.report(diagnosis{code: "rescue-target", message: "Rescue needs the whole result of a step just written", hint: "write it right below the step"})
		return
	}
	s := n.root.step
	f.catch(s, slices.Clone(on), func(e *Caught) { f.give(n.root, instead(e), "what Rescue gives") })
}

// open tells whether s is what comes last.
func (f *Flow) open(s *step) bool { return slices.Contains(f.sc.open, s.exit) }

// give assigns v to r on every way that is open.
func (f *Flow) give(r *root, v any, what string) {
	if len(f.sc.open) == 0 {
		return
	}
	if reflect.ValueOf(v).IsNil() {
		f.m.report(diagnosis{code: "no-value", message: "this way goes on, but gives no value", hint: "return a value, or end with Fail, Return or a Tail"})
		for _, e := range f.sc.open {
			e.give(r, nothing)
		}
		return
	}
	n := f.settled(v, what)
	if r.list {
		n = itemsOf(n)
	}
	r.fresh = r.fresh || isFresh(n)
	n, size := f.bounded(n)
	r.size = max(r.size, size)
	if f.bare() { // nothing came before that could assign it
		f.record("Set "+r.title(), &asl.Pass{})
	}
	for _, e := range f.sc.open {
		e.give(r, n)
	}
}

// settled is the value of v, for use on the ways that are open. What those ways bind because it differs each time
// must be bound by then, so there is a Pass in between.
func (f *Flow) settled(v any, what string) *node {
	n := f.needed(v, what)
	f.m.checkValue(n)
	if r := f.unsettled(n); r != nil {
		f.record("Keep "+r.of, &asl.Pass{})
	}
	return n
}

// unsettled finds a fresh value in n that an open way binds.
func (f *Flow) unsettled(n *node) *root {
	if n.kind == refNode {
		switch r := n.root; {
		case r.kind == calcRoot:
			return f.unsettled(r.calc)
		case r.kind == varRoot && r.fresh:
			for _, e := range f.sc.open {
				if e.binds(r) {
					return r
				}
			}
		}
	}
	for _, k := range n.kids {
		if r := f.unsettled(k); r != nil {
			return r
		}
	}
	return nil
}

// binds tells whether the way e assigns r.
func (e *edge) binds(r *root) bool {
	return slices.ContainsFunc(e.assigns, func(a *assign) bool { return a.to == r }) || slices.ContainsFunc(e.stands, func(x *edge) bool { return x.binds(r) })
}

// isFresh tells whether n gives something else each time it is worked out.
func isFresh(n *node) bool {
	if n.fresh || n.kind == refNode && n.root.kind == calcRoot && isFresh(n.root.calc) {
		return true
	}
	return slices.ContainsFunc(n.kids, isFresh)
}

// A tail is what all Tails have in common.
type tail struct {
	name    string
	sc      *scope
	r       *root
	entry   *edge
	pos     position
	writing bool
	entered bool
	undo    bool // of a Saga
}

// A Tail is a piece of flow with one input that many ways can end in: the shared failure handling of a machine, for
// example. Its states are recorded once.
type Tail[T any] struct {
	f *Flow
	t *tail
}

// NewTail records a piece of flow for others to end in. It must end itself: with Fail, Return or another Tail.
func NewTail[T any](f *Flow, name string, body func(v *T)) *Tail[T] {
	m := f.m
	t := &tail{name: name, sc: f.sc, entry: &edge{}, writing: true}
	if !m.again {
		t.pos = here()
	}
	if m.cur != f.sc {
		m.report(diagnosis{code: "outer-flow", message: "a tail is written with the flow of " + quoted(f.sc) + " while " + quoted(m.cur) + " is being written", hint: "use the inner f"})
	}
	t.r = m.newRoot(reflect.TypeFor[T](), &root{of: f.prefix + name, sc: f.sc})
	m.tails = append(m.tails, t)
	open := f.sc.open
	f.sc.open = []*edge{t.entry}
	body(t.r.ptr().(*T))
	if len(f.sc.open) > 0 {
		m.report(diagnosis{code: "tail-open", message: "the tail " + strconv.Quote(name) + " does not end", hint: "end it with Fail, Return or another Tail"})
	}
	f.sc.open = open
	t.writing = false
	return &Tail[T]{f, t}
}

// Go goes to the tail with v. It fits where a handler of errors is wanted: flow.Catch(flow.AnyError, failed.Go).
func (t *Tail[T]) Go(v *T) {
	if t == nil {
		panic("flow: a Tail is entered before it has been written")
	}
	f, m := t.f, t.f.m
	if m.cur != f.sc {
		m.report(diagnosis{code: "jump-out", message: "a branch cannot jump out to the tail " + strconv.Quote(t.t.name), hint: "let it fail, and catch that outside; or return what happened, and ask for it after the block"})
		m.cur.open = nil
		return
	}
	if len(f.sc.open) == 0 {
		m.report(diagnosis{code: "unreachable-state", message: "nothing leads to this use of the tail " + strconv.Quote(t.t.name), hint: "the flow has ended before it"})
		return
	}
	t.t.entered = true
	f.give(t.t.r, v, "what a tail gets")
	for _, e := range f.sc.open {
		e.assigns = append(e.assigns, t.t.entry.assigns...)
		e.to = t.t.entry.to
	}
	t.t.entry.stands = append(t.t.entry.stands, f.sc.open...)
	f.sc.open = nil
}
