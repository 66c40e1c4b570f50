package sqs

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// A receiver is one ReceiveMessage.
type receiver struct {
	url      string
	most     int
	wait     int // seconds; -1 for what the queue says
	timeout  int // seconds; -1 for what the queue says
	names    []string
	system   []string
	attempt  string // the ReceiveRequestAttemptId
	deadline time.Time
}

// maxInFlight is how many messages of a queue may be in flight.
const maxInFlight = 120000

func (b *Broker) receiveMessage(ctx context.Context, r *members.Reader) (value.Value, error) {
	c := receiver{
		url: r.String("QueueUrl"), most: r.Int("MaxNumberOfMessages", 1), wait: r.Int("WaitTimeSeconds", -1), timeout: r.Int("VisibilityTimeout", -1),
		names: r.Strings("MessageAttributeNames"), system: append(r.Strings("MessageSystemAttributeNames"), r.Strings("AttributeNames")...),
		attempt: r.String("ReceiveRequestAttemptId"),
	}
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	if err := c.check(r.Has("WaitTimeSeconds"), r.Has("VisibilityTimeout")); err != nil {
		return value.Value{}, err
	}
	for {
		found, changed, until, err := b.take(&c)
		if err != nil {
			return value.Value{}, err
		}
		if found.Exists() || changed == nil {
			return found, nil
		}
		if err := b.pause(ctx, changed, until); err != nil {
			return value.Value{}, err
		}
	}
}

