package flow

import (
	"fmt"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/value"
)

// A Workflow is any declared workflow, whatever goes in and comes out: *StandardWorkflow and *ExpressWorkflow.
type Workflow interface {
	// Build gives the workflow's document and what is wrong with it. A document with an error cannot be used. The
	// document is shared by all callers and must not be written to.
	Build() (*asl.Machine, diag.List)
	Title() string            // what it was declared as: "Image tagging"
	Name() string             // its name in documents: "ImageTagging", as in ${ImageTagging}
	Type() string             // "STANDARD" or "EXPRESS"
	Handlers() []run.Handler  // the handlers that the document names, in the order of their first use
	Resources() []Resource    // the placeholders that the document has besides, in the order of their first use
	Children() []Workflow     // the workflows that it starts, in the order of their first use
	InputType() reflect.Type  // In
	OutputType() reflect.Type // Out
	Declared() diag.Position  // where it was declared
}

// A Definition is what Standard and Express workflows have in common.
type Definition struct {
	title, name string
	express     bool
	in, out     reflect.Type
	body        func(f *Flow, in any) any
	limit       *time.Duration
	pos         position

	once  sync.Once
	built built
}

type built struct {
	machine     *asl.Machine
	diagnostics diag.List
	handlers    []run.Handler
	resources   []Resource
	children    []Workflow
}

// A StandardWorkflow runs for up to a year, exactly once. Only it can wait for jobs and callbacks.
type StandardWorkflow[In, Out any] struct{ *Definition }

// An ExpressWorkflow runs for up to five minutes, at least once, many at a time.
type ExpressWorkflow[In, Out any] struct{ *Definition }

// A WorkflowOption says something about a workflow as a whole.
type WorkflowOption func(*Definition)

// Limit ends executions that take longer than d: whole seconds.
func Limit(d time.Duration) WorkflowOption { return func(w *Definition) { w.limit = &d } }

// Standard declares a Standard workflow. body runs when the workflow is built and records its states, from top to
// bottom; in stands for the input of an execution, and what body returns for its output.
//
//	var Refund = flow.Standard("Refund", refund)
func Standard[In, Out any](title string, body func(f *Flow, in *In) *Out, options ...WorkflowOption) *StandardWorkflow[In, Out] {
	return &StandardWorkflow[In, Out]{define(title, body, false, here(), options)}
}

// Express declares an Express workflow; see Standard.
func Express[In, Out any](title string, body func(f *Flow, in *In) *Out, options ...WorkflowOption) *ExpressWorkflow[In, Out] {
	return &ExpressWorkflow[In, Out]{define(title, body, true, here(), options)}
}

func define[In, Out any](title string, body func(f *Flow, in *In) *Out, express bool, pos position, options []WorkflowOption) *Definition {
	w := &Definition{title: title, name: pascal(title), express: express, in: reflect.TypeFor[In](), out: reflect.TypeFor[Out](), pos: pos}
	if body != nil {
		w.body = func(f *Flow, in any) any { return body(f, in.(*In)) }
	}
	for _, o := range options {
		if o != nil {
			o(w)
		}
	}
	return w
}

// Build gives the workflow's document and what is wrong with it. The function runs twice, the second time with other
// values, so that reading a value instead of referring to it is found. The result is kept: any number of goroutines
// may call Build, and all get the same document, which must not be written to.
func (w *Definition) Build() (*asl.Machine, diag.List) {
	b := w.result()
	return b.machine, slices.Clone(b.diagnostics)
}

func (w *Definition) result() *built {
	w.once.Do(func() { w.built = w.build() })
	return &w.built
}

// Title is what the workflow was declared as.
func (w *Definition) Title() string { return w.title }

// Name is the workflow's name in documents and templates: its title in Pascal case.
func (w *Definition) Name() string { return w.name }

// Type is "STANDARD" or "EXPRESS".
func (w *Definition) Type() string {
	if w.express {
		return "EXPRESS"
	}
	return "STANDARD"
}

// Handlers are the handlers that the document names, in the order of their first use.
func (w *Definition) Handlers() []run.Handler { return slices.Clone(w.result().handlers) }

// Resources are the placeholders that the document has besides its handlers, in the order of their first use.
func (w *Definition) Resources() []Resource { return slices.Clone(w.result().resources) }

// InputType is the type of an execution's input.
func (w *Definition) InputType() reflect.Type { return w.in }

// OutputType is the type of an execution's output.
func (w *Definition) OutputType() reflect.Type { return w.out }

// Declared is where the workflow was declared.
func (w *Definition) Declared() diag.Position { return w.pos.find() }

func (w *Definition) build() built {
	first := w.run(guard{}, false)
	if !first.panicked {
		w.compare(first)
	}
	var doc *asl.Machine
	defer func() { first.ended = true }()
	if e := first.afterwards(func() { doc = first.definition(w) }); e != nil {
		doc = &asl.Machine{QueryLanguage: asl.JSONata}
		if !first.failed() { // else it could not be written because of what has been said
			first.report(unwritten(e))
		}
	}
	return built{machine: doc, diagnostics: first.diagnostics(), handlers: first.handlers, resources: first.resources, children: first.children}
}

// everything is more leaves than there can be.
const everything = 1 << 40

