package engine

import (
	"context"
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
}

// A ChildEvent is an event in the history of a child, which is one of its own.
type ChildEvent struct {
	Child Child
	Event history.Event
	// After is how many events of the parent's history come before it, among those of the same Effects.
	After int
}

// A ChildObserver is what Tasks also are when they want to see the histories of a Map Run's children, in order with
// the events that observers see, on the goroutine that executes the run.
type ChildObserver interface {
	ObserveChild(c Child, e history.Event)
}

// An Export are the results of a Map Run that a ResultWriter writes.
type Export struct {
	MapRunArn string
	Key       string        // of the manifest, in the bucket that the call's arguments name
	Config    value.Value   `json:",omitzero"` // WriterConfig; absent for NONE and JSON
	Children  []value.Value // each as DescribeExecution has it, in the order they were started
}

// startChild starts a child of a thread's Map Run. It may have ended when this returns.
func (x *step) startChild(t *thread, s *distributed, in value.Value, items int) {
	run, st, name := t.Run, &x.s.Start, x.s.uuid()
	prefix := "arn:aws:states:" + st.Region + ":" + run.Account + ":"
	arn := prefix + "execution:" + run.Machine + ":" + name
	if s.kind == Express {
		arn = prefix + "express:" + run.Machine + ":" + name + ":" + x.s.uuid()
	}
	c := &nested{Thread: t.ID, Index: len(t.Results), Items: items, Run: newState(Start{
		ExecutionArn: arn, Name: name, RoleArn: st.RoleArn,
		StateMachineArn: prefix + "stateMachine:" + run.Machine, StateMachineName: run.Machine,
		Input: in, Region: st.Region, Type: s.kind, Seed: x.s.random(), Time: x.now,
	})}
	c.Run.above = x.s
	key := x.s.next()
	if x.s.Nested == nil {
		x.s.Nested = map[int]*nested{}
	}
	x.s.Nested[key] = c
	t.Results = append(t.Results, value.Value{})
	run.Running++
	e := (&Run{plan: s.child, state: c.Run}).Handle(x.ctx, x.now, Begin{})
	if c.Run.Status != Running { // nothing that it commanded has been done
		e.Commands = nil
	}
	x.nestedEffects(key, c, e)
	if c.Run.Status != Running {
		x.childEnded(t, s, key, c)
	}
}

// nestedEffects passes on what comes of a signal to a child.
func (x *step) nestedEffects(key int, c *nested, e Effects) {
	about := x.about(c)
	inner := e.Children
	pass := func(before int) {
		for len(inner) > 0 && inner[0].After <= before {
			x.out.Children = append(x.out.Children, ChildEvent{inner[0].Child, inner[0].Event, x.written})
			inner = inner[1:]
		}
	}
	for i := range e.History {
		pass(i)
		x.out.Children = append(x.out.Children, ChildEvent{about, e.History[i], x.written})
	}
	pass(len(e.History))
	if x.s.Routes == nil {
		x.s.Routes = map[int]int{}
	}
	for _, command := range e.Commands {
		switch command := command.(type) {
		case CallTask:
			x.s.Routes[command.Call.ID] = key
		case SetTimer:
			x.s.Routes[command.ID] = key
		case CancelTask:
			delete(x.s.Routes, command.ID)
		case CancelTimer:
			delete(x.s.Routes, command.ID)
		}
		x.command(command)
	}
}

// about describes a child.
func (x *step) about(c *nested) Child {
	about := Child{ExecutionArn: c.Run.Start.ExecutionArn, Name: c.Run.Start.Name, Start: c.Run.Start, Index: c.Index}
	if t := x.s.Threads[c.Thread]; t != nil {
		about.State = t.State
		if t.Run != nil {
			about.MapRunArn = t.Run.Arn
		}
	}
	return about
}

// nestedSignal hands a signal to the child that it concerns; ok is false if it concerns none.
func (x *step) nestedSignal(sig Signal) (ok bool) {
	if len(x.s.Nested) == 0 {
		return false
	}
	key, ok := x.route(sig)
	c := x.s.Nested[key]
	if !ok || c == nil {
		return false
	}
	t := x.s.Threads[c.Thread]
	s, isMap := x.plan.nodes[t.State].do.(*distributed)
	if !isMap || t.Run == nil {
		return false
	}
	x.nestedEffects(key, c, (&Run{plan: s.child, state: c.Run}).Handle(x.ctx, x.now, sig))
	if c.Run.Status != Running {
		x.childEnded(t, s, key, c)
		s.continued(x, t)
	}
	return true
}

// route finds the child that a signal concerns.
func (x *step) route(sig Signal) (key int, ok bool) {
	switch sig := sig.(type) {
	case TaskDone:
		return x.routeID(sig.ID, true)
	case TaskHeartbeat:
		return x.routeID(sig.ID, false)
	case TimerFired:
		return x.routeID(sig.ID, true)
	case TokenStarted:
		return x.s.waiting(sig.Token)
	case TokenDone:
		return x.s.waiting(sig.Token)
	case TokenHeartbeat:
		return x.s.waiting(sig.Token)
	}
	return 0, false
}

