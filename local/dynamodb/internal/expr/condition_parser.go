package expr

import "strings"

// A term is what a parenthesis may hold: a condition or an operand.
type term struct {
	condition condition
	operand   operand
	wrapped   bool // it stood in parentheses
}

// condition reads a whole condition. OR binds weakest, then AND, then NOT.
func (p *parser) condition() (condition, error) {
	t, err := p.or()
	if err != nil {
		return nil, err
	}
	return p.asCondition(t)
}

// asCondition refuses an operand where a condition is wanted; functions pass, and are looked at later.
func (p *parser) asCondition(t term) (condition, error) {
	if t.condition != nil {
		return t.condition, nil
	}
	if c, ok := t.operand.(*call); ok {
		return &test{c}, nil
	}
	return nil, p.unexpected()
}

func (p *parser) or() (term, error) {
	return p.chain("OR", p.and, func(l, r condition) condition { return &or{l, r} })
}

func (p *parser) and() (term, error) {
	return p.chain("AND", p.not, func(l, r condition) condition { return &and{l, r} })
}

// chain reads operands of a binary keyword, from left to right.
func (p *parser) chain(keyword string, part func() (term, error), join func(l, r condition) condition) (term, error) {
	t, err := part()
	if err != nil {
		return t, err
	}
	for p.peek().isKeyword(keyword) {
		left, err := p.asCondition(t)
		if err != nil {
			return t, err
		}
		p.at++
		p.operators++
		next, err := part()
		if err != nil {
			return t, err
		}
		right, err := p.asCondition(next)
		if err != nil {
			return t, err
		}
		t = term{condition: join(left, right)}
	}
	return t, nil
}

func (p *parser) not() (term, error) {
	if !p.peek().isKeyword("NOT") {
		return p.primary()
	}
	p.at++
	p.operators++
	if err := p.enter(); err != nil {
		return term{}, err
	}
	defer p.leave()
	t, err := p.not()
	if err != nil {
		return t, err
	}
	c, err := p.asCondition(t)
	return term{condition: &not{c}}, err
}

// primary reads a comparison, a function, an operand, or a parenthesis around one of them or around a condition.
func (p *parser) primary() (term, error) {
	t, err := p.wrapped()
	if err != nil || t.condition != nil {
		return t, err
	}
	return p.compare(t)
}

func (p *parser) wrapped() (term, error) {
	if !p.accept("(") {
		o, err := p.operand()
		return term{operand: o}, err
	}
	if err := p.enter(); err != nil {
		return term{}, err
	}
	defer p.leave()
	t, err := p.or()
	if err != nil {
		return t, err
	}
	if t.wrapped {
		p.redundant = true
	}
	t.wrapped = true
	return t, p.expect(")")
}

// compare reads what may follow an operand: a comparison, BETWEEN or IN.
func (p *parser) compare(left term) (term, error) {
	x := left.operand
	switch t := p.peek(); {
	case t.kind == symbol && strings.Contains(" = <> < <= > >= ", " "+t.text+" "):
		p.at++
		p.operators++
		y, err := p.wrappedOperand()
		return term{condition: &comparison{t.text, x, y}}, err
	case p.acceptKeyword("BETWEEN"):
		return p.between(x)
	case p.acceptKeyword("IN"):
		return p.in(x)
	}
	return left, nil
}

func (p *parser) between(x operand) (term, error) {
	p.operators++
	low, err := p.wrappedOperand()
	if err != nil {
		return term{}, err
	}
	if !p.acceptKeyword("AND") {
		return term{}, p.unexpected()
	}
	high, err := p.wrappedOperand()
	return term{condition: &between{x, low, high}}, err
}

func (p *parser) in(x operand) (term, error) {
	p.operators++
	if err := p.expect("("); err != nil {
		return term{}, err
	}
	c := &in{x: x}
	for {
		o, err := p.wrappedOperand()
		if err != nil {
			return term{}, err
		}
		c.list = append(c.list, o)
		if !p.accept(",") {
			break
		}
	}
	if len(c.list) > maxIn {
		return term{}, p.errorf("The IN operator is provided with too many operands; number of operands: %d", len(c.list))
	}
	return term{condition: c}, p.expect(")")
}
