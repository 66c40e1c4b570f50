package lambda_test

import (
	"fmt"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/lambda"
	"github.com/stepwright/stepwright/flow/run"
)

type (
	Order struct {
		ID string `json:"id"`
	}
	Price    struct{ Amount float64 }
	Question struct {
		Order string           `json:"order"`
		Token run.Token[Price] `json:"token"`
	}
)

var (
	// Legacy is a function of the old system.
	Legacy = lambda.FunctionOf[Order, Price]("Legacy")
	// Callback answers later.
	Callback = lambda.FunctionOf[Question, run.None]("Callback")
	// Echo takes a text.
	Echo = lambda.FunctionOf[string, string]("Echo")
)

// show prints the state of a workflow.
func show(w flow.Workflow, state string) {
	d, found := w.Build()
	for _, x := range found {
		fmt.Println(x.Text())
	}
	fmt.Println(asl.StateValue(d.States.Get(state)))
}

func ExampleInvoke() {
	show(flow.Standard("Example", func(f *flow.Flow, o *Order) *float64 {
		price := lambda.Invoke(f, "Ask the old system", Legacy, o, lambda.Qualifier(new("live")),
			flow.Retry(lambda.Retryable, flow.Backoff{Attempts: 3, First: 2 * time.Second}))
		return &price.Amount
	}), "Ask the old system")
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Arguments":{"FunctionName":"${Legacy}","Payload":"{% $states.context.Execution.Input %}","Qualifier":"live"},"Retry":[{"ErrorEquals":["Lambda.ClientExecutionTimeoutException","Lambda.ServiceException","Lambda.AWSLambdaException","Lambda.SdkClientException","Lambda.TooManyRequestsException"],"IntervalSeconds":2,"MaxAttempts":3}],"Output":"{% $states.result.Payload.Amount %}","End":true}
}

func ExampleInvokeAwait() {
	show(flow.Standard("Example", func(f *flow.Flow, o *Order) *Price {
		return lambda.InvokeAwait(f, "Ask slowly", Callback, func(token *run.Token[Price]) *Question {
			q := &Question{}
			return flow.Fill(f, q, flow.Set(&q.Order, &o.ID), flow.Set(&q.Token, token))
		}, flow.Timeout(time.Hour))
	}), "Ask slowly")
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Arguments":{"FunctionName":"${Callback}","Payload":{"order":"{% $states.context.Execution.Input.id %}","token":"{% $states.context.Task.Token %}"}},"TimeoutSeconds":3600,"Output":"{% $states.result %}","End":true}
}

func ExampleInvokeAsync() {
	show(flow.Standard("Example", func(f *flow.Flow, o *Order) *run.None {
		lambda.InvokeAsync(f, "Tell it", Echo, &o.ID)
		return nil
	}), "Tell it")
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Arguments":{"FunctionName":"${Echo}","Payload":"{% $replace($string([$states.context.Execution.Input.id]), /^.|.$/, \"\") %}","InvocationType":"Event"},"End":true}
}
