package lambda

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// Asynchronous invocations, as "How Lambda handles errors and retries with asynchronous invocation" tells it in
// docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html: an event is tried twice more when the
// function fails, after one minute and after two; throttling and failures of the service are tried again for up to
// six hours, after 1 second up to 5 minutes. All of it is in the machine's clock.
const (
	maxRetries   = 2
	oldestEvent  = 6 * time.Hour
	firstBackoff = time.Second
	mostBackoff  = 5 * time.Minute
)

// events are a function's events; Service.mu is over them.
type events struct {
	queue   []*event // to be tried at once
	workers int
}

// An event is an asynchronous invocation on its way.
type event struct {
	id        string
	name      string // of the function
	qualifier string // as the caller said
	client    string
	payload   []byte
	at        time.Time // when it came
	tries     int       // how often the function got it
	refused   int       // how often it was throttled since
}

// invokeLater takes an event and answers at once.
func (s *Service) invokeLater(t target, r Request) (Result, error) {
	e := &event{id: r.id(), name: t.function.name, qualifier: t.qualifier, client: r.Client, payload: r.Payload, at: s.now()}
	if !s.queue(t.function, e) {
		return Result{}, errClosed
	}
	s.metric(t.function.name, "", "AsyncEventsReceived", 1, "Count")
	return Result{StatusCode: http.StatusAccepted, RequestID: e.id}, nil
}

// queue has an event tried, in its turn; false when the service is closed.
func (s *Service) queue(f *function, e *event) bool {
	s.mu.Lock()
	f.events.queue = append(f.events.queue, e)
	more := f.events.workers < s.config.MaxInstances
	if more {
		f.events.workers++
	}
	s.mu.Unlock()
	if !more {
		return true
	}
	release := clock.Hold(s.config.Clock)
	if s.goBackground(func() { defer release(); s.drain(f) }) {
		return true
	}
	release()
	return false
}

// drain tries the events of a function until there are no more.
func (s *Service) drain(f *function) {
	for {
		s.mu.Lock()
		if len(f.events.queue) == 0 || s.closed {
			f.events.workers--
			f.events.queue = nil
			s.mu.Unlock()
			return
		}
		e := f.events.queue[0]
		f.events.queue = f.events.queue[1:]
		s.mu.Unlock()
		s.try(e)
	}
}

// try gives an event to its function, and decides what becomes of it.
func (s *Service) try(e *event) {
	t, err := s.find(e.name, e.qualifier)
	if err != nil {
		return // the function is gone, and its events with it
	}
	config := s.asyncConfig(t)
	inv := newInvocation(e.id, s.qualified(e.name, e.qualifier), e.payload)
	inv.client = e.client
	p, out, err := s.run(s.stop, t, inv)
	switch {
	case s.stop.Err() != nil:
	case err != nil:
		s.throttled(e, t, config, err)
	case out.failed:
		e.tries++
		e.refused = 0
		s.failedEvent(e, t, config, p, out)
	default:
		e.tries++
		s.finished(e, t, config, record{"Success", p.version, "", out.payload})
	}
}

// throttled puts an event back that found no place, unless the function takes none at all.
func (s *Service) throttled(e *event, t target, c eventConfig, err error) {
	if failure := wire.AsError(err, "ServiceException"); failure.Status < http.StatusInternalServerError && failure.Status != http.StatusTooManyRequests {
		return // the function is gone
	}
	s.mu.Lock()
	never := t.function.reserved != nil && *t.function.reserved == 0
	s.mu.Unlock()
	if never { // reserved concurrency 0: no retries
		s.finished(e, t, c, record{condition: "RetriesExhausted"})
		return
	}
	wait := min(firstBackoff<<min(e.refused, 10), mostBackoff)
	e.refused++
	s.again(e, t, c, wait, record{})
}

func (s *Service) failedEvent(e *event, t target, c eventConfig, p *pool, out outcome) {
	r := record{"RetriesExhausted", p.version, "Unhandled", out.payload}
	if e.tries > c.attempts() {
		s.finished(e, t, c, r)
		return
	}
	s.again(e, t, c, time.Duration(e.tries)*time.Minute, r)
}

// again tries an event after a while, if it is not too old then.
func (s *Service) again(e *event, t target, c eventConfig, wait time.Duration, r record) {
	if s.now().Add(wait).Sub(e.at) > c.age() {
		r.condition = "EventAgeExceeded"
		s.finished(e, t, c, r)
		return
	}
	timer := s.config.Clock.NewTimer(s.now().Add(wait))
	s.mu.Lock()
	s.delayed++
	s.mu.Unlock()
	s.goBackground(func() {
		defer timer.Stop()
		select {
		case <-timer.C():
			s.queue(t.function, e)
		case <-s.stop.Done():
		}
		s.mu.Lock()
		s.delayed--
		s.mu.Unlock()
	})
}

// Delayed is how many events wait for their next try.
func (s *Service) Delayed() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.delayed
}

// An eventConfig says what becomes of a function's events (API shape FunctionEventInvokeConfig).
type eventConfig struct {
	maxAge, retries      *int // seconds, attempts; nil is AWS's default
	onSuccess, onFailure string
	modified             time.Time
}

func (c eventConfig) attempts() int {
	if c.retries == nil {
		return maxRetries
	}
	return *c.retries
}

func (c eventConfig) age() time.Duration {
	if c.maxAge == nil {
		return oldestEvent
	}
	return time.Duration(*c.maxAge) * time.Second
}

