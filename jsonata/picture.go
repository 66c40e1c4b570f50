package jsonata

import (
	"strings"
	"time"
)

// A datePart is a part of a date/time picture: a literal, or a component and how it is shown.
type datePart struct {
	literal   string
	component byte // 0 for a literal
	named     bool
	names     letterCase
	zulu      bool // a time zone of zero is shown as Z
	max       int  // width; 0 when not bounded
	digits    int  // of a year, a month or a day: as many of the last ones; -1 for all
	format    *integerPicture
}

var defaultPresentation = map[byte]string{
	'Y': "1", 'M': "1", 'D': "1", 'd': "1", 'F': "n", 'W': "1", 'w': "1", 'X': "1", 'x': "1", 'H': "1", 'h': "1",
	'P': "n", 'm': "01", 's': "01", 'f': "1", 'Z': "01:01", 'z': "01:01", 'C': "n", 'E': "n",
}

// analyseDate takes a date/time picture apart (XPath functions, 9.8.4.1).
func analyseDate(picture string) ([]datePart, *Error) {
	var parts []datePart
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
		part, err := analyseMarker(strings.Join(strings.Fields(marker), ""))
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
		picture = rest
	}
}

// analyseMarker reads what is between the brackets: a component, how it is presented, and a width.
func analyseMarker(marker string) (datePart, *Error) {
	p := datePart{digits: -1}
	if marker == "" {
		return p, failWith("D3132", textVal(""))
	}
	p.component = marker[0]
	least, hasLeast, hasMost := 0, false, false
	shown := marker[1:]
	if i := strings.LastIndexByte(marker, ','); i >= 1 {
		shown = marker[1:i]
		from, to, _ := strings.Cut(marker[i+1:], "-")
		least, hasLeast = width(from)
		p.max, hasMost = width(to)
	}
	second := byte(0)
	switch n := len(shown); {
	case n == 0:
		shown = defaultPresentation[p.component]
	case n > 1 && strings.IndexByte("atco", shown[n-1]) >= 0:
		second, shown = shown[n-1], shown[:n-1]
	}
	if shown == "" {
		return p, failWith("D3132", textVal(string(rune(p.component))))
	}
	p.zulu = second == 't'
	var err *Error
	switch {
	case shown[0] == 'n':
		p.named = true
	case shown[0] == 'N':
		p.named, p.names = true, upper
		if strings.HasPrefix(shown, "Nn") {
			p.names = title
		}
	case strings.IndexByte("YMDdFWwXxHhmsf", p.component) >= 0:
		err = p.number(shown, second, least, hasLeast, hasMost)
	}
	if err == nil && (p.component == 'Z' || p.component == 'z') {
		p.format, err = readIntegerPicture(shown)
	}
	return p, err
}

func width(s string) (int, bool) {
	x := parseInt(s, true)
	if s == "*" || !(x >= 0) {
		return 0, false
	}
	return int(min(x, 1000)), true
}

// number is the picture of a component that is a number.
func (p *datePart) number(shown string, second byte, least int, hasLeast, hasMost bool) (err *Error) {
	if second != 0 {
		shown += ";" + string(rune(second))
	}
	if p.format, err = readIntegerPicture(shown); err != nil {
		return err
	}
	if hasLeast {
		p.format.mandatory = max(p.format.mandatory, float64(least))
	}
	if strings.IndexByte("YMD", p.component) < 0 {
		return nil
	}
	if hasMost {
		p.digits, p.format.mandatory = p.max, float64(p.max)
	} else if w := int(p.format.mandatory) + p.format.optional; w >= 2 {
		p.digits = w
	}
	return nil
}

var (
	monthNames = strings.Fields("January February March April May June July August September October November December")
	dayNames   = strings.Fields("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
)

// fragment is a component of a date, as a number.
func fragment(t time.Time, component byte) int {
	switch component {
	case 'Y':
		return t.Year()
	case 'M':
		return int(t.Month())
	case 'D':
		return t.Day()
	case 'd':
		return t.YearDay()
	case 'F':
		return (int(t.Weekday())+6)%7 + 1
	case 'W':
		_, week := t.ISOWeek()
		return week
	case 'X':
		year, _ := t.ISOWeek()
		return year
	case 'w':
		return weekOfMonth(t)
	case 'x':
		return monthOfWeek(t)
	case 'H':
		return t.Hour()
	case 'h':
		return (t.Hour()+11)%12 + 1
	case 'P':
		return t.Hour() / 12
	case 'm':
		return t.Minute()
	case 's':
		return t.Second()
	case 'f':
		return t.Nanosecond() / 1e6
	}
	return 0
}

// firstWeek is the Monday of the week that holds the first Thursday of a month.
func firstWeek(year int, month time.Month) time.Time {
	first := time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)
	day := fragment(first, 'F')
	if day > 4 {
		return first.AddDate(0, 0, 8-day)
	}
	return first.AddDate(0, 0, 1-day)
}

func weekOfMonth(t time.Time) int {
	today := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	weeks := func(from time.Time) int { return floorDiv(int(today.Sub(from)/(24*time.Hour)), 7) + 1 }
	week := weeks(firstWeek(t.Year(), t.Month()))
	switch {
	case week > 4:
		if !today.Before(firstWeek(t.Year(), t.Month()+1)) {
			return 1
		}
	case week < 1:
		return weeks(firstWeek(t.Year(), t.Month()-1))
	}
	return week
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// monthOfWeek is the month that the week of a day belongs to.
func monthOfWeek(t time.Time) int {
	month := int(t.Month())
	switch {
	case t.Before(firstWeek(t.Year(), t.Month())):
		month--
	case !t.Before(firstWeek(t.Year(), t.Month()+1)):
		month++
	}
	return (month+11)%12 + 1
}
