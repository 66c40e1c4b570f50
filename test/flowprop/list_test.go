package flowprop

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/flow"
)

func listFunctions() {
	listsOf[string]()
	listsOf[float64]()
	listsOf[int]()
	listsOf[[]int]()
	listsOf[[]string]()
	listsOf[Item]()
	listsOf[*int]()

	maps1[string, string]()
	maps1[string, int]()
	maps1[string, []string]()
	maps1[string, Pair]()
	maps1[float64, float64]()
	maps1[float64, string]()
	maps1[int, int]()
	maps1[int, string]()
	maps1[int, []int]()
	maps1[[]int, int]()
	maps1[[]int, []int]()
	maps1[[]int, string]()
	maps1[[]string, []string]()
	maps1[[]string, string]()
	maps1[Item, string]()
	maps1[Item, float64]()
	maps1[Item, int]()
	maps1[Item, Item]()
	maps1[Item, []string]()
	maps1[Pair, string]()
	produce("Map over what may be null", func(g *gen, d int) val[[]int] {
		return mapOf(maybe[[]*int](g, d), d, "Map", func(b *writing, e **int) *int { return *e }, func(e **int) *int { return *e })
	})

	sorts[string, string]()
	sorts[int, int]()
	sorts[float64, float64]()
	sorts[Item, string]()
	sorts[Item, float64]()
	sorts[Item, int]()
	sorts[[]int, int]()

	flattens[int]()
	flattens[string]()
}

// empty makes a list of nothing a list, as list functions do.
func some1[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}

func unaryList[T any](name string, l val[[]T], build func(f *flow.Flow, l *[]T) *[]T, eval func([]T) []T) val[[]T] {
	v := unary(name, l, false, build, func(l []T) []T { return some1(eval(l)) })
	v.list = true
	return v
}

func element1[T any](name string, l val[[]T], build func(f *flow.Flow, l *[]T) *T, at func(n int) int) val[T] {
	return val[T]{
		text: call(name, l.text), opt: true, vars: l.vars, bound: largeBound[T](),
		build: func(b *writing) *T { return build(b.f, l.build(b)) },
		eval: func(e *running) *T {
			x := l.eval(e)
			if x == nil {
				return nil
			}
			if i := at(len(*x)); i >= 0 && i < len(*x) {
				return &(*x)[i]
			}
			return nil
		},
	}
}

