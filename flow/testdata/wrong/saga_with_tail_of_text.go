// want: cannot use flow.NewTail(f, "t", (func(s *string) literal)) (value of type *flow.Tail[string]) as *flow.Tail[flow.Caught] value in argument to flow.NewSaga
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
	flow.NewSaga(f, flow.NewTail(f, "t", func(s *string) { flow.Fail(f, "F", "F", s) }))
	return in
}
