// Package sns publishes messages to Amazon SNS topics.
//
//	var Failures = sns.TopicOf[Failed]("Failures")
//
//	sns.Publish(f, "Tell the operators", Failures, failed, sns.Subject(new("A photo failed")))
package sns

import (
	"reflect"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/run"
)

// The errors of SNS. Publish and PublishAwait use the optimized integration, whose errors begin with SNS; PublishBatch
// uses the SDK integration, whose errors begin with Sns. The sets have both spellings.
var (
	// Throttled: publishing again later helps.
	Throttled = flow.Errors{
		"SNS.ThrottledException", "SNS.ThrottlingException", "SNS.InternalErrorException",
		"Sns.ThrottledException", "Sns.InternalErrorException",
	}
	// NoSuchTopic: the topic does not exist.
	NoSuchTopic = flow.Errors{"SNS.NotFoundException", "Sns.NotFoundException"}
	// Refused: the message cannot be published like this: it is too long, say, or a FIFO topic's has no Group.
	Refused = flow.Errors{
		"SNS.InvalidParameterException", "SNS.InvalidParameterValueException",
		"Sns.InvalidParameterException", "Sns.InvalidParameterValueException",
	}
)

// A Topic carries messages of type M. M is string for plain text; other types are sent as JSON text.
type Topic[M any] struct{ flow.Resource }

// TopicOf declares a topic. In documents it is ${name}, its ARN.
func TopicOf[M any](name string) *Topic[M] {
	return &Topic[M]{flow.Resource{Kind: flow.KindTopic, Name: name}}
}

// A Receipt is what publishing gives.
type Receipt struct {
	MessageID      string `json:"MessageId"`
	SequenceNumber string `json:",omitempty"` // of a FIFO topic
}

const publish = "arn:aws:states:::sns:publish"

// Publish sends a message to everybody who listens to the topic.
func Publish[M any](f *flow.Flow, name string, topic *Topic[M], message *M, opts ...flow.TaskOption) *Receipt {
	return flow.Do[Receipt](f, name, flow.Call{Resource: publish, Args: call(topic, message)}, opts...)
}

// PublishAwait publishes a message with a token in it and waits until somebody answers that; see flow.Await. All
// subscribers get the token; the first answer counts. Give it a Timeout: it waits for up to a year.
func PublishAwait[M, Reply any](f *flow.Flow, name string, topic *Topic[M], message func(token *run.Token[Reply]) *M, opts ...flow.TaskOption) *Reply {
	return flow.Await(f, name, func(token *run.Token[Reply]) flow.Call {
		return flow.Call{Resource: publish, Args: call(topic, message(token))}
	}, opts...)
}

func call[M any](topic *Topic[M], message *M) flow.Lazy {
	return func(c *flow.Ctx) any {
		e := c.Value(message)
		c.Need(e, "the message")
		return flow.ObjectOf([]string{"TopicArn", "Message"}, []flow.Expr{c.Value(topic.Resource), body[M](c, e, false)})
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

// Subject is the line that e-mails of a message have above them: at most 100 characters.
func Subject(s *string) flow.TaskOption { return flow.Argument("Subject", s) }

// Group is the message group: messages of one group of a FIFO topic are delivered in order. FIFO topics need one.
func Group(id *string) flow.TaskOption { return flow.Argument("MessageGroupId", id) }

// Deduplication tells two sends of one message apart from two messages: within five minutes a FIFO topic takes an id
// once. FIFO topics need one, unless they go by the message's content.
func Deduplication(id *string) flow.TaskOption { return flow.Argument("MessageDeduplicationId", id) }

// Attribute adds a text beside the message, by which subscriptions can filter.
func Attribute(name string, v *string) flow.TaskOption { return attribute(name, "String", v) }

// NumberAttribute is Attribute with a number.
func NumberAttribute[T ~int | ~int64 | ~float64](name string, v *T) flow.TaskOption {
	return attribute(name, "Number", flow.Lazy(func(c *flow.Ctx) any { return c.JSON(c.Value(v), reflect.TypeFor[T]()) }))
}

// ListAttribute is Attribute with a list of texts, of which a subscription's filter needs to match one.
func ListAttribute(name string, v *[]string) flow.TaskOption {
	return attribute(name, "String.Array", flow.Lazy(func(c *flow.Ctx) any { return c.JSON(c.Value(v), reflect.TypeFor[[]string]()) }))
}

func attribute(name, kind string, v any) flow.TaskOption {
	return flow.ArgumentAt(flow.Lazy(func(c *flow.Ctx) any {
		e := c.Value(v)
		c.Need(e, "the attribute "+name)
		return flow.ObjectOf([]string{"DataType", "StringValue"}, []flow.Expr{c.Value(kind), e})
	}), "MessageAttributes", name)
}
