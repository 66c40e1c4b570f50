package jsonata

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// A charSet is a set of characters: the first and the last of each range, in order. The zero charSet is empty.
type charSet []rune

var (
	decimalChars = charSet{'0', '9'}
	wordChars    = charSet{'0', '9', 'A', 'Z', '_', '_', 'a', 'z'}
	lineEnds     = charSet{'\n', '\n', '\r', '\r', 0x2028, 0x2029}
	blankChars   = charSet{
		'\t', '\r', ' ', ' ', 0xa0, 0xa0, 0x1680, 0x1680, 0x2000, 0x200a, 0x2028, 0x2029, 0x202f, 0x202f,
		0x205f, 0x205f, 0x3000, 0x3000, 0xfeff, 0xfeff,
	}
)

// with adds a range, if it is wanted.
func (s charSet) with(from, to rune, wanted bool) charSet {
	if !wanted {
		return s
	}
	return append(s, from, to)
}

// units adds a range of UTF-16 units. Surrogates are what stands for them in a subject.
func (s charSet) units(from, to rune) charSet {
	const first, last = 0xd800, 0xdfff
	s = s.with(from, min(to, first-1), from < first)
	s = s.with(max(from, first)+unitPlane, min(to, last)+unitPlane, from <= last && to >= first)
	return s.with(max(from, last+1), to, to > last)
}

// tidy puts the ranges in order.
func (s charSet) tidy() charSet {
	ranges := make([][2]rune, 0, len(s)/2)
	for i := 0; i < len(s); i += 2 {
		ranges = append(ranges, [2]rune{s[i], s[i+1]})
	}
	slices.SortFunc(ranges, func(a, b [2]rune) int { return int(a[0] - b[0]) })
	out := charSet{}
	for _, r := range ranges {
		if n := len(out); n > 0 && r[0] <= out[n-1]+1 {
			out[n-1] = max(out[n-1], r[1])
			continue
		}
		out = append(out, r[0], r[1])
	}
	return out
}

// not is every other character.
func (s charSet) not() charSet {
	out := charSet{}
	next := rune(0)
	for i := 0; i < len(s); i += 2 {
		out = out.with(next, s[i]-1, next < s[i])
		next = s[i+1] + 1
	}
	return out.with(next, unicode.MaxRune, next <= unicode.MaxRune)
}

// fold adds the characters that are the same when case does not count.
func (s charSet) fold() charSet {
	out := slices.Clone(s)
	for i := 0; i < len(s); i += 2 {
		for r := s[i]; r <= s[i+1] && r < unitPlane; r++ {
			same := canonical(r)
			for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
				if canonical(f) == same {
					out = append(out, f, f)
				}
			}
		}
	}
	return out.tidy()
}

// canonical is the character that stands for all that ECMAScript takes for the same when case does not count.
func canonical(r rune) rune {
	if _, ok := longUpper[r]; ok {
		return r
	}
	u := unicode.ToUpper(r)
	if r >= utf8.RuneSelf && u < utf8.RuneSelf || u > 0xffff {
		return r
	}
	return u
}
