package local

import (
	"context"

	"github.com/stepwright/stepwright/local/wire"
)

// recorded provides the resources that mean nothing on this machine. They do nothing.
type recorded struct{}

// Types are the types that are recorded.
func (recorded) Types() []string { return []string{"AWS::CDK::Metadata"} }

// Create gives a resource its name.
func (recorded) Create(_ context.Context, r wire.Resource) (wire.Created, error) {
	return wire.Created{Ref: r.LogicalID}, nil
}

// Delete forgets a resource.
func (recorded) Delete(context.Context, wire.Resource, wire.Created) error { return nil }
