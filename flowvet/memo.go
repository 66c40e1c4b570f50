package flowvet

import (
	"fmt"
	"go/types"
	"maps"
	"slices"
	"strings"
)

// remember keeps what a call gave, unless it has changed what its arguments lead to, or gives it back.
func (in *interp) remember(k *memoKey, out []*value) {
	if k.unknown || in.st == nil {
		return
	}
	m := &memo{results: out, memory: state{}}
	for _, v := range out {
		in.reachable(v, m.memory)
	}
	for i, c := range k.cells {
		if _, given := m.memory[c]; given || !same(in.held(c, ""), k.held[i]) {
			return
		}
	}
	in.root.memo[k.String()] = m
}

// reachable collects the cells that a value leads to.
func (in *interp) reachable(v *value, into state) {
	if v == nil {
		return
	}
	for _, a := range v.atoms {
		if a.kind != own {
			continue
		}
		if _, ok := into[a.cell]; ok {
			continue
		}
		if w, ok := in.st[a.cell]; ok {
			into[a.cell] = w
			in.reachable(w, into)
		}
	}
	if v.agg != nil {
		for _, w := range v.agg.fields {
			in.reachable(w, into)
		}
	}
}

// A memoKey names a call by its function and its arguments with all that they lead to. It is unknown when they lead to
// functions with variables of their own.
type memoKey struct {
	strings.Builder
	in      *interp
	unknown bool
	cells   []*cell
	held    []*value
}

func (in *interp) memoKey(fn *types.Func, args []*value, building bool) *memoKey {
	k := &memoKey{in: in}
	fmt.Fprintf(k, "%p %p %v", fn, in.scope, building)
	for _, v := range args {
		k.WriteByte('|')
		k.value(v)
	}
	return k
}

// maxKey is how much memory the arguments of a call may lead to that is remembered.
const maxKey = 32

func (k *memoKey) value(v *value) {
	if v == nil || k.unknown {
		k.WriteByte('-')
		return
	}
	fmt.Fprint(k, v.other)
	for _, a := range v.atoms {
		switch {
		case a.kind == callable && (a.fn.obj == nil || a.fn.bound):
			k.unknown = true
			return
		case a.kind == callable:
			fmt.Fprintf(k, ",%p", a.fn.obj)
		case a.kind == own:
			k.WriteString(",own" + a.path)
			k.cell(a.cell)
		default:
			fmt.Fprintf(k, ",%d%v%v%d%s%p", a.kind, a.loaded, a.whole, a.param, a.path, a.scope)
		}
	}
	if v.agg == nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(v.agg.fields)) {
		k.WriteString("." + name + "{")
		k.value(v.agg.fields[name])
		k.WriteByte('}')
	}
}

func (k *memoKey) cell(c *cell) {
	n := slices.Index(k.cells, c)
	if n < 0 {
		n = len(k.cells)
		v := k.in.held(c, "")
		k.cells, k.held = append(k.cells, c), append(k.held, v)
		if n >= maxKey {
			k.unknown = true
			return
		}
		k.WriteByte('{')
		k.value(v)
		k.WriteByte('}')
	}
	fmt.Fprintf(k, "#%d%v", n, c.many)
	if c.typ != nil {
		k.WriteString(c.typ.String())
	}
}
