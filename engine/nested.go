package engine

import (
	"context"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/value"
)

// A Child says which child of a Map Run something is about.
type Child struct {
	ExecutionArn, Name string
	Start              Start
	MapRunArn          string
	State              string // the Map's name
	Index              int    // among the children of the Map Run
	Items              int    // how many it is for
}

// A ChildHistory is a piece of the history of a child, which is one of its own.
type ChildHistory struct {
	Child    *Child
	Log      *history.Log // which holds the piece, and does not change any more
	From, To int          // numbers of its first event, and of the one after its last
	// After is how many events of the parent's history come before it, among those of the same Effects.
	After int
}

// Events are the events of the piece, in order.
func (h *ChildHistory) Events() iter.Seq[history.Event] {
	return func(yield func(history.Event) bool) {
		n := h.From
		for e := range h.Log.From(h.From) {
			if n == h.To || !yield(e) {
				return
			}
			n++
		}
	}
}

// A ChildObserver is what Tasks also are when they want to see the histories of a Map Run's children, in order with
// the events that observers see, on the goroutine that executes the run.
type ChildObserver interface {
	ObserveChild(c Child, e history.Event)
}

// A ChildrenObserver sees the same as a ChildObserver, many children at a time, and in its place. It may keep what it
// is given.
type ChildrenObserver interface {
	ObserveChildren(all []ChildHistory)
}

// A nested execution is a child of a Map Run. Its calls and timers have numbers of its own; to those outside they have
// others.
type nested struct {
	Thread int         `json:"thread"` // whose Map Run this is a child of
	Index  int         `json:"index"`  // among the children of the Map Run
	Items  int         `json:"items"`  // how many items it is for
	Run    *runState   `json:"run"`
	Outer  map[int]int `json:"outer,omitempty"` // what its calls and timers are called outside

	about  *Child
	begun  came        // of its begin, until it is adopted
	record value.Value // what is reported of it, when it has ended
}

// A came is what comes of a signal to a child, with its events.
type came struct {
	Effects
	log *history.Log
}

// handle hands a signal to a child.
func (s *distributed) handle(ctx context.Context, c *nested, now time.Time, sig Signal) came {
	log := &history.Log{}
	r := Run{plan: s.inner, state: c.Run}
	return came{r.handle(ctx, now, sig, log), log}
}

// A route leads to a call or timer of a nested execution.
type route struct {
	Child int `json:"child"`
	ID    int `json:"id"` // there
}

// child makes a child of a thread's Map Run. Names and randomness depend on the Map Run and the index alone.
func (s *distributed) child(x *step, t *thread, index int, in input) *nested {
	run, st := t.Run, &x.s.Start
	d := drawsOf(run.Seed, index)
	name, prefix := d.uuid(), run.prefix(st.Region)
	arn := prefix + "execution:" + run.Machine + ":" + name
	if s.kind == Express {
		arn = prefix + "express:" + run.Machine + ":" + name + ":" + d.uuid()
	}
	return &nested{Thread: t.ID, Index: index, Items: in.items, Run: newState(Start{
		ExecutionArn: arn, Name: name, RoleArn: st.RoleArn, StateMachineArn: prefix + "stateMachine:" + run.Machine,
		StateMachineName: run.Machine, Input: in.value, Region: st.Region, Type: s.kind, Seed: d.next(), Time: x.now,
	})}
}

// adopt takes in a child that has begun, with what came of it. It may have ended.
func (x *step) adopt(c *nested, begun came) {
	if c.Run.Status != Running { // nothing that it commanded has been done
		begun.Commands = nil
		x.nestedEffects(0, c, begun)
		return
	}
	key := x.s.next()
	if x.s.Nested == nil {
		x.s.Nested = map[int]*nested{}
	}
	x.s.Nested[key] = c
	x.nestedEffects(key, c, begun)
}

// nestedEffects passes on what comes of a signal to a child.
func (x *step) nestedEffects(key int, c *nested, e came) {
	at := 0 // events that are passed on
	for i := range e.Children {
		inner := &e.Children[i]
		x.pass(c, e.log, at, inner.After)
		at = inner.After
		x.out.Children = append(x.out.Children, ChildHistory{inner.Child, inner.Log, inner.From, inner.To, x.written})
	}
	x.pass(c, e.log, at, e.log.Len())
	for _, m := range e.MapRuns {
		x.out.tell(m)
	}
	for _, command := range e.Commands {
		switch command := command.(type) {
		case CallTask:
			command.Call.ID = x.outer(key, c, command.Call.ID)
			if command.Call.Submission > 0 {
				command.Call.Submission = c.Outer[command.Call.Submission]
			}
			x.command(command)
		case SetTimer:
			command.ID = x.outer(key, c, command.ID)
			x.command(command)
		case CancelTask:
			x.command(CancelTask{x.unroute(c, command.ID)})
		case CancelTimer:
			x.command(CancelTimer{x.unroute(c, command.ID)})
		}
	}
}

// pass passes events of a child on.
func (x *step) pass(c *nested, log *history.Log, from, to int) {
	if from < to {
		x.out.Children = append(x.out.Children, ChildHistory{x.about(c), log, from, to, x.written})
	}
}

// outer numbers a call or timer of a child for those outside.
func (x *step) outer(key int, c *nested, id int) int {
	out := x.s.next()
	if c.Outer == nil {
		c.Outer = map[int]int{}
	}
	if x.s.Routes == nil {
		x.s.Routes = map[int]route{}
	}
	c.Outer[id], x.s.Routes[out] = out, route{key, id}
	return out
}

