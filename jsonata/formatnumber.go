package jsonata

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// numberSymbols are the characters of a picture, as XPath's decimal formats have them.
type numberSymbols struct {
	point, group, exponent, minus, percent, perMille, zero, digit, pattern string
}

func symbolsOf(options val) numberSymbols {
	s := numberSymbols{".", ",", "e", "-", "%", "\u2030", "0", "#", ";"}
	names := map[string]*string{
		"decimal-separator": &s.point, "grouping-separator": &s.group, "exponent-separator": &s.exponent, "minus-sign": &s.minus,
		"percent": &s.percent, "per-mille": &s.perMille, "zero-digit": &s.zero, "digit": &s.digit, "pattern-separator": &s.pattern,
	}
	if options.kind == record {
		options.members(func(name string, v val) bool {
			if to := names[name]; to != nil && v.kind == text && v.str() != "" {
				*to = v.str()
			}
			return true
		})
	}
	return s
}

// nowhere is the error for a symbol that is empty: the reference finds it at both ends of every picture.
func nowhere(options val) string {
	code := ""
	for _, s := range []struct{ name, code string }{{"decimal-separator", "D3081"}, {"percent", "D3082"}, {"per-mille", "D3083"}} {
		if v := options.get2(s.name); v.kind == text && v.str() == "" {
			code = s.code
		}
	}
	return code
}

func (s *numberSymbols) isDigit(r rune) bool {
	zero, _ := nextRune(s.zero)
	return r >= zero && r <= zero+9
}

func (s *numberSymbols) isActive(r rune) bool {
	c := string(r)
	return s.isDigit(r) || c == s.point || c == s.exponent || c == s.group || c == s.digit || c == s.pattern
}

// countDigits is how many digits a part of a picture has; all counts the optional ones too.
func (s *numberSymbols) countDigits(part []rune, all bool) int {
	n := 0
	for _, r := range part {
		if s.isDigit(r) || all && string(r) == s.digit {
			n++
		}
	}
	return n
}

// A numberPicture is one half of a picture: for positive numbers, or for negative ones.
type numberPicture struct {
	whole, prefix, suffix       string
	active, mantissa            []rune
	integer, fraction, exponent []rune
	hasExponent                 bool

	groups, fractionGroups             []int
	regular                            int
	minInteger, minFraction, maxDigits int
	scale, minExponent                 int
}

func analyseNumber(picture string, s *numberSymbols) (*numberPicture, *Error) {
	p := &numberPicture{whole: picture}
	if err := p.cut(s); err != nil {
		return nil, err
	}
	if code := p.wrong(s); code != "" {
		return nil, fail(code)
	}
	p.measure(s)
	return p, nil
}

// cut takes the picture apart (XPath functions, 4.7.3).
func (p *numberPicture) cut(s *numberSymbols) *Error {
	all := []rune(p.whole)
	counts := func(r rune) bool { return s.isActive(r) && string(r) != s.exponent }
	start := slices.IndexFunc(all, counts)
	if start < 0 {
		return fail("D3085")
	}
	end := len(all)
	for !counts(all[end-1]) {
		end--
	}
	p.prefix, p.suffix, p.active = string(all[:start]), string(all[end:]), all[start:end]
	p.mantissa = p.active
	exponent, _ := nextRune(s.exponent)
	if i := slices.Index(all[start:], exponent); i >= 0 && start+i <= end {
		at := start + i // the reference counts from the start of the picture, not of its active part
		p.mantissa = p.active[:min(at, len(p.active))]
		p.exponent, p.hasExponent = p.active[min(at+1, len(p.active)):], true
	}
	point, _ := nextRune(s.point)
	if i := slices.Index(p.mantissa, point); i >= 0 {
		p.integer, p.fraction = p.mantissa[:i], p.mantissa[i+1:]
	} else {
		p.integer, p.fraction = p.mantissa, []rune(p.suffix)
	}
	return nil
}

