package flow

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/value"
)

// text is a constant text. A resource's placeholder may be one.
func (c *capture) text(s string) *node {
	if r, ok := placeholderOf(s); ok {
		return c.f.m.resource(r)
	}
	c.f.m.noPlaceholder(s)
	c.f.m.weight += len(s)
	return text(s)
}

// noPlaceholder reports a ${ that no resource or handler stands behind.
func (m *machine) noPlaceholder(s string) {
	if strings.Contains(s, "${") {
		m.report(diagnosis{
			code: "literal-placeholder", message: fmt.Sprintf("the text %q contains ${, which deployment would replace", shorten(s)),
			hint: "declare a resource and use its Ref, or put the text together with flow.Text(f, \"$\", \"{\")",
		})
	}
}

func shorten(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return s
}

// maxExact is the largest integer that JSONata computes with exactly.
const maxExact = 1 << 53

func (c *capture) integer(n int64) *node {
	if n > maxExact || n < -maxExact {
		c.f.m.report(diagnosis{severity: diag.Warning, code: "big-integer", message: fmt.Sprintf("%d is beyond 2^53, where JSONata and many readers lose digits", n), hint: "hand it over as text"})
	}
	return constant(value.Int(n))
}

// plain is a constant that came as JSON.
func (c *capture) plain(v value.Value) *node {
	if !v.Exists() {
		return nothing
	}
	c.checkTexts(v)
	c.f.m.weight += v.Size()
	return constant(v)
}

func (c *capture) checkTexts(v value.Value) {
	switch v.Kind() {
	case value.StringKind:
		c.f.m.noPlaceholder(v.Str())
	case value.ArrayKind, value.ObjectKind:
		for _, x := range v.Elements() {
			c.checkTexts(x)
		}
		for name, x := range v.Members() {
			c.f.m.noPlaceholder(name)
			c.checkTexts(x)
		}
	}
}

// marshal is a constant as encoding/json writes it.
func (c *capture) marshal(v reflect.Value) *node {
	if v.CanAddr() {
		v = v.Addr()
	}
	var x any
	if v.CanInterface() {
		x = v.Interface()
	}
	j, err := value.From(x)
	if err != nil {
		c.f.m.report(diagnosis{code: "unsupported-value", message: fmt.Sprintf("a %s cannot be written as JSON: %v", v.Type(), err), hint: "give it a type that encoding/json can write"})
		return nothing
	}
	return c.plain(j)
}
