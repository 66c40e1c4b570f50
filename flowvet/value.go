package flowvet

import (
	"go/ast"
	"go/types"
	"maps"
	"slices"
)

// A value is what the analyser knows of a Go value while it runs a function: a set of things that it may be. Values
// are never changed once made. The nil value is one that has nothing to do with the workflow.
type value struct {
	other bool       // it may be something else too: nil, a constant, the author's own
	atoms []atom     // each once
	agg   *aggregate // a struct or an array that is held by value
}

// An atom is one thing that a value may be.
type atom struct {
	kind   kind
	loaded bool // a pointer that was found in a value of the workflow: an optional field
	whole  bool // all of what a step gives

	path  string    // of an outside: how it is reached from the parameter; of an own: the place in the memory
	param int       // of an outside
	cell  *cell     // of an own
	fn    *function // of a function
	scope *scope    // of a flow
}

type kind uint8

const (
	shadowed kind = iota + 1 // a pointer into a value of the workflow
	outside                  // what a parameter of the function that is analysed leads to
	own                      // a pointer to memory of the author's own
	callable                 // a function
	handle                   // a *flow.Flow
	far                      // too far from a parameter to be followed
)

// A cell is a piece of the author's memory: a variable, or what a composite literal, new or make gives. What it holds
// is part of the state.
type cell struct {
	name string
	typ  types.Type // nil when it does not matter
	many bool       // one of several pieces of memory made at one place
}

// A function is a Go function as a value.
type function struct {
	lit   *ast.FuncLit
	frame *frame      // where the literal stands
	obj   *types.Func // a named function or method
	recv  *value      // of a method value
	bound bool        // recv is given
	typed ast.Expr    // how it was spelled
	each  *[]*value   // the yield function of an iterator: it collects what it is given
	ran   bool        // a literal: it was analysed
}

// A scope is what a *flow.Flow writes to.
type scope struct {
	outer *scope
	lit   *ast.FuncLit // whose scope it is, if a literal's
	depth int          // how many frames there were when it was entered
}

// An aggregate is a struct or an array. The elements of an array are one field.
type aggregate struct {
	typ    types.Type
	fields map[string]*value
}

// elements is the field that stands for all elements of an array, a slice or a map, keys for all keys of a map.
const (
	elements = "[]"
	keys     = "[k]"
)

// maxAtoms is how many things a value may be; what is more is forgotten, so that the work is bounded.
const maxAtoms = 400

var (
	clean    *value     // nothing of the workflow
	nowhere  = &value{} // no value at all: of code that is never reached
	fromFlow = &value{atoms: []atom{{kind: shadowed}}}
	fromStep = &value{atoms: []atom{{kind: shadowed, whole: true}}}
)

func one(a atom) *value { return &value{atoms: []atom{a}} }

func (v *value) isClean() bool { return v == nil || len(v.atoms) == 0 && v.agg == nil }

func (v *value) all() []atom {
	if v == nil {
		return nil
	}
	return v.atoms
}

func (v *value) has(k kind) bool {
	return slices.ContainsFunc(v.all(), func(a atom) bool { return a.kind == k })
}

// join is what may be a or b.
func join(a, b *value) *value {
	switch {
	case a == b:
		return a
	case a == nil:
		return b.orOther()
	case b == nil:
		return a.orOther()
	case len(b.atoms) == 0 && b.agg == nil:
		if !b.other || a.other {
			return a
		}
		return a.orOther()
	case len(a.atoms) == 0 && a.agg == nil && !a.other:
		return b
	}
	out := &value{other: a.other || b.other, agg: joinAgg(a.agg, b.agg)}
	out.atoms = a.atoms[:len(a.atoms):len(a.atoms)]
	for _, x := range b.atoms {
		if len(out.atoms) < maxAtoms && !slices.Contains(a.atoms, x) {
			out.atoms = append(out.atoms, x)
		}
	}
	return out
}

func (v *value) orOther() *value {
	if v == nil || v.other {
		return v
	}
	w := *v
	w.other = true
	return &w
}

