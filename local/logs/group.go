package logs

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// A group is a log group; the store's lock is over it.
type group struct {
	name, arn, class string
	created          time.Time
	retention        int // days; 0 for ever
	streams          map[string]*stream
}

// A stream is a log stream with its events, oldest first.
type stream struct {
	name, arn string
	created   time.Time
	ingested  int64
	events    []event
	size      int
	dropped   int // events that are no longer kept
}

type event struct {
	id           int
	at, ingested int64 // milliseconds since 1970
	message      string
}

// maxStream is how many bytes of messages a stream keeps at most.
const maxStream = 16 << 20

// add makes a group; s.mu is held.
func (s *Store) add(name, class string) *group {
	g := &group{
		name: name, arn: s.account.ARN("logs", "log-group:"+name), class: cmp.Or(class, "STANDARD"),
		created: s.clock.Now(), streams: map[string]*stream{},
	}
	s.groups[name] = g
	return g
}

func (g *group) add(name string, now time.Time) *stream {
	st := &stream{name: name, arn: g.arn + ":log-stream:" + name, created: now}
	g.streams[name] = st
	return st
}

// sorted are the group's streams by name.
func (g *group) sorted() []*stream {
	return slices.SortedFunc(maps.Values(g.streams), func(a, b *stream) int { return strings.Compare(a.name, b.name) })
}

// put adds an event to its place in time, and forgets the oldest when the stream is full; s.mu is held.
func (s *Store) put(st *stream, at time.Time, message string) {
	s.events++
	e := event{s.events, at.UnixMilli(), s.clock.Now().UnixMilli(), message}
	st.ingested = e.ingested
	i := len(st.events)
	for i > 0 && st.events[i-1].at > e.at {
		i--
	}
	st.events = slices.Insert(st.events, i, e)
	st.size += len(message)
	if st.size > maxStream {
		st.forget()
	}
}

// forget drops the oldest events until the stream is at most three quarters full, so that it happens rarely.
func (st *stream) forget() {
	drop := 0
	for st.size > maxStream*3/4 && drop < len(st.events)-1 {
		st.size -= len(st.events[drop].message)
		drop++
	}
	st.events = slices.Delete(st.events, 0, drop)
	st.dropped += drop
}

const nameCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-/.#"

func checkGroupName(name string) error {
	bad := name == "" || len(name) > 512
	for _, c := range name {
		bad = bad || !strings.ContainsRune(nameCharacters, c)
	}
	if bad {
		return invalid("1 validation error detected: Value '%s' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+", name)
	}
	return nil
}

func (s *Store) createLogGroup(r *members.Reader) (value.Value, error) {
	name, class := r.String("logGroupName"), r.String("logGroupClass")
	r.Ignore("kmsKeyId", "tags")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	return value.Value{}, s.create(name, class, 0)
}

func (s *Store) create(name, class string, retention int) error {
	if err := checkGroupName(name); err != nil {
		return err
	}
	if err := checkRetention(retention); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.groups[name] != nil {
		return wire.Errorf("ResourceAlreadyExistsException", "The specified log group already exists")
	}
	s.add(name, class).retention = retention
	return nil
}

var retentions = []int{0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}

func checkRetention(days int) error {
	if !slices.Contains(retentions, days) {
		return invalid("1 validation error detected: Value '%d' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: %v", days, retentions[1:])
	}
	return nil
}

func (s *Store) deleteLogGroup(r *members.Reader) (value.Value, error) {
	name := groupName(r)
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.found(name); err != nil {
		return value.Value{}, err
	}
	delete(s.groups, name)
	return value.Value{}, nil
}

