package states_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/flow/states"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/internal/golden"
)

// All starts children in every way.
var All = flow.Standard("All", func(f *flow.Flow, c *Customer) *Report {
	started := states.Start(f, "Start", MakeReport, nil, c)
	states.StartExpress(f, "Start Express", ScoreOne, &c.ID, c)
	report := states.Run(f, "Run", MakeReport, &c.ID, states.Linked(f, c))
	score := states.Call(f, "Call", ScoreOne, c)
	r := &Report{Lines: []string{"", "", ""}}
	return flow.Fill(f, r, flow.Set(&r.Lines[0], flow.OrElse(f, flow.At(f, &report.Lines, new(0)), new(""))), flow.Set(&r.Lines[1], flow.String(f, &score.Score)),
		flow.Set(&r.Lines[2], flow.If(f, flow.Before(&started.StartDate, flow.Later(f, &started.StartDate, time.Hour)), new("earlier"), new("later"))))
})

// TestChildren runs the children themselves.
func TestChildren(t *testing.T) {
	t.Parallel()
	run := flowtest.Run(t, All, Customer{ID: "c1"}, flowtest.Child(MakeReport), flowtest.Child(ScoreOne))
	var got Report
	run.Output(&got)
	if d := cmp.Diff([]string{"c1", "0.5", "earlier"}, got.Lines); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if run.Took() != time.Hour { // of the child that is waited for
		t.Errorf("took %v", run.Took())
	}
	child := run.Children("Run")[0]
	if got := child.History()[0].Input.String(); !strings.Contains(got, `"id":"c1"`) || !strings.Contains(got, "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID") {
		t.Errorf("the child got %s", got)
	}
	child.Visits("Sleep on it")
}

// TestStubbedChildren says what the children give.
func TestStubbedChildren(t *testing.T) {
	t.Parallel()
	run := flowtest.Run(t, All, Customer{ID: "c1"}, flowtest.StubChild(MakeReport, Report{Lines: []string{"stub"}}), flowtest.StubChild(ScoreOne, Scored{Score: 2}))
	var got Report
	run.Output(&got)
	if d := cmp.Diff([]string{"stub", "2", "earlier"}, got.Lines); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	reports := flowtest.StubChild(MakeReport, Report{Lines: []string{""}})
	cause := flowtest.Run(t, All, Customer{ID: ""}, reports, flowtest.Child(ScoreOne)).FailsWith("States.QueryEvaluationError")
	if want := "Score one FAILED: Nobody: there is no customer without an id"; !strings.Contains(cause, want) {
		t.Errorf("the cause is %q; it lacks %q", cause, want)
	}
	cause = flowtest.Run(t, All, Customer{ID: "c"}, flowtest.ChildFails(MakeReport, flowtest.Error{Name: "NoPaper", Cause: "none"}), flowtest.Child(ScoreOne)).FailsWith("States.TaskFailed")
	if !strings.Contains(cause, `"Error":"NoPaper"`) {
		t.Errorf("the cause is %q", cause)
	}
}

// TestFailedChildrenAreHandled rescues what children fail with.
func TestFailedChildrenAreHandled(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Parent", func(f *flow.Flow, c *Customer) *Report {
		r := states.Run(f, "Run", MakeReport, nil, c)
		flow.Rescue(f, r, states.ChildFailed, func(*flow.Caught) *Report { return &Report{Lines: []string{"none"}} })
		s := states.Call(f, "Call", ScoreOne, c)
		flow.Rescue(f, s, states.ChildFailed, func(*flow.Caught) *Scored { return &Scored{Score: -1} })
		out := &Report{Lines: []string{"", ""}}
		return flow.Fill(f, out, flow.Set(&out.Lines[0], flow.OrElse(f, flow.At(f, &r.Lines, new(0)), new(""))), flow.Set(&out.Lines[1], flow.String(f, &s.Score)))
	})
	var got Report
	no := flowtest.Error{Name: "No", Cause: "no"}
	flowtest.Run(t, w, Customer{}, flowtest.ChildFails(MakeReport, no), flowtest.ChildFails(ScoreOne, no)).Output(&got)
	if d := cmp.Diff([]string{"none", "-1"}, got.Lines); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestTokenOfAChild has the child answer its parent, or refuse, or do nothing.