func joinAgg(a, b *aggregate) *aggregate {
	switch {
	case a == b, b == nil:
		return a
	case a == nil:
		return b
	}
	out := &aggregate{typ: a.typ, fields: maps.Clone(a.fields)}
	for name, v := range b.fields {
		if w, ok := out.fields[name]; ok {
			v = join(w, v)
		} else {
			v = v.orOther()
		}
		out.fields[name] = v
	}
	return out
}

// same tells whether a and b say the same.
func same(a, b *value) bool {
	if a == b {
		return true
	}
	if a == nil || b == nil {
		return a.isClean() && b.isClean() && (a == nil || a.other) && (b == nil || b.other)
	}
	if a.other != b.other || len(a.atoms) != len(b.atoms) {
		return false
	}
	for _, x := range a.atoms {
		if !slices.Contains(b.atoms, x) {
			return false
		}
	}
	switch {
	case a.agg == b.agg:
		return true
	case a.agg == nil || b.agg == nil || len(a.agg.fields) != len(b.agg.fields):
		return false
	}
	for name, v := range a.agg.fields {
		w, ok := b.agg.fields[name]
		if !ok || !same(v, w) {
			return false
		}
	}
	return true
}

// field is the field of a struct that is held by value.
func (v *value) field(name string) *value {
	if v == nil {
		return nil
	}
	out := &value{other: v.other}
	if v.agg != nil {
		out = join(out, v.agg.fields[name])
	}
	for _, a := range v.atoms {
		if a.kind == outside {
			out = join(out, one(a.step("~"+name)))
		}
	}
	if out.isClean() && out.other {
		return nil
	}
	return out
}

// with is v with another field. If it is weak, the field may keep what it has.
func (v *value) with(typ types.Type, name string, x *value, weak bool) *value {
	w := &value{}
	if v != nil {
		*w = *v
	}
	agg := &aggregate{typ: typ, fields: map[string]*value{}}
	if w.agg != nil {
		agg.fields = maps.Clone(w.agg.fields)
		agg.typ = w.agg.typ
	}
	if weak {
		x = join(v.field(name), x)
	}
	agg.fields[name] = x
	w.agg = agg
	return w
}

// maxSteps is how far from a parameter the analyser follows what is reached from it.
const maxSteps = 8

// step is what is reached from a by one more step: "." and a field's name for the address of a field, "*" for what is
// kept at an address, "~" and a name for the field of a struct held by value, "(" and a number for the result of a
// call.
func (a atom) step(by string) atom {
	n := 0
	for i := range len(a.path) {
		switch a.path[i] {
		case '.', '*', '~', '(':
			n++
		}
	}
	if n < maxSteps {
		a.path += by
	} else {
		a = atom{kind: far}
	}
	a.loaded, a.whole = false, false
	return a
}

// steps takes a path apart.
func steps(path string) (all []string) {
	from := 0
	for i := 1; i < len(path); i++ {
		switch path[i] {
		case '.', '*', '~', '(':
			all = append(all, path[from:i])
			from = i
		}
	}
	if from < len(path) {
		all = append(all, path[from:])
	}
	return all
}

// offset is the address of a field, given addresses of structs.
func (v *value) offset(name string) *value {
	if v == nil {
		return nil
	}
	out := &value{other: v.other}
	for _, a := range v.atoms {
		switch a.kind {
		case shadowed:
			a.loaded, a.whole = false, false
		case outside:
			a = a.step("." + name)
		case own:
			a.path += "." + name
		default:
			continue
		}
		if !slices.Contains(out.atoms, a) {
			out.atoms = append(out.atoms, a)
		}
	}
	return out
}

// handedOver is v as an argument: a function may well ask whether it was given an optional value.
func (v *value) handedOver() *value {
	if v == nil || !slices.ContainsFunc(v.atoms, func(a atom) bool { return a.loaded }) {
		return v
	}
	out := &value{other: v.other, agg: v.agg}
	for _, a := range v.atoms {
		a.loaded = false
		if !slices.Contains(out.atoms, a) {
			out.atoms = append(out.atoms, a)
		}
	}
	return out
}
