package flowtest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/flow/sqs"
	"github.com/stepwright/stepwright/flow/states"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/value"
)

type (
	Orders  struct{ List []Order }
	Verdict struct{ Approved bool }
	Ask     struct {
		Text  string             `json:"text"`
		Token run.Token[Verdict] `json:"token"`
	}
)

var FindAll = flow.Standard("Find all", func(f *flow.Flow, in *Orders) *[]Charge {
	return flow.Each(f, "Each order", &in.List, func(f *flow.Flow, o *Order) *Charge {
		return flow.Task(f, "Find charge", FindCharge, o)
	})
})

// Iterations run side by side, but the order of calls and answers is always that of the items.
func TestMap(t *testing.T) {
	t.Parallel()
	in := Orders{}
	stub := flowtest.Stub(FindCharge, Charge{ID: "c0"})
	for i := range 30 {
		in.List = append(in.List, Order{ID: fmt.Sprint(i)})
		if i > 0 {
			stub.Then(Charge{ID: fmt.Sprint("c", i)})
		}
	}
	run := flowtest.Run(t, FindAll, in, stub)
	var got []Charge
	run.Output(&got)
	for i, c := range got {
		if c.ID != fmt.Sprint("c", i) {
			t.Errorf("order %d has charge %q", i, c.ID)
		}
	}
	run.VisitsTimes("Find charge", 30)
	run.Visits("Each order", "Find charge", "Find charge")
	for i, c := range run.Calls("Find charge") {
		if c.Get("id").Str() != fmt.Sprint(i) {
			t.Errorf("call %d is %s", i, c)
		}
	}
	if n := len(run.Path()); n != 31 || run.Entered("Each order") != 1 {
		t.Errorf("entered %d states, %d times the Map", n, run.Entered("Each order"))
	}
}

func TestStateFunc(t *testing.T) {
	t.Parallel()
	stub := flowtest.StateFunc("Find charge", func(in value.Value) (any, error) {
		if in.Get("id").Str() == "3" {
			return nil, errors.New("no such order")
		}
		return Charge{ID: "c" + in.Get("id").Str()}, nil
	})
	run := flowtest.Run(t, FindAll, Orders{[]Order{{"1"}, {"2"}}}, stub)
	if got := run.Value().String(); got != `[{"id":"c1","ageDays":0},{"id":"c2","ageDays":0}]` {
		t.Errorf("got %s", got)
	}
	flowtest.Run(t, FindAll, Orders{[]Order{{"1"}, {"3"}}}, stub).FailsWith("errorString")
}

var questions = sqs.QueueOf[Ask]("Questions")

var Approval = flow.Standard("Approval", func(f *flow.Flow, o *Order) *Verdict {
	return sqs.SendAwait(f, "Ask the manager", questions, func(token *run.Token[Verdict]) *Ask {
		q := &Ask{}
		return flow.Fill(f, q, flow.Set(&q.Text, &o.ID), flow.Set(&q.Token, token))
	}, flow.Timeout(48*time.Hour), flow.Heartbeat(time.Hour), flow.Retry(flow.TimedOut, flow.Backoff{Attempts: 1, First: time.Minute}))
})

func TestCallback(t *testing.T) {
	t.Parallel()
	run := flowtest.Run(t, Approval, Order{ID: "o1"},
		flowtest.State("Ask the manager", Verdict{Approved: true}).After(90*time.Minute).Heartbeats(50*time.Minute))
	var got Verdict
	run.Output(&got)
	if !got.Approved || run.Took() != 90*time.Minute {
		t.Errorf("got %v after %s", got, run.Took())
	}
	token := run.Calls("Ask the manager")[0].Path("MessageBody", "token").Str()
	if len(token) < 20 {
		t.Errorf("the token is %q", token)
	}
}

func TestCallbackNever(t *testing.T) {
	t.Parallel()
	run := flowtest.Run(t, Approval, Order{ID: "o1"}, flowtest.State("Ask the manager", nil).After(61*time.Minute).ThenNever())
	run.FailsWith("States.Timeout")
	calls := run.Calls("Ask the manager")
	if len(calls) != 2 || value.Equal(calls[0], calls[1]) || run.Took() != 2*time.Hour+time.Minute {
		t.Errorf("%d calls in %s: %v", len(calls), run.Took(), calls)
	}
	run = flowtest.Run(t, Approval, Order{}, flowtest.StateFails("Ask the manager", flowtest.Error{Name: "Refused", Cause: "not now"}))
	if cause := run.FailsWith("Refused"); cause != "not now" {
		t.Errorf("the cause is %q", cause)
	}
}

