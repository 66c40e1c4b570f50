package flow_test

import (
	"math"
	"testing"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/flow"
)

func askHow(f *flow.Flow, o *Order) func() *Status {
	return func() *Status { return flow.Task(f, "Ask", HowIsIt, &o.ID) }
}

func isDone(s *Status) flow.Condition { return flow.Is(&s.State, "DONE") }

// poll is a body with a Poll of some pace.
func poll(p flow.Pace) func(f *flow.Flow, o *Order) *Order {
	return func(f *flow.Flow, o *Order) *Order {
		flow.Poll(f, "Finished?", p, askHow(f, o), isDone, func() { flow.Fail(f, "Too slow", "TooSlow") })
		return o
	}
}

// loopMistakes are those that can be made with While, Until, Poll and Try.
var loopMistakes = map[string]mistake[Order]{
	"a loop that nothing ends": {"endless-loop", func(f *flow.Flow, o *Order) *Order {
		flow.While(f, "Express?", flow.True(&o.Express), func() { flow.Task(f, "Pay", Pay, o) })
		return o
	}},
	"a loop that asks what came before it": {"endless-loop", func(f *flow.Flow, o *Order) *Order {
		s := flow.Task(f, "Ask", HowIsIt, &o.ID)
		flow.While(f, "Busy?", flow.Is(&s.State, "BUSY"), func() {
			flow.Wait(f, "Rest", time.Minute)
			flow.Task(f, "Ask again", HowIsIt, &o.ID)
		})
		return o
	}},
	"a loop with another counter": {"endless-loop", func(f *flow.Flow, o *Order) *Order {
		i, j := flow.Var(f, "i", 0), flow.Var(f, "j", 0)
		flow.Until(f, "Enough?", func() *int { add(f, "Count", j); return j }, func(*int) flow.Condition { return flow.Above(i, 3) })
		return o
	}},
	"a loop without a body": {"endless-loop", func(f *flow.Flow, o *Order) *Order {
		flow.While(f, "Express?", flow.True(&o.Express), func() {})
		return o
	}},
	"a loop that turns once": {"loop-once", func(f *flow.Flow, o *Order) *Order {
		flow.While(f, "Express?", flow.True(&o.Express), func() { flow.Return(f, "Done at once", o) })
		return o
	}},
	"an Until that turns once": {"loop-once", func(f *flow.Flow, o *Order) *Order {
		flow.Until(f, "Done?", func() *Status { flow.Fail(f, "F", "F"); return nil }, isDone)
		return o
	}},
	"a list that grows in a loop": {"growing-list", func(f *flow.Flow, o *Order) *Order {
		next, found := flow.Var(f, "next", ""), flow.Var(f, "found", []int{})
		flow.Until(f, "Last page?", func() *Page {
			p := flow.Task(f, "Read a page", NextPage, &PageQuery{Order: &o.ID, Next: next})
			flow.Assign(f, "Keep", flow.Set(found, flow.Append(f, found, &p.Items)), flow.Set(next, flow.OrElse(f, &p.Next, new(""))))
			return p
		}, func(*Page) flow.Condition { return flow.Is(next, "") })
		flow.Fail(f, "F", "F", found)
		return nil
	}},
	"the body of an Until gives nothing": {"no-value", func(f *flow.Flow, o *Order) *Order {
		s := flow.Until(f, "Done?", func() *Status { flow.Wait(f, "Rest", time.Second); return nil }, isDone)
		flow.Fail(f, "F", "F", &s.State)
		return nil
	}},
	"what a body sets is used after the loop": {"maybe-unset", func(f *flow.Flow, o *Order) *Order {
		n := flow.Var(f, "n", 0)
		var s *Status
		flow.While(f, "More?", flow.Below(n, 3), func() {
			s = flow.Task(f, "Turn", Turn, n)
			add(f, "Count", n)
		})
		flow.Fail(f, "F", "F", &s.State)
		return nil
	}},
	"what the last turn set is used before it": {"maybe-unset", func(f *flow.Flow, o *Order) *Order {
		n, p := flow.Var(f, "n", 0), &Status{}
		var s *Status
		flow.Until(f, "Enough?", func() *int {
			flow.Choice(f, "Again?").When(flow.Above(n, 0), func() { s = flow.Task(f, "Turn", Turn, n) })
			flow.Task(f, "Tell", HowIsIt, &flow.If(f, flow.Above(n, 0), s, p).State)
			add(f, "Count", n)
			return n
		}, func(n *int) flow.Condition { return flow.AtLeast(n, 3) })
		return o
	}},
	"a recipe from before the loop": {"stale-value", func(f *flow.Flow, o *Order) *Order {
		n := flow.Var(f, "n", 1)
		twice := flow.Mul(f, n, new(2))
		flow.While(f, "More?", flow.Below(n, 9), func() {
			flow.WaitSeconds(f, "Rest", twice)
			add(f, "Count", n)
		})
		return o
	}},
	"a recipe that its own turn has overtaken": {"stale-value", func(f *flow.Flow, o *Order) *Order {
		n := flow.Var(f, "n", 1)
		flow.While(f, "More?", flow.Below(n, 9), func() {
			twice := flow.Mul(f, n, new(2))
			add(f, "Count", n)
			flow.WaitSeconds(f, "Rest", twice)
		})
		return o
	}},
	"a recipe from before an outer loop in an inner condition": {"stale-value", func(f *flow.Flow, o *Order) *Order {
		n, i := flow.Var(f, "n", 1), flow.Var(f, "i", 0)
		twice := flow.Mul(f, n, new(2))
		flow.While(f, "More?", flow.Below(n, 9), func() {
			flow.While(f, "Inner?", flow.Less(i, twice), func() { add(f, "Count inside", i) })
			add(f, "Count", n)
		})
		return o
	}},
	"known to be there before the loop only": {"may-be-absent", func(f *flow.Flow, o *Order) *Order {
		n, s := flow.Var(f, "n", 0), flow.Var(f, "s", Status{})
		flow.Choice(f, "Note?").When(flow.Not(flow.Exists(s.Note)), func() { flow.Return(f, "No note", o) })
		flow.While(f, "More?", flow.Below(n, 3), func() {
			flow.Task(f, "Look", Look, s.Note)
			flow.Assign(f, "Count", flow.Set(n, flow.Add(f, n, new(1))), flow.Set(s, &Status{}))
		})
		return o
	}},
	"half a second between questions":     {"whole-seconds", poll(flow.Pace{First: time.Second / 2, Times: 5})},
	"no time between questions":           {"whole-seconds", poll(flow.Pace{Times: 5})},
	"questions for ever":                  {"pace", poll(flow.Pace{First: time.Second})},
	"fewer than no questions":             {"pace", poll(flow.Pace{First: time.Second, Times: -1})},
	"one question":                        {"pace", poll(flow.Pace{First: time.Second, Times: 1})},
	"more questions than a history takes": {"pace", poll(flow.Pace{First: time.Second, Times: 5000})},
	"a pace that is read": {"value-read", func(f *flow.Flow, o *Order) *Order {
		flow.Poll(f, "Finished?", flow.Pace{First: time.Second, Times: 3 + o.Items}, askHow(f, o), isDone, func() { flow.Fail(f, "Too slow", "TooSlow") })
		return o
	}},
	"known to be there before a body assigns it": {"may-be-absent", func(f *flow.Flow, o *Order) *Order {
		p := flow.Var(f, "p", Page{Next: "a"})
		flow.While(f, "More?", flow.Exists(&p.Next), func() {
			flow.Task(f, "Look", Look, &p.Next)
			flow.Assign(f, "Turn the page", flow.Set(p, &Page{}))
			flow.Task(f, "Look again", Look, &p.Next)
		})
		return o
	}},
	"questions ever faster":                {"pace", poll(flow.Pace{First: time.Second, Times: 5, Rate: 0.5})},
	"a rate that is no number":             {"pace", poll(flow.Pace{First: time.Second, Times: 5, Rate: math.NaN()})},
	"a longest wait that is never reached": {"pace", poll(flow.Pace{First: time.Second, Times: 5, Max: time.Minute})},
	"a longest wait below the first one":   {"pace", poll(flow.Pace{First: time.Minute, Times: 5, Rate: 2, Max: time.Minute})},
	"waits that grow out of bounds":        {"pace", poll(flow.Pace{First: time.Second, Times: 50, Rate: 2})},
	"a Try without a value": {"no-value", func(f *flow.Flow, o *Order) *Order {
		return flow.Try(f, "T", func(f *flow.Flow) *Order { flow.Wait(f, "W", 0); return nil })
	}},
	"a value leaks out of a Try": {"out-of-scope", func(f *flow.Flow, o *Order) *Order {
		var leak *Receipt
		flow.Try(f, "T", func(f *flow.Flow) *Receipt { leak = flow.Task(f, "Pay", Pay, o); return leak })
		flow.Task(f, "Tell", Tell, leak)
		return o
	}},
	"a loop in the function of an expression": {"step-in-expression", func(f *flow.Flow, o *Order) *Order {
		flow.Map(f, &o.Lines, func(l *Line) *string {
			flow.While(f, "W", flow.Is(&o.ID, ""), func() { flow.Return(f, "R", o) })
			return &l.SKU
		})
		return o
	}},
	"a loop after the end": {"unreachable-state", func(f *flow.Flow, o *Order) *Order {
		flow.Return(f, "R", o)
		return flow.Until(f, "U", func() *Order { return o }, func(o *Order) flow.Condition { return flow.Is(&o.ID, "") })
	}},
}

func TestPollInExpress(t *testing.T) {
	t.Parallel()
	for times, want := range map[int]int{5: 0, 20: 1} {
		_, found := flow.Express("Quick", poll(flow.Pace{First: 20 * time.Second, Rate: 1.2, Max: time.Minute, Times: times})).Build()
		if got := codes(found); len(got) != want || want == 1 && got[0] != "pace" {
			t.Errorf("%d times: got %v", times, got)
		}
	}
}

func TestLoopMistakes(t *testing.T) {
	t.Parallel()
	build := func(body func(*flow.Flow, *Order) *Order) (*asl.Machine, diag.List) {
		return flow.Standard("Mistake", body).Build()
	}
	testMistakes(t, loopMistakes, "flow/loop_mistakes_test.go", "testdata/loop_mistakes.golden", build)
}
