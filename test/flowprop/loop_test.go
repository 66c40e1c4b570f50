package flowprop

import (
	"fmt"
	"reflect"
	"time"

	"github.com/stepwright/stepwright/flow"
)

// loop makes up one of the statements that do something several times, or several things as one.
func (g *gen) loop(n int, out *kinds) stmt {
	switch g.n(12) {
	case 0:
		return g.while(n, out)
	case 1:
		return untilOf[string](g, n, out)
	case 2:
		return untilOf[Quote](g, n, out)
	case 3:
		return tryOf[string](g, n, out)
	case 4:
		return tryOf[Quote](g, n, out)
	case 5:
		return tryOf[[][]int](g, n, out)
	case 6:
		return eachOf[string, string](g, n, out)
	case 7:
		return eachOf[Item, Quote](g, n, out)
	case 8:
		return eachOf[[]int, int](g, n, out)
	case 9:
		return eachOf[int, []int](g, n, out)
	case 10:
		return eachOf[*int, string](g, n, out)
	default:
		return batchOf[string, Quote](g, n, out)
	}
}

// A counter is a variable that ends a loop.
type counter struct {
	slot  slot
	turns int
	name  string
}

func (g *gen) counter() counter {
	s := g.add("turn", reflect.TypeFor[int]())
	s.vars = true // not mutable: only the loop itself counts
	return counter{*s, g.n(4), g.name("Count")}
}

func (c counter) declare(b *writing) { b.slots[c.slot.id] = flow.Var(b.f, c.slot.name, 0) }

func (c counter) value(b *writing) *int { return b.slots[c.slot.id].(*int) }

func (c counter) count(b *writing) {
	flow.Assign(b.f, c.name, flow.Set(c.value(b), flow.Add(b.f, c.value(b), new(1))))
}

// while turns until a counter or a condition ends it.
func (g *gen) while(n int, out *kinds) stmt {
	g.count("While")
	name := g.name("Turn")
	c := g.counter()
	cond := g.cond(2)
	var body block
	g.scoped(func() {
		g.facts = append(g.facts, cond.facts...)
		body = g.open(min(n, 2), out)
	})
	if body.ends { // a loop that never turns again is a mistake
		body = block{}
	}
	return stmt{fmt.Sprintf("flow.While(f, %q, flow.And(flow.Below(%s, %d), %s), func() {%s\tcount %s\n})", name, c.slot.name, c.turns, cond.text, body.text(), c.slot.name), func(b *writing) {
		c.declare(b)
		flow.While(b.f, name, flow.And(flow.Below(c.value(b), c.turns), cond.build(b)), func() {
			body.build(b)
			c.count(b)
		})
	}, func(e *running) *end {
		i := new(0)
		e.slots[c.slot.id] = i
		for ; ; e.slots[c.slot.id] = i {
			e.at = name
			if *i >= c.turns || !cond.eval(e) {
				return nil
			}
			if out := body.run(e); out != nil {
				return out
			}
			i = new(*i + 1)
		}
	}}
}

// untilOf turns at least once, and gives what the last turn made.
func untilOf[T any](g *gen, n int, out *kinds) stmt {
	g.count("Until")
	name := g.name("Enough")
	c := g.counter()
	var body block
	var v val[T]
	var done cond
	var last slot
	g.scoped(func() {
		body = g.open(min(n, 2), out)
		if body.ends {
			body = block{}
		}
		v = stored[T](g, 2)
	})
	g.scoped(func() {
		s := g.add("last", reflect.TypeFor[T]())
		last = *s
		done = g.cond(2)
	})
	s := *g.add("until", reflect.TypeFor[T]())
	return stmt{fmt.Sprintf("%s := flow.Until(f, %q, func() *%v {%s\tcount %s\n\treturn %s\n}, func(%s *%v) flow.Condition { return flow.Or(flow.AtLeast(%s, %d), %s) })",
		s.name, name, s.typ, body.text(), c.slot.name, v.text, last.name, s.typ, c.slot.name, c.turns, done.text), func(b *writing) {
		c.declare(b)
		b.slots[s.id] = flow.Until(b.f, name, func() *T {
			body.build(b)
			c.count(b)
			return flow.Let(b.f, last.name, v.build(b)) // not a literal of Go's, which may have nil pointers
		}, func(x *T) flow.Condition {
			b.slots[last.id] = x
			return flow.Or(flow.AtLeast(c.value(b), c.turns), done.build(b))
		})
	}, func(e *running) *end {
		for i := 0; ; {
			e.slots[c.slot.id] = new(i)
			if out := body.run(e); out != nil {
				return out
			}
			i++
			e.slots[c.slot.id] = new(i)
			x := v.eval(e)
			e.slots[last.id], e.at = x, name
			if i >= c.turns || done.eval(e) {
				e.slots[s.id] = x
				return nil
			}
		}
	}}
}

