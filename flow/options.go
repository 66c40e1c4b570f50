package flow

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/internal/suggest"
	"github.com/stepwright/stepwright/value"
)

// An option belongs to one kind of step or to several: a Heartbeat of a Parallel does not compile. Options are
// values: name sets once (var throttled = flow.Retry(dynamodb.Throttled, patiently)) and use them like words.
type (
	// A TaskOption can be given to Task, Do and the steps of integration packages.
	TaskOption interface{ task(*Flow, *step) }
	// A BlockOption can be given to Parallel and to Try.
	BlockOption interface{ block(*Flow, *step) }
	// A MapOption can be given to Each and to Batch.
	MapOption interface {
		BatchOption
		each(*Flow, *step)
	}
	// A BatchOption can be given to Batch and BatchTo.
	BatchOption interface{ batch(*Flow, *step) }
)

// An Option can be given to every step that can fail: tasks, Parallel, Try, Each, Batch and Raw.
type Option struct{ apply func(*Flow, *step) }

func (o Option) task(f *Flow, s *step) {
	if o.apply != nil {
		o.apply(f, s)
	}
}
func (o Option) block(f *Flow, s *step) { o.task(f, s) }
func (o Option) each(f *Flow, s *step)  { o.task(f, s) }
func (o Option) batch(f *Flow, s *step) { o.task(f, s) }

type taskOnly func(*Flow, *step)

func (o taskOnly) task(f *Flow, s *step) { o(f, s) }

// Errors is a list of error names that a Retry, a Catch or a Rescue is for. Integration packages export theirs;
// those of handlers are named by their Go types with Raised.
type Errors []string

// The errors of the language itself.
var (
	AnyError   = Errors{"States.ALL"}                                // everything that can be caught; last and alone
	TaskFailed = Errors{"States.TaskFailed"}                         // everything but a time-out
	TimedOut   = Errors{"States.Timeout", "States.HeartbeatTimeout"} // the step took too long, or its heartbeat stopped
	TooLarge   = Errors{"States.DataLimitExceeded"}                  // a result of more than 256 KiB
)

// The errors of a Batch.
var (
	TooManyFailed = Errors{"States.ExceedToleratedFailureThreshold"} // more items failed than are tolerated
	ReadFailed    = Errors{"States.ItemReaderFailed"}                // the source could not be read
	WriteFailed   = Errors{"States.ResultWriterFailed"}              // the results of a BatchTo could not be written
)

const anyError = "States.ALL"

// stateErrors are the names beginning with States. that exist (section 14.3 of the reference).
var stateErrors = []string{
	"States.ALL", "States.TaskFailed", "States.Timeout", "States.HeartbeatTimeout", "States.Permissions",
	"States.ResultPathMatchFailure", "States.ParameterPathFailure", "States.IntrinsicFailure", "States.BranchFailed",
	"States.NoChoiceMatched", "States.ExceedToleratedFailureThreshold", "States.ItemReaderFailed",
	"States.ResultWriterFailed", "States.QueryEvaluationError", "States.DataLimitExceeded", "States.Runtime",
}

// Raised names the error that a Go handler returns as an E: the Lambda runtime reports the type's name.
func Raised[E error]() Errors {
	t := reflect.TypeFor[E]()
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return Errors{t.Name()}
}

// A Backoff says how often and how patiently a step is tried again. The zero Backoff means never.
type Backoff struct {
	Attempts int           // how often to try again; zero: never
	First    time.Duration // before the first time; zero: the service's default of one second
	Rate     float64       // what each further wait is multiplied by; zero: the service's default of 2
	Max      time.Duration // the longest wait; zero: no limit. It must be above First.
	Jitter   bool          // wait a random time between nothing and that
}

// Retry tries a step again when it fails with one of the errors. The first Retry whose list has the error decides, and
// counts for itself. A retry runs the whole state again; its Timeout starts anew.
func Retry(on Errors, b Backoff) Option {
	on = slices.Clone(on)
	return Option{func(f *Flow, s *step) {
		e := errorsOf(s.state)
		if n := len(e.Retry); n > 0 && slices.Contains(e.Retry[n-1].ErrorEquals, anyError) {
			f.m.report(diagnosis{step: s, code: "any-error-last", message: "nothing after AnyError is ever retried", hint: "put the Retry for AnyError last"})
		}
		f.checkErrors(s, on)
		e.Retry = append(e.Retry, f.retrier(s, on, b))
	}}
}

func (f *Flow) retrier(s *step, on Errors, b Backoff) asl.Retrier {
	r := asl.Retrier{ErrorEquals: on, MaxAttempts: new(b.Attempts)}
	bad := func(message, hint string) {
		f.m.report(diagnosis{step: s, code: "backoff", message: message, hint: hint})
	}
	if b.Attempts < 0 {
		bad(fmt.Sprintf("%d attempts", b.Attempts), "zero means never")
	}
	if b.Attempts <= 0 {
		return r
	}
	if b.First != 0 {
		r.IntervalSeconds = new(f.seconds(s, b.First, 1))
	}
	if b.Rate != 0 {
		if r.BackoffRate = new(b.Rate); !(b.Rate >= 1) || b.Rate > 1e6 {
			bad(fmt.Sprintf("a rate of %v: waits cannot become shorter", b.Rate), "use 1 or more")
		}
	}
	if b.Max != 0 {
		r.MaxDelaySeconds = new(f.seconds(s, b.Max, 1))
		if b.Max <= max(b.First, time.Second) && b.Max <= b.First || b.First == 0 && b.Max <= time.Second {
			bad(fmt.Sprintf("the longest wait, %v, is not above the first, %v", b.Max, max(b.First, time.Second)), "make Max larger, or leave it out")
		}
		if b.Max >= 31622401*time.Second {
			bad(fmt.Sprintf("a longest wait of %v", b.Max), "Step Functions takes at most 366 days")
		}
	}
	if b.Jitter {
		r.JitterStrategy = "FULL"
	}
	return r
}

