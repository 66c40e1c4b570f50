package jsonata

import "slices"

// A scope is the set of names that one kind of frame binds: a block's, a lambda's, those of a tuple stream.
type scope struct {
	parent *scope
	names  []string
	binds  bool // an expression binds in it: tuples must not share its frames
}

func (s *scope) slot(name string) int { return slices.Index(s.names, name) }

func (s *scope) add(name string) int {
	if i := s.slot(name); i >= 0 {
		return i
	}
	s.names = append(s.names, name)
	return len(s.names) - 1
}

// A frame holds the values of a scope's names. A name that was not bound yet is looked for further out.
type frame struct {
	parent *frame
	scope  *scope
	vals   []val
}

func (f *frame) bind(slot int, v val) { f.vals[slot] = bound(v) }

// A place is where a name may be bound: up frames further out, in a slot.
type place struct{ up, slot int }

// places are where a name may be bound, from the inside out.
func (s *scope) places(name string) []place {
	var out []place
	for up := 0; s != nil; up, s = up+1, s.parent {
		if i := s.slot(name); i >= 0 {
			out = append(out, place{up, i})
		}
	}
	return out
}

// lookup gives what is bound at the first of the places where anything is.
func (f *frame) lookup(all []place) (val, bool) {
	at := 0
	for _, p := range all {
		for ; at < p.up; at++ {
			f = f.parent
		}
		if v := f.vals[p.slot]; v.isBound() {
			return v.held(), true
		}
	}
	return val{}, false
}

// A tuple is one item of a tuple stream: a context, and what @, # and % remember of the way to it.
type tuple struct {
	at    val
	gone  bool // the context was used up by a group
	scope *scope
	vals  []val
}

// with is a copy of t, in which names can be bound.
func (t *tuple) with(at val) *tuple {
	u := &tuple{at: at, scope: t.scope, vals: make([]val, len(t.scope.names))}
	copy(u.vals, t.vals)
	return u
}

func (t *tuple) bind(slot int, v val) { t.vals[slot] = bound(v) }

// frame is a frame with what the tuple remembers.
func (t *tuple) frame(parent *frame) *frame {
	vals := t.vals
	if vals == nil || t.scope.binds {
		vals = make([]val, len(t.scope.names))
		copy(vals, t.vals)
	}
	return &frame{parent: parent, scope: t.scope, vals: vals}
}

// merge takes over what a tuple of an inner stream remembers.
func (t *tuple) merge(in *tuple) {
	t.at = in.at
	for i, v := range in.vals {
		if slot := t.scope.slot(in.scope.names[i]); v.isBound() && slot >= 0 {
			t.vals[slot] = v
		}
	}
}

// record is the tuple as the object that the reference makes of it, for what takes it for one.
func (t *tuple) record() val {
	o := &object{}
	if !t.gone {
		o.set("@", t.at)
	}
	for i, v := range t.vals {
		if v.isBound() {
			o.set(t.scope.names[i], v.held())
		}
	}
	return recordVal(o)
}
