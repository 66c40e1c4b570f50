package jsonata

import (
	"errors"

	"github.com/stepwright/stepwright/value"
)

// Parse reads an expression of JSONata 2.0.6 and gives its syntax tree, as the reference implementation's
// post-processed one: steps of paths are gathered, predicates are on their steps, and calls in tail position are
// marked. The error is an *Error with the reference's code and position.
func Parse(src string) (*Node, error) {
	n, err := parse(src)
	var failed *Error
	if errors.As(err, &failed) {
		err = failed.finish(src)
	}
	return n, err
}

func parse(src string) (*Node, error) {
	p := &parser{lex: lexer{src: src}}
	if err := p.advance(false); err != nil {
		return nil, err
	}
	n, err := p.expression(0, 0)
	if err != nil {
		return nil, err
	}
	if p.id() != "(end)" {
		return nil, p.failAt("S0201", p.tok.end, p.value(), "")
	}
	r := &processor{src: src}
	out, err := r.process(n)
	if err != nil {
		return nil, err
	}
	if out.Kind == ParentNode || len(out.seeking) > 0 {
		return nil, r.fail("S0217", out.End, kindName(out.Kind))
	}
	return out, nil
}

// maxNesting bounds how deep an expression may be nested.
const maxNesting = 1000

func tooNested(src string, at int) error {
	e := failText(LimitDepth, "The expression is nested deeper than %d levels", maxNesting)
	e.Offset, e.Position = at, position(src, at)
	return e
}

type parser struct {
	lex lexer
	tok token
}

// A parsed node before post-processing has the kinds above, and these.
const (
	rawDot Kind = iota + 100 // Left . Right
	rawFilter
	rawGroup
	rawSort
	rawFocus
	rawIndex
	rawOperator // and, or, in, ? where a value is expected
	rawEnd
)

func (p *parser) advance(infix bool) error {
	t, err := p.lex.next(infix)
	p.tok = t
	if err == nil && t.typ == operatorToken && (t.text == "!" || t.text == "~") {
		return p.failAt("S0204", t.end, t.text, "")
	}
	return err
}

// id is what the current token is to the grammar.
func (p *parser) id() string {
	switch p.tok.typ {
	case endToken:
		return "(end)"
	case operatorToken:
		return p.tok.text
	default:
		return "(value)"
	}
}

// value is the token's value as the reference's messages have it.
func (p *parser) value() string {
	if p.tok.typ == endToken {
		return "(end)"
	}
	if p.tok.typ == numberToken {
		return numberText(p.tok.number)
	}
	return p.tok.text
}

// failAt is an error at the current token, or about another part of the source.
func (p *parser) failAt(code string, at int, tok, value string) *Error {
	current := at == p.tok.end && tok == p.value()
	return &Error{
		Code: code, Position: position(p.lex.src, at), Offset: at, Token: tok, value: quoted(value),
		unquoted: current && (p.tok.typ == numberToken || p.tok.typ == constantToken),
	}
}

// spelling is what the reference has as the value of a node that is not processed yet: an operator, or a literal.
func spelling(n *Node) string {
	switch {
	case n.Kind == NumberNode:
		return numberText(n.Number)
	case n.Text == "" && n.Kind != StringNode && n.Kind != VariableNode:
		return n.Operator
	}
	return n.Text
}

func quoted(s string) string { return string(value.AppendQuoted(nil, s)) }

func (p *parser) expect(id string, infix bool) error {
	if p.id() != id {
		code := "S0202"
		if p.id() == "(end)" {
			code = "S0203"
		}
		return p.failAt(code, p.tok.end, p.value(), id)
	}
	return p.advance(infix)
}

// binding tells how tightly an operator holds what is on its left.
func binding(id string) int {
	switch id {
	case "[", "(", "@", "#":
		return 80
	case ".":
		return 75
	case "{":
		return 70
	case "*", "/", "%":
		return 60
	case "+", "-", "&":
		return 50
	case "=", "<", ">", "^", "!=", "<=", ">=", "~>", "in":
		return 40
	case "and":
		return 30
	case "or":
		return 25
	case "?":
		return 20
	case ":=":
		return 10
	}
	return 0
}

