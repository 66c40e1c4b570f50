package jsonpath

import (
	"strings"

	"github.com/stepwright/stepwright/value"
)

// A predicate is a filter's question about a value. Work that it does counts for the collector that asks.
type predicate func(v value.Value, c *collector) bool

// filter reads a filter from its question mark on: ?( condition ).
func (p *parser) filter() (step, error) {
	start := p.pos
	p.pos++
	if p.peek() != '(' {
		return step{}, p.unexpected("a parenthesis: filters are written [?(…)]")
	}
	p.pos++
	names := p.names
	p.names = inFilter
	defer func() { p.names = names }()
	test, err := p.or()
	if err != nil {
		return step{}, err
	}
	if p.blanks(); !p.take(")") {
		return step{}, p.unexpected("&&, || or the closing parenthesis )")
	}
	return step{kind: filterStep, test: test, text: p.src[start:p.pos]}, nil
}

func (p *parser) or() (predicate, error) {
	return p.joined("||", p.and, func(a, b predicate) predicate {
		return func(v value.Value, c *collector) bool { return a(v, c) || b(v, c) }
	})
}

func (p *parser) and() (predicate, error) {
	return p.joined("&&", p.condition, func(a, b predicate) predicate {
		return func(v value.Value, c *collector) bool { return a(v, c) && b(v, c) }
	})
}

// joined reads parts with an operator between them.
func (p *parser) joined(operator string, part func() (predicate, error), join func(a, b predicate) predicate) (predicate, error) {
	out, err := part()
	for err == nil {
		if p.blanks(); !p.take(operator) {
			return out, nil
		}
		var next predicate
		if next, err = part(); err == nil {
			out = join(out, next)
		}
	}
	return nil, err
}

// condition reads what stands between the operators && and ||.
func (p *parser) condition() (predicate, error) {
	if p.deep++; p.deep > maxNesting {
		return nil, p.fail("filters and parentheses are nested more than %d deep", maxNesting)
	}
	defer func() { p.deep-- }()
	p.blanks()
	switch {
	case p.take("!"):
		test, err := p.condition()
		return func(v value.Value, c *collector) bool { return !test(v, c) }, err
	case p.take("("):
		test, err := p.or()
		if err != nil {
			return nil, err
		}
		if p.blanks(); !p.take(")") {
			return nil, p.unexpected("&&, || or the closing parenthesis )")
		}
		return test, nil
	case p.peek() == '@':
		return p.comparison()
	}
	return nil, p.unexpected("a condition, which begins with @ and a name: @.price < 10")
}

// comparison reads a path from @ on, and what it is compared with, if anything.
func (p *parser) comparison() (predicate, error) {
	start := p.pos
	p.pos++
	path := &Path{}
	if err := p.steps(path); err != nil {
		return nil, err
	}
	path.src = p.src[start:p.pos]
	if len(path.steps) == 0 || path.steps[0].kind != childStep && path.steps[0].kind != namesStep && path.steps[0].kind != scanStep {
		return nil, p.failAt(start, "@ stands for an object in Step Functions; expected a name behind it: @.name")
	}
	p.blanks()
	at := p.pos
	operator := p.operator()
	switch {
	case operator == "" && p.wordNext():
		return nil, p.unexpected("==, !=, <, <=, > or >=; words such as in, contains and size are no operators in Step Functions")
	case operator == "":
		return path.exists, nil
	case operator == "=~":
		return nil, p.failAt(at, "there is a regular expression, which Step Functions does not take; expected ==, !=, <, <=, > or >=")
	}
	p.blanks()
	literal, err := p.literal()
	if err != nil {
		return nil, err
	}
	return path.compared(operator, literal), nil
}

// operator reads an operator of comparison; empty when there is none.
func (p *parser) operator() string {
	for _, o := range []string{"==", "!=", "<=", ">=", "=~", "<", ">"} {
		if p.take(o) {
			return o
		}
	}
	return ""
}

// wordNext tells whether letters come next.
func (p *parser) wordNext() bool {
	c := p.peek() | 0x20
	return c >= 'a' && c <= 'z'
}

// literal reads what is compared with: text, a number, true, false or null.
func (p *parser) literal() (value.Value, error) {
	switch p.peek() {
	case '\'':
		text, err := p.quotedName()
		return value.String(text), err
	case '"':
		// Only single quotes are quotes. What stands in double ones is text that has them (observed: Jayway 2.0.0).
		end := strings.IndexByte(p.src[p.pos+1:], '"')
		if end < 0 {
			return value.Value{}, p.fail("the quote is not closed")
		}
		text := p.src[p.pos : p.pos+end+2]
		p.pos += len(text)
		return value.String(text), nil
	case '$', '@':
		return value.Value{}, p.fail("there is a path on the right, but Step Functions compares with literals only; expected '…', a number, true, false or null")
	}
	start := p.pos
	for p.pos < len(p.src) && strings.IndexByte(" \t\r\n)&|", p.src[p.pos]) < 0 {
		p.pos++
	}
	v, err := value.ParseString(p.src[start:p.pos])
	if err != nil || v.IsArray() || v.IsObject() {
		p.pos = start
		return v, p.unexpected("'…' in single quotes, a number, true, false or null")
	}
	return v, nil
}

// of is what a filter's path finds in v; absent when it leads to nothing.
func (p *Path) of(v value.Value, c *collector) value.Value {
	if p.definite {
		if out, failed := p.follow(v); failed == len(p.steps) {
			return out
		}
		return value.Value{}
	}
	out, err := p.collect(v, c.left)
	if err != nil || out.Len() == 0 {
		return value.Value{}
	}
	return out
}

func (p *Path) exists(v value.Value, c *collector) bool { return p.of(v, c).Exists() }

// compared compares what the path finds with a literal. What is not there is not even unequal.
func (p *Path) compared(operator string, literal value.Value) predicate {
	holds := map[string]func(cmp int, ok bool) bool{
		"==": func(cmp int, ok bool) bool { return ok && cmp == 0 },
		"!=": func(cmp int, ok bool) bool { return !ok || cmp != 0 },
		"<":  func(cmp int, ok bool) bool { return ok && cmp < 0 },
		"<=": func(cmp int, ok bool) bool { return ok && cmp <= 0 },
		">":  func(cmp int, ok bool) bool { return ok && cmp > 0 },
		">=": func(cmp int, ok bool) bool { return ok && cmp >= 0 },
	}[operator]
	number := asNumber(literal)
	return func(v value.Value, c *collector) bool {
		left := p.of(v, c)
		return left.Exists() && holds(compare(left, literal, number))
	}
}

// compare orders a value and a literal, of which number is its reading as a number. Numbers and text that reads as a
// number compare as numbers; ok is false for values that do not compare.
func compare(v, literal, number value.Value) (cmp int, ok bool) {
	switch {
	case v.IsString() && literal.IsString():
		return strings.Compare(v.Str(), literal.Str()), true
	case v.IsBool() && literal.IsBool(), v.IsNull() && literal.IsNull():
		return strings.Compare(v.String(), literal.String()), true
	}
	left := asNumber(v)
	return value.CompareNumbers(left, number), left.IsNumber() && number.IsNumber()
}

// asNumber is a number, or text that reads as one, as a number; anything else is absent.
func asNumber(v value.Value) value.Value {
	switch v.Kind() {
	case value.NumberKind:
		return v
	case value.StringKind:
		if n, err := value.ParseString(v.Str()); err == nil && n.IsNumber() {
			return n
		}
	case value.Absent, value.NullKind, value.BoolKind, value.ArrayKind, value.ObjectKind:
	}
	return value.Value{}
}
