package sns

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// A topic has subscriptions and remembers its messages.
type topic struct {
	arn        string
	attributes map[string]string // as set
	tags       map[string]string
	order      []*subscription // in the order in which they were made
	published  []Message
	ended      int // subscriptions that were

	line sync.Mutex // of a FIFO topic: over publishing, so that messages come in order
	memory
}

func (t *topic) fifo() bool { return t.attributes["FifoTopic"] == "true" }

// settable are the topic attributes that are kept as they come.
var settable = []string{
	"DisplayName", "Policy", "DeliveryPolicy", "KmsMasterKeyId", "SignatureVersion", "TracingConfig",
	"LambdaSuccessFeedbackRoleArn", "LambdaFailureFeedbackRoleArn", "LambdaSuccessFeedbackSampleRate",
	"SQSSuccessFeedbackRoleArn", "SQSFailureFeedbackRoleArn", "SQSSuccessFeedbackSampleRate",
	"HTTPSuccessFeedbackRoleArn", "HTTPFailureFeedbackRoleArn", "HTTPSuccessFeedbackSampleRate",
}

// fifoOnly are the attributes that only FIFO topics have.
var fifoOnly = []string{"ContentBasedDeduplication", "FifoThroughputScope"}

// checkAttribute checks one attribute of a topic that is FIFO or not.
func checkAttribute(name, v string, fifo bool) error {
	bad := func(why string) error { return invalid("Attributes Reason: " + why) }
	switch name {
	case "FifoTopic", "ContentBasedDeduplication":
		if v != "true" && v != "false" {
			return bad(name + " must be true or false, not " + quote(v))
		}
	case "FifoThroughputScope":
		if v != "Topic" && v != "MessageGroup" {
			return bad("FifoThroughputScope must be Topic or MessageGroup, not " + quote(v))
		}
	case "SignatureVersion":
		if v != "1" && v != "2" {
			return bad("SignatureVersion must be 1 or 2, not " + quote(v))
		}
	case "DeliveryPolicy":
		if _, err := parseRetries(v, "http", "defaultHealthyRetryPolicy"); err != nil {
			return invalid("DeliveryPolicy: " + err.Error())
		}
	case "Policy":
		if p, err := value.ParseString(v); err != nil || !p.IsObject() {
			return invalid("Policy Error: null")
		}
	case "ArchivePolicy", "DataProtectionPolicy":
		return bad(name + " is not supported by the local machine")
	default:
		if !slices.Contains(settable, name) {
			return bad("Unknown attribute " + name)
		}
	}
	if !fifo && v != "false" && slices.Contains(fifoOnly, name) {
		return bad(name + " is only for FIFO topics")
	}
	return nil
}

func (h *Hub) createTopic(_ context.Context, r *members.Reader) (value.Value, error) {
	name, attributes := r.String("Name"), r.Object("Attributes")
	tags, err := readTags(r.Array("Tags"))
	if err != nil {
		return value.Value{}, err
	}
	if r.Has("DataProtectionPolicy") {
		return value.Value{}, invalid("DataProtectionPolicy Reason: it is not supported by the local machine")
	}
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	arn, err := h.create(name, attributes, tags)
	if err != nil {
		return value.Value{}, err
	}
	return value.Object(value.M("TopicArn", value.String(arn))), nil
}

const nameCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"

func checkName(name string, fifo bool) error {
	base := strings.TrimSuffix(name, ".fifo")
	good := base != "" && len(name) <= 256 && strings.Trim(base, nameCharacters) == ""
	switch {
	case fifo && (!good || base == name):
		return invalid("Topic Name Reason: Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII letters, numbers, underscores, and hyphens, and must be between 1 and 256 characters long.")
	case !good || !fifo && base != name:
		return invalid("Topic Name")
	}
	return nil
}

// create makes a topic; one that is there with the same attributes and tags is no error.
func (h *Hub) create(name string, attributes value.Value, tags map[string]string) (arn string, err error) {
	fifo := strings.EqualFold(attributes.Get("FifoTopic").Str(), "true")
	if err := checkName(name, fifo); err != nil {
		return "", err
	}
	all := map[string]string{}
	for k, v := range attributes.Members() {
		text := normal(k, v.Str())
		if err := checkAttribute(k, text, fifo); err != nil {
			return "", err
		}
		all[k] = text
	}
	arn = h.account.ARN("sns", name)
	h.mu.Lock()
	defer h.mu.Unlock()
	t := h.topics[arn]
	if t == nil {
		h.topics[arn] = &topic{arn: arn, attributes: all, tags: tags}
		return arn, nil
	}
	have := h.describe(t)
	for k, v := range all {
		if have[k] != v {
			return "", invalid("Attributes Reason: Topic already exists with different attributes")
		}
	}
	if len(tags) > 0 && !maps.Equal(tags, t.tags) {
		return "", invalid("Tags Reason: Topic already exists with different tags")
	}
	return arn, nil
}

