package flow_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flowtest"
)

// resume is a fragment with everything that has a name.
func resume(f *flow.Flow, o *Order) *Receipt {
	give := flow.NewTail(f, "why", func(e *flow.Caught) { flow.Rethrow(f, "Give up", e) })
	total := flow.Let(f, "total", flow.Mul(f, &o.Amount, new(2.0)))
	n := flow.Var(f, "n", 0)
	flow.While(f, "Wait more?", flow.Below(n, 2), func() { add(f, "Count", n) })
	how := flow.Choose[string](f, "How?").
		When(flow.Above(total, 10), func() *string { return new("much") }).
		Otherwise(func() *string { return new("little") })
	both := flow.Parallel(f, "Both")
	r := flow.Branch(both, func(f *flow.Flow) *Receipt {
		flow.Choice(f, "Express?").When(flow.True(&o.Express), func() { flow.Wait(f, "Rest", time.Second) })
		return flow.Task(f, "Pay", Pay, o)
	})
	a := flow.Try(flow.Named(f, "Asked"), "Try", func(f *flow.Flow) *Answer {
		q := &Question{}
		return flow.Task(f, "Ask", Ask, flow.Fill(f, q, flow.Set(&q.Kind, how)))
	}, flow.Catch(flow.AnyError, give.Go))
	flow.Poll(f, "Well?", flow.Pace{First: time.Second, Times: 2}, func() *Status { return flow.Task(f, "Ask how", HowIsIt, &a.Text) }, isDone, flow.Continue)
	out := &Receipt{}
	return flow.Fill(f, out, flow.Set(&out.OrderID, &r.OrderID), flow.Set(&out.Total, total), flow.Set(&out.Note, how))
}

var named = map[string]flow.Workflow{
	"named": order(func(f *flow.Flow, o *Order) *Receipt {
		first := resume(flow.Named(f, "First"), o)
		flow.Choice(f, "Enough?").When(flow.Is(&first.OrderID, "x"), func() { flow.Return(f, "Done early", first) })
		g := flow.Named(f, "Again")
		flow.Wait(g, "Breathe", time.Second)
		flow.Wait(f, "And breathe", time.Second)
		return resume(g, o)
	}),
}

func init() {
	for name, w := range named {
		samples[name] = w
	}
}

func TestNamed(t *testing.T) {
	t.Parallel()
	run := flowtest.Run(t, named["named"], Order{ID: "o", Amount: 4}, flowtest.Stub(Pay, Receipt{OrderID: "r"}), flowtest.Stub(Ask, Answer{}), flowtest.Stub(HowIsIt, Status{State: "DONE"}))
	var r Receipt
	run.Output(&r)
	if d := cmp.Diff(Receipt{OrderID: "r", Total: 8, Note: "little"}, r); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	counts := map[string]int{}
	for _, s := range run.Path() {
		name, _, _ := strings.Cut(s, ": ")
		counts[name]++
	}
	if d := cmp.Diff(map[string]int{"First": 14, "Enough?": 1, "Again": 14, "And breathe": 1, "Done": 1}, counts); d != "" {
		t.Errorf("states by fragment (-want +got):\n%s", d)
	}
}
