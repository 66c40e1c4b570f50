package rekognition

import "github.com/stepwright/stepwright/flow"

// A DetectLabelsInput asks what is on a picture.
type DetectLabelsInput struct {
	Image         *Image                `flow:"required"`
	MaxLabels     *int                  `json:",omitempty"` // absent: all that are found
	MinConfidence *float64              `json:",omitempty"` // percent; absent: 55
	Features      []*string             `json:",omitempty"` // GENERAL_LABELS, IMAGE_PROPERTIES; absent: labels
	Settings      *DetectLabelsSettings `json:",omitempty"`
}

// DetectLabelsSettings say which labels to look for, and how many colours.
type DetectLabelsSettings struct {
	GeneralLabels   *GeneralLabelsSettings   `json:",omitempty"`
	ImageProperties *ImagePropertiesSettings `json:",omitempty"`
}

// GeneralLabelsSettings say which labels to look for: some, or all but some; by name or by category.
type GeneralLabelsSettings struct {
	LabelInclusionFilters         []*string `json:",omitempty"`
	LabelExclusionFilters         []*string `json:",omitempty"`
	LabelCategoryInclusionFilters []*string `json:",omitempty"`
	LabelCategoryExclusionFilters []*string `json:",omitempty"`
}

// ImagePropertiesSettings say how many colours to find.
type ImagePropertiesSettings struct {
	MaxDominantColors *int `json:",omitempty"` // absent: 10
}

// A DetectLabelsOutput says what is on a picture, the surest first.
type DetectLabelsOutput struct {
	Labels            []Label
	LabelModelVersion string           `json:",omitempty"`
	ImageProperties   *ImageProperties `json:",omitempty"` // if they were asked for
}

// A Label is a thing, a scene or an idea that a picture shows.
type Label struct {
	Name       string
	Confidence float64 // percent
	Instances  []Instance
	Parents    []Parent
	Aliases    []Alias    `json:",omitempty"`
	Categories []Category `json:",omitempty"`
}

// An Instance is one place where a thing is seen.
type Instance struct {
	BoundingBox    BoundingBox
	Confidence     float64
	DominantColors []DominantColor `json:",omitempty"`
}

// A Parent is a more general label.
type Parent struct{ Name string }

// An Alias is another name of a label.
type Alias struct{ Name string }

// A Category is what kind of label a label is.
type Category struct{ Name string }

// ImageProperties are a picture's quality and colours, as a whole, before and behind.
type ImageProperties struct {
	Quality        ImageQuality
	DominantColors []DominantColor
	Foreground     *ImagePart `json:",omitempty"`
	Background     *ImagePart `json:",omitempty"`
}

// An ImagePart is the foreground or the background of a picture.
type ImagePart struct {
	Quality        ImageQuality
	DominantColors []DominantColor
}

// ImageQuality says how good a picture, or a part of it, is: 0 to 100.
type ImageQuality struct{ Brightness, Sharpness, Contrast float64 }

// A DominantColor is a colour that much of a picture has.
type DominantColor struct {
	Red, Green, Blue int
	HexCode          string
	CSSColor         string  // "darkslategrey"
	SimplifiedColor  string  // "grey"
	PixelPercent     float64 `json:",omitempty"`
}

// DetectLabels finds out what is on a picture.
func DetectLabels(f *flow.Flow, name string, in *DetectLabelsInput, opts ...flow.TaskOption) *DetectLabelsOutput {
	return call[DetectLabelsOutput](f, name, "detectLabels", in, opts)
}

// A DetectModerationLabelsInput asks whether a picture should not be shown to everybody.
type DetectModerationLabelsInput struct {
	Image           *Image   `flow:"required"`
	MinConfidence   *float64 `json:",omitempty"` // percent; absent: 50
	ProjectVersion  *string  `json:",omitempty"` // the ARN of an adapter
	HumanLoopConfig any      `json:",omitempty"` // a literal of maps
}

// A DetectModerationLabelsOutput says why a picture should not be shown to everybody; without labels, it may be.
type DetectModerationLabelsOutput struct {
	ModerationLabels       []ModerationLabel
	ModerationModelVersion string        `json:",omitempty"`
	ContentTypes           []ContentType `json:",omitempty"` // Animated Content, Illustrated Content, …
	ProjectVersion         string        `json:",omitempty"`
}

// A ModerationLabel is a kind of content that not everybody may want to see.
type ModerationLabel struct {
	Name          string
	ParentName    string  // empty for labels of the first level
	Confidence    float64 // percent
	TaxonomyLevel int     `json:",omitempty"` // 1 to 3
}

// A ContentType says of what kind a picture is.
type ContentType struct {
	Name       string
	Confidence float64
}

// DetectModerationLabels finds out whether a picture should not be shown to everybody.
func DetectModerationLabels(f *flow.Flow, name string, in *DetectModerationLabelsInput, opts ...flow.TaskOption) *DetectModerationLabelsOutput {
	return call[DetectModerationLabelsOutput](f, name, "detectModerationLabels", in, opts)
}

// A DetectProtectiveEquipmentInput asks what people on a picture wear.
type DetectProtectiveEquipmentInput struct {
	Image                   *Image                   `flow:"required"`
	SummarizationAttributes *SummarizationAttributes `json:",omitempty"`
}

// SummarizationAttributes say what people must wear.
type SummarizationAttributes struct {
	MinConfidence          *float64  `flow:"required"` // percent, 50 or more
	RequiredEquipmentTypes []*string `flow:"required"` // FACE_COVER, HAND_COVER, HEAD_COVER
}

// A DetectProtectiveEquipmentOutput says who wears what.
type DetectProtectiveEquipmentOutput struct {
	Persons []ProtectedPerson
	Summary *ProtectiveEquipmentSummary `json:",omitempty"` // if it was asked for
}

// A ProtectedPerson is somebody on a picture.
type ProtectedPerson struct {
	ID          int `json:"Id"`
	BodyParts   []ProtectedBodyPart
	BoundingBox BoundingBox
	Confidence  float64
}

// A ProtectedBodyPart is a part of somebody's body, and what covers it.
type ProtectedBodyPart struct {
	Name                string // FACE, HEAD, LEFT_HAND or RIGHT_HAND
	Confidence          float64
	EquipmentDetections []EquipmentDetection
}

// An EquipmentDetection is a piece of equipment.
type EquipmentDetection struct {
	Type           string // FACE_COVER, HAND_COVER or HEAD_COVER
	BoundingBox    BoundingBox
	Confidence     float64
	CoversBodyPart Answer
}

// A ProtectiveEquipmentSummary says who wears all that is required, by the ids of the persons.
type ProtectiveEquipmentSummary struct {
	PersonsWithRequiredEquipment    []int
	PersonsWithoutRequiredEquipment []int
	PersonsIndeterminate            []int
}

// DetectProtectiveEquipment finds out who on a picture wears covers on face, hands and head.
func DetectProtectiveEquipment(f *flow.Flow, name string, in *DetectProtectiveEquipmentInput, opts ...flow.TaskOption) *DetectProtectiveEquipmentOutput {
	return call[DetectProtectiveEquipmentOutput](f, name, "detectProtectiveEquipment", in, opts)
}
