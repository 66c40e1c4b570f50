package flowtest

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/value"
)

// tasks answers the calls of a run from stubs.
type tasks struct {
	execution *Execution
	stubs     []*stub
}

// Do answers one call.
func (k *tasks) Do(ctx context.Context, c engine.Call) engine.Result {
	e := k.execution
	isHandler := c.ResourceType == "lambda"
	in := c.Arguments
	if isHandler {
		in = c.Arguments.Get("Payload")
	}
	e.mu.Lock()
	attempt := len(e.calls[c.State])
	e.calls[c.State] = append(e.calls[c.State], in)
	e.mu.Unlock()
	x := k.find(c)
	if x == nil {
		e.mu.Lock()
		e.unstubbed = append(e.unstubbed, c)
		e.mu.Unlock()
		return engine.Failed("flowtest.NoStub", fmt.Sprintf("no stub for state %q", c.State))
	}
	r := x.answers[min(attempt, len(x.answers)-1)](ctx, in)
	if isHandler && r.Failure == nil && !r.Never {
		r.Output = value.Object(value.M("ExecutedVersion", value.String("$LATEST")), value.M("Payload", orNull(r.Output)), value.M("StatusCode", value.Int(200)))
	}
	return r
}

func orNull(v value.Value) value.Value {
	if !v.Exists() {
		return value.Null
	}
	return v
}

// find is the stub for a call: the state's own, else its handler's.
func (k *tasks) find(c engine.Call) *stub {
	var found *stub
	for _, x := range k.stubs {
		if x.handler == 0 && x.name == c.State {
			return x
		}
		if x.handler != 0 && x.handler == k.handler(c) {
			found = x
		}
	}
	return found
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
		if c.ResourceType == "lambda" {
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
