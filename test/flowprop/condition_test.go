package flowprop

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/stepwright/stepwright/flow"
)

// A cond is a condition of a program.
type cond struct {
	text  string
	vars  bool
	facts []string // what is known to be there where it holds
	build func(b *writing) flow.Condition
	eval  func(e *running) bool
}

// cond makes a condition up.
func (g *gen) cond(d int) cond {
	if d > 0 && g.in(4) {
		switch g.n(3) {
		case 0:
			g.count("Not")
			x := g.cond(d - 1)
			return cond{
				text: "flow.Not(" + x.text + ")", vars: x.vars,
				build: func(b *writing) flow.Condition { return flow.Not(x.build(b)) }, eval: func(e *running) bool { return !x.eval(e) },
			}
		case 1:
			return g.joined(d, "And", flow.And, true)
		default:
			return g.joined(d, "Or", flow.Or, false)
		}
	}
	all := []func(*gen, int) cond{
		simple[bool], ordering[int], comparing[string], ordering[float64], existence, comparing[bool], comparing[int], ordering[string], comparing[float64],
		ordering[int64], comparing[int64], before1, like, contains[string], contains[int], typeOf, pairs, comparing[time.Time],
	}
	return all[g.n(len(all))](g, d)
}

func (g *gen) joined(d int, name string, build func(...flow.Condition) flow.Condition, and bool) cond {
	g.count(name)
	all := make([]cond, g.n(4))
	out := cond{}
	var names []string
	g.scoped(func() {
		for i := range all {
			all[i] = g.cond(d - 1)
			names = append(names, all[i].text)
			out.vars = out.vars || all[i].vars
			if and {
				out.facts = append(out.facts, all[i].facts...)
			}
		}
	})
	out.text = "flow." + name + "(" + strings.Join(names, ", ") + ")"
	out.build = func(b *writing) flow.Condition {
		var list []flow.Condition
		for _, c := range all {
			list = append(list, c.build(b))
		}
		return build(list...)
	}
	out.eval = func(e *running) bool {
		for _, c := range all {
			if c.eval(e) != and {
				return !and
			}
		}
		return and
	}
	return out
}

// about is what a condition on v says to be there.
func about[T any](v val[T]) []string {
	name := strings.TrimPrefix(v.text, "&")
	if !v.opt || strings.ContainsAny(name, "( ") || v.vars {
		return nil
	}
	return []string{name}
}

func simple[T any](g *gen, d int) cond {
	g.count("True")
	v := maybe[bool](g, d)
	return cond{
		text: "flow.True(" + v.text + ")", vars: v.vars, facts: about(v),
		build: func(b *writing) flow.Condition { return flow.True(v.build(b)) },
		eval:  func(e *running) bool { x := v.eval(e); return x != nil && *x },
	}
}

// comparing are Is, OneOf and Equal.
func comparing[T comparable](g *gen, d int) cond {
	v := maybe[T](g, d)
	switch g.n(3) {
	case 0:
		g.count("Is")
		want := *literal[T](g).eval(nil)
		return cond{
			text: fmt.Sprintf("flow.Is(%s, %s)", v.text, source1(reflect.ValueOf(want))), vars: v.vars,
			build: func(b *writing) flow.Condition { return flow.Is(v.build(b), want) },
			eval: func(e *running) bool {
				x := v.eval(e)
				if x == nil && v.omits && want == *new(T) {
					return true
				}
				return x != nil && same(*x, want)
			},
		}
	case 1:
		g.count("OneOf")
		want := make([]T, 1+g.n(3))
		for i := range want {
			want[i] = *literal[T](g).eval(nil)
		}
		return cond{
			text: fmt.Sprintf("flow.OneOf(%s, %v)", v.text, want), vars: v.vars, facts: about(v),
			build: func(b *writing) flow.Condition { return flow.OneOf(v.build(b), want...) },
			eval: func(e *running) bool {
				x := v.eval(e)
				return x != nil && slices.ContainsFunc(want, func(w T) bool { return same(*x, w) })
			},
		}
	default:
		g.count("Equal")
		w := maybe[T](g, d)
		return cond{
			text: fmt.Sprintf("flow.Equal(%s, %s)", v.text, w.text), vars: v.vars || w.vars, facts: append(about(v), about(w)...),
			build: func(b *writing) flow.Condition { return flow.Equal(v.build(b), w.build(b)) },
			eval: func(e *running) bool {
				x, y := v.eval(e), w.eval(e)
				return x != nil && y != nil && same(*x, *y)
			},
		}
	}
}

// same tells whether two values have the same JSON. Equal instants written differently are different.
func same[T comparable](a, b T) bool {
	if t, ok := any(a).(time.Time); ok {
		return timeText(t) == timeText(any(b).(time.Time))
	}
	return a == b
}

type ordered interface {
	~int | ~int64 | ~float64 | ~string
}

func less[T ordered](a, b T) bool {
	if s, ok := any(a).(string); ok {
		return before(s, any(b).(string))
	}
	return a < b
}

