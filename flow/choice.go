package flow

import (
	"reflect"

	"github.com/stepwright/stepwright/asl"
)

// Choices is a Choice being written.
type Choices struct {
	f    *Flow
	s    *step
	ends []*edge // open ways out of the arms written so far
	last int     // how many states there were after the last arm
	done bool
}

// Choice asks conditions in order; the first that holds decides. An arm that does not end goes on with what comes
// after the Choice. When nothing holds and there is no Otherwise, the flow goes on. What arms share is a Var.
func Choice(f *Flow, name string) *Choices {
	s := f.add(name, &asl.Choice{})
	return &Choices{f: f, s: s, last: len(f.m.order)}
}

// When is an arm: body is written where cond holds.
func (c *Choices) When(cond Condition, body func()) *Choices {
	c.when(cond, body)
	return c
}

func (c *Choices) when(cond Condition, body func()) {
	c.check()
	known := c.s.fallback.facts
	n, yes, no := cond.capture(&capture{f: c.f, facts: known})
	e := &edge{from: c.s, cond: n, facts: known.with(yes)}
	c.s.rules = append(c.s.rules, e)
	c.s.fallback.facts = known.with(no)
	c.arm(e, body)
	c.f.sc.open = append([]*edge{c.s.fallback}, c.ends...)
	c.last = len(c.f.m.order)
}

// Otherwise is the arm for when no condition holds.
func (c *Choices) Otherwise(body func()) {
	c.check()
	c.done = true
	c.arm(c.s.fallback, body)
	c.f.sc.open = c.ends
}

func (c *Choices) check() {
	if c.done || c.last != len(c.f.m.order) {
		c.f.m.report(diagnosis{step: c.s, code: "choice-late", message: "an arm is added after the Choice was finished", hint: "write When and Otherwise in one chain"})
	}
}

func (c *Choices) arm(e *edge, body func()) {
	c.f.sc.open = []*edge{e}
	body()
	c.ends = append(c.ends, c.f.sc.open...)
}

// Continue is an arm that only goes on.
func Continue() {}

// A Chooser is a Choice that gives a T.
type Chooser[T any] struct {
	c *Choices
	r *root
}

// Choose is a Choice that gives a T: every arm returns one, or ends. Only Otherwise gives the value, so that no case
// can be forgotten.
func Choose[T any](f *Flow, name string) *Chooser[T] {
	c := Choice(f, name)
	r := f.m.newRoot(reflect.TypeFor[T](), &root{of: c.s.name, sc: f.sc, step: c.s})
	return &Chooser[T]{c, r}
}

// When is an arm that gives a value where cond holds. An arm that ends returns nil.
func (c *Chooser[T]) When(cond Condition, value func() *T) *Chooser[T] {
	c.c.when(cond, func() { c.c.f.give(c.r, value(), "what an arm gives") })
	return c
}

// Otherwise is the arm for when no condition holds, and ends the Choice.
func (c *Chooser[T]) Otherwise(value func() *T) *T {
	c.c.Otherwise(func() { c.c.f.give(c.r, value(), "what an arm gives") })
	return c.r.ptr().(*T)
}
