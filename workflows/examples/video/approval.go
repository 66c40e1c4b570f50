package video

import (
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/dynamodb"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/flow/sns"
)

// An ApprovalNotice asks a person; whoever answers the token decides.
type ApprovalNotice struct {
	GUID     string              `json:"guid"`
	SrcVideo string              `json:"srcVideo,omitempty"`
	Stage    string              `json:"stage"`
	Minutes  float64             `json:"estimatedOutputMinutes,omitempty"`
	Token    run.Token[Approval] `json:"token"`
}

// An Approval is what the person says.
type Approval struct {
	Approved bool   `json:"approved"`
	By       string `json:"by"`
	Note     string `json:"note,omitempty"`
}

// approve asks a person about a run, and goes on only if the answer is yes. A no, or no answer in time, ends the
// machine: the run is rejected.
func approve(f *flow.Flow, guid *string, record *Record, stage string, minutes *float64, fails *ending) {
	rejected := flow.NewTail(f, "rejection", func(why *string) {
		dynamodb.Update(f, "Mark Rejected", Runs, guid, func(r *Record) []dynamodb.Change {
			return []dynamodb.Change{dynamodb.Set(&r.WorkflowStatus, new(StatusRejected)), dynamodb.Set(&r.ErrorMessage, why)}
		}, quickly, rDynamoDB, fails.caught)
		flow.Return(f, "Rejected", outcome(f, guid, StatusRejected))
	})

	dynamodb.Update(f, "Mark Pending", Runs, guid, func(r *Record) []dynamodb.Change {
		return []dynamodb.Change{dynamodb.Set(&r.WorkflowStatus, new(StatusPending)), dynamodb.Set(&r.EstimatedOutputMinutes, minutes)}
	}, quickly, rDynamoDB, fails.caught)
	answer := sns.PublishAwait(f, "Request Approval", questions, func(token *run.Token[Approval]) *ApprovalNotice {
		q := &ApprovalNotice{Stage: stage}
		return flow.Fill(f, q, flow.Set(&q.GUID, guid), flow.Set(&q.SrcVideo, &record.SrcVideo), flow.Set(&q.Minutes, minutes), flow.Set(&q.Token, token))
	}, subject(f, StatusPending, guid), approvalTimeout, rSNS,
		flow.Catch(flow.TimedOut, func(*flow.Caught) { rejected.Go(new("nobody answered in time")) }), fails.caught)
	flow.Choice(f, "Approval Decision").
		When(flow.True(&answer.Approved), flow.Continue).
		Otherwise(func() { rejected.Go(flow.Text(f, "rejected by ", &answer.By, ": ", &answer.Note)) })
}
