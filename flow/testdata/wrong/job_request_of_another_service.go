// want: cannot use &glue.StartJobRunInput
package wrong

import (
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/batch"
	"github.com/stepwright/stepwright/flow/glue"
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
	batch.SubmitJob(f, "B", &glue.StartJobRunInput{JobName: &in.ID})
	return in
}
