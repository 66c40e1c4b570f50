package jsonpath

import (
	"fmt"
	"strings"

	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/value"
)

// A Template is a payload template, as Parameters, ResultSelector, ItemSelector, Assign and others hold it: JSON in
// which a member whose name ends in ".$" takes what a path or a call gives, under the name without these two
// characters. It does not change and may be used by any number of goroutines.
type Template struct {
	constant value.Value // when nothing is evaluated
	expr     *Expr
	field    string // of the member with the expression, ".$" included
	names    []string
	parts    []*Template // of an object or array
	array    bool
}

// A TemplateError is a member of a template that cannot be read.
type TemplateError struct {
	Path    diag.Pointer // of the member, within the template
	Field   string       // its name, ".$" included
	Text    string       // its value, when that is text
	Message string       // what is, in the service's words where they are known
	Hint    string       // what was expected, and where
}

// Error gives the message and the hint.
func (e *TemplateError) Error() string {
	if e.Hint == "" {
		return e.Message
	}
	return e.Message + ": " + e.Hint
}

// CompileTemplate reads a payload template. What cannot be read is told completely, in the order of the document; the
// template is nil then.
func CompileTemplate(v value.Value) (*Template, []*TemplateError) {
	c := &templates{}
	t := c.read("", v)
	if c.errs != nil {
		return nil, c.errs
	}
	return t, nil
}

// templates reads templates.
type templates struct{ errs []*TemplateError }

func (c *templates) read(at diag.Pointer, v value.Value) *Template {
	t := &Template{array: v.IsArray()}
	for i, x := range v.Elements() {
		t.parts = append(t.parts, c.read(at.Index(i), x))
	}
	for name, x := range v.Members() {
		plain, dynamic := strings.CutSuffix(name, ".$")
		if v.Get(plain).Exists() && dynamic {
			c.errs = append(c.errs, &TemplateError{
				at.Child(name), name, x.Str(), fmt.Sprintf("the object has both %q and %q", plain, name), "they give members of one name: leave one of them out",
			})
		}
		t.names = append(t.names, plain)
		if dynamic {
			t.parts = append(t.parts, c.expr(at.Child(name), name, x))
			continue
		}
		t.parts = append(t.parts, c.read(at.Child(name), x))
	}
	for _, part := range t.parts {
		if part == nil || !part.constant.Exists() {
			return t
		}
	}
	return &Template{constant: v}
}

// expr reads the value of a member whose name ends in ".$".
func (c *templates) expr(at diag.Pointer, name string, v value.Value) *Template {
	hint := "the value is " + v.Kind().String() + "; expected text with a path or a call"
	if v.IsString() {
		e, err := CompileExpr(v.Str())
		if err == nil {
			return &Template{expr: e, field: name}
		}
		hint = err.Error()
	}
	c.errs = append(c.errs, &TemplateError{
		at, name, v.Str(), "The value for the field '" + name + "' must be a valid JSONPath or a valid intrinsic function call", hint,
	})
	return nil
}

// Constant is the template's value if it has nothing to evaluate; absent otherwise.
func (t *Template) Constant() value.Value { return t.constant }

// Eval gives the template's value. Parts without paths are shared by all values that it gives. The error is an *Error.
func (t *Template) Eval(env *Env) (value.Value, error) {
	if t.constant.Exists() {
		return t.constant, nil
	}
	var batch value.Batch
	return t.eval(env, &batch)
}

func (t *Template) eval(env *Env, batch *value.Batch) (value.Value, error) {
	switch {
	case t.constant.Exists():
		return t.constant, nil
	case t.expr != nil:
		return t.expr.EvalAs(env, t.field)
	}
	items := batch.Items(len(t.parts))
	for i, part := range t.parts {
		v, err := part.eval(env, batch)
		if err != nil {
			return value.Value{}, err
		}
		items[i] = v
	}
	if t.array {
		return batch.Array(items), nil
	}
	return batch.Object(t.names, items), nil
}

// Exprs are the expressions in the template, in the order of the document.
func (t *Template) Exprs() []*Expr {
	if t.expr != nil {
		return []*Expr{t.expr}
	}
	var all []*Expr
	for _, part := range t.parts {
		all = append(all, part.Exprs()...)
	}
	return all
}
