package flow_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/value"
)

// TestBatchRuns runs what Batch makes, and compares it with the same in Go. What the executions of items read from
// outside has to be carried to them: else it is not there.
func TestBatchRuns(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		w     flow.Workflow
		stubs []flowtest.Option
		want  func(s Shop) any
	}{
		"a list": {
			batches["batch"],
			[]flowtest.Option{flowtest.Func(Call, answers)},
			func(s Shop) any {
				all := []Answer{}
				for _, target := range s.Targets {
					all = append(all, Answer{Text: "hello " + target})
				}
				return all
			},
		},
		"recipes, numbers, fields of the outside": {
			shop(func(f *flow.Flow, s *Shop) *[]string {
				greeting := flow.Text(f, "to ", &s.Name, ": ")
				twice := flow.Let(f, "twice", flow.Add(f, &s.Limit, &s.Limit))
				more := flow.Add(f, twice, new(1))
				return flow.Batch(f, "Every order", flow.Items(&s.Orders), func(f *flow.Flow, o *Order) *string {
					flow.Wait(f, "Rest", time.Second)
					loud := flow.Text(f, greeting, &o.ID, "!")
					return flow.Text(f, loud, more, &o.Customer.Name, flow.Index(f), twice)
				}, flow.Concurrency(2))
			}),
			nil,
			func(s Shop) any {
				all := []string{}
				for i, o := range s.Orders {
					all = append(all, fmt.Sprintf("to corner: %s!7%s%d6", o.ID, o.Customer.Name, i))
				}
				return all
			},
		},
		"names of executions": {
			shop(func(f *flow.Flow, s *Shop) *[]bool {
				mine := flow.Execution(f)
				return flow.Batch(f, "Every order", flow.Items(&s.Orders), func(f *flow.Flow, _ *Order) *bool {
					its := flow.Execution(f)
					return flow.If(f, flow.And(flow.Is(&mine.Name, "test"), flow.Not(flow.Equal(&mine.ID, &its.ID))), new(true), new(false))
				})
			}),
			nil,
			func(s Shop) any {
				all := []bool{}
				for range s.Orders {
					all = append(all, true)
				}
				return all
			},
		},
		"a Batch in an Each, whose first state it is": {
			batches["batch-in-each"], nil,
			func(s Shop) any { return eachLine(s, func(o Order, l Line) string { return s.Name + o.ID + l.SKU }) },
		},
		"an Each in a Batch": {
			batches["each-in-batch"],
			[]flowtest.Option{flowtest.Stub(Pack, Receipt{})},
			func(s Shop) any { return eachLine(s, func(o Order, l Line) string { return s.Name + o.ID + l.SKU }) },
		},
		"a Batch in a Batch": {
			shop(func(f *flow.Flow, s *Shop) *[][]string {
				return flow.Batch(f, "Every order", flow.Items(&s.Orders), func(f *flow.Flow, o *Order) *[]string {
					both := flow.Text(f, &s.Name, &o.ID)
					its := flow.Execution(f)
					return flow.Batch(f, "Every line", flow.Items(&o.Lines), func(f *flow.Flow, l *Line) *string {
						return flow.Text(f, both, &l.SKU, flow.If(f, flow.Equal(&its.Name, &flow.Execution(f).Name), new("?"), new("")))
					})
				})
			}),
			nil,
			func(s Shop) any { return eachLine(s, func(o Order, l Line) string { return s.Name + o.ID + l.SKU }) },
		},
		"a Batch in a branch of an Each": {
			shop(func(f *flow.Flow, s *Shop) *[][]string {
				return flow.Each(f, "Every order", &s.Orders, func(f *flow.Flow, o *Order) *[]string {
					p := flow.Parallel(f, "P")
					return flow.Branch(p, func(f *flow.Flow) *[]string {
						n := flow.Index(f)
						return flow.Batch(f, "Every line", flow.Items(&o.Lines), func(f *flow.Flow, l *Line) *string {
							p := flow.Parallel(f, "Q")
							return flow.Branch(p, func(f *flow.Flow) *string {
								flow.Wait(f, "Rest", time.Second)
								return flow.Text(f, &s.Name, &o.ID, &l.SKU, flow.Sub(f, n, n))
							})
						})
					})
				})
			}),
			nil,
			func(s Shop) any {
				return eachLine(s, func(o Order, l Line) string { return s.Name + o.ID + l.SKU + "0" })
			},
		},
		"a rescue per item": {
			batches["batch-with-tail"],
			[]flowtest.Option{flowtest.Func(Call, answersMost)},
			func(s Shop) any {
				all := []Answer{}
				for _, target := range s.Targets {
					a, err := answersMost(t.Context(), target)
					if err != nil {
						a.Text = target + " of corner: Refused"
					}
					all = append(all, a)
				}
				return all
			},
		},
		"batches": {
			shop(func(f *flow.Flow, s *Shop) *[]string {
				return flow.Batch(f, "Some at a time", flow.InBatches(2, flow.Items(&s.Targets)), func(f *flow.Flow, some *[]string) *string {
					return flow.Text(f, &s.Name, ": ", flow.Join(f, some, " "))
				}, flow.ExpressItems())
			}),
			nil,
			func(s Shop) any {
				all := []string{}
				for some := range slices.Chunk(s.Targets, 2) {
					all = append(all, s.Name+": "+strings.Join(some, " "))
				}
				return all
			},
		},
		"batches with nothing from outside": {
			shop(func(f *flow.Flow, s *Shop) *[]int {
				return flow.Batch(f, "Some at a time", flow.InBatches(10, flow.Items(&s.Orders)), func(f *flow.Flow, some *[]Order) *int {
					each := flow.Each(f, "Each of them", some, func(_ *flow.Flow, o *Order) *int { return &o.Items })
					return flow.Sum(f, each)
				})
			}),
			nil,
			func(s Shop) any {
				all := []int{}
				for some := range slices.Chunk(s.Orders, 10) {
					n := 0
					for _, o := range some {
						n += o.Items
					}
					all = append(all, n)
				}
				return all
			},
		},
		"a variable that a fresh value is kept in": {
			shop(func(f *flow.Flow, s *Shop) *int {
				id := flow.UUID(f, "id")
				ids := flow.Batch(f, "Every target", flow.Items(&s.Targets), func(f *flow.Flow, _ *string) *string {
					flow.Wait(f, "Rest", time.Second)
					return id
				})
				return flow.Count(f, flow.Distinct(f, ids))
			}),
			nil,
			func(s Shop) any { return min(len(s.Targets), 1) },
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

// eachLine is what body gives for every line of every order.
func eachLine(s Shop, body func(o Order, l Line) string) [][]string {
	all := [][]string{}
	for _, o := range s.Orders {
		some := []string{}
		for _, l := range o.Lines {
			some = append(some, body(o, l))
		}
		all = append(all, some)
	}
	return all
}

// TestBatchCarriesAbsence runs a Batch whose body uses something that may be absent or null outside.
func TestBatchCarriesAbsence(t *testing.T) {
	t.Parallel()
	w := order(func(f *flow.Flow, o *Order) *[]Receipt {
		return flow.Batch(f, "Every line", flow.Items(&o.Lines), func(f *flow.Flow, l *Line) *Receipt {
			r := &Receipt{}
			return flow.Fill(f, r, flow.Set(&r.OrderID, flow.OrElse(f, o.Note, new("no note"))), flow.Set(&r.Note, flow.Maybe(f, flow.Exists(&o.Coupon), &o.Coupon)))
		})
	})
	build(t, w)
	for input, want := range map[string]string{
		`{"note":null,"lines":[{"sku":"a","price":1}]}`:             `[{"orderId":"no note","total":0}]`,
		`{"lines":[{"sku":"a","price":1}]}`:                         `[{"orderId":"no note","total":0}]`,
		`{"note":"n","coupon":"c","lines":[{"sku":"a","price":1}]}`: `[{"orderId":"n","total":0,"note":"c"}]`,
		`{"note":"n","coupon":null,"lines":null}`:                   `[]`,
	} {
		if got := flowtest.Run(t, w, value.MustParse(input)).Value().String(); got != want {
			t.Errorf("%s: got %s, want %s", input, got, want)
		}
	}
}

// TestBatchReads runs Batches that read files.
func TestBatchReads(t *testing.T) {
	t.Parallel()
	rows := []Row{{"s1", "20.5", 1}, {"s2", "21", 2}, {"s3", "9", 3}}
	in := Import{Key: "rows.csv", Tenant: "acme", Day: "monday", Most: 2, Limit: 0}
	load := flowtest.Func(LoadRows, func(_ ctx, l Load) (Loaded, error) {
		if l.Tenant != "acme" || l.Day != "monday" {
			return Loaded{}, fmt.Errorf("carried %q and %q", l.Tenant, l.Day)
		}
		return Loaded{len(l.Rows)}, nil
	})
	one := flowtest.Func(LoadRow, func(_ ctx, r Row) (Loaded, error) { return Loaded{r.Count}, nil })

	run := flowtest.Run(t, batches["batch-sizes"], in, flowtest.Items("Load", rows...), load)
	if got := run.Value().String(); got != `[{"Rows":2},{"Rows":1}]` {
		t.Errorf("batches: got %s", got)
	}
	run = flowtest.Run(t, batches["batch-all-files"], in, flowtest.Items("Load", rows...), one)
	if got := run.Value().String(); got != `[{"Rows":1},{"Rows":2},{"Rows":3}]` {
		t.Errorf("all files: got %s", got)
	}
	if got := fmt.Sprint(run.Calls("Load")); got != `[{"Bucket":"${Lake}","Prefix":"in/monday/"}]` {
		t.Errorf("read %s", got)
	}

	var written flow.Written
	run = flowtest.Run(t, batches["batch-to"], in, flowtest.Items("Load all rows", rows...), load)
	if run.Output(&written); !strings.HasPrefix(written.ResultWriterDetails.Key, "loaded/monday/") {
		t.Errorf("written to %+v", written)
	}

	run = flowtest.Run(t, batches["batch-in-batch"], in, flowtest.Items("Files", flow.Object{Key: "a", Size: 1}, flow.Object{Key: "b", Size: 2}), flowtest.Items("Rows", rows...))
	if got := run.Value().String(); got != `[["acmea11","acmea12"],["acmeb21","acmeb22"]]` {
		t.Errorf("files and rows: got %s", got)
	}
	run = flowtest.Run(t, batches["batch-whole"], Line{SKU: "k"}, flowtest.Items("Copy all", "x", "y"), flowtest.Stub(Thumb, Loaded{}))
	if got := run.Value().String(); got != `[{"sku":"k","price":0},{"sku":"k","price":0}]` {
		t.Errorf("the whole input: got %s", got)
	}
}

// TestBatchFails runs Batches whose items fail, with and without tolerance.
func TestBatchFails(t *testing.T) {
	t.Parallel()
	w := shop(func(f *flow.Flow, s *Shop) *[]Answer {
		n := flow.Let(f, "n", &s.Limit)
		all := flow.Batch(f, "Call all", flow.Items(&s.Targets), callOne, flow.TolerateCountFrom(n))
		flow.Rescue(f, all, flow.TooManyFailed, func(e *flow.Caught) *[]Answer {
			no := &[]Answer{{}}
			return flow.Fill(f, no, flow.Set(&(*no)[0].Text, flow.Text(f, &e.State, " failed")))
		})
		return all
	})
	s := shops()[4]
	s.Limit = 100
	flowtest.Run(t, w, s, flowtest.Func(Call, answersMost)).Succeeds()
	s.Limit = 4
	if got := outputOf[[]Answer](t, w, s, flowtest.Func(Call, answersMost)); len(got) != 1 || got[0].Text != "Call all failed" {
		t.Errorf("got %v", got)
	}
}
