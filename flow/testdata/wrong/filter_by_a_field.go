// want: type func(o *Order) *bool of (func(o *Order) *bool literal) does not match inferred type func(e *Order) flow.Condition for func(e *T) flow.Condition
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
	flow.Filter(f, &in.Lines, func(o *Order) *bool { return &o.Express })
	return in
}
