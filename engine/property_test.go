package engine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/value"
)

// A world is all that is around a run, with faults: tasks answer or fail, with 300 KiB or not at all, twice, after
// they were cancelled or have timed out, before they were submitted; heartbeats come or stay away; somebody stops the
// execution. What happens is decided by a seed, so that it can happen again.
type world struct {
	rng    *rand.Rand
	run    *engine.Run
	now    time.Time
	calls  []engine.Call
	timers []engine.SetTimer
	past   []engine.Signal // what has happened, to happen again
	stopAt int             // the signal that is a Stop; 0 for none

	history  []history.Event
	children []string // what was told of children, as JSON
	problem  error
}

// between is what may be done with a run between two signals.
type between func(*engine.Run) (*engine.Run, error)

// live lets a run live until it ends.
func (w *world) live(ctx context.Context, restore between) error {
	w.signal(ctx, engine.Begin{})
	for n := 2; w.run.Status() == engine.Running && w.problem == nil; n++ {
		if restore != nil {
			if w.run, w.problem = restore(w.run); w.problem != nil {
				break
			}
		}
		switch {
		case n > 3000:
			return fmt.Errorf("the execution does not end")
		case n == w.stopAt:
			w.signal(ctx, engine.Stop{ErrorName: "Stopped", Cause: "by the test"})
		default:
			w.signal(ctx, w.next())
		}
	}
	if w.problem == nil && len(w.calls)+len(w.timers) > 0 {
		w.problem = fmt.Errorf("the execution has ended, and %d calls and %d timers have not", len(w.calls), len(w.timers))
	}
	if w.problem == nil {
		w.problem = malformed(w.history, w.run.Status())
	}
	return w.problem
}

// signal hands a signal to the run and takes note of what comes of it.
func (w *world) signal(ctx context.Context, s engine.Signal) {
	e := w.run.Handle(ctx, w.now, s)
	w.past = append(w.past, s)
	w.history = append(w.history, e.History...)
	if len(e.Children) > 0 {
		b, err := json.Marshal(e.Children)
		if w.children = append(w.children, string(b)); err != nil {
			w.problem = err
		}
	}
	for _, c := range e.Commands {
		switch c := c.(type) {
		case engine.CallTask:
			w.calls = append(w.calls, c.Call)
		case engine.SetTimer:
			w.timers = append(w.timers, c)
		case engine.CancelTask:
			w.forgetCall(c.ID, "cancelled")
		case engine.CancelTimer:
			w.forgetTimer(c.ID)
		}
	}
}

func (w *world) forgetCall(id int, why string) {
	i := slices.IndexFunc(w.calls, func(c engine.Call) bool { return c.ID == id })
	if i < 0 {
		w.problem = fmt.Errorf("call %d is %s and not out", id, why)
		return
	}
	w.calls = slices.Delete(w.calls, i, i+1)
}

func (w *world) forgetTimer(id int) {
	i := slices.IndexFunc(w.timers, func(t engine.SetTimer) bool { return t.ID == id })
	if i < 0 {
		w.problem = fmt.Errorf("timer %d is not set", id)
		return
	}
	w.timers = slices.Delete(w.timers, i, i+1)
}

// next decides what happens next.
func (w *world) next() engine.Signal {
	first := slices.MinFunc(w.timers, func(a, b engine.SetTimer) int { return a.At.Compare(b.At) }) // the execution's own is always set
	roll := w.rng.IntN(20)
	switch {
	case roll == 0 && len(w.past) > 1: // again what has happened already
		return w.past[1+w.rng.IntN(len(w.past)-1)]
	case roll == 1:
		return w.stray()
	case roll < 14 && len(w.calls) > 0 && first.At.After(w.now):
		if later := w.now.Add(time.Duration(w.rng.IntN(3000)) * time.Millisecond); later.Before(first.At) {
			w.now = later
		}
		return w.about(w.calls[w.rng.IntN(len(w.calls))])
	}
	if first.At.After(w.now) {
		w.now = first.At
	}
	w.forgetTimer(first.ID)
	return engine.TimerFired{ID: first.ID}
}

// stray is a signal that concerns nothing.
func (w *world) stray() engine.Signal {
	return []engine.Signal{
		engine.Begin{},
		engine.TaskDone{ID: 1 << 20},
		engine.TimerFired{ID: 1 << 20},
		engine.TaskHeartbeat{ID: 1 << 20},
		engine.TokenDone{Token: "none"},
		engine.TokenDone{},
		engine.TokenStarted{},
		engine.TokenHeartbeat{Token: "none"},
	}[w.rng.IntN(8)]
}

