package jsonata

import (
	"math"
	"slices"

	"github.com/stepwright/stepwright/value"
)

// A compiler turns a syntax tree into nodes.
type compiler struct {
	src     string
	scope   *scope
	globals *[]string      // names that are looked up outside of the expression
	parts   map[*Node]bool // that are constant
	err     *Error
}

// compile compiles a node with its predicates and its group.
func (c *compiler) compile(n *Node) node {
	if x, ok := c.fold(n); ok {
		return x
	}
	x := c.bare(n)
	if len(n.Predicates) > 0 {
		x = c.filtered(x, n.Predicates, n.KeepArray)
	}
	if n.Group != nil && n.Kind != PathNode {
		g := c.group(n.Group.Pairs, n.Group.End, nil)
		inner := x
		x = func(ev *evaluation, in val, f *frame) (val, *Error) {
			v, err := inner(ev, in, f)
			if err != nil {
				return val{}, err
			}
			return g.run(ev, v, f)
		}
	}
	if !mayBeSequence(n) || c.isGlobal(n) {
		return x
	}
	keep := n.KeepArray
	return func(ev *evaluation, in val, f *frame) (val, *Error) {
		v, err := x(ev, in, f)
		if v.kind == list && v.ref != nil {
			v = collapse(v, keep)
		}
		return v, err
	}
}

// isGlobal tells whether n is a variable that only the caller can have bound: it is no sequence.
func (c *compiler) isGlobal(n *Node) bool {
	return n.Kind == VariableNode && !n.KeepArray && n.Group == nil && n.Text != "" && n.Text[0] != '$' && n.Text[0] != '!' &&
		len(c.scope.places(n.Text)) == 0
}

// mayBeSequence tells whether what bare compiles can give a sequence that is not collapsed yet.
func mayBeSequence(n *Node) bool {
	if len(n.Predicates) > 0 { // filtered collapses
		return false
	}
	switch n.Kind {
	case StringNode, NumberNode, ConstantNode, RegexNode, NegateNode, ObjectNode, LambdaNode, PartialNode, TransformNode, HoleNode, ArrayNode,
		CallNode: // which collapses what it gives
		return false
	case BinaryNode:
		return n.Operator == ".."
	case PathNode:
		return n.KeepArray
	case NameNode, VariableNode, WildcardNode, DescendantNode, ParentNode, SortNode, ApplyNode, BindNode, ConditionNode, BlockNode:
	default:
	}
	return true
}

func (c *compiler) filtered(x node, predicates []Stage, keep bool) node {
	stages := make([]stage, len(predicates))
	for i, p := range predicates {
		stages[i] = c.stage(p, nil)
	}
	return func(ev *evaluation, in val, f *frame) (val, *Error) {
		v, err := x(ev, in, f)
		if err != nil {
			return val{}, err
		}
		a := v.array()
		if a != nil && a.stream {
			for i := range stages {
				if a, err = stages[i].filterTuples(ev, a, a.scope(), f); err != nil {
					return val{}, err
				}
			}
			return listVal(a), nil
		}
		s := seqOf(v)
		for i := range stages {
			if s, err = stages[i].filter(ev, s, f); err != nil {
				return val{}, err
			}
		}
		if !s.one && !s.fresh {
			return collapse(s.v, keep), nil
		}
		return s.result(keep), nil // which may be an empty sequence that was an item
	}
}

// scope is that of the tuples of a stream.
func (a *array) scope() *scope {
	if len(a.tuples) == 0 {
		return &scope{}
	}
	return a.tuples[0].scope
}

func (c *compiler) stage(s Stage, tuples *scope) stage {
	out := stage{index: -1}
	switch {
	case s.Filter == nil:
		out.index = tuples.add(s.Index)
	case s.Filter.Kind == NumberNode:
		out.at = int(max(-1<<50, min(1<<50, math.Floor(s.Filter.Number))))
	default:
		out.by = c.compile(s.Filter)
	}
	return out
}

// bare compiles a node without its predicates and its group.
func (c *compiler) bare(n *Node) node {
	switch n.Kind {
	case StringNode:
		return constant(textVal(n.Text))
	case NumberNode:
		return constant(literal(n))
	case ConstantNode:
		return constant(map[string]val{"true": boolVal(true), "false": boolVal(false), "null": nullVal}[n.Text])
	case NameNode:
		name := n.Text
		return func(ev *evaluation, in val, _ *frame) (val, *Error) { return ev.lookup(in, name) }
	case VariableNode:
		return c.variable(n.Text)
	case ParentNode:
		return c.variable(label(n.Slot))
	case WildcardNode:
		return wildcard
	case DescendantNode:
		return descendants
	case RegexNode:
		return c.regex(n)
	case PathNode:
		return c.path(n)
	case NegateNode:
		return c.negate(n)
	case ArrayNode:
		return c.array(n)
	case ObjectNode:
		return c.object(n)
	case BinaryNode:
		return c.binary(n)
	case ApplyNode:
		return c.apply(n)
	case BindNode:
		return c.bind(n)
	case CallNode:
		return c.call(n)
	case PartialNode:
		return c.partial(n)
	case LambdaNode:
		return c.lambda(n)
	case ConditionNode:
		return c.condition(n)
	case TransformNode:
		return c.transform(n)
	case BlockNode:
		return c.block(n)
	default:
		return constant(val{})
	}
}

