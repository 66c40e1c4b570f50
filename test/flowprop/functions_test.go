package flowprop

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"strings"
	"time"

	"github.com/stepwright/stepwright/flow"
)

// The functions of values: those that have one operand of type A and give an R.
func unary[A, R any](name string, a val[A], optional bool, build func(f *flow.Flow, a *A) *R, eval func(a A) R) val[R] {
	return val[R]{
		text: call(name, a.text), opt: optional && a.opt, vars: a.vars, bound: largeBound[R](),
		build: func(b *writing) *R { return build(b.f, a.build(b)) },
		eval: func(e *running) *R {
			x := a.eval(e)
			if x == nil || optional && !there(x) {
				if optional {
					return nil
				}
				x = new(A)
			}
			return new(eval(*x))
		},
	}
}

func binary2[A, B, R any](name string, a val[A], c val[B], build func(f *flow.Flow, a *A, b *B) *R, eval func(a A, b B) R) val[R] {
	return val[R]{
		text: call(name, a.text, c.text), opt: a.opt || c.opt, vars: a.vars || c.vars, bound: largeBound[R](),
		build: func(b *writing) *R { return build(b.f, a.build(b), c.build(b)) },
		eval: func(e *running) *R {
			x, y := a.eval(e), c.eval(e)
			if x == nil || y == nil {
				return nil
			}
			return new(eval(*x, *y))
		},
	}
}

func init() {
	textFunctions()
	numberFunctions[float64]("float")
	numberFunctions[int]("int")
	floatFunctions()
	timeFunctions()
	generalFunctions()
	listFunctions()
	structFunctions()
}

type part1 struct {
	text  string
	vars  bool
	build func(b *writing) any
	eval  func(e *running) string
}

// partOf is a part of Text that is a T.
func partOf[T any](v val[T], spell func(T) string) part1 {
	return part1{v.text, v.vars, func(b *writing) any { return v.build(b) }, func(e *running) string {
		if x := v.eval(e); x != nil {
			return spell(*x)
		}
		return ""
	}}
}

func self(s string) string { return s }

func (g *gen) part(d int) part1 {
	switch g.n(9) {
	case 0:
		s := one(g.source, texts...)
		return part1{fmt.Sprintf("%+q", s), false, func(*writing) any { return s }, func(*running) string { return s }}
	case 1, 2:
		return partOf(maybe[string](g, d), self)
	case 3:
		return partOf(legible(maybe[float64](g, d)), number)
	case 4:
		return partOf(maybe[int](g, d), func(n int) string { return number(float64(n)) })
	case 5, 6:
		return partOf(maybe[bool](g, d), func(b bool) string { return fmt.Sprint(b) })
	case 7:
		return partOf(maybe[time.Time](g, d), timeText)
	default:
		x := one(g.source, floats...)
		return part1{fmt.Sprint(x), false, func(*writing) any { return x }, func(*running) string { return number(x) }}
	}
}

// legible is a number that Go's %g writes into text as JavaScript does: without an exponent.
func legible(v val[float64]) val[float64] {
	x := reckoned(v)
	return val[float64]{
		text: "in range(" + x.text + ")", vars: x.vars,
		build: func(b *writing) *float64 {
			n := x.build(b)
			return flow.If(b.f, flow.And(flow.AtLeast(n, 1e-6), flow.Below(n, 1e14)), n, new(0.5))
		},
		eval: func(e *running) *float64 {
			if n := x.eval(e); n != nil && *n >= 1e-6 && *n < 1e14 {
				return n
			}
			return new(0.5)
		},
	}
}

// reckoned is a number as the result of a computation.
func reckoned(v val[float64]) val[float64] {
	return unary("Add", v, true, func(f *flow.Flow, x *float64) *float64 { return flow.Add(f, x, new(0.0)) }, func(x float64) float64 { return x + 0 }).with("", "new(0.0)")
}

