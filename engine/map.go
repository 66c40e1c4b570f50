package engine

import (
	"slices"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/jsonata"
	"github.com/stepwright/stepwright/jsonpath"
	"github.com/stepwright/stepwright/value"
)

// maxInline is how many iterations of an inline Map run side by side at most (developer guide, "Inline mode").
const maxInline = 40

// objectsSince is when a Map began to take an object for its items, one iteration for each member (announced in
// September 2025; recordings of November 2024 refuse it).
var objectsSince = time.Date(2025, 9, 1, 0, 0, 0, 0, time.UTC)

// A mapState runs its states once for each item, in the execution itself.
type mapState struct {
	flow     flow
	startAt  string
	items    *jsonata.Template // Items; nil for the input
	path     *jsonpath.Path    // ItemsPath; nil for the input
	query    *jsonata.Template // ItemSelector in JSONata
	selector *payload          // and in JSONPath, also Parameters

	concurrency     number
	count, percents number // tolerated failures
}

// An item is what an iteration is for, as Map.Item of the context object tells it.
type item struct {
	Index  int         `json:"index"`
	Key    value.Value `json:"key,omitzero"` // of a member when an object is iterated over
	Value  value.Value `json:"value"`
	Source string      `json:"source,omitempty"` // of an item of a Distributed Map
}

func (p *planner) mapState(n *node, s *asl.Map, lang asl.QueryLanguage) {
	switch {
	case s.Processor() == nil:
		p.fail("", CodeBadField, "the Map has no states to run for its items", "give it an ItemProcessor")
		return
	case s.Distributed():
		p.distributed(n, s, lang)
		return
	}
	m := &mapState{}
	p.mapFields(n, m, s, lang)
	n.do = m
	for _, f := range []struct {
		name  string
		given bool
	}{{"ItemReader", s.ItemReader != nil}, {"ItemBatcher", s.ItemBatcher != nil}, {"ResultWriter", s.ResultWriter != nil}} {
		if f.given {
			p.fail(p.field(f.name), CodeBadField, "an inline Map has no "+f.name, "set ProcessorConfig.Mode to DISTRIBUTED")
		}
	}
	m.startAt = p.processor(s)
}

// mapFields plans the fields that Maps of both modes have.
func (p *planner) mapFields(n *node, m *mapState, s *asl.Map, lang asl.QueryLanguage) {
	n.next = p.next(s.Transition)
	m.flow = p.flow(lang, fields{
		Paths: s.Paths, resultSelector: s.ResultSelector, resultPath: s.ResultPath, assign: s.Assign, output: s.Output,
	})
	p.errors(n, s.Errors, lang)
	selector, field := s.ItemSelector, "ItemSelector"
	if !selector.Exists() && s.Parameters.Exists() {
		selector, field = s.Parameters, "Parameters"
	}
	if lang == asl.JSONata {
		m.items = p.template("/Items", "Items", s.Items)
		m.query = p.template("/ItemSelector", "ItemSelector", s.ItemSelector)
		if m.items != nil && m.items.Constant() && !m.items.Literal().IsArray() && !m.items.Literal().IsObject() {
			p.fail("/Items", CodeBadField, "Items is "+s.Items.String()+"; expected an array or an expression for one", "")
		}
	} else {
		m.path = p.optionalPath("/ItemsPath", s.ItemsPath)
		m.selector = p.payload(p.field(field), selector)
	}
	m.concurrency = p.number(maxConcurrency, "", s.MaxConcurrency, s.MaxConcurrencyPath)
	m.count = p.number(toleratedCount, "", s.ToleratedFailureCount, s.ToleratedFailureCountPath)
	m.percents = p.number(toleratedPercent, "", s.ToleratedFailurePercentage, s.ToleratedFailurePercentagePath)
}

