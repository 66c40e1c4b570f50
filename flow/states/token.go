package states

import (
	"reflect"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/run"
)

// TokenGone are the errors of answering a token that nobody waits for any more: the step has been answered, has timed
// out, or its execution has ended; or the text is no token.
var TokenGone = flow.Errors{"Sfn.TaskDoesNotExistException", "Sfn.TaskTimedOutException", "Sfn.InvalidTokenException"}

// Answer finishes the step that waits for the token: reply is that step's result. The token comes from the input of
// this workflow, or from wherever the waiting one put it.
func Answer[R any](f *flow.Flow, name string, token *run.Token[R], reply *R, opts ...flow.TaskOption) {
	send(f, name, "sendTaskSuccess", opts, func(c *flow.Ctx) ([]string, []flow.Expr) {
		e := c.Value(reply)
		c.Need(e, "the reply")
		return []string{"TaskToken", "Output"}, []flow.Expr{tokenOf(c, token), c.JSON(e, reflect.TypeFor[R]())}
	})
}

// Refuse fails the step that waits for the token with an error, of at most 256 characters, and a cause. Nil leaves
// either out.
func Refuse[R any](f *flow.Flow, name string, token *run.Token[R], code, cause *string, opts ...flow.TaskOption) {
	send(f, name, "sendTaskFailure", opts, func(c *flow.Ctx) ([]string, []flow.Expr) {
		names, values := []string{"TaskToken"}, []flow.Expr{tokenOf(c, token)}
		if code != nil {
			names, values = append(names, "Error"), append(values, given(c.Value(code)))
		}
		if cause != nil {
			names, values = append(names, "Cause"), append(values, given(c.Value(cause)))
		}
		return names, values
	})
}

// Heartbeat tells the step that waits for the token that somebody is still at work, so that its Heartbeat starts anew.
func Heartbeat[R any](f *flow.Flow, name string, token *run.Token[R], opts ...flow.TaskOption) {
	send(f, name, "sendTaskHeartbeat", opts, func(c *flow.Ctx) ([]string, []flow.Expr) {
		return []string{"TaskToken"}, []flow.Expr{tokenOf(c, token)}
	})
}

func tokenOf[R any](c *flow.Ctx, token *run.Token[R]) flow.Expr {
	e := c.Value(token)
	c.Need(e, "the token")
	return e
}

func send(f *flow.Flow, name, action string, opts []flow.TaskOption, args func(*flow.Ctx) ([]string, []flow.Expr)) {
	flow.Do[run.None](f, name, flow.Call{
		Resource: "arn:aws:states:::aws-sdk:sfn:" + action,
		Args:     flow.Lazy(func(c *flow.Ctx) any { return flow.ObjectOf(args(c)) }),
	}, opts...)
}
