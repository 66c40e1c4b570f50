package flow_test

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/dynamodb"
)

// always is something that the linter does not know to be so, as it is for the author of an endless function.
func always(o *Order) bool { return o != nil }

func again(f *flow.Flow, o *Order) {
	if flow.Wait(f, "Rest", time.Second); always(o) {
		again(f, o)
	}
}

func againNamed(f *flow.Flow, o *Order) {
	if flow.Wait(f, "Rest", time.Second); always(o) {
		againNamed(flow.Named(f, "n"), o)
	}
}

func againInside(f *flow.Flow, o *Order, name string) *Order {
	return flow.Try(f, name, func(f *flow.Flow) *Order { return againInside(f, o, name+"!") })
}

func againInArm(f *flow.Flow, o *Order) {
	flow.Choice(f, "Express?").When(flow.True(&o.Express), func() { againInArm(f, o) })
}

func againInValue(f *flow.Flow, o *Order, v *string) *string {
	if !always(o) {
		return v
	}
	return againInValue(f, o, flow.Text(f, v, "!"))
}

// endlessMistakes are functions that do not come to an end by themselves, or not alone.
var endlessMistakes = map[string]mistake[Order]{
	"a function that calls itself":              {"too-much", func(f *flow.Flow, o *Order) *Order { again(f, o); return o }},
	"a function that calls itself by new names": {"too-much", func(f *flow.Flow, o *Order) *Order { againNamed(f, o); return o }},
	"a block that holds itself":                 {"too-much", func(f *flow.Flow, o *Order) *Order { return againInside(f, o, "T") }},
	"an arm that holds itself":                  {"too-much", func(f *flow.Flow, o *Order) *Order { againInArm(f, o); return o }},
	"a value that is made of itself":            {"too-much", func(f *flow.Flow, o *Order) *Order { againInValue(f, o, &o.ID); return o }},
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
	"a constant that no variable holds": {"too-large", func(f *flow.Flow, o *Order) *Order {
		large := strings.Repeat("x", 1<<18)
		flow.Fail(f, "F", "F", flow.Let(f, "large", &large))
		return o
	}},
	"a document that is too large": {"too-large", func(f *flow.Flow, o *Order) *Order {
		for i := range 11 {
			flow.Task(f, fmt.Sprint("Look ", i), Look, new(strings.Repeat("x", 1e5)))
		}
		return o
	}},
	"a condition about nothing": {"nil-argument", func(f *flow.Flow, o *Order) *Order {
		q := &Question{}
		flow.Choice(f, "Note?").When(flow.Exists(q.Note), func() { flow.Return(f, "R", o) })
		return o
	}},
	"nothing is set": {"nil-argument", func(f *flow.Flow, o *Order) *Order {
		q := &Question{Kind: "nothing"}
		flow.Task(f, "Ask", Ask, flow.Fill(f, q, flow.Set(&q.OrderID, nil)))
		return o
	}},
	"nothing is filled": {"nil-argument", func(f *flow.Flow, o *Order) *Order {
		flow.Task(f, "Ask", Ask, flow.Fill[Question](f, nil))
		return o
	}},
	"nothing is kept": {"nil-argument", func(f *flow.Flow, o *Order) *Order {
		flow.Fail(f, "F", "F", flow.Let[string](f, "text", nil))
		return nil
	}},
	"nothing is assigned": {"nil-argument", func(f *flow.Flow, o *Order) *Order {
		n := flow.Var(f, "n", 0)
		flow.Assign(f, "Count", flow.Set(n, nil))
		return o
	}},
	"a payload that is nil": {"nil-argument", func(f *flow.Flow, o *Order) *Order {
		var order *Order
		flow.Task(f, "Pay", Pay, order)
		return o
	}},
	"a list that is nil": {"nil-argument", func(f *flow.Flow, o *Order) *Order {
		flow.Each(f, "All", nil, func(_ *flow.Flow, s *string) *string { return s })
		return o
	}},
	"a sum of nothing": {"nil-argument", func(f *flow.Flow, o *Order) *Order {
		flow.WaitSeconds(f, "Rest", flow.Add(f, &o.Items, nil))
		return o
	}},
	"a key that is nil": {"nil-argument", func(f *flow.Flow, o *Order) *Order {
		dynamodb.Get(f, "Look", Nodes, nil)
		return o
	}},
	"a table that is nil": {"build-panic", func(f *flow.Flow, o *Order) *Order {
		var table *dynamodb.Table[Node, string]
		flow.Fail(f, "F", "F", &dynamodb.Get(f, "Look", table, &o.ID).ID)
		return nil
	}},
	"a body of Each that is nil": {"build-panic", func(f *flow.Flow, o *Order) *Order {
		flow.Each[string, string](f, "All", &o.Tags, nil)
		return o
	}},
	"a value that doubles": {"too-large", func(f *flow.Flow, o *Order) *Order {
		s := &o.Coupon
		for range 64 {
			s = flow.OrElse(f, s, flow.Text(f, s, s))
		}
		flow.Fail(f, "F", "F", s)
		return nil
	}},
	"a variable that doubles": {"too-large", func(f *flow.Flow, o *Order) *Order {
		flow.Wait(f, "Rest", time.Second)
		s := &o.Coupon
		for i := range 64 {
			s = flow.Let(f, fmt.Sprint("s", i), flow.Text(f, s, s))
		}
		flow.Fail(f, "F", "F", s)
		return nil
	}},
	"another workflow's flow": {"build-panic", func(_ *flow.Flow, o *Order) *Order {
		var kept *flow.Flow
		flow.Standard("Kept", func(f *flow.Flow, id *string) *string { kept = f; return id }).Build()
		flow.Task(kept, "Pay", Pay, o)
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