// processor plans the states that run for the items, and gives the first of them.
func (p *planner) processor(s *asl.Map) (start string) {
	field := diag.Pointer("/ItemProcessor")
	if s.ItemProcessor == nil {
		field = "/Iterator"
	}
	b := &s.Processor().Branch
	p.states(b, p.at+field)
	return b.StartAt
}

func (s *mapState) enter(x *step, t *thread, n *node) { s.again(x, t, n) }

// again starts the iterations, all of them anew when the Map is tried again.
func (s *mapState) again(x *step, t *thread, n *node) {
	items, f := s.list(x, t)
	var limit float64
	if f == nil {
		limit, f = s.concurrency.eval(x, t, s.flow)
	}
	if f != nil {
		x.throwMap(t, n, f)
		return
	}
	t.Prev = x.emitBare(t.Prev, history.MapStateStarted, len(items))
	for _, tolerated := range []*number{&s.count, &s.percents} {
		if _, f := tolerated.eval(x, t, s.flow); f != nil {
			x.throwMap(t, n, f)
			return
		}
	}
	t.Decided = t.Prev
	t.Items, t.Results, t.Left, t.Next, t.Children = items, make([]value.Value, len(items)), len(items), 0, nil
	if len(items) == 0 {
		x.mapDone(t, n, s.flow, value.Array())
		return
	}
	side := maxInline
	if limit > 0 {
		side = min(side, int(limit))
	}
	s.start(x, t, n, min(side, len(items)), t.Prev)
}

// start starts the next iterations, which follow from an event. Their first states are entered later, one after the
// other.
func (s *mapState) start(x *step, t *thread, n *node, count int, after int64) {
	for range count {
		if x.s.Status != Running {
			return
		}
		it := &t.Items[t.Next]
		in, f := s.itemInput(x, t, *it)
		if f == nil && in.Size() > maxPayload {
			f = tooLarge(n.name)
		}
		if f != nil {
			x.failMap(t, n, f)
			return
		}
		child := x.spawn(t.ID, it.Index, s.startAt, in)
		child.Item = it
		child.Prev = x.emitIteration(after, history.MapIterationStarted, n.name, it.Index)
		t.Children = append(t.Children, child.ID)
		t.Next++
	}
}

// iterated takes the output of an iteration; the next item's turn has come, or the Map is done. What follows does so
// from the last event of that iteration.
func (s *mapState) iterated(x *step, t *thread, n *node, child *thread, output value.Value) {
	t.Results[child.Index] = output
	t.Children = slices.DeleteFunc(t.Children, func(id int) bool { return id == child.ID })
	t.Left--
	done := x.emitIteration(child.Prev, history.MapIterationSucceeded, n.name, child.Index)
	if t.Left == 0 {
		t.Prev = done
		x.mapDone(t, n, s.flow, value.Array(t.Results...))
		return
	}
	if t.Next < len(t.Items) {
		t.Prev, t.Decided = child.Prev, child.Prev
		s.start(x, t, n, 1, child.Prev)
	}
}

// mapDone ends a Map with its result. Both of its events follow from the last one before (recorded).
func (x *step) mapDone(t *thread, n *node, fl flow, result value.Value) {
	x.emitBare(t.Prev, history.MapStateSucceeded, 0)
	t.Decided = t.Prev
	x.conclude(t, n, fl, result, n.next)
}

// failMap fails a Map of which some iterations may be running.
func (x *step) failMap(t *thread, n *node, f *fault) {
	if f.location != "" {
		t.Prev = x.emit(t.Decided, evaluationFailed(n, f))
		f.location = ""
	}
	if !f.fatal {
		x.abortBranches(t, t.Prev, 0)
	}
	x.throwMap(t, n, f)
}

// throwMap raises a fault of a Map itself: before a catcher or the scope around takes it, the Map has failed
// (recorded: map/base-scenarios-map-state-items-eval-jsonata-fail-null).
func (x *step) throwMap(t *thread, n *node, f *fault) {
	if f.location != "" {
		t.Prev = x.emit(t.Decided, evaluationFailed(n, f))
	}
	if !f.fatal {
		if x.retry(t, n, f, false) {
			return
		}
		x.follow(t, history.Event{Type: history.MapStateFailed})
		if x.s.Status != Running || x.catch(t, n, f, false) {
			return
		}
	}
	x.unwind(t, f)
}

