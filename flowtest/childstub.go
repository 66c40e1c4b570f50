package flowtest

import "github.com/stepwright/stepwright/flow"

// StubChild says what the workflow w gives, without running it, to the tasks that start an execution of it. The
// compiler checks that the answer is what w gives. See Child for running it.
//
//	flowtest.StubChild(MakeReport, Report{Lines: 3})
func StubChild[In, Out any](w flow.Typed[In, Out], answer Out) Option {
	return Child(flow.Standard(w.Title(), func(*flow.Flow, *In) *Out { return &answer }))
}

// ChildFails says that every execution of the workflow w that a task starts fails with err: under the name of its Go
// type, or under that of an Error.
func ChildFails[In, Out any](w flow.Typed[In, Out], err error) Option {
	failed := failure(err).Failure
	return Child(flow.Standard(w.Title(), func(f *flow.Flow, _ *In) *Out {
		flow.FailWith(f, "Fail", &failed.Error, &failed.Cause)
		return nil
	}))
}
