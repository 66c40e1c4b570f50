package flowtest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/value"
)

// An Option says something about a run: what a task answers, or when it starts.
type Option interface{ apply(*setup) }

type setup struct {
	start    time.Time
	seed     uint64
	name     string
	stubs    []*stub
	children []*child
	mocks    []mocks
	post     *post

	http          engine.Tasks // does HTTP Tasks; nil is nobody
	clock         clock.Clock  // nil is a virtual one
	observers     []engine.Observer
	itemObservers []func(engine.Child, history.Event)
	substitutions map[string]string
}

type option func(*setup)

func (o option) apply(s *setup) { o(s) }

// StartingAt says what time it is when the execution starts; otherwise it is midnight of 1 January 2026, UTC.
func StartingAt(t time.Time) Option { return option(func(s *setup) { s.start = t }) }

// Seed decides everything random: jitter, $random, $uuid. Runs with the same seed are the same; without it the seed
// is 1.
func Seed(n uint64) Option { return option(func(s *setup) { s.seed = n }) }

// Run executes w with input in virtual time and gives the execution when it has ended. The input is a value of w's
// input type, a pointer to one, or JSON as a value.Value or json.RawMessage. Calls that no stub answers fail the test.
//
// A state's own stub goes before that of its handler. Of several for one state, handler or child the last counts, so that
// a test can put its own behind those that all runs have.
func Run(t testing.TB, w flow.Workflow, input any, options ...Option) *Execution {
	t.Helper()
	s := &setup{start: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), seed: 1, name: "test"}
	for _, o := range options {
		o.apply(s)
	}
	plan := s.plan(t, w)
	return s.run(t, w, plan, jsonInput(t, w, input))
}

// plan makes a workflow ready to run, and checks that the options are about it; what is wrong ends the test.
func (s *setup) plan(t testing.TB, w flow.Workflow) *engine.Plan {
	t.Helper()
	m := build(t, w)
	s.mock(t, m)
	known := activities(w)
	maps.Copy(known, s.substitutions)
	plan, problems := engine.NewPlan(m, engine.Options{Substitutions: known})
	if err := problems.Err(); err != nil {
		t.Fatalf("workflow %q cannot run here:\n%v", w.Title(), err)
	}
	for _, x := range s.stubs {
		x.check(t, w)
	}
	for _, c := range s.children {
		c.prepare(t)
	}
	return plan
}

// activities are ARNs for the activities that w's tasks name: there, a placeholder alone does not say what it is.
func activities(w flow.Workflow) map[string]string {
	arns := map[string]string{}
	for _, r := range w.Resources() {
		if r.Kind == flow.KindActivity {
			arns[r.Name] = "arn:aws:states:us-east-1:123456789012:activity:" + r.Name
		}
	}
	return arns
}

// run executes a planned workflow.
func (s *setup) run(t testing.TB, w flow.Workflow, plan *engine.Plan, input value.Value) *Execution {
	t.Helper()
	kind := "execution"
	if engine.Type(w.Type()) == engine.Express {
		kind = "express"
	}
	e := &Execution{
		t: t, workflow: w, name: s.name, arn: "arn:aws:states:us-east-1:123456789012:" + kind + ":" + w.Name() + ":" + s.name,
		calls: map[string][]value.Value{}, exports: map[string][]engine.Export{}, first: s.start,
	}
	clk := s.clock
	if clk == nil {
		clk = clock.NewVirtual(s.start)
	}
	start := engine.Start{
		ExecutionArn:     e.arn,
		StateMachineArn:  "arn:aws:states:us-east-1:123456789012:stateMachine:" + w.Name(),
		RoleArn:          "arn:aws:iam::123456789012:role/" + w.Name(),
		StateMachineName: w.Name(), Name: s.name, Region: "us-east-1", Type: engine.Type(w.Type()),
		Input: input, Seed: s.seed, Time: s.start,
	}
	if s.post == nil {
		s.post = &post{sent: map[string]*letter{}}
	}
	tasks := &tasks{
		execution: e, clock: clk, setup: s, signals: make(chan engine.Signal), turns: map[int]int{}, waits: map[string]bool{},
	}
	e.outcome = engine.Execute(context.Background(), plan.Start(start), clk, tasks, append(s.observers, e.observe)...)
	e.reportUnstubbed()
	return e
}

// observe keeps an event of the execution.
func (e *Execution) observe(ev history.Event) {
	e.events = append(e.events, ev)
	if strings.HasSuffix(string(ev.Type), "StateEntered") {
		e.path = append(e.path, ev.Name)
	}
}

// jsonInput is the input as JSON; an input of another type than the workflow's ends the test.
func jsonInput(t testing.TB, w flow.Workflow, input any) value.Value {
	t.Helper()
	switch x := input.(type) {
	case value.Value:
		return x
	case json.RawMessage:
		v, err := value.Parse(x)
		if err != nil {
			t.Fatalf("the input of %q is no JSON: %v", w.Title(), err)
		}
		return v
	}
	got := reflect.TypeOf(input)
	if got != w.InputType() && got != reflect.PointerTo(w.InputType()) {
		t.Fatalf("workflow %q takes a %v, but the test gives a %T; a value.Value or json.RawMessage passes any JSON", w.Title(), w.InputType(), input)
	}
	v, err := value.From(input)
	if err != nil {
		t.Fatalf("the input of %q: %v", w.Title(), err)
	}
	return v
}

