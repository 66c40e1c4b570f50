package flow_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/value"
)

// shops are inputs with lists of 0, 1, 2 and 25 elements, and with nil slices, which arrive as null.
func shops() []Shop {
	var all []Shop
	for _, n := range []int{-1, 0, 1, 2, 25} {
		s := Shop{Name: "corner", Limit: 3}
		if n >= 0 {
			s.Orders, s.Targets, s.Rows = []Order{}, []string{}, [][]int{}
		}
		for i := range max(n, 0) {
			o := Order{ID: fmt.Sprint("o", i), Items: i, Express: i%2 == 1, Customer: Customer{Name: fmt.Sprint("c", i)}}
			for j := range i % 3 {
				o.Lines = append(o.Lines, Line{SKU: fmt.Sprint("l", j), Price: float64(j)})
			}
			s.Orders = append(s.Orders, o)
			s.Targets = append(s.Targets, fmt.Sprint("t", i))
			s.Rows = append(s.Rows, make([]int, i%3))
		}
		all = append(all, s)
	}
	return all
}

// outputOf gives the output of a workflow of shops, for an input as encoding/json writes it.
func outputOf[Out any](t *testing.T, w flow.Workflow, s Shop, stubs ...flowtest.Option) (out Out) {
	t.Helper()
	flowtest.Run(t, w, s, stubs...).Output(&out)
	return out
}

func answers(_ ctx, target string) (Answer, error) { return Answer{Text: "hello " + target}, nil }

// answersMost refuses every third.
func answersMost(c ctx, target string) (Answer, error) {
	if strings.HasSuffix(target, "0") || strings.HasSuffix(target, "3") {
		return Answer{}, &Refused{}
	}
	return answers(c, target)
}

