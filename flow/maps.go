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

// How many iterations of a Map run at a time: more than 40 of an inline one are not sure.
const (
	maxInline      = 40
	maxDistributed = 10_000
)

func (e *mapping) checkConcurrency(f *Flow, s *step) {
	n, ok := constantInt(e.concurrency)
	switch {
	case !ok:
	case n < 0:
		f.m.report(diagnosis{step: s, code: "concurrency", message: fmt.Sprintf("%d items at a time", n), hint: "1 takes one after the other; 0 is no limit"})
	case !e.distributed && n > maxInline:
		f.m.report(diagnosis{step: s, severity: diag.Warning, code: "concurrency", message: fmt.Sprintf("%d items at a time: an Each has at most %d", n, maxInline), hint: "use Batch for more"})
	case n > maxDistributed:
		f.m.report(diagnosis{step: s, severity: diag.Warning, code: "concurrency", message: fmt.Sprintf("%d items at a time: a Batch has at most %d", n, maxDistributed), hint: "0 is as many as there can be"})
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
	x.Items, x.MaxConcurrency = w.optional(e.items), w.optional(e.concurrency)
	x.ItemProcessor = &asl.ItemProcessor{ProcessorConfig: &asl.ProcessorConfig{Mode: "INLINE"}}
	switch {
	case e.distributed:
		m.distributed(e, x)
	case e.index != nil:
		x.ItemSelector = value.Object(value.M("index", w.expression(itemIndex)), value.M("value", w.expression(itemValue)))
	}
	x.ItemProcessor.Branch = *m.branch(s.children[0])
	w.step = s
}

// distributed writes what only a Distributed Map has.
func (m *machine) distributed(e *mapping, x *asl.Map) {
	w := &m.w
	x.ItemProcessor.ProcessorConfig = &asl.ProcessorConfig{Mode: "DISTRIBUTED", ExecutionType: "STANDARD"}
	if e.express {
		x.ItemProcessor.ProcessorConfig.ExecutionType = "EXPRESS"
	}
	x.Label, x.ToleratedFailurePercentage, x.ToleratedFailureCount = e.label, w.optional(e.percent), w.optional(e.count)
	if e.readArgs != nil {
		x.ItemReader = &asl.ItemReader{Resource: e.resource, Arguments: w.template(e.readArgs), ReaderConfig: w.optional(e.settings)}
	}
	if e.batched {
		x.ItemBatcher = &asl.ItemBatcher{MaxItemsPerBatch: w.optional(e.batchItems), MaxInputBytesPerBatch: w.optional(e.batchBytes), BatchInput: w.optional(e.selector())}
	} else {
		x.ItemSelector = w.optional(e.selector())
	}
	if e.writeArgs != nil {
		x.ResultWriter = &asl.ResultWriter{Resource: "arn:aws:states:::s3:putObject", Arguments: w.template(e.writeArgs), WriterConfig: w.optional(e.writeForm)}
	}
}

// optional is a field that may be left out.
func (w *writer) optional(n *node) value.Value {
	if n == nil {
		return value.Value{}
	}
	return w.template(n)
}
