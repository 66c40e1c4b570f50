// want: cannot use &in.Items (value of type *int) as *string value in argument to flow.Like
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
	flow.Choice(f, "C").When(flow.Like(&in.Items, "1*"), flow.Continue)
	return in
}
