package flowtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/value"
)

// A Handler is a function that a task names.
type Handler[In, Out any] = func(context.Context, In) (Out, error)

// stub says what one handler or one state answers.
type stub struct {
	handler uintptr // of the function; 0 for a state's stub
	name    string  // of the handler or the state
	whole   bool    // a handler's answer has all that Lambda gives with it
	answers []answerer
}

// An answerer answers one attempt. in is a handler's payload, or a service's arguments.
type answerer func(ctx context.Context, in value.Value) engine.Result

// A Stubbed is what a handler that returns an Out answers, attempt by attempt. The last answer is given to all further
// attempts.
type Stubbed[Out any] struct{ s *stub }

func (x *Stubbed[Out]) apply(s *setup) { s.stubs = append(s.stubs, x.s) }

// Stub says what the tasks that name the handler fn answer.
func Stub[In, Out any](fn Handler[In, Out], answer Out) *Stubbed[Out] {
	return stubOf[Out](fn).Then(answer)
}

// Fails says that the tasks that name the handler fn fail with err: under the name of its Go type, as the Lambda
// runtime reports it, or under that of an Error.
func Fails[In, Out any](fn Handler[In, Out], err error) *Stubbed[Out] {
	return stubOf[Out](fn).ThenFails(err)
}

// Func calls instead, in process, for the tasks that name the handler fn. Payload and result pass through JSON, as on
// their way to and from Lambda.
func Func[In, Out any](fn, instead Handler[In, Out]) *Stubbed[Out] {
	x := stubOf[Out](fn)
	x.s.answers = append(x.s.answers, func(ctx context.Context, in value.Value) engine.Result {
		var arg In
		if err := in.Decode(&arg); err != nil {
			return failure(err)
		}
		out, err := instead(ctx, arg)
		if err != nil {
			return failure(err)
		}
		return result(out)
	})
	return x
}

// Real calls the handler itself, in process.
func Real[In, Out any](fn Handler[In, Out]) *Stubbed[Out] { return Func(fn, fn) }

func stubOf[Out any](fn any) *Stubbed[Out] {
	p := reflect.ValueOf(fn).Pointer()
	name := runtime.FuncForPC(p).Name()
	return &Stubbed[Out]{&stub{handler: p, name: name[strings.LastIndexByte(name, '.')+1:]}}
}

// Then is what the next attempt answers.
func (x *Stubbed[Out]) Then(answer Out) *Stubbed[Out] {
	x.s.answers = append(x.s.answers, func(context.Context, value.Value) engine.Result { return result(answer) })
	return x
}

// ThenFails is the error that the next attempt ends in.
func (x *Stubbed[Out]) ThenFails(err error) *Stubbed[Out] {
	x.s.answers = append(x.s.answers, func(context.Context, value.Value) engine.Result { return failure(err) })
	return x
}

// ThenNever says that the next attempt does not answer at all: the task can only time out.
func (x *Stubbed[Out]) ThenNever() *Stubbed[Out] {
	x.s.answers = append(x.s.answers, func(context.Context, value.Value) engine.Result { return engine.Result{Never: true} })
	return x
}

// After says that the answer before it comes that much later, in virtual time.
func (x *Stubbed[Out]) After(d time.Duration) *Stubbed[Out] {
	last := len(x.s.answers) - 1
	soon := x.s.answers[last]
	x.s.answers[last] = func(ctx context.Context, in value.Value) engine.Result {
		r := soon(ctx, in)
		r.After += d
		return r
	}
	return x
}

// Heartbeats says that the work which the answer before it ends was heard of in between, at those times after it had
// begun: for tasks with a Heartbeat that wait for their token, and for activities.
func (x *Stubbed[Out]) Heartbeats(at ...time.Duration) *Stubbed[Out] {
	last := len(x.s.answers) - 1
	silent := x.s.answers[last]
	x.s.answers[last] = func(ctx context.Context, in value.Value) engine.Result {
		r := silent(ctx, in)
		r.Heartbeats = append(r.Heartbeats, at...)
		return r
	}
	return x
}

// State says what the task called name answers: for a handler what it returns, else the service's answer, as any Go
// value with a JSON form. For a task that waits for its token it is what the token is answered with, for a job what
// it comes to in the end, for an activity what the worker returns.
//
//	flowtest.State("Ask the manager", Verdict{Approved: true}).After(36 * time.Hour)
func State(name string, answer any) *Stubbed[any] {
	return (&Stubbed[any]{&stub{name: name}}).Then(answer)
}

// StateFunc calls answer for the task called name, with a handler's payload or else the service's arguments: for
// answers that depend on what was asked, such as those of the iterations of a Map.
func StateFunc(name string, answer func(in value.Value) (any, error)) *Stubbed[any] {
	x := &Stubbed[any]{&stub{name: name}}
	x.s.answers = append(x.s.answers, func(_ context.Context, in value.Value) engine.Result {
		out, err := answer(in)
		if err != nil {
			return failure(err)
		}
		return result(out)
	})
	return x
}

// HTTP lets tasks do the HTTP Tasks that no stub answers: an *httptask.Tasks asks a server, such as that of package
// httptest, in the way in which the service would.
func HTTP(tasks engine.Tasks) Option { return option(func(s *setup) { s.http = tasks }) }

// StateFails says that the task called name fails with err; see Error for the names of services' errors.
func StateFails(name string, err error) *Stubbed[any] {
	return (&Stubbed[any]{&stub{name: name}}).ThenFails(err)
}

// An Error is an error under a name of its own, such as "S3.NoSuchKeyException".
type Error struct{ Name, Cause string }

// Error gives name and cause.
func (e Error) Error() string { return e.Name + ": " + e.Cause }

// failure is err as a task reports it.
func failure(err error) engine.Result {
	if named, ok := errors.AsType[Error](err); ok {
		return engine.Failed(named.Name, named.Cause)
	}
	name := errorType(err)
	cause, _ := json.Marshal(struct {
		Message string `json:"errorMessage"`
		Type    string `json:"errorType"`
	}{err.Error(), name})
	return engine.Failed(name, string(cause))
}

// errorType is the name under which the Lambda runtime for Go reports an error.
func errorType(err error) string {
	t := reflect.TypeOf(err)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Name()
}

func result(answer any) engine.Result {
	v, err := value.From(answer)
	if err != nil {
		return engine.Failed("flowtest.Stub", err.Error())
	}
	return engine.Succeed(v)
}

// check ends the test when a stub is for something that the workflow does not have.
func (x *stub) check(t testing.TB, w flow.Workflow) {
	t.Helper()
	var names []string
	if x.handler == 0 {
		m, _ := w.Build()
		names = stateNames(m)
		for _, n := range names {
			if n == x.name {
				return
			}
		}
		t.Fatalf("a stub is for state %q, but workflow %q has none of that name; it has %q", x.name, w.Title(), names)
	}
	for _, h := range w.Handlers() {
		if reflect.ValueOf(h.Func).Pointer() == x.handler {
			return
		}
		names = append(names, h.Name)
	}
	t.Fatalf("a stub is for handler %s, but workflow %q does not name it; it names %s", x.name, w.Title(), fmt.Sprintf("%q", names))
}
