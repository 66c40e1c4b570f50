// want: cannot use time.Hour (constant 3600000000000 of int64 type time.Duration) as *time.Time value in argument to flow.WaitUntil
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
	flow.WaitUntil(f, "W", time.Hour)
	return in
}
