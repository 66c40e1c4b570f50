// want: cannot use func(r *Receipt) bool|does not match
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
	flow.Until(f, "U", func() *Receipt { return flow.Task(f, "T", Pay, in) }, func(r *Receipt) bool { return r.Total > 0 })
	return in
}
