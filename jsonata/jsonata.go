// Package jsonata compiles and evaluates JSONata expressions as AWS Step Functions does: JSONata 2.0.6 without $eval,
// with the service's own functions ($partition, $range, $hash, $random, $uuid, $parse), and templates of
// {% expressions %} in JSON values.
//
// Plain paths ($states.input.order.id, $rows[0].name) and constants are evaluated on values directly, so that every
// number keeps its literal; everything else goes through github.com/recolabs/gnata behind Expression.
package jsonata

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/recolabs/gnata"

	"github.com/stepwright/stepwright/value"
)

// An Expression is a compiled expression. It can be evaluated many times, by any number of goroutines at once.
type Expression struct {
	src   string
	scan  scan
	path  *path       // set for plain paths
	konst value.Value // set for constants
	expr  *gnata.Expression
}

// An Env is what an evaluation may ask of the world. Nothing else reaches an expression: no clock, no randomness.
type Env struct {
	// Input is the context item, which "$" and bare names refer to. Step Functions evaluates without one.
	Input value.Value
	// Var gives a variable by its name without "$"; absent when it is not defined. Nil knows no variables.
	Var func(name string) value.Value
	// States gives a member of $states ("input", "context", "result", "errorOutput"), so that only what an expression
	// names has to be made. Nil leaves $states to Var.
	States func(member string) value.Value
	// Random gives 64 random bits, for $random, $uuid and $shuffle. Without it these fail.
	Random func() uint64
	// Now is the time that $now and $millis tell.
	Now time.Time
}

// Compile parses an expression (without the {% and %} around it). The error is an *Error.
func Compile(src string) (*Expression, error) {
	s, err := scanSource(src)
	if err != nil {
		return nil, err
	}
	e := &Expression{src: src, scan: s}
	if v, ok := parseConstant(src); ok {
		e.konst = v
		return e, nil
	}
	if e.path = parsePath(src); e.path != nil {
		return e, nil
	}
	if e.expr, err = compileGnata(src); err != nil {
		return nil, err
	}
	return e, nil
}

// String is the expression's source.
func (e *Expression) String() string { return e.src }

// Variables are the names of the variables that the expression mentions, without "$", sorted; functions and the
// expression's own variables are among them.
func (e *Expression) Variables() []string { return e.scan.names }

// Members are the members of the variable name ("states") that the expression names, sorted; whole is true when it
// also uses the variable otherwise.
func (e *Expression) Members(name string) (members []string, whole bool) {
	r := e.scan.reads[name]
	if r == nil {
		return nil, false
	}
	return slices.Sorted(maps.Keys(r.members)), r.whole
}

// Eval evaluates the expression with input as the context item and variables by name. An absent result is JSONata's
// undefined. The error is an *Error. $random, $uuid and $shuffle fail here; see Evaluate.
func (e *Expression) Eval(ctx context.Context, input value.Value, vars map[string]value.Value) (value.Value, error) {
	return e.Evaluate(ctx, Env{Input: input, Var: func(name string) value.Value { return vars[name] }})
}

// Evaluate evaluates the expression in env. An absent result is JSONata's undefined. The error is an *Error.
func (e *Expression) Evaluate(ctx context.Context, env Env) (value.Value, error) {
	switch {
	case e.konst.Exists():
		return e.konst, nil
	case e.path != nil:
		return e.path.evalIn(&env), nil
	}
	return e.run(ctx, env)
}

func (env *Env) lookup(name string) value.Value {
	if name == "states" && env.States != nil {
		return env.states(stateMembers)
	}
	if env.Var == nil {
		return value.Value{}
	}
	return env.Var(name)
}

var stateMembers = []string{"context", "errorOutput", "input", "result"}

// states is $states with some of its members.
func (env *Env) states(members []string) value.Value {
	var b value.Builder
	for _, m := range members {
		b.Set(m, env.States(m))
	}
	return b.Object()
}

// parseConstant knows null, booleans, whole numbers and strings without escapes, whose value is their literal.
func parseConstant(src string) (value.Value, bool) {
	src = strings.TrimSpace(src)
	switch src {
	case "":
		return value.Value{}, false
	case "null":
		return value.Null, true
	case "true":
		return value.True, true
	case "false":
		return value.False, true
	}
	if q := src[0]; q == '"' || q == '\'' {
		text, ok := strings.CutSuffix(src[1:], string(q))
		return value.String(text), ok && !strings.ContainsAny(text, string(q)+"\\")
	}
	digits := strings.TrimPrefix(src, "-")
	if digits == "" || digits == "0" && src[0] == '-' || len(digits) > 1 && digits[0] == '0' || strings.Trim(digits, "0123456789") != "" {
		return value.Value{}, false
	}
	v, err := value.ParseString(src)
	return v, err == nil
}
