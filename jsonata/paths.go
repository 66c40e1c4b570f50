package jsonata

import (
	"cmp"
	"slices"
	"strings"
)

// A Path is a way that an expression goes into the input or into a variable, as far as names lead.
type Path struct {
	// Variable is the name of the variable that it begins with, without "$": "$" for the root of the input, and empty
	// for the context item, which is the input where the expression begins.
	Variable string
	// Names are the members that it goes through. Filters and indexes in between change nothing.
	Names []string
	// At is the byte offset where it is written.
	At int
}

// String spells the path: "$states.input.order", "order.id"; names that are no plain words have backquotes.
func (p Path) String() string {
	var all []string
	switch {
	case p.Variable != "":
		all = append(all, "$"+p.Variable)
	case len(p.Names) == 0:
		return "$"
	}
	for _, name := range p.Names {
		if plain := strings.IndexFunc(name, func(r rune) bool { return !isWord(r) }) < 0; !plain || name == "" {
			name = "`" + name + "`"
		}
		all = append(all, name)
	}
	return strings.Join(all, ".")
}

func isWord(r rune) bool {
	return r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r > 0x7f
}

// Free are the names of the variables that the expression takes from outside, without "$", sorted: those that it does
// not bind itself where they stand, and that are no functions of the language.
func (e *Expression) Free() []string {
	w := e.walk()
	var names []string
	for name := range w.free {
		if !e.lib.byName[name].exists() {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Paths are the ways that the expression goes into its input and into variables that it takes from outside, each once,
// in the order in which they are written. What is read of a value that the expression itself made is not among them. A
// path that ends at a wildcard, a function or an operator reads all that is there.
func (e *Expression) Paths() []Path {
	w := e.walk()
	slices.SortStableFunc(w.paths, func(a, b Path) int { return cmp.Compare(a.At, b.At) })
	seen := map[string]bool{}
	return slices.DeleteFunc(w.paths, func(p Path) bool {
		if p.Variable != "" && p.Variable != "$" && e.lib.byName[p.Variable].exists() {
			return true
		}
		s := p.String()
		known := seen[s]
		seen[s] = true
		return known
	})
}

func (e *Expression) walk() *pathWalk {
	w := &pathWalk{free: map[string]bool{}}
	w.value(e.ast, &way{}, &known{names: map[string]*way{}, later: boundIn([]*Node{e.ast})})
	return w
}

// A pathWalk follows an expression in the order in which it is worked out.
type pathWalk struct {
	free  map[string]bool
	paths []Path
}

// A known is what an expression has bound: the names of a frame, with where their values are from if that can be told.
// later has those that are bound further on, which only functions can see.
type known struct {
	outer *known
	names map[string]*way
	later map[string]bool
	inner bool // of a function
}

func (k *known) find(name string) (from *way, ok bool) {
	called := false
	for ; k != nil; k = k.outer {
		if from, ok := k.names[name]; ok {
			return from, true
		}
		if called && k.later[name] {
			return nil, true
		}
		called = called || k.inner
	}
	return nil, false
}

// value follows n, which is worked out where the context is at, nil when that is not known, and notes what it reads.
func (w *pathWalk) value(n *Node, at *way, k *known) {
	if n == nil {
		return
	}
	if end := w.follow(n, at, k); end != nil {
		w.paths = append(w.paths, end.path())
	}
}

// follow is value, but gives where n leads, without noting it, if that can be told.
func (w *pathWalk) follow(n *Node, at *way, k *known) *way {
	end := w.bare(n, at, k)
	if n.Kind != PathNode && (n.Focus != "" || n.Index != "") { // a step, which filters see bound
		k = k.with(map[string]*way{n.Focus: end, n.Index: nil})
	}
	for _, s := range slices.Concat(n.Stages, n.Predicates) {
		w.value(s.Filter, end, k)
	}
	if n.Group != nil {
		for _, p := range n.Group.Pairs {
			w.value(p.Key, end, k)
			w.value(p.Value, end, k)
		}
		if end != nil && len(n.Group.Pairs) == 0 {
			w.paths = append(w.paths, end.path())
		}
		return nil
	}
	return end
}

func (w *pathWalk) bare(n *Node, at *way, k *known) *way {
	switch n.Kind {
	case NameNode:
		return at.with(n)
	case VariableNode:
		return w.variable(n, at, k)
	case PathNode:
		return w.steps(n, at, k)
	case BlockNode:
		return w.block(n, at, k)
	case BindNode:
		end := w.follow(n.Right, at, k)
		k.names[n.Left.Text] = end
		return end
	case LambdaNode:
		w.lambda(n, at, k)
	case ConditionNode:
		w.value(n.Left, at, k)
		w.value(n.Right, at, k.branch())
		w.value(n.Else, at, k.branch())
	case BinaryNode:
		w.value(n.Left, at, k)
		if n.Operator == "and" || n.Operator == "or" {
			k = k.branch()
		}
		w.value(n.Right, at, k)
	case TransformNode: // a function of what it is applied to
		inner := k.branch()
		for _, x := range []*Node{n.Left, n.Right, n.Else} {
			w.value(x, nil, inner)
		}
	case WildcardNode, DescendantNode:
		if at != nil {
			w.paths = append(w.paths, at.path())
		}
	default:
		forChildren(n, func(x *Node) { w.value(x, at, k) })
	}
	return nil
}

// A way is a path that is being followed: a name behind another way, or where it begins.
type way struct {
	before   *way
	variable string
	name     string
	at       int
}

// with is the way with one more name.
func (x *way) with(n *Node) *way {
	if x == nil {
		return nil
	}
	out := &way{before: x, variable: x.variable, name: n.Text, at: x.at}
	if x.before == nil && x.variable == "" {
		out.at = n.Start
	}
	return out
}

func (x *way) path() Path {
	p := Path{Variable: x.variable, At: x.at}
	for ; x.before != nil; x = x.before {
		p.Names = append(p.Names, x.name)
	}
	slices.Reverse(p.Names)
	return p
}

func (w *pathWalk) variable(n *Node, at *way, k *known) *way {
	switch n.Text {
	case "":
		if at != nil && at.before == nil && at.variable == "" {
			return &way{at: n.Start}
		}
		return at
	case "$":
		return &way{variable: "$", at: n.Start}
	}
	if from, ok := k.find(n.Text); ok {
		return from
	}
	w.free[n.Text] = true
	return &way{variable: n.Text, at: n.Start}
}

func (w *pathWalk) steps(n *Node, at *way, k *known) *way {
	inner := k
	for _, s := range n.Steps {
		if s.Kind == SortNode {
			for _, t := range s.Terms {
				w.value(t.By, at, inner)
			}
			continue
		}
		next := w.follow(s, at, inner)
		if s.Tuple {
			inner = inner.with(map[string]*way{s.Focus: next, s.Index: nil})
			for _, stage := range s.Stages {
				inner.names[stage.Index] = nil
			}
		}
		if s.Focus == "" {
			at = next
		}
	}
	return at
}

func (w *pathWalk) block(n *Node, at *way, k *known) *way {
	inner := k.branch()
	inner.later = boundIn(n.Items)
	for i, x := range n.Items {
		switch {
		case i == len(n.Items)-1:
			return w.follow(x, at, inner)
		case x.Kind == BindNode: // what is bound is read where it is used
			w.follow(x, at, inner)
		default:
			w.value(x, at, inner)
		}
	}
	return nil
}

func (w *pathWalk) lambda(n *Node, at *way, k *known) {
	if n.Thunk {
		w.value(n.Right, at, k)
		return
	}
	inner := k.branch()
	inner.later, inner.inner = boundIn([]*Node{n.Right}), true
	for _, p := range n.Items {
		inner.names[p.Text] = nil
	}
	w.value(n.Right, at, inner)
}

// branch is a frame for what may not come to be bound.
func (k *known) branch() *known { return &known{outer: k, names: map[string]*way{}} }

// with is a frame in which names are bound.
func (k *known) with(names map[string]*way) *known { return &known{outer: k, names: names} }

// boundIn are the names that := binds in a frame when all is worked out.
func boundIn(all []*Node) map[string]bool {
	s := &scope{}
	for _, n := range all {
		bindings(n, s)
	}
	out := map[string]bool{}
	for _, name := range s.names {
		out[name] = true
	}
	return out
}
