// want: cannot use "x"
package wrong

import (
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/flow/sns"
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
	Orders = sns.TopicOf[Order]("Orders")
	Asks   = sns.TopicOf[Ask]("Asks")
	_      run.None
)

func workflow(f *flow.Flow, in *Order) *Order {
	sns.Publish(f, "S", Orders, in, sns.Subject("x"))
	return in
}