// textOf is Text of some parts.
func (g *gen) textOf(d, least int) val[string] {
	n := least + g.n(4)
	parts := make([]part1, n)
	names := make([]string, n)
	v := val[string]{}
	for i := range n {
		parts[i] = g.part(d)
		names[i], v.vars = parts[i].text, v.vars || parts[i].vars
	}
	v.text = call("Text", names...)
	v.build = func(b *writing) *string {
		all := make([]any, n)
		for i, p := range parts {
			all[i] = p.build(b)
		}
		return flow.Text(b.f, all...)
	}
	v.eval = func(e *running) *string {
		s := ""
		for _, p := range parts {
			s += p.eval(e)
		}
		return &s
	}
	return v
}

func textFunctions() {
	for range 3 {
		produce("Text", func(g *gen, d int) val[string] { return g.textOf(d, 0) })
	}
	on := func(name string, build func(f *flow.Flow, s *string) *string, eval func(string) string) {
		produce(name, func(g *gen, d int) val[string] { return unary(name, maybe[string](g, d), true, build, eval) })
	}
	on("Lower", flow.Lower, strings.ToLower)
	on("Upper", flow.Upper, strings.ToUpper)
	on("Trim", flow.Trim, trim)
	produce("Replace", func(g *gen, d int) val[string] {
		old, to := one(g.source, texts[1:]...), one(g.source, texts...)
		return unary("Replace", maybe[string](g, d), true, func(f *flow.Flow, s *string) *string { return flow.Replace(f, s, old, to) },
			func(s string) string { return strings.ReplaceAll(s, old, to) }).with("Replace", fmt.Sprintf("%+q to %+q", old, to))
	})
	produce("Slice", func(g *gen, d int) val[string] {
		from, to := one(g.source, 0, 1, 2, -1, -2, -5, 9), one(g.source, -1, 0, 1, 2, 3, 9)
		return unary("Slice", maybe[string](g, d), true, func(f *flow.Flow, s *string) *string { return flow.Slice(f, s, from, to) },
			func(s string) string { return part(s, from, to) }).with("Slice", fmt.Sprint(from, ", ", to))
	})
	produce("Split", func(g *gen, d int) val[[]string] {
		by := one(g.source, " ", ",", "-", "a", "ab", ".", "\U0001F600", "$1", "*")
		v := unary("Split", maybe[string](g, d), true, func(f *flow.Flow, s *string) *[]string { return flow.Split(f, s, by) },
			func(s string) []string { return strings.Split(s, by) }).with("Split", fmt.Sprintf("%+q", by))
		return v.always()
	})
	produce("Join", func(g *gen, d int) val[string] {
		by := one(g.source, texts...)
		return unary("Join", maybe[[]string](g, d), false, func(f *flow.Flow, s *[]string) *string { return flow.Join(f, s, by) },
			func(s []string) string { return strings.Join(s, by) }).with("Join", fmt.Sprintf("%+q", by))
	})
	produce("String", func(g *gen, d int) val[string] {
		if g.in(2) {
			return unary("String", maybe[int](g, d), true, flow.String[int], func(x int) string { return number(float64(x)) })
		}
		return unary("String", legible(maybe[float64](g, d)), true, flow.String[float64], number)
	})
	produce("Hash", func(g *gen, d int) val[string] {
		type algorithm struct {
			name string
			sum  func(s string) string
		}
		a := one(g.source, algorithm{"SHA-256", func(s string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(s))) }},
			algorithm{"MD5", func(s string) string { return fmt.Sprintf("%x", md5.Sum([]byte(s))) }},
			algorithm{"SHA-1", func(s string) string { return fmt.Sprintf("%x", sha1.Sum([]byte(s))) }},
			algorithm{"SHA-384", func(s string) string { return fmt.Sprintf("%x", sha512.Sum384([]byte(s))) }},
			algorithm{"SHA-512", func(s string) string { return fmt.Sprintf("%x", sha512.Sum512([]byte(s))) }})
		return unary("Hash", maybe[string](g, d), true, func(f *flow.Flow, s *string) *string { return flow.Hash(f, s, a.name) }, a.sum).with("Hash", a.name)
	})
	jsonFunctions[string]()
	jsonFunctions[int]()
	jsonFunctions[bool]()
	jsonFunctions[[]string]()
	jsonFunctions[[]int]()
	jsonFunctions[[][]int]()
	produce("JSONata", func(g *gen, d int) val[string] {
		a, c := pick[string](g, d), pick[int](g, d)
		return binary2("JSONata", a, c, func(f *flow.Flow, a *string, b *int) *string {
			return flow.JSONata[string](f, `$2 > 1 ? "<" & $1 & ">" : $1`, a, b)
		}, func(a string, b int) string {
			if b > 1 {
				return "<" + a + ">"
			}
			return a
		})
	})
}

