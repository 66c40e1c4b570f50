package engine

import (
	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/jsonata"
	"github.com/stepwright/stepwright/jsonpath"
	"github.com/stepwright/stepwright/value"
)

// A fails ends its branch with an error.
type fails struct{ name, cause failText }

// A failText is the Error or Cause of a Fail state: fixed, an expression, or a path.
type failText struct {
	fixed *string
	expr  *jsonata.Template
	path  *jsonpath.Expr
	field string
}

func (p *planner) fails(n *node, s *asl.Fail, lang asl.QueryLanguage) {
	n.do = &fails{
		name:  p.failText("Error", s.Error, s.ErrorPath, lang),
		cause: p.failText("Cause", s.Cause, s.CausePath, lang),
	}
}

func (s *fails) enter(x *step, t *thread, n *node) {
	name, f := s.name.eval(x, t)
	var cause *string
	if f == nil {
		cause, f = s.cause.eval(x, t)
	}
	if f != nil {
		x.throw(t, n, f)
		return
	}
	f = &fault{}
	if name != nil {
		f.Error = new(truncate(*name, maxError))
	}
	if cause != nil {
		f.Cause = new(truncate(*cause, maxCause))
	}
	x.throw(t, n, f)
}

func (p *planner) failText(field string, v value.Value, path *string, lang asl.QueryLanguage) failText {
	at := diag.Pointer("").Child(field)
	out := failText{field: field + "Path", path: p.expression(at+"Path", path)}
	switch {
	case !v.Exists():
	case lang == asl.JSONata:
		out.expr = p.template(at, field, v)
	default:
		out.fixed = new(p.text(v.Str()))
	}
	return out
}

// expression plans ErrorPath or CausePath, a path or a call; nil when it is absent or wrong.
func (p *planner) expression(field diag.Pointer, text *string) *jsonpath.Expr {
	if text == nil {
		return nil
	}
	e, err := jsonpath.CompileExpr(p.text(*text))
	if err != nil {
		p.fail(field, CodeBadPath, "the value "+value.String(*text).String()+" is neither a path nor a call of an intrinsic function", err.Error())
	}
	return e
}

// eval gives the text; nil when the field is absent.
func (f *failText) eval(x *step, t *thread) (*string, *fault) {
	switch {
	case f.expr != nil:
		v, fault := x.queryAs(t, f.expr, value.StringKind)
		if fault != nil {
			return nil, fault
		}
		return new(v.Str()), nil
	case f.path != nil:
		v, err := f.path.EvalAs(x.paths(t, t.Input), f.field)
		if err != nil {
			return nil, t.pathFault(err)
		}
		if !v.IsString() {
			return nil, t.runtime("The JSONPath '%s' specified for the field '%s' could not be found in the input '%s'", f.path, f.field, t.Input)
		}
		return new(v.Str()), nil
	}
	return f.fixed, nil
}
