package flow_test

import (
	"time"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/awssdk"
	"github.com/stepwright/stepwright/flow/run"
)

// Section 2: the shape of a workflow.
var buildsOfShapes = map[string]flow.Workflow{
	"2-standard": flow.Standard("Pay an order", func(f *flow.Flow, o *Order) *Receipt { return flow.Task(f, "Pay", Pay, o) }),
	"2-express":  flow.Express("Pay at once", func(f *flow.Flow, o *Order) *Receipt { return flow.Task(f, "Pay", Pay, o) }),
	"2-limit":    flow.Standard("Pay soon", func(f *flow.Flow, o *Order) *Receipt { return flow.Task(f, "Pay", Pay, o) }, flow.Limit(time.Hour)),
	"2-no-output": flow.Standard("Tell", func(f *flow.Flow, r *Receipt) *run.None {
		flow.Task(f, "Tell", Tell, r)
		return nil
	}),
	"2-the-input": order(func(_ *flow.Flow, o *Order) *Order { return o }),
	"2-a-field":   order(func(_ *flow.Flow, o *Order) *string { return &o.Customer.Name }),
}

// Section 3: steps, their options, errors.
var buildsOfSteps = map[string]flow.Workflow{
	"3-task": order(func(f *flow.Flow, o *Order) *float64 {
		receipt := flow.Task(f, "Pay", Pay, o)
		flow.Task(f, "Tell", Tell, receipt)
		return &receipt.Total
	}),
	"3-do": order(func(f *flow.Flow, o *Order) *string {
		sent := flow.Do[struct{ MessageId string }](f, "Send", flow.Call{
			Resource: "arn:aws:states:::sqs:sendMessage", Args: map[string]any{"QueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/orders", "MessageBody": o},
		})
		return &sent.MessageId
	}),
	"3-sdk-call": order(func(f *flow.Flow, o *Order) *int {
		type head struct{ ContentLength int }
		return &awssdk.Call[head](f, "Look", "s3:headObject", map[string]any{"Bucket": "photos", "Key": &o.ID}).ContentLength
	}),
	"3-task-await": order(func(f *flow.Flow, o *Order) *Verdict {
		return flow.TaskAwait(f, "Ask the manager", AskManager, func(token *run.Token[Verdict]) *Ticket {
			q := &Ticket{Kind: "expense"}
			return flow.Fill(f, q, flow.Set(&q.Token, token), flow.Set(&q.Order, &o.ID))
		}, flow.Timeout(48*time.Hour))
	}),
	"3-await": order(func(f *flow.Flow, o *Order) *Verdict {
		return flow.Await(f, "Ask", func(token *run.Token[Verdict]) flow.Call {
			return flow.Call{Resource: "arn:aws:states:::sqs:sendMessage", Args: map[string]any{"QueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/asked", "MessageBody": map[string]any{"token": token, "order": &o.ID}}}
		}, flow.Heartbeat(time.Hour))
	}),
	"3-wait": order(func(f *flow.Flow, o *Order) *Order {
		flow.Wait(f, "A minute", time.Minute)
		flow.WaitSeconds(f, "As long as there are items", &o.Items)
		flow.WaitUntil(f, "Until the next day", flow.Later(f, &o.Placed, 24*time.Hour))
		return o
	}),
	"3-fail": order(func(f *flow.Flow, o *Order) *Order {
		flow.Fail(f, "Refuse", "Refused", "order ", &o.ID, " costs ", &o.Amount)
		return nil
	}),
	"3-fail-with": order(func(f *flow.Flow, o *Order) *Order {
		flow.FailWith(f, "Refuse", &o.ID, flow.Text(f, "of ", &o.Customer.Name))
		return nil
	}),
	"3-return": order(func(f *flow.Flow, o *Order) *string {
		flow.Choice(f, "Gift?").When(flow.True(&o.Gift), func() { flow.Return(f, "Nothing to pay", new("gift")) })
		return &flow.Task(f, "Pay", Pay, o).OrderID
	}),
	"3-let": order(func(f *flow.Flow, o *Order) *float64 {
		flow.Wait(f, "Begin", time.Second)
		total := flow.Let(f, "total", flow.Mul(f, &o.Amount, new(1.2)))
		flow.Wait(f, "Rest", time.Second)
		return total
	}),
	"3-var-and-assign": order(func(f *flow.Flow, o *Order) *int {
		count, last := flow.Var(f, "count", 0), flow.Var(f, "last", "")
		flow.Assign(f, "Count", flow.Set(count, flow.Add(f, count, new(1))), flow.Set(last, &o.ID))
		flow.Fail(f, "Stop", "Stop", count, last)
		return nil
	}),
	"3-raw": order(func(f *flow.Flow, o *Order) *int {
		return flow.Raw[int](f, "Count", map[string]any{"Type": "Pass", "Output": &o.Items})
	}),
	"3-timeouts": order(func(f *flow.Flow, o *Order) *Receipt {
		flow.Task(f, "Ask", Ask, &Question{}, flow.TimeoutFrom(&o.Items))
		return flow.Task(f, "Pay", Pay, o, flow.Timeout(time.Minute), flow.Heartbeat(10*time.Second), flow.As(flow.Role("Cashier")), flow.Comment("with their money"))
	}),
	"3-retry": order(func(f *flow.Flow, o *Order) *Receipt {
		never := flow.Backoff{}
		patiently := flow.Backoff{Attempts: 5, First: 2 * time.Second, Rate: 2, Max: time.Minute, Jitter: true}
		return flow.Task(f, "Pay", Pay, o, flow.Retry(flow.Raised[*Refused](), never), flow.Retry(flow.TaskFailed, patiently), flow.Retry(flow.AnyError, flow.Backoff{Attempts: 1}))
	}),
	"3-catch": order(func(f *flow.Flow, o *Order) *Order {
		flow.Task(f, "Pay", Pay, o,
			flow.Catch(flow.TimedOut, func(*flow.Caught) {}),
			flow.Catch(flow.AnyError, func(e *flow.Caught) { flow.Rethrow(f, "Not paid", e) }))
		return o
	}),
}

