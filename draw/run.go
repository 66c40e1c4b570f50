package draw

import (
	"strings"
	"time"

	"github.com/stepwright/stepwright/history"
)

// A status is what became of a state in a run.
type status string

const (
	notVisited status = ""
	running    status = "running"
	succeeded  status = "succeeded"
	caught     status = "caught" // it failed, and a catcher led on
	failed     status = "failed"
)

// A trace is what a history says of each state and of the ways between them.
type trace struct {
	states map[string]*visit
	taken  map[[2]string]int // from, to: how often; the start is ""
	failed map[[2]string]bool
	status history.Type // of the last event
	first  time.Time
	last   time.Time
}

type visit struct {
	status  status
	entered int
	retries int
	total   time.Duration
	since   time.Time
	error   string
}

func readRun(events []history.Event) *trace {
	t := &trace{states: map[string]*visit{}, taken: map[[2]string]int{}, failed: map[[2]string]bool{}}
	byID := map[int64]*history.Event{}
	owner := map[int64]string{} // the state that an event belongs to
	for i := range events {
		e := &events[i]
		byID[e.ID] = e
		if i == 0 {
			t.first = e.Time
		}
		t.last, t.status = e.Time, e.Type
		t.event(e, byID, owner)
	}
	for _, v := range t.states {
		if v.status == running && t.over() {
			v.status = failed
			v.total += t.last.Sub(v.since)
		}
	}
	return t
}

func (t *trace) over() bool {
	return t.status == history.ExecutionFailed || t.status == history.ExecutionAborted || t.status == history.ExecutionTimedOut
}

func (t *trace) event(e *history.Event, byID map[int64]*history.Event, owner map[int64]string) {
	typ := string(e.Type)
	switch {
	case strings.HasSuffix(typ, "StateEntered"):
		owner[e.ID] = e.Name
		v := t.visit(e.Name)
		v.entered++
		v.status, v.since = running, e.Time
		from := ""
		if p := byID[e.PreviousID]; p != nil && strings.HasSuffix(string(p.Type), "StateExited") {
			from = p.Name
		}
		t.taken[[2]string{from, e.Name}]++
		if p := byID[e.PreviousID]; p != nil && from != "" && wasCaught(byID[p.PreviousID]) {
			t.failed[[2]string{from, e.Name}] = true
		}
	case strings.HasSuffix(typ, "StateExited"):
		owner[e.ID] = e.Name
		v := t.visit(e.Name)
		v.status = succeeded
		if wasCaught(byID[e.PreviousID]) {
			v.status = caught
			v.retries--
		}
		v.total += e.Time.Sub(v.since)
	default:
		name := owner[e.PreviousID]
		if e.Type == history.EvaluationFailed {
			name = e.State
		}
		owner[e.ID] = name
		if v := t.states[name]; v != nil && wasCaught(e) {
			v.retries++
			if e.Error != nil {
				v.error = *e.Error
			}
		}
	}
}

func (t *trace) visit(name string) *visit {
	v := t.states[name]
	if v == nil {
		v = &visit{}
		t.states[name] = v
	}
	return v
}

// wasCaught tells whether an event reports the failure of a state's work.
func wasCaught(e *history.Event) bool {
	if e == nil {
		return false
	}
	switch e.Type {
	case history.TaskFailed, history.TaskTimedOut, history.TaskStartFailed, history.TaskSubmitFailed,
		history.LambdaFunctionFailed, history.LambdaFunctionTimedOut, history.LambdaFunctionScheduleFailed, history.LambdaFunctionStartFailed,
		history.ActivityFailed, history.ActivityTimedOut, history.ActivityScheduleFailed,
		history.EvaluationFailed, history.ParallelStateFailed, history.MapStateFailed:
		return true
	default:
		return false
	}
}
