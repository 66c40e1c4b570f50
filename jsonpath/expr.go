package jsonpath

import (
	"errors"
	"fmt"
	"strings"

	"github.com/stepwright/stepwright/value"
)

// An Expr is the value of a member "name.$" of a payload template: a path, or a call of an intrinsic function. It does
// not change and may be used by any number of goroutines.
type Expr struct {
	src  string
	path *Path
	call *call
}

// CompileExpr reads a path or a call, such as States.Format('{} of {}', $.n, States.ArrayLength($.all)). Calls are
// nested at most 10 deep. The error is a *SyntaxError.
func CompileExpr(src string) (*Expr, error) {
	if !strings.HasPrefix(src, "States.") {
		path, err := Compile(src)
		if err != nil {
			return nil, err
		}
		return &Expr{src: src, path: path}, nil
	}
	p := &parser{src: src}
	c, err := p.call(1)
	if p.blanks(); err == nil && p.pos < len(src) {
		err = p.unexpected("the end of the call")
	}
	if err != nil {
		return nil, err
	}
	return &Expr{src: src, call: c}, nil
}

// String is the expression as it is written.
func (e *Expr) String() string { return e.src }

// Path is the path that the expression is; nil for a call.
func (e *Expr) Path() *Path { return e.path }

// Paths are the paths in the expression, in their order.
func (e *Expr) Paths() []*Path {
	if e.path != nil {
		return []*Path{e.path}
	}
	return e.call.paths(nil)
}

// Eval gives the value. The error is a *PathError for a path that leads to nothing, else an *Error.
func (e *Expr) Eval(env *Env) (value.Value, error) {
	if e.path != nil {
		return e.path.Eval(env)
	}
	v, err := e.call.eval(env)
	if err == nil {
		return v, nil
	}
	return value.Value{}, &Error{Runtime, "The function '" + e.src + "' had the following error: " + reason(err, env.Input)}
}

// reason words what went wrong in a call. An argument that is a path and leads to nothing is named as if it started
// from the input, also when it starts from the context object.
func reason(err error, input value.Value) string {
	var lost *PathError
	switch {
	case !errors.As(err, &lost):
		return err.Error()
	case !lost.Absent:
		return lost.Reason
	}
	path := lost.Path
	if strings.HasPrefix(path, "$$") {
		path = path[1:]
	}
	return fmt.Sprintf("The JsonPath argument for the field '%s' could not be found in the input '%s'", path, input)
}

// EvalAs is Eval with the error of a field, which a missing place is told with: the name of a template's member, ".$"
// included, or ErrorPath or CausePath. The error is an *Error.
func (e *Expr) EvalAs(env *Env, field string) (value.Value, error) {
	v, err := e.Eval(env)
	if err != nil {
		err = inField(err, field)
	}
	return v, err
}

func inField(err error, field string) error {
	var lost *PathError
	if errors.As(err, &lost) {
		return lost.In(field)
	}
	return err
}

// A call is a call of an intrinsic function.
type call struct {
	fn   function
	args []argument
}

// An argument is a literal, a path or a call.
type argument struct {
	literal value.Value
	path    *Path
	call    *call
}

func (c *call) eval(env *Env) (value.Value, error) {
	args := make([]value.Value, len(c.args))
	for i := range c.args {
		v, err := c.args[i].eval(env)
		if err != nil {
			return v, err
		}
		args[i] = v
	}
	return c.fn.call(env, args)
}

func (a *argument) eval(env *Env) (value.Value, error) {
	switch {
	case a.path != nil:
		return a.path.Eval(env)
	case a.call != nil:
		return a.call.eval(env)
	}
	return a.literal, nil
}

func (c *call) paths(all []*Path) []*Path {
	for i := range c.args {
		switch a := &c.args[i]; {
		case a.path != nil:
			all = append(all, a.path)
		case a.call != nil:
			all = a.call.paths(all)
		}
	}
	return all
}