// TestEachRuns runs what Each makes, and compares it with the same in Go.
func TestEachRuns(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		w     flow.Workflow
		stubs []flowtest.Option
		want  func(s Shop) any
	}{
		"each result": {
			shop(func(f *flow.Flow, s *Shop) *[]Answer {
				return flow.Each(f, "Call all", &s.Targets, callOne, flow.Concurrency(10))
			}),
			[]flowtest.Option{flowtest.Func(Call, answers)},
			func(s Shop) any {
				all := []Answer{}
				for _, target := range s.Targets {
					all = append(all, Answer{Text: "hello " + target})
				}
				return all
			},
		},
		"a rescue per item": {
			shop(func(f *flow.Flow, s *Shop) *[]Answer {
				return flow.Each(f, "Call all", &s.Targets, func(f *flow.Flow, target *string) *Answer {
					a := callOne(f, target)
					flow.Rescue(f, a, flow.Raised[*Refused](), func(e *flow.Caught) *Answer {
						no := &Answer{}
						return flow.Fill(f, no, flow.Set(&no.Text, flow.Text(f, target, " of ", &s.Name, ": ", &e.Error, " in ", &e.State)))
					})
					flow.Wait(f, "Rest", time.Second)
					return a
				})
			}),
			[]flowtest.Option{flowtest.Func(Call, answersMost)},
			func(s Shop) any {
				all := []Answer{}
				for _, target := range s.Targets {
					a, err := answersMost(t.Context(), target)
					if err != nil {
						a.Text = target + " of corner: Refused in Call"
					}
					all = append(all, a)
				}
				return all
			},
		},
		"a rescue of all": {
			shop(func(f *flow.Flow, s *Shop) *int {
				all := flow.Each(f, "Call all", &s.Targets, callOne)
				flow.Rescue(f, all, flow.AnyError, func(*flow.Caught) *[]Answer { return nil_[[]Answer](f, s) })
				flow.Wait(f, "Rest", time.Second)
				return flow.Count(f, all)
			}),
			[]flowtest.Option{flowtest.Func(Call, answersMost)},
			func(Shop) any { return 0 }, // the first one is refused, if there is one
		},
		"a choice that keeps the item": {
			shop(func(f *flow.Flow, s *Shop) *[]string {
				return flow.Each(f, "Look at all", &s.Orders, func(f *flow.Flow, o *Order) *string {
					flow.Choice(f, "Which?").
						When(flow.True(&o.Express), func() { flow.Return(f, "At once", flow.Text(f, &o.ID, "!")) }).
						When(flow.Is(&o.ID, "o2"), func() { flow.Wait(f, "Rest", time.Second) })
					return &o.ID
				})
			}),
			nil,
			func(s Shop) any {
				all := []string{}
				for _, o := range s.Orders {
					if o.Express {
						o.ID += "!"
					}
					all = append(all, o.ID)
				}
				return all
			},
		},
		"branches of an item": {
			shop(func(f *flow.Flow, s *Shop) *[]string {
				return flow.Each(f, "Look at all", &s.Orders, func(f *flow.Flow, o *Order) *string {
					p := flow.Parallel(f, "Both")
					name := flow.Branch(p, func(f *flow.Flow) *string {
						flow.Wait(f, "Rest", time.Second)
						return &o.Customer.Name
					})
					n := flow.Branch(p, func(*flow.Flow) *int { return &o.Items })
					return flow.Text(f, name, n, &o.ID)
				})
			}),
			nil,
			func(s Shop) any {
				all := []string{}
				for i, o := range s.Orders {
					all = append(all, fmt.Sprint(o.Customer.Name, i, o.ID))
				}
				return all
			},
		},
		"a try of an item": {
			shop(func(f *flow.Flow, s *Shop) *[]Answer {
				return flow.Each(f, "Call all", &s.Targets, func(f *flow.Flow, target *string) *Answer {
					a := flow.Try(f, "Try", func(f *flow.Flow) *Answer {
						flow.Wait(f, "Rest", time.Second)
						return callOne(f, target)
					})
					flow.Rescue(f, a, flow.AnyError, func(*flow.Caught) *Answer {
						no := &Answer{}
						return flow.Fill(f, no, flow.Set(&no.Text, target))
					})
					return a
				})
			}),
			[]flowtest.Option{flowtest.Func(Call, answersMost)},
			func(s Shop) any {
				all := []Answer{}
				for _, target := range s.Targets {
					a, err := answersMost(t.Context(), target)
					if err != nil {
						a.Text = target
					}
					all = append(all, a)
				}
				return all
			},
		},
		"nested": {
			shop(func(f *flow.Flow, s *Shop) *[][]string {
				return flow.Each(f, "All orders", &s.Orders, func(f *flow.Flow, o *Order) *[]string {
					return flow.Each(f, "All lines", &o.Lines, func(f *flow.Flow, l *Line) *string {
						flow.Wait(f, "Rest", time.Second)
						return flow.Text(f, &s.Name, &o.ID, &l.SKU)
					})
				})
			}),
			nil,
			func(s Shop) any {
				all := [][]string{}
				for _, o := range s.Orders {
					some := []string{}
					for _, l := range o.Lines {
						some = append(some, s.Name+o.ID+l.SKU)
					}
					all = append(all, some)
				}
				return all
			},
		},
		"nested without a state for the item": {
			shop(func(f *flow.Flow, s *Shop) *[]int {
				return flow.Each(f, "All orders", &s.Orders, func(f *flow.Flow, o *Order) *int {
					all := flow.Each(f, "All lines", &o.Lines, func(_ *flow.Flow, l *Line) *string { return &l.SKU })
					return flow.Count(f, flow.Append(f, all, all))
				})
			}),
			nil,
			func(s Shop) any {
				all := []int{}
				for _, o := range s.Orders {
					all = append(all, 2*len(o.Lines))
				}
				return all
			},
		},
		"lists of lists": {
			shop(func(f *flow.Flow, s *Shop) *[][]int {
				return flow.Each(f, "All rows", &s.Rows, func(f *flow.Flow, r *[]int) *[]int {
					flow.Wait(f, "Rest", time.Second)
					return r
				})
			}),
			nil,
			func(s Shop) any {
				if s.Rows == nil {
					return []int{}
				}
				return s.Rows
			},
		},
		"numbers of items": {
			shop(func(f *flow.Flow, s *Shop) *[]string {
				return flow.Each(f, "Number all", &s.Targets, func(f *flow.Flow, target *string) *string {
					n := flow.Index(f)
					flow.Wait(f, "Rest", time.Second)
					both := flow.Each(f, "Twice", &[]string{"a", "b"}, func(f *flow.Flow, x *string) *string {
						return flow.Text(f, x, flow.Index(f), n)
					})
					return flow.Text(f, target, flow.Join(f, both, "-"), n)
				}, flow.ConcurrencyFrom(&s.Limit))
			}),
			nil,
			func(s Shop) any {
				all := []string{}
				for i, target := range s.Targets {
					all = append(all, fmt.Sprintf("%sa0%d-b1%d%d", target, i, i, i))
				}
				return all
			},
		},
		"a loop at the start": {
			shop(func(f *flow.Flow, s *Shop) *[]string {
				return flow.Each(f, "Call all", &s.Targets, func(f *flow.Flow, target *string) *string {
					a := flow.Until(f, "Enough?", func() *Answer {
						return callOne(f, target)
					}, func(a *Answer) flow.Condition { return flow.Not(flow.Is(&a.Text, "again")) })
					return flow.Text(f, target, ": ", &a.Text)
				})
			}),
			[]flowtest.Option{flowtest.Func(Call, secondTime())},
			func(s Shop) any {
				all := []string{}
				for _, target := range s.Targets {
					all = append(all, target+": hello "+target)
				}
				return all
			},
		},
		"states inside a raw state": {
			eaches["each-raw-first"], nil,
			func(s Shop) any {
				all := [][]string{}
				for _, target := range s.Targets {
					all = append(all, []string{target})
				}
				return all
			},
		},
		"a fragment twice": {
			eaches["each-twice"], nil,
			func(s Shop) any {
				all := []string{}
				for _, target := range s.Targets {
					all = append(all, target+"!!")
				}
				return all
			},
		},
		"a saga per item": {
			eaches["each-saga"],
			[]flowtest.Option{
				flowtest.Func(Pay, func(_ ctx, o Order) (Receipt, error) {
					return Receipt{OrderID: o.ID, Total: 1}, nil
				}),
				flowtest.StateFails("Pay again", &Refused{}),
				flowtest.Stub(Tell, Answer{}),
			},
			func(s Shop) any {
				all := []Receipt{}
				for _, o := range s.Orders {
					all = append(all, Receipt{OrderID: o.ID, Note: "Pay again"})
				}
				return all
			},
		},
		"a constant per item": {
			shop(func(f *flow.Flow, s *Shop) *[]int {
				return flow.Each(f, "Constant", &s.Targets, func(*flow.Flow, *string) *int { return new(7) })
			}),
			nil,
			func(s Shop) any {
				all := []int{}
				for range s.Targets {
					all = append(all, 7)
				}
				return all
			},
		},
		"a variable per item": {
			shop(func(f *flow.Flow, s *Shop) *[]int {
				outer := flow.Let(f, "outer", &s.Limit)
				return flow.Each(f, "Count", &s.Orders, func(f *flow.Flow, o *Order) *int {
					n := flow.Var(f, "n", 1)
					flow.While(f, "More?", flow.Less(n, &o.Items), func() {
						flow.Assign(f, "Double", flow.Set(n, flow.Add(f, n, n)))
					})
					return flow.Add(f, n, outer)
				})
			}),
			nil,
			func(s Shop) any {
				all := []int{}
				for _, o := range s.Orders {
					n := 1
					for n < o.Items {
						n += n
					}
					all = append(all, n+s.Limit)
				}
				return all
			},
		},
		"a tail per item": {
			shop(func(f *flow.Flow, s *Shop) *[]Answer {
				return flow.Each(f, "Call all", &s.Targets, func(f *flow.Flow, target *string) *Answer {
					failed := flow.NewTail(f, "no answer", func(e *flow.Caught) {
						a := &Answer{}
						flow.Return(f, "Say so", flow.Fill(f, a, flow.Set(&a.Text, flow.Text(f, target, &e.Error))))
					})
					return flow.Task(f, "Call", Call, target, flow.Catch(flow.AnyError, failed.Go))
				})
			}),
			[]flowtest.Option{flowtest.Func(Call, answersMost)},
			func(s Shop) any {
				all := []Answer{}
				for _, target := range s.Targets {
					a, err := answersMost(t.Context(), target)
					if err != nil {
						a.Text = target + "Refused"
					}
					all = append(all, a)
				}
				return all
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			build(t, c.w)
			for _, s := range shops() {
				want, err := json.Marshal(c.want(s))
				if err != nil {
					t.Fatal(err)
				}
				got := outputOf[value.Value](t, c.w, s, c.stubs...)
				if d := cmp.Diff(string(want), got.String()); d != "" {
					t.Errorf("%d items (-want +got):\n%s", len(s.Targets), d)
				}
			}
		})
	}
}

