package flow

import (
	"github.com/stepwright/stepwright/flow/internal/shape"
	"github.com/stepwright/stepwright/value"
)

// A node is a value as the document will have it, before it is known where it will stand. What an author hands to a
// step is turned into nodes at once, so that changing a Go variable afterwards changes nothing.
type node struct {
	kind nodeKind
	prec int8      // how tightly the expression binds
	opt  shape.Opt // how it may fail to be there
	list bool      // surely a list: neither null nor one bare element
	// branches marks a form that is cond ? then, or cond ? then : otherwise.
	branches bool
	brackets bool // a form that is an array constructor
	fresh    bool // gives something else each time it is worked out

	v    value.Value // constant
	root *root       // reference
	path []shape.Seg // reference, select
	kids []*node     // object, list, form; the one of a select
	*parts
}

// parts are what only objects and forms have.
type parts struct {
	names []string // object
	text  []string // form: what stands around the kids, one more than there are kids
	need  []int8   // form: how tightly each kid must bind to stand without parentheses
	bound []*root  // form: the parameters of the function that the kids stand in

	quoted *node // form: what was taken out of a string (`,string`)

	// member gives one member of a form whose members are known. It may be nil.
	member func(name string) *node
}

type nodeKind uint8

const (
	constNode  nodeKind = iota
	refNode             // a place in a value of the workflow
	selectNode          // a member of kids[0]
	objectNode
	listNode
	formNode // JSONata around other nodes
)

// How tightly JSONata's operators bind.
const (
	loose   int8 = 0
	precIf  int8 = 20
	precOr  int8 = 25
	precAnd int8 = 30
	precCmp int8 = 40
	precAdd int8 = 50 // + - &
	precMul int8 = 60
	tight   int8 = 100
)

func constant(v value.Value) *node {
	return &node{kind: constNode, prec: tight, v: v, list: v.IsArray()}
}

func text(s string) *node { return constant(value.String(s)) }

var nothing = constant(value.Null)

// nobody is what a nil pointer comes to that an author hands over: null, where that is allowed.
var nobody = constant(value.Null)

// form builds an expression from text and nodes in turn; each node stands where it need not bind.
func form(pieces ...any) *node {
	size := len(pieces)/2 + 1
	n := &node{kind: formNode, prec: tight, kids: make([]*node, 0, size), parts: &parts{text: make([]string, 0, size+1), need: make([]int8, 0, size)}}
	at := ""
	for _, p := range pieces {
		switch p := p.(type) {
		case string:
			at += p
		case *node:
			n.text, n.kids, n.need = append(n.text, at), append(n.kids, p), append(n.need, loose)
			at = ""
		}
	}
	n.text = append(n.text, at)
	return n
}

// raw is JSONata as it stands.
func raw(src string) *node {
	return &node{kind: formNode, prec: tight, parts: &parts{text: []string{src}}}
}

// call is a function's result. It is undefined when the first argument is, as JSONata's functions are.
func call(name string, args ...*node) *node {
	n := &node{kind: formNode, prec: tight, kids: args, parts: &parts{text: make([]string, len(args)+1), need: make([]int8, len(args))}}
	for i := range n.text {
		n.text[i] = ", "
	}
	n.text[0], n.text[len(args)] = name+"(", ")"
	if len(args) == 0 {
		n.text[0] = name + "()"
	} else {
		n.opt = args[0].opt
	}
	return n
}

// infix is an operator between two values; undefined when one of them is, but for comparisons.
func infix(op string, prec int8, a, b *node) *node {
	n := &node{kind: formNode, prec: prec, kids: []*node{a, b}, parts: &parts{text: []string{"", " " + op + " ", ""}, need: []int8{prec, prec + 1}}}
	if prec > precCmp {
		n.opt = a.opt | b.opt
	}
	return n
}

// chain joins nodes by an operator that may be regrouped at will: and, or, &.
func chain(op string, prec int8, all []*node) *node {
	if len(all) == 1 {
		return all[0]
	}
	n := &node{kind: formNode, prec: prec, kids: all, parts: &parts{text: make([]string, len(all)+1), need: make([]int8, len(all))}}
	for i := range all {
		n.text[i], n.need[i] = " "+op+" ", prec+1
	}
	n.text[0], n.need[0] = "", prec
	return n
}

