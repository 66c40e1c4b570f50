package orders_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/workflows/examples/orders"
)

func TestSnapshot(t *testing.T) {
	t.Parallel()
	flowtest.Snapshot(t, orders.PlaceOrder)
}

// order is one that goes well: 29.80 for the prints, and the post.
var order = orders.Order{
	ID: "o1", Customer: "c7", Address: "Harbour Street 3",
	Lines: []orders.Line{{Print: "lighthouse", Quantity: 2, Price: 12.4}, {Print: "gull", Quantity: 1, Price: 5}},
}

// with is the order, changed.
func with(change func(*orders.Order)) orders.Order {
	o := order
	change(&o)
	return o
}

// run places an order with the handlers as they are; the carrier quotes, and customers can be told.
func run(t *testing.T, o orders.Order, stubs ...flowtest.Option) *flowtest.Execution {
	t.Helper()
	all := []flowtest.Option{
		flowtest.State("Ask the carrier", quote), flowtest.State("Tell the customer", told),
		flowtest.Real(orders.Reserve), flowtest.Real(orders.Release), flowtest.Real(orders.Pay), flowtest.Real(orders.Refund), flowtest.Real(orders.Ship),
	}
	return flowtest.Run(t, orders.PlaceOrder, o, append(all, stubs...)...)
}

var (
	quote = map[string]any{"StatusCode": 200, "ResponseBody": orders.Tariff{Carrier: "air", Price: 14.5}}
	told  = map[string]string{"MessageId": "m1"}
)

func TestOrderIsPlaced(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		order orders.Order
		path  []string
		want  orders.Receipt
	}{
		{
			"by post", order,
			[]string{"Anything ordered?", "Reserve stock", "How fast?", "Take payment", "Ship"},
			orders.Receipt{Order: "o1", Payment: "payment-o1", Total: 34.7, Carrier: "post", Tracking: "post-b8e00bdf"},
		},
		{
			"by air", with(func(o *orders.Order) { o.Express = true }),
			[]string{"Anything ordered?", "Reserve stock", "How fast?", "Ask the carrier", "Take payment", "Ship"},
			orders.Receipt{Order: "o1", Payment: "payment-o1", Total: 44.3, Carrier: "air", Tracking: "air-b8e00bdf"},
		},
		{
			"one line", with(func(o *orders.Order) { o.Lines = o.Lines[:1] }),
			[]string{"Anything ordered?", "Reserve stock", "How fast?", "Take payment", "Ship"},
			orders.Receipt{Order: "o1", Payment: "payment-o1", Total: 29.7, Carrier: "post", Tracking: "post-b8e00bdf"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := run(t, c.order)
			var got orders.Receipt
			e.Output(&got)
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("receipt (-want +got):\n%s", d)
			}
			if d := cmp.Diff(c.path, e.Path()); d != "" {
				t.Errorf("path (-want +got):\n%s", d)
			}
		})
	}
}

// TestOrderIsUndone lets one step after the other fail: what was done is undone, last first, and nothing else.
func TestOrderIsUndone(t *testing.T) {
	t.Parallel()
	express := with(func(o *orders.Order) { o.Express = true })
	for _, c := range []struct {
		name   string
		order  orders.Order
		stub   flowtest.Option // nil: the handlers decide
		failed string
		undone []string
		err    string
	}{
		{"sold out", with(func(o *orders.Order) { o.Lines = []orders.Line{{Print: "gull", Quantity: 51}} }), nil, "reserve stock", nil, "SoldOut"},
		{"no quote", express, flowtest.StateFails("Ask the carrier", flowtest.Error{Name: "States.Http.StatusCode.404"}), "ask the carrier", []string{"Release stock"}, "States.Http.StatusCode.404"},
		{"too expensive", with(func(o *orders.Order) { o.Lines = []orders.Line{{Print: "gull", Quantity: 50, Price: 20}} }), nil, "take payment", []string{"Release stock"}, "CardRefused"},
		{"no address", with(func(o *orders.Order) { o.Address = "" }), nil, "ship", []string{"Give money back", "Release stock"}, "NoAddress"},
		{"nobody ships", order, flowtest.Fails(orders.Ship, orders.NoVan{Carrier: "post"}), "ship", []string{"Give money back", "Release stock"}, "NoVan"},
		{"no answer", order, flowtest.StateNever("Ship"), "ship", []string{"Give money back", "Release stock"}, "States.Timeout"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			stubs := []flowtest.Option{}
			if c.stub != nil {
				stubs = append(stubs, c.stub)
			}
			e := run(t, c.order, stubs...)
			e.FailsWith(c.err)
			after := e.Path()
			for i, name := range after {
				if strings.ToLower(name) == c.failed {
					after = after[i+1:]
					break
				}
			}
			if d := cmp.Diff(append(c.undone, "Tell the customer", "Order failed"), after); d != "" {
				t.Errorf("after %s (-want +got):\n%s", c.failed, d)
			}
			want := "We are sorry: order o1 failed at " + c.failed + "."
			if got := e.Calls("Tell the customer")[0].Path("Message", "text").Str(); got != want {
				t.Errorf("the customer reads %q", got)
			}
		})
	}
}

func TestWhatIsGivenBack(t *testing.T) {
	t.Parallel()
	e := run(t, with(func(o *orders.Order) { o.Address = "" }))
	if got := e.Calls("Give money back")[0].String(); got != `{"id":"payment-o1","amount":34.7}` {
		t.Errorf("given back: %s", got)
	}
	if got := e.Calls("Release stock")[0].String(); got != `{"id":"stock-o1","pieces":3}` {
		t.Errorf("released: %s", got)
	}
}

// TestTroubleThatPasses is tried again, and the order goes well.
func TestTroubleThatPasses(t *testing.T) {
	t.Parallel()
	busy := flowtest.Error{Name: "Lambda.TooManyRequestsException"}
	e := run(t, order, flowtest.Fails(orders.Pay, busy).ThenFails(busy).Then(orders.Payment{ID: "p"}),
		flowtest.Fails(orders.Ship, orders.NoVan{}).Then(orders.Parcel{Tracking: "t"}))
	e.Succeeds()
	if want := 6*time.Second + time.Hour; e.Took() != want { // two and four seconds, and the next van
		t.Errorf("took %v, want %v", e.Took(), want)
	}
	e.Avoids("Give money back", "Release stock")
}

// TestUndoingIsStubborn goes on with what is left when one step cannot be undone, and when nobody can be told.
func TestUndoingIsStubborn(t *testing.T) {
	t.Parallel()
	e := run(t, with(func(o *orders.Order) { o.Address = "" }),
		flowtest.StateFails("Give money back", flowtest.Error{Name: "BankClosed"}),
		flowtest.StateFails("Tell the customer", flowtest.Error{Name: "SNS.InternalErrorException"}))
	e.FailsWith("NoAddress")
	if n := len(e.Calls("Give money back")); n != 9 {
		t.Errorf("tried %d times to give the money back", n)
	}
	e.Visits("Ship", "Give money back", "Release stock", "Tell the customer", "Order failed")
}

func TestEmptyOrder(t *testing.T) {
	t.Parallel()
	e := run(t, with(func(o *orders.Order) { o.Lines = nil }))
	if cause := e.FailsWith("EmptyOrder"); cause != "order o1 has no lines" {
		t.Errorf("the cause is %q", cause)
	}
	e.Avoids("Reserve stock", "Tell the customer")
}
