// want: cannot use end
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
	end := flow.NewTail(f, "end", func(why *string) { flow.FailWith(f, "F", new("F"), why) })
	flow.NewSaga(f, end)
	return in
}
