package jsonpath

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/internal/oracle"
	"github.com/stepwright/stepwright/value"
)

// A recording is what the service did with a machine of one Pass state.
type recording struct {
	Definition struct {
		States map[string]struct {
			Type                              string
			Parameters                        value.Value
			InputPath, OutputPath, ResultPath *string
		}
	}
	Input  value.Value
	Expect struct {
		Status string
		Output value.Value
	}
}

var (
	outermost = regexp.MustCompile(`^States\.\w+`)
	token     = regexp.MustCompile(`^<[\w:-]+>$`) // stands for any value
)

// TestRecordedFunctions evaluates the templates of the recorded machines that are one Pass state without paths of its own,
// and counts the agreement by function. The engine's own test runs the others as well.
func TestRecordedFunctions(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(oracle.Dir(t), "conformance", "intrinsics", "*.json"))
	if err != nil || len(files) < 80 {
		t.Fatalf("%d recordings of functions, error %v; want 80 at least", len(files), err)
	}
	agree, all, left := map[string]int{}, map[string]int{}, 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var r recording
		if err := json.Unmarshal(text, &r); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		template, function := r.onlyTemplate()
		if function == "" {
			left++
			continue
		}
		all[function]++
		if problem := r.disagreement(template); problem != "" {
			t.Errorf("%s: %s", strings.TrimSuffix(filepath.Base(file), ".json"), problem)
			continue
		}
		agree[function]++
	}
	for name := range all {
		t.Logf("%s: %d of %d", name, agree[name], all[name])
	}
	if len(all) < 10 || left > 5 {
		t.Errorf("the recordings are about %d functions, and %d are left to the engine; want 10 at least, and 5 at most", len(all), left)
	}
}

// onlyTemplate is the Parameters of the machine's one state, and the function whose call they are; "" if there is more
// in the machine.
func (r *recording) onlyTemplate() (template value.Value, function string) {
	for _, s := range r.Definition.States {
		if len(r.Definition.States) > 1 || s.Type != "Pass" || s.InputPath != nil || s.OutputPath != nil || s.ResultPath != nil {
			return value.Value{}, ""
		}
		for _, v := range s.Parameters.Members() {
			function = outermost.FindString(v.Str())
		}
		template = s.Parameters
	}
	return template, function
}

// disagreement says how what the template gives differs from what was recorded; empty if it does not.
func (r *recording) disagreement(v value.Value) string {
	template, errs := CompileTemplate(v)
	if errs != nil {
		return errs[0].Error()
	}
	env := dice()
	env.Input = r.Input
	env.Context = func() value.Value {
		return value.Object(
			value.M("Execution", value.Object(value.M("Input", r.Input))),
			value.M("StateMachine", value.Object(value.M("Name", value.String("Machine-of-a-test")))),
		)
	}
	got, err := template.Eval(env)
	switch {
	case err != nil:
		return v.String() + ": " + err.Error()
	case r.Expect.Status != "SUCCEEDED":
		return v.String() + " gives " + got.String() + "; recorded was " + r.Expect.Status
	}
	for name, want := range r.Expect.Output.Members() {
		if x := got.Get(name); !value.Equal(x, want) && !token.MatchString(want.Str()) {
			return v.String() + " gives " + x.String() + "; recorded was " + want.String()
		}
	}
	return ""
}
