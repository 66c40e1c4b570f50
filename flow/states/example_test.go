package states_test

import (
	"fmt"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/flow/states"
)

type (
	Customer struct {
		ID string `json:"id"`
	}
	Scored struct {
		Score float64 `json:"score"`
	}
	Report struct {
		Lines []string `json:"lines"`
	}
	Verdict  struct{ Approved bool }
	Question struct {
		Customer string             `json:"customer"`
		Token    run.Token[Verdict] `json:"token"`
	}
)

var (
	// ScoreOne says how good a customer is.
	ScoreOne = flow.Express("Score one", func(f *flow.Flow, c *Customer) *Scored {
		flow.Choice(f, "Known?").When(flow.Is(&c.ID, ""), func() { flow.Fail(f, "Nobody", "Nobody", "there is no customer without an id") })
		return &Scored{Score: 0.5}
	})
	// MakeReport writes down what there is to say.
	MakeReport = flow.Standard("Make report", func(f *flow.Flow, c *Customer) *Report {
		flow.Wait(f, "Sleep on it", time.Hour)
		r := &Report{Lines: []string{""}}
		return flow.Fill(f, r, flow.Set(&r.Lines[0], &c.ID))
	})
	// Review asks somebody, somewhere.
	Review = flow.Standard("Review", func(f *flow.Flow, q *Question) *run.None {
		states.Answer(f, "Say yes", &q.Token, &Verdict{Approved: true})
		return &run.None{}
	})
	// Inspection is done by hand.
	Inspection = states.ActivityOf[Customer, Verdict]("Inspection")
)

// show prints the state of a workflow.
func show(w flow.Workflow, state string) {
	d, found := w.Build()
	for _, x := range found {
		fmt.Println(x.Text())
	}
	fmt.Println(asl.StateValue(d.States.Get(state)))
}

func ExampleStart() {
	show(flow.Standard("Example", func(f *flow.Flow, c *Customer) *string {
		started := states.Start(f, "Report", MakeReport, &c.ID, c, flow.Catch(states.AlreadyRunning, func(*flow.Caught) { flow.Return(f, "Known", &c.ID) }))
		return &started.ExecutionArn
	}), "Report")
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::states:startExecution","Arguments":{"StateMachineArn":"${MakeReport}","Name":"{% $states.context.Execution.Input.id %}","Input":"{% $states.context.Execution.Input %}"},"Catch":[{"ErrorEquals":["StepFunctions.ExecutionAlreadyExistsException"],"Next":"Known"}],"Output":"{% $states.result.ExecutionArn %}","End":true}
}

func ExampleRun() {
	show(flow.Standard("Example", func(f *flow.Flow, c *Customer) *Report {
		return states.Run(f, "Report", MakeReport, nil, c)
	}), "Report")
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync:2","Arguments":{"StateMachineArn":"${MakeReport}","Input":"{% $states.context.Execution.Input %}"},"Output":"{% $states.result.Output %}","End":true}
}

