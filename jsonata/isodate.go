package jsonata

import (
	"math"
	"regexp"
	"strings"
)

// isoForm is what the reference takes for a timestamp. It is wider than ISO 8601.
var isoForm = regexp.MustCompile(`^\d{4}(?:-[01]\d)*(?:-[0-3]\d)*(?:T[0-2]\d:[0-5]\d:[0-5]\d)*(?:\.\d+)?(?:[+-][0-2]\d:?[0-5]\d|Z)?$`)

// parseISO is the time that a timestamp of isoForm names, as JavaScript's Date.parse in V8 finds it; NaN when it finds
// none. A time without a zone is in UTC.
func parseISO(s string) float64 {
	date, clock, timed := strings.Cut(s, "T")
	numbers, rest, iso := isoDate(date)
	if !timed {
		return looseDate(numbers, rest, iso)
	}
	if !iso || rest != "" {
		return math.NaN()
	}
	return isoTime(numbers, clock)
}

// isoDate reads yyyy-mm-dd. The rest of the text is what is no part of it; iso is false when it goes on in another way
// behind a hyphen.
func isoDate(s string) (numbers []float64, rest string, iso bool) {
	numbers = append(make([]float64, 0, 4), parseInt(s[:4], false))
	s = s[4:]
	for _, most := range [...]float64{12, 31} {
		if !strings.HasPrefix(s, "-") {
			break
		}
		s = s[1:]
		n := leading(s, isDigit)
		x := parseInt(s[:n], false)
		if n != 2 || x < 1 || x > most {
			return numbers, s, false
		}
		numbers = append(numbers, x)
		s = s[n:]
	}
	return numbers, s, true
}

// isoTime reads hh:mm:ss, a fraction and a zone.
func isoTime(date []float64, s string) float64 {
	var clock [3]float64
	for i := range clock {
		clock[i] = parseInt(s[3*i:3*i+2], false)
	}
	s = s[len("hh:mm:ss"):]
	millis := 0.0
	if strings.HasPrefix(s, ".") {
		n := leading(s[1:], isDigit)
		millis = parseInt((s[1:1+n] + "00")[:3], false)
		s = s[1+n:]
	}
	if clock[0] > 24 || clock[0] == 24 && clock[1]+clock[2]+millis > 0 {
		return math.NaN()
	}
	zone, ok := isoZone(s)
	if !ok {
		return math.NaN()
	}
	for len(date) < 3 {
		date = append(date, 1)
	}
	return clipTime(dayMillis*float64(dayNumber(int64(date[0]), int64(date[1])-1, int64(date[2]))) +
		clock[0]*3_600_000 + clock[1]*60_000 + clock[2]*1000 + millis - zone*60_000)
}

// isoZone reads Z or +hh:mm, in minutes.
func isoZone(s string) (minutes float64, ok bool) {
	if s == "" || s == "Z" {
		return 0, true
	}
	if len(s) < 5 || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	hours := parseInt(s[1:3], false)
	minutes = hours*60 + parseInt(s[len(s)-2:], false)
	if s[0] == '-' {
		minutes = -minutes
	}
	return minutes, hours <= 23
}

// looseDate reads what follows a date that is not followed by a time, as browsers of old took it: more numbers between
// signs, at most three in all. Three numbers of which the first can be a day are month, day and year.
func looseDate(numbers []float64, rest string, iso bool) float64 {
	if iso && rest == "" {
		return dateOf(append(numbers, 1, 1)[:3])
	}
	for rest != "" && rest != "Z" {
		n := leading(rest, isDigit)
		switch {
		case n > 0:
			if len(numbers) == 3 {
				return math.NaN()
			}
			numbers = append(numbers, parseInt(rest[:n], false))
			rest = strings.TrimPrefix(rest[n:], "-")
		case rest[0] == '.':
			rest = rest[1:]
		default:
			return math.NaN()
		}
	}
	full := append(numbers, 1, 1)[:3]
	if first := full[0]; first >= 1 && first <= 31 {
		full = []float64{full[2], full[0], full[1]}
	}
	if full[0] >= 0 && full[0] <= 49 {
		full[0] += 2000
	} else if full[0] >= 50 && full[0] <= 99 {
		full[0] += 1900
	}
	return dateOf(full)
}

func dateOf(d []float64) float64 {
	if d[1] < 1 || d[1] > 12 || d[2] < 1 || d[2] > 31 {
		return math.NaN()
	}
	return clipTime(dayMillis * float64(dayNumber(int64(d[0]), int64(d[1])-1, int64(d[2]))))
}
