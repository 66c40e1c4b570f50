// Package fixes holds what can be mended mechanically. // want package:"flow"
package fixes

import (
	"context"
	"time"

	"example.com/vet/shop"

	"github.com/stepwright/stepwright/flow"
)

type keeper struct{}

func (keeper) Keep(context.Context, shop.Order) (shop.Receipt, error) { return shop.Receipt{}, nil }

// Generic is generic.
func Generic[T any](context.Context, T) (shop.Receipt, error) { return shop.Receipt{}, nil }

var _ = flow.Standard("Fixes", func(f *flow.Flow, o *shop.Order) *shop.Order {
	flow.Fail(f, "A", "A", "order ", o.ID, " of ", o.Customer.Name) // want `o.ID is read` `o.Customer.Name is read`
	flow.Fail(f, "B", "B", *o.Note)                                 // want `\*o.Note is read`
	_ = flow.Text(f, o.Codes[1])                                    // want `o.Codes\[1\] is read`
	_ = map[string]any{"id": o.ID, "total": (o.Total)}              // want `o.ID is read` `o.Total is read`
	_ = []any{o.ID}                                                 // want `o.ID is read`
	_ = &shop.Customer{Mail: new(o.ID)}                             // want `o.ID is read`
	c := o.Customer                                                 // want `o.Customer is read`
	_ = flow.Text(f, &c.Name, c.Mail, &c)
	d := o.Customer // want `o.Customer is read`
	_ = flow.Text(f, &d.Name, &d)
	if o.Express { // want `o.Express is read`
		flow.Wait(f, "C", time.Second)
	}
	flow.Text(f, "thrown away") // want `what flow.Text gives`
	p := flow.Parallel(f, "P")
	flow.Branch(p, func(g *flow.Flow) *shop.Order {
		flow.Wait(f, "D", time.Second) // want `it is written with the flow`
		return o
	})
	flow.Branch(p, func(_ *flow.Flow) *shop.Order {
		flow.Wait(f, "E", time.Second) // want `it is written with the flow`
		return o
	})
	flow.Branch(p, func(*flow.Flow) *shop.Order {
		flow.Wait(f, "F", time.Second) // want `it is written with the flow`
		return o
	})
	flow.Task(f, "Keep it", keeper{}.Keep, o)                                                 // want `is a method value`
	flow.Task(f, "Pay again", Generic[shop.Order], o)                                         // want `is an instance of a generic function`
	flow.Task(f, "Pay late", func(ctx context.Context, in shop.Order) (shop.Receipt, error) { // want `is a closure`
		return shop.Pay(ctx, in)
	}, o)
	local := keeper{}
	flow.Task(f, "Local", local.Keep, o) // want `is a method value`
	return o
})
