package jsonata

// tuples takes a step of a path that remembers where its items come from.
func (st *pathStep) tuples(ev *evaluation, s *scope, cur seq, before *array, f *frame) (*array, *Error) {
	var out *array
	var err *Error
	if st.sort != nil {
		out, err = st.sortedTuples(ev, s, cur, before, f)
	} else {
		out, err = st.tupleStep(ev, s, cur, before, f)
	}
	for k := 0; err == nil && k < len(st.stages); k++ {
		out, err = st.stages[k].filterTuples(ev, out, s, f)
	}
	return out, err
}

func (st *pathStep) sortedTuples(ev *evaluation, s *scope, cur seq, before *array, f *frame) (*array, *Error) {
	if before != nil {
		v, err := st.sort.run(ev, listVal(before), f)
		return v.array(), err
	}
	v, err := st.sort.run(ev, cur.list(ev), f)
	if err != nil {
		return nil, err
	}
	out := &array{sequence: true, stream: true, tuples: make([]*tuple, v.len())}
	for i := range out.tuples {
		t := &tuple{at: v.at(i), scope: s, vals: make([]val, len(s.names))}
		if st.index >= 0 {
			t.bind(st.index, numberVal(float64(i)))
		}
		out.tuples[i] = t
	}
	return out, nil
}

func (st *pathStep) tupleStep(ev *evaluation, s *scope, cur seq, before *array, f *frame) (*array, *Error) {
	var from []*tuple
	if before != nil {
		from = before.tuples
	} else {
		from = make([]*tuple, cur.len())
		for i := range from {
			from[i] = &tuple{at: cur.at(i), scope: s}
		}
	}
	out := &array{sequence: true, stream: true, tuples: []*tuple{}}
	if err := ev.step(len(from)); err != nil {
		return nil, err
	}
	for _, t := range from {
		var res val
		var err *Error
		if st.eval == nil {
			res, err = st.member(ev, t.at)
		} else {
			res, err = st.eval(ev, t.at, t.frame(f))
		}
		if err != nil {
			return nil, err
		}
		if err := st.spread(ev, out, t, res); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// spread makes a tuple of every item of a step's result.
func (st *pathStep) spread(ev *evaluation, out *array, t *tuple, res val) *Error {
	if !res.exists() {
		return nil
	}
	items := seqOf(res)
	a := res.array()
	n := items.len()
	if err := ev.step(n); err != nil {
		return err
	}
	if err := ev.charge(n * valBytes * (1 + len(t.scope.names))); err != nil {
		return err
	}
	for i := range n {
		if a != nil && a.stream {
			u := t.with(val{})
			u.merge(a.tuples[i])
			out.tuples = append(out.tuples, u)
			continue
		}
		item := items.at(i)
		u := t.with(item)
		if st.focus >= 0 {
			u.at = t.at
			u.bind(st.focus, item)
		}
		if st.index >= 0 {
			u.bind(st.index, numberVal(float64(i)))
		}
		if st.ancestor >= 0 {
			u.bind(st.ancestor, t.at)
		}
		out.tuples = append(out.tuples, u)
	}
	return nil
}

// filterTuples takes a filter, or numbers what came through one.
func (s *stage) filterTuples(ev *evaluation, in *array, sc *scope, f *frame) (*array, *Error) {
	if s.index >= 0 {
		for i, t := range in.tuples {
			t.bind(s.index, numberVal(float64(i)))
		}
		return in, nil
	}
	n := len(in.tuples)
	out := &array{sequence: true, stream: in.stream, tuples: []*tuple{}}
	if s.by == nil {
		i := s.at
		if i < 0 {
			i += n
		}
		if i >= 0 && i < n {
			out.tuples = append(out.tuples, in.tuples[i])
		}
		return out, nil
	}
	if err := ev.step(n); err != nil {
		return nil, err
	}
	for i, t := range in.tuples {
		at, inner := t.context(in.stream, sc, f)
		res, err := s.by(ev, at, inner)
		if err != nil {
			return nil, err
		}
		times, err := ev.chosen(res, i, n)
		if err != nil {
			return nil, err
		}
		for range times {
			out.tuples = append(out.tuples, t)
		}
	}
	return out, nil
}

// context is what an expression sees that is worked out for a tuple. Once an order-by has put the tuples into order
// they are plain objects to what comes right after it, as in the reference.
func (t *tuple) context(stream bool, s *scope, f *frame) (val, *frame) {
	if stream {
		return t.at, t.frame(f)
	}
	return t.record(), &frame{parent: f, scope: s, vals: make([]val, len(s.names))}
}
