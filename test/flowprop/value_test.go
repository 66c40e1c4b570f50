package flowprop

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/stepwright/stepwright/flow"
)

// A val is a value of a program: how it is written with package flow, and what it is in Go.
type val[T any] struct {
	text  string // as Go source, for people
	opt   bool   // it may be absent or null
	vars  bool   // it depends on a variable that may be assigned anew
	list  bool   // it is a list even where it has no elements
	omits bool   // it is a member that is left out where it is zero
	konst bool   // it is a literal of Go's
	bound float64
	build func(*writing) *T
	eval  func(*running) *T // nil for what is absent or null
}

// writing is a program being written with package flow.
type writing struct {
	f     *flow.Flow
	slots map[int]any // pointers to the values that Go variables of the program hold
	tails map[int]any
}

// running is a program being worked out in Go.
type running struct {
	slots map[int]any
	tails map[int]any
	now   time.Time
	at    string // the state that ran last
}

// A slot is a Go variable of the program, of type *T.
type slot struct {
	id      int
	name    string
	typ     reflect.Type
	mutable bool
	elem    bool // the element of a function such as Map
	shared  bool // made inside the block in whose function it is seen
	bound   float64
	opt     bool
	vars    bool
	list    bool
}

// A place is a member of a slot's type, or the type itself.
type place struct {
	text  string   // after the name: .Item.SKU
	maybe []string // the texts of those on the way to it, itself included, that may fail to be there
	typ   reflect.Type
	path  []step
	big   bool // an integer that may be larger than others
	lists bool // under an element of a list
	omits bool // it is left out where it is zero
}

type step struct {
	field int // -1: what a pointer leads to; -2: the first element of a list
	omit  bool
}

// places are the members of t that can be referred to.
func places(t reflect.Type) []place {
	out := []place{{typ: t}}
	for i := 0; i < len(out); i++ {
		p := out[i]
		if len(p.path) > 6 {
			continue
		}
		next := func(text string, typ reflect.Type, may bool, s step) {
			n := place{text: p.text + text, maybe: p.maybe, typ: typ, path: append(p.path[:len(p.path):len(p.path)], s), big: p.big || typ == reflect.TypeFor[int64](), lists: p.lists || s.field == -2}
			if may {
				n.maybe = append(p.maybe[:len(p.maybe):len(p.maybe)], n.text)
			}
			out = append(out, n)
		}
		switch p.typ.Kind() {
		case reflect.Struct:
			if p.typ == reflect.TypeFor[time.Time]() {
				continue
			}
			for j := range p.typ.NumField() {
				f := p.typ.Field(j)
				if f.Anonymous && f.Type.Kind() == reflect.Pointer { // its members are left out when it is nil
					inner := p
					inner.path = append(p.path[:len(p.path):len(p.path)], step{j, false}, step{field: -1})
					for k := range f.Type.Elem().NumField() {
						m := f.Type.Elem().Field(k)
						n := inner
						n.text, n.typ = p.text+"."+m.Name, m.Type
						n.path = append(inner.path[:len(inner.path):len(inner.path)], step{k, strings.Contains(m.Tag.Get("json"), ",omitempty")})
						n.omits = true
						n.maybe = append(p.maybe[:len(p.maybe):len(p.maybe)], n.text)
						out = append(out, n)
					}
					continue
				}
				omit := strings.Contains(f.Tag.Get("json"), ",omitempty")
				k := f.Type.Kind()
				open := k == reflect.Pointer || k == reflect.Map || k == reflect.Interface
				next("."+f.Name, f.Type, omit || open, step{j, omit})
				out[len(out)-1].omits = omit && !open
			}
		case reflect.Pointer:
			out[i].typ = nil // &x.P itself is no operand here
			q := p
			q.typ, q.path = p.typ.Elem(), append(p.path[:len(p.path):len(p.path)], step{field: -1})
			out = append(out, q)
		case reflect.Slice:
			if k := p.typ.Elem().Kind(); p.text != "" && !p.lists && k != reflect.Pointer {
				next("[0]", p.typ.Elem(), true, step{field: -2})
			}
		}
	}
	return out
}

// get goes to the place from v, which the slot points to. Ways through what is not there give nothing.
func (p *place) get(v reflect.Value, real bool) reflect.Value {
	for _, s := range p.path {
		switch s.field {
		case -1:
			if v.IsNil() {
				return reflect.Value{}
			}
			v = v.Elem()
		case -2:
			if v.Len() == 0 {
				return reflect.Value{}
			}
			v = v.Index(0)
		default:
			v = v.Field(s.field)
			if real && s.omit && v.Kind() != reflect.Slice && v.Kind() != reflect.Map && v.IsZero() {
				return reflect.Value{}
			}
		}
	}
	return v
}

