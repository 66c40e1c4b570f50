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

// Create makes a table from a template. Ref gives its name, Fn::GetAtt its Arn. Properties that only matter in a
// data centre (encryption, backups, tags, …) make no difference; streams and expiry are refused.
func (d *DB) Create(_ context.Context, r wire.Resource) (wire.Created, error) {
	if !r.Properties.Get("TableName").Exists() {
		r.Properties = r.Properties.With("TableName", value.String(r.PhysicalName(255)))
	}
	in := members.Properties(r)
	in.Ignore("PointInTimeRecoverySpecification", "ContributorInsightsSpecification", "ResourcePolicy")
	out, err := d.createTable(in)
	if err != nil {
		return wire.Created{}, asWire(err)
	}
	name := out.Path("TableDescription", "TableName").Str()
	return wire.Created{Ref: name, Attributes: map[string]value.Value{
		"Arn": out.Path("TableDescription", "TableArn"),
	}}, nil
}

// Delete removes a table that Create made; one that is gone is no error. Protection against deletion is for people:
// it does not keep a stack from going.
func (d *DB) Delete(_ context.Context, _ wire.Resource, c wire.Created) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.tables, c.Ref)
	return nil
}
