package engine

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/history"
)

// An Observer sees each event of the history as it is written, in order, on the goroutine that executes the run.
type Observer func(history.Event)

// Execute carries a run through to its end: it begins it, or goes on with a restored one, does what the run commands
// with clk and tasks, and shows every event to the observers. Calls run side by side, each on its own goroutine.
//
// On a *clock.Virtual all calls that are out are waited for; then what comes first happens, answers before timers,
// and the clock is advanced to its time. Two executions of equal runs with equal answers are then the same.
//
// A *clock.Shared moves on when all that live by it wait. Calls that are out hold it, and pause by their context if they
// wait for others; the hold that ctx carries is paused while the run waits. Timeouts and heartbeats do not make the
// clock move.
//
// When ctx ends, the execution is left as it is and the outcome's Err says why; the run can be executed again. If the
// context's cause is a Stop, the execution is aborted, as StopExecution does:
//
//	ctx, stop := context.WithCancelCause(ctx)
//	stop(engine.Stop{ErrorName: "Cancelled", Cause: "by the operator"})
func Execute(ctx context.Context, run *Run, clk clock.Clock, tasks Tasks, observers ...Observer) Outcome {
	d := &driver{run: run, clock: clk, tasks: tasks, observers: observers}
	return d.execute(ctx)
}

type driver struct {
	run       *Run
	clock     clock.Clock
	tasks     Tasks
	observers []Observer
	between   func(*Run) *Run // what tests do between two signals

	answers chan answer
	inbox   <-chan Signal
	books   *books          // items that are read page by page
	met     map[string]bool // Map Runs that were told of
	calls   map[int]out     // calls that have not come back
	due     []happening     // sorted: what happens at which time
	timers  map[int]time.Time
}

// An out is a call that is out.
type out struct {
	cancel  context.CancelFunc
	started time.Time
}

// An answer is what a call came back with.
type answer struct {
	id      int
	result  Result
	release func() // lets go of the clock, which the call has held
}

// A happening is a signal and its time.
type happening struct {
	at    time.Time
	sig   Signal
	limit bool // a timer that bounds what may end before
}

func (d *driver) execute(ctx context.Context) Outcome {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	d.answers, d.calls, d.timers = make(chan answer), map[int]out{}, map[int]time.Time{}
	d.books, d.met = newBooks(inner, d.tasks), map[string]bool{}
	defer d.books.close()
	if in, ok := d.tasks.(Inbox); ok {
		d.inbox = in.Signals()
	}
	if d.run.state.Began {
		d.do(inner, d.run.Pending())
	} else {
		d.signal(inner, d.clock.Now(), Begin{})
	}
	for d.run.Status() == Running {
		sig, at, ok := d.next(ctx)
		if !ok {
			return d.end(ctx)
		}
		d.signal(inner, at, sig)
	}
	return d.run.Outcome()
}

// end leaves the execution because its context ended.
func (d *driver) end(ctx context.Context) Outcome {
	var stop Stop
	if errors.As(context.Cause(ctx), &stop) {
		d.signal(ctx, d.clock.Now(), stop)
		return d.run.Outcome()
	}
	o := d.run.Outcome()
	o.Err = context.Cause(ctx)
	return o
}

// signal hands a signal to the run and does what comes of it. Expressions do not see the context end: half an
// evaluation must not become an error of the workflow.
func (d *driver) signal(ctx context.Context, at time.Time, sig Signal) {
	log := d.run.log
	if d.between != nil {
		d.run = d.between(d.run)
	}
	if log == nil && len(d.observers) > 0 {
		log = new(history.Log)
	}
	before := log.Len()
	effects := d.run.handle(context.WithoutCancel(ctx), at, sig, log)
	d.meetMapRuns(effects.MapRuns)
	children := effects.Children
	if len(d.observers) > 0 {
		i := 0
		for e := range log.From(before) {
			children = d.observeChildren(children, i)
			for _, see := range d.observers {
				see(e)
			}
			i++
		}
	}
	d.observeChildren(children, math.MaxInt)
	d.observeMapRuns(effects.MapRuns)
	d.do(ctx, effects.Commands)
}

func (d *driver) do(ctx context.Context, commands []Command) {
	for _, c := range commands {
		switch c := c.(type) {
		case CallTask:
			d.call(ctx, c.Call)
		case CancelTask:
			if o, ok := d.calls[c.ID]; ok { // it has not answered, so that nothing of it is planned
				o.cancel()
				delete(d.calls, c.ID)
				continue
			}
			d.forget(func(s Signal) bool {
				switch s := s.(type) {
				case TaskDone:
					return s.ID == c.ID
				case TaskHeartbeat:
					return s.ID == c.ID
				}
				return false
			})
		case SetTimer:
			d.timers[c.ID] = c.At
			d.insert(happening{c.At, TimerFired{c.ID}, c.Limit})
		case CancelTimer:
			if i, ok := d.find(happening{at: d.timers[c.ID], sig: TimerFired(c)}); ok {
				d.due = slices.Delete(d.due, i, i+1)
			}
			delete(d.timers, c.ID)
		}
	}
}

