package dynamodb

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/stepwright/stepwright/local/dynamodb/internal/expr"
	"github.com/stepwright/stepwright/local/dynamodb/internal/ordered"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// An expiry is a table's time to live: the attribute that tells when an item expires, and the items by that time. The
// service may take days to remove what has expired; here it is gone with the machine's clock.
type expiry struct {
	attribute string // empty when nothing expires
	byTime    ordered.Tree[deadline]
	changed   time.Time // when it was turned on or off last
}

// A deadline is the time in seconds since 1970 after which an item is gone.
type deadline struct {
	at int64
	key
}

// Compare orders deadlines by time.
func (d deadline) Compare(e deadline) int {
	return cmp.Or(cmp.Compare(d.at, e.at), strings.Compare(d.hash, e.hash), strings.Compare(d.sort, e.sort))
}

// deadline is when a record expires; ok is false for one that does not: without the attribute, or with one that is no
// number.
func (x *expiry) deadline(r *record) (d deadline, ok bool) {
	v := r.value().Get(x.attribute)
	if expr.Type(v) != expr.N {
		return d, false
	}
	at, err := strconv.ParseFloat(v.Get(expr.N).Str(), 64)
	if err != nil || at < 0 || at > 1<<53 {
		return d, false
	}
	return deadline{int64(at), r.key}, true
}

func (x *expiry) change(old, now *record) {
	if x.attribute == "" {
		return
	}
	if d, ok := x.deadline(old); ok {
		x.byTime.Delete(d)
	}
	if d, ok := x.deadline(now); ok {
		x.byTime.Set(d)
	}
}

// fiveYears is how long something may have been expired and still be removed; what is older is taken for a mistake.
const fiveYears = 5 * 365 * 24 * 60 * 60

// next is the first deadline that counts.
func (x *expiry) next(now time.Time) (d deadline, ok bool) {
	for d := range x.byTime.From(func(d deadline) bool { return d.at > now.Unix()-fiveYears }) {
		return d, true
	}
	return d, false
}

func (x *expiry) due(now time.Time) bool {
	d, ok := x.next(now)
	return ok && d.at < now.Unix()
}

// expire removes what has expired; the table is locked for a change.
func (t *table) expire() {
	if t.expiry.attribute == "" {
		return
	}
	for now := t.clock.Now(); t.expiry.due(now); {
		d, _ := t.expiry.next(now)
		t.change(t.primary.find(d.key), nil, expired)
	}
}

// setExpiry makes an attribute tell when items expire; none for an empty one.
func (t *table) setExpiry(attribute string) {
	t.expiry = expiry{attribute: attribute, changed: t.clock.Now()}
	for p := range t.primary.order.From(func(*partition) bool { return true }) {
		for e := range p.entries.From(func(entry) bool { return true }) {
			t.expiry.change(nil, e.record)
		}
	}
}

func (d *DB) updateTimeToLive(r *members.Reader) (value.Value, error) {
	name := r.String("TableName")
	spec := members.Read("TimeToLiveSpecification of UpdateTimeToLive", r.Object("TimeToLiveSpecification"))
	attribute, on := spec.String("AttributeName"), spec.Bool("Enabled")
	if err := firstOf(r.Err(), spec.Err()); err != nil {
		return value.Value{}, err
	}
	switch {
	case !r.Has("TimeToLiveSpecification"):
		return value.Value{}, nullAt("timeToLiveSpecification")
	case !spec.Has("Enabled"):
		return value.Value{}, nullAt("timeToLiveSpecification.enabled")
	case attribute == "" || len(attribute) > 255:
		return value.Value{}, invalid("1 validation error detected: Value '" + attribute +
			"' at 'timeToLiveSpecification.attributeName' failed to satisfy constraint: Member must have length between 1 and 255")
	}
	t, err := d.named(name)
	if err != nil {
		return value.Value{}, err
	}
	t.lock()
	defer t.mu.Unlock()
	switch {
	case on && t.expiry.attribute == attribute:
		return value.Value{}, invalid("TimeToLive is already enabled")
	case on && t.expiry.attribute != "":
		return value.Value{}, invalid("TimeToLive is active on a different AttributeName: current AttributeName is " + t.expiry.attribute)
	case !on && t.expiry.attribute == "":
		return value.Value{}, invalid("TimeToLive is already disabled")
	case !on && t.expiry.attribute != attribute:
		return value.Value{}, invalid("TimeToLive is active on a different AttributeName: current AttributeName is " + t.expiry.attribute)
	case on:
		t.setExpiry(attribute)
	default:
		t.setExpiry("")
	}
	return value.Object(value.M("TimeToLiveSpecification", r.Object("TimeToLiveSpecification"))), nil
}

func (d *DB) describeTimeToLive(r *members.Reader) (value.Value, error) {
	name := r.String("TableName")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	t, err := d.named(name)
	if err != nil {
		return value.Value{}, err
	}
	t.rlock()
	defer t.mu.RUnlock()
	about := value.Object(value.M("TimeToLiveStatus", value.String("DISABLED")))
	if t.expiry.attribute != "" {
		about = value.Object(value.M("TimeToLiveStatus", value.String("ENABLED")), value.M("AttributeName", value.String(t.expiry.attribute)))
	}
	return value.Object(value.M("TimeToLiveDescription", about)), nil
}

// nullAt is the error for a member that is required and missing; path spells it as the service's messages do.
func nullAt(path string) *wire.Error {
	return invalid("1 validation error detected: Value null at '" + path + "' failed to satisfy constraint: Member must not be null")
}

// firstOf is the first error of some.
func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
