package value

import (
	"math"
	"slices"
	"unicode/utf8"
)

// String is the compact JSON text of v, "null" when v is absent.
func (v Value) String() string { return string(v.AppendJSON(nil)) }

// AppendJSON appends the compact JSON text of v to dst. Only what JSON demands is escaped: quotes, backslashes and
// control characters, as the service writes them.
func (v Value) AppendJSON(dst []byte) []byte {
	switch v.Kind() {
	case Absent, NullKind:
		return append(dst, "null"...)
	case BoolKind:
		if v.text != "" {
			return append(dst, "true"...)
		}
		return append(dst, "false"...)
	case NumberKind:
		return append(dst, v.text...)
	case StringKind:
		return AppendQuoted(dst, v.text)
	case ArrayKind:
		dst = append(dst, '[')
		for i, x := range v.node.all() {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = x.AppendJSON(dst)
		}
		return append(dst, ']')
	case ObjectKind:
		dst = append(dst, '{')
		for i, x := range v.node.items {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = AppendQuoted(dst, v.node.names[i])
			dst = append(dst, ':')
			dst = x.AppendJSON(dst)
		}
		return append(dst, '}')
	}
	return dst
}

// Indent is the JSON text of v over several lines, each level two blanks deeper.
func (v Value) Indent() string { return string(v.AppendIndent(nil)) }

// AppendIndent appends what Indent gives to dst, which grows once at most.
func (v Value) AppendIndent(dst []byte) []byte {
	return v.appendIndent(slices.Grow(dst, v.indentSize(0)+1), 0)
}

// indentSize is the length of what appendIndent appends.
func (v Value) indentSize(depth int) int {
	if v.Len() == 0 {
		return v.Size()
	}
	n := 2 + v.node.len() - 1 + (1+2*(depth+1))*v.node.len() + 1 + 2*depth
	for i, x := range v.node.all() {
		n += x.indentSize(depth + 1)
		if v.Kind() == ObjectKind {
			n += quotedSize(v.node.names[i]) + 2
		}
	}
	return n
}

func (v Value) appendIndent(dst []byte, depth int) []byte {
	if v.Len() == 0 {
		return v.AppendJSON(dst)
	}
	open, end := byte('['), byte(']')
	if v.Kind() == ObjectKind {
		open, end = '{', '}'
	}
	dst = append(dst, open)
	for i, x := range v.node.all() {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendLine(dst, depth+1)
		if v.Kind() == ObjectKind {
			dst = AppendQuoted(dst, v.node.names[i])
			dst = append(dst, ": "...)
		}
		dst = x.appendIndent(dst, depth+1)
	}
	return append(appendLine(dst, depth), end)
}

const blanks = "                                "

// appendLine begins a new line that stands depth levels deep.
func appendLine(dst []byte, depth int) []byte {
	dst = append(dst, '\n')
	for n := 2 * depth; n > 0; n -= len(blanks) {
		dst = append(dst, blanks[:min(n, len(blanks))]...)
	}
	return dst
}

// MarshalJSON makes a Value a json.Marshaler; an absent value is written as null.
func (v Value) MarshalJSON() ([]byte, error) { return v.AppendJSON(nil), nil }

// IsZero tells encoding/json's omitzero that an absent value is left out.
func (v Value) IsZero() bool { return v.node == nil }

// Size is the length in bytes of v's compact JSON text, the measure of the service's payload limits; 0 when absent.
func (v Value) Size() int {
	switch v.Kind() {
	case Absent:
		return 0
	case NullKind:
		return 4
	case BoolKind:
		if v.text != "" {
			return 4
		}
		return 5
	case NumberKind:
		return len(v.text)
	case StringKind:
		return quotedSize(v.text)
	case ArrayKind, ObjectKind:
		if s := v.node.size.Load(); s > 0 {
			return int(s)
		}
		s := 2 + max(0, v.node.len()-1)
		for i, x := range v.node.all() {
			s += x.Size()
			if v.Kind() == ObjectKind {
				s += quotedSize(v.node.names[i]) + 1
			}
		}
		v.node.setSize(s)
		return s
	}
	return 0
}

func (n *node) setSize(s int) {
	if uint64(s) <= math.MaxUint32 {
		n.size.Store(uint32(s))
	}
}

const hex = "0123456789abcdef"

// AppendQuoted appends s as a JSON string.
func AppendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r != utf8.RuneError || n > 1 {
				i += n
				continue
			}
			dst = append(append(dst, s[start:i]...), "\ufffd"...)
			i++
			start = i
			continue
		}
		dst = append(dst, s[start:i]...)
		dst = appendEscape(dst, c)
		i++
		start = i
	}
	return append(append(dst, s[start:]...), '"')
}

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, '\\', 'b')
	case '\f':
		return append(dst, '\\', 'f')
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
}

// sizes are the bytes that a byte below 0x80 takes inside a JSON string.
var sizes = [utf8.RuneSelf]uint8{
	0x00: 6, 0x01: 6, 0x02: 6, 0x03: 6, 0x04: 6, 0x05: 6, 0x06: 6, 0x07: 6, '\b': 2, '\t': 2, '\n': 2, 0x0b: 6, '\f': 2, '\r': 2, 0x0e: 6, 0x0f: 6,
	0x10: 6, 0x11: 6, 0x12: 6, 0x13: 6, 0x14: 6, 0x15: 6, 0x16: 6, 0x17: 6, 0x18: 6, 0x19: 6, 0x1a: 6, 0x1b: 6, 0x1c: 6, 0x1d: 6, 0x1e: 6, 0x1f: 6,
	'"': 2, '\\': 2,
}

func quotedSize(s string) int {
	n := len(s) + 2
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c < utf8.RuneSelf {
			if e := sizes[c]; e != 0 {
				n += int(e) - 1
			}
			continue
		}
		r, w := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && w == 1 {
			n += len("\ufffd") - 1
		}
		i += w - 1
	}
	return n
}
