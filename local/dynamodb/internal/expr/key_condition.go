package expr

import "github.com/stepwright/stepwright/value"

// A KeyTest is what a KeyConditionExpression demands of one key attribute. Op is =, <, <=, >, >=, BETWEEN (with two
// values) or begins_with.
type KeyTest struct {
	Name   string
	Op     string
	Values []value.Value
}

// ParseKeyCondition reads a KeyConditionExpression and gives its tests in their order: one for each key attribute.
func ParseKeyCondition(src string, s *Scope) ([]KeyTest, error) {
	p, err := newParser("KeyConditionExpression", src)
	if err != nil {
		return nil, err
	}
	c, err := p.wholeCondition(s)
	if err != nil {
		return nil, err
	}
	var tests []KeyTest
	err = p.keyTests(c, func(t KeyTest) error {
		for _, other := range tests {
			if other.Name == t.Name {
				return Error("KeyConditionExpressions must only contain one condition per key")
			}
		}
		tests = append(tests, t)
		return nil
	})
	return tests, err
}

func (p *parser) keyTests(c condition, found func(KeyTest) error) error {
	switch c := c.(type) {
	case *and:
		if err := p.keyTests(c.left, found); err != nil {
			return err
		}
		return p.keyTests(c.right, found)
	case *or:
		return p.badOperator("OR")
	case *not:
		return p.badOperator("NOT")
	case *in:
		return p.badOperator("IN")
	case *comparison:
		if c.op == "<>" {
			return p.badOperator(c.op)
		}
		return p.keyTest(c.op, found, c.left, c.right)
	case *between:
		return p.keyTest("BETWEEN", found, c.x, c.low, c.high)
	case *test:
		if c.call.name != "begins_with" {
			return p.badOperator(c.call.name)
		}
		return p.keyTest(c.call.name, found, c.call.args...)
	}
	return p.badOperator("")
}

func (p *parser) badOperator(op string) error {
	return p.errorf("Invalid operator used in KeyConditionExpression: %s", op)
}

// keyTest reads the test op of a path against values.
func (p *parser) keyTest(op string, found func(KeyTest) error, args ...operand) error {
	if _, ok := args[0].(*valueOperand); ok && len(args) == 2 && mirrored[op] != "" {
		op, args[0], args[1] = mirrored[op], args[1], args[0]
	}
	path, ok := args[0].(*pathOperand)
	if !ok {
		return p.errorf("Invalid condition in KeyConditionExpression: No key attribute specified")
	}
	if len(path.path) > 1 {
		return p.errorf("KeyConditionExpressions cannot have conditions on nested attributes")
	}
	t := KeyTest{Name: path.path.Top(), Op: op}
	for _, a := range args[1:] {
		switch a := a.(type) {
		case *valueOperand:
			t.Values = append(t.Values, a.v)
		case *pathOperand:
			return p.errorf("Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition")
		case *call:
			return p.errorf("KeyConditionExpressions cannot contain nested operations")
		}
	}
	return found(t)
}

// mirrored are the comparisons as they read from the right.
var mirrored = map[string]string{"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
