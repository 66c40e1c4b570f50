package flow_test

import (
	"testing"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flowtest"
)

// TestAssignAllAtOnce assigns variables from each other: every value is the one from before.
func TestAssignAllAtOnce(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Fibonacci", func(f *flow.Flow, n *int) *[]int {
		a, b, c := flow.Var(f, "a", 0), flow.Var(f, "b", 1), flow.Var(f, "c", 0)
		flow.While(f, "More?", flow.Less(c, n), func() {
			sum := flow.Add(f, a, b)
			flow.Assign(f, "Next", flow.Set(a, b), flow.Set(b, sum), flow.Set(c, flow.Add(f, c, new(1))))
		})
		flow.Assign(f, "Swap", flow.Set(a, b), flow.Set(b, a))
		late := flow.Let(f, "late", flow.Sub(f, a, b))
		return flow.Append(f, flow.Map(f, &[]int{1}, func(*int) *int { return a }), flow.Append(f, flow.Map(f, &[]int{1}, func(*int) *int { return b }), flow.Map(f, &[]int{1}, func(*int) *int { return late })))
	})
	run := flowtest.Run(t, w, 10)
	if got, want := run.Value().String(), "[89,55,34]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
