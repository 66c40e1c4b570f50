package jsonpath

import (
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/value"
)

// A stepKind says what a step of a path does.
type stepKind uint8

const (
	childStep  stepKind = iota // .name or ['name']
	indexStep                  // [2]; below zero it leads nowhere
	lastStep                   // [(@.length-1)], counted from the end
	namesStep                  // ['a','b']: an object of those members; last in its path
	listStep                   // [0,2]
	sliceStep                  // [1:3]
	wildStep                   // [*] or .*
	scanStep                   // ..: the rest of the path, at every depth
	filterStep                 // [?(…)]
)

// A step is one part of a path.
type step struct {
	kind  stepKind
	name  string
	names []string
	index int // of indexStep; how far from the end for lastStep

	indexes  []int
	from, to int
	bounded  bounds
	test     predicate
	text     string // of a filter, as it is written between the brackets
}

// bounds say which ends of a slice are given.
type bounds uint8

const (
	hasFrom bounds = 1 << iota
	hasTo
)

// definite tells whether the step leads to one place at most.
func (s *step) definite() bool { return s.kind <= namesStep }

// of is what a definite step leads to; absent when it leads nowhere.
func (s *step) of(v value.Value) value.Value {
	switch s.kind {
	case childStep:
		return v.Get(s.name)
	case indexStep:
		return v.Index(s.index)
	case lastStep:
		return v.Index(v.Len() - s.index)
	case namesStep:
		return s.pick(v)
	case listStep, sliceStep, wildStep, scanStep, filterStep:
	}
	return value.Value{}
}

// pick is the object of those members of v that are named.
func (s *step) pick(v value.Value) value.Value {
	if !v.IsObject() {
		return value.Value{}
	}
	var b value.Builder
	for _, name := range s.names {
		b.Set(name, v.Get(name))
	}
	return b.Object()
}

// span is what a slice takes of an array of n items, as the half-open range [from, to). A slice with both ends does
// not count from the end (observed: Jayway 2.0.0).
func (s *step) span(n int) (from, to int) {
	from, to = s.from, n
	switch s.bounded {
	case hasFrom:
		if from < 0 {
			from = max(0, n+from)
		}
	case hasTo:
		if to = s.to; to < 0 {
			to += n
		}
		from = 0
	default:
		to = s.to
	}
	return max(from, 0), min(to, n)
}

// appendTo appends the step as the library's errors write it.
func (s *step) appendTo(b []byte) []byte {
	switch s.kind {
	case childStep:
		return append(append(append(b, "['"...), s.name...), "']"...)
	case namesStep:
		return append(append(append(b, "['"...), strings.Join(s.names, "','")...), "']"...)
	case indexStep:
		return append(strconv.AppendInt(append(b, '['), int64(s.index), 10), ']')
	case filterStep:
		return append(b, "[?]"...)
	case lastStep, listStep, sliceStep, wildStep, scanStep:
	}
	return s.appendCanonical(b)
}

// appendCanonical appends the step so that it can be read again.
func (s *step) appendCanonical(b []byte) []byte {
	switch s.kind {
	case childStep:
		b = appendName(append(b, '['), s.name)
	case namesStep:
		for i, name := range s.names {
			b = appendName(append(b, "[,"[min(i, 1)]), name)
		}
	case indexStep:
		b = strconv.AppendInt(append(b, '['), int64(s.index), 10)
	case lastStep:
		b = append(strconv.AppendInt(append(b, "[(@.length-"...), int64(s.index), 10), ')')
	case listStep:
		for i, n := range s.indexes {
			b = strconv.AppendInt(append(b, "[,"[min(i, 1)]), int64(n), 10)
		}
	case sliceStep:
		b = append(b, '[')
		if s.bounded&hasFrom != 0 {
			b = strconv.AppendInt(b, int64(s.from), 10)
		}
		b = append(b, ':')
		if s.bounded&hasTo != 0 {
			b = strconv.AppendInt(b, int64(s.to), 10)
		}
	case wildStep:
		b = append(b, "[*"...)
	case scanStep:
		return append(b, ".."...)
	case filterStep:
		b = append(append(b, '['), s.text...)
	}
	return append(b, ']')
}

func appendCanonical(b []byte, steps []step) []byte {
	for i := range steps {
		b = steps[i].appendCanonical(b)
	}
	return b
}

// appendName appends a name in quotes.
func appendName(b []byte, name string) []byte {
	b = append(b, '\'')
	for i := range len(name) {
		if name[i] == '\'' || name[i] == '\\' {
			b = append(b, '\\')
		}
		b = append(b, name[i])
	}
	return append(b, '\'')
}
