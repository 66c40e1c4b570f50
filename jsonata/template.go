package jsonata

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/value"
)

// A Template is a JSON value whose strings may be {% expressions %}, as in the fields Arguments, Output and Assign of
// a state (Amazon States Language, "JSONata"). Names of members are never expressions. It is compiled once and
// evaluated many times, by any number of goroutines.
type Template struct {
	konst   value.Value // set when there is no expression inside
	expr    *Expression
	field   string // where the expression stands, as the service spells it: "Output/values[0]"
	names   []string
	members []*Template // of an object when names is set, else of an array
	array   bool
}

// A TemplateError is a string of a template that is no valid expression.
type TemplateError struct {
	Path diag.Pointer // within the template
	Err  *Error
}

// Error gives the pointer and what is wrong.
func (e *TemplateError) Error() string { return string(e.Path) + ": " + e.Err.Error() }

// A QueryError says which expression of a template failed: the service's States.QueryEvaluationError.
type QueryError struct {
	Location string // the field, such as "Arguments/FunctionName" or "Choices[0]/Condition"
	Cause    string // the service's sentence, without the state in front
}

// Error is the cause.
func (e *QueryError) Error() string { return e.Cause }

// IsExpression tells whether a string of a template is an expression, and gives what is between its delimiters.
func IsExpression(s string) (src string, ok bool) {
	if len(s) < 4 || !strings.HasPrefix(s, "{%") || !strings.HasSuffix(s, "%}") {
		return "", false
	}
	return strings.TrimSpace(s[2 : len(s)-2]), true
}

// CompileTemplate compiles v, which stands in field ("Output", "Choices[0]/Condition"). Every wrong expression is
// reported; the template is nil if there is one.
func CompileTemplate(field string, v value.Value) (*Template, []*TemplateError) {
	c := templateCompiler{}
	t := c.compile(field, "", v)
	if len(c.errs) > 0 {
		return nil, c.errs
	}
	return t, nil
}

type templateCompiler struct{ errs []*TemplateError }

func (c *templateCompiler) compile(field string, at diag.Pointer, v value.Value) *Template {
	switch v.Kind() {
	case value.StringKind:
		return c.text(field, at, v)
	case value.ArrayKind:
		t := &Template{array: true, members: make([]*Template, 0, v.Len())}
		for i, x := range v.Elements() {
			t.members = append(t.members, c.compile(field+"["+strconv.Itoa(i)+"]", at.Index(i), x))
		}
		return t.fold(v)
	case value.ObjectKind:
		t := &Template{names: v.Names(), members: make([]*Template, 0, v.Len())}
		for name, x := range v.Members() {
			t.members = append(t.members, c.compile(field+"/"+name, at.Child(name), x))
		}
		return t.fold(v)
	case value.Absent, value.NullKind, value.BoolKind, value.NumberKind:
	}
	return &Template{konst: v}
}

// fold makes a template without expressions a constant.
func (t *Template) fold(v value.Value) *Template {
	for _, m := range t.members {
		if !m.Constant() {
			return t
		}
	}
	return &Template{konst: v}
}

func (c *templateCompiler) text(field string, pointer diag.Pointer, v value.Value) *Template {
	src, ok := IsExpression(v.Str())
	if !ok {
		if strings.HasPrefix(v.Str(), "{%") || strings.HasSuffix(v.Str(), "%}") {
			c.errs = append(c.errs, &TemplateError{pointer, failText("S0201", "an expression starts with {%% and ends with %%}; this text has only one of them")})
		}
		return &Template{konst: v}
	}
	expr, err := Compile(src, StepFunctions)
	if err != nil {
		var e *Error
		if !errors.As(err, &e) {
			e = failText("", "%v", err)
		}
		c.errs = append(c.errs, &TemplateError{pointer, e})
		return &Template{}
	}
	if name, at, ok := expr.Outside(); ok {
		e := failText(Unsupported, "Reference to '%s' at the top level is not supported.", name)
		e.Offset = at
		c.errs = append(c.errs, &TemplateError{pointer, e.finish(src)})
		return &Template{}
	}
	return &Template{expr: expr, field: field}
}

// Constant tells whether the template has no expressions; then Literal is what it always gives.
func (t *Template) Constant() bool { return t.konst.Exists() }

// Literal is the template's value if it is constant, else absent.
func (t *Template) Literal() value.Value { return t.konst }

// Expressions calls f with every expression and the field it stands in, in order.
func (t *Template) Expressions(f func(field string, e *Expression)) {
	if t.expr != nil {
		f(t.field, t.expr)
	}
	for _, m := range t.members {
		m.Expressions(f)
	}
}

// Evaluate gives the template's value in env. Every expression must give something: the error is a *QueryError.
func (t *Template) Evaluate(ctx context.Context, env Env) (value.Value, error) {
	switch {
	case t.konst.Exists():
		return t.konst, nil
	case t.expr != nil:
		return t.evaluate(ctx, env)
	case t.array:
		items := make([]value.Value, len(t.members))
		for i, m := range t.members {
			var err error
			if items[i], err = m.Evaluate(ctx, env); err != nil {
				return value.Value{}, err
			}
		}
		return value.Array(items...), nil
	}
	var b value.Builder
	for i, m := range t.members {
		v, err := m.Evaluate(ctx, env)
		if err != nil {
			return value.Value{}, err
		}
		b.Set(t.names[i], v)
	}
	return b.Object(), nil
}

func (t *Template) evaluate(ctx context.Context, env Env) (value.Value, error) {
	v, err := t.expr.Evaluate(ctx, env)
	if err != nil {
		return value.Value{}, t.fail("%s", because(err))
	}
	if !v.Exists() {
		return value.Value{}, t.fail("returned nothing (undefined).")
	}
	return v, nil
}

// because is the service's wording for a failed evaluation.
func because(err error) string {
	var e *Error
	if !errors.As(err, &e) {
		return "threw an error during evaluation. " + err.Error()
	}
	switch e.Code {
	case ResultType:
		return "returned an unsupported result type."
	case LimitDepth, LimitSteps, LimitMemory, Canceled:
		return "threw an error during evaluation: " + cmp.Or(e.sentence, e.Message)
	}
	return "threw an error during evaluation. " + e.Error()
}

func (t *Template) fail(format string, args ...any) *QueryError {
	return &QueryError{
		Location: t.field,
		Cause:    fmt.Sprintf("The JSONata expression '%s' specified for the field '%s' ", t.expr.src, t.field) + fmt.Sprintf(format, args...),
	}
}

// EvaluateAs is Evaluate for a field that takes only one kind of value.
func (t *Template) EvaluateAs(ctx context.Context, env Env, kind value.Kind) (value.Value, error) {
	v, err := t.Evaluate(ctx, env)
	if err != nil || v.Kind() == kind || t.expr == nil {
		return v, err
	}
	return value.Value{}, t.Unexpected(kind.String(), v)
}

// Unexpected is the error for a result v of a wrong type in a field that takes only want ("array", "integer").
func (t *Template) Unexpected(want string, v value.Value) *QueryError {
	if t.expr == nil {
		return &QueryError{Location: t.field, Cause: fmt.Sprintf("The value %s has the wrong type. Expected '%s', but was '%s'", v, want, v.Kind())}
	}
	return t.fail("returned an unexpected result type. Expected '%s', but was '%s' for value: %s", want, v.Kind(), v)
}
