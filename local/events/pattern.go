package events

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/value"
)

// A Pattern says which events a rule wants: the event patterns of Amazon EventBridge. Make it with ParsePattern; the
// zero Pattern matches everything. It is safe for any number of goroutines.
//
// Numbers that are given as they are match by their spelling, as on AWS: 300 does not match 300.0; the filter
// {"numeric": ["=", 300]} does.
type Pattern struct{ root matcher }

// A matcher looks at one field of an event, which is absent when the event does not have it.
type matcher interface{ match(v value.Value) bool }

// ParsePattern reads a pattern. Its error names the field and says what was expected there.
func ParsePattern(p value.Value) (Pattern, error) {
	if !p.IsObject() || p.Len() == 0 {
		return Pattern{}, fmt.Errorf("the event pattern must be an object with at least one field, not %s", describe(p))
	}
	root, err := parseFields(p, "", 0)
	return Pattern{root}, err
}

// Matches tells whether the pattern wants the event.
func (p Pattern) Matches(event value.Value) bool { return p.root == nil || p.root.match(event) }

// maxPatternDepth bounds how deep a pattern may be; events are no deeper in practice.
const maxPatternDepth = 64

// fields match when all of them do; each alternative of $or is one more that must match in one of its forms.
type fields struct {
	names    []string
	matchers []matcher
	or       [][]matcher
}

func parseFields(p value.Value, path string, depth int) (matcher, error) {
	if depth > maxPatternDepth {
		return nil, fmt.Errorf("%s: the event pattern is more than %d levels deep", path, maxPatternDepth)
	}
	f := &fields{}
	for name, v := range p.Members() {
		at := strings.TrimPrefix(path+"."+name, ".")
		if name == "$or" {
			forms, err := parseOr(v, at, depth)
			if err != nil {
				return nil, err
			}
			f.or = append(f.or, forms)
			continue
		}
		m, err := parseField(v, at, depth)
		if err != nil {
			return nil, err
		}
		f.names, f.matchers = append(f.names, name), append(f.matchers, m)
	}
	return f, nil
}

func parseOr(v value.Value, at string, depth int) ([]matcher, error) {
	if v.Len() < 2 || !v.IsArray() {
		return nil, fmt.Errorf("%s must be an array of at least two objects", at)
	}
	var forms []matcher
	for _, form := range v.Elements() {
		if !form.IsObject() || form.Len() == 0 {
			return nil, fmt.Errorf("%s must be an array of objects with fields, not of %s", at, describe(form))
		}
		m, err := parseFields(form, strings.TrimSuffix(strings.TrimSuffix(at, "$or"), "."), depth+1)
		if err != nil {
			return nil, err
		}
		forms = append(forms, m)
	}
	return forms, nil
}

func parseField(v value.Value, at string, depth int) (matcher, error) {
	switch {
	case v.IsObject() && v.Len() == 0:
		return nil, fmt.Errorf("%s: the object is empty", at)
	case v.IsObject():
		m, err := parseFields(v, at, depth+1)
		return nested{m}, err
	case !v.IsArray():
		return nil, fmt.Errorf("%s must be an object or an array of the values that match, not %s", at, describe(v))
	case v.Len() == 0:
		return nil, fmt.Errorf("%s: the array is empty", at)
	}
	var list alternatives
	for _, e := range v.Elements() {
		m, err := parseValue(e, at)
		if err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return list, nil
}

func (f *fields) match(v value.Value) bool {
	for i, name := range f.names {
		if !f.matchers[i].match(v.Get(name)) {
			return false
		}
	}
	for _, forms := range f.or {
		if !slices.ContainsFunc(forms, func(m matcher) bool { return m.match(v) }) {
			return false
		}
	}
	return true
}

// nested matches an object, or an array of which one object matches as a whole.
type nested struct{ matcher }

func (n nested) match(v value.Value) bool {
	if !v.IsArray() {
		return n.matcher.match(v)
	}
	return slices.ContainsFunc(v.Elements(), n.match)
}

// alternatives match when one of them matches the value, or one of the array's values.
type alternatives []matcher

func (a alternatives) match(v value.Value) bool {
	if v.IsArray() && v.Len() > 0 {
		return slices.ContainsFunc(v.Elements(), a.match)
	}
	if v.IsArray() { // an empty one is as nothing
		v = value.Value{}
	}
	return slices.ContainsFunc(a, func(m matcher) bool { return m.match(v) })
}

// parseValue reads one alternative: a plain value or a filter.
func parseValue(v value.Value, at string) (matcher, error) {
	switch {
	case v.IsArray():
		return nil, fmt.Errorf("%s: an array stands inside the array of values", at)
	case !v.IsObject():
		return exact{v}, nil
	case v.Len() != 1:
		return nil, fmt.Errorf("%s: a filter is an object with one name, such as {\"prefix\": \"a\"}, not with %d", at, v.Len())
	}
	name := v.Names()[0]
	m, err := parseFilter(name, v.Get(name))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", at, err)
	}
	return m, nil
}

func parseFilter(name string, v value.Value) (matcher, error) {
	switch name {
	case "prefix", "suffix":
		return parseAffix(name, v)
	case "equals-ignore-case", "wildcard":
		if !v.IsString() {
			return nil, fmt.Errorf("%s must be a string, not %s", name, describe(v))
		}
		if name == "wildcard" {
			return parseWildcard(v.Str())
		}
		return ignoreCase(v.Str()), nil
	case "anything-but":
		return parseAnythingBut(v)
	case "numeric":
		return parseNumeric(v)
	case "exists":
		if !v.IsBool() {
			return nil, fmt.Errorf("exists must be true or false, not %s", describe(v))
		}
		return exists(v.Bool()), nil
	case "cidr":
		p, err := netip.ParsePrefix(v.Str())
		if err != nil {
			return nil, fmt.Errorf("cidr must be a network such as \"10.0.0.0/24\", not %s", v)
		}
		return cidr(p), nil
	}
	return nil, fmt.Errorf("unknown filter %q; EventBridge knows prefix, suffix, equals-ignore-case, wildcard, anything-but, numeric, exists and cidr", name)
}

func describe(v value.Value) string {
	switch v.Kind() {
	case value.ObjectKind, value.ArrayKind:
		return "an " + v.Kind().String()
	case value.Absent:
		return "nothing"
	default:
		return "the " + v.Kind().String() + " " + v.String()
	}
}

// exact matches a value that is written the same.
type exact struct{ value.Value }

func (e exact) match(v value.Value) bool {
	if e.Kind() != v.Kind() {
		return false
	}
	if v.IsNumber() {
		return e.Literal() == v.Literal()
	}
	return value.Equal(e.Value, v)
}

type exists bool

// Only what is no object counts as there, as on AWS.
func (e exists) match(v value.Value) bool { return bool(e) == (v.Exists() && !v.IsObject()) }

type cidr netip.Prefix

func (c cidr) match(v value.Value) bool {
	a, err := netip.ParseAddr(v.Str())
	return err == nil && netip.Prefix(c).Contains(a)
}
