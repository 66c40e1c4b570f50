package engine

import (
	"context"
	"time"

	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/integration"
	"github.com/stepwright/stepwright/value"
)

// A Signal is something that happened to a run: Begin, TaskDone, TaskHeartbeat, TokenStarted, TokenDone,
// TokenHeartbeat, TimerFired, UpdateMapRun, StopChild or Stop.
type Signal interface{ signal() }

// Begin starts a run. It is the first signal, once.
type Begin struct{}

// TaskDone says that a called task has answered.
type TaskDone struct {
	ID     int // of the Call
	Result Result
}

// TaskHeartbeat says that the work goes on which a call with Waits set waits for.
type TaskHeartbeat struct{ ID int }

// TokenStarted says that a worker has taken an activity's task, as GetActivityTask does.
type TokenStarted struct {
	Token  string
	Worker string // its name; may be empty
}

// TokenDone is the answer to a task token, as SendTaskSuccess and SendTaskFailure give it.
type TokenDone struct {
	Token  string
	Result Result
}

// TokenHeartbeat says that the work for a task token goes on, as SendTaskHeartbeat does.
type TokenHeartbeat struct{ Token string }

// TimerFired says that a timer's time has come.
type TimerFired struct{ ID int }

// Stop ends an execution as StopExecution does. It is an error, so that it can be the cause of a context's end:
// see Execute.
type Stop struct{ ErrorName, Cause string }

func (Begin) signal()          {}
func (TaskDone) signal()       {}
func (TaskHeartbeat) signal()  {}
func (TokenStarted) signal()   {}
func (TokenDone) signal()      {}
func (TokenHeartbeat) signal() {}
func (TimerFired) signal()     {}
func (Stop) signal()           {}

// Error makes Stop usable as the cause of a context's end.
func (s Stop) Error() string { return "execution stopped: " + s.ErrorName }

// A Command is something that a run wants done: CallTask, CancelTask, SetTimer or CancelTimer.
type Command interface{ command() }

// CallTask wants a task done; the answer is a TaskDone.
type CallTask struct{ Call Call }

// CancelTask says that a task's answer is not wanted any more.
type CancelTask struct{ ID int }

// SetTimer wants a TimerFired at a time.
type SetTimer struct {
	ID int
	At time.Time

	// Limit says that the timer bounds something which may end before: a timeout, a heartbeat.
	Limit bool
}

// CancelTimer says that a timer is not needed any more.
type CancelTimer struct{ ID int }

func (CallTask) command()    {}
func (CancelTask) command()  {}
func (SetTimer) command()    {}
func (CancelTimer) command() {}

// Effects are what comes of a signal, in order.
type Effects struct {
	History  []history.Event // those of the run's own history; none when it is recorded (see Run.Record)
	Children []ChildHistory  // pieces of the histories of a Map Run's children
	MapRuns  []MapRun        // that something has happened to
	Commands []Command
}

// Tasks does the work of tasks: the calls of functions and services. It is used by many goroutines at once.
type Tasks interface {
	// Do does one call. When ctx ends, the answer is not wanted any more.
	//
	// A task of a job (.sync), of a callback (.waitForTaskToken) or of an activity makes two calls, one after the
	// other. The answer to the first is what the service said when the task was submitted, or the worker that took
	// the activity's task. The second one has Waits set; its answer is what the work came to. Who answers tokens by
	// signals (see Inbox) answers it with Never.
	Do(ctx context.Context, c Call) Result
}

// An Inbox is what Tasks also are when something from outside happens to the execution: answers to tokens,
// heartbeats. Execute hands what comes from it to the run.
type Inbox interface {
	Signals() <-chan Signal
}

// A CallObserver is what Tasks also are when they want to know the order of calls: Called is given every call before
// Do does it, in the order the run made them, on the goroutine that executes the run.
type CallObserver interface {
	Called(c Call)
}

// TasksFunc is a function as Tasks.
type TasksFunc func(ctx context.Context, c Call) Result

// Do calls f.
func (f TasksFunc) Do(ctx context.Context, c Call) Result { return f(ctx, c) }

// A Call is one attempt of a task.
type Call struct {
	ID       int    // unique in the run
	State    string // the state's name
	Resource string // the state's Resource, an ARN
	// ResourceType and Action are the parts of an integration's ARN, "lambda" and "invoke", "aws-sdk:s3" and
	// "getObject"; empty for the ARN of a function.
	ResourceType, Action string
	Pattern              integration.Pattern
	Arguments            value.Value // what the task is called with
	Attempt              int         // counted from 0 within a visit of the state
	Region               string
	ExecutionArn         string
	StateMachineArn      string
	CredentialsRoleArn   string        // of Credentials; empty for the execution's role
	Timeout              time.Duration // zero for none; the engine watches it
	Heartbeat            time.Duration // zero for none; the engine watches it

	// Token is the task token of a callback or of an activity's task; another one for every attempt.
	Token string
	// Waits says that the task is submitted or taken and that this call waits for its end. Submitted is what the
	// service answered then.
	Waits     bool
	Submitted value.Value `json:",omitzero"`
	// Submission is the ID of the call that submitted the task; zero in that call itself.
	Submission int `json:",omitzero"`

	// ReaderConfig is there when a Distributed Map wants its items: an array or an object is the answer, made of what
	// the resource gives as this object says (see Items), or a Page. It has no MaxItems: the engine takes as many as it
	// needs. Reading says which page is wanted.
	ReaderConfig value.Value `json:",omitzero"`
	Reading      *Reading    `json:",omitempty"`
	// Export is there when a Distributed Map wants its results written.
	Export *Export `json:",omitempty"`
}

// A Result is a task's answer: an output, or a failure.
type Result struct {
	Output  value.Value `json:",omitzero"` // absent counts as null
	Failure *Failure
	// After is how much later the answer comes on the run's clock: for tasks that only pretend to take time.
	After time.Duration
	// Never says that no answer comes, so that the task can only time out, be stopped, or be answered by its token.
	Never bool
	// Heartbeats are when the work was heard of before the answer, counted from the call; for calls with Waits set.
	Heartbeats []time.Duration
	// Page is a part of the items of a Distributed Map, when Output is not all of them.
	Page *Page
	// Worker is the name of the worker that took an activity's task; for the first call of one.
	Worker string
}

// A Failure is an error's name and cause, as catchers see them. Empty ones do not appear in the history.
type Failure struct{ Error, Cause string }

// Succeed is the result with an output.
func Succeed(output value.Value) Result { return Result{Output: output} }

// Failed is the result with an error's name and a cause.
func Failed(name, cause string) Result { return Result{Failure: &Failure{Error: name, Cause: cause}} }
