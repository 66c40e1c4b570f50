package jsonata

import "strconv"

func itoa(n int) string { return strconv.Itoa(n) }

// A processor turns what the parser reads into the tree that is worked out: steps of paths are gathered, predicates
// are put on their steps, and every % finds the step that it means.
type processor struct {
	src     string
	label   int
	parents []*Node
}

func (r *processor) fail(code string, at int, tok string) error {
	return &Error{Code: code, Position: position(r.src, at), Offset: at, Token: tok}
}

// kindName is the reference's word for a kind of node.
func kindName(k Kind) string {
	switch k {
	case StringNode:
		return "string"
	case NumberNode:
		return "number"
	case ConstantNode:
		return "value"
	case NameNode:
		return "name"
	case VariableNode:
		return "variable"
	case WildcardNode:
		return "wildcard"
	case DescendantNode:
		return "descendant"
	case ParentNode:
		return "parent"
	case RegexNode:
		return "regex"
	case PathNode:
		return "path"
	case SortNode:
		return "sort"
	case NegateNode, ArrayNode, ObjectNode:
		return "unary"
	case BinaryNode:
		return "binary"
	case ApplyNode:
		return "apply"
	case BindNode:
		return "bind"
	case CallNode:
		return "function"
	case PartialNode:
		return "partial"
	case LambdaNode:
		return "lambda"
	case ConditionNode:
		return "condition"
	case TransformNode:
		return "transform"
	case BlockNode:
		return "block"
	default:
		return "operator"
	}
}

func (r *processor) process(n *Node) (*Node, error) {
	out, err := r.shaped(n)
	if err != nil {
		return nil, err
	}
	if n.KeepArray {
		out.KeepArray = true
	}
	return out, nil
}

func (r *processor) shaped(n *Node) (*Node, error) {
	switch n.Kind {
	case StringNode, NumberNode, ConstantNode, WildcardNode, DescendantNode, VariableNode, RegexNode, HoleNode:
		return n, nil
	case NameNode:
		return &Node{Kind: PathNode, Start: n.Start, End: n.End, Steps: []*Node{n}, KeepSingleton: n.KeepArray}, nil
	case ParentNode:
		n.Slot = &Slot{Label: r.label, level: 1, index: len(r.parents)}
		r.label++
		r.parents = append(r.parents, n)
		return n, nil
	case rawOperator:
		n.Kind = NameNode
		return r.shaped(n)
	case rawEnd:
		return nil, r.fail("S0207", n.End, "(end)")
	case rawDot:
		return r.dot(n)
	case rawFilter:
		return r.filter(n)
	case rawGroup:
		return r.group(n)
	case rawSort:
		return r.sort(n)
	case rawFocus:
		return r.focus(n)
	case rawIndex:
		return r.index(n)
	case ConditionNode:
		return n, r.parts(n, &n.Left, &n.Right, &n.Else)
	case BinaryNode:
		return n, r.parts(n, &n.Left, &n.Right)
	case BindNode:
		return n, r.bind(n)
	case ApplyNode:
		return n, r.apply(n)
	case NegateNode:
		return r.negate(n)
	case ArrayNode:
		return n, r.items(n)
	case ObjectNode:
		return n, r.object(n)
	case CallNode, PartialNode:
		return n, r.call(n)
	case LambdaNode:
		body, err := r.process(n.Right)
		if err != nil {
			return nil, err
		}
		n.Right = tail(body)
		return n, nil
	case TransformNode:
		for _, x := range []**Node{&n.Left, &n.Right, &n.Else} {
			if *x == nil {
				continue
			}
			var err error
			if *x, err = r.process(*x); err != nil {
				return nil, err
			}
		}
		return n, nil
	case BlockNode:
		return n, r.block(n)
	default:
		return nil, r.fail("S0206", n.End, n.Text)
	}
}

// parts processes parts of n whose %s are n's.
func (r *processor) parts(n *Node, all ...**Node) error {
	for _, x := range all {
		if *x == nil {
			continue
		}
		p, err := r.process(*x)
		if err != nil {
			return err
		}
		*x = p
		push(n, p)
	}
	return nil
}

func (r *processor) items(n *Node) error {
	for i := range n.Items {
		if err := r.parts(n, &n.Items[i]); err != nil {
			return err
		}
	}
	return nil
}

func (r *processor) object(n *Node) error {
	for i := range n.Pairs {
		if err := r.parts(n, &n.Pairs[i].Key, &n.Pairs[i].Value); err != nil {
			return err
		}
	}
	return nil
}

