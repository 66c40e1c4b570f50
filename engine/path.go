package engine

import (
	"errors"
	"strings"

	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/jsonpath"
	"github.com/stepwright/stepwright/value"
)

// A visiting is what the path that is being evaluated is about. Its environment is made once for a run.
type visiting struct {
	x   *step
	t   *thread
	env jsonpath.Env
}

// paths is what paths of a thread's state see, where data is what "$" stands for.
func (x *step) paths(t *thread, data value.Value) *jsonpath.Env {
	v := x.s.visiting
	if v == nil {
		v = &visiting{}
		v.env = jsonpath.Env{Context: v.context, Var: v.variable, Random: x.s.random}
		x.s.visiting = v
	}
	if v.x != x || v.t != t {
		v.x, v.t = x, t
	}
	v.env.Input = data
	return &v.env
}

func (v *visiting) context() value.Value { return v.x.context(v.t) }

func (v *visiting) variable(name string) (value.Value, bool) {
	found := v.x.variable(v.t, name)
	return found, found.Exists()
}

// pathFault is the fault of a path, a template or a call that failed; nil for no error.
func (t *thread) pathFault(err error) *fault {
	if err == nil {
		return nil
	}
	return t.failedPath(err)
}

func (t *thread) failedPath(err error) *fault {
	var e *jsonpath.Error
	if errors.As(err, &e) && e.Name == jsonpath.ReferencePathConflict {
		f := newFault(e.Name, e.Cause)
		f.fatal = true
		return f
	}
	return t.runtime("%s", err)
}

// A payload is a payload template of JSONPath states. A nil payload gives nothing.
type payload struct{ *jsonpath.Template }

// eval gives the template's value, where data is what "$" stands for.
func (p *payload) eval(x *step, t *thread, data value.Value) (value.Value, *fault) {
	if p == nil {
		return value.Value{}, nil
	}
	if v := p.Constant(); v.Exists() {
		return v, nil
	}
	v, err := p.Eval(x.paths(t, data))
	return v, t.pathFault(err)
}

// payload plans a template; nil when it is absent or wrong.
func (p *planner) payload(field diag.Pointer, v value.Value) *payload {
	if !v.Exists() {
		return nil
	}
	t, errs := jsonpath.CompileTemplate(p.value(v))
	for _, e := range errs {
		p.fail(field+e.Path, CodeBadPath, e.Message, e.Hint)
	}
	if t == nil {
		return nil
	}
	return &payload{t}
}

// path plans a path of the field at a place in the state; nil when it is wrong.
func (p *planner) path(field diag.Pointer, text string) *jsonpath.Path {
	text = p.text(text)
	path, err := jsonpath.Compile(text)
	if err != nil {
		p.badPath(field, text, err)
	}
	return path
}

func (p *planner) badPath(field diag.Pointer, text string, err error) {
	what := "no path"
	if strings.HasPrefix(text, "States.") {
		what = "no path, and the field takes no intrinsic function"
	}
	p.fail(field, CodeBadPath, "the value "+value.String(text).String()+" is "+what, err.Error())
}

// optionalPath plans a ...Path field; nil when it is absent.
func (p *planner) optionalPath(field diag.Pointer, text *string) *jsonpath.Path {
	if text == nil {
		return nil
	}
	return p.path(field, *text)
}
