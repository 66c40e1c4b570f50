// Package backfill tags the photographs that were in the bucket before image tagging was.
//
// New photographs are tagged when they arrive; those that are there already have to be named. A Distributed Map lists
// the bucket, fifty executions of the image-tagging workflow run side by side, and each is waited for, so that the
// tagging's own limits are kept. What is no photograph, or was made by the workflow itself, is passed over; a
// photograph that is known already ends at once, as the workflow itself decides. Five in a hundred may fail.
package backfill

import (
	"time"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/s3"
	"github.com/stepwright/stepwright/flow/states"
	"github.com/stepwright/stepwright/workflows/imagetagging"
)

// Backfill tags every photograph below a prefix, and tells where the results are.
var Backfill = flow.Standard("Backfill", backfill)

// PhotoBucket holds the photographs, and the results below backfill/; a stack binds the name.
var PhotoBucket = s3.BucketOf("PhotoBucket")

// A Request is the input of Backfill.
type Request struct {
	Prefix string `json:"prefix"` // of the keys; empty for the whole bucket
	Most   int    `json:"most"`   // how many objects are looked at
}

// An Outcome is what became of one object.
type Outcome struct {
	Key     string `json:"key"`
	Outcome string `json:"outcome"` // "tagged", "duplicate" or "superseded", as the workflow says; or "passed over"
}

var patiently = flow.Backoff{Attempts: 6, First: 5 * time.Second, Rate: 2, Max: time.Minute, Jitter: true}

// backfill tags every photograph that is in the bucket already.
func backfill(f *flow.Flow, in *Request) *flow.Written {
	return flow.BatchTo(f, "Every object",
		flow.Folder{Bucket: PhotoBucket, Prefix: new("backfill"), Form: flow.Outputs, Lines: true},
		flow.MaxItemsFrom(&in.Most, flow.Listing(PhotoBucket, &in.Prefix)),
		func(f *flow.Flow, object *flow.Object) *Outcome {
			outcome := &Outcome{Outcome: "passed over"}
			flow.Fill(f, outcome, flow.Set(&outcome.Key, &object.Key))
			flow.Choice(f, "A photograph?").
				When(isPhotograph(f, object), flow.Continue).
				Otherwise(func() { flow.Return(f, "Passed over", outcome) })

			upload := &imagetagging.Upload{S3Bucket: PhotoBucket.Ref(), S3Key: &object.Key}
			done := states.Run(f, "Tag it", imagetagging.ImageTagging, nil, upload,
				flow.Timeout(time.Hour), flow.Retry(states.Throttled, patiently))
			tagged := &Outcome{}
			return flow.Fill(f, tagged, flow.Set(&tagged.Key, &object.Key), flow.Set(&tagged.Outcome, &done.Outcome))
		},
		flow.Concurrency(50), flow.Tolerate(5), flow.Label("photographs"))
}

// isPhotograph tells by the key: an upload with the name of an image, not one that the tagging has made.
func isPhotograph(f *flow.Flow, object *flow.Object) flow.Condition {
	name := flow.Lower(f, &object.Key)
	return flow.And(
		flow.Like(&object.Key, "*/uploads/*"),
		flow.Or(flow.Like(name, "*.jpg"), flow.Like(name, "*.jpeg"), flow.Like(name, "*.png")),
		flow.Above(&object.Size, 0))
}
