package states

import (
	"context"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/integration"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// A waiting task is one whose answer comes by its token: that of a callback, or an activity's.
type waitingTask struct {
	execution *execution
	taken     bool // by a worker of its activity
	over      bool // answered, timed out or stopped
}

// maxTokens is how many tokens of tasks that are over are remembered, so that late answers hear that they are late.
const maxTokens = 10_000

// worker does the tasks of one execution, and hands it what comes by tokens.
type worker struct {
	*Service
	execution *execution
}

// Do does one call.
func (w worker) Do(ctx context.Context, c engine.Call) engine.Result {
	return w.do(ctx, w.execution, c)
}

// Signals are the answers to tokens of the execution.
func (w worker) Signals() <-chan engine.Signal { return w.execution.signals }

// Called remembers a token before anybody can have it.
func (w worker) Called(c engine.Call) {
	if c.Token == "" || c.Waits {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tokens[c.Token] = &waitingTask{execution: w.execution}
	if c.ResourceType == "" {
		w.schedule(c)
	}
}

// await waits until a task that somebody answers by its token is over. On a virtual clock, which stands still while
// a call is out, it does not wait.
func (s *Service) await(ctx context.Context, c engine.Call) engine.Result {
	if _, virtual := s.config.Clock.(*clock.Virtual); !virtual {
		clock.Pause(ctx)
		<-ctx.Done()
		s.endToken(c.Token)
	}
	return engine.Result{Never: true}
}

// endToken remembers that a task is over.
func (s *Service) endToken(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.tokens[token]
	if t == nil || t.over {
		return
	}
	t.over, t.execution = true, nil
	s.overTokens = append(s.overTokens, token)
	if n := len(s.overTokens) - maxTokens; n > maxTokens/10 {
		for _, old := range s.overTokens[:n] {
			delete(s.tokens, old)
		}
		s.overTokens = append([]string(nil), s.overTokens[n:]...)
	}
}

// task finds the execution that waits for an answer to a token.
func (s *Service) task(in value.Value) (token string, e *execution, err error) {
	token, err = text(in, "taskToken", rule{required: true, min: 1, max: 2048})
	if err != nil {
		return "", nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.tokens[token]
	switch {
	case t == nil:
		return "", nil, wire.Errorf("InvalidToken", "Invalid Token: 'Invalid token'")
	case t.over || t.execution.closed():
		return "", nil, errTaskOver()
	}
	return token, t.execution, nil
}

func errTaskOver() error {
	return wire.Errorf("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'")
}

// tell hands a signal to an execution.
func (s *Service) tell(ctx context.Context, e *execution, sig engine.Signal) error {
	select {
	case e.signals <- sig:
		return nil
	case <-e.done:
		return errTaskOver()
	case <-s.stop.Done():
		return &wire.Error{Code: "ServiceUnavailable", Message: errStopping.Error(), Status: 503}
	case <-ctx.Done():
		return ctx.Err()
	}
}

// answerToken ends a task, once.
func (s *Service) answerToken(ctx context.Context, token string, e *execution, r engine.Result) (value.Value, error) {
	s.mu.Lock()
	late := s.tokens[token] == nil || s.tokens[token].over
	s.mu.Unlock()
	if late {
		return value.Value{}, errTaskOver()
	}
	s.endToken(token)
	if err := s.tell(ctx, e, engine.TokenDone{Token: token, Result: r}); err != nil {
		return value.Value{}, err
	}
	return value.Object(), nil
}

func (s *Service) sendTaskSuccess(ctx context.Context, in value.Value) (value.Value, error) {
	output, err := text(in, "output", rule{required: true, max: maxInput})
	if err != nil {
		return value.Value{}, err
	}
	token, e, err := s.task(in)
	if err != nil {
		return value.Value{}, err
	}
	v, err := value.ParseString(output)
	if err != nil {
		return value.Value{}, wire.Errorf("InvalidOutput", "Invalid Output: '%s'", jackson(output, err))
	}
	return s.answerToken(ctx, token, e, engine.Succeed(v))
}

func (s *Service) sendTaskFailure(ctx context.Context, in value.Value) (value.Value, error) {
	name, err := text(in, "error", rule{max: 256})
	if err != nil {
		return value.Value{}, err
	}
	cause, err := text(in, "cause", rule{max: 32768})
	if err != nil {
		return value.Value{}, err
	}
	token, e, err := s.task(in)
	if err != nil {
		return value.Value{}, err
	}
	return s.answerToken(ctx, token, e, engine.Failed(name, cause))
}

func (s *Service) sendTaskHeartbeat(ctx context.Context, in value.Value) (value.Value, error) {
	token, e, err := s.task(in)
	if err != nil {
		return value.Value{}, err
	}
	if err := s.tell(ctx, e, engine.TokenHeartbeat{Token: token}); err != nil {
		return value.Value{}, err
	}
	return value.Object(), nil
}

// lasting does the two calls of a task that goes on after it was submitted.
func (s *Service) lasting(ctx context.Context, e *execution, c engine.Call) engine.Result {
	switch {
	case c.ResourceType == "" && !c.Waits:
		return s.activityTask(ctx, c)
	case c.Token != "" && c.Waits:
		return s.await(ctx, c)
	case c.Pattern == integration.WaitForTaskToken:
		token := c.Token
		c.Pattern, c.Token = integration.RequestResponse, ""
		r := s.do(ctx, e, c)
		if r.Failure != nil {
			s.endToken(token)
		}
		return r
	case c.ResourceType != "states" || c.Action != "startExecution":
		return failed(missing(c, "it waits for the end of no jobs but executions of state machines"))
	case c.Waits:
		return s.childEnd(ctx, c)
	}
	c.Pattern = integration.RequestResponse
	return s.do(ctx, e, c)
}

// childEnd waits for the end of an execution that a task has started. If the task is stopped before, so is the
// execution.
func (s *Service) childEnd(ctx context.Context, c engine.Call) engine.Result {
	s.mu.Lock()
	child := s.executions[c.Submitted.Get("ExecutionArn").Str()]
	s.mu.Unlock()
	if child == nil {
		return failed(missing(c, "its execution is not kept any more"))
	}
	defer clock.Pause(ctx)()
	select {
	case <-child.done:
	case <-s.stop.Done():
		return engine.Result{Never: true}
	case <-ctx.Done():
		if s.stop.Err() == nil {
			child.abort("", "")
		}
		return engine.Result{Never: true}
	}
	o := child.state()
	if o.Status != engine.Succeeded {
		return engine.Failed("States.TaskFailed", child.told(false).String())
	}
	return engine.Succeed(child.told(c.Pattern == integration.RunJob2))
}

// told is an execution that has ended as the tasks that waited for it are told (recorded: nested/…); parsed says that
// input and output are JSON and not its text.
func (e *execution) told(parsed bool) value.Value {
	o := e.state()
	shown := func(text string) value.Value {
		if v, err := value.ParseString(text); parsed && err == nil {
			return v
		}
		return value.String(text)
	}
	yes := value.Object(value.M("Included", value.True))
	var b value.Builder
	if o.Cause != nil {
		b.Set("Cause", value.String(*o.Cause))
	}
	if o.Error != nil {
		b.Set("Error", value.String(*o.Error))
	}
	b.Set("ExecutionArn", value.String(e.arn))
	b.Set("Input", shown(e.input))
	b.Set("InputDetails", yes)
	b.Set("Name", value.String(e.name))
	if o.Status == engine.Succeeded {
		b.Set("Output", shown(o.Output.String()))
		b.Set("OutputDetails", yes)
	}
	b.Set("StartDate", value.Int(o.Started.UnixMilli()))
	b.Set("StateMachineArn", value.String(e.machine.arn))
	b.Set("Status", value.String(string(o.Status)))
	b.Set("StopDate", value.Int(o.Stopped.UnixMilli()))
	return b.Object()
}