// Section 4: how values come back from branches.
var buildsOfJoins = map[string]flow.Workflow{
	"4-if": order(func(f *flow.Flow, o *Order) *float64 {
		return flow.If(f, flow.True(&o.Express), flow.Mul(f, &o.Amount, new(1.5)), &o.Amount)
	}),
	"4-choice": order(func(f *flow.Flow, o *Order) *Order {
		flow.Choice(f, "How fast?").
			When(flow.True(&o.Express), func() { flow.Wait(f, "A moment", time.Second) }).
			When(flow.True(&o.Gift), flow.Continue).
			Otherwise(func() { flow.Wait(f, "A while", time.Minute) })
		return o
	}),
	"4-choose": order(func(f *flow.Flow, o *Order) *Receipt {
		return flow.Choose[Receipt](f, "How?").
			When(flow.True(&o.Gift), func() *Receipt { return &Receipt{OrderID: "gift"} }).
			When(flow.Is(&o.ID, ""), func() *Receipt { flow.Fail(f, "Nameless", "Nameless"); return nil }).
			Otherwise(func() *Receipt { return flow.Task(f, "Pay", Pay, o) })
	}),
	"4-rescue": order(func(f *flow.Flow, o *Order) *Receipt {
		receipt := flow.Task(f, "Pay", Pay, o)
		flow.Rescue(f, receipt, flow.Raised[*Refused](), func(e *flow.Caught) *Receipt {
			no := &Receipt{OrderID: "none"}
			return flow.Fill(f, no, flow.Set(&no.Note, flow.Text(f, &e.State, ": ", &e.Cause)))
		})
		flow.Task(f, "Tell", Tell, receipt)
		return receipt
	}),
	"4-tail": order(func(f *flow.Flow, o *Order) *Order {
		failed := flow.NewTail(f, "failure", func(e *flow.Caught) {
			flow.Task(f, "Ask for help", Ask, &Question{Kind: "help"})
			flow.FailWith(f, "Order failed", &e.Error, &e.Cause)
		})
		flow.Choice(f, "Too much?").When(flow.Above(&o.Items, 1000), func() { failed.Go(flow.Failure(f, "TooMuch", &o.Items, " items")) })
		flow.Task(f, "Pay", Pay, o, flow.Catch(flow.AnyError, failed.Go))
		return o
	}),
}

