// Command main is the Lambda binary of the image tagging pipeline: one program
// for all its functions.
package main

import (
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/handlers"
	"github.com/stepwright/stepwright/lambdas/imagetagging"
)

func main() { handlers.Serve(pipeline{}) }

// pipeline lists what the pipeline's workflows call.
type pipeline struct{}

func (pipeline) Handlers() []run.Handler {
	return []run.Handler{
		{Name: "Extract", Func: imagetagging.Extract},
		{Name: "Thumbnail", Func: imagetagging.Thumbnail},
	}
}
