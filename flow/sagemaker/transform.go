package sagemaker

import "github.com/stepwright/stepwright/flow"

// A CreateTransformJobInput says which model to apply to which data.
type CreateTransformJobInput struct {
	TransformJobName        *string             `flow:"required"` // unique
	ModelName               *string             `flow:"required"`
	TransformInput          *TransformInput     `flow:"required"`
	TransformOutput         *TransformOutput    `flow:"required"`
	TransformResources      *TransformResources `flow:"required"`
	BatchStrategy           *string             `json:",omitempty"` // MultiRecord or SingleRecord
	MaxConcurrentTransforms *int                `json:",omitempty"`
	MaxPayloadInMB          *int                `json:",omitempty"`
	ModelClientConfig       *ModelClientConfig  `json:",omitempty"`
	DataProcessing          *DataProcessing     `json:",omitempty"`
	Environment             map[string]*string  `json:",omitempty"`
	Tags                    []Tag               `json:",omitempty"`
	DataCaptureConfig       any                 `json:",omitempty"` // a literal of maps; so the one below
	ExperimentConfig        any                 `json:",omitempty"`
}

// A TransformInput is the data that a model is applied to.
type TransformInput struct {
	DataSource      *TransformDataSource `flow:"required"`
	ContentType     *string              `json:",omitempty"`
	CompressionType *string              `json:",omitempty"` // None or Gzip
	SplitType       *string              `json:",omitempty"` // None, Line, RecordIO or TFRecord
}

// A TransformDataSource is where the data lies.
type TransformDataSource struct {
	S3DataSource *TransformS3DataSource `flow:"required"`
}

// A TransformS3DataSource is data in S3.
type TransformS3DataSource struct {
	S3DataType *string `flow:"required"` // S3Prefix or ManifestFile
	S3URI      *string `json:"S3Uri" flow:"required"`
}

// TransformPrefix is the data of a TransformInput: all objects in S3 whose address begins with uri.
func TransformPrefix(uri *string) *TransformDataSource {
	return &TransformDataSource{&TransformS3DataSource{S3DataType: new("S3Prefix"), S3URI: uri}}
}

// A TransformOutput says where the answers of the model go.
type TransformOutput struct {
	S3OutputPath *string `flow:"required"`
	Accept       *string `json:",omitempty"`
	AssembleWith *string `json:",omitempty"` // None or Line
	KmsKeyID     *string `json:"KmsKeyId,omitempty"`
}

// TransformResources say on what machines.
type TransformResources struct {
	InstanceType   *string `flow:"required"`
	InstanceCount  *int    `flow:"required"`
	VolumeKmsKeyID *string `json:"VolumeKmsKeyId,omitempty"`
}

// A ModelClientConfig says how patient to be with the model.
type ModelClientConfig struct {
	InvocationsTimeoutInSeconds *int `json:",omitempty"`
	InvocationsMaxRetries       *int `json:",omitempty"`
}

// DataProcessing says which part of the data goes to the model, and which part of its answer is written.
type DataProcessing struct {
	InputFilter  *string `json:",omitempty"` // JSONPath
	OutputFilter *string `json:",omitempty"` // JSONPath
	JoinSource   *string `json:",omitempty"` // Input or None
}

// A CreateTransformJobOutput names the job.
type CreateTransformJobOutput struct{ TransformJobArn string }

// A TransformJob is what SageMaker says of a transform job.
type TransformJob struct {
	TransformJobName   string
	TransformJobArn    string
	TransformJobStatus string // InProgress, Completed, Failed, Stopping or Stopped
	FailureReason      string `json:",omitempty"`
	ModelName          string
	TransformOutput    struct {
		S3OutputPath string
	}
}

// CreateTransformJob starts to apply a model and goes on at once.
func CreateTransformJob(f *flow.Flow, name string, in *CreateTransformJobInput, opts ...flow.TaskOption) *CreateTransformJobOutput {
	return call[CreateTransformJobOutput](f, name, "createTransformJob", in, opts)
}

// CreateTransformJobSync applies a model, and waits until that has ended. In Standard workflows only.
func CreateTransformJobSync(f *flow.Flow, name string, in *CreateTransformJobInput, opts ...flow.TaskOption) *TransformJob {
	return call[TransformJob](f, name, "createTransformJob.sync", in, opts)
}