// wrong is the code of what is wrong with the picture; of several, the last one of this list.
func (p *numberPicture) wrong(s *numberSymbols) string {
	code := ""
	check := func(bad bool, c string) {
		if bad {
			code = c
		}
	}
	twice := func(x string) bool { return strings.Index(p.whole, x) != strings.LastIndex(p.whole, x) }
	has := func(x string) bool { return strings.Contains(p.whole, x) }
	scaled := has(s.percent) || has(s.perMille)
	check(twice(s.point), "D3081")
	check(twice(s.percent), "D3082")
	check(twice(s.perMille), "D3083")
	check(has(s.percent) && has(s.perMille), "D3084")
	check(s.countDigits(p.mantissa, true) == 0, "D3085")
	check(slices.ContainsFunc(p.active, func(r rune) bool { return !s.isActive(r) }), "D3086")
	if before, after, ok := strings.Cut(p.whole, s.point); ok {
		check(strings.HasSuffix(before, s.group) || strings.HasPrefix(after, s.group), "D3087")
	} else {
		check(strings.HasSuffix(string(p.integer), s.group), "D3088")
	}
	check(has(s.group+s.group), "D3089")
	digit, _ := nextRune(s.digit)
	if i := slices.Index(p.integer, digit); i >= 0 {
		check(s.countDigits(p.integer[:i], false) > 0, "D3090")
	}
	for i := len(p.fraction) - 1; i >= 0; i-- {
		if p.fraction[i] == digit {
			check(s.countDigits(p.fraction[i:], false) > 0, "D3091")
			break
		}
	}
	check(len(p.exponent) > 0 && scaled, "D3092")
	check(p.hasExponent && (len(p.exponent) == 0 || s.countDigits(p.exponent, false) < len(p.exponent)), "D3093")
	return code
}

// measure finds how many digits there must and may be (XPath functions, 4.7.4).
func (p *numberPicture) measure(s *numberSymbols) {
	group, _ := nextRune(s.group)
	p.groups = p.positions(p.integer, group, func(at int) int { return s.countDigits(p.integer[at:], true) })
	p.fractionGroups = p.positions(p.fraction, group, func(at int) int { return s.countDigits(p.fraction[:min(at, len(p.fraction))], true) })
	p.regular = regularly(p.groups)
	p.minInteger = s.countDigits(p.integer, false)
	p.scale = p.minInteger
	p.minFraction, p.maxDigits = s.countDigits(p.fraction, false), s.countDigits(p.fraction, true)
	if p.minInteger == 0 && p.maxDigits == 0 {
		if p.hasExponent {
			p.minFraction, p.maxDigits = 1, 1
		} else {
			p.minInteger = 1
		}
	}
	if p.hasExponent && p.minInteger == 0 && strings.Contains(string(p.integer), s.digit) {
		p.minInteger = 1
	}
	if p.minInteger == 0 && p.minFraction == 0 {
		p.minFraction = 1
	}
	p.minExponent = s.countDigits(p.exponent, false)
}

// positions counts at every separator. After the first one the reference looks for more in the integer part only.
func (p *numberPicture) positions(part []rune, group rune, count func(at int) int) []int {
	var out []int
	for at := slices.Index(part, group); at >= 0; {
		out = append(out, count(at))
		next := -1
		if at+1 < len(p.integer) {
			if i := slices.Index(p.integer[at+1:], group); i >= 0 {
				next = at + 1 + i
			}
		}
		at = next
	}
	return out
}

