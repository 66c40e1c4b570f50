package states_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/check"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/flow/states"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/value"
)

// answers of startSyncExecution.
var (
	scored = value.MustParse(`{"ExecutionArn": "arn:x", "Status": "SUCCEEDED", "Output": "{\"score\": 0.5}"}`)
	failed = value.MustParse(`{"ExecutionArn": "arn:x", "Status": "FAILED", "Error": "Nobody", "Cause": "there is \"nobody\""}`)
	late   = value.MustParse(`{"ExecutionArn": "arn:x", "Status": "TIMED_OUT"}`)
)

// build gives the document, which must be without a remark.
func build(t *testing.T, w flow.Workflow) *asl.Machine {
	t.Helper()
	d, found := w.Build()
	for _, x := range append(found, check.Document(d)...) {
		t.Errorf("unexpected: %s", x.Text())
	}
	return d
}

// TestCallShowsFailure looks at what a child's failure does, wherever its output is used or not used at all.
func TestCallShowsFailure(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]func(f *flow.Flow, c *Customer) *Scored{
		"returned": func(f *flow.Flow, c *Customer) *Scored { return states.Call(f, "Score", ScoreOne, c) },
		"a member is returned": func(f *flow.Flow, c *Customer) *Scored {
			s := &Scored{}
			return flow.Fill(f, s, flow.Set(&s.Score, &states.Call(f, "Score", ScoreOne, c).Score))
		},
		"used only sometimes": func(f *flow.Flow, c *Customer) *Scored {
			s := states.Call(f, "Score", ScoreOne, c)
			return flow.If(f, flow.Is(&c.ID, "never"), s, &Scored{Score: 1})
		},
		"used later": func(f *flow.Flow, c *Customer) *Scored {
			s := states.Call(f, "Score", ScoreOne, c)
			flow.Wait(f, "Rest", 0)
			return s
		},
		"not used": func(f *flow.Flow, c *Customer) *Scored {
			states.Call(f, "Score", ScoreOne, c)
			return &Scored{Score: 1}
		},
		"not used, and nothing returned": func(f *flow.Flow, c *Customer) *Scored {
			states.Call(f, "Score", ScoreOne, c)
			return nil
		},
		"not used before other states": func(f *flow.Flow, c *Customer) *Scored {
			states.Call(f, "Score", ScoreOne, c)
			flow.Wait(f, "Rest", 0)
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := flow.Standard("Parent", body)
			build(t, w)
			flowtest.Run(t, w, Customer{ID: "c1"}, flowtest.State("Score", scored)).Succeeds()
			cause := flowtest.Run(t, w, Customer{ID: "c1"}, flowtest.State("Score", failed)).FailsWith("States.QueryEvaluationError")
			if want := `Score one FAILED: Nobody: there is "nobody"`; !strings.Contains(cause, want) {
				t.Errorf("the cause is %q; it lacks %q", cause, want)
			}
		})
	}
}

// TestCallFailureIsHandled retries, rescues and catches a child's failure.
func TestCallFailureIsHandled(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Parent", func(f *flow.Flow, c *Customer) *Scored {
		s := states.Call(f, "Score", ScoreOne, c, flow.Retry(states.ChildFailed, flow.Backoff{Attempts: 1}), states.CallName(&c.ID))
		flow.Rescue(f, s, states.ChildFailed, func(*flow.Caught) *Scored { return &Scored{Score: -1} })
		return s
	})
	build(t, w)
	for _, c := range []struct {
		answers *flowtest.Stubbed[any]
		want    float64
	}{
		{flowtest.State("Score", scored), 0.5},
		{flowtest.State("Score", failed).Then(scored), 0.5},
		{flowtest.State("Score", failed).Then(late), -1},
	} {
		run := flowtest.Run(t, w, Customer{ID: "c1"}, c.answers)
		var got Scored
		if run.Output(&got); got.Score != c.want {
			t.Errorf("got %v, want %v", got.Score, c.want)
		}
		args := run.Calls("Score")[0]
		if d := cmp.Diff(`{"StateMachineArn":"${ScoreOne}","Input":"{\"id\":\"c1\"}","Name":"c1"}`, args.String()); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
	}
}

func TestCallOutcome(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Parent", func(f *flow.Flow, c *Customer) *Scored {
		scored := states.CallOutcome(f, "Score", ScoreOne, c)
		flow.Choice(f, "Scored?").
			When(flow.Exists(scored.Output), func() { flow.Return(f, "Yes", scored.Output) }).
			When(flow.Exists(&scored.Error), func() { flow.FailWith(f, "No", &scored.Error, flow.OrElse(f, &scored.Cause, new(""))) }).
			Otherwise(func() { flow.Fail(f, "Late", "Late", &scored.Status) })
		return nil
	})
	build(t, w)
	flowtest.Run(t, w, Customer{}, flowtest.State("Score", scored)).Succeeds()
	if cause := flowtest.Run(t, w, Customer{}, flowtest.State("Score", failed)).FailsWith("Nobody"); cause != `there is "nobody"` {
		t.Errorf("the cause is %q", cause)
	}
	if cause := flowtest.Run(t, w, Customer{}, flowtest.State("Score", late)).FailsWith("Late"); cause != "TIMED_OUT" {
		t.Errorf("the cause is %q", cause)
	}
}

