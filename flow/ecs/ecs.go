// Package ecs runs containers as tasks of Amazon ECS: RunTask goes on at once, RunTaskSync waits until the task has
// stopped, RunTaskAwait until the program in it answers a token.
//
//	var (
//		Encoders = ecs.ClusterOf("Encoders")
//		Encode   = ecs.TaskDefinitionOf("Encode")
//	)
//
//	ecs.RunTaskSync(f, "Encode", &ecs.RunTaskInput{
//		Cluster: Encoders.Ref(), TaskDefinition: Encode.Ref(), LaunchType: new("FARGATE"),
//		NetworkConfiguration: ecs.Subnets(flow.Parameter("Subnet").Ref()),
//		Overrides: &ecs.TaskOverride{ContainerOverrides: []ecs.ContainerOverride{{
//			Name: new("encoder"), Environment: []ecs.KeyValuePair{ecs.Variable("KEY", &video.Key)},
//		}}},
//	}, flow.Timeout(time.Hour))
package ecs

import (
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/run"
)

// The errors of ECS's optimized integration, by what to do about them. A container that ends with an error fails a
// RunTaskSync with flow.TaskFailed.
var (
	// Busy: trouble inside, or more requests than ECS takes; trying again later helps. (That throttling, which the
	// API's model does not have, arrives as AmazonECSException is unverified.)
	Busy = flow.Errors{"ECS.ServerException", "ECS.AmazonECSException"}
	// NotStarted: the task was accepted, but did not come up: no image, no address, no capacity.
	NotStarted = flow.Errors{"ECS.TaskFailedToStartException"}
	// Refused: the request itself is wrong or not allowed; trying again does not help.
	Refused = flow.Errors{
		"ECS.InvalidParameterException",
		"ECS.ClientException",
		"ECS.AccessDeniedException",
		"ECS.BlockedException",
		"ECS.UnsupportedFeatureException",
		"ECS.PlatformUnknownException",
		"ECS.PlatformTaskDefinitionIncompatibilityException",
	}
	// NoCluster: there is no such cluster.
	NoCluster = flow.Errors{"ECS.ClusterNotFoundException"}
)

// A Cluster is where tasks run.
type Cluster struct{ flow.Resource }

// ClusterOf declares a cluster. In documents it is ${name}, its ARN.
func ClusterOf(name string) Cluster {
	return Cluster{flow.Resource{Kind: flow.KindCluster, Name: name}}
}

// A TaskDefinition says what containers a task is made of.
type TaskDefinition struct{ flow.Resource }

// TaskDefinitionOf declares a task definition. In documents it is ${name}, its ARN.
func TaskDefinitionOf(name string) TaskDefinition {
	return TaskDefinition{flow.Resource{Kind: flow.KindTaskDefinition, Name: name}}
}

// A RunTaskInput says which tasks to run, and where.
type RunTaskInput struct {
	TaskDefinition           *string                        `flow:"required"`   // family, family:revision or ARN
	Cluster                  *string                        `json:",omitempty"` // name or ARN; absent: the default cluster
	LaunchType               *string                        `json:",omitempty"` // EC2, FARGATE or EXTERNAL
	CapacityProviderStrategy []CapacityProviderStrategyItem `json:",omitempty"` // instead of LaunchType
	Count                    *int                           `json:",omitempty"` // 1 to 10; absent: 1
	NetworkConfiguration     *NetworkConfiguration          `json:",omitempty"` // required for FARGATE
	Overrides                *TaskOverride                  `json:",omitempty"`
	PlatformVersion          *string                        `json:",omitempty"` // of FARGATE
	Group                    *string                        `json:",omitempty"`
	StartedBy                *string                        `json:",omitempty"`
	ReferenceID              *string                        `json:"ReferenceId,omitempty"`
	ClientToken              *string                        `json:",omitempty"` // the same token starts the same task, once
	EnableECSManagedTags     *bool                          `json:",omitempty"`
	EnableExecuteCommand     *bool                          `json:",omitempty"`
	PropagateTags            *string                        `json:",omitempty"` // TASK_DEFINITION, SERVICE or NONE
	Tags                     []Tag                          `json:",omitempty"`
	PlacementConstraints     []PlacementConstraint          `json:",omitempty"`
	PlacementStrategy        []PlacementStrategy            `json:",omitempty"`
	VolumeConfigurations     any                            `json:",omitempty"` // a literal of maps
}

// A CapacityProviderStrategyItem says which share of the tasks a capacity provider gets.
type CapacityProviderStrategyItem struct {
	CapacityProvider *string `flow:"required"` // FARGATE, FARGATE_SPOT or the cluster's own
	Weight           *int    `json:",omitempty"`
	Base             *int    `json:",omitempty"`
}

// A NetworkConfiguration is the network of tasks in awsvpc mode.
type NetworkConfiguration struct {
	AwsvpcConfiguration *AwsVpcConfiguration `flow:"required"`
}

// An AwsVpcConfiguration says which subnets and security groups tasks are in.
type AwsVpcConfiguration struct {
	Subnets        []*string `flow:"required"`
	SecurityGroups []*string `json:",omitempty"`
	AssignPublicIP *string   `json:"AssignPublicIp,omitempty"` // ENABLED or DISABLED
}

