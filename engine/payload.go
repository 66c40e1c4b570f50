package engine

import (
	"strings"

	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/value"
)

// A payload is a payload template of JSONPath states: JSON in which members whose name ends in ".$" take what a path
// names (Amazon States Language, "Payload template"). A nil payload gives nothing.
type payload struct {
	konst value.Value // when there is no path inside
	path  *refPath
	key   string     // of the member with the path, ".$" included
	names []string   // of an object, without ".$"
	parts []*payload // of an object or array
	array bool
}

// payload plans a template; nil when it is absent.
func (p *planner) payload(field diag.Pointer, v value.Value) *payload {
	if !v.Exists() {
		return nil
	}
	return p.payloadOf(field, p.value(v))
}

func (p *planner) payloadOf(at diag.Pointer, v value.Value) *payload {
	t := &payload{array: v.IsArray()}
	constant := true
	add := func(part *payload) {
		t.parts = append(t.parts, part)
		constant = constant && part.konst.Exists()
	}
	switch v.Kind() {
	case value.ArrayKind:
		for i, x := range v.Elements() {
			add(p.payloadOf(at.Index(i), x))
		}
	case value.ObjectKind:
		for name, x := range v.Members() {
			plain, dynamic := strings.CutSuffix(name, ".$")
			t.names = append(t.names, plain)
			if !dynamic {
				add(p.payloadOf(at.Child(name), x))
				continue
			}
			if !x.IsString() {
				p.fail(at.Child(name), CodeBadPath, "the value "+x.String()+" is no path", "members whose name ends in .$ take a path")
			}
			add(&payload{path: p.path(at.Child(name), x.Str()), key: name})
		}
	case value.Absent, value.NullKind, value.BoolKind, value.NumberKind, value.StringKind:
	}
	if constant {
		return &payload{konst: v}
	}
	return t
}

// eval gives the template's value, where data is what "$" stands for.
func (t *payload) eval(x *step, th *thread, data value.Value) (value.Value, *fault) {
	switch {
	case t == nil:
		return value.Value{}, nil
	case t.konst.Exists():
		return t.konst, nil
	case t.path != nil:
		v, _ := t.path.eval(x, th, data)
		if !v.Exists() {
			return v, th.runtime("The JSONPath '%s' specified for the field '%s' could not be found in the input '%s'", t.path.text, t.key, data)
		}
		return v, nil
	}
	var b value.Builder
	items := make([]value.Value, len(t.parts))
	for i, part := range t.parts {
		v, f := part.eval(x, th, data)
		if f != nil {
			return v, f
		}
		if items[i] = v; !t.array {
			b.Set(t.names[i], v)
		}
	}
	if t.array {
		return value.Array(items...), nil
	}
	return b.Object(), nil
}
