package jsonata

import (
	"context"
	"strings"

	"github.com/stepwright/stepwright/value"
)

// Constant tells whether the expression gives the same whatever it is evaluated on, and what: it is made of literals,
// operators, constructors and conditions only, and does not fail. An absent value is JSONata's undefined.
func (e *Expression) Constant() (value.Value, bool) {
	if !e.constant {
		return value.Value{}, false
	}
	ev := begin(context.Background(), &Env{Limits: foldLimits}, e)
	defer ev.end()
	v, err := ev.evaluate(e)
	if err != nil {
		return value.Value{}, false
	}
	out, err := ev.export(v)
	return out, err == nil
}

// foldLimits bound what is worked out while an expression is compiled.
var foldLimits = Limits{Steps: 1_000, Depth: 10, Bytes: 64 << 10}

// fold gives a constant part of an expression as what it always is. Nothing changes for who evaluates it: only texts,
// numbers, booleans, null and undefined are folded, parts that fail are not, and what a part takes of the bound of bytes
// is still taken, by working it out when there is too little left.
func (c *compiler) fold(n *Node) (node, bool) {
	if !c.parts[n] {
		return nil, false
	}
	parts := c.parts
	c.parts = nil // parts of the part are folded with it
	run := c.compile(n)
	c.parts = parts
	ev := begin(context.Background(), &Env{Limits: foldLimits}, &Expression{})
	defer ev.end()
	x, err := run(ev, val{}, nil)
	bytes := foldLimits.Bytes - ev.bytes
	if err != nil || ev.steps != foldLimits.Steps || x.kind == list || x.kind == record || x.kind == callable {
		return run, true
	}
	if x.kind == text {
		x = textVal(strings.Clone(x.str()))
	}
	if bytes == 0 {
		return constant(x), true
	}
	return func(ev *evaluation, in val, f *frame) (val, *Error) {
		if ev.bytes < bytes {
			return run(ev, in, f)
		}
		ev.bytes -= bytes
		return x, nil
	}, true
}

// constantParts are the parts of an expression that are worth folding: operators, conditions and blocks that are made of
// literals and constructors of arrays only, and are no part of another such. whole tells whether the expression is
// constant; then it may also have constructors of objects.
func constantParts(n *Node) (parts map[*Node]bool, whole bool) {
	f := folder{parts: map[*Node]bool{}}
	k := f.visit(n)
	f.take(n, k)
	return f.parts, k != varying
}

// A constancy says how constant a node is.
type constancy int

const (
	varying constancy = iota
	steady            // constant, but how long it takes depends on the input
	foldable
)

type folder struct{ parts map[*Node]bool }

// take notes a node that can be folded. What gives no scalar, or is one already, is not worth it.
func (f *folder) take(n *Node, k constancy) {
	if k == foldable && !isLiteral(n) && n.Kind != ArrayNode && (n.Kind != BinaryNode || n.Operator != "..") {
		f.parts[n] = true
	}
}

func isLiteral(n *Node) bool {
	switch n.Kind {
	case StringNode, NumberNode, ConstantNode:
		return !hasMore(n)
	default:
		return false
	}
}

// hasMore tells whether anything stands behind an expression: a filter, a group, or what only steps have.
func hasMore(n *Node) bool {
	return len(n.Predicates)+len(n.Stages) > 0 || n.Group != nil || n.KeepArray || n.Tuple || n.Focus != "" || n.Index != ""
}

// visit tells how constant n is. Where n itself is not folded, parts of it may be.
func (f *folder) visit(n *Node) constancy {
	least := foldable
	var kids []*Node
	var kinds []constancy
	visit := func(x *Node) {
		k := f.visit(x)
		least = min(least, k)
		kids, kinds = append(kids, x), append(kinds, k)
	}
	forChildren(n, visit)
	k := n.constancy(least, kinds)
	if hasMore(n) {
		k = varying
		forMore(n, visit)
	}
	if k != foldable || n.Kind == ArrayNode || n.Kind == BinaryNode && n.Operator == ".." {
		for i, x := range kids {
			f.take(x, kinds[i])
		}
	}
	return k
}

// constancy is that of a node without what stands behind it; least is that of its least constant child.
func (n *Node) constancy(least constancy, kids []constancy) constancy {
	switch n.Kind {
	case StringNode, NumberNode, ConstantNode:
		return foldable
	case NegateNode, ArrayNode:
		return least
	case ObjectNode:
		return min(least, steady)
	case BlockNode:
		if len(n.Items) == 0 || n.Constructor {
			return varying
		}
		return least
	case BinaryNode:
		if yes, ok := truthOf(n.Left); ok && (n.Operator == "and" && !yes || n.Operator == "or" && yes) {
			return foldable // the right side is not looked at
		}
		return least
	case ConditionNode:
		switch yes, ok := truthOf(n.Left); {
		case ok && yes:
			return kids[1]
		case ok && n.Else == nil:
			return foldable
		case ok:
			return kids[2]
		}
		return least
	default:
		return varying
	}
}

// truthOf is the truth of a literal true or false.
func truthOf(n *Node) (truth, ok bool) {
	if n.Kind != ConstantNode || hasMore(n) || n.Text == "null" {
		return false, false
	}
	return n.Text == "true", true
}

// forChildren calls f with the nodes that a node is made of, without what stands behind it.
func forChildren(n *Node, f func(*Node)) {
	for _, x := range n.Steps {
		f(x)
	}
	for _, x := range []*Node{n.Left, n.Right, n.Else} {
		if x != nil {
			f(x)
		}
	}
	for _, x := range n.Items {
		f(x)
	}
	for _, p := range n.Pairs {
		f(p.Key)
		f(p.Value)
	}
	for _, t := range n.Terms {
		f(t.By)
	}
}

// forMore calls f with the nodes that stand behind a node.
func forMore(n *Node, f func(*Node)) {
	for _, all := range [][]Stage{n.Stages, n.Predicates} {
		for _, s := range all {
			if s.Filter != nil {
				f(s.Filter)
			}
		}
	}
	if n.Group != nil {
		for _, p := range n.Group.Pairs {
			f(p.Key)
			f(p.Value)
		}
	}
}
