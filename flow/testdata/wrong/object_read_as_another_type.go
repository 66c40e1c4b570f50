// want: cannot use s3.Read[Question]
package wrong

import (
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/s3"
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
	var r *Receipt = s3.Read[Question](f, "R", s3.BucketOf("B"), &in.ID)
	_ = r
	return in
}
