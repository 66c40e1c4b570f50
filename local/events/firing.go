package events

import (
	"time"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// reschedule sets the timer of a rule as its schedule wants, and ends the one it had. It must be called with the lock
// held. A schedule does not make a shared clock move by itself: that would never end.
func (s *Service) reschedule(key string, after time.Time) {
	if stop := s.timers[key]; stop != nil {
		stop()
		delete(s.timers, key)
	}
	r := s.rules[key]
	if r == nil || r.schedule == nil || !r.enabled || s.closed {
		return
	}
	if at, ok := r.schedule.Next(r.since, after); ok {
		s.timers[key] = clock.AfterFunc(clock.Background(s.clock), at, func() { s.fire(key, r, at) })
	}
}

// fire sends a Scheduled Event to the targets of a rule.
func (s *Service) fire(key string, r *rule, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rules[key] != r || s.closed {
		return // it was changed meanwhile
	}
	event := value.Object(
		value.M("version", value.String("0")), value.M("id", value.String(wire.NewID())), value.M("detail-type", value.String("Scheduled Event")),
		value.M("source", value.String("aws.events")), value.M("account", value.String(s.account.ID)),
		value.M("time", value.String(at.UTC().Format("2006-01-02T15:04:05Z"))), value.M("region", value.String(s.account.Region)),
		value.M("resources", value.Array(value.String(r.arn))), value.M("detail", value.Object()))
	for _, t := range r.targets {
		s.enqueue(&delivery{rule: r, target: t, event: event, begun: s.clock.Now()})
	}
	if now := s.clock.Now(); now.After(at) {
		at = now // what was missed, by a computer that slept, is not made up for
	}
	delete(s.timers, key)
	s.reschedule(key, at)
}
