package mappings

import (
	"context"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// Type is the resource type of a mapping.
const Type = "AWS::Lambda::EventSourceMapping"

// Types are the resource types that the service provides.
func (s *Service) Types() []string { return []string{Type} }

// Create makes a mapping. Ref is its UUID; Fn::GetAtt gives Id and EventSourceMappingArn.
func (s *Service) Create(ctx context.Context, r wire.Resource) (wire.Created, error) {
	out, err := s.Call(ctx, "CreateEventSourceMapping", r.Properties)
	if err != nil {
		return wire.Created{}, err
	}
	return wire.Created{Ref: out.Get("UUID").Str(), Attributes: map[string]value.Value{
		"Id": out.Get("UUID"), "EventSourceMappingArn": out.Get("EventSourceMappingArn"),
	}}, nil
}

// Delete ends a mapping; one that is gone is no error.
func (s *Service) Delete(_ context.Context, _ wire.Resource, c wire.Created) error {
	_, _ = s.drop(c.Ref)
	return nil
}
