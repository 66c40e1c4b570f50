package flow

import (
	"fmt"
	"slices"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow/internal/shape"
)

// A use is a variable read, or a recipe worked out, by a state.
type use struct {
	step *step
	edge *edge // the way out on which it is read; nil in arguments
	root *root
}

// A reading is a place where expressions are evaluated.
type reading struct {
	step *step
	edge *edge
	upto int
}

type source struct {
	a    *assign
	edge *edge
	i    int // the assignments of the edge that it sees
}

// mark finds the variables that somebody reads, starting from what the states themselves need. A variable that is
// read makes the values it is given needed as well.
func (m *machine) mark() {
	for _, s := range m.order {
		for e := range s.edges {
			if e.to == nil {
				continue // nobody can read what is set on the way out
			}
			for i, a := range e.assigns {
				a.to.sources = append(a.to.sources, source{a, e, i - a.with})
			}
		}
	}
	var queue []*root
	for _, s := range m.order {
		for n := range s.own {
			queue = m.visit(n, reading{step: s}, queue)
		}
		for _, e := range s.rules {
			queue = m.visit(e.cond, reading{step: s}, queue)
		}
		out := reading{step: s}
		if s.exit != nil {
			out.edge, out.upto = s.exit, len(s.exit.assigns)
		}
		queue = m.visit(s.output, out, queue)
	}
	for _, s := range m.order {
		if r := s.result; r != nil && r.always && !r.used {
			r.used, r.whole = true, true
			queue = append(queue, r)
		}
	}
	for _, r := range m.roots {
		if r.name != "" { // assigned by a raw state
			queue = append(queue, r)
		}
	}
	for len(queue) > 0 {
		r := queue[0]
		queue = queue[1:]
		for _, x := range r.sources {
			queue = m.visit(x.a.src, reading{x.edge.from, x.edge, x.i}, queue)
		}
	}
}

// visit notes what n reads at a place, and adds variables found for the first time to queue.
func (m *machine) visit(n *node, at reading, queue []*root) []*root {
	if n == nil {
		return queue
	}
	if n.kind != refNode {
		for _, k := range n.kids {
			queue = m.visit(k, at, queue)
		}
		return queue
	}
	r := n.root
	if batch := at.step.carrier(r); batch != nil {
		if n = batch.carry(n); n != nil {
			queue = m.visit(n, reading{step: batch}, queue)
		}
		return queue
	}
	switch r.kind {
	case calcRoot:
		if len(r.vars) > 0 {
			m.uses = append(m.uses, use{at.step, at.edge, r})
		}
		return m.visit(pick(r.calc, n.path), at, queue)
	case varRoot:
		if r.inputAt(at.step) != nil {
			return queue
		}
	default:
		return queue
	}
	if at.edge != nil {
		for i := at.upto - 1; i >= 0; i-- {
			if a := at.edge.assigns[i]; a.to == r {
				r.read(n.path)
				return m.visit(pick(a.src, n.path), reading{at.step, at.edge, i - a.with}, queue)
			}
		}
	}
	m.uses = append(m.uses, use{at.step, at.edge, r})
	r.read(n.path)
	if !r.used {
		r.used = true
		queue = append(queue, r)
	}
	return queue
}

func (r *root) read(path []shape.Seg) {
	if len(path) == 0 || path[0].Elem {
		r.whole = true
		return
	}
	if r.reads == nil {
		r.reads = map[string]bool{}
	}
	r.reads[path[0].Name] = true
}

// bits is a set of variables.
type bits []uint64

func (b bits) has(i int) bool { return b[i>>6]&(1<<(i&63)) != 0 }
func (b bits) set(i int)      { b[i>>6] |= 1 << (i & 63) }

// keep removes from b what is not in c, and tells whether that was anything.
func (b bits) keep(c bits) (changed bool) {
	for i := range b {
		if x := b[i] & c[i]; x != b[i] {
			b[i], changed = x, true
		}
	}
	return changed
}

// analyse looks at the finished graph: can every state be reached, is every variable set on all ways to where it is
// read, does no recipe use a variable that was assigned anew since?
func (m *machine) analyse() {
	n := 0
	for _, r := range m.roots {
		if r.used || r.silent {
			r.id = n
			n++
		}
	}
	m.spread(m.top, make(bits, n/64+1))
	for _, t := range m.tails {
		switch {
		case t.entered:
		case t.undo:
			m.report(diagnosis{pos: &t.pos, code: "unreachable-state", message: "nothing that is guarded comes after this Undo", hint: "guard a later step with the saga, or leave the Undo out"})
		default:
			m.report(diagnosis{pos: &t.pos, code: "unreachable-state", message: fmt.Sprintf("nothing leads to the tail %q", t.name), hint: "end in it with Go, or remove it"})
		}
	}
	for _, s := range m.order {
		if _, ok := s.state.(*asl.Parallel); ok && len(s.children) == 0 && !s.raw {
			m.report(diagnosis{step: s, code: "no-branches", message: "the Parallel has no branches", hint: "add some with flow.Branch"})
		}
	}
	m.checkLoops()
	m.checkRawUses()
	for _, u := range m.uses {
		switch {
		case !u.step.reached, !u.root.sc.holds(u.step.sc):
		case u.root.kind == calcRoot:
			m.stale(u)
		case !u.step.in.has(u.root.id):
			m.unset(u)
		}
	}
}