func TestActivity(t *testing.T) {
	t.Parallel()
	inspection := states.ActivityOf[Order, Verdict]("Inspection")
	w := flow.Standard("Inspect", func(f *flow.Flow, o *Order) *Verdict {
		return states.Ask(f, "Look", inspection, o, flow.Timeout(time.Hour))
	})
	run := flowtest.Run(t, w, Order{ID: "o1"}, flowtest.State("Look", Verdict{true}).After(time.Minute))
	if run.Succeeds(); run.Value().String() != `{"Approved":true}` || run.Calls("Look")[0].String() != `{"id":"o1"}` {
		t.Errorf("got %s for %v", run.Value(), run.Calls("Look"))
	}
	flowtest.Run(t, w, Order{}, flowtest.State("Look", nil).After(2*time.Hour)).FailsWith("States.Timeout")
}

// Parents of Refund in every pattern.
var (
	waits = flow.Standard("Waits", func(f *flow.Flow, o *Order) *string {
		r := states.Run(f, "Refund it", Refund, nil, o, flow.Retry(flow.TaskFailed, flow.Backoff{Attempts: 1, First: time.Second}))
		return &r.Number
	})
	starts = flow.Standard("Starts", func(f *flow.Flow, o *Order) *string {
		return &states.Start(f, "Refund it", Refund, &o.ID, o).ExecutionArn
	})
	score = flow.Express("Score", func(f *flow.Flow, o *Order) *Charge { return flow.Task(f, "Find charge", FindCharge, o) })
	calls = flow.Standard("Calls", func(f *flow.Flow, o *Order) *string { return &states.Call(f, "Score it", score, o).ID })
)

func TestChild(t *testing.T) {
	t.Parallel()
	refund := flowtest.Child(Refund, flowtest.Stub(FindCharge, Charge{AgeDays: 3}), flowtest.Stub(PayBack, Receipt{Number: "r1"}))
	run := flowtest.Run(t, waits, Order{ID: "o1"}, refund)
	if got := run.Value().Str(); got != "r1" || run.Took() != 24*time.Hour {
		t.Errorf("got %q after %s", got, run.Took())
	}
	children := run.Children("Refund it")
	if len(children) != 1 {
		t.Fatalf("%d children", len(children))
	}
	children[0].Visits("Sleep on it", "Pay back")
	if c := children[0].Calls("Find charge"); fmt.Sprint(c) != `[{"id":"o1"}]` {
		t.Errorf("the child was called with %v", c)
	}
	run = flowtest.Run(t, starts, Order{ID: "o1"}, refund)
	if run.Succeeds(); run.Took() != 0 || run.Value().Str() != "arn:aws:states:us-east-1:123456789012:execution:Refund:o1" {
		t.Errorf("got %s after %s", run.Value(), run.Took())
	}
	run = flowtest.Run(t, calls, Order{ID: "o1"}, flowtest.Child(score, flowtest.Stub(FindCharge, Charge{ID: "c9"}).After(time.Second)))
	if got := run.Value().Str(); got != "c9" || run.Took() != time.Second {
		t.Errorf("got %q after %s", got, run.Took())
	}
}

func TestChildFails(t *testing.T) {
	t.Parallel()
	run := flowtest.Run(t, waits, Order{ID: "o1"}, flowtest.Child(Refund, flowtest.Stub(FindCharge, Charge{AgeDays: 300})))
	cause := run.FailsWith("States.TaskFailed")
	if !strings.Contains(cause, `"Error":"TooLate"`) || !strings.Contains(cause, `"Status":"FAILED"`) || !strings.Contains(cause, `"Input":"{\"id\":\"o1\"}"`) {
		t.Errorf("the cause is %s", cause)
	}
	if n := len(run.Children("Refund it")); n != 2 {
		t.Errorf("%d children, want one for each attempt", n)
	}
	run.Children("Refund it")[1].FailsWith("TooLate")
	run = flowtest.Run(t, calls, Order{}, flowtest.Child(score, flowtest.Fails(FindCharge, Busy{})))
	if cause := run.FailsWith("States.QueryEvaluationError"); !strings.Contains(cause, "Busy") {
		t.Errorf("the cause is %s", cause)
	}
}

