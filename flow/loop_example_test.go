package flow_test

import (
	"fmt"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
)

// statesOf prints some states of a workflow, one per line.
func statesOf(w flow.Workflow, names ...string) {
	d, found := w.Build()
	for _, x := range found {
		fmt.Println(x.Text())
	}
	for _, name := range names {
		fmt.Printf("%s: %s\n", name, asl.StateValue(d.States.Get(name)))
	}
}

func ExampleWhile() {
	w := flow.Standard("Send reminders", func(f *flow.Flow, order *Order) *int {
		sent := flow.Var(f, "sent", 0)
		flow.While(f, "Another reminder?", flow.Below(sent, 3), func() {
			flow.Wait(f, "A day", 24*time.Hour)
			flow.Task(f, "Remind", FindCharge, order)
			flow.Assign(f, "Count", flow.Set(sent, flow.Add(f, sent, new(1))))
		})
		return sent
	})
	statesOf(w, "Another reminder?", "Count")
	// Output:
	// Another reminder?: {"Type":"Choice","Choices":[{"Condition":"{% $sent < 3 %}","Next":"A day"}],"Default":"Done"}
	// Count: {"Type":"Pass","Assign":{"sent":"{% $sent + 1 %}"},"Next":"Another reminder?"}
}

func ExampleUntil() {
	w := flow.Standard("Count items", func(f *flow.Flow, order *Order) *int {
		next, count := flow.Var(f, "next", ""), flow.Var(f, "count", 0)
		flow.Until(f, "Last page?", func() *Page {
			page := flow.Task(f, "Read a page", NextPage, &PageQuery{
				Order: &order.ID,
				Next:  flow.Maybe(f, flow.Not(flow.Is(next, "")), next), // the first request has none
			})
			flow.Assign(f, "Count items",
				flow.Set(count, flow.Add(f, count, flow.Count(f, &page.Items))),
				flow.Set(next, flow.OrElse(f, &page.Next, new(""))))
			return page
		}, func(*Page) flow.Condition { return flow.Is(next, "") })
		return count
	})
	statesOf(w, "Last page?")
	// Output:
	// Last page?: {"Type":"Choice","Choices":[{"Condition":"{% $next = \"\" %}","Next":"Done"}],"Default":"Read a page"}
}

func ExamplePoll() {
	w := flow.Standard("Wait for an order", func(f *flow.Flow, order *Order) *Status {
		return flow.Poll(f, "Finished?", flow.Pace{First: 10 * time.Second, Rate: 1.5, Max: 5 * time.Minute, Times: 60},
			func() *Status { return flow.Task(f, "Ask for status", HowIsIt, &order.ID) },
			func(s *Status) flow.Condition { return flow.OneOf(&s.State, "SUCCEEDED", "FAILED") },
			func() { flow.Fail(f, "Too slow", "TooSlow", "order ", &order.ID, " does not end") })
	})
	statesOf(w, "Finished?: begin", "Finished?", "Finished?: wait")
	// Output:
	// Finished?: begin: {"Type":"Pass","Assign":{"finishedTries":1,"finishedDelay":10},"Next":"Ask for status"}
	// Finished?: {"Type":"Choice","Choices":[{"Condition":"{% $askForStatus.state in [\"SUCCEEDED\", \"FAILED\"] %}","Next":"Done"},{"Condition":"{% $finishedTries >= 60 %}","Next":"Too slow"}],"Default":"Finished?: wait"}
	// Finished?: wait: {"Type":"Wait","Seconds":"{% $finishedDelay %}","Assign":{"finishedTries":"{% $finishedTries + 1 %}","finishedDelay":"{% $min([$ceil($finishedDelay * 1.5), 300]) %}"},"Next":"Ask for status"}
}

