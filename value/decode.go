package value

import (
	"fmt"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// MaxDepth is how deep arrays and objects may be nested in text that Parse accepts. Jackson, which the service
// uses, stops at the same depth.
const MaxDepth = 1000

// A SyntaxError says where and why text is no JSON.
type SyntaxError struct {
	Offset    int // in bytes, from 0
	Line, Col int // from 1; Col counts bytes
	Message   string
}

// Error gives "line:col: message".
func (e *SyntaxError) Error() string { return fmt.Sprintf("%d:%d: %s", e.Line, e.Col, e.Message) }

// Parse reads one JSON value (RFC 8259) from src; anything after it but blanks is an error. The error is a
// *SyntaxError. Of two members with one name the last value wins. Lone surrogates and bytes that are no UTF-8
// become U+FFFD.
func Parse(src []byte) (Value, error) { return ParseString(string(src)) }

// ParseString is Parse of a string.
func ParseString(src string) (Value, error) {
	p := parser{src: src}
	p.blanks()
	v, err := p.value(0)
	if err != nil {
		return Value{}, err
	}
	p.blanks()
	if p.at < len(src) {
		return Value{}, p.fail("unexpected %s after the end of the value; expected nothing more", p.here())
	}
	return v, nil
}

// MustParse is Parse for texts known to be right, such as those in tests; it panics on an error.
func MustParse(src string) Value {
	v, err := ParseString(src)
	if err != nil {
		panic(fmt.Sprintf("value: %q: %v", src, err))
	}
	return v
}

// UnmarshalJSON makes a *Value a json.Unmarshaler.
func (v *Value) UnmarshalJSON(b []byte) error {
	x, err := Parse(b)
	if err == nil {
		*v = x
	}
	return err
}

type parser struct {
	src string
	at  int

	// What the open arrays and objects have so far, so that each is allocated once and in its size.
	items []Value
	names []string

	shapes [4]*shape // of the last objects: many are alike
	turn   int       // whose place the next one takes
}

func (p *parser) fail(format string, args ...any) error {
	e := &SyntaxError{Offset: p.at, Line: 1, Col: 1, Message: fmt.Sprintf(format, args...)}
	for i := 0; i < p.at && i < len(p.src); i++ {
		e.Col++
		if p.src[i] == '\n' {
			e.Line, e.Col = e.Line+1, 1
		}
	}
	return e
}

// here names what stands at the parser's place.
func (p *parser) here() string {
	if p.at >= len(p.src) {
		return "end of text"
	}
	r, _ := utf8.DecodeRuneInString(p.src[p.at:])
	return strconv.QuoteRune(r)
}

func (p *parser) blanks() {
	for p.at < len(p.src) {
		switch p.src[p.at] {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return
		}
	}
}

func (p *parser) value(depth int) (Value, error) {
	if p.at >= len(p.src) {
		return Value{}, p.fail("unexpected end of text; expected a value")
	}
	switch c := p.src[p.at]; {
	case c == '{':
		return p.object(depth + 1)
	case c == '[':
		return p.array(depth + 1)
	case c == '"':
		s, err := p.string()
		return Value{node: aString, text: s}, err
	case c == '-', c >= '0' && c <= '9':
		return p.number()
	case c == 't':
		return True, p.word("true")
	case c == 'f':
		return False, p.word("false")
	case c == 'n':
		return Null, p.word("null")
	}
	return Value{}, p.fail("unexpected %s; expected a value", p.here())
}

func (p *parser) word(w string) error {
	if len(p.src)-p.at < len(w) || p.src[p.at:p.at+len(w)] != w {
		return p.fail("unexpected %s; expected %s", p.here(), w)
	}
	p.at += len(w)
	return nil
}

func (p *parser) deep(depth int) error {
	if depth > MaxDepth {
		return p.fail("nested deeper than %d levels", MaxDepth)
	}
	if p.items == nil {
		p.items = make([]Value, 0, 4)
	}
	p.at++
	p.blanks()
	return nil
}

func (p *parser) object(depth int) (Value, error) {
	if err := p.deep(depth); err != nil {
		return Value{}, err
	}
	if p.at < len(p.src) && p.src[p.at] == '}' {
		p.at++
		return Value{node: &node{kind: ObjectKind, shape: noNames}}, nil
	}
	items, names := len(p.items), len(p.names)
	for {
		if p.at >= len(p.src) || p.src[p.at] != '"' {
			return Value{}, p.fail("unexpected %s; expected a member's name in quotes", p.here())
		}
		name, err := p.string()
		if err != nil {
			return Value{}, err
		}
		p.blanks()
		if p.at >= len(p.src) || p.src[p.at] != ':' {
			return Value{}, p.fail("unexpected %s after the name %q; expected ':'", p.here(), name)
		}
		p.at++
		p.blanks()
		v, err := p.value(depth)
		if err != nil {
			return Value{}, err
		}
		p.items, p.names = append(p.items, v), append(p.names, name)
		if done, err := p.next('}'); done || err != nil {
			n := p.newObject(p.names[names:], p.items[items:])
			p.items, p.names = p.items[:items], p.names[:names]
			return Value{node: n}, err
		}
	}
}

// newObject makes an object of copies. Of two members with one name the last value wins, at the first one's place.
func (p *parser) newObject(names []string, items []Value) *node {
	for _, s := range p.shapes {
		if s != nil && slices.Equal(s.names, names) {
			return &node{kind: ObjectKind, shape: s, items: slices.Clone(items)}
		}
	}
	s := &shape{names: make([]string, 0, len(names))}
	n := &node{kind: ObjectKind, shape: s, items: make([]Value, 0, len(items))}
	for i, name := range names {
		if j := n.find(name); j >= 0 {
			n.items[j] = items[i]
			continue
		}
		n.add(name, items[i])
	}
	p.shapes[p.turn%len(p.shapes)] = s
	p.turn++
	return n
}

func (p *parser) array(depth int) (Value, error) {
	if err := p.deep(depth); err != nil {
		return Value{}, err
	}
	if p.at < len(p.src) && p.src[p.at] == ']' {
		p.at++
		return Value{node: &node{kind: ArrayKind}}, nil
	}
	start := len(p.items)
	for {
		v, err := p.value(depth)
		if err != nil {
			return Value{}, err
		}
		p.items = append(p.items, v)
		if done, err := p.next(']'); done || err != nil {
			n := &node{kind: ArrayKind, items: slices.Clone(p.items[start:])}
			p.items = p.items[:start]
			return Value{node: n}, err
		}
	}
}

// next reads what separates two elements; done is true when end was there.
func (p *parser) next(end byte) (done bool, err error) {
	p.blanks()
	if p.at < len(p.src) {
		switch p.src[p.at] {
		case end:
			p.at++
			return true, nil
		case ',':
			p.at++
			p.blanks()
			return false, nil
		}
	}
	return false, p.fail("unexpected %s; expected ',' or %q", p.here(), end)
}

func (p *parser) number() (Value, error) {
	start := p.at
	if p.src[p.at] == '-' {
		p.at++
	}
	switch {
	case p.at < len(p.src) && p.src[p.at] == '0':
		p.at++
	case p.digits() == 0:
		return Value{}, p.fail("unexpected %s; expected a digit", p.here())
	}
	if p.at < len(p.src) && p.src[p.at] == '.' {
		p.at++
		if p.digits() == 0 {
			return Value{}, p.fail("unexpected %s; expected a digit after the decimal point", p.here())
		}
	}
	if p.at < len(p.src) && (p.src[p.at] == 'e' || p.src[p.at] == 'E') {
		p.at++
		if p.at < len(p.src) && (p.src[p.at] == '+' || p.src[p.at] == '-') {
			p.at++
		}
		if p.digits() == 0 {
			return Value{}, p.fail("unexpected %s; expected a digit of the exponent", p.here())
		}
	}
	return Value{node: aNumber, text: p.src[start:p.at]}, nil
}

func (p *parser) digits() int {
	start := p.at
	for p.at < len(p.src) && p.src[p.at] >= '0' && p.src[p.at] <= '9' {
		p.at++
	}
	return p.at - start
}

func (p *parser) string() (string, error) {
	p.at++
	start := p.at
	for p.at < len(p.src) {
		switch c := p.src[p.at]; {
		case c == '"':
			s := p.src[start:p.at]
			p.at++
			return s, nil
		case c == '\\', c >= utf8.RuneSelf:
			return p.slowString(start)
		case c < 0x20:
			return "", p.fail("control character %s in a string; write it as an escape", p.here())
		}
		p.at++
	}
	return "", p.fail("unexpected end of text in a string; expected '\"'")
}

// slowString reads on in a string that has escapes or characters beyond ASCII.
func (p *parser) slowString(start int) (string, error) {
	b := append(make([]byte, 0, p.at-start+32), p.src[start:p.at]...)
	for p.at < len(p.src) {
		switch c := p.src[p.at]; {
		case c == '"':
			p.at++
			return string(b), nil
		case c == '\\':
			var err error
			if b, err = p.escape(b); err != nil {
				return "", err
			}
		case c < 0x20:
			return "", p.fail("control character %s in a string; write it as an escape", p.here())
		case c < utf8.RuneSelf:
			b = append(b, c)
			p.at++
		default:
			r, n := utf8.DecodeRuneInString(p.src[p.at:])
			b = utf8.AppendRune(b, r)
			p.at += n
		}
	}
	return "", p.fail("unexpected end of text in a string; expected '\"'")
}

func (p *parser) escape(b []byte) ([]byte, error) {
	if p.at+1 >= len(p.src) {
		p.at = len(p.src)
		return nil, p.fail("unexpected end of text after a backslash")
	}
	c := p.src[p.at+1]
	switch c {
	case '"', '\\', '/':
		b = append(b, c)
	case 'b':
		b = append(b, '\b')
	case 'f':
		b = append(b, '\f')
	case 'n':
		b = append(b, '\n')
	case 'r':
		b = append(b, '\r')
	case 't':
		b = append(b, '\t')
	case 'u':
		return p.unicodeEscape(b)
	default:
		r, _ := utf8.DecodeRuneInString(p.src[p.at+1:])
		return nil, p.fail(`unknown escape \%c; expected one of "\/bfnrtu`, r)
	}
	p.at += 2
	return b, nil
}

func (p *parser) unicodeEscape(b []byte) ([]byte, error) {
	r, ok := p.hex4(p.at + 2)
	if !ok {
		return nil, p.fail(`\u needs four hexadecimal digits`)
	}
	p.at += 6
	if utf16.IsSurrogate(r) {
		if p.at+1 < len(p.src) && p.src[p.at] == '\\' && p.src[p.at+1] == 'u' {
			if low, ok := p.hex4(p.at + 2); ok {
				if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
					p.at += 6
					return utf8.AppendRune(b, pair), nil
				}
			}
		}
		r = utf8.RuneError
	}
	return utf8.AppendRune(b, r), nil
}

func (p *parser) hex4(at int) (rune, bool) {
	if at+4 > len(p.src) {
		return 0, false
	}
	n, err := strconv.ParseUint(p.src[at:at+4], 16, 32)
	return rune(n), err == nil
}
