// Command main is the Lambda binary of the image tagging pipeline: one program
// for all its functions.
package main

import (
	"github.com/stepwright/stepwright/handlers"
	"github.com/stepwright/stepwright/workflows/imagetagging"
)

func main() { handlers.Serve(imagetagging.ImageTagging, imagetagging.FailureHandler) }
