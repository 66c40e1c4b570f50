// want: undefined: mediaconvert.CreateJobAwait
package wrong

import (
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/mediaconvert"
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
	mediaconvert.CreateJobAwait(f, "M", nil)
	return in
}
