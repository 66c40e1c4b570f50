package flow_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/value"
)

type (
	Page struct {
		Items []int  `json:"items"`
		Next  string `json:"next,omitempty"`
	}
	PageQuery struct {
		Order *string `json:"order"`
		Next  *string `json:"next,omitempty"`
	}
	Status struct {
		State string  `json:"state"`
		Note  *string `json:"note,omitempty"`
	}
)

func NextPage(ctx, PageQuery) (Page, error) { return Page{}, nil }
func HowIsIt(ctx, string) (Status, error)   { return Status{}, nil }
func Turn(ctx, int) (Status, error)         { return Status{}, nil }

func add(f *flow.Flow, name string, n *int) {
	flow.Assign(f, name, flow.Set(n, flow.Add(f, n, new(1))))
}

// loops are workflows with loops of all shapes, whose documents are golden files.
var loops = map[string]flow.Workflow{
	"while": order(func(f *flow.Flow, o *Order) *int {
		n := flow.Var(f, "n", 0)
		flow.While(f, "More?", flow.Less(n, &o.Items), func() {
			flow.Task(f, "Turn", Turn, n)
			add(f, "Count", n)
		})
		return n
	}),
	"while-first": order(func(f *flow.Flow, o *Order) *Order {
		flow.While(f, "Early?", flow.Before(&o.Placed, flow.JSONata[time.Time](f, "$now()")), func() { flow.Wait(f, "Rest", time.Minute) })
		return o
	}),
	"while-nested": order(func(f *flow.Flow, o *Order) *int {
		i, n := flow.Var(f, "i", 0), flow.Var(f, "n", 0)
		flow.While(f, "Rows?", flow.Below(i, 3), func() {
			j := flow.Var(f, "j", 0)
			flow.While(f, "Columns?", flow.Below(j, 2), func() {
				flow.Assign(f, "Next column", flow.Set(j, flow.Add(f, j, new(1))), flow.Set(n, flow.Add(f, n, &o.Items)))
			})
			add(f, "Next row", i)
		})
		return n
	}),
	"until": order(func(f *flow.Flow, o *Order) *int {
		next, count := flow.Var(f, "next", ""), flow.Var(f, "count", 0)
		flow.Until(f, "Last page?", func() *Page {
			q := &PageQuery{Order: &o.ID, Next: flow.Maybe(f, flow.Not(flow.Is(next, "")), next)}
			page := flow.Task(f, "Read a page", NextPage, q)
			flow.Assign(f, "Keep", flow.Set(next, flow.OrElse(f, &page.Next, new(""))), flow.Set(count, flow.Add(f, count, flow.Count(f, &page.Items))))
			return page
		}, func(*Page) flow.Condition { return flow.Is(next, "") })
		return count
	}),
	"until-let-first": order(func(f *flow.Flow, o *Order) *string {
		n := flow.Var(f, "n", 0)
		return flow.Until(f, "Enough?", func() *string {
			label := flow.Let(f, "label", flow.Text(f, &o.ID, "-", n))
			add(f, "Count", n)
			return label
		}, func(*string) flow.Condition { return flow.AtLeast(n, 3) })
	}),
	"until-let-at-start": order(func(f *flow.Flow, _ *Order) *float64 {
		return flow.Until(f, "High?", func() *float64 { return flow.Random(f, "random") }, func(r *float64) flow.Condition { return flow.Above(r, 0.5) })
	}),
	"until-choice-first": order(func(f *flow.Flow, o *Order) *Status {
		n := flow.Var(f, "n", 0)
		return flow.Until(f, "Done?", func() *Status {
			s := flow.Choose[Status](f, "Which?").
				When(flow.Is(n, 0), func() *Status { return flow.Task(f, "First", HowIsIt, &o.ID) }).
				Otherwise(func() *Status { return &Status{State: "DONE"} })
			add(f, "Count", n)
			return s
		}, func(s *Status) flow.Condition { return flow.Is(&s.State, "DONE") })
	}),
	"until-parallel-first": order(func(f *flow.Flow, o *Order) *Status {
		return flow.Until(f, "Done?", func() *Status {
			return flow.Try(f, "Ask", func(f *flow.Flow) *Status { return flow.Task(f, "First", HowIsIt, &o.ID) })
		}, func(s *Status) flow.Condition { return flow.Is(&s.State, "DONE") })
	}),
	"until-without-states": order(func(f *flow.Flow, o *Order) *string {
		flow.Wait(f, "Begin", time.Second)
		return flow.Until(f, "Late?", func() *string { return &o.ID }, func(*string) flow.Condition {
			return flow.Before(&o.Placed, flow.JSONata[time.Time](f, "$now()"))
		})
	}),
	"until-in-until": order(func(f *flow.Flow, o *Order) *int {
		n := flow.Var(f, "n", 0)
		flow.Until(f, "Outer?", func() *int {
			return flow.Until(f, "Inner?", func() *int { add(f, "Count", n); return n }, func(n *int) flow.Condition {
				return flow.Is(flow.JSONata[int](f, "$1 % 3", n), 0)
			})
		}, func(n *int) flow.Condition { return flow.AtLeast(n, 7) })
		return n
	}),
	"break-out": order(func(f *flow.Flow, o *Order) *int {
		n := flow.Var(f, "n", 0)
		late := flow.NewTail(f, "late", func(n *int) { flow.Fail(f, "Too late", "TooLate", "after ", n) })
		flow.While(f, "More?", flow.Below(n, 10), func() {
			s := flow.Task(f, "Ask", HowIsIt, &o.ID)
			flow.Choice(f, "What now?").
				When(flow.Is(&s.State, "DONE"), func() { flow.Return(f, "Done early", n) }).
				When(flow.Is(&s.State, "LATE"), func() { late.Go(n) })
			add(f, "Count", n)
		})
		return n
	}),
	"loops-everywhere": order(func(f *flow.Flow, o *Order) *int {
		n, k := flow.Var(f, "n", 0), flow.Var(f, "k", 0)
		failed := flow.NewTail(f, "failure", func(e *flow.Caught) {
			flow.While(f, "In a tail?", flow.Below(k, 2), func() { add(f, "Count in a tail", k) })
			flow.FailWith(f, "Failed", &e.Error, flow.Text(f, &e.Cause, " ", k))
		})
		flow.Task(f, "Ask", HowIsIt, &o.ID, flow.Catch(flow.TimedOut, func(*flow.Caught) {
			flow.While(f, "In a handler?", flow.Below(n, 2), func() { add(f, "Count in a handler", n) })
		}), flow.Catch(flow.AnyError, failed.Go))
		flow.Choice(f, "Loop?").When(flow.True(&o.Express), func() {
			flow.Until(f, "In an arm?", func() *int { add(f, "Count in an arm", n); return n }, func(n *int) flow.Condition { return flow.AtLeast(n, 4) })
		})
		p := flow.Parallel(f, "P")
		return flow.Branch(p, func(f *flow.Flow) *int {
			i := flow.Var(f, "i", 0)
			flow.While(f, "In a branch?", flow.Less(i, n), func() { add(f, "Count in a branch", i) })
			return i
		})
	}),
	"while-recipes": order(func(f *flow.Flow, o *Order) *int {
		n, i := flow.Var(f, "n", 1), flow.Var(f, "i", 0)
		twice := flow.Mul(f, n, new(2))
		flow.While(f, "More?", flow.Below(twice, 9), func() {
			flow.While(f, "Inner?", flow.Less(i, flow.Mul(f, n, new(3))), func() { add(f, "Count inside", i) })
			add(f, "Count", n)
		})
		return i
	}),
	"while-keeps-facts": order(func(f *flow.Flow, o *Order) *Order {
		n, s := flow.Var(f, "n", 0), flow.Var(f, "s", Status{Note: new("n")})
		flow.Choice(f, "Note?").When(flow.Not(flow.Exists(s.Note)), func() { flow.Return(f, "No note", o) })
		flow.While(f, "More?", flow.Below(n, 3), func() {
			flow.Task(f, "Look", Look, s.Note)
			add(f, "Count", n)
		})
		return o
	}),
	"while-exists": order(func(f *flow.Flow, o *Order) *Order {
		p := flow.Var(f, "p", Page{Next: "a"})
		flow.While(f, "More?", flow.Exists(&p.Next), func() {
			flow.Assign(f, "Turn the page", flow.Set(p, flow.Task(f, "Read a page", NextPage, &PageQuery{Next: &p.Next, Order: &o.ID})))
		})
		return o
	}),
	"until-fresh": order(func(f *flow.Flow, _ *Order) *bool {
		flow.Wait(f, "Begin", 0)
		id, n := flow.UUID(f, "id"), flow.Var(f, "n", 0)
		label := flow.Until(f, "Enough?", func() *string {
			l := flow.Let(f, "label", flow.Text(f, id, "-", n))
			add(f, "Count", n)
			return l
		}, func(*string) flow.Condition { return flow.AtLeast(n, 3) })
		return flow.JSONata[bool](f, "$1 = $2", label, flow.Text(f, id, "-2"))
	}),
	"while-in-each": order(func(f *flow.Flow, o *Order) *[]string {
		return flow.Each(f, "Lines", &o.Lines, func(f *flow.Flow, l *Line) *string {
			n := flow.Var(f, "n", 0)
			text := flow.Var(f, "text", "")
			flow.While(f, "More?", flow.Less(flow.Number(f, n, 0.0), &l.Price), func() {
				flow.Assign(f, "Write", flow.Set(text, flow.Text(f, text, &l.SKU)), flow.Set(n, flow.Add(f, n, new(1))))
			})
			return text
		})
	}),
	"until-in-each": order(func(f *flow.Flow, o *Order) *[]Status {
		return flow.Each(f, "Lines", &o.Lines, func(f *flow.Flow, l *Line) *Status {
			return flow.Poll(f, "Well?", flow.Pace{First: time.Second, Times: 3}, func() *Status {
				return flow.Task(f, "Ask", HowIsIt, &l.SKU)
			}, isDone, flow.Continue)
		})
	}),
	"until-item-first": order(func(f *flow.Flow, o *Order) *[]Status {
		return flow.Each(f, "Lines", &o.Lines, func(f *flow.Flow, l *Line) *Status {
			return flow.Until(f, "Well?", func() *Status { return flow.Task(f, "Ask", HowIsIt, &l.SKU) }, isDone)
		})
	}),
	"each-in-while": order(func(f *flow.Flow, o *Order) *int {
		n, sum := flow.Var(f, "n", 0), flow.Var(f, "sum", 0)
		flow.While(f, "More?", flow.Below(n, 2), func() {
			all := flow.Each(f, "Lines", &o.Lines, func(f *flow.Flow, l *Line) *int { return flow.Let(f, "number", flow.Add(f, n, new(10))) })
			flow.Assign(f, "Add up", flow.Set(sum, flow.Add(f, sum, flow.Sum(f, all))), flow.Set(n, flow.Add(f, n, new(1))))
		})
		return sum
	}),
	"poll": order(func(f *flow.Flow, o *Order) *Status {
		flow.Wait(f, "Begin", time.Second)
		return flow.Poll(f, "Finished?", flow.Pace{First: 10 * time.Second, Rate: 1.5, Max: time.Minute, Times: 6},
			func() *Status { return flow.Task(f, "Ask", HowIsIt, &o.ID) },
			func(s *Status) flow.Condition { return flow.OneOf(&s.State, "DONE", "FAILED") },
			func() { flow.Fail(f, "Too slow", "TooSlow", "order ", &o.ID) })
	}),
	"poll-first": order(func(f *flow.Flow, o *Order) *Status {
		return flow.Poll(f, "Finished?", flow.Pace{First: 5 * time.Second, Times: 3},
			func() *Status { return flow.Task(f, "Ask", HowIsIt, &o.ID) },
			func(s *Status) flow.Condition { return flow.Exists(s.Note) },
			flow.Continue)
	}),
	"poll-gently": order(func(f *flow.Flow, o *Order) *string {
		s := flow.Poll(f, "Finished?", flow.Pace{First: 5 * time.Second, Rate: 2, Times: 4},
			func() *Status { return flow.Task(f, "Ask", HowIsIt, &o.ID) },
			func(s *Status) flow.Condition { return flow.Exists(s.Note) },
			func() { flow.Return(f, "Never mind", new("nothing")) })
		return s.Note
	}),
}

