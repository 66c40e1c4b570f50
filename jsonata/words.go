package jsonata

import (
	"math"
	"strconv"
	"strings"
)

var (
	cardinals = [...]string{
		"Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve",
		"Thirteen", "Fourteen", "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen",
	}
	ordinals = [...]string{
		"Zeroth", "First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth",
		"Eleventh", "Twelfth", "Thirteenth", "Fourteenth", "Fifteenth", "Sixteenth", "Seventeenth", "Eighteenth",
		"Nineteenth",
	}
	tens = [...]string{"Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety"}
	// powers are the words for powers of a thousand. Larger numbers are so many trillions.
	powers = [...]string{"Thousand", "Million", "Billion", "Trillion"}
)

// toWords writes a number in English words, each with a capital.
func toWords(f float64, ordinal bool) (string, *Error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return "", failPlain("%s cannot be written in words", numberText(f))
	}
	return string(appendWords(nil, f, false, ordinal)), nil
}

// appendWords writes a number; joined says that words stand in front of it.
func appendWords(b []byte, f float64, joined, ordinal bool) []byte {
	if joined {
		if f < 100 {
			b = append(b, " and "...)
		} else {
			b = append(b, ", "...)
		}
	}
	var rest float64
	switch {
	case f < 20:
		if ordinal {
			return append(b, ordinals[int(f)]...)
		}
		return append(b, cardinals[int(f)]...)
	case f < 100:
		ten, rest := tens[int(f)/10-2], int(f)%10
		switch {
		case rest > 0:
			return appendWords(append(append(b, ten...), '-'), float64(rest), false, ordinal)
		case ordinal:
			return append(append(b, ten[:len(ten)-1]...), "ieth"...)
		}
		return append(b, ten...)
	case f < 1000:
		b = append(append(b, cardinals[int(f)/100]...), " Hundred"...)
		rest = float64(int(f) % 100)
	default:
		power, factor := 0, 1e3
		for power+1 < len(powers) && f >= factor*1000 {
			power++
			factor *= 1000
		}
		many := math.Floor(f / factor)
		rest = f - many*factor
		b = append(append(appendWords(b, many, false, false), ' '), powers[power]...)
	}
	switch {
	case rest > 0:
		return appendWords(b, rest, true, ordinal)
	case ordinal:
		return append(b, "th"...)
	}
	return b
}

// numberWords are the words that fromWords knows, in the order in which a text is searched for them.
var numberWords = listWords()

type numberWord struct {
	word  string
	value float64
}

func listWords() []numberWord {
	var all []numberWord
	add := func(word string, v float64) { all = append(all, numberWord{strings.ToLower(word), v}) }
	for i, w := range cardinals {
		add(w, float64(i))
	}
	for i, w := range ordinals {
		add(w, float64(i))
	}
	for i, w := range append(tens[:], "Hundred") {
		add(w, float64(10*(i+2)))
		add(w[:len(w)-1]+"ieth", float64(10*(i+2)))
	}
	add("hundredth", 100)
	v := 1.0
	for _, w := range powers {
		v *= 1000
		add(w, v)
		add(w+"th", v)
	}
	return all
}

func wordValue(word string) float64 {
	for i := range numberWords {
		if numberWords[i].word == word {
			return numberWords[i].value
		}
	}
	return math.NaN()
}

// fromWords reads a number in English words, in lower case.
func fromWords(s string) float64 {
	parts := []float64{0}
	for word := range splitWords(s) {
		v := wordValue(word)
		last := parts[len(parts)-1]
		switch {
		case !(v < 100):
			parts[len(parts)-1] = last * v
		case last >= 1000:
			parts = append(parts, v)
		default:
			parts[len(parts)-1] = last + v
		}
	}
	sum := 0.0
	for _, p := range parts {
		sum += p
	}
	return sum
}

// splitWords gives the words between ", ", " and ", white space, hyphens and backslashes.
func splitWords(s string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		start := 0
		for i := 0; i < len(s); {
			n := wordGap(s[i:])
			if n == 0 {
				_, n = nextRune(s[i:])
				i += n
				continue
			}
			if !yield(s[start:i]) {
				return
			}
			i += n
			start = i
		}
		yield(s[start:])
	}
}

