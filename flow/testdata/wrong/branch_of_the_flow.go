// want: cannot use f (variable of type *flow.Flow) as *flow.Branches value in argument to flow.Branch
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
	flow.Branch(f, func(f *flow.Flow) *Order { return in })
	return in
}
