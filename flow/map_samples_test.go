package flow_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/dynamodb"
	"github.com/stepwright/stepwright/flow/s3"
	"github.com/stepwright/stepwright/flow/sqs"
	"github.com/stepwright/stepwright/flow/states"
	"github.com/stepwright/stepwright/flow/web"
	"github.com/stepwright/stepwright/flowtest"
)

// The workflows of the reference that have Maps: circuit breaker, nested children, import of a file, campaign.
type (
	Circuit struct {
		Service   string
		OpenUntil time.Time
		Failures  int
	}
	Fan struct {
		Service string
		Targets []string
	}
	Reply struct {
		Target string
		OK     bool
	}
	Member struct{ ID, Region string }
	Region struct {
		Name      string
		Customers []Member
	}
	Scored struct {
		Customer string
		Score    float64
	}
	Summary struct {
		Best    []Scored
		Started time.Time
		By      string
	}
	Campaign struct {
		Text      string   `json:"text"`
		Addresses []string `json:"addresses"`
	}
	Letter struct {
		ID   string `json:"id"`
		To   string `json:"to"`
		Text string `json:"text"`
	}
)

func CallTarget(context.Context, Reply) (Reply, error) { return Reply{}, nil }
func Score(context.Context, Member) (Scored, error)    { return Scored{}, nil }

var (
	patiently = flow.Backoff{Attempts: 6, First: 2 * time.Second, Rate: 2, Max: 30 * time.Second, Jitter: true}
	throttled = flow.Retry(dynamodb.Throttled, patiently)
	Circuits  = dynamodb.TableOf("Circuits", func(c *Circuit) *string { return &c.Service })
	Outbox    = sqs.QueueOf[Letter]("Outbox")
	Webhook   = web.ConnectionOf("Webhook")
	ScoreOne  = flow.Express("Score one", func(f *flow.Flow, c *Member) *Scored { return flow.Task(f, "Score", Score, c) })
	Archive   = flow.Standard("Archive", func(_ *flow.Flow, s *Summary) *Summary { return s })
)

// fanOut calls all targets unless the service failed too often of late.
func fanOut(f *flow.Flow, in *Fan) *[]Reply {
	now := flow.Now(f, "now")
	circuit := dynamodb.Get(f, "Look at the circuit", Circuits, &in.Service, throttled)
	flow.Choice(f, "Open?").
		When(flow.And(flow.Exists(&circuit.OpenUntil), flow.Before(now, &circuit.OpenUntil)), func() {
			flow.Fail(f, "Circuit is open", "CircuitOpen", &in.Service, " rests until ", &circuit.OpenUntil)
		})
	replies := flow.Each(f, "Call all", &in.Targets, func(f *flow.Flow, target *string) *Reply {
		call := &Reply{}
		reply := flow.Task(f, "Call", CallTarget, flow.Fill(f, call, flow.Set(&call.Target, target)), flow.Timeout(10*time.Second))
		flow.Rescue(f, reply, flow.AnyError, func(*flow.Caught) *Reply {
			no := &Reply{OK: false}
			return flow.Fill(f, no, flow.Set(&no.Target, target))
		})
		return reply
	}, flow.Concurrency(10))
	bad := flow.Let(f, "bad", flow.Count(f, flow.Filter(f, replies, func(r *Reply) flow.Condition { return flow.Is(&r.OK, false) })))
	flow.Choice(f, "Too many failures?").
		When(flow.Above(bad, 3), func() {
			dynamodb.Update(f, "Open the circuit", Circuits, &in.Service, func(c *Circuit) []dynamodb.Change {
				return []dynamodb.Change{dynamodb.Set(&c.OpenUntil, flow.Later(f, now, 5*time.Minute)), dynamodb.AddTo(&c.Failures, bad)}
			}, throttled)
		})
	return replies
}

// importCSV loads a large CSV file, a thousand rows at a time, and tolerates a few bad batches.
func importCSV(f *flow.Flow, in *Import) *flow.Written {
	lake := s3.BucketOf("Lake")
	return flow.BatchTo(f, "Load all rows", flow.Folder{Bucket: lake, Prefix: flow.Text(f, "loaded/", &in.Day)},
		flow.InBatches(1000, flow.CSV(lake, &in.Key, Row{})),
		func(f *flow.Flow, rows *[]Row) *Loaded {
			load := &Load{}
			return flow.Task(f, "Load rows", LoadRows, flow.Fill(f, load,
				flow.Set(&load.Tenant, &in.Tenant), flow.Set(&load.Day, &in.Day), flow.Set(&load.Rows, rows)), throttled)
		}, flow.Concurrency(200), flow.Tolerate(2), flow.ExpressItems(), flow.Label("rows"))
}

