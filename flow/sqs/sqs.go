// Package sqs sends messages to Amazon SQS queues.
//
//	var Approvals = sqs.QueueOf[Question]("Approvals")
//
//	verdict := sqs.SendAwait(f, "Ask a person", Approvals, func(token *run.Token[Verdict]) *Question {
//		q := &Question{}
//		return flow.Fill(f, q, flow.Set(&q.PhotoID, &job.ID), flow.Set(&q.Token, token))
//	}, flow.Timeout(72*time.Hour))
package sqs

import (
	"fmt"
	"reflect"
	"time"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/run"
)

// The errors of SQS. Send and SendAwait use the optimized integration, whose errors begin with SQS; SendBatch uses the
// SDK integration, whose errors begin with Sqs. The optimized one has few names: AmazonSQSException is everything that
// the service refuses (no such queue, not allowed, throttled), SdkClientException what does not reach it.
var (
	// Throttled: sending again later helps, if the queue is there and may be sent to.
	Throttled = flow.Errors{"SQS.AmazonSQSException", "SQS.SdkClientException", "Sqs.RequestThrottledException", "Sqs.SqsException", "Sqs.SdkClientException"}
	// NoSuchQueue is said by SendBatch; of Send it is an AmazonSQSException like any other.
	NoSuchQueue = flow.Errors{"Sqs.QueueDoesNotExistException", "SQS.QueueDoesNotExistException"}
)

// A Queue carries messages of type M. M is string for plain text; other types are sent as JSON text.
type Queue[M any] struct{ flow.Resource }

// QueueOf declares a queue. In documents it is ${name}, its URL.
func QueueOf[M any](name string) *Queue[M] {
	return &Queue[M]{flow.Resource{Kind: flow.KindQueue, Name: name}}
}

// A Sent is what sending a message gives.
type Sent struct {
	MessageID              string `json:"MessageId"`
	MD5OfMessageBody       string
	MD5OfMessageAttributes string `json:",omitempty"`
	SequenceNumber         string `json:",omitempty"` // of a FIFO queue
}

const sendMessage = "arn:aws:states:::sqs:sendMessage"

// Send sends a message.
func Send[M any](f *flow.Flow, name string, queue *Queue[M], message *M, opts ...flow.TaskOption) *Sent {
	return flow.Do[Sent](f, name, flow.Call{Resource: sendMessage, Args: send(queue, message)}, opts...)
}

// SendAwait sends a message with a token in it and waits until somebody answers that; see flow.Await. The message's
// field is a run.Token of the reply's type. Give it a Timeout: it waits for up to a year.
func SendAwait[M, Reply any](f *flow.Flow, name string, queue *Queue[M], message func(token *run.Token[Reply]) *M, opts ...flow.TaskOption) *Reply {
	return flow.Await(f, name, func(token *run.Token[Reply]) flow.Call {
		return flow.Call{Resource: sendMessage, Args: send(queue, message(token))}
	}, opts...)
}

func send[M any](queue *Queue[M], message *M) flow.Lazy {
	return func(c *flow.Ctx) any {
		e := c.Value(message)
		c.Need(e, "the message")
		return flow.ObjectOf([]string{"QueueUrl", "MessageBody"}, []flow.Expr{c.Value(queue.Resource), body[M](c, e, false)})
	}
}

// body is a message as the service wants it: text as it is; the optimized integration makes text of objects itself.
func body[M any](c *flow.Ctx, e flow.Expr, isText bool) flow.Expr {
	t := reflect.TypeFor[M]()
	_, isObject := flow.Members(t)
	switch {
	case t.Kind() == reflect.String:
		return e
	case !isText && (isObject || t.Kind() == reflect.Map):
		return e
	default:
		return c.JSON(e, t)
	}
}

// MaxDelay is how long a message can be held back.
const MaxDelay = 15 * time.Minute

// Delay holds a message back for that long: whole seconds, at most MaxDelay. FIFO queues have one delay for all
// messages and refuse it.
func Delay(d time.Duration) flow.TaskOption {
	return flow.Argument("DelaySeconds", flow.Lazy(func(c *flow.Ctx) any {
		if d < 0 || d > MaxDelay || d%time.Second != 0 {
			c.Report("message-delay", fmt.Sprintf("a message cannot be held back for %v", d), "SQS takes whole seconds, at most 15 minutes; a longer wait is a flow.Wait")
		}
		return int(d / time.Second)
	}))
}

// DelayFrom is Delay with a number of seconds that is known when the workflow runs.
func DelayFrom(seconds *int) flow.TaskOption { return flow.Argument("DelaySeconds", seconds) }

// Group is the message group: messages of one group of a FIFO queue are received in order, one after the other; in
// other queues groups share the receivers fairly. FIFO queues need one.
func Group(id *string) flow.TaskOption { return flow.Argument("MessageGroupId", id) }

// Deduplication tells two sends of one message apart from two messages: within five minutes a FIFO queue takes an id
// once. FIFO queues need one, unless they go by the message's content.
func Deduplication(id *string) flow.TaskOption { return flow.Argument("MessageDeduplicationId", id) }

// Attribute adds a text beside the message that receivers can look at without reading it. A message has at most ten.
func Attribute(name string, v *string) flow.TaskOption {
	return attribute(name, "String", v)
}

// NumberAttribute is Attribute with a number.
func NumberAttribute[T ~int | ~int64 | ~float64](name string, v *T) flow.TaskOption {
	return attribute(name, "Number", flow.Lazy(func(c *flow.Ctx) any {
		e := c.Value(v)
		c.Need(e, "the attribute "+name)
		return c.JSON(e, reflect.TypeFor[T]())
	}))
}

func attribute(name, kind string, v any) flow.TaskOption {
	return flow.ArgumentAt(flow.Lazy(func(c *flow.Ctx) any {
		e := c.Value(v)
		c.Need(e, "the attribute "+name)
		return flow.ObjectOf([]string{"DataType", "StringValue"}, []flow.Expr{c.Value(kind), e})
	}), "MessageAttributes", name)
}
