package engine

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/value"
)

// Bounds on what a run does before time passes: a loop of states that take no time must not hold up a driver for
// ever, nor escape the execution's timeout on a virtual clock.
const (
	breathAfter = 1000
	breath      = time.Second
)

// A step is what a run does upon one signal.
type step struct {
	ctx  context.Context //nolint:containedctx // a step lives for one call of Handle
	plan *Plan
	s    *runState
	now  time.Time
	log  *history.Log // nil when nobody wants the events
	out  Effects

	written int // events, in this step
}

// Handle takes a signal at a time and gives what comes of it. Signals that do not concern the run (any more), such as
// the answer to a call that was cancelled, have no effects. The context bounds the evaluation of expressions.
func (r *Run) Handle(ctx context.Context, now time.Time, sig Signal) Effects {
	if r.log != nil {
		return r.handle(ctx, now, sig, r.log)
	}
	var log history.Log
	effects := r.handle(ctx, now, sig, &log)
	effects.History = log.Events()
	return effects
}

// handle is Handle with the events written to a log; nil when nobody wants them.
func (r *Run) handle(ctx context.Context, now time.Time, sig Signal, log *history.Log) Effects {
	if r.state.Status != Running {
		return Effects{}
	}
	x := &step{ctx: ctx, plan: r.plan, s: r.state, now: now.UTC().Truncate(time.Millisecond), log: log}
	if x.now.After(x.s.Time) {
		x.s.Time, x.s.Steps = x.now, 0
	}
	if x.nestedSignal(sig) {
		x.run()
		return x.out
	}
	switch sig := sig.(type) {
	case Begin:
		x.begin()
	case TaskDone:
		x.taskDone(sig)
	case TaskHeartbeat:
		x.heartbeat(func(c Call) bool { return c.ID == sig.ID })
	case TokenStarted:
		x.tokenStarted(sig)
	case TokenDone:
		x.tokenDone(sig)
	case TokenHeartbeat:
		x.heartbeat(withToken(sig.Token))
	case TimerFired:
		x.timerFired(sig)
	case UpdateMapRun:
		x.updateMapRun(sig)
	case Stop:
		x.stop(sig)
	}
	x.run()
	return x.out
}

func (x *step) begin() {
	if x.s.Began {
		return
	}
	x.s.Began = true
	st := &x.s.Start
	x.emit(0, history.Event{
		Type: history.ExecutionStarted, Input: st.Input, InputText: st.InputText, RoleArn: st.RoleArn,
		VersionArn: st.VersionArn, AliasArn: st.AliasArn,
	})
	limit := x.plan.timeout
	if limit == 0 {
		limit = defaultTimeout(st.Type)
	}
	x.setTimer(nil, x.now.Add(limit), forExecution)
	t := x.spawn(0, 0, x.plan.startAt, st.Input)
	t.Prev = 0 // the first state's Entered event follows from none
}

func defaultTimeout(t Type) time.Duration {
	if t == Express {
		return 5 * time.Minute
	}
	return 365 * 24 * time.Hour
}

// spawn makes a thread that is ready to enter a state.
func (x *step) spawn(parent, index int, state string, input value.Value) *thread {
	t := x.s.newThread()
	t.ID, t.Parent, t.Index, t.State, t.Input = x.s.next(), parent, index, state, input
	x.s.Threads[t.ID] = t
	x.s.Ready = append(x.s.Ready, t.ID)
	return t
}

// run lets the threads that can go on do so, each for one state at a time.
func (x *step) run() {
	for len(x.s.Ready) > 0 && x.s.Status == Running {
		if x.s.Steps++; x.s.Steps > breathAfter {
			x.breathe()
			return
		}
		t := x.s.Threads[x.s.Ready[0]]
		x.s.Ready = slices.Delete(x.s.Ready, 0, 1)
		n := x.plan.nodes[t.State]
		if x.enter(t, n); x.s.Status == Running {
			n.do.enter(x, t, n)
		}
	}
}

// breathe sets the timer after which the run goes on, once.
func (x *step) breathe() {
	if slices.ContainsFunc(x.s.Timers, func(t timer) bool { return t.Why == forBreath }) {
		return
	}
	x.setTimer(nil, x.now.Add(breath), forBreath)
}

