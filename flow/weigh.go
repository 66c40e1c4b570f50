package flow

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/flow/internal/shape"
)

// weigh tells of carried values that can have any size: every execution gets a copy, and its input holds 256 KiB.
func (m *machine) weigh(s *step, c *carried) {
	if m.again {
		return
	}
	what := unbounded(typeAt(c.root.val.Type(), c.path), map[reflect.Type]bool{})
	if what == "" {
		return
	}
	m.report(diagnosis{
		step: s, severity: diag.Info, code: "carried-size", message: fmt.Sprintf("every item gets a copy of %s, which %s of any size", c.root.title()+pathText(c.path), what),
		hint: "an execution's input holds 256 KiB: use single fields of it, or let the states inside read it from where it is kept", once: true,
	})
}

// typeAt is the type of the place that path leads to from a t; nil when that is not known.
func typeAt(t reflect.Type, path []shape.Seg) reflect.Type {
next:
	for _, s := range path {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		switch {
		case s.Elem && (t.Kind() == reflect.Slice || t.Kind() == reflect.Array):
			t = t.Elem()
		case t.Kind() == reflect.Struct:
			for _, f := range shape.Of(t).Fields {
				if f.Name == s.Name {
					t = f.Type
					continue next
				}
			}
			return nil
		default:
			return nil
		}
	}
	return t
}

// unbounded tells how values of a type can have any size; it is empty when they cannot, texts apart.
func unbounded(t reflect.Type, seen map[reflect.Type]bool) string {
	if t == nil || seen[t] {
		return ""
	}
	seen[t] = true
	info := shape.Of(t)
	switch k := t.Kind(); {
	case info.Marshals:
		return ""
	case k == reflect.Slice && t.Elem().Kind() != reflect.Uint8:
		return "is a list"
	case k == reflect.Map:
		return "is a map"
	case k == reflect.Interface:
		return "is an open value"
	case k == reflect.Pointer:
		return unbounded(t.Elem(), seen)
	case k == reflect.Struct:
		for _, f := range info.Fields {
			if what := unbounded(f.Type, seen); what != "" {
				return "has " + what[strings.IndexByte(what, ' ')+1:]
			}
		}
	}
	return ""
}
