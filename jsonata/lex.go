package jsonata

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

type tokenType uint8

const (
	endToken tokenType = iota
	operatorToken
	nameToken
	variableToken
	stringToken
	numberToken
	constantToken
	regexToken
)

// A token is one token of an expression.
type token struct {
	typ        tokenType
	text       string // an operator, a name, a string's content, a number's spelling, a pattern
	flags      string
	number     float64
	start, end int
}

// A lexer cuts an expression into tokens.
type lexer struct {
	src string
	at  int
}

// singles are the operators of one byte, all of which end a name.
const singles = ".[]{}(),@#;:?+-*/%|=<>^&!~"

// next gives the next token. infix says that an operator is expected, so that a slash divides.
func (l *lexer) next(infix bool) (token, error) {
	if err := l.blanks(); err != nil {
		return token{}, err
	}
	start := l.at
	if l.at >= len(l.src) {
		return token{start: start, end: start}, nil
	}
	c := l.src[l.at]
	if c == '/' && !infix {
		return l.regex()
	}
	if l.at+1 < len(l.src) {
		switch two := l.src[l.at : l.at+2]; two {
		case "..", ":=", "!=", ">=", "<=", "**", "~>":
			l.at += 2
			return token{typ: operatorToken, text: two, start: start, end: l.at}, nil
		}
	}
	switch {
	case strings.IndexByte(singles, c) >= 0:
		l.at++
		return token{typ: operatorToken, text: l.src[start:l.at], start: start, end: l.at}, nil
	case c == '"' || c == '\'':
		return l.string(c)
	case c >= '0' && c <= '9':
		return l.number()
	case c == '`':
		end := strings.IndexByte(l.src[l.at+1:], '`')
		if end < 0 {
			l.at = len(l.src)
			return token{}, l.fail("S0105", l.at, "")
		}
		l.at += end + 2
		return token{typ: nameToken, text: l.src[start+1 : l.at-1], start: start, end: l.at}, nil
	}
	return l.name(), nil
}

// blanks skips white space and comments.
func (l *lexer) blanks() error {
	for l.at < len(l.src) {
		switch c := l.src[l.at]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v':
			l.at++
		case c == '/' && strings.HasPrefix(l.src[l.at:], "/*"):
			start := l.at
			end := strings.Index(l.src[l.at+2:], "*/")
			if end < 0 {
				l.at = len(l.src)
				return l.fail("S0106", start, "")
			}
			l.at += end + 4
		default:
			return nil
		}
	}
	return nil
}

func (l *lexer) fail(code string, at int, tok string) error {
	return &Error{Code: code, Position: position(l.src, at), Offset: at, Token: tok}
}

// position is a byte offset as the reference counts: in UTF-16 units.
func position(src string, at int) int {
	n := 0
	for _, r := range src[:min(at, len(src))] {
		if n++; r > 0xffff {
			n++
		}
	}
	return n
}

func (l *lexer) string(quote byte) (token, error) {
	start := l.at
	l.at++
	plain := l.at
	var b strings.Builder
	for l.at < len(l.src) {
		switch c := l.src[l.at]; c {
		case '\\':
			b.WriteString(l.src[plain:l.at])
			l.at++
			if err := l.escape(&b); err != nil {
				return token{}, err
			}
			plain = l.at
		case quote:
			b.WriteString(l.src[plain:l.at])
			l.at++
			return token{typ: stringToken, text: b.String(), start: start, end: l.at}, nil
		default:
			l.at++
		}
	}
	return token{}, l.fail("S0101", l.at, "")
}

var escapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func (l *lexer) escape(b *strings.Builder) error {
	if l.at >= len(l.src) {
		return l.fail("S0103", l.at, "")
	}
	c := l.src[l.at]
	if e, ok := escapes[c]; ok {
		b.WriteByte(e)
		l.at++
		return nil
	}
	if c != 'u' {
		r, _ := utf8.DecodeRuneInString(l.src[l.at:])
		return l.fail("S0103", l.at, string(r))
	}
	unit, ok := l.unit(l.at + 1)
	if !ok {
		if rest := l.src[l.at+1:]; rest != "" && len(rest) < 4 && hexOnly(rest) { // the text ends before the digits do
			l.at = len(l.src)
			return nil
		}
		return l.fail("S0104", l.at, "")
	}
	l.at += 5
	if utf16.IsSurrogate(rune(unit)) && strings.HasPrefix(l.src[l.at:], `\u`) {
		if low, ok := l.unit(l.at + 2); ok {
			if r := utf16.DecodeRune(rune(unit), rune(low)); r != utf8.RuneError {
				b.WriteRune(r)
				l.at += 6
				return nil
			}
		}
	}
	writeUnit(b, unit)
	return nil
}

func hexOnly(s string) bool { return strings.Trim(s, "0123456789abcdefABCDEF") == "" }

// unit reads four hexadecimal digits.
func (l *lexer) unit(at int) (uint16, bool) {
	if at+4 > len(l.src) {
		return 0, false
	}
	n, err := strconv.ParseUint(l.src[at:at+4], 16, 16) // which takes no sign
	return uint16(n), err == nil
}

// writeUnit writes one UTF-16 unit. A lone surrogate is written as the three bytes that UTF-8 would have for it, so
// that it can be told from U+FFFD.
func writeUnit(b *strings.Builder, u uint16) {
	if utf16.IsSurrogate(rune(u)) {
		b.Write([]byte{0xe0 | byte(u>>12), 0x80 | byte(u>>6)&0x3f, 0x80 | byte(u)&0x3f})
		return
	}
	b.WriteRune(rune(u))
}

var numberForm = regexp.MustCompile(`^(0|([1-9][0-9]*))(\.[0-9]+)?([Ee][-+]?[0-9]+)?`)

func (l *lexer) number() (token, error) {
	start := l.at
	text := numberForm.FindString(l.src[l.at:])
	n, err := strconv.ParseFloat(text, 64)
	if err != nil && math.IsInf(n, 0) {
		return token{}, l.fail("S0102", l.at, text)
	}
	l.at += len(text)
	return token{typ: numberToken, text: text, number: n, start: start, end: l.at}, nil
}

func (l *lexer) name() token {
	start := l.at
	for l.at < len(l.src) {
		c := l.src[l.at]
		if c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || strings.IndexByte(singles, c) >= 0 {
			break
		}
		l.at++
	}
	text := l.src[start:l.at]
	t := token{typ: nameToken, text: text, start: start, end: l.at}
	switch {
	case text[0] == '$':
		t.typ, t.text = variableToken, text[1:]
	case text == "and" || text == "or" || text == "in":
		t.typ = operatorToken
	case text == "true" || text == "false" || text == "null":
		t.typ = constantToken
	}
	return t
}

func (l *lexer) regex() (token, error) {
	start := l.at
	l.at++
	from, depth := l.at, 0
	for ; l.at < len(l.src); l.at++ {
		c, escaped := l.src[l.at], l.src[l.at-1] == '\\'
		switch {
		case c == '/' && depth == 0 && !l.escaped():
			pattern := l.src[from:l.at]
			if pattern == "" {
				return token{}, l.fail("S0301", l.at, "")
			}
			l.at++
			flags := l.at
			for l.at < len(l.src) && (l.src[l.at] == 'i' || l.src[l.at] == 'm') {
				l.at++
			}
			return token{typ: regexToken, text: pattern, flags: l.src[flags:l.at], start: start, end: l.at}, nil
		case (c == '(' || c == '[' || c == '{') && !escaped:
			depth++
		case (c == ')' || c == ']' || c == '}') && !escaped:
			depth--
		}
	}
	return token{}, l.fail("S0302", l.at, "")
}

// escaped tells whether an odd number of backslashes stands before the current byte.
func (l *lexer) escaped() bool {
	n := 0
	for n < l.at && l.src[l.at-1-n] == '\\' {
		n++
	}
	return n%2 == 1
}
