// Package sns publishes messages to Amazon SNS topics.
package sns

import (
	"github.com/stepwright/stepwright/flow"
)

// Throttled are the errors after which publishing again later helps.
var Throttled = flow.Errors{"SNS.ThrottledException", "SNS.ThrottlingException", "SNS.InternalErrorException"}

// A Topic carries messages of type M. M is string for plain text; other types are sent as JSON text.
type Topic[M any] struct{ flow.Resource }

// TopicOf declares a topic. In documents it is ${name}, its ARN.
func TopicOf[M any](name string) *Topic[M] {
	return &Topic[M]{flow.Resource{Kind: flow.KindTopic, Name: name}}
}

// A Receipt is what publishing gives.
type Receipt struct {
	MessageID string `json:"MessageId"`
}

// Publish sends a message to everybody who listens to the topic.
func Publish[M any](f *flow.Flow, name string, topic *Topic[M], message *M, opts ...flow.TaskOption) *Receipt {
	args := struct {
		TopicArn flow.Resource
		Message  *M `flow:"required"`
	}{topic.Resource, message}
	return flow.Do[Receipt](f, name, flow.Call{Resource: "arn:aws:states:::sns:publish", Args: args}, opts...)
}

// Subject is the line that e-mails of a message have above them.
func Subject(s *string) flow.TaskOption { return flow.Argument("Subject", s) }
