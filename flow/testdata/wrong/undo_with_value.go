// want: cannot use (func() *Order literal) (value of type func() *Order) as func() value in argument to flow.NewSaga(f, flow.NewTail(f, "t", (func(e *flow.Caught) literal))).Undo
package wrong

import (
	"context"
	"time"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/dynamodb"
)

type (
	Order struct {
		ID      string
		Items   int
		Amount  float64
		Express bool
		Numbers []int
		Lines   []Order
		Placed  time.Time
		Labels  map[string]string
	}
	Receipt  struct{ Total float64 }
	Question struct{ ID string }
)

func Pay(context.Context, Order) (Receipt, error) { return Receipt{}, nil }

var Table = dynamodb.TableOf("Table", func(q *Question) *string { return &q.ID })

func workflow(f *flow.Flow, in *Order) *Order {
	flow.NewSaga(f, flow.NewTail(f, "t", func(e *flow.Caught) { flow.Rethrow(f, "F", e) })).Undo(func() *Order { return in })
	return in
}
