package sns

import (
	"context"
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

const maxPage = 100

// settable are the topic attributes that are kept as they come; those that would make a FIFO topic are refused.
var settable = []string{
	"DisplayName", "Policy", "DeliveryPolicy", "KmsMasterKeyId", "SignatureVersion", "TracingConfig", "DataProtectionPolicy",
	"LambdaSuccessFeedbackRoleArn", "LambdaFailureFeedbackRoleArn", "LambdaSuccessFeedbackSampleRate",
	"SQSSuccessFeedbackRoleArn", "SQSFailureFeedbackRoleArn", "SQSSuccessFeedbackSampleRate",
}

func checkAttribute(name, v string) error {
	if name == "FifoTopic" || name == "ContentBasedDeduplication" || name == "ArchivePolicy" || name == "FifoThroughputScope" {
		if strings.EqualFold(v, "false") {
			return nil
		}
		return invalid("Attributes Reason: FIFO topics (" + name + ") are not supported yet by the local machine")
	}
	if !slices.Contains(settable, name) {
		return invalid("Attributes Reason: Unknown attribute " + name)
	}
	return nil
}

func (h *Hub) createTopic(_ context.Context, r *members.Reader) (value.Value, error) {
	name, attributes := r.String("Name"), r.Object("Attributes")
	r.Ignore("Tags", "DataProtectionPolicy")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	arn, err := h.create(name, attributes)
	if err != nil {
		return value.Value{}, err
	}
	return value.Object(value.M("TopicArn", value.String(arn))), nil
}

// create makes a topic; one that is there is no error.
func (h *Hub) create(name string, attributes value.Value) (arn string, err error) {
	bad := name == "" || len(name) > 256
	for _, c := range name {
		bad = bad || !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", c)
	}
	if bad {
		return "", invalid("Topic Name")
	}
	all := map[string]string{}
	for k, v := range attributes.Members() {
		if err := checkAttribute(k, v.Str()); err != nil {
			return "", err
		}
		all[k] = v.Str()
	}
	arn = h.account.ARN("sns", name)
	h.mu.Lock()
	defer h.mu.Unlock()
	if t := h.topics[arn]; t == nil {
		h.topics[arn] = &topic{arn: arn, attributes: all}
	}
	return arn, nil
}

func (h *Hub) deleteTopic(_ context.Context, r *members.Reader) (value.Value, error) {
	arn := r.String("TopicArn")
	if err := r.Err(); err != nil {
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
	i := sort.SearchStrings(arns, token+"\x00")
	if token == "" {
		i = 0
	}
	return page("Topics", arns[i:], func(arn string) (value.Value, string) {
		return value.Object(value.M("TopicArn", value.String(arn))), arn
	}), nil
}

// page gives the first items of a list, and the token that leads to the next.
func page[T any](member string, all []T, show func(T) (v value.Value, token string)) value.Value {
	items := []value.Value{}
	for _, x := range all {
		v, token := show(x)
		items = append(items, v)
		if len(items) == maxPage && len(all) > maxPage {
			return value.Object(value.M(member, value.Array(items...)), value.M("NextToken", value.String(token)))
		}
	}
	return value.Object(value.M(member, value.Array(items...)))
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
	all := map[string]string{
		"TopicArn": arn, "Owner": h.account.ID, "DisplayName": "", "SubscriptionsPending": "0", "SubscriptionsDeleted": "0",
		"SubscriptionsConfirmed": strconv.Itoa(len(t.order)),
	}
	maps.Copy(all, t.attributes)
	return value.Object(value.M("Attributes", object(all))), nil
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
	if err := checkAttribute(name, v); err != nil {
		return value.Value{}, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	t, err := h.found(arn)
	if err != nil {
		return value.Value{}, err
	}
	t.attributes[name] = v
	return value.Value{}, nil
}

func (h *Hub) subscribe(_ context.Context, r *members.Reader) (value.Value, error) {
	s := &subscription{topic: r.String("TopicArn"), protocol: r.String("Protocol"), endpoint: r.String("Endpoint")}
	attributes := r.Object("Attributes")
	r.Ignore("ReturnSubscriptionArn")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	for name, v := range attributes.Members() {
		if err := s.set(name, v); err != nil {
			return value.Value{}, err
		}
	}
	arn, err := h.attach(s)
	if err != nil {
		return value.Value{}, err
	}
	return value.Object(value.M("SubscriptionArn", value.String(arn))), nil
}

// set sets an attribute of a subscription.
func (s *subscription) set(name string, v value.Value) error {
	switch name {
	case "RawMessageDelivery":
		s.raw = strings.EqualFold(v.Str(), "true") || v.Bool()
		if s.raw && s.protocol != "sqs" {
			return invalid("Attributes Reason: RawMessageDelivery is for queues only on the local machine")
		}
	case "RedrivePolicy":
		policy := v
		if v.IsString() {
			var err error
			if policy, err = value.ParseString(v.Str()); err != nil {
				return invalid("RedrivePolicy: it is not JSON")
			}
		}
		if s.deadLetters = policy.Get("deadLetterTargetArn").Str(); s.deadLetters == "" {
			return invalid("RedrivePolicy: deadLetterTargetArn is missing")
		}
	default:
		return invalid("Attributes Reason: " + name + " of a subscription is not supported yet by the local machine")
	}
	return nil
}

// attach makes a subscription; an equal one that is there is taken instead.
func (h *Hub) attach(s *subscription) (arn string, err error) {
	if s.protocol != "sqs" && s.protocol != "lambda" {
		return "", invalid("Protocol Reason: " + quote(s.protocol) + " is not supported yet by the local machine; it delivers to sqs and lambda")
	}
	if parts := strings.Split(s.endpoint, ":"); len(parts) < 6 || parts[0] != "arn" || parts[2] != s.protocol {
		return "", invalid("Endpoint Reason: the endpoint of protocol " + s.protocol + " is the ARN of a " + endpointKind[s.protocol] + ", not " + quote(s.endpoint))
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	t, err := h.found(s.topic)
	if err != nil {
		return "", err
	}
	for _, other := range t.order {
		if other.protocol == s.protocol && other.endpoint == s.endpoint {
			return other.arn, nil
		}
	}
	s.arn = t.arn + ":" + wire.NewID()
	t.order = append(t.order, s)
	h.subscriptions[s.arn] = s
	return s.arn, nil
}

var endpointKind = map[string]string{"sqs": "queue", "lambda": "function"}

func (h *Hub) unsubscribe(_ context.Context, r *members.Reader) (value.Value, error) {
	arn := r.String("SubscriptionArn")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	h.detach(arn)
	return value.Value{}, nil
}

// detach ends a subscription; one that is gone is no error.
func (h *Hub) detach(arn string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.subscriptions[arn]
	if s == nil {
		return
	}
	delete(h.subscriptions, arn)
	if t := h.topics[s.topic]; t != nil {
		t.order = slices.DeleteFunc(t.order, func(x *subscription) bool { return x == s })
	}
}

func (h *Hub) listSubscriptionsByTopic(_ context.Context, r *members.Reader) (value.Value, error) {
	arn, token := r.String("TopicArn"), r.String("NextToken")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	t, err := h.found(arn)
	if err != nil {
		return value.Value{}, err
	}
	all := t.order
	if i := slices.IndexFunc(all, func(s *subscription) bool { return s.arn == token }); i >= 0 {
		all = all[i+1:]
	}
	return page("Subscriptions", all, func(s *subscription) (value.Value, string) {
		return value.Object(value.M("SubscriptionArn", value.String(s.arn)), value.M("Owner", value.String(h.account.ID)),
			value.M("Protocol", value.String(s.protocol)), value.M("Endpoint", value.String(s.endpoint)),
			value.M("TopicArn", value.String(s.topic))), s.arn
	}), nil
}
