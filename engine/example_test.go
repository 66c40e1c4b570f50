package engine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/value"
)

const refund = `{
	"QueryLanguage": "JSONata",
	"StartAt": "Find charge",
	"States": {
		"Find charge": {
			"Type": "Task",
			"Resource": "arn:aws:states:::lambda:invoke",
			"Arguments": {"FunctionName": "FindCharge", "Payload": {"order": "{% $states.input.order %}"}},
			"Assign": {"charge": "{% $states.result.Payload %}"},
			"Retry": [{"ErrorEquals": ["Lambda.TooManyRequestsException"], "IntervalSeconds": 30}],
			"Next": "Cool down"
		},
		"Cool down": {"Type": "Wait", "Seconds": 86400, "Output": {"refunded": "{% $charge.amount %}"}, "End": true}
	}
}`

// A machine is parsed, planned, started, and executed in virtual time: a retry and a day of waiting take none.
func Example() {
	machine, problems := asl.Parse([]byte(refund))
	if problems.HasErrors() {
		fmt.Println(problems.Err())
		return
	}
	plan, problems := engine.NewPlan(machine, engine.Options{})
	if problems.HasErrors() {
		fmt.Println(problems.Err())
		return
	}
	start := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	run := plan.Start(engine.Start{Name: "o1", Input: value.MustParse(`{"order":"o1"}`), Region: "us-east-1", Time: start})
	tasks := engine.TasksFunc(func(_ context.Context, c engine.Call) engine.Result {
		if c.Attempt == 0 {
			return engine.Failed("Lambda.TooManyRequestsException", "slow down")
		}
		return engine.Succeed(value.MustParse(`{"Payload":{"amount":12.50},"StatusCode":200}`))
	})
	outcome := engine.Execute(context.Background(), run, clock.NewVirtual(start), tasks, func(e history.Event) {
		fmt.Println(e.Time.Format("Jan 2 15:04"), e.Name, e.Type)
	})
	fmt.Println(outcome.Status, outcome.Output)
	// Output:
	// Nov 22 09:00  ExecutionStarted
	// Nov 22 09:00 Find charge TaskStateEntered
	// Nov 22 09:00  TaskScheduled
	// Nov 22 09:00  TaskStarted
	// Nov 22 09:00  TaskFailed
	// Nov 22 09:00  TaskScheduled
	// Nov 22 09:00  TaskStarted
	// Nov 22 09:00  TaskSucceeded
	// Nov 22 09:00 Find charge TaskStateExited
	// Nov 22 09:00 Cool down WaitStateEntered
	// Nov 23 09:00 Cool down WaitStateExited
	// Nov 23 09:00  ExecutionSucceeded
	// SUCCEEDED {"refunded":12.50}
}

// What the engine cannot run is refused with its place, before anything runs.
func ExampleNewPlan() {
	machine, _ := asl.Parse([]byte(`{"StartAt": "Name it", "States": {
  "Name it": {"Type": "Pass", "Parameters": {"id.$": "States.Uuid()"}, "End": true}}}`))
	_, problems := engine.NewPlan(machine, engine.Options{})
	fmt.Println(problems.Err())
	// Output:
	// 2:54: state "Name it": The value for the field 'id.$' must be a valid JSONPath or a valid intrinsic function call [invalid-path]
	//     at /States/Name it/Parameters/id.$
	//     hint: there is no function "States.Uuid"; did you mean "States.UUID"?, at character 1 of "States.Uuid()"
}

// A run can be written between any two signals and read back later.
func ExamplePlan_Restore() {
	machine, _ := asl.Parse([]byte(refund))
	plan, _ := engine.NewPlan(machine, engine.Options{})
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	run := plan.Start(engine.Start{Name: "o1", Input: value.MustParse(`{"order":"o1"}`), Time: now})
	effects := run.Handle(context.Background(), now, engine.Begin{})

	saved, _ := json.Marshal(run)
	run, err := plan.Restore(saved)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range effects.Commands {
		if call, ok := c.(engine.CallTask); ok {
			fmt.Println(call.Call.State, call.Call.Arguments)
			effects = run.Handle(context.Background(), now, engine.TaskDone{ID: call.Call.ID, Result: engine.Failed("NoSuchOrder", "o1")})
		}
	}
	fmt.Println(run.Status(), *run.Outcome().Error, len(effects.History), "more events")
	// Output:
	// Find charge {"FunctionName":"FindCharge","Payload":{"order":"o1"}}
	// FAILED NoSuchOrder 2 more events
}
