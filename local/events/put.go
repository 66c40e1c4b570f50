package events

import (
	"context"
	"strings"
	"time"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// putEvents answers PutEvents: each entry is accepted or refused by itself. Events of sources that begin with
// "aws." come from services of this machine only, not from its clients.
func (s *Service) putEvents(ctx context.Context, in value.Value) (value.Value, *wire.Error) {
	entries := in.Get("Entries").Elements()
	if len(entries) == 0 || len(entries) > maxEntries {
		return value.Value{}, wire.Errorf("ValidationException", "Entries must have 1 to %d entries, not %d", maxEntries, len(entries))
	}
	if in.Size() > maxEntrySize {
		return value.Value{}, wire.Errorf("ValidationException", "Total size of the entries in the request is over the limit of %d bytes.", maxEntrySize)
	}
	_, fromOutside := wire.RequestOf(ctx)
	failed := 0
	results := make([]value.Value, len(entries))
	accepted := make([]routed, 0, len(entries))
	for i, e := range entries {
		event, err := s.event(e, fromOutside)
		if err != nil {
			failed++
			results[i] = value.Object(value.M("ErrorCode", value.String(err.Code)), value.M("ErrorMessage", value.String(err.Message)))
			continue
		}
		accepted = append(accepted, routed{e.Get("EventBusName"), event})
		results[i] = value.Object(value.M("EventId", event.Get("id")))
	}
	s.route(accepted)
	return value.Object(value.M("FailedEntryCount", value.Int(failed)), value.M("Entries", value.Array(results...))), nil
}

// event makes an event of an entry.
func (s *Service) event(e value.Value, fromOutside bool) (value.Value, *wire.Error) {
	source, detailType := e.Get("Source").Str(), e.Get("DetailType").Str()
	switch {
	case source == "":
		return value.Value{}, wire.Errorf("InvalidArgument", "Parameter Source is not valid. Reason: Source is a required argument.")
	case detailType == "":
		return value.Value{}, wire.Errorf("InvalidArgument", "Parameter DetailType is not valid. Reason: DetailType is a required argument.")
	case fromOutside && strings.HasPrefix(source, "aws."):
		return value.Value{}, wire.Errorf("NotAuthorizedForSourceException", "Not authorized for the source.")
	}
	s.mu.Lock()
	_, unknown := s.busOf(e.Get("EventBusName"))
	s.mu.Unlock()
	if unknown != nil {
		return value.Value{}, unknown
	}
	detail, err := value.ParseString(e.Get("Detail").Str())
	if err != nil || !detail.IsObject() {
		return value.Value{}, wire.Errorf("MalformedDetail", "Detail is malformed.")
	}
	resources := e.Get("Resources")
	if !resources.IsArray() {
		resources = value.Array()
	}
	return value.Object(
		value.M("version", value.String("0")), value.M("id", value.String(wire.NewID())), value.M("detail-type", value.String(detailType)),
		value.M("source", value.String(source)), value.M("account", value.String(s.account.ID)),
		value.M("time", value.String(s.when(e.Get("Time")).UTC().Format("2006-01-02T15:04:05Z"))),
		value.M("region", value.String(s.account.Region)), value.M("resources", resources), value.M("detail", detail)), nil
}

// when reads an entry's time: seconds since 1970, or a text as in RFC 3339. Without one it is now.
func (s *Service) when(v value.Value) time.Time {
	if v.IsNumber() {
		return time.UnixMilli(int64(v.Float() * 1000))
	}
	if t, err := time.Parse(time.RFC3339, v.Str()); err == nil {
		return t
	}
	return s.clock.Now()
}

// A routed event is one that was put on a bus.
type routed struct{ bus, event value.Value }

// route finds out who wants the events and queues them.
func (s *Service) route(events []routed) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range events {
		if bus, err := s.busOf(e.bus); err == nil {
			s.match(bus, e.event, false)
		}
	}
}

// match queues an event for the targets of the rules on a bus that want it. It must be called with the lock held.
func (s *Service) match(bus string, event value.Value, forwarded bool) {
	for _, r := range s.ordered(bus) {
		if !r.enabled || r.source.IsNull() || !r.source.Exists() || !r.pattern.Matches(event) {
			continue
		}
		for _, t := range r.targets {
			if forwarded && serviceOf(t.arn) == "events" {
				continue
			}
			s.enqueue(&delivery{rule: r, target: t, event: event, begun: s.clock.Now()})
		}
	}
}

// ordered gives the rules of a bus by name, sorted once after every change. It must be called with the lock held.
func (s *Service) ordered(bus string) []*rule {
	if s.byBus == nil {
		s.byBus = map[string][]*rule{}
	}
	list, ok := s.byBus[bus]
	if !ok {
		list = s.sorted(bus)
		s.byBus[bus] = list
	}
	return list
}