var placesOf = map[reflect.Type][]place{}

// refer is a reference to a place of type T.
func refer[T any](s slot, p place, opt, omits bool) val[T] {
	text := "&" + s.name + p.text
	if p.text == "" {
		text = s.name
	} else if n := len(p.path); p.path[n-1].field == -1 {
		text = s.name + p.text
	}
	v := val[T]{text: text, opt: opt, vars: s.vars, bound: s.bound, list: s.list}
	if len(p.path) > 0 {
		v.omits = omits
		v.list, v.bound = false, largeBound[T]()
		if p.big {
			v.bound = 1 << 60
		}
	}
	v.build = func(b *writing) *T {
		return p.get(reflect.ValueOf(b.slots[s.id]).Elem(), false).Addr().Interface().(*T)
	}
	v.eval = func(e *running) *T {
		x := reflect.ValueOf(e.slots[s.id])
		if !x.IsValid() || x.IsNil() {
			return nil
		}
		m := p.get(x.Elem(), true)
		if !m.IsValid() {
			return nil
		}
		return m.Addr().Interface().(*T)
	}
	return v
}

func largeBound[T any]() float64 {
	if reflect.TypeFor[T]().Kind() == reflect.Int {
		return largeInt
	}
	return largeFloat
}

// A gen makes a program up.
type gen struct {
	*source
	slots  []slot
	facts  []string // places that are known to be there
	ids    int
	names  int
	counts map[string]int
	noVars bool // variables that may be assigned anew cannot be used here
	pure   int  // depth in the functions of expressions
	tails  []tailOf
	branch int // how many blocks are around
	calm   int // in a branch that must not fail
	child  int // in what a Batch does
}

func (g *gen) count(what string) { g.counts[what]++ }

// add makes a Go variable for a value of type t.
func (g *gen) add(prefix string, t reflect.Type) *slot {
	g.ids++
	bound := float64(largeFloat)
	if t.Kind() == reflect.Int {
		bound = largeInt
	}
	g.slots = append(g.slots, slot{id: g.ids, name: fmt.Sprint(prefix, g.ids), typ: t, bound: bound})
	return &g.slots[len(g.slots)-1]
}

// scoped runs body, and forgets what it made.
func (g *gen) scoped(body func()) {
	slots, facts, tails := g.slots, g.facts, g.tails
	body()
	g.slots, g.facts, g.tails = slots, facts, tails
}

// known tells whether a place is there for sure.
func (g *gen) known(s slot, p place) bool {
	if s.opt && !g.fact(s.name) {
		return false
	}
	for _, m := range p.maybe {
		if !g.fact(s.name + m) {
			return false
		}
	}
	return true
}

// only tells whether it is just the place itself that may be left out, and not what it is in.
func (g *gen) only(s slot, p place) bool {
	p.maybe = p.maybe[:len(p.maybe)-1]
	return g.known(s, p)
}

func (g *gen) fact(name string) bool {
	for _, f := range g.facts {
		if f == name || strings.HasPrefix(f, name+".") || strings.HasPrefix(f, name+"[") {
			return true
		}
	}
	return false
}

// leaf refers to some place of type T; ok is false when there is none that will do.
func leaf[T any](g *gen, optional bool) (v val[T], ok bool) {
	type found struct {
		s   slot
		p   place
		opt bool
	}
	t := reflect.TypeFor[T]()
	var all []found
	for i := len(g.slots) - 1; i >= 0; i-- {
		s := g.slots[i]
		if g.noVars && s.vars {
			continue
		}
		if placesOf[s.typ] == nil {
			placesOf[s.typ] = places(s.typ)
		}
		for _, p := range placesOf[s.typ] {
			if p.typ != t {
				continue
			}
			opt := !g.known(s, p)
			if opt && !optional {
				continue
			}
			all = append(all, found{s, p, opt})
			if !opt && len(p.maybe) > 0 { // rare enough
				all = append(all, all[len(all)-1], all[len(all)-1], all[len(all)-1], all[len(all)-1])
			}
		}
	}
	if len(all) == 0 {
		return v, false
	}
	x := all[g.n(len(all))]
	g.count(kindOf(x.p, x.opt))
	return refer[T](x.s, x.p, x.opt, x.opt && x.p.omits && g.only(x.s, x.p)), true
}

func kindOf(p place, opt bool) string {
	switch {
	case p.lists:
		return "reference to the first element"
	case opt:
		return "reference to what may be absent"
	case len(p.maybe) > 0:
		return "reference to what is known to be there"
	default:
		return "reference"
	}
}

