package dynamodb

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/value"
)

// A form is how values of a Go type stand in DynamoDB's typed JSON.
type form uint8

const (
	none form = iota // no form: the type may hold anything
	formS
	formN
	formBOOL
	formB
	formL
	formM       // a struct
	formEntries // a map
)

func formOf(t reflect.Type) form {
	switch {
	case t == reflect.TypeFor[time.Time]():
		return formS
	case t == reflect.TypeFor[json.Number]():
		return formN
	case implements[json.Marshaler](t):
		return none
	case implements[encoding.TextMarshaler](t):
		return formS
	}
	switch t.Kind() {
	case reflect.String:
		return formS
	case reflect.Bool:
		return formBOOL
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16,
		reflect.Uint32, reflect.Uint64, reflect.Float32, reflect.Float64:
		return formN
	case reflect.Slice, reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 && t.Kind() == reflect.Slice {
			return formB
		}
		return formL
	case reflect.Struct:
		return formM
	case reflect.Map:
		return formEntries
	default:
		return none
	}
}

func implements[I any](t reflect.Type) bool {
	return t.Implements(reflect.TypeFor[I]()) || reflect.PointerTo(t).Implements(reflect.TypeFor[I]())
}

func target(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

var names = [...]string{formS: "S", formN: "N", formBOOL: "BOOL", formB: "B", formL: "L", formM: "M", formEntries: "M"}

// encode is the attribute value of e, a value of type t.
func encode(c *flow.Ctx, e flow.Expr, t reflect.Type) flow.Expr {
	t = target(t)
	if cond, then, ok := e.Conditional(); ok {
		return encode(c, then, t).When(cond)
	}
	kind := formOf(t)
	var inner flow.Expr
	if !written(e) && endless(c, t) {
		return flow.Constant(value.Object(value.M("NULL", value.True)))
	}
	switch kind {
	case none:
		c.Report("attribute-type", fmt.Sprintf("the type %s has no one form in DynamoDB", t), "give the attribute a type of its own: text, a number, a struct, …")
		return flow.Constant(value.Object(value.M("NULL", value.True)))
	case formS, formBOOL, formB:
		inner = e
	case formN:
		if v, ok := e.Constant(); ok {
			inner = flow.Constant(value.String(v.Literal()))
		} else {
			inner = c.JSONata("$string($1)", e)
		}
	case formL:
		inner = encodeList(c, e, t.Elem())
	case formM:
		inner = encodeStruct(c, e, t)
	case formEntries:
		inner = encodeMap(c, e, t.Elem())
	}
	return flow.ObjectOf([]string{names[kind]}, []flow.Expr{inner})
}

func encodeList(c *flow.Ctx, e flow.Expr, t reflect.Type) flow.Expr {
	return each(c, e, func(x flow.Expr) flow.Expr { return encode(c, x, t) })
}

// each is the list of the wire forms that body gives for the elements of a list; those of a literal are written one
// by one.
func each(c *flow.Ctx, e flow.Expr, body func(flow.Expr) flow.Expr) flow.Expr {
	elements, literal := e.Elements()
	if v, ok := e.Constant(); ok {
		literal, elements = true, nil
		for _, x := range v.Elements() {
			elements = append(elements, flow.Constant(x))
		}
	}
	if !literal {
		return c.Each(e, reflect.TypeFor[map[string]any](), body)
	}
	out := make([]flow.Expr, len(elements))
	for i, x := range elements {
		out[i] = body(x)
	}
	return flow.List(out...)
}

// written tells whether e is a constant or a literal, which ends somewhere whatever its type is.
func written(e flow.Expr) bool {
	_, constant := e.Constant()
	_, object := e.Names()
	_, list := e.Elements()
	return constant || object || list
}

// endless reports a struct that holds itself: expressions would have to look into it without an end.
func endless(c *flow.Ctx, t reflect.Type) bool {
	if formOf(t) != formM || !holds(t, map[reflect.Type]bool{}) {
		return false
	}
	c.Report("attribute-type", fmt.Sprintf("the type %s holds itself, so that it has no one form in DynamoDB", t), "keep it as text, with flow.JSON and flow.Parse, or leave the member out of the item's type")
	return true
}

// holds tells whether t holds one of the types above it, or a type that holds itself.
func holds(t reflect.Type, above map[reflect.Type]bool) bool {
	switch t = target(t); formOf(t) {
	case formL, formEntries:
		return holds(t.Elem(), above)
	case formM:
	default:
		return false
	}
	if inside, seen := above[t]; seen {
		return inside
	}
	above[t] = true
	members, _ := flow.Members(t)
	for _, m := range members {
		if holds(m.Type, above) {
			return true
		}
	}
	above[t] = false
	return false
}

// encodeStruct gives the attributes of a struct. What is absent or null vanishes.
func encodeStruct(c *flow.Ctx, e flow.Expr, t reflect.Type) flow.Expr {
	members, _ := flow.Members(t)
	has := func(string) bool { return true }
	if v, ok := e.Constant(); ok {
		has = func(name string) bool { return v.Get(name).Exists() && !v.Get(name).IsNull() }
	} else if names, ok := e.Names(); ok {
		set := map[string]bool{}
		for _, n := range names {
			set[n] = true
		}
		has = func(name string) bool { return set[name] }
	}
	var names []string
	var values []flow.Expr
	for _, m := range members {
		if !has(m.Name) {
			continue
		}
		x := e.Field(m)
		if v, ok := x.Constant(); ok && v.IsNull() {
			continue
		}
		wire := encode(c, x.Sure(), m.Type)
		if x.Optional() {
			wire = wire.When(x.Present())
		}
		names, values = append(names, m.Name), append(values, wire)
	}
	return flow.ObjectOf(names, values)
}

func encodeMap(c *flow.Ctx, e flow.Expr, t reflect.Type) flow.Expr {
	if v, ok := e.Constant(); ok {
		var names []string
		var values []flow.Expr
		for name, x := range v.Members() {
			names, values = append(names, name), append(values, encode(c, flow.Constant(x), t))
		}
		return flow.ObjectOf(names, values)
	}
	return c.Entries(e, func(x flow.Expr) flow.Expr { return encode(c, x, t) })
}

// decodeItem turns an item on the wire into the JSON of a t, with the members that are read.
func decodeItem(c *flow.Ctx, e flow.Expr, t reflect.Type, read func(string) bool) flow.Expr {
	members, ok := flow.Members(t)
	if !ok {
		c.Report("attribute-type", fmt.Sprintf("an item cannot be a %s", t), "give the table a struct type")
	}
	var names []string
	var values []flow.Expr
	for _, m := range members {
		if read(m.Name) {
			names, values = append(names, m.Name), append(values, decode(c, e.Member(m.Name), m.Type))
		}
	}
	return flow.ObjectOf(names, values)
}

// decode is the JSON of an attribute value of type t; absent when there is none.
func decode(c *flow.Ctx, e flow.Expr, t reflect.Type) flow.Expr {
	t = target(t)
	kind := formOf(t)
	if kind == none {
		c.Report("attribute-type", fmt.Sprintf("the type %s has no one form in DynamoDB", t), "give the attribute a type of its own: text, a number, a struct, …")
		return flow.Constant(value.Null).Maybe()
	}
	if endless(c, t) {
		return flow.Constant(value.Null).Maybe()
	}
	wire := e.Member(names[kind]).Maybe()
	switch kind {
	case formN:
		return c.JSONata("$number($1)", wire).Maybe()
	case formL:
		return c.Each(wire, t.Elem(), func(x flow.Expr) flow.Expr { return decode(c, x, t.Elem()) }).When(wire.Present())
	case formM:
		return decodeItem(c, wire, t, func(string) bool { return true }).When(wire.Present())
	case formEntries:
		return c.Entries(wire, func(x flow.Expr) flow.Expr { return decode(c, x, t.Elem()) }).When(wire.Present())
	default:
		return wire
	}
}
