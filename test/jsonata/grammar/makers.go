package grammar

import (
	"strconv"
	"strings"
)

// makers build what needs to know the context item or the variables. They give nil when there is nothing to build on.
func makers() []func(g *generator, k kind, depth int) *Node {
	return []func(g *generator, k kind, depth int) *Node{
		block, conditional, mapped, filtered, sorted, grouped, parents, focused, joined, numbered, higher, reduced, lambda, partial, transformed,
		arrayStep, signature, closure, rooted, wild, chained, kept, indexed, quantity, overItem,
	}
}

// many is a way to several objects or values, and a sample of one.
func (g *generator) many(k kind) (*Node, any, []any, bool) {
	r, ok := g.routeTo(k)
	if !ok {
		return nil, nil, nil, false
	}
	item := g.one(r.sample)
	if item == missing {
		return nil, nil, nil, false
	}
	above := r.start
	for _, s := range r.steps[:max(0, len(r.steps)-1)] {
		above = g.one(member(above, s))
	}
	var up []any
	if len(r.steps) > 0 && above != missing {
		up = []any{g.one(above)}
	}
	return g.along(r, 0), item, up, true
}

func (g *generator) someList() kind { return pick(g, []kind{objs, objs, objs, nums, strs}) }

func block(g *generator, k kind, depth int) *Node {
	name := g.name()
	r, known := g.routeTo(anything)
	var kid *Node
	v := variable{name, missing}
	if known && g.chance(700) {
		kid, v.sample = g.along(r, 100), r.sample
	} else {
		kid = g.expr(anything, depth)
	}
	body := g.bound(func() *Node { return g.expr(k, depth) }, v)
	if g.chance(100) {
		return made("("+name+" := @; @;)", kid, body).with(":=", "(;)")
	}
	return made("("+name+" := @; @)", kid, body).with(":=", "(;)")
}

func conditional(g *generator, k kind, depth int) *Node {
	if g.chance(150) {
		n := made("@ ? @", g.operand(g.expr(boolean, depth)), g.expr(k, depth))
		n.atom = false
		return n.with("?:")
	}
	n := made("@ ? @ : @", g.operand(g.expr(boolean, depth)), g.expr(k, depth), g.expr(k, depth))
	n.atom = false
	return n.with("?:")
}

func mapped(g *generator, k kind, depth int) *Node {
	from, item, up, ok := g.many(g.someList())
	if !ok {
		return nil
	}
	inner := k
	switch k {
	case nums:
		inner = num
	case strs:
		inner = str
	case objs:
		inner = obj
	case num, str, boolean, null, list, obj, anything:
	}
	body := g.inside(item, up, func() *Node { return g.expr(inner, depth) })
	n := made("@.(@)", from, body).with(".", "(")
	switch k {
	case num:
		return made("$sum(@)", n)
	case str:
		return made("$join(@.$string(), '|')", n)
	case boolean, null, nums, strs, objs, list, obj, anything:
	}
	return n
}

func filtered(g *generator, k kind, depth int) *Node {
	from, item, up, ok := g.many(pick(g, []kind{many(k), objs}))
	if !ok {
		return nil
	}
	cond := g.inside(item, up, func() *Node { return g.expr(boolean, depth) })
	return made("@[@]", from, cond).with("filter")
}

func sorted(g *generator, _ kind, depth int) *Node {
	from, item, up, ok := g.many(g.someList())
	if !ok {
		return nil
	}
	var kids []*Node
	var terms []string
	n := made("").with("^()")
	for range 1 + g.r.IntN(2) {
		sign := pick(g, []string{"", "<", ">"})
		if sign == ">" {
			n.with("^(>)")
		}
		terms = append(terms, sign+"@")
		kids = append(kids, g.inside(item, up, func() *Node {
			if p := g.path(pick(g, []kind{num, str})); p != nil && g.chance(800) {
				return p
			}
			return g.expr(pick(g, []kind{num, str}), depth-1)
		}))
	}
	s := made("@^("+strings.Join(terms, ", ")+")", append([]*Node{from}, kids...)...)
	return s.with(n.uses...)
}

