package spill_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/local/spill"
	"github.com/stepwright/stepwright/value"
)

var sameValues = cmp.Comparer(func(a, b value.Value) bool { return a.String() == b.String() && a.Exists() == b.Exists() })

var began = time.Date(2026, 11, 22, 10, 30, 0, 0, time.UTC)

// A model is a child as the test knows it.
type model struct {
	about  *engine.Child
	events []history.Event
	status engine.Status
}

// advance adds events to a child, and gives them as a piece.
func (m *model) advance(r *rand.Rand) engine.ChildHistory {
	log := &history.Log{}
	for n := range 1 + r.IntN(4) {
		e := history.Event{ID: int64(len(m.events) + 1), PreviousID: int64(n), Time: began.Add(time.Duration(len(m.events)) * time.Millisecond), Type: history.PassStateEntered, Name: "P", Input: value.Int(r.IntN(1000))}
		m.events = append(m.events, e)
		log.Append(&e)
	}
	ends := map[int]history.Type{0: history.ExecutionSucceeded, 1: history.ExecutionFailed, 2: history.ExecutionTimedOut, 3: history.ExecutionAborted}
	if t := ends[r.IntN(8)]; t != "" {
		m.status = map[history.Type]engine.Status{history.ExecutionSucceeded: engine.Succeeded, history.ExecutionFailed: engine.FailedRun, history.ExecutionTimedOut: engine.TimedOut, history.ExecutionAborted: engine.Aborted}[t]
		e := history.Event{ID: int64(len(m.events) + 1), Time: began.Add(time.Hour), Type: t}
		m.events = append(m.events, e)
		log.Append(&e)
	}
	return engine.ChildHistory{Child: m.about, Log: log, From: 0, To: log.Len()}
}

// Whatever order children go on in, each has its own history and its own end, in memory and on disk.
func TestStore(t *testing.T) {
	t.Parallel()
	for _, memory := range []int{0, 1000, 1 << 20} {
		t.Run(fmt.Sprint(memory), func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			s := spill.New(folder, memory)
			r := rand.New(rand.NewPCG(1, uint64(memory)))
			var all []*model
			running := func() (live []*model) {
				for _, m := range all {
					if m.status == engine.Running {
						live = append(live, m)
					}
				}
				return live
			}
			for round := range 30 {
				var batch []engine.ChildHistory
				for range r.IntN(100) {
					if round < 25 && r.IntN(2) == 0 {
						name := fmt.Sprintf("%08x-1111-4111-8111-%012x", r.Uint32(), len(all))
						all = append(all, &model{about: &engine.Child{Name: name, Index: len(all), Items: r.IntN(9)}, status: engine.Running})
						batch = append(batch, all[len(all)-1].advance(r))
					} else if live := running(); len(live) > 0 {
						batch = append(batch, live[r.IntN(len(live))].advance(r))
					}
				}
				s.Observe(batch)
			}
			check(t, s, all)
			if n, _ := os.ReadDir(folder); len(n) > 0 && os.Remove(folder+"/"+n[0].Name()) == nil {
				t.Errorf("%d files have names", len(n))
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Child(0); err == nil {
				t.Error("a closed store tells of a child")
			}
		})
	}
}

func check(t *testing.T, s *spill.Store, all []*model) {
	t.Helper()
	if s.Len() != len(all) || len(all) < 200 {
		t.Fatalf("%d children, want %d", s.Len(), len(all))
	}
	for i, m := range all {
		c, err := s.Child(i)
		if err != nil || c.Name != m.about.Name || c.Status != m.status || c.Items != m.about.Items || c.Events != len(m.events) || !c.Started.Equal(began) ||
			c.Stopped.IsZero() != (m.status == engine.Running) {
			t.Fatalf("child %d is %+v, %v; want %+v %s", i, c, err, m.about, m.status)
		}
		if found, ok, err := s.Find(m.about.Name); !ok || err != nil || found != c {
			t.Errorf("found %+v %v %v, want %+v", found, ok, err, c)
		}
		events, err := s.History(c)
		if d := cmp.Diff(m.events, events, sameValues); d != "" || err != nil {
			t.Fatalf("child %d: %v (-want +got):\n%s", i, err, d)
		}
	}
	for _, name := range []string{"", "nobody", "00000000-0000-4000-8000-000000000000"} {
		if c, ok, err := s.Find(name); ok || err != nil {
			t.Errorf("found %+v %v", c, err)
		}
	}
	if _, err := s.Child(len(all)); err == nil {
		t.Error("there is a child after the last")
	}
}

// A store that cannot write says so.
func TestNoFolder(t *testing.T) {
	t.Parallel()
	s := spill.New(t.TempDir()+"/gone", 0)
	s.Observe([]engine.ChildHistory{(&model{about: &engine.Child{Name: "a"}, status: engine.Running}).advance(rand.New(rand.NewPCG(1, 1)))})
	if _, err := s.Child(0); err == nil {
		t.Error("what could not be written is told")
	}
}
