package imagetagging

// A Job says which object to work on: the execution's input in the compact
// form of section 5.1 of the specification. Keys are exact, never decoded here.
type Job struct {
	S3Bucket  string `json:"s3Bucket"`
	S3Key     string `json:"s3Key"`
	ObjectID  string `json:"objectID"`            // the photo's id in the Photos table
	VersionID string `json:"versionId,omitempty"` // empty: the current version
	Sequencer string `json:"sequencer"`           // orders the events of one key
	Size      int    `json:"size,omitempty"`      // bytes, if the event told
}

// Metadata is what Extract finds out about a photo without decoding its
// pixels (section 5.2).
type Metadata struct {
	Format           string     `json:"format"`                    // from the content: JPEG, PNG, GIF, …
	Dimensions       Dimensions `json:"dimensions"`                // as displayed, after Orientation
	StoredDimensions Dimensions `json:"storedDimensions"`          // as stored, before Orientation
	FileSize         int        `json:"fileSize"`                  // bytes
	CreationTime     string     `json:"creationTime,omitempty"`    // YYYY:MM:DD hh:mm:ss, as the camera wrote it
	CreationTimeISO  string     `json:"creationTimeISO,omitempty"` // YYYY-MM-DDThh:mm:ss, in the camera's own zone
	ExifMake         string     `json:"exifMake,omitempty"`        // at most 128 characters, no control characters
	ExifModel        string     `json:"exifModel,omitempty"`       // likewise
	Orientation      int        `json:"orientation"`               // EXIF's 1 to 8; 1 if not told
	Geo              *Geo       `json:"geo,omitempty"`             // where the photo was taken
	Warnings         []string   `json:"warnings"`                  // what was odd but did not stop the work; never nil
}

// Dimensions are pixels.
type Dimensions struct {
	Width  int `json:"width"`
	Height int `json:"height"`
}

// Geo is a place on Earth, once as cameras write it and once in degrees.
type Geo struct {
	Latitude  Coordinate `json:"latitude"`  // Direction N or S
	Longitude Coordinate `json:"longitude"` // Direction E or W
	Decimal   LatLon     `json:"decimal"`
}

// A Coordinate is an angle in degrees, minutes and seconds.
type Coordinate struct {
	D         int     `json:"D"`
	M         int     `json:"M"`
	S         float64 `json:"S"`
	Direction string  `json:"Direction"` // N, S, E or W
}

// LatLon is a place in decimal degrees; south and west are negative.
type LatLon struct {
	Lat float64 `json:"lat"`
	Lon float64 `json:"lon"`
}

// The modes of Thumbnail.
const (
	ModePreview  = "preview"  // a small picture for people, under resized/
	ModeAnalysis = "analysis" // a JPEG within the limits of recognition, under analysis/
)

// Resize asks Thumbnail for a smaller copy of a photo.
type Resize struct {
	Job      Job      `json:"job"`
	Metadata Metadata `json:"metadata"` // what Extract returned
	Mode     string   `json:"mode"`     // ModePreview or ModeAnalysis
}

// A Preview is the smaller copy that Thumbnail wrote (section 5.3).
type Preview struct {
	Key    string `json:"s3key"`
	Bucket string `json:"s3Bucket"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
}