func grouped(g *generator, _ kind, depth int) *Node {
	from, item, _, ok := g.many(pick(g, []kind{objs, objs, nums, strs}))
	if !ok {
		return nil
	}
	key := g.inside(item, nil, func() *Node {
		if r, ok := g.routeTo(str); ok && g.chance(600) {
			return g.along(r, 0)
		}
		if r, ok := g.routeTo(num); ok && g.chance(700) {
			return made("$string(@)", g.along(r, 0))
		}
		return g.expr(str, depth-1)
	})
	val := g.inside([]any{item}, nil, func() *Node { return g.expr(anything, depth) })
	return made("@{@: @}", from, key, val).with("group")
}

func parents(g *generator, k kind, depth int) *Node {
	from, item, up, ok := g.many(objs)
	if !ok || len(up) == 0 {
		return nil
	}
	return g.inside(item, up, func() *Node {
		r := route{from: "%", start: up[0], sample: up[0]}
		if m, ok := up[0].(map[string]any); ok && len(m) > 0 {
			name := pick(g, sortedNames(m))
			r.steps, r.sample = []string{name}, m[name]
		}
		upward := g.along(r, 0)
		switch g.r.IntN(4) {
		case 0:
			return made("@[$string(@) != @]", from, upward, g.expr(str, depth-1)).with("filter")
		case 1:
			return made("@.{'up': @, 'here': @}", from, upward, g.expr(anything, depth-1)).with("{}", ".")
		case 2:
			return made("@.[@, @]", from, upward, g.leaf(anything)).with("[…]", ".")
		}
		return made("@.(@ = @ ? @)", from, upward, g.leaf(anything), g.expr(k, depth-1)).with("?:", "=", ".")
	})
}

func focused(g *generator, k kind, depth int) *Node {
	from, item, _, ok := g.many(objs)
	if !ok {
		return nil
	}
	name := g.name()
	body := g.bound(func() *Node { return g.expr(k, depth) }, variable{name, item})
	switch g.r.IntN(3) {
	case 0:
		return made("@@"+name+".(@)", from, plain("@"), body).with("@", ".")
	case 1:
		cond := g.bound(func() *Node { return g.expr(boolean, depth-1) }, variable{name, item})
		return made("@@"+name+"[@].[@, @]", from, plain("@"), cond, plain(name), body).with("@", "filter", ".", "$var")
	}
	return made("@@"+name+".{'v': @, 'w': @}", from, plain("@"), plain(name), body).with("@", "{}", ".", "$var")
}

func joined(g *generator, _ kind, depth int) *Node {
	left, litem, _, ok := g.many(objs)
	if !ok {
		return nil
	}
	right, ritem, _, ok := g.many(objs)
	if !ok {
		return nil
	}
	l, r := g.name(), g.name()
	if l == r {
		return nil
	}
	cond := g.bound(func() *Node {
		a, aok := litem.(map[string]any)
		b, bok := ritem.(map[string]any)
		if aok && bok && len(a) > 0 && len(b) > 0 && g.chance(600) {
			return plain(l+".`"+pick(g, sortedNames(a))+"` = "+r+".`"+pick(g, sortedNames(b))+"`").with("=", "$var", "quoted name")
		}
		return g.expr(boolean, depth-1)
	}, variable{l, litem}, variable{r, ritem})
	body := g.bound(func() *Node { return g.expr(anything, depth-1) }, variable{l, litem}, variable{r, ritem})
	at := plain("@")
	return made("@@"+l+".@@"+r+"[@].[@, @]", left, at, right, at, cond, plain(l), body).with("@", "@", ".", "filter", "$var")
}

