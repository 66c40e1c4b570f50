// Package history holds the events of an execution in the shapes of AWS Step Functions.
//
// What the engine writes here is what draw, flowtest, the Step Functions API and the console read. Event is one flat
// struct: which fields a type uses is data (see Types), so that readers need no type switch. The JSON form is that
// of GetExecutionHistory.
package history

import (
	"time"

	"github.com/stepwright/stepwright/value"
)

// An Event is one entry of an execution's history (API shape HistoryEvent). Fields that the event's type does not
// use are zero.
type Event struct {
	ID         int64     // 1, 2, 3 … in the order of writing
	PreviousID int64     // the event that caused this one
	Time       time.Time // to the millisecond
	Type       Type

	Name       string      // of the state (StateEntered, StateExited, MapIteration…)
	Input      value.Value // ExecutionStarted, StateEntered, LambdaFunctionScheduled, ActivityScheduled
	Output     value.Value // ExecutionSucceeded, StateExited, *Succeeded, TaskSubmitted
	Parameters value.Value // TaskScheduled
	Assigned   value.Value // StateExited: object of variable name to value; absent when nothing was assigned
	InputText  string      // ExecutionStarted: the caller's own text, if it was given as text

	Error *string // failures; nil when there is none, which differs from an empty one
	Cause *string

	ResourceType       string // Task events: "lambda", "aws-sdk:s3"
	Resource           string // Task events: "invoke"; LambdaFunctionScheduled, ActivityScheduled: the ARN
	Region             string // TaskScheduled
	TimeoutInSeconds   *int64
	HeartbeatInSeconds *int64
	CredentialsRoleArn string // taskCredentials

	State    string // EvaluationFailed: the state's name
	Location string // EvaluationFailed

	RoleArn      string // ExecutionStarted
	VersionArn   string // ExecutionStarted
	AliasArn     string // ExecutionStarted
	Length       int    // MapStateStarted
	Index        int    // MapIteration…
	MapRunArn    string // MapRunStarted, MapRunRedriven
	RedriveCount int    // ExecutionRedriven, MapRunRedriven
	WorkerName   string // ActivityStarted; empty when the worker gave none
}

// A Type is the type of an event.
type Type string

// The 62 event types (API enum HistoryEventType).
const (
	ActivityFailed               Type = "ActivityFailed"
	ActivityScheduleFailed       Type = "ActivityScheduleFailed"
	ActivityScheduled            Type = "ActivityScheduled"
	ActivityStarted              Type = "ActivityStarted"
	ActivitySucceeded            Type = "ActivitySucceeded"
	ActivityTimedOut             Type = "ActivityTimedOut"
	ChoiceStateEntered           Type = "ChoiceStateEntered"
	ChoiceStateExited            Type = "ChoiceStateExited"
	EvaluationFailed             Type = "EvaluationFailed"
	ExecutionAborted             Type = "ExecutionAborted"
	ExecutionFailed              Type = "ExecutionFailed"
	ExecutionRedriven            Type = "ExecutionRedriven"
	ExecutionStarted             Type = "ExecutionStarted"
	ExecutionSucceeded           Type = "ExecutionSucceeded"
	ExecutionTimedOut            Type = "ExecutionTimedOut"
	FailStateEntered             Type = "FailStateEntered"
	LambdaFunctionFailed         Type = "LambdaFunctionFailed"
	LambdaFunctionScheduleFailed Type = "LambdaFunctionScheduleFailed"
	LambdaFunctionScheduled      Type = "LambdaFunctionScheduled"
	LambdaFunctionStartFailed    Type = "LambdaFunctionStartFailed"
	LambdaFunctionStarted        Type = "LambdaFunctionStarted"
	LambdaFunctionSucceeded      Type = "LambdaFunctionSucceeded"
	LambdaFunctionTimedOut       Type = "LambdaFunctionTimedOut"
	MapIterationAborted          Type = "MapIterationAborted"
	MapIterationFailed           Type = "MapIterationFailed"
	MapIterationStarted          Type = "MapIterationStarted"
	MapIterationSucceeded        Type = "MapIterationSucceeded"
	MapRunAborted                Type = "MapRunAborted"
	MapRunFailed                 Type = "MapRunFailed"
	MapRunRedriven               Type = "MapRunRedriven"
	MapRunStarted                Type = "MapRunStarted"
	MapRunSucceeded              Type = "MapRunSucceeded"
	MapStateAborted              Type = "MapStateAborted"
	MapStateEntered              Type = "MapStateEntered"
	MapStateExited               Type = "MapStateExited"
	MapStateFailed               Type = "MapStateFailed"
	MapStateStarted              Type = "MapStateStarted"
	MapStateSucceeded            Type = "MapStateSucceeded"
	ParallelStateAborted         Type = "ParallelStateAborted"
	ParallelStateEntered         Type = "ParallelStateEntered"
	ParallelStateExited          Type = "ParallelStateExited"
	ParallelStateFailed          Type = "ParallelStateFailed"
	ParallelStateStarted         Type = "ParallelStateStarted"
	ParallelStateSucceeded       Type = "ParallelStateSucceeded"
	PassStateEntered             Type = "PassStateEntered"
	PassStateExited              Type = "PassStateExited"
	SucceedStateEntered          Type = "SucceedStateEntered"
	SucceedStateExited           Type = "SucceedStateExited"
	TaskFailed                   Type = "TaskFailed"
	TaskScheduled                Type = "TaskScheduled"
	TaskStartFailed              Type = "TaskStartFailed"
	TaskStarted                  Type = "TaskStarted"
	TaskStateAborted             Type = "TaskStateAborted"
	TaskStateEntered             Type = "TaskStateEntered"
	TaskStateExited              Type = "TaskStateExited"
	TaskSubmitFailed             Type = "TaskSubmitFailed"
	TaskSubmitted                Type = "TaskSubmitted"
	TaskSucceeded                Type = "TaskSucceeded"
	TaskTimedOut                 Type = "TaskTimedOut"
	WaitStateAborted             Type = "WaitStateAborted"
	WaitStateEntered             Type = "WaitStateEntered"
	WaitStateExited              Type = "WaitStateExited"
)