// about is something that happens to a call.
func (w *world) about(c engine.Call) engine.Signal {
	result := w.result(c)
	if c.Token != "" && w.rng.IntN(2) == 0 {
		return []engine.Signal{
			engine.TokenDone{Token: c.Token, Result: result}, engine.TokenHeartbeat{Token: c.Token}, engine.TokenStarted{Token: c.Token, Worker: "w"},
		}[w.rng.IntN(3)]
	}
	if w.rng.IntN(6) == 0 {
		return engine.TaskHeartbeat{ID: c.ID}
	}
	w.forgetCall(c.ID, "answered")
	return engine.TaskDone{ID: c.ID, Result: result}
}

func (w *world) result(c engine.Call) engine.Result {
	switch w.rng.IntN(8) {
	case 0:
		return engine.Failed("Unlucky", "")
	case 1:
		return engine.Failed("States.Timeout", "too late")
	case 2:
		return engine.Succeed(value.String(strings.Repeat("x", 300<<10)))
	case 3:
		return engine.Result{}
	}
	return engine.Succeed(value.Object(value.M("n", value.Int(c.Attempt)), value.M("list", value.Array(value.True, value.Null))))
}

// random is a random machine ready to run, of a seed.
func random(seed uint64) (*engine.Plan, string, error) {
	m := &maker{rng: rand.New(rand.NewPCG(seed, 1)), paths: seed%2 == 0}
	definition := m.machine()
	machine, diags := asl.Parse([]byte(definition))
	if diags.HasErrors() {
		return nil, definition, diags.Err()
	}
	p, diags := engine.NewPlan(machine, engine.Options{MaxEvents: 120})
	return p, definition, diags.Err()
}

func (w *world) told() (string, error) {
	events, err := json.Marshal(w.history)
	if err != nil {
		return "", err
	}
	state, err := json.Marshal(w.run)
	return string(events) + strings.Join(w.children, "") + string(state), err
}

// property checks a random machine in a random world. The execution ends with a well-formed history; it is the same to
// the byte when it is executed again, and when the run is written and read back before every signal.
func property(ctx context.Context, seed uint64, stopAt int) (events int, err error) {
	p, definition, err := random(seed)
	if p == nil {
		return 0, fmt.Errorf("seed %d: %w\n%s", seed, err, definition)
	}
	rewrite := func(r *engine.Run) (*engine.Run, error) {
		b, err := json.Marshal(r)
		if err != nil {
			return nil, err
		}
		return p.Restore(b)
	}
	var told [3]string
	for i, restore := range []between{nil, nil, rewrite} {
		start := started(`{"n":3,"list":[1,{"n":2},3]}`)
		start.Seed = seed
		w := &world{rng: rand.New(rand.NewPCG(seed, 2)), run: p.Start(start), now: began, stopAt: stopAt}
		err := w.live(ctx, restore)
		events = len(w.history)
		if err == nil {
			told[i], err = w.told()
		}
		if err != nil {
			return events, fmt.Errorf("seed %d, stopped at %d, way %d: %w\n%s\n%s", seed, stopAt, i, err, definition, story(w.history))
		}
	}
	switch {
	case told[0] != told[1]:
		return events, fmt.Errorf("seed %d, stopped at %d: two executions differ\n%s\n%s\n%s", seed, stopAt, definition, told[0], told[1])
	case told[0] != told[2]:
		return events, fmt.Errorf("seed %d, stopped at %d: restoring the run changes the history\n%s\n%s\n%s", seed, stopAt, definition, told[0], told[2])
	}
	return events, nil
}

// story is a history for people who look for a mistake.
func story(events []history.Event) string {
	var b strings.Builder
	for _, e := range events {
		fmt.Fprintf(&b, "%d<%d %s %s %d\n", e.ID, e.PreviousID, e.Type, e.Name, e.Index)
	}
	return b.String()
}

func TestProperties(t *testing.T) {
	t.Parallel()
	const machines = 160
	for part := range 4 {
		t.Run(fmt.Sprint(part), func(t *testing.T) {
			t.Parallel()
			for i := range machines / 4 {
				if _, err := property(t.Context(), uint64(i*4+part), 0); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// An execution can be stopped at any time.
func TestStopAtAnyTime(t *testing.T) {
	t.Parallel()
	for seed := range uint64(12) {
		for at := 2; at < 40; at += 2 + int(seed%3) {
			if _, err := property(t.Context(), seed, at); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func FuzzProperties(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(seed, uint8(seed%7*5))
	}
	f.Fuzz(func(t *testing.T, seed uint64, stopAt uint8) {
		if _, err := property(t.Context(), seed, int(stopAt)); err != nil {
			t.Error(err)
		}
	})
}
