package flow_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/dynamodb"
)

type Charge struct {
	ID      string `json:"id"`
	AgeDays int    `json:"ageDays"`
}

func FindCharge(context.Context, Order) (Charge, error) { return Charge{}, nil }
func Refund(context.Context, Charge) (Receipt, error)   { return Receipt{}, nil }

// A workflow is a package variable that holds a typed function.
var refunding = flow.Standard("Refund", refund)

// refund pays an order back.
func refund(f *flow.Flow, order *Order) *Receipt {
	charge := flow.Task(f, "Find charge", FindCharge, order)
	flow.Choice(f, "Still refundable?").
		When(flow.Below(&charge.AgeDays, 90), flow.Continue).
		Otherwise(func() {
			flow.Fail(f, "Too late", "TooLate", "charge ", &charge.ID, " is too old")
		})
	return flow.Task(f, "Pay back", Refund, charge)
}

func ExampleStandard() {
	document, diagnostics := refunding.Build()
	if err := diagnostics.Err(); err != nil {
		fmt.Println(err)
	}
	os.Stdout.Write(asl.Print(document))
	// Output:
	// {
	//   "Comment": "Refund",
	//   "QueryLanguage": "JSONata",
	//   "StartAt": "Find charge",
	//   "States": {
	//     "Find charge": {
	//       "Type": "Task",
	//       "Resource": "arn:aws:states:::lambda:invoke",
	//       "Arguments": {
	//         "FunctionName": "${FindCharge}",
	//         "Payload": "{% $states.context.Execution.Input %}"
	//       },
	//       "Assign": {
	//         "findCharge": "{% $states.result.Payload %}"
	//       },
	//       "Next": "Still refundable?"
	//     },
	//     "Still refundable?": {
	//       "Type": "Choice",
	//       "Choices": [
	//         {
	//           "Condition": "{% $findCharge.ageDays < 90 %}",
	//           "Next": "Pay back"
	//         }
	//       ],
	//       "Default": "Too late"
	//     },
	//     "Too late": {
	//       "Type": "Fail",
	//       "Error": "TooLate",
	//       "Cause": "{% \"charge \" & $findCharge.id & \" is too old\" %}"
	//     },
	//     "Pay back": {
	//       "Type": "Task",
	//       "Resource": "arn:aws:states:::lambda:invoke",
	//       "Arguments": {
	//         "FunctionName": "${Refund}",
	//         "Payload": "{% $findCharge %}"
	//       },
	//       "Output": "{% $states.result.Payload %}",
	//       "End": true
	//     }
	//   }
	// }
}

// Reading a value instead of referring to it is found by the build.
func ExampleDefinition_Build() {
	hasty := flow.Standard("Hasty", func(f *flow.Flow, order *Order) *Order {
		if order.Express { // runs now, when there is no order yet
			flow.Wait(f, "Hurry", time.Second)
		}
		flow.Wait(f, "Rest", time.Minute)
		return order
	})
	_, diagnostics := hasty.Build()
	for _, d := range diagnostics {
		fmt.Println(d.Code, "-", d.Message)
	}
	// Output:
	// value-read - input.express is read while the workflow is being written; refer to it with & instead
}

// show prints one state of a workflow that body writes.
func show(state string, body func(f *flow.Flow, o *Order)) {
	w := flow.Standard("Example", func(f *flow.Flow, o *Order) *Order {
		body(f, o)
		return nil
	})
	d, found := w.Build()
	for _, x := range found {
		fmt.Println(x.Text())
	}
	fmt.Println(asl.StateValue(d.States.Get(state)))
}

func ExampleText() {
	show("Fail", func(f *flow.Flow, o *Order) {
		flow.FailWith(f, "Fail", new("TooDear"), flow.Text(f, "order ", &o.ID, " costs ", &o.Amount))
	})
	// Output:
	// {"Type":"Fail","Error":"TooDear","Cause":"{% \"order \" & $states.context.Execution.Input.id & \" costs \" & $states.context.Execution.Input.amount %}"}
}

func ExampleMap() {
	show("Fail", func(f *flow.Flow, o *Order) {
		skus := flow.Map(f, &o.Lines, func(l *Line) *string { return &l.SKU })
		flow.Fail(f, "Fail", "SoldOut", "no ", flow.Join(f, skus, ", "))
	})
	// Output:
	// {"Type":"Fail","Error":"SoldOut","Cause":"{% \"no \" & $join([$map($type($states.context.Execution.Input.lines) = \"array\" ? $states.context.Execution.Input.lines : [], function($e1){$e1.sku})], \", \") %}"}
}

