package rekognition_test

import (
	"fmt"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/rekognition"
)

func ExampleDetectLabels() {
	w := flow.Standard("Labels", func(f *flow.Flow, key *string) *[]rekognition.Label {
		picture := &rekognition.Image{S3Object: &rekognition.S3Object{Bucket: new("photos"), Name: key}}
		found := rekognition.DetectLabels(f, "Detect labels", &rekognition.DetectLabelsInput{Image: picture, MaxLabels: new(10), MinConfidence: new(60.0)},
			flow.Retry(rekognition.BadImage, flow.Backoff{}))
		return &found.Labels
	})
	d, _ := w.Build()
	fmt.Println(asl.StateValue(d.States.Get("Detect labels")).Get("Arguments"))
	// Output:
	// {"Image":{"S3Object":{"Bucket":"photos","Name":"{% $states.context.Execution.Input %}"}},"MaxLabels":10,"MinConfidence":60}
}
