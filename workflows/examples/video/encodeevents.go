package video

import (
	"time"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/dynamodb"
	"github.com/stepwright/stepwright/flow/mediaconvert"
	"github.com/stepwright/stepwright/flow/sqs"
	"github.com/stepwright/stepwright/flow/states"
)

// EncodeEvents answers the Process that waits for a job with what MediaConvert says of it.
var EncodeEvents = flow.Standard("Encode events", encodeEvents)

// A Resumed is the output of EncodeEvents.
type Resumed struct {
	GUID   string `json:"guid"`
	Result string `json:"result"` // resumed, already resumed or ignored
}

func encodeEvents(f *flow.Flow, event *EncodeEvent) *Resumed {
	guid, status := &event.Detail.UserMetadata.GUID, &event.Detail.Status
	resumed := func(result string) *Resumed {
		r := &Resumed{Result: result}
		return flow.Fill(f, r, flow.Set(&r.GUID, guid))
	}
	again := flow.NewTail(f, "again", func(*flow.Caught) { flow.Return(f, "Already Resumed", resumed("already resumed")) })

	// The job may be done before Process has stored its token.
	record := flow.Poll(f, "Token Present", flow.Pace{First: 5 * time.Second, Times: 12},
		func() *Record { return dynamodb.Get(f, "Load Token", Runs, guid, quickly, rDynamoDB) },
		func(r *Record) flow.Condition {
			return flow.Or(flow.Exists(&r.EncodeTaskToken), flow.OneOf(&r.WorkflowStatus, StatusComplete, StatusError, StatusRejected))
		},
		func() {
			sqs.Send(f, "Keep Event", StartDLQ, event, quickly, rSQS)
			flow.Fail(f, "Token Missing", "TokenMissing", "no Process waits for job ", &event.Detail.JobID, " of run ", guid)
		})

	gone := flow.Catch(states.TokenGone, again.Go)
	flow.Choice(f, "Status Check").
		When(flow.Not(flow.Exists(&record.EncodeTaskToken)), func() { again.Go(&flow.Caught{}) }).
		When(flow.Is(status, mediaconvert.Complete), func() {
			states.Answer(f, "Resume Success", &record.EncodeTaskToken, event, quickly, rStates, gone)
		}).
		When(flow.OneOf(status, mediaconvert.Failed, mediaconvert.Canceled), func() {
			code := flow.If(f, flow.Is(status, mediaconvert.Canceled), &encodeCanceled, &encodeError)
			cause := flow.Text(f, event.Detail.ErrorCode, " ", flow.OrElse(f, &event.Detail.ErrorMessage, status))
			states.Refuse(f, "Resume Failure", &record.EncodeTaskToken, code, flow.Trim(f, cause), quickly, rStates, gone)
		}).
		Otherwise(func() { flow.Return(f, "Ignored", resumed("ignored")) })
	dynamodb.Update(f, "Drop Token", Runs, guid, func(r *Record) []dynamodb.Change {
		return []dynamodb.Change{dynamodb.Remove(&r.EncodeTaskToken)}
	}, quickly, rDynamoDB)
	flow.Return(f, "Resumed", resumed("resumed"))
	return nil
}
