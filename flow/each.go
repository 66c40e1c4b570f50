package flow

import (
	"fmt"
	"reflect"
	"slices"
	"unicode/utf8"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow/internal/shape"
)

// Each does the same for every item of a list, up to 40 items at a time: an inline Map. It gives what body returns for
// each of them, in the order of the items; a list that is null, as a nil slice of a handler arrives, has none. It
// fails as soon as one iteration does; Rescue inside of body is for one item, Rescue of the result for all.
//
//	replies := flow.Each(f, "Call all", &in.Targets, func(f *flow.Flow, target *string) *Reply {
//		return flow.Task(f, "Call", CallTarget, target)
//	}, flow.Concurrency(10))
//
// body has a flow of its own: call it f again. Outer values can be read inside but not assigned; what is made inside
// exists outside only as what body returns. All iterations share the execution's history of 25,000 events: use Batch
// for thousands of items.
//
// The item is the iteration's input. Its first state reads it as $states.input, and keeps it in a variable if a later
// state needs it.
func Each[In, Out any](f *Flow, name string, items *[]In, body func(f *Flow, item *In) *Out, opts ...MapOption) *[]Out {
	s := f.add(name, &asl.Map{})
	s.each = &mapping{items: itemsOf(f.operand(items))}
	for _, o := range opts {
		o.each(f, s)
	}
	s.each.checkConcurrency(f, s)
	m := f.m
	g := f.enter(s, reflect.TypeFor[Out]())
	item := m.newRoot(reflect.TypeFor[In](), &root{of: s.name + " item", sc: g.sc, opt: elementOpt(reflect.TypeFor[In]())})
	s.each.item = item
	out := body(g, item.ptr().(*In))
	none := len(g.sc.open) > 0 && out == nil
	g.finish(out)
	m.keepItem(s)
	f.leave()
	return f.results(s, reflect.TypeFor[[]Out](), none).ptr().(*[]Out)
}

// Index is the number of the item that the innermost Each or Batch around f is about, counted from 0. A Batch of
// InBatches has none.
func Index(f *Flow) *int {
	m := f.m
	for sc := f.sc; sc.owner != nil; sc = sc.parent {
		e := sc.owner.each
		switch {
		case e == nil:
			continue
		case e.batched:
			m.report(diagnosis{code: "no-index", message: fmt.Sprintf("the items of %q come in batches, which have no numbers", sc.owner.name), hint: "leave InBatches out, or number the items with an Each over the batch"})
			return new(int)
		}
		if e.index == nil {
			e.index = &root{of: sc.owner.name + " index", sc: sc}
			if e.distributed {
				e.index.kind, e.index.of, e.index.fixed = fixedRoot, camel(e.index.of), inputText+".index"
			}
			m.newRoot(reflect.TypeFor[int](), e.index)
		}
		return e.index.ptr().(*int)
	}
	m.report(diagnosis{code: "no-index", message: "there is no Each or Batch around this", hint: "Index is the number of an item: use it in the function given to Each"})
	return new(int)
}

// A mapping is what a step that is a Map has of its own.
type mapping struct {
	items *node // the list; nil when a reader brings the items
	item  *root // what the body gets
	index *root // what Index gives; nil when nobody asked

	concurrency *node

	// Of a Distributed Map.
	distributed            bool
	express                bool // the items' executions are Express ones
	label                  *string
	percent, count         *node  // tolerated failures
	resource               string // of the reader
	readArgs, settings     *node
	batched                bool // the body gets lists of items
	batchItems, batchBytes *node
	writeArgs, writeForm   *node
	carried                []*carried
}

// nodes are the values that the Map itself is made of, apart from what it carries.
func (e *mapping) nodes() []*node {
	if !e.distributed {
		return []*node{e.items, e.concurrency}
	}
	return []*node{e.items, e.concurrency, e.percent, e.count, e.readArgs, e.settings, e.batchItems, e.batchBytes, e.writeArgs, e.writeForm}
}

// itemsOf is a list as the Items of a Map, which must be an array.
func itemsOf(n *node) *node {
	if n.kind == constNode && n.v.IsNull() {
		return listConstant
	}
	return asList(n)
}

// elementOpt tells how an element of a list may fail to be there: a pointer, a map or an open value may be null.
func elementOpt(t reflect.Type) shape.Opt {
	switch t.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Interface:
		return shape.Null
	default:
		return 0
	}
}

// results is what a Map gives: a list of what its body returned. none says that the body returns nothing.
func (f *Flow) results(s *step, t reflect.Type, none bool) *root {
	r := f.m.newRoot(t, &root{of: s.name, sc: f.sc, step: s, list: t.Kind() == reflect.Slice})
	if none {
		r.empty = fmt.Sprintf("an iteration of %q returns nil, so there is no list of values", s.name)
	}
	s.result = r
	n := *answer
	n.list = r.list
	s.exit.give(r, &n)
	return r
}

