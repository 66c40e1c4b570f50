package flow_test

import (
	"time"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/dynamodb"
	"github.com/stepwright/stepwright/flow/events"
	"github.com/stepwright/stepwright/flow/lambda"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/flow/s3"
	"github.com/stepwright/stepwright/flow/sns"
	"github.com/stepwright/stepwright/flow/sqs"
	"github.com/stepwright/stepwright/flow/states"
	"github.com/stepwright/stepwright/flow/web"
)

var (
	receipts = dynamodb.TableOf("Receipts", func(r *Receipt) *string { return &r.OrderID })
	approved = sqs.QueueOf[Ticket]("Approvals")
	news     = sns.TopicOf[Receipt]("News")
	legacy   = lambda.FunctionOf[Order, Receipt]("OldPay")
	inspect  = states.ActivityOf[Order, Receipt]("Inspection")
	nightly  = flow.Standard("Nightly", func(f *flow.Flow, o *Order) *Receipt { return flow.Task(f, "Pay", Pay, o) })
	quick    = flow.Express("Quick", func(f *flow.Flow, o *Order) *Receipt { return flow.Task(f, "Pay", Pay, o) })
)

// Section 9: integrations.
var buildsOfServices = map[string]flow.Workflow{
	"9-table-get": order(func(f *flow.Flow, o *Order) *float64 {
		r := dynamodb.Get(f, "Find", receipts, &o.ID)
		return flow.OrElse(f, &r.Total, new(0.0))
	}),
	"9-table-put": order(func(f *flow.Flow, o *Order) *Order {
		r := &Receipt{}
		dynamodb.PutNew(f, "Keep", receipts, flow.Fill(f, r, flow.Set(&r.OrderID, &o.ID), flow.Set(&r.Total, &o.Amount)), flow.Catch(dynamodb.ConditionFailed, func(*flow.Caught) {}))
		return o
	}),
	"9-table-update": order(func(f *flow.Flow, o *Order) *Order {
		dynamodb.Update(f, "Raise", receipts, &o.ID, func(r *Receipt) []dynamodb.Change {
			return []dynamodb.Change{dynamodb.AddTo(&r.Total, &o.Amount), dynamodb.Remove(&r.Note), dynamodb.WhenExists(&r.OrderID)}
		})
		return o
	}),
	"9-queue": order(func(f *flow.Flow, o *Order) *Verdict {
		verdict := sqs.SendAwait(f, "Ask a person", approved, func(token *run.Token[Verdict]) *Ticket {
			q := &Ticket{Kind: "order"}
			return flow.Fill(f, q, flow.Set(&q.Token, token), flow.Set(&q.Order, &o.ID))
		}, flow.Timeout(72*time.Hour))
		flow.Rescue(f, verdict, flow.TimedOut, func(*flow.Caught) *Verdict { return &Verdict{} })
		return verdict
	}),
	"9-topic": order(func(f *flow.Flow, o *Order) *Receipt {
		r := flow.Task(f, "Pay", Pay, o)
		sns.Publish(f, "Tell all", news, r, sns.Subject(flow.Text(f, "order ", &o.ID)))
		return r
	}),
	"9-event": order(func(f *flow.Flow, o *Order) *Order {
		events.Put(f, "Say so", events.Default(), "shop.orders", "OrderPaid", o)
		return o
	}),
	"9-bucket": order(func(f *flow.Flow, o *Order) *string {
		return &s3.Write(f, "Keep a copy", s3.BucketOf("Archive"), flow.Text(f, "orders/", &o.ID), o).ETag
	}),
	"9-old-function": order(func(f *flow.Flow, o *Order) *Receipt {
		return lambda.Invoke(f, "Pay", legacy, o, lambda.Qualifier(new("live")))
	}),
	"9-web": order(func(f *flow.Flow, o *Order) *string {
		return &web.Do(f, "Ask the carrier", web.Request{
			Connection: web.ConnectionOf("Carrier"), Method: "POST", URL: new("https://api.carrier.example/quotes"), Body: o,
		}, Answer{}, flow.Retry(web.Busy, flow.Backoff{Attempts: 3})).ResponseBody.Text
	}),
	"9-run-a-workflow":   order(func(f *flow.Flow, o *Order) *Receipt { return states.Run(f, "Run", nightly, nil, o) }),
	"9-start-a-workflow": order(func(f *flow.Flow, o *Order) *string { return &states.Start(f, "Start", nightly, &o.ID, o).ExecutionArn }),
	"9-call-a-workflow":  order(func(f *flow.Flow, o *Order) *Receipt { return states.Call(f, "Call", quick, o) }),
	"9-activity": order(func(f *flow.Flow, o *Order) *Receipt {
		return states.Ask(f, "Inspect", inspect, o, flow.Timeout(time.Hour), flow.Heartbeat(time.Minute))
	}),
	"9-parameter": order(func(f *flow.Flow, _ *Order) *string { return flow.Text(f, "stage ", flow.Parameter("Stage").Ref()) }),
}

// pay is a fragment: a Go function that takes f.
func pay(f *flow.Flow, o *Order) *Receipt {
	flow.Wait(f, "Think", time.Second)
	return flow.Task(f, "Pay", Pay, o)
}

// Section 10: composition.
var buildsOfParts = map[string]flow.Workflow{
	"10-fragment-twice": order(func(f *flow.Flow, o *Order) *Receipt {
		pay(flow.Named(f, "First"), o)
		return pay(flow.Named(f, "Again"), o)
	}),
	"10-saga": order(func(f *flow.Flow, o *Order) *Receipt {
		failed := flow.NewTail(f, "failure", func(e *flow.Caught) { flow.Rethrow(f, "Order failed", e) })
		saga := flow.NewSaga(f, failed)
		stock := flow.Task(f, "Reserve stock", Reserve, o, saga.Guard())
		saga.Undo(func() { flow.Task(f, "Release stock", Release, stock) })
		return flow.Task(f, "Pay", Pay, o, saga.Guard())
	}),
}

// A Ticket is a question to a person, with the token that the answer needs.
type (
	Ticket struct {
		Kind  string             `json:"kind"`
		Order string             `json:"order"`
		Token run.Token[Verdict] `json:"token"`
	}
	Verdict struct {
		Approved bool   `json:"approved"`
		Reviewer string `json:"reviewer,omitempty"`
	}
)

func AskManager(ctx, Ticket) (run.None, error) { return run.None{}, nil }
