// Package states starts other workflows from a workflow, asks activities, and answers the tokens of waiting steps.
//
// A child is named by the variable that holds it, so that the compiler checks what goes in and what comes out, and
// whether it is a Standard or an Express workflow:
//
//	started := states.Start(f, "Archive", Archive, &job.ID, job)  // Standard: goes on at once
//	report  := states.Run(f, "Report", Report, nil, job)          // Standard: waits for the child's output
//	score   := states.Call(f, "Score", ScoreOne, customer)        // Express: waits for the child's output
//
// In the document the child is ${Archive}, its state machine's ARN; a stack binds that name to the child's construct.
package states

import (
	"reflect"
	"time"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/run"
)

// The errors of starting executions. Start, StartExpress, StartAwait and Run use Step Functions' optimized
// integration, whose errors begin with StepFunctions; Call and CallOutcome use its SDK integration, whose errors begin
// with Sfn. The sets have both spellings.
var (
	// AlreadyRunning: there is an execution of that name, with another input or ended within the last 90 days. Names
	// of Standard workflows only; starting the same name with the same input while it runs is no error.
	AlreadyRunning = flow.Errors{"StepFunctions.ExecutionAlreadyExistsException"}

	// ChildFailed: the child was started, but failed, timed out or was stopped. Of Run, it is States.TaskFailed, with
	// the child's DescribeExecution as JSON text in the cause; of Call it is States.QueryEvaluationError, with the
	// child's error and cause in the cause. States.TaskFailed takes in all other errors of a step but time-outs.
	ChildFailed = flow.Errors{"States.TaskFailed", "States.QueryEvaluationError"}

	// Throttled: too many executions are running or being started; starting one later helps.
	Throttled = flow.Errors{
		"StepFunctions.ExecutionLimitExceeded",
		"StepFunctions.ExecutionLimitExceededException",
		"StepFunctions.AWSStepFunctionsException", // what has no class of its own in the older SDK: "Rate exceeded"
		"Sfn.ExecutionLimitExceededException",
		"Sfn.SfnException", // the same in the newer one
	}

	// NoSuchChild: the child's state machine does not exist, or is being deleted.
	NoSuchChild = flow.Errors{
		"StepFunctions.StateMachineDoesNotExistException", "StepFunctions.StateMachineDeletingException",
		"Sfn.StateMachineDoesNotExistException", "Sfn.StateMachineDeletingException",
	}
)

// A Started is an execution that has been started.
type Started struct {
	ExecutionArn string
	StartDate    time.Time
}

const (
	startExecution = "arn:aws:states:::states:startExecution"
	startSync      = "arn:aws:states:::aws-sdk:sfn:startSyncExecution"
)

// Start starts an execution of a Standard workflow and goes on. id is the execution's name, of at most 80 characters;
// nil lets the service choose one. A name makes starting idempotent: the same name with the same input gives the
// execution that is running already. A nil input is the JSON object {}.
func Start[In, Out any](f *flow.Flow, name string, w *flow.StandardWorkflow[In, Out], id *string, in *In, opts ...flow.TaskOption) *Started {
	return started(f, name, start(w, id, in), opts)
}

// StartExpress starts an execution of an Express workflow and goes on; nothing tells how it ended. Two executions may
// have the same name. See Call for waiting.
func StartExpress[In, Out any](f *flow.Flow, name string, w *flow.ExpressWorkflow[In, Out], id *string, in *In, opts ...flow.TaskOption) *Started {
	return started(f, name, start(w, id, in), opts)
}

// started is a step that starts an execution. The optimized integration tells times as milliseconds since 1970.
func started(f *flow.Flow, name string, args flow.Lazy, opts []flow.TaskOption) *Started {
	var ctx *flow.Ctx
	return flow.Do[Started](f, name, flow.Call{
		Resource: startExecution,
		Args:     flow.Lazy(func(c *flow.Ctx) any { ctx = c; return args }),
		Result: func(answer flow.Expr, read func(string) bool) flow.Expr {
			if !read("StartDate") {
				return answer
			}
			date := ctx.JSONata(`$type($1) = "number" ? $fromMillis($1) : $1`, answer.Member("StartDate"))
			return flow.ObjectOf([]string{"ExecutionArn", "StartDate"}, []flow.Expr{answer.Member("ExecutionArn"), date})
		},
	}, opts...)
}

// Run runs a Standard workflow and waits for its output, for up to a year. A child that does not succeed fails the
// step with ChildFailed; ending the step, by a Timeout for example, stops the child. See Start for id and in.
//
// It is startExecution.sync:2, so that only Standard workflows can use it.
func Run[In, Out any](f *flow.Flow, name string, w *flow.StandardWorkflow[In, Out], id *string, in *In, opts ...flow.TaskOption) *Out {
	return flow.Do[Out](f, name, flow.Call{
		Resource: startExecution + ".sync:2", Args: start(w, id, in),
		Result: func(answer flow.Expr, _ func(string) bool) flow.Expr { return answer.Member("Output") },
	}, opts...)
}

// StartAwait starts a Standard workflow with a token in its input and waits until somebody answers that: the child
// itself with Answer, or whomever it hands the token to. How the child ends does not matter, so give the step a Timeout
// or a Heartbeat. See Start for id, and flow.Await.
func StartAwait[In, Out, Reply any](f *flow.Flow, name string, w *flow.StandardWorkflow[In, Out], id *string, in func(token *run.Token[Reply]) *In, opts ...flow.TaskOption) *Reply {
	return flow.Await(f, name, func(token *run.Token[Reply]) flow.Call {
		return flow.Call{Resource: startExecution, Args: start(w, id, in(token))}
	}, opts...)
}

// start is what an execution is started with. Objects go as they are; the service makes text of them.
func start[In any](w flow.Workflow, id *string, in *In) flow.Lazy {
	return func(c *flow.Ctx) any {
		names, values := []string{"StateMachineArn"}, []flow.Expr{c.Value(w)}
		if id != nil {
			names, values = append(names, "Name"), append(values, given(c.Value(id)))
		}
		if in != nil {
			e := c.Value(in)
			c.Need(e, "the input")
			if !isObject(reflect.TypeFor[In]()) {
				e = c.JSON(e, reflect.TypeFor[In]())
			}
			names, values = append(names, "Input"), append(values, e)
		}
		return flow.ObjectOf(names, values)
	}
}

// given is e, left out when it is null.
func given(e flow.Expr) flow.Expr {
	if !e.Optional() {
		return e
	}
	return e.Sure().When(e.Present())
}

// isObject tells whether every value of a type is a JSON object.
func isObject(t reflect.Type) bool {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	_, ok := flow.Members(t)
	return ok || t.Kind() == reflect.Map
}

// startedBy is the member of an input by which the Step Functions console links a child to its parent.
const startedBy = "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID"

// Linked is the input of a child with the execution's own id in it, as AWS recommends, so that the console links the
// two:
//
//	states.Run(f, "Report", Report, nil, states.Linked(f, in))
//
// It is not done unasked, because the child would see it: a member more where the input is handed on whole, and with a
// name, another input from every parent, so that Start is not idempotent any more. The input must be an object.
func Linked[In any](f *flow.Flow, in *In) *In {
	checked := flow.Lazy(func(c *flow.Ctx) any {
		if t := reflect.TypeFor[In](); !isObject(t) {
			c.Report("linked-input", "an input of type "+t.String()+" has no place for the parent's execution", "start the child with a struct, or without Linked")
		}
		return in
	})
	return flow.JSONata[In](f, `$merge([$1, {"`+startedBy+`": $2}])`, checked, &flow.Execution(f).ID)
}