// list gives the items.
func (s *mapState) list(x *step, t *thread) ([]item, *fault) {
	v, f := s.flow.input(x, t)
	if f != nil {
		return nil, f
	}
	switch {
	case s.items != nil:
		if v, f = x.query(t, s.items, states{}); f == nil && !x.iterable(v) {
			f = queryFault(t, s.items.Unexpected("array", v))
		}
	case s.path != nil:
		if v, f = s.itemsAt(x, t, v); f != nil {
			return nil, f
		}
		fallthrough
	default:
		if !x.iterable(v) {
			f = s.notItems(t, v)
		}
	}
	if f != nil {
		return nil, f
	}
	return listOf(v), nil
}

// itemsAt is what ItemsPath names in the Map's input.
func (s *mapState) itemsAt(x *step, t *thread, in value.Value) (value.Value, *fault) {
	if s.path.Root() == jsonpath.InputRoot {
		if err := s.path.Conflict(in); err != nil {
			return in, t.pathFault(err)
		}
	}
	v, err := s.path.Eval(x.paths(t, in))
	return v, t.pathFault(err)
}

// iterable tells whether a Map takes v for its items.
func (x *step) iterable(v value.Value) bool {
	return v.IsArray() || v.IsObject() && x.plan.has(objectsSince)
}

// listOf are the elements of an array, or the members of an object.
func listOf(v value.Value) []item {
	items := make([]item, 0, v.Len())
	for i, e := range v.Elements() {
		items = append(items, item{Index: i, Value: e})
	}
	if v.IsObject() {
		for name, m := range v.Members() {
			items = append(items, item{Index: len(items), Key: value.String(name), Value: m})
		}
	}
	return items
}

// notItems is the fault of a Map whose input is nothing to iterate over.
func (s *mapState) notItems(t *thread, v value.Value) *fault {
	if _, ok := s.flow.(*queryFlow); ok {
		return t.evaluation("Items", "Map state input must be an array but was: "+v.String())
	}
	path := "$"
	if s.path != nil {
		path = s.path.String()
	}
	f := newFault(errRuntime, "Reference path \""+path+"\" must point to array.")
	f.fatal = true
	return f
}

// input is what an iteration begins with when nothing is selected.
func (i item) input() value.Value {
	if i.Key.Exists() {
		return value.Object(value.M("Key", i.Key), value.M("Value", i.Value))
	}
	return i.Value
}

// itemInput is what an iteration begins with.
func (s *mapState) itemInput(x *step, t *thread, it item) (value.Value, *fault) {
	if s.query == nil && s.selector == nil {
		return it.input(), nil
	}
	before := t.context
	t.context = x.contextWith(t, &it, value.Value{})
	defer func() { t.context = before }()
	if s.query != nil {
		return x.query(t, s.query, states{})
	}
	in, f := s.flow.(*pathFlow).filtered(x, t)
	if f != nil {
		return in, f
	}
	return s.selector.eval(x, t, in)
}

// context is the member Map of the context object.
func (i item) context(b *value.Batch) value.Value {
	item := b.Items(len(itemNames))
	item[0], item[1], item[2] = value.Int(i.Index), i.Key, i.Value
	if i.Source != "" {
		item[3] = value.String(i.Source)
	}
	all := b.Items(len(mapNames))
	all[0] = b.Object(itemNames, item)
	return b.Object(mapNames, all)
}

// item is the item of the iteration around a thread; nil when there is none.
func (x *step) item(t *thread) *item {
	for ; t != nil; t = x.s.Threads[t.Parent] {
		if t.Item != nil {
			return t.Item
		}
	}
	return nil
}

var _ retrying = (*mapState)(nil)