// Section 5: loops.
var buildsOfLoops = map[string]flow.Workflow{
	"5-while": order(func(f *flow.Flow, o *Order) *int {
		n := flow.Var(f, "n", 0)
		flow.While(f, "More?", flow.Less(n, &o.Items), func() { flow.Assign(f, "Count", flow.Set(n, flow.Add(f, n, new(1)))) })
		return n
	}),
	"5-until": order(func(f *flow.Flow, o *Order) *Page {
		next := flow.Var(f, "next", "")
		return flow.Until(f, "Last page?", func() *Page {
			page := flow.Task(f, "Next page", NextPage, &PageQuery{Order: &o.ID, Next: flow.Maybe(f, flow.Not(flow.Is(next, "")), next)})
			flow.Assign(f, "Turn the page", flow.Set(next, flow.OrElse(f, &page.Next, new(""))))
			return page
		}, func(*Page) flow.Condition { return flow.Is(next, "") })
	}),
	"5-poll": order(func(f *flow.Flow, o *Order) *Status {
		return flow.Poll(f, "Paid?", flow.Pace{First: time.Second, Max: time.Minute, Rate: 2, Times: 20},
			func() *Status { return flow.Task(f, "How is it?", HowIsIt, &o.ID) },
			func(s *Status) flow.Condition { return flow.Is(&s.State, "PAID") },
			func() { flow.Fail(f, "Never paid", "NeverPaid") })
	}),
}