// wordGap is the length of the gap that s begins with; 0 for none.
func wordGap(s string) int {
	if s[0] == ',' {
		return blankOr(s[1:], 0, 1)
	}
	if s[0] == '-' || s[0] == '\\' {
		return 1
	}
	n := blankOr(s, 0, 0)
	if n > 0 && strings.HasPrefix(s[n:], "and") {
		return blankOr(s[n+3:], n, n+3)
	}
	return n
}

// blankOr is the length of the white space at the beginning of s with what stands before it, or otherwise.
func blankOr(s string, otherwise, before int) int {
	if s == "" {
		return otherwise
	}
	if r, size := nextRune(s); isBlank(r) {
		return before + size
	}
	return otherwise
}

// isBlank tells what JavaScript takes for white space.
func isBlank(r rune) bool {
	switch {
	case r >= '\t' && r <= '\r', r == ' ', r == 0xa0, r == 0x1680, r >= 0x2000 && r <= 0x200a,
		r == 0x2028, r == 0x2029, r == 0x202f, r == 0x205f, r == 0x3000, r == 0xfeff:
		return true
	}
	return false
}

var numerals = [...]struct {
	value float64
	text  string
}{
	{1000, "m"},
	{900, "cm"},
	{500, "d"},
	{400, "cd"},
	{100, "c"},
	{90, "xc"},
	{50, "l"},
	{40, "xl"},
	{10, "x"},
	{9, "ix"},
	{5, "v"},
	{4, "iv"},
	{1, "i"},
}

// maxRoman is the largest number that is written in roman numerals.
const maxRoman = 10_000_000

func toRoman(f float64) (string, *Error) {
	if f > maxRoman {
		return "", failText(LimitMemory, "%s is too large for roman numerals; expected at most %d", numberText(f), maxRoman)
	}
	var b strings.Builder
	for _, n := range numerals {
		for f >= n.value {
			b.WriteString(n.text)
			f -= n.value
		}
	}
	return b.String(), nil
}

func fromRoman(s string) float64 {
	sum, most := 0.0, 1.0
	for i := len(s) - 1; i >= 0; i-- {
		v := math.NaN()
		if k := strings.IndexByte("IVXLCDM", s[i]); k >= 0 {
			v = [...]float64{1, 5, 10, 50, 100, 500, 1000}[k]
		}
		if v < most {
			sum -= v
			continue
		}
		most = v
		sum += v
	}
	return sum
}

// toLetters writes a number as the columns of a spreadsheet are named.
func toLetters(f float64, first byte) (string, *Error) {
	if math.IsInf(f, 0) {
		return "", failPlain("%s cannot be written in letters", numberText(f))
	}
	var b []byte
	for f > 0 {
		b = append(b, byte(math.Mod(f-1, 26))+first)
		f = math.Floor((f - 1) / 26)
	}
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b), nil
}

func fromLetters(s string, first rune) float64 {
	sum := 0.0
	u := utf16Of(s)
	for i := range u {
		sum += float64(rune(u[len(u)-1-i])-first+1) * pow(26, float64(i))
	}
	return sum
}

// parseInt reads the whole number that a text begins with, as JavaScript's parseInt does; NaN when there is none. hex
// says that 0x begins a hexadecimal number.
func parseInt(s string, hex bool) float64 {
	for s != "" {
		r, size := nextRune(s)
		if !isBlank(r) {
			break
		}
		s = s[size:]
	}
	sign := 1.0
	if s != "" && (s[0] == '-' || s[0] == '+') {
		if s[0] == '-' {
			sign = -1
		}
		s = s[1:]
	}
	if hex && len(s) >= 2 && s[0] == '0' && s[1]|0x20 == 'x' {
		n := leading(s[2:], isHex)
		if n == 0 {
			return math.NaN()
		}
		f, _ := strconv.ParseFloat("0x"+s[2:2+n]+"p0", 64)
		return sign * f
	}
	n := leading(s, isDigit)
	if n == 0 {
		return math.NaN()
	}
	f, _ := strconv.ParseFloat(s[:n], 64)
	return sign * f
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isHex(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }

// leading is how many bytes of s, from its beginning, are in a class.
func leading(s string, class func(byte) bool) int {
	n := 0
	for n < len(s) && class(s[n]) {
		n++
	}
	return n
}
