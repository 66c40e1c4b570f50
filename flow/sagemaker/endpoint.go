package sagemaker

import "github.com/stepwright/stepwright/flow"

// A CreateModelInput makes a model out of an image and what was trained.
type CreateModelInput struct {
	ModelName              *string               `flow:"required"`
	PrimaryContainer       *ContainerDefinition  `json:",omitempty"`
	Containers             []ContainerDefinition `json:",omitempty"` // a pipeline, instead of PrimaryContainer
	ExecutionRoleArn       *string               `json:",omitempty"`
	VpcConfig              *VpcConfig            `json:",omitempty"`
	EnableNetworkIsolation *bool                 `json:",omitempty"`
	Tags                   []Tag                 `json:",omitempty"`

	InferenceExecutionConfig any `json:",omitempty"` // a literal of maps
}

// A ContainerDefinition is one container of a model.
type ContainerDefinition struct {
	Image                      *string            `json:",omitempty"`             // the image's address in ECR
	ModelDataURL               *string            `json:"ModelDataUrl,omitempty"` // a TrainingJob's S3ModelArtifacts
	ModelPackageName           *string            `json:",omitempty"`
	ContainerHostname          *string            `json:",omitempty"`
	Mode                       *string            `json:",omitempty"` // SingleModel or MultiModel
	InferenceSpecificationName *string            `json:",omitempty"`
	Environment                map[string]*string `json:",omitempty"`
}

// A CreateModelOutput names the model.
type CreateModelOutput struct{ ModelArn string }

// CreateModel makes a model.
func CreateModel(f *flow.Flow, name string, in *CreateModelInput, opts ...flow.TaskOption) *CreateModelOutput {
	return call[CreateModelOutput](f, name, "createModel", in, opts)
}

// A CreateEndpointConfigInput says on what machines models answer.
type CreateEndpointConfigInput struct {
	EndpointConfigName     *string             `flow:"required"`
	ProductionVariants     []ProductionVariant `flow:"required"`
	KmsKeyID               *string             `json:"KmsKeyId,omitempty"`
	ExecutionRoleArn       *string             `json:",omitempty"`
	VpcConfig              *VpcConfig          `json:",omitempty"`
	EnableNetworkIsolation *bool               `json:",omitempty"`
	Tags                   []Tag               `json:",omitempty"`

	// What follows is open: a literal of maps.
	DataCaptureConfig        any `json:",omitempty"`
	AsyncInferenceConfig     any `json:",omitempty"`
	ExplainerConfig          any `json:",omitempty"`
	ShadowProductionVariants any `json:",omitempty"`
}

// A ProductionVariant is one model behind an endpoint.
type ProductionVariant struct {
	VariantName          *string           `flow:"required"`
	ModelName            *string           `json:",omitempty"`
	InitialInstanceCount *int              `json:",omitempty"`
	InstanceType         *string           `json:",omitempty"`
	InitialVariantWeight *float64          `json:",omitempty"`
	VolumeSizeInGB       *int              `json:",omitempty"`
	ServerlessConfig     *ServerlessConfig `json:",omitempty"` // instead of instances
}

// A ServerlessConfig says how much a serverless variant gets.
type ServerlessConfig struct {
	MemorySizeInMB         *int `flow:"required"`
	MaxConcurrency         *int `flow:"required"`
	ProvisionedConcurrency *int `json:",omitempty"`
}

// A CreateEndpointConfigOutput names the configuration.
type CreateEndpointConfigOutput struct{ EndpointConfigArn string }

// CreateEndpointConfig makes a configuration of endpoints.
func CreateEndpointConfig(f *flow.Flow, name string, in *CreateEndpointConfigInput, opts ...flow.TaskOption) *CreateEndpointConfigOutput {
	return call[CreateEndpointConfigOutput](f, name, "createEndpointConfig", in, opts)
}

// A CreateEndpointInput puts a configuration into service.
type CreateEndpointInput struct {
	EndpointName       *string `flow:"required"`
	EndpointConfigName *string `flow:"required"`
	Tags               []Tag   `json:",omitempty"`
	DeploymentConfig   any     `json:",omitempty"` // a literal of maps
}

// An EndpointOutput names the endpoint.
type EndpointOutput struct{ EndpointArn string }

// CreateEndpoint begins to make an endpoint, which takes minutes: ask with awssdk.Call "sagemaker:describeEndpoint"
// whether it is in service.
func CreateEndpoint(f *flow.Flow, name string, in *CreateEndpointInput, opts ...flow.TaskOption) *EndpointOutput {
	return call[EndpointOutput](f, name, "createEndpoint", in, opts)
}

// An UpdateEndpointInput changes an endpoint to another configuration.
type UpdateEndpointInput struct {
	EndpointName                     *string `flow:"required"`
	EndpointConfigName               *string `flow:"required"`
	RetainAllVariantProperties       *bool   `json:",omitempty"`
	RetainDeploymentConfig           *bool   `json:",omitempty"`
	ExcludeRetainedVariantProperties any     `json:",omitempty"` // a literal of maps; so the one below
	DeploymentConfig                 any     `json:",omitempty"`
}

// UpdateEndpoint begins to change an endpoint to another configuration, without a gap in service.
func UpdateEndpoint(f *flow.Flow, name string, in *UpdateEndpointInput, opts ...flow.TaskOption) *EndpointOutput {
	return call[EndpointOutput](f, name, "updateEndpoint", in, opts)
}