// listsOf are the functions of lists of T.
func listsOf[T any]() {
	produce("Count", func(g *gen, d int) val[int] {
		v := unary("Count", maybe[[]T](g, d), false, flow.Count[T], func(l []T) int { return len(l) })
		v.bound = 1 << 16
		return v
	})
	produce("At", func(g *gen, d int) val[T] {
		l, i := maybe[[]T](g, d), pick[int](g, d)
		if g.in(2) {
			i = val[int]{}
			n := one(g.source, 0, 1, -1, 2, -2)
			i.text, i.build, i.eval = fmt.Sprintf("new(%d)", n), func(*writing) *int { return &n }, func(*running) *int { return &n }
		}
		v := element1("At", l, func(*flow.Flow, *[]T) *T { return nil }, nil).with("", i.text)
		v.vars = v.vars || i.vars
		v.build = func(b *writing) *T { return flow.At(b.f, l.build(b), i.build(b)) }
		v.eval = func(e *running) *T {
			return element1("", l, nil, func(n int) int {
				at := *i.eval(e)
				if at < 0 {
					at += n
				}
				return at
			}).eval(e)
		}
		return v
	})
	produce("Last", func(g *gen, d int) val[T] {
		return element1("Last", maybe[[]T](g, d), flow.Last[T], func(n int) int { return n - 1 })
	})
	produce("First", func(g *gen, d int) val[T] {
		return element1("First", maybe[[]T](g, d), flow.First[T], func(int) int { return 0 })
	})
	produce("Append", func(g *gen, d int) val[[]T] {
		a, b := maybe[[]T](g, d), maybe[[]T](g, d)
		return val[[]T]{
			text: call("Append", a.text, b.text), vars: a.vars || b.vars, list: true,
			build: func(w *writing) *[]T { return flow.Append(w.f, a.build(w), b.build(w)) },
			eval: func(e *running) *[]T {
				out := []T{}
				for _, l := range []*[]T{a.eval(e), b.eval(e)} {
					if l != nil {
						out = append(out, *l...)
					}
				}
				return &out
			},
		}
	})
	distinct[T]()
	produce("Filter", func(g *gen, d int) val[[]T] {
		l := maybe[[]T](g, d)
		var c cond
		s := g.lambda(reflect.TypeFor[T](), func() { c = g.cond(min(d, 1)) })
		return val[[]T]{
			text: call("Filter", l.text, fmt.Sprintf("func(%s *%v) flow.Condition { return %s }", s.name, s.typ, c.text)), vars: l.vars || c.vars, list: true,
			build: func(b *writing) *[]T {
				return flow.Filter(b.f, l.build(b), func(x *T) flow.Condition {
					b.slots[s.id] = x
					return c.build(b)
				})
			},
			eval: func(e *running) *[]T {
				out := []T{}
				if all := l.eval(e); all != nil {
					for i := range *all {
						e.slots[s.id] = &(*all)[i]
						if c.eval(e) {
							out = append(out, (*all)[i])
						}
					}
				}
				return &out
			},
		}
	})
	produce("a list literal", func(g *gen, d int) val[[]T] {
		if reflect.TypeFor[T]().Kind() == reflect.Pointer {
			return val[[]T]{}
		}
		n := 1 + g.n(2)
		at := g.n(n)
		constant := make([]val[T], n)
		for i := range constant {
			constant[i] = literal[T](g)
		}
		x := stored[T](g, d)
		g.count("Fill")
		return val[[]T]{
			text: fmt.Sprintf("Fill(&[]%v{%d constants}, Set(&[%d], %s))", reflect.TypeFor[T](), n, at, x.text), vars: x.vars, list: true, konst: true,
			build: func(b *writing) *[]T {
				l := make([]T, n)
				for i, c := range constant {
					l[i] = *c.build(b)
				}
				return flow.Fill(b.f, &l, flow.Set(&l[at], x.build(b)))
			},
			eval: func(e *running) *[]T {
				l := make([]T, n)
				for i, c := range constant {
					l[i] = *c.eval(e)
				}
				l[at] = *x.eval(e)
				if v := reflect.ValueOf(&l[at]).Elem(); v.Kind() == reflect.Slice && v.IsNil() { // a list in a list is never null
					v.Set(reflect.MakeSlice(v.Type(), 0, 0))
				}
				return &l
			},
		}
	})
}

func distinct[T any]() {
	produce("Distinct", func(g *gen, d int) val[[]T] {
		return unaryList("Distinct", maybe[[]T](g, d), flow.Distinct[T], func(l []T) []T {
			var out []T
			for _, x := range l {
				if !slices.ContainsFunc(out, func(y T) bool { return jsonText(x) == jsonText(y) }) {
					out = append(out, x)
				}
			}
			return out
		})
	})
}

func maps1[T, U any]() {
	produce("Map", func(g *gen, d int) val[[]U] {
		l := maybe[[]T](g, d)
		var v val[U]
		s := g.lambda(reflect.TypeFor[T](), func() { v = maybe[U](g, min(d, 2)) })
		if v.bound > largeBound[U]() {
			v = literal[U](g)
		}
		out := mapOf(l, d, fmt.Sprintf("func(%s *%v) *%v { return %s }", s.name, s.typ, reflect.TypeFor[U](), v.text), func(b *writing, x *T) *U {
			b.slots[s.id] = x
			return v.build(b)
		}, nil)
		out.vars = l.vars || v.vars
		out.eval = func(e *running) *[]U {
			out := []U{}
			if all := l.eval(e); all != nil {
				for i := range *all {
					e.slots[s.id] = &(*all)[i]
					if x := v.eval(e); x != nil && (!v.opt || there(x)) {
						out = append(out, *x)
					}
				}
			}
			return &out
		}
		return out
	})
}

// lambda makes up the body of a function about a value of type t.
func (g *gen) lambda(t reflect.Type, body func()) slot {
	var s slot
	g.scoped(func() {
		g.pure++
		x := g.add("e", t)
		x.elem, x.opt = true, t.Kind() == reflect.Pointer
		s = *x
		body()
		g.pure--
	})
	return s
}

