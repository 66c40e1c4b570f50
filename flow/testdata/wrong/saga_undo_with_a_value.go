// want: cannot use (func() *Receipt literal)
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
	failed := flow.NewTail(f, "failed", func(e *flow.Caught) { flow.Rethrow(f, "F", e) })
	saga := flow.NewSaga(f, failed)
	saga.Undo(func() *Receipt { return flow.Task(f, "T", Pay, in) })
	return in
}
