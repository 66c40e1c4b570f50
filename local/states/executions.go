package states

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

const maxInput = 262144

func (s *Service) startExecution(_ context.Context, in value.Value) (value.Value, error) {
	e, err := s.start(in, false)
	if err != nil {
		return value.Value{}, err
	}
	return value.Object(value.M("executionArn", value.String(e.arn)), value.M("startDate", history.Timestamp(e.state().Started))), nil
}

// start starts an execution; sync says that it is to be an Express one that is waited for.
func (s *Service) start(in value.Value, sync bool) (*execution, error) {
	m, err := s.machine(in)
	if err != nil {
		return nil, err
	}
	if sync && !m.express() {
		return nil, wrongType()
	}
	name, err := text(in, "name", rule{min: 1, max: 80})
	if err != nil {
		return nil, err
	}
	if name == "" {
		name = wire.NewID()
	} else if err := checkName(name); err != nil {
		return nil, err
	}
	if _, err := text(in, "traceHeader", rule{max: 256}); err != nil {
		return nil, err
	}
	input, parsed, err := readInput(in)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if m.deleting {
		return nil, errDeleting(m.arn)
	}
	if !m.express() {
		arn := s.config.Account.ARN("states", executionKind+":"+m.name+":"+name)
		if e := s.executions[arn]; e != nil {
			if !e.closed() && e.input == input {
				return e, nil
			}
			return nil, wire.Errorf("ExecutionAlreadyExists", "Execution Already Exists: '%s'", arn)
		}
	}
	return s.begin(m, name, input, parsed)
}

func wrongType() error {
	return wire.Errorf("StateMachineTypeNotSupported", "This operation is not supported by this type of state machine")
}

// readInput reads an execution's input, which is JSON text.
func readInput(in value.Value) (string, value.Value, error) {
	v := in.Get("input")
	if !v.Exists() || v.IsNull() {
		return "{}", value.Object(), nil
	}
	input, err := text(in, "input", rule{max: maxInput})
	switch {
	case err != nil:
		return "", value.Value{}, err
	case len(input) > maxInput:
		return "", value.Value{}, invalid("'"+shorten(input)+"'", "input", "Member must have length less than or equal to 262144")
	case strings.TrimSpace(input) == "":
		return "", value.Value{}, wire.Errorf("InvalidExecutionInput", "Invalid State Machine Execution Input: 'Invalid execution input.'")
	}
	parsed, err := value.ParseString(input)
	if err != nil {
		return "", value.Value{}, wire.Errorf("InvalidExecutionInput", "Invalid State Machine Execution Input: '%s'", jackson(input, err))
	}
	return input, parsed, nil
}

