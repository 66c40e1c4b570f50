// Package lambda invokes Lambda functions that are there already: those of other teams, in other languages. Handlers of
// this project are called with flow.Task, which deploys them too.
//
//	var Legacy = lambda.FunctionOf[Order, Price]("Legacy")
//
//	price := lambda.Invoke(f, "Ask the old system", Legacy, order, flow.Retry(lambda.Retryable, patiently))
package lambda

import (
	"reflect"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/run"
)

// The errors of the Lambda service. What a function fails with has the name that its own runtime reports: for Go the
// error's type (flow.Raised), for Python and JavaScript the exception's class, such as flow.Errors{"ValueError"}.
var (
	// Retryable are the errors that AWS says every invocation should be tried again after: trouble of the service or on
	// the way to it, and too many invocations at once.
	Retryable = flow.Errors{
		"Lambda.ClientExecutionTimeoutException", "Lambda.ServiceException", "Lambda.AWSLambdaException",
		"Lambda.SdkClientException", "Lambda.TooManyRequestsException",
	}
	// Crashed: the function gave no answer: it ran out of time or memory, or its process ended. Older runtimes report
	// Lambda.Unknown, newer ones the others.
	Crashed = flow.Errors{"Lambda.Unknown", "Sandbox.Timedout", "Runtime.ExitError", "Runtime.OutOfMemory"}
	// NoSuchFunction: the function, or the version or alias, does not exist.
	NoSuchFunction = flow.Errors{"Lambda.ResourceNotFoundException"}
)

// A Function takes an In and gives an Out.
type Function[In, Out any] struct{ flow.Resource }

// FunctionOf declares a function. In documents it is ${name}, its ARN; a stack binds the name to the function.
func FunctionOf[In, Out any](name string) *Function[In, Out] {
	return &Function[In, Out]{flow.Resource{Kind: flow.KindFunction, Name: name}}
}

const invoke = "arn:aws:states:::lambda:invoke"

// Invoke invokes a function and waits for what it returns.
func Invoke[In, Out any](f *flow.Flow, name string, fn *Function[In, Out], in *In, opts ...flow.TaskOption) *Out {
	return flow.Do[Out](f, name, flow.Call{
		Resource: invoke, Args: arguments(fn, in),
		Result: func(answer flow.Expr, _ func(string) bool) flow.Expr { return answer.Member("Payload") },
	}, opts...)
}

// InvokeAwait invokes a function with a token in its payload and waits until somebody answers that; see flow.Await. What
// the function returns is not used.
func InvokeAwait[In, Out, Reply any](f *flow.Flow, name string, fn *Function[In, Out], in func(token *run.Token[Reply]) *In, opts ...flow.TaskOption) *Reply {
	return flow.Await(f, name, func(token *run.Token[Reply]) flow.Call {
		return flow.Call{Resource: invoke, Args: arguments(fn, in(token))}
	}, opts...)
}

// InvokeAsync hands the payload to the function and goes on: Lambda invokes it, twice more if it fails. Nothing tells
// the workflow what came of it.
func InvokeAsync[In, Out any](f *flow.Flow, name string, fn *Function[In, Out], in *In, opts ...flow.TaskOption) {
	opts = append([]flow.TaskOption{flow.Argument("InvocationType", new("Event"))}, opts...)
	flow.Do[run.None](f, name, flow.Call{Resource: invoke, Args: arguments(fn, in)}, opts...)
}

// Qualifier is the version or the alias to invoke, such as new("live"). Without it, it is the newest code.
func Qualifier(q *string) flow.TaskOption { return flow.Argument("Qualifier", q) }

func arguments[In, Out any](fn *Function[In, Out], in *In) flow.Lazy {
	return func(c *flow.Ctx) any {
		e := c.Value(in)
		c.Need(e, "the payload")
		return flow.ObjectOf([]string{"FunctionName", "Payload"}, []flow.Expr{c.Value(fn.Resource), c.Payload(e, reflect.TypeFor[In]())})
	}
}