func (r *processor) bind(n *Node) (err error) {
	if n.Left, err = r.process(n.Left); err != nil {
		return err
	}
	return r.parts(n, &n.Right)
}

func (r *processor) apply(n *Node) (err error) {
	if n.Left, err = r.process(n.Left); err != nil {
		return err
	}
	if n.Right, err = r.process(n.Right); err != nil {
		return err
	}
	n.KeepArray = n.KeepArray || n.Left.KeepArray || n.Right.KeepArray
	return nil
}

func (r *processor) negate(n *Node) (*Node, error) {
	x, err := r.process(n.Left)
	if err != nil {
		return nil, err
	}
	if x.Kind == NumberNode {
		x.Number, x.Start = -x.Number, n.Start
		if len(x.Text) > 0 && x.Text[0] == '-' {
			x.Text = x.Text[1:]
		} else {
			x.Text = "-" + x.Text
		}
		return x, nil
	}
	n.Left = x
	push(n, x)
	return n, nil
}

func (r *processor) call(n *Node) (err error) {
	if err := r.items(n); err != nil {
		return err
	}
	n.Left, err = r.process(n.Left)
	return err
}

func (r *processor) block(n *Node) error {
	if err := r.items(n); err != nil {
		return err
	}
	for _, x := range n.Items {
		if x.Constructor || x.Kind == PathNode && x.Steps[0].Constructor {
			n.Constructor = true
		}
	}
	return nil
}

func (r *processor) dot(n *Node) (*Node, error) {
	left, err := r.process(n.Left)
	if err != nil {
		return nil, err
	}
	out, known := left, left.checked
	if left.Kind != PathNode {
		out = &Node{Kind: PathNode, Start: left.Start, End: n.End, Steps: []*Node{left}}
	}
	if left.Kind == ParentNode {
		out.seeking = []*Slot{left.Slot}
	}
	rest, err := r.process(n.Right)
	if err != nil {
		return nil, err
	}
	if rest.Kind == PathNode {
		out.Steps = append(out.Steps, rest.Steps...)
	} else {
		rest.Stages, rest.Predicates = append(rest.Stages, rest.Predicates...), nil
		out.Steps = append(out.Steps, rest)
	}
	for _, s := range out.Steps[known:] {
		switch s.Kind {
		case NumberNode, ConstantNode:
			return nil, &Error{Code: "S0213", Position: position(r.src, s.End), Offset: s.End, value: s.Text}
		case StringNode:
			s.Kind = NameNode
		default:
		}
		if s.KeepArray {
			out.KeepSingleton = true
		}
	}
	if known > 0 && out.Steps[known-1].KeepArray { // [] came after it had been looked at
		out.KeepSingleton = true
	}
	for _, s := range []*Node{out.Steps[0], out.Steps[len(out.Steps)-1]} {
		if s.Kind == ArrayNode {
			s.Constructor = true
		}
	}
	out.checked = len(out.Steps)
	return out, r.resolve(out)
}

// last is the step that something after n is about: the last one of a path, else n itself.
func last(n *Node) *Node {
	if n.Kind == PathNode {
		return n.Steps[len(n.Steps)-1]
	}
	return n
}

func (r *processor) filter(n *Node) (*Node, error) {
	out, err := r.process(n.Left)
	if err != nil {
		return nil, err
	}
	step := last(out)
	if step.Group != nil {
		return nil, r.fail("S0209", n.End, "")
	}
	x, err := r.process(n.Right)
	if err != nil {
		return nil, err
	}
	if len(x.seeking) > 0 {
		for _, slot := range x.seeking {
			if slot.level == 1 {
				if _, err := r.seek(step, slot); err != nil {
					return nil, err
				}
			} else {
				slot.level--
			}
		}
		push(step, x)
	}
	stage := Stage{Filter: x, Start: n.Start, End: n.End}
	if out.Kind == PathNode {
		step.Stages = append(step.Stages, stage)
	} else {
		out.Predicates = append(out.Predicates, stage)
	}
	return out, nil
}

func (r *processor) group(n *Node) (*Node, error) {
	out, err := r.process(n.Left)
	if err != nil {
		return nil, err
	}
	if out.Group != nil {
		return nil, r.fail("S0210", n.End, "")
	}
	g := &Group{Start: n.Start, End: n.End}
	for _, p := range n.Pairs {
		k, err := r.process(p.Key)
		if err != nil {
			return nil, err
		}
		v, err := r.process(p.Value)
		if err != nil {
			return nil, err
		}
		g.Pairs = append(g.Pairs, Pair{k, v})
	}
	out.Group = g
	return out, nil
}

