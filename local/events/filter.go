package events

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/value"
)

// affix matches the beginning or the end of a text.
type affix struct {
	text   string
	suffix bool
	fold   bool // case does not matter
}

// parseAffix reads the value of prefix or suffix: a text, or {"equals-ignore-case": a text}.
func parseAffix(name string, v value.Value) (matcher, error) {
	a := affix{text: v.Str(), suffix: name == "suffix"}
	if inner := v.Get("equals-ignore-case"); inner.IsString() && v.Len() == 1 {
		a.text, a.fold = inner.Str(), true
		return a, nil
	}
	if !v.IsString() {
		return nil, fmt.Errorf("%s must be a string or {\"equals-ignore-case\": …}, not %s", name, describe(v))
	}
	return a, nil
}

func (a affix) match(v value.Value) bool {
	s, text := v.Str(), a.text
	if !v.IsString() {
		return false
	}
	if a.fold {
		s, text = strings.ToLower(s), strings.ToLower(text)
	}
	if a.suffix {
		return strings.HasSuffix(s, text)
	}
	return strings.HasPrefix(s, text)
}

type ignoreCase string

func (i ignoreCase) match(v value.Value) bool {
	return v.IsString() && strings.EqualFold(string(i), v.Str())
}

// A wildcard is the texts between its stars.
type wildcard []string

// parseWildcard reads a pattern in which * stands for any characters, \* for a star and \\ for a backslash.
func parseWildcard(s string) (matcher, error) {
	w := wildcard{""}
	for i := 0; i < len(s); i++ {
		last := len(w) - 1
		switch {
		case s[i] == '\\':
			i++
			if i == len(s) || s[i] != '*' && s[i] != '\\' {
				return nil, errors.New("wildcard: a backslash must be followed by * or another backslash")
			}
			w[last] += s[i : i+1]
		case s[i] != '*':
			w[last] += s[i : i+1]
		case last > 0 && w[last] == "":
			return nil, errors.New("wildcard: two stars must not follow each other")
		default:
			w = append(w, "")
		}
	}
	return w, nil
}

func (w wildcard) match(v value.Value) bool {
	s := v.Str()
	if !v.IsString() {
		return false
	}
	if len(w) == 1 {
		return s == w[0]
	}
	rest, ok := strings.CutPrefix(s, w[0])
	if !ok {
		return false
	}
	for _, text := range w[1 : len(w)-1] {
		i := strings.Index(rest, text)
		if i < 0 {
			return false
		}
		rest = rest[i+len(text):]
	}
	return strings.HasSuffix(rest, w[len(w)-1])
}

// anythingBut matches what is there and is none of these.
type anythingBut []matcher

// parseAnythingBut reads a value, an array of values, or a filter with a text or an array of texts.
func parseAnythingBut(v value.Value) (matcher, error) {
	if v.IsObject() {
		return parseAnythingButFilter(v)
	}
	list := []value.Value{v}
	if v.IsArray() {
		list = v.Elements()
	}
	if len(list) == 0 {
		return nil, errors.New("anything-but: the array is empty")
	}
	var not anythingBut
	for _, e := range list {
		if !e.IsString() && !e.IsNumber() && !e.IsBool() && !e.IsNull() {
			return nil, fmt.Errorf("anything-but must be a value or an array of values, not %s", describe(e))
		}
		not = append(not, exact{e})
	}
	return not, nil
}

func parseAnythingButFilter(v value.Value) (matcher, error) {
	if v.Len() != 1 {
		return nil, fmt.Errorf("anything-but: a filter is an object with one name, not with %d", v.Len())
	}
	name := v.Names()[0]
	if !slices.Contains([]string{"prefix", "suffix", "equals-ignore-case", "wildcard"}, name) {
		return nil, fmt.Errorf("anything-but: unknown filter %q; it knows prefix, suffix, equals-ignore-case and wildcard", name)
	}
	list := []value.Value{v.Get(name)}
	if list[0].IsArray() {
		list = list[0].Elements()
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("anything-but: the array of %s is empty", name)
	}
	var not anythingBut
	for _, e := range list {
		m, err := parseFilter(name, e)
		if err != nil {
			return nil, fmt.Errorf("anything-but: %w", err)
		}
		not = append(not, m)
	}
	return not, nil
}

func (a anythingBut) match(v value.Value) bool {
	if !v.Exists() || v.IsObject() {
		return false
	}
	return !slices.ContainsFunc(a, func(m matcher) bool { return m.match(v) })
}

// numeric matches numbers that all of its comparisons hold for.
type numeric []comparison

type comparison struct {
	operator string
	than     value.Value
}

// parseNumeric reads pairs of an operator and a number: one, or two that bound a range.
func parseNumeric(v value.Value) (matcher, error) {
	list := v.Elements()
	if len(list) != 2 && len(list) != 4 {
		return nil, errors.New(`numeric must be an array such as [">", 0] or [">", 0, "<=", 5]`)
	}
	var n numeric
	for pair := range slices.Chunk(list, 2) {
		c := comparison{pair[0].Str(), pair[1]}
		if !slices.Contains([]string{"<", "<=", "=", ">=", ">"}, c.operator) || !c.than.IsNumber() {
			return nil, fmt.Errorf("numeric: %s %s is no comparison; it needs <, <=, =, >= or > and a number", pair[0], pair[1])
		}
		n = append(n, c)
	}
	return n, nil
}

func (n numeric) match(v value.Value) bool {
	return v.IsNumber() && !slices.ContainsFunc(n, func(c comparison) bool { return !c.holds(v) })
}

func (c comparison) holds(v value.Value) bool {
	order := value.CompareNumbers(v, c.than)
	switch c.operator {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">=":
		return order >= 0
	case ">":
		return order > 0
	}
	return order == 0
}
