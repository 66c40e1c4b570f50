package engine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/value"
)

const askManager = `{"QueryLanguage":"JSONata","StartAt":"Ask","States":{"Ask":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken",
	"Arguments":{"QueueUrl":"q","MessageBody":"{% $states.context.Task.Token %}"},"HeartbeatSeconds":10,"End":true}}}`

// asked begins an execution that waits for an answer, and gives the call.
func asked(t *testing.T, definition string) (*engine.Run, engine.Call) {
	t.Helper()
	run := plan(t, definition).Start(started(`{}`))
	return run, called(t, run.Handle(t.Context(), began, engine.Begin{}))
}

// called is the call among effects.
func called(t *testing.T, e engine.Effects) engine.Call {
	t.Helper()
	for _, c := range e.Commands {
		if c, ok := c.(engine.CallTask); ok {
			return c.Call
		}
	}
	t.Fatal("nothing is called")
	return engine.Call{}
}

func types(events []history.Event) []history.Type {
	var all []history.Type
	for _, e := range events {
		all = append(all, e.Type)
	}
	return all
}

// An answer to a token ends the task, once; others do not concern the run.
func TestTokenDone(t *testing.T) {
	t.Parallel()
	run, c := asked(t, askManager)
	if c.Token == "" || c.Arguments.Get("MessageBody").Str() != c.Token || c.Waits {
		t.Fatalf("got token %q in %s", c.Token, c.Arguments)
	}
	e := run.Handle(t.Context(), began, engine.TaskDone{ID: c.ID, Result: engine.Succeed(value.MustParse(`{"MessageId":"m"}`))})
	second := called(t, e)
	if !second.Waits || second.Token != c.Token || second.Submitted.Get("MessageId").Str() != "m" {
		t.Errorf("waits with %+v", second)
	}
	for _, stray := range []engine.Signal{
		engine.TokenDone{Token: "other"}, engine.TokenDone{}, engine.TokenStarted{Token: c.Token}, engine.TokenHeartbeat{Token: "other"}, engine.TaskHeartbeat{ID: c.ID},
	} {
		if e := run.Handle(t.Context(), began, stray); len(e.History)+len(e.Commands) > 0 {
			t.Errorf("%+v: got %+v", stray, e)
		}
	}
	e = run.Handle(t.Context(), began.Add(time.Second), engine.TokenDone{Token: c.Token, Result: engine.Succeed(value.True)})
	if got := fmt.Sprint(types(e.History)); got != "[TaskSucceeded TaskStateExited ExecutionSucceeded]" || !run.Outcome().Output.Bool() {
		t.Errorf("got %s, %+v", got, run.Outcome())
	}
	cancelled := false
	for _, c := range e.Commands {
		cancelled = cancelled || c == engine.Command(engine.CancelTask{ID: second.ID})
	}
	if !cancelled {
		t.Errorf("the call that waits is not cancelled: %+v", e.Commands)
	}
}

// Whoever got the message may answer before the service has answered that it is sent.
func TestEarlyAnswer(t *testing.T) {
	t.Parallel()
	for name, result := range map[string]engine.Result{"answer": engine.Succeed(value.String("yes")), "failure": engine.Failed("Refused", "no")} {
		run, c := asked(t, askManager)
		if e := run.Handle(t.Context(), began, engine.TokenDone{Token: c.Token, Result: result}); len(e.History) > 0 {
			t.Errorf("%s: got %v before the task was submitted", name, types(e.History))
		}
		run.Handle(t.Context(), began, engine.TokenDone{Token: c.Token, Result: engine.Succeed(value.String("again"))})
		b, err := json.Marshal(run)
		if err != nil {
			t.Fatal(err)
		}
		if run, err = plan(t, askManager).Restore(b); err != nil {
			t.Fatal(err)
		}
		e := run.Handle(t.Context(), began, engine.TaskDone{ID: c.ID, Result: engine.Succeed(value.Object())})
		want := "[TaskSubmitted TaskSucceeded TaskStateExited ExecutionSucceeded]"
		if result.Failure != nil {
			want = "[TaskSubmitted TaskFailed ExecutionFailed]"
		}
		if got := fmt.Sprint(types(e.History)); got != want {
			t.Errorf("%s: got %s", name, got)
		}
	}
}

