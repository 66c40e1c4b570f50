package engine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/value"
)

// mapOf is a machine of one Map that runs states for its items.
func mapOf(fields, states string) string {
	return `{"QueryLanguage":"JSONata","StartAt":"Each","States":{"Each":{"Type":"Map",` + fields + `,"End":true,"ItemProcessor":` + states + `}}}`
}

const distributedWait = `{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":60,"End":true}}}`

// An inline Map runs at most 40 iterations side by side, a distributed one 10,000.
func TestConcurrency(t *testing.T) {
	t.Parallel()
	inline := strings.Replace(distributedWait, `"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},`, "", 1)
	for _, c := range []struct {
		fields, states string
		minutes        int
	}{
		{`"Items":"{% [1..100] %}"`, inline, 3},
		{`"Items":"{% [1..100] %}","MaxConcurrency":1000`, inline, 3},
		{`"Items":"{% [1..100] %}","MaxConcurrency":"{% 10 %}"`, inline, 10},
		{`"Items":"{% [1..100] %}"`, distributedWait, 1},
		{`"Items":"{% [1..100] %}","MaxConcurrency":30`, distributedWait, 4},
		{`"Items":"{% [1..100] %}","MaxConcurrency":3,"ItemBatcher":{"MaxItemsPerBatch":9}`, distributedWait, 4},
	} {
		r := execute(t, mapOf(c.fields, c.states), `{}`, nil)
		if r.Status != engine.Succeeded || r.took != time.Duration(c.minutes)*time.Minute {
			t.Errorf("%s: got %s after %s, want %d minutes", c.fields, r.Status, r.took, c.minutes)
		}
	}
}

// Batches are as large as both limits allow; an item that is too large for them goes alone.
func TestBatches(t *testing.T) {
	t.Parallel()
	states := `{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"P","States":{"P":{"Type":"Pass","Output":"{% $count($states.input.Items) %}","End":true}}}`
	for batcher, want := range map[string]string{
		`{"MaxItemsPerBatch":2}`:                                                    `[2,2,1]`,
		`{"MaxInputBytesPerBatch":45}`:                                              `[2,2,1]`,
		`{"MaxInputBytesPerBatch":10}`:                                              `[1,1,1,1,1]`,
		`{"MaxItemsPerBatch":3,"MaxInputBytesPerBatch":1000}`:                       `[3,2]`,
		`{"MaxItemsPerBatch":"{% 4 %}","BatchInput":{"a":"{% $states.input.x %}"}}`: `[4,1]`,
	} {
		r := execute(t, mapOf(`"Items":["0123456789","0123456789","0123456789","0123456789","0123456789"],"ItemBatcher":`+batcher, states), `{"x":1}`, nil)
		if r.Output.String() != want {
			t.Errorf("%s: got %s %v", batcher, r.Output, r.Outcome)
		}
	}
}

// An object is iterated over since September 2025.
func TestItemsOfObject(t *testing.T) {
	t.Parallel()
	m, _ := asl.Parse([]byte(`{"StartAt":"Each","States":{"Each":{"Type":"Map","End":true,"ItemProcessor":{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}}}}`))
	for day, want := range map[string]string{
		"2025-08-31": "",
		"2025-09-01": `[{"Key":"a","Value":1},{"Key":"b","Value":[2]}]`,
	} {
		asOf, _ := time.Parse(time.DateOnly, day)
		p, _ := engine.NewPlan(m, engine.Options{AsOf: asOf})
		o := engine.Execute(t.Context(), p.Start(started(`{"a":1,"b":[2]}`)), clock.NewVirtual(began), nil)
		switch {
		case want != "" && o.Output.String() != want:
			t.Errorf("%s: got %s", day, o.Output)
		case want == "" && (o.Status != engine.FailedRun || *o.Error != "States.Runtime" || *o.Cause != `Reference path "$" must point to array.`):
			t.Errorf("%s: got %+v", day, o)
		}
	}
}