// call does a task on a goroutine of its own, until it answers or is cancelled.
func (d *driver) call(ctx context.Context, c Call) {
	ctx, cancel := context.WithCancel(ctx)
	ctx, release := clock.HoldFor(ctx, d.clock)
	d.calls[c.ID] = out{cancel, d.clock.Now()}
	if o, ok := d.tasks.(CallObserver); ok {
		o.Called(c)
	}
	go func() {
		defer cancel()
		r := Failed(errTaskFailed, "the task ended without an answer")
		defer func() { // also when the goroutine is ended, as t.Fatal in a test does
			select {
			case d.answers <- answer{c.ID, r, release}:
			case <-ctx.Done():
				release()
			}
		}()
		if d.tasks == nil {
			r = Failed(errTaskFailed, "nobody does tasks in this execution")
			return
		}
		if c.Reading != nil && d.books.opener != nil {
			r = d.books.page(ctx, c)
			return
		}
		r = d.tasks.Do(ctx, c)
	}()
}

// plan notes what happens when: earlier things first, then answers before timers, then in the order they were made.
func (d *driver) plan(at time.Time, sig Signal) { d.insert(happening{at: at, sig: sig}) }

func (d *driver) insert(h happening) {
	i, _ := d.find(h)
	d.due = slices.Insert(d.due, i, h)
}

// find gives the place of what happens among the rest, and whether it is there.
func (d *driver) find(h happening) (int, bool) {
	return slices.BinarySearchFunc(d.due, h, func(a, b happening) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.rank(), b.rank()), cmp.Compare(a.id(), b.id()), cmp.Compare(a.token(), b.token()))
	})
}

func (h happening) rank() int {
	if _, ok := h.sig.(TimerFired); ok {
		return 1
	}
	return 0
}

func (h happening) id() int {
	switch s := h.sig.(type) {
	case TaskDone:
		return s.ID
	case TaskHeartbeat:
		return s.ID
	case TimerFired:
		return s.ID
	}
	return 0
}

func (h happening) token() string {
	switch s := h.sig.(type) {
	case TokenStarted:
		return s.Token
	case TokenDone:
		return s.Token
	case TokenHeartbeat:
		return s.Token
	}
	return ""
}

func (d *driver) forget(what func(Signal) bool) {
	d.due = slices.DeleteFunc(d.due, func(h happening) bool { return what(h.sig) })
}

// next waits for what happens next; ok is false when the context ended first.
func (d *driver) next(ctx context.Context) (sig Signal, at time.Time, ok bool) {
	virtual, isVirtual := d.clock.(*clock.Virtual)
	for ctx.Err() == nil {
		switch {
		case isVirtual && len(d.calls) > 0:
			d.await(ctx, nil)
		case len(d.due) == 0:
			d.await(ctx, nil)
		case isVirtual:
			virtual.AdvanceTo(d.due[0].at)
			return d.take()
		case !d.due[0].at.After(d.clock.Now()):
			return d.take()
		default:
			t := d.timer()
			d.await(ctx, t.C())
			t.Stop()
		}
	}
	return nil, time.Time{}, false
}

// timer gives a timer for what happens next. A clock that moves by itself does so for what is certain to happen.
func (d *driver) timer() clock.Timer {
	c := d.clock
	if !slices.ContainsFunc(d.due, func(h happening) bool { return !h.limit }) {
		c = clock.Background(c)
	}
	return c.NewTimer(d.due[0].at)
}

func (d *driver) take() (sig Signal, at time.Time, ok bool) {
	h := d.due[0]
	d.due = slices.Delete(d.due, 0, 1)
	if t, ok := h.sig.(TimerFired); ok {
		delete(d.timers, t.ID)
	}
	return h.sig, d.clock.Now(), true
}

// await waits for an answer, for a time, or for the context's end. Meanwhile it does not hold the clock.
func (d *driver) await(ctx context.Context, until <-chan time.Time) {
	resume := clock.Pause(ctx)
	answered := func() {}
	select {
	case a := <-d.answers:
		answered = a.release
		d.answered(a)
	case s, ok := <-d.inbox:
		if ok {
			d.plan(d.clock.Now(), s)
		} else {
			d.inbox = nil
		}
	case <-until:
	case <-ctx.Done():
	}
	resume()
	answered()
}

func (d *driver) answered(a answer) {
	o, ok := d.calls[a.id]
	if !ok {
		return
	}
	delete(d.calls, a.id)
	for _, after := range a.result.Heartbeats {
		d.plan(d.later(o.started, after), TaskHeartbeat{a.id})
	}
	if !a.result.Never {
		d.plan(d.later(o.started, a.result.After), TaskDone{a.id, a.result})
	}
}

// later is the time so long after a call was made, but not past.
func (d *driver) later(made time.Time, after time.Duration) time.Time {
	at := made.Add(after)
	if now := d.clock.Now(); at.Before(now) {
		return now
	}
	return at
}
