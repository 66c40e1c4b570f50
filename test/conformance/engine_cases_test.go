package conformance_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/internal/golden"
	"github.com/stepwright/stepwright/value"
)

// floorFile holds how many executions agreed when somebody last looked: fewer fail the test.
const floorFile = "testdata/engine-floor.txt"

// recordedAt is when executions begin: just before the times that inputs of the corpus wait for.
var recordedAt = time.Date(2026, 11, 22, 17, 30, 0, 0, time.UTC)

// A score counts executions of one area: how many there are that the engine supports, and how many of them agree in
// result (status, output, error, cause), in trace (types and details of all events) and in ids.
type score struct{ runs, result, trace, ids int }

// TestExecutions runs what the engine supports, as NewPlan says, against the recorded answers of tasks, and compares
// with what AWS recorded.
func TestExecutions(t *testing.T) {
	t.Parallel()
	scores := map[string]*score{}
	var notes []string
	unsupported := map[string]int{}
	for _, r := range recordings(t) {
		for _, c := range r.executions() {
			p, reason := c.plan()
			if p == nil {
				unsupported[reason]++
				continue
			}
			s := scores[r.area]
			if s == nil {
				s = &score{}
				scores[r.area] = s
			}
			s.runs++
			if note := c.compare(t.Context(), p, s); note != "" {
				notes = append(notes, c.name+": "+note)
			}
		}
	}
	t.Logf("%s\nnot supported:\n%s\ndisagreements:\n%s", table(scores), counts(unsupported), strings.Join(notes, "\n"))
	checkFloor(t, scores)
}

// An execution is one recorded run of a definition.
type execution struct {
	name       string
	definition []byte
	input      value.Value
	mocks      value.Value
	express    bool
	sync       bool
	asOf       time.Time // when it was recorded, if known
	expect     value.Value
	concurrent bool
	normalised bool
}

// executions are the runs that a recording holds and that can be run from it.
func (r recording) executions() []execution {
	if v := r.json.Get("replayable"); v.IsBool() && !v.Bool() {
		return nil
	}
	if r.json.Get("mock_config").Exists() && !r.json.Get("mocks").Exists() { // no answers were recorded
		return nil
	}
	c := execution{name: r.file, input: r.json.Get("input"), mocks: r.json.Get("mocks"), expect: r.json.Get("expect")}
	var err error
	if c.asOf, err = time.Parse(time.RFC3339, r.json.Get("validated_on_aws").Str()); err != nil { // not checked since
		c.asOf, _ = time.Parse("02-01-2006, 15:04:05", r.json.Path("source", "recorded_date").Str())
	}
	c.express = r.json.Get("type").Str() == "EXPRESS"
	c.concurrent = c.expect.Get("concurrent").Bool()
	c.normalised = c.expect.Get("history_order").Str() == "parallel-normalised"
	var all []execution
	for i, d := range r.definitions() {
		c := c
		c.name, c.definition = d.name, d.text
		switch r.kind {
		case "execution":
		case "execution-table":
			row := r.json.Get("rows").Index(i)
			c.input, c.expect = row.Get("input"), row.Get("expect")
		case "express-sync", "express-async":
			c.express, c.sync = true, r.kind == "express-sync"
			c.expect = outcomeOf(c.expect)
		default:
			return nil
		}
		if c.expect.Get("status").Exists() {
			all = append(all, c)
		}
	}
	return all
}

// outcomeOf is the outcome in the recording of an express execution; absent when there is none.
func outcomeOf(expect value.Value) value.Value {
	if r := expect.Get("response"); r.Exists() {
		return r
	}
	e := expect.Get("end_event")
	status := map[string]string{"ExecutionSucceeded": "SUCCEEDED", "ExecutionFailed": "FAILED", "ExecutionTimedOut": "TIMED_OUT"}[e.Get("type").Str()]
	if status == "" {
		return value.Value{}
	}
	return e.Get("details").With("status", value.String(status))
}