// inputAt is the item or its index where it is still the input of the state; nil elsewhere.
func (r *root) inputAt(s *step) *node {
	if s == nil || r.sc == nil || r.sc.entry.to != s || r.sc.owner == nil || r.sc.owner.each == nil {
		return nil
	}
	return r.sc.owner.each.input(r)
}

// input is the iteration's input as the first state sees it: the item, or both item and index.
func (e *mapping) input(r *root) *node {
	switch {
	case r.kind != varRoot || r != e.item && r != e.index:
		return nil
	case e.index == nil:
		return iterationInput
	case r == e.index:
		return pick(iterationInput, []shape.Seg{{Name: "index"}})
	default:
		return pick(iterationInput, []shape.Seg{{Name: "value"}})
	}
}

var (
	iterationInput = raw("$states.input")
	itemValue      = raw("$states.context.Map.Item.Value")
	itemIndex      = raw("$states.context.Map.Item.Index")
)

// keepItem lets the first state of an iteration keep the item on every way out. Where it cannot, because states inside
// of it need the item or because the flow comes back to it with another input, a Pass before it does.
func (m *machine) keepItem(s *step) {
	sc := s.children[0]
	first := sc.entry.to
	if first == nil {
		return
	}
	var kept []*root
	for _, r := range []*root{s.each.item, s.each.index} {
		if r != nil && r.kind == varRoot && slices.ContainsFunc(sc.steps, func(t *step) bool { return t.reads(r) }) {
			kept = append(kept, r)
		}
	}
	if slices.ContainsFunc(kept, first.readsInside) || len(kept) > 0 && sc.comesBack(first) {
		first = m.passBefore(first, s)
	}
	for e := range first.edges {
		assigns := make([]*assign, 0, len(kept)+len(e.assigns))
		for _, r := range kept {
			assigns = append(assigns, &assign{to: r, src: s.each.input(r)})
		}
		e.assigns = append(assigns, e.assigns...)
	}
}

// comesBack tells whether a state leads to the first one.
func (sc *scope) comesBack(first *step) bool {
	for _, s := range sc.steps {
		for e := range s.edges {
			if e.to == first {
				return true
			}
		}
	}
	return false
}

// passBefore puts a Pass before the first state of what owner does for each item.
func (m *machine) passBefore(first, owner *step) *step {
	sc := first.sc
	p := &step{name: m.vacant(owner.name + ": item"), seq: first.seq, pos: owner.pos, sc: sc, late: first.late, state: &asl.Pass{}, facts: sc.entry.facts}
	p.exit = &edge{from: p, to: first, facts: p.facts}
	sc.entry.to = p
	sc.steps = slices.Insert(sc.steps, 0, p)
	m.order = slices.Insert(m.order, slices.Index(m.order, first), p)
	m.steps[p.name] = p
	return p
}

// vacant is a name that no state has, as much like the one wished for as can be.
func (m *machine) vacant(wish string) string {
	if over := utf8.RuneCountInString(wish) - maxName; over > 0 {
		wish = string([]rune(wish)[over:])
	}
	name := wish
	for i := 2; m.steps[name] != nil; i++ {
		number := fmt.Sprintf(" %d", i)
		r := []rune(wish)
		name = string(r[max(len(r)+len(number)-maxName, 0):]) + number
	}
	return name
}

// own yields the values that the state itself is made of, ways out apart.
func (s *step) own(yield func(*node) bool) {
	for _, n := range [...]*node{s.args, s.timeout, s.role, s.seconds, s.stamp, s.code, s.cause} {
		if n != nil && !yield(n) {
			return
		}
	}
	if s.each == nil {
		return
	}
	for _, n := range s.each.nodes() {
		if n != nil && !yield(n) {
			return
		}
	}
}

// reads tells whether r is read by the state, on a way out of it, or inside of it.
func (s *step) reads(r *root) bool {
	for n := range s.own {
		if holds(n, r) {
			return true
		}
	}
	if holds(s.output, r) {
		return true
	}
	for e := range s.edges {
		if holds(e.cond, r) || slices.ContainsFunc(e.assigns, func(a *assign) bool { return holds(a.src, r) }) {
			return true
		}
	}
	return slices.ContainsFunc(s.children, func(c *scope) bool {
		return slices.ContainsFunc(c.steps, func(t *step) bool { return t.reads(r) })
	})
}

// readsInside tells whether states inside of s read r themselves. To those of a Batch it is carried.
func (s *step) readsInside(r *root) bool {
	if s.raw && asl.KindOf(s.state) != asl.KindTask && holds(s.args, r) { // what of it is inside, is not known
		return true
	}
	if s.each != nil && s.each.distributed {
		return false
	}
	return slices.ContainsFunc(s.children, func(c *scope) bool {
		return slices.ContainsFunc(c.steps, func(t *step) bool { return t.reads(r) })
	})
}