func init() {
	for name, w := range loops {
		samples[name] = w
	}
}

func TestLoops(t *testing.T) {
	t.Parallel()
	done := flowtest.Stub(HowIsIt, Status{State: "DONE"})
	busy := func(n int) *flowtest.Stubbed[Status] {
		s := flowtest.Stub(HowIsIt, Status{State: "BUSY"})
		for range n - 1 {
			s = s.Then(Status{State: "BUSY"})
		}
		return s
	}
	for _, c := range []struct {
		name, of string
		input    string
		stub     flowtest.Option
		want     string
		took     time.Duration
	}{
		{name: "while", of: "while", input: `{"items":3}`, stub: flowtest.Stub(Turn, Status{}), want: `3`},
		{name: "while, not once", of: "while", input: `{"items":0}`, stub: flowtest.Stub(Turn, Status{}), want: `0`},
		{name: "while first", of: "while-first", input: `{"placed":"2001-01-01T00:00:00Z","items":1}`, want: ``},
		{name: "nested", of: "while-nested", input: `{"items":5}`, want: `30`},
		{name: "recipes", of: "while-recipes", input: `{}`, want: `12`},
		{name: "facts", of: "while-keeps-facts", input: `{"id":"x"}`, stub: flowtest.Stub(Look, run.None{}), want: `{"id":"x"}`},
		{name: "exists", of: "while-exists", input: `{"id":"x"}`, stub: flowtest.Stub(NextPage, Page{Next: "b"}).Then(Page{}), want: `{"id":"x"}`},
		{name: "fresh", of: "until-fresh", input: `{}`, want: `true`},
		{name: "in each", of: "while-in-each", input: `{"lines":[{"sku":"a","price":2},{"sku":"b","price":0},{"sku":"c","price":0.5}]}`, want: `["aa","","c"]`},
		{name: "poll in each", of: "until-in-each", input: `{"lines":[{"sku":"a","price":2}]}`, stub: busy(1), want: `[{"state":"BUSY"}]`, took: 2 * time.Second},
		{name: "until in each", of: "until-item-first", input: `{"lines":[{"sku":"a","price":2}]}`, stub: busy(2).Then(Status{State: "DONE"}), want: `[{"state":"DONE"}]`},
		{name: "each in while", of: "each-in-while", input: `{"lines":[{"sku":"a","price":2},{"sku":"b","price":0}]}`, want: `42`},
		{name: "let first", of: "until-let-first", input: `{"id":"x"}`, want: `"x-2"`},
		{name: "choice first", of: "until-choice-first", input: `{"id":"x"}`, stub: busy(1), want: `{"state":"DONE"}`},
		{name: "parallel first", of: "until-parallel-first", input: `{"id":"x"}`, stub: busy(2).Then(Status{State: "DONE"}), want: `{"state":"DONE"}`},
		{name: "until in until", of: "until-in-until", input: `{}`, want: `9`},
		{name: "left by return", of: "break-out", input: `{"id":"x"}`, stub: busy(2).Then(Status{State: "DONE"}), want: `2`},
		{name: "left by its end", of: "break-out", input: `{"id":"x"}`, stub: busy(1), want: `10`},
		{name: "left by a tail", of: "break-out", input: `{"id":"x"}`, stub: busy(3).Then(Status{State: "LATE"}), want: `TooLate: after 3`},
		{name: "in an arm and a branch", of: "loops-everywhere", input: `{"id":"x","express":true}`, stub: done, want: `4`},
		{name: "in a branch", of: "loops-everywhere", input: `{"id":"x","express":false}`, stub: done, want: `0`},
		{name: "in a handler", of: "loops-everywhere", input: `{"id":"x","express":false}`, stub: flowtest.Fails(HowIsIt, flowtest.Error{Name: "States.Timeout"}), want: `2`},
		{name: "in a tail", of: "loops-everywhere", input: `{"id":"x","express":false}`, stub: flowtest.Fails(HowIsIt, flowtest.Error{Name: "E", Cause: "c"}), want: `E: c 2`},
		{name: "poll", of: "poll", input: `{"id":"x"}`, stub: busy(3).Then(Status{State: "DONE"}), want: `{"state":"DONE"}`, took: (1 + 10 + 15 + 23) * time.Second},
		{name: "poll, too slow", of: "poll", input: `{"id":"x"}`, stub: busy(1), want: `TooSlow: order x`, took: (1 + 10 + 15 + 23 + 35 + 53) * time.Second},
		{name: "poll first", of: "poll-first", input: `{"id":"x"}`, stub: busy(2).Then(Status{State: "B", Note: new("n")}), want: `{"state":"B","note":"n"}`, took: 10 * time.Second},
		{name: "poll first, late and going on", of: "poll-first", input: `{"id":"x"}`, stub: busy(1), want: `{"state":"BUSY"}`, took: 10 * time.Second},
		{name: "poll, doubling", of: "poll-gently", input: `{"id":"x"}`, stub: busy(1), want: `"nothing"`, took: 35 * time.Second},
		{name: "poll, at once", of: "poll-gently", input: `{"id":"x"}`, stub: flowtest.Stub(HowIsIt, Status{Note: new("n")}), want: `"n"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var options []flowtest.Option
			if c.stub != nil {
				options = append(options, c.stub)
			}
			run := flowtest.Run(t, loops[c.of], value.MustParse(c.input), options...)
			if got := outcome(run); c.want != "" && got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if c.took > 0 && run.Took().Round(time.Second) != c.took {
				t.Errorf("it took %v, want %v", run.Took(), c.took)
			}
		})
	}
}

// outcome is an execution's output, or its error.
func outcome(run *flowtest.Execution) string {
	if run.Status() != "SUCCEEDED" {
		events := run.History()
		last := events[len(events)-1]
		return *last.Error + ": " + *last.Cause
	}
	return run.Value().String()
}

func TestPages(t *testing.T) {
	t.Parallel()
	stub := flowtest.Stub(NextPage, Page{Items: []int{1, 2}, Next: "a"}).Then(Page{Items: []int{3}, Next: "b"}).Then(Page{Items: []int{4}})
	run := flowtest.Run(t, loops["until"], Order{ID: "o"}, stub)
	var n int
	run.Output(&n)
	if n != 4 {
		t.Errorf("got %d, want 4", n)
	}
	var asked []string
	for _, c := range run.Calls("Read a page") {
		asked = append(asked, c.String())
	}
	if d := cmp.Diff([]string{`{"order":"o"}`, `{"order":"o","next":"a"}`, `{"order":"o","next":"b"}`}, asked); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}
