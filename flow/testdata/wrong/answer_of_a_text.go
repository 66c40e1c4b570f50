// want: does not match
package wrong

import (
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/flow/states"
)

type (
	Order   struct{ ID string }
	Receipt struct{ Total float64 }
	Verdict struct{ Approved bool }
	Ask     struct {
		ID    string
		Token run.Token[Verdict]
	}
)

var (
	Child   = flow.Standard("Child", func(_ *flow.Flow, in *Order) *Receipt { return &Receipt{} })
	Quick   = flow.Express("Quick", func(_ *flow.Flow, in *Order) *Receipt { return &Receipt{} })
	Review  = flow.Standard("Review", func(_ *flow.Flow, in *Ask) *Receipt { return &Receipt{} })
	Inspect = states.ActivityOf[Order, Verdict]("Inspect")
	_       run.None
)

func workflow(f *flow.Flow, in *Order) *Order {
	states.Answer(f, "S", &in.ID, &Receipt{})
	return in
}