func numbered(g *generator, k kind, depth int) *Node {
	from, item, up, ok := g.many(g.someList())
	if !ok {
		return nil
	}
	name := g.name()
	v := variable{name, float64(1)}
	body := g.bound(func() *Node { return g.inside(item, up, func() *Node { return g.expr(k, depth) }) }, v)
	switch g.r.IntN(4) {
	case 0:
		return made("@#"+name+"[@ < @]", from, plain(name), g.leaf(num)).with("#", "filter", "<", "$var")
	case 1:
		return made("@#"+name+".{'i': @, 'v': @}", from, plain(name), body).with("#", "{}", ".", "$var")
	case 2:
		return made("@^($)#"+name+".[@, @]", from, plain(name), body).with("^()", "#", ".", "$var", "$")
	}
	return made("@#"+name+".(@)", from, body).with("#", ".")
}

func higher(g *generator, k kind, depth int) *Node {
	from, item, _, ok := g.many(g.someList())
	if !ok {
		return nil
	}
	if g.chance(200) {
		from = g.expr(pick(g, []kind{nums, strs, objs}), depth-1)
	}
	one, place := g.name(), g.name()
	if one == place {
		return nil
	}
	vars := []variable{{one, item}, {place, float64(1)}}
	body := func(k kind) *Node { return g.bound(func() *Node { return g.expr(k, depth) }, vars...) }
	word := pick(g, []string{"function", "λ"})
	head := word + "(" + one + ", " + place + "){@}"
	if g.chance(300) {
		head = word + "(" + one + "){@}"
		vars = vars[:1]
	}
	switch g.r.IntN(5) {
	case 0:
		return made("$filter(@, "+head+")", from, body(boolean)).with(word)
	case 1:
		return made("$single(@, "+head+")", from, body(boolean)).with(word)
	case 2:
		n := made("@ ~> $map("+head+")", g.operand(from), body(k)).with(word, "~>")
		n.atom = false
		return n
	case 3:
		return made("$sort(@, "+word+"("+one+", "+place+"){@})", from,
			g.bound(func() *Node { return g.expr(boolean, depth) }, variable{one, item}, variable{place, item})).with(word)
	}
	return made("$map(@, "+head+")", from, body(k)).with(word)
}

func reduced(g *generator, k kind, depth int) *Node {
	from, item, _, ok := g.many(g.someList())
	if !ok {
		return nil
	}
	p, q := g.name(), g.name()
	if p == q {
		return nil
	}
	body := g.bound(func() *Node { return g.expr(k, depth) }, variable{p, item}, variable{q, item})
	if g.chance(400) {
		return made("$reduce(@, function("+p+", "+q+"){@}, @)", from, body, g.expr(k, depth-1)).with("function")
	}
	return made("$reduce(@, function("+p+", "+q+"){@})", from, body).with("function")
}

func lambda(g *generator, k kind, depth int) *Node {
	r, ok := g.routeTo(anything)
	if !ok {
		return nil
	}
	p, f := g.name(), g.name()
	word := pick(g, []string{"function", "λ"})
	body := g.bound(func() *Node { return g.expr(k, depth) }, variable{p, r.sample})
	if p == f || g.chance(300) {
		return made(word+"("+p+"){@}(@)", body, g.along(r, 0)).with(word)
	}
	return made("("+f+" := "+word+"("+p+"){@}; "+f+"(@))", body, g.along(r, 0)).with(word, ":=", "(;)")
}

func partial(g *generator, k kind, depth int) *Node {
	f := g.name()
	one := g.expr(k, depth)
	n := made("("+f+" := function($p, $q){[$p, $q, @]}; "+f+"(?, @)(@))", g.bound(func() *Node { return g.leaf(k) }, variable{"$p", missing}), one, g.leaf(anything))
	return n.with("partial", "?", "function", ":=", "(;)", "[…]")
}