func mapOf[T, U any](l val[[]T], _ int, text string, build func(b *writing, e *T) *U, eval func(e *T) *U) val[[]U] {
	return val[[]U]{
		text: call("Map", l.text, text), vars: l.vars, list: true,
		build: func(b *writing) *[]U {
			return flow.Map(b.f, l.build(b), func(e *T) *U { return build(b, e) })
		},
		eval: func(e *running) *[]U {
			out := []U{}
			if all := l.eval(e); all != nil {
				for i := range *all {
					if x := eval(&(*all)[i]); x != nil {
						out = append(out, *x)
					}
				}
			}
			return &out
		},
	}
}

func sorts[T any, K ordered]() {
	produce("SortBy", func(g *gen, d int) val[[]T] {
		l := maybe[[]T](g, d)
		var k val[K]
		s := g.lambda(reflect.TypeFor[T](), func() { k = maybe[K](g, min(d, 1)) })
		return val[[]T]{
			text: call("SortBy", l.text, fmt.Sprintf("func(%s *%v) *%v { return %s }", s.name, s.typ, reflect.TypeFor[K](), k.text)), vars: l.vars || k.vars, list: true,
			build: func(b *writing) *[]T {
				return flow.SortBy(b.f, l.build(b), func(e *T) *K {
					b.slots[s.id] = e
					return k.build(b)
				})
			},
			eval: func(e *running) *[]T {
				all := l.eval(e)
				if all == nil {
					return &[]T{}
				}
				out := some1(slices.Clone(*all))
				key := func(x T) *K {
					e.slots[s.id] = &x
					return k.eval(e)
				}
				slices.SortStableFunc(out, func(a, b T) int {
					switch x, y := key(a), key(b); {
					case x == nil && y == nil:
						return 0
					case x == nil:
						return -1
					case y == nil:
						return 1
					case less(*x, *y):
						return -1
					case less(*y, *x):
						return 1
					}
					return 0
				})
				return &out
			},
		}
	})
}

func flattens[T any]() {
	produce("Flatten", func(g *gen, d int) val[[]T] {
		v := unary("Flatten", maybe[[][]T](g, d), false, flow.Flatten[T], func(l [][]T) []T { return some1(slices.Concat(l...)) })
		v.list = true
		return v
	})
}

func structFunctions() {
	produce("a struct literal", item)
	produce("a struct literal", item)
	produce("a struct literal", quote)
	produce("a struct literal", quote)
	produce("a struct literal", pair)
	produce("a map literal", func(g *gen, d int) val[map[string]string] {
		v, x := literal[map[string]string](g), pick[string](g, d)
		return val[map[string]string]{
			text: "map literal with " + x.text, vars: x.vars,
			build: func(b *writing) *map[string]string {
				m := map[string]any{"$k": x.build(b)}
				for k, s := range *v.build(b) {
					m[k] = s
				}
				return flow.Shape(b.f, &m, map[string]string{})
			},
			eval: func(e *running) *map[string]string {
				m := map[string]string{"$k": *x.eval(e)}
				maps.Copy(m, *v.eval(e))
				return &m
			},
		}
	})
	produce("Merge", func(g *gen, d int) val[Quote] {
		return merge(pick[Quote](g, d), maybe[Quote](g, d), func(x, y Quote) Quote {
			if y.Why == "" {
				y.Why = x.Why
			}
			if y.Left == nil {
				y.Left = x.Left
			}
			return y
		})
	})
}

// settings collects what a literal is filled with.
type filled[S any] struct {
	text []string
	vars bool
	set  []func(b *writing, s *S) flow.Setting
	put  []func(b *writing, s *S)
	eval []func(e *running, s *S)
}

// member fills a member with a value that is there.
func member[S, T any](l *filled[S], name string, at func(*S) *T, v val[T]) {
	l.text, l.vars = append(l.text, name+": "+v.text), l.vars || v.vars
	l.set = append(l.set, func(b *writing, s *S) flow.Setting { return flow.Set(at(s), v.build(b)) })
	l.eval = append(l.eval, func(e *running, s *S) {
		if x := v.eval(e); x != nil {
			*at(s) = *x
		} else {
			*at(s) = *new(T)
		}
	})
}

// pointer puts a reference into a member that is a pointer.
func pointer[S, T any](l *filled[S], name string, at func(*S) **T, v val[T]) {
	l.text, l.vars = append(l.text, name+": "+v.text), l.vars || v.vars
	l.put = append(l.put, func(b *writing, s *S) { *at(s) = v.build(b) })
	l.eval = append(l.eval, func(e *running, s *S) { *at(s) = v.eval(e) })
}