// tryOf is several steps that are retried, caught and rescued as one.
func tryOf[T any](g *gen, n int, out *kinds) stmt {
	g.count("Try")
	name := g.name("Try")
	t, sets := g.try(n, out)
	if g.calm > 0 || g.in(2) {
		rescueOf[T](g, t, n, out)
	}
	var body block
	var v val[T]
	inner := kindsOf[T]()
	g.inside(g.calm > 0, func() {
		body = g.open(min(n, 2), inner)
		if !body.ends {
			v = stored[T](g, 2)
		}
	})
	s := *g.add("tried", reflect.TypeFor[T]())
	t.result = s.id
	if !sets {
		g.slots = g.slots[:len(g.slots)-1]
	}
	return stmt{fmt.Sprintf("%s := flow.Try(f, %q, func(f *flow.Flow) *%v {%s\treturn %s\n}%s)", s.name, name, s.typ, body.text(), v.text, t.text), func(b *writing) {
		var options []flow.BlockOption
		for _, o := range t.options(b) {
			options = append(options, o)
		}
		b.slots[s.id] = flow.Try(b.f, name, func(f *flow.Flow) *T { return bodyOf(b, f, &body, v) }, options...)
		if t.after != nil {
			t.after(b)
		}
	}, func(e *running) *end {
		return t.attempt(e, name, func() *end {
			x, failed := valueOf(e, &body, v)
			e.slots[s.id] = x
			return failed
		})
	}}
}

// bodyOf writes a block that gives a value, with a flow of its own.
func bodyOf[T any](b *writing, f *flow.Flow, body *block, v val[T]) *T {
	inner := *b
	inner.f = f
	body.build(&inner)
	if body.ends {
		return nil
	}
	return v.build(&inner)
}

// valueOf runs a block that gives a value.
func valueOf[T any](e *running, body *block, v val[T]) (x *T, failed *end) {
	switch out := body.run(e); {
	case out == nil:
		return v.eval(e), nil
	case out.output == nil:
		return nil, out
	default:
		return out.output.(*T), nil
	}
}

// An iteration is what is done for each item.
type iteration[In, Out any] struct {
	item, index slot
	body        block
	v           val[Out]
}

func iterationOf[In, Out any](g *gen, n int, calm bool) (x iteration[In, Out]) {
	g.inside(calm, func() {
		item := g.add("item", reflect.TypeFor[In]())
		item.opt = item.typ.Kind() == reflect.Pointer
		x.item = *item
		if g.in(3) {
			g.count("Index")
			x.index = *g.add("index", reflect.TypeFor[int]())
		}
		x.body = g.open(min(n, 2), kindsOf[Out]())
		if !x.body.ends {
			x.v = stored[Out](g, 2)
		}
	})
	return x
}

func (x *iteration[In, Out]) text() string {
	return fmt.Sprintf("func(f *flow.Flow, %s *%v) *%v {%s\treturn %s\n}", x.item.name, x.item.typ, reflect.TypeFor[Out](), x.body.text(), x.v.text)
}

func (x *iteration[In, Out]) build(b *writing) func(f *flow.Flow, item *In) *Out {
	return func(f *flow.Flow, item *In) *Out {
		b.slots[x.item.id] = item
		if x.index.id > 0 {
			b.slots[x.index.id] = flow.Index(f)
		}
		return bodyOf(b, f, &x.body, x.v)
	}
}

