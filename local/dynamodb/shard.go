package dynamodb

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// The limits of reading streams.
const (
	maxRecords    = 1000
	maxRecordSize = 1 << 20 // bytes of one answer
	iteratorLives = 15 * time.Minute
)

// A place is what a shard iterator says: the next record to read. A client sees it as an opaque text.
type place struct {
	arn  string
	next uint64
	made int64 // in seconds
}

func (p place) String() string {
	return p.arn + "|1|" + base64.StdEncoding.EncodeToString([]byte(strconv.FormatUint(p.next, 10)+" "+strconv.FormatInt(p.made, 10)))
}

func readPlace(s string) (p place, err error) {
	bad := invalid("Invalid ShardIterator: it is not one that GetShardIterator or GetRecords gave")
	arn, rest, ok := strings.Cut(s, "|1|")
	b, decoding := base64.StdEncoding.DecodeString(rest)
	next, made, spaced := strings.Cut(string(b), " ")
	if !ok || decoding != nil || !spaced {
		return p, bad
	}
	p.arn = arn
	if p.next, err = strconv.ParseUint(next, 10, 64); err != nil {
		return p, bad
	}
	if p.made, err = strconv.ParseInt(made, 10, 64); err != nil {
		return p, bad
	}
	return p, nil
}

func (d *DB) getShardIterator(r *members.Reader) (value.Value, error) {
	arn, shard, sequence := r.String("StreamArn"), r.String("ShardId"), r.String("SequenceNumber")
	kind, err := oneOf(r, "ShardIteratorType", "", "AFTER_SEQUENCE_NUMBER", "LATEST", "AT_SEQUENCE_NUMBER", "TRIM_HORIZON")
	if err := firstOf(err, r.Err()); err != nil {
		return value.Value{}, err
	}
	if kind == "" {
		return value.Value{}, nullAt("shardIteratorType")
	}
	s, err := d.streamNamed(arn)
	if err != nil {
		return value.Value{}, err
	}
	if shard != s.shard {
		return value.Value{}, wire.Errorf("ResourceNotFoundException", "Requested resource not found: Shard does not exist")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trim(d.clock.Now())
	p := place{arn, s.first, d.clock.Now().Unix()}
	end := s.first + uint64(len(s.records))
	switch kind {
	case "LATEST":
		p.next = end
	case "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER":
		n, ok := readSequence(sequence)
		switch {
		case !ok || n > end:
			return value.Value{}, invalid("Invalid SequenceNumber: '" + sequence + "'")
		case n < s.first:
			return value.Value{}, trimmed()
		case kind == "AFTER_SEQUENCE_NUMBER":
			n++
		}
		p.next = n
	}
	return value.Object(value.M("ShardIterator", value.String(p.String()))), nil
}

func trimmed() *wire.Error {
	return wire.Errorf("TrimmedDataAccessException", "The operation attempted to read past the oldest stream record in a shard")
}

func (d *DB) getRecords(r *members.Reader) (value.Value, error) {
	iterator, limit := r.String("ShardIterator"), r.Int("Limit", maxRecords)
	if err := firstOf(r.Err(), checkLimit(limit, maxRecords)); err != nil {
		return value.Value{}, err
	}
	p, err := readPlace(iterator)
	if err != nil {
		return value.Value{}, err
	}
	s, err := d.streamNamed(p.arn)
	if err != nil {
		return value.Value{}, err
	}
	now := d.clock.Now()
	if now.Unix()-p.made > int64(iteratorLives/time.Second) {
		return value.Value{}, wire.Errorf("ExpiredIteratorException", "Iterator expired. The iterator was created at time %s while right now it is %s which is further in the future than the tolerated delay of 900000 milliseconds.",
			time.Unix(p.made, 0).UTC().Format(time.RFC3339), now.UTC().Format(time.RFC3339))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trim(now)
	if p.next < s.first {
		return value.Value{}, trimmed()
	}
	records, size := []value.Value{}, 0
	for i := p.next - s.first; i < uint64(len(s.records)) && len(records) < limit && size < maxRecordSize; i++ {
		records = append(records, s.records[i].v)
		n, _ := s.records[i].v.Path("dynamodb", "SizeBytes").Int()
		size += int(n)
	}
	p.next, p.made = p.next+uint64(len(records)), now.Unix()
	var next value.Value // a closed shard has an end
	if s.open || p.next < s.first+uint64(len(s.records)) {
		next = value.String(p.String())
	}
	return value.Object(value.M("Records", value.Array(records...)), value.M("NextShardIterator", next)), nil
}
