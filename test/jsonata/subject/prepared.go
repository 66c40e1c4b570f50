package subject

import (
	"context"

	"github.com/stepwright/stepwright/jsonata"
	"github.com/stepwright/stepwright/value"
)

// A Prepared expression is compiled as Step Functions has it, and can be evaluated again and again.
type Prepared struct {
	expr *jsonata.Expression
	env  jsonata.Env
}

// Prepare compiles an expression; $states comes member by member, as the engine gives it.
func Prepare(expr string, input value.Value, vars map[string]value.Value) (*Prepared, error) {
	e, err := jsonata.Compile(expr, jsonata.StepFunctions)
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