// A child that waits is answered by its token, also when it is a child's child; stopping the parent stops all.
func TestTokensOfChildren(t *testing.T) {
	t.Parallel()
	const inner = `{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"Ask","States":{"Ask":{"Type":"Task","End":true,
		"Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","Arguments":{"MessageBody":{"t":"{% $states.context.Task.Token %}","of":"{% $states.input %}"}},"HeartbeatSeconds":9}}}`
	p := plan(t, mapOf(`"Items":[["a"],["b","c"]]`, `{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"All","States":{
		"All":{"Type":"Map","End":true,"ItemProcessor":`+inner+`}}}`))
	run := p.Start(started(`{}`))
	tokens := map[string]string{}
	take := func(e engine.Effects) {
		for _, c := range e.Commands {
			if c, ok := c.(engine.CallTask); ok && !c.Call.Waits {
				tokens[c.Call.Arguments.Path("MessageBody", "of").Str()] = c.Call.Token
			}
		}
	}
	handle := func(sig engine.Signal) engine.Effects {
		b, err := json.Marshal(run)
		if err != nil {
			t.Fatal(err)
		}
		if run, err = p.Restore(b); err != nil {
			t.Fatal(err)
		}
		e := run.Handle(t.Context(), began, sig)
		take(e)
		return e
	}
	for _, c := range handle(engine.Begin{}).Commands {
		if c, ok := c.(engine.CallTask); ok {
			handle(engine.TaskDone{ID: c.Call.ID, Result: engine.Succeed(value.Object())})
		}
	}
	if len(tokens) != 3 {
		t.Fatalf("%d tokens", len(tokens))
	}
	if e := handle(engine.TokenHeartbeat{Token: tokens["c"]}); len(e.Commands) != 2 {
		t.Errorf("the heartbeat of a child gives %+v", e)
	}
	if e := handle(engine.TokenDone{Token: "unknown"}); len(e.Commands)+len(e.Children)+len(e.History) > 0 {
		t.Errorf("got %+v", e)
	}
	for _, of := range []string{"c", "a"} {
		handle(engine.TokenDone{Token: tokens[of], Result: engine.Succeed(value.String("answer to " + of))})
	}
	half, err := json.Marshal(run)
	if err != nil {
		t.Fatal(err)
	}
	handle(engine.TokenDone{Token: tokens["b"], Result: engine.Succeed(value.String("answer to b"))})
	if o := run.Outcome(); o.Output.String() != `[["answer to a"],["answer to b","answer to c"]]` {
		t.Errorf("got %+v", o)
	}
	if run, err = p.Restore(half); err != nil {
		t.Fatal(err)
	}
	if n := len(run.Pending()); n != 5 { // the call, its heartbeat, and the limits of three executions
		t.Errorf("%d commands are pending: %+v", n, run.Pending())
	}
	e := run.Handle(t.Context(), began, engine.Stop{})
	aborted := 0
	for _, c := range e.Children {
		if c.Log.At(c.To-1).Type == history.ExecutionAborted {
			aborted++
		}
	}
	if aborted != 2 || len(run.Pending()) > 0 || run.Status() != engine.Aborted {
		t.Errorf("%d children were aborted, %d commands are pending, %s", aborted, len(run.Pending()), run.Status())
	}
}

// When something beside a Map Run fails, its children are stopped.
func TestMapRunAborted(t *testing.T) {
	t.Parallel()
	r := execute(t, `{"QueryLanguage":"JSONata","StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[
		{"StartAt":"Each","States":{"Each":{"Type":"Map","Label":"l","Items":[1,2],"End":true,"ItemProcessor":`+distributedWait+`}}},
		{"StartAt":"Nap","States":{"Nap":{"Type":"Wait","Seconds":1,"Next":"Bad"},"Bad":{"Type":"Fail","Error":"Bad"}}}]}}}`, `{}`, nil)
	got := ""
	for _, c := range r.all {
		if strings.HasSuffix(string(c.Event.Type), "Aborted") {
			got += fmt.Sprintf("%s%d ", c.Event.Type, c.Child.Index)
		}
	}
	if got != "MapRunAborted0 MapStateAborted0 ExecutionAborted0 ExecutionAborted1 " || *r.Error != "Bad" {
		t.Errorf("got %s %+v", got, r.Outcome)
	}
}

// What is not written ends in States.ResultWriterFailed.
func TestResultWriterFails(t *testing.T) {
	t.Parallel()
	r := execute(t, mapOf(`"Items":[1],"ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Arguments":{"Bucket":"b"}}`,
		`{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}`), `{}`,
		func(_ context.Context, c engine.Call) engine.Result {
			if c.Export == nil || len(c.Export.Children) != 1 || !strings.HasSuffix(c.Export.Key, "/manifest.json") {
				t.Errorf("got %+v", c)
			}
			return engine.Failed("S3.NoSuchBucket", "no such bucket")
		})
	if *r.Error != "States.ResultWriterFailed" || *r.Cause != "no such bucket" {
		t.Errorf("got %+v", r.Outcome)
	}
}
