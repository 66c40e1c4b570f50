package expr

import (
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/value"
)

// A step is one part of a document path: a name, or an index into a list.
type step struct {
	name  string
	alias string // the placeholder the name was written as, if it was one
	index int    // valid when list
	list  bool
}

func (s step) String() string {
	if s.list {
		return "[" + strconv.Itoa(s.index) + "]"
	}
	return s.name
}

// A Path leads to a place in an item.
type Path []step

// String spells the path as DynamoDB's messages do: [a, b, [0]].
func (p Path) String() string {
	parts := make([]string, len(p))
	for i, s := range p {
		parts[i] = s.String()
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// Top is the attribute of the item that the path begins at.
func (p Path) Top() string { return p[0].name }

func (p Path) equal(q Path) bool {
	if len(p) != len(q) {
		return false
	}
	for i := range p {
		if !p[i].same(q[i]) {
			return false
		}
	}
	return true
}

func (s step) same(t step) bool { return s.list == t.list && s.index == t.index && s.name == t.name }

// find gives the attribute value at p in item; absent when there is none.
func (p Path) find(item value.Value) value.Value {
	v := item.Get(p[0].name)
	for _, s := range p[1:] {
		if s.list {
			v = v.Get(L).Index(s.index)
		} else {
			v = v.Get(M).Get(s.name)
		}
	}
	return v
}

// An operand stands for a value: *pathOperand, *valueOperand or *call.
type operand interface{ isOperand() }

type pathOperand struct{ path Path }

type valueOperand struct {
	name string      // ":v"
	v    value.Value // set by resolving
}

// A call is a function with its arguments; + and - of updates are calls, too.
type call struct {
	name string
	args []operand
}

func (*pathOperand) isOperand()  {}
func (*valueOperand) isOperand() {}
func (*call) isOperand()         {}

// A condition is true or false for an item: *comparison, *between, *in, *test, *and, *or or *not.
type condition interface{ isCondition() }

type comparison struct {
	op          string
	left, right operand
}

type between struct{ x, low, high operand }

type in struct {
	x    operand
	list []operand
}

// A test is a function that is true or false.
type test struct{ call *call }

type and struct{ left, right condition }

type or struct{ left, right condition }

type not struct{ inner condition }

func (*comparison) isCondition() {}
func (*between) isCondition()    {}
func (*in) isCondition()         {}
func (*test) isCondition()       {}
func (*and) isCondition()        {}
func (*or) isCondition()         {}
func (*not) isCondition()        {}

// operandsOf are the operands that stand directly in a condition, in their order.
func operandsOf(c condition) []operand {
	switch c := c.(type) {
	case *comparison:
		return []operand{c.left, c.right}
	case *between:
		return []operand{c.x, c.low, c.high}
	case *in:
		return append([]operand{c.x}, c.list...)
	case *test:
		return []operand{c.call}
	case *and, *or, *not:
		return nil
	}
	return nil
}

// leaves calls f for the conditions of c that contain no other, in their order, until f is false.
func leaves(c condition, f func(condition) bool) bool {
	switch c := c.(type) {
	case *and:
		return leaves(c.left, f) && leaves(c.right, f)
	case *or:
		return leaves(c.left, f) && leaves(c.right, f)
	case *not:
		return leaves(c.inner, f)
	}
	return f(c)
}

// operands calls f for o and all operands within it, outer ones first, until f is false.
func operands(o operand, f func(operand) bool) bool {
	if !f(o) {
		return false
	}
	if c, ok := o.(*call); ok {
		for _, a := range c.args {
			if !operands(a, f) {
				return false
			}
		}
	}
	return true
}
