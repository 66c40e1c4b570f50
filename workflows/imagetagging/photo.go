package imagetagging

import (
	"time"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/dynamodb"
	"github.com/stepwright/stepwright/flow/sns"
	"github.com/stepwright/stepwright/lambdas/imagetagging"
)

// What the workflows use; a stack binds the names.
var (
	// Photos holds one item for each photo.
	Photos = dynamodb.TableOf("Photos", func(p *Photo) *string { return &p.ID })
	// Failures tells whoever subscribes which photos failed.
	Failures = sns.TopicOf[Failed]("Failures")
)

// The states that a photo is in (ProcessingStatus).
const (
	StatusPending   = "PENDING" // made by the app before the upload
	StatusRunning   = "RUNNING"
	StatusSucceeded = "SUCCEEDED"
	StatusFailed    = "FAILED"
	StatusApproval  = "PENDING_APPROVAL"
)

// A Photo is an item of the Photos table. The app may write albumId, owner, uploadTime and bucket before the upload;
// what it did not write of the last three, the workflow adds.
type Photo struct {
	ID           string    `json:"id"`
	AlbumID      string    `json:"albumId,omitempty"`
	Owner        string    `json:"owner,omitempty"`
	UploadTime   time.Time `json:"uploadTime"`
	Bucket       string    `json:"bucket"`
	Status       string    `json:"ProcessingStatus"`
	ExecutionArn string    `json:"SfnExecutionArn"`
	Sequencer    string    `json:"sequencer"` // orders the events of one object
	VersionID    string    `json:"versionId,omitempty"`

	Fullsize     Picture      `json:"fullsize"`
	Format       string       `json:"format,omitempty"`
	FileSize     int          `json:"fileSize,omitempty"`
	CreationTime string       `json:"creationTime,omitempty"`
	ExifMake     string       `json:"exifMake,omitempty"`
	ExifModel    string       `json:"exifModel,omitempty"`
	Orientation  int          `json:"orientation,omitempty"`
	GeoLocation  *GeoLocation `json:"geoLocation,omitempty"`
	Warnings     []string     `json:"warnings,omitempty"`

	ObjectDetected []string `json:"objectDetected"` // the labels, the surest first
	Thumbnail      Picture  `json:"thumbnail"`

	ErrorAt      string    `json:"errorAt,omitempty"` // the state that failed
	ErrorName    string    `json:"errorName,omitempty"`
	ErrorMessage string    `json:"errorMessage,omitempty"`
	FailedAt     time.Time `json:"failedAt,omitzero"`
}

// A Picture is an object in the photo bucket and its size in pixels.
type Picture struct {
	Key    string `json:"key"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
}

// A GeoLocation is where a photo was taken.
type GeoLocation struct {
	Latitude  imagetagging.Coordinate
	Longitude imagetagging.Coordinate
}

// A Failed is the message that Failures carries.
type Failed struct {
	Photo        string `json:"photo"`
	Bucket       string `json:"bucket,omitempty"`
	Key          string `json:"key,omitempty"`
	ErrorAt      string `json:"errorAt,omitempty"`
	ErrorName    string `json:"errorName"`
	ErrorMessage string `json:"errorMessage"`
}

// How patient the workflows are.
var (
	never     = flow.Backoff{}
	patiently = flow.Backoff{Attempts: 6, First: 2 * time.Second, Rate: 2, Max: 30 * time.Second, Jitter: true}
	briefly   = flow.Backoff{Attempts: 2, First: time.Second, Rate: 1.5}

	retryAll  = flow.Retry(flow.AnyError, briefly)
	throttled = flow.Retry(dynamodb.Throttled, patiently)
	conflicts = flow.Retry(dynamodb.ConditionFailed, never) // trying again does not help
	quickly   = flow.Timeout(30 * time.Second)

	regardless = flow.Catch(flow.AnyError, func(*flow.Caught) {})
)
