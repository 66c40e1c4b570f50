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

// Types are the resource types that a template may ask for.
func (s *Service) Types() []string { return []string{"AWS::S3::Bucket", "AWS::S3::BucketPolicy"} }

// recorded are the properties of a bucket that mean nothing on one machine. Others that we do not serve are refused.
var recorded = []string{
	"AccessControl", "InventoryConfigurations", "LoggingConfiguration", "MetricsConfigurations", "AnalyticsConfigurations", "IntelligentTieringConfigurations",
}

// Create makes a bucket, or stores a bucket's policy.
func (s *Service) Create(_ context.Context, r wire.Resource) (wire.Created, error) {
	if r.Type == "AWS::S3::BucketPolicy" {
		return s.createPolicy(r)
	}
	c, err := readConfig(r.Properties)
	if err != nil {
		return wire.Created{}, err
	}
	name := r.Properties.Get("BucketName").Str()
	if name == "" {
		name = strings.ToLower(r.PhysicalName(63))
	}
	if err := s.store.createBucket(name, c); err != nil {
		return wire.Created{}, err
	}
	domain := name + ".s3.amazonaws.com"
	return wire.Created{Ref: name, Attributes: map[string]value.Value{
		"Arn":                 value.String(bucketARN(s.account, name)),
		"DomainName":          value.String(domain),
		"RegionalDomainName":  value.String(name + ".s3." + s.account.Region + ".amazonaws.com"),
		"DualStackDomainName": value.String(name + ".s3.dualstack." + s.account.Region + ".amazonaws.com"),
	}}, nil
}

// readConfig reads the properties of a bucket.
func readConfig(p value.Value) (config, error) {
	var c config
	for name, v := range p.Members() {
		if err := c.property(name, v); err != nil {
			return config{}, err
		}
	}
	return c, nil
}

func (c *config) property(name string, v value.Value) (err error) {
	if k, ok := propertyDocuments[name]; ok {
		text, err := k.xml(v)
		c.set(k.name, text)
		return err
	}
	switch {
	case name == "BucketName" || slices.Contains(recorded, name):
	case name == "VersioningConfiguration":
		c.versioning, err = readVersioning(v)
	case name == "CorsConfiguration":
		c.cors, err = readCors(v)
		c.set("cors", corsXML(c.cors))
	case name == "NotificationConfiguration":
		err = c.readNotification(v)
	case name == "Tags":
		for _, t := range v.Elements() {
			c.tags = append(c.tags, tag{t.Get("Key").Str(), t.Get("Value").Str()})
		}
	default:
		err = fmt.Errorf("the property %s is not supported by the local S3", name)
	}
	return err
}

func readVersioning(v value.Value) (string, error) {
	status := v.Get("Status").Str()
	if status != versioned && status != suspended {
		return "", fmt.Errorf("VersioningConfiguration: Status must be Enabled or Suspended, not %s", v.Get("Status"))
	}
	return status, nil
}

// destinations are the lists of destinations in a template, and what names one there.
var destinations = map[string]struct{ service, name string }{
	"LambdaConfigurations": {"lambda", "Function"}, "QueueConfigurations": {"sqs", "Queue"}, "TopicConfigurations": {"sns", "Topic"},
}

// readNotification reads the property NotificationConfiguration.
func (c *config) readNotification(v value.Value) error {
	for name, m := range v.Members() {
		if name == "EventBridgeConfiguration" {
			flag := m.Get("EventBridgeEnabled")
			c.events = !flag.Exists() || truth(flag)
			continue
		}
		d, ok := destinations[name]
		if !ok {
			return fmt.Errorf("NotificationConfiguration: %s is not supported by the local S3", name)
		}
		for i, e := range m.Elements() {
			n := notification{service: d.service, arn: e.Get(d.name).Str(), events: []string{e.Get("Event").Str()}}
			var rules []filterRule
			for _, r := range e.Path("Filter", "S3Key", "Rules").Elements() {
				rules = append(rules, filterRule{r.Get("Name").Str(), r.Get("Value").Str()})
			}
			if err := n.setFilters(rules); err != nil {
				return fmt.Errorf("NotificationConfiguration: %s %d: %w", name, i+1, err)
			}
			if n.arn == "" {
				return fmt.Errorf("NotificationConfiguration: %s %d: %s is missing", name, i+1, d.name)
			}
			c.notifications = append(c.notifications, n)
		}
	}
	if err := checkNotifications(c.notifications); err != nil {
		return fmt.Errorf("NotificationConfiguration: %w", err)
	}
	return nil
}

func (s *Service) createPolicy(r wire.Resource) (wire.Created, error) {
	name := r.Properties.Get("Bucket").Str()
	policy := r.Properties.Get("PolicyDocument")
	if !policy.IsObject() {
		return wire.Created{}, errors.New("PolicyDocument must be an object")
	}
	if err := s.store.configure(name, func(c *config) { c.policy = policy.String() }); err != nil {
		return wire.Created{}, fmt.Errorf("property Bucket: %w", err)
	}
	return wire.Created{Ref: name}, nil
}

// Delete removes a bucket with all that is in it, or a bucket's policy.
func (s *Service) Delete(_ context.Context, r wire.Resource, c wire.Created) error {
	var err *wire.Error
	if r.Type == "AWS::S3::BucketPolicy" {
		err = s.store.configure(c.Ref, func(c *config) { c.policy = "" })
	} else {
		err = s.store.deleteBucket(c.Ref, true)
	}
	if err != nil && err.Code != "NoSuchBucket" {
		return err
	}
	return nil
}
