package jsonata

// A sortPlan is a compiled order-by.
type sortPlan struct {
	terms []termPlan
	at    int
	scope *scope // of tuples; nil without
}

type termPlan struct {
	by         node
	descending bool
}

// run puts a list, or a tuple stream, into order.
func (p *sortPlan) run(ev *evaluation, in val, f *frame) (val, *Error) {
	n := in.len()
	if n <= 1 {
		return in, nil
	}
	if err := ev.charge(n * len(p.terms) * valBytes); err != nil {
		return val{}, err
	}
	k := sortKeys{ev: ev, plan: p, in: in, frame: f, keys: ev.vals.some(n * len(p.terms))}
	clear(k.keys)
	order, err := ev.order(n, k.after)
	if err != nil {
		return val{}, err
	}
	if err := ev.charge(n * valBytes); err != nil {
		return val{}, err
	}
	if a := in.array(); a != nil && a.tuples != nil {
		out := &array{tuples: make([]*tuple, n)}
		for i, k := range order {
			out.tuples[i] = a.tuples[k]
		}
		return listVal(out), nil
	}
	out := ev.sized(n)
	for i, k := range order {
		out.items[i] = in.at(k)
	}
	return listVal(out), nil
}

// sortKeys are the values of the terms: that of term k of item i is at i·terms+k, bound once it was worked out.
type sortKeys struct {
	ev    *evaluation
	plan  *sortPlan
	in    val
	frame *frame
	keys  []val
}

func (s *sortKeys) key(i, k int) (val, *Error) {
	at := i*len(s.plan.terms) + k
	if x := s.keys[at]; x.isBound() {
		return x.held(), nil
	}
	if err := s.ev.step(1); err != nil {
		return val{}, err
	}
	var context val
	inner := s.frame
	if a := s.in.array(); a != nil && a.tuples != nil {
		context, inner = a.tuples[i].context(a.stream, s.plan.scope, inner)
	} else {
		context = s.in.at(i)
		if s.plan.scope != nil {
			inner = &frame{parent: inner, scope: s.plan.scope, vals: make([]val, len(s.plan.scope.names))}
		}
	}
	x, err := s.plan.terms[k].by(s.ev, context, inner)
	if x.kind == number {
		x = numberVal(x.float()) // read once
	}
	s.keys[at] = bound(x)
	return x, err
}

// after tells whether the item i comes after the item j.
func (s *sortKeys) after(i, j int) (bool, *Error) {
	for k := range s.plan.terms {
		a, err := s.key(i, k)
		if err != nil {
			return false, err
		}
		b, err := s.key(j, k)
		if err != nil {
			return false, err
		}
		c, err := s.plan.compare(a, b)
		if err != nil {
			return false, err
		}
		if c != 0 && a.exists() && b.exists() && s.plan.terms[k].descending {
			c = -c
		}
		if c != 0 {
			return c > 0, nil
		}
	}
	return false, nil
}

// compare orders two values; undefined comes last.
func (p *sortPlan) compare(a, b val) (int, *Error) {
	switch {
	case !a.exists() && !b.exists():
		return 0, nil
	case !a.exists():
		return 1, nil
	case !b.exists():
		return -1, nil
	}
	if a.kind != text && a.kind != number || b.kind != text && b.kind != number {
		if a.kind == text || a.kind == number {
			a = b
		}
		e := failWith("T2008", a)
		e.Offset = p.at
		return 0, e
	}
	if a.kind != b.kind {
		e := failWith("T2007", a)
		e.value2, e.Offset = jsonText(b), p.at
		return 0, e
	}
	if a.kind == text {
		return compareText(a.str(), b.str()), nil
	}
	switch x, y := a.float(), b.float(); {
	case x < y:
		return -1, nil
	case x == y:
		return 0, nil
	}
	return 1, nil
}

// order gives 0 … n-1 in order, by the reference's merge sort: after is asked for the same pairs in the same order.
func (ev *evaluation) order(n int, after func(i, j int) (bool, *Error)) ([]int, *Error) {
	all, spare := make([]int, n), make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all, ev.mergeSort(all, spare, after)
}

func (ev *evaluation) mergeSort(all, spare []int, after func(i, j int) (bool, *Error)) *Error {
	if len(all) <= 1 {
		return nil
	}
	middle := len(all) / 2
	left, right := all[:middle], all[middle:]
	if err := ev.mergeSort(left, spare[:middle], after); err != nil {
		return err
	}
	if err := ev.mergeSort(right, spare[middle:], after); err != nil {
		return err
	}
	if err := ev.step(len(all)); err != nil {
		return err
	}
	copy(spare, all)
	left, right = spare[:middle], spare[middle:]
	for i := range all {
		take := len(left) == 0
		if !take && len(right) > 0 {
			var err *Error
			if take, err = after(left[0], right[0]); err != nil {
				return err
			}
		}
		if take {
			all[i], right = right[0], right[1:]
		} else {
			all[i], left = left[0], left[1:]
		}
	}
	return nil
}
