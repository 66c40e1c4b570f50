package flowvet

// Memory that nothing leads to any more is forgotten now and then: states are copied at every branch, so they should be
// small. What leads to memory are the variables and literals of the functions that run, what calls of their statements
// gave, what is known of parameters, and functions that are still to be run.

// minGarbage is the size of a state below which nothing is forgotten.
const minGarbage = 200

// collect forgets what nothing leads to.
func (in *interp) collect() {
	if len(in.st) <= in.full {
		return
	}
	m := &marker{in: in, cells: map[*cell]bool{}, frames: map[*frame]bool{}, values: map[*value]bool{}}
	for _, f := range in.stack {
		m.frame(f)
	}
	for i := range in.root.effects {
		m.all(in.root.effects[i].args)
	}
	for _, c := range in.root.beyond {
		m.cell(c)
	}
	for _, fn := range in.root.lits {
		if !fn.ran {
			m.frame(fn.frame)
		}
	}
	for c := range in.st {
		if !m.cells[c] {
			delete(in.st, c)
		}
	}
	in.full = 2*len(in.st) + minGarbage
}

type marker struct {
	in     *interp
	cells  map[*cell]bool
	frames map[*frame]bool
	values map[*value]bool
}

func (m *marker) frame(f *frame) {
	for ; f != nil && !m.frames[f]; f = f.up {
		m.frames[f] = true
		for _, c := range f.vars {
			m.cell(c)
		}
		for _, c := range f.cells {
			m.cell(c)
		}
		for _, fn := range f.bound {
			m.value(fn.recv)
		}
		m.all(f.results)
		m.all(f.held)
	}
}

func (m *marker) all(values []*value) {
	for _, v := range values {
		m.value(v)
	}
}

func (m *marker) cell(c *cell) {
	if c == nil || m.cells[c] {
		return
	}
	m.cells[c] = true
	m.value(m.in.st[c])
}

func (m *marker) value(v *value) {
	if v == nil || m.values[v] {
		return
	}
	m.values[v] = true
	for _, a := range v.atoms {
		switch a.kind {
		case own:
			m.cell(a.cell)
		case callable:
			m.value(a.fn.recv)
			m.frame(a.fn.frame)
		}
	}
	if v.agg != nil {
		for _, w := range v.agg.fields {
			m.value(w)
		}
	}
}

// hold keeps what a call gave while the statement runs that it stands in.
func (in *interp) hold(values []*value) []*value {
	f := in.frame()
	for _, v := range values {
		if !v.isClean() {
			f.held = append(f.held, v)
		}
	}
	return values
}
