package engine_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/integration"
	"github.com/stepwright/stepwright/value"
)

// began is when the executions of tests begin.
var began = time.Date(2026, 11, 22, 10, 30, 0, 0, time.UTC)

// plan makes a definition ready to run.
func plan(t testing.TB, definition string) *engine.Plan {
	t.Helper()
	m, diags := asl.Parse([]byte(definition))
	if diags.HasErrors() {
		t.Fatal(diags.Err())
	}
	p, diags := engine.NewPlan(m, engine.Options{})
	if diags.HasErrors() {
		t.Fatal(diags.Err())
	}
	return p
}

// started is what the executions of tests are started with.
func started(input string) engine.Start {
	return engine.Start{
		ExecutionArn: "arn:aws:states:us-east-1:111111111111:execution:Photos:e1", Name: "e1", Region: "us-east-1",
		StateMachineArn: "arn:aws:states:us-east-1:111111111111:stateMachine:Photos", StateMachineName: "Photos",
		RoleArn: "arn:aws:iam::111111111111:role/Photos", Input: value.MustParse(input), Time: began, Seed: 1,
	}
}

// A result is an execution in virtual time, with its history.
type result struct {
	engine.Outcome
	history []history.Event
	all     []childEvent // with those of children, in order; without a child for its own
	took    time.Duration
}

// A childEvent is an event with the child in whose history it is.
type childEvent struct {
	Child engine.Child
	Event history.Event
}

// watched are tasks with an eye on the histories of children.
type watched struct {
	engine.Tasks
	see func(engine.Child, history.Event)
}

func (w watched) ObserveChild(c engine.Child, e history.Event) { w.see(c, e) }

// execute runs a definition twice, once with the run written and read back before every signal, and checks that both
// are the same.
func execute(t testing.TB, definition, input string, tasks engine.TasksFunc) result {
	t.Helper()
	p := plan(t, definition)
	once := func(between func(*engine.Run) *engine.Run) result {
		var r result
		clk := clock.NewVirtual(began)
		see := func(c engine.Child, e history.Event) { r.all = append(r.all, childEvent{Child: c, Event: e}) }
		r.Outcome = engine.ExecuteBetween(t.Context(), p.Start(started(input)), clk, watched{tasks, see}, between, func(e history.Event) {
			r.history = append(r.history, e)
			see(engine.Child{}, e)
		})
		r.took = clk.Now().Sub(began)
		return r
	}
	plain := once(nil)
	restored := once(func(r *engine.Run) *engine.Run {
		b, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		back, err := p.Restore(b)
		if err != nil {
			t.Fatalf("%v\n%s", err, b)
		}
		again, err := json.Marshal(back)
		if err != nil || string(again) != string(b) {
			t.Fatalf("a run changed by writing and reading it: %v\n%s\n%s", err, b, again)
		}
		return back
	})
	a, b := mustMarshal(t, plain.all), mustMarshal(t, restored.all)
	if a != b {
		t.Fatalf("the history differs when the run is restored at every signal:\n%s\n%s", a, b)
	}
	return plain
}

func mustMarshal(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// answers are tasks that answer in turn, by state; what lasts is submitted with the state's name.
func answers(t testing.TB, by map[string][]engine.Result) engine.TasksFunc {
	t.Helper()
	return func(_ context.Context, c engine.Call) engine.Result {
		if lasts := c.Pattern != integration.RequestResponse || c.Token != ""; lasts && !c.Waits {
			return engine.Result{Output: value.Object(value.M("submitted", value.String(c.State))), Worker: "worker of " + c.State}
		}
		state := c.State
		if c.Export != nil {
			state += " (export)"
		}
		list := by[state]
		if c.Attempt >= len(list) {
			return engine.Failed("Test", "no answer for attempt of "+c.State)
		}
		return list[c.Attempt]
	}
}

func TestHello(t *testing.T) {
	t.Parallel()
	r := execute(t, `{"QueryLanguage":"JSONata","StartAt":"Greet","States":{"Greet":{"Type":"Pass","Output":{"text":"{% 'hello ' & $states.input.name %}"},"End":true}}}`,
		`{"name":"world"}`, nil)
	if r.Status != engine.Succeeded || r.Output.String() != `{"text":"hello world"}` {
		t.Errorf("got %s %s", r.Status, r.Output)
	}
}