func transformed(g *generator, _ kind, depth int) *Node {
	whole, ok := g.routeTo(obj)
	if !ok {
		return nil
	}
	var inner *Node
	item := whole.sample
	g.inside(whole.sample, nil, func() *Node {
		saved := g.vars
		g.vars = nil
		if r, ok := g.routeTo(pick(g, []kind{objs, obj})); ok && r.from != "$$" {
			inner, item = g.along(r, 40), g.one(r.sample)
		}
		g.vars = saved
		return nil
	})
	if inner == nil || item == missing {
		inner, item = plain("$").with("$"), whole.sample
	}
	update := g.inside(item, nil, func() *Node {
		n := made("{@: @}", plain(g.quoted(pick(g, names))), g.expr(anything, depth-1)).with("{}")
		if g.chance(60) {
			return g.expr(anything, depth-1)
		}
		return n
	})
	n := made("@ ~> |@|@|", g.along(whole, 0), inner, update)
	switch g.r.IntN(3) {
	case 0:
		n = made("@ ~> |@|@, @|", g.along(whole, 0), inner, update, plain(g.quoted(pick(g, names))))
	case 1:
		n = made("@ ~> |@|@, [@, @]|", g.along(whole, 0), inner, update, plain(g.quoted(pick(g, names))), g.expr(str, 1))
	}
	n.atom = false
	return n.with("|transform|", "~>")
}

func arrayStep(g *generator, _ kind, depth int) *Node {
	from, item, up, ok := g.many(g.someList())
	if !ok {
		return nil
	}
	return g.inside(item, up, func() *Node {
		return made("@.[@, @]", from, g.expr(anything, depth), g.leaf(anything)).with("[…]", ".")
	})
}

// signatures are types of parameters that fit a kind, and some that do not.
var signatures = map[kind][]string{
	num: {"n", "n-", "j", "x", "(ns)", "n?", "a", "a<n>", "n+", "s"}, str: {"s", "s-", "j", "(so)", "s?", "a<s>", "x", "n"}, boolean: {"b", "x", "j-", "(bl)", "b?"},
	null: {"l", "x", "j", "n"}, nums: {"a<n>", "a", "x", "a<s>", "n"}, strs: {"a<s>", "a", "x", "a<n>"}, objs: {"a<o>", "a", "o", "(ao)"}, list: {"a", "x", "a-"}, obj: {"o", "o-", "x", "(oa)", "a"},
}

func signature(g *generator, k kind, depth int) *Node {
	in := kind(g.r.IntN(int(anything)))
	s := "<" + pick(g, signatures[in]) + ":" + pick(g, []string{"x", "n", "s", "j", "a"}) + ">"
	p := g.name()
	body := g.bound(func() *Node { return g.expr(k, depth) }, variable{p, missing})
	word := pick(g, []string{"function", "λ"})
	switch g.r.IntN(3) {
	case 0:
		second := kind(g.r.IntN(int(anything)))
		s = "<" + pick(g, signatures[in]) + pick(g, signatures[second]) + ">"
		return made(word+"("+p+", $other)"+s+"{[@, $other]}(@, @)", body, g.expr(in, depth), g.expr(second, depth)).with("signature", word)
	case 1:
		if from, item, _, ok := g.many(g.someList()); ok {
			return g.inside(item, nil, func() *Node {
				return made("@."+word+"("+p+")"+s+"{@}(@)", from, body, g.leaf(anything)).with("signature", word, ".")
			})
		}
	}
	return made(word+"("+p+")"+s+"{@}(@)", body, g.expr(in, depth)).with("signature", word)
}

func closure(g *generator, k kind, depth int) *Node {
	r, ok := g.routeTo(anything)
	if !ok {
		return nil
	}
	v := g.name()
	body := g.bound(func() *Node { return g.expr(k, depth) }, variable{v, r.sample}, variable{"$in", float64(3)})
	return made("("+v+" := @; $make := function($out){function($in){[@, $out]}}; $make(@)(3))", g.along(r, 0), body, g.leaf(anything)).
		with("closure", "function", ":=", "(;)", "[…]")
}

func rooted(g *generator, k kind, _ int) *Node {
	if g.doc == missing {
		return nil
	}
	var found *Node
	g.inside(g.doc, nil, func() *Node {
		saved := g.vars
		g.vars = nil
		if r, ok := g.routeTo(k); ok && r.from == "" {
			r.from = "$$"
			found = g.along(r, 60)
		}
		g.vars = saved
		return nil
	})
	return found
}

