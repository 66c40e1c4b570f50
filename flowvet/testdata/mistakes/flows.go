// Package mistakes holds what must be found beside reading. // want package:"flow"
package mistakes

import (
	"time"

	"example.com/vet/shop"

	"github.com/stepwright/stepwright/flow"
)

var _ = flow.Standard("Flows", flows)

func flows(f *flow.Flow, o *shop.Order) *shop.Order {
	p := flow.Parallel(f, "P")
	flow.Branch(p, func(g *flow.Flow) *shop.Order {
		flow.Wait(f, "A", time.Second) // want `state "A": it is written with the flow of an outer function while a function with a flow of its own is being written \[outer-flow\]`
		flow.Wait(g, "B", time.Second)
		return o
	})
	flow.Branch(p, func(_ *flow.Flow) *shop.Order {
		flow.Wait(f, "C", time.Second) // want `state "C": it is written with the flow`
		return o
	})
	flow.Branch(p, func(*flow.Flow) *shop.Order {
		rest(f, "D") // want `it is written with the flow of an outer function .* \(in rest, flows.go:\d+\)`
		return o
	})
	wait := func() { flow.Wait(f, "E", time.Second) }
	flow.Branch(p, func(f *flow.Flow) *shop.Order {
		wait() // want `state "E": it is written with the flow of an outer function .* \(in flows, flows.go:\d+\)`
		return o
	})
	held := struct{ f *flow.Flow }{f}
	flow.Each(f, "Each", &o.Lines, func(f *flow.Flow, l *shop.Line) *string {
		flow.Wait(held.f, "F", time.Second) // want `state "F": it is written`
		q := flow.Parallel(f, "Q")
		flow.Branch(q, func(g *flow.Flow) *shop.Line {
			flow.Wait(f, "G", time.Second) // want `state "G": it is written`
			rest(g, "H")
			return l
		})
		flow.Choice(f, "C").When(flow.Is(&l.SKU, ""), func() {
			rest(f, "I")
			flow.Wait(flow.Named(f, "In"), "J", time.Second)
		})
		return &flow.Execution(held.f).ID // the outer execution
	})
	rest(f, "K")
	failed := flow.NewTail(f, "t", func(e *flow.Caught) { flow.Rethrow(f, "R", e) })
	saga := flow.NewSaga(f, failed)
	r := flow.Parallel(f, "R")
	flow.Branch(r, func(f *flow.Flow) *shop.Order {
		flow.Task(f, "L", shop.Pay, o, flow.Catch(flow.AnyError, failed.Go)) // want `a branch cannot jump out to a tail of the function around it \[jump-out\]`
		failed.Go(flow.Failure(f, "X"))                                      // want `a branch cannot jump out`
		saga.Undo(func() {})                                                 // want `an Undo of an outer saga is written`
		flow.Task(f, "M", shop.Pay, o, saga.Guard())                         // want `a branch cannot jump out`
		flow.Branch(r, func(*flow.Flow) *shop.Order { return o })            // want `a branch is added while another one is being written`
		flow.Choice(f, "D").Otherwise(flow.Continue)                         // want `state "D": the Choice asks nothing`
		own := flow.NewTail(f, "u", func(e *flow.Caught) { flow.Rethrow(f, "S", e) })
		flow.Task(f, "N", shop.Pay, o, flow.Catch(flow.AnyError, own.Go), flow.NewSaga(f, own).Guard())
		leave(failed, f)
		return o
	})
	leave(failed, f)
	flow.Task(f, "O", shop.Pay, o, saga.Guard())
	saga.Undo(func() { flow.Wait(f, "P2", time.Second) })
	return o
}

func leave(t *flow.Tail[flow.Caught], f *flow.Flow) {
	t.Go(flow.Failure(f, "Y")) // want `a branch cannot jump out`
}

func rest(f *flow.Flow, name string) { flow.Wait(f, name, time.Second) }
