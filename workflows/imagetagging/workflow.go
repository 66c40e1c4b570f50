// Package imagetagging holds the workflows of the image tagging sample: a photo that is uploaded to a bucket is
// described, labelled, made smaller, and noted in a table.
//
// ImageTagging does the work; FailureHandler marks photos whose execution ended without doing so. README.md says
// which of their states is which in the specification.
package imagetagging

import (
	"slices"
	"time"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/awssdk"
	"github.com/stepwright/stepwright/flow/dynamodb"
	"github.com/stepwright/stepwright/flow/rekognition"
	"github.com/stepwright/stepwright/flow/sns"
	"github.com/stepwright/stepwright/lambdas/imagetagging"
)

// ImageTagging finds out what is on an uploaded photo and keeps it in the photo's item.
var ImageTagging = flow.Standard("Image tagging", imageTagging)

// A Tagged is the output of ImageTagging.
type Tagged struct {
	ID      string   `json:"id"`
	Outcome string   `json:"outcome"` // "tagged", "duplicate" or "superseded"
	Labels  []string `json:"labels,omitempty"`
}

// The limits of the pipeline and of Amazon Rekognition (sections 4 and 9 of the specification).
const (
	maxBytes       = 50 << 20 // of a photo
	maxLabelBytes  = 15 << 20 // of a picture to be labelled
	maxLabelSide   = 10_000
	minLabelSide   = 80
	maxLabels      = 10
	minConfidence  = 60.0
	formatRefused  = "FileTypeNotSupported"
	onlyJPEGAndPNG = " is not supported; use JPEG or PNG"
)

func imageTagging(f *flow.Flow, in *Upload) *Tagged {
	job := flow.Let(f, "Normalize input", normalize(f, in))
	ends := endings(f, job)
	orFail := flow.Catch(flow.AnyError, ends.failed.Go)

	claim(f, in, job)
	checkObject(f, job, ends.failed, orFail)

	meta := flow.Task(f, "Extract metadata", imagetagging.Extract, job, flow.Timeout(200*time.Second),
		flow.Retry(flow.Raised[imagetagging.ImageIdentifyError](), never),
		flow.Retry(hopeless, never), retryAll,
		flow.Catch(flow.Raised[imagetagging.ImageIdentifyError](), ends.unsupported.Go), orFail)
	flow.Choice(f, "Supported format?").
		When(flow.OneOf(&meta.Format, "JPEG", "PNG"), flow.Continue).
		Otherwise(func() {
			ends.unsupported.Go(flow.Failure(f, formatRefused, "format ", &meta.Format, onlyJPEGAndPNG))
		})
	storeMetadata(f, job, meta, orFail)

	look := analysisCheck(f, job, meta, orFail)
	both := flow.Parallel(f, "Process in parallel", orFail)
	labels := flow.Branch(both, func(f *flow.Flow) *labelled { return detectLabels(f, job, look) })
	preview := flow.Branch(both, func(f *flow.Flow) *previewed { return makePreview(f, job, meta) })
	flow.Choice(f, "All well?").
		When(flow.Exists(labels.Failed), func() { ends.failed.Go(labels.Failed) }).
		When(flow.Exists(preview.Failed), func() { ends.failed.Go(preview.Failed) })

	storeLabels(f, job, labels, preview, ends.superseded, orFail)
	done := &Tagged{Outcome: "tagged"}
	return flow.Fill(f, done, flow.Set(&done.ID, &job.ObjectID), flow.Set(&done.Labels, &labels.Names))
}

// hopeless are errors of our functions that do not go away.
var hopeless = slices.Concat(
	flow.Raised[imagetagging.ImageTooLarge](),
	flow.Raised[imagetagging.CorruptImage](),
	flow.Raised[imagetagging.ObjectNotFound](),
	flow.Raised[imagetagging.AccessDenied](),
	flow.Raised[imagetagging.NotAnUpload](),
)

