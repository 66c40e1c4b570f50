package flowprop

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/stepwright/stepwright/value"
)

// What JavaScript, and with it JSONata, does otherwise than Go.

// number is how JSONata writes a number into text: with at most 15 significant digits.
func number(x float64) string {
	short, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 15, 64), 64)
	if err != nil {
		panic(err)
	}
	if short == 0 {
		return "0" // -0 too
	}
	b, err := json.Marshal(short)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// jsonText is v as JSON.stringify writes it, with encoding/json's names.
func jsonText(v any) string {
	j, err := value.From(v)
	if err != nil {
		panic(err)
	}
	var b strings.Builder
	writeJSON(&b, j)
	return b.String()
}

func writeJSON(b *strings.Builder, v value.Value) {
	switch v.Kind() {
	case value.NumberKind:
		b.WriteString(number(v.Float()))
	case value.ArrayKind:
		b.WriteByte('[')
		for i, x := range v.Elements() {
			if i > 0 {
				b.WriteByte(',')
			}
			writeJSON(b, x)
		}
		b.WriteByte(']')
	case value.ObjectKind:
		b.WriteByte('{')
		for i, name := range v.Names() {
			if i > 0 {
				b.WriteByte(',')
			}
			writeJSON(b, value.String(name))
			b.WriteByte(':')
			writeJSON(b, v.Get(name))
		}
		b.WriteByte('}')
	default:
		b.WriteString(v.String())
	}
}

// round is Round: to the neighbour, halves to the even one, of the number as it is written in decimal digits.
func round(x float64, digits int) float64 {
	shift := func(x float64, by int) float64 {
		mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(x, 'e', -1, 64), "e")
		n, err := strconv.Atoi(exponent)
		if err != nil {
			panic(err)
		}
		y, _ := strconv.ParseFloat(mantissa+"e"+strconv.Itoa(n+by), 64)
		return y
	}
	return shift(math.RoundToEven(shift(x, digits)), -digits)
}

// before tells whether a text comes before another: by UTF-16 code units.
func before(a, b string) bool {
	return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b))) < 0
}

// trim is Trim: blanks, tabs and line ends at the ends go, runs of them inside become one blank.
func trim(s string) string {
	isBlank := func(r rune) bool { return strings.ContainsRune(" \t\n\r", r) }
	return strings.Join(strings.FieldsFunc(s, isBlank), " ")
}

// part is Slice: by characters, a negative from counts from the end, to below 0 is the end.
func part(s string, from, to int) string {
	r := []rune(s)
	if from < 0 {
		from = max(0, len(r)+from)
	}
	if to < 0 {
		to = len(r)
	}
	from, to = min(from, len(r)), min(to, len(r))
	return string(r[from:max(from, to)])
}

// millis is the zone of times that JSONata made: it writes them in UTC, with milliseconds.
var millis = time.FixedZone("millis", 0)

// timeText is a time as the document's text has it.
func timeText(t time.Time) string {
	if t.Location() == millis {
		return t.UTC().Format("2006-01-02T15:04:05.000Z")
	}
	return t.Format(time.RFC3339Nano)
}

// fits tells whether a pattern with * fits the whole text.
func fits(s, pattern string) bool {
	first, rest, star := strings.Cut(pattern, "*")
	if !strings.HasPrefix(s, first) {
		return false
	}
	s = s[len(first):]
	if !star {
		return s == ""
	}
	for i := 0; i <= len(s); i++ {
		if fits(s[i:], rest) {
			return true
		}
	}
	return false
}
