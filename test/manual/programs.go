package manual

import (
	"maps"

	"github.com/stepwright/stepwright/flow"
)

// Programs are the small programs, by the names under which docs/flow.md shows them.
func Programs() map[string]flow.Workflow {
	all := map[string]flow.Workflow{"refund": Refund}
	for _, some := range []map[string]flow.Workflow{ideas, services, callbacks} {
		maps.Copy(all, some)
	}
	return all
}

// program is a workflow about an order.
func program[Out any](body func(f *flow.Flow, order *Order) *Out) flow.Workflow {
	return flow.Standard("Example", body)
}
