// want: in call to dynamodb.Query, type func(o *Order) dynamodb.Search
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
	dynamodb.Query(f, "Q", Table, func(o *Order) dynamodb.Search { return dynamodb.Search{Key: dynamodb.KeyIs(&o.ID, &in.ID)} })
	return in
}