// productions makes up values of one type.
type production[T any] struct {
	name string
	make func(g *gen, d int) val[T]
}

var productions = map[reflect.Type]any{}

func produce[T any](name string, make func(g *gen, d int) val[T]) {
	t := reflect.TypeFor[T]()
	l, _ := productions[t].([]production[T])
	productions[t] = append(l, production[T]{name, make})
}

// pick makes up a value of type T that is there.
func pick[T any](g *gen, d int) val[T] { return some[T](g, d, false) }

// maybe makes up a value that may be absent.
func maybe[T any](g *gen, d int) val[T] { return some[T](g, d, true) }

func some[T any](g *gen, d int, optional bool) val[T] {
	kind := g.n(6)
	if kind == 0 || d <= 0 && kind == 1 {
		return literal[T](g)
	}
	if d <= 0 || kind < 3 {
		if v, ok := leaf[T](g, optional); ok {
			return v
		}
		return literal[T](g)
	}
	all, _ := productions[reflect.TypeFor[T]()].([]production[T])
	if len(all) == 0 {
		return literal[T](g)
	}
	p := all[g.n(len(all))]
	v := p.make(g, d-1)
	if v.build == nil {
		return literal[T](g)
	}
	g.count(p.name)
	if v.opt && !optional {
		return orElse(g, v, some[T](g, d-1, false))
	}
	return v
}

// stored is a value of type T that may be kept: numbers in it are not too large.
func stored[T any](g *gen, d int) val[T] {
	v := pick[T](g, d)
	if v.bound > largeBound[T]() {
		return literal[T](g)
	}
	return v
}

func orElse[T any](g *gen, v, other val[T]) val[T] {
	g.count("OrElse")
	return val[T]{
		text: call("OrElse", v.text, other.text), opt: other.opt, vars: v.vars || other.vars, list: v.list && other.list, bound: max(v.bound, other.bound),
		build: func(b *writing) *T { return flow.OrElse(b.f, v.build(b), other.build(b)) },
		eval: func(e *running) *T {
			if x := v.eval(e); there(x) {
				return x
			}
			return other.eval(e)
		},
	}
}

// there tells whether a value is neither absent nor null.
func there[T any](p *T) bool {
	if p == nil {
		return false
	}
	switch v := reflect.ValueOf(p).Elem(); v.Kind() {
	case reflect.Slice, reflect.Map, reflect.Interface, reflect.Pointer:
		return !v.IsNil()
	default:
		return true
	}
}

func call(name string, args ...string) string {
	return "flow." + name + "(f, " + strings.Join(args, ", ") + ")"
}

// literal is a constant, or a struct or list with references in it.
func literal[T any](g *gen) val[T] {
	v := reflect.New(reflect.TypeFor[T]()).Elem()
	fill(g.source, v)
	switch { // a constant nil is no value: it would be null
	case v.Kind() == reflect.Slice && v.IsNil():
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	case v.Kind() == reflect.Map && v.IsNil():
		v.Set(reflect.MakeMap(v.Type()))
	}
	zero := v.Interface().(T)
	g.count("constant")
	bound := largeBound[T]()
	return val[T]{
		text: "new(" + source1(v) + ")", list: v.Kind() == reflect.Slice, bound: bound, konst: true,
		build: func(*writing) *T { return copyOf(zero) },
		eval:  func(*running) *T { return new(through(zero)) },
	}
}

// copyOf is memory of its own for a constant, whose lists and pointers are its own too.
func copyOf[T any](v T) *T {
	out := reflect.New(reflect.TypeFor[T]())
	out.Elem().Set(deepCopy(reflect.ValueOf(v)))
	return out.Interface().(*T)
}

func deepCopy(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	switch v.Kind() {
	case reflect.Slice:
		if v.IsNil() {
			return out
		}
		out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			out.Index(i).Set(deepCopy(v.Index(i)))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(deepCopy(v.Elem()))
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return out
		}
		for i := range v.NumField() {
			out.Field(i).Set(deepCopy(v.Field(i)))
		}
	}
	return out
}

// source1 is a constant as Go source, roughly.
func source1(v reflect.Value) string {
	switch x := v.Interface().(type) {
	case time.Time:
		return x.Format(time.RFC3339Nano)
	case string:
		return fmt.Sprintf("%+q", x)
	}
	switch v.Kind() {
	case reflect.Struct, reflect.Slice, reflect.Map, reflect.Pointer, reflect.Interface:
		return jsonText(v.Interface())
	default:
		return fmt.Sprint(v.Interface())
	}
}
