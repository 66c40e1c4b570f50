package jsonpath

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/stepwright/stepwright/value"
)

// Bounds on the work of one evaluation: paths such as "$..*..*" find far more than a document holds.
const (
	maxVisits = 1 << 22 // places looked at
	maxFound  = 1 << 19 // values found; a payload has room for a quarter of them
)

// errLost is a way that leads to nothing, where that is no mistake.
var errLost = errors.New("jsonpath: lost")

// A collector walks a path that is not definite.
type collector struct {
	path     *Path
	searched value.Value
	left     *int // places that may still be looked at, in the path and those of its filters
	found    []value.Value

	// selected is how many wildcards, slices, lists and filters are around. What is not found in what they select is
	// left out.
	selected int
}

// A place is the way to a value, for errors.
type place struct {
	up    *place
	name  string
	index int // when the name is empty, or -1
}

// collect gives what an indefinite path finds in v.
func (p *Path) collect(v value.Value, left *int) (value.Value, error) {
	c := collector{path: p, searched: v, left: left}
	if err := c.walk(v, 0, nil); err != nil && !errors.Is(err, errLost) {
		return value.Value{}, err
	}
	return value.Array(c.found...), nil
}

// visit counts a place that is looked at.
func (c *collector) visit() error {
	if *c.left--; *c.left < 0 || len(c.found) > maxFound {
		return &Error{Runtime, fmt.Sprintf("Invalid path '%s' : it finds too much", c.path.src)}
	}
	return nil
}

// walk takes the steps from number i on, from the value v at a place.
func (c *collector) walk(v value.Value, i int, at *place) error {
	if err := c.visit(); err != nil {
		return err
	}
	if i == len(c.path.steps) {
		c.found = append(c.found, v)
		return nil
	}
	s := &c.path.steps[i]
	switch s.kind {
	case childStep, indexStep, lastStep, namesStep:
		next := s.of(v)
		if !next.Exists() {
			return c.lost(v, i, at)
		}
		return c.walk(next, i+1, s.under(at, v))
	case scanStep:
		return c.scan(v, i+1, at)
	case wildStep, listStep, sliceStep, filterStep:
		return c.choose(v, i, at)
	}
	return nil
}

// under is the place that a definite step leads to from v.
func (s *step) under(at *place, v value.Value) *place {
	switch s.kind {
	case indexStep:
		return &place{at, "", s.index}
	case lastStep:
		return &place{at, "", v.Len() - s.index}
	default:
		return &place{at, s.name, -1}
	}
}

// choose takes a step that may lead to several places.
func (c *collector) choose(v value.Value, i int, at *place) error {
	s := &c.path.steps[i]
	if s.kind == filterStep && !v.IsArray() && !v.IsObject() || (s.kind == listStep || s.kind == sliceStep) && !v.IsArray() {
		return c.lost(v, i, at)
	}
	c.selected++
	defer func() { c.selected-- }()
	switch {
	case s.kind == listStep:
		for _, n := range s.indexes {
			if x := v.Index(n); x.Exists() {
				if err := c.next(x, i+1, at, "", n); err != nil {
					return err
				}
			}
		}
	case s.kind == sliceStep:
		from, to := s.span(v.Len())
		for n := from; n < to; n++ {
			if err := c.next(v.Index(n), i+1, at, "", n); err != nil {
				return err
			}
		}
	case s.kind == filterStep && v.IsObject():
		if s.test(v, c) {
			return c.walk(v, i+1, at)
		}
	default:
		return c.each(v, func(x value.Value, name string, n int) error {
			if s.kind == filterStep && !s.test(x, c) {
				return c.visit()
			}
			return c.next(x, i+1, at, name, n)
		})
	}
	return nil
}

// next walks on below a value that was chosen.
func (c *collector) next(v value.Value, i int, at *place, name string, n int) error {
	return unlessLost(c.walk(v, i, &place{at, name, n}))
}

func unlessLost(err error) error {
	if errors.Is(err, errLost) {
		return nil
	}
	return err
}

