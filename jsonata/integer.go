package jsonata

import (
	"math"
	"strings"
	"unicode/utf16"

	"github.com/stepwright/stepwright/value"
)

// integers are the functions that write and read whole numbers by a picture (XPath F&O 3.1, section 4.6).
var integers = []builtin{
	{"formatInteger", "<n-s:s>", 2, formatInteger},
	{"parseInteger", "<s-s:n>", 2, parseInteger},
}

// failPlain is an error to which the reference gives no code: the JavaScript engine raises it, mostly because an
// argument is not what the signature promised.
func failPlain(format string, args ...any) *Error { return failText("T0410", format, args...) }

func missingArgument(function string, index int, expected string) *Error {
	return failPlain("Argument %d of function %q is undefined; expected %s", index, function, expected)
}

func formatInteger(c *call, args []val) (val, *Error) {
	if !args[0].exists() {
		return val{}, nil
	}
	if !args[1].exists() {
		return val{}, missingArgument("formatInteger", 2, "a picture")
	}
	p, err := readIntegerPicture(args[1].str())
	if err != nil {
		return val{}, err
	}
	s, err := p.format(c.ev, math.Floor(args[0].float()))
	if err != nil {
		return val{}, err
	}
	return textVal(s), c.ev.charge(len(s))
}

func parseInteger(c *call, args []val) (val, *Error) {
	if !args[0].exists() {
		return val{}, nil
	}
	if !args[1].exists() {
		return val{}, missingArgument("parseInteger", 2, "a picture")
	}
	p, err := readIntegerPicture(args[1].str())
	if err != nil {
		return val{}, err
	}
	s := args[0].str()
	if err := c.ev.charge(len(s)); err != nil {
		return val{}, err
	}
	f, err := p.parse(s)
	return numberVal(f), err
}

type numbering uint8

const (
	digits numbering = iota
	letters
	roman
	words
	otherNumbering
)

type letterCase uint8

const (
	lower letterCase = iota
	upper
	title
)

// An integerPicture says how a whole number is written.
type integerPicture struct {
	numbering  numbering
	letterCase letterCase
	ordinal    bool
	token      string // of a numbering that is not supported
	// Of digits:
	zero       rune
	mandatory  float64 // NaN for other numberings
	optional   int
	every      int // separators stand every so many digits; 0 when they do not stand regularly
	separators []separator
}

// A separator stands in front of the last after digits.
type separator struct {
	after int
	sign  string
}

// digitZeros are the zeros of the decimal digit groups.
var digitZeros = [...]rune{
	0x30, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6,
	0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40,
	0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
}

// zeroOf is the zero of the group that a digit belongs to; 0 when r is no digit.
func zeroOf(r rune) rune {
	if r >= '0' && r <= '9' {
		return '0'
	}
	if r < 0x0660 {
		return 0
	}
	for _, zero := range digitZeros {
		if r >= zero && r <= zero+9 {
			return zero
		}
	}
	return 0
}

// readIntegerPicture reads a picture such as "#,##0", "Ww;o" or "I".
func readIntegerPicture(picture string) (*integerPicture, *Error) {
	p := &integerPicture{letterCase: lower, mandatory: math.NaN()}
	primary := picture
	if i := strings.LastIndexByte(picture, ';'); i >= 0 {
		primary = picture[:i]
		p.ordinal = strings.HasPrefix(picture[i+1:], "o")
	}
	switch primary {
	case "A":
		p.numbering, p.letterCase = letters, upper
	case "a":
		p.numbering = letters
	case "I":
		p.numbering, p.letterCase = roman, upper
	case "i":
		p.numbering = roman
	case "W":
		p.numbering, p.letterCase = words, upper
	case "Ww":
		p.numbering, p.letterCase = words, title
	case "w":
		p.numbering = words
	default:
		return p, p.readDigits(primary)
	}
	return p, nil
}

// readDigits reads a picture of digits, "#" and separators, from its end.
func (p *integerPicture) readDigits(primary string) *Error {
	mandatory, position := 0, 0
	chars := []rune(primary)
	for i := len(chars) - 1; i >= 0; i-- {
		r := chars[i]
		switch zero := zeroOf(r); {
		case zero != 0:
			if p.zero != 0 && p.zero != zero {
				return fail("D3131")
			}
			p.zero = zero
			mandatory++
			position++
		case r == '#':
			p.optional++
			position++
		default:
			p.separators = append(p.separators, separator{position, string(r)})
		}
	}
	if mandatory == 0 {
		p.numbering, p.token, p.separators = otherNumbering, primary, nil
		return nil
	}
	p.mandatory = float64(mandatory)
	p.every = regular(p.separators)
	return nil
}

// regular is the distance between separators when they are all alike and equally far from each other, else 0.
func regular(all []separator) int {
	if len(all) == 0 {
		return 0
	}
	at := make([]int, len(all))
	for i, s := range all {
		if s.sign != all[0].sign {
			return 0
		}
		at[i] = s.after
	}
	return regularly(at)
}

