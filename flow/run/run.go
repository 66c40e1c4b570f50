// Package run is the little of the workflow builder that handlers need when
// they run: the token of a waiting step, the type of a missing value, and the
// name under which a workflow calls a handler.
package run

// A Token is the right to finish one waiting step, once, with a Reply. It is
// text: the task token that Step Functions puts into $states.context.Task.Token
// and that SendTaskSuccess, SendTaskFailure and SendTaskHeartbeat take. The
// reply's type travels with it, so that the question, the token and the answer
// agree when the program is compiled.
type Token[Reply any] string

// None is the input or output of a handler that has none. It is the JSON
// object {}.
type None struct{}

// A Handler is one function that a workflow calls, under the name that its
// documents use: ${Extract} in the ASL, Extract in _HANDLER.
type Handler struct {
	Name string
	Func any // func(context.Context, In) (Out, error)
}