// claim makes the photo ours: a late or repeated event ends here.
func claim(f *flow.Flow, in *Upload, job *imagetagging.Job) {
	dynamodb.Update(f, "Claim image", Photos, &job.ObjectID, func(p *Photo) []dynamodb.Change {
		return []dynamodb.Change{
			dynamodb.Set(&p.Status, new(StatusRunning)),
			dynamodb.Set(&p.ExecutionArn, &flow.Execution(f).ID),
			dynamodb.Set(&p.Sequencer, &job.Sequencer),
			dynamodb.Set(&p.VersionID, &job.VersionID),
			dynamodb.SetMissing(&p.Bucket, &job.S3Bucket),
			dynamodb.SetMissing(&p.UploadTime, flow.OrElse(f, in.Time, &flow.Execution(f).StartTime)),
			dynamodb.SetMissing(&p.Owner, owner(f, job)),
			dynamodb.WhenAny(
				dynamodb.WhenMissing(&p.Sequencer),
				dynamodb.WhenBelow(&p.Sequencer, &job.Sequencer),
				dynamodb.WhenAll(
					dynamodb.WhenIs(&p.Sequencer, &job.Sequencer),
					dynamodb.WhenOneOf(&p.Status, StatusFailed, StatusPending),
				),
			),
		}
	}, quickly, throttled,
		flow.Catch(dynamodb.ConditionFailed, func(*flow.Caught) {
			seen := &Tagged{Outcome: "duplicate"}
			flow.Return(f, "Duplicate event", flow.Fill(f, seen, flow.Set(&seen.ID, &job.ObjectID)))
		}))
}

// checkObject ends with objects that are gone, empty or too large.
func checkObject(f *flow.Flow, job *imagetagging.Job, failed *flow.Tail[flow.Caught], orFail flow.Option) {
	head := awssdk.Call[objectHead](f, "Check object", "s3:headObject", &headObject{Bucket: &job.S3Bucket, Key: &job.S3Key, VersionID: &job.VersionID},
		quickly, flow.Retry(objectMissing, never), retryAll,
		flow.Catch(objectMissing, func(*flow.Caught) {
			failed.Go(flow.Failure(f, "ObjectNotFound", "there is no object ", &job.S3Key, " in ", &job.S3Bucket))
		}), orFail)
	flow.Choice(f, "Size?").
		When(flow.Is(&head.ContentLength, 0), func() {
			failed.Go(flow.Failure(f, "EmptyObject", "the object is empty"))
		}).
		When(flow.Above(&head.ContentLength, maxBytes), func() {
			failed.Go(flow.Failure(f, "ImageTooLarge", "the object has ", &head.ContentLength, " bytes; at most ", maxBytes, " are processed"))
		})
}

// objectMissing is what s3:headObject says of an object that is not there.
var objectMissing = flow.Errors{"S3.NoSuchKeyException", "S3.NoSuchBucketException"}

type headObject struct {
	Bucket    *string `flow:"required"`
	Key       *string `flow:"required"`
	VersionID *string `json:"VersionId,omitempty"`
}

type objectHead struct{ ContentLength int }

// storeMetadata keeps what is known before recognition, so that nothing is lost if that fails.
func storeMetadata(f *flow.Flow, job *imagetagging.Job, meta *imagetagging.Metadata, orFail flow.Option) {
	full := &Picture{}
	flow.Fill(f, full, flow.Set(&full.Key, &job.S3Key), flow.Set(&full.Width, &meta.Dimensions.Width), flow.Set(&full.Height, &meta.Dimensions.Height))
	place := &GeoLocation{}
	flow.Fill(f, place, flow.Set(&place.Latitude, &meta.Geo.Latitude), flow.Set(&place.Longitude, &meta.Geo.Longitude))
	dynamodb.Update(f, "Store metadata", Photos, &job.ObjectID, func(p *Photo) []dynamodb.Change {
		return []dynamodb.Change{
			dynamodb.Set(&p.Fullsize, full),
			dynamodb.Set(&p.Format, &meta.Format),
			dynamodb.Set(&p.FileSize, &meta.FileSize),
			dynamodb.Set(&p.Orientation, &meta.Orientation),
			dynamodb.Set(&p.Warnings, &meta.Warnings),
			dynamodb.Set(&p.CreationTime, &meta.CreationTime),
			dynamodb.Set(&p.ExifMake, &meta.ExifMake),
			dynamodb.Set(&p.ExifModel, &meta.ExifModel),
			dynamodb.Set(p.GeoLocation, flow.Maybe(f, flow.Exists(meta.Geo), place)),
		}
	}, quickly, throttled, retryAll, orFail)
}

// A look is what Rekognition is to look at: the photo itself, a copy that is small enough, or nothing.
type look struct {
	S3Key     string `json:"s3Key"`
	VersionID string `json:"versionId,omitempty"`
	TooSmall  bool   `json:"tooSmall"`
}

