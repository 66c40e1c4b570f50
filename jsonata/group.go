package jsonata

import "slices"

// A groupPlan is a compiled {…}: an object constructor, or a group-by.
type groupPlan struct {
	names []string // the keys, where all are literals that differ and need no order of their own
	pairs []pairPlan
	at    int
	scope *scope // of tuples; nil without
}

type pairPlan struct {
	name  string // of a key that is a literal: key is nil
	key   node
	value node
}

// literalNames are the keys of pairs, where all are literals that differ and need no order of their own; nil otherwise.
func literalNames(pairs []pairPlan) []string {
	seen := object{}
	for _, p := range pairs {
		if p.key != nil || seen.find(p.name) >= 0 || hasSurrogate(p.name) {
			return nil
		}
		seen.set(p.name, val{})
	}
	if recordVal(&seen).numbered() != nil || len(pairs) == 0 {
		return nil
	}
	return slices.Clip(seen.names)
}

// A groupOf is what came together under one key.
type groupOf struct {
	pair int
	data val
	own  *array // data, once it is a list that only the group knows
}

// groupBytes is what a group takes, with its member and the place of its name.
const groupBytes = 6 * valBytes

func (g *groupPlan) run(ev *evaluation, in val, f *frame) (val, *Error) {
	a := in.array()
	if a != nil && a.tuples != nil {
		return g.tuples(ev, a, f)
	}
	items := seqOf(in)
	n := items.len()
	if !items.one && n == 0 {
		items, n = seq{one: true}, 1
	}
	if n == 1 {
		return g.single(ev, items.at(0), f)
	}
	groups := ev.objects.one()
	var all []groupOf
	if err := ev.step(n * len(g.pairs)); err != nil {
		return val{}, err
	}
	for i := range n {
		item := items.at(i)
		for k := range g.pairs {
			name, ok, err := g.key(ev, k, item, f)
			if err != nil {
				return val{}, err
			}
			if !ok {
				continue
			}
			at := groups.find(name)
			if at < 0 {
				if err := ev.charge(groupBytes + len(name)); err != nil {
					return val{}, err
				}
				groups.set(name, val{})
				all = append(all, groupOf{pair: k, data: item})
				continue
			}
			if all[at].pair != k {
				return val{}, g.twice(name)
			}
			if err := all[at].add(ev, item); err != nil {
				return val{}, err
			}
		}
	}
	for i := range all {
		v, err := g.pairs[all[i].pair].value(ev, all[i].data, f)
		if err != nil {
			return val{}, err
		}
		groups.vals[i] = v
	}
	return recordVal(groups.present()), nil
}

// single is run for one item, as an object constructor has it.
func (g *groupPlan) single(ev *evaluation, item val, f *frame) (val, *Error) {
	out := ev.objects.one()
	out.vals = ev.vals.some(len(g.pairs))
	if err := ev.charge(len(g.pairs) * 2 * valBytes); err != nil {
		return val{}, err
	}
	if g.names != nil {
		return g.literal(ev, item, f, out)
	}
	out.vals, out.names = out.vals[:0], ev.names.some(len(g.pairs))[:0]
	var pairs []int
	for k := range g.pairs {
		name, ok, err := g.key(ev, k, item, f)
		if err != nil {
			return val{}, err
		}
		if !ok {
			continue
		}
		if out.find(name) >= 0 {
			return val{}, g.twice(name)
		}
		out.set(name, val{})
		if len(out.names) != k+1 && pairs == nil {
			pairs = make([]int, len(out.names)-1, len(g.pairs))
			for i := range pairs {
				pairs[i] = i
			}
		}
		if pairs != nil {
			pairs = append(pairs, k)
		}
	}
	missing := false
	for i := range out.names {
		k := i
		if pairs != nil {
			k = pairs[i]
		}
		v, err := g.pairs[k].value(ev, item, f)
		if err != nil {
			return val{}, err
		}
		out.vals[i] = v
		missing = missing || !v.exists()
	}
	if missing {
		out = out.present()
	}
	return recordVal(out), nil
}

// literal is single where the keys are known: all its objects share their names.
func (g *groupPlan) literal(ev *evaluation, item val, f *frame, out *object) (val, *Error) {
	missing := false
	for i := range g.pairs {
		v, err := g.pairs[i].value(ev, item, f)
		if err != nil {
			return val{}, err
		}
		out.vals[i] = v
		missing = missing || !v.exists()
	}
	out.names, out.plain, out.shared = g.names, true, true
	if missing {
		out = out.present()
	}
	return recordVal(out), nil
}

