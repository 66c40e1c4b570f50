package expr

import (
	"strconv"
	"strings"
)

// The limits of an expression.
const (
	maxExpression = 4096
	maxOperators  = 300
	maxNesting    = 150 // of parentheses, NOT and calls, so that hostile text cannot exhaust the stack
	maxIn         = 100
)

// A parser reads one expression. It holds what the messages need: the expression's name and the tokens.
type parser struct {
	kind      string // "ConditionExpression"
	src       string
	tokens    []token
	at        int
	depth     int
	operators int
	redundant bool // parentheses around parentheses were seen
}

func newParser(kind, src string) (*parser, error) {
	p := &parser{kind: kind, src: src}
	if strings.TrimSpace(src) == "" {
		return nil, p.errorf("The expression can not be empty;")
	}
	if len(src) > maxExpression {
		return nil, p.errorf("Expression size has exceeded the maximum allowed size; expression size: %d", len(src))
	}
	p.tokens = lex(src)
	return p, nil
}

func (p *parser) errorf(format string, args ...any) error {
	return errorf("Invalid "+p.kind+": "+format, args...)
}

// unexpected is the error for the token the parser is at, with its neighbours.
func (p *parser) unexpected() error {
	t := p.peek()
	from, to := t.from, t.to
	if p.at > 0 {
		from = p.tokens[p.at-1].from
	}
	if p.at+1 < len(p.tokens) {
		to = p.tokens[p.at+1].to
	}
	return p.errorf("Syntax error; token: \"%s\", near: \"%s\"", t.text, strings.TrimSpace(p.src[from:to]))
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != end {
		p.at++
	}
	return t
}

// accept takes the next token if it is the symbol s.
func (p *parser) accept(s string) bool {
	if p.peek().is(s) {
		p.at++
		return true
	}
	return false
}

func (p *parser) expect(s string) error {
	if !p.accept(s) {
		return p.unexpected()
	}
	return nil
}

// acceptKeyword takes the next token if it is the keyword k.
func (p *parser) acceptKeyword(k string) bool {
	if p.peek().isKeyword(k) {
		p.at++
		return true
	}
	return false
}

// finish is the error for anything that is left.
func (p *parser) finish() error {
	switch {
	case p.peek().kind != end:
		return p.unexpected()
	case p.operators > maxOperators:
		return p.errorf("The expression contains too many operators; operator count: %d", p.operators)
	}
	return nil
}

// enter counts nesting; every enter has its leave.
func (p *parser) enter() error {
	if p.depth++; p.depth > maxNesting {
		return p.errorf("The expression has exceeded the maximum nesting of %d", maxNesting)
	}
	return nil
}

func (p *parser) leave() { p.depth-- }

// operand reads a path, a placeholder or a function call, without parentheses around it.
func (p *parser) operand() (operand, error) {
	switch t := p.peek(); t.kind {
	case holder:
		if len(t.text) == 1 {
			return nil, p.unexpected()
		}
		p.at++
		return &valueOperand{name: t.text}, nil
	case word:
		if p.tokens[p.at+1].is("(") && !isOperator(t) {
			return p.call()
		}
	default: // a path, or a mistake that path names
	}
	path, err := p.path()
	if err != nil {
		return nil, err
	}
	return &pathOperand{path}, nil
}

// isOperator tells whether a word is one of the operators of conditions, which no function can be called.
func isOperator(t token) bool {
	switch strings.ToUpper(t.text) {
	case "AND", "OR", "NOT", "BETWEEN", "IN":
		return true
	}
	return false
}

func (p *parser) call() (operand, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	c := &call{name: p.next().text}
	p.operators++
	p.at++ // the parenthesis
	for {
		arg, err := p.wrappedOperand()
		if err != nil {
			return nil, err
		}
		c.args = append(c.args, arg)
		if !p.accept(",") {
			return c, p.expect(")")
		}
	}
}

// wrappedOperand reads an operand that may stand in parentheses.
func (p *parser) wrappedOperand() (operand, error) {
	if !p.accept("(") {
		return p.operand()
	}
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	if p.peek().is("(") {
		p.redundant = true
	}
	o, err := p.wrappedOperand()
	if err != nil {
		return nil, err
	}
	return o, p.expect(")")
}

// path reads a document path: names, placeholders, indexes.
func (p *parser) path() (Path, error) {
	first, err := p.name()
	if err != nil {
		return nil, err
	}
	path := Path{first}
	for {
		switch {
		case p.accept("."):
			s, err := p.name()
			if err != nil {
				return nil, err
			}
			path = append(path, s)
		case p.accept("["):
			s, err := p.index()
			if err != nil {
				return nil, err
			}
			path = append(path, s)
		default:
			return path, nil
		}
	}
}

func (p *parser) name() (step, error) {
	switch t := p.peek(); {
	case t.kind == alias && len(t.text) > 1:
		p.at++
		return step{alias: t.text}, nil
	case t.kind == word && !isOperator(t) && t.text[0] != '_':
		p.at++
		return step{name: t.text}, nil
	}
	return step{}, p.unexpected()
}

func (p *parser) index() (step, error) {
	t := p.peek()
	if t.kind != digits {
		return step{}, p.unexpected()
	}
	n, err := strconv.Atoi(t.text)
	if err != nil || n > 1<<31-1 {
		return step{}, p.errorf("List index is not within the allowable range; index: [%s]", t.text)
	}
	p.at++
	return step{list: true, index: n}, p.expect("]")
}
