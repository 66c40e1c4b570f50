package jsonata

import (
	"context"
	"sync"
	"time"

	"github.com/stepwright/stepwright/value"
)

// Limits bound one evaluation. A zero bound is the default.
type Limits struct {
	Steps int // items and calls; 20 million
	Depth int // calls within each other that are not in tail position; 1,000
	Bytes int // produced, roughly; 512 MiB

	// Result is how many bytes of JSON the result may have; unbounded.
	Result int
}

const (
	defaultSteps = 20_000_000
	defaultDepth = 1_000
	defaultBytes = 512 << 20
)

// mostNested is how deep values can be nested that an evaluation looks into.
const mostNested = 4_000

// An Env is what an evaluation may ask of the world. Nothing else reaches an expression: no clock, no randomness.
type Env struct {
	// Input is the context item, which "$" and bare names refer to.
	Input value.Value
	// Var gives a variable by its name without "$"; absent when it is not defined. Nil knows no variables.
	Var func(name string) value.Value
	// Functions are functions of the caller's own, by name. A variable of the same name hides one.
	Functions map[string]Function
	// States gives a member of $states ("input", "context", "result", "errorOutput"), so that only what an expression
	// names has to be made. Nil leaves $states to Var.
	States func(member string) value.Value
	// Random gives 64 random bits, for $random, $uuid and $shuffle. Without it these fail.
	Random func() uint64
	// Now is the time that $now and $millis tell.
	Now time.Time
	// Limits bound the evaluation.
	Limits Limits
}

// A Function is a function of the caller's own. Signature is as behind a lambda's parameters, with its brackets; empty
// takes anything. Absent arguments were left out; an absent result is undefined. Functions as arguments and cyclic
// values do not reach it.
type Function struct {
	Signature string
	Call      func(ctx context.Context, args []value.Value) (value.Value, error)
}

// An evaluation is one run of an expression.
type evaluation struct {
	ctx     context.Context
	env     Env
	expr    *Expression
	root    val
	globals []val // by the place of their name among the expression's; bound when looked up already
	steps   int
	bytes   int
	depth   int // of values that are looked into
	calls   int // within each other
	most    Limits
	batch   value.Batch // what the result is made of
	spelled []byte      // room for a text that is being put together
	arena
}

// idle keeps evaluations that have ended, for their room.
var idle = sync.Pool{New: func() any { return &evaluation{} }}

func begin(ctx context.Context, env *Env, e *Expression) *evaluation {
	ev := idle.Get().(*evaluation)
	ev.ctx, ev.env, ev.expr, ev.root = ctx, *env, e, of(env.Input)
	ev.most = e.limits
	if env.Limits != (Limits{}) {
		ev.most = env.Limits.positive().or(e.limits)
	}
	ev.steps, ev.bytes = ev.most.Steps, ev.most.Bytes
	return ev
}

// end gives the evaluation's room back.
func (ev *evaluation) end() {
	ev.release()
	ev.depth, ev.calls = 0, 0
	ev.batch.Reset()
	idle.Put(ev) // what it was given stays with it until the next evaluation, or the next collection
}

// whole is an array that is the input, as the only item of a list.
func (ev *evaluation) whole(in val) val {
	a := ev.single(in)
	a.outer = true
	return listVal(a)
}

// checkEvery is after how many steps the context is asked.
const checkEvery = 1 << 12

// step counts n steps.
func (ev *evaluation) step(n int) *Error {
	before := ev.steps
	ev.steps -= n
	if ev.steps < 0 {
		return fail(LimitSteps)
	}
	if before/checkEvery != ev.steps/checkEvery {
		return ev.check()
	}
	return nil
}

func (ev *evaluation) check() *Error {
	switch ev.ctx.Err() {
	case nil:
		return nil
	case context.DeadlineExceeded:
		sentence := texts[LimitSteps]
		return &Error{Code: LimitDepth, Message: sentence + " (the deadline of the context has passed)", sentence: sentence}
	default:
		return fail(Canceled)
	}
}

// charge counts bytes that are about to be produced.
func (ev *evaluation) charge(n int) *Error {
	if ev.bytes -= n; ev.bytes < 0 || n < 0 {
		ev.bytes = -1
		return fail(LimitMemory)
	}
	return nil
}

// enter goes one level deeper; leave must follow unless it fails.
func (ev *evaluation) enter() *Error {
	if ev.depth++; ev.depth > mostNested {
		ev.depth--
		return failText(LimitDepth, "A value is nested deeper than %d levels", mostNested)
	}
	return nil
}

func (ev *evaluation) leave() { ev.depth-- }

// valBytes is what an item of a list takes.
const valBytes = 64

// push adds to a sequence under construction.
func (ev *evaluation) push(a *array, x val) *Error {
	if len(a.items) == cap(a.items) {
		if err := ev.charge(valBytes * max(1, cap(a.items))); err != nil {
			return err
		}
	}
	a.items = append(ev.room(a.items, 1), x)
	return nil
}

// pour adds the items of a list to one under construction.
func (ev *evaluation) pour(a *array, x val) *Error {
	n := x.len()
	if err := ev.step(n); err != nil {
		return err
	}
	if err := ev.charge(valBytes * n); err != nil {
		return err
	}
	a.items = ev.room(a.items, n)
	if made := x.array(); made != nil && made.span == 0 && made.tuples == nil {
		a.items = append(a.items, made.items...)
		return nil
	}
	for i := range n {
		a.items = append(a.items, x.at(i))
	}
	return nil
}

// add adds an item to a list under construction, or the items of a list.
func (ev *evaluation) add(a *array, x val) *Error {
	if x.kind == list {
		return ev.pour(a, x)
	}
	return ev.push(a, x)
}

// positive takes bounds below zero as not set.
func (l Limits) positive() Limits {
	return Limits{Steps: max(0, l.Steps), Depth: max(0, l.Depth), Bytes: max(0, l.Bytes), Result: max(0, l.Result)}
}