var bareWord = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$]*`)

// jackson says what is wrong with a text, where we know it in the words of the parser that the service uses.
func jackson(text string, err error) string {
	word := bareWord.FindString(strings.TrimSpace(text))
	if word != "" && word != "null" && word != "true" && word != "false" {
		return "Unrecognized token '" + word + "': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
	}
	if e, ok := errors.AsType[*value.SyntaxError](err); ok {
		return e.Error()
	}
	return err.Error()
}

// execution finds a Standard execution.
func (s *Service) execution(in value.Value) (*execution, error) {
	arn, _, err := s.arn(in, "executionArn", executionKind)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.executions[arn]; e != nil {
		return e, nil
	}
	return nil, noExecution(arn)
}

// executionOrChild finds a Standard execution, or one that a Map Run has started.
func (s *Service) executionOrChild(in value.Value) (*execution, *child, error) {
	e, err := s.execution(in)
	if err == nil {
		return e, nil, nil
	}
	c, failed := s.child(in.Get("executionArn").Str())
	if c != nil || failed != nil {
		return nil, c, failed
	}
	return nil, nil, err
}

func (s *Service) describeExecution(_ context.Context, in value.Value) (value.Value, error) {
	e, c, err := s.executionOrChild(in)
	switch {
	case err != nil:
		return value.Value{}, err
	case c != nil:
		return c.describe()
	}
	return e.describe(), nil
}

var included = value.Object(value.M("included", value.True))

// describe is the execution as DescribeExecution gives it.
func (e *execution) describe() value.Value {
	o := e.state()
	var b value.Builder
	b.Set("executionArn", value.String(e.arn))
	b.Set("stateMachineArn", value.String(e.machine.arn))
	b.Set("name", value.String(e.name))
	b.Set("status", value.String(string(o.Status)))
	b.Set("startDate", history.Timestamp(o.Started))
	if !o.Stopped.IsZero() {
		b.Set("stopDate", history.Timestamp(o.Stopped))
	}
	b.Set("input", value.String(e.input))
	b.Set("inputDetails", included)
	setOutcome(&b, o)
	b.Set("redriveCount", value.Int(0))
	status, reason := "REDRIVABLE", ""
	if o.Status == engine.Running || o.Status == engine.Succeeded {
		status, reason = "NOT_REDRIVABLE", "Execution is "+string(o.Status)+" and cannot be redriven"
	}
	b.Set("redriveStatus", value.String(status))
	if reason != "" {
		b.Set("redriveStatusReason", value.String(reason))
	}
	return b.Object()
}

// setOutcome sets output, or error and cause. An execution that timed out has none of them.
func setOutcome(b *value.Builder, o engine.Outcome) {
	if o.Status == engine.Succeeded {
		b.Set("output", value.String(o.Output.String()))
		b.Set("outputDetails", included)
	}
	if o.Status == engine.FailedRun || o.Status == engine.Aborted {
		if o.Error != nil {
			b.Set("error", value.String(*o.Error))
		}
		if o.Cause != nil {
			b.Set("cause", value.String(*o.Cause))
		}
	}
}

func (s *Service) describeForExecution(_ context.Context, in value.Value) (value.Value, error) {
	e, c, err := s.executionOrChild(in)
	if err != nil {
		return value.Value{}, err
	}
	if c != nil {
		e = c.run.execution
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	updated := e.machine.created
	if e.revision != "" {
		updated = e.machine.updated
	}
	var b value.Builder
	if c != nil {
		c.describeMachine(&b, e)
	} else {
		b.Set("stateMachineArn", value.String(e.machine.arn))
		b.Set("name", value.String(e.machine.name))
		b.Set("definition", value.String(e.definition))
	}
	b.Set("roleArn", value.String(e.role))
	b.Set("updateDate", history.Timestamp(updated))
	b.Set("loggingConfiguration", e.logging.value())
	b.Set("tracingConfiguration", value.Object(value.M("enabled", value.Bool(e.machine.tracing))))
	if e.revision != "" {
		b.Set("revisionId", value.String(e.revision))
	}
	return b.Object(), nil
}

// stopExecution aborts an execution and waits until that is done. One that has ended stays as it is.
func (s *Service) stopExecution(ctx context.Context, in value.Value) (value.Value, error) {
	e, c, err := s.executionOrChild(in)
	if err != nil {
		return value.Value{}, err
	}
	name, err := text(in, "error", rule{max: 256})
	if err != nil {
		return value.Value{}, err
	}
	cause, err := text(in, "cause", rule{max: 32768})
	if err != nil {
		return value.Value{}, err
	}
	if c != nil {
		return s.stopChild(ctx, c, engine.Stop{ErrorName: name, Cause: cause})
	}
	e.abort(name, cause)
	select {
	case <-e.done:
	case <-ctx.Done():
		return value.Value{}, ctx.Err()
	case <-s.stop.Done():
		return value.Value{}, &wire.Error{Code: "ServiceUnavailable", Message: errStopping.Error(), Status: 503}
	}
	return value.Object(value.M("stopDate", history.Timestamp(e.state().Stopped))), nil
}

var statuses = []string{"RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"}

func (s *Service) listExecutions(_ context.Context, in value.Value) (value.Value, error) {
	if in.Get("mapRunArn").Str() != "" {
		return s.listChildren(in)
	}
	m, err := s.machine(in)
	if err != nil {
		return value.Value{}, err
	}
	if m.express() {
		return value.Value{}, wrongType()
	}
	status, err := text(in, "statusFilter", rule{enum: statuses})
	if err != nil {
		return value.Value{}, err
	}
	redriven, err := text(in, "redriveFilter", rule{enum: []string{"REDRIVEN", "NOT_REDRIVEN"}})
	if err != nil {
		return value.Value{}, err
	}
	all := s.listed(func(e *execution) bool {
		return e.machine == m && (status == "" || string(e.state().Status) == status) && redriven != "REDRIVEN"
	})
	p, err := paged(in, "executions "+m.arn+" "+status+" "+redriven, 1000, all, growsFirst)
	if err != nil {
		return value.Value{}, err
	}
	items := make([]value.Value, 0, len(p.items))
	for _, e := range p.items {
		items = append(items, e.item())
	}
	return value.Object(value.M("executions", value.Array(items...)), value.M("nextToken", p.token)), nil
}

// listed are the executions that are wanted, the newest first.
func (s *Service) listed(wanted func(*execution) bool) []*execution {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []*execution
	for _, e := range slices.Backward(s.started) {
		if wanted(e) {
			all = append(all, e)
		}
	}
	return all
}

func (e *execution) item() value.Value {
	o := e.state()
	v := value.Object(
		value.M("executionArn", value.String(e.arn)), value.M("stateMachineArn", value.String(e.machine.arn)),
		value.M("name", value.String(e.name)), value.M("status", value.String(string(o.Status))),
		value.M("startDate", history.Timestamp(o.Started)))
	if !o.Stopped.IsZero() {
		v = v.With("stopDate", history.Timestamp(o.Stopped))
	}
	return v.With("redriveCount", value.Int(0))
}

func (s *Service) getExecutionHistory(_ context.Context, in value.Value) (value.Value, error) {
	e, c, err := s.executionOrChild(in)
	if err != nil {
		return value.Value{}, err
	}
	reverse, err := flag(in, "reverseOrder", false)
	if err != nil {
		return value.Value{}, err
	}
	data, err := flag(in, "includeExecutionData", true)
	if err != nil {
		return value.Value{}, err
	}
	var all []history.Event
	arn := ""
	if c != nil {
		arn = c.arn()
		if all, err = c.run.store.History(c.Child); err != nil {
			return value.Value{}, err
		}
	} else {
		arn, all = e.arn, e.history()
	}
	order, grows := "forward", growsLast
	if reverse {
		grows = growsFirst
		all = slices.Clone(all)
		slices.Reverse(all)
		order = "reverse"
	}
	p, err := paged(in, "history "+order+" "+arn, 1000, all, grows)
	if err != nil {
		return value.Value{}, err
	}
	events := make([]value.Value, 0, len(p.items))
	for i := range p.items {
		events = append(events, p.items[i].Value(history.Options{WithoutData: !data}))
	}
	return value.Object(value.M("events", value.Array(events...)), value.M("nextToken", p.token)), nil
}

// startSyncExecution runs an Express execution and waits for its end. It goes on when the caller leaves.
func (s *Service) startSyncExecution(ctx context.Context, in value.Value) (value.Value, error) {
	e, err := s.start(in, true)
	if err != nil {
		return value.Value{}, err
	}
	defer clock.Pause(ctx)()
	select {
	case <-e.done:
	case <-ctx.Done():
		return value.Value{}, ctx.Err()
	case <-s.stop.Done():
		return value.Value{}, &wire.Error{Code: "ServiceUnavailable", Message: errStopping.Error(), Status: 503}
	}
	return SyncResponse(engine.Start{ExecutionArn: e.arn, Name: e.name, StateMachineArn: e.machine.arn, InputText: e.input}, e.state()), nil
}

// The amounts in which the service bills for Express executions.
const (
	billedTime   = 100 * time.Millisecond
	billedMemory = 64 // MB, the least
)

// SyncResponse is what StartSyncExecution answers about an execution that has ended. The billed duration is rounded up
// to 100 ms; the memory is the least there is, since nobody measures it here.
func SyncResponse(s engine.Start, o engine.Outcome) value.Value {
	var b value.Builder
	b.Set("executionArn", value.String(s.ExecutionArn))
	b.Set("stateMachineArn", value.String(s.StateMachineArn))
	b.Set("name", value.String(s.Name))
	b.Set("startDate", history.Timestamp(o.Started))
	b.Set("stopDate", history.Timestamp(o.Stopped))
	b.Set("status", value.String(string(o.Status)))
	input := s.InputText
	if input == "" {
		input = s.Input.String()
	}
	b.Set("input", value.String(input))
	b.Set("inputDetails", included)
	setOutcome(&b, o)
	if o.Status == engine.TimedOut {
		b.Set("error", value.String("States.Timeout"))
	}
	billed := max(1, (o.Stopped.Sub(o.Started)+billedTime-1)/billedTime) * billedTime
	b.Set("billingDetails", value.Object(
		value.M("billedMemoryUsedInMB", value.Int(billedMemory)), value.M("billedDurationInMilliseconds", value.Int(billed.Milliseconds())),
	))
	return b.Object()
}
