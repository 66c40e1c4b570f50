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
	failed := flow.NewTail(f, "failed", func(e *flow.Caught) { flow.Rethrow(f, "F", e) })
	saga := flow.NewSaga(f, failed)
	saga.Undo(func() { flow.Fail(f, "G", "G", &paid.Total) })
	paid := flow.Task(f, "T", Pay, in, saga.Guard())
	_ = paid
	return in
}