// of is a literal of a constant and what it is filled with.
func (l *filled[S]) of(g *gen, c val[S]) val[S] {
	if len(l.set) > 0 {
		g.count("Fill")
	}
	return val[S]{
		text: fmt.Sprintf("&%v{%s}", reflect.TypeFor[S](), strings.Join(append([]string{c.text}, l.text...), ", ")), vars: l.vars, konst: true,
		build: func(b *writing) *S {
			s := c.build(b)
			for _, put := range l.put {
				put(b, s)
			}
			var all []flow.Setting
			for _, set := range l.set {
				all = append(all, set(b, s))
			}
			if len(all) == 0 {
				return s
			}
			return flow.Fill(b.f, s, all...)
		},
		eval: func(e *running) *S {
			s := copyOf(*c.eval(e))
			for _, eval := range l.eval {
				eval(e, s)
			}
			return s
		},
	}
}

// sure is a list that is never null.
func sure(g *gen, d int) val[[]string] {
	for range 3 {
		if v := pick[[]string](g, d); v.list {
			return v
		}
	}
	return literal[[]string](g)
}

func item(g *gen, d int) val[Item] {
	l := &filled[Item]{}
	if g.in(2) {
		member(l, "SKU", func(i *Item) *string { return &i.SKU }, pick[string](g, d))
	}
	if g.in(2) {
		member(l, "Price", func(i *Item) *float64 { return &i.Price }, stored[float64](g, d))
	}
	if g.in(2) {
		v := maybe[int](g, d)
		if v.bound > largeInt {
			v = literal[int](g)
		}
		pointer(l, "Count", func(i *Item) **int { return &i.Count }, v)
	}
	if g.in(2) {
		pointer(l, "Note", func(i *Item) **string { return &i.Note }, maybe[string](g, d))
	}
	if g.in(3) {
		member(l, "Tags", func(i *Item) *[]string { return &i.Tags }, sure(g, d))
	}
	if g.in(3) {
		member(l, "Odd", func(i *Item) *int { return &i.Odd }, stored[int](g, d))
	}
	if g.in(3) {
		member(l, "Weight", func(i *Item) *float64 { return &i.Weight }, stored[float64](g, d))
	}
	if g.in(3) {
		member(l, "In", func(i *Item) *bool { return &i.In }, pick[bool](g, d))
	}
	return l.of(g, literal[Item](g))
}

func quote(g *gen, d int) val[Quote] {
	l := &filled[Quote]{}
	if g.in(2) {
		member(l, "Text", func(q *Quote) *string { return &q.Text }, pick[string](g, d))
	}
	if g.in(3) {
		member(l, "Total", func(q *Quote) *float64 { return &q.Total }, stored[float64](g, d))
	}
	if g.in(3) { // a text that is not empty, or nothing: an empty one would be left out in Go alone
		why := g.textOf(d, 0)
		c := g.cond(d)
		v := val[string]{
			text: call("Maybe", c.text, call("Text", `"w"`, why.text)), vars: why.vars || c.vars, opt: true,
			build: func(b *writing) *string {
				return flow.Maybe(b.f, c.build(b), flow.Text(b.f, "w", why.build(b)))
			},
			eval: func(e *running) *string {
				if c.eval(e) {
					return new("w" + *why.eval(e))
				}
				return nil
			},
		}
		member(l, "Why", func(q *Quote) *string { return &q.Why }, v)
	}
	if g.in(3) {
		v := maybe[int](g, d)
		if v.bound > largeInt {
			v = literal[int](g)
		}
		pointer(l, "Left", func(q *Quote) **int { return &q.Left }, v)
	}
	if g.in(3) {
		member(l, "Lines", func(q *Quote) *[]string { return &q.Lines }, sure(g, d))
	}
	if g.in(3) {
		member(l, "N", func(q *Quote) *int { return &q.N }, stored[int](g, d))
	}
	return l.of(g, literal[Quote](g))
}

func pair(g *gen, d int) val[Pair] {
	l := &filled[Pair]{}
	member(l, "A", func(p *Pair) *string { return &p.A }, pick[string](g, d))
	if g.in(2) {
		member(l, "B", func(p *Pair) *int { return &p.B }, stored[int](g, d))
	}
	return l.of(g, literal[Pair](g))
}
