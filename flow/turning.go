package flow

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
)

// checkLoops reports loops that turn for ever, and lists that grow at every turn.
func (m *machine) checkLoops() {
	for _, l := range m.loops {
		if l.s == nil || !l.s.reached {
			continue
		}
		if !l.comesToAnEnd() {
			m.report(diagnosis{
				severity: diag.Warning, step: l.s, code: "endless-loop", message: "the loop turns for ever: nothing in its body changes what it asks, and no way leads out",
				hint: "assign a variable that the condition asks for, ask a service again in the body, or use flow.Poll",
			})
		}
		l.checkGrowth()
	}
}

// comesToAnEnd tells whether something that the loop asks for may change while it turns, or a way leads out of its
// body.
func (l *loop) comesToAnEnd() bool {
	set := map[*root]bool{}
	for _, s := range l.steps() {
		switch s.state.(type) {
		case *asl.Succeed, *asl.Fail:
			return true
		}
		for e := range s.edges {
			if e.to == nil || !l.has(e.to) {
				if s != l.s {
					return true
				}
				continue
			}
			for _, a := range e.assigns {
				set[a.to] = true
			}
		}
	}
	return slices.ContainsFunc(l.s.rules, func(e *edge) bool { return varies(e.cond, set) })
}

// steps are the states of the loop that can be reached, without those inside of blocks.
func (l *loop) steps() []*step {
	var out []*step
	for _, s := range l.s.sc.steps {
		if l.has(s) && s.reached {
			out = append(out, s)
		}
	}
	return out
}

// varies tells whether n may give something else at the next turn, when the values in set do.
func varies(n *node, set map[*root]bool) bool {
	switch {
	case n.fresh, n.kind == refNode && set[n.root]:
		return true
	case n.kind == refNode && n.root.kind == calcRoot:
		return varies(n.root.calc, set)
	case n.kind == formNode && slices.ContainsFunc(n.text, func(s string) bool { return strings.Contains(s, "$states.") }):
		return true
	}
	return slices.ContainsFunc(n.kids, func(k *node) bool { return varies(k, set) })
}

// checkGrowth reports variables to whose list the loop appends, unless one of its conditions asks for the list.
func (l *loop) checkGrowth() {
	steps := l.steps()
	asked := func(r *root) bool {
		return slices.ContainsFunc(steps, func(s *step) bool {
			return slices.ContainsFunc(s.rules, func(e *edge) bool { return holds(e.cond, r) })
		})
	}
	for _, s := range steps {
		for e := range s.edges {
			for _, a := range e.assigns {
				if a.to.mutable && appends(a.src, a.to) && !asked(a.to) {
					l.f.m.report(diagnosis{
						severity: diag.Warning, step: s, code: "growing-list", message: fmt.Sprintf("%s grows at every turn of %q, and a variable holds 256 KiB at most", a.to.title(), l.s.name),
						hint: "let a condition in the loop ask for its Count, or hand every page on inside the loop",
					})
				}
			}
		}
	}
}

// appends tells whether n puts something behind r.
func appends(n *node, r *root) bool {
	if n.kind == refNode && n.root.kind == calcRoot {
		return appends(n.root.calc, r)
	}
	if n.kind == formNode && strings.HasPrefix(n.text[0], "$append(") && holds(n, r) {
		return true
	}
	return slices.ContainsFunc(n.kids, func(k *node) bool { return appends(k, r) })
}
