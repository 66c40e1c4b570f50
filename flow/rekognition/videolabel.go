package rekognition

import "github.com/stepwright/stepwright/flow"

// A StartLabelDetectionInput asks what a video shows.
type StartLabelDetectionInput struct {
	Video               *Video                  `flow:"required"`
	MinConfidence       *float64                `json:",omitempty"` // percent; absent: 50
	Features            []*string               `json:",omitempty"` // GENERAL_LABELS
	Settings            *LabelDetectionSettings `json:",omitempty"`
	ClientRequestToken  *string                 `json:",omitempty"` // the same token starts the same job, once
	NotificationChannel *NotificationChannel    `json:",omitempty"`
	JobTag              *string                 `json:",omitempty"` // comes back in the notification
}

// StartLabelDetection begins to find out what a video shows, and goes on at once.
func StartLabelDetection(f *flow.Flow, name string, in *StartLabelDetectionInput, opts ...flow.TaskOption) *Started {
	return call[Started](f, name, "startLabelDetection", in, opts)
}

// A GetLabelDetectionInput asks for what a job has found.
type GetLabelDetectionInput struct {
	JobID       *string `json:"JobId" flow:"required"`
	MaxResults  *int    `json:",omitempty"` // 1 to 1000; absent: 1000
	NextToken   *string `json:",omitempty"`
	SortBy      *string `json:",omitempty"` // NAME or TIMESTAMP
	AggregateBy *string `json:",omitempty"` // TIMESTAMPS or SEGMENTS
}

// A GetLabelDetectionOutput says what a video shows.
type GetLabelDetectionOutput struct {
	Progress
	Labels            []LabelDetection
	LabelModelVersion string         `json:",omitempty"`
	VideoMetadata     *VideoMetadata `json:",omitempty"`
}

// LabelDetectionSettings say which labels to look for.
type LabelDetectionSettings struct {
	GeneralLabels *GeneralLabelsSettings `json:",omitempty"`
}

// A LabelDetection is a label and when it is seen.
type LabelDetection struct {
	Timestamp int64 // milliseconds from the beginning
	Label     Label
	Span
}

// GetLabelDetection asks how far a job of StartLabelDetection is, and what it has found.
func GetLabelDetection(f *flow.Flow, name string, in *GetLabelDetectionInput, opts ...flow.TaskOption) *GetLabelDetectionOutput {
	return call[GetLabelDetectionOutput](f, name, "getLabelDetection", in, opts)
}

// A StartContentModerationInput asks whether a video should not be shown to everybody.
type StartContentModerationInput struct {
	Video               *Video               `flow:"required"`
	MinConfidence       *float64             `json:",omitempty"` // percent; absent: 50
	ClientRequestToken  *string              `json:",omitempty"` // the same token starts the same job, once
	NotificationChannel *NotificationChannel `json:",omitempty"`
	JobTag              *string              `json:",omitempty"` // comes back in the notification
}

// StartContentModeration begins to find out whether a video should not be shown to everybody, and goes on at once.
func StartContentModeration(f *flow.Flow, name string, in *StartContentModerationInput, opts ...flow.TaskOption) *Started {
	return call[Started](f, name, "startContentModeration", in, opts)
}

// A GetContentModerationInput asks for what a job has found.
type GetContentModerationInput struct {
	JobID       *string `json:"JobId" flow:"required"`
	MaxResults  *int    `json:",omitempty"` // 1 to 1000; absent: 1000
	NextToken   *string `json:",omitempty"`
	SortBy      *string `json:",omitempty"` // NAME or TIMESTAMP
	AggregateBy *string `json:",omitempty"` // TIMESTAMPS or SEGMENTS
}

// A GetContentModerationOutput says whether a video should not be shown to everybody.
type GetContentModerationOutput struct {
	Progress
	ModerationLabels       []ContentModerationDetection
	ModerationModelVersion string         `json:",omitempty"`
	VideoMetadata          *VideoMetadata `json:",omitempty"`
}

// A ContentModerationDetection is a label and when it is seen.
type ContentModerationDetection struct {
	Timestamp       int64 // milliseconds from the beginning
	ModerationLabel ModerationLabel
	ContentTypes    []ContentType `json:",omitempty"`
	Span
}

// GetContentModeration asks how far a job of StartContentModeration is, and what it has found.
func GetContentModeration(f *flow.Flow, name string, in *GetContentModerationInput, opts ...flow.TaskOption) *GetContentModerationOutput {
	return call[GetContentModerationOutput](f, name, "getContentModeration", in, opts)
}
