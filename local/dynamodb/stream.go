package dynamodb

import (
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/dynamodb/internal/expr"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// An identity is who changed an item: a user, or the service because the item had expired.
type identity bool

const (
	user    identity = false
	expired identity = true
)

// kept is how long a stream keeps its records.
const kept = 24 * time.Hour

// A stream tells of every change of a table, in one shard, in the order of the changes.
type stream struct {
	arn, label, view string
	tableName        string
	keySchema        value.Value
	region           string
	shard            string
	created          time.Time
	clock            clock.Clock

	mu      sync.Mutex
	records []streamed
	first   uint64 // the number of records[0]
	open    bool
}

// A streamed change is a record of a stream with its time.
type streamed struct {
	at time.Time
	v  value.Value
}

var viewTypes = []string{"NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"}

// readStream reads a StreamSpecification: the view that is wanted; empty for no stream.
func readStream(r *members.Reader) (view string, err error) {
	if !r.Has("StreamSpecification") {
		return "", nil
	}
	in := members.Read("StreamSpecification", r.Object("StreamSpecification"))
	if in.Has("ResourcePolicy") {
		in.Ignore("ResourcePolicy")
	}
	on := in.Bool("StreamEnabled")
	if view, err = oneOf(in, "StreamViewType", "", viewTypes...); err != nil {
		return "", err
	}
	if err := firstOf(r.Wrong(), in.Err()); err != nil {
		return "", err
	}
	switch {
	case !in.Has("StreamEnabled"):
		return "", nullAt("streamSpecification.streamEnabled")
	case on && view == "":
		return "", invalid(wrong + "StreamViewType must be specified when StreamEnabled is true")
	case !on && view != "":
		return "", invalid(wrong + "StreamViewType must not be specified when StreamEnabled is false")
	}
	return view, nil
}

// openStream gives the table a stream; it is locked, or not known to anybody yet.
func (d *DB) openStream(t *table, view string) {
	now := d.clock.Now().UTC()
	label := now.Format("2006-01-02T15:04:05.000")
	s := &stream{
		arn: t.arn + "/stream/" + label, label: label, view: view, tableName: t.name, keySchema: t.description.Get("KeySchema"),
		region: d.account.Region, shard: fmt.Sprintf("shardId-%020d-%08x", now.UnixMilli(), uint32(number(t.arn+label))), created: now, clock: d.clock, first: 1, open: true,
	}
	t.stream = s
	t.description = t.description.With("StreamSpecification", value.Object(value.M("StreamEnabled", value.Bool(true)), value.M("StreamViewType", value.String(view)))).
		With("LatestStreamLabel", value.String(label)).With("LatestStreamArn", value.String(s.arn))
	d.streamsMu.Lock()
	defer d.streamsMu.Unlock()
	d.streams = append(d.streams, s)
}

// closeStream ends the table's stream; what it has can still be read.
func (t *table) closeStream() {
	if t.stream == nil {
		return
	}
	t.stream.mu.Lock()
	t.stream.open = false
	t.stream.mu.Unlock()
	t.stream = nil
	t.description = t.description.Without("StreamSpecification")
}

// add records a change; one that leaves the item as it was is none.
func (s *stream) add(t *table, old, now *record, by identity) {
	name, either := "MODIFY", now
	switch {
	case old == nil:
		name = "INSERT"
	case now == nil:
		name, either = "REMOVE", old
	case sameItem(old.item, now.item):
		return
	}
	var about value.Builder
	keys := t.keyOf(either.item, t.primary)
	size := expr.Size(keys)
	at := s.clock.Now()
	about.Set("ApproximateCreationDateTime", value.Int(at.Unix()))
	about.Set("Keys", keys)
	if now != nil && (s.view == "NEW_IMAGE" || s.view == "NEW_AND_OLD_IMAGES") {
		about.Set("NewImage", now.item)
		size += now.size
	}
	if old != nil && (s.view == "OLD_IMAGE" || s.view == "NEW_AND_OLD_IMAGES") {
		about.Set("OldImage", old.item)
		size += old.size
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trim(at)
	n := s.first + uint64(len(s.records))
	about.Set("SequenceNumber", value.String(sequenceNumber(n)))
	about.Set("SizeBytes", value.Int(size))
	about.Set("StreamViewType", value.String(s.view))
	v := value.Object(value.M("eventID", value.String(fmt.Sprintf("%08x%016x", uint32(number(s.arn)), n))), value.M("eventName", value.String(name)),
		value.M("eventVersion", value.String("1.1")), value.M("eventSource", value.String("aws:dynamodb")),
		value.M("awsRegion", value.String(s.region)), value.M("dynamodb", about.Object()))
	if by == expired {
		v = v.With("userIdentity", value.Object(value.M("PrincipalId", value.String("dynamodb.amazonaws.com")), value.M("Type", value.String("Service"))))
	}
	s.records = append(s.records, streamed{at, v})
}

// trim forgets what is older than a day.
func (s *stream) trim(now time.Time) {
	n := 0
	for n < len(s.records) && now.Sub(s.records[n].at) > kept {
		n++
	}
	s.records, s.first = s.records[n:], s.first+uint64(n)
}

// sequenceNumber spells a number in 21 digits, the fewest that sequence numbers have.
func sequenceNumber(n uint64) string { return fmt.Sprintf("1%020d", n) }

func readSequence(s string) (uint64, bool) {
	if len(s) != 21 || s[0] != '1' {
		return 0, false
	}
	n, err := strconv.ParseUint(s[1:], 10, 64)
	return n, err == nil
}

// streamNamed finds a stream by its ARN. What has expired from its table is in it.
func (d *DB) streamNamed(arn string) (*stream, error) {
	d.streamsMu.RLock()
	i := slices.IndexFunc(d.streams, func(s *stream) bool { return s.arn == arn })
	var s *stream
	if i >= 0 {
		s = d.streams[i]
	}
	d.streamsMu.RUnlock()
	if s == nil {
		return nil, wire.Errorf("ResourceNotFoundException", "Requested resource not found: Stream: %s not found", arn)
	}
	if t, err := d.found(s.tableName); err == nil {
		t.rlock()
		t.mu.RUnlock()
	}
	return s, nil
}

func (d *DB) listStreams(r *members.Reader) (value.Value, error) {
	name, after, limit := r.String("TableName"), r.String("ExclusiveStartStreamArn"), r.Int("Limit", 100)
	if err := firstOf(r.Err(), checkLimit(limit, 100)); err != nil {
		return value.Value{}, err
	}
	d.streamsMu.RLock()
	defer d.streamsMu.RUnlock()
	all := []value.Value{}
	var last value.Value
	passed := after == ""
	for _, s := range d.streams {
		if passed && (name == "" || s.tableName == name) {
			if len(all) == limit {
				last = all[limit-1].Get("StreamArn")
				break
			}
			all = append(all, value.Object(value.M("StreamArn", value.String(s.arn)), value.M("TableName", value.String(s.tableName)), value.M("StreamLabel", value.String(s.label))))
		}
		passed = passed || s.arn == after
	}
	return value.Object(value.M("Streams", value.Array(all...)), value.M("LastEvaluatedStreamArn", last)), nil
}

func (d *DB) describeStream(r *members.Reader) (value.Value, error) {
	arn, after, limit := r.String("StreamArn"), r.String("ExclusiveStartShardId"), r.Int("Limit", 100)
	if err := firstOf(r.Err(), checkLimit(limit, 100)); err != nil {
		return value.Value{}, err
	}
	s, err := d.streamNamed(arn)
	if err != nil {
		return value.Value{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	status, span := "ENABLED", value.Object(value.M("StartingSequenceNumber", value.String(sequenceNumber(1))))
	if !s.open {
		status = "DISABLED"
		span = span.With("EndingSequenceNumber", value.String(sequenceNumber(s.first+uint64(len(s.records)))))
	}
	shards := []value.Value{}
	if after == "" {
		shards = append(shards, value.Object(value.M("ShardId", value.String(s.shard)), value.M("SequenceNumberRange", span)))
	}
	return value.Object(value.M("StreamDescription", value.Object(
		value.M("StreamArn", value.String(s.arn)), value.M("StreamLabel", value.String(s.label)), value.M("StreamStatus", value.String(status)),
		value.M("StreamViewType", value.String(s.view)), value.M("CreationRequestDateTime", seconds(s.created)), value.M("TableName", value.String(s.tableName)),
		value.M("KeySchema", s.keySchema), value.M("Shards", value.Array(shards...))))), nil
}
