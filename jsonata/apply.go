package jsonata

import "strings"

// A lambda is a compiled function(…){…}.
type lambda struct {
	scope     *scope
	params    []int // slots
	keeps     bool  // its frame may be kept by a function that is made in it
	body      node
	signature *Signature
}

// A tailCall is a compiled call in tail position.
type tailCall struct {
	proc node
	args []node
	site site
}

func (c *compiler) lambda(n *Node) node {
	if n.Thunk {
		return c.thunk(n.Right)
	}
	l := &lambda{scope: &scope{parent: c.scope}, signature: n.Signature}
	for _, p := range n.Items {
		l.params = append(l.params, l.scope.add(p.Text))
	}
	bindings(n.Right, l.scope)
	l.body = c.inner(l.scope).compile(n.Right)
	l.keeps = keepsFrame(n.Right) || strings.Contains(c.src, "eval")
	arity := len(n.Items)
	return func(ev *evaluation, in val, f *frame) (val, *Error) {
		if err := ev.charge(4 * valBytes); err != nil {
			return val{}, err
		}
		fn := ev.functions.one()
		fn.arity, fn.lambda, fn.frame, fn.input, fn.signature = arity, l, f, in, l.signature
		return functionVal(fn), nil
	}
}

func (c *compiler) thunk(n *Node) node {
	t := &tailCall{proc: c.compile(n.Left), site: site{at: n.Left.End}}
	if n.Left.Kind == VariableNode {
		t.site.token = n.Left.Text
	}
	for _, x := range n.Items {
		t.args = append(t.args, c.compile(x))
	}
	return func(ev *evaluation, in val, f *frame) (val, *Error) {
		fn := ev.functions.one()
		fn.thunk, fn.frame, fn.input = t, f, in
		return functionVal(fn), nil
	}
}

// A callPlan is a compiled call.
type callPlan struct {
	proc   node
	args   []node
	site   site
	bare   string // the name of a function that was written without $
	named  node   // the variable of that name
	hint   int    // the place of a global among the others
	global bool   // what is called is a global
}

func (c *compiler) callPlan(n *Node) *callPlan {
	p := &callPlan{site: site{at: n.End}}
	if l := n.Left; l.Kind == VariableNode && len(l.Predicates) == 0 && l.Group == nil {
		p.proc = c.variable(l.Text) // a function is no sequence
		p.global = l.Text != "" && l.Text[0] != '$' && len(c.scope.places(l.Text)) == 0
		if p.global {
			p.hint = c.global(l.Text)
		}
	} else {
		p.proc = c.compile(l)
	}
	switch n.Left.Kind {
	case PathNode:
		p.bare = n.Left.Steps[0].Text
		p.site.token = p.bare
		if p.bare != "" {
			p.named = c.variable(p.bare)
		}
	case VariableNode, StringNode, NumberNode, ConstantNode, BlockNode, ArrayNode, ObjectNode:
		p.site.token = n.Left.Text
	case CallNode, PartialNode, BinaryNode, ApplyNode:
		p.site.token = n.Left.Operator
	default:
	}
	for _, x := range n.Items {
		p.args = append(p.args, c.compile(x))
	}
	return p
}

func (c *compiler) call(n *Node) node {
	p := c.callPlan(n)
	keep := n.KeepArray
	if len(n.Predicates) > 0 || n.Group != nil {
		return func(ev *evaluation, in val, f *frame) (val, *Error) { return p.run(ev, in, f, nil) }
	}
	return func(ev *evaluation, in val, f *frame) (val, *Error) {
		v, err := p.run(ev, in, f, nil)
		if v.kind == list && v.ref != nil {
			v = collapse(v, keep)
		}
		return v, err
	}
}

// procedure works out what is called.
func (p *callPlan) procedure(ev *evaluation, in val, f *frame, code string) (val, *Error) {
	fn, err := p.proc(ev, in, f)
	if err == nil && !fn.exists() && p.bare != "" {
		v, err := p.named(ev, in, f)
		if err != nil {
			return val{}, err
		}
		if yes, err := ev.truthy(v); err != nil || yes {
			return val{}, &Error{Code: code, Token: p.bare, Offset: p.site.at}
		}
	}
	return fn, err
}

