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
	trail    []mark // the way to where it is

	// selected is how many wildcards, slices, lists and filters are around. What is not found in what they select is
	// left out.
	selected int
}

// A mark is one part of the way to a place: an item's index, or the name of a member with an index below zero.
type mark struct {
	name  string
	index int
}

// member marks the members of objects.
const member = -1

// collect gives what an indefinite path finds in v.
func (p *Path) collect(v value.Value, left *int) (value.Value, error) {
	c := collector{path: p, searched: v, left: left}
	if err := c.walk(v, 0); err != nil && !errors.Is(err, errLost) {
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

// walk takes the steps from number i on, from the value v.
func (c *collector) walk(v value.Value, i int) error {
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
			return c.lost(v, i)
		}
		return c.below(next, i+1, s.mark(v))
	case scanStep:
		return c.scan(v, i+1)
	case wildStep, listStep, sliceStep, filterStep:
		if s.kind == filterStep && !v.IsArray() && !v.IsObject() || (s.kind == listStep || s.kind == sliceStep) && !v.IsArray() {
			return c.lost(v, i)
		}
		c.selected++
		err := c.choose(v, i)
		c.selected--
		return err
	}
	return nil
}

// below walks on from a value in the one where the collector is.
func (c *collector) below(v value.Value, i int, m mark) error {
	c.trail = append(c.trail, m)
	err := c.walk(v, i)
	c.trail = c.trail[:len(c.trail)-1]
	return err
}

// mark is the part of the way that a definite step adds.
func (s *step) mark(v value.Value) mark {
	switch s.kind {
	case indexStep:
		return mark{index: s.index}
	case lastStep:
		return mark{index: v.Len() - s.index}
	default:
		return mark{s.name, member}
	}
}

// choose takes a step that may lead to several places.
func (c *collector) choose(v value.Value, i int) error {
	s := &c.path.steps[i]
	switch {
	case s.kind == listStep:
		for _, n := range s.indexes {
			if err := c.next(v.Index(n), i+1, mark{index: n}); err != nil {
				return err
			}
		}
		return nil
	case s.kind == sliceStep:
		from, to := s.span(v.Len())
		for n := from; n < to; n++ {
			if err := c.next(v.Index(n), i+1, mark{index: n}); err != nil {
				return err
			}
		}
		return nil
	case s.kind == filterStep && v.IsObject():
		if s.test(v, c) {
			return c.walk(v, i+1)
		}
		return nil
	}
	for n, x := range v.Elements() {
		var err error
		if s.kind == filterStep && !s.test(x, c) {
			err = c.visit()
		} else {
			err = c.next(x, i+1, mark{index: n})
		}
		if err != nil {
			return err
		}
	}
	for name, x := range v.Members() {
		if err := c.next(x, i+1, mark{name, member}); err != nil {
			return err
		}
	}
	return nil
}

// next walks on below a value that was chosen, if there is one.
func (c *collector) next(v value.Value, i int, m mark) error {
	if !v.Exists() {
		return nil
	}
	return unlessLost(c.below(v, i, m))
}

func unlessLost(err error) error {
	if errors.Is(err, errLost) {
		return nil
	}
	return err
}

// scan takes the steps from number i on at v and at everything in it.
func (c *collector) scan(v value.Value, i int) error {
	if err := c.visit(); err != nil {
		return err
	}
	if c.path.steps[i].fits(v) {
		if err := unlessLost(c.walk(v, i)); err != nil {
			return err
		}
	}
	c.trail = append(c.trail, mark{})
	last := len(c.trail) - 1
	for n, x := range v.Elements() {
		c.trail[last] = mark{index: n}
		if err := c.scan(x, i); err != nil {
			return err
		}
	}
	for name, x := range v.Members() {
		c.trail[last] = mark{name, member}
		if err := c.scan(x, i); err != nil {
			return err
		}
	}
	c.trail = c.trail[:last]
	return nil
}

// fits tells whether the step after ".." can be taken from v. A filter is asked about objects themselves, so that it
// finds each of them once.
func (s *step) fits(v value.Value) bool {
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
func (c *collector) lost(v value.Value, i int) error {
	s := &c.path.steps[i]
	named := s.kind == childStep || s.kind == namesStep
	absent := s.kind != filterStep && (named || v.IsArray() || v.IsNull())
	if absent && (c.selected > 0 || v.IsObject() || v.IsArray() && !named) {
		return errLost
	}
	at := []byte{'$'}
	for _, m := range c.trail {
		if m.index < 0 {
			at = append(append(append(at, "['"...), m.name...), "']"...)
			continue
		}
		at = append(strconv.AppendInt(append(at, '['), int64(m.index), 10), ']')
	}
	return c.path.lost(v, i, c.searched, string(at))
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
