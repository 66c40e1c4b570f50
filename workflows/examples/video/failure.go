package video

import (
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/dynamodb"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/flow/sns"
)

// An ending is the failure tail of a machine: Record Error, Notify Error, Failed. It is written once and entered from
// every state that can fail, and from Choices that find something wrong.
type ending struct {
	f    *flow.Flow
	tail *flow.Tail[failure]
	// caught is the catcher of everything that is not dealt with otherwise; it comes last.
	caught flow.Option
}

// A failure is what is known when a machine gives up.
type failure struct {
	Error, Cause, State string

	Details string `json:",omitempty"` // where to look; absent: at the execution
	JobID   string `json:",omitempty"` // of a job that the record may not have yet
}

// newEnding writes the failure tail for the run guid. More is what a machine records besides; it may be nil.
func newEnding(f *flow.Flow, guid *string, more func(r *Record) []dynamodb.Change) *ending {
	x := &ending{f: f}
	x.tail = flow.NewTail(f, "failure", func(e *failure) {
		failed := flow.NewTail(f, "end", func(*run.None) { flow.FailWith(f, "Failed", &e.Error, &e.Cause) })
		anyway := flow.Catch(flow.AnyError, func(*flow.Caught) { failed.Go(&run.None{}) })
		recordError(f, guid, e, more, anyway)
		notifyError(f, guid, e, anyway)
		failed.Go(&run.None{})
	})
	x.caught = flow.Catch(flow.AnyError, func(e *flow.Caught) { x.enter(e) })
	return x
}

// enter goes to the tail because of an error, with what else is known of it.
func (x *ending) enter(e *flow.Caught, more ...func(v *failure) flow.Setting) {
	v := &failure{}
	settings := []flow.Setting{flow.Set(&v.Error, &e.Error), flow.Set(&v.Cause, &e.Cause), flow.Set(&v.State, &e.State)}
	for _, m := range more {
		settings = append(settings, m(v))
	}
	x.tail.Go(flow.Fill(x.f, v, settings...))
}

// because goes to the tail with an error of the machine's own.
func (x *ending) because(code string, cause ...any) { x.enter(flow.Failure(x.f, code, cause...)) }

// recordError writes into the record that the run has failed.
func recordError(f *flow.Flow, guid *string, e *failure, more func(r *Record) []dynamodb.Change, opts ...flow.TaskOption) {
	dynamodb.Update(f, "Record Error", Runs, guid, func(r *Record) []dynamodb.Change {
		changes := []dynamodb.Change{
			dynamodb.Set(&r.WorkflowStatus, new(StatusError)),
			dynamodb.Set(&r.WorkflowErrorAt, &e.State),
			dynamodb.Set(&r.ErrorMessage, &e.Cause),
			dynamodb.Set(&r.ErrorDetails, details(f, e)),
			dynamodb.SetOrLeave(&r.EncodeJobID, &e.JobID),
		}
		if more != nil {
			changes = append(changes, more(r)...)
		}
		return changes
	}, append([]flow.TaskOption{quickly, rDynamoDB}, opts...)...)
}

// notifyError tells whoever listens, whatever the record says of notices.
func notifyError(f *flow.Flow, guid *string, e *failure, opts ...flow.TaskOption) {
	n := &ErrorNotice{WorkflowStatus: StatusError}
	flow.Fill(f, n, flow.Set(&n.GUID, guid), flow.Set(&n.WorkflowErrorAt, &e.State),
		flow.Set(&n.ErrorMessage, &e.Cause), flow.Set(&n.ErrorDetails, details(f, e)))
	sns.Publish(f, "Notify Error", failures, n, append([]flow.TaskOption{subject(f, StatusError, guid), quickly, rSNS}, opts...)...)
}

const consoles = "https://console.aws.amazon.com/"

// details are where in the console to look.
func details(f *flow.Flow, e *failure) *string {
	return flow.OrElse(f, &e.Details, flow.Text(f, consoles+"states/home#/v2/executions/details/", &flow.Execution(f).ID))
}

// jobLink is the page of an encoding job.
func jobLink(f *flow.Flow, job *string) *string {
	return flow.Text(f, consoles+"mediaconvert/home#/jobs/summary/", job)
}
