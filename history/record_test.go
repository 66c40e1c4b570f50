package history_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/value"
)

func TestLog(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 10, 30, 0, 123_000_000, time.UTC)
	in, out, vars := value.MustParse(`{"i":1}`), value.MustParse(`[2]`), value.MustParse(`{"x":3}`)
	var log history.Log
	var want []history.Event
	for id := int64(1); id <= 800; { // several chunks of both kinds
		log.AppendEntered(id, id-1, at, history.PassStateEntered, "A", in)
		log.AppendExited(id+1, id, at, history.PassStateExited, "A", out, vars)
		log.AppendIteration(id+2, id, at, history.MapIterationStarted, "M", 7)
		failed := history.Event{
			ID: id + 3, PreviousID: id, Time: at, Type: history.TaskFailed, ResourceType: "sqs", Resource: "sendMessage", Error: new("E"), Cause: new(""),
		}
		log.Append(&failed)
		log.AppendBare(id+4, id, at, history.MapStateStarted, 3)
		log.AppendBare(id+5, id, at, history.ParallelStateStarted, 0)
		log.AppendSucceeded(id+6, id, at, out)
		want = append(want,
			history.Event{ID: id, PreviousID: id - 1, Time: at, Type: history.PassStateEntered, Name: "A", Input: in},
			history.Event{ID: id + 1, PreviousID: id, Time: at, Type: history.PassStateExited, Name: "A", Output: out, Assigned: vars},
			history.Event{ID: id + 2, PreviousID: id, Time: at, Type: history.MapIterationStarted, Name: "M", Index: 7},
			failed,
			history.Event{ID: id + 4, PreviousID: id, Time: at, Type: history.MapStateStarted, Length: 3},
			history.Event{ID: id + 5, PreviousID: id, Time: at, Type: history.ParallelStateStarted},
			history.Event{ID: id + 6, PreviousID: id, Time: at, Type: history.ExecutionSucceeded, Output: out})
		id += 7
	}
	if got := log.Events(); !slices.Equal(want, got) {
		t.Errorf("got %v\nwant %v", got, want)
	}
	for _, i := range []int{0, 15, 16, 47, 48, 797} {
		if got := log.At(i); got != want[i] {
			t.Errorf("event %d: got %v, want %v", i, got, want[i])
		}
		if got := slices.Collect(log.From(i)); !slices.Equal(got, want[i:]) {
			t.Errorf("from %d: got %d events, want %d", i, len(got), len(want)-i)
		}
	}
	var types []history.Type
	for e := range slices.Values(want) {
		types = append(types, e.Type)
	}
	if got := slices.Collect(log.Types()); !slices.Equal(got, types) {
		t.Errorf("got %d types, want %d", len(got), len(types))
	}
	for range log.All() {
		break
	}
}

func TestEmptyLog(t *testing.T) {
	t.Parallel()
	var log history.Log
	if log.Len() != 0 || log.Events() != nil || (*history.Log)(nil).Len() != 0 {
		t.Error("the zero Log should be empty")
	}
	for e := range log.From(3) {
		t.Errorf("got %v", e)
	}
	defer func() {
		if recover() == nil {
			t.Error("there is no event 0")
		}
	}()
	log.At(0)
}

// A Log of common events takes no allocation of its own for each.
func BenchmarkLog(b *testing.B) {
	at := time.Date(2026, 11, 22, 10, 30, 0, 0, time.UTC)
	in := value.MustParse(`{"i":1}`)
	b.ReportAllocs()
	for b.Loop() {
		var log history.Log
		for id := range int64(1000) {
			log.AppendEntered(id+1, id, at, history.PassStateEntered, "A", in)
		}
	}
	b.ReportMetric(float64(b.N)*1000/b.Elapsed().Seconds(), "events/s")
}
