package engine

import (
	"fmt"
	"unicode/utf8"

	"github.com/stepwright/stepwright/value"
)

// Names of errors that the interpreter itself raises (Amazon States Language, "Errors").
const (
	errAll          = "States.ALL"
	errTaskFailed   = "States.TaskFailed"
	errTimeout      = "States.Timeout"
	errHeartbeat    = "States.HeartbeatTimeout"
	errRuntime      = "States.Runtime"
	errQuery        = "States.QueryEvaluationError"
	errDataLimit    = "States.DataLimitExceeded"
	errBranchFailed = "States.BranchFailed"
	errItemReader   = "States.ItemReaderFailed"
	errResultWriter = "States.ResultWriterFailed"
	errTolerance    = "States.ExceedToleratedFailureThreshold"
)

// Limits of the service (Amazon States Language reference, section 17).
const (
	maxPayload   = 262_144
	maxEvents    = 25_000
	maxError     = 256
	maxCause     = 32_768
	maxWait      = 1<<31 - 1 // seconds
	maxVariables = 10 << 20
)

// A fault is an error on its way to a retrier, a catcher, or the end of the execution. Nil parts were not given,
// which differs from empty ones.
type fault struct {
	Error, Cause *string
	fatal        bool   // no retrier and no catcher sees it: the execution fails
	heartbeat    bool   // a time-out because nothing was heard of the task
	location     string // set for failed evaluations, which have an event of their own
}

func newFault(name, cause string) *fault {
	f := &fault{}
	if name != "" {
		f.Error = new(truncate(name, maxError))
	}
	if cause != "" {
		f.Cause = new(truncate(cause, maxCause))
	}
	return f
}

// prefix names the state, as in the causes of the interpreter's own errors.
func (t *thread) prefix() string {
	return fmt.Sprintf("An error occurred while executing the state '%s' (entered at the event id #%d). ", t.State, t.Entered)
}

// runtime is the fault of a state that cannot be interpreted.
func (t *thread) runtime(format string, args ...any) *fault {
	f := newFault(errRuntime, t.prefix()+fmt.Sprintf(format, args...))
	f.fatal = true
	return f
}

// evaluation is the fault of an expression in the field at location.
func (t *thread) evaluation(location, cause string) *fault {
	f := newFault(errQuery, t.prefix()+cause)
	f.location = location
	return f
}

// tooLarge is the fault of what (a state or a task's resource) whose data is beyond the limit.
func tooLarge(what string) *fault {
	return newFault(errDataLimit, "The state/task '"+what+"' returned a result with a size exceeding the maximum number of bytes service limit.")
}

// output is what a catcher gets: both members, empty when there is nothing to say.
func (f *fault) output() value.Value {
	return value.Object(value.M("Error", value.String(deref(f.Error))), value.M("Cause", value.String(deref(f.Cause))))
}

// matches tells whether a retrier's or catcher's ErrorEquals names the fault; inParallel is true when a branch failed.
func (f *fault) matches(names []string, inParallel bool) bool {
	if f.fatal {
		return false
	}
	is := deref(f.Error)
	for _, n := range names {
		switch n {
		case is, errAll:
			return true
		case errTaskFailed:
			if is != errTimeout && is != errDataLimit {
				return true
			}
		case errBranchFailed:
			if inParallel {
				return true
			}
		case errHeartbeat:
			if f.heartbeat {
				return true
			}
		}
	}
	return false
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// truncate cuts s to at most n characters.
func truncate(s string, n int) string {
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
