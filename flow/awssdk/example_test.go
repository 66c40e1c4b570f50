package awssdk_test

import (
	"fmt"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/awssdk"
)

type Photo struct{ Bucket, Key string }

func ExampleCall() {
	type head struct{ ContentLength int }
	w := flow.Standard("Look", func(f *flow.Flow, in *Photo) *int {
		h := awssdk.Call[head](f, "Check object", "s3:headObject", map[string]any{"Bucket": &in.Bucket, "Key": &in.Key})
		return &h.ContentLength
	})
	d, _ := w.Build()
	fmt.Println(asl.StateValue(d.States.Get("Check object")))
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::aws-sdk:s3:headObject","Arguments":{"Bucket":"{% $states.context.Execution.Input.Bucket %}","Key":"{% $states.context.Execution.Input.Key %}"},"Output":"{% $states.result.ContentLength %}","End":true}
}