// A workflow that is started with a token answers it while it runs.
func TestChildAnswers(t *testing.T) {
	t.Parallel()
	review := flow.Standard("Review", func(f *flow.Flow, q *Ask) *run.None {
		flow.Wait(f, "Think", time.Hour)
		states.Heartbeat(f, "Still here", &q.Token)
		flow.Wait(f, "Think again", time.Hour)
		states.Answer(f, "Say yes", &q.Token, &Verdict{Approved: true})
		flow.Wait(f, "Go home", time.Hour)
		return nil
	})
	w := flow.Standard("Asks", func(f *flow.Flow, o *Order) *Verdict {
		return states.StartAwait(f, "Ask", review, nil, func(token *run.Token[Verdict]) *Ask {
			q := &Ask{}
			return flow.Fill(f, q, flow.Set(&q.Text, &o.ID), flow.Set(&q.Token, token))
		}, flow.Heartbeat(90*time.Minute))
	})
	run := flowtest.Run(t, w, Order{ID: "o1"}, flowtest.Child(review))
	if run.Succeeds(); run.Value().String() != `{"Approved":true}` || run.Took() != 2*time.Hour {
		t.Errorf("got %s after %s", run.Value(), run.Took())
	}
}

type Kept struct {
	Token run.Token[Verdict] `json:"token"`
}

func AskManager(context.Context, Ask) (Receipt, error) { return Receipt{}, nil }
func FindToken(context.Context, Order) (Kept, error)   { return Kept{}, nil }

// One branch answers the token of another.
func TestBranchAnswers(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Itself", func(f *flow.Flow, o *Order) *Verdict {
		both := flow.Parallel(f, "Both")
		verdict := flow.Branch(both, func(f *flow.Flow) *Verdict {
			return flow.TaskAwait(f, "Ask", AskManager, func(token *run.Token[Verdict]) *Ask {
				q := &Ask{}
				return flow.Fill(f, q, flow.Set(&q.Text, &o.ID), flow.Set(&q.Token, token))
			}, flow.Timeout(time.Hour))
		})
		flow.Branch(both, func(f *flow.Flow) *run.None {
			flow.Wait(f, "Later", time.Minute)
			kept := flow.Task(f, "Find token", FindToken, o)
			states.Answer(f, "Say yes", &kept.Token, &Verdict{Approved: true})
			return nil
		})
		return verdict
	})
	var kept Kept
	run := flowtest.Run(t, w, Order{ID: "o1"},
		flowtest.Func(AskManager, func(_ context.Context, q Ask) (Receipt, error) {
			kept.Token = q.Token
			return Receipt{}, nil
		}),
		flowtest.Func(FindToken, func(context.Context, Order) (Kept, error) { return kept, nil }))
	if run.Succeeds(); run.Value().String() != `{"Approved":true}` || run.Took() != time.Minute {
		t.Errorf("got %s after %s", run.Value(), run.Took())
	}
}

// An answer to a token that nobody waits for is a service call like any other.
func TestAnswerOfNobody(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Answers", func(f *flow.Flow, in *Kept) *run.None {
		states.Answer(f, "Say yes", &in.Token, &Verdict{Approved: true})
		return nil
	})
	in := value.MustParse(`{"token":"x"}`)
	flowtest.Run(t, w, in, flowtest.State("Say yes", map[string]any{})).Succeeds()
	got := outcomeOf(func(t testing.TB) { flowtest.Run(t, w, in) })
	if want := `state "Say yes" calls arn:aws:states:::aws-sdk:sfn:sendTaskSuccess, and no stub answers`; !strings.Contains(got, want) {
		t.Errorf("the test said %q", got)
	}
}

func TestSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		test func(t testing.TB)
		want []string
	}{
		"a reply": {
			func(t testing.TB) { flowtest.Run(t, Approval, Order{}) },
			[]string{`state "Ask the manager" calls arn:aws:states:::sqs:sendMessage.waitForTaskToken, and no stub answers`, `flowtest.State("Ask the manager", answer): the answer to its token`},
		},
		"a child": {
			func(t testing.TB) { flowtest.Run(t, waits, Order{}) },
			[]string{`flowtest.Child(Refund, stubs…), or flowtest.State("Refund it", answer)`},
		},
		"a stub of a child": {
			func(t testing.TB) {
				flowtest.Run(t, waits, Order{}, flowtest.Child(Refund, flowtest.Stub(FindCharge, Charge{AgeDays: 1})))
			},
			[]string{`state "Pay back" calls`},
		},
		"a stranger in a child": {
			func(t testing.TB) { flowtest.Run(t, waits, Order{}, flowtest.Child(Refund, flowtest.State("X", 1))) },
			[]string{`a stub is for state "X", but workflow "Refund" has none`},
		},
		"times":              {func(t testing.TB) { flowtest.Run(t, FindAll, Orders{}).VisitsTimes("Find charge", 1) }, []string{`state "Find charge" was entered 0 times, expected 1`}},
		"times of nobody":    {func(t testing.TB) { flowtest.Run(t, FindAll, Orders{}).VisitsTimes("X", 0) }, []string{`state "X" is no state`}},
		"children of nobody": {func(t testing.TB) { flowtest.Run(t, FindAll, Orders{}).Children("X") }, []string{`state "X" is no state`}},
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
