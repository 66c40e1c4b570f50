package engine

import (
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/value"
)

// A refPath is a plain path of JSONPath states: names and indexes from the state's data ("$.a['b'][0]"), from the
// context object ("$$.Execution.Id") or from a variable ("$order.id"). It names one place.
type refPath struct {
	text     string
	context  bool
	variable string // empty for paths into data and context
	parts    []part
}

// A part is one step of a path: a name, or an index when name is not set.
type part struct {
	name    string
	index   int
	isIndex bool
}

// parsePath reads a plain path. For anything else it says what the path uses, such as "the wildcard *".
func parsePath(text string) (p *refPath, uses string) {
	p = &refPath{text: text}
	rest, ok := strings.CutPrefix(text, "$")
	if !ok {
		return nil, "a path that does not start with $"
	}
	if after, isContext := strings.CutPrefix(rest, "$"); isContext {
		p.context, rest = true, after
	} else {
		end := strings.IndexAny(rest, ".[")
		if end < 0 {
			end = len(rest)
		}
		p.variable, rest = rest[:end], rest[end:]
		if strings.ContainsAny(p.variable, `()*@?:, '"`) {
			return nil, "the path " + text
		}
	}
	for rest != "" {
		var next part
		if next, rest, uses = parsePart(rest); uses != "" {
			return nil, uses
		}
		p.parts = append(p.parts, next)
	}
	return p, ""
}

func parsePart(s string) (p part, rest, uses string) {
	switch {
	case strings.HasPrefix(s, ".."):
		return p, "", "the descent .."
	case strings.HasPrefix(s, ".["):
		s = s[1:]
	case s[0] == '.':
		return parseName(s[1:])
	case s[0] != '[':
		return p, "", "the path part " + strconv.Quote(s)
	}
	s = s[1:]
	if s != "" && (s[0] == '\'' || s[0] == '"') {
		return parseQuoted(s)
	}
	inside, rest, ok := strings.Cut(s, "]")
	if !ok {
		return p, "", "an open bracket"
	}
	n, err := strconv.Atoi(inside)
	switch {
	case strings.HasPrefix(inside, "?"):
		return p, "", "the filter [" + inside + "]"
	case inside == "*":
		return p, "", "the wildcard [*]"
	case strings.Contains(inside, ":"):
		return p, "", "the slice [" + inside + "]"
	case strings.Contains(inside, ","):
		return p, "", "the union [" + inside + "]"
	case err != nil || n < 0 || inside[0] == '+':
		return p, "", "the index [" + inside + "]"
	}
	return part{index: n, isIndex: true}, rest, ""
}

// parseName reads a name behind a dot; a backslash takes the next character as it is.
func parseName(s string) (p part, rest, uses string) {
	var b strings.Builder
	i := 0
	for i < len(s) && s[i] != '.' && s[i] != '[' {
		switch s[i] {
		case '\\':
			if i++; i == len(s) {
				return p, "", "a backslash at the end"
			}
		case '*':
			return p, "", "the wildcard *"
		case '(', ')', '@', '?', ':', ',', '\'', '"':
			return p, "", "the path part " + strconv.Quote(s)
		}
		b.WriteByte(s[i])
		i++
	}
	if i == 0 {
		return p, "", "an empty name"
	}
	return part{name: b.String()}, s[i:], ""
}

// parseQuoted reads what is behind an open bracket: a name in quotes and the closing bracket. A backslash only
// escapes the quote and itself (recorded: scenarios/base-scenarios-escape-sequence-parsing).
func parseQuoted(s string) (p part, rest, uses string) {
	var b strings.Builder
	q := s[0]
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			if i+1 < len(s) && (s[i+1] == q || s[i+1] == '\\') {
				i++
			}
			b.WriteByte(s[i])
		case q:
			after, ok := strings.CutPrefix(s[i+1:], "]")
			switch {
			case !ok && strings.HasPrefix(s[i+1:], ","):
				return p, "", "the union [" + s
			case !ok:
				return p, "", "an open bracket"
			}
			return part{name: b.String()}, after, ""
		default:
			b.WriteByte(s[i])
		}
	}
	return p, "", "an open quote"
}

// root is what a thread's path starts from, where data is what "$" stands for.
func (p *refPath) root(x *step, t *thread, data value.Value) value.Value {
	switch {
	case p.context:
		return x.context(t)
	case p.variable != "":
		return x.variable(t, p.variable)
	}
	return data
}

// eval gives what the path names; if it is not there, the number of the part that is missing, from 0.
func (p *refPath) eval(x *step, t *thread, data value.Value) (v value.Value, missing int) {
	v = p.root(x, t, data)
	for i, pt := range p.parts {
		if v = pt.of(v); !v.Exists() {
			return v, i
		}
	}
	return v, -1
}

func (pt part) of(v value.Value) value.Value {
	if pt.isIndex {
		return v.Index(pt.index)
	}
	return v.Get(pt.name)
}

// why is the service's sentence for a path whose part is missing.
func (p *refPath) why(missing int) string {
	if len(p.parts) == 0 {
		return "Invalid path '" + p.text + "' : No results for path: $"
	}
	bracketed := "$"
	for _, pt := range p.parts[:missing+1] {
		bracketed += pt.String()
	}
	if missing == len(p.parts)-1 {
		return "Invalid path '" + p.text + "' : No results for path: " + bracketed
	}
	return "Invalid path '" + p.text + "' : Missing property in path " + bracketed
}

// String is the part in brackets, as the service's messages write it.
func (pt part) String() string {
	if pt.isIndex {
		return "[" + strconv.Itoa(pt.index) + "]"
	}
	return "['" + pt.name + "']"
}

// set gives v with x at the place that the parts name, making objects on the way; ok is false if the place cannot
// be there.
func set(v value.Value, parts []part, x value.Value) (out value.Value, ok bool) {
	if len(parts) == 0 {
		return x, true
	}
	pt := parts[0]
	if !pt.isIndex {
		if v.Exists() && !v.IsObject() {
			return v, false
		}
		inner, ok := set(v.Get(pt.name), parts[1:], x)
		return v.With(pt.name, inner), ok
	}
	if pt.index >= v.Len() || !v.IsArray() {
		return v, false
	}
	items := append([]value.Value(nil), v.Elements()...)
	items[pt.index], ok = set(items[pt.index], parts[1:], x)
	return value.Array(items...), ok
}
