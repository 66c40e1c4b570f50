package main

import (
	"context"
	"strings"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/value"
)

// compareState runs what TestState was asked about one state, in a machine of that state and of places to go to, and
// compares where it led and with what. It is not tried when the request says more than the state and its input, or
// when nobody knows what the task answered.
func compareState(ctx context.Context, r *recording) (note string, tried bool) {
	want, request := r.json.Path("expect", "response"), r.json.Get("request")
	if !want.Exists() || request.Get("stateConfiguration").Exists() || request.Get("context").Exists() {
		return "", false
	}
	p := singleState(r.json.Get("definition"))
	if p == nil || r.json.Path("definition", "Type").Str() == "Task" && !answered(request, want) {
		return "", false
	}
	got := testState(ctx, p, request, want)
	return compareFields(&matcher{}, want, got, "status", "nextState", "output", "error", "cause"), true
}

// singleState plans a machine that begins with the state; nil when the engine cannot run it.
func singleState(state value.Value) *engine.Plan {
	if state.Get("States").Exists() || state.Get("Type").Str() == "Parallel" { // its mock stands for all its branches
		return nil
	}
	s, found := asl.ParseState([]byte(state.String()))
	if found.HasErrors() {
		return nil
	}
	m := &asl.Machine{Branch: asl.Branch{StartAt: "StateName"}}
	m.States.Add(m.StartAt, s)
	for _, target := range targets(state) {
		m.States.Add(target, &asl.Succeed{})
	}
	p, _ := engine.NewPlan(m, engine.Options{})
	return p
}

// targets are the names that transitions of a state lead to.
func targets(v value.Value) []string {
	var out []string
	for name, x := range v.Members() {
		if (name == "Next" || name == "Default") && x.IsString() {
			out = append(out, x.Str())
		}
		if name == "Choices" || name == "Catch" {
			for _, item := range x.Elements() {
				out = append(out, targets(item)...)
			}
		}
	}
	return out
}

func testState(ctx context.Context, p *engine.Plan, request, want value.Value) value.Value {
	input, err := value.ParseString(request.Get("input").Str())
	if err != nil {
		input = value.Object()
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var events []history.Event
	run := p.Start(engine.Start{ // TestState runs the state as a synchronous express execution
		ExecutionArn: "arn:aws:states:us-east-1:111111111111:express:M:E", Name: "E", RoleArn: "arn:aws:iam::111111111111:role/R",
		StateMachineArn: "arn:aws:states:us-east-1:111111111111:stateMachine:M", StateMachineName: "M",
		Type: engine.Express, Sync: true, Input: input, Time: startedAt, Region: "us-east-1",
	})
	o := engine.Execute(ctx, run, clock.NewVirtual(startedAt), engine.TasksFunc(func(context.Context, engine.Call) engine.Result {
		return mockOf(request.Get("mock"), want)
	}), func(e history.Event) { events = append(events, e) })
	return tested(o, events)
}

// answered tells whether the task's answer is known.
func answered(request, want value.Value) bool {
	return request.Get("mock").Exists() || want.Path("inspectionData", "result").Exists()
}

// mockOf is the task's answer: the mock of the request, or what the real service answered.
func mockOf(mock, want value.Value) engine.Result {
	if e := mock.Get("errorOutput"); e.Exists() {
		return engine.Failed(e.Get("error").Str(), e.Get("cause").Str())
	}
	if r := mock.Get("result"); r.IsString() {
		if v, err := value.ParseString(r.Str()); err == nil {
			return engine.Succeed(v)
		}
	}
	return engine.Succeed(want.Path("inspectionData", "result"))
}

// tested is what TestState says of an execution: about its first state only.
func tested(o engine.Outcome, events []history.Event) value.Value {
	for i := range events {
		if strings.HasSuffix(string(events[i].Type), "StateExited") {
			return exited(events[:i], &events[i], events[i+1:])
		}
	}
	return value.Object(value.M("status", value.String("FAILED")), optional("error", o.Error), optional("cause", o.Cause))
}

func exited(before []history.Event, e *history.Event, after []history.Event) value.Value {
	var b value.Builder
	b.Set("status", value.String("SUCCEEDED"))
	if last := before[len(before)-1]; last.Error != nil {
		b.Set("status", value.String("CAUGHT_ERROR"))
		b.Set("error", value.String(*last.Error))
		b.Set("cause", optional("", last.Cause).Value)
	}
	b.Set("output", e.Output)
	if len(after) > 0 && strings.HasSuffix(string(after[0].Type), "StateEntered") {
		b.Set("nextState", value.String(after[0].Name))
	}
	return b.Object()
}
