package flow_test

import (
	"time"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/run"
)

func ExampleTask() {
	show("Pay", func(f *flow.Flow, o *Order) {
		receipt := flow.Task(f, "Pay", Pay, o, flow.Timeout(time.Minute))
		flow.Task(f, "Tell", Tell, receipt)
	})
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Arguments":{"FunctionName":"${Pay}","Payload":"{% $states.context.Execution.Input %}"},"TimeoutSeconds":60,"Assign":{"pay":"{% $states.result.Payload %}"},"Next":"Tell"}
}

func ExampleDo() {
	show("Send", func(f *flow.Flow, o *Order) {
		flow.Do[struct{ MessageId string }](f, "Send", flow.Call{
			Resource: "arn:aws:states:::sqs:sendMessage",
			Args:     map[string]any{"QueueUrl": flow.Parameter("Outbox").Ref(), "MessageBody": map[string]any{"order": &o.ID}},
		})
	})
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage","Arguments":{"MessageBody":{"order":"{% $states.context.Execution.Input.id %}"},"QueueUrl":"${Outbox}"},"End":true}
}

// The question goes to a handler, which hands the token on. The step waits for the answer to the token.
func ExampleTaskAwait() {
	show("Ask the manager", func(f *flow.Flow, o *Order) {
		flow.TaskAwait(f, "Ask the manager", AskManager, func(token *run.Token[Verdict]) *Ticket {
			t := &Ticket{Kind: "order"}
			return flow.Fill(f, t, flow.Set(&t.Order, &o.ID), flow.Set(&t.Token, token))
		}, flow.Timeout(48*time.Hour), flow.Heartbeat(12*time.Hour))
	})
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Arguments":{"FunctionName":"${AskManager}","Payload":{"kind":"order","order":"{% $states.context.Execution.Input.id %}","token":"{% $states.context.Task.Token %}"}},"TimeoutSeconds":172800,"HeartbeatSeconds":43200,"End":true}
}

func ExampleWait() {
	show("Sleep on it", func(f *flow.Flow, _ *Order) { flow.Wait(f, "Sleep on it", 24*time.Hour) })
	// Output:
	// {"Type":"Wait","Seconds":86400,"End":true}
}

func ExampleWaitSeconds() {
	show("One second each", func(f *flow.Flow, o *Order) { flow.WaitSeconds(f, "One second each", &o.Items) })
	// Output:
	// {"Type":"Wait","Seconds":"{% $states.context.Execution.Input.items %}","End":true}
}

func ExampleWaitUntil() {
	show("Until tomorrow", func(f *flow.Flow, o *Order) {
		flow.WaitUntil(f, "Until tomorrow", flow.Later(f, &o.Placed, 24*time.Hour))
	})
	// Output:
	// {"Type":"Wait","Timestamp":"{% $fromMillis($toMillis($states.context.Execution.Input.placed) + 86400000) %}","End":true}
}

func ExampleFail() {
	show("Refuse", func(f *flow.Flow, o *Order) {
		flow.Fail(f, "Refuse", "TooDear", "order ", &o.ID, " costs ", &o.Amount)
	})
	// Output:
	// {"Type":"Fail","Error":"TooDear","Cause":"{% \"order \" & $states.context.Execution.Input.id & \" costs \" & $states.context.Execution.Input.amount %}"}
}

// A caught error goes on as it was, after something else was done.
func ExampleRethrow() {
	show("Not paid", func(f *flow.Flow, o *Order) {
		flow.Task(f, "Pay", Pay, o, flow.Catch(flow.AnyError, func(e *flow.Caught) {
			flow.Task(f, "Ask for help", Ask, &Question{Kind: "help"})
			flow.Rethrow(f, "Not paid", e)
		}))
	})
	// Output:
	// {"Type":"Fail","Error":"{% $payError.Error %}","Cause":"{% $payError.Cause %}"}
}