// TestInputs starts children with inputs that are no objects: those go as JSON text, in which a text has quotes.
func TestInputs(t *testing.T) {
	t.Parallel()
	in := value.MustParse(`{"s": "a \"b\"\n\\{%$1%}", "n": 7, "l": ["x"], "o": {"id": "c"}, "any": "t", "list": [1]}`)
	type input struct {
		S    string    `json:"s"`
		N    int       `json:"n"`
		L    []string  `json:"l"`
		O    *Customer `json:"o"`
		Any  any       `json:"any"`
		List any       `json:"list"`
	}
	for _, c := range []struct {
		name, want string
		start      func(f *flow.Flow, in *input)
	}{
		{"text", `"a \"b\"\n\\{%$1%}"`, func(f *flow.Flow, in *input) { states.Start(f, "Start", child[string](), nil, &in.S) }},
		{"constant text", `"a \"b\""`, func(f *flow.Flow, _ *input) { states.Start(f, "Start", child[string](), nil, new(`a "b"`)) }},
		{"number", `7`, func(f *flow.Flow, in *input) { states.Start(f, "Start", child[int](), nil, &in.N) }},
		{"list", `["x"]`, func(f *flow.Flow, in *input) { states.Start(f, "Start", child[[]string](), nil, &in.L) }},
		{"open, a text", `"t"`, func(f *flow.Flow, in *input) {
			states.Start(f, "Start", child[any](), nil, flow.OrElse(f, &in.Any, new(any)))
		}},
		{"open, a list", `[1]`, func(f *flow.Flow, in *input) {
			states.Start(f, "Start", child[any](), nil, flow.OrElse(f, &in.List, new(any)))
		}},
		{"express", `"t"`, func(f *flow.Flow, in *input) {
			states.StartExpress(f, "Start", flow.Express("Child", func(*flow.Flow, *any) *int { return nil }), nil, flow.OrElse(f, &in.Any, new(any)))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := flow.Standard("Parent", func(f *flow.Flow, in *input) *int { c.start(f, in); return nil })
			build(t, w)
			got := flowtest.Run(t, w, in, flowtest.State("Start", states.Started{})).Calls("Start")[0].Get("Input")
			if !got.IsString() || !value.Equal(value.MustParse(got.Str()), value.MustParse(c.want)) {
				t.Errorf("the input is %s, want the text of %s", got, c.want)
			}
		})
	}
}

func child[In any]() *flow.StandardWorkflow[In, int] {
	return flow.Standard("Child", func(*flow.Flow, *In) *int { return nil })
}

// TestNames leaves out what is nil or absent.
func TestNames(t *testing.T) {
	t.Parallel()
	type input struct {
		ID *string `json:"id"`
	}
	w := flow.Standard("Parent", func(f *flow.Flow, in *input) *int {
		states.Start(f, "Named", MakeReport, in.ID, nil)
		states.Start(f, "Unnamed", MakeReport, nil, &Customer{ID: "c"})
		return nil
	})
	build(t, w)
	run := flowtest.Run(t, w, value.MustParse(`{"id": null}`), flowtest.State("Named", states.Started{}), flowtest.State("Unnamed", states.Started{}))
	if got := run.Calls("Named")[0].String() + run.Calls("Unnamed")[0].String(); got != `{"StateMachineArn":"${MakeReport}"}{"StateMachineArn":"${MakeReport}","Input":{"id":"c"}}` {
		t.Errorf("got %s", got)
	}
	run = flowtest.Run(t, w, value.MustParse(`{"id": "x"}`), flowtest.State("Named", states.Started{}), flowtest.State("Unnamed", states.Started{}))
	if got := run.Calls("Named")[0].Get("Name").Str(); got != "x" {
		t.Errorf("got %q", got)
	}
}

func TestLinked(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Parent", func(f *flow.Flow, c *Customer) *int {
		states.Start(f, "Start", MakeReport, nil, states.Linked(f, &Customer{ID: "k"}))
		return nil
	})
	build(t, w)
	got := flowtest.Run(t, w, Customer{ID: "c"}, flowtest.State("Start", states.Started{})).Calls("Start")[0].Get("Input")
	if got.Get("id").Str() != "k" || !strings.HasPrefix(got.Get("AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID").Str(), "arn:aws:states:us-east-1:123456789012:execution:Parent:") {
		t.Errorf("got %s", got)
	}
}