// each calls f for the items of an array or the members of an object.
func (c *collector) each(v value.Value, f func(x value.Value, name string, n int) error) error {
	for n, x := range v.Elements() {
		if err := f(x, "", n); err != nil {
			return err
		}
	}
	for name, x := range v.Members() {
		if err := f(x, name, -1); err != nil {
			return err
		}
	}
	return nil
}

// scan takes the steps from number i on at v and at everything in it.
func (c *collector) scan(v value.Value, i int, at *place) error {
	if err := c.visit(); err != nil {
		return err
	}
	if c.fits(v, &c.path.steps[i]) {
		if err := unlessLost(c.walk(v, i, at)); err != nil {
			return err
		}
	}
	return c.each(v, func(x value.Value, name string, n int) error {
		return c.scan(x, i, &place{at, name, n})
	})
}

// fits tells whether the step after ".." can be taken from v. A filter is asked about objects themselves, so that it
// finds each of them once.
func (c *collector) fits(v value.Value, s *step) bool {
	switch s.kind {
	case childStep:
		return v.Get(s.name).Exists()
	case namesStep:
		return v.IsObject() && s.pick(v).Len() == len(s.names)
	case indexStep, lastStep, listStep, sliceStep:
		return v.IsArray()
	case filterStep:
		return v.IsObject()
	case wildStep, scanStep:
	}
	return true
}

// lost is the error of a step that leads nowhere. An absent place is no mistake in what was selected, nor where a
// member is missing or an index is beyond the end.
func (c *collector) lost(v value.Value, i int, at *place) error {
	s := &c.path.steps[i]
	absent := s.kind != filterStep && (s.kind == childStep || s.kind == namesStep || v.IsArray() || v.IsNull())
	if absent && (c.selected > 0 || v.IsObject() || v.IsArray() && s.kind != childStep && s.kind != namesStep) {
		return errLost
	}
	return c.path.lost(v, i, c.searched, at.String())
}

// String is the place as errors write it.
func (p *place) String() string { return string(p.appendTo([]byte{})) }

func (p *place) appendTo(b []byte) []byte {
	switch {
	case p == nil:
		return append(b, '$')
	case p.name != "" || p.index < 0:
		return append(append(append(p.up.appendTo(b), "['"...), p.name...), "']"...)
	}
	return append(strconv.AppendInt(append(p.up.appendTo(b), '['), int64(p.index), 10), ']')
}

// lost is the error of step i, which leads nowhere from the value v at a place.
func (p *Path) lost(v value.Value, i int, searched value.Value, at string) *PathError {
	s := &p.steps[i]
	e := &PathError{Path: p.src, Absent: true, searched: searched}
	fragment := string(s.appendTo(nil))
	switch {
	case s.kind == childStep && v.IsObject() && i == len(p.steps)-1:
		e.Reason = "No results for path: " + at + fragment
	case s.kind == childStep && v.IsObject():
		e.Reason = "Missing property in path " + at + fragment
	case s.kind == childStep, s.kind == namesStep:
		e.Reason = "Property " + fragment + " not found in path " + at
	case s.kind == lastStep && v.IsArray():
		e.Reason = "Index out of bounds when evaluating path " + at + "[" + strconv.Itoa(v.Len()-s.index) + "]"
	case v.IsArray():
		e.Reason = "Index out of bounds when evaluating path " + at + fragment
	case v.IsNull() && s.kind != filterStep:
		e.Reason = "The path " + at + " is null"
	default:
		e.Absent = false
		for j := range p.steps[i+1:] {
			fragment += string(p.steps[i+1+j].appendTo(nil))
		}
		what := "only be applied to arrays"
		if s.kind == filterStep {
			what = "not be applied to primitives"
		}
		e.Reason = "Filter: " + fragment + " can " + what + ". Current context is: " + plain(v)
	}
	return e
}

// plain is a value as messages show it: a string without quotes.
func plain(v value.Value) string {
	if v.IsString() {
		return v.Str()
	}
	return v.String()
}
