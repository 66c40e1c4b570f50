// want: cannot use 1 (untyped int constant) as *int value in argument to flow.OrElse
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
	flow.OrElse(f, &in.Items, 1)
	return in
}