// An Execution is one that has ended.
type Execution struct {
	t        testing.TB
	workflow flow.Workflow
	outcome  engine.Outcome
	arn      string
	name     string
	events   []history.Event
	first    time.Time

	path []string // names of the states entered

	mu        sync.Mutex
	calls     map[string][]value.Value
	unstubbed []engine.Call
	children  []started
	items     map[string]*Execution      // children of Distributed Maps, by ARN
	exports   map[string][]engine.Export // by state
}

// Status is how the execution ended.
func (e *Execution) Status() engine.Status { return e.outcome.Status }

// History are the execution's events, as GetExecutionHistory would give them.
func (e *Execution) History() []history.Event { return slices.Clone(e.events) }

// Took is how long the execution lasted, in virtual time.
func (e *Execution) Took() time.Duration { return e.outcome.Stopped.Sub(e.outcome.Started) }

// Value is the execution's output as JSON; absent unless it succeeded.
func (e *Execution) Value() value.Value { return e.outcome.Output }

// Output says that the execution succeeded, and stores what it gave in what dst points to, as encoding/json does.
func (e *Execution) Output(dst any) {
	e.t.Helper()
	if e.outcome.Status != engine.Succeeded {
		e.t.Fatalf("%s\nexpected an output", e.story())
	}
	if err := e.outcome.Output.Decode(dst); err != nil {
		e.t.Fatalf("the output does not fit: %v\n%s", err, e.outcome.Output.Indent())
	}
}

// Succeeds says that the execution succeeded.
func (e *Execution) Succeeds() {
	e.t.Helper()
	if e.outcome.Status != engine.Succeeded {
		e.t.Errorf("%s\nexpected success", e.story())
	}
}

// FailsWith says that the execution failed with the error called name: that of a Fail state, a service's, or the name
// of a handler's error type. It gives the cause.
func (e *Execution) FailsWith(name string) (cause string) {
	e.t.Helper()
	if e.outcome.Status == engine.Succeeded || e.outcome.Error == nil || *e.outcome.Error != name {
		e.t.Errorf("%s\nexpected failure with %s", e.story(), name)
	}
	if e.outcome.Cause != nil {
		cause = *e.outcome.Cause
	}
	return cause
}

// Path are the names of the states in the order in which they were entered: those inside a Map once for each
// iteration, whether it is an execution of its own or not.
func (e *Execution) Path() []string { return slices.Clone(e.path) }

// Entered is how often the execution entered the state called name.
func (e *Execution) Entered(name string) int {
	e.t.Helper()
	if e.isNoState(name) {
		e.t.Errorf("state %q is no state of the workflow", name)
	}
	n := 0
	for _, p := range e.path {
		if p == name {
			n++
		}
	}
	return n
}

// VisitsTimes says that the execution entered the state called name so many times, as states inside a Map or a loop
// are.
func (e *Execution) VisitsTimes(name string, times int) {
	e.t.Helper()
	if n := e.Entered(name); n != times {
		e.t.Errorf("state %q was entered %d times, expected %d\n%s", name, n, times, e.story())
	}
}

// Visits says that the execution entered the states called names, in this order; it may have entered others as well.
// Compare Path for the whole way.
func (e *Execution) Visits(names ...string) {
	e.t.Helper()
	path := e.Path()
	at := 0
	for _, n := range names {
		i := slices.Index(path[at:], n)
		if i < 0 {
			why := "was not entered"
			switch {
			case e.isNoState(n):
				why = "is no state of the workflow"
			case slices.Contains(path, n):
				why = "was entered, but not after the one named before it"
			}
			e.t.Errorf("state %q %s\n%s", n, why, e.story())
			return
		}
		at += i + 1
	}
}

// Avoids says that the execution entered none of the states called names.
func (e *Execution) Avoids(names ...string) {
	e.t.Helper()
	path := e.Path()
	for _, n := range names {
		switch {
		case slices.Contains(path, n):
			e.t.Errorf("state %q was entered\n%s", n, e.story())
		case e.isNoState(n):
			e.t.Errorf("state %q is no state of the workflow, so that nothing is said by avoiding it", n)
		}
	}
}

// Calls are the arguments that the task called state was called with, attempt by attempt and iteration by iteration:
// for a handler its payload, else those of the service. What waits for an answer to its token shows the token that was
// sent.
func (e *Execution) Calls(state string) []value.Value {
	e.t.Helper()
	if e.isNoState(state) {
		e.t.Errorf("state %q is no state of the workflow", state)
	}
	return slices.Clone(e.calls[state])
}

func (e *Execution) isNoState(name string) bool {
	m, _ := e.workflow.Build()
	return !slices.Contains(stateNames(m), name)
}

// story tells what happened: the end, and the way to it.
func (e *Execution) story() string {
	var b strings.Builder
	fmt.Fprintf(&b, "workflow %q ended as %s", e.workflow.Title(), e.outcome.Status)
	if e.outcome.Error != nil {
		fmt.Fprintf(&b, " with %s", *e.outcome.Error)
	}
	if e.outcome.Cause != nil {
		fmt.Fprintf(&b, ": %s", *e.outcome.Cause)
	}
	if e.outcome.Output.Exists() {
		fmt.Fprintf(&b, " and gave %s", e.outcome.Output)
	}
	fmt.Fprintf(&b, "\npath after %v:", e.Took())
	for _, ev := range e.events {
		switch {
		case strings.HasSuffix(string(ev.Type), "StateEntered"):
			fmt.Fprintf(&b, "\n  %8v  %s", ev.Time.Sub(e.first), ev.Name)
		case ev.Error != nil && !strings.HasPrefix(string(ev.Type), "Execution"):
			fmt.Fprintf(&b, "\n  %8v      %s %s", ev.Time.Sub(e.first), ev.Type, *ev.Error)
		}
	}
	return b.String()
}
