package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/value"
)

const callAndWait = `{"QueryLanguage":"JSONata","StartAt":"Call","States":{
	"Call":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Arguments":{"FunctionName":"f","Payload":{"n":"{% $states.input.n %}"}},"TimeoutSeconds":60,"Next":"Nap"},
	"Nap":{"Type":"Wait","Seconds":3600,"Output":{"id":"{% $uuid() %}","got":"{% $states.input %}"},"End":true}}}`

func TestStop(t *testing.T) {
	t.Parallel()
	p := plan(t, callAndWait)
	for _, s := range []engine.Stop{{}, {ErrorName: "Cancelled", Cause: "by the operator"}} {
		ctx, stop := context.WithCancelCause(t.Context())
		var events []history.Event
		tasks := engine.TasksFunc(func(ctx context.Context, _ engine.Call) engine.Result {
			stop(s)
			<-ctx.Done()
			return engine.Succeed(value.Null)
		})
		o := engine.Execute(ctx, p.Start(started(`{"n":1}`)), clock.NewVirtual(began), tasks, func(e history.Event) { events = append(events, e) })
		last := events[len(events)-1]
		if o.Status != engine.Aborted || last.Type != history.ExecutionAborted || last.PreviousID != 0 || len(events) != 5 {
			t.Errorf("got %s, %d events, last %d<%d %s", o.Status, len(events), last.ID, last.PreviousID, last.Type)
		}
		if (o.Error == nil) != (s.ErrorName == "") || (o.Cause == nil) != (s.Cause == "") || o.Error != nil && *o.Error != s.ErrorName {
			t.Errorf("got %v, %v, want %+v", o.Error, o.Cause, s)
		}
		if !strings.Contains(s.Error(), "stopped") {
			t.Errorf("got %q", s.Error())
		}
	}
}

// An execution whose context ends stays as it is; its run can be written, read and executed to the same end.
func TestLeaveAndResume(t *testing.T) {
	t.Parallel()
	p := plan(t, callAndWait)
	answer := func(context.Context, engine.Call) engine.Result {
		return engine.Result{Output: value.Int(7), After: 5 * time.Second}
	}
	whole := engine.Execute(t.Context(), p.Start(started(`{"n":1}`)), clock.NewVirtual(began), engine.TasksFunc(answer))

	run := p.Start(started(`{"n":1}`))
	clk := clock.NewVirtual(began)
	left := errors.New("shutting down")
	for _, at := range []history.Type{history.TaskStarted, history.WaitStateEntered} {
		ctx, leave := context.WithCancelCause(t.Context())
		o := engine.Execute(ctx, run, clk, engine.TasksFunc(answer), func(e history.Event) {
			if e.Type == at {
				leave(left)
			}
		})
		if o.Status != engine.Running || !errors.Is(o.Err, left) {
			t.Fatalf("got %s, %v", o.Status, o.Err)
		}
		b, err := json.Marshal(run)
		if err != nil {
			t.Fatal(err)
		}
		if run, err = p.Restore(b); err != nil {
			t.Fatal(err)
		}
	}
	o := engine.Execute(t.Context(), run, clk, engine.TasksFunc(answer))
	if o.Status != engine.Succeeded || o.Output.String() != whole.Output.String() || !o.Stopped.Equal(whole.Stopped) {
		t.Errorf("got %s %s at %s\nwant %s at %s", o.Status, o.Output, o.Stopped, whole.Output, whole.Stopped)
	}
	if again := engine.Execute(t.Context(), run, clk, nil); again.Output.String() != o.Output.String() {
		t.Errorf("executing a finished run: got %s", again.Output)
	}
}

// On a real clock answers count as they come, and a pretended delay is waited for.
func TestRealClock(t *testing.T) {
	t.Parallel()
	p := plan(t, `{"QueryLanguage":"JSONata","StartAt":"Both","States":{"Both":{"Type":"Parallel","End":true,"Branches":[
		{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Arguments":{},"End":true}}},
		{"StartAt":"B","States":{"B":{"Type":"Task","Resource":"arn:aws:states:::sns:publish","Arguments":{},"TimeoutSeconds":2,
			"Catch":[{"ErrorEquals":["States.Timeout"],"Next":"C"}],"End":true},"C":{"Type":"Wait","Seconds":1,"Output":"c","End":true}}}]}}}`)
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		start := started(`{}`)
		start.Time = begin
		o := engine.Execute(t.Context(), p.Start(start), clock.Real(), engine.TasksFunc(func(ctx context.Context, c engine.Call) engine.Result {
			if c.State == "B" {
				<-ctx.Done()
				return engine.Failed("Late", "")
			}
			return engine.Result{Output: value.String("a"), After: 10 * time.Second}
		}))
		if o.Status != engine.Succeeded || o.Output.String() != `["a","c"]` || time.Since(begin) != 10*time.Second {
			t.Errorf("got %s %s after %s", o.Status, o.Output, time.Since(begin))
		}
	})
}

