package flow_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/check"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/awssdk"
	"github.com/stepwright/stepwright/internal/golden"
	"github.com/stepwright/stepwright/value"
)

func order[Out any](body func(f *flow.Flow, o *Order) *Out) flow.Workflow {
	return flow.Standard("Sample", body)
}

var retried = flow.Retry(flow.TaskFailed, flow.Backoff{Attempts: 3, First: 2 * time.Second, Rate: 1.5, Max: time.Minute, Jitter: true})

// samples are small workflows, one for each construct; their documents are golden files.
var samples = map[string]flow.Workflow{
	"task": order(func(f *flow.Flow, o *Order) *Receipt {
		return flow.Task(f, "Pay", Pay, o, flow.Timeout(time.Minute), flow.Heartbeat(10*time.Second), retried, flow.Comment("money moves"))
	}),
	"two-tasks": order(func(f *flow.Flow, o *Order) *Answer {
		r := flow.Task(f, "Pay", Pay, o)
		q := &Question{Kind: "receipt"}
		return flow.Task(f, "Ask", Ask, flow.Fill(f, q, flow.Set(&q.OrderID, &r.OrderID)))
	}),
	"unread-result": order(func(f *flow.Flow, o *Order) *Order {
		flow.Task(f, "Pay", Pay, o)
		return o
	}),
	"no-output": order(func(f *flow.Flow, o *Order) *Order {
		flow.Wait(f, "Rest", 0)
		return nil
	}),
	"empty": order(func(_ *flow.Flow, o *Order) *Order { return o }),
	"limit": flow.Standard("Limited", func(f *flow.Flow, o *Order) *Order {
		flow.Wait(f, "Rest", time.Hour)
		return o
	}, flow.Limit(24*time.Hour)),
	"express": flow.Express("Quick look", func(f *flow.Flow, o *Order) *Receipt { return flow.Task(f, "Pay", Pay, o) }),
	"do": order(func(f *flow.Flow, o *Order) *Answer {
		type head struct{ ContentLength int }
		flow.Do[head](f, "Send", flow.Call{Resource: "arn:aws:states:::sqs:sendMessage", Args: map[string]any{"QueueUrl": "https://q", "MessageBody": o}})
		h := awssdk.Call[head](f, "Look", "s3:headObject", map[string]any{"Bucket": new("photos"), "Key": &o.ID}, flow.As(flow.Role("Auditor")))
		a := &Answer{}
		return flow.Fill(f, a, flow.Set(&a.Text, flow.Text(f, &h.ContentLength, " bytes")))
	}),
	"waits": order(func(f *flow.Flow, o *Order) *Order {
		flow.Wait(f, "A while", 90*time.Second)
		flow.WaitSeconds(f, "As many as items", &o.Items)
		flow.WaitUntil(f, "Until it was placed", &o.Placed)
		flow.WaitUntil(f, "And an hour", flow.Later(f, &o.Placed, time.Hour))
		return o
	}),
	"choice": order(func(f *flow.Flow, o *Order) *Order {
		flow.Choice(f, "Which?").
			When(flow.Is(&o.ID, "a"), func() { flow.Wait(f, "A", time.Second) }).
			When(flow.OneOf(&o.ID, "b", "c"), flow.Continue).
			When(flow.True(&o.Express), func() { flow.Return(f, "Early", o) }).
			Otherwise(func() { flow.Fail(f, "Other", "Other", "order ", &o.ID, " costs ", &o.Amount) })
		flow.Wait(f, "After", time.Second)
		return o
	}),
	"choice-at-end": order(func(f *flow.Flow, o *Order) *Order {
		flow.Choice(f, "Express?").When(flow.True(&o.Express), func() { flow.Wait(f, "A", time.Second) })
		return o
	}),
	"choose": order(func(f *flow.Flow, o *Order) *Receipt {
		r := flow.Choose[Receipt](f, "How?").
			When(flow.True(&o.Express), func() *Receipt { return flow.Task(f, "Pay", Pay, o) }).
			When(flow.Is(&o.ID, ""), func() *Receipt { flow.Fail(f, "No id", "NoID"); return nil }).
			Otherwise(func() *Receipt { return &Receipt{OrderID: "none", Total: 4.9} })
		flow.Wait(f, "After", time.Second)
		return r
	}),
	"rescue": order(func(f *flow.Flow, o *Order) *Receipt {
		r := flow.Task(f, "Pay", Pay, o, retried)
		flow.Rescue(f, r, flow.Raised[*Refused](), func(e *flow.Caught) *Receipt {
			no := &Receipt{OrderID: "none"}
			return flow.Fill(f, no, flow.Set(&no.Note, flow.Text(f, &e.State, ": ", &e.Cause)))
		})
		flow.Wait(f, "After", time.Second)
		return r
	}),
	"catch": order(func(f *flow.Flow, o *Order) *Order {
		flow.Task(f, "Pay", Pay, o,
			flow.Catch(flow.TimedOut, func(*flow.Caught) {}),
			flow.Catch(flow.AnyError, func(e *flow.Caught) { flow.Rethrow(f, "Failed", e) }))
		return o
	}),
	"tails": order(func(f *flow.Flow, o *Order) *Order {
		last := flow.NewTail(f, "last words", func(why *string) {
			flow.Wait(f, "Sigh", time.Second)
			flow.FailWith(f, "Give up", new("GaveUp"), why)
		})
		failed := flow.NewTail(f, "failure", func(e *flow.Caught) { last.Go(flow.Text(f, &e.State, ": ", &e.Error)) })
		flow.Task(f, "Pay", Pay, o, flow.Catch(flow.AnyError, failed.Go))
		flow.Choice(f, "Cheap?").When(flow.Below(&o.Amount, 1), func() { failed.Go(flow.Failure(f, "Cheap", &o.Amount)) })
		flow.Task(f, "Pay again", Pay, o, flow.Catch(flow.AnyError, failed.Go))
		return o
	}),
	"tail-first": order(func(f *flow.Flow, o *Order) *Order {
		end := flow.NewTail(f, "end", func(why *string) { flow.FailWith(f, "End", new("End"), why) })
		end.Go(&o.ID)
		return nil
	}),
	"let-in-tail": order(func(f *flow.Flow, o *Order) *Order {
		end := flow.NewTail(f, "reason", func(why *string) {
			both := flow.Let(f, "both", flow.Text(f, why, "!"))
			flow.Wait(f, "Sigh", time.Second)
			flow.FailWith(f, "End", new("End"), both)
		})
		flow.Wait(f, "Begin", time.Second)
		end.Go(&o.ID)
		return nil
	}),
	"parallel": order(func(f *flow.Flow, o *Order) *Answer {
		both := flow.Parallel(f, "Both", retried, flow.Catch(flow.AnyError, func(e *flow.Caught) { flow.Rethrow(f, "Both failed", e) }))
		r := flow.Branch(both, func(f *flow.Flow) *Receipt { return flow.Task(f, "Pay", Pay, o) })
		n := flow.Branch(both, func(f *flow.Flow) *int {
			flow.Choice(f, "Many?").When(flow.Above(&o.Items, 10), func() { flow.Return(f, "Many", new(10)) })
			return &o.Items
		})
		a := &Answer{}
		return flow.Fill(f, a, flow.Set(&a.Text, flow.Text(f, &r.OrderID, " ", n)))
	}),
	"nested-parallel": order(func(f *flow.Flow, o *Order) *[]int {
		outer := flow.Parallel(f, "Outer")
		return flow.Branch(outer, func(f *flow.Flow) *[]int {
			inner := flow.Parallel(f, "Inner")
			return flow.Branch(inner, func(f *flow.Flow) *[]int {
				flow.Wait(f, "Rest", time.Second)
				return &[]int{1, 2}
			})
		})
	}),
	"let-and-var": order(func(f *flow.Flow, o *Order) *Order {
		total := flow.Let(f, "total", flow.Mul(f, &o.Amount, new(1.2)))
		n := flow.Var(f, "n", 0)
		flow.Assign(f, "Count", flow.Set(n, flow.Add(f, n, new(1))))
		flow.Choice(f, "Again?").When(flow.Below(n, 3), func() { flow.Assign(f, "Count more", flow.Set(n, flow.Add(f, n, &o.Items))) })
		flow.Fail(f, "End", "End", total, " after ", n)
		return nil
	}),
	"let-at-start": order(func(f *flow.Flow, o *Order) *Answer {
		a := &Answer{}
		a = flow.Let(f, "Normalize input", flow.Fill(f, a, flow.Set(&a.Text, &o.ID)))
		return a
	}),
	"assign-fields": order(func(f *flow.Flow, o *Order) *Customer {
		type state struct {
			Customer Customer `json:"customer"`
			Left     int      `json:"left"`
		}
		s := flow.Var(f, "state", state{Left: 3})
		flow.Assign(f, "Fill in", flow.Set(&s.Customer.Name, &o.Customer.Name), flow.Set(&s.Left, flow.Sub(f, &s.Left, new(1))))
		return &s.Customer
	}),
	"bound-at-once": order(func(f *flow.Flow, o *Order) *Answer {
		flow.Wait(f, "Begin", time.Second)
		id, at, r := flow.UUID(f, "id"), flow.Now(f, "now"), flow.Random(f, "random")
		a := &Answer{}
		return flow.Fill(f, a, flow.Set(&a.Text, flow.Text(f, id, at, r, id)))
	}),
	"context": order(func(f *flow.Flow, o *Order) *Order {
		run := flow.Execution(f)
		flow.Task(f, "Pay", Pay, o, flow.TimeoutFrom(flow.Add(f, flow.Attempt(f), new(10))))
		flow.Fail(f, "End", "End", &run.ID, &run.Name, &run.StartTime, &run.RedriveCount)
		return nil
	}),
	"optional": order(func(f *flow.Flow, o *Order) *Answer {
		q := &Question{Kind: "optional", Note: o.Note}
		flow.Task(f, "Ask", Ask, flow.Fill(f, q, flow.Set(&q.Total, &o.Amount)))
		r := &Receipt{}
		flow.Task(f, "Tell", Tell, flow.Fill(f, r, flow.Set(&r.Note, &o.Coupon)))
		flow.Choice(f, "Address?").When(flow.Exists(o.Address), func() {
			flow.Fail(f, "Known", "Known", &o.Address.City)
		})
		return &Answer{Text: "unknown"}
	}),
	"json-names": order(func(f *flow.Flow, o *Order) *Customer {
		flow.Choice(f, "VIP?").When(flow.And(flow.True(&o.Customer.VIP), flow.Not(flow.Is(&o.Customer.Old, ""))), flow.Continue).
			Otherwise(func() { flow.Fail(f, "No", "No", &o.Number) })
		return &o.Customer
	}),
	"strange-constants": order(func(f *flow.Flow, o *Order) *Answer {
		flow.Do[Answer](f, "Send", flow.Call{Resource: "arn:aws:states:::sqs:sendMessage", Args: map[string]any{
			"QueueUrl": "{% no expression %}", "MessageBody": []string{"%}", "fine", "\" \\ \u2028 é"}, "Raw": value.MustParse(`{"a": 1.50}`),
		}})
		return &Answer{Text: "{%"}
	}),
}

func Tell(_ ctx, r Receipt) (Answer, error) { return Answer{}, nil }

func TestGolden(t *testing.T) {
	t.Parallel()
	for name, w := range samples {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := build(t, w)
			text := asl.Print(d)
			golden.Equal(t, "testdata/golden/"+name+".json", text)
			again, found := asl.Parse(text)
			for _, x := range append(found, check.Document(d)...) {
				t.Errorf("the document is not in order: %s", x.Text())
			}
			if again != nil && !bytes.Equal(asl.Print(again), text) {
				t.Error("parsed and printed, the document is another")
			}
		})
	}
}
