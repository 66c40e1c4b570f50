package expr

import (
	"slices"

	"github.com/stepwright/stepwright/value"
)

// conditionFunctions are the functions of conditions with their number of operands.
var conditionFunctions = map[string]int{
	"attribute_exists": 1, "attribute_not_exists": 1, "attribute_type": 2, "begins_with": 2, "contains": 2, "size": 1,
}

var attributeTypes = []string{B, NULL, SS, BOOL, L, BS, N, NS, S, M}

// checkCondition finds what the grammar does not tell, in the order in which DynamoDB complains, and resolves the
// placeholders.
func (p *parser) checkCondition(c condition, s *Scope) error {
	if p.redundant {
		return p.errorf("The expression has redundant parentheses;")
	}
	for _, rule := range []func(condition) error{
		p.knownFunctions, p.rightPlaces, p.plainNames,
		func(c condition) error { return p.checkLeaf(c, s) },
	} {
		var err error
		leaves(c, func(leaf condition) bool {
			err = rule(leaf)
			return err == nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *parser) knownFunctions(leaf condition) error {
	for _, o := range operandsOf(leaf) {
		if err := p.unknownFunction(o, conditionFunctions); err != nil {
			return err
		}
	}
	return nil
}

func (p *parser) unknownFunction(o operand, known map[string]int) (err error) {
	operands(o, func(o operand) bool {
		if c, ok := o.(*call); ok {
			if _, ok := known[c.name]; !ok {
				err = p.errorf("Invalid function name; function: %s", c.name)
			}
		}
		return err == nil
	})
	return err
}

// rightPlaces finds functions that are true or false used as operands, and size used as a condition.
func (p *parser) rightPlaces(leaf condition) error {
	tops := operandsOf(leaf)
	if t, ok := leaf.(*test); ok {
		if t.call.name == "size" {
			return p.misused(t.call)
		}
		tops = t.call.args
	}
	for _, o := range tops {
		var bad *call
		operands(o, func(o operand) bool {
			if c, ok := o.(*call); ok && c.name != "size" {
				bad = c
			}
			return bad == nil
		})
		if bad != nil {
			return p.misused(bad)
		}
	}
	return nil
}

func (p *parser) misused(c *call) error {
	return p.errorf("The function is not allowed to be used this way in an expression; function: %s", c.name)
}

func (p *parser) plainNames(leaf condition) error {
	for _, o := range operandsOf(leaf) {
		if err := p.reserved(o); err != nil {
			return err
		}
	}
	return nil
}

// checkLeaf resolves the placeholders of one condition, then looks at its operands.
func (p *parser) checkLeaf(leaf condition, s *Scope) error {
	tops := operandsOf(leaf)
	for _, o := range tops {
		if err := s.resolve(p, o); err != nil {
			return err
		}
	}
	for _, o := range tops {
		if err := p.checkCalls(o); err != nil {
			return err
		}
	}
	switch c := leaf.(type) {
	case *comparison:
		return p.checkComparison(c)
	case *between:
		return p.checkBetween(c)
	}
	return nil
}

// checkCalls looks at the operands of all functions within o.
func (p *parser) checkCalls(o operand) (err error) {
	operands(o, func(o operand) bool {
		if c, ok := o.(*call); ok {
			err = p.checkCall(c)
		}
		return err == nil
	})
	return err
}

func (p *parser) checkCall(c *call) error {
	if len(c.args) != conditionFunctions[c.name] {
		return p.wrongCount(c)
	}
	if len(c.args) == 2 {
		if err := p.distinct(c.name, c.args[0], c.args[1]); err != nil {
			return err
		}
	}
	switch c.name {
	case "attribute_exists", "attribute_not_exists":
		if _, ok := c.args[0].(*pathOperand); !ok {
			return p.errorf("Operator or function requires a document path; operator or function: %s", c.name)
		}
	case "begins_with":
		for _, a := range c.args {
			if t := staticType(a); t != "" && t != S && t != B {
				return p.wrongType(c.name, t)
			}
		}
	case "size":
		if t := staticType(c.args[0]); slices.Contains([]string{N, BOOL, NULL}, t) {
			return p.wrongType(c.name, t)
		}
	case "attribute_type":
		return p.checkAttributeType(c)
	}
	return nil
}

func (p *parser) checkAttributeType(c *call) error {
	t := staticType(c.args[1])
	if t == "" {
		return p.wrongType(c.name, "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}")
	}
	if t != S {
		return p.wrongType(c.name, t)
	}
	v, ok := c.args[1].(*valueOperand)
	if name := v.v.Get(S).Str(); ok && !slices.Contains(attributeTypes, name) {
		return p.errorf("Invalid attribute type name found; type: %s, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}", name)
	}
	return nil
}

// staticType is the type that an operand is known to have before there is an item; empty when it depends.
func staticType(o operand) string {
	switch o := o.(type) {
	case *valueOperand:
		return Type(o.v)
	case *call:
		switch o.name {
		case "size", "+", "-":
			return N
		case "list_append":
			return L
		}
	}
	return ""
}

func (p *parser) wrongCount(c *call) error {
	return p.errorf("Incorrect number of operands for operator or function; operator or function: %s, number of operands: %d",
		c.name, len(c.args))
}

func (p *parser) wrongType(name, t string) error {
	return p.errorf("Incorrect operand type for operator or function; operator or function: %s, operand type: %s", name, t)
}

func (p *parser) distinct(name string, a, b operand) error {
	x, ok := a.(*pathOperand)
	y, ok2 := b.(*pathOperand)
	if ok && ok2 && x.path.equal(y.path) {
		return p.errorf("The first operand must be distinct from the remaining operands for this operator or function; "+
			"operator: %s, first operand: %s", name, x.path)
	}
	return nil
}

func (p *parser) checkComparison(c *comparison) error {
	if err := p.distinct(c.op, c.left, c.right); err != nil {
		return err
	}
	if c.op == "=" || c.op == "<>" {
		return nil
	}
	for _, o := range []operand{c.left, c.right} {
		if t := staticType(o); t != "" && !isOrdered(t) {
			return p.errorf("Incorrect operand type for operator or function; operator: %s, operand type: %s", c.op, t)
		}
	}
	return nil
}

func isOrdered(t string) bool { return t == S || t == N || t == B }

func (p *parser) checkBetween(c *between) error {
	for _, o := range []operand{c.x, c.low, c.high} {
		if t := staticType(o); t != "" && !isOrdered(t) {
			return p.errorf("Incorrect operand type for operator or function; operator: BETWEEN, operand type: %s", t)
		}
	}
	low, ok := c.low.(*valueOperand)
	high, ok2 := c.high.(*valueOperand)
	if !ok || !ok2 {
		return nil
	}
	rule := ""
	switch {
	case Type(low.v) != Type(high.v):
		rule = "same data type for lower and upper bounds"
	case Key(low.v) > Key(high.v):
		rule = "upper bound to be greater than or equal to lower bound"
	default:
		return nil
	}
	return p.errorf("The BETWEEN operator requires %s; lower bound operand: AttributeValue: %s, upper bound operand: AttributeValue: %s",
		rule, spell(low.v), spell(high.v))
}

// spell writes a string, number or binary value as the messages do: {N:1}.
func spell(v value.Value) string {
	t := Type(v)
	return "{" + t + ":" + v.Get(t).Str() + "}"
}
