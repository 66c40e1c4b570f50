package engine_test

import (
	"context"
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/value"
)

// FuzzRun executes small machines on any input with tasks that answer by a seed. Whatever happens, ids are without a
// gap, every event follows from an earlier one, the last one ends the execution, and nothing panics.
func FuzzRun(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(a.Files[0].Data), `{"n":1,"a":true,"limit":2}`, uint64(len(file)))
	}
	f.Add(loop, `{}`, uint64(0))
	f.Fuzz(func(t *testing.T, definition, input string, seed uint64) {
		in, err := value.ParseString(input)
		if err != nil {
			return
		}
		m, diags := asl.Parse([]byte(definition))
		if diags.HasErrors() {
			return
		}
		p, _ := engine.NewPlan(m, engine.Options{})
		if p == nil {
			return
		}
		start := started(`{}`)
		start.Input, start.Seed = in, seed
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var last history.Event
		o := engine.Execute(ctx, p.Start(start), clock.NewVirtual(began), engine.TasksFunc(dice(seed)), func(e history.Event) {
			if e.ID != last.ID+1 || e.PreviousID >= e.ID || e.Time.Before(last.Time) {
				t.Errorf("event %d<%d %s after %d", e.ID, e.PreviousID, e.Type, last.ID)
			}
			last = e
		})
		ends := map[engine.Status]history.Type{
			engine.Succeeded: history.ExecutionSucceeded, engine.FailedRun: history.ExecutionFailed, engine.TimedOut: history.ExecutionTimedOut,
		}
		if last.Type != ends[o.Status] {
			t.Errorf("%s ended with %s", o.Status, last.Type)
		}
	})
}

// dice are tasks that succeed, fail, take their time or never answer.
func dice(seed uint64) func(context.Context, engine.Call) engine.Result {
	return func(_ context.Context, c engine.Call) engine.Result {
		if c.ReaderConfig.Exists() && seed%3 > 0 {
			return engine.Succeed(value.Array(c.Arguments, value.True, value.Object(value.M("n", value.Int(1)))))
		}
		switch roll := (seed + uint64(c.Attempt)*7 + uint64(len(c.State))) % 6; roll {
		case 0:
			return engine.Failed("Unlucky", "rolled a zero")
		case 1:
			return engine.Result{Output: c.Arguments, After: time.Hour}
		case 2:
			return engine.Result{Never: true}
		}
		return engine.Succeed(value.Object(value.M("attempt", value.Int(c.Attempt))))
	}
}

// FuzzRestore reads runs that were written by others or damaged: an error or a run that works, never a panic.
func FuzzRestore(f *testing.F) {
	p := plan(f, `{"QueryLanguage":"JSONata","StartAt":"All","States":{"All":{"Type":"Parallel","Retry":[{"ErrorEquals":["States.ALL"]}],"End":true,"Branches":[
		{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Arguments":{},"TimeoutSeconds":5,"End":true}}},
		{"StartAt":"B","States":{"B":{"Type":"Wait","Seconds":3,"Assign":{"x":1},"End":true}}},
		{"StartAt":"C","States":{"C":{"Type":"Map","Items":[1,2],"MaxConcurrency":1,"End":true,"ItemProcessor":{"StartAt":"D","States":{
			"D":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","Arguments":{},"HeartbeatSeconds":5,"End":true}}}}}},
		{"StartAt":"E","States":{"E":{"Type":"Map","Items":[1,2],"End":true,"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},
			"StartAt":"F","States":{"F":{"Type":"Wait","Seconds":1,"End":true}}}}}}]}}}`)
	run := p.Start(started(`{"a":1}`))
	add := func() {
		b, err := json.Marshal(run)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	add()
	run.Handle(f.Context(), began, engine.Begin{})
	for range 6 {
		add()
		if pending := run.Pending(); len(pending) > 0 {
			nudge(f.Context(), run, began, pending[len(pending)/2])
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		run, err := p.Restore(data)
		if err != nil {
			return
		}
		now := began
		for range 50 {
			pending := run.Pending()
			if len(pending) == 0 || run.Status() != engine.Running {
				return
			}
			now = now.Add(time.Minute)
			nudge(t.Context(), run, now, pending[len(pending)-1])
		}
	})
}

// nudge lets something happen that a run waits for.
func nudge(ctx context.Context, run *engine.Run, now time.Time, pending engine.Command) {
	switch c := pending.(type) {
	case engine.CallTask:
		r := engine.Succeed(value.True)
		if c.Call.ID%3 == 0 {
			r = engine.Failed("E", "")
		}
		run.Handle(ctx, now, engine.TokenHeartbeat{Token: c.Call.Token})
		run.Handle(ctx, now, engine.TaskDone{ID: c.Call.ID, Result: r})
	case engine.SetTimer:
		run.Handle(ctx, now, engine.TimerFired{ID: c.ID})
	}
}
