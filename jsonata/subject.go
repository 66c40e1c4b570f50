package jsonata

import (
	"math"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// A subject is a text that is searched as JavaScript sees it: as UTF-16 units. In text, each character is one unit:
// one that takes two units, and a lone surrogate, stand as characters of the last plane of Unicode, one for each unit.
// Places are asked for mostly from left to right, so that finding the next one costs little.
type subject struct {
	text   string
	mapped bool // text differs from what it stands for
	ascii  bool
	unit   int // a place that is known: so many units …
	byte   int // … take so many bytes of text
	size   int // in units; -1 when not known
	runes  []rune
}

// unitPlane is what is added to a surrogate to make a character of it.
const unitPlane = 0x100000

func newSubject(s string) *subject {
	out := &subject{text: s, ascii: true, size: -1}
	plain := true
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			out.ascii = false
			plain = plain && s[i] < 0xf0
		}
	}
	if out.ascii || plain && utf8.ValidString(s) {
		return out
	}
	out.mapped = true
	out.text = mapUnits(s)
	return out
}

func mapUnits(s string) string {
	var b strings.Builder
	b.Grow(len(s) + len(s)/2)
	for i := 0; i < len(s); {
		r, size := nextRune(s[i:])
		switch {
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			b.WriteRune(high + unitPlane)
			b.WriteRune(low + unitPlane)
		case isSurrogate(r):
			b.WriteRune(r + unitPlane)
		default:
			b.WriteRune(r)
		}
		i += size
	}
	return b.String()
}

// unmap gives a part of a mapped text as what it stands for.
func unmap(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		if r <= unitPlane {
			b.WriteRune(r)
			continue
		}
		if low, n := utf8.DecodeRuneInString(s[i:]); low > unitPlane {
			if pair := utf16.DecodeRune(r-unitPlane, low-unitPlane); pair != utf8.RuneError {
				b.WriteRune(pair)
				i += n
				continue
			}
		}
		writeUnit(&b, uint16(r-unitPlane))
	}
	return b.String()
}

// cut is the part between two byte offsets of text.
func (s *subject) cut(from, to int) string {
	if s.mapped {
		return unmap(s.text[from:to])
	}
	return s.text[from:to]
}

// units is the length in UTF-16 units.
func (s *subject) units() int {
	if s.ascii {
		return len(s.text)
	}
	if s.size < 0 {
		s.size = utf8.RuneCountInString(s.text)
	}
	return s.size
}

// unitAt is how many units stand before a byte offset.
func (s *subject) unitAt(at int) int {
	if s.ascii {
		return at
	}
	if at < s.byte {
		s.unit, s.byte = 0, 0
	}
	s.unit += utf8.RuneCountInString(s.text[s.byte:at])
	s.byte = at
	return s.unit
}

// byteAt is the byte offset of a unit.
func (s *subject) byteAt(unit int) int {
	if s.ascii {
		return unit
	}
	if unit < s.unit {
		s.unit, s.byte = 0, 0
	}
	for s.unit < unit && s.byte < len(s.text) {
		_, size := utf8.DecodeRuneInString(s.text[s.byte:])
		s.byte += size
		s.unit++
	}
	return s.byte
}

// sub is the part between two places in units, as JavaScript's substring takes them: in any order, beyond the ends.
func (s *subject) sub(from, to float64) string {
	n := float64(s.units())
	place := func(x float64) int {
		if math.IsNaN(x) {
			return 0
		}
		return int(max(0, min(x, n)))
	}
	a, b := place(from), place(to)
	if a > b {
		a, b = b, a
	}
	i := s.byteAt(a)
	return s.cut(i, s.byteAt(b))
}

// utf16Of gives a text's UTF-16 units.
func utf16Of(s string) []uint16 {
	out := make([]uint16, 0, len(s))
	for i := 0; i < len(s); {
		r, size := nextRune(s[i:])
		if isSurrogate(r) {
			out = append(out, uint16(r))
		} else {
			out = utf16.AppendRune(out, r)
		}
		i += size
	}
	return out
}

// mended puts halves of characters that have come to stand together into one.
func mended(s string) string {
	if !hasSurrogate(s) {
		return s
	}
	return unmap(mapUnits(s))
}
