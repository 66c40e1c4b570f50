package flow

import (
	"fmt"
	"math"
	"reflect"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/value"
)

// A Pace says how patiently Poll asks again.
type Pace struct {
	First time.Duration // how long to wait after the first answer: whole seconds, from 1
	Max   time.Duration // the longest wait, if Rate makes waits grow; zero: no limit. It must be above First.
	Rate  float64       // what each further wait is multiplied by, rounded up to whole seconds; zero or 1: nothing
	Times int           // how often to ask at most: 2 or more. Zero asks for ever, which is a warning.
}

// Poll asks, waits, and asks again, until done holds for the answer; it gives the last answer. When it has asked
// p.Times times in vain, late decides: it ends with Fail, Return or a Tail, or goes on with the last answer.
//
//	status := flow.Poll(f, "Finished?", flow.Pace{First: 10 * time.Second, Rate: 1.5, Max: 5 * time.Minute, Times: 60},
//		func() *Status { return flow.Task(f, "Ask for status", AskStatus, job) },
//		func(s *Status) flow.Condition { return flow.OneOf(&s.State, "SUCCEEDED", "FAILED") },
//		func() { flow.Fail(f, "Too slow", "JobTimeout", "job ", &job.ID, " does not end") })
//
// It emits what ask says, a Choice called name, and a Wait called "name: wait". How often it has asked and how long it
// waits are variables, which the Wait assigns; if nothing came before, a Pass "name: begin" makes them.
func Poll[T any](f *Flow, name string, p Pace, ask func() *T, done func(v *T) Condition, late func()) *T {
	w := f.waits(name, p)
	l := f.loop(name)
	l.begin()
	v := gave(l, ask())
	if l.ended() {
		return v
	}
	c := Choice(f, name)
	c.When(done(v), Continue)
	if p.Times > 0 {
		c.When(w.tooOften(), late)
	}
	f.sc.open = []*edge{c.s.fallback}
	l.again(w.wait())
	l.end(c.s, c.ends...)
	return v
}

// waits are what a Poll counts.
type waits struct {
	f            *Flow
	name         string
	p            Pace
	tries, delay *node // variables; nil when they never change
}

func (f *Flow) waits(name string, p Pace) *waits {
	w := &waits{f: f, name: f.prefix + name, p: p}
	w.check()
	first := int(p.First / time.Second)
	if (p.Times > 0 || p.Rate > 1) && f.bare() {
		f.record(f.m.vacant(w.name+": begin"), &asl.Pass{})
	}
	if p.Times > 0 {
		w.tries = w.variable("tries", 1)
	}
	if p.Rate > 1 {
		w.delay = w.variable("delay", first)
	}
	return w
}

// variable makes a variable on the ways that lead here.
func (w *waits) variable(name string, n int) *node {
	f := w.f
	r := f.m.newRoot(reflect.TypeFor[int](), &root{of: w.name + " " + name, sc: f.sc})
	for _, e := range f.sc.open {
		e.give(r, constant(value.Int(n)))
	}
	return &node{kind: refNode, prec: tight, root: r}
}

func (w *waits) tooOften() Condition {
	return Condition{func(*capture) asked {
		return asked{n: infix(">=", precCmp, w.tries, constant(value.Int(w.p.Times)))}
	}}
}

// wait writes the Wait, and gives the way out of it.
func (w *waits) wait() *edge {
	s := w.f.record(w.f.m.vacant(w.name+": wait"), &asl.Wait{Seconds: value.Int(int(w.p.First / time.Second))})
	if w.tries != nil {
		s.exit.give(w.tries.root, infix("+", precAdd, w.tries, constant(value.Int(1))))
	}
	if w.delay != nil {
		s.state.(*asl.Wait).Seconds, s.seconds = value.Value{}, w.delay
		next := call("$ceil", infix("*", precMul, w.delay, constant(value.Float(w.p.Rate))))
		if w.p.Max > 0 {
			next = call("$min", &node{kind: listNode, prec: tight, list: true, kids: []*node{next, constant(value.Int(int(w.p.Max / time.Second)))}})
		}
		s.exit.give(w.delay.root, next)
	}
	return s.exit
}

// maxTurns is how many turns of a Poll, of nine events at least, fit into the 25,000 events of a history.
const maxTurns = 2700

// maxExpress is how long an Express execution lasts at most.
const maxExpress = 5 * time.Minute

// total is how long all waits are together, or at least too long for an Express execution.
func (p Pace) total() time.Duration {
	var all time.Duration
	next := p.First
	for i := 1; i < p.Times && all <= maxExpress; i++ {
		all += next
		if p.Rate > 1 {
			next = min(time.Duration(math.Ceil(next.Seconds()*p.Rate))*time.Second, 2*maxExpress)
		}
		if p.Max > 0 {
			next = min(next, p.Max)
		}
	}
	return all
}

func (w *waits) check() {
	p, f := w.p, w.f
	bad := func(severity diag.Severity, message, hint string) {
		f.m.report(diagnosis{severity: severity, code: "pace", message: fmt.Sprintf("%q: %s", w.name, message), hint: hint})
	}
	f.seconds(nil, p.First, 1)
	switch {
	case p.Times < 0:
		bad(diag.Error, fmt.Sprintf("it asks %d times", p.Times), "say how often it may ask")
	case p.Times == 0:
		bad(diag.Warning, "it asks for ever", "say how often with Times, and what to do when that is not enough")
	case p.Times == 1:
		bad(diag.Error, "it asks once, so it never waits", "let it ask twice or more, or use flow.Choice")
	case p.Times > maxTurns && !f.express():
		bad(diag.Warning, fmt.Sprintf("%d turns are more than the 25,000 events that an execution's history may have", p.Times), "wait longer between them, or wait for a callback")
	}
	if all := p.total(); p.Times > 1 && all > maxExpress && f.sc.express(f.m) {
		bad(diag.Warning, fmt.Sprintf("it may wait for %v, but an Express execution lasts for %v at most", all, maxExpress), "ask less often, or declare the workflow with flow.Standard")
	}
	if p.Rate != 0 && !(p.Rate >= 1) || p.Rate > 1e6 {
		bad(diag.Error, fmt.Sprintf("a rate of %v: waits cannot become shorter", p.Rate), "use 1 or more")
	}
	switch {
	case p.Max == 0:
		if longest := p.First.Seconds() * math.Pow(max(p.Rate, 1), float64(p.Times-2)); p.Times > 1 && longest > maxSeconds {
			bad(diag.Error, fmt.Sprintf("the last wait would be longer than the %d s that Step Functions takes", maxSeconds), "bound it with Max")
		}
	case p.Rate <= 1:
		bad(diag.Error, "a longest wait, but waits do not grow", "give a Rate above 1, or leave out Max")
	case p.Max <= p.First:
		bad(diag.Error, fmt.Sprintf("the longest wait, %v, is not above the first, %v", p.Max, p.First), "make Max larger, or leave it out")
	default:
		f.seconds(nil, p.Max, 1)
	}
}
