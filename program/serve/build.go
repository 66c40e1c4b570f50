package serve

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"runtime"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/flow"
)

func build(w flow.Workflow) *Built {
	m, problems := w.Build()
	b := &Built{
		Positions: map[diag.Pointer]diag.Position{"": w.Declared()}, Problems: problems,
		Handlers: []Handler{}, Resources: []Resource{}, Input: shape(w.InputType()), Output: shape(w.OutputType()),
	}
	if m != nil && !problems.HasErrors() {
		b.Document = string(asl.Print(m))
		for v := range asl.Visits(m) {
			b.Positions[v.Path] = asl.CommonOf(v.State).Pos
		}
	}
	for _, h := range w.Handlers() {
		fn := reflect.ValueOf(h.Func)
		b.Handlers = append(b.Handlers, Handler{Name: h.Name, Function: runtime.FuncForPC(fn.Pointer()).Name(), Output: shape(fn.Type().Out(0))})
	}
	for _, r := range w.Resources() {
		b.Resources = append(b.Resources, Resource{Kind: r.Kind, Placeholder: r.Placeholder()})
	}
	return b
}

// call asks a handler, as the Lambda runtime for Go does.
func call(ctx context.Context, handler any, payload json.RawMessage) (answer *Called) {
	fn := reflect.ValueOf(handler)
	in := reflect.New(fn.Type().In(1))
	if err := json.Unmarshal(payload, in.Interface()); err != nil {
		return failed(err, err.Error())
	}
	defer func() {
		if e := recover(); e != nil {
			answer = failed(e, fmt.Sprint(e))
		}
	}()
	results := fn.Call([]reflect.Value{reflect.ValueOf(ctx), in.Elem()})
	if err, _ := results[1].Interface().(error); err != nil {
		return failed(err, err.Error())
	}
	out, err := json.Marshal(results[0].Interface())
	if err != nil {
		return failed(err, err.Error())
	}
	return &Called{Output: out}
}

// failed is an error under the name of its type.
func failed(e any, message string) *Called {
	t := reflect.TypeOf(e)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	cause, _ := json.Marshal(struct {
		Message string `json:"errorMessage"`
		Type    string `json:"errorType"`
	}{message, t.Name()})
	return &Called{Error: t.Name(), Cause: string(cause)}
}
