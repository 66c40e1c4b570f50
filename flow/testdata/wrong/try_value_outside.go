// want: undefined: paid
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
	flow.Try(f, "T", func(f *flow.Flow) *Receipt {
		paid := flow.Task(f, "Pay", Pay, in)
		return paid
	})
	flow.Fail(f, "F", "F", &paid.Total)
	return in
}
