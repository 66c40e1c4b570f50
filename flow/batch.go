package flow

import (
	"fmt"
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/value"
)

// Batch does the same for every item of a source, each in an execution of its own, thousands at a time: a Distributed
// Map. It gives what body returns for each item, in the order of the items. All results together must fit into 256
// KiB; BatchTo writes them to a bucket. An item that fails and is tolerated leaves something else in its place, which has
// none of a result's members; what that is, is unverified.
//
//	sent := flow.Batch(f, "Every address", flow.Items(&c.Addresses), func(f *flow.Flow, to *string) *Sent {
//		…
//	}, flow.Concurrency(500), flow.TolerateCount(100))
//
// body has a flow of its own: call it f again. An execution of its own sees nothing of the outer one. Whatever body
// uses from outside is carried to it, field by field, as it is when the Batch begins; so is what flow.Execution gives
// for the outer f, while that of the inner f is the item's own.
//
// An Express workflow has no Batch.
func Batch[In, Out any](f *Flow, name string, src Source[In], body func(f *Flow, item *In) *Out, opts ...BatchOption) *[]Out {
	s, none := f.batch(name, &src.s, inside(body), nil, opts)
	return f.results(s, reflect.TypeFor[[]Out](), none).ptr().(*[]Out)
}

// A Folder is a place in a bucket, for the results of a BatchTo.
type Folder struct {
	Bucket Bucket
	Prefix *string // nil: the bucket itself. Below it there is one folder per run.
	Form   Form    // what is written of an item
	Lines  bool    // one JSON value per line, and not a JSON array per file
}

// A Form says what is written of an item that went well. Of those that failed, their whole execution is.
type Form string

// The forms of results. The zero Form is the whole execution, as DescribeExecution tells it: with input, output, name,
// times and status.
const (
	Outputs   Form = "COMPACT" // what body returned
	Flattened Form = "FLATTEN" // what body returned; lists are put together into one
)

// Written says where the results of a BatchTo are: Bucket and Key are those of a manifest.json that lists the files
// with the results of items that succeeded, failed or were never begun.
type Written struct {
	MapRunArn           string
	ResultWriterDetails struct{ Bucket, Key string }
}

// BatchTo is Batch with the results written to a bucket.
//
//	flow.BatchTo(f, "Load all rows", flow.Folder{Bucket: Lake, Prefix: new("loaded")},
//		flow.InBatches(1000, flow.CSV(Lake, &in.Key, Row{})), func(f *flow.Flow, rows *[]Row) *Loaded {
//			…
//		}, flow.Concurrency(200), flow.Tolerate(2), flow.ExpressItems())
func BatchTo[In, Out any](f *Flow, name string, to Folder, src Source[In], body func(f *Flow, item *In) *Out, opts ...BatchOption) *Written {
	s, _ := f.batch(name, &src.s, inside(body), &to, opts)
	return f.results(s, reflect.TypeFor[Written](), false).ptr().(*Written)
}

// A processor is what a Map does for each item, with its types put aside.
type processor struct {
	in, out reflect.Type
	body    func(f *Flow, item any) (out any)
}

func inside[In, Out any](body func(f *Flow, item *In) *Out) processor {
	return processor{reflect.TypeFor[In](), reflect.TypeFor[Out](), func(f *Flow, item any) any { return body(f, item.(*In)) }}
}

// batch records a Distributed Map. none says that its body returns nothing.
func (f *Flow) batch(name string, src *origin, p processor, to *Folder, opts []BatchOption) (s *step, none bool) {
	m := f.m
	s = f.add(name, &asl.Map{})
	if f.express() {
		m.report(diagnosis{step: s, code: "express-distributed-map", message: "an Express workflow cannot run a Batch", hint: "declare it with flow.Standard, leave flow.ExpressItems out, or use flow.Each", once: true})
	}
	e := &mapping{distributed: true}
	s.each = e
	f.read(src, s)
	if to != nil {
		f.folder(to, s)
	}
	for _, o := range opts {
		o.batch(f, s)
	}
	e.check(f, s)
	g := f.enter(s, p.out)
	e.item = m.newRoot(p.in, &root{kind: fixedRoot, of: camel(s.name + " item"), fixed: inputText, sc: g.sc, opt: elementOpt(p.in), list: e.batched})
	out := p.body(g, e.item.ptr())
	none = len(g.sc.open) > 0 && reflect.ValueOf(out).IsNil()
	g.finish(out)
	f.leave()
	return s, none
}

// express tells whether what f writes runs in an Express execution.
func (f *Flow) express() bool { return f.sc.express(f.m) }