// plan is nil, with a reason, when the engine does not support the definition.
func (c *execution) plan() (*engine.Plan, string) {
	m, diags := asl.Parse(c.definition)
	if !diags.HasErrors() {
		var p *engine.Plan
		if p, diags = engine.NewPlan(m, engine.Options{AsOf: c.asOf}); p != nil {
			return p, ""
		}
	}
	for _, d := range diags {
		if d.Code == engine.CodeUnsupported {
			return nil, d.Message
		}
	}
	return nil, c.name + ": " + diags[0].Message
}

// run executes the case in virtual time.
func (c *execution) run(ctx context.Context, p *engine.Plan) (engine.Outcome, []history.Event) {
	start := engine.Start{
		ExecutionArn:    "arn:aws:states:us-east-1:111111111111:execution:<ArnPart_0idx>:<ExecArnPart_0idx>",
		StateMachineArn: "arn:aws:states:us-east-1:111111111111:stateMachine:<ArnPart_0idx>",
		Name:            "<ExecArnPart_0idx>", StateMachineName: "<ArnPart_0idx>", RoleArn: "<role_arn>", Region: "us-east-1",
		Input: c.input, Time: recordedAt, Seed: 1, Type: engine.Standard,
	}
	if c.express {
		start.Type, start.Sync = engine.Express, c.sync
		start.ExecutionArn = "arn:aws:states:us-east-1:111111111111:express:<ArnPart_0idx>:<ExecArnPart_0idx>:<ExecArnPart_1idx>"
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var events []history.Event
	o := engine.Execute(ctx, p.Start(start), clock.NewVirtual(start.Time), newMocks(c.mocks, c.expect.Get("history").Elements()), func(e history.Event) {
		if events = append(events, e); c.stopsAfter(len(events)) {
			stop(engine.Stop{ErrorName: c.expect.Get("error").Str(), Cause: c.expect.Get("cause").Str()})
		}
	})
	return o, events
}

// stopsAfter tells whether somebody stopped the execution after so many events.
func (c *execution) stopsAfter(events int) bool {
	return c.expect.Get("status").Str() == "ABORTED" && events == c.expect.Get("history").Len()-1
}

// compare runs the case, counts what agrees, and says what does not.
func (c *execution) compare(ctx context.Context, p *engine.Plan, s *score) string {
	o, events := c.run(ctx, p)
	m := &matcher{}
	if note := c.compareResult(m, o); note != "" {
		return "result: " + note
	}
	s.result++
	want := c.expect.Get("history").Elements()
	if want == nil { // no history was recorded
		s.trace++
		s.ids++
		return ""
	}
	if note := c.compareTrace(m, want, events); note != "" {
		return "trace: " + note
	}
	s.trace++
	if note := c.compareIDs(want, events); note != "" {
		return "ids: " + note
	}
	s.ids++
	return ""
}

func (c *execution) compareResult(m *matcher, o engine.Outcome) string {
	text := func(s *string) value.Value {
		if s == nil {
			return value.Value{}
		}
		return value.String(*s)
	}
	for _, f := range []struct {
		name string
		got  value.Value
	}{{"status", value.String(string(o.Status))}, {"error", text(o.Error)}, {"cause", text(o.Cause)}, {"output", o.Output}} {
		want := c.expect.Get(f.name)
		if want.Exists() != f.got.Exists() || want.Exists() && !m.matches(want, f.got) {
			return fmt.Sprintf("%s is %s\n    want %s", f.name, short(f.got), short(want))
		}
	}
	return ""
}

func short(v value.Value) string {
	s := v.String()
	if len(s) > 400 {
		s = s[:400] + "…"
	}
	return s
}

// described is an event as recordings have it: the JSON texts of the API parsed, without what recordings leave out.
func described(e *history.Event) value.Value {
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
	if d.Exists() {
		d = d.Without("roleArn")
	}
	return value.Object(value.M("type", value.String(string(e.Type))), value.M("details", d))
}

// recorded is a recorded event in the same form.
func recorded(v value.Value) value.Value {
	t := v.Get("type")
	return value.Object(value.M("type", t), value.M("details", v.Get(history.DetailsMember(history.Type(t.Str())))))
}

func (c *execution) compareTrace(m *matcher, want []value.Value, events []history.Event) string {
	got := make([]value.Value, 0, len(events))
	for i := range events {
		if c.normalised && (events[i].Type == history.ParallelStateSucceeded || events[i].Type == history.ParallelStateFailed) {
			continue // the recorder lost them: their ids are missing
		}
		got = append(got, described(&events[i]))
	}
	if c.concurrent || c.normalised {
		return compareSets(m, want, got)
	}
	for i, w := range want {
		if i >= len(got) {
			return fmt.Sprintf("event %d is missing\n    want %s", i+1, short(recorded(w)))
		}
		if !m.matches(recorded(w), got[i]) {
			return fmt.Sprintf("event %d is %s\n    want %s", i+1, short(got[i]), short(recorded(w)))
		}
	}
	if len(got) > len(want) {
		return fmt.Sprintf("event %d is %s\n    want none", len(want)+1, short(got[len(want)]))
	}
	return ""
}

// compareSets compares events regardless of their order.
func compareSets(m *matcher, want, got []value.Value) string {
	for _, w := range want {
		i := slices.IndexFunc(got, func(g value.Value) bool { return m.matches(recorded(w), g) })
		if i < 0 {
			return "missing " + short(recorded(w))
		}
		got = slices.Delete(slices.Clone(got), i, i+1)
	}
	if len(got) > 0 {
		return "too many " + short(got[0])
	}
	return ""
}

func (c *execution) compareIDs(want []value.Value, events []history.Event) string {
	if c.concurrent || c.normalised {
		return ""
	}
	for i, w := range want {
		id, _ := w.Get("id").Int()
		previous, _ := w.Get("previousEventId").Int()
		if e := events[i]; e.ID != id || e.PreviousID != previous {
			return fmt.Sprintf("event %s is %d<%d\n    want %d<%d", e.Type, e.ID, e.PreviousID, id, previous)
		}
	}
	return ""
}

func table(scores map[string]*score) string {
	var b strings.Builder
	sum := &score{}
	row := func(area string, s *score) {
		fmt.Fprintf(&b, "%-18s %4d runs  %4d result  %4d trace  %4d ids\n", area, s.runs, s.result, s.trace, s.ids)
	}
	for _, area := range sortedKeys(scores) {
		s := scores[area]
		row(area, s)
		*sum = score{sum.runs + s.runs, sum.result + s.result, sum.trace + s.trace, sum.ids + s.ids}
	}
	row("all", sum)
	return b.String()
}

func counts(m map[string]int) string {
	var b strings.Builder
	for _, k := range sortedKeys(m) {
		fmt.Fprintf(&b, "%4d %s\n", m[k], k)
	}
	return b.String()
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// checkFloor fails the test when an area agrees less than it did; -update writes what agrees now.
func checkFloor(t *testing.T, scores map[string]*score) {
	t.Helper()
	if golden.Updating() {
		if err := os.MkdirAll(filepath.Dir(floorFile), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(floorFile, []byte(table(scores)), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	text, err := os.ReadFile(floorFile)
	if err != nil {
		t.Fatalf("read the floor: %v (write it with -update)", err)
	}
	for line := range strings.Lines(string(text)) {
		var area string
		var floor score
		if _, err := fmt.Sscanf(line, "%s %d runs %d result %d trace %d ids", &area, &floor.runs, &floor.result, &floor.trace, &floor.ids); err != nil {
			t.Fatalf("%s: %q: %v", floorFile, line, err)
		}
		s := scores[area]
		if area == "all" {
			continue
		}
		if s == nil || s.runs < floor.runs || s.result < floor.result || s.trace < floor.trace || s.ids < floor.ids {
			t.Errorf("area %s agrees less than before: %+v, floor %+v", area, s, floor)
		}
	}
}
