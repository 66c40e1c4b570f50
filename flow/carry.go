package flow

import (
	"slices"
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/flow/internal/shape"
)

// An execution of a Batch's item sees nothing of the outer one. What its states read from outside is carried: by the
// ItemSelector, so that the execution's input is {"item": …, and what is carried}, or by the BatchInput of batches.

// A carried is a place outside of a Batch that something inside of it reads.
type carried struct {
	root *root
	path []shape.Seg
	node *node  // the place, as the Batch itself sees it
	name string // the member of the input that has it
}

// carrier is the Batch that has to carry r to where s stands: the innermost one around s that r lies outside of. It is
// nil when s sees r itself.
func (s *step) carrier(r *root) *step {
	if s == nil || r.kind != varRoot && r.kind != fixedRoot || !r.sc.holds(s.sc) {
		return nil
	}
	for sc := s.sc; sc != r.sc; sc = sc.parent {
		if e := sc.owner.each; e != nil && e.distributed {
			if r.kind == fixedRoot && strings.HasPrefix(r.fixed, stateText) {
				return nil // it is about the state that it is used in
			}
			return sc.owner
		}
	}
	return nil
}

const stateText = "$states.context.State."

// carry notes that a Batch carries what n refers to. It gives nil when that was noted before.
func (s *step) carry(n *node) *node {
	e := s.each
	for _, c := range e.carried {
		if c.root == n.root && samePath(c.path, n.path) {
			return nil
		}
	}
	c := &carried{root: n.root, path: n.path}
	c.node = &node{kind: refNode, prec: tight, root: n.root, path: n.path, opt: s.facts.opt(n.root, n.path), list: n.root.list && len(n.path) == 0}
	e.carried = append(e.carried, c)
	return c.node
}

func samePath(a, b []shape.Seg) bool { return slices.EqualFunc(a, b, shape.Seg.Same) }

// settle decides what each Batch carries, once it is known what is read: a place that is part of another one that is
// carried needs no member of its own.
func (m *machine) settle() {
	for _, s := range m.order {
		e := s.each
		if e == nil || !e.distributed {
			continue
		}
		all := e.carried
		e.carried = nil
		for _, c := range all {
			if !slices.ContainsFunc(all, func(x *carried) bool {
				return x.root == c.root && len(x.path) < len(c.path) && samePath(x.path, c.path[:len(x.path)])
			}) {
				e.carried = append(e.carried, c)
			}
		}
		e.nameCarried()
		for _, c := range e.carried {
			m.weigh(s, c)
		}
		switch {
		case e.batched:
			e.item.fixed = inputText + ".Items"
		case e.selects():
			e.item.fixed = inputText + ".item"
		}
	}
}

// selects tells whether the input of an item's execution is more than the item.
func (e *mapping) selects() bool { return len(e.carried) > 0 || e.index != nil }

// nameCarried gives each carried place the name of its last member, with a number if that is taken.
func (e *mapping) nameCarried() {
	taken := map[string]bool{}
	if !e.batched {
		taken["item"], taken["index"] = true, true
	}
	for _, c := range e.carried {
		base := c.root.title()
		for _, s := range c.path {
			if !s.Elem {
				base = s.Name
			}
		}
		if c.root.kind == fixedRoot && len(c.path) == 0 {
			base = camel(base)
		}
		name := base
		for i := 2; taken[name]; i++ {
			name = base + strconv.Itoa(i)
		}
		taken[name] = true
		c.name = name
	}
}

// carriedAs is how a state inside of a Batch reads a place outside: base and the path from there. ok is false when it
// sees the place itself.
func (s *step) carriedAs(n *node) (base string, path []shape.Seg, ok bool) {
	batch := s.carrier(n.root)
	if batch == nil {
		return "", nil, false
	}
	for _, c := range batch.each.carried {
		if c.root == n.root && len(c.path) <= len(n.path) && samePath(c.path, n.path[:len(c.path)]) {
			base = inputText
			if batch.each.batched {
				base += ".BatchInput"
			}
			return base, join([]shape.Seg{{Name: c.name}}, n.path[len(c.path):]), true
		}
	}
	return "", nil, false
}

// selector is what a Batch hands to each execution besides a plain item; nil when there is nothing.
func (e *mapping) selector() *node {
	o := &node{kind: objectNode, prec: tight, parts: &parts{}}
	if !e.batched {
		o.add("item", itemValue)
		if e.index != nil {
			o.add("index", itemIndex)
		}
	}
	for _, c := range e.carried {
		o.add(c.name, c.node)
	}
	if !e.batched && !e.selects() || len(o.names) == 0 {
		return nil
	}
	return o
}
