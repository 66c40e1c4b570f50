// want: cannot use &in.Amount
package wrong

import (
	"context"
	"time"

	"github.com/stepwright/stepwright/flow"
)

type (
	Order struct {
		ID      string
		Items   int
		Amount  float64
		Express bool
		Targets []string
		Lines   []Line
	}
	Line struct{ SKU string }
	Row  struct{ Sensor string }
)

func Pack(context.Context, Line) (Row, error) { return Row{}, nil }

var (
	Lake = flow.BucketOf("Lake")
	_    = time.Second
)

func pack(f *flow.Flow, l *Line) *Row { return flow.Task(f, "Pack", Pack, l) }

func load(f *flow.Flow, r *Row) *int { return new(1) }

func workflow(f *flow.Flow, in *Order) *Order {
	flow.Each(f, "E", &in.Lines, pack, flow.ConcurrencyFrom(&in.Amount))
	return in
}
