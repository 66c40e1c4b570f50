package rekognition

import "github.com/stepwright/stepwright/flow"

// A Video is a video in S3: H.264 in MPEG-4 or MOV, at most 10 GB and 6 hours.
type Video struct {
	S3Object *S3Object `flow:"required"`
}

// VideoIn is the video that lies in a bucket under key.
func VideoIn(bucket flow.Bucket, key *string) *Video {
	return &Video{&S3Object{Bucket: bucket.Ref(), Name: key}}
}

// A NotificationChannel is the topic that is told when a job has ended. (That the integration spells its first member
// as the API does is unverified.)
type NotificationChannel struct {
	SNSTopicArn *string `flow:"required"`
	RoleArn     *string `flow:"required"` // of the role that may publish there
}

// A Started names a job that looks at a video.
type Started struct {
	JobID string `json:"JobId"`
}

// What a job's JobStatus may be.
const (
	InProgress = "IN_PROGRESS"
	Succeeded  = "SUCCEEDED"
	Failed     = "FAILED"
)

// A Progress is how far a job is. What was found is complete when JobStatus is SUCCEEDED.
type Progress struct {
	JobStatus     string // IN_PROGRESS, SUCCEEDED or FAILED
	StatusMessage string `json:",omitempty"` // why it failed
	NextToken     string `json:",omitempty"` // where the next page begins; absent on the last one
}

// VideoMetadata says what kind of video it is.
type VideoMetadata struct {
	Codec          string
	Format         string
	DurationMillis int64
	FrameRate      float64
	FrameHeight    int64
	FrameWidth     int64
	ColorRange     string `json:",omitempty"` // FULL or LIMITED
}

// A Span is a part of a video, in milliseconds from the beginning.
type Span struct {
	StartTimestampMillis int64 `json:",omitempty"`
	EndTimestampMillis   int64 `json:",omitempty"`
	DurationMillis       int64 `json:",omitempty"`
}