// ordering are Above, AtLeast, Below, AtMost and Less.
func ordering[T ordered](g *gen, d int) cond {
	type order struct {
		name  string
		build func(v *T, limit T) flow.Condition
		eval  func(v, limit T) bool
	}
	x := one(g.source, order{"Above", flow.Above[T], func(v, l T) bool { return less(l, v) }}, order{"Below", flow.Below[T], less[T]},
		order{"AtLeast", flow.AtLeast[T], func(v, l T) bool { return !less(v, l) }}, order{"AtMost", flow.AtMost[T], func(v, l T) bool { return !less(l, v) }},
		order{"Less", nil, nil})
	g.count(x.name)
	v := maybe[T](g, d)
	if x.build == nil {
		w := maybe[T](g, d)
		return cond{
			text: fmt.Sprintf("flow.Less(%s, %s)", v.text, w.text), vars: v.vars || w.vars, facts: append(about(v), about(w)...),
			build: func(b *writing) flow.Condition { return flow.Less(v.build(b), w.build(b)) },
			eval: func(e *running) bool {
				a, b := v.eval(e), w.eval(e)
				return a != nil && b != nil && less(*a, *b)
			},
		}
	}
	limit := *literal[T](g).eval(nil)
	return cond{
		text: fmt.Sprintf("flow.%s(%s, %s)", x.name, v.text, source1(reflect.ValueOf(limit))), vars: v.vars, facts: about(v),
		build: func(b *writing) flow.Condition { return x.build(v.build(b), limit) },
		eval:  func(e *running) bool { a := v.eval(e); return a != nil && x.eval(*a, limit) },
	}
}

func before1(g *gen, d int) cond {
	g.count("Before")
	v, w := maybe[time.Time](g, d), maybe[time.Time](g, d)
	return cond{
		text: fmt.Sprintf("flow.Before(%s, %s)", v.text, w.text), vars: v.vars || w.vars, facts: append(about(v), about(w)...),
		build: func(b *writing) flow.Condition { return flow.Before(v.build(b), w.build(b)) },
		eval: func(e *running) bool {
			a, b := v.eval(e), w.eval(e)
			return a != nil && b != nil && a.UnixMilli() < b.UnixMilli()
		},
	}
}

func existence(g *gen, d int) cond {
	switch g.n(7) {
	case 0:
		return exists[string](g, d)
	case 1:
		return exists[int](g, d)
	case 2:
		return exists[[]string](g, d)
	case 3:
		return exists[Item](g, d)
	case 4:
		return exists[time.Time](g, d)
	case 5:
		return exists[map[string]string](g, 0)
	default:
		return exists[any](g, 0)
	}
}

func exists[T any](g *gen, d int) cond {
	v, ok := leaf[T](g, true)
	if !ok || d > 0 && g.in(3) && reflect.TypeFor[T]().Kind() != reflect.Interface {
		v = maybe[T](g, d)
	}
	g.count("Exists")
	return cond{
		text: "flow.Exists(" + v.text + ")", vars: v.vars, facts: about(v),
		build: func(b *writing) flow.Condition { return flow.Exists(v.build(b)) },
		eval:  func(e *running) bool { return there(v.eval(e)) },
	}
}

func like(g *gen, d int) cond {
	g.count("Like")
	v := maybe[string](g, d)
	pattern := one(g.source, "*", "a*", "*b", "", "a", "*-*", "?*", "*.*", "(*", "*\\*", "é*", "*\U0001F600*", "[a]*", "*/*")
	return cond{
		text: fmt.Sprintf("flow.Like(%s, %q)", v.text, pattern), vars: v.vars, facts: about(v),
		build: func(b *writing) flow.Condition { return flow.Like(v.build(b), pattern) },
		eval:  func(e *running) bool { s := v.eval(e); return s != nil && fits(*s, pattern) },
	}
}

func contains[T comparable](g *gen, d int) cond {
	g.count("Contains")
	l, v := maybe[[]T](g, d), maybe[T](g, d)
	return cond{
		text: fmt.Sprintf("flow.Contains(%s, %s)", l.text, v.text), vars: l.vars || v.vars, facts: about(v),
		build: func(b *writing) flow.Condition { return flow.Contains(l.build(b), v.build(b)) },
		eval: func(e *running) bool {
			all, x := l.eval(e), v.eval(e)
			return all != nil && x != nil && slices.Contains(*all, *x)
		},
	}
}

// typeOf asks for the JSON type of an open value.
func typeOf(g *gen, d int) cond {
	v, ok := leaf[any](g, true)
	if !ok {
		return simple[bool](g, d)
	}
	g.count("IsType")
	typ := one(g.source, "number", "string", "boolean", "array", "object", "null")
	facts := about(v)
	if typ == "null" {
		facts = nil
	}
	return cond{
		text: fmt.Sprintf("flow.IsType(%s, %q)", v.text, typ), vars: v.vars, facts: facts,
		build: func(b *writing) flow.Condition { return flow.IsType(v.build(b), typ) },
		eval: func(e *running) bool {
			x := v.eval(e)
			if x == nil {
				return false
			}
			switch (*x).(type) {
			case nil:
				return typ == "null"
			case string:
				return typ == "string"
			case float64:
				return typ == "number"
			case bool:
				return typ == "boolean"
			case []any:
				return typ == "array"
			default:
				return typ == "object"
			}
		},
	}
}

// pairs compares whole structs.
func pairs(g *gen, d int) cond {
	g.count("Is a struct")
	v := pick[Pair](g, d)
	want := *literal[Pair](g).eval(nil)
	return cond{
		text: fmt.Sprintf("flow.Is(%s, %v)", v.text, want), vars: v.vars,
		build: func(b *writing) flow.Condition { return flow.Is(v.build(b), want) },
		eval:  func(e *running) bool { x := v.eval(e); return x != nil && *x == want },
	}
}
