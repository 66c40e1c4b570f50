package sagemaker

import "github.com/stepwright/stepwright/flow"

// A CreateTrainingJobInput says what to train, with what.
type CreateTrainingJobInput struct {
	TrainingJobName        *string                 `flow:"required"` // unique: flow.Execution(f).Name is a good one
	RoleArn                *string                 `flow:"required"`
	OutputDataConfig       *OutputDataConfig       `flow:"required"`
	AlgorithmSpecification *AlgorithmSpecification `json:",omitempty"`
	InputDataConfig        []Channel               `json:",omitempty"`
	ResourceConfig         *ResourceConfig         `json:",omitempty"`
	StoppingCondition      *StoppingCondition      `json:",omitempty"`
	HyperParameters        map[string]*string      `json:",omitempty"`
	Environment            map[string]*string      `json:",omitempty"`
	VpcConfig              *VpcConfig              `json:",omitempty"`
	CheckpointConfig       *CheckpointConfig       `json:",omitempty"`
	RetryStrategy          *RetryStrategy          `json:",omitempty"`
	Tags                   []Tag                   `json:",omitempty"`

	EnableManagedSpotTraining             *bool `json:",omitempty"`
	EnableNetworkIsolation                *bool `json:",omitempty"`
	EnableInterContainerTrafficEncryption *bool `json:",omitempty"`

	// What follows is open: a literal of maps.
	DebugHookConfig            any `json:",omitempty"`
	DebugRuleConfigurations    any `json:",omitempty"`
	TensorBoardOutputConfig    any `json:",omitempty"`
	ExperimentConfig           any `json:",omitempty"`
	ProfilerConfig             any `json:",omitempty"`
	ProfilerRuleConfigurations any `json:",omitempty"`
	RemoteDebugConfig          any `json:",omitempty"`
	InfraCheckConfig           any `json:",omitempty"`
	SessionChainingConfig      any `json:",omitempty"`
}

// An AlgorithmSpecification says what trains: an image, or an algorithm of SageMaker's.
type AlgorithmSpecification struct {
	TrainingImage       *string            `json:",omitempty"` // the image's address in ECR
	AlgorithmName       *string            `json:",omitempty"` // instead of an image
	TrainingInputMode   *string            `flow:"required"`   // File, Pipe or FastFile
	MetricDefinitions   []MetricDefinition `json:",omitempty"`
	ContainerEntrypoint []*string          `json:",omitempty"`
	ContainerArguments  []*string          `json:",omitempty"`
}

// A MetricDefinition finds a metric in the log.
type MetricDefinition struct {
	Name  *string `flow:"required"`
	Regex *string `flow:"required"`
}

// A Channel is one stream of data to train with.
type Channel struct {
	ChannelName *string     `flow:"required"` // such as train or validation
	DataSource  *DataSource `flow:"required"`
	ContentType *string     `json:",omitempty"`
	InputMode   *string     `json:",omitempty"`

	CompressionType   *string `json:",omitempty"` // None or Gzip
	RecordWrapperType *string `json:",omitempty"` // None or RecordIO
}

// A DataSource is where data lies.
type DataSource struct {
	S3DataSource         *S3DataSource `json:",omitempty"`
	FileSystemDataSource any           `json:",omitempty"` // a literal of maps
}

// An S3DataSource is data in S3.
type S3DataSource struct {
	S3DataType             *string   `flow:"required"` // S3Prefix, ManifestFile or AugmentedManifestFile
	S3URI                  *string   `json:"S3Uri" flow:"required"`
	S3DataDistributionType *string   `json:",omitempty"` // FullyReplicated or ShardedByS3Key
	AttributeNames         []*string `json:",omitempty"`
	InstanceGroupNames     []*string `json:",omitempty"`
}

// Prefix is the data of a channel: all objects in S3 whose address begins with uri.
func Prefix(uri *string) *DataSource {
	return &DataSource{S3DataSource: &S3DataSource{S3DataType: new("S3Prefix"), S3URI: uri}}
}

// An OutputDataConfig says where the model goes.
type OutputDataConfig struct {
	S3OutputPath    *string `flow:"required"`
	KmsKeyID        *string `json:"KmsKeyId,omitempty"`
	CompressionType *string `json:",omitempty"` // GZIP or NONE
}

// A ResourceConfig says on what machines to train.
type ResourceConfig struct {
	InstanceType             *string `json:",omitempty"`
	InstanceCount            *int    `json:",omitempty"`
	VolumeSizeInGB           *int    `flow:"required"`
	VolumeKmsKeyID           *string `json:"VolumeKmsKeyId,omitempty"`
	KeepAlivePeriodInSeconds *int    `json:",omitempty"`
	InstanceGroups           any     `json:",omitempty"` // a literal of maps, instead of InstanceType and InstanceCount
}

// A StoppingCondition ends jobs that take too long.
type StoppingCondition struct {
	MaxRuntimeInSeconds     *int `json:",omitempty"`
	MaxWaitTimeInSeconds    *int `json:",omitempty"` // of spot training, waiting included
	MaxPendingTimeInSeconds *int `json:",omitempty"`
}

// A CheckpointConfig says where a job writes how far it is.
type CheckpointConfig struct {
	S3URI     *string `json:"S3Uri" flow:"required"`
	LocalPath *string `json:",omitempty"`
}

// A RetryStrategy says how often SageMaker itself tries after trouble inside.
type RetryStrategy struct {
	MaximumRetryAttempts *int `flow:"required"` // 1 to 30
}

// A CreateTrainingJobOutput names the job.
type CreateTrainingJobOutput struct{ TrainingJobArn string }

// A TrainingJob is what SageMaker says of a training job.
type TrainingJob struct {
	TrainingJobName       string
	TrainingJobArn        string
	TrainingJobStatus     string // InProgress, Completed, Failed, Stopping or Stopped
	SecondaryStatus       string
	FailureReason         string `json:",omitempty"`
	ModelArtifacts        ModelArtifacts
	FinalMetricDataList   []MetricData      `json:",omitempty"`
	HyperParameters       map[string]string `json:",omitempty"`
	TrainingTimeInSeconds int               `json:",omitempty"`
	BillableTimeInSeconds int               `json:",omitempty"`
}

// ModelArtifacts are where the trained model lies.
type ModelArtifacts struct{ S3ModelArtifacts string }

// MetricData is the last value of a metric.
type MetricData struct {
	MetricName string
	Value      float64
}

// CreateTrainingJob starts training and goes on at once.
func CreateTrainingJob(f *flow.Flow, name string, in *CreateTrainingJobInput, opts ...flow.TaskOption) *CreateTrainingJobOutput {
	return call[CreateTrainingJobOutput](f, name, "createTrainingJob", in, opts)
}

// CreateTrainingJobSync trains, and waits until that has ended. In Standard workflows only.
func CreateTrainingJobSync(f *flow.Flow, name string, in *CreateTrainingJobInput, opts ...flow.TaskOption) *TrainingJob {
	return call[TrainingJob](f, name, "createTrainingJob.sync", in, opts)
}
