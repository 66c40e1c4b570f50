package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
)

// A run that records gives the events to its log and to observers, but not in Effects.
func TestRecord(t *testing.T) {
	t.Parallel()
	p := plan(t, loop)
	var seen []history.Event
	see := func(e history.Event) { seen = append(seen, e) }
	var log history.Log
	run := p.Start(started(`{"limit":3}`))
	run.Record(&log)
	engine.Execute(t.Context(), run, clock.NewVirtual(began), nil, see)
	whole := mustMarshal(t, seen)
	if got := mustMarshal(t, log.Events()); len(seen) < 5 || got != whole {
		t.Errorf("recorded %s, observers saw %s", got, whole)
	}
	unobserved := history.Log{}
	run = p.Start(started(`{"limit":3}`))
	run.Record(&unobserved)
	engine.Execute(t.Context(), run, clock.NewVirtual(began), nil)
	if got := mustMarshal(t, unobserved.Events()); got != whole {
		t.Errorf("recorded %s without observers, want %s", got, whole)
	}
	byHand := history.Log{}
	run = p.Start(started(`{"limit":3}`))
	run.Record(&byHand)
	if e := run.Handle(t.Context(), began, engine.Begin{}); len(e.History) > 0 || byHand.Len() == 0 {
		t.Errorf("got %d events in Effects and %d in the log", len(e.History), byHand.Len())
	}
}

// The limit of a history can be another one than the service's, or none.
func TestMaxEvents(t *testing.T) {
	t.Parallel()
	m, diags := asl.Parse([]byte(`{"QueryLanguage":"JSONata","StartAt":"A","TimeoutSeconds":20,"States":{"A":{"Type":"Pass","Next":"A"}}}`))
	if diags.HasErrors() {
		t.Fatal(diags.Err())
	}
	for limit, want := range map[int64]string{
		0:                "25000 FAILED The execution reached the maximum number of history events (25000).",
		10:               "10 FAILED The execution reached the maximum number of history events (10).",
		engine.Unlimited: "40002 TIMED_OUT ",
	} {
		p, diags := engine.NewPlan(m, engine.Options{MaxEvents: limit})
		if p == nil {
			t.Fatal(diags.Err())
		}
		var log history.Log
		run := p.Start(started(`{}`))
		run.Record(&log)
		o := engine.Execute(t.Context(), run, clock.NewVirtual(began), nil)
		cause := ""
		if o.Cause != nil {
			cause = *o.Cause
		}
		if got := fmt.Sprint(log.Len(), " ", o.Status, " ", cause); !strings.HasPrefix(got, want) {
			t.Errorf("limit %d: got %s, want %s", limit, got, want)
		}
	}
}