func (r *processor) sort(n *Node) (*Node, error) {
	out, err := r.process(n.Left)
	if err != nil {
		return nil, err
	}
	if out.Kind != PathNode {
		out = &Node{Kind: PathNode, Start: out.Start, End: n.End, Steps: []*Node{out}}
	}
	step := &Node{Kind: SortNode, Start: n.Start, End: n.End}
	for _, t := range n.Terms {
		by, err := r.process(t.By)
		if err != nil {
			return nil, err
		}
		push(step, by)
		step.Terms = append(step.Terms, Term{t.Descending, by})
	}
	out.Steps = append(out.Steps, step)
	return out, r.resolve(out)
}

func (r *processor) focus(n *Node) (*Node, error) {
	out, err := r.process(n.Left)
	if err != nil {
		return nil, err
	}
	step := last(out)
	switch {
	case len(step.Stages)+len(step.Predicates) > 0:
		return nil, r.fail("S0215", n.End, "")
	case step.Kind == SortNode:
		return nil, r.fail("S0216", n.End, "")
	}
	step.KeepArray = step.KeepArray || n.KeepArray
	step.Focus, step.Tuple = n.Right.Text, true
	return out, nil
}

func (r *processor) index(n *Node) (*Node, error) {
	out, err := r.process(n.Left)
	if err != nil {
		return nil, err
	}
	step := last(out)
	if out.Kind != PathNode {
		out = &Node{Kind: PathNode, Start: out.Start, End: n.End, Steps: []*Node{out}}
		step.Stages, step.Predicates = append(step.Stages, step.Predicates...), nil
	}
	if len(step.Stages) == 0 {
		step.Index = n.Right.Text
	} else {
		step.Stages = append(step.Stages, Stage{Index: n.Right.Text, Start: n.Start, End: n.End})
	}
	step.Tuple = true
	return out, nil
}

// seek lets a % climb over one step; what it means is the input of the step where its level becomes zero.
func (r *processor) seek(n *Node, slot *Slot) (*Slot, error) {
	var err error
	switch n.Kind {
	case NameNode, WildcardNode:
		if slot.level--; slot.level == 0 {
			if n.Ancestor != nil {
				r.parents[slot.index].Slot.Label = n.Ancestor.Label
			}
			n.Ancestor, n.Tuple = slot, true
		}
	case ParentNode:
		slot.level++
	case BlockNode:
		if len(n.Items) > 0 {
			n.Tuple = true
			slot, err = r.seek(n.Items[len(n.Items)-1], slot)
		}
	case PathNode:
		n.Tuple = true
		i := len(n.Steps) - 1
		slot, err = r.seek(n.Steps[i], slot)
		for i--; err == nil && slot.level > 0 && i >= 0; i-- {
			slot, err = r.seek(n.Steps[i], slot)
		}
	default:
		return nil, r.fail("S0217", n.End, kindName(n.Kind))
	}
	return slot, err
}

// push hands the %s of a part, which are not resolved yet, to the whole.
func push(whole, part *Node) {
	slots := part.seeking
	if part.Kind == ParentNode {
		slots = append(slots, part.Slot)
	}
	whole.seeking = append(whole.seeking, slots...)
}

// resolve looks for the steps of a path that the %s of its last step mean.
func (r *processor) resolve(path *Node) (err error) {
	end := path.Steps[len(path.Steps)-1]
	slots := end.seeking
	if end.Kind == ParentNode {
		slots = append(slots, end.Slot)
	}
	for _, slot := range slots {
		i := len(path.Steps) - 2
		for slot.level > 0 {
			if i < 0 {
				path.seeking = append(path.seeking, slot)
				break
			}
			step := path.Steps[i]
			i--
			for i >= 0 && step.Focus != "" && path.Steps[i].Focus != "" { // steps that bind in a row are one
				step = path.Steps[i]
				i--
			}
			if slot, err = r.seek(step, slot); err != nil {
				return err
			}
		}
	}
	return nil
}

// tail wraps calls in tail position into thunks, which a trampoline runs without growing the stack.
func tail(n *Node) *Node {
	switch n.Kind {
	case CallNode:
		if len(n.Predicates) == 0 {
			return &Node{Kind: LambdaNode, Thunk: true, Start: n.Start, End: n.End, Right: n}
		}
	case ConditionNode:
		n.Right = tail(n.Right)
		if n.Else != nil {
			n.Else = tail(n.Else)
		}
	case BlockNode:
		if l := len(n.Items); l > 0 {
			n.Items[l-1] = tail(n.Items[l-1])
		}
	default:
	}
	return n
}
