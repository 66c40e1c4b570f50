// want: does not match
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
	dynamodb.Query(f, "Q", Table, func(q *Question) dynamodb.Search {
		return dynamodb.Search{Key: dynamodb.KeyIs(&q.ID, &in.ID), Sort: dynamodb.KeyBetween(&q.Count, new(1), new("9"))}
	})
	return in
}
