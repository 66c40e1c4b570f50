package logs

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// The limits of PutLogEvents.
const (
	maxBatch  = 10000
	maxBytes  = 1 << 20
	perEvent  = 26 // bytes that count for every event beside its message
	oldest    = 14 * 24 * time.Hour
	newest    = 2 * time.Hour
	maxEvents = 10000 // of one answer
)

func (s *Store) putLogEvents(r *members.Reader) (value.Value, error) {
	name, streamName, list := r.String("logGroupName"), r.String("logStreamName"), r.Array("logEvents")
	r.Ignore("sequenceToken", "entity")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	events, err := readEvents(list)
	if err != nil {
		return value.Value{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	st, err := s.stream(name, streamName)
	if err != nil {
		return value.Value{}, err
	}
	now := s.clock.Now()
	tooOld, tooNew := 0, len(events)
	for i, e := range events {
		switch at := time.UnixMilli(e.at); {
		case at.Before(now.Add(-oldest)):
			tooOld = i + 1
		case at.After(now.Add(newest)):
			tooNew = min(tooNew, i)
		default:
			s.put(st, at, e.message)
		}
	}
	return value.Object(value.M("nextSequenceToken", value.String(fmt.Sprintf("%056d", s.events))),
		value.M("rejectedLogEventsInfo", rejected(tooOld, tooNew, len(events)))), nil
}

func rejected(tooOld, tooNew, all int) value.Value {
	var b value.Builder
	if tooOld > 0 {
		b.Set("tooOldLogEventEndIndex", value.Int(tooOld))
	}
	if tooNew < all {
		b.Set("tooNewLogEventStartIndex", value.Int(tooNew))
	}
	if b.Len() == 0 {
		return value.Value{}
	}
	return b.Object()
}

func readEvents(list []value.Value) ([]event, error) {
	if len(list) == 0 || len(list) > maxBatch {
		return nil, invalid("1 validation error detected: Value at 'logEvents' failed to satisfy constraint: Member must have length between 1 and %d, not %d", maxBatch, len(list))
	}
	events := make([]event, len(list))
	size := 0
	for i, v := range list {
		r := members.Read("a log event", v)
		e := event{at: int64(r.Int("timestamp", math.MinInt)), message: r.String("message")}
		if err := r.Err(); err != nil {
			return nil, err
		}
		switch {
		case e.message == "":
			return nil, invalid("1 validation error detected: Value '' at 'logEvents.%d.member.message' failed to satisfy constraint: Member must have length greater than or equal to 1", i+1)
		case e.at < 0:
			return nil, invalid("1 validation error detected: Value at 'logEvents.%d.member.timestamp' failed to satisfy constraint: Member must have value greater than or equal to 0", i+1)
		case i > 0 && e.at < events[i-1].at:
			return nil, invalid("Log events in a single PutLogEvents request must be in chronological order.")
		}
		size += len(e.message) + perEvent
		events[i] = e
	}
	if size > maxBytes {
		return nil, invalid("Upload too large: %d bytes exceeds limit of %d", size, maxBytes)
	}
	return events, nil
}

// A window is a range of time in milliseconds: from start, before end.
type window struct{ start, end int64 }

func readWindow(r *members.Reader) window {
	return window{int64(r.Int("startTime", 0)), int64(r.Int("endTime", math.MaxInt))}
}

func (w window) has(e event) bool { return e.at >= w.start && e.at < w.end }

func (s *Store) getLogEvents(r *members.Reader) (value.Value, error) {
	name, streamName, in := groupName(r), r.String("logStreamName"), readWindow(r)
	token, head := r.String("nextToken"), r.Bool("startFromHead")
	limit, err := readLimit(r, maxEvents)
	if err != nil {
		return value.Value{}, err
	}
	r.Ignore("unmask")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	st, err := s.stream(name, streamName)
	if err != nil {
		return value.Value{}, err
	}
	return st.read(in, token, head, limit)
}

// read gives the events of one answer. Tokens count events from the stream's first: f/12 goes on forwards at the
// thirteenth, b/12 backwards at the twelfth.
func (st *stream) read(in window, token string, head bool, limit int) (value.Value, error) {
	at := len(st.events)
	if head {
		at = 0
	}
	if token != "" {
		way, digits, _ := strings.Cut(token, "/")
		n, err := strconv.Atoi(digits)
		if err != nil || way != "f" && way != "b" {
			return value.Value{}, invalid("The specified nextToken is invalid.")
		}
		head = way == "f"
		at = min(max(n-st.dropped, 0), len(st.events))
	}
	from, to := at, at
	var shown []value.Value
	if head {
		for ; to < len(st.events) && len(shown) < limit; to++ {
			if in.has(st.events[to]) {
				shown = append(shown, st.events[to].show())
			}
		}
	} else {
		for ; from > 0 && len(shown) < limit; from-- {
			if in.has(st.events[from-1]) {
				shown = append(shown, st.events[from-1].show())
			}
		}
		slices.Reverse(shown)
	}
	mark := func(way string, i int) value.Value { return value.String(way + "/" + strconv.Itoa(i+st.dropped)) }
	return value.Object(value.M("events", value.Array(shown...)), value.M("nextForwardToken", mark("f", to)),
		value.M("nextBackwardToken", mark("b", from))), nil
}

func (e event) show() value.Value {
	return value.Object(value.M("timestamp", value.Int(e.at)), value.M("message", value.String(e.message)), value.M("ingestionTime", value.Int(e.ingested)))
}

func (s *Store) filterLogEvents(r *members.Reader) (value.Value, error) {
	name, names, prefix, in := groupName(r), r.Strings("logStreamNames"), r.String("logStreamNamePrefix"), readWindow(r)
	token := r.Int("nextToken", 0)
	limit, err := readLimit(r, maxEvents)
	if err != nil {
		return value.Value{}, err
	}
	r.Ignore("interleaved", "unmask")
	matches, err := parsePattern(r.String("filterPattern"))
	if err != nil {
		return value.Value{}, err
	}
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.found(name)
	if err != nil {
		return value.Value{}, err
	}
	type found struct {
		event
		stream string
	}
	var all []found
	for _, st := range g.sorted() {
		if names != nil && !slices.Contains(names, st.name) || !strings.HasPrefix(st.name, prefix) {
			continue
		}
		for _, e := range st.events {
			if in.has(e) && matches(e.message) {
				all = append(all, found{e, st.name})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b found) int { return int(a.at - b.at) })
	all = all[min(max(token, 0), len(all)):]
	var next value.Value
	if len(all) > limit {
		all = all[:limit]
		next = value.String(strconv.Itoa(max(token, 0) + limit))
	}
	shown := make([]value.Value, len(all))
	for i, f := range all {
		shown[i] = f.show().With("logStreamName", value.String(f.stream)).With("eventId", value.String(fmt.Sprintf("%056d", f.id)))
	}
	return value.Object(value.M("events", value.Array(shown...)), value.M("searchedLogStreams", value.Array()), value.M("nextToken", next)), nil
}
