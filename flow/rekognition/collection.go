package rekognition

import "github.com/stepwright/stepwright/flow"

// A CreateCollectionInput names a collection of faces.
type CreateCollectionInput struct {
	CollectionID *string            `json:"CollectionId" flow:"required"`
	Tags         map[string]*string `json:",omitempty"`
}

// A CreateCollectionOutput names the collection that was made.
type CreateCollectionOutput struct {
	CollectionArn    string
	FaceModelVersion string
	StatusCode       int
}

// CreateCollection makes a collection of faces.
func CreateCollection(f *flow.Flow, name string, in *CreateCollectionInput, opts ...flow.TaskOption) *CreateCollectionOutput {
	return call[CreateCollectionOutput](f, name, "createCollection", in, opts)
}

// An IndexFacesInput puts the faces of a picture into a collection.
type IndexFacesInput struct {
	CollectionID        *string   `json:"CollectionId" flow:"required"`
	Image               *Image    `flow:"required"`
	ExternalImageID     *string   `json:"ExternalImageId,omitempty"` // what the faces are found by: letters, digits and _.-:
	DetectionAttributes []*string `json:",omitempty"`                // DEFAULT, ALL or single ones
	MaxFaces            *int      `json:",omitempty"`                // the largest first
	QualityFilter       *string   `json:",omitempty"`                // NONE, AUTO, LOW, MEDIUM or HIGH
}

// An IndexFacesOutput says which faces are in the collection now.
type IndexFacesOutput struct {
	FaceRecords      []FaceRecord
	UnindexedFaces   []UnindexedFace
	FaceModelVersion string `json:",omitempty"`
}

// A FaceRecord is a face in a collection, and what it looks like.
type FaceRecord struct {
	Face       Face
	FaceDetail FaceDetail
}

// An UnindexedFace is a face that was left out.
type UnindexedFace struct {
	Reasons    []string // LOW_CONFIDENCE, SMALL_BOUNDING_BOX, …
	FaceDetail FaceDetail
}

// A Face is a face in a collection.
type Face struct {
	FaceID          string `json:"FaceId"`
	ImageID         string `json:"ImageId"`
	ExternalImageID string `json:"ExternalImageId,omitempty"`
	UserID          string `json:"UserId,omitempty"`
	BoundingBox     BoundingBox
	Confidence      float64
}

// IndexFaces puts the faces of a picture into a collection.
func IndexFaces(f *flow.Flow, name string, in *IndexFacesInput, opts ...flow.TaskOption) *IndexFacesOutput {
	return call[IndexFacesOutput](f, name, "indexFaces", in, opts)
}

// A SearchFacesByImageInput asks who in a collection has the largest face on a picture.
type SearchFacesByImageInput struct {
	CollectionID       *string  `json:"CollectionId" flow:"required"`
	Image              *Image   `flow:"required"`
	MaxFaces           *int     `json:",omitempty"`
	FaceMatchThreshold *float64 `json:",omitempty"` // percent; absent: 80
	QualityFilter      *string  `json:",omitempty"` // NONE, AUTO, LOW, MEDIUM or HIGH
}

// A SearchFacesByImageOutput lists the faces that were found, the most similar first.
type SearchFacesByImageOutput struct {
	FaceMatches             []FaceMatch
	SearchedFaceBoundingBox BoundingBox
	SearchedFaceConfidence  float64
	FaceModelVersion        string `json:",omitempty"`
}

// A FaceMatch is a face of a collection, and how similar it is.
type FaceMatch struct {
	Similarity float64 // percent
	Face       Face
}

// SearchFacesByImage finds the largest face of a picture in a collection. A picture without a face is Refused.
func SearchFacesByImage(f *flow.Flow, name string, in *SearchFacesByImageInput, opts ...flow.TaskOption) *SearchFacesByImageOutput {
	return call[SearchFacesByImageOutput](f, name, "searchFacesByImage", in, opts)
}

// A SearchFacesInput asks which faces of a collection are like one of them.
type SearchFacesInput struct {
	CollectionID       *string  `json:"CollectionId" flow:"required"`
	FaceID             *string  `json:"FaceId" flow:"required"`
	MaxFaces           *int     `json:",omitempty"`
	FaceMatchThreshold *float64 `json:",omitempty"` // percent; absent: 80
}

// A SearchFacesOutput lists the faces that were found, the most similar first.
type SearchFacesOutput struct {
	FaceMatches      []FaceMatch
	SearchedFaceID   string `json:"SearchedFaceId"`
	FaceModelVersion string `json:",omitempty"`
}

// SearchFaces finds the faces of a collection that are like one of them.
func SearchFaces(f *flow.Flow, name string, in *SearchFacesInput, opts ...flow.TaskOption) *SearchFacesOutput {
	return call[SearchFacesOutput](f, name, "searchFaces", in, opts)
}

// A DeleteFacesInput says which faces to take out of a collection.
type DeleteFacesInput struct {
	CollectionID *string   `json:"CollectionId" flow:"required"`
	FaceIDs      *[]string `json:"FaceIds" flow:"required"`
}

// A DeleteFacesOutput lists the faces that were taken out.
type DeleteFacesOutput struct{ DeletedFaces []string }

// DeleteFaces takes faces out of a collection.
func DeleteFaces(f *flow.Flow, name string, in *DeleteFacesInput, opts ...flow.TaskOption) *DeleteFacesOutput {
	return call[DeleteFacesOutput](f, name, "deleteFaces", in, opts)
}
