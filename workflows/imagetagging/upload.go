package imagetagging

import (
	"time"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/lambdas/imagetagging"
)

// An Upload is the input of ImageTagging, in one of two forms: the event "Object Created" as EventBridge sends it,
// which has a Detail, or the compact form, which has the rest. Keys are exact in both; nothing is decoded.
type Upload struct {
	Time   *time.Time    `json:"time,omitempty"` // when it happened
	Detail *UploadDetail `json:"detail,omitempty"`

	S3Bucket  *string `json:"s3Bucket,omitempty"`
	S3Key     *string `json:"s3Key,omitempty"`
	ObjectID  *string `json:"objectID,omitempty"` // made from bucket and key when it is not given
	VersionID *string `json:"versionId,omitempty"`
	Sequencer *string `json:"sequencer,omitempty"`
	Size      *int    `json:"size,omitempty"`
}

// An UploadDetail is what EventBridge tells about an object.
type UploadDetail struct {
	Bucket struct {
		Name string `json:"name"`
	} `json:"bucket"`
	Object struct {
		Key       string `json:"key"`
		Size      int    `json:"size"`
		VersionID string `json:"version-id,omitempty"`
		Sequencer string `json:"sequencer"`
	} `json:"object"`
}

// normalize makes a job of either form of input. An input that names no object fails the state it is used in, with
// a sentence that says so.
func normalize(f *flow.Flow, in *Upload) *imagetagging.Job {
	object := &in.Detail.Object
	bucket := flow.OrElse(f, &in.Detail.Bucket.Name, flow.OrElse(f, in.S3Bucket, missing(f, "detail.bucket.name nor s3Bucket")))
	key := flow.OrElse(f, &object.Key, flow.OrElse(f, in.S3Key, missing(f, "detail.object.key nor s3Key")))
	sequencer := flow.OrElse(f, &object.Sequencer, flow.OrElse(f, in.Sequencer, new("")))

	job := &imagetagging.Job{}
	return flow.Fill(f, job,
		flow.Set(&job.S3Bucket, bucket),
		flow.Set(&job.S3Key, key),
		flow.Set(&job.ObjectID, objectID(f, in)),
		flow.Set(&job.VersionID, flow.OrElse(f, &object.VersionID, in.VersionID)),
		flow.Set(&job.Sequencer, flow.JSONata[string](f, `$pad($1, 32, "0")`, sequencer)), // compared as text
		flow.Set(&job.Size, flow.OrElse(f, &object.Size, in.Size)))
}

// missing fails when it is worked out.
func missing(f *flow.Flow, what string) *string {
	return flow.JSONata[string](f, `$error($1)`, new("the input names no object: it has neither "+what))
}

// objectID is the photo's id: the one that is given; else the object's name up to its first dot if that is a UUID;
// else a UUID-shaped hash of bucket and key, because equal names in two folders are two photos.
func objectID(f *flow.Flow, in *Upload) *string {
	bucket := flow.OrElse(f, &in.Detail.Bucket.Name, in.S3Bucket)
	key := flow.OrElse(f, &in.Detail.Object.Key, in.S3Key)
	return flow.OrElse(f, in.ObjectID, flow.JSONata[string](f, `(
    $name := $substringBefore($split($2, "/")[-1], ".");
    $h := $hash($1 & "\n" & $2, "SHA-256");
    $contains($name, /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/)
        ? $name
        : $join([$substring($h, 0, 8), $substring($h, 8, 4), $substring($h, 12, 4), $substring($h, 16, 4), $substring($h, 20, 12)], "-")
)`, bucket, key))
}

// owner is the user whose folder the object lies in; absent for keys of another layout.
func owner(f *flow.Flow, job *imagetagging.Job) *string {
	return flow.Maybe(f, flow.Like(&job.S3Key, "private/*/uploads/*"), flow.JSONata[string](f, `$split($1, "/")[1]`, &job.S3Key))
}
