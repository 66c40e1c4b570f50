package expr

import (
	"cmp"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/value"
)

const (
	badPath    = Error("The document path provided in the update expression is invalid for update")
	badOperand = Error("An operand in the update expression has an incorrect data type")
	noOperand  = Error("The provided expression refers to an attribute that does not exist in the item")
)

// Paths are the places that the update writes to, in the order of the expression.
func (u *Update) Paths() []Path { return paths(u.actions) }

// OnlyRemoves tells whether the update takes things away and adds nothing: one that does so leaves an item that does
// not exist uncreated, while one without any action creates it.
func (u *Update) OnlyRemoves() bool {
	for _, a := range u.actions {
		if a.section == "SET" || a.section == "ADD" {
			return false
		}
	}
	return len(u.actions) > 0
}

// Apply gives the item as the update leaves it. All operands are read from the item as it was. An attribute that
// does not exist, of a type that does not fit, or a path through nothing is an Error.
func (u *Update) Apply(item value.Value) (value.Value, error) {
	if !item.Exists() {
		item = value.Object()
	}
	writes := make([]write, 0, len(u.actions))
	for _, a := range u.actions {
		x, err := a.outcome(item)
		if err != nil {
			return item, err
		}
		writes = append(writes, write{a.path, x, a.section == "REMOVE" || !x.Exists()})
	}
	return apply(item, writes)
}

// A write puts a value to a place, or removes the place.
type write struct {
	path   Path
	x      value.Value
	remove bool
}

// apply does the writes: values first, by rising index, so that what is set beyond the end of a list is appended in
// order; then removals, by falling index, so that indexes keep their meaning. Attributes keep the expression's order.
func apply(item value.Value, writes []write) (value.Value, error) {
	rank := make(map[string]int, len(writes))
	for i, w := range writes {
		if _, ok := rank[w.path.Top()]; !ok {
			rank[w.path.Top()] = i
		}
	}
	slices.SortStableFunc(writes, func(a, b write) int {
		if a.remove != b.remove {
			if a.remove {
				return 1
			}
			return -1
		}
		c := cmp.Or(rank[a.path.Top()]-rank[b.path.Top()], inOrder(a.path, b.path))
		if a.remove {
			return -c
		}
		return c
	})
	for _, w := range writes {
		var err error
		if item, err = w.into(item); err != nil {
			return item, err
		}
	}
	return item, nil
}

// inOrder compares paths step by step.
func inOrder(a, b Path) int {
	return slices.CompareFunc(a, b, func(x, y step) int {
		return cmp.Or(x.index-y.index, strings.Compare(x.name, y.name))
	})
}

func (w write) into(item value.Value) (value.Value, error) {
	return w.member(item, w.path)
}

// member does the write in an item or in the content of a map.
func (w write) member(m value.Value, path Path) (value.Value, error) {
	name := path[0].name
	if len(path) == 1 {
		if w.remove {
			return m.Without(name), nil
		}
		return m.With(name, w.x), nil
	}
	inner, err := w.inside(m.Get(name), path[1:])
	if err != nil {
		return m, err
	}
	return m.With(name, inner), nil
}

// inside does the write within the map or list v.
func (w write) inside(v value.Value, path Path) (value.Value, error) {
	if !path[0].list {
		if Type(v) != M {
			return v, badPath
		}
		m, err := w.member(v.Get(M), path)
		return value.Object(value.M(M, m)), err
	}
	if Type(v) != L {
		return v, badPath
	}
	items := slices.Clone(v.Get(L).Elements())
	i := path[0].index
	switch {
	case len(path) > 1:
		if i >= len(items) {
			return v, badPath
		}
		inner, err := w.inside(items[i], path[1:])
		if err != nil {
			return v, err
		}
		items[i] = inner
	case w.remove:
		if i >= len(items) {
			return v, nil
		}
		items = slices.Delete(items, i, i+1)
	case i >= len(items):
		items = append(items, w.x)
	default:
		items[i] = w.x
	}
	return value.Object(value.M(L, value.Array(items...))), nil
}

// outcome is the value that the action leaves at its path; absent when nothing stays there.
func (a action) outcome(item value.Value) (value.Value, error) {
	switch a.section {
	case "SET":
		return compute(a.x, item)
	case "ADD":
		return addTo(a.path.find(item), evaluate(a.x, item))
	case "DELETE":
		return deleteFrom(a.path.find(item), evaluate(a.x, item))
	}
	return value.Value{}, nil
}

// compute gives the value of what a SET assigns.
func compute(o operand, item value.Value) (value.Value, error) {
	c, ok := o.(*call)
	if !ok {
		v := evaluate(o, item)
		if !v.Exists() {
			return v, noOperand
		}
		return v, nil
	}
	if c.name == "if_not_exists" {
		if v := evaluate(c.args[0], item); v.Exists() {
			return v, nil
		}
		return compute(c.args[1], item)
	}
	x, err := compute(c.args[0], item)
	if err != nil {
		return x, err
	}
	y, err := compute(c.args[1], item)
	if err != nil {
		return y, err
	}
	switch c.name {
	case "list_append":
		if Type(x) != L || Type(y) != L {
			return x, badOperand
		}
		return value.Object(value.M(L, x.Get(L).Append(y.Get(L).Elements()...))), nil
	case "-":
		return sum(x, y, true)
	}
	return sum(x, y, false)
}

func sum(x, y value.Value, minus bool) (value.Value, error) {
	if Type(x) != N || Type(y) != N {
		return x, badOperand
	}
	a, err := parseNumber(x.Get(N).Str())
	if err != nil {
		return x, err
	}
	b, err := parseNumber(y.Get(N).Str())
	if err != nil {
		return y, err
	}
	if minus {
		b = b.negated()
	}
	n, err := add(a, b)
	return value.Object(value.M(N, value.String(n.String()))), err
}

// addTo is ADD: a sum for numbers, the union for sets; what is not there yet counts as zero or as the empty set.
func addTo(old, x value.Value) (value.Value, error) {
	t := Type(x)
	switch {
	case !old.Exists():
		return x, nil
	case Type(old) != t:
		return old, badOperand
	case t == N:
		return sum(old, x, false)
	}
	have := setKeys(t, old.Get(t))
	union := old.Get(t)
	for _, e := range x.Get(t).Elements() {
		if !have[elementKey(t, e)] {
			union = union.Append(e)
		}
	}
	return value.Object(value.M(t, union)), nil
}

// deleteFrom is DELETE: the set without x's elements; absent when none is left.
func deleteFrom(old, x value.Value) (value.Value, error) {
	t := Type(x)
	switch {
	case !old.Exists():
		return old, nil
	case Type(old) != t:
		return old, badOperand
	}
	gone := setKeys(t, x.Get(t))
	var left []value.Value
	for _, e := range old.Get(t).Elements() {
		if !gone[elementKey(t, e)] {
			left = append(left, e)
		}
	}
	if left == nil {
		return value.Value{}, nil
	}
	return value.Object(value.M(t, value.Array(left...))), nil
}