func formatNumber(c *call, args []val) (val, *Error) {
	if !args[0].exists() {
		return val{}, nil
	}
	s := symbolsOf(args[2])
	if code := nowhere(args[2]); code != "" {
		return val{}, fail(code)
	}
	if err := c.ev.charge(4*len(args[1].str()) + 400); err != nil {
		return val{}, err
	}
	halves := strings.Split(args[1].str(), s.pattern)
	if len(halves) > 2 {
		return val{}, fail("D3080")
	}
	var pictures []*numberPicture
	for _, h := range halves {
		p, err := analyseNumber(h, &s)
		if err != nil {
			return val{}, err
		}
		pictures = append(pictures, p)
	}
	if len(pictures) == 1 {
		negative := *pictures[0]
		negative.prefix = s.minus + negative.prefix
		pictures = append(pictures, &negative)
	}
	x := args[0].float()
	p := pictures[0]
	if !(x >= 0) {
		p = pictures[1]
	}
	return textVal(p.format(x, &s)), nil
}

func (p *numberPicture) format(x float64, s *numberSymbols) string {
	switch {
	case strings.Contains(p.whole, s.percent):
		x *= 100
	case strings.Contains(p.whole, s.perMille):
		x *= 1000
	}
	x = math.Abs(x)
	exponent := 0
	if p.minExponent > 0 && x > 0 && !math.IsInf(x, 0) {
		most, least := math.Pow(10, float64(p.scale)), math.Pow(10, float64(p.scale-1))
		for x < least {
			x *= 10
			exponent--
		}
		for x > most {
			x /= 10
			exponent++
		}
	}
	digits := fixed(round(x, float64(p.maxDigits)), p.maxDigits)
	integer, fraction, _ := strings.Cut(digits, ".")
	integer, fraction = strings.TrimLeft(integer, "0"), strings.TrimRight(fraction, "0")
	if n := p.minInteger - len(integer); n > 0 {
		integer = strings.Repeat("0", n) + integer
	}
	if n := p.minFraction - len(fraction); n > 0 {
		fraction += strings.Repeat("0", n)
	}
	var b strings.Builder
	b.WriteString(p.prefix)
	b.WriteString(p.grouped(s.family(integer), s.family(fraction), s))
	if p.minExponent > 0 {
		b.WriteString(s.exponent)
		if exponent < 0 {
			b.WriteString(s.minus)
			exponent = -exponent
		}
		e := strconv.Itoa(exponent)
		if n := p.minExponent - len(e); n > 0 {
			e = strings.Repeat("0", n) + e
		}
		b.WriteString(s.family(e))
	}
	b.WriteString(p.suffix)
	return b.String()
}

// fixed writes a number with so many decimal places, as JavaScript's toFixed: one from 1e21 on is as it is.
func fixed(x float64, places int) string {
	if !(x < 1e21) {
		return numberText(x)
	}
	return strconv.FormatFloat(x, 'f', places, 64)
}

// family spells digits in the picture's family.
func (s *numberSymbols) family(digits string) string {
	if s.zero == "0" {
		return digits
	}
	zero, _ := nextRune(s.zero)
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return r
		}
		return r - '0' + zero
	}, digits)
}

// grouped puts separators into the digits. Places count from the point, and where the number is too short for one,
// from the other end, as the reference has it.
func (p *numberPicture) grouped(integer, fraction string, s *numberSymbols) string {
	all := []rune(integer + s.point + fraction)
	group := []rune(s.group)
	point := len([]rune(integer))
	insert := func(at int) {
		if at < 0 {
			at = max(0, len(all)+at)
		}
		all = slices.Insert(all, min(at, len(all)), group...)
	}
	if p.regular > 0 {
		for n := 1; n <= (point-1)/p.regular; n++ {
			insert(point - n*p.regular)
		}
	} else {
		for i, at := range p.groups {
			insert(point + i - at)
		}
	}
	mark := []rune(s.point)[0]
	point = slices.Index(all, mark)
	for _, at := range p.fractionGroups {
		insert(at + point + 1)
	}
	point = slices.Index(all, mark)
	if !strings.Contains(p.whole, s.point) || point == len(all)-1 {
		all = all[:len(all)-1]
	}
	return string(all)
}

// pictures are the functions that write numbers by a picture.
var pictures = append([]builtin{{"formatNumber", "<n-so?:s>", 3, formatNumber}}, integers...)
