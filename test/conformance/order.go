package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/value"
)

// concurrent compares histories of branches or iterations that ran at the same time: each event, together with the events
// that it follows from, must be in both, whatever its id. Both must be well-formed besides.
func (c *comparison) concurrent() string {
	for _, h := range [][]event{c.want, c.got} {
		if d := wellFormed(h); d != "" {
			return d
		}
	}
	left, lines := slices.Clone(c.got), lineages(c.got)
	for i, line := range lineages(c.want) {
		w := c.want[i]
		found := slices.IndexFunc(left, func(g event) bool { return c.sameEvent(w, g, line, lines[g.id-1]) })
		if found < 0 {
			return missing(w) + closest(w, left)
		}
		left = slices.Delete(left, found, found+1)
	}
	if len(left) > 0 {
		return surplus(left[0])
	}
	return ""
}

// closest shows the events of a type that are left over.
func closest(w event, left []event) string {
	for _, g := range left {
		if g.kind == w.kind {
			return "\n  left  " + g.String()
		}
	}
	return ""
}

// wellFormed tells what is wrong with ids: they are 1, 2, 3 …, and an event follows from an earlier one, or from none.
func wellFormed(events []event) string {
	for i, e := range events {
		if e.id != int64(i+1) || e.previous < 0 || e.previous >= e.id {
			return diff("a history is not well-formed", fmt.Sprintf("the id %d, after an earlier event", i+1), e.String())
		}
	}
	return ""
}

// meets are the events that follow from whichever branch or iteration came first or last: only the type of what they
// follow from is the same in every run.
var meets = []history.Type{
	history.MapIterationStarted, history.MapStateSucceeded, history.MapStateExited, history.ParallelStateSucceeded, history.ParallelStateExited,
}

// furthest is how many events back it is looked what an event follows from.
const furthest = 50

// lineages gives for each event of a well-formed history what it follows from: the events one after the other, as far as
// they are the same in every run.
func lineages(all []event) []value.Value {
	out := make([]value.Value, len(all))
	for i, e := range all {
		var line []value.Value
		for e.previous != 0 && len(line) < furthest {
			before := all[e.previous-1]
			if slices.Contains(meets, e.kind) {
				line = append(line, value.String(string(before.kind)))
				break
			}
			line = append(line, before.shape)
			e = before
		}
		out[i] = value.Array(line...)
	}
	return out
}

// sameEvent tells whether two events and their lineages are the same.
func (c *comparison) sameEvent(w, g event, lineW, lineG value.Value) bool {
	if w.kind != g.kind || !c.m.matches(w.shape, g.shape) {
		return false
	}
	trial := &matcher{bound: maps.Clone(c.m.bound)} // tokens are bound when those events' own turn comes
	return trial.matches(lineW, lineG)
}

// normalised compares histories of which the recorder sorted the events inside a Parallel state, took their ids away,
// and lost the event that ends the branches: inside, the events must be the same in any order; outside, all is compared.
func (c *comparison) normalised() string {
	if d := wellFormed(c.got); d != "" {
		return d
	}
	at := 0 // of got
	for i := 0; i < len(c.want); {
		if w := c.want[i]; w.id != 0 {
			if at >= len(c.got) {
				return missing(w)
			}
			g := c.got[at]
			if d := c.differs(w, g); d != "" {
				return d
			}
			if g.id != w.id || g.previous != w.previous && !c.hidden(w) {
				return otherIDs(w, g)
			}
			i, at = i+1, at+1
			continue
		}
		end := i
		for end < len(c.want) && c.want[end].id == 0 {
			end++
		}
		upTo := len(c.got)
		if end < len(c.want) {
			upTo = min(upTo, int(c.want[end].id)-1)
		}
		if d := c.inside(c.want[i:end], c.got[min(at, upTo):upTo]); d != "" {
			return d
		}
		i, at = end, upTo
	}
	if at < len(c.got) {
		return surplus(c.got[at])
	}
	return ""
}

// hidden tells whether an event follows from one whose id the recorder took away.
func (c *comparison) hidden(w event) bool {
	return w.previous != 0 && !slices.ContainsFunc(c.want, func(p event) bool { return p.id == w.previous })
}

// inside compares the events of branches in any order. The end of the branches may be there on our side only.
func (c *comparison) inside(want, got []event) string {
	left := slices.Clone(got)
	for _, w := range want {
		i := slices.IndexFunc(left, func(g event) bool { return c.m.matches(w.shape, g.shape) })
		if i < 0 {
			return missing(w) + closest(w, left)
		}
		left = slices.Delete(left, i, i+1)
	}
	for _, g := range left {
		if g.kind != history.ParallelStateSucceeded && g.kind != history.ParallelStateFailed {
			return surplus(g)
		}
	}
	return ""
}
