package sns

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

const (
	maxMessage = 256 << 10
	maxKept    = 10000
)

// A Message is what was published to a topic.
type Message struct {
	ID         string
	TopicARN   string
	Subject    string // empty for none
	Body       string // as it was published; JSON by protocol if Structure is "json"
	Structure  string
	Attributes value.Value // MessageAttributes: name → {DataType, StringValue or BinaryValue}; absent for none
	At         time.Time
	// Failures says which subscribers could not be reached, a sentence each.
	Failures []string
}

// Published gives the messages of a topic, oldest first: the last ten thousand.
func (h *Hub) Published(topicARN string) []Message {
	h.mu.Lock()
	defer h.mu.Unlock()
	if t := h.topics[topicARN]; t != nil {
		return slices.Clone(t.published)
	}
	return nil
}

func (h *Hub) publish(ctx context.Context, r *members.Reader) (value.Value, error) {
	m := Message{
		ID: wire.NewID(), TopicARN: r.String("TopicArn"), Subject: r.String("Subject"), Body: r.String("Message"),
		Structure: r.String("MessageStructure"), Attributes: r.Object("MessageAttributes"), At: h.clock.Now(),
	}
	target := r.String("TargetArn")
	if r.Has("PhoneNumber") {
		return value.Value{}, invalid("PhoneNumber Reason: text messages are not supported by the local machine")
	}
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	if m.TopicARN == "" {
		m.TopicARN = target
	}
	if err := m.check(); err != nil {
		return value.Value{}, err
	}
	to, err := h.subscribers(m.TopicARN)
	if err != nil {
		return value.Value{}, err
	}
	for _, s := range to {
		if err := h.deliver(ctx, s, m); err != nil {
			m.Failures = append(m.Failures, s.protocol+" "+s.endpoint+": "+err.Error())
		}
	}
	h.keep(m)
	return value.Object(value.M("MessageId", value.String(m.ID))), nil
}

func (m *Message) check() error {
	switch {
	case m.TopicARN == "":
		return invalid("TopicArn or TargetArn Reason: no value for required parameter")
	case m.Body == "":
		return invalid("Empty message")
	case len(m.Body) > maxMessage:
		return invalid("Message too long")
	case utf8.RuneCountInString(m.Subject) > 100 || strings.ContainsFunc(m.Subject, func(r rune) bool { return r < 0x20 || r == 0x7f }):
		return invalid("Subject")
	case m.Structure != "" && m.Structure != "json":
		return invalid("MessageStructure")
	}
	for name, a := range m.Attributes.Members() {
		kind, _, _ := strings.Cut(a.Get("DataType").Str(), ".")
		if kind != "String" && kind != "Number" && kind != "Binary" {
			return invalid("The message attribute '" + name + "' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.")
		}
		if a.Get("StringValue").Str() == "" && a.Get("BinaryValue").Str() == "" {
			return invalid("The message attribute '" + name + "' must contain a non-empty message attribute value")
		}
	}
	if m.Structure == "json" {
		body, err := value.ParseString(m.Body)
		if err != nil || !body.IsObject() {
			return invalid("Message Structure - JSON message body failed to parse")
		}
		if !body.Get("default").IsString() {
			return invalid("Message Structure - No default entry in JSON message body")
		}
	}
	return nil
}

// For is what subscribers of a protocol, "sqs" or "lambda", get to read.
func (m Message) For(protocol string) string {
	if m.Structure != "json" {
		return m.Body
	}
	body, err := value.ParseString(m.Body)
	if err != nil {
		return m.Body
	}
	if own := body.Get(protocol); own.IsString() {
		return own.Str()
	}
	return body.Get("default").Str()
}

func (h *Hub) subscribers(arn string) ([]*subscription, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	t, err := h.found(arn)
	if err != nil {
		return nil, err
	}
	return slices.Clone(t.order), nil
}

func (h *Hub) keep(m Message) {
	h.mu.Lock()
	defer h.mu.Unlock()
	t := h.topics[m.TopicARN]
	if t == nil {
		return
	}
	if t.published = append(t.published, m); len(t.published) > maxKept {
		t.published = slices.Delete(t.published, 0, len(t.published)-maxKept)
	}
}

// deliver brings a message to one subscriber, or to the subscription's dead-letter queue.
func (h *Hub) deliver(ctx context.Context, s *subscription, m Message) error {
	var err error
	if s.protocol == "lambda" {
		err = h.toFunction(ctx, s, m)
	} else {
		err = h.toQueue(ctx, s.endpoint, s, m)
	}
	if err != nil && s.deadLetters != "" {
		err = h.toQueue(ctx, s.deadLetters, s, m)
	}
	return err
}

func (h *Hub) toQueue(ctx context.Context, arn string, s *subscription, m Message) error {
	name := arn[strings.LastIndexByte(arn, ':')+1:]
	out, err := h.directory.Call(ctx, "sqs", "GetQueueUrl", value.Object(value.M("QueueName", value.String(name))))
	if err != nil {
		return err
	}
	in := value.Object(value.M("QueueUrl", out.Get("QueueUrl")))
	if s.raw {
		in = in.With("MessageBody", value.String(m.For("sqs"))).With("MessageAttributes", m.Attributes)
	} else {
		in = in.With("MessageBody", value.String(m.envelope(s, "URL").Indent()))
	}
	_, err = h.directory.Call(ctx, "sqs", "SendMessage", in)
	return err
}

// toFunction invokes a function without waiting for it.
func (h *Hub) toFunction(ctx context.Context, s *subscription, m Message) error {
	notice := m.envelope(s, "Url")
	if m.Subject == "" {
		notice = notice.With("Subject", value.Null)
	}
	if !m.Attributes.Exists() {
		notice = notice.With("MessageAttributes", value.Object())
	}
	event := value.Object(value.M("Records", value.Array(value.Object(
		value.M("EventVersion", value.String("1.0")), value.M("EventSubscriptionArn", value.String(s.arn)),
		value.M("EventSource", value.String("aws:sns")), value.M("Sns", notice)))))
	_, err := h.directory.Call(ctx, "lambda", "Invoke", value.Object(
		value.M("FunctionName", value.String(s.endpoint)), value.M("InvocationType", value.String("Event")), value.M("Payload", event)))
	return err
}

// envelope is a message as subscribers get it. Queues and functions spell two of its members differently: with URL
// and with Url.
func (m Message) envelope(s *subscription, url string) value.Value {
	var subject, attributes value.Value
	if m.Subject != "" {
		subject = value.String(m.Subject)
	}
	if m.Attributes.Len() > 0 {
		var b value.Builder
		for name, a := range m.Attributes.Members() {
			v := a.Get("StringValue")
			if !v.Exists() {
				v = a.Get("BinaryValue")
			}
			b.Set(name, value.Object(value.M("Type", a.Get("DataType")), value.M("Value", v)))
		}
		attributes = b.Object()
	}
	const simulated = "simulated"
	return value.Object(value.M("Type", value.String("Notification")), value.M("MessageId", value.String(m.ID)),
		value.M("TopicArn", value.String(m.TopicARN)), value.M("Subject", subject), value.M("Message", value.String(m.For(s.protocol))),
		value.M("Timestamp", value.String(m.At.UTC().Format("2006-01-02T15:04:05.000Z"))),
		value.M("SignatureVersion", value.String("1")), value.M("Signature", value.String(simulated)),
		value.M("SigningCert"+url, value.String(simulated)), value.M("Unsubscribe"+url, value.String(simulated)),
		value.M("MessageAttributes", attributes))
}
