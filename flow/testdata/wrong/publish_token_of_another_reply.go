// want: does not match
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
	sns.PublishAwait(f, "S", Asks, func(token *run.Token[Receipt]) *Ask {
		q := &Ask{}
		return flow.Fill(f, q, flow.Set(&q.Token, token))
	})
	return in
}