// choose is cond ? then : otherwise; without otherwise, it is undefined when cond does not hold.
func choose(cond, then, otherwise *node) *node {
	if otherwise == nil {
		if then.branches && len(then.kids) == 2 && then.kids[0] == cond {
			return then
		}
		return &node{
			kind: formNode, prec: precIf, branches: true, opt: then.opt | shape.Absent, kids: []*node{cond, then},
			parts: &parts{text: []string{"", " ? ", ""}, need: []int8{precIf + 1, precIf + 1}},
		}
	}
	return &node{
		kind: formNode, prec: precIf, branches: true, opt: then.opt | otherwise.opt, list: then.list && otherwise.list, kids: []*node{cond, then, otherwise},
		parts: &parts{text: []string{"", " ? ", " : ", ""}, need: []int8{precIf + 1, precIf + 1, precIf}},
	}
}

// present says that a value is there and not null. A comparison with what is undefined is false in JSONata.
func present(n *node) *node {
	if x := look(n); x.branches && len(x.kids) == 2 && x.kids[1].opt == 0 {
		return x.kids[0]
	}
	return infix("!=", precCmp, n, nothing)
}

// look sees through a recipe to what it is made of, unless that may be something else by then.
func look(n *node) *node {
	for n.kind == refNode && n.root.kind == calcRoot && len(n.root.vars) == 0 {
		n = pick(n.root.calc, n.path)
	}
	return n
}

// noNull is n, but absent where it is null.
func noNull(n *node) *node {
	if n.opt&shape.Null == 0 {
		return n
	}
	x := look(n)
	if x.branches {
		cond, then := x.kids[0], noNull(x.kids[1])
		if len(x.kids) == 2 {
			return choose(cond, then, nil)
		}
		return choose(cond, then, noNull(x.kids[2]))
	}
	x = choose(present(n), n, nil)
	x.opt = shape.Absent
	return x
}

// lambda is function(params){body}.
func lambda(params []*root, body *node) *node {
	pieces := []any{"function("}
	for i, p := range params {
		if i > 0 {
			pieces = append(pieces, ", ")
		}
		pieces = append(pieces, &node{kind: refNode, prec: tight, root: p})
	}
	n := form(append(pieces, "){", body, "}")...)
	n.bound = params
	return n
}

// pick is the part of n that path leads to.
func pick(n *node, path []shape.Seg) *node {
	for len(path) > 0 {
		next := step1(n, path[0])
		if next == nil {
			break
		}
		n, path = next, path[1:]
	}
	if len(path) == 0 {
		return n
	}
	opt := n.opt
	for _, s := range path {
		opt |= s.Opt
	}
	return &node{kind: selectNode, prec: tight, opt: opt, kids: []*node{n}, path: path}
}

// step1 goes one step into a node whose parts are known; nil when they are not.
func step1(n *node, s shape.Seg) *node {
	switch n.kind {
	case constNode:
		x := n.v.Get(s.Name)
		if s.Elem {
			x = n.v.Index(s.Index)
		}
		if x.Exists() {
			return constant(x)
		}
	case refNode:
		r := *n
		r.path = append(n.path[:len(n.path):len(n.path)], s)
		r.opt, r.list = n.opt|s.Opt, false
		return &r
	case objectNode:
		for i, name := range n.names {
			if !s.Elem && name == s.Name {
				return n.kids[i]
			}
		}
	case listNode:
		if s.Elem && s.Index < len(n.kids) {
			return n.kids[s.Index]
		}
	case formNode:
		switch {
		case n.member != nil && !s.Elem:
			return n.member(s.Name)
		case n.branches && len(n.kids) == 2:
			return choose(n.kids[0], pick(n.kids[1], []shape.Seg{s}), nil)
		}
	case selectNode:
		r := *n
		r.path = append(n.path[:len(n.path):len(n.path)], s)
		r.opt |= s.Opt
		return &r
	}
	return nil
}
