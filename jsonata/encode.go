package jsonata

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

var encodings = []builtin{
	{"base64encode", "<s-:s>", 1, base64encode},
	{"base64decode", "<s-:s>", 1, base64decode},
	{"encodeUrlComponent", "<s-:s>", 1, encodeURL("encodeUrlComponent", unreserved)},
	{"encodeUrl", "<s-:s>", 1, encodeURL("encodeUrl", unreserved+reserved+"#")},
	{"decodeUrlComponent", "<s-:s>", 1, decodeURL("decodeUrlComponent", "")},
	{"decodeUrl", "<s-:s>", 1, decodeURL("decodeUrl", reserved+"#")},
}

const (
	unreserved = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.!~*'()"
	reserved   = ";/?:@&=+$,"
)

// base64encode takes each character for a byte, as JavaScript's btoa.
func base64encode(c *call, args []val) (val, *Error) {
	if !args[0].exists() {
		return val{}, nil
	}
	var in []byte
	for s := args[0].str(); s != ""; {
		r, size := nextRune(s)
		if r > 0xffff {
			r -= 0x10000
			in = append(in, byte(r>>10), byte(r)) // the low bytes of its two halves: 0xd800 and 0xdc00 end in zeros
		} else {
			in = append(in, byte(r))
		}
		s = s[size:]
	}
	return textVal(base64.StdEncoding.EncodeToString(in)), c.ev.charge(2 * len(in))
}

// base64decode gives a character for each byte. What is no base64 is left out.
func base64decode(c *call, args []val) (val, *Error) {
	if !args[0].exists() {
		return val{}, nil
	}
	clean := make([]byte, 0, len(args[0].str()))
	for _, u := range utf16Of(args[0].str()) {
		b := byte(u) // Node looks at no more of it
		if b == '=' {
			break
		}
		switch b {
		case '-':
			b = '+'
		case '_':
			b = '/'
		}
		if b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '+' || b == '/' {
			clean = append(clean, b)
		}
	}
	if len(clean)%4 == 1 {
		clean = clean[:len(clean)-1]
	}
	raw := make([]byte, base64.RawStdEncoding.DecodedLen(len(clean)))
	n, _ := base64.RawStdEncoding.Decode(raw, clean)
	out := make([]byte, 0, n)
	for _, b := range raw[:n] {
		out = utf8.AppendRune(out, rune(b))
	}
	return textVal(string(out)), c.ev.charge(len(out))
}

func malformed(name string, x val) *Error {
	e := failWith("D3140", x)
	e.called = name
	return e
}

func encodeURL(name, keep string) func(*call, []val) (val, *Error) {
	return func(c *call, args []val) (val, *Error) {
		if !args[0].exists() {
			return val{}, nil
		}
		const digits = "0123456789ABCDEF"
		s := args[0].str()
		if hasSurrogate(s) {
			return val{}, malformed(name, args[0])
		}
		var b strings.Builder
		for i := range len(s) {
			if ch := s[i]; strings.IndexByte(keep, ch) >= 0 {
				b.WriteByte(ch)
			} else {
				b.Write([]byte{'%', digits[ch>>4], digits[ch&15]})
			}
		}
		return textVal(b.String()), c.ev.charge(b.Len())
	}
}

func decodeURL(name, keep string) func(*call, []val) (val, *Error) {
	return func(c *call, args []val) (val, *Error) {
		if !args[0].exists() {
			return val{}, nil
		}
		s := args[0].str()
		var b strings.Builder
		for i := 0; i < len(s); {
			if s[i] != '%' {
				b.WriteByte(s[i])
				i++
				continue
			}
			raw, ok := escapedRune(s[i:])
			if !ok {
				return val{}, malformed(name, args[0])
			}
			size := 3 * len(raw)
			if len(raw) == 1 && strings.IndexByte(keep, raw[0]) >= 0 {
				b.WriteString(s[i : i+size])
			} else {
				b.Write(raw)
			}
			i += size
		}
		return textVal(b.String()), c.ev.charge(b.Len())
	}
}

// escapedRune is the bytes of one character that is written as %XX ….
func escapedRune(s string) ([]byte, bool) {
	var raw []byte
	need := 1
	for len(raw) < need {
		at := 3 * len(raw)
		if len(s) < at+3 || s[at] != '%' {
			return nil, false
		}
		high, low := hexDigit(s[at+1]), hexDigit(s[at+2])
		if high < 0 || low < 0 {
			return nil, false
		}
		raw = append(raw, byte(high<<4|low))
		if len(raw) == 1 {
			switch b := raw[0]; {
			case b >= 0xf0:
				need = 4
			case b >= 0xe0:
				need = 3
			case b >= 0xc0:
				need = 2
			}
		}
	}
	return raw, utf8.Valid(raw)
}

func hexDigit(b byte) int {
	switch {
	case b >= '0' && b <= '9':
		return int(b - '0')
	case b >= 'a' && b <= 'f':
		return int(b-'a') + 10
	case b >= 'A' && b <= 'F':
		return int(b-'A') + 10
	}
	return -1
}