func (s *Store) putRetentionPolicy(r *members.Reader) (value.Value, error) {
	name, days := r.String("logGroupName"), r.Int("retentionInDays", -1)
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	if days == 0 {
		days = -1
	}
	if err := checkRetention(days); err != nil {
		return value.Value{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.found(name)
	if err != nil {
		return value.Value{}, err
	}
	g.retention = days
	return value.Value{}, nil
}

const maxListed = 50

func readLimit(r *members.Reader, most int) (int, error) {
	limit := r.Int("limit", most)
	if limit < 1 || limit > most {
		return 0, invalid("1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: Member must have value between 1 and %d", limit, most)
	}
	return limit, nil
}

func (s *Store) describeLogGroups(r *members.Reader) (value.Value, error) {
	prefix, pattern, token := r.String("logGroupNamePrefix"), r.String("logGroupNamePattern"), r.String("nextToken")
	limit, err := readLimit(r, maxListed)
	if err != nil {
		return value.Value{}, err
	}
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []value.Value
	last := ""
	for _, name := range slices.Sorted(maps.Keys(s.groups)) {
		if name <= token || !strings.HasPrefix(name, prefix) || !strings.Contains(strings.ToLower(name), strings.ToLower(pattern)) {
			continue
		}
		if len(all) == limit {
			return value.Object(value.M("logGroups", value.Array(all...)), value.M("nextToken", value.String(last))), nil
		}
		all, last = append(all, s.groups[name].describe()), name
	}
	return value.Object(value.M("logGroups", value.Array(all...))), nil
}

func (g *group) describe() value.Value {
	stored := 0
	for _, st := range g.streams {
		stored += st.size
	}
	var retention value.Value
	if g.retention > 0 {
		retention = value.Int(g.retention)
	}
	return value.Object(value.M("logGroupName", value.String(g.name)), value.M("creationTime", value.Int(g.created.UnixMilli())),
		value.M("retentionInDays", retention), value.M("metricFilterCount", value.Int(0)), value.M("arn", value.String(g.arn+":*")),
		value.M("logGroupArn", value.String(g.arn)), value.M("logGroupClass", value.String(g.class)), value.M("storedBytes", value.Int(stored)))
}

func (s *Store) createLogStream(r *members.Reader) (value.Value, error) {
	name, streamName := r.String("logGroupName"), r.String("logStreamName")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	if streamName == "" || len(streamName) > 512 || strings.ContainsAny(streamName, ":*") {
		return value.Value{}, invalid("1 validation error detected: Value '%s' at 'logStreamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*", streamName)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.found(name)
	if err != nil {
		return value.Value{}, err
	}
	if g.streams[streamName] != nil {
		return value.Value{}, wire.Errorf("ResourceAlreadyExistsException", "The specified log stream already exists")
	}
	g.add(streamName, s.clock.Now())
	return value.Value{}, nil
}

func (s *Store) deleteLogStream(r *members.Reader) (value.Value, error) {
	name, streamName := r.String("logGroupName"), r.String("logStreamName")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.found(name)
	if err != nil {
		return value.Value{}, err
	}
	if _, err := g.found(streamName); err != nil {
		return value.Value{}, err
	}
	delete(g.streams, streamName)
	return value.Value{}, nil
}

func (s *Store) describeLogStreams(r *members.Reader) (value.Value, error) {
	name, prefix, token := groupName(r), r.String("logStreamNamePrefix"), r.String("nextToken")
	order, down := r.String("orderBy"), r.Bool("descending")
	limit, err := readLimit(r, maxListed)
	if err != nil {
		return value.Value{}, err
	}
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	switch {
	case order != "" && order != "LogStreamName" && order != "LastEventTime":
		return value.Value{}, invalid("1 validation error detected: Value '%s' at 'orderBy' failed to satisfy constraint: Member must satisfy enum value set: [LastEventTime, LogStreamName]", order)
	case order == "LastEventTime" && prefix != "":
		return value.Value{}, invalid("Cannot order by LastEventTime with a logStreamNamePrefix.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.found(name)
	if err != nil {
		return value.Value{}, err
	}
	all := g.sorted()
	if order == "LastEventTime" {
		slices.SortStableFunc(all, func(a, b *stream) int { return cmp.Compare(a.last(), b.last()) })
	}
	if down {
		slices.Reverse(all)
	}
	if i := slices.IndexFunc(all, func(st *stream) bool { return st.name == token }); i >= 0 {
		all = all[i+1:]
	}
	all = slices.DeleteFunc(all, func(st *stream) bool { return !strings.HasPrefix(st.name, prefix) })
	var next value.Value
	if len(all) > limit {
		all = all[:limit]
		next = value.String(all[limit-1].name)
	}
	shown := make([]value.Value, len(all))
	for i, st := range all {
		shown[i] = st.describe()
	}
	return value.Object(value.M("logStreams", value.Array(shown...)), value.M("nextToken", next)), nil
}

// last is the time of the last event; 0 for none.
func (st *stream) last() int64 {
	if len(st.events) == 0 {
		return 0
	}
	return st.events[len(st.events)-1].at
}

func (st *stream) describe() value.Value {
	var first, last, ingested value.Value
	if len(st.events) > 0 {
		first, last, ingested = value.Int(st.events[0].at), value.Int(st.last()), value.Int(st.ingested)
	}
	return value.Object(value.M("logStreamName", value.String(st.name)), value.M("creationTime", value.Int(st.created.UnixMilli())),
		value.M("firstEventTimestamp", first), value.M("lastEventTimestamp", last), value.M("lastIngestionTime", ingested),
		value.M("arn", value.String(st.arn)), value.M("storedBytes", value.Int(0)))
}
