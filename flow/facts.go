package flow

import (
	"slices"

	"github.com/stepwright/stepwright/flow/internal/shape"
)

// A fact says that a place is there and not null. Facts hold on an edge: a Choice that asked for a value with Exists
// knows in its arm that it is there. A list of facts is never written to once made.
type (
	facts []fact
	fact  struct {
		root *root
		path []shape.Seg
	}
)

func (k facts) with(more facts) facts {
	if len(more) == 0 {
		return k
	}
	return append(k[:len(k):len(k)], more...)
}

// without are the facts about other values than r and what is made of it.
func (k facts) without(r *root) facts {
	var out facts
	for _, x := range k {
		if x.root != r && !slices.Contains(x.root.vars, r) {
			out = append(out, x)
		}
	}
	return out
}

// both are the facts that k and l share.
func (k facts) both(l facts) facts {
	var out facts
	for _, x := range k {
		if l.holds(x.root, x.path) {
			out = append(out, x)
		}
	}
	return out
}

// holds tells whether the place is known to be there: what leads to something that is there, is there.
func (k facts) holds(r *root, path []shape.Seg) bool {
next:
	for _, x := range k {
		if x.root != r || len(x.path) < len(path) {
			continue
		}
		for i, s := range path {
			if !x.path[i].Same(s) {
				continue next
			}
		}
		return true
	}
	return false
}

// opt tells in which ways a place may fail to be there, given what is known.
func (k facts) opt(r *root, path []shape.Seg) shape.Opt {
	var o shape.Opt
	if r.opt != 0 && !k.holds(r, nil) {
		o = r.opt
		if len(path) > 0 {
			o = o&^shape.Null | shape.Absent
		}
	}
	for i, s := range path {
		if s.Opt == 0 || k.holds(r, path[:i+1]) {
			continue
		}
		o |= s.Opt
		if i < len(path)-1 { // a member of what is null is undefined
			o = o&^shape.Null | shape.Absent
		}
	}
	return o
}
