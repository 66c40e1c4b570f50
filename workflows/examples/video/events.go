package video

import (
	"time"

	"github.com/stepwright/stepwright/flow"
)

// A StartEvent is the input of Ingest: "Object Created" as EventBridge sends it. Nothing in it is certain, so that an
// event of another shape becomes a run that fails visibly.
type StartEvent struct {
	Time   *time.Time   `json:"time,omitempty"`
	Detail *StartDetail `json:"detail,omitempty"`
	RunID  string       `json:"runId,omitempty"` // makes another run of the same object
}

// A StartDetail names the object.
type StartDetail struct {
	Bucket *StartBucket `json:"bucket,omitempty"`
	Object *StartObject `json:"object,omitempty"`
}

// A StartBucket is the bucket of an event.
type StartBucket struct {
	Name string `json:"name"`
}

// A StartObject is the object of an event. Its key is exact: nothing in it is encoded.
type StartObject struct {
	Key       string `json:"key"`
	Size      int    `json:"size"`
	ETag      string `json:"etag,omitempty"`
	VersionID string `json:"version-id,omitempty"`
	Sequencer string `json:"sequencer,omitempty"`
}

// An Identity is what is known of a run from its event alone.
type Identity struct {
	GUID   string `json:"guid"`
	Bucket string `json:"srcBucket,omitempty"`
	Key    string `json:"key,omitempty"`
}

// identify finds out which object an event is about. It never fails.
func identify(f *flow.Flow, event *StartEvent) *Identity {
	id := &Identity{}
	return flow.Fill(f, id,
		flow.Set(&id.GUID, guidOf(f, event, &flow.Execution(f).Name)),
		flow.Set(&id.Bucket, &event.Detail.Bucket.Name), flow.Set(&id.Key, &event.Detail.Object.Key))
}

// guidOf works out a run's guid, of the shape of a UUID, from bucket, key, version and run id: the same event gives the
// same guid. An event that names no object gives one that is called after the execution.
func guidOf(f *flow.Flow, event *StartEvent, execution *string) *string {
	bucket, object := &event.Detail.Bucket.Name, event.Detail.Object
	version := flow.OrElse(f, &object.VersionID, flow.Text(f, &object.ETag, &object.Sequencer))
	guid := flow.JSONata[string](f, `(
    $h := $hash($1, "SHA-256");
    $join([$substring($h, 0, 8), $substring($h, 8, 4), $substring($h, 12, 4), $substring($h, 16, 4), $substring($h, 20, 12)], "-")
)`, flow.Text(f, bucket, "\n", &object.Key, "\n", version, "\n", &event.RunID))
	return flow.If(f, flow.And(flow.Exists(bucket), flow.Exists(&object.Key)), guid, flow.Text(f, "unknown-", execution))
}

// An EncodeEvent is "MediaConvert Job State Change" as EventBridge sends it: what EncodeEvents gets, what Process waits
// for, and what Publish begins with.
type EncodeEvent struct {
	Time   *time.Time   `json:"time,omitempty"`
	Detail EncodeDetail `json:"detail"`
}

// An EncodeDetail is what MediaConvert tells about a job.
type EncodeDetail struct {
	JobID        string        `json:"jobId"`
	Status       string        `json:"status"`
	UserMetadata UserMetadata  `json:"userMetadata"`
	OutputGroups []OutputGroup `json:"outputGroupDetails,omitempty"` // of a job that is complete
	ErrorCode    *int          `json:"errorCode,omitempty"`          // of one that failed
	ErrorMessage string        `json:"errorMessage,omitempty"`

	// Reconstructed says that this is no event but a job that was asked about, which does not tell where its outputs are.
	Reconstructed bool `json:"reconstructed,omitempty"`
}

// UserMetadata is what Process has given the job to carry.
type UserMetadata struct {
	GUID     string `json:"guid"`
	Workflow string `json:"workflow,omitempty"` // the stack's name
}

// An OutputGroup is what came of one output group.
type OutputGroup struct {
	Type      string   `json:"type"` // HLS_GROUP, DASH_ISO_GROUP, CMAF_GROUP, MS_SMOOTH_GROUP or FILE_GROUP
	Playlists []string `json:"playlistFilePaths,omitempty"`
	Outputs   []Output `json:"outputDetails,omitempty"`
}

// An Output is what came of one output.
type Output struct {
	Files        []string `json:"outputFilePaths,omitempty"`
	DurationInMs int      `json:"durationInMs,omitempty"`
}

// reconstructed is the event that a complete job would have sent.
func reconstructed(f *flow.Flow, job, guid *string) *EncodeEvent {
	e := &EncodeEvent{Detail: EncodeDetail{Status: "COMPLETE", Reconstructed: true}}
	return flow.Fill(f, e, flow.Set(&e.Detail.JobID, job), flow.Set(&e.Detail.UserMetadata.GUID, guid))
}
