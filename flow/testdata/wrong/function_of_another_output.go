// want: cannot use lambda.Invoke
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
	var v *Verdict = lambda.Invoke(f, "S", Legacy, in)
	_ = v
	return in
}