// enter writes the event of entering a state.
func (x *step) enter(t *thread, n *node) {
	t.Decided = t.Prev
	t.In, t.EnteredTime, t.context, t.place = true, x.now, value.Value{}, value.Value{}
	t.Tries, t.Retries = nil, 0
	if id, ok := x.number(n.entered); ok {
		if x.log != nil {
			x.log.AppendEntered(id, t.Prev, x.now, n.entered, n.name, t.Input)
		}
		t.Prev, t.Entered = id, id
	}
}

// number gives the next event its id, unless the execution has ended. The last event that a standard execution may have
// can only be its end, so what would be that event ends the execution.
func (x *step) number(t history.Type) (id int64, ok bool) {
	if x.s.Status != Running {
		return 0, false
	}
	if x.s.Start.Type == Standard && x.s.Events == x.plan.most-1 && !ends(t) {
		x.finish(x.s.Events, newFault(errRuntime, fmt.Sprintf("The execution reached the maximum number of history events (%d).", x.plan.most)))
		return 0, false
	}
	x.s.Events++
	x.written++
	return x.s.Events, true
}

// emit writes an event that follows from another, and gives its id.
func (x *step) emit(after int64, e history.Event) int64 {
	id, ok := x.number(e.Type)
	if !ok {
		return x.s.Events
	}
	if x.log != nil {
		e.ID, e.PreviousID, e.Time = id, after, x.now
		x.log.Append(&e)
	}
	return id
}

// emitIteration is emit for the events of a Map's iterations, of which there are many.
func (x *step) emitIteration(after int64, t history.Type, name string, index int) int64 {
	id, ok := x.number(t)
	if !ok {
		return x.s.Events
	}
	if x.log != nil {
		x.log.AppendIteration(id, after, x.now, t, name, index)
	}
	return id
}

func ends(t history.Type) bool {
	return t == history.ExecutionFailed || t == history.ExecutionAborted || t == history.ExecutionTimedOut
}

// emitBare is emit for events without details, or with a length only.
func (x *step) emitBare(after int64, t history.Type, length int) int64 {
	id, ok := x.number(t)
	if !ok {
		return x.s.Events
	}
	if x.log != nil {
		x.log.AppendBare(id, after, x.now, t, length)
	}
	return id
}

// follow writes an event that follows from the thread's last one.
func (x *step) follow(t *thread, e history.Event) { t.Prev = x.emit(t.Prev, e) }

// leave goes on from a state with its output: to the next one, or to the end of the branch.
func (x *step) leave(t *thread, n *node, next string, output, assigned value.Value) {
	if f := x.assign(t, n, assigned); f != nil {
		x.throw(t, n, f)
		return
	}
	if output.Size() > maxPayload {
		x.throw(t, n, tooLarge(n.name))
		return
	}
	x.exit(t, n, next, output, assigned)
}

// exit writes the event of leaving a state and goes on. An empty assignment is none.
func (x *step) exit(t *thread, n *node, next string, output, assigned value.Value) {
	if assigned.Len() == 0 {
		assigned = value.Value{}
	}
	if id, ok := x.number(n.exited); ok {
		if x.log != nil {
			x.log.AppendExited(id, t.Prev, x.now, n.exited, n.name, output, assigned)
		}
		t.Prev = id
	}
	x.proceed(t, next, output)
}

// proceed makes the thread ready for the next state, or ends it.
func (x *step) proceed(t *thread, next string, output value.Value) {
	if x.s.Status != Running {
		return
	}
	t.In, t.Children, t.Results, t.Left, t.Items, t.Next, t.Run = false, nil, nil, 0, nil, 0, nil
	if next == "" {
		x.end(t, output)
		return
	}
	t.State, t.Input = next, output
	x.s.Ready = append(x.s.Ready, t.ID)
}

// end ends a thread with its output.
func (x *step) end(t *thread, output value.Value) {
	if t.Parent == 0 {
		if id, ok := x.number(history.ExecutionSucceeded); ok && x.log != nil {
			x.log.AppendSucceeded(id, t.Prev, x.now, output)
		}
		if x.close(Succeeded) {
			x.s.Output = output
		}
		return
	}
	x.drop(t)
	x.branchDone(t, output)
	x.s.spare = append(x.s.spare, t) // nobody goes on with a thread that has ended
}

// assign commits the variables of a state that is left.
func (x *step) assign(t *thread, n *node, assigned value.Value) *fault {
	if !assigned.Exists() {
		return nil
	}
	size := assigned.Size()
	if size > maxPayload {
		return tooLarge(n.name)
	}
	held := x.s.Held
	for name, v := range assigned.Members() {
		held += v.Size() - t.Vars.Get(name).Size()
	}
	if held > maxVariables {
		return tooLarge(n.name)
	}
	t.Vars, x.s.Held = withAll(t.Vars, assigned), held
	return nil
}

