package asl

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/value"
)

// Position is where in the source p was written. For a parsed machine that is line and column of the text: of a
// member's name if it holds an object or array, else of its value. For a machine that was built it is the position
// of the innermost part that has one. Of a place that is not there it is the position of what is around it.
func (m *Machine) Position(p diag.Pointer) diag.Position {
	l := diag.List{{Path: p}}
	return m.positions(l)[0]
}

// Locate gives the diagnostics of l that have a Path and no Source the place where it was written. If m was parsed it
// puts l in the order of the text.
func (m *Machine) Locate(l diag.List) {
	at := m.positions(l)
	for i := range l {
		if l[i].Source == "" {
			l[i].Source = at[i].String()
		}
	}
	if m.source == "" {
		return
	}
	order := make([]int, len(l))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(at[a].Line, at[b].Line), cmp.Compare(at[a].Col, at[b].Col))
	})
	old := slices.Clone(l)
	for i, j := range order {
		l[i] = old[j]
	}
}

func (m *Machine) positions(l diag.List) []diag.Position {
	all := make([]diag.Position, len(l))
	if m.source == "" || len(l) == 0 {
		for i := range l {
			all[i] = m.built(l[i].Path)
		}
		return all
	}
	d := &decoder{file: m.file, src: m.source}
	d.nodes, _ = scan(m.source)
	for i := range l {
		if len(d.nodes) > 0 {
			all[i] = d.position(d.nodes[d.locate(l[i].Path)].off)
		}
	}
	return all
}

// locate is the node that p points to, or the last one on the way.
func (d *decoder) locate(p diag.Pointer) int32 {
	var at, shown int32
	for _, part := range p.Split() {
		switch d.nodes[at].kind {
		case value.ObjectKind:
			val, ok := d.member(at, part)
			if !ok {
				return shown
			}
			at, shown = val, val
			if d.nodes[val].kind >= value.ArrayKind {
				shown = val - 1
			}
		case value.ArrayKind:
			item, ok := d.itemAt(at, part)
			if !ok {
				return shown
			}
			at, shown = item, item
		default:
			return shown
		}
	}
	return shown
}

func (d *decoder) itemAt(n int32, part string) (int32, bool) {
	i, err := strconv.Atoi(part)
	if err != nil {
		return 0, false
	}
	for c := n + 1; c < d.nodes[n].next; c = d.nodes[c].next {
		if i == 0 {
			return c, true
		}
		i--
	}
	return 0, false
}

// built follows p through the model and is the last position on the way.
func (m *Machine) built(p diag.Pointer) diag.Position {
	branch, pos := &m.Branch, m.Pos
	var state State
	see := func(q diag.Position) {
		if !q.IsZero() {
			pos = q
		}
	}
	parts := p.Split()
	for len(parts) >= 2 {
		key, arg := parts[0], parts[1]
		i, err := strconv.Atoi(arg)
		if err != nil || i < 0 {
			i = math.MaxInt
		}
		parts = parts[2:]
		switch {
		case state == nil && key == "States":
			if state = branch.States.Get(arg); state == nil {
				return pos
			}
			see(CommonOf(state).Pos)
		case state == nil:
			return pos
		case key == "ItemProcessor" || key == "Iterator":
			parts = append([]string{arg}, parts...)
			if branch = branchAt(state, diag.Pointer("").Child(key)); branch == nil {
				return pos
			}
			see(branch.Pos)
			state = nil
		case key == "Branches":
			if branch = branchAt(state, diag.Pointer("/Branches").Index(i)); branch == nil {
				return pos
			}
			see(branch.Pos)
			state = nil
		default:
			see(partPosition(state, key, i))
			return pos
		}
	}
	return pos
}

func branchAt(s State, p diag.Pointer) *Branch {
	for at, b := range Branches(s) {
		if at == p {
			return b
		}
	}
	return nil
}

// partPosition is where item i of the list called key was written.
func partPosition(s State, key string, i int) diag.Position {
	e := ErrorsOf(s)
	c, _ := s.(*Choice)
	switch {
	case key == "Retry" && e != nil && i < len(e.Retry):
		return e.Retry[i].Pos
	case key == "Catch" && e != nil && i < len(e.Catch):
		return e.Catch[i].Pos
	case key == "Choices" && c != nil && i < len(c.Choices):
		return c.Choices[i].Pos
	}
	return diag.Position{}
}