func ExampleFill() {
	show("Ask", func(f *flow.Flow, o *Order) {
		q := &Question{Kind: "discount"}
		flow.Task(f, "Ask", Ask, flow.Fill(f, q, flow.Set(&q.OrderID, &o.ID), flow.Set(&q.Total, &o.Amount)))
	})
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Arguments":{"FunctionName":"${Ask}","Payload":{"kind":"discount","orderId":"{% $states.context.Execution.Input.id %}","total":"{% $states.context.Execution.Input.amount %}"}},"End":true}
}

func ExampleNewTail() {
	show("Pay", func(f *flow.Flow, o *Order) {
		failed := flow.NewTail(f, "failure", func(e *flow.Caught) {
			flow.Fail(f, "Give up", "GaveUp", &e.State, " failed: ", &e.Cause)
		})
		flow.Task(f, "Pay", Pay, o, flow.Catch(flow.AnyError, failed.Go))
	})
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Arguments":{"FunctionName":"${Pay}","Payload":"{% $states.context.Execution.Input %}"},"Catch":[{"ErrorEquals":["States.ALL"],"Assign":{"failure":"{% $merge([$states.errorOutput, {\"State\": \"Pay\"}]) %}"},"Next":"Give up"}],"End":true}
}

func ExampleChoose() {
	show("How?", func(f *flow.Flow, o *Order) {
		fee := flow.Choose[float64](f, "How?").
			When(flow.True(&o.Express), func() *float64 { return new(9.9) }).
			Otherwise(func() *float64 { return flow.Mul(f, &o.Amount, new(0.1)) })
		flow.Fail(f, "Fail", "Fee", fee)
	})
	// Output:
	// {"Type":"Choice","Choices":[{"Condition":"{% $states.context.Execution.Input.express = true %}","Assign":{"how":9.9},"Next":"Fail"}],"Default":"Fail","Assign":{"how":"{% $states.context.Execution.Input.amount * 0.1 %}"}}
}

func ExampleRescue() {
	show("Pay", func(f *flow.Flow, o *Order) {
		receipt := flow.Task(f, "Pay", Pay, o)
		flow.Rescue(f, receipt, flow.TimedOut, func(*flow.Caught) *Receipt { return &Receipt{Note: "later"} })
		flow.Fail(f, "Fail", "F", &receipt.Note)
	})
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Arguments":{"FunctionName":"${Pay}","Payload":"{% $states.context.Execution.Input %}"},"Catch":[{"ErrorEquals":["States.Timeout","States.HeartbeatTimeout"],"Assign":{"pay":{"orderId":"","total":0,"note":"later"}},"Next":"Fail"}],"Assign":{"pay":"{% $states.result.Payload %}"},"Next":"Fail"}
}

func ExampleJSONata() {
	show("Fail", func(f *flow.Flow, o *Order) {
		flow.Fail(f, "Fail", "F", flow.JSONata[string](f, `$formatNumber($1, "#,##0.00")`, &o.Amount))
	})
	// Output:
	// {"Type":"Fail","Error":"F","Cause":"{% \"\" & $formatNumber($states.context.Execution.Input.amount, \"#,##0.00\") %}"}
}

func Example_dynamodb() {
	receipts := dynamodb.TableOf("Receipts", func(r *Receipt) *string { return &r.OrderID })
	show("Note", func(f *flow.Flow, o *Order) {
		dynamodb.Update(f, "Note", receipts, &o.ID, func(r *Receipt) []dynamodb.Change {
			return []dynamodb.Change{dynamodb.Set(&r.Note, new("paid")), dynamodb.AddTo(&r.Total, &o.Amount), dynamodb.WhenExists(&r.OrderID)}
		})
	})
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::dynamodb:updateItem","Arguments":{"TableName":"${Receipts}","Key":{"orderId":{"S":"{% $states.context.Execution.Input.id %}"}},"UpdateExpression":"SET #note = :note ADD #total :total","ConditionExpression":"attribute_exists(#orderId)","ExpressionAttributeNames":{"#note":"note","#total":"total","#orderId":"orderId"},"ExpressionAttributeValues":{":note":{"S":"paid"},":total":{"N":"{% $string($states.context.Execution.Input.amount) %}"}}},"End":true}
}
