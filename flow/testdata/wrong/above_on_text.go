// want: cannot use 90 (untyped int constant) as string value
package wrong

import (
	"context"
	"time"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/dynamodb"
	"github.com/stepwright/stepwright/flow/sns"
)

type (
	Order struct {
		ID      string
		Items   int
		Amount  float64
		Express bool
		Numbers []int
		Lines   []Order
	}
	Receipt  struct{ Total float64 }
	Question struct{ ID string }
)

func Pay(context.Context, Order) (Receipt, error) { return Receipt{}, nil }

var (
	Table = dynamodb.TableOf("Table", func(q *Question) *string { return &q.ID })
	Topic = sns.TopicOf[Question]("Topic")
	_     = time.Second
)

func workflow(f *flow.Flow, in *Order) *Order {
	flow.Choice(f, "C").When(flow.Above(&in.ID, 90), flow.Continue)
	return in
}