// scoreMany scores the customers of all regions; each score is a child of its own.
func scoreMany(f *flow.Flow, regions *[]Region) *Summary {
	all := flow.Each(f, "Regions", regions, func(f *flow.Flow, r *Region) *[]Scored {
		return flow.Each(f, "Customers", &r.Customers, func(f *flow.Flow, c *Member) *Scored {
			one := states.Call(f, "Score one customer", ScoreOne, c)
			named := &Scored{}
			return flow.Fill(f, named, flow.Set(&named.Customer, flow.Text(f, &r.Name, "/", &c.ID)), flow.Set(&named.Score, &one.Score))
		})
	})
	me := flow.Execution(f)
	sum := &Summary{}
	flow.Fill(f, sum, flow.Set(&sum.Started, &me.StartTime), flow.Set(&sum.By, &me.Name),
		flow.Set(&sum.Best, flow.SortBy(f, flow.Flatten(f, all), func(s *Scored) *float64 { return &s.Score })))
	states.Start(f, "Archive it", Archive, &me.Name, sum, flow.Catch(states.AlreadyRunning, func(*flow.Caught) {}))
	return states.Run(f, "Archive again", Archive, nil, sum)
}

// sendMail puts one message per address into a queue, thousands at a time.
func sendMail(f *flow.Flow, c *Campaign) *[]sqs.Sent {
	id := flow.UUID(f, "campaign id")
	sent := flow.Batch(f, "Every address", flow.Items(&c.Addresses), func(f *flow.Flow, to *string) *sqs.Sent {
		m := &Letter{}
		return sqs.Send(f, "Queue a mail", Outbox, flow.Fill(f, m,
			flow.Set(&m.ID, flow.Hash(f, flow.Text(f, id, to), "SHA-256")), flow.Set(&m.To, to), flow.Set(&m.Text, &c.Text)))
	}, flow.Concurrency(500), flow.TolerateCount(100))
	web.Do(f, "Tell the web shop", web.Request{
		Connection: Webhook, Method: "POST", URL: new("https://shop.example/hooks/sent"),
		Body: map[string]any{"campaign": id, "sent": flow.Count(f, sent), "ok": true},
	}, map[string]any{}, flow.Retry(web.Status("429"), patiently), flow.Catch(flow.AnyError, func(*flow.Caught) {}))
	return sent
}

var FanOut = flow.Standard("Fan out", fanOut)

func TestMapSamples(t *testing.T) {
	t.Parallel()
	testDocuments(t, map[string]flow.Workflow{
		"sample-fan-out":    FanOut,
		"sample-import-csv": flow.Standard("Import readings", importCSV),
		"sample-score-many": flow.Standard("Score regions", scoreMany),
		"sample-send-mail":  flow.Standard("Send campaign", sendMail),
	})
}

// TestFanOut runs the circuit breaker: with a closed circuit and few failures, with many, and with an open one.
func TestFanOut(t *testing.T) {
	t.Parallel()
	calls := flowtest.Func(CallTarget, func(_ ctx, r Reply) (Reply, error) {
		if r.Target[0] == 'b' {
			return Reply{}, &Refused{}
		}
		return Reply{Target: r.Target, OK: true}, nil
	})
	none := flowtest.State("Look at the circuit", map[string]any{})
	opened := flowtest.State("Open the circuit", map[string]any{})

	var got []Reply
	few := flowtest.Run(t, FanOut, Fan{Service: "s", Targets: []string{"a1", "b1", "a2"}}, calls, none, opened)
	few.Output(&got)
	few.Avoids("Open the circuit")
	if d := cmp.Diff([]Reply{{"a1", true}, {"b1", false}, {"a2", true}}, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	many := flowtest.Run(t, FanOut, Fan{Service: "s", Targets: []string{"b1", "b2", "b3", "b4"}}, calls, none, opened)
	many.Visits("Call all", "Open the circuit")
	open := flowtest.State("Look at the circuit", map[string]any{"Item": map[string]any{"OpenUntil": map[string]string{"S": "2026-01-01T01:00:00Z"}}})
	flowtest.Run(t, FanOut, Fan{Service: "s"}, calls, open, opened).FailsWith("CircuitOpen")
}
