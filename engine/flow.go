package engine

import (
	"fmt"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/value"
)

// A flow is how data passes through a state, in one of the query languages.
type flow interface {
	// input is what the state works on, made of its raw input.
	input(x *step, t *thread) (value.Value, *fault)
	// output is what the state passes on and assigns. The result is what its work gave; absent for states whose
	// work gives none.
	output(x *step, t *thread, result value.Value) (output, assigned value.Value, f *fault)
}

// A catchFlow is how an error passes through a catcher, whose place in the list is given.
type catchFlow interface {
	caught(x *step, t *thread, index int, errorOutput value.Value) (output, assigned value.Value, f *fault)
}

// fields are the fields of a state that shape data, of both languages.
type fields struct {
	asl.Paths
	parameters, resultSelector, resultPath value.Value
	arguments, assign, output              value.Value
}

// flow plans a state's fields in its language; prefix is the place of the fields within the state, such as
// "Choices[0]", and at its pointer.
func (p *planner) flow(lang asl.QueryLanguage, f fields) flow {
	if lang == asl.JSONata {
		return &queryFlow{
			arguments: p.template("/Arguments", "Arguments", f.arguments),
			assign:    p.template("/Assign", "Assign", f.assign),
			out:       p.template("/Output", "Output", f.output),
		}
	}
	return &pathFlow{
		inputPath:  p.filter("/InputPath", f.InputPath),
		outputPath: p.filter("/OutputPath", f.OutputPath),
		parameters: p.payload("/Parameters", f.parameters),
		selector:   p.payload("/ResultSelector", f.resultSelector),
		resultPath: p.resultPath("/ResultPath", f.resultPath),
		assign:     p.payload("/Assign", f.assign),
	}
}

func (p *planner) catchFlow(at diag.Pointer, i int, c asl.Catcher, lang asl.QueryLanguage) catchFlow {
	if lang == asl.JSONata {
		field := fmt.Sprintf("Catch[%d]/", i)
		return &queryFlow{
			assign: p.template(at.Child("Assign"), field+"Assign", c.Assign),
			out:    p.template(at.Child("Output"), field+"Output", c.Output),
		}
	}
	return &pathFlow{
		resultPath: p.resultPath(at.Child("ResultPath"), c.ResultPath),
		assign:     p.payload(at.Child("Assign"), c.Assign),
	}
}