// TestTokens answers tokens with replies of all kinds.
func TestTokens(t *testing.T) {
	t.Parallel()
	type input struct {
		Token run.Token[Verdict] `json:"token"`
		Text  run.Token[string]  `json:"text"`
		Why   string             `json:"why"`
	}
	w := flow.Standard("Answer", func(f *flow.Flow, in *input) *run.None {
		states.Heartbeat(f, "Wait a bit", &in.Token)
		v := &Verdict{}
		states.Answer(f, "Say it", &in.Token, flow.Fill(f, v, flow.Set(&v.Approved, new(true))))
		states.Answer(f, "Tell it", &in.Text, &in.Why)
		states.Refuse(f, "Refuse", &in.Text, new("No"), &in.Why)
		states.Refuse(f, "Just refuse", &in.Text, nil, nil)
		return nil
	})
	build(t, w)
	var stubs []flowtest.Option
	all := []string{"Wait a bit", "Say it", "Tell it", "Refuse", "Just refuse"}
	for _, s := range all {
		stubs = append(stubs, flowtest.State(s, map[string]any{}))
	}
	run := flowtest.Run(t, w, value.MustParse(`{"token": "T1", "text": "T2", "why": "it \"is\""}`), stubs...)
	var got []string
	for _, s := range all {
		got = append(got, run.Calls(s)[0].String())
	}
	want := []string{
		`{"TaskToken":"T1"}`, `{"TaskToken":"T1","Output":"{\"Approved\":true}"}`, `{"TaskToken":"T2","Output":"\"it \\\"is\\\"\""}`,
		`{"TaskToken":"T2","Error":"No","Cause":"it \"is\""}`, `{"TaskToken":"T2"}`,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestKept looks at what those who deploy a workflow learn about its children.
func TestKept(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Parent", func(f *flow.Flow, c *Customer) *run.None {
		states.Run(f, "Run", MakeReport, nil, c)
		states.Call(f, "Call", ScoreOne, c)
		states.Start(f, "Again", MakeReport, nil, c)
		states.Ask(f, "Ask", Inspection, c)
		return nil
	})
	build(t, w)
	want := []flow.Resource{{Kind: flow.KindWorkflow, Name: "MakeReport"}, {Kind: flow.KindWorkflow, Name: "ScoreOne"}, {Kind: flow.KindActivity, Name: "Inspection"}}
	if d := cmp.Diff(want, w.Resources()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if got := w.Children(); len(got) != 2 || got[0] != flow.Workflow(MakeReport) || got[1] != flow.Workflow(ScoreOne) {
		t.Errorf("children %v", got)
	}
}

// TestMistakes builds what must not be built.
func TestMistakes(t *testing.T) {
	t.Parallel()
	var none *flow.StandardWorkflow[Customer, Report]
	var noExpress *flow.ExpressWorkflow[Customer, Scored]
	twin := flow.Standard("Make Report", func(_ *flow.Flow, c *Customer) *Report { return &Report{} })
	for name, c := range map[string]struct {
		w    func(body func(f *flow.Flow, c *Customer) *run.None) flow.Workflow
		body func(f *flow.Flow, c *Customer)
		code string
	}{
		"job in Express":      {express, func(f *flow.Flow, c *Customer) { states.Run(f, "S", MakeReport, nil, c) }, "express-job"},
		"activity in Express": {express, func(f *flow.Flow, c *Customer) { states.Ask(f, "S", Inspection, c) }, "express-activity"},
		"callback in Express": {express, func(f *flow.Flow, c *Customer) {
			states.StartAwait(f, "S", Review, nil, func(token *run.Token[Verdict]) *Question {
				q := &Question{}
				return flow.Fill(f, q, flow.Set(&q.Token, token))
			})
		}, "express-callback"},
		"no child":         {standard, func(f *flow.Flow, c *Customer) { states.Run(f, "S", none, nil, c) }, "nil-workflow"},
		"no Express child": {standard, func(f *flow.Flow, c *Customer) { states.Call(f, "S", noExpress, c) }, "nil-workflow"},
		"linked text":      {standard, func(f *flow.Flow, c *Customer) { states.Start(f, "S", child[string](), nil, states.Linked(f, &c.ID)) }, "linked-input"},
		"children of one name": {standard, func(f *flow.Flow, c *Customer) {
			states.Run(f, "S", MakeReport, nil, c)
			states.Run(f, "T", twin, nil, c)
		}, "name-clash"},
		"a token kept": {standard, func(f *flow.Flow, c *Customer) {
			states.StartAwait(f, "S", Review, nil, func(*run.Token[Verdict]) *Question { return &Question{} })
		}, "token-unused"},
		"a queue as a task": {standard, func(f *flow.Flow, c *Customer) {
			flow.Do[run.None](f, "S", flow.Call{Resource: *flow.Resource{Kind: flow.KindQueue, Name: "Q"}.Ref(), Args: c})
		}, "unknown-resource"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := c.w(func(f *flow.Flow, in *Customer) *run.None { c.body(f, in); return nil })
			_, found := w.Build()
			if len(found) != 1 || found[0].Code != c.code || !strings.Contains(found[0].Source, "states_test.go:") {
				t.Errorf("got %v, want one %s", found, c.code)
			}
		})
	}
}

func express(body func(f *flow.Flow, c *Customer) *run.None) flow.Workflow {
	return flow.Express("Broken", body)
}

func standard(body func(f *flow.Flow, c *Customer) *run.None) flow.Workflow {
	return flow.Standard("Broken", body)
}
