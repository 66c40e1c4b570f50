package flowtest

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/integration"
	"github.com/stepwright/stepwright/value"
)

// tasks answers the calls of a run from stubs.
type tasks struct {
	execution *Execution
	clock     clock.Clock
	*setup

	signals chan engine.Signal

	mu    sync.Mutex
	turns map[int]int     // which attempt of its state a call is, by its ID
	waits map[string]bool // tokens of this execution
}

// Called notes a call; the run makes them in one order, whatever goroutines do.
func (k *tasks) Called(c engine.Call) {
	if c.Waits {
		return
	}
	e := k.execution
	e.mu.Lock()
	defer e.mu.Unlock()
	in := c.Arguments
	if c.ResourceType == "lambda" {
		in = payload(c)
	}
	k.mu.Lock()
	k.turns[c.ID] = len(e.calls[c.State])
	if c.Export != nil {
		e.exported(c.State, *c.Export)
		k.mu.Unlock()
		return
	}
	if c.Token != "" {
		k.waits[c.Token] = true
	}
	k.mu.Unlock()
	e.calls[c.State] = append(e.calls[c.State], in)
	if x := e.items[c.ExecutionArn]; x != nil {
		x.calls[c.State] = append(x.calls[c.State], in)
	}
}

// turn is which attempt of its state a call belongs to.
func (k *tasks) turn(c engine.Call) int {
	k.mu.Lock()
	defer k.mu.Unlock()
	if c.Waits {
		return k.turns[c.Submission]
	}
	return k.turns[c.ID]
}

// Do answers one call.
func (k *tasks) Do(ctx context.Context, c engine.Call) engine.Result {
	state, handler := k.find(c)
	if sendsToken(c) && state == nil {
		if r, ok := k.send(ctx, c); ok {
			return r
		}
	}
	lasts := c.Token != "" || c.Pattern != integration.RequestResponse
	switch child := k.child(c); {
	case c.Export != nil:
		return engine.Succeed(value.Object())
	case state == nil && child != nil:
		return child.answer(k, c)
	case lasts && !c.Waits && handler != nil:
		return k.invoke(ctx, c, handler)
	case lasts && !c.Waits && state != nil: // what it answers comes at the end
		return engine.Succeed(value.Object())
	case lasts && state != nil:
		return state.answer(ctx, k.turn(c), c.Arguments)
	case c.Token != "" && answersItself(k.execution.workflow):
		if !c.Waits {
			return engine.Succeed(value.Object())
		}
		return engine.Result{Never: true} // another branch may answer
	case state == nil && c.ResourceType == "http" && k.http != nil:
		return k.http.Do(ctx, c)
	case state == nil && handler == nil, lasts:
		return k.missing(c)
	case state == nil:
		return k.invoke(ctx, c, handler)
	case c.ResourceType == "lambda" && !state.whole:
		return k.invoke(ctx, c, state)
	}
	return state.answer(ctx, k.turn(c), c.Arguments)
}

// missing is the answer to a call that there is no stub for.
func (k *tasks) missing(c engine.Call) engine.Result {
	e := k.execution
	e.mu.Lock()
	defer e.mu.Unlock()
	e.unstubbed = append(e.unstubbed, c)
	return engine.Failed("flowtest.NoStub", fmt.Sprintf("no stub for state %q", c.State))
}

// invoke answers the call of a handler as Lambda does: what it returns is the payload.
func (k *tasks) invoke(ctx context.Context, c engine.Call, x *stub) engine.Result {
	r := x.answer(ctx, k.turn(c), payload(c))
	if r.Failure == nil && !r.Never {
		r.Output = value.Object(value.M("ExecutedVersion", value.String("$LATEST")), value.M("Payload", orNull(r.Output)), value.M("StatusCode", value.Int(200)))
	}
	return r
}

// payload is what the function gets: the service takes a text for JSON text.
func payload(c engine.Call) value.Value {
	v := c.Arguments.Get("Payload")
	if x, err := value.ParseString(v.Str()); v.IsString() && err == nil {
		return x
	}
	return v
}

// answer is what the stub answers an attempt.
func (x *stub) answer(ctx context.Context, attempt int, in value.Value) engine.Result {
	return x.answers[min(attempt, len(x.answers)-1)](ctx, in)
}

func orNull(v value.Value) value.Value {
	if !v.Exists() {
		return value.Null
	}
	return v
}

// find gives the stubs for a call: the state's own, and its handler's. The last of several counts.
func (k *tasks) find(c engine.Call) (state, handler *stub) {
	fn := k.handler(c)
	for _, x := range k.stubs {
		switch {
		case x.handler == 0 && x.name == c.State:
			state = x
		case x.handler != 0 && x.handler == fn:
			handler = x
		}
	}
	return state, handler
}

// handler is the function that a call names, or 0.
func (k *tasks) handler(c engine.Call) uintptr {
	name := strings.TrimSuffix(strings.TrimPrefix(c.Arguments.Get("FunctionName").Str(), "${"), "}")
	for _, h := range k.execution.workflow.Handlers() {
		if c.ResourceType == "lambda" && h.Name == name {
			return reflect.ValueOf(h.Func).Pointer()
		}
	}
	return 0
}

// reportUnstubbed fails the test for calls that nothing answered, and says what to write.
func (e *Execution) reportUnstubbed() {
	e.t.Helper()
	told := map[string]bool{}
	for _, c := range e.unstubbed {
		if told[c.State] {
			continue
		}
		told[c.State] = true
		hint := fmt.Sprintf("flowtest.State(%q, answer)", c.State)
		switch {
		case c.ReaderConfig.Exists():
			hint = fmt.Sprintf("flowtest.Items(%q, items…)", c.State)
		case startsExecution(c):
			hint = fmt.Sprintf("flowtest.Child(%s, stubs…), or %s", strings.Trim(c.Arguments.Get("StateMachineArn").Str(), "${}"), hint)
		case c.Token != "":
			hint += ": the answer to its token"
		case c.ResourceType == "lambda":
			name := strings.Trim(c.Arguments.Get("FunctionName").Str(), "${}")
			hint = fmt.Sprintf("flowtest.Stub(%s, answer), or %s", name, hint)
		}
		e.t.Errorf("state %q calls %s, and no stub answers\n    with: %s\n    hint: give the run %s", c.State, c.Resource, c.Arguments, hint)
	}
}

// stateNames are the names of all states of m, branches included, in document order.
func stateNames(m *asl.Machine) []string {
	var names []string
	for v := range asl.Visits(m) {
		names = append(names, v.Name)
	}
	return names
}