// regularly is the distance of positions that are the multiples of one number, else 0.
func regularly(at []int) int {
	if len(at) == 0 {
		return 0
	}
	factor := at[0]
	for _, b := range at[1:] {
		a := factor
		for b != 0 {
			a, b = b, a%b
		}
		factor = a
	}
	has := make(map[int]bool, len(at))
	for _, n := range at {
		has[n] = true
	}
	for i := 1; i <= len(at); i++ {
		if !has[i*factor] {
			return 0
		}
	}
	return factor
}

// format writes a number that is whole.
func (p *integerPicture) format(ev *evaluation, f float64) (string, *Error) {
	out, err := p.formatAmount(ev, math.Abs(f))
	if err == nil && f < 0 {
		out = "-" + out
	}
	return out, err
}

func (p *integerPicture) formatAmount(ev *evaluation, f float64) (string, *Error) {
	switch p.numbering {
	case letters:
		if p.letterCase == upper {
			return toLetters(f, 'A')
		}
		return toLetters(f, 'a')
	case roman:
		s, err := toRoman(f)
		return p.inCase(s), err
	case words:
		s, err := toWords(f, p.ordinal)
		return p.inCase(s), err
	case digits:
		return p.formatDigits(ev, f)
	case otherNumbering:
	}
	return "", failWith("D3130", textVal(p.token))
}

// inCase gives words and roman numerals the picture's case. Words come with capitals, numerals without.
func (p *integerPicture) inCase(s string) string {
	switch {
	case p.letterCase == upper:
		return strings.ToUpper(s)
	case p.letterCase == lower && p.numbering == words:
		return strings.ToLower(s)
	}
	return s
}

func (p *integerPicture) formatDigits(ev *evaluation, f float64) (string, *Error) {
	s := numberText(f)
	if n := p.mandatory - float64(len(s)); n > 0 {
		if n > 1<<30 {
			return "", fail(LimitMemory)
		}
		if ev != nil {
			if err := ev.charge(int(n)); err != nil {
				return "", err
			}
		}
		s = strings.Repeat("0", int(n)) + s
	}
	if p.zero != '0' {
		s = strings.Map(func(r rune) rune { return r + p.zero - '0' }, s)
	}
	if len(p.separators) > 0 {
		s = p.separate(s)
	}
	if p.ordinal {
		s += ordinalSuffix(s)
	}
	return s, nil
}

// separate puts the separators in. What a picture leaves open, the reference's way of counting decides.
func (p *integerPicture) separate(s string) string {
	units := utf16.Encode([]rune(s))
	insert := func(at int, sign string) {
		head, tail := units[:max(0, min(at, len(units)))], units
		switch {
		case at >= len(units):
			tail = nil
		case at >= 0:
			tail = units[at:]
		case at > -len(units):
			tail = units[len(units)+at:]
		}
		out := make([]uint16, 0, len(units)+2)
		out = append(out, head...)
		out = append(out, utf16.Encode([]rune(sign))...)
		units = append(out, tail...)
	}
	if p.every > 0 {
		for i := (len(units) - 1) / p.every; i > 0; i-- {
			insert(len(units)-i*p.every, p.separators[0].sign)
		}
	} else {
		for i := len(p.separators) - 1; i >= 0; i-- {
			insert(len(units)-p.separators[i].after, p.separators[i].sign)
		}
	}
	var b strings.Builder
	for _, u := range units {
		writeUnit(&b, u)
	}
	return mended(b.String())
}

// ordinalSuffix is what makes an ordinal of a number that is written s.
func ordinalSuffix(s string) string {
	n := len(s)
	if n > 1 && s[n-2] == '1' {
		return "th"
	}
	switch s[n-1] {
	case '1':
		return "st"
	case '2':
		return "nd"
	case '3':
		return "rd"
	}
	return "th"
}

// numberText is a number as JavaScript turns it into a text.
func numberText(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	return value.FormatFloat(f)
}

// parse reads a number that was written by the picture. What is none gives NaN.
func (p *integerPicture) parse(s string) (float64, *Error) {
	switch p.numbering {
	case letters:
		if p.letterCase == upper {
			return fromLetters(s, 'A'), nil
		}
		return fromLetters(s, 'a'), nil
	case roman:
		if p.letterCase != upper {
			s = upperCase(s)
		}
		return fromRoman(s), nil
	case words:
		return fromWords(lowerCase(s)), nil
	case digits:
		return p.parseDigits(s)
	case otherNumbering:
	}
	return 0, failWith("D3130", textVal(p.token))
}

func (p *integerPicture) parseDigits(s string) (float64, *Error) {
	if p.ordinal {
		s = cutUnits(s, 0, units(s)-2)
	}
	if p.every > 0 {
		s = strings.ReplaceAll(s, ",", "")
	} else {
		for _, sep := range p.separators {
			s = strings.ReplaceAll(s, sep.sign, "")
		}
	}
	if p.zero != '0' {
		var b strings.Builder
		for i := 0; i < len(s); {
			r, size := nextRune(s[i:])
			if r -= p.zero - '0'; r < 0 {
				return 0, failPlain("%q has a character that is no digit of the picture's group", s)
			}
			b.WriteRune(r)
			i += size
		}
		s = b.String()
	}
	return parseInt(s, true), nil
}

// cutUnits is the part of a text from one UTF-16 unit up to another.
func cutUnits(s string, from, to int) string {
	u := newSubject(s)
	return u.sub(float64(from), float64(to))
}
