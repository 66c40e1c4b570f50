package jsonata

// Outside tells the first name or $ of the expression that refers to a context item where there is none: outside of
// every path step, predicate and function. Step Functions, which evaluates without an input, refuses such expressions
// when a workflow is created. at is its byte offset; ok is false when there is none.
func (e *Expression) Outside() (name string, at int, ok bool) {
	n := outside(e.ast)
	if n == nil {
		return "", 0, false
	}
	if n.Kind == VariableNode {
		return "$" + n.Text, n.Start, true
	}
	return n.Text, n.Start, true
}

// outside is the first node below n, which has no context, that refers to it.
func outside(n *Node) *Node {
	if n == nil {
		return nil
	}
	switch n.Kind {
	case NameNode:
		return n
	case VariableNode:
		if n.Text == "" || n.Text == "$" {
			return n
		}
		return nil
	case PathNode:
		return outside(n.Steps[0])
	case LambdaNode:
		if n.Thunk {
			return outside(n.Right)
		}
		return nil
	case TransformNode:
		return nil
	default:
	}
	for _, x := range []*Node{n.Left, n.Right, n.Else} {
		if found := outside(x); found != nil {
			return found
		}
	}
	for _, x := range n.Items {
		if found := outside(x); found != nil {
			return found
		}
	}
	for _, p := range n.Pairs {
		for _, x := range []*Node{p.Key, p.Value} {
			if found := outside(x); found != nil {
				return found
			}
		}
	}
	return nil
}