// jsonFunctions are JSON of a T, and Parse of that.
func jsonFunctions[T any]() {
	produce("JSON", func(g *gen, d int) val[string] {
		return unary("JSON", pick[T](g, d), false, flow.JSON[T], func(v T) string { return jsonText(v) })
	})
	produce("Parse", func(g *gen, d int) val[T] {
		v := unary("Parse", unary("JSON", pick[T](g, d), false, flow.JSON[T], func(v T) string { return jsonText(v) }), true,
			func(f *flow.Flow, s *string) *T { return flow.Parse(f, s, *new(T)) }, func(s string) T { return parse[T](s) })
		return v
	})
}

// with says what a function has besides its operand.
func (v val[T]) with(_, what string) val[T] {
	v.text = strings.TrimSuffix(v.text, ")") + ", " + what + ")"
	return v
}

// always is a list function's result: a list also where its operand is absent.
func (v val[T]) always() val[T] {
	eval := v.eval
	v.opt, v.list = false, true
	v.eval = func(e *running) *T {
		if x := eval(e); there(x) {
			return x
		}
		empty := reflect.New(reflect.TypeFor[T]())
		empty.Elem().Set(reflect.MakeSlice(reflect.TypeFor[T](), 0, 0))
		return empty.Interface().(*T)
	}
	return v
}

type numeric interface{ ~int | ~float64 }

// numberFunctions are those of numbers of any type.
func numberFunctions[T numeric](string) {
	op := func(name string, build func(f *flow.Flow, a, b *T) *T, eval func(a, b T) T, bound func(a, b float64) float64) {
		produce(name, func(g *gen, d int) val[T] {
			a, b := maybe[T](g, d), maybe[T](g, d)
			v := binary2(name, a, b, build, eval)
			v.bound = bound(a.bound, b.bound)
			if limit := limitOf[T](); v.bound > limit {
				return val[T]{}
			}
			return v
		})
	}
	plus := func(a, b float64) float64 { return a + b }
	op("Add", flow.Add[T], func(a, b T) T { return a + b }, plus)
	op("Sub", flow.Sub[T], func(a, b T) T { return a - b }, plus)
	op("Mul", flow.Mul[T], func(a, b T) T { return a * b }, func(a, b float64) float64 { return a * b })
	extreme := func(name string, build func(f *flow.Flow, first *T, more ...*T) *T, eval func(a, b T) T) {
		produce(name, func(g *gen, d int) val[T] {
			all := make([]val[T], 1+g.n(3))
			v := val[T]{opt: true}
			var names []string
			for i := range all {
				all[i] = maybe[T](g, d)
				names = append(names, all[i].text)
				v.opt, v.vars, v.bound = v.opt && all[i].opt, v.vars || all[i].vars, max(v.bound, all[i].bound)
			}
			v.text = call(name, names...)
			v.build = func(b *writing) *T {
				var more []*T
				first := all[0].build(b)
				for _, x := range all[1:] {
					more = append(more, x.build(b))
				}
				return build(b.f, first, more...)
			}
			v.eval = func(e *running) (best *T) {
				for _, x := range all {
					switch n := x.eval(e); {
					case n == nil:
					case best == nil:
						best = new(*n)
					default:
						best = new(eval(*best, *n))
					}
				}
				return best
			}
			return v
		})
	}
	extreme("Min", flow.Min[T], func(a, b T) T { return min(a, b) })
	extreme("Max", flow.Max[T], func(a, b T) T { return max(a, b) })
	produce("Sum", func(g *gen, d int) val[T] {
		v := unary("Sum", maybe[[]T](g, d), false, flow.Sum[T], func(l []T) (sum T) {
			for _, x := range l {
				sum += x
			}
			return sum
		})
		v.bound *= 4096
		return v
	})
}

