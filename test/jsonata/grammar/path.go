package grammar

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A route is a way to a value: from the context item, a variable or the root, by the names of members.
type route struct {
	from   string // "", "$", "$$" or a variable
	start  any
	steps  []string
	sample any  // of one value that it leads to
	many   bool // it leads through arrays
}

func (r route) kind() kind {
	k := kindOf(r.sample)
	if r.many {
		return many(k)
	}
	return k
}

// routes are all ways of at most three steps.
func (g *generator) routes() []route {
	var all []route
	var walk func(r route)
	walk = func(r route) {
		if len(r.steps) > 0 || r.from != "" {
			all = append(all, r)
		}
		if len(r.steps) == 3 {
			return
		}
		at := r.sample
		if items, ok := at.([]any); ok {
			if len(items) == 0 {
				return
			}
			at = items[0]
			r.many = true
		}
		m, ok := at.(map[string]any)
		if !ok {
			return
		}
		for _, name := range slices.Sorted(maps.Keys(m)) {
			next := r
			next.steps = append(slices.Clip(r.steps), name)
			next.sample = m[name]
			walk(next)
		}
	}
	if g.ctx != missing {
		walk(route{start: g.ctx, sample: g.ctx})
		all = append(all, route{from: "$", start: g.ctx, sample: g.ctx})
	}
	if g.doc != missing && g.chance(150) {
		walk(route{from: "$$", start: g.doc, sample: g.doc})
	}
	for _, v := range g.vars {
		if v.sample != missing {
			walk(route{from: v.name, start: v.sample, sample: v.sample})
		}
	}
	if len(g.parent) > 0 && g.chance(500) {
		up := "%"
		for i, p := range g.parent {
			if i < 2 {
				walk(route{from: up, start: p, sample: p})
			}
			up += ".%"
		}
	}
	return all
}

// routeTo is some way to a value of a kind.
func (g *generator) routeTo(k kind) (route, bool) {
	var fit, known []route
	for _, r := range g.routes() {
		if r.kind() != k && k != anything && (k != list || r.kind() != nums && r.kind() != strs && r.kind() != objs) {
			continue
		}
		fit = append(fit, r)
		if strings.HasPrefix(r.from, "$") && r.from != "$" && r.from != "$$" || strings.HasPrefix(r.from, "%") {
			known = append(known, r)
		}
	}
	switch {
	case len(fit) == 0:
		return route{}, false
	case len(known) > 0 && g.chance(500):
		return pick(g, known), true
	}
	return pick(g, fit), true
}

var identifier = regexp.MustCompile(`^[a-z]+$`)

// step is a member's name as it is written.
func (g *generator) step(name string, first bool) (string, []string) {
	switch {
	case !identifier.MatchString(name) || g.chance(30):
		return "`" + name + "`", []string{"quoted name"}
	case !first && g.chance(40):
		return g.quoted(name), []string{"quoted name"}
	}
	return name, nil
}

// path is a path to a value of a kind; nil if there is none.
func (g *generator) path(k kind) *Node {
	if g.chance(forgotten) {
		return plain(pick(g, []string{"nothing", "gone.away", "$$.none", "a.zz", "$void", "zz[0]", "`no such`"}))
	}
	r, ok := g.routeTo(k)
	if !ok {
		return nil
	}
	return g.along(r, 60)
}

// along writes a way, with filters on this many of a thousand steps.
func (g *generator) along(r route, filters int) *Node {
	n := &Node{text: []string{""}, atom: true}
	add := func(text string, uses ...string) {
		n.text[len(n.text)-1] += text
		n.uses = append(n.uses, uses...)
	}
	switch {
	case r.from == "$$" || r.from == "$":
		add(r.from, r.from)
	case strings.HasPrefix(r.from, "%"):
		add(r.from, "%parent")
	case r.from != "":
		add(r.from, "$var")
	case g.chance(40):
		add("$", "$")
		r.from = "$"
	}
	at := r.start
	for i, name := range r.steps {
		if i > 0 || r.from != "" {
			add(".", ".")
		}
		text, uses := g.step(name, i == 0 && r.from == "")
		switch {
		case g.chance(12):
			text, uses = "*", []string{"*wildcard"}
		case g.chance(8):
			text, uses = "**", []string{"**"}
		}
		add(text, uses...)
		above := at
		if at = member(at, name); at == missing {
			continue
		}
		if g.chance(25) {
			add("[]", "[]")
		}
		if g.size > 0 && g.chance(filters) {
			kid := g.predicate(at, above)
			n.kids = append(n.kids, kid)
			n.text = append(n.text, "]")
			n.text[len(n.text)-2] += "["
			n.uses = append(n.uses, "filter")
		}
		if g.chance(20) {
			add("["+strconv.Itoa(g.r.IntN(4)-1)+"]", "index")
		}
	}
	return n
}

// predicate is a condition on an item.
func (g *generator) predicate(sample, above any) *Node {
	var parents []any
	if above != missing {
		parents = []any{above}
	}
	return g.inside(g.one(sample), parents, func() *Node { return g.expr(boolean, 1) })
}

// member is a sample of a member of an object, or of an array's objects.
func member(sample any, name string) any {
	if all, ok := sample.([]any); ok {
		for _, x := range all {
			if v := member(x, name); v != missing {
				return v
			}
		}
		return missing
	}
	if m, ok := sample.(map[string]any); ok {
		if v, ok := m[name]; ok {
			return v
		}
	}
	return missing
}
