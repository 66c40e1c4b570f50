// Package awssdk calls any AWS action that has no package of its own, through Step Functions' AWS SDK integrations.
package awssdk

import (
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/run"
)

// Call calls an action, such as "s3:headObject": the service as the SDK integrations name it, and the action with a
// small first letter. args is a struct with pointer fields, or a map with pointers inside; its members are the API's,
// with a capital first letter. The answer is taken as an Out. A service that the tables do not know is a warning.
//
//	head := awssdk.Call[Head](f, "Check object", "s3:headObject", map[string]any{"Bucket": &job.Bucket, "Key": &job.Key})
func Call[Out any](f *flow.Flow, name, action string, args any, opts ...flow.TaskOption) *Out {
	return flow.Do[Out](f, name, flow.Call{Resource: "arn:aws:states:::aws-sdk:" + action, Args: args}, opts...)
}

// CallAwait is Call with a token in its arguments: the step waits until somebody answers that. See flow.Await.
//
//	done := awssdk.CallAwait(f, "Await encode", "dynamodb:updateItem", func(token *run.Token[Done]) any {
//		return map[string]any{"TableName": Runs.Ref(), …, ":t": map[string]any{"S": token}}
//	}, flow.Timeout(49*time.Hour))
func CallAwait[Reply any](f *flow.Flow, name, action string, args func(token *run.Token[Reply]) any, opts ...flow.TaskOption) *Reply {
	return flow.Await(f, name, func(token *run.Token[Reply]) flow.Call {
		return flow.Call{Resource: "arn:aws:states:::aws-sdk:" + action, Args: args(token)}
	}, opts...)
}
