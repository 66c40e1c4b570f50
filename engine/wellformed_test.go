package engine_test

import (
	"fmt"
	"strings"

	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
)

// malformed says what is wrong with the history of an execution: ids have no gap, every event follows from an earlier
// one, times do not go back, it begins once and ends once as its status says, and every thing that was started ends at
// most once: a state, a task, an iteration. When the execution succeeded every iteration has ended. (That every call and
// every timer has an end is what a world looks after.)
func malformed(events []history.Event, status engine.Status) error {
	h := chronicle{events: events, ended: map[int64]history.Event{}, open: map[string]int{}}
	for i := range events {
		if err := h.see(i); err != nil {
			return fmt.Errorf("event %d, %s: %w", events[i].ID, events[i].Type, err)
		}
	}
	last := events[len(events)-1].Type
	want := map[engine.Status]history.Type{
		engine.Succeeded: history.ExecutionSucceeded, engine.FailedRun: history.ExecutionFailed,
		engine.TimedOut: history.ExecutionTimedOut, engine.Aborted: history.ExecutionAborted,
	}[status]
	if last != want {
		return fmt.Errorf("the execution is %s and its last event %s", status, last)
	}
	for what, n := range h.open {
		if n > 0 && status == engine.Succeeded {
			return fmt.Errorf("the execution succeeded, and %d of %s have not ended", n, what)
		}
	}
	return nil
}

type chronicle struct {
	events []history.Event
	ended  map[int64]history.Event // by the event that started it
	open   map[string]int          // iterations that have not ended
}

func (h *chronicle) see(i int) error {
	e := &h.events[i]
	switch {
	case e.ID != int64(i+1):
		return fmt.Errorf("it is number %d", i+1)
	case e.PreviousID < 0 || e.PreviousID >= e.ID:
		return fmt.Errorf("it follows from event %d", e.PreviousID)
	case i > 0 && e.Time.Before(h.events[i-1].Time):
		return fmt.Errorf("its time is before that of the one before")
	case (i == 0) != (e.Type == history.ExecutionStarted):
		return fmt.Errorf("the execution starts with the first event")
	case i > 0 && i < len(h.events)-1 && strings.HasPrefix(string(e.Type), "Execution"):
		return fmt.Errorf("the execution ends with the last event")
	}
	name := string(e.Type)
	iteration := fmt.Sprintf("iteration %d of %s", e.Index, e.Name)
	switch {
	case strings.HasSuffix(name, "StateExited"):
		return h.end(i, func(s *history.Event) bool {
			return strings.HasSuffix(string(s.Type), "StateEntered") && s.Name == e.Name
		})
	case e.Type == history.MapIterationStarted:
		h.open[iteration]++
	case e.Type == history.MapIterationSucceeded:
		h.open[iteration]--
		return h.end(i, func(s *history.Event) bool {
			return s.Type == history.MapIterationStarted && s.Name == e.Name && s.Index == e.Index
		})
	case e.Type == history.MapIterationFailed || e.Type == history.MapIterationAborted:
		if h.open[iteration]--; h.open[iteration] < 0 {
			return fmt.Errorf("%s was not running", iteration)
		}
	case taskEnds(e.Type):
		return h.end(i, func(s *history.Event) bool { return scheduled(s.Type) })
	}
	return nil
}

func scheduled(t history.Type) bool {
	return t == history.TaskScheduled || t == history.LambdaFunctionScheduled || t == history.ActivityScheduled
}

func taskEnds(t history.Type) bool {
	switch t {
	case history.TaskSucceeded, history.TaskFailed, history.TaskTimedOut,
		history.LambdaFunctionSucceeded, history.LambdaFunctionFailed, history.LambdaFunctionTimedOut,
		history.ActivitySucceeded, history.ActivityFailed, history.ActivityTimedOut:
		return true
	}
	return false
}

// end finds what event i ends, going back from one event to the one it follows from.
func (h *chronicle) end(i int, started func(*history.Event) bool) error {
	for at := h.events[i].PreviousID; at > 0; at = h.events[at-1].PreviousID {
		s := &h.events[at-1]
		if s.Type == history.EvaluationFailed { // follows from what the state's Entered event follows from, if nothing else came of it
			for j := s.PreviousID; j < s.ID-1; j++ {
				if e := &h.events[j]; e.PreviousID == s.PreviousID && started(e) && e.Name == s.State {
					s = e
					break
				}
			}
		}
		if !started(s) {
			continue
		}
		if before, twice := h.ended[s.ID]; twice {
			return fmt.Errorf("event %d, %s, has ended with event %d, %s", s.ID, s.Type, before.ID, before.Type)
		}
		h.ended[s.ID] = h.events[i]
		return nil
	}
	return fmt.Errorf("nothing that was started leads to it")
}
