// want: does not match|cannot use func
package wrong

import (
	"context"
	"time"

	"github.com/stepwright/stepwright/flow"
)

type (
	Order struct {
		ID      string
		Items   int
		Express bool
		Lines   []Order
	}
	Receipt struct{ Total float64 }
)

func Pay(context.Context, Order) (Receipt, error) { return Receipt{}, nil }

var _ = time.Second

func workflow(f *flow.Flow, in *Order) *Order {
	r := flow.Try(f, "T", func(f *flow.Flow) *Receipt { return flow.Task(f, "Pay", Pay, in) })
	flow.Rescue(f, r, flow.AnyError, func(*flow.Caught) *Order { return in })
	return in
}
