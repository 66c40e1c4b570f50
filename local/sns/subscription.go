package sns

import (
	"context"
	"maps"
	"net/mail"
	"net/url"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// A subscription leads from a topic to an endpoint.
type subscription struct {
	arn, topic, protocol, endpoint string

	attributes  map[string]string // as set
	raw         bool
	deadLetters string  // the ARN of a queue, or empty
	filter      *policy // nil for all messages
	retries     *retries

	pending bool   // until somebody confirms it
	token   string // what confirms it
}

// A protocol says what endpoints look like, and how one is refused.
type protocol struct {
	good    func(endpoint string) bool
	refusal string
	confirm bool // the endpoint must say that it wants to be subscribed
	raw     bool
}

func isARNOf(service string) func(string) bool {
	return func(endpoint string) bool {
		parts := strings.Split(endpoint, ":")
		return len(parts) >= 6 && parts[0] == "arn" && parts[2] == service
	}
}

func isURLOf(scheme string) func(string) bool {
	return func(endpoint string) bool {
		u, err := url.Parse(endpoint)
		return err == nil && u.Scheme == scheme && u.Host != ""
	}
}

func isAddress(endpoint string) bool {
	a, err := mail.ParseAddress(endpoint)
	return err == nil && a.Address == endpoint
}

var protocols = map[string]protocol{
	"sqs":        {isARNOf("sqs"), "SQS endpoint ARN", false, true},
	"lambda":     {isARNOf("lambda"), "Lambda endpoint ARN", false, false},
	"http":       {isURLOf("http"), "Endpoint must match the specified protocol", true, true},
	"https":      {isURLOf("https"), "Endpoint must match the specified protocol", true, true},
	"email":      {isAddress, "Email address", true, false},
	"email-json": {isAddress, "Email address", true, false},
}

func (h *Hub) subscribe(_ context.Context, r *members.Reader) (value.Value, error) {
	s := &subscription{topic: r.String("TopicArn"), protocol: r.String("Protocol"), endpoint: r.String("Endpoint")}
	attributes, tell := r.Object("Attributes"), r.Bool("ReturnSubscriptionArn")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	all := map[string]string{}
	for name, v := range attributes.Members() {
		all[name] = text(v)
	}
	s, err := h.attach(s, all)
	if err != nil {
		return value.Value{}, err
	}
	arn := s.arn
	if s.pending && !tell {
		arn = "pending confirmation"
	}
	return value.Object(value.M("SubscriptionArn", value.String(arn))), nil
}

// set sets attributes of a subscription; an empty text takes one away. Nothing is changed when one is wrong.
func (s *subscription) set(attributes map[string]string) error {
	all := map[string]string{}
	maps.Copy(all, s.attributes)
	for name, v := range attributes {
		if v = normal(name, v); v == "" {
			delete(all, name)
			continue
		}
		all[name] = v
	}
	n := subscription{protocol: s.protocol}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if err := n.read(name, all[name], all); err != nil {
			return err
		}
	}
	s.attributes, s.raw, s.deadLetters, s.filter, s.retries = all, n.raw, n.deadLetters, n.filter, n.retries
	return nil
}

// read reads one attribute.
func (s *subscription) read(name, v string, all map[string]string) (err error) {
	switch name {
	case "RawMessageDelivery":
		if v != "true" && v != "false" {
			return invalid("RawMessageDelivery: Invalid value [" + v + "]. Must be true or false.")
		}
		if s.raw = v == "true"; s.raw && !protocols[s.protocol].raw {
			return invalid("RawMessageDelivery: Delivery protocol [" + s.protocol + "] does not support raw message delivery.")
		}
	case "RedrivePolicy":
		p, err := value.ParseString(v)
		if err != nil {
			return invalid("RedrivePolicy: failed to parse JSON")
		}
		s.deadLetters = p.Get("deadLetterTargetArn").Str()
		if !isARNOf("sqs")(s.deadLetters) {
			return invalid("RedrivePolicy: deadLetterTargetArn is an invalid arn")
		}
	case "FilterPolicyScope":
		if v != "MessageAttributes" && v != "MessageBody" {
			return invalid("FilterPolicyScope: Invalid value [" + v + "]. Please use either MessageBody or MessageAttributes")
		}
	case "FilterPolicy":
		if s.filter, err = parsePolicy(v, all["FilterPolicyScope"] == "MessageBody"); err != nil {
			return invalid("FilterPolicy: " + err.Error())
		}
	case "DeliveryPolicy":
		if s.retries, err = parseRetries(v, "healthyRetryPolicy"); err != nil {
			return invalid("DeliveryPolicy: " + err.Error())
		}
	case "SubscriptionRoleArn", "ReplayPolicy":
		return invalid("Attributes Reason: " + name + " is not supported by the local machine")
	default:
		return invalid("AttributeName")
	}
	return nil
}

func (s *subscription) check() error {
	p, ok := protocols[s.protocol]
	switch {
	case s.protocol == "sms" || s.protocol == "application" || s.protocol == "firehose":
		return invalid("Protocol Reason: " + s.protocol + " is not supported by the local machine; it delivers to sqs, lambda, http, https, email and email-json")
	case !ok:
		return invalid("Amazon SNS does not support this protocol string: " + s.protocol)
	case !p.good(s.endpoint):
		return invalid(p.refusal)
	}
	return nil
}

