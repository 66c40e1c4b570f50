package policy

import (
	"strings"

	"github.com/stepwright/stepwright/value"
)

// opened is v, or what an expression that constructs an object or a list would give: {% {"TableName": "photos",
// "Limit": $n} %} is {"TableName": "photos", "Limit": "{% $n %}"}. An object is written as one expression when a member
// may be absent, and the others are known all the same.
func opened(v value.Value) value.Value {
	if !expression(v) {
		return v
	}
	s := strings.TrimSpace(v.Str())
	if x, ok := construct(s[2 : len(s)-2]); ok && !x.IsString() {
		return x
	}
	return v
}

// construct gives the value of a JSONata constructor or literal; what is neither stands in it as an expression.
func construct(src string) (value.Value, bool) {
	src = strings.TrimSpace(src)
	if src == "" {
		return value.Value{}, false
	}
	switch src[0] {
	case '{':
		members, ok := split(src, '}')
		if !ok {
			return value.Value{}, false
		}
		var b value.Builder
		for _, m := range members {
			at := end(m, ':')
			name, err := value.ParseString(m[:at])
			if at == len(m) || err != nil || !name.IsString() {
				return value.Value{}, false
			}
			b.Set(name.Str(), part(m[at+1:]))
		}
		return b.Object(), true
	case '[':
		elements, ok := split(src, ']')
		if !ok {
			return value.Value{}, false
		}
		all := make([]value.Value, len(elements))
		for i, e := range elements {
			all[i] = part(e)
		}
		return value.Array(all...), true
	default:
		v, err := value.ParseString(src)
		return v, err == nil
	}
}

// part is a member of a constructor: what it constructs, or itself as an expression.
func part(src string) value.Value {
	if v, ok := construct(src); ok {
		return v
	}
	return value.String("{% " + strings.TrimSpace(src) + " %}")
}

// split gives what stands between the bracket that src begins with and its partner, which must be src's end.
func split(src string, partner byte) (parts []string, ok bool) {
	rest := src[1:]
	for {
		at := end(rest, ',')
		if p := strings.TrimSpace(rest[:at]); p != "" {
			parts = append(parts, p)
		}
		switch {
		case at == len(rest):
			return nil, false
		case rest[at] == partner:
			return parts, at == len(rest)-1
		case rest[at] != ',':
			return nil, false
		}
		rest = rest[at+1:]
	}
}

// end is where src has mark, or a closing bracket, outside of brackets, texts and comments of its own.
func end(src string, mark byte) int {
	depth := 0
	for i := 0; i < len(src); i++ {
		switch c := src[i]; {
		case c == '"' || c == '\'' || c == '`':
			for i++; i < len(src) && src[i] != c; i++ {
				if src[i] == '\\' && c != '`' {
					i++
				}
			}
		case strings.HasPrefix(src[i:], "/*"):
			n := strings.Index(src[i+2:], "*/")
			if n < 0 {
				return len(src)
			}
			i += n + 3
		case depth == 0 && (c == mark || c == '}' || c == ']' || c == ')'):
			return i
		case c == '{' || c == '[' || c == '(':
			depth++
		case c == '}' || c == ']' || c == ')':
			depth--
		}
	}
	return len(src)
}
