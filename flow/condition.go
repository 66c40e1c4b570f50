package flow

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"time"

	"github.com/stepwright/stepwright/flow/internal/shape"
	"github.com/stepwright/stepwright/value"
)

// A Condition is something that holds or not while the workflow runs. It is asked in a Choice, in If, Maybe and
// Filter; it is no value of its own.
type Condition struct{ ask func(*capture) asked }

// asked is a condition as an expression, and what is known when it holds and when it does not.
type asked struct {
	n       *node
	yes, no facts
}

func (x Condition) capture(c *capture) (n *node, yes, no facts) {
	if x.ask == nil {
		c.f.m.report(diagnosis{code: "empty-condition", message: "this Condition asks nothing", hint: "make one with flow.Is, flow.Exists, …"})
		return constant(value.False), nil, nil
	}
	a := x.ask(c)
	return a.n, a.yes, a.no
}

// operand is what a condition asks for.
func (c *capture) operand(v any) *node {
	if p := reflect.ValueOf(v); p.IsNil() {
		c.f.m.report(diagnosis{code: "nil-argument", message: fmt.Sprintf("a condition asks for a nil %T", v), hint: "point to a field, a result or a variable"})
		return nothing
	}
	return c.any(v)
}

type (
	numeric interface {
		~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32 | ~float32 | ~float64
	}
	ordered interface{ numeric | ~string }
)

// Is holds when v is want. A member with omitempty or omitzero that is left out is its type's zero value; what is
// absent for another reason is equal to nothing.
func Is[T comparable](v *T, want T) Condition {
	return Condition{func(c *capture) asked {
		n, w := c.operand(v), c.any(&want)
		same := infix("=", precCmp, n, w)
		var zero T
		if want == zero && omitted(n) {
			same = chain("or", precOr, []*node{same, call("$not", call("$exists", n))})
			return asked{n: same}
		}
		return asked{n: same, yes: known(n)}
	}}
}

// omitted tells whether n is a member that encoding/json leaves out when it is zero, in something that is there.
func omitted(n *node) bool {
	if n.kind == formNode && n.quoted != nil {
		n = n.quoted
	}
	if n.kind != refNode || n.opt != shape.Absent || n.root.opt != 0 {
		return false
	}
	last := len(n.path) - 1
	for _, s := range n.path[:last] {
		if s.Opt != 0 {
			return false
		}
	}
	return !n.path[last].Elem && n.path[last].Opt == shape.Absent
}

// OneOf holds when v is one of the wanted constants.
func OneOf[T comparable](v *T, want ...T) Condition {
	return Condition{func(c *capture) asked {
		n := c.operand(v)
		return asked{n: infix("in", precCmp, n, c.any(&want)), yes: known(n)}
	}}
}

// Above, AtLeast, Below and AtMost compare v with a constant: numbers by amount, text by its UTF-16 code units, as
// JavaScript does: characters beyond U+FFFF come before those from U+E000 on. What is absent or null is in no order with anything.
func Above[T ordered](v *T, limit T) Condition { return order(v, ">", &limit) }

// AtLeast holds when v is not below limit; see Above.
func AtLeast[T ordered](v *T, limit T) Condition { return order(v, ">=", &limit) }

// Below holds when v is smaller than limit; see Above.
func Below[T ordered](v *T, limit T) Condition { return order(v, "<", &limit) }

// AtMost holds when v is not above limit; see Above.
func AtMost[T ordered](v *T, limit T) Condition { return order(v, "<=", &limit) }

// Equal holds when two values of the workflow are the same. What is absent or null is equal to nothing.
func Equal[T comparable](a, b *T) Condition {
	return Condition{func(c *capture) asked {
		x, y := c.operand(a), c.operand(b)
		same := infix("=", precCmp, x, y)
		if x.opt&y.opt&shape.Null != 0 {
			same = chain("and", precAnd, []*node{present(x), same})
		}
		return asked{n: same, yes: known(x).with(known(y))}
	}}
}

// Less holds when a comes before b: numbers by amount, text by its UTF-16 code units; see Above.
func Less[T ordered](a, b *T) Condition { return order(a, "<", b) }

// Before holds when the instant a is before b, to the millisecond, whatever the offsets they are written with.
func Before(a, b *time.Time) Condition {
	return Condition{func(c *capture) asked {
		x, y := c.operand(a), c.operand(b)
		return guarded(infix("<", precCmp, call("$toMillis", x), call("$toMillis", y)), x, y)
	}}
}

