// Package mappings is what brings messages of SQS queues to Lambda functions: event source mappings. Each receives
// from its queue, invokes its function with batches, and deletes what the function has done. What fails becomes
// visible again when its visibility timeout passes, and goes where the queue's redrive policy says.
//
// Supported are batch size and window, filter criteria, partial batch failures and the maximum concurrency. Event
// sources other than SQS are refused by name.
package mappings

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// Queues is what a mapping needs of SQS besides its actions.
type Queues interface {
	// Await waits until the queue of an ARN may have something to receive. Its error says that ctx has ended, or
	// that there is no such queue.
	Await(ctx context.Context, arn string) error
}

// A Service is all mappings of an account. It is safe for any number of goroutines. End it with [Service.Close].
type Service struct {
	account   wire.Account
	clock     clock.Clock
	directory *wire.Directory
	queues    Queues

	mu     sync.Mutex
	closed bool
	all    []*mapping // in the order in which they were made

	pollers sync.WaitGroup
	stop    context.Context
	cancel  context.CancelFunc
}

// New gives a service without mappings. Through the directory it reaches "sqs" and "lambda".
func New(account wire.Account, c clock.Clock, directory *wire.Directory, queues Queues) *Service {
	s := &Service{account: account, clock: c, directory: directory, queues: queues}
	s.stop, s.cancel = context.WithCancel(context.Background())
	return s
}

// Close ends all mappings and waits until none runs. Invocations under way are given up.
func (s *Service) Close() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.cancel()
	s.pollers.Wait()
	return nil
}

type operation func(*Service, context.Context, *members.Reader) (value.Value, error)

var operations = map[string]operation{
	"CreateEventSourceMapping": (*Service).create,
	"GetEventSourceMapping":    (*Service).get,
	"ListEventSourceMappings":  (*Service).list,
	"UpdateEventSourceMapping": (*Service).update,
	"DeleteEventSourceMapping": (*Service).remove,
}

// Call runs one action, with the members of Lambda's API. Errors are *wire.Error.
func (s *Service) Call(ctx context.Context, action string, in value.Value) (value.Value, error) {
	op, ok := operations[action]
	if !ok {
		return value.Value{}, wire.UnknownOperation("Lambda", action)
	}
	r := members.Read(action, in)
	r.WrongType, r.Unknown = invalidCode, invalidCode
	return op(s, ctx, r)
}

const invalidCode = "InvalidParameterValueException"

func invalid(format string, args ...any) error { return wire.Errorf(invalidCode, format, args...) }

func notFound() error {
	return &wire.Error{Code: "ResourceNotFoundException", Message: "The resource you requested does not exist.", Status: http.StatusNotFound}
}

func (s *Service) create(ctx context.Context, r *members.Reader) (value.Value, error) {
	m, err := s.read(r, mapping{enabled: true, size: 10})
	if err != nil {
		return value.Value{}, err
	}
	m.source = r.String("EventSourceArn")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	if err := s.check(ctx, m); err != nil {
		return value.Value{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, other := range s.all {
		if other.source == m.source && other.function == m.function {
			return value.Value{}, &wire.Error{Code: "ResourceConflictException", Status: http.StatusConflict, Message: fmt.Sprintf(
				`An event source mapping with SQS arn (" %s ") and function (" %s ") already exists. Please update or delete the existing mapping with UUID %s`, m.source, m.name(), other.id)}
		}
	}
	m.id, m.modified = wire.NewID(), s.clock.Now()
	s.all = append(s.all, m)
	s.start(m)
	return s.describe(m, "Creating"), nil
}

// found gives a mapping and its place; s.mu is held.
func (s *Service) found(id string) (*mapping, int, error) {
	i := slices.IndexFunc(s.all, func(m *mapping) bool { return m.id == id })
	if i < 0 {
		return nil, 0, notFound()
	}
	return s.all[i], i, nil
}

func (s *Service) get(_ context.Context, r *members.Reader) (value.Value, error) {
	id := r.String("UUID")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m, _, err := s.found(id)
	if err != nil {
		return value.Value{}, err
	}
	return s.describe(m, m.state()), nil
}

const maxPage = 100

func (s *Service) list(_ context.Context, r *members.Reader) (value.Value, error) {
	source, function, marker, limit := r.String("EventSourceArn"), r.String("FunctionName"), r.String("Marker"), r.Int("MaxItems", maxPage)
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	if limit < 1 {
		return value.Value{}, invalid("MaxItems is %d: it must be from 1 to 10000", limit)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	rows := []value.Value{}
	var last, next string
	seen := marker == ""
	for _, m := range s.all {
		if !seen {
			seen = m.id == marker
			continue
		}
		if source != "" && m.source != source || function != "" && !m.is(function) {
			continue
		}
		if len(rows) == min(limit, maxPage) {
			next = last
			break
		}
		rows, last = append(rows, s.describe(m, m.state())), m.id
	}
	out := value.Object(value.M("EventSourceMappings", value.Array(rows...)))
	if next != "" {
		out = out.With("NextMarker", value.String(next))
	}
	return out, nil
}

// is tells whether a name or an ARN means the mapping's function.
func (m *mapping) is(function string) bool {
	return m.function == function || strings.HasSuffix(m.function, ":function:"+function)
}

func (s *Service) update(ctx context.Context, r *members.Reader) (value.Value, error) {
	id := r.String("UUID")
	s.mu.Lock()
	old, _, err := s.found(id)
	s.mu.Unlock()
	if err != nil {
		return value.Value{}, err
	}
	m, err := s.read(r, mapping{
		id: old.id, source: old.source, function: old.function, size: old.size, window: old.window, concurrency: old.concurrency,
		partial: old.partial, filters: old.filters, enabled: old.enabled,
	})
	if err != nil {
		return value.Value{}, err
	}
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	if err := s.check(ctx, m); err != nil {
		return value.Value{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	old, i, err := s.found(id)
	if err != nil {
		return value.Value{}, err
	}
	old.end()
	m.modified = s.clock.Now()
	s.all[i] = m
	s.start(m)
	return s.describe(m, "Updating"), nil
}

func (s *Service) remove(_ context.Context, r *members.Reader) (value.Value, error) {
	id := r.String("UUID")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	m, err := s.drop(id)
	if err != nil {
		return value.Value{}, err
	}
	return s.describe(m, "Deleting"), nil
}

// drop ends a mapping and forgets it. What its function is working on is finished.
func (s *Service) drop(id string) (*mapping, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, i, err := s.found(id)
	if err != nil {
		return nil, err
	}
	m.end()
	s.all = slices.Delete(s.all, i, i+1)
	return m, nil
}

// start begins to poll, if the mapping is enabled; s.mu is held.
func (s *Service) start(m *mapping) {
	if !m.enabled || s.closed {
		return
	}
	m.stop, m.end = context.WithCancel(s.stop)
	s.pollers.Go(func() { s.poll(m) })
}
