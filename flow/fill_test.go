package flow_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/stepwright/stepwright/flow"
)

// TestFillAfterCollection makes sure that a literal which gets the memory of one that is used already is none of it.
func TestFillAfterCollection(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Many questions", func(f *flow.Flow, o *Order) *Order {
		for i := range 300 {
			flow.Task(f, fmt.Sprint("Ask ", i), Ask, &Question{OrderID: "o1"})
			if i%20 == 0 {
				runtime.GC()
			}
			q := &Question{}
			flow.Task(f, fmt.Sprint("Ask again ", i), Ask, flow.Fill(f, q, flow.Set(&q.OrderID, &o.ID)))
		}
		return o
	})
	_, diagnostics := w.Build()
	for _, d := range diagnostics {
		t.Error(d)
	}
}

var shared Question

// TestFillSharedLiteral fills a literal that belongs to the package, which nothing may write to.
func TestFillSharedLiteral(t *testing.T) {
	t.Parallel()
	for range 2 {
		_, diagnostics := flow.Standard("Shared", func(f *flow.Flow, o *Order) *Order {
			flow.Task(f, "Ask", Ask, flow.Fill(f, &shared, flow.Set(&shared.OrderID, &o.ID)))
			return o
		}).Build()
		for _, d := range diagnostics {
			t.Error(d)
		}
		if shared != (Question{}) {
			t.Errorf("the literal became %+v", shared)
		}
	}
}