func ExampleLinked() {
	show(flow.Standard("Example", func(f *flow.Flow, c *Customer) *Report {
		return states.Run(f, "Report", MakeReport, nil, states.Linked(f, c))
	}), "Report")
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync:2","Arguments":{"StateMachineArn":"${MakeReport}","Input":"{% $merge([$states.context.Execution.Input, {\"AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID\": $states.context.Execution.Id}]) %}"},"Output":"{% $states.result.Output %}","End":true}
}

func ExampleCall() {
	show(flow.Standard("Example", func(f *flow.Flow, c *Customer) *float64 {
		return &states.Call(f, "Score", ScoreOne, c, flow.Retry(states.ChildFailed, flow.Backoff{Attempts: 2})).Score
	}), "Score")
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::aws-sdk:sfn:startSyncExecution","Arguments":{"StateMachineArn":"${ScoreOne}","Input":"{% $string($states.context.Execution.Input) %}"},"Retry":[{"ErrorEquals":["States.TaskFailed","States.QueryEvaluationError"],"MaxAttempts":2}],"Output":"{% ($states.result.Status = \"SUCCEEDED\" ? $parse($states.result.Output) : $error(\"Score one \" & $states.result.Status & \": \" & $states.result.Error & \": \" & $states.result.Cause)).score %}","End":true}
}

func ExampleCallOutcome() {
	show(flow.Standard("Example", func(f *flow.Flow, c *Customer) *Scored {
		scored := states.CallOutcome(f, "Score", ScoreOne, c)
		flow.Choice(f, "Scored?").
			When(flow.Is(&scored.Status, "SUCCEEDED"), flow.Continue).
			Otherwise(func() {
				flow.FailWith(f, "Not scored", flow.OrElse(f, &scored.Error, new("")), flow.OrElse(f, &scored.Cause, new("")))
			})
		return flow.OrElse(f, scored.Output, &Scored{})
	}), "Score")
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::aws-sdk:sfn:startSyncExecution","Arguments":{"StateMachineArn":"${ScoreOne}","Input":"{% $string($states.context.Execution.Input) %}"},"Assign":{"score":"{% {\"ExecutionArn\": $states.result.ExecutionArn, \"Status\": $states.result.Status, \"Error\": $states.result.Error, \"Cause\": $states.result.Cause, \"Output\": $parse($states.result.Output)} %}"},"Next":"Scored?"}
}

func ExampleStartAwait() {
	show(flow.Standard("Example", func(f *flow.Flow, c *Customer) *Verdict {
		return states.StartAwait(f, "Review", Review, nil, func(token *run.Token[Verdict]) *Question {
			q := &Question{}
			return flow.Fill(f, q, flow.Set(&q.Customer, &c.ID), flow.Set(&q.Token, token))
		}, flow.Timeout(48*time.Hour))
	}), "Review")
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::states:startExecution.waitForTaskToken","Arguments":{"StateMachineArn":"${Review}","Input":{"customer":"{% $states.context.Execution.Input.id %}","token":"{% $states.context.Task.Token %}"}},"TimeoutSeconds":172800,"Output":"{% $states.result %}","End":true}
}

func ExampleAnswer() {
	show(Review, "Say yes")
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::aws-sdk:sfn:sendTaskSuccess","Arguments":{"TaskToken":"{% $states.context.Execution.Input.token %}","Output":"{\"Approved\":true}"},"Output":{},"End":true}
}

func ExampleRefuse() {
	show(flow.Standard("Example", func(f *flow.Flow, q *Question) *run.None {
		states.Refuse(f, "Say no", &q.Token, new("Rejected"), flow.Text(f, "nobody knows ", &q.Customer), flow.Catch(states.TokenGone, func(*flow.Caught) {}))
		return nil
	}), "Say no")
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::aws-sdk:sfn:sendTaskFailure","Arguments":{"TaskToken":"{% $states.context.Execution.Input.token %}","Error":"Rejected","Cause":"{% \"nobody knows \" & $states.context.Execution.Input.customer %}"},"Catch":[{"ErrorEquals":["Sfn.TaskDoesNotExistException","Sfn.TaskTimedOutException","Sfn.InvalidTokenException"],"Next":"Done"}],"End":true}
}

func ExampleAsk() {
	w := flow.Standard("Example", func(f *flow.Flow, c *Customer) *Verdict {
		return states.Ask(f, "Look at the parcel", Inspection, c, flow.Timeout(8*time.Hour), flow.Heartbeat(time.Minute))
	})
	show(w, "Look at the parcel")
	fmt.Println(w.Resources())
	// Output:
	// {"Type":"Task","Resource":"${Inspection}","Arguments":"{% $states.context.Execution.Input %}","TimeoutSeconds":28800,"HeartbeatSeconds":60,"Output":"{% $states.result %}","End":true}
	// [{activity Inspection }]
}
