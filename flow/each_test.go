package flow_test

import (
	"context"
	"testing"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/check"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/internal/golden"
)

type (
	Shop struct {
		Name    string   `json:"name"`
		Orders  []Order  `json:"orders"`
		Targets []string `json:"targets"`
		Limit   int      `json:"limit"`
		Rows    [][]int  `json:"rows"`
		Found   []*Line  `json:"found,omitempty"`
	}
	Mail struct {
		To   string `json:"to"`
		Shop string `json:"shop"`
		No   int    `json:"no"`
	}
)

func Deliver(context.Context, Mail) (Receipt, error) { return Receipt{}, nil }
func Call(context.Context, string) (Answer, error)   { return Answer{}, nil }
func Pack(context.Context, Line) (Receipt, error)    { return Receipt{}, nil }

func shop[Out any](body func(f *flow.Flow, s *Shop) *Out) flow.Workflow {
	return flow.Standard("Shop", body)
}

// eaches are workflows with one golden document each.
var eaches = map[string]flow.Workflow{
	"each": shop(func(f *flow.Flow, s *Shop) *[]Answer {
		return flow.Each(f, "Call all", &s.Targets, func(f *flow.Flow, target *string) *Answer {
			return flow.Task(f, "Call", Call, target)
		}, flow.Concurrency(10))
	}),
	"each-keeps": shop(func(f *flow.Flow, s *Shop) *[]Receipt {
		return flow.Each(f, "Pay all", &s.Orders, func(f *flow.Flow, o *Order) *Receipt {
			r := flow.Task(f, "Pay", Pay, o)
			flow.Rescue(f, r, flow.AnyError, func(e *flow.Caught) *Receipt {
				no := &Receipt{}
				return flow.Fill(f, no, flow.Set(&no.OrderID, &o.ID), flow.Set(&no.Note, &e.Cause))
			})
			m := &Mail{}
			flow.Task(f, "Tell them", Deliver, flow.Fill(f, m, flow.Set(&m.To, &o.Customer.Name), flow.Set(&m.Shop, &s.Name)))
			return r
		}, retried, flow.Comment("one by one"), flow.Catch(flow.AnyError, func(e *flow.Caught) { flow.Rethrow(f, "Failed", e) }))
	}),
	"each-choice-first": shop(func(f *flow.Flow, s *Shop) *[]string {
		return flow.Each(f, "Look at all", &s.Orders, func(f *flow.Flow, o *Order) *string {
			flow.Choice(f, "Express?").
				When(flow.True(&o.Express), func() { flow.Return(f, "At once", &o.ID) }).
				When(flow.Is(&o.ID, ""), func() { flow.Wait(f, "Rest", time.Second) })
			return &o.ID
		})
	}),
	"each-parallel-first": shop(func(f *flow.Flow, s *Shop) *[]string {
		return flow.Each(f, "Look at all", &s.Orders, func(f *flow.Flow, o *Order) *string {
			p := flow.Parallel(f, "Both")
			r := flow.Branch(p, func(f *flow.Flow) *Receipt { return flow.Task(f, "Pay", Pay, o) })
			n := flow.Branch(p, func(f *flow.Flow) *int { return &o.Items })
			return flow.Text(f, &r.OrderID, n, &o.ID)
		})
	}),
	"each-nested": shop(func(f *flow.Flow, s *Shop) *[][]Receipt {
		return flow.Each(f, "All orders", &s.Orders, func(f *flow.Flow, o *Order) *[]Receipt {
			return flow.Each(f, "All lines", &o.Lines, func(f *flow.Flow, l *Line) *Receipt {
				return flow.Task(f, "Pack", Pack, l)
			})
		})
	}),
	"each-nested-reads": shop(func(f *flow.Flow, s *Shop) *[][]string {
		return flow.Each(f, "All orders", &s.Orders, func(f *flow.Flow, o *Order) *[]string {
			return flow.Each(f, "All lines", &o.Lines, func(f *flow.Flow, l *Line) *string {
				return flow.Text(f, &s.Name, &o.ID, &l.SKU)
			})
		})
	}),
	"each-index": shop(func(f *flow.Flow, s *Shop) *[]Mail {
		return flow.Each(f, "Number all", &s.Targets, func(f *flow.Flow, target *string) *Mail {
			flow.Task(f, "Call", Call, flow.Text(f, target, flow.Index(f)))
			m := &Mail{}
			return flow.Fill(f, m, flow.Set(&m.To, target), flow.Set(&m.No, flow.Index(f)))
		}, flow.ConcurrencyFrom(&s.Limit))
	}),
	"each-same": shop(func(f *flow.Flow, s *Shop) *[]string {
		return flow.Each(f, "Copy", &s.Targets, func(_ *flow.Flow, target *string) *string { return target })
	}),
	"each-constant": shop(func(f *flow.Flow, _ *Shop) *[]int {
		return flow.Each(f, "Constant", &[]string{"a", "b"}, func(*flow.Flow, *string) *int { return new(1) })
	}),
	"each-nothing": shop(func(f *flow.Flow, s *Shop) *Answer {
		flow.Each(f, "Rest for each", &s.Targets, func(f *flow.Flow, _ *string) *string {
			flow.Wait(f, "Rest", time.Second)
			return nil
		})
		return nil
	}),
	"each-of-each": shop(func(f *flow.Flow, s *Shop) *[]string {
		a := flow.Each(f, "First", &s.Targets, func(f *flow.Flow, t *string) *string { return flow.Text(f, t, "!") })
		return flow.Each(f, "Second", a, func(f *flow.Flow, t *string) *string { return flow.Text(f, t, "?") })
	}),
	"each-in-branch": shop(func(f *flow.Flow, s *Shop) *[]string {
		p := flow.Parallel(f, "P")
		return flow.Branch(p, func(f *flow.Flow) *[]string {
			return flow.Each(f, "E", &s.Targets, func(f *flow.Flow, t *string) *string {
				flow.Let(f, "text", flow.Text(f, t, &s.Name))
				return t
			})
		})
	}),
	"each-loop-first": shop(func(f *flow.Flow, s *Shop) *[]Answer {
		return flow.Each(f, "Call all", &s.Targets, func(f *flow.Flow, target *string) *Answer {
			return flow.Until(f, "Enough?", func() *Answer { return callOne(f, target) }, func(a *Answer) flow.Condition { return flow.Is(&a.Text, "yes") })
		})
	}),
	"each-while-first": shop(func(f *flow.Flow, s *Shop) *[]string {
		n := flow.Let(f, "n", &s.Limit)
		return flow.Each(f, "Rest for each", &s.Targets, func(f *flow.Flow, target *string) *string {
			flow.While(f, "Long?", flow.Above(flow.JSONata[int](f, "$length($1) + $random() * $2", target, n), 3), func() { flow.Wait(f, "Rest", time.Second) })
			return target
		})
	}),
	"each-raw-first": shop(func(f *flow.Flow, s *Shop) *[]any {
		return flow.Each(f, "Call all", &s.Targets, func(f *flow.Flow, target *string) *any {
			return flow.Raw[any](f, "Both", map[string]any{"Type": "Parallel", "Branches": []any{map[string]any{
				"StartAt": "Rest", "States": map[string]any{
					"Rest":  map[string]any{"Type": "Wait", "Seconds": 1, "Output": nil, "Next": "Again"},
					"Again": map[string]any{"Type": "Pass", "Output": target, "End": true},
				},
			}}})
		})
	}),
	"each-twice": shop(func(f *flow.Flow, s *Shop) *[]string {
		shout := func(f *flow.Flow, l *[]string) *[]string {
			return flow.Each(f, "Shout", l, func(f *flow.Flow, t *string) *string {
				flow.Wait(f, "Rest", time.Second)
				return flow.Text(f, t, "!")
			})
		}
		return shout(flow.Named(f, "Again"), shout(flow.Named(f, "Once"), &s.Targets))
	}),
	"each-saga": shop(func(f *flow.Flow, s *Shop) *[]Receipt {
		return flow.Each(f, "Pay all", &s.Orders, func(f *flow.Flow, o *Order) *Receipt {
			failed := flow.NewTail(f, "failure", func(e *flow.Caught) {
				no := &Receipt{}
				flow.Return(f, "Nothing paid", flow.Fill(f, no, flow.Set(&no.OrderID, &o.ID), flow.Set(&no.Note, &e.State)))
			})
			saga := flow.NewSaga(f, failed)
			paid := flow.Task(f, "Pay", Pay, o, saga.Guard())
			saga.Undo(func() { flow.Task(f, "Say sorry", Tell, paid) })
			flow.Task(f, "Pay again", Pay, o, saga.Guard())
			return paid
		})
	}),
	"each-rescued": shop(func(f *flow.Flow, s *Shop) *[]Receipt {
		all := flow.Each(f, "Pay all", &s.Orders, func(f *flow.Flow, o *Order) *Receipt { return flow.Task(f, "Pay", Pay, o) })
		flow.Rescue(f, all, flow.AnyError, func(*flow.Caught) *[]Receipt { return &[]Receipt{} })
		flow.Wait(f, "Rest", time.Second)
		return all
	}),
}

func TestEaches(t *testing.T) {
	t.Parallel()
	testDocuments(t, eaches)
}

// testDocuments compares documents with golden files, reads them back, and has them checked.
func testDocuments(t *testing.T, workflows map[string]flow.Workflow) {
	t.Helper()
	for name, w := range workflows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := build(t, w)
			text := asl.Print(d)
			golden.Equal(t, "testdata/golden/"+name+".json", text)
			if _, found := asl.Parse(text); len(found) > 0 {
				t.Errorf("the document does not parse:\n%s", found[0].Text())
			}
			for _, x := range check.Document(d) {
				t.Errorf("check: %s", x.Text())
			}
		})
	}
}
