package sqs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// dedupTime is how long a FIFO queue remembers what was sent.
const dedupTime = 5 * time.Minute

func (b *Broker) sendMessage(_ context.Context, r *members.Reader) (value.Value, error) {
	url := r.String("QueueUrl")
	m, delay, err := readMessage(r)
	if err != nil {
		return value.Value{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	q, err := b.found(url)
	if err != nil {
		return value.Value{}, err
	}
	return b.send(q, m, delay)
}

// readMessage reads the members that SendMessage and an entry of its batch share. The delay is -1 if none was given.
func readMessage(r *members.Reader) (m *message, delay int, err error) {
	m = &message{
		body: r.String("MessageBody"), attributes: r.Object("MessageAttributes"), system: r.Object("MessageSystemAttributes"),
		group: r.String("MessageGroupId"), dedup: r.String("MessageDeduplicationId"),
	}
	delay = r.Int("DelaySeconds", -1)
	if err := r.Err(); err != nil {
		return nil, 0, err
	}
	if delay != -1 && (delay < 0 || delay > limits["DelaySeconds"].most) {
		return nil, 0, invalidValue(fmt.Sprintf("Value %d for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.", delay))
	}
	if err := m.check(); err != nil {
		return nil, 0, err
	}
	return m, delay, nil
}

// check checks what does not depend on the queue, and computes size and checksums.
func (m *message) check() error {
	if err := checkBody(m.body); err != nil {
		return err
	}
	for name, v := range m.system.Members() {
		if name != "AWSTraceHeader" {
			return invalidValue("The message system attribute '" + name + "' is not supported; AWSTraceHeader is the only one.")
		}
		if v.Get("DataType").Str() != "String" {
			return invalidValue("The message system attribute 'AWSTraceHeader' must be of type String.")
		}
	}
	for _, token := range []struct{ name, text string }{{"MessageGroupId", m.group}, {"MessageDeduplicationId", m.dedup}} {
		if !isToken(token.text) {
			return invalidValue("Value " + token.text + " for parameter " + token.name + " is invalid. Reason: " + token.name +
				" can only include alphanumeric and punctuation characters. 1 to 128 in length.")
		}
	}
	size, err := checkAttributesOf(m.attributes)
	if err != nil {
		return err
	}
	if _, err := checkAttributesOf(m.system); err != nil { // these do not count
		return err
	}
	m.bytes, m.md5, m.md5s = len(m.body)+size, sum(m.body), sumAttributes(m.attributes)
	return nil
}

// isToken tells whether a group or deduplication id is made of what it may have; nothing at all is checked elsewhere.
func isToken(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return len(s) <= 128
}

// send puts a message into a queue and gives SendMessage's answer; b.mu is held.
func (b *Broker) send(q *queue, m *message, delay int) (value.Value, error) {
	if limit := q.number("MaximumMessageSize"); m.bytes > limit {
		return value.Value{}, invalidValue(fmt.Sprintf("One or more parameters are invalid. Reason: Message must be shorter than %d bytes.", limit))
	}
	if err := q.checkFIFO(m, delay); err != nil {
		return value.Value{}, err
	}
	now := b.clock.Now()
	b.advance(now)
	q.settle(now)
	if known := q.duplicate(m, now); known != nil {
		m.id, m.sequence = known.id, known.sequence
		return sent(m), nil
	}
	wait := q.seconds("DelaySeconds")
	if delay >= 0 && !q.fifo() {
		wait = time.Duration(delay) * time.Second
	}
	m.id, m.sent, m.visibleAt = wire.NewID(), now, now.Add(wait)
	b.number(q, m)
	q.remember(m, now)
	q.add(m, q.fifo(), now)
	q.wake()
	return sent(m), nil
}

// number gives a message its place in the order of all, which FIFO queues tell as its sequence number.
func (b *Broker) number(q *queue, m *message) {
	b.order++
	m.order = b.order
	if q.fifo() {
		m.sequence = fmt.Sprintf("%020d", 18000000000000000000+m.order)
	}
}

// checkFIFO checks what only FIFO queues have, and gives the message its deduplication id.
func (q *queue) checkFIFO(m *message, delay int) error {
	if !q.fifo() {
		if m.dedup != "" {
			return invalidValue("Value " + m.dedup + " for parameter MessageDeduplicationId is invalid. Reason: The request includes a parameter that is not valid for this queue type.")
		}
		return nil
	}
	if m.group == "" {
		return missing("MessageGroupId")
	}
	if delay > 0 {
		return invalidValue(fmt.Sprintf("Value %d for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.", delay))
	}
	if m.dedup == "" {
		if q.attributes["ContentBasedDeduplication"] != "true" {
			return invalidValue("The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly")
		}
		h := sha256.Sum256([]byte(m.body))
		m.dedup = hex.EncodeToString(h[:])
	}
	return nil
}

// dedupKey is what tells duplicates: the deduplication id, in the queue or, if its DeduplicationScope says so, in
// the group.
func (q *queue) dedupKey(m *message) string {
	if q.attributes["DeduplicationScope"] == "messageGroup" {
		return m.group + " " + m.dedup // neither has a space
	}
	return m.dedup
}

// duplicate gives the message that m repeats; nil when it repeats none.
func (q *queue) duplicate(m *message, now time.Time) *message {
	if !q.fifo() {
		return nil
	}
	if d := q.dedup[q.dedupKey(m)]; d != nil && d.until.After(now) {
		return d.m
	}
	return nil
}

// remember keeps what a FIFO queue must know of a message to tell its duplicates.
func (q *queue) remember(m *message, now time.Time) {
	if !q.fifo() {
		return
	}
	d := &duplicate{key: q.dedupKey(m), until: now.Add(dedupTime), m: &message{id: m.id, sequence: m.sequence}}
	q.dedup[d.key] = d
	q.dedupAge = append(q.dedupAge, d)
}

// sent is SendMessage's answer.
func sent(m *message) value.Value {
	var b value.Builder
	b.Grow(5)
	b.Set("MessageId", value.String(m.id))
	b.Set("MD5OfMessageBody", value.String(m.md5))
	for _, x := range []struct{ name, text string }{
		{"MD5OfMessageAttributes", m.md5s}, {"MD5OfMessageSystemAttributes", sumAttributes(m.system)}, {"SequenceNumber", m.sequence},
	} {
		if x.text != "" {
			b.Set(x.name, value.String(x.text))
		}
	}
	return b.Object()
}
