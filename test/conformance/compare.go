package main

import (
	"fmt"
	"slices"

	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/value"
)

// compareOutcome tells how an outcome differs from the recorded one: status, error, cause, output. Of an execution
// that timed out the service tells neither error nor cause; rows of a table (briefly) never have them.
func compareOutcome(m *matcher, want value.Value, o engine.Outcome, briefly bool) string {
	names := []string{"status", "output", "error", "cause"}
	if briefly {
		names = names[:2]
	}
	if w := want.Get("status"); w.Str() != string(o.Status) {
		return diff("status", w.Str(), ended(o))
	}
	return compareFields(m, want, value.Object(
		value.M("status", value.String(string(o.Status))), optional("error", o.Error), optional("cause", o.Cause), value.M("output", o.Output),
	), names...)
}

func optional(name string, s *string) value.Member {
	if s == nil {
		return value.M(name, value.Value{})
	}
	return value.M(name, value.String(*s))
}

// ended says how an execution ended, with its error.
func ended(o engine.Outcome) string {
	s := string(o.Status)
	for _, text := range []*string{o.Error, o.Cause} {
		if text != nil {
			s += ": " + *text
		}
	}
	return s
}

// compareFields tells the first of some members that differs. What is absent on one side must be so on the other.
func compareFields(m *matcher, want, got value.Value, names ...string) string {
	for _, name := range names {
		if w, g := want.Get(name), got.Get(name); w.Exists() != g.Exists() || w.Exists() && !m.matches(w, g) {
			return m.difference(name, w, g)
		}
	}
	return ""
}

// difference is a short diff of two values that differ: the first place where they do.
func (m *matcher) difference(what string, want, got value.Value) string {
	path, w, g := m.locate(what, want, got)
	return diff(path, shown(w), shown(g))
}

// diff tells what was recorded and what came here.
func diff(what, want, got string) string { return what + "\n  want  " + want + "\n  got   " + got }

// locate finds the first place inside two values where they differ.
func (m *matcher) locate(path string, want, got value.Value) (string, value.Value, value.Value) {
	differ := func(w, g value.Value) bool {
		return w.Exists() != g.Exists() || w.Exists() && !m.matches(w, g)
	}
	switch {
	case want.IsObject() && got.IsObject():
		for _, name := range slices.Concat(want.Names(), got.Names()) {
			if w, g := want.Get(name), got.Get(name); differ(w, g) {
				return m.locate(path+"."+name, w, g)
			}
		}
	case want.IsArray() && got.IsArray() && want.Len() == got.Len():
		for i, w := range want.Elements() {
			if g := got.Index(i); differ(w, g) {
				return m.locate(fmt.Sprintf("%s[%d]", path, i), w, g)
			}
		}
	}
	return path, want, got
}

// longest is how much of a value a message shows.
const longest = 400

func cut(s string) string {
	if r := []rune(s); len(r) > longest {
		return fmt.Sprintf("%s… (%d characters)", string(r[:longest]), len(r))
	}
	return s
}

// An event is one of a history in the form in which events are compared.
type event struct {
	id, previous int64
	kind         history.Type
	shape        value.Value // type and details
}

// described is an event of ours as recordings have it: the JSON texts of the API parsed.
func described(e *history.Event) event {
	d := e.Details(history.Options{})
	for _, name := range []string{"input", "output", "parameters"} {
		if v, err := value.ParseString(d.Get(name).Str()); err == nil && d.Get(name).IsString() {
			d = d.With(name, v)
		}
	}
	if a := d.Get("assignedVariables"); a.Exists() {
		var b value.Builder
		for name, v := range a.Members() {
			b.Set(name, value.MustParse(v.Str()))
		}
		d = d.With("assignedVariables", b.Object())
	}
	shape := value.Object(value.M("type", value.String(string(e.Type))))
	if d.Exists() {
		if e.Type == history.ExecutionStarted { // recordings leave it out
			d = d.Without("roleArn")
		}
		shape = shape.With(history.DetailsMember(e.Type), d)
	}
	return event{e.ID, e.PreviousID, e.Type, shape}
}

// recorded is a recorded event in the same form.
func recorded(v value.Value) event {
	id, _ := v.Get("id").Int()
	previous, _ := v.Get("previousEventId").Int()
	kind := history.Type(v.Get("type").Str())
	shape := v.Without("id").Without("previousEventId").Without("timestamp")
	if name := history.DetailsMember(kind); kind == history.ExecutionStarted && shape.Get(name).Exists() {
		shape = shape.With(name, shape.Get(name).Without("roleArn"))
	}
	return event{id, previous, kind, shape}
}

// details are what is beside the type.
func (e event) details() value.Value { return e.shape.Without("type") }

func (e event) String() string {
	s := fmt.Sprintf("%d<%d %s", e.id, e.previous, e.kind)
	for _, v := range e.details().Members() { // there is one
		s += " " + v.String()
	}
	return s
}

// A comparison compares two histories.
type comparison struct {
	m         *matcher
	want, got []event
}

// compareHistory tells how a history differs from the recorded one.
func compareHistory(m *matcher, expect value.Value, events []history.Event) string {
	c := &comparison{m: m}
	for i := range events {
		c.got = append(c.got, described(&events[i]))
	}
	for _, v := range expect.Get("history").Elements() {
		c.want = append(c.want, recorded(v))
	}
	switch {
	case expect.Get("history_order").Str() == "parallel-normalised":
		return c.normalised()
	case expect.Get("concurrent").Bool():
		return c.concurrent()
	}
	return c.inOrder()
}

// inOrder compares event by event: types and details, then ids and what each follows from.
func (c *comparison) inOrder() string {
	for i, w := range c.want {
		if i >= len(c.got) {
			return missing(w)
		}
		if d := c.differs(w, c.got[i]); d != "" {
			return d
		}
	}
	if len(c.got) > len(c.want) {
		return surplus(c.got[len(c.want)])
	}
	for i, w := range c.want {
		if g := c.got[i]; g.id != w.id || g.previous != w.previous && !c.mayFollow(i) {
			return otherIDs(w, g)
		}
	}
	return ""
}

func (c *comparison) differs(w, g event) string {
	switch {
	case c.m.matches(w.shape, g.shape):
		return ""
	case w.kind != g.kind:
		return diff(fmt.Sprintf("event %d", w.id), w.String(), g.String())
	}
	return c.m.difference(fmt.Sprintf("event %d, %s", w.id, w.kind), w.details(), g.details())
}

func missing(w event) string { return diff("an event is missing", w.String(), "none") }

func surplus(g event) string { return diff("an event is too many", "none", g.String()) }

func otherIDs(w, g event) string {
	return diff("ids of "+string(w.kind), fmt.Sprintf("%d<%d", w.id, w.previous), fmt.Sprintf("%d<%d", g.id, g.previous))
}

// mayFollow tells whether a recorded event and ours may differ in what they follow from: leaving a Distributed Map
// follows from the beginning of its Map Run or from its end, as the service pleased on the day.
func (c *comparison) mayFollow(i int) bool {
	if c.want[i].kind != history.MapStateExited {
		return false
	}
	is := func(id int64) bool {
		return id > 0 && id <= int64(i) && (c.want[id-1].kind == history.MapRunStarted || c.want[id-1].kind == history.MapRunSucceeded)
	}
	return is(c.want[i].previous) && is(c.got[i].previous)
}
