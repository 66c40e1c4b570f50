package sns

import (
	"context"
	"fmt"
	"strings"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// The resource types of topics.
const (
	TopicType        = "AWS::SNS::Topic"
	SubscriptionType = "AWS::SNS::Subscription"
	PolicyType       = "AWS::SNS::TopicPolicy"
)

// Types are the resource types that the hub provides.
func (h *Hub) Types() []string { return []string{TopicType, SubscriptionType, PolicyType} }

// Create makes a topic, with the subscriptions it names, a subscription, or the policy of topics. Ref of the first
// two is their ARN; Fn::GetAtt of a topic gives TopicArn and TopicName.
func (h *Hub) Create(_ context.Context, r wire.Resource) (wire.Created, error) {
	in := members.Properties(r)
	switch r.Type {
	case SubscriptionType:
		return h.createSubscription(in)
	case PolicyType:
		return h.createPolicy(r, in)
	}
	return h.createTopicResource(r, in)
}

func (h *Hub) createTopicResource(r wire.Resource, in *members.Reader) (wire.Created, error) {
	in.Ignore("DeliveryStatusLogging")
	tags, err := readTags(in.Array("Tags"))
	if err != nil {
		return wire.Created{}, err
	}
	var attributes value.Builder
	for _, a := range append([]string{"FifoTopic", "ContentBasedDeduplication", "ArchivePolicy", "FifoThroughputScope"}, settable...) {
		if v := in.Value(a); v.Exists() {
			attributes.Set(a, value.String(text(v)))
		}
	}
	name := in.String("TopicName")
	if fifo := in.Bool("FifoTopic"); name == "" && fifo {
		name = r.PhysicalName(251) + ".fifo"
	} else if name == "" {
		name = r.PhysicalName(256)
	}
	subscriptions := in.Array("Subscription")
	if err := in.Err(); err != nil {
		return wire.Created{}, err
	}
	arn, err := h.create(name, attributes.Object(), tags)
	if err != nil {
		return wire.Created{}, err
	}
	for _, v := range subscriptions {
		s := &subscription{topic: arn, protocol: v.Get("Protocol").Str(), endpoint: v.Get("Endpoint").Str()}
		if _, err := h.attach(s, nil); err != nil {
			h.drop(arn)
			return wire.Created{}, fmt.Errorf("property Subscription: %w", err)
		}
	}
	return wire.Created{Ref: arn, Attributes: map[string]value.Value{
		"TopicArn": value.String(arn), "TopicName": value.String(arn[strings.LastIndexByte(arn, ':')+1:]),
	}}, nil
}

// text spells a property as the attribute it becomes.
func text(v value.Value) string {
	if v.IsString() {
		return v.Str()
	}
	return v.String()
}

func (h *Hub) createSubscription(in *members.Reader) (wire.Created, error) {
	s := &subscription{topic: in.String("TopicArn"), protocol: in.String("Protocol"), endpoint: in.String("Endpoint")}
	attributes := map[string]string{}
	for _, name := range []string{"RawMessageDelivery", "RedrivePolicy", "FilterPolicy", "FilterPolicyScope", "DeliveryPolicy", "SubscriptionRoleArn", "ReplayPolicy"} {
		if v := in.Value(name); v.Exists() {
			attributes[name] = text(v)
		}
	}
	in.Ignore("Region")
	if err := in.Err(); err != nil {
		return wire.Created{}, err
	}
	s, err := h.attach(s, attributes)
	if err != nil {
		return wire.Created{}, err
	}
	return wire.Created{Ref: s.arn, Attributes: map[string]value.Value{"Arn": value.String(s.arn)}}, nil
}

func (h *Hub) createPolicy(r wire.Resource, in *members.Reader) (wire.Created, error) {
	document, topics := in.Object("PolicyDocument"), in.Strings("Topics")
	if err := in.Err(); err != nil {
		return wire.Created{}, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, arn := range topics {
		t, err := h.found(arn)
		if err != nil {
			return wire.Created{}, fmt.Errorf("property Topics: %s: %w", arn, err)
		}
		t.attributes["Policy"] = document.String()
	}
	return wire.Created{Ref: r.PhysicalName(128), Attributes: map[string]value.Value{"Id": value.String(r.PhysicalName(128))}}, nil
}

// Delete removes what Create made; what is gone is no error.
func (h *Hub) Delete(_ context.Context, r wire.Resource, c wire.Created) error {
	switch r.Type {
	case TopicType:
		h.drop(c.Ref)
	case SubscriptionType:
		h.detach(c.Ref)
	case PolicyType:
		h.mu.Lock()
		defer h.mu.Unlock()
		for _, arn := range r.Properties.Get("Topics").Elements() {
			if t := h.topics[arn.Str()]; t != nil {
				delete(t.attributes, "Policy")
			}
		}
	}
	return nil
}
