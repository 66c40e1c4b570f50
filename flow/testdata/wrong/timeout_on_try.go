// want: cannot use flow.Timeout(time.Minute) (value of interface type flow.TaskOption) as flow.BlockOption value in argument to flow.Try: flow.TaskOption does not implement flow.BlockOption (missing method block)
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
	flow.Try(f, "Try", func(f *flow.Flow) *Order { return in }, flow.Timeout(time.Minute))
	return in
}
