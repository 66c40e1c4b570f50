package s3

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// A notification is one destination that a bucket tells of events by itself, without EventBridge.
type notification struct {
	id             string
	service        string // "sqs", "sns" or "lambda"
	arn            string
	events         []string // "s3:ObjectCreated:*"
	prefix, suffix string   // of keys
	filters        []filterRule
}

// A filterRule is as the owner wrote it.
type filterRule struct {
	Name  string
	Value string
}

// A destination is a notification in XML; one of the three names is there.
type destination struct {
	ID     string   `xml:"Id"`
	Queue  string   `xml:"Queue"`
	Topic  string   `xml:"Topic"`
	Lambda string   `xml:"CloudFunction"`
	Events []string `xml:"Event"`
	Filter struct {
		Rules []filterRule `xml:"S3Key>FilterRule"`
	}
}

// kinds are the destinations by element, and what names one there.
var kinds = []struct{ element, name, service string }{
	{"TopicConfiguration", "Topic", "sns"}, {"QueueConfiguration", "Queue", "sqs"}, {"CloudFunctionConfiguration", "CloudFunction", "lambda"},
}

// eventTypes are those that can happen here; wildcards stand for all that begin alike.
var eventTypes = []string{
	"s3:ObjectCreated:*", "s3:ObjectCreated:Put", "s3:ObjectCreated:Post", "s3:ObjectCreated:Copy", "s3:ObjectCreated:CompleteMultipartUpload",
	"s3:ObjectRemoved:*", "s3:ObjectRemoved:Delete", "s3:ObjectRemoved:DeleteMarkerCreated",
	"s3:ObjectTagging:*", "s3:ObjectTagging:Put", "s3:ObjectTagging:Delete",
	"s3:ObjectRestore:*", "s3:ObjectRestore:Post", "s3:ObjectRestore:Completed", "s3:ObjectRestore:Delete",
	"s3:ReducedRedundancyLostObject", "s3:ObjectAcl:Put", "s3:IntelligentTiering",
	"s3:Replication:*", "s3:Replication:OperationFailedReplication", "s3:Replication:OperationMissedThreshold",
	"s3:Replication:OperationReplicatedAfterThreshold", "s3:Replication:OperationNotTracked",
	"s3:LifecycleTransition", "s3:LifecycleExpiration:*", "s3:LifecycleExpiration:Delete", "s3:LifecycleExpiration:DeleteMarkerCreated",
}

// wants tells whether an event of a key goes to this destination.
func (n notification) wants(event, key string) bool {
	return strings.HasPrefix(key, n.prefix) && strings.HasSuffix(key, n.suffix) &&
		slices.ContainsFunc(n.events, func(e string) bool { return sameEvent(e, event) })
}

func sameEvent(pattern, event string) bool {
	head, star := strings.CutSuffix(pattern, "*")
	return pattern == event || star && strings.HasPrefix(event, head)
}

// setFilters reads the rules of a filter.
func (n *notification) setFilters(rules []filterRule) error {
	for i, r := range rules {
		into := map[string]*string{"prefix": &n.prefix, "suffix": &n.suffix}[strings.ToLower(r.Name)]
		switch {
		case into == nil:
			return errors.New("filter rule name must be either prefix or suffix")
		case slices.ContainsFunc(rules[:i], func(o filterRule) bool { return strings.EqualFold(o.Name, r.Name) }):
			return errors.New("Cannot specify more than one " + strings.ToLower(r.Name) + " rule in a filter.")
		case len(r.Value) > maxKey:
			return errors.New("Size of filter rule value cannot exceed 1024 bytes in UTF-8 representation")
		}
		*into = r.Value
	}
	n.filters = rules
	return nil
}

// checkNotifications checks all destinations of a bucket, and gives names to those that have none.
func checkNotifications(all []notification) error {
	for i := range all {
		n := &all[i]
		if n.id == "" {
			n.id = wire.NewID()
		}
		if len(n.events) == 0 {
			return errors.New("A notification configuration must name an event")
		}
		for _, e := range n.events {
			if !slices.Contains(eventTypes, e) {
				return fmt.Errorf("The event %q is not supported for notifications", e)
			}
		}
		for _, o := range all[:i] {
			if o.id == n.id {
				return errors.New("Configuration ids must be unique within the notification configuration: " + n.id)
			}
			if n.overlaps(o) {
				return errors.New("Configurations overlap. Configurations on the same bucket cannot share a common event type.")
			}
		}
	}
	return nil
}

// overlaps tells whether one event could go to both.
func (n notification) overlaps(o notification) bool {
	event := slices.ContainsFunc(n.events, func(a string) bool {
		return slices.ContainsFunc(o.events, func(b string) bool { return sameEvent(a, b) || sameEvent(b, a) })
	})
	return event && (strings.HasPrefix(n.prefix, o.prefix) || strings.HasPrefix(o.prefix, n.prefix)) &&
		(strings.HasSuffix(n.suffix, o.suffix) || strings.HasSuffix(o.suffix, n.suffix))
}

