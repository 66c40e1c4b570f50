package flow

import (
	"slices"

	"github.com/stepwright/stepwright/asl"
)

// A Saga undoes what was done when a later step fails: last first, and then it goes to the Tail it was made with.
//
//	saga := flow.NewSaga(f, failed)
//	stock := flow.Task(f, "Reserve stock", Reserve, order, saga.Guard())
//	saga.Undo(func() { flow.Task(f, "Release stock", Release, stock, stubborn) })
//	paid := flow.Task(f, "Take payment", Pay, charge, saga.Guard()) // fails: Release stock, then failed
//	saga.Undo(func() { flow.Task(f, "Give money back", Refund, paid, stubborn) })
//	flow.Task(f, "Ship", Ship, order, saga.Guard()) // fails: Give money back, Release stock, then failed
//
// The error that began it arrives at the Tail, with the name of the step that failed. A step that undoes and fails
// itself, after its own Retries and unless it catches that, does not end the undoing: what is left of its Undo is
// skipped, the next one follows, and the first error stays the one that is told. Retry such steps stubbornly.
type Saga struct {
	f     *Flow
	tail  *Tail[Caught]
	loops int // how many loops were being written when it was made
}

// NewSaga makes a Saga that ends in failed.
func NewSaga(f *Flow, failed *Tail[Caught]) *Saga {
	if failed == nil {
		f.m.report(diagnosis{code: "nil-argument", message: "a saga has no Tail to end in", hint: "make one with flow.NewTail"})
		failed = NewTail(f, "failure", func(e *Caught) { Rethrow(f, "Failed", e) })
	}
	return &Saga{f: f, tail: failed, loops: f.m.turning}
}

// Guard is the Catch that begins to undo what was done up to here, when the step fails with any error. Catches for
// single errors can stand before it.
func (s *Saga) Guard() Option { return Catch(AnyError, s.tail.Go) }

// Go begins to undo what was done up to here, because of an error of the workflow's own:
//
//	flow.Choice(f, "Too heavy?").When(flow.Above(&parcel.Weight, 30), func() {
//		saga.Go(flow.Failure(f, "TooHeavy", "parcel ", &parcel.ID))
//	})
func (s *Saga) Go(e *Caught) { s.tail.Go(e) }

// Undo says how to undo what has just been done. Its states are recorded once, and run only when a step that is
// guarded later fails. They must go on: what was done before is undone after them.
func (s *Saga) Undo(body func()) {
	f, before := s.f, s.tail
	if f.m.cur != f.sc {
		f.m.report(diagnosis{code: "outer-flow", message: "an Undo of the saga of " + quoted(f.sc) + " is written while " + quoted(f.m.cur) + " is being written", hint: "undo a block as a whole, below it; or make a saga inside"})
		return
	}
	looped := f.m.turning > s.loops
	if looped {
		f.m.report(diagnosis{
			code: "undo-in-loop", message: "an Undo inside a loop would undo the last turn only",
			hint: "make the saga inside the loop, or keep what was done in a list and undo all of it after the loop",
		})
	}
	did := s.happened()
	first := len(f.sc.steps)
	s.tail = NewTail(f, "undo", func(e *Caught) {
		body()
		if len(f.sc.open) == 0 {
			f.m.report(diagnosis{code: "undo-ends", message: "the Undo ends the flow, so what was done before it is not undone", hint: "let it go on: the saga ends in the Tail it was made with"})
			return
		}
		before.Go(e)
		f.goOn(f.sc.steps[first:], before, e)
	})
	s.tail.t.undo = true
	if first < len(f.sc.steps) {
		head := f.sc.steps[first]
		s.tail.t.r.of = head.name + " because"
		if did != nil && !looped {
			f.m.uses = append(f.m.uses, use{step: head, root: did})
		}
	}
}

// happened marks the ways that are open: what is undone has happened on all ways that come over them, and on no others.
func (s *Saga) happened() *root {
	f := s.f
	if f.bare() || len(f.sc.open) == 0 {
		return nil
	}
	did := &root{kind: varRoot, sc: f.sc, silent: true}
	f.m.roots = append(f.m.roots, did)
	for _, e := range f.sc.open {
		if did.step == nil {
			did.step = e.from
		}
		e.give(did, nothing)
	}
	return did
}

// goOn lets steps that fail go on with what is undone next. The error that began it stays what it is.
func (f *Flow) goOn(steps []*step, next *Tail[Caught], e *Caught) {
	for _, s := range steps {
		if asl.ErrorsOf(s.state) == nil {
			continue
		}
		if n := len(s.catches); n == 0 || !slices.Contains(s.catches[n-1].errors, anyError) {
			f.catch(s, slices.Clone(AnyError), func(*Caught) { next.Go(e) })
		}
	}
}
