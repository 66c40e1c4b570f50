// want: type func(o *Order) flow.Condition of (func(o *Order) flow.Condition literal) does not match inferred type func(v *Receipt) flow.Condition for func(v *T) flow.Condition
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
	flow.Until(f, "U", func() *Receipt { return flow.Task(f, "T", Pay, in) }, func(o *Order) flow.Condition { return flow.True(&o.Express) })
	return in
}
