package cdk_test

import (
	"context"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/cdk"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/flow/run"
)

// The examples are compiled, not run: what starts Node is tested in test/synth.

// Resize is a handler.
func Resize(context.Context, struct{}) (struct{}, error) { return struct{}{}, nil }

// thumbnails stands for a workflow that package flow declares.
var thumbnails definition

type definition struct{}

func (definition) Build() (*asl.Machine, diag.List) { return &asl.Machine{}, nil }
func (definition) Name() string                     { return "Thumbnails" }
func (definition) Type() string                     { return "STANDARD" }
func (definition) Handlers() []run.Handler          { return []run.Handler{{Name: "Resize", Func: Resize}} }

func ExampleMain() {
	cdk.Main(func(app *cdk.App) {
		photos(app.Stack("Photos"), nil)
	})
}

// Any construct can be bound and granted: bucket and table are the AWS library's here.
func ExampleNewWorkflow() {
	app := awscdk.NewApp(nil) // anybody's app and stack will do
	stack := awscdk.NewStack(app, new("Photos"), nil)
	photos(stack, constructs.NewConstruct(stack, new("Bucket")))
}

func photos(stack awscdk.Stack, bucket constructs.Construct) {
	w := cdk.NewWorkflow(stack, "Thumbnails", cdk.WorkflowProps{
		Workflow: thumbnails,
		Bind:     cdk.Bind{"Stage": "production"},
		Handlers: cdk.Handlers{
			Main: "./lambdas/photos/main", Memory: 512, Timeout: time.Minute,
			Each: []cdk.Handler{{Func: Resize, Memory: 1024, Grants: cdk.Grants{cdk.Write(bucket, "resized/*")}}},
		},
		Grants: cdk.Grants{cdk.Read(bucket, "uploads/*")},
		Logs:   cdk.LogAll,
	})
	cdk.NewRule(stack, "Uploaded", cdk.RuleProps{On: cdk.ObjectCreated(bucket, "uploads/*"), Start: w})
	cdk.NewFailuresAlarm(stack, "Failing", w, 5)
}
