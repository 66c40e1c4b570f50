package jsonata

import "math"

// A moment is a time as JavaScript's Date has it: milliseconds since 1970, in UTC, within 8.64e15. Its parts are NaN
// for a time that there is not.
type moment struct {
	millis              float64
	year, month, day    float64 // month counts from 0
	weekday             float64 // from 0, Sunday
	hour, minute        float64
	second, millisecond float64
}

const (
	dayMillis  = 24 * 60 * 60 * 1000
	mostMillis = 8.64e15
)

// momentAt takes a time apart.
func momentAt(millis float64) moment {
	if millis = clipTime(millis); math.IsNaN(millis) {
		nan := math.NaN()
		return moment{nan, nan, nan, nan, nan, nan, nan, nan, nan}
	}
	n := int64(millis)
	days := n / dayMillis
	rest := n % dayMillis
	if rest < 0 {
		days, rest = days-1, rest+dayMillis
	}
	year, month, day := civil(days)
	return moment{
		millis: millis, year: float64(year), month: float64(month), day: float64(day),
		weekday: float64(((days+4)%7 + 7) % 7), hour: float64(rest / 3_600_000), minute: float64(rest / 60_000 % 60),
		second: float64(rest / 1000 % 60), millisecond: float64(rest % 1000),
	}
}

func clipTime(millis float64) float64 {
	if !(math.Abs(millis) <= mostMillis) {
		return math.NaN()
	}
	return math.Trunc(millis) + 0 // no negative zero
}

// civil is the date of a day that counts from the first of January 1970. Years begin in March here, so that a leap
// day is the last of its year; 400 of them have 146,097 days.
func civil(days int64) (year, month, day int64) {
	days += 719_468
	era := floorDiv(days, 146_097)
	days -= era * 146_097
	year = (days - days/1460 + days/36_524 - days/146_096) / 365
	days -= 365*year + year/4 - year/100
	m := (5*days + 2) / 153
	day = days - (153*m+2)/5 + 1
	year += era * 400
	if month = m + 2; month >= 12 {
		month -= 12
		year++
	}
	return year, month, day
}

// dayNumber is the inverse of civil.
func dayNumber(year, month, day int64) int64 {
	if month -= 2; month < 0 {
		month += 12
		year--
	}
	era := floorDiv(year, 400)
	year -= era * 400
	return era*146_097 + year*365 + year/4 - year/100 + (153*month+2)/5 + day - 1 - 719_468
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// utc is JavaScript's Date.UTC: parts beyond their range carry over, and years up to 99 are of the twentieth century.
func utc(year, month, day, hour, minute, second, millisecond float64) float64 {
	for _, x := range [...]float64{year, month, day, hour, minute, second, millisecond} {
		if !(math.Abs(x) < 1e16) {
			return math.NaN()
		}
	}
	year, month = math.Trunc(year), math.Trunc(month)
	if year >= 0 && year <= 99 {
		year += 1900
	}
	year += math.Floor(month / 12)
	month -= 12 * math.Floor(month/12)
	if math.Abs(year) > 400_000 {
		return math.NaN()
	}
	days := float64(dayNumber(int64(year), int64(month), 1)) + math.Trunc(day) - 1
	time := math.Trunc(hour)*3_600_000 + math.Trunc(minute)*60_000 + math.Trunc(second)*1000 + math.Trunc(millisecond)
	return clipTime(days*dayMillis + time)
}

func utcDay(year, month, day float64) float64 { return utc(year, month, day, 0, 0, 0, 0) }

// firstWeek is when the first week of a month or a year begins: the one with its first Thursday, on a Monday.
func firstWeek(year, month float64) float64 {
	first := utcDay(year, month, 1)
	weekday := momentAt(first).weekday
	if weekday == 0 {
		weekday = 7
	}
	if weekday > 4 {
		return first + (8-weekday)*dayMillis
	}
	return first - (weekday-1)*dayMillis
}

func weeksBetween(start, end float64) float64 { return (end-start)/(dayMillis*7) + 1 }

// part is a component of a date/time picture as a number.
func (m *moment) part(component byte) float64 {
	switch component {
	case 'Y':
		return m.year
	case 'M':
		return m.month + 1
	case 'D':
		return m.day
	case 'd':
		return (utcDay(m.year, m.month, m.day)-utcDay(m.year, 0, 1))/dayMillis + 1
	case 'F':
		if m.weekday == 0 {
			return 7
		}
		return m.weekday
	case 'W':
		return m.week(0, 52)
	case 'w':
		return m.week(m.month, 4)
	case 'X':
		return m.weekYear()
	case 'x':
		return m.weekMonth()
	case 'H':
		return m.hour
	case 'h':
		return math.Mod(m.hour+11, 12) + 1
	case 'm':
		return m.minute
	case 's':
		return m.second
	case 'f':
		return m.millisecond
	}
	return math.NaN()
}

// week is the number of the week in the month, or in the year, whose first month is given. One that has more weeks
// than most may have lent its last one to the next.
func (m *moment) week(month, most float64) float64 {
	today := utcDay(m.year, m.month, m.day)
	next, previous := [2]float64{m.year + 1, 0}, [2]float64{m.year - 1, 0}
	if most == 4 {
		next, previous = [2]float64{m.year, month + 1}, [2]float64{m.year, month - 1}
		if month == 11 {
			next = [2]float64{m.year + 1, 0}
		}
		if month == 0 {
			previous = [2]float64{m.year - 1, 11}
		}
	}
	week := weeksBetween(firstWeek(m.year, month), today)
	switch {
	case week > most:
		if today >= firstWeek(next[0], next[1]) {
			week = 1
		}
	case week < 1:
		week = weeksBetween(firstWeek(previous[0], previous[1]), today)
	}
	return math.Floor(week)
}

// weekYear is the year that the week belongs to.
func (m *moment) weekYear() float64 {
	switch {
	case m.millis < firstWeek(m.year, 0):
		return m.year - 1
	case m.millis >= firstWeek(m.year+1, 0):
		return m.year + 1
	}
	return m.year
}

// weekMonth is the month that the week belongs to.
func (m *moment) weekMonth() float64 {
	next, year := m.month+1, m.year
	if next == 12 {
		next, year = 0, year+1
	}
	switch {
	case m.millis < firstWeek(m.year, m.month):
		return math.Mod(m.month+11, 12) + 1
	case m.millis >= firstWeek(year, next):
		return next + 1
	}
	return m.month + 1
}
