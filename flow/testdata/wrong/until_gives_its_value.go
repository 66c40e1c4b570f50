// want: cannot use flow.Until
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
	return flow.Until(f, "U", func() *Receipt { return flow.Task(f, "T", Pay, in) }, func(r *Receipt) flow.Condition { return flow.Above(&r.Total, 0) })
}
