package engine

import (
	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/jsonata"
	"github.com/stepwright/stepwright/value"
)

// An exprText is a field that is a string or an expression for one.
type exprText struct{ tpl *jsonata.Template }

func (p *planner) failText(field string, v value.Value, path *string, lang asl.QueryLanguage) failText {
	at := diag.Pointer("").Child(field)
	out := failText{field: field + "Path", path: p.optionalPath(at+"Path", path)}
	switch {
	case !v.Exists():
	case lang == asl.JSONata:
		out.expr = &exprText{p.template(at, field, v)}
	default:
		out.fixed = new(p.text(v.Str()))
	}
	return out
}

// eval gives the text; nil when the field is absent.
func (f *failText) eval(x *step, t *thread) (*string, *fault) {
	switch {
	case f.expr != nil:
		v, fault := x.queryAs(t, f.expr.tpl, value.StringKind)
		if fault != nil {
			return nil, fault
		}
		return new(v.Str()), nil
	case f.path != nil:
		v, _ := f.path.eval(x, t, t.Input)
		if !v.IsString() {
			return nil, t.runtime("The JSONPath '%s' specified for the field '%s' could not be found in the input '%s'", f.path.text, f.field, t.Input)
		}
		return new(v.Str()), nil
	}
	return f.fixed, nil
}
