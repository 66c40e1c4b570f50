package engine

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/integration"
	"github.com/stepwright/stepwright/value"
)

// The service looks at the arguments of an optimized integration before it schedules the task (Amazon States Language
// reference, 15.3; recorded: services/apigetway-task-service-invoke-with-headers-singlestringheader). A field that the
// integration does not have, and one whose JSON is of another kind, fail the execution. What a field's text says, and
// which fields must be there, is for the API to refuse.

// texts are the fields that take JSON in place of its text.
var texts = []string{"Message", "MessageBody", "Input", "Payload", "RequestBody"}

// unfit is the fault of arguments that the task cannot be started with; nil if it can.
func (s *task) unfit(t *thread, arguments value.Value) *fault {
	if s.fields == nil {
		return nil
	}
	var problems []string
	for name, v := range arguments.Members() {
		p := s.fields.Parameter(name)
		switch {
		case p == nil:
			problems = append(problems, fmt.Sprintf("The field %q is not supported by Step Functions", name))
		case !v.IsNull() && !slices.Contains(texts, name) && !suits(p.Type, v):
			problems = append(problems, "The value of the field '"+name+"' has an invalid format")
		}
	}
	if problems == nil {
		return nil
	}
	return t.runtime("The Parameters '%s' could not be used to start the Task: [%s]", arguments, strings.Join(problems, ", "))
}

// suits tells whether a value is of the kind that a type of the integrations' table takes. A scalar is read as another.
func suits(kind string, v value.Value) bool {
	if of, ok := elements(kind, "array"); ok {
		return v.IsArray() && (of == "" || !slices.ContainsFunc(v.Elements(), func(x value.Value) bool { return !suits(of, x) }))
	}
	if of, ok := elements(kind, "map"); ok {
		if !v.IsObject() {
			return false
		}
		for _, x := range v.Members() {
			if of != "" && !suits(of, x) {
				return false
			}
		}
		return true
	}
	switch kind {
	case "object":
		return v.IsObject()
	case "string", "enum", "integer", "number", "boolean":
		return !v.IsObject() && !v.IsArray()
	}
	return true
}

// elements gives what is in angle brackets behind the name of a type.
func elements(kind, name string) (of string, ok bool) {
	if kind == name {
		return "", true
	}
	rest, ok := strings.CutPrefix(kind, name+"<")
	return strings.TrimSuffix(rest, ">"), ok
}

// known gives what an optimized integration takes; nil when it is not in the table, or is an HTTP Task, whose fields
// may hold anything.
func known(ref integration.Ref) *integration.Integration {
	if ref.Form != integration.Optimized {
		return nil
	}
	i, ok := integration.Find(ref)
	if !ok || len(i.Parameters) == 0 {
		return nil
	}
	return i
}
