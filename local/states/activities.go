package states

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

const (
	activityKind = "activity"
	activityType = "AWS::StepFunctions::Activity"

	// pollTime is how long GetActivityTask waits for a task.
	pollTime = 60 * time.Second
)

// An activity is a queue of tasks that workers fetch.
type activity struct {
	arn, name string
	created   time.Time
	queue     []work
	more      chan struct{} // closed and made anew when something is put into the queue
}

// work is a task of an activity that no worker has taken.
type work struct{ token, input string }

// schedule puts a task into its activity's queue. The lock must be held.
func (s *Service) schedule(c engine.Call) {
	if a := s.activities[c.Resource]; a != nil {
		a.queue = append(a.queue, work{c.Token, c.Arguments.String()})
		close(a.more)
		a.more = make(chan struct{})
	}
}

// hasActivity tells whether there is an activity of an ARN.
func (s *Service) hasActivity(arn string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.activities[arn] != nil
}

// activityTask waits until a worker takes an activity's task, or the task is over.
func (s *Service) activityTask(ctx context.Context, c engine.Call) engine.Result {
	if _, virtual := s.config.Clock.(*clock.Virtual); !virtual {
		clock.Pause(ctx)
		<-ctx.Done()
		s.mu.Lock()
		t := s.tokens[c.Token]
		taken := t != nil && t.taken
		s.mu.Unlock()
		if !taken { // it timed out, or its execution was stopped
			s.endToken(c.Token)
		}
	}
	return engine.Result{Never: true}
}

func (s *Service) createActivity(_ context.Context, in value.Value) (value.Value, error) {
	name, err := text(in, "name", rule{required: true, min: 1, max: 80})
	if err != nil {
		return value.Value{}, err
	}
	if err := checkName(name); err != nil {
		return value.Value{}, err
	}
	arn := s.config.Account.ARN("states", activityKind+":"+name)
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.activities[arn]
	if a == nil {
		a = &activity{arn: arn, name: name, created: s.now(), more: make(chan struct{})}
		s.activities[arn] = a
		s.activityOrder = append(s.activityOrder, a)
	}
	return value.Object(value.M("activityArn", value.String(arn)), value.M("creationDate", history.Timestamp(a.created))), nil
}

func (s *Service) deleteActivity(_ context.Context, in value.Value) (value.Value, error) {
	arn, _, err := s.arn(in, "activityArn", activityKind)
	if err != nil {
		return value.Value{}, err
	}
	s.removeActivity(arn)
	return value.Object(), nil
}

func (s *Service) removeActivity(arn string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.activities[arn]; a != nil {
		close(a.more)
		a.more = make(chan struct{})
	}
	delete(s.activities, arn)
	s.activityOrder = slices.DeleteFunc(s.activityOrder, func(a *activity) bool { return a.arn == arn })
}

// activity finds an activity. The lock must not be held.
func (s *Service) activity(in value.Value) (*activity, error) {
	arn, _, err := s.arn(in, "activityArn", activityKind)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.activities[arn]; a != nil {
		return a, nil
	}
	return nil, wire.Errorf("ActivityDoesNotExist", "Activity Does Not Exist: '%s'", arn)
}

func (a *activity) value() value.Value {
	return value.Object(
		value.M("activityArn", value.String(a.arn)), value.M("name", value.String(a.name)), value.M("creationDate", history.Timestamp(a.created)),
	)
}

func (s *Service) describeActivity(_ context.Context, in value.Value) (value.Value, error) {
	a, err := s.activity(in)
	if err != nil {
		return value.Value{}, err
	}
	return a.value(), nil
}

func (s *Service) listActivities(_ context.Context, in value.Value) (value.Value, error) {
	s.mu.Lock()
	all := slices.Clone(s.activityOrder)
	s.mu.Unlock()
	p, err := paged(in, "activities", 1000, all, growsLast)
	if err != nil {
		return value.Value{}, err
	}
	items := make([]value.Value, 0, len(p.items))
	for _, a := range p.items {
		items = append(items, a.value())
	}
	return value.Object(value.M("activities", value.Array(items...)), value.M("nextToken", p.token)), nil
}

// getActivityTask gives a worker the task that waits longest. When there is none for a minute, it gives nothing.
func (s *Service) getActivityTask(ctx context.Context, in value.Value) (value.Value, error) {
	worker, err := text(in, "workerName", rule{min: 1, max: 80})
	if err != nil {
		return value.Value{}, err
	}
	until := s.config.Clock.NewTimer(s.config.Clock.Now().Add(pollTime))
	defer until.Stop()
	for {
		a, err := s.activity(in)
		if err != nil {
			return value.Value{}, err
		}
		w, e, more := s.take(a)
		if e == nil {
			resume := clock.Pause(ctx)
			select {
			case <-more:
				resume()
				continue
			case <-until.C():
				resume()
				return value.Object(), nil
			case <-s.stop.Done():
				return value.Value{}, &wire.Error{Code: "ServiceUnavailable", Message: errStopping.Error(), Status: 503}
			case <-ctx.Done():
				return value.Value{}, ctx.Err()
			}
		}
		if s.tell(ctx, e, engine.TokenStarted{Token: w.token, Worker: worker}) != nil {
			continue // its execution has ended
		}
		return value.Object(value.M("taskToken", value.String(w.token)), value.M("input", value.String(w.input))), nil
	}
}

// take takes the first task whose execution still waits for it; more is closed when it is worth trying again.
func (s *Service) take(a *activity) (w work, e *execution, more <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(a.queue) > 0 {
		w, a.queue = a.queue[0], a.queue[1:]
		if t := s.tokens[w.token]; t != nil && !t.over && !t.execution.closed() {
			t.taken = true
			return w, t.execution, nil
		}
	}
	return work{}, nil, a.more
}

// createActivityOf makes an activity of a template.
func (s *Service) createActivityOf(ctx context.Context, r wire.Resource) (wire.Created, error) {
	for name := range r.Properties.Members() {
		if !understoodOfActivities[name] {
			return wire.Created{}, fmt.Errorf("property %s of an activity is not supported yet by the local machine", name)
		}
	}
	name := r.Properties.Get("Name").Str()
	if name == "" {
		name = r.PhysicalName(80)
	}
	out, err := s.createActivity(ctx, value.Object(value.M("name", value.String(name))))
	if err != nil {
		return wire.Created{}, err
	}
	arn := out.Get("activityArn")
	return wire.Created{Ref: arn.Str(), Attributes: map[string]value.Value{"Arn": arn, "Name": value.String(name)}}, nil
}