// nil_ is a list that arrives as null.
func nil_[T any](f *flow.Flow, s *Shop) *T { return flow.JSONata[T](f, "$1 ? null : null", &s.Limit) }

// secondTime answers each target at every second call.
func secondTime() func(ctx, string) (Answer, error) {
	var mu sync.Mutex
	asked := map[string]int{}
	return func(_ ctx, target string) (Answer, error) {
		mu.Lock()
		defer mu.Unlock()
		if asked[target]++; asked[target]%2 == 0 {
			return Answer{Text: "hello " + target}, nil
		}
		return Answer{Text: "again"}, nil
	}
}

// TestEachFails runs iterations that fail for good.
func TestEachFails(t *testing.T) {
	t.Parallel()
	w := shop(func(f *flow.Flow, s *Shop) *[]Answer {
		return flow.Each(f, "Call all", &s.Targets, callOne, flow.Retry(flow.Raised[*Refused](), flow.Backoff{Attempts: 1}),
			flow.Catch(flow.AnyError, func(e *flow.Caught) {
				flow.FailWith(f, "Failed", new("CallsFailed"), flow.Text(f, &e.State, ": ", &e.Error))
			}))
	})
	refuses := flowtest.Func(Call, func(c ctx, target string) (Answer, error) {
		if target == "t1" {
			return Answer{}, &Refused{}
		}
		return answers(c, target)
	})
	e := flowtest.Run(t, w, shops()[3], refuses)
	if cause := e.FailsWith("CallsFailed"); cause != "Call all: Refused" {
		t.Errorf("the cause is %q", cause)
	}
	if n := len(e.Calls("Call")); n != 4 {
		t.Errorf("%d calls, want 4: the whole list is tried again", n)
	}
	flowtest.Run(t, w, shops()[2], refuses).Succeeds()
	broken := flowtest.Fails(Call, errors.New("no line"))
	flowtest.Run(t, w, shops()[2], broken).FailsWith("CallsFailed")
}
