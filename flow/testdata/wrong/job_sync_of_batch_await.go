// want: undefined: batch.SubmitJobAwait
package wrong

import (
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/batch"
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
	batch.SubmitJobAwait(f, "B", nil)
	return in
}
