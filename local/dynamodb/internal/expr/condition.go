package expr

import (
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/value"
)

// A Condition is a parsed ConditionExpression or FilterExpression.
type Condition struct{ root condition }

// ParseCondition reads the condition src. The kind is the expression's name in the request, for the messages:
// "ConditionExpression" or "FilterExpression".
func ParseCondition(kind, src string, s *Scope) (*Condition, error) {
	p, err := newParser(kind, src)
	if err != nil {
		return nil, err
	}
	c, err := p.wholeCondition(s)
	if err != nil {
		return nil, err
	}
	return &Condition{c}, nil
}

// wholeCondition reads the whole source as a condition and checks it.
func (p *parser) wholeCondition(s *Scope) (condition, error) {
	c, err := p.condition()
	if err != nil {
		return nil, err
	}
	if err := p.finish(); err != nil {
		return nil, err
	}
	return c, p.checkCondition(c, s)
}

// Holds tells whether the condition is true for an item; an item that does not exist is absent or empty.
func (c *Condition) Holds(item value.Value) bool { return holds(c.root, item) }

// Tops are the attributes of the item that the condition looks at.
func (c *Condition) Tops() []string {
	var tops []string
	leaves(c.root, func(leaf condition) bool {
		for _, o := range operandsOf(leaf) {
			operands(o, func(o operand) bool {
				if o, ok := o.(*pathOperand); ok {
					tops = append(tops, o.path.Top())
				}
				return true
			})
		}
		return true
	})
	return tops
}

func holds(c condition, item value.Value) bool {
	switch c := c.(type) {
	case *and:
		return holds(c.left, item) && holds(c.right, item)
	case *or:
		return holds(c.left, item) || holds(c.right, item)
	case *not:
		return !holds(c.inner, item)
	case *comparison:
		return relate(c.op, evaluate(c.left, item), evaluate(c.right, item))
	case *between:
		x := evaluate(c.x, item)
		return relate(">=", x, evaluate(c.low, item)) && relate("<=", x, evaluate(c.high, item))
	case *in:
		x := evaluate(c.x, item)
		for _, o := range c.list {
			if Equal(x, evaluate(o, item)) {
				return true
			}
		}
		return false
	case *test:
		return passes(c.call, item)
	}
	return false
}

// evaluate gives an operand's value; absent when a path leads nowhere, or when size has nothing to measure.
func evaluate(o operand, item value.Value) value.Value {
	switch o := o.(type) {
	case *pathOperand:
		return o.path.find(item)
	case *valueOperand:
		return o.v
	case *call:
		if n, ok := length(evaluate(o.args[0], item)); ok {
			return value.Object(value.M(N, value.String(strconv.Itoa(n))))
		}
	}
	return value.Value{}
}

// relate compares two values. Values of different types are unequal and in no order.
func relate(op string, a, b value.Value) bool {
	switch op {
	case "=":
		return Equal(a, b)
	case "<>":
		return !Equal(a, b)
	}
	if t := Type(a); t != Type(b) || !isOrdered(t) {
		return false
	}
	c := strings.Compare(Key(a), Key(b))
	switch op {
	case "<":
		return c < 0
	case "<=":
		return c <= 0
	case ">":
		return c > 0
	}
	return c >= 0
}

// passes evaluates a function that is true or false.
func passes(c *call, item value.Value) bool {
	x := evaluate(c.args[0], item)
	switch c.name {
	case "attribute_exists":
		return x.Exists()
	case "attribute_not_exists":
		return !x.Exists()
	case "attribute_type":
		return x.Exists() && Type(x) == evaluate(c.args[1], item).Get(S).Str()
	case "begins_with":
		y := evaluate(c.args[1], item)
		t := Type(x)
		return t == Type(y) && (t == S || t == B) && strings.HasPrefix(Key(x), Key(y))
	case "contains":
		return contains(x, evaluate(c.args[1], item))
	}
	return false
}

// contains tells whether y is a part of the string or bytes x, or an element of the set or list x.
func contains(x, y value.Value) bool {
	t, u := Type(x), Type(y)
	switch t {
	case S, B:
		return t == u && strings.Contains(Key(x), Key(y))
	case SS, NS, BS:
		return u == t[:1] && setKeys(t, x.Get(t))[Key(y)]
	case L:
		for _, e := range x.Get(L).Elements() {
			if Equal(e, y) {
				return true
			}
		}
	}
	return false
}