// checkErrors looks at a list of error names.
func (f *Flow) checkErrors(s *step, on Errors) {
	if len(on) == 0 {
		f.m.report(diagnosis{step: s, code: "no-errors", message: "the list of errors is empty", hint: "flow.AnyError is for all of them"})
	}
	if len(on) > 1 && slices.Contains(on, anyError) {
		f.m.report(diagnosis{step: s, code: "any-error-alone", message: "AnyError is mixed with other errors", hint: "it includes them: let it stand alone"})
	}
	for _, name := range on {
		f.m.noPlaceholder(name)
		if name == "" || name == "error" {
			f.m.report(diagnosis{step: s, code: "unknown-error", message: fmt.Sprintf("%q is no error's name", name), hint: "give Raised the type that the handler returns, such as flow.Raised[ImageIdentifyError]()"})
		}
		if strings.HasPrefix(name, "States.") && !slices.Contains(stateErrors, name) && !isHTTPError(name) {
			hint := "names that begin with States. are the language's own"
			if n, ok := suggest.Name(name, stateErrors); ok {
				hint = fmt.Sprintf("did you mean %q?", n)
			}
			f.m.report(diagnosis{step: s, severity: diag.Warning, code: "unknown-error", message: fmt.Sprintf("there is no error %q", name), hint: hint})
		}
	}
}

// isHTTPError tells whether name is an error of the HTTP Task: one for each status code but 2xx.
func isHTTPError(name string) bool {
	code, ok := strings.CutPrefix(name, "States.Http.StatusCode.")
	n, err := strconv.Atoi(code)
	return name == "States.Http.Socket" || ok && err == nil && n >= 100 && n <= 599 && n/100 != 2
}

func errorsOf(s asl.State) *asl.Errors {
	switch s := s.(type) {
	case *asl.Task:
		return &s.Errors
	case *asl.Parallel:
		return &s.Errors
	case *asl.Map:
		return &s.Errors
	default:
		panic(fmt.Sprintf("flow: a %T cannot fail", s))
	}
}

// maxSeconds is the largest number of seconds that a state takes.
const maxSeconds = 99999999

// seconds is a duration as Step Functions counts it.
func (f *Flow) seconds(s *step, d time.Duration, least int) int {
	n := int(d / time.Second)
	if d%time.Second != 0 || n < least || n > maxSeconds {
		f.m.report(diagnosis{step: s, code: "whole-seconds", message: fmt.Sprintf("%v: Step Functions counts whole seconds, from %d to %d", d, least, maxSeconds), hint: "round it"})
	}
	return n
}

// Timeout ends a step that takes longer with an error of TimedOut: whole seconds, from 1 to 99,999,999. Every attempt has
// the whole time. Without it a step may take as long as its execution, which is a year for a Standard workflow.
func Timeout(d time.Duration) TaskOption {
	return taskOnly(func(f *Flow, s *step) {
		s.state.(*asl.Task).TimeoutSeconds = value.Int(f.seconds(s, d, 1))
		f.checkHeartbeat(s)
	})
}

// TimeoutFrom is Timeout with a number of seconds that is known when the workflow runs.
func TimeoutFrom(seconds *int) TaskOption {
	return taskOnly(func(f *Flow, s *step) { s.timeout = f.needed(seconds, "the timeout") })
}

// Heartbeat ends a step that gives no sign of life for that long with an error of TimedOut: whole seconds, below the
// Timeout. It is for steps that wait for the answer to a token and for activities, whose workers call SendTaskHeartbeat;
// a handler that is simply called has no way to give a sign.
func Heartbeat(d time.Duration) TaskOption {
	return taskOnly(func(f *Flow, s *step) {
		s.state.(*asl.Task).HeartbeatSeconds = value.Int(f.seconds(s, d, 1))
		f.checkHeartbeat(s)
	})
}

func (f *Flow) checkHeartbeat(s *step) {
	t := s.state.(*asl.Task)
	if t.TimeoutSeconds.Exists() && t.HeartbeatSeconds.Exists() && value.CompareNumbers(t.HeartbeatSeconds, t.TimeoutSeconds) >= 0 {
		f.m.report(diagnosis{step: s, code: "heartbeat", message: fmt.Sprintf("a heartbeat of %s s is not below the timeout of %s s", t.HeartbeatSeconds, t.TimeoutSeconds), hint: "a step that has timed out needs no heartbeat: make it shorter"})
	}
}

// As makes a step act as another role, in another account for example.
func As(role Resource) TaskOption {
	return taskOnly(func(f *Flow, s *step) { s.role = f.m.resource(role) })
}

// Comment says something about a state that its name does not.
func Comment(text string) Option {
	return Option{func(f *Flow, s *step) {
		f.m.noPlaceholder(text)
		asl.CommonOf(s.state).Comment = new(text)
	}}
}
