package lambda

import (
	"fmt"
	"time"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// minUnreserved is how much of the account's concurrency must stay for functions without a reservation.
const minUnreserved = 100

// begin counts an invocation in, or refuses it: a function has what is reserved for it, all others share what is
// left of the account's.
func (s *Service) begin(f *function) error {
	reason, err := s.count(f)
	if reason == "" {
		return err
	}
	s.metric(f.name, "", "Throttles", 1, "Count")
	return &wire.Error{
		Code: "TooManyRequestsException", Message: "Rate Exceeded.", Status: 429,
		Fields: value.Object(value.M("Reason", value.String(reason))),
	}
}

// count counts an invocation in, or gives the reason for which it is refused.
func (s *Service) count(f *function) (reason string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return "", errClosed
	case f.reserved != nil && f.inFlight >= *f.reserved:
		return "ReservedFunctionConcurrentInvocationLimitExceeded", nil
	case f.reserved == nil && s.unreservedInFlight() >= s.config.Concurrency-s.reservedSum():
		return "ConcurrentInvocationLimitExceeded", nil
	}
	f.inFlight++
	s.inFlight++
	return "", nil
}

// end counts an invocation out.
func (s *Service) end(f *function) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.inFlight--
	s.inFlight--
}

// unreservedInFlight counts the invocations of functions without a reservation; s.mu is held.
func (s *Service) unreservedInFlight() int {
	n := s.inFlight
	for _, f := range s.functions {
		if f.reserved != nil {
			n -= f.inFlight
		}
	}
	return n
}

func (s *Service) reservedSum() int {
	sum := 0
	for _, f := range s.functions {
		if f.reserved != nil {
			sum += *f.reserved
		}
	}
	return sum
}

// Busy is how many invocations are under way, with those that are to begin at once; events that wait for their next
// try are not among them. While it is not zero, time must not jump.
func (s *Service) Busy() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.inFlight
	for _, f := range s.functions {
		n += len(f.events.queue)
	}
	return n
}

func (s *Service) metric(function, resource, name string, v float64, unit string) {
	if s.config.Metric != nil {
		s.config.Metric(function, resource, name, v, unit, s.now())
	}
}

// measure tells the metrics of one invocation.
func (s *Service) measure(t target, inv *invocation, out outcome) {
	if s.config.Metric == nil {
		return
	}
	failures := 0.0
	if out.failed {
		failures = 1
	}
	took := float64(inv.ended.Sub(inv.begun)) / float64(time.Millisecond)
	s.metric(t.function.name, "", "Invocations", 1, "Count")
	s.metric(t.function.name, "", "Errors", failures, "Count")
	s.metric(t.function.name, "", "Duration", took, "Milliseconds")
}

func (s *Service) putConcurrency(r *members.Reader) (value.Value, error) {
	n := r.Int("ReservedConcurrentExecutions", -1)
	f, unlock, err := s.lock(r)
	if err != nil {
		return value.Value{}, err
	}
	defer unlock()
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	if n < 0 {
		return value.Value{}, constraint("reservedConcurrentExecutions", "", "Member must have value greater than or equal to 0")
	}
	others := s.reservedSum()
	if f.reserved != nil {
		others -= *f.reserved
	}
	if s.config.Concurrency-others-n < minUnreserved {
		return value.Value{}, wire.Errorf("InvalidParameterValueException",
			"Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [%d].", minUnreserved)
	}
	f.reserved = new(n)
	return value.Object(value.M("ReservedConcurrentExecutions", value.Int(n))), nil
}

func (s *Service) getConcurrency(r *members.Reader) (value.Value, error) {
	f, unlock, err := s.lock(r)
	if err != nil {
		return value.Value{}, err
	}
	defer unlock()
	if f.reserved == nil {
		return value.Object(), r.Err()
	}
	return value.Object(value.M("ReservedConcurrentExecutions", value.Int(*f.reserved))), r.Err()
}

func (s *Service) deleteConcurrency(r *members.Reader) (value.Value, error) {
	f, unlock, err := s.lock(r)
	if err != nil {
		return value.Value{}, err
	}
	defer unlock()
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	f.reserved = nil
	return value.Value{}, nil
}

// accountSettings are the limits of the account. Those of code are AWS's; nothing here keeps to TotalCodeSize.
func (s *Service) accountSettings(r *members.Reader) (value.Value, error) {
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	size := 0
	for _, f := range s.functions {
		for _, p := range f.pools() {
			size += p.code.size
		}
	}
	return value.Object(
		value.M("AccountLimit", value.Object(value.M("TotalCodeSize", value.Int(75<<30)), value.M("CodeSizeUnzipped", value.Int(maxUnpacked)),
			value.M("CodeSizeZipped", value.Int(maxZip)), value.M("ConcurrentExecutions", value.Int(s.config.Concurrency)),
			value.M("UnreservedConcurrentExecutions", value.Int(s.config.Concurrency-s.reservedSum())))),
		value.M("AccountUsage", value.Object(value.M("TotalCodeSize", value.Int(size)), value.M("FunctionCount", value.Int(len(s.functions))))),
	), nil
}

func tooLargePayload(r Request, limit int) error {
	message := fmt.Sprintf("%d byte payload is too large for the %s invocation type (limit %d bytes)", len(r.Payload), r.Type, limit)
	return &wire.Error{Code: "RequestTooLargeException", Message: message, Status: 413}
}
