package jsonata_test

import (
	"testing"

	"github.com/stepwright/stepwright/jsonata"
	"github.com/stepwright/stepwright/test/jsonata/shapes"
	"github.com/stepwright/stepwright/value"
)

// BenchmarkShapes evaluates the expressions that are compared with jsonata.js by test/jsonata/speed.
func BenchmarkShapes(b *testing.B) {
	for _, s := range shapes.All() {
		b.Run(s.Name, func(b *testing.B) {
			e, err := compileShape(s)
			if err != nil {
				b.Fatal(err)
			}
			env := shapeEnv(s)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.Evaluate(b.Context(), env); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	for _, s := range shapes.All() {
		b.Run(s.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := compileShape(s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func compileShape(s shapes.Shape) (*jsonata.Expression, error) {
	if s.Service() {
		return jsonata.Compile(s.Expr, jsonata.StepFunctions)
	}
	return jsonata.Compile(s.Expr)
}

func shapeEnv(s shapes.Shape) jsonata.Env {
	vars := map[string]value.Value{}
	for name, text := range s.Vars {
		vars[name] = value.MustParse(text)
	}
	env := jsonata.Env{Var: func(name string) value.Value { return vars[name] }}
	if s.Input != "" {
		env.Input = value.MustParse(s.Input)
	}
	if states, ok := vars["states"]; ok {
		env.States = states.Get
	}
	return env
}

// A field path is looked up without building anything.
//
//nolint:paralleltest // allocations are counted for the whole process
func TestFieldPathAllocatesAtMostOnce(t *testing.T) {
	s := shapes.All()[0]
	e, err := compileShape(s)
	if err != nil {
		t.Fatal(err)
	}
	env := shapeEnv(s)
	if n := testing.AllocsPerRun(100, func() {
		if _, err := e.Evaluate(t.Context(), env); err != nil {
			t.Fatal(err)
		}
	}); n > 1 {
		t.Errorf("%s allocates %v times", s.Expr, n)
	}
}
