package flow

import (
	"context"
	"reflect"
	"slices"

	"github.com/stepwright/stepwright/flow/run"
)

// callback is what the resource of a step that waits for its token ends in.
const callback = ".waitForTaskToken"

const tokenText = "$states.context.Task.Token"

// Await calls a service and waits until somebody answers the token that call puts into the arguments, with
// SendTaskSuccess or SendTaskFailure. What is answered is the step's result; it has the type that the token carries.
// The resource is given without .waitForTaskToken. Give it a Timeout or a Heartbeat: it waits for up to a year.
//
// Integration packages are built on it; TaskAwait hands the token to a Lambda function.
func Await[Reply any](f *Flow, name string, call func(token *run.Token[Reply]) Call, opts ...TaskOption) *Reply {
	m := f.m
	token := m.newRoot(reflect.TypeFor[run.Token[Reply]](), &root{kind: fixedRoot, of: "the token of " + f.prefix + name, fixed: tokenText, sc: f.sc})
	c := call(token.ptr().(*run.Token[Reply]))
	c.Resource += callback
	at := len(m.order)
	out := Do[Reply](f, name, c, opts...) // which also records what its catchers say
	token.spent = f.prefix + name
	if s := m.order[at+slices.IndexFunc(m.order[at:], func(s *step) bool { return s.name == token.spent })]; !holds(s.args, token) {
		m.report(diagnosis{step: s, code: "token-unused", message: "its token is handed to nobody, so nobody can answer", hint: "put the token into the message"})
	}
	return out
}

// TaskAwait calls a handler with a token and waits until somebody answers that; see Await. What the handler returns is
// not used.
//
//	verdict := flow.TaskAwait(f, "Ask the manager", AskManager, func(token *run.Token[Verdict]) *Question {
//		q := &Question{Kind: "expense"}
//		return flow.Fill(f, q, flow.Set(&q.Token, token))
//	}, flow.Timeout(48*time.Hour))
func TaskAwait[In, Out, Reply any](f *Flow, name string, handler func(context.Context, In) (Out, error), in func(token *run.Token[Reply]) *In, opts ...TaskOption) *Reply {
	f.m.checkType(reflect.TypeFor[In]())
	fn := f.handler(name, handler)
	return Await(f, name, func(token *run.Token[Reply]) Call {
		payload := &node{
			kind: objectNode, prec: tight, parts: invokeParts,
			kids: []*node{text("${" + fn + "}"), f.payload(in(token), reflect.TypeFor[In]())},
		}
		return Call{Resource: "arn:aws:states:::lambda:invoke", Args: Expr{payload}}
	}, opts...)
}

// holds tells whether r is somewhere in n.
func holds(n *node, r *root) bool {
	if n == nil {
		return false
	}
	if n.kind == refNode && (n.root == r || n.root.kind == calcRoot && holds(n.root.calc, r)) {
		return true
	}
	for _, k := range n.kids {
		if holds(k, r) {
			return true
		}
	}
	return false
}
