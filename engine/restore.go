package engine

import (
	"encoding/json"
	"fmt"
)

// Restore reads a run that json.Marshal wrote. The plan must be that of the same machine.
func (p *Plan) Restore(data []byte) (*Run, error) {
	r := &Run{plan: p, state: &runState{}}
	if err := json.Unmarshal(data, r.state); err != nil {
		return nil, fmt.Errorf("restore a run: %w", err)
	}
	if err := r.state.restored(p); err != nil {
		return nil, fmt.Errorf("restore a run: %w", err)
	}
	return r, nil
}

// restored checks what was read, with everything nested in it, and ties it together.
func (s *runState) restored(p *Plan) error {
	if s.Threads == nil {
		s.Threads = map[int]*thread{}
	}
	if s.Owners == nil {
		s.Owners = map[int]int{}
	}
	for id, t := range s.Threads {
		if err := s.check(p, id, t); err != nil {
			return err
		}
	}
	for _, id := range s.Ready {
		if s.Threads[id] == nil {
			return fmt.Errorf("thread %d is ready but not there", id)
		}
	}
	for key, c := range s.Nested {
		if err := s.checkNested(p, key, c); err != nil {
			return err
		}
	}
	return nil
}

// check finds what does not fit the plan in a thread that was read.
func (s *runState) check(p *Plan, id int, t *thread) error {
	if t == nil || t.ID != id {
		return fmt.Errorf("thread %d is not there", id)
	}
	n := p.nodes[t.State]
	if n == nil {
		return fmt.Errorf("thread %d is in state %q, which the machine does not have", id, t.State)
	}
	_, isRun := n.do.(*distributed)
	switch {
	case t.Next < 0 || t.Next > len(t.Items):
		return fmt.Errorf("thread %d has started item %d of %d", id, t.Next, len(t.Items))
	case t.Run != nil && (!isRun || !t.Run.fits(s, id)):
		return fmt.Errorf("thread %d has a Map Run that does not fit its state or its children", id)
	case t.Run == nil && len(t.Items) > 0 && len(t.Items) != len(t.Results):
		return fmt.Errorf("thread %d has %d results of %d items", id, len(t.Results), len(t.Items))
	case len(t.Tries) > 0 && len(t.Tries) != len(n.retry):
		return fmt.Errorf("thread %d counts %d retriers; state %q has %d", id, len(t.Tries), t.State, len(n.retry))
	case t.Parent == 0:
		return nil
	}
	return s.checkBranch(p, t)
}

// checkBranch finds what is wrong between a thread and the one that it is a branch or an iteration of.
func (s *runState) checkBranch(p *Plan, t *thread) error {
	parent := s.Threads[t.Parent]
	if parent == nil || parent.ID >= t.ID || t.Index < 0 || t.Index >= len(parent.Results) {
		return fmt.Errorf("thread %d is no branch of thread %d", t.ID, t.Parent)
	}
	if n := p.nodes[parent.State]; n != nil {
		_, isParallel := n.do.(*parallel)
		_, isMap := n.do.(*mapState)
		if isParallel && t.Item == nil || isMap && t.Item != nil {
			return nil
		}
	}
	return fmt.Errorf("thread %d belongs to state %q, which does not run it", t.ID, parent.State)
}

// checkNested finds what does not fit the plan in a nested execution.
func (s *runState) checkNested(p *Plan, key int, c *nested) error {
	if c == nil || c.Run == nil {
		return fmt.Errorf("nested execution %d is not there", key)
	}
	t := s.Threads[c.Thread]
	if t == nil || t.Run == nil || c.Index < 0 || c.Index >= t.Run.Executions.begun() || c.Items < 0 {
		return fmt.Errorf("nested execution %d is no child of thread %d", key, c.Thread)
	}
	return c.Run.restored(p.nodes[t.State].do.(*distributed).inner)
}

// fits tells whether a Map Run counts the children that there are, and nothing that there cannot be.
func (r *mapRun) fits(s *runState, thread int) bool {
	running := 0
	for _, c := range s.Nested {
		if c != nil && c.Thread == thread {
			running++
		}
	}
	if r.Most < 0 || r.Per < 0 || r.Bytes < 0 || r.Read < 0 || len(r.Results) > r.Executions.begun() {
		return false
	}
	return r.Executions.Running == running
}