func ExampleReturn() {
	show("Nothing to pay", func(f *flow.Flow, o *Order) {
		flow.Choice(f, "Gift?").When(flow.True(&o.Gift), func() { flow.Return(f, "Nothing to pay", o) })
		flow.Task(f, "Pay", Pay, o)
	})
	// Output:
	// {"Type":"Succeed","Output":"{% $states.context.Execution.Input %}"}
}

// A Let sits on the way out of the state above it.
func ExampleLet() {
	show("Begin", func(f *flow.Flow, o *Order) {
		flow.Wait(f, "Begin", time.Second)
		total := flow.Let(f, "total", flow.Mul(f, &o.Amount, new(1.2)))
		flow.Fail(f, "Stop", "Stop", total)
	})
	// Output:
	// {"Type":"Wait","Seconds":1,"Assign":{"total":"{% $states.context.Execution.Input.amount * 1.2 %}"},"Next":"Stop"}
}

func ExampleVar() {
	show("Count", func(f *flow.Flow, _ *Order) {
		n := flow.Var(f, "n", 0)
		flow.Assign(f, "Count", flow.Set(n, flow.Add(f, n, new(1))))
		flow.Wait(f, "Rest", time.Second)
		flow.Fail(f, "Stop", "Stop", n)
	})
	// Output:
	// {"Type":"Pass","Assign":{"n":"{% $n + 1 %}"},"Next":"Rest"}
}

// A Refused is not tried again; all else is, ever more patiently.
func ExampleRetry() {
	show("Pay", func(f *flow.Flow, o *Order) {
		flow.Task(f, "Pay", Pay, o,
			flow.Retry(flow.Raised[*Refused](), flow.Backoff{}),
			flow.Retry(flow.AnyError, flow.Backoff{Attempts: 5, First: 2 * time.Second, Rate: 2, Max: time.Minute, Jitter: true}))
	})
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Arguments":{"FunctionName":"${Pay}","Payload":"{% $states.context.Execution.Input %}"},"Retry":[{"ErrorEquals":["Refused"],"MaxAttempts":0},{"ErrorEquals":["States.ALL"],"IntervalSeconds":2,"MaxAttempts":5,"BackoffRate":2,"MaxDelaySeconds":60,"JitterStrategy":"FULL"}],"End":true}
}

// After the handler of time-outs the flow goes on with what comes next.
func ExampleCatch() {
	show("Pay", func(f *flow.Flow, o *Order) {
		flow.Task(f, "Pay", Pay, o,
			flow.Catch(flow.TimedOut, func(*flow.Caught) {}),
			flow.Catch(flow.AnyError, func(e *flow.Caught) { flow.Fail(f, "Not paid", "NotPaid", &e.Error, ": ", &e.Cause) }))
		flow.Wait(f, "Rest", time.Second)
	})
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Arguments":{"FunctionName":"${Pay}","Payload":"{% $states.context.Execution.Input %}"},"Catch":[{"ErrorEquals":["States.Timeout","States.HeartbeatTimeout"],"Next":"Rest"},{"ErrorEquals":["States.ALL"],"Assign":{"payError":"{% $merge([$states.errorOutput, {\"State\": \"Pay\"}]) %}"},"Next":"Not paid"}],"Next":"Rest"}
}

func ExampleTimeoutFrom() {
	show("Pay", func(f *flow.Flow, o *Order) { flow.Task(f, "Pay", Pay, o, flow.TimeoutFrom(&o.Items)) })
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Arguments":{"FunctionName":"${Pay}","Payload":"{% $states.context.Execution.Input %}"},"TimeoutSeconds":"{% $states.context.Execution.Input.items %}","End":true}
}

func ExampleAs() {
	show("Pay", func(f *flow.Flow, o *Order) { flow.Task(f, "Pay", Pay, o, flow.As(flow.Role("Cashier"))) })
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Credentials":{"RoleArn":"${Cashier}"},"Arguments":{"FunctionName":"${Pay}","Payload":"{% $states.context.Execution.Input %}"},"End":true}
}
