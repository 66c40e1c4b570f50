package events_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stepwright/stepwright/local/events"
)

// The examples of the user guide, "Setting a schedule pattern for scheduled rules", and what they say.
func TestScheduleNext(t *testing.T) {
	t.Parallel()
	after := time.Date(2026, 11, 5, 10, 0, 30, 0, time.UTC) // a Thursday
	for text, want := range map[string]string{
		"rate(5 minutes)":                 "2026-11-05 10:05:30",
		"rate(1 hour)":                    "2026-11-05 11:00:30",
		"rate(7 days)":                    "2026-11-12 10:00:30",
		"cron(0 10 * * ? *)":              "2026-11-06 10:00:00",
		"cron(15 12 * * ? *)":             "2026-11-05 12:15:00",
		"cron(0 18 ? * MON-FRI *)":        "2026-11-05 18:00:00",
		"cron(0 8 1 * ? *)":               "2026-12-01 08:00:00",
		"cron(0/15 * * * ? *)":            "2026-11-05 10:15:00",
		"cron(0/10 * ? * MON-FRI *)":      "2026-11-05 10:10:00",
		"cron(0/5 8-17 ? * mon-fri *)":    "2026-11-05 10:05:00",
		"cron(0 9 ? * 2#1 *)":             "2026-12-07 09:00:00",
		"cron(0 0 L * ? *)":               "2026-11-30 00:00:00",
		"cron(0 0 ? * 6L *)":              "2026-11-27 00:00:00",
		"cron(0 0 ? * L *)":               "2026-11-07 00:00:00",
		"cron(0 0 3W * ? *)":              "2026-12-03 00:00:00",
		"cron(0 0 15W * ? *)":             "2026-11-16 00:00:00", // the 15th is a Sunday
		"cron(0 0 LW * ? *)":              "2026-11-30 00:00:00",
		"cron(0 0 29 2 ? *)":              "2028-02-29 00:00:00",
		"cron(0 0 1 JAN,MAR ? 2030-2031)": "2030-01-01 00:00:00",
		"cron(0 12 ? * FRI-MON *)":        "2026-11-06 12:00:00",
		"cron(*/20 10 * * ? *)":           "2026-11-05 10:20:00",
		"cron(0 0 30 2 ? *)":              "never",
		"cron(0 0 1 1 ? 2020)":            "never",
	} {
		s, err := events.ParseSchedule(text)
		if err != nil {
			t.Error(err)
			continue
		}
		got := "never"
		if at, ok := s.Next(after, after); ok {
			got = at.Format(time.DateTime)
		}
		if got != want || s.String() != text {
			t.Errorf("%s: next is %s, want %s", s, got, want)
		}
	}
}

func TestScheduleErrors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                     "is neither rate(VALUE UNIT) nor cron(",
		"every(5 minutes)":     "is neither rate",
		"rate(5 minutes":       "is neither rate",
		"rate(1 minutes)":      "minutes, hours or days for more than 1",
		"rate(5 minute)":       "minutes, hours or days for more than 1",
		"rate(0 minutes)":      "whole number above 0",
		"rate(1.5 hours)":      "whole number above 0",
		"rate(5 weeks)":        "minute, hour or day",
		"cron(0 10 * * *)":     "must have six fields",
		"cron(0 10 * * * *)":   "must have ? as its day of month or as its day of week",
		"cron(0 10 ? * ? *)":   "and not as both",
		"cron(60 10 * * ? *)":  `the minutes has "60", which is no number from 0 to 59`,
		"cron(0 24 * * ? *)":   "from 0 to 23",
		"cron(0 0 32 * ? *)":   "from 1 to 31",
		"cron(0 0 1 FOO ? *)":  `the month has "FOO"`,
		"cron(0 0 ? * 8 *)":    "from 1 to 7",
		"cron(0 0 ? * 2#6 *)":  "from 1 to 5",
		"cron(0 0 1 * ? 1969)": "from 1970 to 2199",
		"cron(0/0 0 1 * ? *)":  `has the step "0"`,
	} {
		if _, err := events.ParseSchedule(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// What can be read fires after the time that was asked for, or never; nothing fails.
func FuzzSchedule(f *testing.F) {
	for _, seed := range []string{"rate(5 minutes)", "cron(0/15 8-17 ? JAN,MAR MON#1 2026/2)", "cron(0 0 LW 2 ? *)", "cron(1,2-9/3 * 31W * ? *)", "cron("} {
		f.Add(seed, int64(1_762_336_800))
	}
	f.Fuzz(func(t *testing.T, text string, unix int64) {
		s, err := events.ParseSchedule(text)
		if err != nil {
			return
		}
		after := time.Unix(unix%4_000_000_000, 0)
		if at, ok := s.Next(after, after); ok && !at.After(after) {
			t.Errorf("%s fires at %v, which is not after %v", text, at, after)
		}
	})
}
