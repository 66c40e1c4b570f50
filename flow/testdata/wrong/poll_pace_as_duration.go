// want: cannot use time.Second (constant 1000000000 of int64 type time.Duration) as flow.Pace value in argument to flow.Poll
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
	flow.Poll(f, "P", time.Second, func() *Receipt { return flow.Task(f, "T", Pay, in) }, func(r *Receipt) flow.Condition { return flow.Is(&r.Total, 1) }, func() {})
	return in
}
