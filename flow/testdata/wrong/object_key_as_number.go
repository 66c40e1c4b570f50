// want: cannot use &in.Items
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
	s3.Write(f, "W", s3.BucketOf("B"), &in.Items, in)
	return in
}
