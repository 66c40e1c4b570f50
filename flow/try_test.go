package flow_test

import (
	"testing"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flowtest"
)

var tries = map[string]flow.Workflow{
	"try": order(func(f *flow.Flow, o *Order) *Receipt {
		r := flow.Try(f, "Pay and ask", func(f *flow.Flow) *Receipt {
			r := flow.Task(f, "Pay", Pay, o)
			q := &Question{Kind: "paid"}
			flow.Task(f, "Ask", Ask, flow.Fill(f, q, flow.Set(&q.OrderID, &r.OrderID)))
			return r
		}, retried)
		flow.Rescue(f, r, flow.TimedOut, func(*flow.Caught) *Receipt { return &Receipt{OrderID: "late"} })
		flow.Rescue(f, r, flow.AnyError, func(e *flow.Caught) *Receipt {
			no := &Receipt{OrderID: "none"}
			return flow.Fill(f, no, flow.Set(&no.Note, flow.Text(f, &e.State, ": ", &e.Error)))
		})
		return r
	}),
	"try-lists": order(func(f *flow.Flow, o *Order) *[][]int {
		return flow.Try(f, "Batches", func(f *flow.Flow) *[][]int {
			flow.Wait(f, "Rest", 0)
			return flow.OrElse(f, &o.Batches, &[][]int{})
		}, flow.Catch(flow.AnyError, func(e *flow.Caught) { flow.Rethrow(f, "Failed", e) }))
	}),
	"try-in-try": order(func(f *flow.Flow, o *Order) *string {
		return flow.Try(f, "Outer", func(f *flow.Flow) *string {
			flow.Try(f, "Inner", func(f *flow.Flow) *Receipt {
				flow.Choice(f, "Express?").When(flow.True(&o.Express), func() { flow.Return(f, "At once", &Receipt{}) })
				return flow.Task(f, "Pay", Pay, o)
			}, flow.Catch(flow.AnyError, func(e *flow.Caught) { flow.Return(f, "Not paid", &e.Cause) }))
			return &o.ID
		})
	}),
}

func init() {
	for name, w := range tries {
		samples[name] = w
	}
}

func TestTry(t *testing.T) {
	t.Parallel()
	paid, asked := flowtest.Stub(Pay, Receipt{OrderID: "r"}), flowtest.Stub(Ask, Answer{})
	failed := func(name string) flowtest.Option { return flowtest.Fails(Pay, flowtest.Error{Name: name, Cause: "c"}) }
	for _, c := range []struct {
		name, of, want string
		in             Order
		stubs          []flowtest.Option
	}{
		{"goes well", "try", `{"orderId":"r","total":0}`, Order{}, []flowtest.Option{paid, asked}},
		{"is tried again as a whole", "try", `{"orderId":"r","total":0}`, Order{}, []flowtest.Option{paid, flowtest.Fails(Ask, flowtest.Error{Name: "E"}).Then(Answer{})}},
		{"rescued by the first", "try", `{"orderId":"late","total":0}`, Order{}, []flowtest.Option{failed("States.Timeout"), asked}},
		{"rescued by the second", "try", `{"orderId":"none","total":0,"note":"Pay and ask: E"}`, Order{}, []flowtest.Option{failed("E"), asked}},
		{"no lists", "try-lists", `[]`, Order{Batches: [][]int{}}, nil},
		{"one empty list", "try-lists", `[[]]`, Order{Batches: [][]int{{}}}, nil},
		{"one list of one", "try-lists", `[[1]]`, Order{Batches: [][]int{{1}}}, nil},
		{"two lists", "try-lists", `[[1,2],[3]]`, Order{Batches: [][]int{{1, 2}, {3}}}, nil},
		{"returns from itself only", "try-in-try", `"o"`, Order{ID: "o", Express: true}, nil},
		{"caught outside", "try-in-try", `"c"`, Order{ID: "o"}, []flowtest.Option{failed("E")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := outcome(flowtest.Run(t, tries[c.of], c.in, c.stubs...)); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
