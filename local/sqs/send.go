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
	if err := checkBody(m.body); err != nil {
		return nil, 0, err
	}
	for name := range m.system.Members() {
		if name != "AWSTraceHeader" {
			return nil, 0, invalidValue("The message system attribute '" + name + "' is not supported; AWSTraceHeader is the only one.")
		}
	}
	size, err := checkAttributesOf(m.attributes)
	if err != nil {
		return nil, 0, err
	}
	if _, err := checkAttributesOf(m.system); err != nil {
		return nil, 0, err
	}
	m.bytes = len(m.body) + size
	return m, delay, nil
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
	if known := q.duplicate(m, now); known != nil {
		return sent(known), nil
	}
	wait := q.seconds("DelaySeconds")
	if delay >= 0 && !q.fifo() {
		wait = time.Duration(delay) * time.Second
	}
	b.sent++
	m.id, m.sent, m.visibleAt = wire.NewID(), now, now.Add(wait)
	if q.fifo() {
		m.sequence = fmt.Sprintf("%020d", 18000000000000000000+uint64(b.sent))
		q.dedup[m.dedup] = duplicate{now.Add(dedupTime), m}
	}
	q.messages = append(q.messages, m)
	q.wake()
	return sent(m), nil
}

// checkFIFO checks what only FIFO queues have, and gives the message its deduplication id.
func (q *queue) checkFIFO(m *message, delay int) error {
	if !q.fifo() {
		if m.dedup != "" {
			return invalidValue("The request includes a parameter that is not valid for this queue type: MessageDeduplicationId")
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

// duplicate gives the message that m repeats; nil when it repeats none.
func (q *queue) duplicate(m *message, now time.Time) *message {
	if !q.fifo() {
		return nil
	}
	for id, d := range q.dedup {
		if !d.until.After(now) {
			delete(q.dedup, id)
		}
	}
	return q.dedup[m.dedup].m
}

func sent(m *message) value.Value {
	text := func(s string) value.Value {
		if s == "" {
			return value.Value{}
		}
		return value.String(s)
	}
	return value.Object(value.M("MessageId", value.String(m.id)), value.M("MD5OfMessageBody", value.String(sum(m.body))),
		value.M("MD5OfMessageAttributes", text(sumAttributes(m.attributes))),
		value.M("MD5OfMessageSystemAttributes", text(sumAttributes(m.system))), value.M("SequenceNumber", text(m.sequence)))
}
