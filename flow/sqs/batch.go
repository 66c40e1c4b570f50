package sqs

import (
	"reflect"

	"github.com/stepwright/stepwright/flow"
)

// A Batch is what sending several messages gives. That one of them was not taken is no error of the step: ask for
// Failed.
type Batch struct {
	Successful []SentEntry   `json:",omitempty"`
	Failed     []FailedEntry `json:",omitempty"`
}

// A SentEntry is a message that was sent. ID is its number in the list, from 0, as text.
type SentEntry struct {
	ID               string `json:"Id"`
	MessageID        string `json:"MessageId"`
	MD5OfMessageBody string
}

// A FailedEntry is a message that was not sent, and why.
type FailedEntry struct {
	ID          string `json:"Id"`
	Code        string
	Message     string `json:",omitempty"`
	SenderFault bool   // sending it again does not help
}

// SendBatch sends the messages of a list, at most ten and together at most 1 MiB, with one call. An empty list fails
// the step. It is the SDK integration's action.
func SendBatch[M any](f *flow.Flow, name string, queue *Queue[M], messages *[]M, opts ...flow.TaskOption) *Batch {
	return flow.Do[Batch](f, name, flow.Call{
		Resource: "arn:aws:states:::aws-sdk:sqs:sendMessageBatch",
		Args: flow.Lazy(func(c *flow.Ctx) any {
			e := c.Value(messages)
			c.Need(e, "the list of messages")
			bodies := e.List()
			if reflect.TypeFor[M]().Kind() != reflect.String {
				bodies = c.Each(e, reflect.TypeFor[string](), func(m flow.Expr) flow.Expr { return body[M](c, m, true) })
			}
			entries := c.JSONata(`[$map($1, function($m, $i){{"Id": $string($i), "MessageBody": $m}})]`, bodies)
			return flow.ObjectOf([]string{"QueueUrl", "Entries"}, []flow.Expr{c.Value(queue.Resource), entries})
		}),
	}, opts...)
}
