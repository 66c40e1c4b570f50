package rekognition

import "github.com/stepwright/stepwright/flow"

// A StartFaceDetectionInput asks which faces a video shows.
type StartFaceDetectionInput struct {
	Video               *Video               `flow:"required"`
	FaceAttributes      *string              `json:",omitempty"` // DEFAULT or ALL
	ClientRequestToken  *string              `json:",omitempty"` // the same token starts the same job, once
	NotificationChannel *NotificationChannel `json:",omitempty"`
	JobTag              *string              `json:",omitempty"` // comes back in the notification
}

// StartFaceDetection begins to find out which faces a video shows, and goes on at once.
func StartFaceDetection(f *flow.Flow, name string, in *StartFaceDetectionInput, opts ...flow.TaskOption) *Started {
	return call[Started](f, name, "startFaceDetection", in, opts)
}

// A GetFaceDetectionInput asks for what a job has found.
type GetFaceDetectionInput struct {
	JobID      *string `json:"JobId" flow:"required"`
	MaxResults *int    `json:",omitempty"` // 1 to 1000; absent: 1000
	NextToken  *string `json:",omitempty"`
}

// A GetFaceDetectionOutput says which faces a video shows.
type GetFaceDetectionOutput struct {
	Progress
	Faces         []FaceDetection
	VideoMetadata *VideoMetadata `json:",omitempty"`
}

// A FaceDetection is a face and when it is seen.
type FaceDetection struct {
	Timestamp int64 // milliseconds from the beginning
	Face      FaceDetail
}

// GetFaceDetection asks how far a job of StartFaceDetection is, and what it has found.
func GetFaceDetection(f *flow.Flow, name string, in *GetFaceDetectionInput, opts ...flow.TaskOption) *GetFaceDetectionOutput {
	return call[GetFaceDetectionOutput](f, name, "getFaceDetection", in, opts)
}

// A StartCelebrityRecognitionInput asks who of the famous is in a video.
type StartCelebrityRecognitionInput struct {
	Video               *Video               `flow:"required"`
	ClientRequestToken  *string              `json:",omitempty"` // the same token starts the same job, once
	NotificationChannel *NotificationChannel `json:",omitempty"`
	JobTag              *string              `json:",omitempty"` // comes back in the notification
}

// StartCelebrityRecognition begins to find out who of the famous is in a video, and goes on at once.
func StartCelebrityRecognition(f *flow.Flow, name string, in *StartCelebrityRecognitionInput, opts ...flow.TaskOption) *Started {
	return call[Started](f, name, "startCelebrityRecognition", in, opts)
}

// A GetCelebrityRecognitionInput asks for what a job has found.
type GetCelebrityRecognitionInput struct {
	JobID      *string `json:"JobId" flow:"required"`
	MaxResults *int    `json:",omitempty"` // 1 to 1000; absent: 1000
	NextToken  *string `json:",omitempty"`
	SortBy     *string `json:",omitempty"` // ID or TIMESTAMP
}

// A GetCelebrityRecognitionOutput says who of the famous is in a video.
type GetCelebrityRecognitionOutput struct {
	Progress
	Celebrities   []CelebrityRecognition
	VideoMetadata *VideoMetadata `json:",omitempty"`
}

// A CelebrityRecognition is somebody famous and when he or she is seen.
type CelebrityRecognition struct {
	Timestamp int64 // milliseconds from the beginning
	Celebrity CelebrityDetail
}

// A CelebrityDetail is somebody famous in a video.
type CelebrityDetail struct {
	ID          string `json:"Id"`
	Name        string
	Confidence  float64
	Urls        []string
	BoundingBox *BoundingBox `json:",omitempty"` // of the body
	Face        *FaceDetail  `json:",omitempty"`
	KnownGender *KnownGender `json:",omitempty"`
}

// GetCelebrityRecognition asks how far a job of StartCelebrityRecognition is, and what it has found.
func GetCelebrityRecognition(f *flow.Flow, name string, in *GetCelebrityRecognitionInput, opts ...flow.TaskOption) *GetCelebrityRecognitionOutput {
	return call[GetCelebrityRecognitionOutput](f, name, "getCelebrityRecognition", in, opts)
}

// A StartFaceSearchInput asks who of a collection is in a video.
type StartFaceSearchInput struct {
	Video               *Video               `flow:"required"`
	CollectionID        *string              `json:"CollectionId" flow:"required"`
	FaceMatchThreshold  *float64             `json:",omitempty"` // percent; absent: 80
	ClientRequestToken  *string              `json:",omitempty"` // the same token starts the same job, once
	NotificationChannel *NotificationChannel `json:",omitempty"`
	JobTag              *string              `json:",omitempty"` // comes back in the notification
}

// StartFaceSearch begins to find out who of a collection is in a video, and goes on at once.
func StartFaceSearch(f *flow.Flow, name string, in *StartFaceSearchInput, opts ...flow.TaskOption) *Started {
	return call[Started](f, name, "startFaceSearch", in, opts)
}

// A GetFaceSearchInput asks for what a job has found.
type GetFaceSearchInput struct {
	JobID      *string `json:"JobId" flow:"required"`
	MaxResults *int    `json:",omitempty"` // 1 to 1000; absent: 1000
	NextToken  *string `json:",omitempty"`
	SortBy     *string `json:",omitempty"` // INDEX or TIMESTAMP
}

// A GetFaceSearchOutput says who of a collection is in a video.
type GetFaceSearchOutput struct {
	Progress
	Persons       []PersonMatch
	VideoMetadata *VideoMetadata `json:",omitempty"`
}

// A PersonMatch is somebody in a video, when he or she is seen, and who that is.
type PersonMatch struct {
	Timestamp   int64 // milliseconds from the beginning
	Person      PersonDetail
	FaceMatches []FaceMatch `json:",omitempty"` // the most similar first
}

// A PersonDetail is somebody in a video.
type PersonDetail struct {
	Index       int64        // the same for the same person in one video
	BoundingBox *BoundingBox `json:",omitempty"` // of the body
	Face        *FaceDetail  `json:",omitempty"`
}

// GetFaceSearch asks how far a job of StartFaceSearch is, and what it has found.
func GetFaceSearch(f *flow.Flow, name string, in *GetFaceSearchInput, opts ...flow.TaskOption) *GetFaceSearchOutput {
	return call[GetFaceSearchOutput](f, name, "getFaceSearch", in, opts)
}
