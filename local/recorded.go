package local

import (
	"context"
	"strings"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// recorded provides the resources that mean something only on AWS: permissions and alarms. They get names and ARNs,
// so that others can refer to them, and do nothing.
type recorded struct{ account wire.Account }

// recordedTypes say how the name of each type's resources is spelled: its property, its longest form, and the
// resource part of its ARN. Without a property nothing refers to it but by logical id.
var recordedTypes = map[string]struct {
	property string
	limit    int
	service  string
	prefix   string
}{
	"AWS::IAM::Role":          {"RoleName", 64, "iam", "role/"},
	"AWS::IAM::Policy":        {"", 0, "", ""},
	"AWS::IAM::ManagedPolicy": {"ManagedPolicyName", 128, "iam", "policy/"},
	"AWS::CloudWatch::Alarm":  {"AlarmName", 255, "cloudwatch", "alarm:"},
	"AWS::CDK::Metadata":      {"", 0, "", ""},
}

// Types are the types that are recorded.
func (recorded) Types() []string {
	types := make([]string, 0, len(recordedTypes))
	for t := range recordedTypes {
		types = append(types, t)
	}
	return types
}

// Create gives a resource its name.
func (p recorded) Create(_ context.Context, r wire.Resource) (wire.Created, error) {
	t := recordedTypes[r.Type]
	if t.property == "" {
		return wire.Created{Ref: r.LogicalID}, nil
	}
	name := r.Properties.Get(t.property).Str()
	if name == "" {
		name = r.PhysicalName(t.limit)
	}
	account := p.account
	if t.service == "iam" {
		account.Region = ""
	}
	arn := account.ARN(t.service, t.prefix+strings.TrimPrefix(r.Properties.Get("Path").Str(), "/")+name)
	made := wire.Created{Ref: name, Attributes: map[string]value.Value{"Arn": value.String(arn)}}
	switch r.Type {
	case "AWS::IAM::Role":
		unique := r.PhysicalName(64)
		made.Attributes["RoleId"] = value.String("AROALOCAL" + unique[len(unique)-12:])
	case "AWS::IAM::ManagedPolicy":
		made.Ref = arn
		made.Attributes["PolicyArn"] = value.String(arn)
	}
	return made, nil
}

// Delete forgets a resource.
func (recorded) Delete(context.Context, wire.Resource, wire.Created) error { return nil }
