package rekognition

import "github.com/stepwright/stepwright/flow"

// A DetectFacesInput asks for the faces on a picture.
type DetectFacesInput struct {
	Image      *Image    `flow:"required"`
	Attributes []*string `json:",omitempty"` // DEFAULT, ALL or single ones; absent: DEFAULT
}

// A DetectFacesOutput lists the faces on a picture, the largest first, at most 100.
type DetectFacesOutput struct{ FaceDetails []FaceDetail }

// A FaceDetail is one face. Most members are there only if they were asked for.
type FaceDetail struct {
	BoundingBox  BoundingBox
	Confidence   float64 // percent: that it is a face
	Landmarks    []Landmark
	Pose         Pose
	Quality      Quality
	AgeRange     *AgeRange     `json:",omitempty"`
	Gender       *Gender       `json:",omitempty"`
	Emotions     []Emotion     `json:",omitempty"`
	Smile        *Answer       `json:",omitempty"`
	Eyeglasses   *Answer       `json:",omitempty"`
	Sunglasses   *Answer       `json:",omitempty"`
	Beard        *Answer       `json:",omitempty"`
	Mustache     *Answer       `json:",omitempty"`
	EyesOpen     *Answer       `json:",omitempty"`
	MouthOpen    *Answer       `json:",omitempty"`
	FaceOccluded *Answer       `json:",omitempty"`
	EyeDirection *EyeDirection `json:",omitempty"`
}

// An Answer is yes or no, and how sure that is in percent.
type Answer struct {
	Value      bool
	Confidence float64
}

// A Gender is what somebody looks like.
type Gender struct {
	Value      string // Male or Female
	Confidence float64
}

// An AgeRange is how old somebody looks, in years.
type AgeRange struct{ Low, High int }

// An Emotion is how somebody looks.
type Emotion struct {
	Type       string // HAPPY, SAD, CALM, …
	Confidence float64
}

// A Landmark is a part of a face and where it is, as fractions of the picture.
type Landmark struct {
	Type string // eyeLeft, nose, mouthRight, …
	X, Y float64
}

// A Pose is where a face looks, in degrees.
type Pose struct{ Roll, Yaw, Pitch float64 }

// An EyeDirection is where eyes look, in degrees.
type EyeDirection struct{ Yaw, Pitch, Confidence float64 }

// DetectFaces finds the faces on a picture.
func DetectFaces(f *flow.Flow, name string, in *DetectFacesInput, opts ...flow.TaskOption) *DetectFacesOutput {
	return call[DetectFacesOutput](f, name, "detectFaces", in, opts)
}

// A CompareFacesInput asks where on one picture the largest face of another one is.
type CompareFacesInput struct {
	SourceImage         *Image   `flow:"required"`
	TargetImage         *Image   `flow:"required"`
	SimilarityThreshold *float64 `json:",omitempty"` // percent; absent: 80
	QualityFilter       *string  `json:",omitempty"` // NONE, AUTO, LOW, MEDIUM or HIGH
}

// A CompareFacesOutput says which faces of the target are that of the source, and which are not.
type CompareFacesOutput struct {
	SourceImageFace ComparedSourceFace
	FaceMatches     []CompareFacesMatch
	UnmatchedFaces  []ComparedFace
}

// A ComparedSourceFace is the face that was looked for.
type ComparedSourceFace struct {
	BoundingBox BoundingBox
	Confidence  float64
}

// A CompareFacesMatch is a face that was found.
type CompareFacesMatch struct {
	Similarity float64 // percent
	Face       ComparedFace
}

// A ComparedFace is one face of the target.
type ComparedFace struct {
	BoundingBox BoundingBox
	Confidence  float64
	Landmarks   []Landmark
	Pose        Pose
	Quality     Quality
	Emotions    []Emotion `json:",omitempty"`
	Smile       *Answer   `json:",omitempty"`
}

// CompareFaces finds the face of one picture on another one.
func CompareFaces(f *flow.Flow, name string, in *CompareFacesInput, opts ...flow.TaskOption) *CompareFacesOutput {
	return call[CompareFacesOutput](f, name, "compareFaces", in, opts)
}

// A RecognizeCelebritiesInput asks who of the famous is on a picture.
type RecognizeCelebritiesInput struct {
	Image *Image `flow:"required"`
}

// A RecognizeCelebritiesOutput says who is on a picture, and which faces are not known.
type RecognizeCelebritiesOutput struct {
	CelebrityFaces    []Celebrity
	UnrecognizedFaces []ComparedFace
}

// A Celebrity is somebody famous.
type Celebrity struct {
	ID              string `json:"Id"`
	Name            string
	Face            ComparedFace
	MatchConfidence float64 // percent
	Urls            []string
	KnownGender     *KnownGender `json:",omitempty"`
}

// A KnownGender is what somebody famous says of himself or herself.
type KnownGender struct {
	Type string // Male, Female, Nonbinary or Unlisted
}

// RecognizeCelebrities finds out who of the famous is on a picture.
func RecognizeCelebrities(f *flow.Flow, name string, in *RecognizeCelebritiesInput, opts ...flow.TaskOption) *RecognizeCelebritiesOutput {
	return call[RecognizeCelebritiesOutput](f, name, "recognizeCelebrities", in, opts)
}
