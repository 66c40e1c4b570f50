package history

import (
	"iter"
	"strings"
	"time"

	"github.com/stepwright/stepwright/value"
)

// A Log keeps a history in little space. Most events of a long execution say that a state or an iteration begins or
// ends; of these it keeps only what they have, which is a fourth of an Event. Events are made when they are asked for.
// The zero Log is empty. Reading is safe for any number of goroutines while nobody writes.
type Log struct {
	chunks [][]record // all but the last one full
	len    int
	whole  []Event // room for events that are kept as they are
}

// A record is an event of a Log.
type record struct {
	id, previous int64
	millis       int64
	kind         Type
	name         string
	data         value.Value // the input or output
	assigned     value.Value
	index        int    // or the length
	whole        *Event // set for events that are kept as they are
}

// The size of a log's chunks doubles from the first one on, so that short histories take little.
const (
	firstChunk = 16
	mostChunk  = 256
)

// Len is the number of events; a nil Log has none.
func (l *Log) Len() int {
	if l == nil {
		return 0
	}
	return l.len
}

// Append adds an event of any type.
func (l *Log) Append(e *Event) {
	if len(l.whole) == cap(l.whole) {
		l.whole = make([]Event, 0, min(max(2, l.len/2), 64))
	}
	l.whole = append(l.whole, *e)
	l.next().whole = &l.whole[len(l.whole)-1]
}

// AppendEntered adds a StateEntered event.
func (l *Log) AppendEntered(id, previous int64, at time.Time, t Type, name string, input value.Value) {
	r := l.next()
	r.id, r.previous, r.millis, r.kind, r.name, r.data = id, previous, at.UnixMilli(), t, name, input
}

// AppendExited adds a StateExited event; assigned is absent when nothing was assigned.
func (l *Log) AppendExited(id, previous int64, at time.Time, t Type, name string, output, assigned value.Value) {
	r := l.next()
	r.id, r.previous, r.millis, r.kind, r.name, r.data, r.assigned = id, previous, at.UnixMilli(), t, name, output, assigned
}

// AppendSucceeded adds an ExecutionSucceeded event.
func (l *Log) AppendSucceeded(id, previous int64, at time.Time, output value.Value) {
	l.AppendExited(id, previous, at, ExecutionSucceeded, "", output, value.Value{})
}

// AppendBare adds an event of a type that has no details; length is that of a MapStateStarted event.
func (l *Log) AppendBare(id, previous int64, at time.Time, t Type, length int) {
	l.AppendIteration(id, previous, at, t, "", length)
}

// AppendIteration adds a MapIteration event.
func (l *Log) AppendIteration(id, previous int64, at time.Time, t Type, name string, index int) {
	r := l.next()
	r.id, r.previous, r.millis, r.kind, r.name, r.index = id, previous, at.UnixMilli(), t, name, index
}

// next makes room for one more event.
func (l *Log) next() *record {
	last := len(l.chunks) - 1
	if last < 0 || len(l.chunks[last]) == cap(l.chunks[last]) {
		size := firstChunk
		if last >= 0 {
			size = min(2*cap(l.chunks[last]), mostChunk)
		}
		l.chunks = append(l.chunks, make([]record, 0, size))
		last++
	}
	chunk := l.chunks[last]
	l.chunks[last] = chunk[:len(chunk)+1]
	l.len++
	return &l.chunks[last][len(chunk)]
}

// At is event i, counted from 0.
func (l *Log) At(i int) Event {
	for _, chunk := range l.chunks {
		if i < len(chunk) {
			return chunk[i].event()
		}
		i -= len(chunk)
	}
	panic("history: a log has no such event")
}

// All are the events, in order.
func (l *Log) All() iter.Seq[Event] { return l.From(0) }

// From are the events from number i on, counted from 0.
func (l *Log) From(i int) iter.Seq[Event] {
	return func(yield func(Event) bool) {
		for _, chunk := range l.chunks {
			if i >= len(chunk) {
				i -= len(chunk)
				continue
			}
			for ; i < len(chunk); i++ {
				if !yield(chunk[i].event()) {
					return
				}
			}
			i = 0
		}
	}
}

// Types are the types of the events, in order.
func (l *Log) Types() iter.Seq[Type] {
	return func(yield func(Type) bool) {
		for _, chunk := range l.chunks {
			for i := range chunk {
				t := chunk[i].kind
				if w := chunk[i].whole; w != nil {
					t = w.Type
				}
				if !yield(t) {
					return
				}
			}
		}
	}
}

// Events are all events.
func (l *Log) Events() []Event {
	if l.len == 0 {
		return nil
	}
	all := make([]Event, 0, l.len)
	for e := range l.All() {
		all = append(all, e)
	}
	return all
}

func (r *record) event() Event {
	if r.whole != nil {
		return *r.whole
	}
	e := Event{ID: r.id, PreviousID: r.previous, Time: time.UnixMilli(r.millis).UTC(), Type: r.kind, Name: r.name, Assigned: r.assigned}
	switch {
	case r.kind == MapStateStarted:
		e.Length = r.index
	case r.kind == ExecutionSucceeded || strings.HasSuffix(string(r.kind), "Exited"):
		e.Output = r.data
	default:
		e.Input, e.Index = r.data, r.index
	}
	return e
}