// Section 6: several things at once, and one thing for many.
var buildsOfMaps = map[string]flow.Workflow{
	"6-parallel": order(func(f *flow.Flow, o *Order) *string {
		both := flow.Parallel(f, "Pay and ask", flow.Retry(flow.TaskFailed, flow.Backoff{Attempts: 1}), flow.Comment("side by side"))
		receipt := flow.Branch(both, func(f *flow.Flow) *Receipt { return flow.Task(f, "Pay", Pay, o) })
		answer := flow.Branch(both, func(f *flow.Flow) *Answer { return flow.Task(f, "Ask", Ask, &Question{Kind: "gift"}) })
		return flow.Text(f, &receipt.OrderID, ": ", &answer.Text)
	}),
	"6-try": order(func(f *flow.Flow, o *Order) *Answer {
		answer := flow.Try(f, "Pay and tell", func(f *flow.Flow) *Answer { return flow.Task(f, "Tell", Tell, flow.Task(f, "Pay", Pay, o)) },
			flow.Retry(flow.AnyError, flow.Backoff{Attempts: 2}))
		flow.Rescue(f, answer, flow.AnyError, func(*flow.Caught) *Answer { return &Answer{Text: "later"} })
		return answer
	}),
	"6-each": shop(func(f *flow.Flow, s *Shop) *[]Answer {
		return flow.Each(f, "Call all", &s.Targets, func(f *flow.Flow, target *string) *Answer {
			return flow.Task(f, "Call", Call, flow.Text(f, flow.Index(f), ": ", target))
		}, flow.Concurrency(10))
	}),
	"6-each-rescued": shop(func(f *flow.Flow, s *Shop) *[]Receipt {
		return flow.Each(f, "Pay all", &s.Orders, func(f *flow.Flow, o *Order) *Receipt {
			r := flow.Task(f, "Pay", Pay, o)
			flow.Rescue(f, r, flow.AnyError, func(*flow.Caught) *Receipt {
				no := &Receipt{}
				return flow.Fill(f, no, flow.Set(&no.OrderID, &o.ID))
			})
			return r
		}, flow.ConcurrencyFrom(&s.Limit))
	}),
	"6-batch": shop(func(f *flow.Flow, s *Shop) *[]Receipt {
		return flow.Batch(f, "Pay all", flow.Items(&s.Orders), func(f *flow.Flow, o *Order) *Receipt { return flow.Task(f, "Pay", Pay, o) },
			flow.Concurrency(100), flow.TolerateCount(3))
	}),
	"6-batch-carries": shop(func(f *flow.Flow, s *Shop) *[]Answer {
		return flow.Batch(f, "Write to all", flow.Items(&s.Targets), func(f *flow.Flow, target *string) *Answer {
			m := &Mail{}
			flow.Task(f, "Write", Deliver, flow.Fill(f, m, flow.Set(&m.To, target), flow.Set(&m.Shop, &s.Name)))
			return &Answer{}
		}, flow.Tolerate(2.5))
	}),
	"6-batch-to": imported(func(f *flow.Flow, in *Import) *flow.Written {
		return flow.BatchTo(f, "Load all rows", flow.Folder{Bucket: Lake, Prefix: flow.Text(f, "loaded/", &in.Day), Lines: true},
			flow.InBatches(1000, flow.CSV(Lake, &in.Key, Row{}, flow.Header("sensor", "value", "count"))), loadRows(in), flow.ExpressItems(), flow.Label("rows"))
	}),
	"6-batch-listing": imported(func(f *flow.Flow, in *Import) *[]Loaded {
		return flow.Batch(f, "Every file", flow.MaxItemsFrom(&in.Most, flow.Listing(Lake, &in.Key)), func(f *flow.Flow, o *flow.Object) *Loaded {
			return flow.Task(f, "Look", Thumb, &o.Key)
		}, flow.TolerateFrom(&in.Limit), flow.TolerateCountFrom(&in.Most))
	}),
	"6-batch-json": imported(func(f *flow.Flow, in *Import) *[]Loaded {
		return flow.Batch(f, "Load", flow.JSONFile(flow.BucketNamed(&in.Tenant), &in.Key, Row{}, flow.ItemsAt("/rows"), flow.Version(&in.Day), flow.BucketOwner(new("123456789012"))), loadRow)
	}),
	"6-batch-json-lines": imported(func(f *flow.Flow, in *Import) *[]Loaded {
		return flow.Batch(f, "Load", flow.MaxItems(1000, flow.AllFiles(flow.JSONLines(Lake, &in.Key, Row{}))), loadRow)
	}),
	"6-batch-parquet": imported(func(f *flow.Flow, in *Import) *[]Loaded {
		return flow.Batch(f, "Load", flow.InBatchesOf(flow.BatchSize{Bytes: 65536}, flow.Parquet(Lake, &in.Key, Row{})), loadRows(in))
	}),
	"6-batch-inventory": imported(func(f *flow.Flow, in *Import) *flow.Written {
		type entry struct{ Bucket, Key string }
		return flow.BatchTo(f, "Load", flow.Folder{Bucket: flow.BucketOf("Results")}, flow.Inventory(Lake, &in.Manifest, entry{}),
			func(f *flow.Flow, e *entry) *Loaded { return flow.Task(f, "Look", Thumb, &e.Key) })
	}),
	"6-batch-athena": imported(func(f *flow.Flow, in *Import) *[]Loaded {
		return flow.Batch(f, "Load", flow.AthenaManifest(flow.CSV(Lake, &in.Manifest, Row{}, flow.Header("sensor", "value", "count"))), loadRow)
	}),
}
