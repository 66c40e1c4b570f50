package manual

import (
	"time"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/run"
)

// ideas are about the language itself.
var ideas = map[string]flow.Workflow{
	"scope": program(func(f *flow.Flow, order *Order) *string {
		both := flow.Parallel(f, "Side by side")
		charge := flow.Branch(both, func(f *flow.Flow) *Charge { return flow.Task(f, "Find charge", FindCharge, order) })
		flow.Branch(both, func(f *flow.Flow) *run.None {
			flow.Wait(f, "Take a moment", time.Second)
			return nil
		})
		return &charge.ID
	}),
	"absent-vanishes": program(func(f *flow.Flow, order *Order) *Order {
		o := &Order{Note: order.Note, Gift: true}
		return flow.Fill(f, o, flow.Set(&o.ID, &order.ID))
	}),
	"absent-asked": program(func(f *flow.Flow, order *Order) *Receipt {
		r := &Receipt{}
		flow.Choice(f, "Any note?").
			When(flow.Exists(order.Note), func() {
				flow.Return(f, "With note", flow.Fill(f, r, flow.Set(&r.Number, order.Note)))
			})
		return &Receipt{Number: "none"}
	}),
	"recipe": program(func(f *flow.Flow, order *Order) *string {
		count := flow.Var(f, "count", 0)
		before := flow.Let(f, "before", flow.Text(f, "it was ", count))
		flow.Assign(f, "Count", flow.Set(count, flow.Add(f, count, new(1))))
		return flow.Text(f, before, ", it is ", count, " for ", &order.ID)
	}),
	"any-condition": program(func(f *flow.Flow, order *Order) *Order {
		flow.Choice(f, "Odd?").
			When(flow.True(flow.JSONata[bool](f, "$count($1) % 2 = 1", &order.Lines)), func() { flow.Fail(f, "Odd", "Odd") })
		return order
	}),
	"fragment-that-is-named": program(func(f *flow.Flow, order *Order) *Receipt {
		payTwice(flow.Named(f, "First"), order)
		return payTwice(flow.Named(f, "Again"), order)
	}),
	"try": program(func(f *flow.Flow, order *Order) *Receipt {
		receipt := flow.Try(f, "Find and pay", func(f *flow.Flow) *Receipt {
			charge := flow.Task(f, "Find charge", FindCharge, order)
			return flow.Task(f, "Pay back", PayBack, charge)
		}, flow.Retry(flow.AnyError, flow.Backoff{Attempts: 2}))
		flow.Rescue(f, receipt, flow.AnyError, func(e *flow.Caught) *Receipt {
			no := &Receipt{Number: "none"}
			return flow.Fill(f, no, flow.Set(&no.Note, flow.Text(f, &e.State, " failed: ", &e.Cause)))
		})
		return receipt
	}),
}

// payTwice is a fragment: a Go function that takes f.
func payTwice(f *flow.Flow, order *Order) *Receipt {
	charge := flow.Task(f, "Find charge", FindCharge, order)
	return flow.Task(f, "Pay back", PayBack, charge, flow.Timeout(time.Minute))
}
