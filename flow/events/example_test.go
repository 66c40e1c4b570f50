package events_test

import (
	"fmt"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/events"
	"github.com/stepwright/stepwright/flow/run"
)

type (
	Order struct {
		ID   string    `json:"id"`
		Paid time.Time `json:"paid"`
	}
	Shipped  struct{ Parcel string }
	Shipment struct {
		Order string             `json:"order"`
		Token run.Token[Shipped] `json:"token"`
	}
)

// Shop is the bus of everything that happens in the shop.
var Shop = events.BusOf("Shop")

// show prints the state of a workflow.
func show(w flow.Workflow, state string) {
	d, found := w.Build()
	for _, x := range found {
		fmt.Println(x.Text())
	}
	fmt.Println(asl.StateValue(d.States.Get(state)))
}

func ExamplePut() {
	show(flow.Standard("Example", func(f *flow.Flow, o *Order) *run.None {
		events.Put(f, "Tell the shop", Shop, "shop.orders", "Order paid", o, events.At(&o.Paid),
			flow.Retry(events.Throttled, flow.Backoff{Attempts: 3}))
		return nil
	}), "Tell the shop")
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::events:putEvents","Arguments":{"Entries":[{"Source":"shop.orders","DetailType":"Order paid","Detail":"{% $states.context.Execution.Input %}","EventBusName":"${Shop}","Time":"{% $states.context.Execution.Input.paid %}"}]},"Retry":[{"ErrorEquals":["EventBridge.AmazonEventBridgeException","EventBridge.InternalException","EventBridge.SdkClientException"],"MaxAttempts":3}],"End":true}
}

func ExampleDefault() {
	show(flow.Standard("Example", func(f *flow.Flow, o *Order) *string {
		put := events.Put(f, "Tell all", events.Default(), "shop.orders", "Order paid", &map[string]any{"order": &o.ID})
		return &put.EventID
	}), "Tell all")
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::events:putEvents","Arguments":{"Entries":[{"Source":"shop.orders","DetailType":"Order paid","Detail":{"order":"{% $states.context.Execution.Input.id %}"}}]},"Output":"{% $states.result.Entries[0].EventId %}","End":true}
}

func ExamplePutAwait() {
	show(flow.Standard("Example", func(f *flow.Flow, o *Order) *Shipped {
		return events.PutAwait(f, "Ship it", Shop, "shop.orders", "Ready to ship", func(token *run.Token[Shipped]) *Shipment {
			s := &Shipment{}
			return flow.Fill(f, s, flow.Set(&s.Order, &o.ID), flow.Set(&s.Token, token))
		}, flow.Timeout(14*24*time.Hour))
	}), "Ship it")
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::events:putEvents.waitForTaskToken","Arguments":{"Entries":[{"Source":"shop.orders","DetailType":"Ready to ship","Detail":{"order":"{% $states.context.Execution.Input.id %}","token":"{% $states.context.Task.Token %}"},"EventBusName":"${Shop}"}]},"TimeoutSeconds":1209600,"Output":"{% $states.result %}","End":true}
}
