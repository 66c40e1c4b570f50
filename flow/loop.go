package flow

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/stepwright/stepwright/diag"
)

// While turns as long as cond holds: it asks, does what body says, and asks again. The condition is worked out at
// every turn. What body sets may be unset after the loop, because there may be no turn at all.
//
//	tries := flow.Var(f, "tries", 0)
//	flow.While(f, "Try again?", flow.Below(tries, 3), func() {
//		flow.Task(f, "Try", Try, in)
//		flow.Assign(f, "Count", flow.Set(tries, flow.Add(f, tries, new(1))))
//	})
//
// It emits a Choice; what comes last in body leads back to it. Fail, Return and a Tail leave the loop from inside.
func While(f *Flow, name string, cond Condition, body func()) {
	l := f.loop(name)
	c := Choice(f, name)
	c.s.facts = l.sure(c.s.facts)
	c.s.fallback.facts = c.s.facts
	c.When(cond, func() {
		body()
		if !l.ended() {
			l.back(c.s, f.sc.open)
		}
	})
	l.end(c.s, c.s.fallback)
}

// Until does what body says, again and again until done holds for what body gave. It gives that of the last turn,
// which is always there, because there is one turn at least.
//
//	next := flow.Var(f, "next", "")
//	flow.Until(f, "Last page?", func() *Page {
//		page := awssdk.Call[Page](f, "List a page", "sfn:listExecutions",
//			&Query{Machine: &in.Machine, Next: flow.Maybe(f, flow.Not(flow.Is(next, "")), next)})
//		flow.Assign(f, "Go on from here", flow.Set(next, flow.OrElse(f, &page.NextToken, new(""))))
//		return page
//	}, func(*Page) flow.Condition { return flow.Is(next, "") })
//
// It emits body and a Choice whose Default leads back to body's first state.
func Until[T any](f *Flow, name string, body func() *T, done func(v *T) Condition) *T {
	l := f.loop(name)
	l.begin()
	v := gave(l, body())
	if l.ended() {
		return v
	}
	c := Choice(f, name)
	c.When(done(v), Continue)
	l.again(c.s.fallback)
	l.end(c.s, c.ends...)
	return v
}

// gave is what the body of a loop gave. Where the flow goes on, that must be something.
func gave[T any](l *loop, v *T) *T {
	if v != nil {
		return v
	}
	f := l.f
	r := f.m.newRoot(reflect.TypeFor[T](), &root{of: l.name, sc: f.sc})
	f.give(r, v, "what a loop gives")
	return r.ptr().(*T)
}

// A loop is a piece of flow that leads back to where it begins.
type loop struct {
	f    *Flow
	name string
	no   int  // loops are numbered as they begin
	live bool // something leads to it

	// head stands for all ways that lead to the body's first state, which is not known while they are; a While has
	// none, because it begins with its Choice.
	head *edge
	s    *step // the Choice that decides whether it turns again

	first, last int   // the numbers of what was recorded in it
	forgot      facts // what was known before, and given up at its head
}

// loop begins a loop.
func (f *Flow) loop(name string) *loop {
	l := &loop{f: f, name: f.prefix + name, no: len(f.m.loops), first: f.m.seq + 1, live: len(f.sc.open) > 0}
	f.m.mine()
	f.m.loops = append(f.m.loops, l)
	f.m.turning++
	return l
}

// begin puts one edge in the place of all that are open.
func (l *loop) begin() {
	f := l.f
	l.head = &edge{facts: l.sure(f.facts()), stands: f.sc.open, bare: f.bare()}
	if !l.live {
		return
	}
	l.head.from = f.sc.open[0].from
	f.sc.open = []*edge{l.head}
}

// ended reports a body from which no way leads back.
func (l *loop) ended() bool {
	l.f.m.turning--
	if !l.live || len(l.f.sc.open) > 0 {
		return false
	}
	severity := diag.Error // nothing leads to what comes after the loop
	if l.head == nil {
		severity = diag.Warning
	}
	l.f.m.report(diagnosis{
		severity: severity, code: "loop-once", message: fmt.Sprintf("the loop %q never turns a second time: its body ends on every way", l.name),
		hint: "let one way go on, or use flow.Choice",
	})
	if l.head != nil {
		l.head.meet(l.head.stands...)
	}
	return true
}

// back leads ways to the Choice that the loop begins with.
func (l *loop) back(s *step, ways []*edge) {
	for _, e := range ways {
		e.to = s
	}
	l.f.sc.open = nil
}

// again leads what came before the loop, and a way back, to the body's first state.
func (l *loop) again(way *edge) {
	l.head.meet(slices.Concat(l.head.stands, []*edge{way})...)
}

// meet leads ways where e leads, and lets them assign what e assigns.
func (e *edge) meet(ways ...*edge) {
	e.stands = ways
	for _, w := range ways {
		w.assigns = append(w.assigns, e.assigns...)
		w.to = e.to
	}
}

// end ends a loop that s decides. It is left by the ways out.
func (l *loop) end(s *step, out ...*edge) {
	l.s, s.loop, l.last = s, l, l.f.m.seq
	l.f.sc.open = out
	l.learn()
}

// has tells whether s was recorded inside the loop.
func (l *loop) has(s *step) bool { return s.seq >= l.first && s.seq <= l.last }

// bare tells whether nothing came before that could assign a variable.
func (f *Flow) bare() bool {
	for _, e := range f.sc.open {
		if e == f.sc.entry || e.bare {
			return true
		}
	}
	return false
}

// sure are the facts that hold at the loop's head, whether it is entered or comes back: those about variables that
// body assigns do not. Which these are, is not known before body has been recorded. So all of them are given up the
// first time; if that was too much, the function runs again and is told.
func (l *loop) sure(known facts) facts {
	m := l.f.m
	var out facts
	for _, x := range known {
		if changes(x.root, func(r *root) bool { return m.assigned == nil || l.no < len(m.assigned) && m.assigned[l.no][r.no] }) {
			l.forgot = append(l.forgot, x)
		} else {
			out = append(out, x)
		}
	}
	return out
}

// changes tells whether one of the variables that r is made of, or r itself, is among some.
func changes(r *root, among func(*root) bool) bool {
	if r.mutable && among(r) {
		return true
	}
	for _, v := range r.vars {
		if among(v) {
			return true
		}
	}
	return false
}

// learn finds out which variables body assigns.
func (l *loop) learn() {
	m := l.f.m
	assigned := map[int]bool{}
	for _, r := range m.roots {
		for _, s := range r.resets {
			if l.has(s) {
				assigned[r.no] = true
			}
		}
	}
	for len(m.learned) <= l.no {
		m.learned = append(m.learned, nil)
	}
	m.learned[l.no] = assigned
	for _, x := range l.forgot {
		if !changes(x.root, func(r *root) bool { return assigned[r.no] }) {
			m.unsure = true
		}
	}
}
