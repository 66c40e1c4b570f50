package template

import (
	"fmt"

	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/value"
)

// A condition is a condition of the template: whether it holds is known when it has been asked for once.
type condition struct {
	definition value.Value
	asked      bool // while it is being found out: in a cycle
	known      bool
	holds      bool
}

func (c *compiler) readConditions(v value.Value) {
	for name, d := range v.Members() {
		c.conditions[name] = condition{definition: d}
	}
	for _, name := range v.Names() {
		c.id, c.kind, c.deps = fmt.Sprintf("condition %q", name), "", nil
		c.holds(name, diag.Pointer("").Child("Conditions").Child(name))
		if len(c.deps) > 0 {
			c.report("unknown-reference", diag.Pointer("").Child("Conditions").Child(name), c.id+" refers to the resource "+c.deps[0]+"; conditions know parameters only", "")
		}
	}
}

// wanted tells whether what has this Condition is to be made.
func (c *compiler) wanted(v value.Value, at diag.Pointer) bool {
	return !v.Exists() || c.holds(v.Str(), at.Child("Condition"))
}

// holds tells whether the condition of that name holds.
func (c *compiler) holds(name string, at diag.Pointer) bool {
	k, ok := c.conditions[name]
	switch {
	case !ok:
		c.report("unknown-reference", at, fmt.Sprintf("%s: there is no condition %q", c.where(), name), "")
		return false
	case k.known:
		return k.holds
	case k.asked:
		c.report("dependency-cycle", at, fmt.Sprintf("the condition %q depends on itself", name), "")
		return false
	}
	k.asked = true
	c.conditions[name] = k
	k.holds, k.known = c.decide(k.definition, diag.Pointer("").Child("Conditions").Child(name)), true
	c.conditions[name] = k
	return k.holds
}

// decide evaluates Fn::Equals, Fn::And, Fn::Or, Fn::Not and Condition.
func (c *compiler) decide(v value.Value, at diag.Pointer) bool {
	if v.Len() != 1 || !v.IsObject() {
		c.malformed("a condition", "one of Fn::Equals, Fn::And, Fn::Or, Fn::Not and Condition", at)
		return false
	}
	name := v.Names()[0]
	arg, at := v.Get(name), at.Child(name)
	switch {
	case name == "Condition" && arg.IsString():
		return c.holds(arg.Str(), at)
	case name == "Fn::Equals" && arg.Len() == 2:
		return c.equals(arg, at)
	case name == "Fn::Not" && arg.Len() == 1 && arg.IsArray():
		return !c.decide(arg.Index(0), at.Index(0))
	case (name == "Fn::And" || name == "Fn::Or") && arg.Len() >= 2 && arg.IsArray():
		every, some := true, false
		for i, e := range arg.Elements() {
			b := c.decide(e, at.Index(i))
			every, some = every && b, some || b
		}
		return name == "Fn::And" && every || name == "Fn::Or" && some
	}
	c.malformed("a condition", "one of Fn::Equals, Fn::And, Fn::Or, Fn::Not and Condition", at)
	return false
}

// equals compares texts. References to resources are reported by readConditions.
func (c *compiler) equals(arg value.Value, at diag.Pointer) bool {
	var sides [2]value.Value
	for i := range sides {
		v, err := c.compile(arg.Index(i), at.Index(i)).eval(&scope{})
		if err != nil {
			return false
		}
		text, err := plainText(v)
		if err != nil {
			c.malformed("Fn::Equals", "two texts", at)
			return false
		}
		sides[i] = value.String(text)
	}
	return value.Equal(sides[0], sides[1])
}
