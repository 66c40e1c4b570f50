// Package rekognition finds out what pictures and videos show, through the AWS SDK integration of Amazon Rekognition.
//
//	picture := rekognition.ImageIn(Photos, &job.Key)
//	labels := rekognition.DetectLabels(f, "Detect labels", &rekognition.DetectLabelsInput{Image: picture, MinConfidence: new(60.0)})
//
// Request structs have pointer fields, so that each takes a constant or a value of the workflow; those that the
// service insists on say so. Answers have the shapes of the API. Pictures are answered at once; videos by a pair of
// functions: one starts a job and gives its id, the other asks for what was found, page by page.
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
	// BadVideo: the video cannot be recognised; trying again does not help.
	BadVideo = flow.Errors{
		"Rekognition.VideoTooLargeException",
		"Rekognition.InvalidS3ObjectException",
	}
	// Refused: the request itself is wrong or not allowed; trying again does not help.
	Refused = flow.Errors{
		"Rekognition.InvalidParameterException",
		"Rekognition.AccessDeniedException",
	}
	// NotFound: there is no such collection or job.
	NotFound = flow.Errors{"Rekognition.ResourceNotFoundException"}
	// Exists: there is a collection of that name already.
	Exists = flow.Errors{"Rekognition.ResourceAlreadyExistsException"}
	// Throttled: the service is busy; trying again later helps.
	Throttled = flow.Errors{
		"Rekognition.ThrottlingException",
		"Rekognition.ProvisionedThroughputExceededException",
		"Rekognition.InternalServerErrorException",
	}
	// TooManyJobs: as many videos are being looked at as the account may have; trying again later helps.
	TooManyJobs = flow.Errors{"Rekognition.LimitExceededException"}
)

func call[Out any](f *flow.Flow, name, action string, in any, opts []flow.TaskOption) *Out {
	return flow.Do[Out](f, name, flow.Call{Resource: "arn:aws:states:::aws-sdk:rekognition:" + action, Args: in}, opts...)
}

// An S3Object says where a picture or a video lies. The bucket must be in the machine's own region.
type S3Object struct {
	Bucket  *string `flow:"required"`
	Name    *string `flow:"required"` // the key
	Version *string `json:",omitempty"`
}

// An Image is a picture in S3: JPEG or PNG, at most 15 MB, 80 to 10,000 pixels a side.
type Image struct {
	S3Object *S3Object `flow:"required"`
}

// ImageIn is the picture that lies in a bucket under key.
func ImageIn(bucket flow.Bucket, key *string) *Image {
	return &Image{&S3Object{Bucket: bucket.Ref(), Name: key}}
}

// A BoundingBox is a part of a picture, as fractions of its width and height.
type BoundingBox struct{ Left, Top, Width, Height float64 }

// A Point is a place in a picture, as fractions of its width and height.
type Point struct{ X, Y float64 }

// A Geometry is a part of a picture.
type Geometry struct {
	BoundingBox BoundingBox
	Polygon     []Point
}

// Quality says how good the picture of a face is: 0 to 100.
type Quality struct{ Brightness, Sharpness float64 }
