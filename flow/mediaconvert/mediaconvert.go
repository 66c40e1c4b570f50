// Package mediaconvert transcodes video with AWS Elemental MediaConvert. Jobs are created through the optimized
// integration, which can also wait for their end (CreateJobSync); all else goes through the AWS SDK integration.
//
//	job := mediaconvert.CreateJob(f, "Encode", &mediaconvert.CreateJobInput{
//		Role: MediaRole.Ref(), JobTemplate: &encoding.Template, Settings: &built.Settings,
//		ClientRequestToken: &in.GUID, UserMetadata: map[string]*string{"guid": &in.GUID},
//	}, flow.Retry(mediaconvert.Busy, patiently))
//
// What a job does, its Settings, is open: some hundreds of members that a handler, a job template or a literal of maps
// knows best. Members that users read are typed; an answer has more of them.
package mediaconvert

import (
	"time"

	"github.com/stepwright/stepwright/flow"
)

// The errors of MediaConvert, by what to do about them. Both integrations are documented with the same prefix (that
// the optimized one uses it is unverified).
var (
	// Busy: too many requests or jobs, or trouble inside; trying again later helps.
	Busy = flow.Errors{
		"MediaConvert.TooManyRequestsException",
		"MediaConvert.InternalServerErrorException",
		"MediaConvert.ServiceQuotaExceededException",
	}
	// NotFound: there is no such job, template or queue.
	NotFound = flow.Errors{"MediaConvert.NotFoundException"}
	// Refused: the request itself is wrong or not allowed; trying again does not help.
	Refused = flow.Errors{
		"MediaConvert.BadRequestException",
		"MediaConvert.ForbiddenException",
	}
	// Conflict: the job or the token is used already, or the job is in another phase.
	Conflict = flow.Errors{"MediaConvert.ConflictException"}
)

// What a Job's Status may be.
const (
	Submitted   = "SUBMITTED"
	Progressing = "PROGRESSING"
	Complete    = "COMPLETE"
	Canceled    = "CANCELED"
	Failed      = "ERROR"
)

// A CreateJobInput says what to transcode.
type CreateJobInput struct {
	Role                  *string               `flow:"required"`   // the ARN of the role that reads and writes
	Settings              any                   `flow:"required"`   // inputs, output groups, …: a pointer or a literal
	JobTemplate           *string               `json:",omitempty"` // name or ARN; Settings override what it says
	Queue                 *string               `json:",omitempty"` // name or ARN; absent: the default queue
	ClientRequestToken    *string               `json:",omitempty"` // the same token within some minutes makes the same job
	Priority              *int                  `json:",omitempty"` // -50 to 50; absent: 0
	AccelerationSettings  *AccelerationSettings `json:",omitempty"` // absent: not accelerated
	HopDestinations       []HopDestination      `json:",omitempty"` // where the job goes when the queue is full
	StatusUpdateInterval  *string               `json:",omitempty"` // such as SECONDS_60
	BillingTagsSource     *string               `json:",omitempty"` // QUEUE, PRESET, JOB_TEMPLATE or JOB
	Tags                  map[string]*string    `json:",omitempty"`
	UserMetadata          map[string]*string    `json:",omitempty"` // comes back in the job and its events
	JobEngineVersion      *string               `json:",omitempty"` // a pinned version of the engine
	SimulateReservedQueue *string               `json:",omitempty"` // ENABLED or DISABLED
}

// AccelerationSettings say whether a job is transcoded in parts at the same time.
type AccelerationSettings struct {
	Mode *string `flow:"required"` // DISABLED, ENABLED or PREFERRED
}

// A HopDestination is a queue that a job goes to after waiting.
type HopDestination struct {
	Queue       *string `json:",omitempty"`
	Priority    *int    `json:",omitempty"`
	WaitMinutes *int    `json:",omitempty"`
}

// A JobOutput has a job in it.
type JobOutput struct{ Job Job }

// A Job is what MediaConvert says of a job.
type Job struct {
	ID                 string `json:"Id"`
	Arn                string `json:",omitempty"`
	Status             string // SUBMITTED, PROGRESSING, COMPLETE, CANCELED or ERROR
	CurrentPhase       string `json:",omitempty"` // PROBING, TRANSCODING or UPLOADING
	JobPercentComplete int    `json:",omitempty"` // while it is progressing
	ErrorCode          int    `json:",omitempty"` // of a job that failed
	ErrorMessage       string `json:",omitempty"` // of a job that failed
	Queue              string `json:",omitempty"` // ARN
	JobTemplate        string `json:",omitempty"`
	Role               string `json:",omitempty"`
	Priority           int    `json:",omitempty"`
	RetryCount         int    `json:",omitempty"`
	AccelerationStatus string `json:",omitempty"` // ACCELERATED, NOT_ACCELERATED, …
	Settings           any    `json:",omitempty"`

	OutputGroupDetails []OutputGroupDetail `json:",omitempty"` // of a job that is complete
	UserMetadata       map[string]string   `json:",omitempty"`
	CreatedAt          *time.Time          `json:",omitempty"`
	Timing             *Timing             `json:",omitempty"`
	Messages           *Messages           `json:",omitempty"`
	Warnings           []Warning           `json:",omitempty"`
}

