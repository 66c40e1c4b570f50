package jsonata

import (
	"math"
	"strings"
	"unicode/utf16"

	"github.com/stepwright/stepwright/value"
)

// A node is a compiled part of an expression: it works out its value for a context.
type node func(ev *evaluation, in val, f *frame) (val, *Error)

// A pathPlan is a compiled path.
type pathPlan struct {
	steps    []pathStep
	absolute bool // the first step is a variable: an array as the context is one item
	keep     bool
	whole    bool // a constructed array as the only result is kept as the only item of a list
	inner    bool // a step of a path with tuples: what it remembers is handed on
	scope    *scope
	group    *groupPlan
}

// A pathStep is a compiled step.
type pathStep struct {
	name   string // a step that only selects members: eval is nil
	keep   bool   // of several records it gives a list, also of one member
	eval   node
	stages []stage
	sort   *sortPlan
	cons   bool
	tuple  bool
	// Slots of the tuples, or -1.
	focus, index, ancestor int
}

// A stage is a compiled filter, or the numbering of what came through one.
type stage struct {
	by    node // nil for a literal index or a numbering
	at    int  // the literal index
	index int  // the slot of a numbering, or -1
}

// A seq is what goes from step to step: a list, one item, or nothing. An item may be undefined.
type seq struct {
	v     val
	one   bool // v is the only item, be it a list
	fresh bool // v is a list that was poured out: a sequence, whatever its flags say
}

// seqOf is a value as the input of a filter.
func seqOf(v val) seq { return seq{v: v, one: v.kind != list} }

func (s seq) len() int {
	if s.one {
		return 1
	}
	return s.v.len()
}

func (s seq) at(i int) val {
	if s.one {
		return s.v
	}
	return s.v.at(i)
}

// list is s as a list that a step can look at.
func (s seq) list(ev *evaluation) val {
	switch {
	case s.one:
		return listVal(ev.single(s.v))
	case s.v.kind != list:
		return listVal(&array{sequence: true})
	case s.fresh && !s.v.isSequence():
		return listVal(s.v.toArray())
	}
	return s.v
}

// toArray is a sequence of the items of a list.
func (x val) toArray() *array {
	if a := x.array(); a != nil {
		return &array{items: a.items, tuples: a.tuples, span: a.span, first: a.first, sequence: true}
	}
	out := &array{items: make([]val, x.len()), sequence: true}
	for i := range out.items {
		out.items[i] = x.at(i)
	}
	return out
}

// result is what the sequence stands for as a value.
func (s seq) result(keep bool) val {
	switch {
	case s.one && !keep:
		return s.v
	case s.one:
		return listVal(&array{items: []val{s.v}, sequence: true, keep: true})
	case !s.fresh:
		return s.v
	}
	switch n := s.v.len(); {
	case n == 0:
		return val{}
	case n == 1 && !keep:
		return s.v.at(0)
	}
	if a := s.v.array(); a != nil && a.sequence && a.keep == keep && !a.outer {
		return s.v
	}
	a := s.v.toArray()
	a.keep = keep
	return listVal(a)
}

// A gather collects the results of a step.
type gather struct {
	ev    *evaluation
	count int
	first seq
	out   *array
}

func (g *gather) add(s seq) *Error {
	g.count++
	switch g.count {
	case 1:
		g.first = s
		return nil
	case 2:
		g.out = g.ev.sequence()
		if err := g.pour(g.first); err != nil {
			return err
		}
	}
	return g.pour(s)
}

func (g *gather) pour(s seq) *Error {
	if s.one || s.v.isCons() {
		return g.ev.push(g.out, s.v)
	}
	if s.v.kind != list {
		return nil
	}
	return g.ev.pour(g.out, s.v)
}

// sequence is what all the results are together. Of the last step, an array that is the only one stays as it is.
func (g *gather) sequence(last bool) seq {
	switch {
	case g.count == 0:
		return seq{fresh: true}
	case g.count > 1:
		return seq{v: listVal(g.out), fresh: true}
	case g.first.one:
		return g.first
	case last && !g.first.fresh && !g.first.v.isSequence():
		return seq{v: g.first.v}
	case g.first.v.isCons():
		return seq{v: g.first.v, one: true}
	}
	return seq{v: g.first.v, fresh: true}
}

