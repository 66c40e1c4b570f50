// want: Approved undefined
package wrong

import (
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/flow/web"
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
	API = web.ConnectionOf("API")
	_   run.None
)

func workflow(f *flow.Flow, in *Order) *Order {
	_ = web.Do(f, "S", web.Request{Connection: API}, Receipt{}).ResponseBody.Approved
	return in
}
