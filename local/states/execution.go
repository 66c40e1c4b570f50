package states

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// An execution is one run of a machine, and what is left of it.
type execution struct {
	machine    *machine
	arn, name  string
	input      string // as the caller wrote it
	role       string
	definition string // which the execution started with
	revision   string
	logging    logging
	stream     string
	run        *engine.Run
	cancel     context.CancelCauseFunc
	done       chan struct{}      // closed when it has ended
	signals    chan engine.Signal // what comes by tokens and for Map Runs
	mapRuns    []*mapRun          // in the order they were started; guarded by the service's lock

	mu      sync.Mutex
	events  []history.Event
	outcome engine.Outcome
}

func (e *execution) closed() bool {
	select {
	case <-e.done:
		return true
	default:
		return false
	}
}

// abort ends the execution as StopExecution does.
func (e *execution) abort(errorName, cause string) {
	e.cancel(engine.Stop{ErrorName: errorName, Cause: cause})
}

// state is how the execution is doing.
func (e *execution) state() engine.Outcome {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.outcome
}

func (e *execution) history() []history.Event {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clip(e.events)
}

// begin starts an execution of m. The lock must be held.
func (s *Service) begin(m *machine, name, input string, parsed value.Value) (*execution, error) {
	if s.closed {
		return nil, &wire.Error{Code: "ServiceUnavailable", Message: errStopping.Error(), Status: 503}
	}
	e := &execution{
		machine: m, name: name, input: input, role: m.role, definition: m.definition, revision: m.revision, logging: m.logging,
		done: make(chan struct{}), signals: make(chan engine.Signal),
	}
	now := s.now()
	e.stream = stream(m.name, now, wire.NewID()[:8])
	e.arn = s.config.Account.ARN("states", executionKind+":"+m.name+":"+name)
	if m.express() {
		e.arn = s.config.Account.ARN("states", expressKind+":"+m.name+":"+name+":"+wire.NewID())
	}
	e.run = m.plan.Start(engine.Start{
		ExecutionArn: e.arn, Name: name, RoleArn: m.role, StateMachineArn: m.arn, StateMachineName: m.name,
		Input: parsed, InputText: input, Region: s.config.Account.Region, Type: m.kind, Seed: rand.Uint64(), Time: now,
	})
	e.outcome = engine.Outcome{Status: engine.Running, Started: now}
	ctx, cancel := context.WithCancelCause(s.stop)
	e.cancel = cancel
	s.executions[e.arn] = e
	s.started = append(s.started, e)
	ctx, release := clock.HoldFor(ctx, s.config.Clock)
	s.running.Go(func() {
		defer release()
		s.execute(ctx, e)
	})
	return e, nil
}

// execute runs an execution to its end and tells everybody who wants to know.
func (s *Service) execute(ctx context.Context, e *execution) {
	defer e.cancel(nil)
	s.announce(e)
	outcome := engine.Execute(ctx, e.run, s.config.Clock, worker{s, e}, func(h history.Event) { s.observe(e, h) })
	if outcome.Err != nil { // the machine stops: the execution stays as it is
		return
	}
	e.mu.Lock()
	e.outcome = outcome
	e.run = nil
	e.mu.Unlock()
	close(e.done)
	s.announce(e)
	s.fan.send(e, nil)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended++
	s.bury(e.machine)
	s.forget()
}

// observe keeps an event, logs it, and shows it to those who watch.
func (s *Service) observe(e *execution, h history.Event) {
	e.mu.Lock()
	e.events = append(e.events, h)
	e.mu.Unlock()
	if e.logging.level.Includes(h.Type) {
		s.log(e.logging.group, e.stream, h.Time, h.LogRecord(e.arn, e.logging.data).String())
	}
	s.fan.send(e, &h)
}

// forget drops the oldest executions that have ended, when there are too many. The lock must be held.
func (s *Service) forget() {
	excess := s.ended - s.config.Retain
	if excess < max(1, s.config.Retain/10) { // many at once, so that each costs little
		return
	}
	s.started = slices.DeleteFunc(s.started, func(e *execution) bool {
		if excess == 0 || !e.closed() {
			return false
		}
		excess--
		s.ended--
		delete(s.executions, e.arn)
		s.forgetMapRuns(e)
		return true
	})
}

// An Execution is a picture of an execution, for programs on this machine.
type Execution struct {
	Arn, Name       string
	StateMachineArn string
	StateMachine    string // its name
	Type            engine.Type
	Status          engine.Status
	Started         time.Time
	Stopped         time.Time // zero while it runs
	Input           string
	Output          value.Value // when it succeeded
	Error, Cause    string      // when it did not
}

func (e *execution) public() Execution {
	o := e.state()
	x := Execution{
		Arn: e.arn, Name: e.name, StateMachineArn: e.machine.arn, StateMachine: e.machine.name, Type: e.machine.kind,
		Status: o.Status, Started: o.Started, Stopped: o.Stopped, Input: e.input, Output: o.Output,
	}
	if o.Error != nil {
		x.Error = *o.Error
	}
	if o.Cause != nil {
		x.Cause = *o.Cause
	}
	return x
}

// Executions are the executions that are kept, in the order they were started.
func (s *Service) Executions() []Execution {
	s.mu.Lock()
	all := slices.Clone(s.started)
	s.mu.Unlock()
	out := make([]Execution, 0, len(all))
	for _, e := range all {
		out = append(out, e.public())
	}
	return out
}

// History is the history of an execution so far, Express ones included; nil when there is no such execution. The
// slice must not be written to.
func (s *Service) History(arn string) []history.Event {
	s.mu.Lock()
	e := s.executions[arn]
	s.mu.Unlock()
	if e == nil {
		return nil
	}
	return e.history()
}

// Definition is the document that an execution runs; empty when there is no such execution.
func (s *Service) Definition(arn string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.executions[arn]; e != nil {
		return e.definition
	}
	return ""
}

// Wait waits for the end of an execution. It fails if there is none, and when ctx ends.
func (s *Service) Wait(ctx context.Context, arn string) (Execution, error) {
	s.mu.Lock()
	e := s.executions[arn]
	s.mu.Unlock()
	if e == nil {
		return Execution{}, noExecution(arn)
	}
	select {
	case <-e.done:
		return e.public(), nil
	case <-s.stop.Done():
		return e.public(), context.Cause(s.stop)
	case <-ctx.Done():
		return e.public(), ctx.Err()
	}
}

func noExecution(arn string) error {
	return wire.Errorf("ExecutionDoesNotExist", "Execution Does Not Exist: '%s'", arn)
}
