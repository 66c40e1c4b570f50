package sqs

import (
	"slices"
	"time"
)

// A store keeps the messages of a queue so that sending, receiving and deleting one costs no more than the logarithm
// of their number. Times are told to it; settle brings it to one.
type store struct {
	byID   map[string]*message
	hidden pile[*message] // delayed and in flight, by when they are visible
	ready  pile[*message] // of a standard queue: visible, by age
	groups map[string]*group
	turns  pile[*group] // of a FIFO queue: the groups of which something may be received, by the age of their first

	byAge             []*message // by when they were sent; those that are gone are swept out now and then
	delayed, inFlight int
}

// A group is what one MessageGroupId of a FIFO queue has: messages in order, and how many of them are in flight.
type group struct {
	messages []*message
	busy     int
	turn     int // index in turns; -1 outside
}

// A place says where a message of a store is.
type place int

const (
	gone place = iota
	visible
	delayed
	inFlight
)

func newStore() store {
	at := func(m *message) *int { return &m.index }
	return store{
		byID: map[string]*message{},
		hidden: pile[*message]{at: at, less: func(a, b *message) bool {
			return a.visibleAt.Before(b.visibleAt) || a.visibleAt.Equal(b.visibleAt) && a.order < b.order
		}},
		ready:  pile[*message]{at: at, less: func(a, b *message) bool { return a.order < b.order }},
		groups: map[string]*group{},
		turns: pile[*group]{at: func(g *group) *int { return &g.turn }, less: func(a, b *group) bool {
			return a.messages[0].order < b.messages[0].order
		}},
	}
}

// visible is how many messages may be received, those behind others of their group included.
func (s *store) visible() int { return len(s.byID) - s.delayed - s.inFlight }

// add takes a message in, which is visible from m.visibleAt on.
func (s *store) add(m *message, fifo bool, now time.Time) {
	m.index = -1
	s.byID[m.id] = m
	s.keepAge(m)
	if fifo {
		m.line = s.groups[m.group]
		if m.line == nil {
			m.line = &group{turn: -1}
			s.groups[m.group] = m.line
		}
		g := m.line
		i := len(g.messages)
		for i > 0 && g.messages[i-1].order > m.order {
			i--
		}
		g.messages = slices.Insert(g.messages, i, m)
	}
	if m.visibleAt.After(now) {
		m.place = delayed
		s.delayed++
		s.hidden.push(m)
		s.turn(m.line)
		return
	}
	s.show(m)
}

// keepAge notes the message's age. Most are the newest; a dead letter may not be.
func (s *store) keepAge(m *message) {
	i := len(s.byAge)
	for i > 0 && s.byAge[i-1].sent.After(m.sent) {
		i--
	}
	s.byAge = slices.Insert(s.byAge, i, m)
	if len(s.byAge) > 64 && len(s.byAge) > 2*len(s.byID) {
		s.byAge = slices.DeleteFunc(s.byAge, func(m *message) bool { return m.place == gone })
	}
}

// show makes a message visible.
func (s *store) show(m *message) {
	m.place = visible
	if m.line == nil {
		s.ready.push(m)
		return
	}
	s.turn(m.line)
}

// turn notes whether something of the group may be received: its first message is visible, and none is in flight.
func (s *store) turn(g *group) {
	if g == nil {
		return
	}
	may := g.busy == 0 && len(g.messages) > 0 && g.messages[0].place == visible
	switch {
	case may && g.turn >= 0:
		s.turns.fix(g.turn)
	case may:
		s.turns.push(g)
	default:
		s.turns.remove(g)
	}
}

// leave takes a message out of where it is, but not out of its group.
func (s *store) leave(m *message) {
	switch m.place {
	case visible:
		if m.line == nil {
			s.ready.remove(m)
		}
	case delayed:
		s.hidden.remove(m)
		s.delayed--
	case inFlight:
		s.hidden.remove(m)
		s.inFlight--
		if m.line != nil {
			m.line.busy--
		}
	case gone:
	}
}

// fly takes a message into flight until m.visibleAt; one that is in flight stays so until another time.
func (s *store) fly(m *message) {
	s.leave(m)
	m.place = inFlight
	s.inFlight++
	s.hidden.push(m)
	if m.line != nil {
		m.line.busy++
		s.turn(m.line)
	}
}

// remove takes a message out; one that is gone is left alone.
func (s *store) remove(m *message) {
	if m.place == gone {
		return
	}
	s.leave(m)
	m.place = gone
	delete(s.byID, m.id)
	g := m.line
	if g == nil {
		return
	}
	s.turns.remove(g) // its order is that of its first message
	if i := slices.Index(g.messages, m); i == 0 {
		g.messages[0] = nil
		g.messages = g.messages[1:]
	} else {
		g.messages = slices.Delete(g.messages, i, i+1)
	}
	if len(g.messages) == 0 {
		delete(s.groups, m.group)
	}
	s.turn(g)
}

// settle brings the store to a time: what is hidden until then is visible, and what is older than it may be is gone.
func (s *store) settle(now time.Time, retention time.Duration) {
	for {
		m, ok := s.hidden.top()
		if !ok || m.visibleAt.After(now) {
			break
		}
		s.leave(m)
		s.show(m)
	}
	oldest := now.Add(-retention)
	for len(s.byAge) > 0 && (s.byAge[0].place == gone || s.byAge[0].sent.Before(oldest)) {
		s.remove(s.byAge[0])
		s.byAge[0] = nil
		s.byAge = s.byAge[1:]
	}
}

// next gives the message that is to be received next: the oldest, and of a FIFO queue the first of the group whose
// first is the oldest. same is the group to go on with, which is preferred as long as it has visible messages.
func (s *store) next(same *group) *message {
	if same != nil {
		for _, m := range same.messages {
			if m.place == visible {
				return m
			}
			if m.place == delayed {
				break
			}
		}
	}
	if g, ok := s.turns.top(); ok {
		return g.messages[0]
	}
	m, _ := s.ready.top()
	return m
}

// clear removes all messages.
func (s *store) clear() { *s = newStore() }
