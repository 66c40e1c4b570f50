package mistakes

import (
	"context"

	"example.com/vet/shop"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/run"
)

type keeper struct{}

func (keeper) Keep(context.Context, shop.Order) (shop.Receipt, error) { return shop.Receipt{}, nil }

// Generic is generic.
func Generic[T any](context.Context, T) (shop.Receipt, error) { return shop.Receipt{}, nil }

// Bad_Name has a bad name.
func Bad_Name(context.Context, shop.Order) (shop.Receipt, error) { return shop.Receipt{}, nil }

var (
	anonymous = func(context.Context, shop.Order) (shop.Receipt, error) { return shop.Receipt{}, nil }
	named     = shop.Pay
	table     = map[string]func(context.Context, shop.Order) (shop.Receipt, error){
		"keep": keeper{}.Keep,
	}
)

type question struct{ Token run.Token[shop.Receipt] }

var _ = flow.Standard("Handlers", func(f *flow.Flow, o *shop.Order) *shop.Order {
	flow.Task(f, "A", keeper{}.Keep, o)                                                                          // want `keeper{}.Keep is a method value: a handler has a name of its own \[handler-name\]`
	flow.Task(f, "B", anonymous, o)                                                                              // want `anonymous is a closure: a handler has a name of its own`
	flow.Task(f, "C", Generic[shop.Order], o)                                                                    // want `Generic\[shop.Order\] is an instance of a generic function`
	flow.Task(f, "D", Generic, o)                                                                                // want `Generic is an instance of a generic function`
	flow.Task[shop.Order, shop.Receipt](f, "E", nil, o)                                                          // want `the handler of "E" is nil`
	flow.Task(f, "F", Bad_Name, o)                                                                               // want `"Bad_Name" cannot be the name of a handler in a document \[resource-name\]`
	flow.Task(f, "G", func(context.Context, shop.Order) (shop.Receipt, error) { return shop.Receipt{}, nil }, o) // want `this function is a closure`
	k := keeper{}
	keep := k.Keep
	flow.Task(f, "H", keep, o)          // want `k.Keep is a method value`
	flow.Task(f, "I", table["keep"], o) // want `keeper{}.Keep is a method value`
	pay(f, k.Keep, o)
	call(f, o, func(context.Context, shop.Order) (shop.Receipt, error) { return shop.Receipt{}, nil })
	flow.TaskAwait(f, "J", func(context.Context, question) (run.None, error) { return run.None{}, nil }, // want `this function is a closure`
		func(t *run.Token[shop.Receipt]) *question { return &question{} })
	flow.Task(f, "K", named, o)
	flow.Task(f, "L", shop.Pay, o)
	return o
})

func pay(f *flow.Flow, handler func(context.Context, shop.Order) (shop.Receipt, error), o *shop.Order) {
	flow.Task(f, "P", handler, o) // want `k.Keep is a method value`
}

func call(f *flow.Flow, o *shop.Order, handler func(context.Context, shop.Order) (shop.Receipt, error)) {
	flow.Task(f, "Q", handler, o) // want `handler is a closure`
}
