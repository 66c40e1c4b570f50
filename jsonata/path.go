package jsonata

// path compiles a path.
func (c *compiler) path(n *Node) node {
	p := &pathPlan{
		absolute: n.Steps[0].Kind == VariableNode, keep: n.KeepSingleton || n.KeepArray, whole: n.KeepSingleton, inner: n.Tuple,
		steps: make([]pathStep, 0, len(n.Steps)),
	}
	in := c
	for _, x := range n.Steps {
		if x.Tuple && p.scope == nil {
			p.scope = &scope{parent: c.scope}
			for _, y := range n.Steps {
				tupleNames(y, p.scope)
			}
			tupleBindings(n, p.scope)
			in = c.inner(p.scope)
		}
		p.steps = append(p.steps, in.step(x, p.scope))
	}
	if n.Group != nil {
		p.group = in.group(n.Group.Pairs, n.Group.End, p.scope)
	}
	if look := c.look(n, p); look != nil {
		return look
	}
	return p.run
}

func (c *compiler) step(n *Node, tuples *scope) pathStep {
	st := pathStep{cons: n.Constructor, tuple: n.Tuple, focus: -1, index: -1, ancestor: -1}
	for _, s := range n.Stages {
		st.stages = append(st.stages, c.stage(s, tuples))
	}
	slot := func(name string) int {
		if name == "" || tuples == nil {
			return -1
		}
		return tuples.add(name)
	}
	st.focus, st.index = slot(n.Focus), slot(n.Index)
	if n.Ancestor != nil {
		st.ancestor = slot(label(n.Ancestor))
	}
	switch {
	case n.Kind == SortNode:
		st.sort = &sortPlan{at: n.End, scope: tuples}
		for _, t := range n.Terms {
			st.sort.terms = append(st.sort.terms, termPlan{c.compile(t.By), t.Descending})
		}
	case n.Kind == NameNode && len(n.Predicates) == 0 && n.Group == nil:
		st.name, st.keep = n.Text, n.KeepArray
	default:
		st.eval = c.compile(n)
	}
	return st
}

// tupleNames adds to s the names that tuples of a step can have, and of the paths in it.
func tupleNames(n *Node, s *scope) {
	if n == nil {
		return
	}
	for _, name := range []string{n.Focus, n.Index} {
		if name != "" {
			s.add(name)
		}
	}
	if n.Ancestor != nil {
		s.add(label(n.Ancestor))
	}
	for _, t := range n.Stages {
		if t.Index != "" {
			s.add(t.Index)
		}
	}
	if n.Kind == PathNode {
		for _, x := range n.Steps {
			tupleNames(x, s)
		}
	}
	if n.Kind == BlockNode && len(n.Items) > 0 {
		tupleNames(n.Items[len(n.Items)-1], s)
	}
	if n.Kind == ConditionNode {
		tupleNames(n.Right, s)
		tupleNames(n.Else, s)
	}
}

// tupleBindings adds the names that := binds within the steps of a path with tuples.
func tupleBindings(n *Node, s *scope) {
	tupled := false
	for _, x := range n.Steps {
		if tupled = tupled || x.Tuple; tupled {
			bindings(x, s)
			stageBindings(x, s)
		}
	}
	stageBindings(n, s)
}
