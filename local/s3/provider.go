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

// recorded are the properties of a bucket that mean nothing on one machine: everything is encrypted or not, and
// nothing grows old. Others that we do not serve are refused.
var recorded = []string{
	"AccessControl", "BucketEncryption", "InventoryConfigurations", "LifecycleConfiguration", "LoggingConfiguration", "MetricsConfigurations",
	"OwnershipControls", "PublicAccessBlockConfiguration", "Tags",
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
		var err error
		switch {
		case name == "BucketName" || slices.Contains(recorded, name):
		case name == "VersioningConfiguration":
			c.versioning, err = readVersioning(v)
		case name == "CorsConfiguration":
			c.cors, err = readCors(v)
		case name == "NotificationConfiguration":
			c.events, err = readNotification(v)
		default:
			err = fmt.Errorf("the property %s is not supported by the local S3", name)
		}
		if err != nil {
			return config{}, err
		}
	}
	return c, nil
}

func readVersioning(v value.Value) (string, error) {
	status := v.Get("Status").Str()
	if status != versioned && status != suspended {
		return "", fmt.Errorf("VersioningConfiguration: Status must be Enabled or Suspended, not %s", v.Get("Status"))
	}
	return status, nil
}

func readNotification(v value.Value) (bool, error) {
	on := false
	for name, m := range v.Members() {
		if name != "EventBridgeConfiguration" {
			return false, fmt.Errorf("NotificationConfiguration: %s is not supported by the local S3; use EventBridgeConfiguration and a rule", name)
		}
		flag := m.Get("EventBridgeEnabled")
		on = !flag.Exists() || flag.Bool() || flag.Str() == "true"
	}
	return on, nil
}

func (s *Service) createPolicy(r wire.Resource) (wire.Created, error) {
	name := r.Properties.Get("Bucket").Str()
	policy := r.Properties.Get("PolicyDocument")
	if !policy.IsObject() {
		return wire.Created{}, errors.New("PolicyDocument must be an object")
	}
	if err := s.store.configure(name, func(c *config) { c.policy = policy }); err != nil {
		return wire.Created{}, fmt.Errorf("property Bucket: %w", err)
	}
	return wire.Created{Ref: name}, nil
}

// Delete removes a bucket with all that is in it, or a bucket's policy.
func (s *Service) Delete(_ context.Context, r wire.Resource, c wire.Created) error {
	var err *wire.Error
	if r.Type == "AWS::S3::BucketPolicy" {
		err = s.store.configure(c.Ref, func(c *config) { c.policy = value.Value{} })
	} else {
		err = s.store.deleteBucket(c.Ref, true)
	}
	if err != nil && err.Code != "NoSuchBucket" {
		return err
	}
	return nil
}
