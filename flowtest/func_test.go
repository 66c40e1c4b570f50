package flowtest_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/awssdk"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/value"
)

func TestThenFunc(t *testing.T) {
	t.Parallel()
	run := flowtest.Run(t, Refund, Order{ID: "o1"},
		flowtest.StateFails("Find charge", Busy{}).ThenFunc(func(in value.Value) (any, error) {
			return map[string]any{"id": "c-" + in.Get("id").Str(), "ageDays": 3}, nil
		}),
		flowtest.StateFails("Pay back", Busy{}).ThenFunc(func(value.Value) (any, error) { return nil, errors.New("no bank") }))
	run.FailsWith("Busy")
	if got := run.Calls("Pay back")[0].Get("id").Str(); got != "c-o1" {
		t.Errorf("Pay back got the charge %q", got)
	}
}

func TestObservedOnAClock(t *testing.T) {
	t.Parallel()
	now := time.Date(2030, 5, 1, 0, 0, 0, 0, time.UTC)
	var seen []history.Type
	w := flow.Standard("Naps", func(f *flow.Flow, o *Order) *Order {
		flow.Wait(f, "Nap", time.Hour)
		return o
	})
	run := flowtest.Run(t, w, Order{}, flowtest.On(clock.NewVirtual(now)), flowtest.Observed(func(e history.Event) { seen = append(seen, e.Type) }))
	run.Succeeds()
	if got := run.History()[0].Time; !got.Equal(now) {
		t.Errorf("it started at %v, not when the clock stood at %v", got, now)
	}
	want := []history.Type{history.ExecutionStarted, history.WaitStateEntered, history.WaitStateExited, history.ExecutionSucceeded}
	if d := cmp.Diff(want, seen); d != "" {
		t.Errorf("events seen (-want +got):\n%s", d)
	}
}

func TestSubstitute(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Asks", func(f *flow.Flow, o *Order) *Charge {
		return awssdk.Call[Charge](f, "Ask", "sqs:sendMessage", map[string]any{"QueueUrl": flow.Role("Known").Ref(), "MessageBody": o})
	})
	run := flowtest.Run(t, w, Order{}, flowtest.Substitute(map[string]string{"Known": "known-function"}), flowtest.State("Ask", Charge{ID: "c"}))
	run.Succeeds()
	for _, e := range run.History() {
		if e.Type == history.TaskScheduled && e.Parameters.Get("QueueUrl").Str() != "known-function" {
			t.Errorf("the task was called with %s", e.Parameters)
		}
	}
}
