package events

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Schedule says when a rule without a pattern fires: rate(5 minutes), or cron(0 10 * * ? *) in UTC, with all that
// EventBridge's expressions have: lists, ranges, steps, names, L, W and #. Make it with ParseSchedule.
type Schedule struct {
	every                  time.Duration // of a rate; zero for cron
	minutes, hours, months []int
	years                  []int
	days                   func(t time.Time) bool
	text                   string
}

// ParseSchedule reads a schedule expression. Its error says what was expected.
func ParseSchedule(text string) (Schedule, error) {
	inner, ok := strings.CutSuffix(text, ")")
	kind, inner, found := strings.Cut(inner, "(")
	if ok && found && kind == "rate" {
		return parseRate(text, inner)
	}
	if ok && found && kind == "cron" {
		return parseCron(text, inner)
	}
	return Schedule{}, fmt.Errorf("the schedule %q is neither rate(VALUE UNIT) nor cron(MINUTES HOURS DAY-OF-MONTH MONTH DAY-OF-WEEK YEAR)", text)
}

// String is the expression.
func (s Schedule) String() string { return s.text }

func parseRate(text, inner string) (Schedule, error) {
	parts := strings.Fields(inner)
	bad := fmt.Errorf("%q needs a whole number above 0 and minute, hour or day; minutes, hours or days for more than 1", text)
	if len(parts) != 2 {
		return Schedule{}, bad
	}
	n, err := strconv.ParseUint(parts[0], 10, 31)
	unit, plural := strings.CutSuffix(parts[1], "s")
	each := map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}[unit]
	if err != nil || n == 0 || each == 0 || plural != (n > 1) || n > 100_000 {
		return Schedule{}, bad
	}
	return Schedule{every: time.Duration(n) * each, text: text}, nil
}

var (
	monthNames = []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}
	dayNames   = []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}
)

// The first and the last year of cron expressions.
const firstYear, lastYear = 1970, 2199

func parseCron(text, inner string) (Schedule, error) {
	f := strings.Fields(inner)
	if len(f) != 6 {
		return Schedule{}, fmt.Errorf("%q must have six fields, minutes, hours, day of month, month, day of week and year, not %d", text, len(f))
	}
	if (f[2] == "?") == (f[4] == "?") {
		return Schedule{}, fmt.Errorf("%q must have ? as its day of month or as its day of week, and not as both", text)
	}
	s := Schedule{text: text}
	for _, field := range []struct {
		to          *[]int
		name, text  string
		least, most int
		names       []string
	}{
		{&s.minutes, "minutes", f[0], 0, 59, nil},
		{&s.hours, "hours", f[1], 0, 23, nil},
		{&s.months, "month", f[3], 1, 12, monthNames},
		{&s.years, "year", f[5], firstYear, lastYear, nil},
	} {
		set, err := parseSet(field.text, field.least, field.most, field.names)
		if err != nil {
			return Schedule{}, fmt.Errorf("%q: the %s %w", text, field.name, err)
		}
		*field.to = set
	}
	var err error
	name := "day of month"
	if f[2] == "?" {
		name = "day of week"
		s.days, err = parseWeekDay(f[4])
	} else {
		s.days, err = parseMonthDay(f[2])
	}
	if err != nil {
		return Schedule{}, fmt.Errorf("%q: the %s %w", text, name, err)
	}
	return s, nil
}

// parseSet reads lists of numbers, names, ranges and steps, and gives the numbers in order.
func parseSet(text string, least, most int, names []string) ([]int, error) {
	var set []int
	for part := range strings.SplitSeq(text, ",") {
		span, by, stepped := strings.Cut(part, "/")
		step := 1
		if stepped {
			n, err := strconv.ParseUint(by, 10, 16)
			if err != nil || n == 0 {
				return nil, fmt.Errorf("has the step %q, which is no number above 0", by)
			}
			step = int(n)
		}
		from, to := least, most
		if span != "*" {
			a, b, ranged := strings.Cut(span, "-")
			var err error
			if from, err = number(a, least, most, names); err != nil {
				return nil, err
			}
			switch {
			case ranged:
				if to, err = number(b, least, most, names); err != nil {
					return nil, err
				}
			case !stepped:
				to = from
			}
			if ranged && to < from { // such as FRI-MON
				for i := from; i <= most; i += step {
					set = append(set, i)
				}
				from = least
			}
		}
		for i := from; i <= to; i += step {
			set = append(set, i)
		}
	}
	slices.Sort(set)
	return slices.Compact(set), nil
}