func constant(x val) node {
	return func(*evaluation, val, *frame) (val, *Error) { return x, nil }
}

// literal is a number literal. Whole ones keep all their digits.
func literal(n *Node) val {
	if math.Abs(n.Number) >= 1<<53 && n.Number == math.Trunc(n.Number) {
		if v, err := value.ParseString(n.Text); err == nil && v.Float() == n.Number {
			return of(v)
		}
	}
	return numberVal(n.Number)
}

func label(s *Slot) string { return "!" + itoa(s.Label) }

// inner gives a compiler for a scope within the current one.
func (c *compiler) inner(s *scope) *compiler {
	in := *c
	in.scope = s
	return &in
}

func (c *compiler) global(name string) int {
	if i := slices.Index(*c.globals, name); i >= 0 {
		return i
	}
	*c.globals = append(*c.globals, name)
	return len(*c.globals) - 1
}

func (c *compiler) variable(name string) node {
	if name == "" {
		return func(_ *evaluation, in val, _ *frame) (val, *Error) {
			if a := in.array(); a != nil && a.outer {
				return a.items[0], nil
			}
			return in, nil
		}
	}
	at := c.scope.places(name)
	if name == "$" {
		return func(ev *evaluation, _ val, _ *frame) (val, *Error) { return ev.root, nil }
	}
	if name[0] == '!' {
		return func(_ *evaluation, _ val, f *frame) (val, *Error) {
			v, _ := f.lookup(at)
			return v, nil
		}
	}
	g := c.global(name)
	if len(at) == 0 {
		return func(ev *evaluation, _ val, _ *frame) (val, *Error) { return ev.global(g), nil }
	}
	return func(ev *evaluation, _ val, f *frame) (val, *Error) {
		if v, ok := f.lookup(at); ok {
			return v, nil
		}
		return ev.global(g), nil
	}
}

func (c *compiler) bind(n *Node) node {
	right := c.compile(n.Right)
	slot := c.scope.add(n.Left.Text)
	return func(ev *evaluation, in val, f *frame) (val, *Error) {
		v, err := right(ev, in, f)
		if err == nil {
			f.bind(slot, v)
		}
		return v, err
	}
}

func (c *compiler) negate(n *Node) node {
	x, end := c.compile(n.Left), n.End
	return func(ev *evaluation, in val, f *frame) (val, *Error) {
		v, err := x(ev, in, f)
		if err != nil || !v.exists() {
			return val{}, err
		}
		a, ok, err := numeric(v)
		if err == nil && !ok {
			err = failWith("D1002", v)
			err.Token, err.Offset = "-", end
		}
		return numberVal(-a), err
	}
}

func (c *compiler) array(n *Node) node {
	items := make([]node, len(n.Items))
	whole := make([]bool, len(n.Items))
	for i, x := range n.Items {
		items[i], whole[i] = c.compile(x), x.Kind == ArrayNode
	}
	cons := n.Constructor
	return func(ev *evaluation, in val, f *frame) (val, *Error) {
		out := ev.arrays.one()
		out.cons = cons
		if err := ev.charge(valBytes * len(items)); err != nil {
			return val{}, err
		}
		for i, x := range items {
			v, err := x(ev, in, f)
			if err != nil {
				return val{}, err
			}
			if !v.exists() {
				continue
			}
			if whole[i] || v.kind != list {
				if out.items == nil {
					out.items = ev.vals.some(len(items) - i)[:0]
				}
				out.items = append(out.items, v)
				continue
			}
			if a := v.array(); a != nil && a.span > 0 && len(items) == 1 {
				out.span, out.first = a.span, a.first
				continue
			}
			if err := ev.pour(out, v); err != nil {
				return val{}, err
			}
		}
		return listVal(out), nil
	}
}

func (c *compiler) object(n *Node) node {
	g := c.group(n.Pairs, n.End, nil)
	return func(ev *evaluation, in val, f *frame) (val, *Error) { return g.run(ev, in, f) }
}

func (c *compiler) group(pairs []Pair, end int, tuples *scope) *groupPlan {
	g := &groupPlan{pairs: make([]pairPlan, len(pairs)), at: end, scope: tuples}
	for i, p := range pairs {
		g.pairs[i].value = c.compile(p.Value)
		if p.Key.Kind == StringNode && len(p.Key.Predicates) == 0 && p.Key.Group == nil {
			g.pairs[i].name = p.Key.Text
		} else {
			g.pairs[i].key = c.compile(p.Key)
		}
	}
	g.names = literalNames(g.pairs)
	return g
}

