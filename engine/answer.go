package engine

import (
	"slices"

	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/integration"
	"github.com/stepwright/stepwright/value"
)

// A task of a job, a callback or an activity is answered twice: first when it is submitted to the service or taken by
// a worker, then when its work is done. Between the two, a call with Waits set is out, which anybody may answer who
// has the token.

// lasts tells whether the task goes on after it was submitted.
func (s *task) lasts() bool { return s.activity || s.pattern != integration.RequestResponse }

func (x *step) taskDone(d TaskDone) {
	c, t := x.s.takeCall(d.ID)
	if t == nil {
		return
	}
	t.Call = 0
	n := x.plan.nodes[t.State]
	if m, ok := n.do.(*distributed); ok {
		m.answered(x, t, n, d.Result)
		return
	}
	s, ok := n.do.(*task)
	switch {
	case !ok:
	case s.lasts() && !c.Waits && d.Result.Failure == nil:
		s.submitted(x, t, n, c, d.Result)
	default:
		s.done(x, t, n, d.Result)
	}
}

// submitted goes on with a task that the service or a worker has taken: now its end is waited for.
func (s *task) submitted(x *step, t *thread, n *node, c Call, r Result) {
	if r.Output = orNull(r.Output); r.Output.Size() > maxPayload {
		s.done(x, t, n, r)
		return
	}
	e := s.event(history.TaskSubmitted)
	e.Output = r.Output
	if s.activity {
		e = history.Event{Type: history.ActivityStarted, WorkerName: r.Worker}
	}
	x.follow(t, e)
	if x.s.Status != Running {
		return
	}
	if t.Early != nil { // somebody was quicker with the token than the service with its answer
		early := *t.Early
		s.done(x, t, n, early)
		return
	}
	c.Waits, c.Submitted, c.Submission = true, r.Output, c.ID
	x.call(t, c)
	x.expectHeartbeat(t, c)
}

// expectHeartbeat sets the timer that fires unless a heartbeat comes before, if the task has one.
func (x *step) expectHeartbeat(t *thread, c Call) {
	if c.Heartbeat == 0 {
		return
	}
	t.Beat = x.cancel(t.Beat)
	id := t.Timer // what setTimer replaces is the limit of the whole task
	x.setTimer(t, x.now.Add(c.Heartbeat), forHeartbeat)
	t.Beat, t.Timer = t.Timer, id
}

// heartbeat says that the work of a task goes on.
func (x *step) heartbeat(match func(Call) bool) {
	i := slices.IndexFunc(x.s.Calls, match)
	if i < 0 || !x.s.Calls[i].Waits {
		return
	}
	c := x.s.Calls[i]
	if t := x.s.Threads[x.s.Owners[c.ID]]; t != nil {
		x.expectHeartbeat(t, c)
	}
}

// tokenDone is the answer to a token; what is unknown or already answered does not concern the run.
func (x *step) tokenDone(d TokenDone) {
	i := slices.IndexFunc(x.s.Calls, withToken(d.Token))
	if i < 0 {
		return
	}
	c := x.s.Calls[i]
	if c.Waits {
		x.command(CancelTask{c.ID})
		x.taskDone(TaskDone{c.ID, d.Result})
		return
	}
	if t := x.s.Threads[x.s.Owners[c.ID]]; t != nil && t.Early == nil {
		t.Early = &Result{Output: d.Result.Output, Failure: d.Result.Failure}
	}
}

// tokenStarted says that a worker has taken an activity's task.
func (x *step) tokenStarted(d TokenStarted) {
	i := slices.IndexFunc(x.s.Calls, withToken(d.Token))
	if i < 0 || x.s.Calls[i].Waits {
		return
	}
	x.command(CancelTask{x.s.Calls[i].ID})
	x.taskDone(TaskDone{x.s.Calls[i].ID, Result{Worker: d.Worker}})
}

func withToken(token string) func(Call) bool {
	return func(c Call) bool { return c.Token == token && token != "" }
}

// done goes on with the end of a task.
func (s *task) done(x *step, t *thread, n *node, r Result) {
	x.settle(t)
	if r.Failure == nil {
		r.Output = orNull(r.Output)
	}
	if r.Failure == nil && r.Output.Size() > maxPayload {
		f := tooLarge(s.name())
		r.Failure = &Failure{Error: *f.Error, Cause: *f.Cause}
	}
	if r.Failure != nil {
		s.failed(x, t, n, newFault(r.Failure.Error, r.Failure.Cause))
		return
	}
	e := s.event(history.TaskSucceeded)
	switch {
	case s.activity:
		e = history.Event{Type: history.ActivitySucceeded}
	case s.service == "":
		e = history.Event{Type: history.LambdaFunctionSucceeded}
	}
	e.Output = r.Output
	x.follow(t, e)
	t.Decided = t.Prev
	x.conclude(t, n, s.flow, r.Output, n.next)
}

func orNull(v value.Value) value.Value {
	if !v.Exists() {
		return value.Null
	}
	return v
}

// settle forgets what a thread waits for: its call, its timers, an answer that came early.
func (x *step) settle(t *thread) {
	if c, _ := x.s.takeCall(t.Call); c.ID != 0 {
		x.command(CancelTask{c.ID})
	}
	t.Timer, t.Beat = x.cancel(t.Timer), x.cancel(t.Beat)
	t.Call, t.Early = 0, nil
}

// due is the end of the task's time.
func (s *task) due(x *step, t *thread, n *node) {
	x.settle(t)
	f := newFault(errTimeout, "")
	s.note(x, t, f)
	if x.othersDue(forTask) || x.othersDue(forVerdict) {
		x.setTimer(t, x.now, forVerdict)
		return
	}
	x.throw(t, n, f)
}

// unheard is the end of the time until the task's next heartbeat. The error is that of any time-out (recorded:
// timeouts/heartbeats-heartbeat-no-timeout); retriers and catchers may also name the heartbeat.
func (s *task) unheard(x *step, t *thread, n *node) {
	x.settle(t)
	f := newFault(errTimeout, "")
	f.heartbeat = true
	s.failed(x, t, n, f)
}

// othersDue tells whether more timers of a purpose are due now: tasks that time out together all write so before
// the first of them fails the iterations of a Map (recorded: timeouts/timeouts-service-lambda-map-timeout).
func (x *step) othersDue(why purpose) bool {
	return slices.ContainsFunc(x.s.Timers, func(t timer) bool { return t.Why == why && !t.At.After(x.now) })
}

// failed writes that an attempt failed, and raises the error.
func (s *task) failed(x *step, t *thread, n *node, f *fault) {
	s.note(x, t, f)
	f.fatal = deref(f.Error) == errRuntime
	x.throw(t, n, f)
}

// note writes that an attempt failed.
func (s *task) note(x *step, t *thread, f *fault) {
	failed, timedOut := history.TaskFailed, history.TaskTimedOut
	e := s.event("")
	switch {
	case s.activity:
		failed, timedOut, e = history.ActivityFailed, history.ActivityTimedOut, history.Event{}
	case s.service == "":
		failed, timedOut, e = history.LambdaFunctionFailed, history.LambdaFunctionTimedOut, history.Event{}
	}
	if e.Type = failed; deref(f.Error) == errTimeout {
		e.Type = timedOut
	}
	e.Error, e.Cause = f.Error, f.Cause
	x.follow(t, e)
	t.Decided = t.Prev
}