// serveNotification answers GetBucketNotificationConfiguration.
func (s *Service) serveNotification(r *request) *wire.Error {
	c, err := s.store.config(r.bucket)
	if err != nil {
		return err
	}
	var d document
	for _, k := range kinds {
		for _, n := range c.notifications {
			if n.service == k.service {
				d.notification(k.element, k.name, n)
			}
		}
	}
	if c.events {
		d.WriteString("<EventBridgeConfiguration/>")
	}
	d.send(r.w, "NotificationConfiguration")
	return nil
}

func (d *document) notification(element, name string, n notification) {
	d.open(element)
	d.text("Id", n.id)
	d.text(name, n.arn)
	for _, e := range n.events {
		d.text("Event", e)
	}
	if len(n.filters) > 0 {
		d.WriteString("<Filter><S3Key>")
		for _, f := range n.filters {
			d.open("FilterRule")
			d.text("Name", strings.ToUpper(f.Name[:1])+strings.ToLower(f.Name[1:]))
			d.text("Value", f.Value)
			d.close("FilterRule")
		}
		d.WriteString("</S3Key></Filter>")
	}
	d.close(element)
}

// serveSetNotification answers PutBucketNotificationConfiguration. Queues, topics and functions must be there.
func (s *Service) serveSetNotification(r *request) *wire.Error {
	var in struct {
		EventBridge *struct{}     `xml:"EventBridgeConfiguration"`
		Topics      []destination `xml:"TopicConfiguration"`
		Queues      []destination `xml:"QueueConfiguration"`
		Functions   []destination `xml:"CloudFunctionConfiguration"`
	}
	if err := readXML(r, "NotificationConfiguration", &in); err != nil {
		return err
	}
	var all []notification
	for _, d := range slices.Concat(in.Topics, in.Queues, in.Functions) {
		n := notification{id: d.ID, arn: d.Topic + d.Queue + d.Lambda, events: d.Events}
		if err := n.setFilters(d.Filter.Rules); err != nil {
			return wire.Errorf("InvalidArgument", "%v", err)
		}
		all = append(all, n)
	}
	for i := range all {
		switch {
		case i < len(in.Topics):
			all[i].service = "sns"
		case i < len(in.Topics)+len(in.Queues):
			all[i].service = "sqs"
		default:
			all[i].service = "lambda"
		}
	}
	if err := checkNotifications(all); err != nil {
		return wire.Errorf("InvalidArgument", "%v", err)
	}
	if _, err := s.store.config(r.bucket); err != nil {
		return err
	}
	if r.Header.Get("X-Amz-Skip-Destination-Validation") != "true" {
		if err := s.checkDestinations(r, all); err != nil {
			return err
		}
	}
	return s.store.configure(r.bucket, func(c *config) { c.events, c.notifications = in.EventBridge != nil, all })
}

// checkDestinations sends a test to queues and topics, as S3 does, and looks functions up.
func (s *Service) checkDestinations(r *request, all []notification) *wire.Error {
	test := value.Object(
		value.M("Service", value.String("Amazon S3")), value.M("Event", value.String("s3:TestEvent")),
		value.M("Time", value.String(isoTime(s.store.clock.Now()))), value.M("Bucket", value.String(r.bucket)),
		value.M("RequestId", value.String(wire.NewID())), value.M("HostId", value.String(hostID)))
	for _, n := range all {
		if err := s.reach(r.Context(), n, test); err != nil {
			return fail(400, "InvalidArgument", "Unable to validate the following destination configurations: "+err.Error(), "ArgumentName", n.arn, "ArgumentValue", err.Error())
		}
	}
	return nil
}

func (s *Service) reach(ctx context.Context, n notification, test value.Value) error {
	if f := strings.Split(n.arn, ":"); len(f) < 6 || f[0] != "arn" || f[2] != n.service {
		return fmt.Errorf("the ARN %q is not well formed", n.arn)
	}
	if s.directory == nil {
		return fmt.Errorf("the local machine has no service %q", n.service)
	}
	if n.service == "lambda" {
		_, err := s.directory.Call(ctx, "lambda", "GetFunctionConfiguration", value.Object(value.M("FunctionName", value.String(n.arn))))
		return err
	}
	return s.tell(ctx, n, test)
}

// tell hands a message to a destination.
func (s *Service) tell(ctx context.Context, n notification, message value.Value) error {
	if s.directory == nil {
		return nil
	}
	ctx = context.WithoutCancel(ctx)
	switch n.service {
	case "lambda":
		_, err := s.directory.Call(ctx, "lambda", "Invoke", value.Object(
			value.M("FunctionName", value.String(n.arn)), value.M("InvocationType", value.String("Event")), value.M("Payload", message)))
		return err
	case "sns":
		_, err := s.directory.Call(ctx, "sns", "Publish", value.Object(
			value.M("TopicArn", value.String(n.arn)), value.M("Subject", value.String("Amazon S3 Notification")), value.M("Message", value.String(message.String()))))
		return err
	}
	url, err := s.directory.Call(ctx, "sqs", "GetQueueUrl", value.Object(value.M("QueueName", value.String(n.arn[strings.LastIndex(n.arn, ":")+1:]))))
	if err != nil {
		return err
	}
	_, err = s.directory.Call(ctx, "sqs", "SendMessage", value.Object(value.M("QueueUrl", url.Get("QueueUrl")), value.M("MessageBody", value.String(message.String()))))
	return err
}