// analysisCheck makes a copy of photos that are beyond what Rekognition takes.
func analysisCheck(f *flow.Flow, job *imagetagging.Job, meta *imagetagging.Metadata, orFail flow.Option) *look {
	width, height := &meta.Dimensions.Width, &meta.Dimensions.Height
	return flow.Choose[look](f, "Analysis check").
		When(flow.Or(flow.Below(width, minLabelSide), flow.Below(height, minLabelSide)), func() *look {
			tiny := &look{TooSmall: true}
			return flow.Fill(f, tiny, flow.Set(&tiny.S3Key, &job.S3Key))
		}).
		When(flow.Or(flow.Above(&meta.FileSize, maxLabelBytes), flow.Above(width, maxLabelSide), flow.Above(height, maxLabelSide)), func() *look {
			smaller := flow.Task(f, "Make analysis copy", imagetagging.Thumbnail, resize(f, job, meta, imagetagging.ModeAnalysis),
				flow.Timeout(5*time.Minute), flow.Retry(hopeless, never), retryAll, orFail)
			narrow := flow.Or(flow.Below(&smaller.Width, minLabelSide), flow.Below(&smaller.Height, minLabelSide))
			copied := &look{}
			return flow.Fill(f, copied, flow.Set(&copied.S3Key, &smaller.Key), flow.Set(&copied.TooSmall, flow.If(f, narrow, new(true), new(false))))
		}).
		Otherwise(func() *look {
			original := &look{}
			return flow.Fill(f, original, flow.Set(&original.S3Key, &job.S3Key), flow.Set(&original.VersionID, &job.VersionID))
		})
}

func resize(f *flow.Flow, job *imagetagging.Job, meta *imagetagging.Metadata, mode string) *imagetagging.Resize {
	in := &imagetagging.Resize{Mode: mode}
	return flow.Fill(f, in, flow.Set(&in.Job, job), flow.Set(&in.Metadata, meta))
}

// A labelled is what the branch of the labels gives: names, or what failed.
type labelled struct {
	Names  []string     `json:"names"`
	Failed *flow.Caught `json:"failed,omitempty"`
}

// detectLabels asks Rekognition. What fails is returned, so that the state that failed is known outside.
func detectLabels(f *flow.Flow, job *imagetagging.Job, at *look) *labelled {
	failed := flow.NewTail(f, "labels failure", func(e *flow.Caught) {
		flow.Return(f, "Labels failed", &labelled{Names: []string{}, Failed: e})
	})
	return flow.Choose[labelled](f, "Labels needed?").
		When(flow.True(&at.TooSmall), func() *labelled { return &labelled{Names: []string{}} }).
		Otherwise(func() *labelled {
			found := rekognition.DetectLabels(f, "Detect labels", &rekognition.DetectLabelsInput{
				Image:         &rekognition.Image{S3Object: &rekognition.S3Object{Bucket: &job.S3Bucket, Name: &at.S3Key, Version: &at.VersionID}},
				MaxLabels:     new(maxLabels),
				MinConfidence: new(minConfidence),
			}, flow.Timeout(time.Minute), flow.Retry(rekognition.BadImage, never), flow.Retry(rekognition.Refused, never),
				flow.Retry(rekognition.Throttled, patiently), retryAll,
				flow.Catch(flow.Errors{"Rekognition.InvalidS3ObjectException"}, func(e *flow.Caught) {
					hinted := &flow.Caught{}
					failed.Go(flow.Fill(f, hinted, flow.Set(&hinted.Error, &e.Error), flow.Set(&hinted.State, &e.State),
						flow.Set(&hinted.Cause, flow.Text(f, &e.Cause, " (is the bucket in this region, and may the machine read it?)"))))
				}),
				flow.Catch(flow.AnyError, failed.Go))
			out := &labelled{}
			return flow.Fill(f, out, flow.Set(&out.Names, flow.Map(f, &found.Labels, func(l *rekognition.Label) *string { return &l.Name })))
		})
}

// A previewed is what the branch of the preview gives: a picture, or what failed.
type previewed struct {
	Preview imagetagging.Preview `json:"preview"`
	Failed  *flow.Caught         `json:"failed,omitempty"`
}

