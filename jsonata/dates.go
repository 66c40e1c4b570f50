package jsonata

import (
	"math"
	"strings"
)

var dates = []builtin{
	{"fromMillis", "<n-s?s?:s>", 3, fromMillis},
	{"toMillis", "<s-s?:n>", 2, toMillis},
}

func fromMillis(c *call, args []val) (val, *Error) {
	if !args[0].exists() {
		return val{}, nil
	}
	return c.ev.formatTime(args[0].float(), args[1], args[2])
}

// formatTime shows a time by a picture, in a time zone that is written as +hhmm. Without a picture it is ISO 8601.
func (ev *evaluation) formatTime(millis float64, picture, zone val) (val, *Error) {
	hours, minutes := 0.0, 0.0
	if zone.exists() {
		offset := parseInt(zone.str(), true)
		hours, minutes = math.Floor(offset/100), math.Mod(offset, 100)
	}
	t := momentAt(millis + (60*hours+minutes)*60_000)
	if !picture.exists() && hours == 0 && minutes == 0 && t.year >= 0 && t.year <= 9999 {
		return textVal(isoText(&t)), nil
	}
	shown := "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]"
	if picture.exists() {
		shown = picture.str()
	}
	if err := ev.charge(4 * len(shown)); err != nil {
		return val{}, err
	}
	parts, err := readDatePicture(shown)
	if err != nil {
		return val{}, err
	}
	var b strings.Builder
	for i := range parts {
		s, err := parts[i].show(ev, &t, hours, minutes)
		if err != nil {
			return val{}, err
		}
		b.WriteString(s)
	}
	return textVal(b.String()), ev.charge(b.Len())
}

// isoText is a time in ISO 8601, in UTC.
func isoText(t *moment) string {
	b := make([]byte, 0, len("2006-01-02T15:04:05.000Z"))
	number := func(f float64, unit int) {
		for n := int(f); unit > 0; unit /= 10 {
			b = append(b, byte('0'+n/unit%10))
		}
	}
	number(t.year, 1000)
	b = append(b, '-')
	number(t.month+1, 10)
	b = append(b, '-')
	number(t.day, 10)
	b = append(b, 'T')
	number(t.hour, 10)
	b = append(b, ':')
	number(t.minute, 10)
	b = append(b, ':')
	number(t.second, 10)
	b = append(b, '.')
	number(t.millisecond, 100)
	return string(append(b, 'Z'))
}

// show writes a part of a picture.
func (p *datePart) show(ev *evaluation, t *moment, hours, minutes float64) (string, *Error) {
	switch p.component {
	case "":
		return p.literal, nil
	case "Y", "M", "D", "d", "F", "W", "w", "X", "x", "H", "h", "m", "s", "f":
		return p.number(ev, t)
	case "Z", "z":
		return p.zone(ev, hours, minutes)
	case "P":
		s := "am"
		if t.hour >= 12 {
			s = "pm"
		}
		if p.named && p.names == upper {
			s = strings.ToUpper(s)
		}
		return s, nil
	case "C", "E":
		return "ISO", nil
	}
	return "undefined", nil // as the reference shows a component that it does not know
}

func (p *datePart) number(ev *evaluation, t *moment) (string, *Error) {
	x := t.part(p.component[0])
	switch {
	case p.component == "f" && p.format == nil:
		return "", failPlain("Fractional seconds have no names")
	case p.named:
		return p.name(x)
	case p.component == "Y" && p.last != -1:
		x = math.Mod(x, pow(10, p.last))
	}
	return p.format.format(ev, x)
}

func (p *datePart) name(x float64) (string, *Error) {
	names := dayNames
	switch p.component {
	case "M", "x":
		names = monthNames
	case "F":
	default:
		return "", failWith("D3133", textVal(p.component))
	}
	if math.IsNaN(x) {
		if p.names == title && !p.hasWidth {
			return "undefined", nil // as the reference has it
		}
		return "", failPlain("A time that there is not has no names")
	}
	s := names[int(x)-1]
	switch p.names {
	case upper:
		s = strings.ToUpper(s)
	case lower:
		s = strings.ToLower(s)
	case title:
	}
	if p.hasWidth && float64(len(s)) > p.most {
		s = s[:int(max(0, p.most))]
	}
	return s, nil
}

// zone shows the time zone.
func (p *datePart) zone(ev *evaluation, hours, minutes float64) (s string, err *Error) {
	offset := hours*100 + minutes
	switch n := p.format.mandatory; {
	case p.format.every > 0, n == 3, n == 4:
		s, err = p.format.format(ev, offset)
	case n == 1, n == 2:
		s, err = p.format.format(ev, hours)
		if minutes != 0 && err == nil {
			two := integerPicture{zero: '0', mandatory: 2}
			tail, _ := two.format(ev, minutes)
			s += ":" + tail
		}
	default:
		return "", failWith("D3134", numberVal(n))
	}
	if offset >= 0 {
		s = "+" + s
	}
	if p.component == "z" {
		s = "GMT" + s
	}
	if offset == 0 && p.zulu {
		s = "Z"
	}
	return s, err
}

func toMillis(c *call, args []val) (val, *Error) {
	if !args[0].exists() {
		return val{}, nil
	}
	s := args[0].str()
	if args[1].exists() {
		return c.ev.parseTime(s, args[1].str())
	}
	if !isoForm.MatchString(s) {
		return val{}, failWith("D3110", args[0])
	}
	return numberVal(parseISO(s)), nil
}