func (x *step) routeID(id int, last bool) (key int, ok bool) {
	key, ok = x.s.Routes[id]
	if last {
		delete(x.s.Routes, id)
	}
	return key, ok
}

// waiting finds the child that waits for an answer to a token.
func (s *runState) waiting(token string) (key int, ok bool) {
	for _, key := range slices.Sorted(maps.Keys(s.Nested)) {
		inner := s.Nested[key].Run
		if slices.ContainsFunc(inner.Calls, withToken(token)) {
			return key, true
		}
		if _, ok := inner.waiting(token); ok {
			return key, true
		}
	}
	return 0, false
}

// continued goes on with a Map Run of which a child has ended.
func (s *distributed) continued(x *step, t *thread) {
	n := x.plan.nodes[t.State]
	if t.Run.Failing {
		s.fail(x, t, n, exceeded())
		return
	}
	s.pump(x, t, n)
}

// childEnded takes what became of a child. The output of one that failed is the description of its execution
// (developer guide, "ResultWriter": "returns its execution result unchanged").
func (x *step) childEnded(t *thread, s *distributed, key int, c *nested) {
	delete(x.s.Nested, key)
	run := t.Run
	run.Running--
	failed := c.Run.Status != Succeeded
	if s.write != nil || failed {
		record := c.Run.record()
		t.Results[c.Index] = record
		if s.write != nil {
			run.keep(c.Index, record)
		}
	}
	if !failed {
		t.Results[c.Index] = c.Run.Output
		return
	}
	run.Failed += c.Items
	run.Failing = run.exceeded(len(t.Items))
}

// keep keeps the record of a child at its place; children may end in any order.
func (r *mapRun) keep(index int, record value.Value) {
	for len(r.Records) <= index {
		r.Records = append(r.Records, value.Null)
	}
	r.Records[index] = record
}

// stopChildren stops the children of a thread's Map Run that still run.
func (x *step) stopChildren(t *thread) {
	for _, key := range slices.Sorted(maps.Keys(x.s.Nested)) {
		if c := x.s.Nested[key]; c.Thread == t.ID {
			x.stopChild(key, c)
		}
	}
}

func (x *step) stopChild(key int, c *nested) {
	plan := x.plan
	if t := x.s.Threads[c.Thread]; t != nil {
		if s, ok := x.plan.nodes[t.State].do.(*distributed); ok {
			plan = s.child
		}
	}
	x.nestedEffects(key, c, (&Run{plan: plan, state: c.Run}).Handle(context.WithoutCancel(x.ctx), x.now, Stop{}))
	delete(x.s.Nested, key)
}

// record describes an execution that has ended, as DescribeExecution does.
func (s *runState) record() value.Value {
	text := func(v value.Value) value.Value {
		if !v.Exists() {
			return v
		}
		return value.String(v.String())
	}
	optional := func(s *string) value.Value {
		if s == nil {
			return value.Value{}
		}
		return value.String(*s)
	}
	included := value.Object(value.M("Included", value.True))
	outputDetails := included
	if !s.Output.Exists() {
		outputDetails = value.Value{}
	}
	return value.Object(
		value.M("Cause", optional(s.Cause)), value.M("Error", optional(s.Error)),
		value.M("ExecutionArn", value.String(s.Start.ExecutionArn)),
		value.M("Input", text(s.Start.Input)), value.M("InputDetails", included),
		value.M("Name", value.String(s.Start.Name)),
		value.M("Output", text(s.Output)), value.M("OutputDetails", outputDetails),
		value.M("RedriveCount", value.Int(0)), value.M("RedriveStatus", redriveStatus(s)),
		value.M("StartDate", isoDate(s.Start.Time)), value.M("StateMachineArn", value.String(s.Start.StateMachineArn)),
		value.M("Status", value.String(string(s.Status))), value.M("StopDate", isoDate(s.Stopped)),
	)
}

func redriveStatus(s *runState) value.Value {
	if s.Status == Succeeded {
		return value.String("NOT_REDRIVABLE")
	}
	return value.String("REDRIVABLE_BY_MAP_RUN")
}

func isoDate(t time.Time) value.Value {
	return value.String(t.UTC().Format("2006-01-02T15:04:05.999Z"))
}

// shaped are the results of a Map Run as WriterConfig wants them when they are not exported.
func shaped(records, outputs []value.Value, config value.Value) value.Value {
	switch config.Get("Transformation").Str() {
	case "NONE":
		return value.Array(records...)
	case "FLATTEN":
		var all []value.Value
		for _, v := range outputs {
			if v.IsArray() {
				all = append(all, v.Elements()...)
			} else {
				all = append(all, v)
			}
		}
		return value.Array(all...)
	}
	return value.Array(outputs...)
}
