package events_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/check"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/events"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/internal/golden"
	"github.com/stepwright/stepwright/value"
)

// build gives the document, which must be without a remark.
func build(t *testing.T, w flow.Workflow) *asl.Machine {
	t.Helper()
	d, found := w.Build()
	for _, x := range append(found, check.Document(d)...) {
		t.Errorf("unexpected: %s", x.Text())
	}
	return d
}

// Ship tells the warehouse and waits for the parcel.
var Ship = flow.Standard("Ship", func(f *flow.Flow, o *Order) *Shipped {
	put := events.Put(f, "Tell the shop", Shop, "shop.orders", "Order paid", o, events.At(&o.Paid), events.Resources(&[]string{"arn:aws:s3:::orders"}),
		flow.Retry(events.Throttled, flow.Backoff{Attempts: 1}))
	flow.Rescue(f, put, events.Refused, func(*flow.Caught) *events.Receipt { return &events.Receipt{FailedEntryCount: 1} })
	flow.Choice(f, "Told?").When(flow.Above(&put.FailedEntryCount, 0), func() { flow.Fail(f, "Not told", "NotTold", "event ", &put.EventID) })
	return events.PutAwait(f, "Ship it", events.Default(), "shop.orders", "Ready to ship", func(token *run.Token[Shipped]) *Shipment {
		s := &Shipment{}
		return flow.Fill(f, s, flow.Set(&s.Order, &o.ID), flow.Set(&s.Token, token))
	}, flow.Timeout(14*24*time.Hour))
})

func TestShip(t *testing.T) {
	t.Parallel()
	golden.Equal(t, "testdata/ship.asl.json", asl.Print(build(t, Ship)))
	order := Order{ID: "o1", Paid: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}
	put := value.MustParse(`{"Entries": [{"EventId": "e1"}], "FailedEntryCount": 0}`)
	parcel := flowtest.State("Ship it", Shipped{Parcel: "p7"}).After(50 * time.Hour)
	r := flowtest.Run(t, Ship, order, flowtest.StateFails("Tell the shop", flowtest.Error{Name: "EventBridge.InternalException"}).Then(put), parcel)
	var got Shipped
	if r.Output(&got); got.Parcel != "p7" {
		t.Errorf("got %+v", got)
	}
	want := `{"Entries":[{"Source":"shop.orders","DetailType":"Order paid","Detail":{"id":"o1","paid":"2026-11-22T00:00:00Z"},"EventBusName":"${Shop}","Time":"2026-11-22T00:00:00Z","Resources":["arn:aws:s3:::orders"]}]}`
	if d := cmp.Diff(want, r.Calls("Tell the shop")[0].String()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	asked := r.Calls("Ship it")[0].Get("Entries").Index(0)
	if asked.Get("EventBusName").Exists() || asked.Path("Detail", "token").Str() == "" || asked.Path("Detail", "order").Str() != "o1" {
		t.Errorf("got %s", asked)
	}
	flowtest.Run(t, Ship, order, flowtest.StateFails("Tell the shop", flowtest.Error{Name: "EventBridge.FailedEntry"})).FailsWith("NotTold")
}

func TestNoCallbackInExpress(t *testing.T) {
	t.Parallel()
	w := flow.Express("Ask", func(f *flow.Flow, _ *Order) *Shipped {
		return events.PutAwait(f, "Ask", Shop, "shop", "Ask", func(token *run.Token[Shipped]) *Shipment {
			s := &Shipment{}
			return flow.Fill(f, s, flow.Set(&s.Token, token))
		})
	})
	if _, found := w.Build(); len(found) != 1 || found[0].Code != "express-callback" {
		t.Errorf("got %v", found)
	}
}
