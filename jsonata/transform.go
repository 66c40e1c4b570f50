package jsonata

import "math"

func (c *compiler) transform(n *Node) node {
	pattern, update, end := c.compile(n.Left), c.compile(n.Right), n.End
	var remove node
	removeEnd := 0
	if n.Else != nil {
		remove, removeEnd = c.compile(n.Else), n.Else.End
	}
	clone := c.variable("clone")
	t := transformPlan{pattern: pattern, update: update, remove: remove, clone: clone, at: end, updateAt: n.Right.End, removeAt: removeEnd}
	return func(_ *evaluation, in val, f *frame) (val, *Error) {
		return functionVal(&function{name: "|", arity: 1, signature: t.signature(), native: func(c *call, args []val) (val, *Error) {
			return t.run(c.ev, args[0], in, f)
		}}), nil
	}
}

// A transformPlan is a compiled |…|…,…|.
type transformPlan struct {
	pattern, update, remove, clone node
	at, updateAt, removeAt         int
}

func (*transformPlan) signature() *Signature {
	s, _ := parseSignature("<(oa):o>")
	return s
}

func (t *transformPlan) run(ev *evaluation, x, in val, f *frame) (val, *Error) {
	if !x.exists() {
		return val{}, nil
	}
	fn, err := t.clone(ev, in, f)
	if err != nil {
		return val{}, err
	}
	if fn.kind != callable {
		return val{}, &Error{Code: "T2013", Offset: t.at}
	}
	x, err = ev.apply(fn, append(ev.args(1), x), nullVal, f, site{})
	if err != nil {
		return val{}, err
	}
	matches, err := t.pattern(ev, x, f)
	if err != nil || !matches.exists() {
		return x, err
	}
	all := seqOf(matches)
	if err := ev.step(all.len()); err != nil {
		return val{}, err
	}
	for i := range all.len() {
		if err := t.change(ev, all.at(i), f); err != nil {
			return val{}, err
		}
	}
	return x, nil
}

// change updates one match.
func (t *transformPlan) change(ev *evaluation, match val, f *frame) *Error {
	update, err := t.update(ev, match, f)
	if err != nil {
		return err
	}
	o := match.object()
	if update.exists() {
		if update.kind != record {
			e := failWith("T2011", update)
			e.Offset = t.updateAt
			return e
		}
		var failed *Error
		if o != nil {
			update.members(func(name string, v val) bool {
				if failed = t.acyclic(ev, o, v); failed == nil {
					o.set(name, v)
				}
				return failed == nil
			})
		}
		if failed != nil {
			return failed
		}
	}
	if t.remove == nil {
		return nil
	}
	names, err := t.remove(ev, match, f)
	if err != nil || !names.exists() {
		return err
	}
	all := seqOf(names)
	for i := range all.len() {
		if all.at(i).kind != text {
			e := failWith("T2012", names)
			e.Offset = t.removeAt
			return e
		}
	}
	if o != nil {
		for i := range all.len() {
			o.remove(all.at(i).str())
		}
	}
	return nil
}

// acyclic makes sure that o is not in what is about to be put into it.
func (t *transformPlan) acyclic(ev *evaluation, o *object, v val) *Error {
	if v.ref == nil || v.kind == callable {
		return nil
	}
	if v.object() == o {
		return &Error{Code: Cycle, Offset: t.updateAt}
	}
	if err := ev.enter(); err != nil {
		return err
	}
	defer ev.leave()
	if err := ev.step(1 + v.len()); err != nil {
		return err
	}
	if a := v.array(); a != nil {
		for _, x := range a.items {
			if err := t.acyclic(ev, o, x); err != nil {
				return err
			}
		}
		return nil
	}
	for _, x := range v.object().vals {
		if err := t.acyclic(ev, o, x); err != nil {
			return err
		}
	}
	return nil
}

// copyOf is a copy of a value that a transform may change.
func (ev *evaluation) copyOf(x val) (val, *Error) {
	switch x.kind {
	case callable:
		return textVal(""), nil
	case number:
		return ev.copyOfNumber(x)
	case undefined, nothing, null, boolean, text:
		return x, nil
	case list, record:
	}
	if err := ev.enter(); err != nil {
		return val{}, err
	}
	defer ev.leave()
	n := x.len()
	if err := ev.step(1 + n); err != nil {
		return val{}, err
	}
	if err := ev.charge(2 * valBytes * (1 + n)); err != nil {
		return val{}, err
	}
	if x.kind == list {
		if a := x.array(); a != nil && a.outer {
			return ev.copyOf(a.items[0])
		}
		out := ev.sized(n)
		for i := range n {
			v, err := ev.copyOf(x.at(i))
			if err != nil {
				return val{}, err
			}
			if !v.exists() {
				v = nullVal
			}
			out.items[i] = v
		}
		return listVal(out), nil
	}
	out := ev.objects.one()
	out.names, out.vals = ev.names.some(n)[:0], ev.vals.some(n)[:0]
	var failed *Error
	x.members(func(name string, v val) bool {
		if v, failed = ev.copyOf(v); failed == nil && v.exists() {
			out.set(name, v)
		}
		return failed == nil
	})
	return recordVal(out), failed
}

// copyOfNumber rounds a number to 15 digits, since the reference copies through JSON text. Whole numbers beyond 2^53 that
// were not computed keep all their digits, in Step Functions all whole numbers do.
func (ev *evaluation) copyOfNumber(x val) (val, *Error) {
	f, ok, err := numeric(x)
	if err != nil || !ok {
		return nullVal, err
	}
	if f == math.Trunc(f) && (math.Abs(f) < 1e15 || math.Abs(f) >= 1<<53 && x.json.Exists() || ev.expr.exact) {
		return x, nil
	}
	return numberVal(precise15(f)), nil
}
