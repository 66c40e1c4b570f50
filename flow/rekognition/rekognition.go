// Package rekognition finds out what pictures show, through the AWS SDK integration of Amazon Rekognition.
//
// Request structs have pointer fields, so that each takes a constant or a value of the workflow; those that the
// service insists on say so. Answers have the shapes of the API.
package rekognition

import "github.com/stepwright/stepwright/flow"

// The errors of Rekognition, by what to do about them. An SDK integration puts the service's name before the
// exception's.
var (
	// BadImage: the picture cannot be recognised; trying again does not help.
	BadImage = flow.Errors{
		"Rekognition.InvalidImageFormatException",
		"Rekognition.ImageTooLargeException",
		"Rekognition.InvalidS3ObjectException",
	}
	// Refused: the request itself is wrong or not allowed; trying again does not help.
	Refused = flow.Errors{
		"Rekognition.InvalidParameterException",
		"Rekognition.AccessDeniedException",
	}
	// Throttled: the service is busy; trying again later helps.
	Throttled = flow.Errors{
		"Rekognition.ThrottlingException",
		"Rekognition.ProvisionedThroughputExceededException",
		"Rekognition.InternalServerErrorException",
	}
)

// An S3Object says where a picture lies. The bucket must be in the machine's own region.
type S3Object struct {
	Bucket  *string `flow:"required"`
	Name    *string `flow:"required"` // the key
	Version *string `json:",omitempty"`
}

// An Image is a picture in S3.
type Image struct {
	S3Object *S3Object `flow:"required"`
}

// A DetectLabelsInput asks what is on a picture (JPEG or PNG, at most 15 MB, 80 to 10,000 pixels a side).
type DetectLabelsInput struct {
	Image         *Image   `flow:"required"`
	MaxLabels     *int     `json:",omitempty"` // absent: all that are found
	MinConfidence *float64 `json:",omitempty"` // percent; absent: 55
}

// A DetectLabelsOutput says what is on a picture, the surest first.
type DetectLabelsOutput struct {
	Labels            []Label
	LabelModelVersion string `json:",omitempty"`
}

// A Label is a thing, a scene or an idea that a picture shows.
type Label struct {
	Name       string
	Confidence float64 // percent
	Instances  []Instance
	Parents    []Parent
}

// An Instance is one place where a thing is seen.
type Instance struct {
	BoundingBox BoundingBox
	Confidence  float64
}

// A BoundingBox is a part of a picture, as fractions of its width and height.
type BoundingBox struct{ Left, Top, Width, Height float64 }

// A Parent is a more general label.
type Parent struct{ Name string }

// DetectLabels finds out what is on a picture.
func DetectLabels(f *flow.Flow, name string, in *DetectLabelsInput, opts ...flow.TaskOption) *DetectLabelsOutput {
	return flow.Do[DetectLabelsOutput](f, name, flow.Call{Resource: "arn:aws:states:::aws-sdk:rekognition:detectLabels", Args: in}, opts...)
}
