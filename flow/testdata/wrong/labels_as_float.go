// want: cannot use new(1.5)
package wrong

import (
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/rekognition"
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
	rekognition.DetectLabels(f, "R", &rekognition.DetectLabelsInput{MaxLabels: new(1.5)})
	return in
}
