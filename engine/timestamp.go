package engine

import "time"

// parseTimestamp reads a time in the service's profile of RFC 3339: a capital T, an offset or Z, up to nine decimals.
func parseTimestamp(s string) (time.Time, bool) {
	if len(s) < len("2006-01-02T15:04:05Z") || s[10] != 'T' || s[len(s)-1] == 'z' {
		return time.Time{}, false
	}
	for i := 19; i < len(s); i++ { // time.Parse also takes a comma for the decimal point
		if s[i] == ',' {
			return time.Time{}, false
		}
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	return t, err == nil
}
