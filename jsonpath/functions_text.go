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
	pieces := strings.FieldsFunc(s, oneOf(delimiters))
	items := make([]value.Value, len(pieces))
	for i, piece := range pieces {
		items[i] = value.String(piece)
	}
	return value.Array(items...), nil
}

// oneOf tells which characters a string has.
func oneOf(characters string) func(rune) bool {
	if utf8.RuneCountInString(characters) == 1 {
		only, _ := utf8.DecodeRuneInString(characters)
		return func(r rune) bool { return r == only }
	}
	set := make(map[rune]bool, len(characters))
	for _, r := range characters {
		set[r] = true
	}
	return func(r rune) bool { return set[r] }
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