// run calls the function; first, if not nil, comes before its arguments.
func (p *callPlan) run(ev *evaluation, in val, f *frame, first *val) (val, *Error) {
	var fn val
	var err *Error
	if p.global {
		fn = ev.global(p.hint)
	} else if fn, err = p.procedure(ev, in, f, "T1005"); err != nil {
		return val{}, err
	}
	args := ev.args(len(p.args) + 1)
	if first != nil {
		args = append(args, *first)
	}
	for _, x := range p.args {
		v, err := x(ev, in, f)
		if err != nil {
			return val{}, err
		}
		args = append(args, argument(v))
	}
	var v val
	if target := fn.function(); target != nil && target.native != nil && !fn.isArgument() {
		v, err = ev.native(target, args, &in, f)
		if err == nil && v.kind == callable && v.ref.fn.thunk != nil {
			v, err = ev.finish(v, in, f)
		}
		if err != nil && p.site.at != 0 {
			err.Offset = p.site.at
		}
	} else {
		v, err = ev.apply(fn, args, in, f, p.site)
	}
	if err != nil {
		if err.Offset == 0 {
			err.Offset = p.site.at
		}
		if err.Token == "" {
			err.Token = p.site.token
		}
		if err.called == "" {
			err.called = p.site.token
		}
	}
	return v, err
}

// apply calls a function, and the function that it calls last, and so on.
func (ev *evaluation) apply(fn val, args []val, in val, f *frame, s site) (val, *Error) {
	v, err := ev.invoke(fn, args, in, f, s)
	if err != nil || v.kind != callable || v.ref.fn.thunk == nil {
		return v, err
	}
	return ev.finish(v, in, f)
}

// finish makes the calls in tail position that came back instead of a result.
func (ev *evaluation) finish(v, in val, f *frame) (val, *Error) {
	for v.kind == callable && v.ref.fn.thunk != nil {
		if err := ev.step(1); err != nil {
			return val{}, err
		}
		t, at := v.ref.fn.thunk, v.ref.fn
		next, err := t.proc(ev, at.input, at.frame)
		if err != nil {
			return val{}, err
		}
		args := ev.args(len(t.args))
		for _, x := range t.args {
			a, err := x(ev, at.input, at.frame)
			if err != nil {
				return val{}, err
			}
			args = append(args, a)
		}
		if v, err = ev.invoke(next, args, in, f, t.site); err != nil {
			return v, err
		}
	}
	return v, nil
}

// invoke calls a function; what comes back may be a call in tail position.
func (ev *evaluation) invoke(fn val, args []val, in val, f *frame, s site) (val, *Error) {
	target := fn.function()
	if target == nil {
		return val{}, fail("T1006")
	}
	v, err := ev.enterFunction(fn, target, args, in, f)
	if err != nil && !fn.isArgument() {
		if err.Token == "" {
			err.Token = s.token
		}
		if err.called == "" {
			err.called = s.token
		}
		if s.at != 0 {
			err.Offset = s.at
		}
	}
	return v, err
}

// native calls a builtin, or what was made of one.
func (ev *evaluation) native(target *function, args []val, in *val, f *frame) (val, *Error) {
	if err := ev.step(1); err != nil {
		return val{}, err
	}
	if ev.calls >= ev.most.Depth {
		return val{}, fail(LimitDepth)
	}
	if target.signature != nil {
		var err *Error
		if args, err = target.signature.validate(args, in); err != nil {
			return val{}, err
		}
	}
	for len(args) < target.arity {
		args = append(args, val{})
	}
	c := ev.called.one()
	c.ev, c.input, c.frame = ev, *in, f
	ev.calls++
	v, err := target.native(c, args)
	ev.calls--
	return v, err
}

func (ev *evaluation) enterFunction(fn val, target *function, args []val, in val, f *frame) (val, *Error) {
	if fn.isArgument() {
		in = nullVal
	}
	if target.native != nil {
		return ev.native(target, args, &in, f)
	}
	if err := ev.step(1); err != nil {
		return val{}, err
	}
	if ev.calls >= ev.most.Depth {
		return val{}, fail(LimitDepth)
	}
	if target.lambda == nil {
		return val{}, fail("T1006")
	}
	if target.signature != nil {
		var err *Error
		if args, err = target.signature.validate(args, &in); err != nil {
			return val{}, err
		}
	}
	ev.calls++
	v, err := ev.enterLambda(target, args)
	ev.calls--
	return v, err
}

