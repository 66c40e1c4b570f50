package engine_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/value"
)

// tooLarge is a JSON string just beyond the limit of payloads, 262,144 bytes.
var tooLarge = value.String(strings.Repeat("x", 262_144-1))

const dataLimit = "' returned a result with a size exceeding the maximum number of bytes service limit."

func TestTaskResultTooLarge(t *testing.T) {
	t.Parallel()
	for resource, name := range map[string]string{
		"arn:aws:states:::lambda:invoke":                   "lambda",
		"arn:aws:states:::aws-sdk:s3:getObject":            "aws-sdk:s3",
		"arn:aws:lambda:us-east-1:111111111111:function:f": "arn:aws:lambda:us-east-1:111111111111:function:f",
	} {
		for _, matcher := range []string{"States.ALL", "States.DataLimitExceeded"} {
			r := execute(t, fmt.Sprintf(`{"QueryLanguage":"JSONata","StartAt":"A","States":{
				"A":{"Type":"Task","Resource":%q,"Arguments":{},"End":true,
					"Catch":[{"ErrorEquals":["States.TaskFailed"],"Next":"F"},{"ErrorEquals":[%q],"Next":"B"}]},
				"B":{"Type":"Succeed"},"F":{"Type":"Fail"}}}`, resource, matcher), `{}`,
				func(context.Context, engine.Call) engine.Result { return engine.Succeed(tooLarge) })
			want := `{"Error":"States.DataLimitExceeded","Cause":"The state/task '` + name + dataLimit + `"}`
			if r.Status != engine.Succeeded || r.Output.String() != want {
				t.Errorf("%s, %s: got %s %s", resource, matcher, r.Status, r.Output)
			}
		}
	}
}

func TestStateOutputTooLarge(t *testing.T) {
	t.Parallel()
	large := `{"s":"` + strings.Repeat("x", 262_141) + `"}`
	for name, fields := range map[string]string{
		"Output": `"Output":"{% $states.input.s & 'xx' %}"`,
		"Assign": `"Assign":{"x":"{% $states.input.s & 'xx' %}"}`,
	} {
		r := execute(t, `{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Pass","End":true,`+fields+`}}}`, large, nil)
		if r.Status != engine.FailedRun || *r.Error != "States.DataLimitExceeded" || *r.Cause != "The state/task 'A"+dataLimit {
			t.Errorf("%s: got %s %v", name, r.Status, r.Outcome)
		}
		if n := len(r.history); n != 3 || r.history[2].Type != history.ExecutionFailed {
			t.Errorf("%s: got %d events", name, n)
		}
	}
	r := execute(t, `{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Pass","End":true,"Output":"{% $states.input.s & 'x' %}"}}}`, large, nil)
	if r.Status != engine.Succeeded {
		t.Errorf("262,144 bytes: got %s", r.Status)
	}
}

func TestErrorsAreCut(t *testing.T) {
	t.Parallel()
	r := execute(t, `{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"`+strings.Repeat("é", 300)+`","Cause":"`+strings.Repeat("é", 40_000)+`"}}}`, `{}`, nil)
	if n, m := len([]rune(*r.Error)), len([]rune(*r.Cause)); n != 256 || m != 32_768 {
		t.Errorf("got %d and %d characters, want 256 and 32768", n, m)
	}
}

// loop goes round for ever.
const loop = `{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Pass","Next":"A"}}}`

func TestHistoryLimit(t *testing.T) {
	t.Parallel()
	p := plan(t, loop)
	var last history.Event
	count := 0
	o := engine.Execute(t.Context(), p.Start(started(`{}`)), clock.NewVirtual(began), nil, func(e history.Event) { last, count = e, count+1 })
	if count != 25_000 || last.ID != 25_000 || last.PreviousID != 24_999 || last.Type != history.ExecutionFailed {
		t.Errorf("got %d events, last %d<%d %s", count, last.ID, last.PreviousID, last.Type)
	}
	if o.Status != engine.FailedRun || *o.Error != "States.Runtime" || *o.Cause != "The execution reached the maximum number of history events (25000)." {
		t.Errorf("got %+v", o)
	}
}

// An express execution ends after five minutes.
func TestExpressTimeout(t *testing.T) {
	t.Parallel()
	start := started(`{}`)
	start.Type = engine.Express
	o := engine.Execute(t.Context(), plan(t, `{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":301,"End":true}}}`).Start(start), clock.NewVirtual(began), nil)
	if o.Status != engine.TimedOut || o.Stopped.Sub(began).Minutes() != 5 || o.Error != nil {
		t.Errorf("got %+v", o)
	}
}

// An express execution has no limit of events; time passes even in a loop of states that do nothing.
func TestExpressLoopTimesOut(t *testing.T) {
	t.Parallel()
	start := started(`{}`)
	start.Type = engine.Express
	count := 0
	o := engine.Execute(t.Context(), plan(t, strings.Replace(loop, "{", `{"TimeoutSeconds":20,`, 1)).Start(start), clock.NewVirtual(began), nil, func(history.Event) { count++ })
	if o.Status != engine.TimedOut || o.Stopped.Sub(began).Seconds() != 20 || count < 30_000 {
		t.Errorf("got %s after %s, %d events", o.Status, o.Stopped.Sub(began), count)
	}
}

// So does a loop of tasks that answer at once.
func TestExpressTaskLoopTimesOut(t *testing.T) {
	t.Parallel()
	start := started(`{}`)
	start.Type = engine.Express
	o := engine.Execute(t.Context(), plan(t, `{"QueryLanguage":"JSONata","TimeoutSeconds":3,"StartAt":"A","States":{
		"A":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Arguments":{},"Next":"B"},"B":{"Type":"Wait","Seconds":0,"Next":"A"}}}`).Start(start),
		clock.NewVirtual(began), engine.TasksFunc(func(context.Context, engine.Call) engine.Result { return engine.Succeed(value.Null) }))
	if o.Status != engine.TimedOut || o.Stopped.Sub(began).Seconds() != 3 {
		t.Errorf("got %s after %s", o.Status, o.Stopped.Sub(began))
	}
}

func TestVariablesLimit(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(`{"QueryLanguage":"JSONata","StartAt":"S0","States":{`)
	for i := range 60 {
		fmt.Fprintf(&b, `"S%d":{"Type":"Pass","Assign":{"v%d":"{%% $states.input.s %%}"},"Next":"S%d"},`, i, i, i+1)
	}
	b.WriteString(`"S60":{"Type":"Succeed"}}}`)
	input := `{"s":"` + strings.Repeat("x", 200_000) + `"}`
	o := engine.Execute(t.Context(), plan(t, b.String()).Start(started(input)), clock.NewVirtual(began), nil)
	if o.Status != engine.FailedRun || *o.Error != "States.DataLimitExceeded" || !strings.Contains(*o.Cause, "'S52'") {
		t.Errorf("got %s %v", o.Status, o.Cause)
	}
}