// checkWith checks what depends on the topic.
func (s *subscription) checkWith(t *topic) error {
	toFIFO := s.protocol == "sqs" && strings.HasSuffix(s.endpoint, ".fifo")
	switch {
	case t.fifo() && s.protocol != "sqs":
		return invalid("Endpoint Reason: FIFO SNS topics can not deliver to the protocol " + s.protocol + "; they deliver to SQS queues")
	case !t.fifo() && toFIFO:
		return invalid("Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics")
	case !t.fifo() && strings.HasSuffix(s.deadLetters, ".fifo"):
		return invalid("RedrivePolicy: must use a standard queue as DLQ for a subscription to a standard topic")
	}
	return nil
}

// attach makes a subscription; one that is there to the same endpoint is taken instead, if its attributes agree.
func (h *Hub) attach(s *subscription, attributes map[string]string) (*subscription, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	if err := s.set(attributes); err != nil {
		return nil, err
	}
	h.mu.Lock()
	t, err := h.found(s.topic)
	if err == nil {
		err = s.checkWith(t)
	}
	if err != nil {
		h.mu.Unlock()
		return nil, err
	}
	for _, other := range t.order {
		if other.protocol == s.protocol && other.endpoint == s.endpoint {
			defer h.mu.Unlock()
			for k, v := range s.attributes {
				if other.attributes[k] != v {
					return nil, invalid("Attributes Reason: Subscription already exists with different attributes")
				}
			}
			return other, nil
		}
	}
	s.arn, s.token, s.pending = t.arn+":"+wire.NewID(), strings.ReplaceAll(wire.NewID()+wire.NewID(), "-", ""), protocols[s.protocol].confirm
	t.order = append(t.order, s)
	h.subscriptions[s.arn] = s
	made := *s
	h.mu.Unlock()
	if made.pending {
		h.askToConfirm(&made)
	}
	return &made, nil
}

func (h *Hub) confirmSubscription(_ context.Context, r *members.Reader) (value.Value, error) {
	arn, token := r.String("TopicArn"), r.String("Token")
	r.Ignore("AuthenticateOnUnsubscribe")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	s, err := h.confirm(arn, token)
	if err != nil {
		return value.Value{}, err
	}
	return value.Object(value.M("SubscriptionArn", value.String(s))), nil
}

// confirm makes a pending subscription one that gets messages.
func (h *Hub) confirm(topic, token string) (arn string, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	t, err := h.found(topic)
	if err != nil {
		return "", err
	}
	for _, s := range t.order {
		if s.token == token && protocols[s.protocol].confirm {
			s.pending = false
			return s.arn, nil
		}
	}
	return "", invalid("Token")
}

func (h *Hub) unsubscribe(_ context.Context, r *members.Reader) (value.Value, error) {
	arn := r.String("SubscriptionArn")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	if err := checkARN("SubscriptionArn", arn); err != nil {
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
		t.ended++
	}
}

// row is a subscription in lists.
func (h *Hub) row(s *subscription) (v value.Value, token string) {
	arn := s.arn
	if s.pending {
		arn = "PendingConfirmation"
	}
	return value.Object(value.M("SubscriptionArn", value.String(arn)), value.M("Owner", value.String(h.account.ID)),
		value.M("Protocol", value.String(s.protocol)), value.M("Endpoint", value.String(s.endpoint)), value.M("TopicArn", value.String(s.topic))), s.arn
}

func (h *Hub) listSubscriptions(_ context.Context, r *members.Reader) (value.Value, error) {
	token := r.String("NextToken")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	var all []*subscription
	for _, arn := range slices.Sorted(maps.Keys(h.topics)) {
		all = append(all, h.topics[arn].order...)
	}
	return page("Subscriptions", token, all, h.row)
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
	return page("Subscriptions", token, t.order, h.row)
}

// subscribed gives a subscription; h.mu is held.
func (h *Hub) subscribed(arn string) (*subscription, error) {
	if err := checkARN("SubscriptionArn", arn); err != nil {
		return nil, err
	}
	if s := h.subscriptions[arn]; s != nil {
		return s, nil
	}
	return nil, notFound("Subscription")
}

func (h *Hub) getSubscriptionAttributes(_ context.Context, r *members.Reader) (value.Value, error) {
	arn := r.String("SubscriptionArn")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	s, err := h.subscribed(arn)
	if err != nil {
		return value.Value{}, err
	}
	truth := map[bool]string{true: "true", false: "false"}
	all := map[string]string{
		"SubscriptionArn": s.arn, "TopicArn": s.topic, "Owner": h.account.ID, "Protocol": s.protocol, "Endpoint": s.endpoint,
		"RawMessageDelivery": "false", "PendingConfirmation": truth[s.pending], "ConfirmationWasAuthenticated": truth[!protocols[s.protocol].confirm],
		"SubscriptionPrincipal": "arn:" + h.account.Partition + ":iam::" + h.account.ID + ":root",
	}
	if s.filter != nil {
		all["FilterPolicyScope"] = "MessageAttributes"
	}
	maps.Copy(all, s.attributes)
	if s.protocol == "http" || s.protocol == "https" {
		all["EffectiveDeliveryPolicy"] = h.retriesOf(s).describe()
	}
	return value.Object(value.M("Attributes", object(all))), nil
}

func (h *Hub) setSubscriptionAttributes(_ context.Context, r *members.Reader) (value.Value, error) {
	arn, name, v := r.String("SubscriptionArn"), r.String("AttributeName"), r.String("AttributeValue")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	s, err := h.subscribed(arn)
	if err != nil {
		return value.Value{}, err
	}
	if name == "" {
		return value.Value{}, invalid("AttributeName")
	}
	return value.Value{}, s.set(map[string]string{name: v})
}
