package jsonata

import (
	"math"
	"strings"
	"unicode/utf8"
)

var textFunctions = []builtin{
	{"string", "<x-b?:s>", 1, toString},
	{"substring", "<s-nn?:s>", 3, substring},
	{"substringBefore", "<s-s:s>", 2, substringBefore},
	{"substringAfter", "<s-s:s>", 2, substringAfter},
	{"lowercase", "<s-:s>", 1, ofText(lowerCase)},
	{"uppercase", "<s-:s>", 1, ofText(upperCase)},
	{"length", "<s-:n>", 1, length},
	{"trim", "<s-:s>", 1, ofText(trim)},
	{"pad", "<s-ns?:s>", 3, pad},
	{"join", "<a<s>s?:s>", 2, joinTexts},
}

func ofText(f func(string) string) func(*call, []val) (val, *Error) {
	return func(c *call, args []val) (val, *Error) {
		if !args[0].exists() {
			return val{}, nil
		}
		s := f(args[0].str())
		return textVal(s), c.ev.charge(len(s))
	}
}

func toString(c *call, args []val) (val, *Error) {
	x := args[0]
	if !x.exists() {
		return val{}, nil
	}
	if args[1].bool() && (x.kind == list || x.kind == record) {
		if a := x.array(); a != nil && a.outer {
			x = a.items[0]
		}
		w := writer{ev: c.ev, indent: 2}
		if w.json(x, 0); w.err != nil {
			return val{}, w.err
		}
		return textVal(string(w.out)), c.ev.charge(len(w.out))
	}
	s, err := c.ev.text(x)
	if err != nil {
		return val{}, err
	}
	return textVal(s), c.ev.charge(len(s))
}

// runes is the number of characters of a text.
func runes(s string) int {
	if strings.IndexByte(s, 0xed) < 0 { // without surrogates
		return utf8.RuneCountInString(s)
	}
	n := 0
	for i := 0; i < len(s); n++ {
		_, size := nextRune(s[i:])
		i += size
	}
	return n
}

// cut is a text's characters from one place up to another.
func cut(s string, from, to int) string {
	start, n := len(s), 0
	for i := 0; i < len(s); n++ {
		if n == from {
			start = i
		}
		if n == to {
			return s[min(start, i):i]
		}
		_, size := nextRune(s[i:])
		i += size
	}
	return s[start:]
}

// sliceIndex is an index as JavaScript's slice takes it: cut to a whole number, counted from the end when negative.
func sliceIndex(x float64, n int) int {
	switch x = math.Trunc(x); {
	case x != x:
		return 0
	case x < 0:
		return max(0, n+int(max(x, -1<<40)))
	}
	return int(min(x, float64(n)))
}

func substring(c *call, args []val) (val, *Error) {
	if !args[0].exists() {
		return val{}, nil
	}
	s := args[0].str()
	n := runes(s)
	start := args[1].float()
	if float64(n)+start < 0 {
		start = 0
	}
	end := n
	if args[2].exists() {
		size := args[2].float()
		switch {
		case size <= 0:
			return textVal(""), nil
		case start >= 0:
			end = sliceIndex(start+size, n)
		default:
			end = sliceIndex(float64(n)+start+size, n)
		}
	}
	return textVal(cut(s, sliceIndex(start, n), end)), c.ev.step(1 + n/16)
}

// soughtText is a text that is looked for; the reference looks for the word when there is none.
func soughtText(x val) string {
	if !x.exists() {
		return "undefined"
	}
	return x.str()
}

func substringBefore(_ *call, args []val) (val, *Error) {
	if !args[0].exists() {
		return val{}, nil
	}
	before, _, _ := cutAround(args[0].str(), soughtText(args[1]))
	return textVal(before), nil
}

func substringAfter(_ *call, args []val) (val, *Error) {
	if !args[0].exists() {
		return val{}, nil
	}
	if _, after, ok := cutAround(args[0].str(), soughtText(args[1])); ok {
		return textVal(after), nil
	}
	return args[0], nil
}

func length(c *call, args []val) (val, *Error) {
	if !args[0].exists() {
		return val{}, nil
	}
	n := runes(args[0].str())
	return numberVal(float64(n)), c.ev.step(1 + n/16)
}

// trim makes one blank of white space, and none of it at the ends.
func trim(s string) string {
	isBlank := func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' }
	return strings.Join(strings.FieldsFunc(s, isBlank), " ")
}

func pad(c *call, args []val) (val, *Error) {
	if !args[0].exists() {
		return val{}, nil
	}
	s, fill, width := args[0].str(), args[2].str(), args[1].float()
	if fill == "" {
		fill = " "
	}
	missing := max(width, -width) - float64(runes(s))
	if !(missing > 0) {
		return args[0], nil
	}
	if missing > 1<<30 {
		return val{}, fail(LimitMemory)
	}
	if missing++; missing != math.Trunc(missing) {
		return val{}, failArgument("T0410", args[1], 2)
	}
	n, size := int(missing)-1, runes(fill)
	if err := c.ev.charge((n/size + 1) * len(fill)); err != nil {
		return val{}, err
	}
	padding := cut(strings.Repeat(fill, n/size+1), 0, n)
	if width > 0 {
		return textVal(join(s, padding)), nil
	}
	return textVal(join(padding, s)), nil
}

func joinTexts(c *call, args []val) (val, *Error) {
	x, sep := args[0], args[1].str()
	if !x.exists() {
		return val{}, nil
	}
	n := x.len()
	if err := c.ev.step(n); err != nil {
		return val{}, err
	}
	size := 0
	for i := range n {
		size += len(x.at(i).str()) + len(sep)
	}
	if err := c.ev.charge(size); err != nil {
		return val{}, err
	}
	var b strings.Builder
	b.Grow(size)
	for i := range n {
		if i > 0 {
			b.WriteString(sep)
		}
		b.WriteString(x.at(i).str())
	}
	return textVal(mended(b.String())), nil
}
