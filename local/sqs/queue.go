package sqs

import (
	"maps"
	"strconv"
	"time"
)

// A queue holds messages. The broker's lock is over all of it.
type queue struct {
	store
	name       string
	attributes map[string]string // as set; without what is derived
	tags       map[string]string
	created    time.Time
	modified   time.Time
	purged     time.Time
	redrive    *redrive // read from the RedrivePolicy; nil for none
	allow      allowance

	dedup    map[string]*duplicate // FIFO: what was sent in the last five minutes
	dedupAge []*duplicate          // the same, oldest first
	attempts map[string]*attempt   // FIFO: receives of the last five minutes that had a ReceiveRequestAttemptId

	gone    bool
	waiters int
	// changed is closed, and replaced, when a message may have become visible and somebody waits for it.
	changed chan struct{}
}

// A duplicate is what a FIFO queue remembers of a message, even when that is gone.
type duplicate struct {
	key   string
	until time.Time
	m     *message
}

func newQueue(name string, attributes, tags map[string]string, now time.Time) *queue {
	return &queue{
		store: newStore(), name: name, attributes: maps.Clone(attributes), tags: maps.Clone(tags), created: now, modified: now,
		dedup: map[string]*duplicate{}, attempts: map[string]*attempt{}, changed: make(chan struct{}),
	}
}

// wake tells all who wait that the queue has changed.
func (q *queue) wake() {
	if q.waiters == 0 {
		return
	}
	q.waiters = 0
	close(q.changed)
	q.changed = make(chan struct{})
}

func (q *queue) fifo() bool { return q.attributes["FifoQueue"] == "true" }

// number is an attribute that is a number of seconds or bytes.
func (q *queue) number(name string) int {
	text, ok := q.attributes[name]
	if !ok {
		return limits[name].standard
	}
	n, _ := strconv.Atoi(text) // was checked when it was set
	return n
}

func (q *queue) seconds(name string) time.Duration {
	return time.Duration(q.number(name)) * time.Second
}

// settle brings the queue to a time.
func (q *queue) settle(now time.Time) {
	q.store.settle(now, q.seconds("MessageRetentionPeriod"))
	for len(q.dedupAge) > 0 && !q.dedupAge[0].until.After(now) {
		if old := q.dedupAge[0]; q.dedup[old.key] == old {
			delete(q.dedup, old.key)
		}
		q.dedupAge[0] = nil
		q.dedupAge = q.dedupAge[1:]
	}
	for id, a := range q.attempts {
		if !a.until.After(now) {
			delete(q.attempts, id)
		}
	}
}
