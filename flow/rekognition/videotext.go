package rekognition

import "github.com/stepwright/stepwright/flow"

// A StartTextDetectionInput asks what is written in a video.
type StartTextDetectionInput struct {
	Video               *Video               `flow:"required"`
	Filters             *TextFilters         `json:",omitempty"`
	ClientRequestToken  *string              `json:",omitempty"` // the same token starts the same job, once
	NotificationChannel *NotificationChannel `json:",omitempty"`
	JobTag              *string              `json:",omitempty"` // comes back in the notification
}

// StartTextDetection begins to find out what is written in a video, and goes on at once.
func StartTextDetection(f *flow.Flow, name string, in *StartTextDetectionInput, opts ...flow.TaskOption) *Started {
	return call[Started](f, name, "startTextDetection", in, opts)
}

// A GetTextDetectionInput asks for what a job has found.
type GetTextDetectionInput struct {
	JobID      *string `json:"JobId" flow:"required"`
	MaxResults *int    `json:",omitempty"` // 1 to 1000; absent: 1000
	NextToken  *string `json:",omitempty"`
}

// A GetTextDetectionOutput says what is written in a video.
type GetTextDetectionOutput struct {
	Progress
	TextDetections   []TextDetectionResult
	TextModelVersion string         `json:",omitempty"`
	VideoMetadata    *VideoMetadata `json:",omitempty"`
}

// A TextDetectionResult is a line or a word and when it is seen.
type TextDetectionResult struct {
	Timestamp     int64 // milliseconds from the beginning
	TextDetection TextDetection
}

// GetTextDetection asks how far a job of StartTextDetection is, and what it has found.
func GetTextDetection(f *flow.Flow, name string, in *GetTextDetectionInput, opts ...flow.TaskOption) *GetTextDetectionOutput {
	return call[GetTextDetectionOutput](f, name, "getTextDetection", in, opts)
}

// A StartSegmentDetectionInput asks where the parts of a video begin and end.
type StartSegmentDetectionInput struct {
	Video               *Video               `flow:"required"`
	SegmentTypes        []*string            `flow:"required"`   // TECHNICAL_CUE, SHOT
	Filters             any                  `json:",omitempty"` // a literal of maps
	ClientRequestToken  *string              `json:",omitempty"` // the same token starts the same job, once
	NotificationChannel *NotificationChannel `json:",omitempty"`
	JobTag              *string              `json:",omitempty"` // comes back in the notification
}

// StartSegmentDetection begins to find out where the parts of a video begin and end, and goes on at once.
func StartSegmentDetection(f *flow.Flow, name string, in *StartSegmentDetectionInput, opts ...flow.TaskOption) *Started {
	return call[Started](f, name, "startSegmentDetection", in, opts)
}

// A GetSegmentDetectionInput asks for what a job has found.
type GetSegmentDetectionInput struct {
	JobID      *string `json:"JobId" flow:"required"`
	MaxResults *int    `json:",omitempty"` // 1 to 1000; absent: 1000
	NextToken  *string `json:",omitempty"`
}

// A GetSegmentDetectionOutput says where the parts of a video begin and end.
type GetSegmentDetectionOutput struct {
	Progress
	Segments      []SegmentDetection
	VideoMetadata []VideoMetadata `json:",omitempty"` // one for each stream
}

// A SegmentDetection is a part of a video.
type SegmentDetection struct {
	Type                string // TECHNICAL_CUE or SHOT
	StartTimecodeSMPTE  string
	EndTimecodeSMPTE    string
	DurationSMPTE       string
	StartFrameNumber    int64
	EndFrameNumber      int64
	DurationFrames      int64
	TechnicalCueSegment *TechnicalCueSegment `json:",omitempty"`
	ShotSegment         *ShotSegment         `json:",omitempty"`
	Span
}

// A TechnicalCueSegment says of what kind a part is.
type TechnicalCueSegment struct {
	Type       string // ColorBars, EndCredits, BlackFrames, OpeningCredits, StudioLogo, Slate or Content
	Confidence float64
}

// A ShotSegment numbers a shot.
type ShotSegment struct {
	Index      int64
	Confidence float64
}

// GetSegmentDetection asks how far a job of StartSegmentDetection is, and what it has found.
func GetSegmentDetection(f *flow.Flow, name string, in *GetSegmentDetectionInput, opts ...flow.TaskOption) *GetSegmentDetectionOutput {
	return call[GetSegmentDetectionOutput](f, name, "getSegmentDetection", in, opts)
}
