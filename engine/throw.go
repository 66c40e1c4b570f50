package engine

import (
	"math"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/value"
)

// A retrier is what a state does again when it fails (Amazon States Language, "Retrying after error").
type retrier struct {
	errors   []string
	interval float64 // seconds
	attempts int
	rate     float64
	maxDelay float64 // seconds; 0 for none
	jitter   bool
}

// A catcher is where a state's errors lead (Amazon States Language, "Fallback states").
type catcher struct {
	errors []string
	next   string
	flow   catchFlow
}

// throw raises a fault in the state that a thread is in: a failed evaluation is written down, then a retrier, a
// catcher or the scope around takes it.
func (x *step) throw(t *thread, n *node, f *fault) {
	if f.location != "" {
		t.Prev = x.emit(t.Decided, evaluationFailed(n, f))
	}
	if x.retry(t, n, f, false) || x.catch(t, n, f, false) {
		return
	}
	x.unwind(t, f)
}

// evaluationFailed is the event of an expression that failed.
func evaluationFailed(n *node, f *fault) history.Event {
	return history.Event{Type: history.EvaluationFailed, State: n.name, Error: f.Error, Cause: f.Cause, Location: f.location}
}

// retry sets the timer for another attempt, if a retrier wants one.
func (x *step) retry(t *thread, n *node, f *fault, inParallel bool) bool {
	for i := range n.retry {
		r := &n.retry[i]
		if !f.matches(r.errors, inParallel) {
			continue
		}
		if t.Tries == nil {
			t.Tries = make([]int, len(n.retry))
		}
		if t.Tries[i] >= r.attempts {
			return false
		}
		d := r.delay(t.Tries[i], x.s.random)
		t.Tries[i]++
		t.Retries++
		t.context, t.place = value.Value{}, value.Value{}
		x.setTimer(t, x.now.Add(d), forRetry)
		return true
	}
	return false
}

// delay is how long to wait before retry k, counted from 0.
func (r *retrier) delay(k int, random func() uint64) time.Duration {
	seconds := r.interval * math.Pow(r.rate, float64(k))
	if r.maxDelay > 0 {
		seconds = min(seconds, r.maxDelay)
	}
	seconds = min(seconds, maxWait)
	if r.jitter {
		seconds *= float64(random()>>11) / (1 << 53)
	}
	return time.Duration(seconds * float64(time.Second))
}

// catch leads on to a catcher's state, if one names the fault.
func (x *step) catch(t *thread, n *node, f *fault, inParallel bool) bool {
	for i := range n.catch {
		c := &n.catch[i]
		if !f.matches(c.errors, inParallel) {
			continue
		}
		output, assigned, failed := c.flow.caught(x, t, i, f.output())
		if failed == nil {
			failed = x.assign(t, n, assigned)
		}
		if failed == nil && output.Size() > maxPayload {
			failed = tooLarge(n.name)
		}
		if failed != nil {
			x.failedCatch(t, n, failed)
			return true
		}
		x.exit(t, n, c.next, output, assigned)
		return true
	}
	return false
}

// failedCatch leaves the state with a fault of its own catcher, which no catcher of the state sees.
func (x *step) failedCatch(t *thread, n *node, f *fault) {
	if f.location != "" {
		x.follow(t, evaluationFailed(n, f))
	}
	x.unwind(t, f)
}

// unwind takes a fault that a state does not handle to the scope around it, or ends the execution.
func (x *step) unwind(t *thread, f *fault) {
	for {
		parent := x.s.Threads[t.Parent]
		if f.fatal || parent == nil {
			x.finish(t.Prev, f)
			return
		}
		n := x.plan.nodes[parent.State]
		failing, failed := t.Prev, history.ParallelStateFailed
		if t.Item != nil {
			failed = history.MapStateFailed
			x.emit(failing, history.Event{Type: history.MapIterationFailed, Name: n.name, Index: t.Index})
		}
		x.abortBranches(parent, failing, t.ID)
		parent.Prev, parent.Decided = failing, failing
		if x.retry(parent, n, f, true) {
			return
		}
		x.follow(parent, history.Event{Type: failed})
		if x.s.Status != Running || x.catch(parent, n, f, true) {
			return
		}
		t = parent
	}
}

// abortBranches ends all branches of a thread's Parallel and all iterations of its Map; those at work write that they
// were aborted. The one that failed comes last.
func (x *step) abortBranches(parent *thread, failing int64, failed int) {
	for _, id := range parent.Children {
		if t := x.s.Threads[id]; t != nil && id != failed {
			x.abort(t, failing)
			if t.Item != nil {
				x.emit(failing, history.Event{Type: history.MapIterationAborted, Name: parent.State, Index: t.Index})
			}
			x.drop(t)
		}
	}
	if t := x.s.Threads[failed]; t != nil {
		// A Task that failed its branch is aborted as well, not so what else failed it (recorded:
		// jsonata/error-output-parallel-catch-error, timeouts/timeouts-service-lambda-map-timeout).
		if x.plan.nodes[t.State].kind == asl.KindTask {
			x.abort(t, failing)
		}
		x.drop(t)
	}
	parent.Children, parent.Results, parent.Left, parent.Items, parent.Next = nil, nil, 0, nil, 0
}

// abort writes that a thread's state was aborted.
func (x *step) abort(t *thread, failing int64) {
	x.abortBranches(t, failing, 0)
	if !t.In {
		return
	}
	if t.Run != nil {
		x.emit(failing, history.Event{Type: history.MapRunAborted})
	}
	if e := abortedEvents[x.plan.nodes[t.State].kind]; e != "" {
		x.emit(failing, history.Event{Type: e})
	}
}

// drop forgets a thread and what it waits for.
func (x *step) drop(t *thread) {
	x.settle(t)
	x.abortRun(t)
	for _, v := range t.Vars.Members() {
		x.s.Held -= v.Size()
	}
	delete(x.s.Threads, t.ID)
	for i, id := range x.s.Ready {
		if id == t.ID {
			x.s.Ready = append(x.s.Ready[:i:i], x.s.Ready[i+1:]...)
			break
		}
	}
}

// abortedEvents are the events of states that a sibling's failure ends.
var abortedEvents = map[asl.Kind]history.Type{
	asl.KindTask:     history.TaskStateAborted,
	asl.KindWait:     history.WaitStateAborted,
	asl.KindParallel: history.ParallelStateAborted,
	asl.KindMap:      history.MapStateAborted,
}