// withAll is vars with the members of assigned. Most often the variables are there already, and their names are shared.
func withAll(vars, assigned value.Value) value.Value {
	var b value.Batch
	items, known := b.Items(vars.Len()), 0
	for i, name := range vars.Names() {
		if items[i] = assigned.Get(name); items[i].Exists() {
			known++
			continue
		}
		items[i] = vars.Get(name)
	}
	if known == assigned.Len() {
		return b.Object(vars.Names(), items)
	}
	for name, v := range assigned.Members() {
		vars = vars.With(name, v)
	}
	return vars
}

// variable is a variable's value as a thread sees it: its own, or that of a scope around it.
func (x *step) variable(t *thread, name string) value.Value {
	for ; t != nil; t = x.s.Threads[t.Parent] {
		if v := t.Vars.Get(name); v.Exists() {
			return v
		}
	}
	return value.Value{}
}

func (x *step) timerFired(f TimerFired) {
	tm, ok := x.s.takeTimer(f.ID)
	if !ok {
		return
	}
	t := x.s.Threads[tm.Thread]
	switch {
	case t == nil:
	case tm.Why == forHeartbeat:
		t.Beat = 0
	default:
		t.Timer = 0
	}
	switch tm.Why {
	case forExecution:
		x.emit(0, history.Event{Type: history.ExecutionTimedOut, Error: new(errTimeout)})
		x.close(TimedOut)
	case forBreath:
	case forTask, forHeartbeat, forWait, forRetry, forVerdict, forPump:
		if t != nil {
			x.due(t, tm.Why)
		}
	}
}

// due goes on with a state whose timer fired.
func (x *step) due(t *thread, why purpose) {
	n := x.plan.nodes[t.State]
	switch why {
	case forRetry:
		t.Decided = t.Prev
		n.do.(retrying).again(x, t, n)
	case forVerdict:
		x.throw(t, n, newFault(errTimeout, ""))
	case forHeartbeat:
		if s, ok := n.do.(*task); ok {
			s.unheard(x, t, n)
		}
	default:
		n.do.(waiting).due(x, t, n)
	}
}

func (x *step) stop(s Stop) {
	f := newFault(s.ErrorName, s.Cause)
	x.emit(0, history.Event{Type: history.ExecutionAborted, Error: f.Error, Cause: f.Cause})
	if x.close(Aborted) {
		x.s.Error, x.s.Cause = f.Error, f.Cause
	}
}

// finish fails the execution.
func (x *step) finish(after int64, f *fault) {
	x.emit(after, history.Event{Type: history.ExecutionFailed, Error: f.Error, Cause: f.Cause})
	if x.close(FailedRun) {
		x.s.Error, x.s.Cause = f.Error, f.Cause
	}
}

// close ends the run, unless it has ended: nothing is waited for any more.
func (x *step) close(status Status) bool {
	if x.s.Status != Running {
		return false
	}
	x.s.Status, x.s.Stopped = status, x.now
	x.abortRuns()
	for _, c := range x.s.Calls {
		x.command(CancelTask{c.ID})
	}
	for _, t := range x.s.Timers {
		x.command(CancelTimer{t.ID})
	}
	x.s.Calls, x.s.Timers, x.s.Ready = nil, nil, nil
	clear(x.s.Threads)
	clear(x.s.Owners)
	x.s.Held = 0
	x.s.Nested, x.s.Routes = nil, nil
	return true
}

func (x *step) command(c Command) { x.out.Commands = append(x.out.Commands, c) }

// setTimer sets a timer, for a thread or for the run itself.
func (x *step) setTimer(t *thread, at time.Time, why purpose) {
	if x.s.Status != Running {
		return
	}
	tm := timer{ID: x.s.next(), At: at, Why: why}
	if t != nil {
		tm.Thread, t.Timer = t.ID, tm.ID
	}
	x.s.Timers = append(x.s.Timers, tm)
	x.command(SetTimer{tm.ID, at, why.limit()})
}

// cancel cancels a timer, if it is set, and gives the id of none.
func (x *step) cancel(timer int) (none int) {
	if _, ok := x.s.takeTimer(timer); ok {
		x.command(CancelTimer{timer})
	}
	return 0
}
