package engine

import (
	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/value"
)

// A parallel runs branches side by side.
type parallel struct {
	flow     flow
	branches []string // where each starts
}

func (p *planner) parallel(n *node, s *asl.Parallel, lang asl.QueryLanguage) {
	n.next = p.next(s.Transition)
	par := &parallel{flow: p.flow(lang, fields{
		Paths: s.Paths, parameters: s.Parameters, resultSelector: s.ResultSelector, resultPath: s.ResultPath,
		arguments: s.Arguments, assign: s.Assign, output: s.Output,
	})}
	n.do = par
	p.errors(n, s.Errors, lang)
	if len(s.Branches) == 0 {
		p.fail("/Branches", CodeBadField, "the Parallel has no branches", "give it at least one")
	}
	at := p.at
	for i, b := range s.Branches {
		par.branches = append(par.branches, b.StartAt)
		p.states(b, at+diag.Pointer("/Branches").Index(i))
	}
}

func (s *parallel) enter(x *step, t *thread, n *node) { s.again(x, t, n) }

// again starts all branches.
func (s *parallel) again(x *step, t *thread, n *node) {
	in, f := s.flow.input(x, t)
	if f == nil && in.Size() > maxPayload {
		f = tooLarge(n.name)
	}
	if f != nil {
		x.throw(t, n, f)
		return
	}
	t.Prev = x.emitBare(t.Prev, history.ParallelStateStarted, 0)
	if x.s.Status != Running {
		return
	}
	t.Children, t.Left = nil, len(s.branches)
	t.Results = make([]value.Value, len(s.branches))
	for i, start := range s.branches {
		child := x.spawn(t.ID, i, start, in)
		child.Prev = t.Prev
		t.Children = append(t.Children, child.ID)
	}
}

// branchDone takes the output of a branch or an iteration that has ended.
func (x *step) branchDone(child *thread, output value.Value) {
	t := x.s.Threads[child.Parent]
	n := x.plan.nodes[t.State]
	switch s := n.do.(type) {
	case *parallel:
		s.branched(x, t, n, child, output)
	case *mapState:
		s.iterated(x, t, n, child, output)
	}
}

// branched takes the output of a branch; the last one ends the Parallel. Its events follow from the last event of
// that branch.
func (s *parallel) branched(x *step, t *thread, n *node, child *thread, output value.Value) {
	t.Results[child.Index] = output
	if t.Left--; t.Left > 0 {
		return
	}
	x.emitBare(child.Prev, history.ParallelStateSucceeded, 0)
	t.Prev, t.Decided = child.Prev, child.Prev
	x.conclude(t, n, s.flow, value.Array(t.Results...), n.next)
}