func TestTokenOfAChild(t *testing.T) {
	t.Parallel()
	parent := flow.Standard("Parent", func(f *flow.Flow, c *Customer) *Verdict {
		return states.StartAwait(f, "Review", Review, nil, func(token *run.Token[Verdict]) *Question {
			q := &Question{}
			return flow.Fill(f, q, flow.Set(&q.Customer, &c.ID), flow.Set(&q.Token, token))
		}, flow.Timeout(48*time.Hour))
	})
	build(t, parent)
	var got Verdict
	flowtest.Run(t, parent, Customer{ID: "c"}, flowtest.Child(Review)).Output(&got)
	if !got.Approved {
		t.Error("not approved")
	}
	refuses := flow.Standard("Review", func(f *flow.Flow, q *Question) *run.None {
		flow.Wait(f, "Think", time.Hour)
		states.Heartbeat(f, "Hm", &q.Token)
		states.Refuse(f, "Say no", &q.Token, new("Rejected"), flow.Text(f, "no ", &q.Customer))
		return &run.None{}
	})
	run := flowtest.Run(t, parent, Customer{ID: "c"}, flowtest.Child(refuses))
	if cause := run.FailsWith("Rejected"); cause != "no c" || run.Took() != time.Hour {
		t.Errorf("the cause is %q after %v", cause, run.Took())
	}
	flowtest.Run(t, parent, Customer{ID: "c"}, flowtest.ChildFails(Review, flowtest.Error{Name: "No"})).FailsWith("States.Timeout")
	flowtest.Run(t, parent, Customer{ID: "c"}, flowtest.State("Review", Verdict{Approved: true}).After(time.Hour)).Succeeds()
}

// TestActivity has a worker answer, refuse, and never come.
func TestActivity(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Parent", func(f *flow.Flow, c *Customer) *Verdict {
		v := states.Ask(f, "Look", Inspection, c, flow.Timeout(8*time.Hour))
		flow.Rescue(f, v, flow.TimedOut, func(*flow.Caught) *Verdict { return &Verdict{} })
		return v
	})
	build(t, w)
	for _, c := range []struct {
		worker *flowtest.Stubbed[any]
		want   bool
		took   time.Duration
	}{
		{flowtest.State("Look", Verdict{Approved: true}).After(time.Hour), true, time.Hour},
		{flowtest.State("Look", Verdict{Approved: true}).After(9 * time.Hour), false, 8 * time.Hour},
	} {
		run := flowtest.Run(t, w, Customer{ID: "c"}, c.worker)
		var got Verdict
		run.Output(&got)
		if got.Approved != c.want || run.Took() != c.took {
			t.Errorf("got %v after %v, want %v after %v", got.Approved, run.Took(), c.want, c.took)
		}
		if in := run.Calls("Look")[0].String(); in != `{"id":"c"}` {
			t.Errorf("the worker got %s", in)
		}
	}
	flowtest.Run(t, w, Customer{ID: "c"}, flowtest.StateFails("Look", flowtest.Error{Name: "Dirty"})).FailsWith("Dirty")
	words := flow.Standard("Words", func(f *flow.Flow, c *Customer) *string {
		return states.Ask(f, "Spell", states.ActivityOf[string, string]("Speller"), new("wrod"))
	})
	build(t, words)
	run := flowtest.Run(t, words, Customer{}, flowtest.State("Spell", "word"))
	if got := run.Value().String() + run.Calls("Spell")[0].String(); got != `"word""wrod"` {
		t.Errorf("got %s", got)
	}
}

func TestDocuments(t *testing.T) {
	t.Parallel()
	for _, w := range []flow.Workflow{All, Review} {
		golden.Equal(t, "testdata/"+w.Name()+".asl.json", asl.Print(build(t, w)))
	}
}
