package flowprop

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/stepwright/stepwright/flow"
)

// A stmt is one statement of a program.
type stmt struct {
	text  string // may have several lines
	build func(b *writing)
	run   func(e *running) *end
}

// An end says how a block was left; nil: it goes on with what comes next.
type end struct {
	output any // a pointer to what is returned
	name   string
	cause  string
}

// A block is some statements, and whether the last one of them goes on.
type block struct {
	stmts []stmt
	ends  bool
}

func (x *block) build(b *writing) {
	for _, s := range x.stmts {
		s.build(b)
	}
}

func (x *block) run(e *running) *end {
	for _, s := range x.stmts {
		if out := s.run(e); out != nil {
			return out
		}
	}
	return nil
}

func (x *block) text() string {
	var b strings.Builder
	for _, s := range x.stmts {
		b.WriteString("\n" + s.text)
	}
	return strings.ReplaceAll(b.String(), "\n", "\n\t") + "\n"
}

// A tailOf is a Tail that statements may end in.
type tailOf struct {
	id      int
	enter   func(g *gen) stmt
	catches bool // it takes what was caught
}

// name makes a state's name.
func (g *gen) name(what string) string {
	g.names++
	return fmt.Sprintf("%s %d%s", what, g.names, one(g.source, "", "", "", "?", " \u00e9\u65e5", " {% %}", ` "q" \`, "`"))
}

func (g *gen) open(n int, out *kinds) (x block) {
	for range g.n(n + 1) {
		s, ends := g.stmt(n-1, out)
		if s.build == nil {
			continue
		}
		x.stmts = append(x.stmts, s)
		if ends {
			x.ends = true
			return x
		}
	}
	return x
}

// stmt makes one statement up. n is how many statements blocks in it may have.
func (g *gen) stmt(n int, out *kinds) (s stmt, ends bool) {
	switch g.n(23) {
	case 0:
		return g.let(), false
	case 1, 2, 3:
		return g.task(n, out), false
	case 4, 5, 6:
		if n > 0 {
			return g.choice(n, out)
		}
		return g.wait(), false
	case 7, 8:
		return out.choose(g, n), false
	case 9:
		return g.wait(), false
	case 10:
		return g.variable(), false
	case 11, 16:
		return g.assign(), false
	case 17:
		return g.fresh(), false
	case 19, 20, 21, 22:
		if n > 0 && g.branch < 2 {
			return g.loop(n, out), false
		}
		return g.let(), false
	case 18:
		return g.assign(), false
	case 12, 13:
		if n > 0 && g.branch < 2 {
			return g.parallel(n, out), false
		}
		return g.let(), false
	case 14:
		if n > 0 && g.calm == 0 {
			return g.tail(n, out), false
		}
		return g.recipe(), false
	default:
		return g.recipe(), false
	}
}

// ending is a statement after which nothing comes.
func (g *gen) ending(out *kinds) stmt {
	switch {
	case g.calm > 0 || len(g.tails) == 0 && g.n(3) == 0:
		return out.early(g)
	case len(g.tails) > 0 && g.n(4) > 0:
		t := g.tails[g.n(len(g.tails))]
		return t.enter(g)
	default:
		return g.fail()
	}
}

func (g *gen) fail() stmt {
	name := g.name("Fail")
	if g.in(3) {
		g.count("FailWith")
		code, cause := pick[string](g, 2), pick[string](g, 2)
		return stmt{fmt.Sprintf("flow.FailWith(f, %q, %s, %s)", name, code.text, cause.text), func(b *writing) {
			flow.FailWith(b.f, name, code.build(b), cause.build(b))
		}, func(e *running) *end {
			e.at = name
			return &end{name: *code.eval(e), cause: *cause.eval(e)}
		}}
	}
	g.count("Fail")
	cause := g.textOf(1, 1)
	return stmt{fmt.Sprintf("flow.Fail(f, %q, \"Stopped\", %s)", name, cause.text), func(b *writing) {
		flow.Fail(b.f, name, "Stopped", cause.build(b))
	}, func(e *running) *end {
		e.at = name
		return &end{name: "Stopped", cause: *cause.eval(e)}
	}}
}

func (g *gen) wait() stmt {
	name := g.name("Wait")
	switch g.n(3) {
	case 0:
		g.count("Wait")
		d := time.Duration(g.n(3)*30) * time.Second
		return stmt{fmt.Sprintf("flow.Wait(f, %q, %v)", name, d), func(b *writing) { flow.Wait(b.f, name, d) }, func(e *running) *end {
			e.now, e.at = e.now.Add(d), name
			return nil
		}}
	case 1:
		g.count("WaitSeconds")
		n := unary("Max", pick[int](g, 1), false, func(f *flow.Flow, n *int) *int { return flow.Min(f, flow.Max(f, n, new(0)), new(86400)) },
			func(n int) int { return min(max(n, 0), 86400) }).with("", "0 to 86400")
		return stmt{fmt.Sprintf("flow.WaitSeconds(f, %q, %s)", name, n.text), func(b *writing) { flow.WaitSeconds(b.f, name, n.build(b)) }, func(e *running) *end {
			e.now, e.at = e.now.Add(time.Duration(*n.eval(e))*time.Second), name
			return nil
		}}
	default:
		g.count("WaitUntil")
		t := pick[time.Time](g, 1)
		return stmt{fmt.Sprintf("flow.WaitUntil(f, %q, %s)", name, t.text), func(b *writing) { flow.WaitUntil(b.f, name, t.build(b)) }, func(e *running) *end {
			if at := *t.eval(e); at.After(e.now) {
				e.now = at
			}
			e.at = name
			return nil
		}}
	}
}

// keep is a statement that gives a value a name: Let, or a Go variable for a recipe.
func keep[T any](g *gen, prefix, verb string, build func(b *writing, name string, v *T) *T) stmt {
	g.count(verb)
	v := stored[T](g, 3)
	s := g.add(prefix, reflect.TypeFor[T]())
	s.list, s.vars = v.list, verb != "Let" && v.vars
	if s.vars || verb != "Let" && v.konst { // it means what its variables mean then; or it is no value of the workflow
		g.slots = g.slots[:len(g.slots)-1]
		return stmt{}
	}
	id, name := s.id, s.name
	return stmt{fmt.Sprintf("%s := flow.%s(f, %q, %s)", name, verb, name, v.text), func(b *writing) {
		b.slots[id] = build(b, name, v.build(b))
	}, func(e *running) *end {
		e.slots[id] = v.eval(e)
		return nil
	}}
}

func letOf[T any](g *gen) stmt {
	return keep(g, "let", "Let", func(b *writing, name string, v *T) *T { return flow.Let(b.f, name, v) })
}

func recipeOf[T any](g *gen) stmt {
	return keep(g, "v", "a recipe in a Go variable", func(b *writing, name string, v *T) *T {
		flow.Let(b.f, name+" kept", v) // a literal that is used nowhere is a mistake
		return v
	})
}

func (g *gen) let() stmt {
	switch g.n(14) {
	case 0:
		return letOf[string](g)
	case 1:
		return letOf[int](g)
	case 2:
		return letOf[float64](g)
	case 3:
		return letOf[bool](g)
	case 4:
		return letOf[[]string](g)
	case 5:
		return letOf[[]int](g)
	case 6:
		return letOf[[][]int](g)
	case 7:
		return letOf[[]Item](g)
	case 8:
		return letOf[Item](g)
	case 9:
		return letOf[Quote](g)
	case 10:
		return letOf[time.Time](g)
	case 11:
		return letOf[map[string]string](g)
	case 12:
		return g.fresh()
	default:
		return letOf[[]*int](g)
	}
}

func (g *gen) recipe() stmt {
	switch g.n(8) {
	case 0:
		return recipeOf[string](g)
	case 1:
		return recipeOf[int](g)
	case 2:
		return recipeOf[float64](g)
	case 3:
		return recipeOf[[]Item](g)
	case 4:
		return recipeOf[Item](g)
	case 5:
		return recipeOf[Quote](g)
	case 6:
		return recipeOf[[][]int](g)
	default:
		return recipeOf[[]string](g)
	}
}

// fresh are values that differ each time they are worked out: bound once, they do not.
func (g *gen) fresh() stmt {
	switch g.n(3) {
	case 0:
		g.count("Now")
		s := g.add("now", reflect.TypeFor[time.Time]())
		id, name := s.id, s.name
		return stmt{fmt.Sprintf("%s := flow.Now(f, %q)", name, name), func(b *writing) { b.slots[id] = flow.Now(b.f, name) }, func(e *running) *end {
			e.slots[id] = new(e.now.In(millis))
			return nil
		}}
	case 1:
		g.count("UUID")
		s := g.add("same", reflect.TypeFor[bool]())
		id, name := s.id, s.name
		return stmt{fmt.Sprintf("%s := a UUID is itself", name), func(b *writing) {
			u := flow.UUID(b.f, name+" uuid")
			long := flow.Count(b.f, flow.Split(b.f, u, "-"))
			b.slots[id] = flow.Let(b.f, name, flow.If(b.f, flow.And(flow.Equal(u, flow.Text(b.f, u)), flow.Is(long, 5)), new(true), new(false)))
		}, func(e *running) *end {
			e.slots[id] = new(true)
			return nil
		}}
	default:
		g.count("Random")
		s := g.add("same", reflect.TypeFor[bool]())
		id, name := s.id, s.name
		return stmt{fmt.Sprintf("%s := a random number is in range", name), func(b *writing) {
			r := flow.Random(b.f, name+" random")
			b.slots[id] = flow.Let(b.f, name, flow.If(b.f, flow.And(flow.AtLeast(r, 0), flow.Below(r, 1), flow.Equal(r, flow.Add(b.f, r, new(0.0)))), new(true), new(false)))
		}, func(e *running) *end {
			e.slots[id] = new(true)
			return nil
		}}
	}
}

// variable declares one that may be assigned anew.
func variableOf[T any](g *gen) stmt {
	g.count("Var")
	v := literal[T](g)
	s := g.add("var", reflect.TypeFor[T]())
	s.mutable, s.vars = true, true
	id, name := s.id, s.name
	return stmt{fmt.Sprintf("%s := flow.Var(f, %q, %s)", name, name, v.text), func(b *writing) {
		b.slots[id] = flow.Var(b.f, name, *v.build(b))
	}, func(e *running) *end {
		e.slots[id] = v.eval(e)
		return nil
	}}
}

func (g *gen) variable() stmt {
	switch g.n(5) {
	case 0:
		return variableOf[int](g)
	case 1:
		return variableOf[string](g)
	case 2:
		return variableOf[[]int](g)
	case 3:
		return variableOf[Quote](g)
	default:
		return variableOf[float64](g)
	}
}

// A change assigns one variable, or a member of one.
type change struct {
	text  string
	build func(b *writing) flow.Setting
	eval  func(e *running) func()
}

func changeOf[T any](g *gen, s slot) change {
	v := stored[T](g, 2)
	return change{fmt.Sprintf("flow.Set(%s, %s)", s.name, v.text), func(b *writing) flow.Setting {
		return flow.Set(b.slots[s.id].(*T), v.build(b))
	}, func(e *running) func() {
		x := copyOf(*v.eval(e))
		return func() { e.slots[s.id] = x }
	}}
}

func memberOf[T any](g *gen, s slot, name string, at func(q *Quote) *T) change {
	v := stored[T](g, 2)
	return change{fmt.Sprintf("flow.Set(&%s.%s, %s)", s.name, name, v.text), func(b *writing) flow.Setting {
		return flow.Set(at(b.slots[s.id].(*Quote)), v.build(b))
	}, func(e *running) func() {
		x := *copyOf(*v.eval(e))
		return func() {
			q := copyOf(*e.slots[s.id].(*Quote))
			*at(q) = x
			e.slots[s.id] = q
		}
	}}
}

// assign gives variables new values, all at once.
func (g *gen) assign() stmt {
	var all []change
	for i := range g.slots {
		s := g.slots[i]
		if !s.mutable || s.shared || len(all) > 0 && g.in(2) {
			continue
		}
		switch s.typ {
		case reflect.TypeFor[int]():
			all = append(all, changeOf[int](g, s))
		case reflect.TypeFor[string]():
			all = append(all, changeOf[string](g, s))
		case reflect.TypeFor[float64]():
			all = append(all, changeOf[float64](g, s))
		case reflect.TypeFor[[]int]():
			all = append(all, changeOf[[]int](g, s))
		default:
			switch g.n(3) {
			case 0:
				all = append(all, changeOf[Quote](g, s))
			case 1:
				all = append(all, memberOf(g, s, "Text", func(q *Quote) *string { return &q.Text }), memberOf(g, s, "Lines", func(q *Quote) *[]string { return &q.Lines }))
			default:
				all = append(all, memberOf(g, s, "Total", func(q *Quote) *float64 { return &q.Total }))
			}
		}
	}
	if len(all) == 0 {
		return g.variable()
	}
	g.count("Assign")
	name := g.name("Assign")
	var texts []string
	for _, c := range all {
		texts = append(texts, c.text)
	}
	return stmt{fmt.Sprintf("flow.Assign(f, %q, %s)", name, strings.Join(texts, ", ")), func(b *writing) {
		var set []flow.Setting
		for _, c := range all {
			set = append(set, c.build(b))
		}
		flow.Assign(b.f, name, set...)
	}, func(e *running) *end {
		var todo []func()
		for _, c := range all {
			todo = append(todo, c.eval(e))
		}
		for _, do := range todo {
			do()
		}
		e.at = name
		return nil
	}}
}

// choice is a Choice of statements.
func (g *gen) choice(n int, out *kinds) (stmt, bool) {
	g.count("Choice")
	name := g.name("Choose")
	type arm struct {
		c cond
		b block
	}
	arms := make([]arm, 1+g.n(3))
	text := fmt.Sprintf("flow.Choice(f, %q)", name)
	ends := true
	for i := range arms {
		arms[i].c = g.cond(2)
		g.scoped(func() {
			g.facts = append(g.facts, arms[i].c.facts...)
			arms[i].b = g.arm(n, out)
		})
		ends = ends && arms[i].b.ends
		text += fmt.Sprintf(".\n\tWhen(%s, func() {%s})", arms[i].c.text, arms[i].b.text())
	}
	var otherwise *block
	if g.in(2) {
		x := block{}
		g.scoped(func() { x = g.arm(n, out) })
		otherwise, ends = &x, ends && x.ends
		text += fmt.Sprintf(".\n\tOtherwise(func() {%s})", x.text())
	} else {
		ends = false
	}
	return stmt{text, func(b *writing) {
		c := flow.Choice(b.f, name)
		for _, a := range arms {
			if len(a.b.stmts) == 0 {
				c.When(a.c.build(b), flow.Continue)
				continue
			}
			c.When(a.c.build(b), func() { a.b.build(b) })
		}
		if otherwise != nil {
			c.Otherwise(func() { otherwise.build(b) })
		}
	}, func(e *running) *end {
		e.at = name
		for _, a := range arms {
			if a.c.eval(e) {
				return a.b.run(e)
			}
		}
		if otherwise != nil {
			return otherwise.run(e)
		}
		return nil
	}}, ends
}

// arm is a block that may end.
func (g *gen) arm(n int, out *kinds) block {
	x := g.open(min(n, 2), out)
	if !x.ends && g.in(4) {
		x.stmts = append(x.stmts, g.ending(out))
		x.ends = true
	}
	return x
}

// kinds says what the block being written gives.
type kinds struct {
	early func(g *gen) stmt
	name  string
}

func kindsOf[T any]() *kinds {
	return &kinds{name: reflect.TypeFor[T]().String(), early: func(g *gen) stmt {
		g.count("Return")
		name, v := g.name("Return"), stored[T](g, 2)
		return stmt{fmt.Sprintf("flow.Return(f, %q, %s)", name, v.text), func(b *writing) { flow.Return(b.f, name, v.build(b)) }, func(e *running) *end {
			e.at = name
			return &end{output: v.eval(e)}
		}}
	}}
}

// choose is a Choice that gives a value.
func (k *kinds) choose(g *gen, n int) stmt {
	switch g.n(6) {
	case 0:
		return chooseOf[string](g, n, k)
	case 1:
		return chooseOf[int](g, n, k)
	case 2:
		return chooseOf[Quote](g, n, k)
	case 3:
		return chooseOf[[]string](g, n, k)
	case 4:
		return chooseOf[Item](g, n, k)
	default:
		return chooseOf[[][]int](g, n, k)
	}
}

func chooseOf[T any](g *gen, n int, out *kinds) stmt {
	g.count("Choose")
	name := g.name("Pick")
	type arm struct {
		c cond
		b block
		v val[T]
	}
	arms := make([]arm, 2+g.n(2))
	text := ""
	for i := range arms {
		last := i == len(arms)-1
		if !last {
			arms[i].c = g.cond(2)
		}
		g.scoped(func() {
			g.facts = append(g.facts, arms[i].c.facts...)
			arms[i].b = g.open(min(n, 1), out)
			switch {
			case arms[i].b.ends:
			case !last && g.in(5):
				arms[i].b.stmts = append(arms[i].b.stmts, g.ending(out))
				arms[i].b.ends = true
			default:
				arms[i].v = stored[T](g, 2)
			}
		})
		what := "When(" + arms[i].c.text + ", "
		if last {
			what = "Otherwise("
		}
		text += fmt.Sprintf(".\n\t%sfunc() *%v {%s\treturn %s})", what, reflect.TypeFor[T](), arms[i].b.text(), arms[i].v.text)
	}
	if last := &arms[len(arms)-1]; last.b.ends { // somebody has to go on
		last.b = block{}
		last.v = literal[T](g)
	}
	s := g.add("picked", reflect.TypeFor[T]())
	id := s.id
	do := func(b *writing, a *arm) *T {
		a.b.build(b)
		if a.b.ends {
			return nil
		}
		return a.v.build(b)
	}
	run := func(e *running, a *arm) *end {
		if out := a.b.run(e); out != nil {
			return out
		}
		e.slots[id] = a.v.eval(e)
		return nil
	}
	return stmt{fmt.Sprintf("%s := flow.Choose[%v](f, %q)%s", s.name, s.typ, name, text), func(b *writing) {
		c := flow.Choose[T](b.f, name)
		for i := range arms[:len(arms)-1] {
			c.When(arms[i].c.build(b), func() *T { return do(b, &arms[i]) })
		}
		b.slots[id] = c.Otherwise(func() *T { return do(b, &arms[len(arms)-1]) })
	}, func(e *running) *end {
		e.at = name
		for i := range arms[:len(arms)-1] {
			if arms[i].c.eval(e) {
				return run(e, &arms[i])
			}
		}
		return run(e, &arms[len(arms)-1])
	}}
}

// A tried is a step that may fail: how it is retried, and what catches its errors.
type tried struct {
	text    string
	backoff *flow.Backoff
	on      flow.Errors
	catches []catcher
	rescue  func(e *running, c *flow.Caught) (*end, bool) // puts the substitute into the result's slot
	options func(b *writing) []flow.Option
	after   func(b *writing) // what is written right below the step
	result  int              // the slot of what it gives
}

type catcher struct {
	on   flow.Errors
	slot int
	b    block
}

// matches tells whether an error's name is one of a list.
func matches(on flow.Errors, name string) bool {
	return slices.Contains(on, name) || slices.Contains(on, "States.ALL") || slices.Contains(on, "States.TaskFailed") && name != "States.Timeout"
}

var errorLists = []flow.Errors{flow.AnyError, flow.TaskFailed, flow.Raised[*Negative](), flow.Raised[Boomed](), slices.Concat(flow.TimedOut, flow.Raised[Boomed](), flow.Errors{"Stopped"})}

// try makes up the options of a step; sets tells whether its result is set on all ways that go on.
func (g *gen) try(n int, out *kinds) (t *tried, sets bool) {
	t = &tried{}
	sets = true
	if g.in(3) {
		g.count("Retry")
		t.backoff = &flow.Backoff{Attempts: g.n(3), First: time.Duration(1+g.n(3)) * time.Second, Rate: one(g.source, 2, 1, 1.5), Max: time.Hour}
		t.on = errorLists[g.n(len(errorLists))]
		t.text += fmt.Sprintf(", flow.Retry(%v, %+v)", t.on, *t.backoff)
	}
	if g.in(3) {
		for i := range 1 + g.n(2) {
			g.count("Catch")
			c := catcher{on: errorLists[1+g.n(len(errorLists)-1)]}
			if i == 1 || g.in(2) {
				c.on = errorLists[0]
			}
			g.scoped(func() {
				s := g.add("err", reflect.TypeFor[flow.Caught]())
				c.slot = s.id
				switch kind := g.n(4); {
				case kind > 1 && g.catching() != nil:
					g.count("Catch by a Tail")
					c.b = block{[]stmt{goOf(g.catching().id, refer[flow.Caught](*s, place{}, false, false))}, true}
				case kind == 0 && g.calm == 0:
					g.count("Rethrow")
					c.b = block{[]stmt{rethrow(g.name("Rethrow"), s.id)}, true}
				case kind == 1:
					c.b.stmts = append(c.b.stmts, out.early(g))
					c.b.ends = true
				case kind == 2 && g.calm == 0:
					c.b = g.open(1, out)
					if !c.b.ends {
						c.b.stmts = append(c.b.stmts, g.ending(out))
						c.b.ends = true
					}
				default:
					c.b = g.open(min(n, 1), out)
				}
			})
			sets = sets && c.b.ends
			t.catches = append(t.catches, c)
			t.text += fmt.Sprintf(", flow.Catch(%v, func(err%d *flow.Caught) {%s})", c.on, c.slot, c.b.text())
			if len(c.on) == 1 && c.on[0] == "States.ALL" {
				break
			}
		}
	}
	t.options = func(b *writing) (all []flow.Option) {
		if t.backoff != nil {
			all = append(all, flow.Retry(t.on, *t.backoff))
		}
		for _, c := range t.catches {
			all = append(all, flow.Catch(c.on, func(x *flow.Caught) {
				b.slots[c.slot] = x
				c.b.build(b)
			}))
		}
		return all
	}
	return t, sets
}

// catching is a Tail that errors can end in.
func (g *gen) catching() *tailOf {
	for i := range g.tails {
		if g.tails[i].catches {
			return &g.tails[i]
		}
	}
	return nil
}

func rethrow(name string, id int) stmt {
	return stmt{fmt.Sprintf("flow.Rethrow(f, %q, err%d)", name, id), func(b *writing) {
		flow.Rethrow(b.f, name, b.slots[id].(*flow.Caught))
	}, func(e *running) *end {
		x := e.slots[id].(*flow.Caught)
		return &end{name: x.Error, cause: x.Cause}
	}}
}

// attempt does something until it goes well or there are no attempts left, and goes the way of its error.
func (t *tried) attempt(e *running, state string, do func() *end) *end {
	failed := do()
	if b := t.backoff; failed != nil && b != nil && matches(t.on, failed.name) {
		wait := b.First.Seconds()
		for range b.Attempts {
			e.now = e.now.Add(time.Duration(wait * float64(time.Second)))
			wait *= b.Rate
			if failed = do(); failed == nil {
				return nil
			}
		}
	}
	if failed == nil {
		return nil
	}
	c := &flow.Caught{Error: failed.name, Cause: failed.cause, State: state}
	for _, x := range t.catches {
		if matches(x.on, failed.name) {
			e.slots[x.slot] = c
			return x.b.run(e)
		}
	}
	if t.rescue != nil {
		if out, ok := t.rescue(e, c); ok {
			return out
		}
	}
	return failed
}

// task calls a handler.
func (g *gen) task(n int, out *kinds) stmt {
	switch g.n(8) {
	case 0:
		return taskOf(g, n, out, "Shout", Shout)
	case 1:
		return taskOf(g, n, out, "Echo", Echo)
	case 2:
		return taskOf(g, n, out, "Price", Price)
	case 3:
		return taskOf(g, n, out, "Stock", Stock)
	case 4:
		return taskOf(g, n, out, "Sort", Sort)
	case 5:
		return taskOf(g, n, out, "Grid", Grid)
	case 6:
		return taskOf(g, n, out, "Boom", Boom)
	default:
		return taskOf(g, n, out, "Picky", Picky)
	}
}

func taskOf[In, Out any](g *gen, n int, out *kinds, handler string, fn func(context.Context, In) (Out, error)) stmt {
	g.count("Task")
	name := g.name("Call")
	in := stored[In](g, 2)
	t, sets := g.try(n, out)
	if g.calm > 0 || g.in(2) {
		rescueOf[Out](g, t, n, out)
	}
	s := g.add("result", reflect.TypeFor[Out]())
	id := s.id
	text := fmt.Sprintf("%s := flow.Task(f, %q, %s, %s%s)", s.name, name, handler, in.text, t.text)
	if !sets {
		g.slots = g.slots[:len(g.slots)-1]
	}
	t.result = id
	return stmt{text, func(b *writing) {
		var options []flow.TaskOption
		arg := in.build(b)
		for _, o := range t.options(b) {
			options = append(options, o)
		}
		b.slots[id] = flow.Task(b.f, name, fn, arg, options...)
		if t.after != nil {
			t.after(b)
		}
	}, func(e *running) *end {
		e.at = name
		return t.attempt(e, name, func() *end {
			x, err := fn(context.Background(), through(*in.eval(e)))
			if err != nil {
				return failureOf(err)
			}
			e.slots[id] = new(through(x))
			return nil
		})
	}}
}

// failureOf is an error as Lambda reports it.
func failureOf(err error) *end {
	t := reflect.TypeOf(err)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	cause, _ := json.Marshal(struct {
		Message string `json:"errorMessage"`
		Type    string `json:"errorType"`
	}{err.Error(), t.Name()})
	return &end{name: t.Name(), cause: string(cause)}
}

// rescueOf adds a Rescue, which gives a step another result. It tells whether there can be one.
func rescueOf[T any](g *gen, t *tried, n int, out *kinds) {
	if k := len(t.catches); k > 0 && slices.Contains(t.catches[k-1].on, "States.ALL") {
		return
	}
	g.count("Rescue")
	on := errorLists[0]
	if g.calm == 0 {
		on = errorLists[g.n(len(errorLists))]
	}
	var b block
	var v val[T]
	var id int
	g.scoped(func() {
		s := g.add("err", reflect.TypeFor[flow.Caught]())
		id = s.id
		b = g.open(min(n, 1), out)
		if !b.ends {
			v = stored[T](g, 2)
		}
	})
	t.text += fmt.Sprintf(")\nflow.Rescue(f, …, %v, func(err%d *flow.Caught) {%s\treturn %s}", on, id, b.text(), v.text)
	t.after = func(w *writing) {
		flow.Rescue(w.f, w.slots[t.result].(*T), on, func(c *flow.Caught) *T {
			w.slots[id] = c
			b.build(w)
			if b.ends {
				return nil
			}
			return v.build(w)
		})
	}
	t.rescue = func(e *running, c *flow.Caught) (*end, bool) {
		if !matches(on, c.Error) {
			return nil, false
		}
		e.slots[id] = c
		if out := b.run(e); out != nil {
			return out, true
		}
		e.slots[t.result] = v.eval(e)
		return nil, true
	}
}

// A branch is one of a Parallel.
type branch struct {
	text  string
	slot  int
	build func(b *writing, p *flow.Branches)
	run   func(e *running) *end
}

// inside makes up what stands in a block with a flow of its own.
func (g *gen) inside(calm bool, body func()) {
	slots, facts, tails := slices.Clone(g.slots), g.facts, g.tails
	for i := range g.slots {
		g.slots[i].shared = true
	}
	g.facts, g.tails = nil, nil
	g.branch++
	if calm {
		g.calm++
	}
	body()
	if calm {
		g.calm--
	}
	g.branch--
	g.slots, g.facts, g.tails = slots, facts, tails
}

func branchOf[T any](g *gen, n int, calm bool) (x branch) {
	var body block
	var v val[T]
	out := kindsOf[T]()
	g.inside(calm, func() {
		body = g.open(min(n, 2), out)
		if !body.ends {
			v = stored[T](g, 2)
		}
	})
	s := g.add("branch", reflect.TypeFor[T]())
	s.list = false
	x.slot = s.id
	x.text = fmt.Sprintf("\n%s := flow.Branch(p, func(f *flow.Flow) *%s {%s\treturn %s})", s.name, out.name, body.text(), v.text)
	x.build = func(b *writing, p *flow.Branches) {
		b.slots[x.slot] = flow.Branch(p, func(f *flow.Flow) *T {
			inner := *b
			inner.f = f
			body.build(&inner)
			if body.ends {
				return nil
			}
			return v.build(&inner)
		})
	}
	x.run = func(e *running) *end {
		switch out := body.run(e); {
		case out != nil && out.output == nil:
			return out
		case out != nil:
			e.slots[x.slot] = out.output
		default:
			e.slots[x.slot] = v.eval(e)
		}
		return nil
	}
	return x
}

// parallel does several things side by side. At most one of them may fail: which one is first is another matter.
func (g *gen) parallel(n int, out *kinds) stmt {
	g.count("Parallel")
	name := g.name("Both")
	t, sets := g.try(n, out)
	branches := make([]branch, 1+g.n(3))
	risky := g.n(len(branches))
	before := len(g.slots)
	for i := range branches {
		g.count("Branch")
		calm := i != risky || g.calm > 0
		at := len(g.slots)
		hidden := slices.Clone(g.slots[before:at]) // a branch does not see its siblings
		g.slots = g.slots[:before]
		switch g.n(5) {
		case 0:
			branches[i] = branchOf[string](g, n-1, calm)
		case 1:
			branches[i] = branchOf[int](g, n-1, calm)
		case 2:
			branches[i] = branchOf[Quote](g, n-1, calm)
		case 3:
			branches[i] = branchOf[[]string](g, n-1, calm)
		default:
			branches[i] = branchOf[[][]int](g, n-1, calm)
		}
		g.slots = slices.Concat(g.slots[:before], hidden, g.slots[before:])
	}
	if !sets {
		g.slots = g.slots[:before]
	}
	text := fmt.Sprintf("p := flow.Parallel(f, %q%s)", name, t.text)
	for _, x := range branches {
		text += x.text
	}
	return stmt{text, func(b *writing) {
		var options []flow.BlockOption
		for _, o := range t.options(b) {
			options = append(options, o)
		}
		p := flow.Parallel(b.f, name, options...)
		for _, x := range branches {
			x.build(b, p)
		}
	}, func(e *running) *end {
		out := t.attempt(e, name, func() (failed *end) {
			start, last := e.now, e.now
			for _, x := range branches {
				e.now = start
				if out := x.run(e); out != nil {
					failed, last = out, e.now
				}
				if failed == nil && e.now.After(last) {
					last = e.now
				}
			}
			e.now = last
			return failed
		})
		e.at = name
		return out
	}}
}

// tail declares a Tail, and enters it when something holds.
func (g *gen) tail(n int, out *kinds) stmt {
	switch g.n(3) {
	case 0:
		return tailWith(g, n, out, stored[string])
	case 1:
		return tailWith(g, n, out, stored[Quote])
	default:
		return tailWith(g, n, out, failure)
	}
}

// failure is an error of the workflow's own.
func failure(g *gen, d int) val[flow.Caught] {
	g.count("Failure")
	cause := g.textOf(d, 1)
	return val[flow.Caught]{
		text: call("Failure", `"Own"`, cause.text), vars: cause.vars,
		build: func(b *writing) *flow.Caught { return flow.Failure(b.f, "Own", cause.build(b)) },
		eval: func(e *running) *flow.Caught {
			return &flow.Caught{Error: "Own", Cause: *cause.eval(e), State: e.at}
		},
	}
}

func goOf[T any](id int, v val[T]) stmt {
	return stmt{fmt.Sprintf("tail%d.Go(%s)", id, v.text), func(b *writing) { b.tails[id].(*flow.Tail[T]).Go(v.build(b)) }, func(e *running) *end {
		return e.tails[id].(func(e *running, v *T) *end)(e, v.eval(e))
	}}
}

func tailWith[T any](g *gen, n int, out *kinds, with func(g *gen, d int) val[T]) stmt {
	g.count("Tail")
	var body block
	g.ids++
	id, in := g.ids, 0
	no := g.noVars
	g.noVars = true
	name := ""
	g.scoped(func() {
		g.facts = nil // it is entered from elsewhere, too
		s := g.add("in", reflect.TypeFor[T]())
		in, name = s.id, s.name
		body = g.open(min(n, 1), out)
		if !body.ends {
			body.stmts, body.ends = append(body.stmts, g.ending(out)), true
		}
	})
	g.noVars = no
	x := tailOf{id: id, catches: reflect.TypeFor[T]() == reflect.TypeFor[flow.Caught]()}
	x.enter = func(g *gen) stmt {
		g.count("Go")
		if x.catches { // its State is that of the way it begins on, so there is just one
			return g.guarded(goOf(id, with(g, 1)))
		}
		return goOf(id, with(g, 1))
	}
	c := g.cond(2)
	state := g.name("Enter")
	enter := goOf(id, with(g, 1))
	g.tails = append(slices.Clone(g.tails), x)
	return stmt{
		fmt.Sprintf("tail%d := flow.NewTail(f, %q, func(%s *%v) {%s})\nflow.Choice(f, %q).When(%s, func() { %s })", id, name, name, reflect.TypeFor[T](), body.text(), state, c.text, enter.text),
		func(b *writing) {
			b.tails[id] = flow.NewTail(b.f, name, func(v *T) {
				b.slots[in] = v
				body.build(b)
			})
			flow.Choice(b.f, state).When(c.build(b), func() { enter.build(b) })
		},
		func(e *running) *end {
			e.tails[id] = func(e *running, v *T) *end {
				e.slots[in] = v
				return body.run(e)
			}
			e.at = state
			if c.eval(e) {
				return enter.run(e)
			}
			return nil
		},
	}
}

// guarded is a statement after a wait, so that one way only leads to it.
func (g *gen) guarded(s stmt) stmt {
	name := g.name("Pause")
	return stmt{fmt.Sprintf("flow.Wait(f, %q, 0)\n%s", name, s.text), func(b *writing) {
		flow.Wait(b.f, name, 0)
		s.build(b)
	}, func(e *running) *end {
		e.at = name
		return s.run(e)
	}}
}
