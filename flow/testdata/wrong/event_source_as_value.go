// want: cannot use &in.ID
package wrong

import (
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/events"
	"github.com/stepwright/stepwright/flow/run"
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
	Shop = events.BusOf("Shop")
	_    run.None
)

func workflow(f *flow.Flow, in *Order) *Order {
	events.Put(f, "S", Shop, &in.ID, "Paid", in)
	return in
}
