package flowtest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/value"
)

type (
	Order struct {
		ID string `json:"id"`
	}
	Charge struct {
		ID      string `json:"id"`
		AgeDays int    `json:"ageDays"`
	}
	Receipt struct {
		Number string `json:"number"`
	}
	Busy struct{}
)

func (Busy) Error() string { return "try later" }

func FindCharge(_ context.Context, o Order) (Charge, error) { return Charge{ID: "c-" + o.ID}, nil }
func PayBack(context.Context, Charge) (Receipt, error)      { return Receipt{}, errors.New("no bank here") }

var Refund = flow.Standard("Refund", func(f *flow.Flow, order *Order) *Receipt {
	charge := flow.Task(f, "Find charge", FindCharge, order, flow.Timeout(10*time.Second),
		flow.Retry(flow.Raised[Busy](), flow.Backoff{Attempts: 2, First: 2 * time.Second, Rate: 2}))
	flow.Choice(f, "Still refundable?").
		When(flow.Below(&charge.AgeDays, 90), flow.Continue).
		Otherwise(func() { flow.Fail(f, "Too late", "TooLate", "charge ", &charge.ID, " is too old") })
	flow.Wait(f, "Sleep on it", 24*time.Hour)
	return flow.Task(f, "Pay back", PayBack, charge)
})

func TestSnapshot(t *testing.T) {
	t.Parallel()
	flowtest.Snapshot(t, Refund)
}

func TestRefund(t *testing.T) {
	t.Parallel()
	run := flowtest.Run(t, Refund, Order{ID: "o1"},
		flowtest.Stub(FindCharge, Charge{ID: "c1", AgeDays: 3}),
		flowtest.Stub(PayBack, Receipt{Number: "r1"}))

	var got Receipt
	run.Output(&got)
	if got.Number != "r1" {
		t.Errorf("got receipt %q, want r1", got.Number)
	}
	run.Visits("Find charge", "Sleep on it", "Pay back")
	run.Avoids("Too late")
	if run.Took() != 24*time.Hour {
		t.Errorf("took %v, want a day", run.Took())
	}
	if d := cmp.Diff(`[{"id":"o1"}]`, fmt.Sprint(run.Calls("Find charge"))); d != "" {
		t.Errorf("Find charge was called with (-want +got):\n%s", d)
	}
}

