// Command app is the CDK app of cdk.json: it writes the sample stacks into a cloud
// assembly. Set CDK_OUTDIR to run it without the CDK's command line.
package main

import (
	"github.com/stepwright/stepwright/cdk"
	"github.com/stepwright/stepwright/stacks"
)

func main() {
	cdk.Main(func(app *cdk.App) {
		stacks.ImageTagging(app.Stack("ImageTagging"), stacks.Settings{})
	})
}
