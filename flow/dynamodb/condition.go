package dynamodb

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/stepwright/stepwright/flow"
)

// A Condition asks something of an item: before an Update, a PutIf, a DeleteIf or a part of Transact, which fails with
// ConditionFailed (a transaction with Canceled) when it does not hold, or for each item that a Query or a Scan finds.
// The attribute is a field of the row that the function gets.
type Condition struct {
	kind   join
	attr   any
	format string // # stands for the attribute, : for a value
	values []any
	typ    reflect.Type // of the values
	inner  []Condition
}

type join uint8

const (
	nothing join = iota // the zero Condition
	one
	anyOf
	allOf
	not
)

func (Condition) change() {}

// WhenIs holds if the attribute has the value v. Among the changes of an Update, several conditions must all hold.
func WhenIs[T any](attr, v *T) Condition { return condition("# = :", attr, v) }

// WhenIsNot holds if the attribute has another value than v, or none.
func WhenIsNot[T any](attr, v *T) Condition { return condition("# <> :", attr, v) }

// WhenBelow holds if the attribute is there and below v.
func WhenBelow[T any](attr, v *T) Condition { return condition("# < :", attr, v) }

// WhenAtMost holds if the attribute is there and not above v.
func WhenAtMost[T any](attr, v *T) Condition { return condition("# <= :", attr, v) }

// WhenAbove holds if the attribute is there and above v.
func WhenAbove[T any](attr, v *T) Condition { return condition("# > :", attr, v) }

// WhenAtLeast holds if the attribute is there and not below v.
func WhenAtLeast[T any](attr, v *T) Condition { return condition("# >= :", attr, v) }

// WhenBetween holds if the attribute is there, not below low and not above high.
func WhenBetween[T any](attr, low, high *T) Condition {
	return condition("# BETWEEN : AND :", attr, low, high)
}

// WhenBeginsWith holds if the attribute is there and its text begins with v.
func WhenBeginsWith[T ~string](attr, v *T) Condition { return condition("begins_with(#, :)", attr, v) }

// WhenContains holds if the attribute is there and v is a part of its text.
func WhenContains[T ~string](attr, v *T) Condition { return condition("contains(#, :)", attr, v) }

// WhenHas holds if the attribute is a list that has v among its elements.
func WhenHas[T any](attr *[]T, v *T) Condition {
	return Condition{kind: one, attr: attr, format: "contains(#, :)", values: []any{v}, typ: reflect.TypeFor[T]()}
}

// WhenMissing holds if the item has no such attribute.
func WhenMissing[T any](attr *T) Condition { return condition("attribute_not_exists(#)", attr) }

// WhenExists holds if the item has the attribute.
func WhenExists[T any](attr *T) Condition { return condition("attribute_exists(#)", attr) }

// WhenOneOf holds if the attribute has one of the values.
func WhenOneOf[T any](attr *T, values ...T) Condition {
	all := make([]*T, len(values))
	for i := range values {
		all[i] = &values[i]
	}
	return condition("# IN ("+strings.TrimSuffix(strings.Repeat(":, ", len(values)), ", ")+")", attr, all...)
}

func condition[T any](format string, attr *T, v ...*T) Condition {
	c := Condition{kind: one, attr: attr, format: format, typ: reflect.TypeFor[T]()}
	for _, x := range v {
		c.values = append(c.values, x)
	}
	return c
}

// WhenAny holds if one of the conditions holds.
func WhenAny(conditions ...Condition) Condition { return Condition{kind: anyOf, inner: conditions} }

// WhenAll holds if all the conditions hold.
func WhenAll(conditions ...Condition) Condition { return Condition{kind: allOf, inner: conditions} }

// WhenNot holds if the condition does not.
func WhenNot(c Condition) Condition { return Condition{kind: not, inner: []Condition{c}} }

// An expressions collects the placeholders that the expressions of one request share.
type expressions struct {
	c    *flow.Ctx
	path func(any) ([]string, bool)

	names      map[string]string // placeholder to attribute
	nameOrder  []string
	always     map[string]bool        // placeholders that every expression has
	sometimes  map[string][]flow.Expr // when the others are in one
	values     map[string]flow.Expr   // placeholder to attribute value
	valueOrder []string
	maybe      []flow.Expr // when those values are there that may be absent
	known      []knownValue
}

type knownValue struct {
	source any
	name   string
}