func TestTooLate(t *testing.T) {
	t.Parallel()
	run := flowtest.Run(t, Refund, &Order{ID: "o1"}, flowtest.State("Find charge", map[string]any{"id": "c1", "ageDays": 120}))
	if cause := run.FailsWith("TooLate"); cause != "charge c1 is too old" {
		t.Errorf("the cause is %q", cause)
	}
	if d := cmp.Diff([]string{"Find charge", "Still refundable?", "Too late"}, run.Path()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestAttempts(t *testing.T) {
	t.Parallel()
	run := flowtest.Run(t, Refund, Order{ID: "o1"},
		flowtest.Fails(FindCharge, Busy{}).ThenFails(Busy{}).Then(Charge{AgeDays: 1}).After(time.Second),
		flowtest.Stub(PayBack, Receipt{}))
	run.Succeeds()
	if n := len(run.Calls("Find charge")); n != 3 {
		t.Errorf("%d attempts, want 3", n)
	}
	if want := 24*time.Hour + 2*time.Second + 4*time.Second + time.Second; run.Took() != want {
		t.Errorf("took %v, want %v", run.Took(), want)
	}
}

// TestLastStubCounts puts a test's own stubs behind those of all runs.
func TestLastStubCounts(t *testing.T) {
	t.Parallel()
	usual := []flowtest.Option{
		flowtest.Stub(FindCharge, Charge{ID: "usual"}), flowtest.Stub(PayBack, Receipt{}),
		flowtest.State("Pay back", Receipt{Number: "state"}),
	}
	for _, c := range []struct {
		name string
		own  flowtest.Option
		want string // the charge that is paid back, and the receipt
	}{
		{"none", flowtest.Seed(2), "usual state"},
		{"a handler's", flowtest.Stub(FindCharge, Charge{ID: "own"}), "own state"},
		{"a state's", flowtest.State("Pay back", Receipt{Number: "own"}), "usual own"},
		{"a state's before its handler's", flowtest.Stub(PayBack, Receipt{Number: "handler"}), "usual state"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			run := flowtest.Run(t, Refund, Order{}, append(usual[:len(usual):len(usual)], c.own)...)
			if got := run.Calls("Pay back")[0].Get("id").Str() + " " + run.Value().Get("number").Str(); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestNamesOfErrors(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"Busy":                            &Busy{},
		"errorString":                     errors.New("x"),
		"Lambda.TooManyRequestsException": flowtest.Error{Name: "Lambda.TooManyRequestsException", Cause: "slow down"},
		"DynamoDB.InternalServerError":    fmt.Errorf("wrapped: %w", flowtest.Error{Name: "DynamoDB.InternalServerError"}),
		"States.Timeout":                  nil,
	} {
		stub := flowtest.Stub(FindCharge, Charge{}).After(time.Minute) // longer than the time-out
		if err != nil {
			stub = flowtest.Fails(FindCharge, err)
		}
		run := flowtest.Run(t, Refund, Order{}, stub)
		run.FailsWith(want)
	}
	flowtest.Run(t, Refund, Order{}, flowtest.Fails(FindCharge, Busy{}).ThenNever()).FailsWith("States.Timeout")
	flowtest.Run(t, Refund, Order{}, flowtest.StateFails("Find charge", flowtest.Error{Name: "Odd"})).FailsWith("Odd")
}

func TestRealHandlers(t *testing.T) {
	t.Parallel()
	run := flowtest.Run(t, Refund, Order{ID: "7"}, flowtest.Real(FindCharge), flowtest.Real(PayBack), flowtest.Seed(7), flowtest.StartingAt(time.Unix(0, 0)))
	cause := run.FailsWith("errorString")
	if !strings.Contains(cause, "no bank here") {
		t.Errorf("the cause is %q", cause)
	}
	if d := cmp.Diff(`[{"id":"c-7","ageDays":0}]`, fmt.Sprint(run.Calls("Pay back"))); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if got := run.History()[0].Time.Unix(); got != 0 {
		t.Errorf("the execution started at %d", got)
	}
}

func TestJSONInput(t *testing.T) {
	t.Parallel()
	for _, in := range []any{value.MustParse(`{"id": "x"}`), json.RawMessage(`{"id": "x"}`)} {
		run := flowtest.Run(t, Refund, in, flowtest.Stub(FindCharge, Charge{AgeDays: 100}))
		run.FailsWith("TooLate")
	}
}

// TestSaysWhatIsWrong is about the messages of tests that fail.
func TestSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	old := flowtest.Stub(FindCharge, Charge{ID: "c1", AgeDays: 120})
	for name, c := range map[string]struct {
		test func(t testing.TB)
		want []string
	}{
		"no stub": {
			func(t testing.TB) { flowtest.Run(t, Refund, Order{ID: "o1"}) },
			[]string{`state "Find charge" calls arn:aws:states:::lambda:invoke, and no stub answers`, `"Payload":{"id":"o1"}`, "flowtest.Stub(FindCharge, answer)"},
		},
		"succeeds": {
			func(t testing.TB) { flowtest.Run(t, Refund, Order{}, old).Succeeds() },
			[]string{`workflow "Refund" ended as FAILED with TooLate: charge c1 is too old`, "0s  Still refundable?", "expected success"},
		},
		"output": {
			func(t testing.TB) { flowtest.Run(t, Refund, Order{}, old).Output(new(Receipt)) },
			[]string{"expected an output"},
		},
		"output of another shape": {
			func(t testing.TB) {
				flowtest.Run(t, Refund, Order{}, flowtest.Stub(FindCharge, Charge{}), flowtest.Stub(PayBack, Receipt{})).Output(new([]int))
			},
			[]string{"the output does not fit"},
		},
		"another error":   {func(t testing.TB) { flowtest.Run(t, Refund, Order{}, old).FailsWith("Other") }, []string{"expected failure with Other"}},
		"not visited":     {func(t testing.TB) { flowtest.Run(t, Refund, Order{}, old).Visits("Pay back") }, []string{`state "Pay back" was not entered`}},
		"no such state":   {func(t testing.TB) { flowtest.Run(t, Refund, Order{}, old).Visits("Pya back") }, []string{`"Pya back" is no state`}},
		"wrong order":     {func(t testing.TB) { flowtest.Run(t, Refund, Order{}, old).Visits("Too late", "Find charge") }, []string{"not after the one named before it"}},
		"not avoided":     {func(t testing.TB) { flowtest.Run(t, Refund, Order{}, old).Avoids("Too late") }, []string{`state "Too late" was entered`}},
		"avoids nothing":  {func(t testing.TB) { flowtest.Run(t, Refund, Order{}, old).Avoids("Nowhere") }, []string{"nothing is said by avoiding it"}},
		"calls of nobody": {func(t testing.TB) { flowtest.Run(t, Refund, Order{}, old).Calls("Nowhere") }, []string{`"Nowhere" is no state`}},
		"wrong input":     {func(t testing.TB) { flowtest.Run(t, Refund, Charge{}) }, []string{"takes a flowtest_test.Order, but the test gives a flowtest_test.Charge"}},
		"broken input":    {func(t testing.TB) { flowtest.Run(t, Refund, json.RawMessage(`{`)) }, []string{"is no JSON: 1:2"}},
		"stub of a stranger": {
			func(t testing.TB) { flowtest.Run(t, Refund, Order{}, flowtest.Stub(Stranger, Charge{})) },
			[]string{`handler Stranger, but workflow "Refund" does not name it; it names ["FindCharge" "PayBack"]`},
		},
		"stub of no state": {func(t testing.TB) { flowtest.Run(t, Refund, Order{}, flowtest.State("X", 1)) }, []string{`state "X", but workflow "Refund" has none of that name`}},
		"broken workflow":  {func(t testing.TB) { flowtest.Snapshot(t, broken) }, []string{`workflow "Broken" has problems`, "flowtest_test.go:"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := outcomeOf(c.test)
			for _, want := range c.want {
				if !strings.Contains(got, want) {
					t.Errorf("the test said %q; it lacks %q", got, want)
				}
			}
		})
	}
}

func Stranger(context.Context, Order) (Charge, error) { return Charge{}, nil }

var broken = flow.Standard("Broken", func(f *flow.Flow, o *Order) *Order {
	flow.Wait(f, "W", time.Second/2)
	return o
})

// recorder is a testing.TB that only writes down what is said.
type recorder struct {
	testing.TB
	said strings.Builder
}

func (r *recorder) Helper()                           {}
func (r *recorder) Errorf(format string, args ...any) { fmt.Fprintf(&r.said, format+"\n", args...) }
func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}

func outcomeOf(test func(testing.TB)) string {
	r := &recorder{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		test(r)
	}()
	<-done
	return r.said.String()
}

func ExampleRun() {
	t := &recorder{} // a *testing.T in a test

	run := flowtest.Run(t, Refund, Order{ID: "o1"},
		flowtest.Stub(FindCharge, Charge{ID: "c1", AgeDays: 120}))
	run.FailsWith("TooLate")
	run.Visits("Find charge", "Still refundable?", "Too late")
	fmt.Println(run.Path())
	// Output: [Find charge Still refundable? Too late]
}

func BenchmarkRun(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		flowtest.Run(b, Refund, Order{ID: "o1"}, flowtest.Stub(FindCharge, Charge{AgeDays: 3}), flowtest.Stub(PayBack, Receipt{})).Succeeds()
	}
}
