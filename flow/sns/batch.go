package sns

import (
	"reflect"

	"github.com/stepwright/stepwright/flow"
)

// A Batch is what publishing several messages gives. That one of them was not taken is no error of the step: ask for
// Failed.
type Batch struct {
	Successful []PublishedEntry `json:",omitempty"`
	Failed     []FailedEntry    `json:",omitempty"`
}

// A PublishedEntry is a message that was published. ID is its number in the list, from 0, as text.
type PublishedEntry struct {
	ID        string `json:"Id"`
	MessageID string `json:"MessageId"`
}

// A FailedEntry is a message that was not published, and why.
type FailedEntry struct {
	ID          string `json:"Id"`
	Code        string
	Message     string `json:",omitempty"`
	SenderFault bool   // publishing it again does not help
}

// PublishBatch publishes the messages of a list, at most ten, with one call. An empty list fails the step. It is the
// SDK integration's action.
func PublishBatch[M any](f *flow.Flow, name string, topic *Topic[M], messages *[]M, opts ...flow.TaskOption) *Batch {
	return flow.Do[Batch](f, name, flow.Call{
		Resource: "arn:aws:states:::aws-sdk:sns:publishBatch",
		Args: flow.Lazy(func(c *flow.Ctx) any {
			e := c.Value(messages)
			c.Need(e, "the list of messages")
			bodies := e.List()
			if reflect.TypeFor[M]().Kind() != reflect.String {
				bodies = c.Each(e, reflect.TypeFor[string](), func(m flow.Expr) flow.Expr { return body[M](c, m, true) })
			}
			entries := c.JSONata(`[$map($1, function($m, $i){{"Id": $string($i), "Message": $m}})]`, bodies)
			return flow.ObjectOf([]string{"TopicArn", "PublishBatchRequestEntries"}, []flow.Expr{c.Value(topic.Resource), entries})
		}),
	}, opts...)
}