func makePreview(f *flow.Flow, job *imagetagging.Job, meta *imagetagging.Metadata) *previewed {
	made := flow.Task(f, "Make preview", imagetagging.Thumbnail, resize(f, job, meta, imagetagging.ModePreview),
		flow.Timeout(5*time.Minute), flow.Retry(hopeless, never), retryAll,
		flow.Catch(flow.AnyError, func(e *flow.Caught) {
			flow.Return(f, "Preview failed", &previewed{Failed: e})
		}))
	out := &previewed{}
	return flow.Fill(f, out, flow.Set(&out.Preview, made))
}

// storeLabels completes the item, unless a newer upload has taken it over.
func storeLabels(f *flow.Flow, job *imagetagging.Job, labels *labelled, preview *previewed, superseded *flow.Tail[flow.Caught], orFail flow.Option) {
	small := &Picture{}
	flow.Fill(f, small, flow.Set(&small.Key, &preview.Preview.Key), flow.Set(&small.Width, &preview.Preview.Width), flow.Set(&small.Height, &preview.Preview.Height))
	dynamodb.Update(f, "Store labels", Photos, &job.ObjectID, func(p *Photo) []dynamodb.Change {
		return []dynamodb.Change{
			dynamodb.Set(&p.ObjectDetected, &labels.Names),
			dynamodb.Set(&p.Thumbnail, small),
			dynamodb.Set(&p.Status, new(StatusSucceeded)),
			dynamodb.Remove(&p.ErrorAt), dynamodb.Remove(&p.ErrorName), dynamodb.Remove(&p.ErrorMessage), dynamodb.Remove(&p.FailedAt),
			dynamodb.WhenIs(&p.Sequencer, &job.Sequencer),
		}
	}, quickly, throttled, conflicts, retryAll, flow.Catch(dynamodb.ConditionFailed, superseded.Go), orFail)
}

// The ways in which an execution ends without labels.
type ways struct {
	failed, unsupported, superseded *flow.Tail[flow.Caught]
}

// endings are written once and entered from many states.
func endings(f *flow.Flow, job *imagetagging.Job) ways {
	superseded := flow.NewTail(f, "overtaken", func(*flow.Caught) {
		over := &Tagged{Outcome: "superseded"}
		flow.Return(f, "Superseded", flow.Fill(f, over, flow.Set(&over.ID, &job.ObjectID)))
	})
	unsupported := flow.NewTail(f, "refusal", func(e *flow.Caught) {
		mark(f, "Mark unsupported", job, e, new(formatRefused), superseded)
		notify(f, "Notify unsupported", job, e, new(formatRefused))
		flow.FailWith(f, "Unsupported image type", new(formatRefused), &e.Cause)
	})
	failed := flow.NewTail(f, "failure", func(e *flow.Caught) {
		mark(f, "Mark failed", job, e, &e.Error, superseded)
		notify(f, "Notify failure", job, e, &e.Error)
		flow.Rethrow(f, "Processing failed", e)
	})
	return ways{failed, unsupported, superseded}
}

// mark notes a failure in the item, unless a newer upload has taken it over. A failure that cannot be noted is told
// all the same.
func mark(f *flow.Flow, name string, job *imagetagging.Job, e *flow.Caught, code *string, superseded *flow.Tail[flow.Caught]) {
	dynamodb.Update(f, name, Photos, &job.ObjectID, func(p *Photo) []dynamodb.Change {
		return []dynamodb.Change{
			dynamodb.Set(&p.Status, new(StatusFailed)),
			dynamodb.Set(&p.ErrorAt, &e.State),
			dynamodb.Set(&p.ErrorName, code),
			dynamodb.Set(&p.ErrorMessage, &e.Cause),
			dynamodb.Set(&p.FailedAt, flow.JSONata[time.Time](f, "$now()")),
			dynamodb.WhenIs(&p.Sequencer, &job.Sequencer),
		}
	}, quickly, throttled, conflicts, retryAll, flow.Catch(dynamodb.ConditionFailed, superseded.Go), regardless)
}

// notify tells whoever listens. If that fails, the execution goes on.
func notify(f *flow.Flow, name string, job *imagetagging.Job, e *flow.Caught, code *string) {
	m := &Failed{}
	sns.Publish(f, name, Failures, flow.Fill(f, m,
		flow.Set(&m.Photo, &job.ObjectID), flow.Set(&m.Bucket, &job.S3Bucket), flow.Set(&m.Key, &job.S3Key),
		flow.Set(&m.ErrorAt, &e.State), flow.Set(&m.ErrorName, code), flow.Set(&m.ErrorMessage, &e.Cause)),
		quickly, flow.Retry(sns.Throttled, patiently), retryAll, regardless)
}
