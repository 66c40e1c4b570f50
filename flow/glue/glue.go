// Package glue runs jobs of AWS Glue: StartJobRun goes on at once, StartJobRunSync waits until the run has ended.
//
//	run := glue.StartJobRunSync(f, "Convert", &glue.StartJobRunInput{
//		JobName: flow.Parameter("ConvertJob").Ref(), Arguments: map[string]*string{"--day": &in.Day},
//	}, flow.Retry(glue.Busy, patiently))
package glue

import "github.com/stepwright/stepwright/flow"

// The errors of AWS Glue, by what to do about them. A run that fails fails a StartJobRunSync with flow.TaskFailed.
var (
	// Busy: too many runs at a time, or trouble inside; trying again later helps. (That throttling, which the API's
	// model of this action does not have, arrives as AWSGlueException is unverified.)
	Busy = flow.Errors{
		"Glue.ConcurrentRunsExceededException",
		"Glue.ResourceNumberLimitExceededException",
		"Glue.InternalServiceException",
		"Glue.OperationTimeoutException",
		"Glue.AWSGlueException",
	}
	// NotFound: there is no such job.
	NotFound = flow.Errors{"Glue.EntityNotFoundException"}
	// Refused: the request itself is wrong; trying again does not help.
	Refused = flow.Errors{"Glue.InvalidInputException"}
)

// A StartJobRunInput says which job to run.
type StartJobRunInput struct {
	JobName                    *string               `flow:"required"`
	Arguments                  map[string]*string    `json:",omitempty"`         // names begin with --
	JobRunID                   *string               `json:"JobRunId,omitempty"` // of a run to be tried again
	Timeout                    *int                  `json:",omitempty"`         // minutes
	WorkerType                 *string               `json:",omitempty"`         // G.1X, G.2X, …
	NumberOfWorkers            *int                  `json:",omitempty"`
	MaxCapacity                *float64              `json:",omitempty"` // instead of workers: DPUs
	ExecutionClass             *string               `json:",omitempty"` // STANDARD or FLEX
	JobRunQueuingEnabled       *bool                 `json:",omitempty"`
	SecurityConfiguration      *string               `json:",omitempty"`
	NotificationProperty       *NotificationProperty `json:",omitempty"`
	ExecutionRoleSessionPolicy *string               `json:",omitempty"`
}

// A NotificationProperty says when to tell of a run that takes long.
type NotificationProperty struct {
	NotifyDelayAfter *int `flow:"required"` // minutes
}

// A StartJobRunOutput names the run.
type StartJobRunOutput struct {
	JobRunID string `json:"JobRunId"`
}

// A JobRun is what Glue says of a run.
type JobRun struct {
	ID              string            `json:"Id"`
	JobName         string            `json:",omitempty"`
	JobRunState     string            // STARTING, RUNNING, SUCCEEDED, FAILED, …
	Attempt         int               `json:",omitempty"`
	ErrorMessage    string            `json:",omitempty"`
	ExecutionTime   int               `json:",omitempty"` // seconds
	DPUSeconds      float64           `json:",omitempty"`
	Timeout         int               `json:",omitempty"` // minutes
	WorkerType      string            `json:",omitempty"`
	NumberOfWorkers int               `json:",omitempty"`
	GlueVersion     string            `json:",omitempty"`
	LogGroupName    string            `json:",omitempty"`
	Arguments       map[string]string `json:",omitempty"`
}

// StartJobRun starts a run and goes on at once.
func StartJobRun(f *flow.Flow, name string, in *StartJobRunInput, opts ...flow.TaskOption) *StartJobRunOutput {
	return flow.Do[StartJobRunOutput](f, name, flow.Call{Resource: resource, Args: in}, opts...)
}

// StartJobRunSync starts a run and waits until it has ended. In Standard workflows only.
func StartJobRunSync(f *flow.Flow, name string, in *StartJobRunInput, opts ...flow.TaskOption) *JobRun {
	return flow.Do[JobRun](f, name, flow.Call{Resource: resource + ".sync", Args: in}, opts...)
}

const resource = "arn:aws:states:::glue:startJobRun"