func wild(g *generator, _ kind, depth int) *Node {
	r, ok := g.routeTo(pick(g, []kind{obj, objs}))
	if !ok {
		return nil
	}
	from := g.along(r, 0)
	switch g.r.IntN(5) {
	case 0:
		return made("@.*", from).with("*wildcard", ".")
	case 1:
		return made("@.**", from).with("**", ".")
	case 2:
		return plain("**."+pick(g, names[:16])).with("**", ".")
	case 3:
		return plain("*."+pick(g, names[:16])).with("*wildcard", ".")
	}
	return made("@.*[@]", from, g.expr(boolean, depth-1)).with("*wildcard", "filter", ".")
}

var chains = []string{
	"$string()", "$count()", "$string", "$type()", "$boolean", "$append(@)", "$map(function($v){$v})", "$keys()", "$distinct()", "$reverse()", "$exists()", "$zip(@)", "$lookup('a')", "$merge()", "$sum()", "$join(',')", "$length()",
	"$spread()", "$not()", "$filter(function($v){$exists($v)})", "$clone()", "function($v){[$v, @]}", "$sort()", "$number()",
}

func chained(g *generator, _ kind, depth int) *Node {
	text := "@"
	kids := []*Node{g.operand(g.expr(anything, depth))}
	for range 1 + g.r.IntN(2) {
		next := pick(g, chains)
		text += " ~> " + next
		if strings.Contains(next, "@") {
			kids = append(kids, g.leaf(anything))
		}
	}
	n := made(text, kids...)
	n.atom = false
	return n.with("~>")
}

func kept(g *generator, _ kind, depth int) *Node {
	from, item, up, ok := g.many(g.someList())
	if !ok {
		return nil
	}
	body := g.inside(item, up, func() *Node { return g.leaf(anything) })
	switch g.r.IntN(4) {
	case 0:
		return made("@[].@", from, body).with("[]", ".")
	case 1:
		return made("@.@[]", from, body).with("[]", ".")
	case 2:
		return made("@[@][]", from, g.leaf(boolean)).with("[]", "filter")
	}
	return made("(@)[]", g.expr(list, depth)).with("[]", "(")
}

func indexed(g *generator, _ kind, depth int) *Node {
	from, _, _, ok := g.many(g.someList())
	if !ok {
		return nil
	}
	at := "[" + strconv.Itoa(g.r.IntN(5)-2) + "]"
	switch g.r.IntN(4) {
	case 0:
		return made("(@)"+at, from).with("index", "(")
	case 1:
		return made("@"+at, from).with("index")
	case 2:
		return made("@[@]", from, g.expr(num, depth)).with("index")
	}
	return made("@[[@, @]]", from, g.leaf(num), g.leaf(num)).with("index")
}

func quantity(g *generator, _ kind, depth int) *Node {
	from, item, up, ok := g.many(objs)
	if !ok {
		return nil
	}
	product := g.inside(item, up, func() *Node { return g.expr(num, depth) })
	return made(pick(g, []string{"$sum(@.(@))", "$max(@.(@))", "$average(@.(@))", "$count(@.(@))", "$min(@.(@))"}), from, product).with(".", "(")
}

func overItem(g *generator, _ kind, depth int) *Node {
	r, ok := g.routeTo(obj)
	if !ok {
		return nil
	}
	f := pick(g, []string{"$each(@, function($v, $k){@})", "$sift(@, function($v, $k){@})"})
	m, ok := r.sample.(map[string]any)
	if !ok || len(m) == 0 {
		return nil
	}
	k := pick(g, sortedNames(m))
	body := g.bound(func() *Node {
		if strings.HasPrefix(f, "$sift") {
			return g.expr(boolean, depth)
		}
		return g.expr(anything, depth)
	}, variable{"$v", m[k]}, variable{"$k", k})
	return made(f, g.along(r, 0), body).with("function")
}