func ExampleTry() {
	w := flow.Standard("Pay", func(f *flow.Flow, order *Order) *Receipt {
		paid := flow.Try(f, "Charge and pay back", func(f *flow.Flow) *Receipt {
			charge := flow.Task(f, "Find charge", FindCharge, order)
			return flow.Task(f, "Pay back", Refund, charge)
		}, flow.Retry(flow.AnyError, flow.Backoff{Attempts: 2}))
		flow.Rescue(f, paid, flow.AnyError, func(*flow.Caught) *Receipt { return &Receipt{Note: "by hand"} })
		return paid
	})
	statesOf(w, "Charge and pay back")
	// Output:
	// Charge and pay back: {"Type":"Parallel","Branches":[{"StartAt":"Find charge","States":{"Find charge":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Arguments":{"FunctionName":"${FindCharge}","Payload":"{% $states.context.Execution.Input %}"},"Assign":{"findCharge":"{% $states.result.Payload %}"},"Next":"Pay back"},"Pay back":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Arguments":{"FunctionName":"${Refund}","Payload":"{% $findCharge %}"},"Output":"{% $states.result.Payload %}","End":true}}}],"Retry":[{"ErrorEquals":["States.ALL"],"MaxAttempts":2}],"Catch":[{"ErrorEquals":["States.ALL"],"Assign":{"chargeAndPayBack":{"orderId":"","total":0,"note":"by hand"}},"Next":"Done"}],"Output":"{% $states.result[0] %}","End":true}
}

func ExampleRaw() {
	type Head struct {
		Length int `json:"length"`
	}
	w := flow.Standard("Look at a photo", func(f *flow.Flow, order *Order) *Head {
		return flow.Raw[Head](f, "Look", map[string]any{
			"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:headObject",
			"Arguments": map[string]any{"Bucket": "photos", "Key": &order.ID},
			"Output":    map[string]any{"length": "{% $states.result.ContentLength %}"},
		})
	})
	statesOf(w, "Look")
	// Output:
	// Look: {"Type":"Task","Resource":"arn:aws:states:::aws-sdk:s3:headObject","Arguments":{"Bucket":"photos","Key":"{% $states.context.Execution.Input.id %}"},"Output":{"length":"{% $states.result.ContentLength %}"},"End":true}
}

func ExampleNamed() {
	tell := func(f *flow.Flow, text *string) {
		sent := flow.Task(f, "Write", HowIsIt, text)
		flow.Task(f, "Send", HowIsIt, &sent.State)
	}
	w := flow.Standard("Tell twice", func(f *flow.Flow, order *Order) *Order {
		tell(flow.Named(f, "Customer"), &order.Customer.Name)
		tell(flow.Named(f, "Shop"), &order.ID)
		return order
	})
	d, _ := w.Build()
	for name := range d.States.All() {
		fmt.Println(name)
	}
	// Output:
	// Customer: Write
	// Customer: Send
	// Shop: Write
	// Shop: Send
}

func ExampleNewSaga() {
	w := flow.Standard("Place order", func(f *flow.Flow, order *Order) *Stock {
		failed := flow.NewTail(f, "failure", func(e *flow.Caught) { flow.Rethrow(f, "Order failed", e) })
		saga := flow.NewSaga(f, failed)
		stock := flow.Task(f, "Reserve stock", Reserve, order, saga.Guard())
		saga.Undo(func() { flow.Task(f, "Release stock", Release, stock) })
		flow.Task(f, "Take payment", Pay, order, saga.Guard())
		return stock
	})
	statesOf(w, "Take payment", "Release stock")
	// Output:
	// Take payment: {"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Arguments":{"FunctionName":"${Pay}","Payload":"{% $states.context.Execution.Input %}"},"Catch":[{"ErrorEquals":["States.ALL"],"Assign":{"releaseStockBecause":"{% $merge([$states.errorOutput, {\"State\": \"Take payment\"}]) %}"},"Next":"Release stock"}],"Output":"{% $reserveStock %}","End":true}
	// Release stock: {"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Arguments":{"FunctionName":"${Release}","Payload":"{% $reserveStock %}"},"Catch":[{"ErrorEquals":["States.ALL"],"Assign":{"failure":"{% $releaseStockBecause %}"},"Next":"Order failed"}],"Assign":{"failure":"{% $releaseStockBecause %}"},"Next":"Order failed"}
}