// spread follows all ways through a scope with the variables that are set on them.
func (m *machine) spread(sc *scope, base bits) {
	if sc.entry.to == nil {
		return
	}
	first := sc.entry.to
	first.reached, first.in = true, slices.Clone(base)
	work := []*step{first}
	for len(work) > 0 {
		s := work[len(work)-1]
		work = work[:len(work)-1]
		for e := range s.edges {
			if e.to == nil || e.to.sc != sc {
				continue
			}
			out := slices.Clone(s.in)
			for _, a := range e.assigns {
				if a.to.used || a.to.silent {
					out.set(a.to.id)
				}
			}
			if !e.to.reached {
				e.to.reached, e.to.in = true, out
				work = append(work, e.to)
			} else if e.to.in.keep(out) {
				work = append(work, e.to)
			}
		}
	}
	for _, s := range sc.steps {
		if s.reached {
			for _, c := range s.children {
				m.spread(c, s.in)
			}
		}
	}
}

func (m *machine) unset(u use) {
	if u.root.silent {
		m.report(diagnosis{step: u.step, code: "undo-unsure", message: fmt.Sprintf("it undoes what may not have happened: some ways that lead here do not come over the Undo (below %q)", nameOf(u.root.step)), hint: "guard later steps in the same arm, or make a saga of its own for what only one arm does"})
		return
	}
	from := ""
	if s := u.root.step; s != nil && u.root.kind == varRoot {
		from = fmt.Sprintf(" (it comes from %q)", s.name)
	}
	m.report(diagnosis{step: u.step, code: "maybe-unset", message: fmt.Sprintf("%s may be unset here%s", u.root.title(), from), hint: "set it on every way that leads here: with flow.Rescue after a step, flow.Choose for arms, or end the other ways"})
}

// stale reports a recipe that is worked out where one of its variables may have been assigned anew since it was made.
// The condition of a loop is worked out at every turn: it is about what the body assigns.
func (m *machine) stale(u use) {
	for _, v := range u.root.vars {
		for _, s := range v.resets {
			if s.reached && (u.step.loop == nil || u.edge != nil || !u.step.loop.has(s)) && u.root.outlived(v, s, u) {
				m.report(diagnosis{step: u.step, code: "stale-value", message: fmt.Sprintf("it uses a value worked out from %s before %q assigned that anew", v.title(), s.name), hint: "a computed value is worked out where it is used: keep it with flow.Let"})
				return
			}
		}
	}
}

// outlived tells whether a way leads from where the recipe r is made over s, which assigns v, to a use of it, without
// making it again on the way.
func (r *root) outlived(v *root, s *step, u use) bool {
	if r.sc != v.sc { // made inside a block, where v never changes
		return false
	}
	if u.edge == nil && u.step.fallback != nil && slices.Contains(r.made, u.step.fallback) { // made for a condition of this Choice
		return false
	}
	at := u.step
	for at.sc != s.sc { // what happens inside a block happens at the block
		if at.sc.owner == nil {
			return false
		}
		at = at.sc.owner
	}
	again := map[*edge]bool{}
	collect(r.made, again)
	var from []*edge
	for e := range again {
		from = append(from, e)
	}
	return !again[u.edge] && reaches(from, s, nil) && reaches(slices.Collect(s.edges), at, again)
}

// collect adds edges, and those in whose place they stand, to all.
func collect(some []*edge, all map[*edge]bool) {
	for _, e := range some {
		if !all[e] {
			all[e] = true
			collect(e.stands, all)
		}
	}
}

// reaches tells whether one of the ways leads to a step, over none of those that are closed.
func reaches(ways []*edge, to *step, closed map[*edge]bool) bool {
	seen := map[*step]bool{}
	for len(ways) > 0 {
		e := ways[len(ways)-1]
		ways = ways[:len(ways)-1]
		switch {
		case closed[e] || e.to == nil || seen[e.to]:
		case e.to == to:
			return true
		default:
			seen[e.to] = true
			ways = slices.AppendSeq(ways, e.to.edges)
		}
	}
	return false
}
