package flow_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/flowtest"
)

type Stock struct {
	ID string `json:"id"`
}

func Reserve(ctx, Order) (Stock, error)       { return Stock{}, nil }
func Release(ctx, Stock) (run.None, error)    { return run.None{}, nil }
func GiveBack(ctx, Receipt) (run.None, error) { return run.None{}, nil }
func Ship(ctx, Order) (Stock, error)          { return Stock{}, nil }

var stubborn = flow.Retry(flow.AnyError, flow.Backoff{Attempts: 2, First: time.Second})

var sagas = map[string]flow.Workflow{
	"saga": order(func(f *flow.Flow, o *Order) *Stock {
		failed := flow.NewTail(f, "failure", func(e *flow.Caught) {
			flow.FailWith(f, "Order failed", &e.Error, flow.Text(f, &e.State, ": ", &e.Cause))
		})
		saga := flow.NewSaga(f, failed)
		stock := flow.Task(f, "Reserve stock", Reserve, o, saga.Guard())
		saga.Undo(func() { flow.Task(f, "Release stock", Release, stock, stubborn) })
		paid := flow.Task(f, "Take payment", Pay, o, flow.Retry(flow.Raised[*Refused](), flow.Backoff{}), saga.Guard())
		saga.Undo(func() {
			flow.Task(f, "Give money back", GiveBack, paid, stubborn)
			flow.Task(f, "Tell of it", Tell, paid, flow.Catch(flow.TimedOut, func(*flow.Caught) {}))
		})
		flow.Choice(f, "Too heavy?").When(flow.Above(&o.Items, 30), func() {
			saga.Go(flow.Failure(f, "TooHeavy", "order ", &o.ID))
		})
		return flow.Task(f, "Ship", Ship, o, saga.Guard())
	}),
	"saga-in-branch": order(func(f *flow.Flow, o *Order) *Stock {
		p := flow.Parallel(f, "Both")
		flow.Branch(p, func(f *flow.Flow) *Stock {
			saga := flow.NewSaga(f, flow.NewTail(f, "not paid", func(e *flow.Caught) { flow.Rethrow(f, "Not paid", e) }))
			paid := flow.Task(f, "Pay", Pay, o, saga.Guard())
			saga.Undo(func() { flow.Task(f, "Give back", GiveBack, paid) })
			return flow.Try(f, "Ship it", func(f *flow.Flow) *Stock { return flow.Task(f, "Ship", Ship, o) }, saga.Guard())
		})
		return flow.Branch(p, func(f *flow.Flow) *Stock {
			n := flow.Var(f, "n", 0)
			var last *Stock
			flow.While(f, "More?", flow.Less(n, &o.Items), func() {
				saga := flow.NewSaga(f, flow.NewTail(f, "not sent", func(e *flow.Caught) { flow.Rethrow(f, "Not sent", e) }))
				last = flow.Task(f, "Reserve one", Reserve, o, saga.Guard())
				saga.Undo(func() { flow.Task(f, "Release one", Release, last) })
				flow.Task(f, "Send one", Ship, o, saga.Guard())
				add(f, "Count", n)
			})
			return &Stock{}
		})
	}),
}

func init() {
	for name, w := range sagas {
		samples[name] = w
	}
}

func TestSaga(t *testing.T) {
	t.Parallel()
	fail := func(name string) flowtest.Error { return flowtest.Error{Name: name, Cause: "c-" + name} }
	fails := func(state, name string) flowtest.Option { return flowtest.StateFails(state, fail(name)) }
	for _, c := range []struct {
		name, want, path string
		items            int
		stubs            []flowtest.Option
	}{
		{"goes well", `{"id":"s"}`, "Reserve stock, Take payment, Too heavy?, Ship", 0, nil},
		{"first step fails", "E: Reserve stock: c-E", "Reserve stock, Order failed", 0, []flowtest.Option{fails("Reserve stock", "E")}},
		{"second step fails", "Refused: Take payment: c-Refused", "Reserve stock, Take payment, Release stock, Order failed", 0, []flowtest.Option{fails("Take payment", "Refused")}},
		{
			"last step fails", "E: Ship: c-E", "Reserve stock, Take payment, Too heavy?, Ship, Give money back, Tell of it, Release stock, Order failed", 0,
			[]flowtest.Option{fails("Ship", "E")},
		},
		{
			"an error of its own", "TooHeavy: Too heavy?: order o", "Reserve stock, Take payment, Too heavy?, Give money back, Tell of it, Release stock, Order failed", 31, nil,
		},
		{
			"undoing fails too", "E: Ship: c-E", "Reserve stock, Take payment, Too heavy?, Ship, Give money back, Release stock, Order failed", 0,
			[]flowtest.Option{fails("Ship", "E"), fails("Give money back", "F"), fails("Release stock", "G")},
		},
		{
			"an undo catches its own", "E: Ship: c-E", "Reserve stock, Take payment, Too heavy?, Ship, Give money back, Tell of it, Release stock, Order failed", 0,
			[]flowtest.Option{fails("Ship", "E"), fails("Tell of it", "States.Timeout")},
		},
		{
			"an undo's second step fails", "E: Ship: c-E", "Reserve stock, Take payment, Too heavy?, Ship, Give money back, Tell of it, Release stock, Order failed", 0,
			[]flowtest.Option{fails("Ship", "E"), fails("Tell of it", "H")},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			stubs := append(c.stubs, flowtest.Stub(Reserve, Stock{ID: "s"}), flowtest.Stub(Release, run.None{}), flowtest.Stub(Pay, Receipt{}),
				flowtest.Stub(GiveBack, run.None{}), flowtest.Stub(Tell, Answer{}), flowtest.Stub(Ship, Stock{ID: "s"}))
			run := flowtest.Run(t, sagas["saga"], Order{ID: "o", Items: c.items}, stubs...)
			if got := outcome(run); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			path := slices.DeleteFunc(run.Path(), func(s string) bool { return s == "Begin" })
			if got := strings.Join(path, ", "); got != c.path {
				t.Errorf("path\n got %s\nwant %s", got, c.path)
			}
		})
	}
}
