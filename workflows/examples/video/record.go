package video

import (
	"time"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/dynamodb"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/flow/sns"
	"github.com/stepwright/stepwright/flow/sqs"
)

// What the workflows use; a stack binds the names.
var (
	// Runs holds one record for each run.
	Runs = dynamodb.TableOf("Runs", func(r *Record) *string { return &r.GUID })

	// One topic carries the notices; each kind has a type of its own.
	ingested  = sns.TopicOf[IngestNotice]("Notices")
	questions = sns.TopicOf[ApprovalNotice]("Notices")
	failures  = sns.TopicOf[ErrorNotice]("Notices")
	finished  = sns.TopicOf[Record]("Notices")

	// Results gets the record of every run that is complete.
	Results = sqs.QueueOf[Record]("Results")
	// StartDLQ keeps events that could not be delivered.
	StartDLQ = sqs.QueueOf[EncodeEvent]("StartDLQ")

	// MediaRole is what MediaConvert reads sources and writes renditions with; PackageRole is MediaPackage's.
	MediaRole, PackageRole = flow.Role("MediaRole"), flow.Role("PackageRole")
	// PackagingGroup is the id of the packaging group.
	PackagingGroup = flow.Parameter("PackagingGroup")
)

// What a record's workflowStatus may be.
const (
	StatusIngest   = "Ingest"
	StatusPending  = "PendingApproval"
	StatusEncoding = "Encoding"
	StatusComplete = "Complete"
	StatusError    = "Error"
	StatusRejected = "Rejected"
)

// When a person is asked (a record's approval).
const (
	BeforeEncode  = "before-encode"
	BeforePublish = "before-publish"
)

// A Record is the item of a run: its settings, what is known of the source, and what came of it.
type Record struct {
	GUID            string    `json:"guid"`
	StartTime       time.Time `json:"startTime"`
	WorkflowTrigger string    `json:"workflowTrigger"` // Video or Metadata
	WorkflowStatus  string    `json:"workflowStatus"`
	WorkflowName    string    `json:"workflowName"` // the stack's

	SrcBucket       string `json:"srcBucket"`
	SrcVideo        string `json:"srcVideo"`
	SrcMetadataFile string `json:"srcMetadataFile,omitempty"`
	DestBucket      string `json:"destBucket"`
	CloudFront      string `json:"cloudFront"`

	FrameCapture           bool              `json:"frameCapture"`
	EnableSNS              bool              `json:"enableSns"`
	EnableSQS              bool              `json:"enableSqs"`
	EnableMediaPackage     bool              `json:"enableMediaPackage"`
	ArchiveSource          string            `json:"archiveSource"`          // GLACIER, DEEP_ARCHIVE or DISABLED
	InputRotate            string            `json:"inputRotate"`            // AUTO, DEGREE_0, DEGREES_90, …
	AcceleratedTranscoding string            `json:"acceleratedTranscoding"` // ENABLED, PREFERRED or DISABLED
	JobTemplate2160        string            `json:"jobTemplate_2160p"`
	JobTemplate1080        string            `json:"jobTemplate_1080p"`
	JobTemplate720         string            `json:"jobTemplate_720p"`
	Approval               string            `json:"approval,omitempty"`         // before-encode, before-publish; absent: nobody is asked
	MaxOutputMinutes       float64           `json:"maxOutputMinutes,omitempty"` // absent: no limit
	UserMetadata           map[string]string `json:"userMetadata,omitempty"`     // title, genre, …
	Warnings               []string          `json:"warnings,omitempty"`
	SrcMediainfo           string            `json:"srcMediainfo,omitempty"` // JSON
	SrcHeight              int               `json:"srcHeight,omitempty"`
	SrcWidth               int               `json:"srcWidth,omitempty"`
	EffectiveHeight        int               `json:"effectiveHeight,omitempty"` // the smaller side, after rotation
	DurationSeconds        float64           `json:"durationSeconds,omitempty"`
	HasAudio               bool              `json:"hasAudio,omitempty"`
	EstimatedOutputMinutes float64           `json:"estimatedOutputMinutes,omitempty"` // duration times renditions
	EncodingProfile        int               `json:"encodingProfile,omitempty"`        // 2160, 1080 or 720
	FrameCaptureHeight     int               `json:"frameCaptureHeight,omitempty"`
	FrameCaptureWidth      int               `json:"frameCaptureWidth,omitempty"`
	JobTemplate            string            `json:"jobTemplate,omitempty"` // the one in use; from Ingest: the one asked for
	IsCustomTemplate       bool              `json:"isCustomTemplate,omitempty"`
	EncodingJob            string            `json:"encodingJob,omitempty"` // the job's settings, as JSON
	EncodeJobID            string            `json:"encodeJobId,omitempty"`
	MediaPackageResourceID string            `json:"mediaPackageResourceId,omitempty"`
	EgressEndpoints        map[string]string `json:"egressEndpoints,omitempty"` // by HLS, DASH, MSS and CMAF
	WorkflowErrorAt        string            `json:"workflowErrorAt,omitempty"` // a state, or Encoding
	ErrorMessage           string            `json:"errorMessage,omitempty"`
	ErrorDetails           string            `json:"errorDetails,omitempty"` // a link to the console

	// EncodeTaskToken resumes the Process that waits for the job.
	EncodeTaskToken run.Token[EncodeEvent] `json:"encodeTaskToken,omitempty"`
	EncodingOutput  *EncodeEvent           `json:"encodingOutput,omitempty"`

	Outputs
}

// Outputs are where the renditions are, in the bucket and on the web.
type Outputs struct {
	EndTime          time.Time `json:"endTime,omitzero"`
	HLSPlaylist      string    `json:"hlsPlaylist,omitempty"`
	HLSURL           string    `json:"hlsUrl,omitempty"`
	DASHPlaylist     string    `json:"dashPlaylist,omitempty"`
	DASHURL          string    `json:"dashUrl,omitempty"`
	MSSPlaylist      string    `json:"mssPlaylist,omitempty"`
	MSSURL           string    `json:"mssUrl,omitempty"`
	CMAFDASHPlaylist string    `json:"cmafDashPlaylist,omitempty"`
	CMAFDASHURL      string    `json:"cmafDashUrl,omitempty"`
	CMAFHLSPlaylist  string    `json:"cmafHlsPlaylist,omitempty"`
	CMAFHLSURL       string    `json:"cmafHlsUrl,omitempty"`
	MP4Outputs       []string  `json:"mp4Outputs,omitempty"`
	MP4URLs          []string  `json:"mp4Urls,omitempty"`
	Thumbnails       []string  `json:"thumbNails,omitempty"`
	ThumbnailURLs    []string  `json:"thumbNailsUrls,omitempty"`
}

// An IngestNotice says that a run has begun.
type IngestNotice struct {
	Status   string `json:"status"`
	GUID     string `json:"guid"`
	SrcVideo string `json:"srcVideo"`
}

// An ErrorNotice says that a run has failed, where and why.
type ErrorNotice struct {
	GUID            string `json:"guid"`
	WorkflowStatus  string `json:"workflowStatus"`
	WorkflowErrorAt string `json:"workflowErrorAt"`
	ErrorMessage    string `json:"errorMessage"`
	ErrorDetails    string `json:"errorDetails"`
}

// subject is the line above a notice.
func subject(f *flow.Flow, status string, guid *string) flow.TaskOption {
	return sns.Subject(flow.Text(f, "Workflow Status:: "+status+":: ", guid))
}
