package jsonata

import (
	"math"
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/value"
)

// coerced is a value as JavaScript makes a text of it, for what is called without a look at its arguments.
func (ev *evaluation) coerced(x val) (string, *Error) {
	switch x.kind {
	case undefined, nothing:
		return "undefined", nil
	case null:
		return "null", nil
	case boolean, text:
		return ev.text(x)
	case number:
		return value.FormatFloat(x.float()), nil
	case callable:
		return "function", nil
	case record:
		return "[object Object]", nil
	case list:
	}
	if err := ev.enter(); err != nil {
		return "", err
	}
	defer ev.leave()
	n := x.len()
	if err := ev.step(1 + n); err != nil {
		return "", err
	}
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		item := x.at(i)
		if item.kind == undefined || item.kind == null {
			continue
		}
		s, err := ev.coerced(item)
		if err == nil {
			err = ev.charge(len(s))
		}
		if err != nil {
			return "", err
		}
		b.WriteString(s)
	}
	return b.String(), nil
}

// coercedNumber is a value as JavaScript makes a number of it.
func (ev *evaluation) coercedNumber(x val) (float64, *Error) {
	switch x.kind {
	case number:
		return x.float(), nil
	case null:
		return 0, nil
	case boolean:
		if x.bool() {
			return 1, nil
		}
		return 0, nil
	case undefined, nothing, record, callable:
		return math.NaN(), nil
	case text, list:
	}
	s, err := ev.coerced(x)
	if err != nil {
		return 0, err
	}
	if s = strings.TrimSpace(s); s == "" {
		return 0, nil
	}
	f, bad := strconv.ParseFloat(s, 64)
	if bad != nil && !math.IsInf(f, 0) || strings.ContainsAny(s, "xXpP_iInN") {
		return math.NaN(), nil
	}
	return f, nil
}
