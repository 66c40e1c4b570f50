package flow_test

import (
	"testing"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/events"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/flow/sqs"
	"github.com/stepwright/stepwright/flow/states"
	"github.com/stepwright/stepwright/flow/web"
)

// Asked has a token in it.
type Asked struct {
	Token run.Token[Answer] `json:"token"`
}

func asked(f *flow.Flow, token *run.Token[Answer]) *Asked {
	a := &Asked{}
	return flow.Fill(f, a, flow.Set(&a.Token, token))
}

var (
	Questions = sqs.QueueOf[Asked]("Questions")
	Carrier   = web.ConnectionOf("Carrier")
	Child     = flow.Standard("Child", func(_ *flow.Flow, in *Asked) *Asked { return in })
)

// messageMistakes are those that can be made with messages, nested workflows and HTTP tasks.
var messageMistakes = map[string]mistake[Order]{
	"a token that is handed to nobody": {"token-unused", func(f *flow.Flow, o *Order) *Order {
		sqs.SendAwait(f, "Ask", Questions, func(*run.Token[Answer]) *Asked { return &Asked{} })
		return o
	}},
	"a token in another state": {"token-elsewhere", func(f *flow.Flow, o *Order) *Order {
		var out *run.Token[Answer]
		states.StartAwait(f, "Ask", Child, nil, func(token *run.Token[Answer]) *Asked { out = token; return asked(f, token) })
		flow.Fail(f, "Tell", "Told", out)
		return o
	}},
	"a child that is nil": {"nil-workflow", func(f *flow.Flow, o *Order) *Order {
		var child *flow.StandardWorkflow[Order, Order]
		return states.Run(f, "Run it", child, nil, o)
	}},
	"two children of one name": {"name-clash", func(f *flow.Flow, o *Order) *Order {
		states.Run(f, "A", Child, nil, &Asked{})
		states.Run(f, "B", flow.Standard("Child", func(_ *flow.Flow, o *Order) *Order { return o }), nil, o)
		return o
	}},
	"a child linked by a text": {"linked-input", func(f *flow.Flow, o *Order) *Order {
		texts := flow.Standard("Texts", func(*flow.Flow, *string) *Order { return nil })
		states.Start(f, "Start it", texts, nil, states.Linked(f, &o.ID))
		return o
	}},
	"a queue as a task": {"unknown-resource", func(f *flow.Flow, o *Order) *Order {
		return flow.Do[Order](f, "Send", flow.Call{Resource: *Questions.Ref(), Args: o})
	}},
	"a message held back for an hour": {"message-delay", func(f *flow.Flow, o *Order) *Order {
		sqs.Send(f, "Remind", sqs.QueueOf[Order]("Orders"), o, sqs.Delay(time.Hour))
		return o
	}},
	"an argument of a call that is worked out as a whole": {"argument-place", func(f *flow.Flow, o *Order) *Order {
		flow.Do[Order](f, "Send", flow.Call{Resource: "arn:aws:states:::sqs:sendMessage", Args: o}, flow.Argument("DelaySeconds", new(1)))
		return o
	}},
	"an event with a text for its detail": {"event-detail", func(f *flow.Flow, o *Order) *Order {
		events.Put(f, "Tell", events.Default(), "shop.orders", "Order paid", &o.ID)
		return o
	}},
	"an event of AWS": {"event-source", func(f *flow.Flow, o *Order) *Order {
		events.Put(f, "Tell", events.Default(), "aws.orders", "Order paid", o)
		return o
	}},
	"an event from nowhere": {"event-source", func(f *flow.Flow, o *Order) *Order {
		events.Put(f, "Tell", events.Default(), "", "Order paid", o)
		return o
	}},
	"a status that is no failure": {"unknown-error", func(f *flow.Flow, o *Order) *Order {
		flow.Task(f, "Pay", Pay, o, flow.Retry(web.Status("200"), flow.Backoff{Attempts: 1}))
		return o
	}},
	"a request without encryption": {"http-request", func(f *flow.Flow, o *Order) *Order {
		get := web.Request{Connection: Carrier, Method: "GET", URL: new("http://carrier.example/orders")}
		return &web.Do(f, "Ask", get, Order{}).ResponseBody
	}},
	"a request that authorizes itself": {"http-request", func(f *flow.Flow, o *Order) *Order {
		secret := map[string]*string{"Authorization": new("Bearer …")}
		get := web.Request{Connection: Carrier, Method: "GET", URL: new("https://carrier.example/orders"), Headers: secret}
		return &web.Do(f, "Ask", get, Order{}).ResponseBody
	}},
	"a request with a query in its URL": {"http-request", func(f *flow.Flow, o *Order) *Order {
		get := web.Request{Connection: Carrier, Method: "GET", URL: new("https://carrier.example/orders?page=1")}
		return &web.Do(f, "Ask", get, Order{}).ResponseBody
	}},
	"a request of nothing": {"http-request", func(f *flow.Flow, o *Order) *Order {
		return &web.Do(f, "Ask", web.Request{Method: "get", Form: &web.Form{Lists: "ALL"}}, Order{}).ResponseBody
	}},
}

func TestMessageMistakes(t *testing.T) {
	t.Parallel()
	testMistakes(t, messageMistakes, "flow/messages_mistakes_test.go", "testdata/messages_mistakes.golden", func(body func(*flow.Flow, *Order) *Order) (*asl.Machine, diag.List) {
		return flow.Standard("Mistake", body).Build()
	})
}
