package jsonata_test

import (
	"context"
	"fmt"

	"github.com/stepwright/stepwright/jsonata"
	"github.com/stepwright/stepwright/value"
)

func ExampleCompile() {
	e, err := jsonata.Compile(`$photos[size > 1000].name`)
	if err != nil {
		fmt.Println(err)
		return
	}
	photos := value.MustParse(`[{"name":"cat","size":5000},{"name":"icon","size":64},{"name":"sea","size":2000}]`)
	v, err := e.Eval(context.Background(), value.Value{}, map[string]value.Value{"photos": photos})
	fmt.Println(v, err)

	_, err = jsonata.Compile(`$photos[`)
	fmt.Println(err)
	// Output:
	// ["cat","sea"] <nil>
	// S0203: Expected "]" before end of expression
}

func ExampleCompileTemplate() {
	t, errs := jsonata.CompileTemplate("Output", value.MustParse(`{"id":"{% $states.input.id %}","kind":"photo","tags":"{% $states.input.tags %}"}`))
	if len(errs) > 0 {
		fmt.Println(errs[0])
		return
	}
	states := value.MustParse(`{"input":{"id":"p1"}}`)
	_, err := t.Evaluate(context.Background(), jsonata.Env{Var: func(string) value.Value { return states }})
	fmt.Println(err)
	// Output:
	// The JSONata expression '$states.input.tags' specified for the field 'Output/tags' returned nothing (undefined).
}
