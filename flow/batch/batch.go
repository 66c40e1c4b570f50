// Package batch submits jobs to AWS Batch: SubmitJob goes on at once, SubmitJobSync waits until the job has ended.
//
//	var (
//		Queue  = batch.JobQueueOf("RenderQueue")
//		Render = batch.JobDefinitionOf("Render")
//	)
//
//	batch.SubmitJobSync(f, "Render", &batch.SubmitJobInput{
//		JobName: new("render"), JobQueue: Queue.Ref(), JobDefinition: Render.Ref(),
//		Parameters: map[string]*string{"scene": &in.Scene},
//	}, flow.Retry(batch.Busy, patiently))
package batch

import "github.com/stepwright/stepwright/flow"

// The errors of AWS Batch, by what to do about them. A job that fails fails a SubmitJobSync with flow.TaskFailed.
var (
	// Busy: trouble inside, or more requests than Batch takes; trying again later helps. (That throttling, which the
	// API's model does not have, arrives as AWSBatchException is unverified.)
	Busy = flow.Errors{"Batch.ServerException", "Batch.AWSBatchException"}
	// Refused: the request is wrong: there is no such queue or definition, or it is not allowed.
	Refused = flow.Errors{"Batch.ClientException"}
)

// A JobQueue is where jobs wait.
type JobQueue struct{ flow.Resource }

// JobQueueOf declares a job queue. In documents it is ${name}, its ARN.
func JobQueueOf(name string) JobQueue {
	return JobQueue{flow.Resource{Kind: flow.KindJobQueue, Name: name}}
}

// A JobDefinition says what a job runs.
type JobDefinition struct{ flow.Resource }

// JobDefinitionOf declares a job definition. In documents it is ${name}, its ARN.
func JobDefinitionOf(name string) JobDefinition {
	return JobDefinition{flow.Resource{Kind: flow.KindJobDefinition, Name: name}}
}

// A SubmitJobInput says what to run, and where.
type SubmitJobInput struct {
	JobName       *string `flow:"required"` // letters, digits, - and _
	JobQueue      *string `flow:"required"` // name or ARN
	JobDefinition *string `flow:"required"` // name, name:revision or ARN

	Parameters                           map[string]*string  `json:",omitempty"` // for the placeholders Ref::… of the definition's command
	ContainerOverrides                   *ContainerOverrides `json:",omitempty"`
	ArrayProperties                      *ArrayProperties    `json:",omitempty"` // makes an array of jobs
	DependsOn                            []JobDependency     `json:",omitempty"`
	RetryStrategy                        *RetryStrategy      `json:",omitempty"`
	Timeout                              *JobTimeout         `json:",omitempty"`
	ShareIdentifier                      *string             `json:",omitempty"`
	SchedulingPriorityOverride           *int                `json:",omitempty"`
	PropagateTags                        *bool               `json:",omitempty"`
	Tags                                 map[string]*string  `json:",omitempty"`
	NodeOverrides                        any                 `json:",omitempty"` // a literal of maps; so those below
	EksPropertiesOverride                any                 `json:",omitempty"`
	EcsPropertiesOverride                any                 `json:",omitempty"`
	ConsumableResourcePropertiesOverride any                 `json:",omitempty"`
}

// ContainerOverrides change what the job definition says of the container.
type ContainerOverrides struct {
	Command              []*string             `json:",omitempty"`
	Environment          []KeyValuePair        `json:",omitempty"`
	ResourceRequirements []ResourceRequirement `json:",omitempty"`
	InstanceType         *string               `json:",omitempty"`
}

// A KeyValuePair is one variable of a container's environment. Names that begin with AWS_BATCH are taken.
type KeyValuePair struct {
	Name  *string `flow:"required"`
	Value *string `flow:"required"`
}

// A ResourceRequirement is how much of a resource a container gets.
type ResourceRequirement struct {
	Type  *string `flow:"required"` // VCPU, MEMORY or GPU
	Value *string `flow:"required"` // as text: "0.5"; MiB of memory
}

// ArrayProperties make a job an array of jobs.
type ArrayProperties struct {
	Size *int `flow:"required"` // 2 to 10,000
}

// A JobDependency is a job that must have ended well before.
type JobDependency struct {
	JobID *string `json:"JobId,omitempty"`
	Type  *string `json:",omitempty"` // N_TO_N or SEQUENTIAL, of arrays
}

// A RetryStrategy says how often Batch itself tries a job.
type RetryStrategy struct {
	Attempts *int `flow:"required"` // 1 to 10
}

// A JobTimeout ends attempts that take too long.
type JobTimeout struct {
	AttemptDurationSeconds *int `flow:"required"` // 60 or more
}

// A SubmitJobOutput names the job.
type SubmitJobOutput struct {
	JobArn  string `json:",omitempty"`
	JobName string
	JobID   string `json:"JobId"`
}

// A JobDetail is what Batch says of a job.
type JobDetail struct {
	JobArn        string `json:",omitempty"`
	JobName       string
	JobID         string `json:"JobId"`
	JobQueue      string
	JobDefinition string
	Status        string            // SUBMITTED, PENDING, RUNNABLE, STARTING, RUNNING, SUCCEEDED or FAILED
	StatusReason  string            `json:",omitempty"`
	CreatedAt     int64             `json:",omitempty"` // milliseconds since 1970; so the two below
	StartedAt     int64             `json:",omitempty"`
	StoppedAt     int64             `json:",omitempty"`
	Attempts      []AttemptDetail   `json:",omitempty"`
	Container     *ContainerDetail  `json:",omitempty"`
	Parameters    map[string]string `json:",omitempty"`
}

// An AttemptDetail is what came of one attempt.
type AttemptDetail struct {
	Container    *ContainerDetail `json:",omitempty"`
	StartedAt    int64            `json:",omitempty"`
	StoppedAt    int64            `json:",omitempty"`
	StatusReason string           `json:",omitempty"`
}

// A ContainerDetail is what Batch says of a container.
type ContainerDetail struct {
	ExitCode      *int   `json:",omitempty"` // absent until it has ended, and if it never started
	Reason        string `json:",omitempty"`
	LogStreamName string `json:",omitempty"`
	TaskArn       string `json:",omitempty"`
}

// SubmitJob submits a job and goes on at once.
func SubmitJob(f *flow.Flow, name string, in *SubmitJobInput, opts ...flow.TaskOption) *SubmitJobOutput {
	return flow.Do[SubmitJobOutput](f, name, flow.Call{Resource: resource, Args: in}, opts...)
}

// SubmitJobSync submits a job and waits until it has ended. In Standard workflows only.
func SubmitJobSync(f *flow.Flow, name string, in *SubmitJobInput, opts ...flow.TaskOption) *JobDetail {
	return flow.Do[JobDetail](f, name, flow.Call{Resource: resource + ".sync", Args: in}, opts...)
}

const resource = "arn:aws:states:::batch:submitJob"
