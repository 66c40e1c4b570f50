package logs

import (
	"context"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// GroupType is the resource type of log groups.
const GroupType = "AWS::Logs::LogGroup"

// Types are the resource types that the store provides.
func (s *Store) Types() []string { return []string{GroupType} }

// Create makes a log group. Ref is its name; Fn::GetAtt gives Arn, which ends in ":*".
func (s *Store) Create(_ context.Context, r wire.Resource) (wire.Created, error) {
	in := members.Properties(r)
	in.Ignore("KmsKeyId", "Tags", "DataProtectionPolicy", "FieldIndexPolicies", "DeletionProtectionEnabled", "ResourcePolicyDocument")
	name, class, retention := in.String("LogGroupName"), in.String("LogGroupClass"), in.Int("RetentionInDays", 0)
	if err := in.Err(); err != nil {
		return wire.Created{}, err
	}
	if name == "" {
		name = r.PhysicalName(512)
	}
	if err := s.create(name, class, retention); err != nil {
		return wire.Created{}, err
	}
	return wire.Created{Ref: name, Attributes: map[string]value.Value{
		"Arn": value.String(s.account.ARN("logs", "log-group:"+name+":*")),
	}}, nil
}

// Delete removes a log group that Create made; one that is gone is no error.
func (s *Store) Delete(_ context.Context, _ wire.Resource, c wire.Created) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.groups, c.Ref)
	return nil
}
