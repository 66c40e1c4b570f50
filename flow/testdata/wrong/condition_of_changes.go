// want: cannot use dynamodb.Remove
package wrong

import (
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/dynamodb"
)

type (
	Order struct {
		ID      string
		Items   int
		Amount  float64
		Numbers []int
		Lines   []Order
	}
	Receipt  struct{ Total float64 }
	Question struct {
		ID    string
		Count int
	}
)

var Table = dynamodb.TableOf("Table", func(q *Question) *string { return &q.ID })

func workflow(f *flow.Flow, in *Order) *Order {
	dynamodb.Update(f, "U", Table, &in.ID, func(q *Question) []dynamodb.Change {
		return []dynamodb.Change{dynamodb.WhenAny(dynamodb.Remove(&q.Count))}
	})
	return in
}
