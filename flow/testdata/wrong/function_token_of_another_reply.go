// want: does not match
package wrong

import (
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/lambda"
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
	Legacy = lambda.FunctionOf[Order, Receipt]("Legacy")
	Asking = lambda.FunctionOf[Ask, run.None]("Asking")
)

func workflow(f *flow.Flow, in *Order) *Order {
	lambda.InvokeAwait(f, "S", Asking, func(token *run.Token[Receipt]) *Ask {
		q := &Ask{}
		return flow.Fill(f, q, flow.Set(&q.Token, token))
	})
	return in
}
