package video

import (
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/dynamodb"
)

// ErrorHandler records and tells what no machine can catch itself: executions that timed out, were aborted, or failed
// outside of their states; and, for ProcessByEvent, jobs that failed.
var ErrorHandler = flow.Standard("Error handler", errorHandler)

// A Stopped is "Step Functions Execution Status Change" of one of the main machines, or an EncodeEvent.
type Stopped struct {
	Detail StoppedDetail `json:"detail"`
}

// A StoppedDetail has what EventBridge tells about an execution, or about a job.
type StoppedDetail struct {
	ExecutionArn string `json:"executionArn,omitempty"`
	MachineArn   string `json:"stateMachineArn,omitempty"`
	Name         string `json:"name,omitempty"`
	Status       string `json:"status"`          // FAILED, TIMED_OUT, ABORTED; ERROR, CANCELED
	Input        string `json:"input,omitempty"` // JSON text; missing when it is too large
	Error        string `json:"error,omitempty"`
	Cause        string `json:"cause,omitempty"`

	JobID        string        `json:"jobId,omitempty"`
	UserMetadata *UserMetadata `json:"userMetadata,omitempty"`
	ErrorMessage string        `json:"errorMessage,omitempty"`
}

// A Started is the input of any of the main machines.
type Started struct {
	GUID   string         `json:"guid,omitempty"` // of Process
	Detail *StartedDetail `json:"detail,omitempty"`
}

// A StartedDetail is that of Publish.
type StartedDetail struct {
	UserMetadata *UserMetadata `json:"userMetadata,omitempty"`
}

// A Handled is the output of ErrorHandler.
type Handled struct {
	GUID    string `json:"guid"`
	Outcome string `json:"outcome"` // recorded, or already recorded
}

// A broken is what is known of the run that stopped.
type broken struct {
	GUID    string  `json:"guid"`
	Failure failure `json:"failure"`
}

func errorHandler(f *flow.Flow, stopped *Stopped) *Handled {
	run := flow.Let(f, "Identify", stoppedRun(f, &stopped.Detail))
	handled := func(outcome string) *Handled {
		h := &Handled{Outcome: outcome}
		return flow.Fill(f, h, flow.Set(&h.GUID, &run.GUID))
	}
	recordError(f, &run.GUID, &run.Failure, func(r *Record) []dynamodb.Change { // machines have told of what they caught
		return []dynamodb.Change{dynamodb.WhenIsNot(&r.WorkflowStatus, new(StatusError))}
	}, flow.Catch(dynamodb.ConditionFailed, func(*flow.Caught) {
		flow.Return(f, "Already Recorded", handled("already recorded"))
	}))
	notifyError(f, &run.GUID, &run.Failure)
	flow.Return(f, "Handled", handled("recorded"))
	return nil
}

// stoppedRun finds out which run an event is about: a job carries its guid; an execution's input has it, or is the event
// that it is made from.
func stoppedRun(f *flow.Flow, end *StoppedDetail) *broken {
	input := flow.OrElse(f, &end.Input, new("{}"))
	started := flow.Parse(f, input, Started{})
	machine := flow.OrElse(f, flow.Last(f, flow.Split(f, &end.MachineArn, ":")), new("Encoding"))
	ours := guidOf(f, flow.Parse(f, input, StartEvent{}), flow.OrElse(f, &end.Name, &end.Status))
	link := flow.If(f, flow.Exists(&end.JobID), jobLink(f, &end.JobID),
		flow.Text(f, consoles+"states/home#/v2/executions/details/", &end.ExecutionArn))

	b := &broken{}
	return flow.Fill(f, b,
		flow.Set(&b.GUID, flow.OrElse(f, &end.UserMetadata.GUID, flow.OrElse(f, &started.GUID, flow.OrElse(f, &started.Detail.UserMetadata.GUID, ours)))),
		flow.Set(&b.Failure.Error, flow.OrElse(f, &end.Error, &end.Status)),
		flow.Set(&b.Failure.Cause, flow.OrElse(f, &end.Cause, flow.OrElse(f, &end.ErrorMessage, &end.Status))),
		flow.Set(&b.Failure.State, machine), flow.Set(&b.Failure.Details, link))
}