func (p *pathPlan) run(ev *evaluation, in val, f *frame) (val, *Error) {
	cur := seq{v: in, one: in.kind != list || p.absolute}
	if a := in.array(); a != nil && a.outer && !cur.one {
		cur = seq{v: a.items[0], one: true}
	}
	var tuples *array
	var err *Error
	tupled := false
	for i := range p.steps {
		st := &p.steps[i]
		tupled = tupled || st.tuple
		last := i == len(p.steps)-1
		switch {
		case i == 0 && st.cons:
			whole := cur.list(ev)
			if in.kind == list && !p.absolute {
				whole = in
			}
			var v val
			if v, err = st.eval(ev, whole, f); err == nil && st.focus < 0 {
				cur = constructed(v, last) // one that is bound is not what the next step begins with
			}
		case tupled:
			tuples, err = st.tuples(ev, p.scope, cur, tuples, f)
		case st.sort != nil:
			cur, err = st.sorted(ev, cur, f)
		default:
			cur, err = st.apply(ev, cur, f, last)
		}
		if err != nil {
			return val{}, err
		}
		if !tupled && cur.len() == 0 {
			break
		}
	}
	if tupled {
		return p.untuple(ev, tuples, f)
	}
	if p.group != nil {
		return p.group.run(ev, cur.list(ev), f)
	}
	if p.whole && cur.v.isCons() && !cur.v.isSequence() {
		cur.one = true
	}
	return cur.result(p.keep), nil
}

// constructed is what a constructor as the first step gives. With a filter or a group it may be no list: the next step
// finds nothing in it, or, as in the reference, the characters of a text.
func constructed(v val, last bool) seq {
	switch {
	case v.kind == list:
		return seq{v: v}
	case last && v.exists():
		return seq{v: v, one: true}
	case v.kind != text:
		return seq{fresh: true}
	}
	out := &array{sequence: true}
	for _, unit := range splitUnits(v.str()) {
		out.items = append(out.items, textVal(unit))
	}
	return seq{v: listVal(out), fresh: true}
}

// splitUnits is a text as its UTF-16 units, one by one.
func splitUnits(s string) []string {
	var out []string
	for s != "" {
		r, size := nextRune(s)
		if high, low := utf16.EncodeRune(r); r > 0xffff {
			var b strings.Builder
			writeUnit(&b, uint16(high))
			n := b.Len()
			writeUnit(&b, uint16(low))
			out = append(out, b.String()[:n], b.String()[n:])
		} else {
			out = append(out, s[:size])
		}
		s = s[size:]
	}
	return out
}

// untuple ends a path with tuples.
func (p *pathPlan) untuple(ev *evaluation, tuples *array, f *frame) (val, *Error) {
	if tuples == nil {
		tuples = &array{sequence: true}
	}
	if p.group != nil {
		return p.group.run(ev, listVal(tuples), f)
	}
	if p.inner {
		return listVal(tuples), nil
	}
	out := ev.sequence()
	out.keep = p.keep
	for _, t := range tuples.tuples {
		if err := ev.push(out, t.at); err != nil {
			return val{}, err
		}
	}
	return collapse(listVal(out), p.keep), nil
}

// collapse gives what a sequence stands for: nothing, its only item, or itself.
func collapse(x val, keep bool) val {
	a := x.array()
	if a == nil || !a.sequence || a.stream {
		return x
	}
	if keep {
		a.keep = true
	}
	switch a.len() {
	case 0:
		return val{}
	case 1:
		if !a.keep {
			return a.at(0)
		}
	}
	return x
}

// apply takes a step from every item.
func (st *pathStep) apply(ev *evaluation, cur seq, f *frame, last bool) (seq, *Error) {
	n := cur.len()
	if err := ev.step(n); err != nil {
		return seq{}, err
	}
	if st.eval == nil && len(st.stages) == 0 && !cur.one && n > 1 && cur.v.ref == nil {
		if out, ok, err := ev.membersOf(cur.v.json.Elements(), st.name); ok || err != nil {
			return out, err
		}
	}
	g := gather{ev: ev}
	for i := range n {
		item := cur.at(i)
		var res val
		var err *Error
		if st.eval == nil {
			res, err = st.member(ev, item)
		} else {
			res, err = st.eval(ev, item, f)
		}
		if err != nil {
			return seq{}, err
		}
		if len(st.stages) == 0 {
			if res.exists() {
				err = g.add(seqOf(res))
			}
		} else {
			s := seqOf(res)
			for k := range st.stages {
				if s, err = st.stages[k].filter(ev, s, f); err != nil {
					return seq{}, err
				}
			}
			err = g.add(s)
		}
		if err != nil {
			return seq{}, err
		}
	}
	return g.sequence(last), nil
}