// Subnets is the network configuration of tasks in these subnets, with the default security group and no public
// address.
func Subnets(subnets ...*string) *NetworkConfiguration {
	return &NetworkConfiguration{&AwsVpcConfiguration{Subnets: subnets}}
}

// A TaskOverride changes what the task definition says.
type TaskOverride struct {
	ContainerOverrides []ContainerOverride `json:",omitempty"`
	CPU                *string             `json:"Cpu,omitempty"`
	Memory             *string             `json:",omitempty"`
	TaskRoleArn        *string             `json:",omitempty"`
	ExecutionRoleArn   *string             `json:",omitempty"`
	EphemeralStorage   *EphemeralStorage   `json:",omitempty"`
}

// EphemeralStorage is a task's disk on FARGATE.
type EphemeralStorage struct {
	SizeInGiB *int `flow:"required"` // 21 to 200
}

// A ContainerOverride changes what the task definition says of one container.
type ContainerOverride struct {
	Name              *string        `flow:"required"`
	Command           []*string      `json:",omitempty"`
	Environment       []KeyValuePair `json:",omitempty"`
	CPU               *int           `json:"Cpu,omitempty"`
	Memory            *int           `json:",omitempty"` // MiB
	MemoryReservation *int           `json:",omitempty"` // MiB
}

// A KeyValuePair is one variable of a container's environment; see Variable and TokenVariable.
type KeyValuePair struct {
	Name  *string `flow:"required"`
	Value any     `flow:"required"` // a *string, or a token
}

// Variable sets a variable of a container's environment.
func Variable(name string, value *string) KeyValuePair { return KeyValuePair{&name, value} }

// TokenVariable hands a token to a container, as a variable of its environment. The program in it answers with
// SendTaskSuccess or SendTaskFailure.
func TokenVariable[Reply any](name string, token *run.Token[Reply]) KeyValuePair {
	return KeyValuePair{&name, token}
}

// A PlacementConstraint says which instances may run the task.
type PlacementConstraint struct {
	Type       *string `flow:"required"` // distinctInstance or memberOf
	Expression *string `json:",omitempty"`
}

// A PlacementStrategy says how tasks are spread over instances.
type PlacementStrategy struct {
	Type  *string `flow:"required"` // random, spread or binpack
	Field *string `json:",omitempty"`
}

// A Tag is put on the task.
type Tag struct {
	Key   *string `flow:"required"`
	Value *string `flow:"required"`
}

// A RunTaskOutput is what was started, and what was not.
type RunTaskOutput struct {
	Tasks    []Task
	Failures []Failure
}

// A Failure says why a task was not started.
type Failure struct {
	Arn    string `json:",omitempty"`
	Reason string `json:",omitempty"`
	Detail string `json:",omitempty"`
}

// A Task is what ECS says of a task.
type Task struct {
	TaskArn           string
	ClusterArn        string
	TaskDefinitionArn string
	LastStatus        string // PROVISIONING, PENDING, RUNNING, STOPPED, …
	DesiredStatus     string
	LaunchType        string `json:",omitempty"`
	Group             string `json:",omitempty"`
	StartedBy         string `json:",omitempty"`
	StopCode          string `json:",omitempty"` // of a task that has stopped: EssentialContainerExited, …
	StoppedReason     string `json:",omitempty"`
	Containers        []Container
}

// A Container is what ECS says of a container.
type Container struct {
	Name         string
	ContainerArn string `json:",omitempty"`
	Image        string `json:",omitempty"`
	LastStatus   string
	ExitCode     *int   `json:",omitempty"` // absent until it has ended, and if it never started
	Reason       string `json:",omitempty"`
}

// RunTask starts tasks and goes on at once. That some could not be started is no error: see Failures.
func RunTask(f *flow.Flow, name string, in *RunTaskInput, opts ...flow.TaskOption) *RunTaskOutput {
	return flow.Do[RunTaskOutput](f, name, flow.Call{Resource: resource, Args: in}, opts...)
}

// RunTaskSync starts a task and waits until it has stopped. In Standard workflows only.
func RunTaskSync(f *flow.Flow, name string, in *RunTaskInput, opts ...flow.TaskOption) *Task {
	return flow.Do[Task](f, name, flow.Call{Resource: resource + ".sync", Args: in}, opts...)
}

// RunTaskAwait starts a task and waits until somebody answers the token, which a container gets in its environment.
// Give it a Timeout or a Heartbeat: a task that dies answers nothing. In Standard workflows only; see flow.Await.
//
//	made := ecs.RunTaskAwait(f, "Render", func(token *run.Token[Rendered]) *ecs.RunTaskInput {
//		return &ecs.RunTaskInput{TaskDefinition: Render.Ref(), Overrides: &ecs.TaskOverride{
//			ContainerOverrides: []ecs.ContainerOverride{{
//				Name: new("render"), Environment: []ecs.KeyValuePair{ecs.TokenVariable("TASK_TOKEN", token)},
//			}},
//		}}
//	}, flow.Timeout(time.Hour))
func RunTaskAwait[Reply any](f *flow.Flow, name string, in func(token *run.Token[Reply]) *RunTaskInput, opts ...flow.TaskOption) *Reply {
	return flow.Await(f, name, func(token *run.Token[Reply]) flow.Call {
		return flow.Call{Resource: resource, Args: in(token)}
	}, opts...)
}

const resource = "arn:aws:states:::ecs:runTask"