// A task whose goroutine is ended, as t.Fatal does, fails.
func TestTaskWithoutAnswer(t *testing.T) {
	t.Parallel()
	ended := make(chan struct{})
	r := engine.Execute(t.Context(), plan(t, callAndWait).Start(started(`{"n":1}`)), clock.NewVirtual(began), engine.TasksFunc(func(context.Context, engine.Call) engine.Result {
		defer close(ended)
		runtime.Goexit()
		return engine.Succeed(value.Null)
	}))
	<-ended
	if r.Status != engine.FailedRun || *r.Error != "States.TaskFailed" {
		t.Errorf("got %+v", r)
	}
}

// States.Runtime ends the execution, also when a task answers with it; nobody doing tasks fails them.
func TestRuntimeFromTasks(t *testing.T) {
	t.Parallel()
	p := plan(t, `{"QueryLanguage":"JSONata","StartAt":"A","States":{
		"A":{"Type":"Task","Resource":"arn:aws:states:::sns:publish","Arguments":{},"End":true,
			"Retry":[{"ErrorEquals":["States.ALL"]}],"Catch":[{"ErrorEquals":["States.ALL"],"Next":"B"}]},
		"B":{"Type":"Succeed"}}}`)
	o := engine.Execute(t.Context(), p.Start(started(`{}`)), clock.NewVirtual(began), engine.TasksFunc(func(context.Context, engine.Call) engine.Result {
		return engine.Failed("States.Runtime", "no such field")
	}))
	if o.Status != engine.FailedRun || *o.Error != "States.Runtime" {
		t.Errorf("got %+v", o)
	}
	if o = engine.Execute(t.Context(), p.Start(started(`{}`)), clock.NewVirtual(began), nil); o.Status != engine.Succeeded || o.Output.Get("Error").Str() != "States.TaskFailed" {
		t.Errorf("without tasks: got %+v", o)
	}
}

// Two runs from one seed are the same, two seeds are not.
func TestSeed(t *testing.T) {
	t.Parallel()
	outputs := map[string]bool{}
	for _, seed := range []uint64{1, 1, 2} {
		start := started(`{"n":1}`)
		start.Seed = seed
		o := engine.Execute(t.Context(), plan(t, callAndWait).Start(start), clock.NewVirtual(began), answers(t, map[string][]engine.Result{"Call": {engine.Succeed(value.Null)}}))
		outputs[o.Output.String()] = true
	}
	if len(outputs) != 2 {
		t.Errorf("got %d different outputs of two seeds", len(outputs))
	}
}

func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	p := plan(t, callAndWait)
	for text, want := range map[string]string{
		`{`:                          "unexpected end",
		`{"threads":{"1":null}}`:     "thread 1 is not there",
		`{"threads":{"1":{"id":2}}}`: "thread 1 is not there",
		`{"threads":{"1":{"id":1,"state":"Gone"}}}`:                                                     "which the machine does not have",
		`{"threads":{"1":{"id":1,"state":"Call","tries":[1]}}}`:                                         "counts 1 retriers",
		`{"threads":{"2":{"id":2,"state":"Call","parent":1}}}`:                                          "no branch of thread 1",
		`{"threads":{"1":{"id":1,"state":"Call","results":[1]},"2":{"id":2,"state":"Nap","parent":1}}}`: "does not run it",
		`{"ready":[5]}`: "thread 5 is ready but not there",
	} {
		if _, err := p.Restore([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", text, err, want)
		}
	}
}

// Signals that mean nothing to a run do nothing.
func TestStraySignals(t *testing.T) {
	t.Parallel()
	run := plan(t, callAndWait).Start(started(`{"n":1}`))
	first := run.Handle(t.Context(), began, engine.Begin{})
	if len(first.History) != 4 || len(first.Commands) != 3 {
		t.Fatalf("got %d events, %d commands", len(first.History), len(first.Commands))
	}
	before, _ := json.Marshal(run)
	for _, s := range []engine.Signal{engine.Begin{}, engine.TaskDone{ID: 99}, engine.TimerFired{ID: 99}} {
		if e := run.Handle(t.Context(), began, s); len(e.History)+len(e.Commands) > 0 {
			t.Errorf("%T: got %+v", s, e)
		}
	}
	if after, _ := json.Marshal(run); string(after) != string(before) {
		t.Errorf("the run changed:\n%s\n%s", before, after)
	}
	if p := run.Pending(); len(p) != 3 {
		t.Errorf("got %d pending commands, want the call and two timers", len(p))
	}
}

func TestInputText(t *testing.T) {
	t.Parallel()
	start := started(`{"b":1.0}`)
	start.InputText = "{ \"b\": 1.0 }"
	e := plan(t, loop).Start(start).Handle(t.Context(), began, engine.Begin{}).History[0]
	if got := e.Details(history.Options{}).Get("input").Str(); got != start.InputText {
		t.Errorf("got %q, want the caller's own text", got)
	}
}
