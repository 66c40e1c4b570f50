// want: cannot use flow.Timeout
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
	flow.Raw[Order](f, "R", map[string]any{"Type": "Pass"}, flow.Timeout(time.Minute))
	return in
}
