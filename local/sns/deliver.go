package sns

import (
	"context"
	"net/url"
	"strings"

	"github.com/stepwright/stepwright/value"
)

// deliver brings a message to one subscriber, or to the subscription's dead-letter queue.
func (h *Hub) deliver(ctx context.Context, s *subscription, m Message) error {
	var err error
	switch s.protocol {
	case "lambda":
		err = h.toFunction(ctx, s, m)
	case "sqs":
		err = h.toQueue(ctx, s.endpoint, s, m)
	case "http", "https":
		h.toWeb(s, m)
	default:
		h.toMailbox(s, m)
	}
	if err != nil {
		err = h.bury(ctx, s, m, err)
	}
	return err
}

// bury sends what could not be delivered to the dead-letter queue; without one it gives the failure back.
func (h *Hub) bury(ctx context.Context, s *subscription, m Message, failure error) error {
	if s.deadLetters == "" {
		return failure
	}
	return h.toQueue(ctx, s.deadLetters, s, m)
}

func (h *Hub) toQueue(ctx context.Context, arn string, s *subscription, m Message) error {
	name := arn[strings.LastIndexByte(arn, ':')+1:]
	out, err := h.directory.Call(ctx, "sqs", "GetQueueUrl", value.Object(value.M("QueueName", value.String(name))))
	if err != nil {
		return err
	}
	in := value.Object(value.M("QueueUrl", out.Get("QueueUrl")))
	if s.raw {
		in = in.With("MessageBody", value.String(m.For(s.protocol)))
		if m.Attributes.Len() > 0 {
			in = in.With("MessageAttributes", m.Attributes)
		}
	} else {
		in = in.With("MessageBody", value.String(h.envelope(s, m, "URL").Indent()))
	}
	if m.Group != "" {
		in = in.With("MessageGroupId", value.String(m.Group))
	}
	if m.Dedup != "" && strings.HasSuffix(name, ".fifo") {
		in = in.With("MessageDeduplicationId", value.String(m.Dedup))
	}
	_, err = h.directory.Call(ctx, "sqs", "SendMessage", in)
	return err
}

// toFunction invokes a function without waiting for it.
func (h *Hub) toFunction(ctx context.Context, s *subscription, m Message) error {
	notice := h.envelope(s, m, "Url")
	if m.Subject == "" {
		notice = notice.With("Subject", value.Null)
	}
	if m.Attributes.Len() == 0 {
		notice = notice.With("MessageAttributes", value.Object())
	}
	event := value.Object(value.M("Records", value.Array(value.Object(
		value.M("EventVersion", value.String("1.0")), value.M("EventSubscriptionArn", value.String(s.arn)),
		value.M("EventSource", value.String("aws:sns")), value.M("Sns", notice)))))
	_, err := h.directory.Call(ctx, "lambda", "Invoke", value.Object(
		value.M("FunctionName", value.String(s.endpoint)), value.M("InvocationType", value.String("Event")), value.M("Payload", event)))
	return err
}

// simulated stands for signatures, which only the service can make.
const simulated = "simulated"

// envelope is a message as subscribers get it. Queues and functions spell two of its members differently: with URL
// and with Url.
func (h *Hub) envelope(s *subscription, m Message, word string) value.Value {
	var b value.Builder
	set := func(name, text string) {
		if text != "" {
			b.Set(name, value.String(text))
		}
	}
	set("Type", "Notification")
	set("MessageId", m.ID)
	set("SequenceNumber", m.Sequence)
	set("TopicArn", m.TopicARN)
	set("Subject", m.Subject)
	set("Message", m.For(s.protocol))
	set("Timestamp", m.At.UTC().Format(stamp))
	set("SignatureVersion", "1")
	set("Signature", simulated)
	set("SigningCert"+word, simulated)
	set("Unsubscribe"+word, h.unsubscribeURL(s))
	if m.Attributes.Len() > 0 {
		b.Set("MessageAttributes", typed(m.Attributes))
	}
	return b.Object()
}

const stamp = "2006-01-02T15:04:05.000Z"

func typed(attributes value.Value) value.Value {
	var b value.Builder
	for name, a := range attributes.Members() {
		v := a.Get("StringValue")
		if !v.Exists() {
			v = a.Get("BinaryValue")
		}
		b.Set(name, value.Object(value.M("Type", a.Get("DataType")), value.M("Value", v)))
	}
	return b.Object()
}

// unsubscribeURL is the link that ends a subscription; simulated on a machine that has no endpoint.
func (h *Hub) unsubscribeURL(s *subscription) string {
	return h.link(url.Values{"Action": {"Unsubscribe"}, "SubscriptionArn": {s.arn}, "Token": {s.token}})
}

// link is a URL that works without a signature, because it has a token.
func (h *Hub) link(query url.Values) string {
	base := h.endpoint()
	if base == "" {
		return simulated
	}
	return base + LinkPrefix + "?" + query.Encode()
}
