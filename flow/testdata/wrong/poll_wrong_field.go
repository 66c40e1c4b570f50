// want: o.Status undefined
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
	flow.Poll(f, "P", flow.Pace{First: time.Second, Times: 3}, func() *Order { return in }, func(o *Order) flow.Condition { return flow.Is(&o.Status, "") }, func() {})
	return in
}
