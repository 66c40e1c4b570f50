package flow

import (
	"fmt"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/value"
)

// mapOnly is an option of all Maps.
type mapOnly func(*Flow, *step)

func (o mapOnly) each(f *Flow, s *step)  { o(f, s) }
func (o mapOnly) batch(f *Flow, s *step) { o(f, s) }

// Concurrency is how many items of an Each or a Batch are dealt with at a time. 1 takes one after the other, in order;
// 0 is no limit but the service's own: 40 for an Each, 10,000 for a Batch.
func Concurrency(n int) MapOption {
	return mapOnly(func(_ *Flow, s *step) { s.each.concurrency = constant(value.Int(n)) })
}

// ConcurrencyFrom is Concurrency with a number that is known when the workflow runs.
func ConcurrencyFrom(n *int) MapOption {
	return mapOnly(func(f *Flow, s *step) { s.each.concurrency = f.needed(n, "the number of items at a time") })
}

// maxInline is how many iterations of an inline Map surely run at a time.
const maxInline = 40

func (e *mapping) checkConcurrency(f *Flow, s *step) {
	n, ok := constantInt(e.concurrency)
	switch {
	case !ok:
	case n < 0:
		f.m.report(diagnosis{step: s, code: "concurrency", message: fmt.Sprintf("%d items at a time", n), hint: "1 takes one after the other; 0 is no limit"})
	case n > maxInline:
		f.m.report(diagnosis{step: s, severity: diag.Warning, code: "concurrency", message: fmt.Sprintf("%d items at a time: an Each has at most %d", n, maxInline), hint: "use Batch for more"})
	}
}

func constantInt(n *node) (int64, bool) {
	if n == nil || n.kind != constNode {
		return 0, false
	}
	return n.v.Int()
}

var listConstant = constant(value.Array())

// mapState writes what a Map has of its own.
func (m *machine) mapState(s *step, x *asl.Map) {
	w, e := &m.w, s.each
	if e.items != nil {
		x.Items = w.template(e.items)
	}
	if e.concurrency != nil {
		x.MaxConcurrency = w.template(e.concurrency)
	}
	if e.index != nil {
		x.ItemSelector = value.Object(value.M("index", w.expression(itemIndex)), value.M("value", w.expression(itemValue)))
	}
	x.ItemProcessor = &asl.ItemProcessor{Branch: *m.branch(s.children[0]), ProcessorConfig: &asl.ProcessorConfig{Mode: "INLINE"}}
	w.step = s
}
