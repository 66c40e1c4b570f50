package main

import (
	"testing"

	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/value"
)

// every says of how many changes one is tried: all take long, and found nothing when somebody last looked.
const every = 11

// TestEveryLeafCounts changes one leaf of what was recorded after the other, and takes every member and item away: each
// time the comparison must see it.
func TestEveryLeafCounts(t *testing.T) {
	t.Parallel()
	tried := 0
	for _, r := range recordings(t) {
		if !r.counted() || !r.hasHistory() || r.json.Path("expect", "api_error").Exists() {
			continue
		}
		x := r.executions()[0]
		ran, err := x.run(t.Context())
		if err != nil {
			t.Fatalf("%s: %v", r.file, err)
		}
		if compareHistory(&matcher{}, x.expect, ran.events) != "" || compareOutcome(&matcher{}, x.expect, ran.outcome, false) != "" {
			continue // it differs without a change
		}
		for _, name := range []string{"status", "output", "error", "cause"} {
			changes(x.expect.Get(name), func(v value.Value) {
				tried++
				if compareOutcome(&matcher{}, with(x.expect, name, v), ran.outcome, false) == "" {
					t.Errorf("%s: nobody sees that %s is %s instead of %s", r.file, name, shown(v), x.expect.Get(name))
				}
			})
		}
		events := x.expect.Get("history").Elements()
		for i, e := range events {
			changes(e, func(v value.Value) {
				changed := append([]value.Value{}, events...)
				changed[i] = v
				if !v.Exists() {
					changed = append(changed[:i:i], events[i+1:]...)
				}
				if tried++; tried%every != 0 || unseen(x.expect, e, v) {
					return
				}
				h := value.Array(changed...)
				if historyProblem(h) == nil && compareHistory(&matcher{}, with(x.expect, "history", h), ran.events) == "" {
					t.Errorf("%s: nobody sees that an event is\n%s instead of\n%s", r.file, shown(v), e)
				}
			})
		}
	}
}

func with(v value.Value, name string, x value.Value) value.Value {
	if !x.Exists() {
		return v.Without(name)
	}
	return v.With(name, x)
}

// unseen tells whether a change of a recorded event is none: what an event that others meet in follows from, ids that the
// recorder took away, and who the role is.
func unseen(expect, e, changed value.Value) bool {
	same := func(name string) bool { return value.Equal(e.Get(name), changed.Get(name)) }
	if !changed.Exists() {
		return false
	}
	switch history.Type(e.Get("type").Str()) {
	case history.MapStateExited:
		return !same("previousEventId")
	case history.ExecutionStarted:
		return value.Equal(withoutRole(e), withoutRole(changed))
	}
	return expect.Get("history_order").Str() == "parallel-normalised" && !same("previousEventId")
}

func withoutRole(e value.Value) value.Value {
	const name = "executionStartedEventDetails"
	return e.With(name, e.Get(name).Without("roleArn"))
}

// changes calls f with v after each single change, and with nothing.
func changes(v value.Value, f func(value.Value)) {
	if !v.Exists() {
		return
	}
	f(value.Value{})
	leaves(v, f)
}

func leaves(v value.Value, f func(value.Value)) {
	switch {
	case v.IsObject():
		f(v.With("surplus", value.Null))
		for name, x := range v.Members() {
			f(v.Without(name))
			leaves(x, func(y value.Value) { f(v.With(name, y)) })
		}
	case v.IsArray():
		f(v.Append(value.Null))
		for i, x := range v.Elements() {
			leaves(x, func(y value.Value) {
				items := append([]value.Value{}, v.Elements()...)
				items[i] = y
				f(value.Array(items...))
			})
		}
	case v.IsString():
		f(value.String(v.Str() + "~"))
	case v.IsNumber():
		f(value.Float(v.Float() + 1))
	case v.IsBool():
		f(value.Bool(!v.Bool()))
	case v.IsNull():
		f(value.False)
	}
}