// present is the object without the members that are undefined.
func (o *object) present() *object {
	n := 0
	for _, v := range o.vals {
		if v.exists() {
			n++
		}
	}
	if n == len(o.names) {
		return o
	}
	names := make([]string, 0, n) // others may share the names
	for i, v := range o.vals {
		if v.exists() {
			o.vals[len(names)] = v
			names = append(names, o.names[i])
		}
	}
	o.names, o.vals, o.shared = names, o.vals[:n], false
	if o.index != nil {
		o.reindex()
	}
	return o
}

func (g *groupPlan) key(ev *evaluation, k int, item val, f *frame) (string, bool, *Error) {
	p := &g.pairs[k]
	if p.key == nil {
		return p.name, true, nil
	}
	x, err := p.key(ev, item, f)
	switch {
	case err != nil:
		return "", false, err
	case x.kind == undefined:
		return "", false, nil
	case x.kind != text:
		e := failWith("T1003", x)
		e.Offset = g.at
		return "", false, e
	}
	return x.str(), true, nil
}

func (g *groupPlan) twice(name string) *Error {
	e := failWith("D1009", textVal(name))
	e.Offset = g.at
	return e
}

// add takes one more item into the group.
func (g *groupOf) add(ev *evaluation, item val) *Error {
	switch {
	case !g.data.exists():
		g.data = item
		return nil
	case !item.exists():
		return nil
	case g.own == nil:
		g.own = ev.arrays.one()
		if err := ev.add(g.own, g.data); err != nil {
			return err
		}
		g.data = listVal(g.own)
	}
	return ev.add(g.own, item)
}

// tuples groups a tuple stream: the variables of its steps are those of all the tuples of a group.
func (g *groupPlan) tuples(ev *evaluation, in *array, f *frame) (val, *Error) {
	groups := &object{}
	type member struct {
		pair   int
		tuples []*tuple
	}
	var all []*member
	if err := ev.step(len(in.tuples) * len(g.pairs)); err != nil {
		return val{}, err
	}
	for _, t := range in.tuples {
		at, inner := t.context(in.stream, g.scope, f)
		for k := range g.pairs {
			name, ok, err := g.key(ev, k, at, inner)
			if err != nil {
				return val{}, err
			}
			if !ok {
				continue
			}
			i := groups.find(name)
			if i < 0 {
				if err := ev.charge(groupBytes + len(name)); err != nil {
					return val{}, err
				}
				groups.set(name, val{})
				all = append(all, &member{k, []*tuple{t}})
				continue
			}
			if all[i].pair != k {
				return val{}, g.twice(name)
			}
			all[i].tuples = append(all[i].tuples, t)
		}
	}
	if len(in.tuples) == 0 {
		return g.nothing(ev, f)
	}
	for i, m := range all {
		at, inner, err := g.together(ev, m.tuples, in.stream, f)
		if err != nil {
			return val{}, err
		}
		if groups.vals[i], err = g.pairs[m.pair].value(ev, at, inner); err != nil {
			return val{}, err
		}
	}
	return recordVal(groups.present()), nil
}

// nothing is the group-by of an empty stream.
func (g *groupPlan) nothing(ev *evaluation, f *frame) (val, *Error) {
	return g.single(ev, val{}, &frame{parent: f, scope: g.scope, vals: make([]val, len(g.scope.names))})
}

// together is the context of a group's value.
func (g *groupPlan) together(ev *evaluation, all []*tuple, stream bool, f *frame) (val, *frame, *Error) {
	if !stream {
		out := val{}
		var err *Error
		for _, t := range all {
			if out, err = ev.append(out, t.record()); err != nil {
				return val{}, nil, err
			}
		}
		return out, &frame{parent: f, scope: g.scope, vals: make([]val, len(g.scope.names))}, nil
	}
	first := all[0]
	if len(all) == 1 {
		at := first.at
		if first.gone { // the reference takes the context away from the only tuple of a group
			at = val{}
		}
		first.gone = true
		return at, first.frame(f), nil
	}
	sum := first.with(val{})
	var at groupOf
	vars := make([]groupOf, len(sum.vals))
	for _, t := range all {
		if !t.gone {
			if err := at.add(ev, t.at); err != nil {
				return val{}, nil, err
			}
		}
		for i, v := range t.vals {
			if !v.isBound() {
				continue
			}
			if err := vars[i].add(ev, v.held()); err != nil {
				return val{}, nil, err
			}
			sum.bind(i, vars[i].data)
		}
	}
	return at.data, sum.frame(f), nil
}