// order guards what may be absent: JSONata gives undefined for the absent and an error for null, and both would fail
// the execution.
func order[T any](a *T, op string, b *T) Condition {
	return Condition{func(c *capture) asked {
		x, y := c.operand(a), c.operand(b)
		return guarded(infix(op, precCmp, x, y), x, y)
	}}
}

// guarded is test, provided that the operands are there.
func guarded(test *node, operands ...*node) asked {
	var all []*node
	var yes facts
	for _, n := range operands {
		if n.opt != 0 {
			all = append(all, present(n))
		}
		yes = yes.with(known(n))
	}
	return asked{n: chain("and", precAnd, append(all, test)), yes: yes}
}

// known is what follows from a value's being there.
func known(n *node) facts {
	if n.kind == formNode && n.quoted != nil {
		n = n.quoted
	}
	if n.kind == refNode {
		return facts{{n.root, n.path}}
	}
	return nil
}

// True holds when v is true.
func True(v *bool) Condition { return Is(v, true) }

// Exists holds when v is there and not null. In the arm of a Choice that asked, v is no longer optional.
func Exists[T any](v *T) Condition {
	return Condition{func(c *capture) asked {
		n := c.operand(v)
		return asked{n: present(n), yes: known(n)}
	}}
}

// IsType asks for the JSON type of a value that may have several: "null", "number", "string", "boolean", "array" or
// "object".
func IsType[T any](v *T, typ string) Condition {
	return Condition{func(c *capture) asked {
		n := c.operand(v)
		a := asked{n: infix("=", precCmp, call("$type", n), text(typ))}
		if typ != "null" {
			a.yes = known(n)
		}
		return a
	}}
}

// Like holds when a pattern fits the whole text v; * stands for any characters, also none.
func Like(v *string, pattern string) Condition {
	src := "/^" + inRegexp.Replace(strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, `[\s\S]*`)) + "$/"
	return Condition{func(c *capture) asked {
		c.f.m.noPlaceholder(pattern)
		n := c.operand(v)
		return guarded(call("$contains", n, raw(src)), n)
	}}
}

// inRegexp spells what JSONata's scanner takes for the end of a regular expression, or for a bracket in one, by number.
var inRegexp = strings.NewReplacer("/", `\/`, `\\`, `\x5c`, `\(`, `\x28`, `\)`, `\x29`, `\[`, `\x5b`, `\]`, `\x5d`, `\{`, `\x7b`, `\}`, `\x7d`)

// Contains holds when v is an element of list. What is absent or null is in no list.
func Contains[T comparable](list *[]T, v *T) Condition {
	return Condition{func(c *capture) asked {
		n := c.operand(v)
		in := infix("in", precCmp, n, c.operand(list))
		if n.opt&shape.Null != 0 {
			in = chain("and", precAnd, []*node{present(n), in})
		}
		return asked{n: in, yes: known(n)}
	}}
}

// And holds when all conditions hold. They are asked in order, up to the first that does not.
func And(all ...Condition) Condition {
	return Condition{func(c *capture) asked {
		out := asked{n: constant(value.True)}
		inner := *c
		var nodes []*node
		for _, x := range all {
			n, yes, no := x.capture(&inner)
			nodes = append(nodes, n)
			inner.facts, out.yes = inner.facts.with(yes), out.yes.with(yes)
			if len(all) == 1 {
				out.no = no
			}
		}
		if len(nodes) > 0 {
			out.n = chain("and", precAnd, nodes)
		}
		return out
	}}
}

// Or holds when one of the conditions holds. They are asked in order, up to the first that does.
func Or(some ...Condition) Condition {
	return Condition{func(c *capture) asked {
		out := asked{n: constant(value.False)}
		inner := *c
		var nodes []*node
		for i, x := range some {
			n, yes, no := x.capture(&inner)
			nodes = append(nodes, n)
			inner.facts, out.no = inner.facts.with(no), out.no.with(no)
			if i == 0 {
				out.yes = yes
			} else {
				out.yes = out.yes.both(yes)
			}
		}
		if len(nodes) > 0 {
			out.n = chain("or", precOr, nodes)
		}
		return out
	}}
}

// Not holds when x does not.
func Not(x Condition) Condition {
	return Condition{func(c *capture) asked {
		n, yes, no := x.capture(c)
		return asked{n: call("$not", n), yes: no, no: yes}
	}}
}