// limitOf is what numbers of programs may come to: integers stay exact, and nothing becomes infinite.
func limitOf[T any]() float64 {
	if reflect.TypeFor[T]().Kind() == reflect.Int {
		return 1 << 52
	}
	return 1e250
}

func floatFunctions() {
	produce("Div", func(g *gen, d int) val[float64] {
		by := one(g.source, 2, 1, 3, -4, 0.1, 7, 1e6)
		a := maybe[float64](g, d)
		v := unary("Div", a, true, func(f *flow.Flow, a *float64) *float64 { return flow.Div(f, a, &by) }, func(a float64) float64 { return a / by }).with("Div", fmt.Sprint(by))
		v.bound = a.bound * 10
		return v
	})
	produce("Number", func(g *gen, d int) val[float64] {
		v := unary("Number", maybe[int](g, d), true, func(f *flow.Flow, n *int) *float64 { return flow.Number(f, n, 0.0) }, func(n int) float64 { return float64(n) })
		v.bound = 1 << 53
		return v
	})
	produce("Round", func(g *gen, d int) val[float64] {
		digits := one(g.source, 0, 1, 2, -1, 4)
		a := maybe[float64](g, d)
		if a.bound > 1e100 {
			return val[float64]{}
		}
		v := unary("Round", a, true, func(f *flow.Flow, a *float64) *float64 { return flow.Round(f, a, digits) }, func(a float64) float64 { return round(a, digits) }).with("Round", fmt.Sprint(digits))
		v.bound = a.bound * 2
		return v
	})
	produce("Number of what is rounded", func(g *gen, d int) val[int] {
		n := maybe[int](g, d)
		half := unary("Div", unary("Number", n, true, func(f *flow.Flow, n *int) *float64 { return flow.Number(f, n, 0.0) }, func(n int) float64 { return float64(n) }),
			true, func(f *flow.Flow, a *float64) *float64 { return flow.Div(f, flow.Add(f, a, new(0.0)), new(2.0)) }, func(a float64) float64 { return a / 2 })
		v := unary("Number(Round)", half, true, func(f *flow.Flow, a *float64) *int {
			return flow.Add(f, flow.Number(f, flow.Round(f, a, 0), 0), new(0))
		},
			func(a float64) int { return int(math.RoundToEven(a)) })
		v.bound = n.bound
		return v
	})
	produce("JSONata", func(g *gen, d int) val[float64] {
		a, b := stored[float64](g, d), stored[float64](g, d)
		v := binary2("JSONata", a, b, func(f *flow.Flow, a, b *float64) *float64 {
			return flow.JSONata[float64](f, "$1 * $1 - $2", a, b)
		}, func(a, b float64) float64 { return a*a - b })
		v.bound = 1e50
		return v
	})
}

func timeFunctions() {
	produce("Later", func(g *gen, d int) val[time.Time] {
		by := one(g.source, time.Hour, 0, time.Millisecond, -90*time.Minute, 24*time.Hour)
		return unary("Later", maybe[time.Time](g, d), true, func(f *flow.Flow, t *time.Time) *time.Time { return flow.Later(f, t, by) },
			func(t time.Time) time.Time { return time.UnixMilli(t.UnixMilli()).Add(by).In(millis) }).with("Later", by.String())
	})
	executionFunctions()
}

// started is when executions of tests start.
var started = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// choosing are If, OrElse and Maybe for a type.
func choosing[T any]() {
	produce("If", func(g *gen, d int) val[T] {
		c, a, b := g.cond(d), maybe[T](g, d), maybe[T](g, d)
		return val[T]{
			text: call("If", c.text, a.text, b.text), opt: a.opt || b.opt, vars: c.vars || a.vars || b.vars, list: a.list && b.list, bound: max(a.bound, b.bound),
			build: func(w *writing) *T { return flow.If(w.f, c.build(w), a.build(w), b.build(w)) },
			eval: func(e *running) *T {
				if c.eval(e) {
					return a.eval(e)
				}
				return b.eval(e)
			},
		}
	})
	produce("OrElse", func(g *gen, d int) val[T] { return orElse(g, maybe[T](g, d), maybe[T](g, d)) })
	produce("Maybe", func(g *gen, d int) val[T] {
		c, v := g.cond(d), maybe[T](g, d)
		return val[T]{
			text: call("Maybe", c.text, v.text), opt: true, vars: c.vars || v.vars, bound: v.bound,
			build: func(w *writing) *T { return flow.Maybe(w.f, c.build(w), v.build(w)) },
			eval: func(e *running) *T {
				if c.eval(e) {
					return v.eval(e)
				}
				return nil
			},
		}
	})
}