func (c *compiler) condition(n *Node) node {
	test, then := c.compile(n.Left), c.compile(n.Right)
	otherwise := constant(val{})
	if n.Else != nil {
		otherwise = c.compile(n.Else)
	}
	return func(ev *evaluation, in val, f *frame) (val, *Error) {
		x, err := test(ev, in, f)
		if err != nil {
			return val{}, err
		}
		yes, err := ev.truth(x)
		switch {
		case err != nil:
			return val{}, err
		case yes:
			return then(ev, in, f)
		}
		return otherwise(ev, in, f)
	}
}

func (c *compiler) block(n *Node) node {
	s := &scope{parent: c.scope}
	for _, x := range n.Items {
		bindings(x, s)
	}
	if len(s.names) > 0 {
		c = c.inner(s)
	} else {
		s = nil
	}
	items := make([]node, len(n.Items))
	for i, x := range n.Items {
		items[i] = c.compile(x)
	}
	if s == nil && len(items) == 1 {
		return items[0]
	}
	return func(ev *evaluation, in val, f *frame) (v val, err *Error) {
		if s != nil {
			f = ev.frame(s, f)
		}
		for _, x := range items {
			if v, err = x(ev, in, f); err != nil {
				return val{}, err
			}
		}
		return v, nil
	}
}

// bindings adds to s the names that := binds in its frame when n is worked out.
func bindings(n *Node, s *scope) {
	if n == nil || n.Kind == BlockNode || n.Kind == LambdaNode && !n.Thunk {
		if n != nil {
			stageBindings(n, s)
		}
		return
	}
	if n.Kind == BindNode {
		s.add(n.Left.Text)
		s.binds = true
	}
	if n.Kind == PathNode {
		for _, x := range n.Steps {
			if x.Tuple { // from here on, they are bound in the tuples' frames
				return
			}
			bindings(x, s)
		}
	}
	for _, x := range []*Node{n.Left, n.Right, n.Else} {
		bindings(x, s)
	}
	for _, x := range n.Items {
		bindings(x, s)
	}
	for _, p := range n.Pairs {
		bindings(p.Key, s)
		bindings(p.Value, s)
	}
	stageBindings(n, s)
}

func stageBindings(n *Node, s *scope) {
	for _, t := range n.Terms {
		bindings(t.By, s)
	}
	for _, t := range slices.Concat(n.Stages, n.Predicates) {
		bindings(t.Filter, s)
	}
	if n.Group != nil {
		for _, p := range n.Group.Pairs {
			bindings(p.Key, s)
			bindings(p.Value, s)
		}
	}
}

func wildcard(ev *evaluation, in val, _ *frame) (val, *Error) {
	if a := in.array(); a != nil && a.outer {
		in = a.items[0]
	}
	out := ev.sequence()
	var failed *Error
	take := func(_ string, v val) bool {
		if v.kind == list {
			out.sequence = false
			failed = ev.flatten(out, v)
		} else {
			failed = ev.push(out, v)
		}
		return failed == nil
	}
	switch in.kind {
	case record:
		in.members(take)
	case list:
		for i := range in.len() {
			if !take("", in.at(i)) {
				break
			}
		}
		if a := in.array(); failed == nil && a != nil && a.sequence { // the reference keeps its marks as members
			failed = ev.push(out, boolVal(true))
			if a.keep && failed == nil {
				failed = ev.push(out, boolVal(true))
			}
		}
	case callable:
		for _, v := range in.inside() {
			if !take("", v) {
				break
			}
		}
	default:
	}
	return listVal(out), failed
}

// flatten adds what is in a list, and in the lists in it.
func (ev *evaluation) flatten(out *array, x val) *Error {
	if x.kind != list {
		return ev.push(out, x)
	}
	if err := ev.enter(); err != nil {
		return err
	}
	defer ev.leave()
	n := x.len()
	if err := ev.step(n); err != nil {
		return err
	}
	for i := range n {
		if err := ev.flatten(out, x.at(i)); err != nil {
			return err
		}
	}
	return nil
}

func descendants(ev *evaluation, in val, _ *frame) (val, *Error) {
	if !in.exists() {
		return val{}, nil
	}
	out := ev.sequence()
	err := ev.descend(out, in)
	if len(out.items) == 1 {
		return out.items[0], err
	}
	return listVal(out), err
}

func (ev *evaluation) descend(out *array, x val) *Error {
	if err := ev.enter(); err != nil {
		return err
	}
	defer ev.leave()
	if err := ev.step(1); err != nil {
		return err
	}
	if x.kind == list {
		for i := range x.len() {
			if err := ev.descend(out, x.at(i)); err != nil {
				return err
			}
		}
		return nil
	}
	if err := ev.push(out, x); err != nil {
		return err
	}
	for _, v := range x.inside() {
		if err := ev.descend(out, v); err != nil {
			return err
		}
	}
	if x.kind != record {
		return nil
	}
	var failed *Error
	x.members(func(_ string, v val) bool {
		failed = ev.descend(out, v)
		return failed == nil
	})
	return failed
}
