package dynamodb

import (
	"context"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// TableType is the resource type of tables.
const TableType = "AWS::DynamoDB::Table"

// Types are the resource types that the database provides.
func (d *DB) Types() []string { return []string{TableType} }

// Create makes a table from a template. Ref gives its name, Fn::GetAtt its Arn and its StreamArn. Properties that only
// matter in a data centre (encryption, backups, …) make no difference.
func (d *DB) Create(_ context.Context, r wire.Resource) (wire.Created, error) {
	if !r.Properties.Get("TableName").Exists() {
		r.Properties = r.Properties.With("TableName", value.String(r.PhysicalName(255)))
	}
	if v := r.Properties.Get("StreamSpecification"); v.IsObject() { // a template that names a view wants a stream
		r.Properties = r.Properties.With("StreamSpecification", v.With("StreamEnabled", value.Bool(true)))
	}
	in := members.Properties(r)
	in.Ignore("PointInTimeRecoverySpecification", "ContributorInsightsSpecification", "ResourcePolicy", "KinesisStreamSpecification")
	attribute, err := expiryOf(in)
	if err != nil {
		return wire.Created{}, asWire(err)
	}
	out, err := d.createTable(in)
	if err != nil {
		return wire.Created{}, asWire(err)
	}
	about := out.Get("TableDescription")
	name := about.Get("TableName").Str()
	if attribute != "" {
		if t, err := d.found(name); err == nil {
			t.lock()
			t.setExpiry(attribute)
			t.mu.Unlock()
		}
	}
	attributes := map[string]value.Value{"Arn": about.Get("TableArn")}
	if arn := about.Get("LatestStreamArn"); arn.Exists() {
		attributes["StreamArn"] = arn
	}
	return wire.Created{Ref: name, Attributes: attributes}, nil
}

// expiryOf reads the TimeToLiveSpecification of a template: the attribute, empty for none.
func expiryOf(in *members.Reader) (string, error) {
	r := members.Read("TimeToLiveSpecification", in.Object("TimeToLiveSpecification"))
	attribute, on := r.String("AttributeName"), r.Bool("Enabled")
	if err := firstOf(in.Wrong(), r.Err()); err != nil || !on {
		return "", err
	}
	if attribute == "" {
		return "", nullAt("timeToLiveSpecification.attributeName")
	}
	return attribute, nil
}

// Delete removes a table that Create made; one that is gone is no error. Protection against deletion is for people:
// it does not keep a stack from going.
func (d *DB) Delete(_ context.Context, _ wire.Resource, c wire.Created) error {
	if t, err := d.found(c.Ref); err == nil {
		t.lock()
		defer t.mu.Unlock()
		d.drop(t)
	}
	return nil
}
