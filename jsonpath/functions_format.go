package jsonpath

import (
	"errors"
	"fmt"
	"strings"

	"github.com/stepwright/stepwright/value"
)

// format is States.Format: a template in which each {} takes an argument. \{ and \} stand for braces, \\ for a
// backslash; any other brace is an error, as is a number of arguments that differs from that of the {}.
//
// Strings stand as they are, numbers as they are written, null as null. Arrays and objects are printed as Java prints
// them, [a, b] and {Name=value, Other=[]} (recorded: intrinsics/generic-format-2--exec-hist-resp-3 and -7).
func format(_ *Env, args []value.Value) (value.Value, error) {
	template, err := textOf(args, 0)
	if err != nil {
		return value.Value{}, err
	}
	out := make([]byte, 0, len(template)+16*(len(args)-1))
	rest, used := template, 1
	for {
		i := strings.IndexAny(rest, `{}\`)
		if i < 0 {
			break
		}
		out = append(out, rest[:i]...)
		rest = rest[i:]
		switch {
		case strings.HasPrefix(rest, "{}"):
			if used < len(args) {
				if out = appendShown(out, args[used]); len(out) > maxText {
					return value.Value{}, tooLong()
				}
			}
			used++
			rest = rest[2:]
		case len(rest) > 1 && rest[0] == '\\' && strings.IndexByte(`{}\`, rest[1]) >= 0:
			out = append(out, rest[1])
			rest = rest[2:]
		case rest[0] == '\\':
			out = append(out, '\\')
			rest = rest[1:]
		default:
			return value.Value{}, stray(template, len(template)-len(rest))
		}
	}
	if used != len(args) {
		return value.Value{}, fmt.Errorf("the template has %s and %s; expected as many {} as arguments",
			count(used-1, "{}", "{}"), count(len(args)-1, "argument follows", "arguments follow"))
	}
	if out = append(out, rest...); len(out) > maxText {
		return value.Value{}, tooLong()
	}
	return value.String(string(out)), nil
}

// stray says that a brace of the template is no part of a {}; the first words are the service's.
func stray(template string, at int) error {
	place := fmt.Sprintf("at character %d of the template; write \\%c for a brace that is no placeholder",
		len([]rune(template[:at]))+1, template[at])
	if template[at] == '{' {
		return errors.New("matching '}' not found for '{' " + place)
	}
	return errors.New("matching '{' not found for '}' " + place)
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func tooLong() error {
	return fmt.Errorf("the text would be longer than %d bytes", maxText)
}

// appendShown appends a value as it stands in a text. It stops soon after the text is too long.
func appendShown(dst []byte, v value.Value) []byte {
	switch {
	case len(dst) > maxText:
		return dst
	case v.IsString():
		return append(dst, v.Str()...)
	case v.IsArray():
		dst = append(dst, '[')
		for i, x := range v.Elements() {
			if i > 0 {
				dst = append(dst, ", "...)
			}
			dst = appendShown(dst, x)
		}
		return append(dst, ']')
	case v.IsObject():
		dst = append(dst, '{')
		first := true
		for name, x := range v.Members() {
			if !first {
				dst = append(dst, ", "...)
			}
			first = false
			dst = append(append(dst, name...), '=')
			dst = appendShown(dst, x)
		}
		return append(dst, '}')
	}
	return v.AppendJSON(dst)
}
