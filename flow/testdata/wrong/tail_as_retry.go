// want: cannot use failed (variable of type *flow.Tail[flow.Caught]) as flow.TaskOption value in argument to flow.Task: *flow.Tail[flow.Caught] does not implement flow.TaskOption (missing method task)
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
	failed := flow.NewTail(f, "t", func(e *flow.Caught) { flow.Rethrow(f, "F", e) })
	flow.Task(f, "T", Pay, in, failed)
	return in
}