// An OutputGroupDetail is what came of one output group.
type OutputGroupDetail struct {
	OutputDetails []OutputDetail `json:",omitempty"`
}

// An OutputDetail is what came of one output.
type OutputDetail struct {
	DurationInMs int           `json:",omitempty"`
	VideoDetails *VideoDetails `json:",omitempty"`
}

// VideoDetails are the size of a picture.
type VideoDetails struct{ WidthInPx, HeightInPx int }

// Timing says when a job was submitted, started and finished.
type Timing struct {
	SubmitTime *time.Time `json:",omitempty"`
	StartTime  *time.Time `json:",omitempty"`
	FinishTime *time.Time `json:",omitempty"`
}

// Messages are what MediaConvert noticed about a job.
type Messages struct {
	Info    []string `json:",omitempty"`
	Warning []string `json:",omitempty"`
}

// A Warning is how often something was not quite right.
type Warning struct{ Code, Count int }

// A JobTemplateOutput has a template in it.
type JobTemplateOutput struct{ JobTemplate JobTemplate }

// A JobTemplate is what MediaConvert says of a template.
type JobTemplate struct {
	Name        string
	Arn         string `json:",omitempty"`
	Type        string `json:",omitempty"` // SYSTEM or CUSTOM
	Category    string `json:",omitempty"`
	Description string `json:",omitempty"`
	Queue       string `json:",omitempty"`
	Settings    any
}

// A request is what CreateJob takes: a CreateJobInput, or a request that a handler has made.
type request interface {
	CreateJobInput | map[string]any
}

// CreateJob submits a job and goes on at once.
func CreateJob[R request](f *flow.Flow, name string, in *R, opts ...flow.TaskOption) *JobOutput {
	return flow.Do[JobOutput](f, name, flow.Call{Resource: "arn:aws:states:::mediaconvert:createJob", Args: in}, opts...)
}

// CreateJobSync submits a job and waits until it has ended. A job that fails or is canceled fails the step with
// flow.TaskFailed. In Standard workflows only. (That the answer has the job in a member Job, as GetJob's, is unverified.)
func CreateJobSync[R request](f *flow.Flow, name string, in *R, opts ...flow.TaskOption) *JobOutput {
	return flow.Do[JobOutput](f, name, flow.Call{Resource: "arn:aws:states:::mediaconvert:createJob.sync", Args: in}, opts...)
}

// GetJob asks about a job.
func GetJob(f *flow.Flow, name string, id *string, opts ...flow.TaskOption) *JobOutput {
	return call[JobOutput](f, name, "getJob", struct {
		ID *string `json:"Id" flow:"required"`
	}{id}, opts)
}

// CancelJob ends a job that waits in a queue or is being made. The answer says nothing.
func CancelJob(f *flow.Flow, name string, id *string, opts ...flow.TaskOption) {
	call[map[string]any](f, name, "cancelJob", struct {
		ID *string `json:"Id" flow:"required"`
	}{id}, opts)
}

// GetJobTemplate asks about a template.
func GetJobTemplate(f *flow.Flow, name string, template *string, opts ...flow.TaskOption) *JobTemplateOutput {
	return call[JobTemplateOutput](f, name, "getJobTemplate", struct {
		Name *string `flow:"required"`
	}{template}, opts)
}

// A ListJobsInput says which jobs to list: those of the last three months, 20 at a time.
type ListJobsInput struct {
	Queue      *string `json:",omitempty"`
	Status     *string `json:",omitempty"` // SUBMITTED, PROGRESSING, COMPLETE, CANCELED or ERROR
	Order      *string `json:",omitempty"` // ASCENDING or DESCENDING by creation
	MaxResults *int    `json:",omitempty"` // 1 to 20
	NextToken  *string `json:",omitempty"`
}

// A ListJobsOutput is some of the jobs.
type ListJobsOutput struct {
	Jobs      []Job
	NextToken string `json:",omitempty"` // absent on the last page
}

// ListJobs lists jobs.
func ListJobs(f *flow.Flow, name string, in *ListJobsInput, opts ...flow.TaskOption) *ListJobsOutput {
	return call[ListJobsOutput](f, name, "listJobs", in, opts)
}

func call[Out any](f *flow.Flow, name, action string, args any, opts []flow.TaskOption) *Out {
	return flow.Do[Out](f, name, flow.Call{Resource: "arn:aws:states:::aws-sdk:mediaconvert:" + action, Args: args}, opts...)
}
