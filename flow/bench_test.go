package flow_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
)

// fifty is a workflow of 50 states as authors write them: calls with retries and a shared failure tail, questions,
// computed values and a block of branches.
func fifty(f *flow.Flow, order *Order) *Receipt {
	failed := flow.NewTail(f, "failure", func(e *flow.Caught) {
		flow.Wait(f, "Take a breath", time.Second)
		flow.Rethrow(f, "Failed", e)
	})
	retry, orFail := flow.Retry(flow.TaskFailed, flow.Backoff{Attempts: 3, First: time.Second, Rate: 2}), flow.Catch(flow.AnyError, failed.Go)
	total := flow.Let(f, "total", flow.Sum(f, flow.Map(f, &order.Lines, func(l *Line) *float64 { return &l.Price })))
	for i := range 18 {
		paid := flow.Task(f, fmt.Sprint("Pay ", i), Pay, order, flow.Timeout(time.Minute), retry, orFail)
		flow.Choice(f, fmt.Sprint("Enough ", i, "?")).
			When(flow.Above(&paid.Total, 100), func() {
				failed.Go(flow.Failure(f, "TooMuch", "order ", &order.ID, " costs ", total))
			})
	}
	both := flow.Parallel(f, "Side by side", orFail)
	for i := range 4 {
		flow.Branch(both, func(f *flow.Flow) *Receipt {
			q := &Question{Kind: "reserve"}
			flow.Task(f, fmt.Sprint("Ask ", i), Ask, flow.Fill(f, q, flow.Set(&q.OrderID, &order.ID), flow.Set(&q.Total, total)), retry)
			return flow.Task(f, fmt.Sprint("Reserve ", i), Pay, order, retry)
		})
	}
	flow.Wait(f, "Rest", time.Second)
	flow.Wait(f, "Rest more", time.Second)
	return flow.Task(f, "Pay at last", Pay, order, retry, orFail)
}

// BenchmarkBuild builds and prints a workflow of 50 states, the second run that finds read values included.
func BenchmarkBuild(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		d, diagnostics := flow.Standard("Fifty", fifty).Build()
		if len(diagnostics) > 0 {
			b.Fatal(diagnostics)
		}
		_ = asl.Print(d)
	}
}

// BenchmarkPrint is the part of BenchmarkBuild that is not this package's.
func BenchmarkPrint(b *testing.B) {
	d, _ := flow.Standard("Fifty", fifty).Build()
	b.ReportAllocs()
	for b.Loop() {
		_ = asl.Print(d)
	}
}

// many is the middle of fifty four times over, 200 states in all.
func many(f *flow.Flow, order *Order) *Receipt {
	failed := flow.NewTail(f, "failure", func(e *flow.Caught) {
		flow.Wait(f, "Take a breath", time.Second)
		flow.Rethrow(f, "Failed", e)
	})
	retry, orFail := flow.Retry(flow.TaskFailed, flow.Backoff{Attempts: 3, First: time.Second, Rate: 2}), flow.Catch(flow.AnyError, failed.Go)
	total := flow.Let(f, "total", flow.Sum(f, flow.Map(f, &order.Lines, func(l *Line) *float64 { return &l.Price })))
	var last *Receipt
	for part := range 4 {
		for i := range 19 {
			paid := flow.Task(f, fmt.Sprint("Pay ", part, " ", i), Pay, order, flow.Timeout(time.Minute), retry, orFail)
			flow.Choice(f, fmt.Sprint("Enough ", part, " ", i, "?")).
				When(flow.Above(&paid.Total, 100), func() {
					failed.Go(flow.Failure(f, "TooMuch", "order ", &order.ID, " costs ", total))
				})
		}
		both := flow.Parallel(f, fmt.Sprint("Side by side ", part), orFail)
		for i := range 4 {
			flow.Branch(both, func(f *flow.Flow) *Receipt {
				q := &Question{Kind: "reserve"}
				flow.Task(f, fmt.Sprint("Ask ", part, " ", i), Ask, flow.Fill(f, q, flow.Set(&q.OrderID, &order.ID), flow.Set(&q.Total, total)), retry)
				return flow.Task(f, fmt.Sprint("Reserve ", part, " ", i), Pay, order, retry)
			})
		}
		flow.Wait(f, fmt.Sprint("Rest ", part), time.Second)
		flow.Wait(f, fmt.Sprint("Rest more ", part), time.Second)
		last = flow.Task(f, fmt.Sprint("Pay at last ", part), Pay, order, retry, orFail)
	}
	return last
}

// BenchmarkBuildMany is BenchmarkBuild for 200 states.
func BenchmarkBuildMany(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		d, diagnostics := flow.Standard("Many", many).Build()
		if len(diagnostics) > 0 {
			b.Fatal(diagnostics)
		}
		_ = asl.Print(d)
	}
}

// chain is 50 calls in a row, each tried again: the least that 50 states can be.
func chain(f *flow.Flow, order *Order) *Receipt {
	retry := flow.Retry(flow.TaskFailed, flow.Backoff{Attempts: 3, First: time.Second, Rate: 2})
	last := flow.Task(f, "Pay", Pay, order, retry)
	for i := range 49 {
		last = flow.Task(f, fmt.Sprint("Pay ", i), Pay, order, retry)
	}
	return last
}

// BenchmarkBuildChain is BenchmarkBuild for a plain chain of calls.
func BenchmarkBuildChain(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		d, diagnostics := flow.Standard("Chain", chain).Build()
		if len(diagnostics) > 0 {
			b.Fatal(diagnostics)
		}
		_ = asl.Print(d)
	}
}
