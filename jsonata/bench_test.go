package jsonata_test

import (
	"testing"

	"github.com/stepwright/stepwright/jsonata"
	"github.com/stepwright/stepwright/value"
)

func BenchmarkEvaluate(b *testing.B) {
	for name, src := range map[string]string{
		"path":      "$states.context.Execution.Input.photo.id",
		"condition": "$states.input.a.b[0].c > 0.5 and $states.input.z.b = 1",
		"text":      "'photo ' & $states.context.Execution.Input.photo.id & ' is done'",
		"object":    "{'id': $states.context.Execution.Input.photo.id, 'rows': $count($rows)}",
	} {
		b.Run(name, func(b *testing.B) {
			e, err := jsonata.Compile(src, jsonata.StepFunctions)
			if err != nil {
				b.Fatal(err)
			}
			env := jsonata.Env{Var: func(name string) value.Value { return variables[name] }}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.Evaluate(b.Context(), env); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
