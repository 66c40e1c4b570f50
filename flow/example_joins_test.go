package flow_test

import (
	"time"

	"github.com/stepwright/stepwright/flow"
)

// Both arms and the default go on with the line below.
func ExampleChoice() {
	show("How fast?", func(f *flow.Flow, o *Order) {
		flow.Choice(f, "How fast?").
			When(flow.True(&o.Express), flow.Continue).
			When(flow.Above(&o.Amount, 100), func() { flow.Wait(f, "A moment", time.Second) }).
			Otherwise(func() { flow.Wait(f, "A while", time.Minute) })
		flow.Task(f, "Pay", Pay, o)
	})
	// Output:
	// {"Type":"Choice","Choices":[{"Condition":"{% $states.context.Execution.Input.express = true %}","Next":"Pay"},{"Condition":"{% $states.context.Execution.Input.amount > 100 %}","Next":"A moment"}],"Default":"A while"}
}

func ExampleIf() {
	shown(func(f *flow.Flow, o *Order) any { return flow.If(f, flow.True(&o.Express), &o.Amount, new(4.9)) })
	// Output:
	// $in.express = true ? $in.amount : 4.9
}

// An error of the workflow's own goes where the caught ones go.
func ExampleFailure() {
	show("Too much?", func(f *flow.Flow, o *Order) {
		failed := flow.NewTail(f, "failure", func(e *flow.Caught) { flow.FailWith(f, "Order failed", &e.Error, &e.Cause) })
		flow.Choice(f, "Too much?").When(flow.Above(&o.Items, 1000), func() { failed.Go(flow.Failure(f, "TooMuch", &o.Items, " items")) })
		flow.Task(f, "Pay", Pay, o, flow.Catch(flow.AnyError, failed.Go))
	})
	// Output:
	// {"Type":"Choice","Choices":[{"Condition":"{% $states.context.Execution.Input.items > 1000 %}","Assign":{"failure":{"Error":"TooMuch","Cause":"{% $states.context.Execution.Input.items & \" items\" %}","State":"Too much?"}},"Next":"Order failed"}],"Default":"Pay"}
}

// What branches return is used outside of them.
func ExampleParallel() {
	show("Pay and ask", func(f *flow.Flow, o *Order) {
		both := flow.Parallel(f, "Pay and ask")
		receipt := flow.Branch(both, func(f *flow.Flow) *Receipt { return flow.Task(f, "Pay", Pay, o) })
		answer := flow.Branch(both, func(f *flow.Flow) *Answer { return flow.Task(f, "Ask", Ask, &Question{Kind: "gift"}) })
		flow.Fail(f, "Stop", "Stop", &receipt.OrderID, &answer.Text)
	})
	// Output:
	// {"Type":"Parallel","Branches":[{"StartAt":"Pay","States":{"Pay":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Arguments":{"FunctionName":"${Pay}","Payload":"{% $states.context.Execution.Input %}"},"Output":"{% $states.result.Payload %}","End":true}}},{"StartAt":"Ask","States":{"Ask":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Arguments":{"FunctionName":"${Ask}","Payload":{"kind":"gift","orderId":"","total":0}},"Output":"{% $states.result.Payload %}","End":true}}}],"Assign":{"payAndAsk0":"{% $states.result[0] %}","payAndAsk1":"{% $states.result[1] %}"},"Next":"Stop"}
}