// normal spells truth in small letters.
func normal(name, v string) string {
	if lower := strings.ToLower(v); name != "DisplayName" && (lower == "true" || lower == "false") {
		return lower
	}
	return v
}

func (h *Hub) deleteTopic(_ context.Context, r *members.Reader) (value.Value, error) {
	arn := r.String("TopicArn")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	if err := checkARN("TopicArn", arn); err != nil {
		return value.Value{}, err
	}
	h.drop(arn)
	return value.Value{}, nil
}

// drop deletes a topic with its subscriptions; one that is gone is no error.
func (h *Hub) drop(arn string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if t := h.topics[arn]; t != nil {
		for _, s := range t.order {
			delete(h.subscriptions, s.arn)
		}
		delete(h.topics, arn)
	}
}

func (h *Hub) listTopics(_ context.Context, r *members.Reader) (value.Value, error) {
	token := r.String("NextToken")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	h.mu.Lock()
	arns := slices.Sorted(maps.Keys(h.topics))
	h.mu.Unlock()
	return page("Topics", token, arns, func(arn string) (value.Value, string) {
		return value.Object(value.M("TopicArn", value.String(arn))), arn
	})
}

const maxPage = 100

// page gives the items behind the one that token names, and the token that leads to the next page.
func page[T any](member, token string, all []T, show func(T) (v value.Value, token string)) (value.Value, error) {
	if token != "" {
		i := slices.IndexFunc(all, func(x T) bool { _, own := show(x); return own == token })
		if i < 0 {
			return value.Value{}, invalid("NextToken Reason: it is no token of this list, or what it names is gone")
		}
		all = all[i+1:]
	}
	items := []value.Value{}
	for i, x := range all {
		v, token := show(x)
		items = append(items, v)
		if len(items) == maxPage && i+1 < len(all) {
			return value.Object(value.M(member, value.Array(items...)), value.M("NextToken", value.String(token))), nil
		}
	}
	return value.Object(value.M(member, value.Array(items...))), nil
}

// describe gives a topic's attributes; h.mu is held.
func (h *Hub) describe(t *topic) map[string]string {
	pending := 0
	for _, s := range t.order {
		if s.pending {
			pending++
		}
	}
	all := map[string]string{
		"TopicArn": t.arn, "Owner": h.account.ID, "DisplayName": "", "Policy": h.defaultPolicy(t.arn),
		"SubscriptionsPending": strconv.Itoa(pending), "SubscriptionsDeleted": strconv.Itoa(t.ended),
		"SubscriptionsConfirmed": strconv.Itoa(len(t.order) - pending), "EffectiveDeliveryPolicy": defaultDelivery,
	}
	if t.fifo() {
		all["ContentBasedDeduplication"], all["FifoThroughputScope"] = "false", "Topic"
	}
	maps.Copy(all, t.attributes)
	if p := t.attributes["DeliveryPolicy"]; p != "" {
		all["EffectiveDeliveryPolicy"] = p
	}
	if all["FifoTopic"] == "false" {
		delete(all, "FifoTopic")
	}
	return all
}

func (h *Hub) getTopicAttributes(_ context.Context, r *members.Reader) (value.Value, error) {
	arn := r.String("TopicArn")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	t, err := h.found(arn)
	if err != nil {
		return value.Value{}, err
	}
	return value.Object(value.M("Attributes", object(h.describe(t)))), nil
}

func object(texts map[string]string) value.Value {
	var b value.Builder
	for _, k := range slices.Sorted(maps.Keys(texts)) {
		b.Set(k, value.String(texts[k]))
	}
	return b.Object()
}

func (h *Hub) setTopicAttributes(_ context.Context, r *members.Reader) (value.Value, error) {
	arn, name, v := r.String("TopicArn"), r.String("AttributeName"), r.String("AttributeValue")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	t, err := h.found(arn)
	if err != nil {
		return value.Value{}, err
	}
	v = normal(name, v)
	if name == "FifoTopic" {
		return value.Value{}, invalid("AttributeName")
	}
	if v == "" && (name == "DeliveryPolicy" || name == "KmsMasterKeyId") {
		delete(t.attributes, name)
		return value.Value{}, nil
	}
	if err := checkAttribute(name, v, t.fifo()); err != nil {
		return value.Value{}, err
	}
	t.attributes[name] = v
	return value.Value{}, nil
}