// compare runs the function again with other values. If that makes a difference, a value was read.
func (w *Definition) compare(first *machine) {
	other := w.run(guard{to: everything, shared: first.filled}, true)
	other.ended = true
	if first.same(other) {
		return
	}
	at := first.difference(other)
	var found []guard
	if first.same(w.run(guard{}, true)) {
		found = w.culprits(first, 0, other.guard.n, nil)
	}
	for _, g := range found {
		if g.filled != nil {
			first.report(diagnosis{
				pos: &g.filled.pos, code: "fill-copied", message: fmt.Sprintf("the literal is copied or read after Set has filled this %s: the copy has the constant that was there before", g.filled.typ),
				hint: "use a pointer to the literal itself, as Fill gives it, or fill the copy",
			})
			continue
		}
		first.report(diagnosis{
			step: at, code: "value-read", message: g.named + " is read while the workflow is being written; refer to it with & instead",
			hint: "the function runs once, before there are values: ask for them with flow.Choice, flow.If and conditions",
		})
	}
	if len(found) == 0 {
		first.report(diagnosis{
			step: at, code: "not-repeatable", message: "the function does not write the same workflow twice",
			hint: "it reads a value of the workflow, ranges over a Go map, or uses time, randomness or a variable that it changes",
		})
	}
}

// maxCulprits is how many values are named at most.
const maxCulprits = 8

// culprits finds the leaves that make a difference when they are changed alone.
func (w *Definition) culprits(first *machine, from, to int, found []guard) []guard {
	if from >= to || len(found) >= maxCulprits {
		return found
	}
	m := w.run(guard{from: from, to: to, shared: first.filled}, true)
	if first.same(m) {
		return found
	}
	if to-from == 1 {
		g := m.guard
		if (g.named != "" || g.filled != nil) && !slices.ContainsFunc(found, g.names) {
			found = append(found, g)
		}
		return found
	}
	mid := from + (to-from)/2
	return w.culprits(first, mid, to, w.culprits(first, from, mid, found))
}

// run runs the function once, and once more when a loop needs to know beforehand what its body assigns.
func (w *Definition) run(g guard, again bool) *machine {
	m := w.record(g, again, nil)
	if m.unsure {
		m = w.record(g, again, m.learned)
	}
	return m
}

func (w *Definition) record(g guard, again bool, assigned []map[int]bool) *machine {
	m := &machine{
		assigned: assigned,
		checked:  map[string]bool{}, express: w.express, again: again, guard: g, pos: &w.pos,
		allocs: map[uintptr][]alloc{}, settings: map[settingKey]*setting{}, written: map[settingKey]any{}, steps: map[string]*step{},
		taken: map[string]bool{}, names: map[string]claim{},
	}
	m.top = &scope{entry: &edge{}, out: w.out}
	m.top.open = []*edge{m.top.entry}
	m.cur = m.top
	if m.run(func() { m.record(w) }) {
		return m
	}
	at := m.stray
	m = &machine{again: again, pos: &w.pos, panicked: true, top: &scope{entry: &edge{}}}
	m.report(diagnosis{at: at, code: "other-goroutine", message: "another goroutine than the workflow function's writes the workflow", hint: "write it in the function itself: what runs side by side is a flow.Parallel or a flow.Each"})
	return m
}

// record runs the function. What it does wrong by panicking is a diagnostic like any other.
func (m *machine) record(w *Definition) {
	returned := false
	defer func() {
		e := recover()
		switch {
		case returned:
			return
		case e != nil:
			m.report(m.diagnose(e))
		default:
			m.report(exited())
		}
		m.panicked = true
	}()
	if w.body == nil {
		m.report(diagnosis{pos: m.pos, code: "nil-argument", message: "the workflow has no function", hint: "name the function that writes it"})
		returned = true
		return
	}
	f := &Flow{m: m, sc: m.top}
	if w.name == "" {
		m.report(diagnosis{pos: m.pos, code: "workflow-title", message: fmt.Sprintf("the title %q has no letters or digits to name the workflow by", w.title), hint: "say in a few words what it does"})
	}
	m.noPlaceholder(w.title)
	m.checkType(w.out)
	in := m.newRoot(w.in, &root{kind: fixedRoot, of: "input", fixed: inputText, sc: m.top})
	out := w.body(f, in.ptr())
	if m.cur != m.top {
		m.cur = m.top
	}
	f.finish(out)
	m.unused()
	returned = true
}

// definition is the document of what was recorded.
func (m *machine) definition(w *Definition) *asl.Machine {
	d := &asl.Machine{QueryLanguage: asl.JSONata}
	if w.limit != nil {
		n := int(*w.limit / time.Second)
		if *w.limit%time.Second != 0 || n < 1 || n > maxSeconds {
			m.report(diagnosis{pos: m.pos, code: "whole-seconds", message: fmt.Sprintf("a limit of %v: Step Functions counts whole seconds, from 1", *w.limit), hint: "round it"})
		}
		d.TimeoutSeconds = value.Int(n)
	}
	m.mark()
	m.settle()
	m.nameRoots()
	m.analyse()
	d.Branch = *m.branch(m.top)
	d.Comment = new(w.title)
	m.checkSize(d)
	if !m.again {
		d.Pos = m.pos.find()
	}
	return d
}
