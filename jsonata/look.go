package jsonata

// A lookPlan is a path of names only, behind a variable or not. It is followed through records without ado; where a
// list is met the path goes on as paths do.
type lookPlan struct {
	head  node // of a variable; nil when the path begins with a name
	names []string
	path  *pathPlan
}

// look is the compiled path as a lookPlan; nil when it is more than that.
func (c *compiler) look(n *Node, p *pathPlan) node {
	if p.keep || p.whole || p.inner || p.group != nil || p.scope != nil {
		return nil
	}
	l := &lookPlan{path: p}
	for i := range p.steps {
		st := &p.steps[i]
		switch {
		case len(st.stages) > 0 || st.cons || st.sort != nil:
			return nil
		case st.eval == nil:
			l.names = append(l.names, st.name)
		case i == 0 && n.Steps[0].Kind == VariableNode && len(n.Steps[0].Predicates) == 0 && n.Steps[0].Group == nil:
			l.head = st.eval
		default:
			return nil
		}
	}
	switch {
	case l.head == nil:
		return l.relative
	case len(l.names) > 0 && n.Steps[0].Text == "states" && len(c.scope.places("states")) == 0:
		return l.state
	}
	return l.variable
}

func (l *lookPlan) relative(ev *evaluation, in val, f *frame) (val, *Error) {
	if in.kind != record {
		return l.path.run(ev, in, f)
	}
	return l.follow(ev, in, f, 0)
}

func (l *lookPlan) variable(ev *evaluation, in val, f *frame) (val, *Error) {
	v, err := l.head(ev, in, f)
	if err != nil {
		return val{}, err
	}
	return l.follow(ev, v, f, 0)
}

// state follows $states, of which only the member that is named has to be made.
func (l *lookPlan) state(ev *evaluation, in val, f *frame) (val, *Error) {
	if ev.env.States == nil {
		return l.variable(ev, in, f)
	}
	return l.follow(ev, of(ev.env.States(l.names[0])), f, 1)
}

// follow looks the names up, from the given one on.
func (l *lookPlan) follow(ev *evaluation, v val, f *frame, from int) (val, *Error) {
	for i := from; i < len(l.names); i++ {
		if v.kind != record {
			if v.kind != list {
				return val{}, nil
			}
			cur := seq{v: v, fresh: true}
			if v.isCons() {
				cur = seq{v: v, one: true}
			}
			return l.path.from(ev, cur, f, len(l.path.steps)-len(l.names)+i)
		}
		v = v.get(l.names[i])
	}
	if v.isSequence() {
		return seq{v: v, fresh: true}.result(false), nil
	}
	return v, nil
}

// from takes the steps from a place on, of a path of names.
func (p *pathPlan) from(ev *evaluation, cur seq, f *frame, at int) (val, *Error) {
	for i := at; i < len(p.steps); i++ {
		var err *Error
		if cur, err = p.steps[i].apply(ev, cur, f, i == len(p.steps)-1); err != nil {
			return val{}, err
		}
		if cur.len() == 0 {
			break
		}
	}
	return cur.result(false), nil
}