func (p *parser) expression(least, depth int) (*Node, error) {
	if depth > maxNesting {
		return nil, tooNested(p.lex.src, p.tok.end)
	}
	t := p.tok
	if err := p.advance(true); err != nil {
		return nil, err
	}
	left, err := p.prefix(t, depth+1)
	for err == nil && least < binding(p.id()) {
		t := p.tok
		if err := p.advance(false); err != nil {
			return nil, err
		}
		left, err = p.infix(t, left, depth+1)
	}
	return left, err
}

func at(k Kind, t token) *Node { return &Node{Kind: k, Start: t.start, End: t.end, Text: t.text} }

// prefix reads what begins with t.
func (p *parser) prefix(t token, depth int) (n *Node, err error) {
	switch t.typ {
	case stringToken:
		return at(StringNode, t), nil
	case numberToken:
		n := at(NumberNode, t)
		n.Number = t.number
		return n, nil
	case constantToken:
		return at(ConstantNode, t), nil
	case nameToken:
		return at(NameNode, t), nil
	case variableToken:
		return at(VariableNode, t), nil
	case regexToken:
		n := at(RegexNode, t)
		n.Flags = t.flags
		return n, nil
	case endToken:
		return at(rawEnd, t), nil
	case operatorToken:
	}
	switch t.text {
	case "-":
		n := at(NegateNode, t)
		n.Left, err = p.expression(70, depth)
		return n, err
	case "*":
		return at(WildcardNode, t), nil
	case "**":
		return at(DescendantNode, t), nil
	case "%":
		return at(ParentNode, t), nil
	case "and", "or", "in":
		return at(rawOperator, t), nil
	case "(":
		return p.block(at(BlockNode, t), depth)
	case "[":
		return p.array(at(ArrayNode, t), depth)
	case "{":
		n := at(ObjectNode, t)
		n.Pairs, err = p.pairs(depth)
		return n, err
	case "|":
		return p.transform(at(TransformNode, t), depth)
	}
	return nil, p.failAt("S0211", t.end, t.text, "")
}

func (p *parser) block(n *Node, depth int) (*Node, error) {
	for p.id() != ")" {
		x, err := p.expression(0, depth)
		if err != nil {
			return nil, err
		}
		n.Items = append(n.Items, x)
		if p.id() != ";" {
			break
		}
		if err := p.advance(false); err != nil {
			return nil, err
		}
	}
	return n, p.expect(")", true)
}

func (p *parser) array(n *Node, depth int) (*Node, error) {
	if p.id() != "]" {
		for {
			item, err := p.expression(0, depth)
			if err != nil {
				return nil, err
			}
			if p.id() == ".." {
				r := at(BinaryNode, p.tok)
				r.Operator, r.Left = "..", item
				if err := p.advance(false); err != nil {
					return nil, err
				}
				if r.Right, err = p.expression(0, depth); err != nil {
					return nil, err
				}
				item = r
			}
			n.Items = append(n.Items, item)
			if p.id() != "," {
				break
			}
			if err := p.advance(false); err != nil {
				return nil, err
			}
		}
	}
	return n, p.expect("]", true)
}

func (p *parser) pairs(depth int) ([]Pair, error) {
	var all []Pair
	if p.id() != "}" {
		for {
			k, err := p.expression(0, depth)
			if err != nil {
				return nil, err
			}
			if err := p.expect(":", false); err != nil {
				return nil, err
			}
			v, err := p.expression(0, depth)
			if err != nil {
				return nil, err
			}
			all = append(all, Pair{k, v})
			if p.id() != "," {
				break
			}
			if err := p.advance(false); err != nil {
				return nil, err
			}
		}
	}
	return all, p.expect("}", true)
}

func (p *parser) transform(n *Node, depth int) (_ *Node, err error) {
	if n.Left, err = p.expression(0, depth); err != nil {
		return nil, err
	}
	if err := p.expect("|", false); err != nil {
		return nil, err
	}
	if n.Right, err = p.expression(0, depth); err != nil {
		return nil, err
	}
	if p.id() == "," {
		if err := p.advance(false); err != nil {
			return nil, err
		}
		if n.Else, err = p.expression(0, depth); err != nil {
			return nil, err
		}
	}
	return n, p.expect("|", false)
}

