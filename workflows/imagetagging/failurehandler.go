package imagetagging

import (
	"time"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/dynamodb"
	"github.com/stepwright/stepwright/flow/sns"
)

// FailureHandler marks photos whose execution ended without doing so itself: timed out, aborted, or failed in a way
// that no state can catch. It is started by the rule for status changes of ImageTagging.
var FailureHandler = flow.Standard("Failure handler", failureHandler)

// A Stopped is the event "Step Functions Execution Status Change" as EventBridge sends it.
type Stopped struct {
	Detail StoppedDetail `json:"detail"`
}

// A StoppedDetail is what EventBridge tells about an execution.
type StoppedDetail struct {
	ExecutionArn string  `json:"executionArn"`
	Status       string  `json:"status"`          // FAILED, TIMED_OUT or ABORTED
	Input        *string `json:"input,omitempty"` // JSON text; missing when it is too large
	Error        *string `json:"error,omitempty"`
	Cause        *string `json:"cause,omitempty"`
}

// A Handled is the output of FailureHandler.
type Handled struct {
	ID      string `json:"id"`
	Outcome string `json:"outcome"` // "marked", or "nothing to do"
}

func failureHandler(f *flow.Flow, stopped *Stopped) *Handled {
	end := &stopped.Detail
	input := flow.Let(f, "Read input", flow.Parse(f, flow.OrElse(f, end.Input, new("{}")), Upload{}))
	id := flow.Choose[string](f, "Photo known?").
		When(flow.Or(flow.Exists(input.Detail), flow.And(flow.Exists(input.S3Bucket), flow.Exists(input.S3Key))), func() *string {
			return objectID(f, input)
		}).
		Otherwise(func() *string {
			flow.Fail(f, "Photo unknown", "PhotoUnknown", "the input of ", &end.ExecutionArn, " names no object")
			return nil
		})

	code := flow.OrElse(f, end.Error, &end.Status)
	cause := flow.OrElse(f, end.Cause, flow.Text(f, "the execution ended as ", &end.Status))
	dynamodb.Update(f, "Mark stopped", Photos, id, func(p *Photo) []dynamodb.Change {
		return []dynamodb.Change{
			dynamodb.Set(&p.Status, &end.Status),
			dynamodb.Set(&p.ErrorName, code),
			dynamodb.Set(&p.ErrorMessage, cause),
			dynamodb.Set(&p.FailedAt, flow.JSONata[time.Time](f, "$now()")),
			dynamodb.WhenIs(&p.ExecutionArn, &end.ExecutionArn),
			dynamodb.WhenOneOf(&p.Status, StatusRunning, StatusApproval),
		}
	}, quickly, throttled, conflicts, retryAll,
		flow.Catch(dynamodb.ConditionFailed, func(*flow.Caught) {
			known := &Handled{Outcome: "nothing to do"}
			flow.Return(f, "Nothing to do", flow.Fill(f, known, flow.Set(&known.ID, id)))
		}),
		flow.Catch(flow.AnyError, func(e *flow.Caught) { flow.Rethrow(f, "Not marked", e) }))

	m := &Failed{}
	sns.Publish(f, "Notify stopped", Failures, flow.Fill(f, m,
		flow.Set(&m.Photo, id), flow.Set(&m.ErrorName, code), flow.Set(&m.ErrorMessage, cause)),
		quickly, flow.Retry(sns.Throttled, patiently), retryAll, regardless)
	done := &Handled{Outcome: "marked"}
	return flow.Fill(f, done, flow.Set(&done.ID, id))
}
