package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/mockconfig"
	"github.com/stepwright/stepwright/value"
)

// startedAt is when executions begin in virtual time: the day on which the corpus was made, and before the times that
// inputs of it wait for.
var startedAt = time.Date(2026, 11, 22, 17, 30, 0, 0, time.UTC)

// patience bounds how long one execution may take in real time.
const patience = time.Minute

// An execution is one recorded run of a definition.
type execution struct {
	definition []byte
	start      engine.Start
	mocks      value.Value
	config     value.Value // the test case in AWS's own file of mocks, if there is one
	asOf       time.Time   // when it was recorded, if known
	expect     value.Value
}

// A ran is what an execution came to here.
type ran struct {
	outcome engine.Outcome
	events  []history.Event
}

// executions are the runs that a recording holds: one, or one per row of a table.
func (r *recording) executions() []*execution {
	x := r.execution(r.json, r.json.Get("expect"))
	if r.kind != kindTable {
		return []*execution{x}
	}
	var all []*execution
	for _, row := range r.json.Get("rows").Elements() {
		all = append(all, r.execution(row, row.Get("expect")))
	}
	return all
}

func (r *recording) execution(at, expect value.Value) *execution {
	x := &execution{definition: []byte(at.Get("definition").String()), mocks: r.json.Get("mocks"), config: r.json.Get("mock_config"), expect: expect}
	if text := at.Get("definition_text"); text.IsString() {
		x.definition = []byte(text.Str())
	}
	var known bool
	if x.asOf, known = parseDate(r.json.Get("validated_on_aws").Str()); !known {
		x.asOf, _ = parseDate(r.json.Path("source", "recorded_date").Str())
	}
	x.start = engine.Start{
		ExecutionArn:    "arn:aws:states:us-east-1:111111111111:execution:<ArnPart_0idx>:<ExecArnPart_0idx>",
		StateMachineArn: "arn:aws:states:us-east-1:111111111111:stateMachine:<ArnPart_0idx>",
		Name:            "<ExecArnPart_0idx>", StateMachineName: "<ArnPart_0idx>", RoleArn: "<role_arn>", Region: "us-east-1",
		Input: at.Get("input"), Time: startedAt, Seed: 1, Type: engine.Standard,
	}
	if r.kind == kindExpressSync || r.kind == kindExpressAsync || r.json.Get("type").Str() == string(engine.Express) {
		x.start.Type, x.start.Sync = engine.Express, r.kind == kindExpressSync
		x.start.ExecutionArn = "arn:aws:states:us-east-1:111111111111:express:<ArnPart_0idx>:<ExecArnPart_0idx>:<ExecArnPart_1idx>"
	}
	return x
}

// hasActivity tells whether an activity existed: then its tasks' attempts were recorded.
func (x *execution) hasActivity(arn string) bool {
	return slices.ContainsFunc(x.mocks.Get("tasks").Elements(), func(t value.Value) bool { return t.Get("resource").Str() == arn })
}

// plan makes the definition ready; the error says what the engine cannot run.
func (x *execution) plan() (*engine.Plan, error) {
	m, found := asl.Parse(x.definition)
	if !found.HasErrors() {
		var p *engine.Plan
		if p, found = engine.NewPlan(m, engine.Options{AsOf: x.asOf, Activity: x.hasActivity}); p != nil {
			return p, nil
		}
	}
	var all []string
	for _, d := range found {
		if len(all) < 3 {
			all = append(all, d.Message)
		}
	}
	return nil, errors.New("it cannot be run: " + strings.Join(all, "; "))
}

// mockCase reads the test case in AWS's own file of mocks; nil when there is none.
func (x *execution) mockCase() (*mockconfig.Case, error) {
	if !x.config.Exists() {
		return nil, nil
	}
	f, err := mockconfig.Parse("mock_config", []byte(x.config.Get("file").String()))
	if err != nil {
		return nil, err
	}
	return f.Case(x.config.Get("state_machine").Str(), x.config.Get("test_case").Str())
}

// run executes the case in virtual time.
func (x *execution) run(ctx context.Context) (r ran, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the engine panicked: %v", p)
		}
	}()
	p, err := x.plan()
	if err != nil {
		return r, err
	}
	config, err := x.mockCase()
	if err != nil {
		return r, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	recorded := x.expect.Get("history").Elements()
	r.outcome = engine.Execute(ctx, p.Start(x.start), clock.NewVirtual(x.start.Time), newWorld(x.mocks, config, recorded), func(e history.Event) {
		if r.events = append(r.events, e); x.stopsAfter(len(r.events)) {
			stop(engine.Stop{ErrorName: x.expect.Get("error").Str(), Cause: x.expect.Get("cause").Str()})
		}
	})
	if r.outcome.Err != nil {
		return r, fmt.Errorf("it had not ended after %v: %w", patience, r.outcome.Err)
	}
	return r, nil
}

// stopsAfter tells whether somebody stopped the execution after so many events: the last event of an aborted one is
// the stop. Where no history was recorded, that is when its first state is entered.
func (x *execution) stopsAfter(events int) bool {
	if x.expect.Get("status").Str() != string(engine.Aborted) {
		return false
	}
	return events == max(2, x.expect.Get("history").Len()-1)
}
