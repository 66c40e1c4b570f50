// want: does not match
package wrong

import (
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/flow/sqs"
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
	Orders = sqs.QueueOf[Order]("Orders")
	Asks   = sqs.QueueOf[Ask]("Asks")
	_      run.None
)

func workflow(f *flow.Flow, in *Order) *Order {
	sqs.SendAwait(f, "S", Asks, func(token *run.Token[Receipt]) *Ask {
		q := &Ask{}
		return flow.Fill(f, q, flow.Set(&q.Token, token))
	})
	return in
}
