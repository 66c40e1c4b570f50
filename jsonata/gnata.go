package jsonata

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/recolabs/gnata"

	"github.com/stepwright/stepwright/value"
)

// maxSteps bounds an evaluation: how many nodes may be visited. It replaces the service's limit on time by one that
// does not depend on the machine.
const maxSteps = 1_000_000

// maxResult bounds the size of a result in bytes, as measured at the service.
const maxResult = 6_990_256

var errSteps = errors.New("too many steps")

// steps is a context that ends after a number of looks at it. gnata looks at every node.
type steps struct {
	context.Context
	left int
}

func (s *steps) Err() error {
	if s.left--; s.left < 0 {
		return errSteps
	}
	return s.Context.Err()
}

func compileGnata(src string) (e *gnata.Expression, err error) {
	defer func() {
		if r := recover(); r != nil {
			e, err = nil, fail("S0201", "Syntax error: %v", r)
		}
	}()
	x, err := gnata.Compile(src)
	if err != nil {
		return nil, translate(err, src)
	}
	return x, nil
}

// run evaluates through gnata: a fresh environment with the own functions, then the variables the source names.
func (e *Expression) run(ctx context.Context, env Env) (v value.Value, err error) {
	defer func() {
		if r := recover(); r != nil {
			v, err = value.Value{}, fail("D1000", "the evaluator failed: %v", r)
		}
	}()
	g := gnata.NewCustomEnv(nil)
	bindFunctions(g, &env)
	for _, name := range e.scan.names {
		if x := e.variable(&env, name); x.Exists() {
			g.Bind(name, toGnata(x))
		}
	}
	input := env.Input
	if !input.Exists() && e.scan.binds { // gnata finds nothing in such a path when there is no context item
		input = value.Object()
	}
	budget := &steps{Context: ctx, left: maxSteps}
	x, err := e.expr.EvalWithCustomFuncs(budget, toGnata(input), g)
	switch {
	case budget.left < 0 || ctx.Err() != nil:
		return value.Value{}, fail(LimitTime, "Expression evaluation timeout: Check for infinite loop")
	case err != nil:
		return value.Value{}, translate(err, e.src)
	}
	v, err = fromGnata(x, 0)
	if err == nil && v.Size() > maxResult {
		return value.Value{}, fail(LimitMemory, "Expression evaluation memory limit exceeded: Check for excessive memory usage")
	}
	return v, err
}

// variable is a variable's value, without what the expression does not read of it.
func (e *Expression) variable(env *Env, name string) value.Value {
	r := e.scan.reads[name]
	if name == "states" && env.States != nil && !r.whole {
		return r.prune(env.states(slices.Sorted(maps.Keys(r.members))))
	}
	return r.prune(env.lookup(name))
}

func rangeSorted(m map[string]any, f func(string, any) bool) {
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if !f(k, m[k]) {
			return
		}
	}
}

// fromMillis is gnata's own formatting of times.
func fromMillis(ms float64, picture, zone any) (any, error) {
	e, err := gnata.Compile("$fromMillis($ms, $picture, $zone)")
	if err != nil {
		return nil, err
	}
	return e.EvalWithVars(context.Background(), nil, map[string]any{"ms": ms, "picture": picture, "zone": zone})
}