// membersOf is a name as a step from objects that came in, of which none has an array as the member; ok is false when
// there is anything else.
func (ev *evaluation) membersOf(all []value.Value, name string) (out seq, ok bool, err *Error) {
	if err := ev.charge(valBytes * len(all)); err != nil {
		return seq{}, false, err
	}
	items := ev.vals.some(len(all))
	n := 0
	for _, x := range all {
		m := x.Get(name)
		switch {
		case m.IsArray() || x.IsArray():
			return seq{}, false, nil
		case m.Exists():
			items[n] = of(m)
			n++
		}
	}
	switch n {
	case 0:
		return seq{fresh: true}, true, nil
	case 1:
		return seq{v: items[0], one: true}, true, nil
	}
	a := ev.sequence()
	a.items = items[:n]
	return seq{v: listVal(a), fresh: true}, true, nil
}

// member is a name as a step: the member of a record, or of the records of a list.
func (st *pathStep) member(ev *evaluation, item val) (val, *Error) {
	if item.kind == record {
		return item.get(st.name), nil
	}
	if item.kind != list {
		return val{}, nil
	}
	v, err := ev.lookup(item, st.name)
	return collapse(v, st.keep), err
}

// filter gives the items that a predicate lets through.
func (s *stage) filter(ev *evaluation, in seq, f *frame) (seq, *Error) {
	n := in.len()
	if s.by == nil {
		i := s.at
		if i < 0 {
			i += n
		}
		if i < 0 || i >= n {
			return seq{fresh: true}, nil
		}
		item := in.at(i)
		switch item.kind {
		case undefined:
			return seq{fresh: true}, nil
		case list:
			return seq{v: item}, nil
		default:
			return seq{v: item, one: true}, nil
		}
	}
	if err := ev.step(n); err != nil {
		return seq{}, err
	}
	var only val
	count := 0
	var out *array
	for i := range n {
		item := in.at(i)
		res, err := s.by(ev, item, f)
		if err != nil {
			return seq{}, err
		}
		times, err := ev.chosen(res, i, n)
		if err != nil {
			return seq{}, err
		}
		for range times {
			count++
			switch count {
			case 1:
				only = item
				continue
			case 2:
				out = ev.sequence()
				if err := ev.push(out, only); err != nil {
					return seq{}, err
				}
			}
			if err := ev.push(out, item); err != nil {
				return seq{}, err
			}
		}
	}
	switch count {
	case 0:
		return seq{fresh: true}, nil
	case 1:
		return seq{v: only, one: true}, nil
	}
	return seq{v: listVal(out), fresh: true}, nil
}

// chosen tells how many times a predicate that gave res takes the item i of n.
func (ev *evaluation) chosen(res val, i, n int) (int, *Error) {
	if res.kind == boolean {
		if res.bool() {
			return 1, nil
		}
		return 0, nil
	}
	is := func(x float64) bool {
		x = math.Floor(x)
		if x < 0 {
			x += float64(n)
		}
		return x == float64(i)
	}
	x, ok, err := numeric(res)
	if err != nil {
		return 0, err
	}
	if ok {
		if is(x) {
			return 1, nil
		}
		return 0, nil
	}
	if res.kind == list {
		times, numbers, err := 0, true, ev.step(res.len())
		if err != nil {
			return 0, err
		}
		for k := range res.len() {
			x, ok, err := numeric(res.at(k))
			if err != nil {
				return 0, err
			}
			if !ok {
				numbers = false
				break
			}
			if is(x) {
				times++
			}
		}
		if numbers {
			return times, nil
		}
	}
	yes, err := ev.truth(res)
	if yes {
		return 1, err
	}
	return 0, err
}

// sorted takes an order-by as a step.
func (st *pathStep) sorted(ev *evaluation, cur seq, f *frame) (seq, *Error) {
	v, err := st.sort.run(ev, cur.list(ev), f)
	if err != nil {
		return seq{}, err
	}
	out := seq{v: v, fresh: v.isSequence()}
	for k := range st.stages {
		if out, err = st.stages[k].filter(ev, out, f); err != nil {
			return seq{}, err
		}
	}
	return out, nil
}
