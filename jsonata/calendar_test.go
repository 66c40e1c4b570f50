package jsonata

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// TestCalendar takes random times apart and compares with package time.
func TestCalendar(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		millis := float64(random.Int64N(2*mostMillis) - mostMillis)
		m, want := momentAt(millis), time.UnixMilli(int64(millis)).UTC()
		if int(m.year) != want.Year() || int(m.month) != int(want.Month())-1 || int(m.day) != want.Day() ||
			int(m.weekday) != int(want.Weekday()) || int(m.hour) != want.Hour() || int(m.minute) != want.Minute() ||
			int(m.second) != want.Second() || int(m.millisecond) != want.Nanosecond()/1e6 {
			t.Fatalf("%.0f is %v, want %v", millis, m, want)
		}
		if m.year >= 0 && m.year <= 99 {
			continue
		}
		if back := utc(m.year, m.month, m.day, m.hour, m.minute, m.second, m.millisecond); back != millis {
			t.Fatalf("%v is %.0f, want %.0f", m, back, millis)
		}
		year, week := want.ISOWeek()
		// The reference sees no year before when a week begins in it, other than in whole numbers.
		if w := m.part('W'); int(w) != week || int(m.part('X')) != year {
			if m.year > 101 || m.year < -2 {
				t.Fatalf("%v: week %v of %v, want %d of %d", want, w, m.part('X'), week, year)
			}
		}
	}
	for _, millis := range []float64{mostMillis + 1, math.NaN(), math.Inf(-1)} {
		if m := momentAt(millis); !math.IsNaN(m.year) || !math.IsNaN(m.part('W')) || !math.IsNaN(m.part('x')) {
			t.Errorf("%v is %v", millis, m)
		}
	}
}

// TestCarry is about parts beyond their range.
func TestCarry(t *testing.T) {
	t.Parallel()
	at := func(y int, m time.Month, d, h int) float64 {
		return float64(time.Date(y, m, d, h, 0, 0, 0, time.UTC).UnixMilli())
	}
	for _, test := range []struct{ got, want float64 }{
		{utc(2020, 12, 1, 0, 0, 0, 0), at(2021, 1, 1, 0)},
		{utc(2020, -1, 1, 0, 0, 0, 0), at(2019, 12, 1, 0)},
		{utc(2020, 1, 30, 25, 0, 0, 0), at(2020, 3, 2, 1)},
		{utc(70, 0, 1, 0, 0, 0, 0), 0},
		{utc(2020.9, 0.5, 1.9, 0, 0, 0, 0.9), at(2020, 1, 1, 0)},
	} {
		if test.got != test.want {
			t.Errorf("%v, want %v", test.got, test.want)
		}
	}
	if x := utc(1e9, 0, 1, 0, 0, 0, 0); !math.IsNaN(x) {
		t.Errorf("the year 1e9 is %v", x)
	}
}
