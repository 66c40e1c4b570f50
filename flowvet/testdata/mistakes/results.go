package mistakes

import (
	"time"

	"example.com/vet/shop"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/dynamodb"
)

var _ = flow.Standard("Results", func(f *flow.Flow, o *shop.Order) *shop.Order {
	flow.Choose[string](f, "A").When(flow.True(&o.Express), func() *string { return &o.ID })         // want `this Choose has no Otherwise, so it gives no value \[unfinished-choice\]`
	flow.Choose[string](f, "B")                                                                      // want `this Choose has no Otherwise`
	flow.Choice(f, "C")                                                                              // want `state "C": the Choice asks nothing \[no-rules\]`
	flow.NewTail(f, "t", func(e *flow.Caught) { flow.Rethrow(f, "R", e) })                           // want `nothing leads to the tail "t" \[unreachable-state\]`
	flow.Parallel(f, "D")                                                                            // want `state "D": the Parallel has no branches \[no-branches\]`
	flow.Is(&o.ID, "x")                                                                              // want `what flow.Is gives is not used, and it does nothing else \[unused-result\]`
	flow.Exists(o.Note)                                                                              // want `what flow.Exists gives`
	flow.Text(f, "a")                                                                                // want `what flow.Text gives`
	flow.Add(f, &o.Items, new(1))                                                                    // want `what flow.Add gives`
	flow.Timeout(time.Second)                                                                        // want `what flow.Timeout gives`
	flow.Catch(flow.AnyError, func(*flow.Caught) {})                                                 // want `what flow.Catch gives`
	flow.Retry(flow.AnyError, flow.Backoff{})                                                        // want `what flow.Retry gives`
	flow.Concurrency(3)                                                                              // want `what flow.Concurrency gives`
	flow.Let(f, "x", &o.ID)                                                                          // want `what flow.Let gives`
	flow.Var(f, "y", 3)                                                                              // want `what flow.Var gives`
	flow.Set(new(3), &o.Items)                                                                       // want `what flow.Set gives`
	flow.OrElse(f, o.Note, new("x"))                                                                 // want `what flow.OrElse gives`
	flow.Execution(f)                                                                                // want `what flow.Execution gives`
	flow.Standard("Inner", flows)                                                                    // want `what flow.Standard gives`
	flow.Raised[failure]()                                                                           // want `what flow.Raised gives`
	flow.BucketOf("Lake").Ref()                                                                      // want `what flow.Ref gives`
	dynamodb.Remove(&o.ID)                                                                           // want `what dynamodb.Remove gives`
	flow.NewSaga(f, flow.NewTail(f, "u", func(e *flow.Caught) { flow.Rethrow(f, "R2", e) })).Guard() // want `what flow.Guard gives`
	c := flow.Choose[string](f, "F")
	c.When(flow.True(&o.Express), func() *string { return &o.ID }) // want `this Choose has no Otherwise`
	d := flow.Choose[string](f, "G")
	for range 3 {
		d.When(flow.True(&o.Express), func() *string { return &o.ID })
	}
	d = d.When(flow.True(&o.Express), func() *string { return &o.ID })
	d.When(flow.True(&o.Express), func() *string { return &o.ID })
	_ = d.Otherwise(func() *string { return &o.ID })
	held := struct{ c *flow.Chooser[string] }{flow.Choose[string](f, "H")}
	held.c.When(flow.True(&o.Express), func() *string { return &o.ID })
	held.c.Otherwise(func() *string { return &o.ID })
	r := flow.Task(f, "Pay", shop.Pay, o)
	flow.Rescue(f, &r.OrderID, flow.AnyError, func(*flow.Caught) *string { return new("x") })        // want `Rescue needs the whole result of a step just written \[rescue-target\]`
	flow.Rescue(f, flow.Text(f, "x"), flow.AnyError, func(*flow.Caught) *string { return new("x") }) // want `Rescue needs the whole result`
	flow.Rescue(f, &shop.Receipt{}, flow.AnyError, func(*flow.Caught) *shop.Receipt { return nil })  // want `Rescue needs the whole result`
	flow.Rescue(f, o, flow.AnyError, func(*flow.Caught) *shop.Order { return nil })                  // want `Rescue needs the whole result`
	flow.Rescue(f, r, flow.AnyError, func(*flow.Caught) *shop.Receipt { return &shop.Receipt{} })
	rescued(f, r)
	_ = flow.Text(f, "thrown away on purpose")
	flow.Fill(f, &shop.Receipt{})
	flow.Task(f, "Tell", shop.Tell, r)
	flow.Choice(f, "E").When(flow.True(&o.Express), flow.Continue)
	return o
})

type failure struct{}

func (failure) Error() string { return "" }

func rescued(f *flow.Flow, r *shop.Receipt) {
	flow.Rescue(f, r, flow.AnyError, func(*flow.Caught) *shop.Receipt { return &shop.Receipt{} })
}
