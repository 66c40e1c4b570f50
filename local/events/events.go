// Package events is Amazon EventBridge of the local machine: buses, rules with event patterns or schedules, and
// targets, which are state machines, functions, queues, topics, log groups and other buses of the same machine.
//
// Events are delivered one after another, in the order in which they were put. A target that fails for a passing
// reason is tried again, with growing waits, while other deliveries go on; what cannot be delivered goes to the
// target's dead-letter queue, with the attributes that AWS sets.
package events

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// Options are what a Service needs.
type Options struct {
	Account   wire.Account
	Clock     clock.Clock     // nil is the real one
	Directory *wire.Directory // where targets are
}

// A Service is EventBridge: a wire.Service for HTTP, a wire.API for calls from inside, a wire.Provider of rules. It
// is safe for any number of goroutines. Close ends it.
type Service struct {
	http.Handler
	account   wire.Account
	clock     clock.Clock
	directory *wire.Directory

	stop   context.Context // ends when the service is closed
	cancel context.CancelFunc
	work   sync.WaitGroup

	mu      sync.Mutex
	rules   map[string]*rule       // by key
	buses   map[string]bool        // besides the default one
	byBus   map[string][]*rule     // sorted; nil after a change
	timers  map[string]func() bool // of schedules, by the rule's key
	queue   []*delivery
	pending int // deliveries queued, under way or waiting to be tried again
	running bool
	closed  bool
	idle    chan struct{} // closed when pending is zero
}

// A rule sends the events that its pattern wants to its targets. It is replaced, not changed.
type rule struct {
	name, arn   string
	bus         string
	schedule    *Schedule
	since       time.Time // when the schedule began
	description string
	roleARN     string
	source      value.Value // the pattern as it was given
	pattern     Pattern
	enabled     bool
	targets     []target
}

// A target is where a rule sends events.
type target struct {
	id, arn    string
	definition value.Value // as it was given
	input      input
	deadLetter string // the ARN of a queue; empty for none
	attempts   int    // tries after the first
	age        time.Duration
}

const (
	busName      = "default"
	maxTargets   = 5
	maxEntries   = 10
	maxEntrySize = 1 << 20 // of a PutEvents request
)

// New gives an EventBridge without rules.
func New(o Options) *Service {
	if o.Clock == nil {
		o.Clock = clock.Real()
	}
	if o.Directory == nil {
		o.Directory = &wire.Directory{}
	}
	s := &Service{account: o.Account, clock: o.Clock, directory: o.Directory, rules: map[string]*rule{}, buses: map[string]bool{}, timers: map[string]func() bool{}, idle: make(chan struct{})}
	close(s.idle)
	s.stop, s.cancel = context.WithCancel(context.Background())
	s.Handler = wire.JSONFront("AWSEvents", "1.1", s)
	return s
}

// Name is "events".
func (s *Service) Name() string { return "events" }

// Close ends deliveries under way and forgets those that wait. It returns when the last one has ended.
func (s *Service) Close() error {
	s.mu.Lock()
	s.closed = true
	for _, d := range s.queue {
		d.release()
	}
	s.pending -= len(s.queue)
	s.queue = nil
	for _, stop := range s.timers {
		stop()
	}
	s.mu.Unlock()
	s.cancel()
	s.work.Wait()
	return nil
}

// Idle waits until every event that was put has been delivered or given up. It fails when ctx ends and when the
// service is closed.
func (s *Service) Idle(ctx context.Context) error {
	s.mu.Lock()
	idle := s.idle
	s.mu.Unlock()
	select {
	case <-idle:
	case <-s.stop.Done():
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return s.stop.Err()
}

// find gives the rule that the member Name or Rule names. It must be called with the lock held.
func (s *Service) find(in value.Value, member string) (*rule, *wire.Error) {
	bus, err := s.busOf(in.Get("EventBusName"))
	if err != nil {
		return nil, err
	}
	name := in.Get(member).Str()
	r := s.rules[key(bus, name)]
	if r == nil {
		return nil, wire.Errorf("ResourceNotFoundException", "Rule %s does not exist on EventBus %s.", name, bus)
	}
	return r, nil
}

// sorted gives the rules of a bus by name. It must be called with the lock held.
func (s *Service) sorted(bus string) []*rule {
	all := slices.DeleteFunc(slices.Collect(maps.Values(s.rules)), func(r *rule) bool { return r.bus != bus })
	slices.SortFunc(all, func(a, b *rule) int { return strings.Compare(a.name, b.name) })
	return all
}
