package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/value"
)

// unreliable are tasks that are done by goroutines with faults: they answer, or fail, or never answer although they
// were told to stop, or only when they are told, or their goroutine is killed; their answers may take longer than
// allowed, and tokens are answered twice. What a call comes to is decided by the seed and what is called.
type unreliable struct {
	seed    uint64
	signals chan engine.Signal
	done    chan struct{} // closed when the test is over
	posts   sync.WaitGroup
}

func (u *unreliable) Signals() <-chan engine.Signal { return u.signals }

func (u *unreliable) Do(ctx context.Context, c engine.Call) engine.Result {
	rng := rand.New(rand.NewPCG(u.seed, uint64(c.ID)))
	if c.Waits && c.Token != "" { // somebody outside answers, twice
		for range 2 {
			u.post(engine.TokenDone{Token: c.Token, Result: engine.Succeed(value.True)})
		}
		return engine.Result{Never: true}
	}
	switch rng.IntN(8) {
	case 0:
		return engine.Failed("Unlucky", "")
	case 1:
		runtime.Goexit()
	case 2:
		return engine.Succeed(value.String(strings.Repeat("x", 300<<10)))
	case 3:
		return engine.Result{Never: true}
	case 4:
		return engine.Result{Output: value.True, After: time.Hour, Heartbeats: []time.Duration{time.Second, 4 * time.Second}}
	case 5:
		select { // an answer that nobody wants any more
		case <-ctx.Done():
		case <-time.After(time.Minute):
		}
	}
	return engine.Succeed(value.Object(value.M("n", value.Int(3)), value.M("list", value.Array(value.True))))
}

// post sends a signal without waiting for somebody to take it.
func (u *unreliable) post(s engine.Signal) {
	u.posts.Go(func() {
		select {
		case u.signals <- s:
		case <-u.done:
		}
	})
}

// TestFaults executes random machines with unreliable tasks, on a virtual clock and on one that runs: they end with
// well-formed histories, and synctest sees to it that no goroutine is left.
func TestFaults(t *testing.T) {
	t.Parallel()
	for part := range 4 {
		t.Run(fmt.Sprint(part), func(t *testing.T) {
			t.Parallel()
			for i := range uint64(40) {
				synctest.Test(t, func(t *testing.T) {
					seed := i*4 + uint64(part)
					var clk clock.Clock = clock.NewVirtual(began)
					start := started(`{"n":3,"list":[1,{"n":2},3]}`)
					if i%2 == 1 {
						clk, start.Time = clock.Real(), time.Now()
					}
					start.Seed = seed
					events, o := faulty(t, seed, start, clk)
					if err := malformed(events, o.Status); err != nil || o.Err != nil {
						t.Errorf("seed %d: %v, %v\n%s", seed, err, o.Err, story(events))
					}
				})
			}
		})
	}
}

func faulty(t *testing.T, seed uint64, start engine.Start, clk clock.Clock) (events []history.Event, o engine.Outcome) {
	t.Helper()
	p, definition, err := random(seed)
	if p == nil {
		t.Fatalf("seed %d: %v\n%s", seed, err, definition)
	}
	u := &unreliable{seed: seed, signals: make(chan engine.Signal), done: make(chan struct{})}
	ctx, cancel := context.WithTimeout(t.Context(), 400*24*time.Hour) // longer than an execution may take
	defer cancel()
	o = engine.Execute(ctx, p.Start(start), clk, u, func(e history.Event) { events = append(events, e) })
	close(u.done)
	u.posts.Wait()
	return events, o
}

// TestCancelAtAnyEvent ends the context of executions after each of their events in turn: they are left as they are,
// no goroutine stays behind, and a run that was written and read back goes on to the same history.
func TestCancelAtAnyEvent(t *testing.T) {
	t.Parallel()
	for seed := range uint64(16) {
		synctest.Test(t, func(t *testing.T) { cancelAtAnyEvent(t, seed) })
	}
}

func cancelAtAnyEvent(t *testing.T, seed uint64) {
	p, definition, err := random(seed)
	if p == nil {
		t.Fatalf("seed %d: %v\n%s", seed, err, definition)
	}
	tasks := engine.TasksFunc(dice(seed))
	start := started(`{"n":3,"list":[1,{"n":2},3]}`)
	start.Seed = seed
	once := func(at int) (events []history.Event, o engine.Outcome) {
		clk, run, leave := clock.NewVirtual(began), p.Start(start), errors.New("left")
		see := func(cancel context.CancelCauseFunc) engine.Observer {
			return func(e history.Event) {
				if events = append(events, e); len(events) == at {
					cancel(leave)
				}
			}
		}
		for range 2 {
			ctx, cancel := context.WithCancelCause(t.Context())
			o = engine.Execute(ctx, run, clk, tasks, see(cancel))
			cancel(nil)
			if o.Status != engine.Running {
				return events, o
			}
			if len(events) < at || !errors.Is(o.Err, leave) {
				t.Fatalf("seed %d: left at event %d of %d: %v\n%s", seed, len(events), at, o.Err, definition)
			}
			b, err := json.Marshal(run)
			if err == nil {
				run, err = p.Restore(b)
			}
			if err != nil {
				t.Fatalf("seed %d: left at event %d: %v\n%s", seed, at, err, definition)
			}
		}
		return events, o
	}
	whole, o := once(0)
	if err := malformed(whole, o.Status); err != nil {
		t.Fatalf("seed %d: %v\n%s", seed, err, story(whole))
	}
	want := mustMarshal(t, whole)
	for at := 1; at <= len(whole); at += 1 + len(whole)/20 {
		if events, o := once(at); o.Status == engine.Running || mustMarshal(t, events) != want {
			t.Fatalf("seed %d: left at event %d, the execution ends as %s\n%s\nwant\n%s\n%s", seed, at, o.Status, story(events), story(whole), definition)
		}
	}
}