// unroute forgets a call or timer that is cancelled.
func (x *step) unroute(c *nested, id int) (outer int) {
	outer = c.Outer[id]
	delete(c.Outer, id)
	delete(x.s.Routes, outer)
	return outer
}

// about describes a child.
func (x *step) about(c *nested) *Child {
	if c.about != nil {
		return c.about
	}
	c.about = &Child{ExecutionArn: c.Run.Start.ExecutionArn, Name: c.Run.Start.Name, Start: c.Run.Start, Index: c.Index, Items: c.Items}
	if t := x.s.Threads[c.Thread]; t != nil {
		c.about.State = t.State
		if t.Run != nil {
			c.about.MapRunArn = t.Run.Arn
		}
	}
	return c.about
}

// nestedSignal hands a signal to the child that it concerns; ok is false if it concerns none.
func (x *step) nestedSignal(sig Signal) (ok bool) {
	if len(x.s.Nested) == 0 {
		return false
	}
	key, sig := x.route(sig)
	c := x.s.Nested[key]
	if c == nil {
		return false
	}
	t := x.s.Threads[c.Thread]
	s, isMap := x.plan.nodes[t.State].do.(*distributed)
	if !isMap || t.Run == nil {
		return false
	}
	x.nestedEffects(key, c, s.handle(x.ctx, c, x.now, sig))
	if timer, ok := sig.(TimerFired); ok {
		delete(c.Outer, timer.ID)
	}
	if c.Run.Status != Running {
		delete(x.s.Nested, key)
		s.closeChild(c)
		s.childEnded(t, c)
		s.continued(x, t)
	}
	return true
}

// route finds the child that a signal concerns, and gives the signal as the child knows it; key is 0 if it concerns
// none. The number of a call that is answered stays in use, because a call that waits may name it.
func (x *step) route(sig Signal) (key int, inner Signal) {
	switch sig := sig.(type) {
	case TaskDone:
		r := x.s.Routes[sig.ID]
		delete(x.s.Routes, sig.ID)
		sig.ID = r.ID
		return r.Child, sig
	case TaskHeartbeat:
		r := x.s.Routes[sig.ID]
		return r.Child, TaskHeartbeat{r.ID}
	case TimerFired:
		r := x.s.Routes[sig.ID]
		delete(x.s.Routes, sig.ID)
		return r.Child, TimerFired{r.ID}
	case TokenStarted:
		return x.s.waiting(sig.Token), sig
	case TokenDone:
		return x.s.waiting(sig.Token), sig
	case TokenHeartbeat:
		return x.s.waiting(sig.Token), sig
	case UpdateMapRun:
		return x.s.running(sig.MapRunArn), sig
	case StopChild:
		if key = x.s.named(sig.ExecutionArn); key > 0 && x.s.Nested[key].Run.Start.ExecutionArn == sig.ExecutionArn {
			return key, sig.Stop
		}
		return key, sig
	}
	return 0, sig
}

// named finds the child that is an execution of a name, or has it among its own; 0 is none.
func (s *runState) named(executionArn string) (key int) {
	for _, key := range slices.Sorted(maps.Keys(s.Nested)) {
		if inner := s.Nested[key].Run; inner.Start.ExecutionArn == executionArn || inner.named(executionArn) > 0 {
			return key
		}
	}
	return 0
}

// waiting finds the child that waits for an answer to a token; 0 is none.
func (s *runState) waiting(token string) (key int) {
	for _, key := range slices.Sorted(maps.Keys(s.Nested)) {
		inner := s.Nested[key].Run
		if slices.ContainsFunc(inner.Calls, withToken(token)) || inner.waiting(token) > 0 {
			return key
		}
	}
	return 0
}

// running finds the child that has a Map Run; 0 is none.
func (s *runState) running(mapRunArn string) (key int) {
	for _, key := range slices.Sorted(maps.Keys(s.Nested)) {
		if inner := s.Nested[key].Run; inner.runs(mapRunArn) != nil || inner.running(mapRunArn) > 0 {
			return key
		}
	}
	return 0
}

// stopChildren stops the children of a thread's Map Run that still run.
func (x *step) stopChildren(t *thread, s *distributed) {
	for _, key := range slices.Sorted(maps.Keys(x.s.Nested)) {
		c := x.s.Nested[key]
		if c.Thread != t.ID {
			continue
		}
		x.nestedEffects(key, c, s.handle(context.WithoutCancel(x.ctx), c, x.now, Stop{}))
		delete(x.s.Nested, key)
		s.closeChild(c)
		s.childEnded(t, c)
	}
}

// abortRun ends a thread's Map Run, if it has one, because something else has failed or was stopped.
func (x *step) abortRun(t *thread) {
	if t.Run == nil {
		return
	}
	s := x.plan.nodes[t.State].do.(*distributed)
	x.stopChildren(t, s)
	x.tell(t, s, Aborted)
	t.Run = nil
}

// abortRuns ends all Map Runs, because the execution has ended.
func (x *step) abortRuns() {
	var ids []int
	for id, t := range x.s.Threads {
		if t.Run != nil {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	for _, id := range ids {
		x.abortRun(x.s.Threads[id])
	}
}

// pending are the commands of a child that have been given and not been done, as they are known outside.
func (c *nested) pending() []Command {
	out := c.Run.pending()
	for i := range out {
		switch command := out[i].(type) {
		case SetTimer:
			command.ID = c.Outer[command.ID]
			out[i] = command
		case CallTask:
			command.Call.ID, command.Call.Submission = c.Outer[command.Call.ID], c.Outer[command.Call.Submission]
			out[i] = command
		}
	}
	return out
}
