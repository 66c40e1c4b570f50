package jsonata

import (
	"math"
	"strings"
	"unicode/utf8"
)

// A datePart is a part of a date/time picture: a literal, or a component and how it is shown.
type datePart struct {
	literal   string
	component string // one character; empty for a literal
	named     bool   // shown as a name
	names     letterCase
	zulu      bool            // a time zone of zero is shown as Z
	hasWidth  bool            // names may be cut
	most      float64         // of a name's characters; NaN when not bounded
	last      float64         // of a year, a month or a day: as many of the last digits; -1 for all
	format    *integerPicture // of a number
}

var defaultPresentations = map[string]string{
	"Y": "1", "M": "1", "D": "1", "d": "1", "F": "n", "W": "1", "w": "1", "X": "1", "x": "1", "H": "1", "h": "1",
	"P": "n", "m": "01", "s": "01", "f": "1", "Z": "01:01", "z": "01:01", "C": "n", "E": "n",
}

// readDatePicture takes a date/time picture apart (XPath F&O 3.1, section 9.8.4.1).
func readDatePicture(picture string) ([]datePart, *Error) {
	parts := make([]datePart, 0, 2*strings.Count(picture, "[")+1)
	literal := func(s string) {
		if s != "" {
			parts = append(parts, datePart{literal: strings.ReplaceAll(s, "]]", "]")})
		}
	}
	for {
		before, after, ok := strings.Cut(picture, "[")
		literal(before)
		if !ok {
			return parts, nil
		}
		if strings.HasPrefix(after, "[") {
			parts = append(parts, datePart{literal: "["})
			picture = after[1:]
			continue
		}
		marker, rest, ok := strings.Cut(after, "]")
		if !ok {
			return nil, fail("D3135")
		}
		part, err := readMarker(withoutBlanks(marker))
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
		picture = rest
	}
}

func withoutBlanks(s string) string {
	if strings.IndexFunc(s, isBlank) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if isBlank(r) {
			return -1
		}
		return r
	}, s)
}

// readMarker reads what is between the brackets: a component, how it is presented, and a width.
func readMarker(marker string) (datePart, *Error) {
	p := datePart{last: -1, most: math.NaN()}
	_, n := utf8.DecodeRuneInString(marker)
	p.component = marker[:n]
	least, shown := math.NaN(), marker[n:]
	if i := strings.LastIndexByte(marker, ','); i >= 0 {
		from, to, _ := strings.Cut(marker[i+1:], "-")
		least, p.most, p.hasWidth = width(from), width(to), true
		shown = marker[min(n, max(i, 1)):max(i, 1)]
		if i == 0 {
			shown = "," // as the reference cuts it
		}
	}
	second := ""
	switch n := len(shown); {
	case n == 0:
		shown = defaultPresentations[p.component]
	case n > 1 && strings.IndexByte("atco", shown[n-1]) >= 0:
		shown, second = shown[:n-1], shown[n-1:]
	}
	if shown == "" {
		return p, failWith("D3132", textVal(p.component))
	}
	p.zulu = second == "t"
	var err *Error
	switch {
	case shown[0] == 'n':
		p.named = true
	case shown[0] == 'N':
		p.named, p.names = true, upper
		if strings.HasPrefix(shown, "Nn") {
			p.names = title
		}
	case strings.Contains("YMDdFWwXxHhmsf", p.component):
		err = p.readNumber(shown, second, least)
	}
	if err == nil && (p.component == "Z" || p.component == "z") {
		p.format, err = readIntegerPicture(shown)
	}
	return p, err
}

// width reads one end of a width modifier; NaN for none.
func width(s string) float64 {
	if s == "*" {
		return math.NaN()
	}
	return parseInt(s, true)
}

// readNumber reads the picture of a component that is a number.
func (p *datePart) readNumber(shown, second string, least float64) (err *Error) {
	if second != "" {
		shown += ";" + second
	}
	if p.format, err = readIntegerPicture(shown); err != nil {
		return err
	}
	if p.format.mandatory < least {
		p.format.mandatory = least
	}
	if !strings.Contains("YMD", p.component) {
		return nil
	}
	if !math.IsNaN(p.most) {
		p.last, p.format.mandatory = p.most, p.most
	} else if w := p.format.mandatory + float64(p.format.optional); w >= 2 {
		p.last = w
	}
	return nil
}

var (
	monthNames = strings.Fields("January February March April May June July August September October November December")
	dayNames   = strings.Fields("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
)
