package sns

import (
	"context"
	"encoding/base64"
	"slices"
	"strconv"
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

	// Group, Dedup and Sequence are MessageGroupId, MessageDeduplicationId and SequenceNumber. A standard topic's
	// message may have a group, for fair queues, and nothing else.
	Group, Dedup, Sequence string

	// Failures says which subscribers could not be reached at once, a sentence each. Deliveries to web servers go on
	// after Publish has answered, and are not among them.
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
	topic, target := r.String("TopicArn"), r.String("TargetArn")
	if r.Has("PhoneNumber") {
		return value.Value{}, invalid("PhoneNumber Reason: text messages are not supported by the local machine")
	}
	m := h.read(r)
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	if topic == "" {
		topic = target
	}
	if topic == "" {
		return value.Value{}, invalid("TopicArn or TargetArn Reason: no value for required parameter")
	}
	if err := m.check(); err != nil {
		return value.Value{}, err
	}
	m.TopicARN = topic
	if err := h.send(ctx, &m); err != nil {
		return value.Value{}, err
	}
	return m.answer(), nil
}

// read reads the members that Publish and an entry of its batch share.
func (h *Hub) read(r *members.Reader) Message {
	return Message{
		ID: wire.NewID(), Subject: r.String("Subject"), Body: r.String("Message"), Structure: r.String("MessageStructure"),
		Attributes: r.Object("MessageAttributes"), Group: r.String("MessageGroupId"), Dedup: r.String("MessageDeduplicationId"), At: h.clock.Now(),
	}
}

func (m *Message) answer() value.Value {
	out := value.Object(value.M("MessageId", value.String(m.ID)))
	if m.Sequence != "" {
		out = out.With("SequenceNumber", value.String(m.Sequence))
	}
	return out
}

func (m *Message) check() error {
	switch {
	case m.Body == "":
		return invalid("Empty message")
	case m.size() > maxMessage:
		return invalid("Message too long")
	case utf8.RuneCountInString(m.Subject) > 100 || strings.ContainsFunc(m.Subject, func(r rune) bool { return r < 0x20 || r == 0x7f }):
		return invalid("Subject")
	case m.Structure != "" && m.Structure != "json":
		return invalid("MessageStructure")
	case !isToken(m.Group):
		return invalid("MessageGroupId Reason: it has at most 128 alphanumeric and punctuation characters")
	case !isToken(m.Dedup):
		return invalid("MessageDeduplicationId Reason: it has at most 128 alphanumeric and punctuation characters")
	}
	for name, a := range m.Attributes.Members() {
		if err := checkMessageAttribute(name, a); err != nil {
			return err
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

// size counts the attributes with the body.
func (m *Message) size() int {
	n := len(m.Body)
	for name, a := range m.Attributes.Members() {
		n += len(name) + len(a.Get("DataType").Str()) + len(a.Get("StringValue").Str()) + base64.StdEncoding.DecodedLen(len(a.Get("BinaryValue").Str()))
	}
	return n
}

func isToken(s string) bool {
	return len(s) <= 128 && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

func checkMessageAttribute(name string, a value.Value) error {
	t := a.Get("DataType").Str()
	kind, _, _ := strings.Cut(t, ".")
	if name == "" || len(name) > 256 || strings.Trim(name, nameCharacters+".") != "" {
		return invalidValue("Invalid attribute name: '" + name + "' must have 1 to 256 letters, digits, hyphens, underscores and periods")
	}
	s := a.Get("StringValue")
	switch kind {
	case "String", "Number":
		if s.Str() == "" {
			break
		}
		if kind == "Number" {
			if _, err := strconv.ParseFloat(s.Str(), 64); err != nil {
				return invalidValue("Could not cast message attribute '" + name + "' value to number.")
			}
		}
		if list, err := value.ParseString(s.Str()); t == "String.Array" && (err != nil || !list.IsArray()) {
			return invalidValue("The message attribute '" + name + "' of type String.Array must be a JSON array.")
		}
		return nil
	case "Binary":
		if b, err := base64.StdEncoding.DecodeString(a.Get("BinaryValue").Str()); err == nil && len(b) > 0 {
			return nil
		}
	case "":
		return invalidValue("The message attribute '" + name + "' must contain non-empty message attribute type.")
	default:
		return invalidValue("The message attribute '" + name + "' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.")
	}
	return invalidValue("The message attribute '" + name + "' must contain non-empty message attribute value for message attribute type '" + t + "'.")
}

// For is what subscribers of a protocol, such as "sqs" or "lambda", get to read.
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

// send brings a message to all who want it. Messages of a FIFO topic go one after the other.
func (h *Hub) send(ctx context.Context, m *Message) error {
	h.mu.Lock()
	t, err := h.found(m.TopicARN)
	h.mu.Unlock()
	if err != nil {
		return err
	}
	if t.fifo() {
		t.line.Lock()
		defer t.line.Unlock()
	}
	to, again, err := h.subscribers(t, m)
	if err != nil || again {
		return err
	}
	for i := range to {
		s := &to[i]
		if err := h.deliver(ctx, s, *m); err != nil {
			m.Failures = append(m.Failures, s.protocol+" "+s.endpoint+": "+err.Error())
		}
	}
	h.keep(t, *m)
	return nil
}

// subscribers gives those who want the message, as they are now. again is true for a message that a FIFO topic had
// before; it has that one's id then.
func (h *Hub) subscribers(t *topic, m *Message) (to []subscription, again bool, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if again, err = t.admit(m, h.clock.Now()); err != nil || again {
		return nil, again, err
	}
	for _, s := range t.order {
		if !s.pending && s.filter.wants(m) {
			to = append(to, *s)
		}
	}
	return to, false, nil
}

func (h *Hub) keep(t *topic, m Message) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if t.published = append(t.published, m); len(t.published) > maxKept+maxKept/10 {
		t.published = slices.Delete(t.published, 0, len(t.published)-maxKept)
	}
}