// pause waits until changed is closed or until has come; its error is ctx's.
func (b *Broker) pause(ctx context.Context, changed <-chan struct{}, until time.Time) error {
	timer := b.clock.NewTimer(until)
	defer timer.Stop()
	defer clock.Pause(ctx)()
	select {
	case <-changed:
	case <-timer.C():
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// systemNames are the attributes that the service gives a message (API reference, ReceiveMessage).
var systemNames = []string{
	"All", "SenderId", "SentTimestamp", "ApproximateReceiveCount", "ApproximateFirstReceiveTimestamp", "SequenceNumber",
	"MessageDeduplicationId", "MessageGroupId", "AWSTraceHeader", "DeadLetterQueueSourceArn",
}

func (c *receiver) check(waits, hides bool) error {
	if c.most < 1 || c.most > 10 {
		return invalidValue(fmt.Sprintf("Value %d for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.", c.most))
	}
	if waits && (c.wait < 0 || c.wait > 20) {
		return invalidValue(fmt.Sprintf("Value %d for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.", c.wait))
	}
	for _, n := range c.system {
		if !slices.Contains(systemNames, n) && !known(n) { // names of queue attributes are let through
			return unknownAttribute(n)
		}
	}
	if !isToken(c.attempt) {
		return invalidValue("Value " + c.attempt + " for parameter ReceiveRequestAttemptId is invalid. Reason: ReceiveRequestAttemptId can only include alphanumeric and punctuation characters. 1 to 128 in length.")
	}
	if !hides {
		return nil
	}
	return checkTimeout(c.timeout)
}

func checkTimeout(seconds int) error {
	if seconds < 0 || seconds > limits["VisibilityTimeout"].most {
		return invalidValue(fmt.Sprintf("Value %d for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and 43200, if provided.", seconds))
	}
	return nil
}

// take receives what is visible. With nothing there, and time left, it gives what to wait for: the queue's change,
// or a moment at which there may be more.
func (b *Broker) take(c *receiver) (found value.Value, changed <-chan struct{}, until time.Time, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	q, err := b.found(c.url)
	if err != nil {
		return found, nil, until, err
	}
	now := b.clock.Now()
	if c.deadline.IsZero() {
		wait := c.wait
		if wait < 0 {
			wait = q.number("ReceiveMessageWaitTimeSeconds")
		}
		c.deadline = now.Add(time.Duration(wait) * time.Second)
	}
	b.advance(now)
	q.settle(now)
	if all := b.receive(q, c, now); len(all) > 0 {
		return value.Object(value.M("Messages", value.Array(all...))), nil, until, nil
	}
	if !c.deadline.After(now) {
		if q.inFlight >= maxInFlight && !q.fifo() {
			return found, nil, until, legacyCode("OverLimit", "OverLimit", "Too many messages in flight.")
		}
		return value.Object(), nil, until, nil
	}
	q.waiters++
	return value.Value{}, q.changed, b.nextChange(q, c.deadline), nil
}

// nextChange is when the queue may have something without anybody sending; most if nothing is before that.
func (b *Broker) nextChange(q *queue, most time.Time) time.Time {
	if m, ok := q.hidden.top(); ok && m.visibleAt.Before(most) {
		most = m.visibleAt
	}
	for _, t := range b.moves {
		if at, ok := t.next(); ok && at.Before(most) {
			most = at
		}
	}
	return most
}

// An attempt is what a receive with a ReceiveRequestAttemptId took from a FIFO queue.
type attempt struct {
	until    time.Time
	messages []*message
	receipts []string
}

// stands tells whether none of the attempt's messages was deleted, seen again, or hidden for another time.
func (a *attempt) stands() bool {
	for i, m := range a.messages {
		if m.place != inFlight || m.receipt != a.receipts[i] {
			return false
		}
	}
	return len(a.messages) > 0
}

// receive takes up to c.most visible messages; b.mu is held.
func (b *Broker) receive(q *queue, c *receiver, now time.Time) []value.Value {
	timeout := c.timeout
	if timeout < 0 {
		timeout = q.number("VisibilityTimeout")
	}
	until := now.Add(time.Duration(timeout) * time.Second)
	if a := q.attempts[c.attempt]; c.attempt != "" && a != nil && a.stands() {
		return b.again(q, a, c, until)
	}
	taken := b.choose(q, c.most)
	out := make([]value.Value, 0, len(taken))
	a := &attempt{until: now.Add(dedupTime), messages: taken}
	for _, m := range taken {
		m.receives++
		if m.first.IsZero() {
			m.first = now
		}
		m.last, m.receipt, m.visibleAt = now, wire.NewID()+"/"+m.id, until
		a.receipts = append(a.receipts, m.receipt)
		out = append(out, b.received(m, c))
		if timeout == 0 { // it never was away
			q.leave(m)
			q.show(m)
			continue
		}
		q.hidden.fix(m.index)
	}
	if c.attempt != "" && q.fifo() && len(taken) > 0 {
		q.attempts[c.attempt] = a
	}
	return out
}

// choose takes messages into flight. What was received too often goes to the dead-letter queue instead.
func (b *Broker) choose(q *queue, most int) []*message {
	var taken []*message
	var same *group
	for len(taken) < most && q.inFlight < maxInFlight {
		m := q.next(same)
		if m == nil {
			break
		}
		if dead, yes := b.isDead(q, m); yes {
			b.bury(q, m, dead)
			continue
		}
		same = m.line
		q.fly(m)
		taken = append(taken, m)
	}
	return taken
}

// again gives the messages of an attempt once more, with the same receipt handles, and hides them anew.
func (b *Broker) again(q *queue, a *attempt, c *receiver, until time.Time) []value.Value {
	out := make([]value.Value, 0, len(a.messages))
	for _, m := range a.messages {
		m.visibleAt = until
		q.hidden.fix(m.index)
		out = append(out, b.received(m, c))
	}
	return out
}

// received gives a message as ReceiveMessage answers it.
func (b *Broker) received(m *message, c *receiver) value.Value {
	var out value.Builder
	out.Grow(7)
	out.Set("MessageId", value.String(m.id))
	out.Set("ReceiptHandle", value.String(m.receipt))
	out.Set("MD5OfBody", value.String(m.md5))
	out.Set("Body", value.String(m.body))
	if len(c.system) > 0 {
		if system := chosen(b.systemOf(m), c.system); system.Exists() {
			out.Set("Attributes", system)
		}
	}
	if attributes := chosen(m.attributes, c.names); attributes.Exists() {
		out.Set("MD5OfMessageAttributes", value.String(sumAttributes(attributes)))
		out.Set("MessageAttributes", attributes)
	}
	return out.Object()
}

// systemOf are the attributes that the service gives a message.
func (b *Broker) systemOf(m *message) value.Value {
	var out value.Builder
	for _, x := range []struct{ name, text string }{
		{"SenderId", b.account.ID},
		{"SentTimestamp", millis(m.sent)},
		{"ApproximateReceiveCount", strconv.Itoa(m.receives)},
		{"ApproximateFirstReceiveTimestamp", millis(m.first)},
		{"SequenceNumber", m.sequence},
		{"MessageDeduplicationId", m.dedup},
		{"MessageGroupId", m.group},
		{"AWSTraceHeader", m.system.Path("AWSTraceHeader", "StringValue").Str()},
		{"DeadLetterQueueSourceArn", m.source},
	} {
		if x.text != "" {
			out.Set(x.name, value.String(x.text))
		}
	}
	return out.Object()
}

func millis(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }

// held gives the message of a receipt handle; b.mu is held. One that is gone is nil without an error, and so is one
// that has been received again since.
func (q *queue) held(receipt string) (*message, error) {
	if receipt == "" {
		return nil, missing("ReceiptHandle")
	}
	if len(receipt) != 73 || receipt[36] != '/' {
		return nil, legacyCode("ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", `The input receipt handle "`+receipt+`" is not a valid receipt handle.`)
	}
	if m := q.byID[receipt[37:]]; m != nil && m.receipt == receipt {
		return m, nil
	}
	return nil, nil
}

func badReceipt(receipt, why string) error {
	return invalidValue("Value " + receipt + " for parameter ReceiptHandle is invalid. Reason: " + why)
}

func (b *Broker) deleteMessage(_ context.Context, r *members.Reader) (value.Value, error) {
	receipt := r.String("ReceiptHandle")
	return b.onQueue(r, func(q *queue) error { return q.drop(receipt) })
}

// drop deletes a message that was received. Of a FIFO queue that must be while it is in flight.
func (q *queue) drop(receipt string) error {
	m, err := q.held(receipt)
	if m == nil {
		return err
	}
	if q.fifo() && m.place != inFlight {
		return badReceipt(receipt, "The receipt handle has expired.")
	}
	q.remove(m)
	q.wake() // a FIFO group may go on
	return nil
}

func (b *Broker) changeMessageVisibility(_ context.Context, r *members.Reader) (value.Value, error) {
	receipt, has, seconds := r.String("ReceiptHandle"), r.Has("VisibilityTimeout"), r.Int("VisibilityTimeout", 0)
	return b.onQueue(r, func(q *queue) error { return b.hide(q, receipt, has, seconds) })
}

// hide makes a message that is in flight visible again after some seconds; b.mu is held.
func (b *Broker) hide(q *queue, receipt string, has bool, seconds int) error {
	if !has {
		return missing("VisibilityTimeout")
	}
	if err := checkTimeout(seconds); err != nil {
		return err
	}
	m, err := q.held(receipt)
	if err != nil {
		return err
	}
	now := b.clock.Now()
	switch {
	case m == nil:
		return badReceipt(receipt, "Message does not exist or is not available for visibility timeout change.")
	case m.place != inFlight:
		return legacyCode("MessageNotInflight", "AWS.SimpleQueueService.MessageNotInflight", "The message referred to isn't in flight.")
	}
	until := now.Add(time.Duration(seconds) * time.Second)
	if limit := limits["VisibilityTimeout"].most; until.Sub(m.last) > time.Duration(limit)*time.Second {
		return invalidValue(fmt.Sprintf("Value %d for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [%d seconds]", seconds, limit))
	}
	m.visibleAt = until
	q.hidden.fix(m.index)
	for _, a := range q.attempts { // what was changed is not given again
		a.messages = slices.DeleteFunc(a.messages, func(x *message) bool { return x == m })
		if len(a.messages) < len(a.receipts) {
			a.messages = nil
		}
	}
	q.settle(now)
	q.wake()
	return nil
}
