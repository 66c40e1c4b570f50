package states

import (
	"reflect"

	"github.com/stepwright/stepwright/flow"
)

// Call runs an Express workflow and waits for its output, for up to five minutes. See Start for in.
//
// Step Functions answers such a call even when the child failed, with the child's status, so the task itself goes well.
// Call makes that visible: the expression that takes the output raises an error unless the child succeeded, and the
// step fails with ChildFailed (States.QueryEvaluationError), which Retry, Catch and Rescue see like any other failure.
// The cause has the child's status, error and cause in it. The expression is there even if nobody reads the output.
// CallOutcome gives the child's error itself.
func Call[In, Out any](f *flow.Flow, name string, w *flow.ExpressWorkflow[In, Out], in *In, opts ...flow.TaskOption) *Out {
	var ctx *flow.Ctx
	child := "the child "
	if w != nil {
		child = w.Title() + " "
	}
	return flow.Do[Out](f, name, flow.Call{
		Resource: startSync,
		Args:     startText(w, in, &ctx),
		Result: func(answer flow.Expr, _ func(string) bool) flow.Expr {
			return ctx.JSONata(`$1 = "SUCCEEDED" ? $parse($2) : $error($3 & $1 & ": " & $4 & ": " & $5)`,
				answer.Member("Status"), answer.Member("Output"), ctx.Value(child), answer.Member("Error"), answer.Member("Cause"))
		},
		Always: true,
	}, opts...)
}

// An Outcome is how an Express workflow ended.
type Outcome[Out any] struct {
	ExecutionArn string
	Status       string `json:"Status"`           // SUCCEEDED, FAILED or TIMED_OUT
	Error        string `json:"Error,omitempty"`  // absent if it succeeded
	Cause        string `json:"Cause,omitempty"`  // absent if it succeeded
	Output       *Out   `json:"Output,omitempty"` // absent unless it succeeded
}

// CallOutcome is Call for those who deal with a child's failure themselves: the step goes well however the child
// ended, and a Choice asks for the status.
//
//	scored := states.CallOutcome(f, "Score", ScoreOne, customer)
//	flow.Choice(f, "Scored?").
//		When(flow.Is(&scored.Status, "SUCCEEDED"), flow.Continue).
//		Otherwise(func() { flow.FailWith(f, "Not scored", &scored.Error, &scored.Cause) })
func CallOutcome[In, Out any](f *flow.Flow, name string, w *flow.ExpressWorkflow[In, Out], in *In, opts ...flow.TaskOption) *Outcome[Out] {
	var ctx *flow.Ctx
	return flow.Do[Outcome[Out]](f, name, flow.Call{
		Resource: startSync,
		Args:     startText(w, in, &ctx),
		Result: func(answer flow.Expr, _ func(string) bool) flow.Expr {
			names := []string{"ExecutionArn", "Status", "Error", "Cause", "Output"}
			var values []flow.Expr
			for _, n := range names {
				values = append(values, answer.Member(n).Maybe())
			}
			values[0], values[1] = values[0].Sure(), values[1].Sure()
			values[4] = ctx.JSONata("$parse($1)", values[4]).Maybe()
			return flow.ObjectOf(names, values)
		},
	}, opts...)
}

// CallName names the execution of a Call, for logs and traces. Two executions of an Express workflow may have the same
// name.
func CallName(id *string) flow.TaskOption { return flow.Argument("Name", id) }

// startText is what the SDK integration starts an execution with: the input is text.
func startText[In any](w flow.Workflow, in *In, ctx **flow.Ctx) flow.Lazy {
	return func(c *flow.Ctx) any {
		*ctx = c
		names, values := []string{"StateMachineArn"}, []flow.Expr{c.Value(w)}
		if in != nil {
			e := c.Value(in)
			c.Need(e, "the input")
			names, values = append(names, "Input"), append(values, c.JSON(e, reflect.TypeFor[In]()))
		}
		return flow.ObjectOf(names, values)
	}
}