// infix reads what t joins to left.
func (p *parser) infix(t token, left *Node, depth int) (_ *Node, err error) {
	n := at(BinaryNode, t)
	n.Operator, n.Left, n.Text = t.text, left, ""
	switch t.text {
	case "(":
		return p.call(n, depth)
	case "[":
		return p.filter(n, depth)
	case "{":
		n.Kind = rawGroup
		n.Pairs, err = p.pairs(depth)
		return n, err
	case "^":
		return p.order(n, depth)
	case "?":
		return p.condition(n, depth)
	case ":=":
		if left.Kind != VariableNode {
			return nil, p.failAt("S0212", left.End, spelling(left), "")
		}
		n.Kind = BindNode
		n.Right, err = p.expression(binding(":=")-1, depth)
		return n, err
	case "@", "#":
		n.Kind = rawFocus
		if t.text == "#" {
			n.Kind = rawIndex
		}
		if n.Right, err = p.expression(80, depth); err != nil {
			return nil, err
		}
		if n.Right.Kind != VariableNode {
			return nil, p.failAt("S0214", n.Right.End, t.text, "")
		}
		return n, nil
	case ".":
		n.Kind = rawDot
	case "~>":
		n.Kind = ApplyNode
	}
	n.Right, err = p.expression(binding(t.text), depth)
	return n, err
}

func (p *parser) call(n *Node, depth int) (*Node, error) {
	n.Kind = CallNode
	if p.id() != ")" {
		for {
			if p.id() == "?" {
				n.Kind = PartialNode
				n.Items = append(n.Items, at(HoleNode, p.tok))
				if err := p.advance(false); err != nil {
					return nil, err
				}
			} else {
				x, err := p.expression(0, depth)
				if err != nil {
					return nil, err
				}
				n.Items = append(n.Items, x)
			}
			if p.id() != "," {
				break
			}
			if err := p.advance(false); err != nil {
				return nil, err
			}
		}
	}
	if err := p.expect(")", true); err != nil {
		return nil, err
	}
	if n.Left.Kind == NameNode && (n.Left.Text == "function" || n.Left.Text == "λ") {
		return p.lambda(n, depth)
	}
	return n, nil
}

func (p *parser) lambda(n *Node, depth int) (_ *Node, err error) {
	for i, x := range n.Items {
		if x.Kind != VariableNode {
			e := p.failAt("S0208", x.End, spelling(x), "")
			e.value = itoa(i + 1)
			return nil, e
		}
	}
	n.Kind, n.Left = LambdaNode, nil
	if p.id() == "<" {
		where, depth, sig := p.tok.end, 1, "<"
		for depth > 0 && p.id() != "{" && p.id() != "(end)" {
			if err := p.advance(false); err != nil {
				return nil, err
			}
			switch p.id() {
			case ">":
				depth--
			case "<":
				depth++
			}
			sig += p.value()
		}
		if err := p.expect(">", false); err != nil {
			return nil, err
		}
		var e *Error
		if n.Signature, e = parseSignature(sig); e != nil {
			e.Offset += where
			e.Position += position(p.lex.src, where)
			return nil, e
		}
	}
	if err := p.expect("{", false); err != nil {
		return nil, err
	}
	if n.Right, err = p.expression(0, depth); err != nil {
		return nil, err
	}
	return n, p.expect("}", false)
}

func (p *parser) filter(n *Node, depth int) (_ *Node, err error) {
	if p.id() == "]" { // an empty predicate keeps lists of one
		step := n.Left
		for step.Kind == rawFilter {
			step = step.Left
		}
		step.KeepArray = true
		return n.Left, p.advance(false)
	}
	n.Kind = rawFilter
	if n.Right, err = p.expression(0, depth); err != nil {
		return nil, err
	}
	return n, p.expect("]", true)
}

func (p *parser) order(n *Node, depth int) (*Node, error) {
	n.Kind = rawSort
	if err := p.expect("(", false); err != nil {
		return nil, err
	}
	for {
		var t Term
		if id := p.id(); id == "<" || id == ">" {
			t.Descending = id == ">"
			if err := p.advance(false); err != nil {
				return nil, err
			}
		}
		x, err := p.expression(0, depth)
		if err != nil {
			return nil, err
		}
		t.By = x
		n.Terms = append(n.Terms, t)
		if p.id() != "," {
			break
		}
		if err := p.advance(false); err != nil {
			return nil, err
		}
	}
	return n, p.expect(")", false)
}

func (p *parser) condition(n *Node, depth int) (_ *Node, err error) {
	n.Kind = ConditionNode
	if n.Right, err = p.expression(0, depth); err != nil {
		return nil, err
	}
	if p.id() == ":" {
		if err := p.advance(false); err != nil {
			return nil, err
		}
		n.Else, err = p.expression(0, depth)
	}
	return n, err
}
