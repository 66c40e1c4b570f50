package jsonata_test

import (
	"errors"
	"testing"

	"github.com/stepwright/stepwright/jsonata"
	"github.com/stepwright/stepwright/value"
)

func template(t *testing.T, field, src string) *jsonata.Template {
	t.Helper()
	tpl, errs := jsonata.CompileTemplate(field, value.MustParse(src))
	if len(errs) > 0 {
		t.Fatal(errs[0])
	}
	return tpl
}

var environment = jsonata.Env{Var: func(name string) value.Value { return variables[name] }}

func TestTemplate(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		`{"a":1.50,"b":["x"," {% 1 %} "]}`:                              `{"a":1.50,"b":["x"," {% 1 %} "]}`,
		`"{% $states.input.n %}"`:                                       `12345678901234567890.10`,
		`{"z":"{% $rows.v %}","{% 1 %}":[null,"{%$big%}",{"k":"lit"}]}`: `{"z":[1,2],"{% 1 %}":[null,9007199254740993,{"k":"lit"}]}`,
		`[]`: `[]`,
		`{}`: `{}`,
	} {
		got, err := template(t, "Output", src).Evaluate(t.Context(), environment)
		if err != nil || got.String() != want {
			t.Errorf("%s: got %s, %v, want %s", src, got, err, want)
		}
	}
}

// The causes are the service's own sentences (Amazon States Language reference, section 4.4).
func TestTemplateFails(t *testing.T) {
	t.Parallel()
	for src, want := range map[string][2]string{
		`{"values":["{% $gone %}"]}`: {
			"Output/values[0]",
			"The JSONata expression '$gone' specified for the field 'Output/values[0]' returned nothing (undefined).",
		},
		`"{% function($x){$x} %}"`: {
			"Output",
			"The JSONata expression 'function($x){$x}' specified for the field 'Output' returned an unsupported result type.",
		},
		`{"a":"{% $eval('1') %}"}`: {
			"Output/a",
			"The JSONata expression '$eval('1')' specified for the field 'Output/a' threw an error during evaluation. T1006: Attempted to invoke a non-function",
		},
		`{"a":"{% 'x' - 1 %}"}`: {
			"Output/a",
			"The JSONata expression ''x' - 1' specified for the field 'Output/a' threw an error during evaluation. T2001: The left side of the \"-\" operator must evaluate to a number",
		},
		`"{% ($f := function(){1 + $f()}; $f()) %}"`: {
			"Output",
			"The JSONata expression '($f := function(){1 + $f()}; $f())' specified for the field 'Output' threw an error during evaluation: " +
				"Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive.",
		},
	} {
		_, err := template(t, "Output", src).Evaluate(t.Context(), environment)
		var e *jsonata.QueryError
		if !errors.As(err, &e) {
			t.Errorf("%s: got %v, want a *QueryError", src, err)
			continue
		}
		if e.Location != want[0] || e.Cause != want[1] {
			t.Errorf("%s: got %s: %s\nwant %s: %s", src, e.Location, e.Cause, want[0], want[1])
		}
	}
}

func TestTemplateTypes(t *testing.T) {
	t.Parallel()
	tpl := template(t, "Choices[0]/Condition", `"{% $rows[0] %}"`)
	_, err := tpl.EvaluateAs(t.Context(), environment, value.BoolKind)
	want := "The JSONata expression '$rows[0]' specified for the field 'Choices[0]/Condition' returned an unexpected result type. " +
		`Expected 'boolean', but was 'object' for value: {"v":1,"w":[{"x":1},{"x":2}]}`
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
	if v, err := template(t, "Condition", "true").EvaluateAs(t.Context(), environment, value.BoolKind); err != nil || !v.Bool() {
		t.Errorf("got %s, %v, want true", v, err)
	}
}

func TestTemplateDefinitionErrors(t *testing.T) {
	t.Parallel()
	_, errs := jsonata.CompileTemplate("Output", value.MustParse(`{"a/b":["{% 1 + %}"],"c":"{% open","d":"close %}","e":"{%%}","f":"{%}"}`))
	got := make([]string, 0, len(errs))
	for _, e := range errs {
		got = append(got, string(e.Path)+" "+e.Err.Code)
	}
	want := []string{"/a~1b/0 S0207", "/c S0201", "/d S0201", "/e S0207", "/f S0201"}
	if len(got) != len(want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("error %d: got %q, want %q", i, got[i], want[i])
		}
	}
}

func TestTemplateExpressions(t *testing.T) {
	t.Parallel()
	var fields []string
	template(t, "Assign", `{"x":"{% $states.result.Payload %}","y":["{% $sum($rows.v) %}",1]}`).Expressions(func(field string, e *jsonata.Expression) {
		fields = append(fields, field+" "+e.String())
		if members, whole := e.Members("states"); field == "Assign/x" && (whole || len(members) != 1 || members[0] != "result") {
			t.Errorf("Members: got %q, %v", members, whole)
		}
	})
	if len(fields) != 2 || fields[0] != "Assign/x $states.result.Payload" || fields[1] != "Assign/y[0] $sum($rows.v)" {
		t.Errorf("got %q", fields)
	}
}
