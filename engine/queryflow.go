package engine

import (
	"errors"

	"github.com/stepwright/stepwright/jsonata"
	"github.com/stepwright/stepwright/value"
)

// A queryFlow is the data flow of JSONata states: Arguments, Assign and Output.
type queryFlow struct {
	arguments, assign, out *jsonata.Template
}

func (q *queryFlow) input(x *step, t *thread) (value.Value, *fault) {
	if q.arguments == nil {
		return t.Input, nil
	}
	return x.query(t, q.arguments, states{})
}

func (q *queryFlow) output(x *step, t *thread, result value.Value) (output, assigned value.Value, f *fault) {
	output = t.Input
	if result.Exists() {
		output = result
	}
	return q.shape(x, t, output, states{result: result})
}

func (q *queryFlow) caught(x *step, t *thread, _ int, errorOutput value.Value) (output, assigned value.Value, f *fault) {
	return q.shape(x, t, errorOutput, states{errorOutput: errorOutput})
}

// shape evaluates Assign and Output on the same variables.
func (q *queryFlow) shape(x *step, t *thread, otherwise value.Value, s states) (output, assigned value.Value, f *fault) {
	output = otherwise
	if q.assign != nil {
		if assigned, f = x.query(t, q.assign, s); f != nil {
			return
		}
	}
	if q.out != nil {
		output, f = x.query(t, q.out, s)
	}
	return
}

// states are the members of $states that not every expression has.
type states struct {
	result, errorOutput value.Value
}

// query evaluates a template of a thread's state.
func (x *step) query(t *thread, tpl *jsonata.Template, s states) (value.Value, *fault) {
	v, err := tpl.Evaluate(x.ctx, x.env(t, s))
	return v, queryFault(t, err)
}

// queryAs is query for a field that takes one kind of value.
func (x *step) queryAs(t *thread, tpl *jsonata.Template, kind value.Kind) (value.Value, *fault) {
	v, err := tpl.EvaluateAs(x.ctx, x.env(t, states{}), kind)
	return v, queryFault(t, err)
}

func queryFault(t *thread, err error) *fault {
	if err == nil {
		return nil
	}
	var q *jsonata.QueryError
	if errors.As(err, &q) {
		return t.evaluation(q.Location, q.Cause)
	}
	return t.runtime("%v", err)
}

// An asking is what the expression that is being evaluated is about. Its environment is made once for a run.
type asking struct {
	x *step
	t *thread
	states
	env jsonata.Env
}

// env is what expressions of a thread's state see: its variables, those of the scopes around it, and $states.
func (x *step) env(t *thread, s states) jsonata.Env {
	a := x.s.asking
	if a == nil {
		a = &asking{}
		a.env = jsonata.Env{Random: x.s.random, Var: a.variable, States: a.member}
		x.s.asking = a
	}
	a.x, a.t, a.states, a.env.Now = x, t, s, x.now
	return a.env
}

func (a *asking) variable(name string) value.Value { return a.x.variable(a.t, name) }

func (a *asking) member(name string) value.Value {
	switch name {
	case "input":
		return a.t.Input
	case "context":
		return a.x.context(a.t)
	case "result":
		return a.result
	case "errorOutput":
		return a.errorOutput
	}
	return value.Value{}
}
