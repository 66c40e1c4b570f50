package flowtest

import (
	"slices"
	"strings"

	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/value"
)

// Items says what the Distributed Map called name reads from S3, whatever its format there. The bucket and the key it
// asks for are in Calls. Let StateFails say that it cannot be read.
//
//	flowtest.Items("Load all rows", Row{ID: "1"}, Row{ID: "2"})
func Items[T any](name string, items ...T) *Stubbed[any] {
	if items == nil {
		items = []T{}
	}
	return State(name, items)
}

// Exported are the results that the Distributed Map called name has written with its ResultWriter, one for each time
// it has run.
func (e *Execution) Exported(name string) []engine.Export {
	e.t.Helper()
	if e.isNoState(name) {
		e.t.Errorf("state %q is no state of the workflow", name)
	}
	return e.exports[name]
}

// exported keeps a part of what a Map Run has written with those before it.
func (e *Execution) exported(state string, part engine.Export) {
	if n := len(e.exports[state]); part.Part > 0 && n > 0 {
		whole := &e.exports[state][n-1]
		whole.Children = append(whole.Children, part.Children...)
		whole.Last = part.Last
		return
	}
	part.Children = slices.Clone(part.Children)
	e.exports[state] = append(e.exports[state], part)
}

// ObserveChild keeps an event of an execution that a Distributed Map runs for its items.
func (k *tasks) ObserveChild(c engine.Child, ev history.Event) {
	for _, see := range k.itemObservers {
		see(c, ev)
	}
	e := k.execution
	e.mu.Lock()
	defer e.mu.Unlock()
	x := e.nested(c)
	x.observe(ev)
	if strings.HasSuffix(string(ev.Type), "StateEntered") {
		e.path = append(e.path, ev.Name)
	}
	x.outcome.Stopped = ev.Time
	switch ev.Type {
	case history.ExecutionSucceeded:
		x.outcome.Status, x.outcome.Output = engine.Succeeded, ev.Output
	case history.ExecutionFailed:
		x.outcome.Status, x.outcome.Error, x.outcome.Cause = engine.FailedRun, ev.Error, ev.Cause
	case history.ExecutionTimedOut:
		x.outcome.Status = engine.TimedOut
	case history.ExecutionAborted:
		x.outcome.Status = engine.Aborted
	default: // the execution goes on
	}
}

// nested is the execution of a child, made when it is heard of first.
func (e *Execution) nested(c engine.Child) *Execution {
	if x := e.items[c.ExecutionArn]; x != nil {
		return x
	}
	x := &Execution{
		t: e.t, workflow: e.workflow, arn: c.ExecutionArn, name: c.Name, first: c.Start.Time,
		outcome: engine.Outcome{Status: engine.Running, Started: c.Start.Time},
		calls:   map[string][]value.Value{}, exports: map[string][]engine.Export{},
	}
	if e.items == nil {
		e.items = map[string]*Execution{}
	}
	e.items[c.ExecutionArn] = x
	e.children = append(e.children, started{state: c.State, call: len(e.children), item: true, execution: x})
	return x
}