func newExpressions[Item any](c *flow.Ctx, row flow.RowShape[Item]) expressions {
	return expressions{
		c: c, path: row.Path, names: map[string]string{}, values: map[string]flow.Expr{},
		always: map[string]bool{}, sometimes: map[string][]flow.Expr{},
	}
}

// condition writes a condition, without parentheses around it. It is empty when there is something wrong with it.
func (x *expressions) condition(cond Condition) string {
	s := x.nested(cond)
	if strings.HasPrefix(s, "(") { // around all of it
		return s[1 : len(s)-1]
	}
	return s
}

// nested writes a condition that stands among others.
func (x *expressions) nested(cond Condition) string {
	switch cond.kind {
	case one:
		return x.test(cond)
	case not:
		if s := x.condition(cond.inner[0]); s != "" {
			return "NOT (" + s + ")"
		}
		return ""
	case anyOf, allOf:
		return x.joined(cond)
	default:
		x.c.Report("empty-condition", "this Condition asks nothing", "make one with WhenIs, WhenMissing, …")
		return ""
	}
}

func (x *expressions) joined(cond Condition) string {
	var all []string
	for _, y := range cond.inner {
		if s := x.nested(y); s != "" {
			all = append(all, s)
		}
	}
	switch {
	case len(all) == 0:
		x.c.Report("empty-condition", "WhenAny and WhenAll need conditions", "leave it out, or say what must hold")
		return ""
	case len(all) == 1:
		return all[0]
	case cond.kind == anyOf:
		return "(" + strings.Join(all, " OR ") + ")"
	}
	return "(" + strings.Join(all, " AND ") + ")"
}

// test writes one comparison.
func (x *expressions) test(cond Condition) string {
	attr, path := x.attribute(cond.attr)
	if attr == "" {
		return ""
	}
	if strings.HasSuffix(cond.format, "IN ()") {
		x.c.Report("empty-condition", "WhenOneOf needs values", "say what the attribute may be")
		return ""
	}
	pieces := strings.Split(strings.ReplaceAll(cond.format, "#", attr), ":")
	out := pieces[0]
	for i, src := range cond.values {
		x.c.Need(x.c.Value(src), "the value of a condition")
		name, _ := x.value(path, src, cond.typ)
		out += name + pieces[i+1]
	}
	return out
}

// attribute is the path of an attribute in placeholders, and in names.
func (x *expressions) attribute(p any) (placeholders string, path []string) {
	path, ok := x.path(p)
	if !ok {
		return "", nil
	}
	return x.placed(path, nil), path
}

// placed is the path of an attribute in placeholders. It stands in an expression only when the condition holds; nil is
// always. DynamoDB refuses names that no expression uses.
func (x *expressions) placed(path []string, when *flow.Expr) string {
	out := make([]string, len(path))
	for i, attr := range path {
		name := x.name(attr)
		out[i] = name
		if when == nil {
			x.always[name] = true
		} else {
			x.sometimes[name] = append(x.sometimes[name], *when)
		}
	}
	return strings.Join(out, ".")
}

// name is the placeholder of one attribute name.
func (x *expressions) name(attr string) string {
	base := "#" + clean(attr)
	name := base
	for i := 2; ; i++ {
		old, taken := x.names[name]
		if !taken {
			x.names[name] = attr
			x.nameOrder = append(x.nameOrder, name)
			return name
		}
		if old == attr {
			return name
		}
		name = fmt.Sprint(base, i)
	}
}

// value is the placeholder of a value. present is nil unless the value may be absent.
func (x *expressions) value(path []string, src any, t reflect.Type) (name string, present *flow.Expr) {
	e := x.c.Value(src)
	if e.Optional() {
		p := e.Present()
		present = &p
	}
	for _, k := range x.known {
		if k.source == src {
			return k.name, present
		}
	}
	base := ":" + clean(path[len(path)-1])
	name = base
	for i := 2; ; i++ {
		if _, taken := x.values[name]; !taken {
			break
		}
		name = fmt.Sprint(base, i)
	}
	wire := encode(x.c, e.Sure(), t)
	if present != nil {
		wire = wire.When(*present)
		x.maybe = append(x.maybe, *present)
	}
	x.values[name] = wire
	x.valueOrder = append(x.valueOrder, name)
	x.known = append(x.known, knownValue{src, name})
	return name, present
}

// clean makes an attribute's name one for a placeholder.
func clean(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			b.WriteRune(r)
		}
	}
	if b.Len() == 0 {
		return "a"
	}
	return b.String()
}