func number(text string, least, most int, names []string) (int, error) {
	if i := slices.Index(names, strings.ToUpper(text)); i >= 0 {
		return i + least, nil
	}
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil || int(n) < least || int(n) > most {
		return 0, fmt.Errorf("has %q, which is no number from %d to %d", text, least, most)
	}
	return int(n), nil
}

func parseMonthDay(text string) (func(time.Time) bool, error) {
	switch {
	case text == "L":
		return func(t time.Time) bool { return t.Day() == lastDay(t) }, nil
	case text == "LW":
		return func(t time.Time) bool { return t.Day() == nearest(t, lastDay(t)) }, nil
	case strings.HasSuffix(text, "W"):
		n, err := number(strings.TrimSuffix(text, "W"), 1, 31, nil)
		return func(t time.Time) bool { return n <= lastDay(t) && t.Day() == nearest(t, n) }, err
	}
	set, err := parseSet(text, 1, 31, nil)
	return func(t time.Time) bool { return slices.Contains(set, t.Day()) }, err
}

// parseWeekDay reads days from 1, which is Sunday, to 7.
func parseWeekDay(text string) (func(time.Time) bool, error) {
	if text == "L" {
		return func(t time.Time) bool { return t.Weekday() == time.Saturday }, nil
	}
	if day, ok := strings.CutSuffix(text, "L"); ok {
		n, err := number(day, 1, 7, dayNames)
		return func(t time.Time) bool { return int(t.Weekday())+1 == n && t.Day()+7 > lastDay(t) }, err
	}
	if day, nth, ok := strings.Cut(text, "#"); ok {
		n, err := number(day, 1, 7, dayNames)
		if err != nil {
			return nil, err
		}
		which, err := number(nth, 1, 5, nil)
		return func(t time.Time) bool { return int(t.Weekday())+1 == n && (t.Day()-1)/7+1 == which }, err
	}
	set, err := parseSet(text, 1, 7, dayNames)
	return func(t time.Time) bool { return slices.Contains(set, int(t.Weekday())+1) }, err
}

func lastDay(t time.Time) int { return time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day() }

// nearest is the weekday that is nearest to a day of t's month, and in that month.
func nearest(t time.Time, day int) int {
	last := lastDay(t)
	switch time.Date(t.Year(), t.Month(), day, 0, 0, 0, 0, time.UTC).Weekday() {
	case time.Saturday:
		if day == 1 {
			return 3
		}
		return day - 1
	case time.Sunday:
		if day == last {
			return day - 2
		}
		return day + 1
	default:
		return day
	}
}

// Next is when the schedule fires for the first time after t; ok is false when it never does again. A rate counts
// from since.
func (s Schedule) Next(since, t time.Time) (at time.Time, ok bool) {
	if s.every > 0 {
		return since.Add((t.Sub(since)/s.every + 1) * s.every), true
	}
	t = t.UTC().Truncate(time.Minute).Add(time.Minute)
	for day := t; day.Year() <= lastYear; day = midnight(day.AddDate(0, 0, 1)) {
		if !slices.Contains(s.years, day.Year()) {
			day = time.Date(day.Year(), 12, 31, 0, 0, 0, 0, time.UTC)
			continue
		}
		if !slices.Contains(s.months, int(day.Month())) || !s.days(day) {
			continue
		}
		for _, h := range s.hours {
			for _, m := range s.minutes {
				if at := time.Date(day.Year(), day.Month(), day.Day(), h, m, 0, 0, time.UTC); !at.Before(t) {
					return at, true
				}
			}
		}
	}
	return time.Time{}, false
}

func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}