// run does it for all items: one after the other, or all at the same time.
func (x *iteration[In, Out]) run(e *running, items *[]In, oneByOne bool) (*[]Out, *end) {
	out := []Out{}
	if items == nil {
		return &out, nil
	}
	begin, last := e.now, e.now
	for i := range *items {
		if !oneByOne {
			e.now = begin
		}
		e.slots[x.item.id] = &(*items)[i]
		e.slots[x.index.id] = new(i)
		v, failed := valueOf(e, &x.body, x.v)
		if failed != nil {
			return nil, failed
		}
		if e.now.After(last) {
			last = e.now
		}
		out = append(out, *v)
	}
	e.now = last
	return &out, nil
}

func eachOf[In, Out any](g *gen, n int, out *kinds) stmt {
	g.count("Each")
	name := g.name("All")
	items := pick[[]In](g, 2)
	t, sets := g.try(n, out)
	if g.calm > 0 || g.in(2) {
		rescueOf[[]Out](g, t, n, out)
	}
	risky := g.calm == 0 && g.in(2) // which one of several fails first is another matter
	x := iterationOf[In, Out](g, n-1, !risky)
	s := *g.add("all", reflect.TypeFor[[]Out]())
	t.result = s.id
	if !sets {
		g.slots = g.slots[:len(g.slots)-1]
	}
	return stmt{fmt.Sprintf("%s := flow.Each(f, %q, %s, %s, one by one: %t%s)", s.name, name, items.text, x.text(), risky, t.text), func(b *writing) {
		var options []flow.MapOption
		all := items.build(b)
		for _, o := range t.options(b) {
			options = append(options, o)
		}
		if risky {
			options = append(options, flow.Concurrency(1))
		}
		b.slots[s.id] = flow.Each(b.f, name, all, x.build(b), options...)
		if t.after != nil {
			t.after(b)
		}
	}, func(e *running) *end {
		return t.attempt(e, name, func() *end {
			all, failed := x.run(e, items.eval(e), risky)
			e.slots[s.id] = all
			return failed
		})
	}}
}

// batchOf does something for all items of a list in executions of their own. None of them fails: that would be an
// error of the whole Batch.
func batchOf[In, Out any](g *gen, n int, _ *kinds) stmt {
	g.count("Batch")
	name := g.name("Batch")
	items := pick[[]In](g, 2)
	g.child++
	x := iterationOf[In, Out](g, n-1, true)
	g.child--
	s := *g.add("all", reflect.TypeFor[[]Out]())
	return stmt{fmt.Sprintf("%s := flow.Batch(f, %q, flow.Items(%s), %s)", s.name, name, items.text, x.text()), func(b *writing) {
		b.slots[s.id] = flow.Batch(b.f, name, flow.Items(items.build(b)), x.build(b))
	}, func(e *running) *end {
		all, failed := x.run(e, items.eval(e), false)
		e.slots[s.id] = all
		return failed
	}}
}

// executionOf is a member of what an execution knows about itself. The children of a Batch know other things.
func executionOf[T any](text string, at func(x *flow.ExecutionInfo) *T, want T) func(g *gen, d int) val[T] {
	return func(g *gen, _ int) val[T] {
		if g.child > 0 {
			return val[T]{}
		}
		return val[T]{
			text: "&flow.Execution(f)." + text, build: func(b *writing) *T { return at(flow.Execution(b.f)) },
			eval: func(*running) *T { return new(want) },
		}
	}
}

func executionFunctions() {
	produce("Execution", executionOf("StartTime", func(x *flow.ExecutionInfo) *time.Time { return &x.StartTime }, started.In(millis)))
	produce("Execution", executionOf("Name", func(x *flow.ExecutionInfo) *string { return &x.Name }, "test"))
	produce("Execution", executionOf("ID", func(x *flow.ExecutionInfo) *string { return &x.ID }, "arn:aws:states:us-east-1:123456789012:execution:RandomProgram:test"))
	produce("Execution", executionOf("RedriveCount", func(x *flow.ExecutionInfo) *int { return &x.RedriveCount }, 0))
}