// enterLambda works a lambda's body out.
func (ev *evaluation) enterLambda(target *function, args []val) (val, *Error) {
	l := target.lambda
	if err := ev.charge(valBytes * (1 + len(l.scope.names))); err != nil {
		return val{}, err
	}
	inner := ev.frame(l.scope, target.frame)
	for i, slot := range l.params {
		x := val{}
		if i < len(args) {
			x = args[i]
		}
		inner.bind(slot, x)
	}
	v, err := l.body(ev, target.input, inner)
	if !l.keeps {
		ev.reuse(inner)
	}
	return v, err
}

// keepsFrame tells whether a function can be made in n, which keeps the frame in which it was made.
func keepsFrame(n *Node) bool {
	keeps := false
	Walk(n, func(x *Node) bool {
		switch x.Kind {
		case LambdaNode, TransformNode, PartialNode, ApplyNode:
			keeps = true
		default:
		}
		return !keeps
	})
	return keeps
}

func (c *compiler) partial(n *Node) node {
	p := c.callPlan(n)
	var holes []int
	for i, x := range n.Items {
		if x.Kind == HoleNode {
			holes = append(holes, i)
		}
	}
	return func(ev *evaluation, in val, f *frame) (val, *Error) {
		args := make([]val, len(p.args))
		for i, x := range p.args {
			v, err := x(ev, in, f)
			if err != nil {
				return val{}, err
			}
			args[i] = v
		}
		fn, err := p.procedure(ev, in, f, "T1007")
		if err != nil {
			return val{}, err
		}
		if fn.function() == nil {
			return val{}, &Error{Code: "T1008", Token: p.site.token, Offset: p.site.at}
		}
		if err := notPartial(fn); err != nil {
			return val{}, err
		}
		return partially(fn, args, holes), nil
	}
}

// partially is a function with some of its arguments fixed. What is beyond its parameters is not looked at.
func partially(fn val, fixed []val, holes []int) val {
	target := *fn.function()
	n := max(1, target.arity)
	if target.lambda != nil {
		n = len(target.lambda.params)
		target.signature = nil // as in the reference
	}
	fixed = fixed[:min(n, len(fixed))]
	for len(holes) > 0 && holes[len(holes)-1] >= n {
		holes = holes[:len(holes)-1]
	}
	return functionVal(&function{arity: len(holes), native: func(c *call, args []val) (val, *Error) {
		all := append(c.ev.args(len(fixed)), fixed...)
		for i, at := range holes {
			if i < len(args) {
				all[at] = args[i]
			}
		}
		if target.lambda == nil {
			for len(all) < target.arity {
				all = append(all, val{})
			}
			if v, done, err := c.unchecked(&target, all); done || err != nil {
				return v, err
			}
			all = target.signature.withoutMissing(all)
		}
		return c.ev.apply(functionVal(&target), all, val{}, c.frame, site{})
	}})
}

func (c *compiler) apply(n *Node) node {
	left, end := c.compile(n.Left), n.End
	if n.Right.Kind == CallNode {
		p := c.callPlan(n.Right)
		return func(ev *evaluation, in val, f *frame) (val, *Error) {
			first, err := left(ev, in, f)
			if err != nil {
				return val{}, err
			}
			return p.run(ev, in, f, &first)
		}
	}
	right := c.compile(n.Right)
	return func(ev *evaluation, in val, f *frame) (val, *Error) {
		x, err := left(ev, in, f)
		if err != nil {
			return val{}, err
		}
		fn, err := right(ev, in, f)
		if err != nil {
			return val{}, err
		}
		if fn.kind != callable {
			e := failWith("T2006", fn)
			e.Offset = end
			return val{}, e
		}
		if x.kind == callable {
			return chain(x, fn), nil
		}
		return ev.apply(fn, append(ev.args(1), x), nullVal, f, site{})
	}
}

// chain is the function that calls one function with what another gives.
func chain(first, second val) val {
	return functionVal(&function{arity: 1, native: func(c *call, args []val) (val, *Error) {
		x, err := c.ev.apply(first, append(c.ev.args(1), args[:1]...), nullVal, c.frame, site{})
		if err != nil {
			return val{}, err
		}
		return c.ev.apply(second, append(c.ev.args(1), argument(x)), nullVal, c.frame, site{})
	}})
}
