// Package differ compares package jsonata with the reference implementation, jsonata.js 2.0.6 on Node, on random
// expressions over random documents.
package differ

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/test/jsonata/reference"
	"github.com/stepwright/stepwright/test/jsonata/subject"
	"github.com/stepwright/stepwright/value"
)

// A verdict says what two outcomes have to do with each other.
type verdict int

const (
	same verdict = iota
	different
	// unsure is the verdict when the reference breaks off with an error of JavaScript, finds no end, or gives a list
	// with holes, which no JSON can show: there is nothing to compare with.
	unsure
)

// judge compares what the reference said with what package jsonata says.
func judge(want reference.Outcome, got subject.Outcome) verdict {
	switch {
	case want.Crash != "" || want.Late || want.Odd == "hole":
		if got.Code == "panic" || got.Code == "other" {
			return different
		}
		return unsure
	case want.Odd != "":
		// A function, or a number that is not finite: no JSON value, and so an error here.
		return either(got.Failed() && got.Code != "panic")
	case got.Code == cycle: // the reference makes the cycle, or meets it later, in one way or another
		return unsure
	case want.Code != "":
		return either(want.Code == got.Code)
	case got.Failed():
		return different
	case want.None:
		return either(!got.Value.Exists())
	}
	v, err := value.Parse(want.Value)
	return either(err == nil && subject.Equal(v, got.Value, false))
}

func either(agree bool) verdict {
	if agree {
		return same
	}
	return different
}

// cycle is the code of an error that the reference does not have: a transform would put an object into itself.
const cycle = "U1006"

// class is what a histogram calls an outcome of the reference.
func class(o reference.Outcome) string {
	switch {
	case o.Crash != "":
		return "crash"
	case o.Late:
		return "late"
	case o.Odd != "":
		return "no JSON"
	case o.Code != "":
		return "error"
	case o.None:
		return "nothing"
	}
	return "value"
}

func show(o reference.Outcome) string {
	switch {
	case o.Crash != "":
		return "crash: " + o.Crash
	case o.Late:
		return "no end"
	case o.Odd != "":
		return "no JSON: " + o.Odd
	case o.Code != "":
		return "error " + o.Code + ": " + o.Message
	case o.None:
		return "nothing"
	}
	return string(o.Value)
}

// histogram prints counts, four in a line.
func histogram(counts map[string]int) string {
	var b strings.Builder
	keys := make([]string, 0, len(counts))
	for k := range counts {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for i, k := range keys {
		fmt.Fprintf(&b, "%7d %-20s", counts[k], k)
		if i%4 == 3 || i == len(keys)-1 {
			b.WriteByte('\n')
		}
	}
	return b.String()
}
