package flow

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/flow/internal/shape"
	"github.com/stepwright/stepwright/value"
)

// literal is a struct: the object that encoding/json would write, with references in place.
func (c *capture) literal(v reflect.Value, info *shape.Info) *node {
	o := &node{kind: objectNode, prec: tight, kids: make([]*node, 0, len(info.Fields)), parts: &parts{names: make([]string, 0, len(info.Fields))}}
	for i := range info.Fields {
		jf := &info.Fields[i]
		fv, ok := fieldByIndex(v, jf.Index)
		if !ok || c.omitted(fv, jf) {
			continue
		}
		n := c.value(fv)
		if jf.Required && n.kind == constNode && n.v.IsNull() {
			c.f.m.report(diagnosis{code: "missing-argument", message: fmt.Sprintf("the member %q of %s is not set", jf.Name, typeName(v.Type())), hint: "the service insists on it"})
		}
		if jf.Quoted {
			n = quote(n, jf.Type)
		}
		if jf.Omits() { // what would be left out when nil must not arrive as null
			n = noNull(n)
		}
		open := jf.Type.Kind() == reflect.Interface // of what may be anything it is never known that it is there
		if n.opt != 0 && (jf.Required && !open || jf.Opt() == 0) {
			c.f.m.need(n, fmt.Sprintf("the member %q of %s", jf.Name, typeName(v.Type())))
		}
		o.names, o.kids = append(o.names, jf.Name), append(o.kids, n)
	}
	return fold(o)
}

func typeName(t reflect.Type) string {
	if t.Name() == "" {
		return "the literal"
	}
	return t.String()
}

// fold turns an object or a list of constants into one constant.
func fold(n *node) *node {
	for _, k := range n.kids {
		if k.kind != constNode {
			return n
		}
	}
	if n.kind == listNode {
		items := make([]value.Value, len(n.kids))
		for i, k := range n.kids {
			items[i] = k.v
		}
		return constant(value.Array(items...))
	}
	var b value.Builder
	for i, name := range n.names {
		b.Set(name, n.kids[i].v)
	}
	return constant(b.Object())
}

// fieldByIndex is FieldByIndex that gives up at a nil embedded pointer, as encoding/json does.
func fieldByIndex(v reflect.Value, index []int) (reflect.Value, bool) {
	for i, x := range index {
		if i > 0 && v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return v, false
			}
			v = v.Elem()
		}
		v = v.Field(x)
	}
	return v, true
}

func (c *capture) omitted(v reflect.Value, f *shape.Field) bool {
	if !f.OmitEmpty && !f.OmitZero {
		return false
	}
	if v.CanAddr() && c.f.m.settings[settingKey{v.Addr().Pointer(), v.Type()}] != nil {
		return false
	}
	if f.OmitZero && isZero(v) {
		return !c.holdsSetting(v)
	}
	if !f.OmitEmpty {
		return false
	}
	switch v.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	default:
		return v.IsZero()
	}
}

func isZero(v reflect.Value) bool {
	if v.CanInterface() {
		if z, ok := v.Interface().(interface{ IsZero() bool }); ok && (v.Kind() != reflect.Pointer || !v.IsNil()) {
			return z.IsZero()
		}
	}
	if v.CanAddr() && v.Addr().CanInterface() {
		if z, ok := v.Addr().Interface().(interface{ IsZero() bool }); ok {
			return z.IsZero()
		}
	}
	return v.IsZero()
}

// holdsSetting tells whether Fill put something into a struct that looks empty.
func (c *capture) holdsSetting(v reflect.Value) bool {
	if !v.CanAddr() {
		return false
	}
	start := v.Addr().Pointer()
	for _, s := range c.f.m.settings {
		if s.start >= start && s.start < start+v.Type().Size() {
			return true
		}
	}
	return false
}

func (c *capture) mapping(v reflect.Value) *node {
	if v.IsNil() {
		return nothing
	}
	byName := map[string]reflect.Value{}
	for k, e := range v.Seq2() {
		name, err := keyText(k)
		if err != nil {
			return c.marshal(v)
		}
		byName[name] = e
	}
	o := &node{kind: objectNode, prec: tight, parts: &parts{}}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		c.f.m.noPlaceholder(name)
		o.names, o.kids = append(o.names, name), append(o.kids, c.value(byName[name]))
	}
	return fold(o)
}

func keyText(k reflect.Value) (string, error) {
	if k.Kind() == reflect.String {
		return k.String(), nil
	}
	b, err := json.Marshal(k.Interface())
	return strings.Trim(string(b), `"`), err
}

func (c *capture) list(v reflect.Value) *node {
	switch {
	case v.Kind() == reflect.Slice && v.IsNil():
		return nothing
	case v.Type().Elem().Kind() == reflect.Uint8:
		return c.marshal(v)
	}
	l := &node{kind: listNode, prec: tight, list: true}
	for i := range v.Len() {
		n := c.value(v.Index(i))
		if n.kind != constNode {
			c.f.m.need(n, "an element of a list")
			n = keepList(n, v.Type().Elem())
		}
		l.kids = append(l.kids, n)
	}
	return fold(l)
}

// keepList keeps an array that stands in an array constructor from being poured into it.
func keepList(n *node, t reflect.Type) *node {
	switch {
	case constructs(n):
		return n
	case t.Kind() == reflect.Slice || t.Kind() == reflect.Array:
		n = asList(n)
	case !n.list:
		return n
	}
	return listOf(n)
}

// constructs tells whether n is spelled as a constant or an array constructor, which is never poured out.
func constructs(n *node) bool {
	for n.kind == refNode && n.root.kind == calcRoot {
		n = pick(n.root.calc, n.path)
	}
	return n.kind == listNode || n.kind == constNode || n.brackets
}

// asList is n, or no elements when n is null or absent, as a nil slice of a Go handler arrives.
func asList(n *node) *node {
	if n.list {
		return n
	}
	l := choose(infix("=", precCmp, call("$type", n), text("array")), n, constant(value.Array()))
	l.list, l.opt = true, 0
	return l
}
