package jsonata

import (
	"maps"
	"slices"
)

// facts are what the syntax tree tells without being worked out.
type facts struct {
	names []string         // variables and functions, without "$", sorted
	reads map[string]*read // what of each is read
}

// A read says which members of a value an expression names.
type read struct {
	whole   bool
	members map[string]bool
}

// Variables are the names of the variables that the expression mentions, without "$", sorted; functions and the
// expression's own variables are among them.
func (e *Expression) Variables() []string { return e.facts.names }

// Members are the members of the variable name ("states") that the expression names, sorted; whole is true when it
// also uses the variable otherwise.
func (e *Expression) Members(name string) (members []string, whole bool) {
	r := e.facts.reads[name]
	if r == nil {
		return nil, false
	}
	return slices.Sorted(maps.Keys(r.members)), r.whole
}

func factsOf(n *Node) *facts {
	f := &facts{reads: map[string]*read{}}
	parents := false
	Walk(n, func(x *Node) bool {
		switch x.Kind {
		case ParentNode:
			parents = true
		case PathNode:
			if len(x.Steps) > 1 && isPlainHead(x.Steps[0]) && x.Steps[1].Kind == NameNode {
				r := f.read(x.Steps[0].Text)
				if r.members == nil {
					r.members = map[string]bool{}
				}
				r.members[x.Steps[1].Text] = true
			} else if x.Steps[0].Kind == VariableNode {
				f.read(x.Steps[0].Text).whole = true
			}
		default:
		}
		return true
	})
	f.loneVariables(n)
	if parents { // what a path passes through counts
		for _, r := range f.reads {
			r.whole = true
		}
	}
	delete(f.reads, "")
	delete(f.reads, "$")
	f.names = slices.Sorted(maps.Keys(f.reads))
	return f
}

func isPlainHead(n *Node) bool {
	return n.Kind == VariableNode && len(n.Stages)+len(n.Predicates) == 0 && n.Group == nil && n.Focus == "" && n.Index == "" && !n.Tuple
}

func (f *facts) read(name string) *read {
	r := f.reads[name]
	if r == nil {
		r = &read{}
		f.reads[name] = r
	}
	return r
}

// loneVariables marks the variables that do not begin a path.
func (f *facts) loneVariables(n *Node) {
	heads := map[*Node]bool{}
	Walk(n, func(x *Node) bool {
		switch x.Kind {
		case PathNode:
			heads[x.Steps[0]] = true
		case VariableNode:
			if !heads[x] {
				f.read(x.Text).whole = true
			}
		default:
		}
		return true
	})
}

// Walk calls f with n and, as long as f gives true, with all nodes below it, from the outside in.
func Walk(n *Node, f func(*Node) bool) {
	if n == nil || !f(n) {
		return
	}
	for _, x := range n.Steps {
		Walk(x, f)
	}
	for _, x := range []*Node{n.Left, n.Right, n.Else} {
		Walk(x, f)
	}
	for _, x := range n.Items {
		Walk(x, f)
	}
	for _, p := range n.Pairs {
		Walk(p.Key, f)
		Walk(p.Value, f)
	}
	for _, t := range n.Terms {
		Walk(t.By, f)
	}
	for _, s := range n.Stages {
		Walk(s.Filter, f)
	}
	for _, s := range n.Predicates {
		Walk(s.Filter, f)
	}
	if n.Group != nil {
		for _, p := range n.Group.Pairs {
			Walk(p.Key, f)
			Walk(p.Value, f)
		}
	}
}
