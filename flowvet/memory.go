package flowvet

import (
	"go/ast"
	"go/types"
	"maps"
)

// A state is what the author's memory holds at one point of a function. The nil state is that of code which is never
// reached.
type state map[*cell]*value

// joined is what memory may hold where two ways meet.
func joined(a, b state) state {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	for c, v := range b {
		if w, ok := a[c]; ok {
			a[c] = join(w, v)
		} else {
			a[c] = v // its variable was declared on one way only
		}
	}
	return a
}

// sameState tells whether b adds nothing to a.
func sameState(a, b state) bool {
	if (a == nil) != (b == nil) || len(a) != len(b) {
		return false
	}
	for c, v := range a {
		w, ok := b[c]
		if !ok || !same(v, w) {
			return false
		}
	}
	return true
}

func (s state) fork() state {
	if s == nil {
		return nil
	}
	return maps.Clone(s)
}

// A place is where a value is kept: at addresses, or, when byValue is set, in a value that has none.
type place struct {
	v       *value // the addresses, or the value
	byValue bool
}

func (p place) field(name string) place {
	if p.byValue {
		return place{p.v.field(name), true}
	}
	return place{p.v.offset(name), false}
}

// held is what a cell holds at a path.
func (in *interp) held(c *cell, path string) *value {
	v, ok := in.st[c]
	if !ok {
		v = in.package_[c]
	}
	for _, s := range steps(path) {
		v = v.field(s[1:])
	}
	return v
}

// load reads what is kept at a place. e is how the author spells it, and t its type. Reading a value of the workflow
// is what the analyser is about; only a pointer may be read, because it is a reference again.
func (in *interp) load(p place, t types.Type, e ast.Expr) *value {
	if p.byValue {
		return p.v
	}
	out := &value{other: p.v == nil || p.v.other}
	for _, a := range p.v.all() {
		switch a.kind {
		case shadowed:
			if isPointer(t) {
				out = join(out, one(atom{kind: shadowed, loaded: true}))
			} else {
				in.read(e)
				out = join(out, &value{other: true})
			}
		case outside:
			next := one(a.step("*"))
			if v, ok := in.st[in.beyond(a)]; ok {
				next = join(next, v)
			}
			if !isPointer(t) {
				in.effect(effect{Kind: reads, Param: a.param, Path: a.path}, e)
			}
			out = join(out, next)
		case own:
			out = join(out, in.held(a.cell, a.path))
		}
	}
	if !carries(t) {
		return clean
	}
	return out
}

// store keeps v at a place.
func (in *interp) store(p place, v *value, e ast.Expr) {
	if p.byValue || in.st == nil {
		return
	}
	strong := p.v != nil && !p.v.other && len(p.v.atoms) == 1 && !p.v.atoms[0].cell.isMany()
	for _, a := range p.v.all() {
		switch a.kind {
		case shadowed:
			in.write(e)
		case outside:
			in.effect(effect{Kind: writes, Param: a.param, Path: a.path, args: []*value{v}}, e)
			in.st[in.beyond(a)] = join(in.st[in.beyond(a)].orNowhere(), v)
		case own:
			in.keep(a.cell, a.path, v, strong)
		}
	}
}

func (c *cell) isMany() bool { return c == nil || c.many }

func (v *value) orNowhere() *value {
	if v == nil {
		return nowhere
	}
	return v
}

// keep puts v into a cell at a path.
func (in *interp) keep(c *cell, path string, v *value, strong bool) {
	old, ok := in.st[c]
	if !ok {
		old = in.package_[c]
	}
	new := within(old, c.typ, steps(path), v, strong)
	if _, ok := in.package_[c]; ok { // everybody may have changed it at any time
		in.package_[c] = join(in.package_[c], new)
		return
	}
	in.st[c] = new
}

// within is v with x at the end of a path.
func within(v *value, typ types.Type, path []string, x *value, strong bool) *value {
	if len(path) == 0 {
		if strong {
			return x
		}
		return join(v.orNowhere(), x)
	}
	name := path[0][1:]
	if name == elements || name == keys {
		strong = false
	}
	return v.with(typ, name, within(v.field(name), nil, path[1:], x, strong), false)
}

// beyond is the cell that stands for what is kept at an address that a parameter leads to, once something was kept
// there.
func (in *interp) beyond(a atom) *cell {
	k := atom{kind: outside, param: a.param, path: a.path}
	c := in.root.beyond[k]
	if c == nil {
		c = &cell{name: a.path, many: true}
		in.root.beyond[k] = c
	}
	return c
}

// isPointer tells whether a value of type t that is read from a value of the workflow is a reference again.
func isPointer(t types.Type) bool {
	if t == nil {
		return false
	}
	_, ok := t.Underlying().(*types.Pointer)
	return ok
}

// carries tells whether a value of type t can lead to something: numbers and text cannot.
func carries(t types.Type) bool {
	if t == nil {
		return true
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() == types.UnsafePointer || u.Kind() == types.UntypedNil || u.Kind() == types.Invalid
	case *types.Array:
		return carries(u.Elem())
	case *types.Struct:
		for f := range u.Fields() {
			if carries(f.Type()) {
				return true
			}
		}
		return false
	}
	return true
}
