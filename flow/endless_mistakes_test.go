package flow_test

import (
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/flow"
)

func again(f *flow.Flow, o *Order) {
	flow.Wait(f, "Rest", time.Second)
	again(f, o)
}

func againNamed(f *flow.Flow, o *Order) {
	flow.Wait(f, "Rest", time.Second)
	againNamed(flow.Named(f, "n"), o)
}

func againInside(f *flow.Flow, o *Order, name string) *Order {
	return flow.Try(f, name, func(f *flow.Flow) *Order { return againInside(f, o, name+"!") })
}

func againInArm(f *flow.Flow, o *Order) {
	flow.Choice(f, "Express?").When(flow.True(&o.Express), func() { againInArm(f, o) })
}

func againInValue(f *flow.Flow, v *string) *string { return againInValue(f, flow.Text(f, v, "!")) }

// endlessMistakes are functions that do not come to an end by themselves, or not alone.
var endlessMistakes = map[string]mistake[Order]{
	"a function that calls itself":              {"too-much", func(f *flow.Flow, o *Order) *Order { again(f, o); return o }},
	"a function that calls itself by new names": {"too-much", func(f *flow.Flow, o *Order) *Order { againNamed(f, o); return o }},
	"a block that holds itself":                 {"too-much", func(f *flow.Flow, o *Order) *Order { return againInside(f, o, "T") }},
	"an arm that holds itself":                  {"too-much", func(f *flow.Flow, o *Order) *Order { againInArm(f, o); return o }},
	"a value that is made of itself":            {"too-much", func(f *flow.Flow, o *Order) *Order { againInValue(f, &o.ID); return o }},
	"a goroutine writes a state": {"other-goroutine", func(f *flow.Flow, o *Order) *Order {
		var wg sync.WaitGroup
		wg.Go(func() { flow.Wait(f, "Rest", time.Second) })
		wg.Wait()
		return o
	}},
	"a goroutine makes a value that is waited for": {"other-goroutine", func(f *flow.Flow, o *Order) *Order {
		c := make(chan *string)
		go func() { c <- flow.Text(f, &o.ID, "!") }()
		flow.Fail(f, "F", "F", <-c)
		return o
	}},
	"the goroutine is ended": {"build-panic", func(f *flow.Flow, o *Order) *Order {
		flow.Wait(f, "Rest", time.Second)
		runtime.Goexit()
		return o
	}},
	"a body that is nil": {"build-panic", func(f *flow.Flow, o *Order) *Order {
		flow.While(f, "Express?", flow.True(&o.Express), nil)
		return o
	}},
	"a handler of errors that is nil": {"build-panic", func(f *flow.Flow, o *Order) *Order {
		flow.Task(f, "Pay", Pay, o, flow.Catch(flow.AnyError, nil))
		return o
	}},
	"an option that is nil": {"build-panic", func(f *flow.Flow, o *Order) *Order {
		flow.Task(f, "Pay", Pay, o, nil)
		return o
	}},
}

func TestEndlessMistakes(t *testing.T) {
	t.Parallel()
	build := func(body func(*flow.Flow, *Order) *Order) (*asl.Machine, diag.List) {
		return flow.Standard("Mistake", body).Build()
	}
	testMistakes(t, endlessMistakes, "flow/endless_mistakes_test.go", "testdata/endless_mistakes.golden", build)
}
