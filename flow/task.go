package flow

import (
	"context"
	"fmt"
	"reflect"
	"runtime"
	"strings"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/flow/internal/shape"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/integration"
	"github.com/stepwright/stepwright/value"
)

// answer is what a service says.
var answer = raw("$states.result")

// A Call is one call of a service. Integration packages make them; see Do.
type Call struct {
	Resource string // the Task's resource, such as "arn:aws:states:::dynamodb:getItem", or an activity's Ref
	Args     any    // what becomes Arguments: a request struct with pointer fields, a map, an Expr; nil for none
	// Result makes the step's result out of the service's answer; nil takes all of it. read tells whether a member of
	// the result is read anywhere.
	Result func(answer Expr, read func(member string) bool) Expr
	// Optional says that the result may have nothing in it, so that every member may be absent.
	Optional bool
	// Always says that the result is worked out even if nobody reads it, because that is how a failure shows.
	Always bool
}

// Do calls any service action and takes the answer as an Out.
func Do[Out any](f *Flow, name string, c Call, opts ...TaskOption) *Out {
	t := &asl.Task{Resource: c.Resource}
	s := f.add(name, t)
	t.Resource = f.callee(s, c.Resource)
	f.checkResource(s, t.Resource)
	if s.args = f.nodeFor(s, c.Args); s.args == nothing || s.args == nobody { // without Arguments the service would get the state's input
		s.args = constant(value.Object())
	}
	r := &root{of: s.name, sc: f.sc, step: s, always: c.Always}
	if c.Optional {
		r.opt = shape.Absent
	}
	if reflect.TypeFor[Out]().Kind() == reflect.Pointer {
		r.opt |= shape.Null
	}
	f.m.newRoot(reflect.TypeFor[Out](), r)
	s.result = r
	s.exit.assign(&assign{to: r, src: answer, decode: c.Result})
	for _, o := range opts {
		o.task(f, s)
	}
	return r.ptr().(*Out)
}

// Task calls a handler: a top-level Go function that runs as a Lambda function. In the document it is ${Name}, called by
// the optimized integration lambda:invoke. in becomes its payload and what it returns the step's result, both as
// encoding/json writes them and at most 256 KiB. An error that it returns has the name of its Go type, see Raised; those
// of Lambda itself, which AWS wants retried of every Task, are Retryable of package flow/lambda.
func Task[In, Out any](f *Flow, name string, handler func(context.Context, In) (Out, error), in *In, opts ...TaskOption) *Out {
	f.m.checkType(reflect.TypeFor[In]())
	payload := &node{
		kind: objectNode, prec: tight, parts: invokeParts,
		kids: []*node{text("${" + f.handler(name, handler) + "}"), f.payload(in, reflect.TypeFor[In]())},
	}
	return Do[Out](f, name, Call{Resource: "arn:aws:states:::lambda:invoke", Args: Expr{payload}, Result: payloadOf}, opts...)
}

// payload is what a function of the type t is called with. Lambda's integration takes a text that stands there for the
// payload's JSON text (recorded), so a text needs its quotes.
func (f *Flow) payload(in any, t reflect.Type) *node {
	return payloadNode(f.needed(in, "the payload"), t)
}

func payloadNode(n *node, t reflect.Type) *node {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case n.kind == constNode && n.v.IsString():
		return text(n.v.String())
	case n.kind == constNode:
		return n
	case t.Kind() == reflect.String:
		return quotedText(n)
	case t.Kind() == reflect.Interface, shape.Of(t).Marshals:
		return choose(isText(n), quotedText(n), n)
	default:
		return n
	}
}

// Payload is a value of type t as the payload of a Lambda function.
func (c *Ctx) Payload(e Expr, t reflect.Type) Expr { return Expr{payloadNode(e.n, t)} }

// invokeParts are the arguments of lambda:invoke.
var invokeParts = &parts{names: []string{"FunctionName", "Payload"}}

func payloadOf(answer Expr, _ func(string) bool) Expr { return answer.Member("Payload") }

// handler finds the name of a handler and keeps it for those who deploy it.
func (f *Flow) handler(step string, fn any) string {
	m := f.m
	m.mine()
	v := reflect.ValueOf(fn)
	if v.IsNil() {
		m.report(diagnosis{code: "handler-name", message: fmt.Sprintf("the handler of %q is nil", step), hint: "name a top-level function"})
		return "Nil"
	}
	full := runtime.FuncForPC(v.Pointer()).Name()
	short := full[strings.LastIndexByte(full, '/')+1:]
	_, name, _ := strings.Cut(short, ".")
	why := ""
	switch {
	case strings.Contains(full, "["):
		why = "an instance of a generic function"
	case strings.HasSuffix(name, "-fm"):
		why = "a method value"
	case strings.HasPrefix(name, "("), isMethod(name):
		why = "a method or a closure"
	}
	if why != "" {
		m.report(diagnosis{code: "handler-name", message: fmt.Sprintf("%s is %s: a handler has a name of its own", strings.TrimSuffix(short, "-fm"), why), hint: "write a top-level func(context.Context, In) (Out, error) that calls it"})
		return "Handler"
	}
	m.checkName(name, "a handler")
	switch old, taken := m.names[name]; {
	case !taken:
		m.names[name] = claim{"handler", full}
		m.handlers = append(m.handlers, run.Handler{Name: name, Func: fn})
	case old.kind != "handler":
		m.report(diagnosis{code: "name-clash", message: fmt.Sprintf("${%s} is a %s and a handler", name, old.kind), hint: "give one of them another name"})
	case old.what != full:
		m.report(diagnosis{code: "handler-clash", message: fmt.Sprintf("two handlers are called %s: %s and %s", name, old.what, full), hint: "a workflow names its handlers without their packages: rename one"})
	}
	return name
}

// isMethod tells whether the part of a function's name after its package has parts of its own: pkg.T.Method,
// pkg.init.func1, pkg.f.func2.
func isMethod(name string) bool { return strings.Contains(name, ".") }

// checkResource looks a Task's resource up in the tables.
func (f *Flow) checkResource(s *step, resource string) {
	m := f.m
	express := s.sc.express(m)
	if m.again || m.checked[resource] && !express || strings.Contains(resource, "${") {
		return
	}
	ref, err := integration.Parse(resource)
	if err != nil {
		m.report(diagnosis{step: s, code: "unknown-resource", message: err.Error(), hint: "it looks like arn:aws:states:::dynamodb:getItem", once: true})
		return
	}
	if p := integration.Check(ref); p != nil {
		d := diagnosis{step: s, code: "unknown-resource", message: p.What, hint: p.Hint, once: true}
		if p.Warning {
			d.severity = diag.Warning
		}
		m.report(d)
		return
	}
	if !express {
		m.checked[resource] = true
		return
	}
	home := m.notExpress()
	switch {
	case ref.Form == integration.Activity:
		m.report(diagnosis{step: s, code: "express-activity", message: "an Express workflow cannot wait for an activity", hint: home, once: true})
	case ref.Pattern == integration.RunJob, ref.Pattern == integration.RunJob2:
		m.report(diagnosis{step: s, code: "express-job", message: "an Express workflow cannot wait for a job", hint: home + ", or start the job without waiting", once: true})
	case ref.Pattern == integration.WaitForTaskToken:
		m.report(diagnosis{step: s, code: "express-callback", message: "an Express workflow cannot wait for a callback", hint: home, once: true})
	}
}
