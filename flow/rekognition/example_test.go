package rekognition_test

import (
	"fmt"
	"time"

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

// A job that looks at a video is asked for its findings when it has ended.
func ExampleGetLabelDetection() {
	w := flow.Standard("Watch", func(f *flow.Flow, key *string) *int {
		job := rekognition.StartLabelDetection(f, "Start", &rekognition.StartLabelDetectionInput{Video: rekognition.VideoIn(flow.BucketOf("Videos"), key)})
		found := flow.Poll(f, "Found?", flow.Pace{First: 30 * time.Second, Times: 60},
			func() *rekognition.GetLabelDetectionOutput {
				return rekognition.GetLabelDetection(f, "Ask", &rekognition.GetLabelDetectionInput{JobID: &job.JobID})
			},
			func(o *rekognition.GetLabelDetectionOutput) flow.Condition {
				return flow.Not(flow.Is(&o.JobStatus, rekognition.InProgress))
			},
			func() { flow.Fail(f, "Too slow", "TooSlow") })
		return flow.Count(f, &found.Labels)
	})
	d, _ := w.Build()
	fmt.Println(asl.StateValue(d.States.Get("Ask")).Get("Arguments"))
	// Output:
	// {"JobId":"{% $start.JobId %}"}
}

func ExampleCompareFaces() {
	w := flow.Standard("Same person?", func(f *flow.Flow, key *string) *int {
		photos := flow.BucketOf("Photos")
		same := rekognition.CompareFaces(f, "Compare", &rekognition.CompareFacesInput{
			SourceImage: rekognition.ImageIn(photos, new("passport.jpg")), TargetImage: rekognition.ImageIn(photos, key),
		})
		return flow.Count(f, &same.FaceMatches)
	})
	d, _ := w.Build()
	fmt.Println(asl.StateValue(d.States.Get("Compare")).Get("Arguments"))
	// Output:
	// {"SourceImage":{"S3Object":{"Bucket":"${Photos}","Name":"passport.jpg"}},"TargetImage":{"S3Object":{"Bucket":"${Photos}","Name":"{% $states.context.Execution.Input %}"}}}
}
