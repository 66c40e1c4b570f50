package states

import (
	"context"
	"strings"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/check"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/integration"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

const maxDefinition = 1 << 20

// compile makes a definition ready to run. Everything that is wrong with it, or not supported, is in the list.
func (s *Service) compile(definition string, kind engine.Type) (*engine.Plan, diag.List) {
	if strings.TrimSpace(definition) == "" {
		return nil, diag.List{{Code: asl.CodeWrongType, Message: "Definition must be a valid JSON object"}}
	}
	m, found := asl.Parse([]byte(definition))
	if found.HasErrors() {
		return nil, found
	}
	found = append(found, check.Document(m)...)
	if kind == engine.Express {
		found = append(found, expressRules(m)...)
	}
	if found.HasErrors() {
		return nil, found
	}
	plan, more := engine.NewPlan(m, engine.Options{Activity: s.hasActivity})
	return plan, append(found, more...)
}

// expressRules are what an Express machine must not do: it can only call and go on.
func expressRules(m *asl.Machine) (found diag.List) {
	for v := range asl.Visits(m) {
		task, ok := v.State.(*asl.Task)
		if !ok {
			continue
		}
		ref, err := integration.Parse(task.Resource)
		if err != nil {
			continue
		}
		var what string
		switch {
		case ref.Form == integration.Activity:
			what = "Express state machine does not support Activity ARN"
		case !ref.Pattern.Express():
			what = "Express state machine does not support '" + ref.Pattern.Suffix() + "' service integration"
		default:
			continue
		}
		found.Add(diag.Diagnostic{Code: "express", State: v.Name, Path: v.Path.Child("Resource"), Message: what})
	}
	return found
}

// codes are the service's names for what is wrong; everything else is SCHEMA_VALIDATION_FAILED.
var codes = map[string]string{
	asl.CodeMalformedJSON:    "INVALID_JSON_DESCRIPTION",
	"no-end":                 "MISSING_END_STATE",
	"duplicate-state":        "DUPLICATE_STATE_NAME",
	"unknown-state":          "MISSING_TRANSITION_TARGET",
	"unknown-start":          "MISSING_TRANSITION_TARGET",
	"unreachable-state":      "MISSING_TRANSITION_TARGET",
	engine.CodeBadExpression: "INVALID_JSONATA_EXPRESSION",
}

func serviceCode(d diag.Diagnostic) string {
	if c, ok := codes[d.Code]; ok {
		return c
	}
	return "SCHEMA_VALIDATION_FAILED"
}

// message is a diagnostic in one clause, with its hint.
func message(d diag.Diagnostic) string {
	if d.Hint == "" {
		return d.Message
	}
	return d.Message + " (" + strings.ReplaceAll(d.Hint, "\n", " ") + ")"
}

// location is a place in a definition as the service writes it: /States/A/Choices[0]/Next.
func location(p diag.Pointer) string {
	var b strings.Builder
	list := false
	for _, part := range p.Split() {
		if list {
			b.WriteString("[" + part + "]")
		} else {
			b.WriteString("/" + part)
		}
		list = !list && lists[part]
	}
	if b.Len() == 0 {
		return "/"
	}
	return b.String()
}

// lists are the fields of states that hold arrays. A state may have such a name too; its place is then told oddly.
var lists = map[string]bool{"Choices": true, "And": true, "Or": true, "Branches": true, "Retry": true, "Catch": true, "ErrorEquals": true}

// invalidDefinition is the error of CreateStateMachine for what was found.
func invalidDefinition(found diag.List) error {
	var all []string
	for _, d := range found {
		if d.Severity == diag.Error {
			all = append(all, serviceCode(d)+": "+message(d)+" at "+location(d.Path))
		}
	}
	return wire.Errorf("InvalidDefinition", "Invalid State Machine Definition: '%s'", strings.Join(all, ", "))
}

func (s *Service) validateDefinition(_ context.Context, in value.Value) (value.Value, error) {
	definition, err := text(in, "definition", rule{required: true, max: maxDefinition})
	if err != nil {
		return value.Value{}, err
	}
	kind, err := machineType(in)
	if err != nil {
		return value.Value{}, err
	}
	least, err := text(in, "severity", rule{enum: []string{"ERROR", "WARNING"}})
	if err != nil {
		return value.Value{}, err
	}
	most, err := pageSize(in, 100)
	if err != nil {
		return value.Value{}, err
	}
	_, found := s.compile(definition, kind)
	result, truncated := "OK", false
	var list []value.Value
	for _, d := range found {
		severity := "ERROR"
		if d.Severity == diag.Error {
			result = "FAIL"
		} else if severity = "WARNING"; least != "WARNING" || d.Severity == diag.Info {
			continue
		}
		if truncated = len(list) == most; truncated {
			break
		}
		list = append(list, value.Object(
			value.M("severity", value.String(severity)), value.M("code", value.String(serviceCode(d))),
			value.M("message", value.String(message(d))), value.M("location", value.String(location(d.Path)))))
	}
	return value.Object(value.M("result", value.String(result)), value.M("diagnostics", value.Array(list...)), value.M("truncated", value.Bool(truncated))), nil
}

func machineType(in value.Value) (engine.Type, error) {
	t, err := text(in, "type", rule{enum: []string{"STANDARD", "EXPRESS"}})
	if t == "" {
		t = "STANDARD"
	}
	return engine.Type(t), err
}
