package flow_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flowtest"
)

// joins are workflows in which errors are retried, caught, rescued and joined again in many ways.
var joins = map[string]flow.Workflow{
	"join-all": order(func(f *flow.Flow, o *Order) *Receipt {
		note := flow.Var(f, "note", "")
		r := flow.Task(f, "Pay", Pay, o,
			flow.Retry(flow.Raised[*Refused](), flow.Backoff{}),
			flow.Retry(flow.AnyError, flow.Backoff{Attempts: 2, First: time.Second, Rate: 1}),
			flow.Catch(flow.Errors{"Stop"}, func(e *flow.Caught) { flow.Rethrow(f, "Stopped", e) }))
		flow.Rescue(f, r, flow.Raised[*Refused](), func(e *flow.Caught) *Receipt {
			flow.Assign(f, "Note refusal", flow.Set(note, flow.Text(f, "refused: ", &e.Cause)))
			return &Receipt{OrderID: "refused"}
		})
		flow.Rescue(f, r, flow.TimedOut, func(*flow.Caught) *Receipt {
			return flow.Task(f, "Pay later", Pay, o)
		})
		flow.Rescue(f, r, flow.AnyError, func(e *flow.Caught) *Receipt {
			no := &Receipt{Total: 1}
			return flow.Fill(f, no, flow.Set(&no.OrderID, &e.Error))
		})
		out := &Receipt{}
		return flow.Fill(f, out, flow.Set(&out.OrderID, &r.OrderID), flow.Set(&out.Total, &r.Total), flow.Set(&out.Note, note))
	}),
	"join-in-loop": order(func(f *flow.Flow, o *Order) *int {
		n, bad := flow.Var(f, "n", 0), flow.Var(f, "bad", 0)
		flow.While(f, "More?", flow.Below(n, 4), func() {
			s := flow.Task(f, "Turn", Turn, n, flow.Catch(flow.Errors{"Skip"}, func(*flow.Caught) { flow.Assign(f, "Skip it", flow.Set(bad, flow.Add(f, bad, new(100)))) }))
			_ = s
			t := flow.Task(f, "Ask", HowIsIt, &o.ID)
			flow.Rescue(f, t, flow.AnyError, func(*flow.Caught) *Status { return &Status{State: "BAD"} })
			flow.Choice(f, "Bad?").When(flow.Is(&t.State, "BAD"), func() { flow.Assign(f, "Count bad", flow.Set(bad, flow.Add(f, bad, new(1)))) })
			add(f, "Count", n)
		})
		return bad
	}),
	"join-in-branch": order(func(f *flow.Flow, o *Order) *[]string {
		p := flow.Parallel(f, "Both", flow.Catch(flow.TimedOut, func(e *flow.Caught) { flow.Return(f, "Late", &[]string{"late"}) }))
		a := flow.Branch(p, func(f *flow.Flow) *string {
			r := flow.Task(f, "Pay", Pay, o)
			flow.Rescue(f, r, flow.Raised[*Refused](), func(e *flow.Caught) *Receipt {
				s := flow.Task(f, "Ask", HowIsIt, &o.ID)
				flow.Rescue(f, s, flow.AnyError, func(e *flow.Caught) *Status { flow.Rethrow(f, "Give up", e); return nil })
				no := &Receipt{}
				return flow.Fill(f, no, flow.Set(&no.OrderID, &s.State))
			})
			return &r.OrderID
		})
		b := flow.Branch(p, func(*flow.Flow) *string { return new("b") })
		l := &[]string{"", ""}
		return flow.Fill(f, l, flow.Set(&(*l)[0], a), flow.Set(&(*l)[1], b))
	}),
	"assign-in-text": order(func(f *flow.Flow, o *Order) *Numbered {
		v := flow.Var(f, "v", Numbered{N: 1, Text: "a\"b"})
		flow.Assign(f, "Change", flow.Set(&v.N, flow.Add(f, flow.Number(f, &o.Items, int64(0)), new(int64(2)))), flow.Set(&v.Text, &o.ID))
		return v
	}),
}

// Numbered has members that stand in a string.
type Numbered struct {
	N    int64  `json:"n,string"`
	Text string `json:"text,string"`
	Keep bool   `json:"keep,string"`
}

func init() {
	for name, w := range joins {
		samples[name] = w
	}
}

func TestJoins(t *testing.T) {
	t.Parallel()
	fails := func(state, name string) flowtest.Option {
		return flowtest.StateFails(state, flowtest.Error{Name: name, Cause: "c"})
	}
	for _, c := range []struct {
		name, of, want string
		stubs          []flowtest.Option
		took           time.Duration
	}{
		{"goes well", "join-all", `{"orderId":"r","total":0,"note":""}`, []flowtest.Option{flowtest.Stub(Pay, Receipt{OrderID: "r"})}, 0},
		{"refused", "join-all", `{"orderId":"refused","total":0,"note":"refused: c"}`, []flowtest.Option{fails("Pay", "Refused")}, 0},
		{"late", "join-all", `{"orderId":"later","total":0,"note":""}`, []flowtest.Option{fails("Pay", "States.Timeout"), flowtest.State("Pay later", Receipt{OrderID: "later"})}, 2 * time.Second},
		{"anything else", "join-all", `{"orderId":"Odd","total":1,"note":""}`, []flowtest.Option{fails("Pay", "Odd")}, 2 * time.Second},
		{"stops", "join-all", `Stop: c`, []flowtest.Option{fails("Pay", "Stop")}, 2 * time.Second},
		{"a loop goes well", "join-in-loop", `0`, []flowtest.Option{flowtest.Stub(Turn, Status{}), flowtest.Stub(HowIsIt, Status{})}, 0},
		{"in a loop", "join-in-loop", `402`, []flowtest.Option{
			fails("Turn", "Skip"),
			flowtest.Stub(HowIsIt, Status{}).ThenFails(flowtest.Error{Name: "E"}).ThenFails(flowtest.Error{Name: "F"}).Then(Status{}),
		}, 0},
		{"branches go well", "join-in-branch", `["r","b"]`, []flowtest.Option{flowtest.Stub(Pay, Receipt{OrderID: "r"})}, 0},
		{"rescued in a rescue", "join-in-branch", `["S","b"]`, []flowtest.Option{fails("Pay", "Refused"), flowtest.Stub(HowIsIt, Status{State: "S"})}, 0},
		{"given up", "join-in-branch", `E: c`, []flowtest.Option{fails("Pay", "Refused"), fails("Ask", "E")}, 0},
		{"caught outside", "join-in-branch", `["late"]`, []flowtest.Option{fails("Pay", "Refused"), fails("Ask", "States.Timeout")}, 0},
		{"members in strings", "assign-in-text", `{"n":"5","text":"\"o\\\"1\"","keep":"false"}`, nil, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			run := flowtest.Run(t, joins[c.of], Order{ID: `o"1`, Items: 3}, c.stubs...)
			if d := cmp.Diff(c.want, outcome(run)); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			if c.took > 0 && run.Took() != c.took {
				t.Errorf("it took %v, want %v", run.Took(), c.took)
			}
		})
	}
}
