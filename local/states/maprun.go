package states

import (
	"slices"
	"strings"
	"sync"

	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/local/mapio"
	"github.com/stepwright/stepwright/local/spill"
	"github.com/stepwright/stepwright/value"
)

// spillAfter is how many bytes of a Map Run's histories stay in memory.
const spillAfter = 1 << 20

// A mapRun is a Map Run of an execution, and what is left of its children.
type mapRun struct {
	arn       string
	execution *execution // at the top, whose children and their children run it
	store     *spill.Store

	mu      sync.Mutex
	picture engine.MapRun
	results *mapio.Results // nil before something is written
	changed chan struct{}  // closed when something has happened
}

// changes gives a channel that is closed when something has happened to the Map Run.
func (r *mapRun) changes() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.changed
}

func (r *mapRun) state() engine.MapRun {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.picture
}

// mapRun finds a Map Run by its ARN; nil when there is none.
func (s *Service) mapRun(arn string) *mapRun {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mapRuns[arn]
}

// newMapRun finds a Map Run of an execution, or makes it when it is heard of first.
func (s *Service) newMapRun(e *execution, arn string) *mapRun {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.mapRuns[arn]; r != nil {
		return r
	}
	r := &mapRun{arn: arn, execution: e, store: spill.New("", spillAfter), changed: make(chan struct{})}
	s.mapRuns[arn] = r
	e.mapRuns = append(e.mapRuns, r)
	return r
}

// ObserveChildren keeps the histories of children and logs them.
func (w worker) ObserveChildren(all []engine.ChildHistory) {
	for len(all) > 0 {
		arn := all[0].Child.MapRunArn
		n := slices.IndexFunc(all, func(h engine.ChildHistory) bool { return h.Child.MapRunArn != arn })
		if n < 0 {
			n = len(all)
		}
		w.newMapRun(w.execution, arn).store.Observe(all[:n])
		w.logChildren(all[:n])
		all = all[n:]
	}
}

func (w worker) logChildren(all []engine.ChildHistory) {
	l := w.execution.logging
	if l.level == "" || l.level == history.LogOff {
		return
	}
	for i := range all {
		for e := range all[i].Events() {
			if l.level.Includes(e.Type) {
				w.log(l.group, w.execution.stream, e.Time, e.LogRecord(all[i].Child.ExecutionArn, l.data).String())
			}
		}
	}
}

// ObserveMapRun keeps how a Map Run is doing.
func (w worker) ObserveMapRun(m engine.MapRun) {
	r := w.newMapRun(w.execution, m.Arn)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.picture = m
	close(r.changed)
	r.changed = make(chan struct{})
	if m.Status != engine.Running {
		r.results = nil
	}
}

// forgetMapRuns drops the Map Runs of an execution that is dropped. The lock must be held.
func (s *Service) forgetMapRuns(e *execution) {
	for _, r := range e.mapRuns {
		delete(s.mapRuns, r.arn)
		_ = r.store.Close() // nothing can be done about a file that stays
	}
	e.mapRuns = nil
}

// A child is an execution that a Map Run has started for an item or a batch.
type child struct {
	run *mapRun
	spill.Child
}

// child finds a child by its ARN; nil when there is none.
func (s *Service) child(arn string) (*child, error) {
	head, name, ok := cutLast(arn, ":")
	machine := strings.Replace(head, ":"+executionKind+":", ":"+machineKind+":", 1)
	if !ok || !strings.Contains(machine, "/") {
		return nil, nil
	}
	s.mu.Lock()
	var runs []*mapRun
	for _, r := range s.mapRuns {
		runs = append(runs, r)
	}
	s.mu.Unlock()
	for _, r := range runs {
		if m := r.state(); m.StateMachineArn != machine || m.Children == engine.Express {
			continue
		}
		c, ok, err := r.store.Find(name)
		if err != nil || ok {
			return &child{r, c}, err
		}
	}
	return nil, nil
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// arn is the child's ARN.
func (c *child) arn() string {
	return strings.Replace(c.run.state().StateMachineArn, ":"+machineKind+":", ":"+executionKind+":", 1) + ":" + c.Name
}

// item is the child as ListExecutions has it.
func (c *child) item() value.Value {
	v := value.Object(
		value.M("executionArn", value.String(c.arn())), value.M("stateMachineArn", value.String(c.run.state().StateMachineArn)),
		value.M("name", value.String(c.Name)), value.M("status", value.String(string(c.Status))),
		value.M("startDate", history.Timestamp(c.Started)))
	if !c.Stopped.IsZero() {
		v = v.With("stopDate", history.Timestamp(c.Stopped))
	}
	return v.With("mapRunArn", value.String(c.run.arn)).With("itemCount", value.Int(c.Items)).With("redriveCount", value.Int(0))
}

// describe is the child as DescribeExecution has it.
func (c *child) describe() (value.Value, error) {
	events, err := c.run.store.History(c.Child)
	if err != nil {
		return value.Value{}, err
	}
	var b value.Builder
	b.Set("executionArn", value.String(c.arn()))
	b.Set("stateMachineArn", value.String(c.run.state().StateMachineArn))
	b.Set("name", value.String(c.Name))
	b.Set("status", value.String(string(c.Status)))
	b.Set("startDate", history.Timestamp(c.Started))
	if !c.Stopped.IsZero() {
		b.Set("stopDate", history.Timestamp(c.Stopped))
	}
	if len(events) > 0 {
		b.Set("input", value.String(events[0].Input.String()))
		b.Set("inputDetails", included)
		last := &events[len(events)-1]
		setOutcome(&b, engine.Outcome{Status: c.Status, Output: last.Output, Error: last.Error, Cause: last.Cause})
	}
	b.Set("mapRunArn", value.String(c.run.arn))
	b.Set("redriveCount", value.Int(0))
	status, reason := "REDRIVABLE_BY_MAP_RUN", ""
	if c.Status == engine.Running || c.Status == engine.Succeeded {
		status, reason = "NOT_REDRIVABLE", "Execution is "+string(c.Status)+" and cannot be redriven"
	}
	b.Set("redriveStatus", value.String(status))
	if reason != "" {
		b.Set("redriveStatusReason", value.String(reason))
	}
	return b.Object(), nil
}

// describeMachine sets what DescribeStateMachineForExecution has of a child's machine, which is the Map's processor.
func (c *child) describeMachine(b *value.Builder, e *execution) {
	m := c.run.state()
	_, name, _ := strings.Cut(m.StateMachineArn, ":"+machineKind+":")
	_, label, _ := cutLast(name, "/")
	b.Set("stateMachineArn", value.String(m.StateMachineArn))
	b.Set("name", value.String(name))
	definition, _ := value.ParseString(e.definition) // it was parsed when the machine was made
	b.Set("definition", value.String(processor(definition, m.State).String()))
	b.Set("mapRunArn", value.String(m.Arn))
	b.Set("label", value.String(label))
}

// processor finds the states that a Map runs, wherever in a definition the Map is.
func processor(definition value.Value, name string) value.Value {
	if p := definition.Path("States", name, "ItemProcessor"); p.Exists() {
		return p
	}
	if p := definition.Path("States", name, "Iterator"); p.Exists() {
		return p
	}
	for _, s := range definition.Get("States").Members() {
		for _, inner := range append([]value.Value{s.Get("ItemProcessor"), s.Get("Iterator")}, s.Get("Branches").Elements()...) {
			if p := processor(inner, name); p.Exists() {
				return p
			}
		}
	}
	return value.Value{}
}