func (sc *scope) express(m *machine) bool {
	for ; sc.owner != nil; sc = sc.parent {
		if e := sc.owner.each; e != nil && e.distributed {
			return e.express
		}
	}
	return m.express
}

// notExpress says how what stands in an Express execution would not.
func (m *machine) notExpress() string {
	if m.express {
		return "declare it with flow.Standard"
	}
	return "leave flow.ExpressItems out"
}

// folder captures where results are written.
func (f *Flow) folder(to *Folder, s *step) {
	e := s.each
	e.writeArgs = &node{kind: objectNode, prec: tight, parts: &parts{}}
	e.writeArgs.add("Bucket", f.needed(to.Bucket, "the bucket"))
	if to.Prefix != nil {
		e.writeArgs.add("Prefix", f.needed(to.Prefix, "the prefix"))
	}
	form := to.Form
	switch {
	case form == "" && !to.Lines:
		return
	case form == "":
		form = "NONE"
	case form != Outputs && form != Flattened:
		f.m.report(diagnosis{step: s, code: "batch-results", message: fmt.Sprintf("there is no form %q of results", string(form)), hint: "use flow.Outputs or flow.Flattened, or leave it out"})
	}
	lines := "JSON"
	if to.Lines {
		lines = "JSONL"
	}
	e.writeForm = constant(value.Object(value.M("Transformation", value.String(string(form))), value.M("OutputType", value.String(lines))))
}

type batchOnly func(*Flow, *step)

func (o batchOnly) batch(f *Flow, s *step) { o(f, s) }

// Tolerate lets a Batch succeed although some items fail: up to that part of them, in percent from 0 to 100. In
// batches, all items of a batch that fails count.
func Tolerate(percent float64) BatchOption {
	return batchOnly(func(_ *Flow, s *step) { s.each.percent = constant(value.Float(percent)) })
}

// TolerateFrom is Tolerate with a percentage that is known when the workflow runs.
func TolerateFrom(percent *float64) BatchOption {
	return batchOnly(func(f *Flow, s *step) { s.each.percent = f.needed(percent, "the tolerated percentage") })
}

// TolerateCount lets a Batch succeed although some items fail: up to n of them. With Tolerate beside it, the smaller
// limit counts.
func TolerateCount(n int) BatchOption {
	return batchOnly(func(_ *Flow, s *step) { s.each.count = constant(value.Int(n)) })
}

// TolerateCountFrom is TolerateCount with a number that is known when the workflow runs.
func TolerateCountFrom(n *int) BatchOption {
	return batchOnly(func(f *Flow, s *step) { s.each.count = f.needed(n, "the tolerated number of failures") })
}

// ExpressItems runs each item in an Express execution: cheap, for up to five minutes, at least once. It cannot wait
// for jobs, callbacks and activities, nor run another Batch.
func ExpressItems() BatchOption {
	return batchOnly(func(_ *Flow, s *step) { s.each.express = true })
}

// Label is a part of the names of the executions of a Batch: up to 40 characters, unique in the workflow. Without it
// the service makes one.
func Label(label string) BatchOption {
	return batchOnly(func(f *Flow, s *step) {
		m := f.m
		if n := utf8.RuneCountInString(label); n < 1 || n > 40 || strings.ContainsFunc(label, notInLabel) {
			m.report(diagnosis{step: s, code: "label", message: fmt.Sprintf("%q cannot be a label", label), hint: "it has 1 to 40 characters, without blanks, control characters and any of ? * < > { } [ ] : ; , \\ | ^ ~ $ # % & ` \""})
		}
		for _, other := range m.order {
			if other.each != nil && other.each.label != nil && *other.each.label == label {
				m.report(diagnosis{step: s, code: "label", message: fmt.Sprintf("the label %q is that of %q", label, other.name), hint: "labels are unique in the workflow"})
			}
		}
		s.each.label = &label
	})
}

func notInLabel(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune("?*<>{}[]:;,\\|^~$#%&`\"", r)
}

// check looks at the numbers of a Batch.
func (e *mapping) check(f *Flow, s *step) {
	bad := func(what, hint string) { f.m.report(diagnosis{step: s, code: "tolerance", message: what, hint: hint}) }
	if n, ok := constantInt(e.count); ok && n < 0 {
		bad(fmt.Sprintf("%d failures are tolerated", n), "0 tolerates none")
	}
	if e.percent != nil && e.percent.kind == constNode {
		if p := e.percent.v.Float(); !(p >= 0 && p <= 100) {
			bad(fmt.Sprintf("%v percent of failures are tolerated", p), "give a percentage from 0 to 100")
		}
	}
	e.checkConcurrency(f, s)
}