// asyncConfig is what is configured for the name that the caller used; the zero value has AWS's defaults.
func (s *Service) asyncConfig(t target) eventConfig {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := t.function.async[qualifierKey(t.qualifier)]; c != nil {
		return *c
	}
	return eventConfig{}
}

// qualifierKey is the name under which configurations without a qualifier are kept.
func qualifierKey(q string) string {
	if q == "" {
		return latest
	}
	return q
}

// readEventConfig reads a configuration into c and checks all of it.
func readEventConfig(r *members.Reader, c *eventConfig) error {
	for _, n := range []struct {
		name        string
		from, until int
		to          **int
	}{{"MaximumEventAgeInSeconds", 60, 21600, &c.maxAge}, {"MaximumRetryAttempts", 0, 2, &c.retries}} {
		if !r.Has(n.name) {
			continue
		}
		v := r.Int(n.name, 0)
		if r.Wrong() == nil && (v < n.from || v > n.until) {
			return wire.Errorf("InvalidParameterValueException", "%s is %d: it must be from %d to %d", n.name, v, n.from, n.until)
		}
		*n.to = new(v)
	}
	if r.Has("DestinationConfig") {
		if err := readDestinations(r.Object("DestinationConfig"), c); err != nil {
			return err
		}
	}
	return r.Err()
}

func readDestinations(v value.Value, c *eventConfig) error {
	r := members.Read("DestinationConfig", v)
	for _, d := range []struct {
		name  string
		to    *string
		kinds []string
	}{{"OnSuccess", &c.onSuccess, []string{"sqs", "sns", "lambda", "events"}}, {"OnFailure", &c.onFailure, []string{"sqs", "sns", "lambda", "events", "s3"}}} {
		if !r.Has(d.name) {
			continue
		}
		in := members.Read(d.name, r.Object(d.name))
		arn := in.String("Destination")
		if err := in.Err(); err != nil {
			return err
		}
		if arn != "" && !slices.Contains(d.kinds, serviceOf(arn)) {
			return wire.Errorf("InvalidParameterValueException", "The provided destination config DestinationConfig is invalid: %s is %q, which must be the ARN of one of %v", d.name, arn, d.kinds)
		}
		*d.to = arn
	}
	return r.Err()
}

func (s *Service) describeEventConfig(f *function, qualifier string, c *eventConfig) value.Value {
	integer := func(n *int) value.Value {
		if n == nil {
			return value.Value{}
		}
		return value.Int(*n)
	}
	destination := func(arn string) value.Value {
		return value.Object(value.M("Destination", optional(arn)))
	}
	return value.Object(
		value.M("LastModified", value.Float(float64(c.modified.UnixMilli())/1000)),
		value.M("FunctionArn", value.String(s.qualified(f.name, qualifier))),
		value.M("MaximumRetryAttempts", integer(c.retries)),
		value.M("MaximumEventAgeInSeconds", integer(c.maxAge)),
		value.M("DestinationConfig", value.Object(value.M("OnSuccess", destination(c.onSuccess)), value.M("OnFailure", destination(c.onFailure)))),
	)
}

// putEventConfig makes a configuration new; update changes what the request names.
func (s *Service) putEventConfig(r *members.Reader) (value.Value, error) {
	return s.setEventConfig(r, false)
}

func (s *Service) updateEventConfig(r *members.Reader) (value.Value, error) {
	return s.setEventConfig(r, true)
}

func (s *Service) setEventConfig(r *members.Reader, update bool) (value.Value, error) {
	t, key, err := s.eventTarget(r)
	if err != nil {
		return value.Value{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &eventConfig{}
	if old := t.function.async[key]; update {
		if old == nil {
			return value.Value{}, s.noEventConfig(t, key)
		}
		*c = *old
	}
	if err := readEventConfig(r, c); err != nil {
		return value.Value{}, err
	}
	c.modified = s.now()
	t.function.async[key] = c
	return s.describeEventConfig(t.function, key, c), nil
}

// eventTarget is the function that a configuration is for, which must be there.
func (s *Service) eventTarget(r *members.Reader) (t target, key string, err error) {
	t, err = s.find(r.String("FunctionName"), r.String("Qualifier"))
	return t, qualifierKey(t.qualifier), err
}

func (s *Service) noEventConfig(t target, key string) error {
	message := "The function " + s.qualified(t.function.name, key) + " doesn't have an EventInvokeConfig"
	return &wire.Error{Code: "ResourceNotFoundException", Message: message, Status: 404}
}

func (s *Service) getEventConfig(r *members.Reader) (value.Value, error) {
	t, key, err := s.eventTarget(r)
	if err = errors.Join(err, r.Err()); err != nil {
		return value.Value{}, wire.AsError(err, "")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := t.function.async[key]
	if c == nil {
		return value.Value{}, s.noEventConfig(t, key)
	}
	return s.describeEventConfig(t.function, key, c), nil
}

func (s *Service) deleteEventConfig(r *members.Reader) (value.Value, error) {
	if _, err := s.getEventConfig(r); err != nil {
		return value.Value{}, err
	}
	t, key, err := s.eventTarget(r)
	if err != nil {
		return value.Value{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(t.function.async, key)
	return value.Value{}, nil
}

func (s *Service) listEventConfigs(r *members.Reader) (value.Value, error) {
	p, err := readPage(r, "FunctionName")
	if err != nil {
		return value.Value{}, err
	}
	f, unlock, err := s.lock(r)
	if err != nil {
		return value.Value{}, err
	}
	defer unlock()
	var all []value.Value
	for _, key := range sortedKeys(f.async) {
		all = append(all, s.describeEventConfig(f, key, f.async[key]))
	}
	return p.of("FunctionEventInvokeConfigs", all)
}
