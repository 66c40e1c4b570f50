package expr

import "strings"

// A kind of token: one byte for single characters, and these.
type tokenKind byte

const (
	end    tokenKind = 0
	word   tokenKind = 'a' // a name, a keyword or a function
	alias  tokenKind = '#' // #name
	holder tokenKind = ':' // :value
	digits tokenKind = '0'
	symbol tokenKind = '.' // everything else: = <> ( ) [ ] . , + -
)

// A token is a piece of an expression.
type token struct {
	kind     tokenKind
	text     string
	from, to int // its place in the source
}

// isKeyword tells whether the token is the keyword k, which is spelled in capitals.
func (t token) isKeyword(k string) bool { return t.kind == word && strings.EqualFold(t.text, k) }

func (t token) is(s string) bool { return t.kind == symbol && t.text == s }

// lex cuts an expression into tokens; the last one is the end. Characters that nothing begins with become tokens of
// their own, which the parser then stumbles over.
func lex(src string) []token {
	tokens := make([]token, 0, 16)
	for i := 0; i < len(src); {
		if isBlank(src[i]) {
			i++
			continue
		}
		k, n := scan(src[i:])
		tokens = append(tokens, token{k, src[i : i+n], i, i + n})
		i += n
	}
	return append(tokens, token{end, "<EOF>", len(src), len(src)})
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isPart(c byte) bool { return isLetter(c) || isDigit(c) || c == '_' }

// scan gives the kind and length of the token s begins with.
func scan(s string) (tokenKind, int) {
	switch c := s[0]; {
	case isLetter(c) || c == '_':
		return word, run(s, isPart)
	case c == '#':
		return alias, run(s, isPart)
	case c == ':':
		return holder, run(s, isPart)
	case isDigit(c):
		return digits, run(s, isDigit)
	case strings.HasPrefix(s, "<>"), strings.HasPrefix(s, "<="), strings.HasPrefix(s, ">="):
		return symbol, 2
	case c >= 0x80: // one whole character, for the message
		n := 1
		for n < len(s) && s[n]&0xc0 == 0x80 {
			n++
		}
		return symbol, n
	}
	return symbol, 1
}

// run is the length of s up to the first character after its beginning that is not one of these.
func run(s string, is func(byte) bool) int {
	i := 1
	for i < len(s) && is(s[i]) {
		i++
	}
	return i
}
