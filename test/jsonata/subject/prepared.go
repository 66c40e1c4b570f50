package subject

import (
	"context"

	"github.com/stepwright/stepwright/jsonata"
	"github.com/stepwright/stepwright/value"
)

// A Prepared expression can be evaluated again and again.
type Prepared struct {
	expr *jsonata.Expression
	env  jsonata.Env
}

// Prepare compiles an expression, in the language of Step Functions if service is true; there $states comes member by
// member, as the engine gives it.
func Prepare(expr string, service bool, input value.Value, vars map[string]value.Value) (*Prepared, error) {
	var options []jsonata.Option
	if service {
		options = append(options, jsonata.StepFunctions)
	}
	e, err := jsonata.Compile(expr, options...)
	if err != nil {
		return nil, err
	}
	env := jsonata.Env{Input: input, Var: func(name string) value.Value { return vars[name] }}
	if states, ok := vars["states"]; ok {
		env.States = states.Get
	}
	return &Prepared{e, env}, nil
}

// Evaluate evaluates the expression once more.
func (p *Prepared) Evaluate(ctx context.Context) (value.Value, error) {
	return p.expr.Evaluate(ctx, p.env)
}