func generalFunctions() {
	choosing[string]()
	choosing[float64]()
	choosing[int]()
	choosing[bool]()
	choosing[time.Time]()
	choosing[[]string]()
	choosing[[]float64]()
	choosing[[]int]()
	choosing[[][]int]()
	choosing[[]Item]()
	choosing[Item]()
	choosing[Quote]()
	produce("If", func(g *gen, d int) val[bool] {
		c := g.cond(d)
		return val[bool]{
			text: call("If", c.text, "new(true)", "new(false)"), vars: c.vars,
			build: func(w *writing) *bool { return flow.If(w.f, c.build(w), new(true), new(false)) },
			eval:  func(e *running) *bool { return new(c.eval(e)) },
		}
	})
	keyOf[string]()
	keyOf[int]()
	produce("Shape", func(g *gen, d int) val[Quote] {
		a, ok := leaf[any](g, true)
		if !ok {
			return val[Quote]{}
		}
		v := unary("Shape", a, true, func(f *flow.Flow, x *any) *Quote { return flow.Shape(f, x, Quote{}) }, func(x any) Quote { return Quote{} })
		v.eval = func(e *running) *Quote {
			if m, ok := object(a.eval(e)); ok {
				return &Quote{Text: m["text"].(string), Total: m["total"].(float64), Lines: []string{}, N: 4}
			}
			return nil
		}
		// What it is looked at as is asked for first.
		c := cond{text: "like a Quote", build: func(b *writing) flow.Condition {
			return flow.And(flow.IsType(a.build(b), "object"), flow.Exists(&flow.Shape(b.f, a.build(b), Quote{}).Text))
		}}
		build := v.build
		v.build = func(b *writing) *Quote { return flow.Maybe(b.f, c.build(b), build(b)) }
		v.opt = true
		return v
	})
}

// object is an open value that looks like a Quote.
func object(x *any) (map[string]any, bool) {
	if x == nil {
		return nil, false
	}
	m, ok := (*x).(map[string]any)
	return m, ok && m["text"] != nil
}

func keyOf[V any]() {
	produce("Key", func(g *gen, d int) val[V] {
		m, ok := leaf[map[string]V](g, true)
		if !ok {
			return val[V]{}
		}
		k := pick[string](g, d)
		return val[V]{
			text: call("Key", m.text, k.text), opt: true, vars: m.vars || k.vars, bound: largeBound[V](),
			build: func(b *writing) *V { return flow.Key(b.f, m.build(b), k.build(b)) },
			eval: func(e *running) *V {
				all := m.eval(e)
				if all == nil {
					return nil
				}
				if v, ok := (*all)[*k.eval(e)]; ok {
					return &v
				}
				return nil
			},
		}
	})
	produce("Merge", func(g *gen, d int) val[map[string]V] {
		a, b := maybe[map[string]V](g, d), maybe[map[string]V](g, d)
		return merge(a, b, func(x, y map[string]V) map[string]V {
			out := maps.Clone(x)
			if out == nil {
				out = map[string]V{}
			}
			maps.Copy(out, y)
			return out
		})
	})
}

func merge[T any](a, b val[T], eval func(a, b T) T) val[T] {
	return val[T]{
		text: call("Merge", a.text, b.text), vars: a.vars || b.vars,
		build: func(w *writing) *T { return flow.Merge(w.f, a.build(w), b.build(w)) },
		eval: func(e *running) *T {
			x, y := a.eval(e), b.eval(e)
			if x == nil {
				x = new(T)
			}
			if y == nil {
				return x
			}
			return new(eval(*x, *y))
		},
	}
}

func parse[T any](s string) T {
	var v T
	if err := json.Unmarshal([]byte(s), &v); err != nil {
		panic(err)
	}
	return v
}
