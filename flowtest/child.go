package flowtest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/integration"
	"github.com/stepwright/stepwright/value"
)

// A child is a workflow that tasks of another one start.
type child struct {
	workflow flow.Workflow
	options  []Option
	plan     *engine.Plan
	setup    *setup
}

// A started execution is one that a task has started.
type started struct {
	state     string
	call      int  // in the order of which they are listed
	item      bool // for an item of a Distributed Map: then call is its number
	execution *Execution
}

// Child runs the workflow w, with its own stubs, for the tasks that start an execution of it: those that go on, those
// that wait for its end, and those that start it synchronously. It takes as long in virtual time as w takes. See
// Execution.Children for what happened in it.
func Child(w flow.Workflow, options ...Option) Option {
	return option(func(s *setup) { s.children = append(s.children, &child{workflow: w, options: options}) })
}

// prepare plans the workflow, in the test's own goroutine.
func (c *child) prepare(t testing.TB) {
	t.Helper()
	c.setup = &setup{seed: 1}
	for _, o := range c.options {
		o.apply(c.setup)
	}
	c.plan = c.setup.plan(t, c.workflow)
}

// startsExecution tells whether a call starts an execution of a workflow.
func startsExecution(c engine.Call) bool {
	switch c.ResourceType + ":" + c.Action {
	case "states:startExecution", "aws-sdk:sfn:startExecution", "aws-sdk:sfn:startSyncExecution":
		return true
	}
	return false
}

// child is the workflow that a call starts an execution of; nil if there is none.
func (k *tasks) child(c engine.Call) *child {
	if !startsExecution(c) {
		return nil
	}
	name := strings.Trim(c.Arguments.Get("StateMachineArn").Str(), "${}")
	for _, x := range slices.Backward(k.children) { // the last counts
		if x.workflow.Name() == name {
			return x
		}
	}
	return nil
}

// answer runs the workflow when it is started, and tells its end to who waits for it.
func (c *child) answer(k *tasks, call engine.Call) engine.Result {
	e := k.execution
	switch {
	case call.Waits && call.Token != "":
		return k.post.read(call.Token, k.clock.Now())
	case call.Waits:
		return e.startedBy(call.Submission).end(call)
	case call.Token != "":
		k.post.expect(call.Token)
	}
	x := c.run(k, call)
	e.mu.Lock()
	e.children = append(e.children, started{state: call.State, call: call.ID, execution: x})
	if item := e.items[call.ExecutionArn]; item != nil {
		item.children = append(item.children, started{state: call.State, call: call.ID, execution: x})
	}
	e.mu.Unlock()
	if call.Action == "startSyncExecution" {
		r := engine.Succeed(x.description(false, isoDate))
		r.After = x.Took()
		return r
	}
	return engine.Succeed(value.Object(
		value.M("ExecutionArn", value.String(x.arn)), value.M("StartDate", epochDate(x.first)),
	))
}

// run executes the workflow now.
func (c *child) run(k *tasks, call engine.Call) *Execution {
	s := *c.setup
	s.post = k.post
	if s.start.IsZero() {
		s.start = k.clock.Now()
	}
	if s.name = call.Arguments.Get("Name").Str(); s.name == "" {
		s.name = fmt.Sprintf("%s-%d", k.name, call.ID)
	}
	input := call.Arguments.Get("Input")
	if v, err := value.ParseString(input.Str()); input.IsString() && err == nil {
		input = v
	}
	if !input.Exists() {
		input = value.Object()
	}
	return s.run(k.execution.t, c.workflow, c.plan, input)
}

// end is what an execution came to, for a task that waits for it.
func (e *Execution) end(call engine.Call) engine.Result {
	r := engine.Result{After: e.Took()}
	d := e.description(call.Pattern == integration.RunJob2, epochDate)
	if e.outcome.Status == engine.Succeeded {
		r.Output = d
		return r
	}
	r.Failure = &engine.Failure{Error: "States.TaskFailed", Cause: e.description(false, epochDate).String()}
	return r
}

// description is the execution as DescribeExecution tells it to tasks; input and output are text unless parsed.
func (e *Execution) description(parsed bool, date func(time.Time) value.Value) value.Value {
	json := func(v value.Value) value.Value {
		if parsed || !v.Exists() {
			return v
		}
		return value.String(v.String())
	}
	o := e.outcome
	included := value.Object(value.M("Included", value.True))
	outputDetails := included
	if !o.Output.Exists() {
		outputDetails = value.Value{}
	}
	return value.Object(
		value.M("Cause", optional(o.Cause)), value.M("Error", optional(o.Error)),
		value.M("ExecutionArn", value.String(e.arn)),
		value.M("Input", json(e.events[0].Input)), value.M("InputDetails", included),
		value.M("Name", value.String(e.name)),
		value.M("Output", json(o.Output)), value.M("OutputDetails", outputDetails),
		value.M("StartDate", date(o.Started)),
		value.M("StateMachineArn", value.String("arn:aws:states:us-east-1:123456789012:stateMachine:"+e.workflow.Name())),
		value.M("Status", value.String(string(o.Status))),
		value.M("StopDate", date(o.Stopped)),
	)
}

func optional(s *string) value.Value {
	if s == nil {
		return value.Value{}
	}
	return value.String(*s)
}

func epochDate(t time.Time) value.Value { return value.Int(t.UnixMilli()) }

func isoDate(t time.Time) value.Value {
	return value.String(t.UTC().Format("2006-01-02T15:04:05.999Z"))
}

// startedBy is the execution that a call started.
func (e *Execution) startedBy(call int) *Execution {
	e.mu.Lock()
	defer e.mu.Unlock()
	i := slices.IndexFunc(e.children, func(s started) bool { return !s.item && s.call == call })
	return e.children[i].execution
}

// Children are the executions that the state called name has started, in the order it started them: those of a workflow
// given by Child that a task has started, or those that a Distributed Map has run for its items.
func (e *Execution) Children(name string) []*Execution {
	e.t.Helper()
	if e.isNoState(name) {
		e.t.Errorf("state %q is no state of the workflow", name)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	slices.SortStableFunc(e.children, func(a, b started) int { return cmp.Compare(a.call, b.call) })
	var all []*Execution
	for _, s := range e.children {
		if s.state == name {
			all = append(all, s.execution)
		}
	}
	return all
}
