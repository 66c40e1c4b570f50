// want: does not match|cannot use
package wrong

import (
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/ecs"
	"github.com/stepwright/stepwright/flow/run"
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

func workflow(f *flow.Flow, in *Order) *Order {
	var r *Receipt = ecs.RunTaskAwait(f, "E", func(token *run.Token[Question]) *ecs.RunTaskInput {
		return &ecs.RunTaskInput{TaskDefinition: &in.ID}
	})
	_ = r
	return in
}