// A service that does not take the task fails it; nothing was submitted.
func TestSubmitFails(t *testing.T) {
	t.Parallel()
	run, c := asked(t, askManager)
	run.Handle(t.Context(), began, engine.TokenDone{Token: c.Token})
	e := run.Handle(t.Context(), began, engine.TaskDone{ID: c.ID, Result: engine.Failed("SQS.AmazonSQSException", "no such queue")})
	if got := fmt.Sprint(types(e.History)); got != "[TaskFailed ExecutionFailed]" {
		t.Errorf("got %s", got)
	}
}

// A heartbeat puts the end of the waiting off.
func TestTokenHeartbeat(t *testing.T) {
	t.Parallel()
	run, c := asked(t, askManager)
	e := run.Handle(t.Context(), began, engine.TaskDone{ID: c.ID, Result: engine.Succeed(value.Object())})
	first := e.Commands[len(e.Commands)-1].(engine.SetTimer)
	e = run.Handle(t.Context(), began.Add(9*time.Second), engine.TokenHeartbeat{Token: c.Token})
	second := e.Commands[len(e.Commands)-1].(engine.SetTimer)
	if !first.At.Equal(began.Add(10*time.Second)) || !second.At.Equal(began.Add(19*time.Second)) || e.Commands[0] != engine.Command(engine.CancelTimer{ID: first.ID}) {
		t.Errorf("waits until %s, then %s; commands %+v", first.At, second.At, e.Commands)
	}
	e = run.Handle(t.Context(), second.At, engine.TimerFired{ID: second.ID})
	if got := fmt.Sprint(types(e.History)); got != "[TaskTimedOut ExecutionFailed]" {
		t.Errorf("got %s", got)
	}
}

// An activity's task waits for a worker.
func TestActivityByToken(t *testing.T) {
	t.Parallel()
	run, c := asked(t, `{"StartAt":"Work","States":{"Work":{"Type":"Task","Resource":"arn:aws:states:us-east-1:111111111111:activity:A","End":true}}}`)
	e := run.Handle(t.Context(), began, engine.TokenStarted{Token: c.Token, Worker: "w1"})
	if got := e.History; len(got) != 1 || got[0].Type != history.ActivityStarted || got[0].WorkerName != "w1" {
		t.Errorf("got %+v", got)
	}
	e = run.Handle(t.Context(), began, engine.TokenDone{Token: c.Token, Result: engine.Failed("Torn", "")})
	if got := fmt.Sprint(types(e.History)); got != "[ActivityFailed ExecutionFailed]" {
		t.Errorf("got %s", got)
	}
}

// desk are tasks that send what they are asked to somebody who answers by signals.
type desk struct{ signals chan engine.Signal }

func (d *desk) Signals() <-chan engine.Signal { return d.signals }

func (d *desk) Do(_ context.Context, c engine.Call) engine.Result {
	if c.Waits {
		return engine.Result{Never: true}
	}
	go func() {
		d.signals <- engine.TokenHeartbeat{Token: c.Token}
		d.signals <- engine.TokenDone{Token: c.Token, Result: engine.Succeed(value.String("signed"))}
		close(d.signals)
	}()
	return engine.Succeed(value.Object())
}

func TestInbox(t *testing.T) {
	t.Parallel()
	o := engine.Execute(t.Context(), plan(t, askManager).Start(started(`{}`)), clock.Real(), &desk{make(chan engine.Signal)})
	if o.Status != engine.Succeeded || o.Output.Str() != "signed" {
		t.Errorf("got %+v", o)
	}
}
