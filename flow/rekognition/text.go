package rekognition

import "github.com/stepwright/stepwright/flow"

// A DetectTextInput asks what is written on a picture.
type DetectTextInput struct {
	Image   *Image       `flow:"required"`
	Filters *TextFilters `json:",omitempty"`
}

// TextFilters say which words matter, and where.
type TextFilters struct {
	WordFilter        *WordFilter        `json:",omitempty"`
	RegionsOfInterest []RegionOfInterest `json:",omitempty"`
}

// A WordFilter says which words matter.
type WordFilter struct {
	MinConfidence        *float64 `json:",omitempty"` // percent; absent: 80
	MinBoundingBoxHeight *float64 `json:",omitempty"` // as fractions of the picture
	MinBoundingBoxWidth  *float64 `json:",omitempty"`
}

// A RegionOfInterest is the part of a picture to look at.
type RegionOfInterest struct {
	BoundingBox *BoundingBox `json:",omitempty"`
	Polygon     []Point      `json:",omitempty"`
}

// A DetectTextOutput says what is written on a picture: lines, and the words in them.
type DetectTextOutput struct {
	TextDetections   []TextDetection
	TextModelVersion string `json:",omitempty"`
}

// A TextDetection is a line or a word.
type TextDetection struct {
	DetectedText string
	Type         string // LINE or WORD
	ID           int    `json:"Id"`
	ParentID     int    `json:"ParentId,omitempty"` // of a word: its line's ID
	Confidence   float64
	Geometry     Geometry
}

// DetectText finds out what is written on a picture.
func DetectText(f *flow.Flow, name string, in *DetectTextInput, opts ...flow.TaskOption) *DetectTextOutput {
	return call[DetectTextOutput](f, name, "detectText", in, opts)
}
