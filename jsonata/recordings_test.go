package jsonata_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/internal/oracle"
	"github.com/stepwright/stepwright/jsonata"
	"github.com/stepwright/stepwright/value"
)

// recordedFields is how many fields of recorded executions were compared when somebody last looked.
const recordedFields = 63

// What states of recorded executions put out, assigned and failed with is what their templates give: the history has
// the input of each, and the variables. The engine's own tests run the whole executions; these need no engine.
func TestRecordings(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(oracle.Dir(t), "conformance", "*", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	compared := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if v, err := value.Parse(text); err == nil && v.Get("kind").Str() == "execution" {
			r := replay{t: t, name: filepath.Base(file), definition: v.Get("definition"), vars: map[string]value.Value{}}
			r.run(v.Path("expect", "history").Elements())
			compared += r.compared
		}
	}
	if compared < recordedFields {
		t.Errorf("%d fields were compared, fewer than before: %d", compared, recordedFields)
	}
	t.Logf("%d fields", compared)
}

// A replay goes through the history of one execution.
type replay struct {
	t          *testing.T
	name       string
	definition value.Value
	vars       map[string]value.Value
	execution  value.Value // its input
	state      value.Value // entered last
	input      value.Value // of that state
	result     value.Value // of the task that ended in it
	caught     bool        // the task failed, so that a Catch says what comes of it
	compared   int
}

func (r *replay) run(history []value.Value) {
	for _, event := range history {
		kind := event.Get("type").Str()
		switch {
		case kind == "ExecutionStarted":
			r.execution = event.Path("executionStartedEventDetails", "input")
		case strings.HasSuffix(kind, "StateEntered"):
			entered := event.Get("stateEnteredEventDetails")
			r.state, r.input = r.find(entered.Get("name").Str()), entered.Get("input")
			r.result, r.caught = value.Value{}, false
		case kind == "LambdaFunctionSucceeded":
			r.result = event.Path("lambdaFunctionSucceededEventDetails", "output")
		case kind == "TaskSucceeded":
			r.result = event.Path("taskSucceededEventDetails", "output")
		case strings.HasSuffix(kind, "Failed") && kind != "EvaluationFailed":
			r.caught = true
		case kind == "EvaluationFailed":
			r.failed(event.Get("evaluationFailedEventDetails"))
		case strings.HasSuffix(kind, "StateStarted"):
			return // what happens in branches and iterations has variables of its own
		case strings.HasSuffix(kind, "StateExited"):
			r.exited(event.Get("stateExitedEventDetails"))
		}
	}
}

// find is a state at the top level of the machine that speaks JSONata.
func (r *replay) find(name string) value.Value {
	state := r.definition.Path("States", name)
	language := state.Get("QueryLanguage")
	if !language.Exists() {
		language = r.definition.Get("QueryLanguage")
	}
	if language.Str() != "JSONata" {
		return value.Value{}
	}
	return state
}

func (r *replay) exited(details value.Value) {
	assigned := details.Get("assignedVariables")
	if r.state.Get("Type").Str() != "Choice" && !r.caught {
		r.compare("Output", details.Get("output"))
		r.compare("Assign", assigned)
	}
	for name, v := range assigned.Members() {
		r.vars[name] = v
	}
}

// evaluate gives what a field's template gives; ok is false where the history does not say what it would need.
func (r *replay) evaluate(field string) (v value.Value, ok bool, err error) {
	source := r.state.Get(field)
	if !source.Exists() || strings.Contains(source.String(), "errorOutput") {
		return v, false, nil
	}
	if context := strings.ReplaceAll(source.String(), "$states.context.Execution.Input", ""); strings.Contains(context, "$states.context") {
		return v, false, nil
	}
	if strings.Contains(source.String(), "$states.result") && !r.result.Exists() {
		return v, false, nil
	}
	tpl, errs := jsonata.CompileTemplate(field, source)
	if len(errs) > 0 {
		return v, false, errs[0]
	}
	var execution, context value.Builder
	execution.Set("Input", r.execution)
	context.Set("Execution", execution.Object())
	states := map[string]value.Value{"input": r.input, "context": context.Object(), "result": r.result}
	v, err = tpl.Evaluate(r.t.Context(), jsonata.Env{
		Var:    func(name string) value.Value { return r.vars[name] },
		States: func(member string) value.Value { return states[member] },
	})
	return v, true, err
}

func (r *replay) compare(field string, want value.Value) {
	got, ok, err := r.evaluate(field)
	if err != nil {
		r.t.Errorf("%s: %s: %v", r.name, field, err)
		return
	}
	if !ok || !want.Exists() {
		return
	}
	r.compared++
	if !value.Equal(got, want) {
		r.t.Errorf("%s: %s gives %s, want %s", r.name, field, got, want)
	}
}

// failed compares the sentence that the service has for an expression that cannot be evaluated.
func (r *replay) failed(details value.Value) {
	field, _, _ := strings.Cut(details.Get("location").Str(), "/")
	_, want, ok := strings.Cut(details.Get("cause").Str(), "). ")
	if !ok || !strings.Contains(want, "returned nothing") {
		return // a value of another type than the field's, which the engine judges
	}
	_, ok, err := r.evaluate(field)
	if !ok {
		return
	}
	r.compared++
	var q *jsonata.QueryError
	if !errors.As(err, &q) || q.Cause != want || q.Location != details.Get("location").Str() {
		r.t.Errorf("%s: %s: %v, want %s", r.name, field, err, want)
	}
}
