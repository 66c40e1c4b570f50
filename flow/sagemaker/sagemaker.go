// Package sagemaker trains models, applies them to data, and puts them behind endpoints, through Amazon SageMaker's
// optimized integration. Functions that end in Sync wait until the job has ended.
package sagemaker

import "github.com/stepwright/stepwright/flow"

// The errors of SageMaker, by what to do about them. A job that fails fails a step of …Sync with flow.TaskFailed.
var (
	// Busy: more instances or requests than the account may have; trying again later helps. (That throttling, which
	// the API's model does not have, arrives as AmazonSageMakerException is unverified, and that the two errors come
	// under the names of their classes, which end in Exception.)
	Busy = flow.Errors{"SageMaker.ResourceLimitExceededException", "SageMaker.AmazonSageMakerException"}
	// Taken: there is a job, a model or an endpoint of that name already.
	Taken = flow.Errors{"SageMaker.ResourceInUseException"}
	// NotFound: there is no such model, job or configuration.
	NotFound = flow.Errors{"SageMaker.ResourceNotFoundException"}
)

const resource = "arn:aws:states:::sagemaker:"

func call[Out any](f *flow.Flow, name, action string, args any, opts []flow.TaskOption) *Out {
	return flow.Do[Out](f, name, flow.Call{Resource: resource + action, Args: args}, opts...)
}

// A Tag is put on a job, a model or an endpoint.
type Tag struct {
	Key   *string `flow:"required"`
	Value *string `flow:"required"`
}

// A VpcConfig is the network that containers are in.
type VpcConfig struct {
	SecurityGroupIDs []*string `json:"SecurityGroupIds" flow:"required"`
	Subnets          []*string `flow:"required"`
}
