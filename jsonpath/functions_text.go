package jsonpath

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"github.com/stepwright/stepwright/value"
)

// stringSplit is States.StringSplit: the pieces of a string between delimiters. Every character of the second argument
// is one, and pieces that are empty are left out (recorded: intrinsics/string-operations-string-split--…).
func stringSplit(_ *Env, args []value.Value) (value.Value, error) {
	s, err := textOf(args, 0)
	if err != nil {
		return value.Value{}, err
	}
	delimiters, err := textOf(args, 1)
	if err != nil {
		return value.Value{}, err
	}
	pieces := make([]value.Value, 0, 4)
	start, is := 0, setOf(delimiters)
	for i := 0; i < len(s); {
		r, width := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, width = utf8.DecodeRuneInString(s[i:])
		}
		if is.has(r) {
			if start < i {
				pieces = append(pieces, value.String(s[start:i]))
			}
			start = i + width
		}
		i += width
	}
	if start < len(s) {
		pieces = append(pieces, value.String(s[start:]))
	}
	var b value.Batch
	return b.Array(pieces), nil
}

// A charset is a set of characters. That of a few ASCII ones, as most delimiters are, needs no memory.
type charset struct {
	low  [2]uint64
	high map[rune]bool
}

func setOf(characters string) (set charset) {
	for _, r := range characters {
		switch {
		case r < utf8.RuneSelf:
			set.low[r/64] |= 1 << (r % 64)
		case set.high == nil:
			set.high = map[rune]bool{r: true}
		default:
			set.high[r] = true
		}
	}
	return set
}

func (s *charset) has(r rune) bool {
	if r < utf8.RuneSelf {
		return s.low[r/64]>>(r%64)&1 != 0
	}
	return s.high[r]
}

// base64Encode is States.Base64Encode: the Base64 text of a string's UTF-8.
func base64Encode(_ *Env, args []value.Value) (value.Value, error) {
	s, err := shortText(args, 0)
	if err != nil {
		return value.Value{}, err
	}
	return value.String(base64.StdEncoding.EncodeToString([]byte(s))), nil
}

// base64Decode is States.Base64Decode: the string whose UTF-8 a Base64 text holds. It is patient, as the service is
// reported to be: what is no character of Base64 is skipped, padding ends the text, and it may be missing.
func base64Decode(_ *Env, args []value.Value) (value.Value, error) {
	s, err := shortText(args, 0)
	if err != nil {
		return value.Value{}, err
	}
	s, _, _ = strings.Cut(strings.Map(base64Character, s), "=")
	if len(s)%4 == 1 {
		s = s[:len(s)-1] // six bits make no byte
	}
	b, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil {
		return value.Value{}, err
	}
	return value.String(string([]rune(string(b)))), nil // bytes that are no UTF-8 become U+FFFD
}

// base64Character is a character of Base64, where - and _ stand for + and /, or negative.
func base64Character(r rune) rune {
	switch {
	case r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '+', r == '/', r == '=':
		return r
	case r == '-':
		return '+'
	case r == '_':
		return '/'
	}
	return -1
}
