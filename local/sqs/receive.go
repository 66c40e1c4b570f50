package sqs

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

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
	deadline time.Time
}

func (b *Broker) receiveMessage(ctx context.Context, r *members.Reader) (value.Value, error) {
	c := receiver{
		url: r.String("QueueUrl"), most: r.Int("MaxNumberOfMessages", 1), wait: r.Int("WaitTimeSeconds", -1), timeout: r.Int("VisibilityTimeout", -1),
		names: r.Strings("MessageAttributeNames"), system: append(r.Strings("MessageSystemAttributeNames"), r.Strings("AttributeNames")...),
	}
	r.Ignore("ReceiveRequestAttemptId")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	if err := c.check(); err != nil {
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
		timer := b.clock.NewTimer(until)
		select {
		case <-changed:
		case <-timer.C():
		case <-ctx.Done():
			timer.Stop()
			return value.Value{}, ctx.Err()
		}
		timer.Stop()
	}
}

func (c *receiver) check() error {
	if c.most < 1 || c.most > 10 {
		return invalidValue(fmt.Sprintf("Value %d for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.", c.most))
	}
	if c.wait < -1 || c.wait > 20 {
		return invalidValue(fmt.Sprintf("Value %d for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.", c.wait))
	}
	return checkTimeout(c.timeout, -1)
}

func checkTimeout(seconds, least int) error {
	if seconds < least || seconds > limits["VisibilityTimeout"].most {
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
	b.expire(q, now)
	if all := b.receive(q, c, now); len(all) > 0 {
		return value.Object(value.M("Messages", value.Array(all...))), nil, until, nil
	}
	if !c.deadline.After(now) {
		return value.Object(), nil, until, nil
	}
	until = c.deadline
	for _, m := range q.messages {
		if m.visibleAt.After(now) && m.visibleAt.Before(until) {
			until = m.visibleAt
		}
	}
	return value.Value{}, q.changed, until, nil
}

// expire drops messages that are older than the queue keeps them.
func (b *Broker) expire(q *queue, now time.Time) {
	oldest := now.Add(-q.seconds("MessageRetentionPeriod"))
	q.messages = slices.DeleteFunc(q.messages, func(m *message) bool { return m.sent.Before(oldest) })
}

// receive takes up to c.most visible messages; b.mu is held. Of a FIFO queue's groups, one that has a message in
// flight gives none.
func (b *Broker) receive(q *queue, c *receiver, now time.Time) []value.Value {
	b.moveDead(q, now)
	busy := map[string]bool{}
	if q.fifo() {
		for _, m := range q.messages {
			if m.state(now) != visible {
				busy[m.group] = true
			}
		}
	}
	timeout := c.timeout
	if timeout < 0 {
		timeout = q.number("VisibilityTimeout")
	}
	var out []value.Value
	for _, m := range q.messages {
		if len(out) == c.most {
			break
		}
		if m.state(now) != visible || busy[m.group] {
			continue
		}
		m.receives++
		if m.first.IsZero() {
			m.first = now
		}
		m.receipt = wire.NewID() + "/" + m.id
		m.visibleAt = now.Add(time.Duration(timeout) * time.Second)
		out = append(out, b.received(m, c))
	}
	return out
}

// moveDead moves messages that were received as often as the redrive policy allows to the dead-letter queue.
func (b *Broker) moveDead(q *queue, now time.Time) {
	policy, err := redriveOf(q.attributes["RedrivePolicy"])
	if err != nil || policy == nil {
		return
	}
	var dead *queue
	for _, other := range b.queues {
		if b.arn(other.name) == policy.Target {
			dead = other
		}
	}
	if dead == nil || dead == q {
		return
	}
	moved := false
	q.messages = slices.DeleteFunc(q.messages, func(m *message) bool {
		if m.state(now) != visible || m.receives < policy.most {
			return false
		}
		m.receipt, m.visibleAt, m.source, moved = "", now, b.arn(q.name), true
		dead.messages = append(dead.messages, m)
		return true
	})
	if moved {
		dead.wake()
	}
}

// received gives a message as ReceiveMessage answers it.
func (b *Broker) received(m *message, c *receiver) value.Value {
	system := map[string]string{
		"SenderId": b.account.ID, "SentTimestamp": millis(m.sent),
		"ApproximateReceiveCount": strconv.Itoa(m.receives), "ApproximateFirstReceiveTimestamp": millis(m.first),
	}
	for name, v := range map[string]string{
		"MessageGroupId": m.group, "MessageDeduplicationId": m.dedup, "SequenceNumber": m.sequence, "DeadLetterQueueSourceArn": m.source,
		"AWSTraceHeader": m.system.Path("AWSTraceHeader", "StringValue").Str(),
	} {
		if v != "" {
			system[name] = v
		}
	}
	attributes := chosen(m.attributes, c.names)
	var md5 value.Value
	if s := sumAttributes(attributes); s != "" {
		md5 = value.String(s)
	}
	return value.Object(value.M("MessageId", value.String(m.id)), value.M("ReceiptHandle", value.String(m.receipt)),
		value.M("MD5OfBody", value.String(sum(m.body))), value.M("Body", value.String(m.body)),
		value.M("Attributes", chosen(object(system), c.system)),
		value.M("MD5OfMessageAttributes", md5), value.M("MessageAttributes", attributes))
}

func millis(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }

// held gives the message of a receipt handle; b.mu is held. One that is gone is nil without an error, and so is one
// that has been received again since.
func (q *queue) held(receipt string) (*message, error) {
	if receipt == "" {
		return nil, missing("ReceiptHandle")
	}
	if len(receipt) != 73 || receipt[36] != '/' {
		return nil, legacyCode("ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", "The input receipt handle is invalid.")
	}
	for _, m := range q.messages {
		if m.receipt == receipt {
			return m, nil
		}
	}
	return nil, nil
}

func (b *Broker) deleteMessage(_ context.Context, r *members.Reader) (value.Value, error) {
	receipt := r.String("ReceiptHandle")
	var failure error
	out, err := b.onQueue(r, func(q *queue) { failure = q.remove(receipt) })
	if err == nil {
		err = failure
	}
	return out, err
}

func (q *queue) remove(receipt string) error {
	m, err := q.held(receipt)
	if m == nil {
		return err
	}
	q.messages = slices.DeleteFunc(q.messages, func(x *message) bool { return x == m })
	q.wake() // a FIFO group may go on
	return nil
}

func (b *Broker) changeMessageVisibility(_ context.Context, r *members.Reader) (value.Value, error) {
	receipt, has, seconds := r.String("ReceiptHandle"), r.Has("VisibilityTimeout"), r.Int("VisibilityTimeout", 0)
	var failure error
	out, err := b.onQueue(r, func(q *queue) {
		if failure = checkTimeout(seconds, 0); failure == nil && !has {
			failure = missing("VisibilityTimeout")
		}
		if failure == nil {
			failure = b.hide(q, receipt, seconds)
		}
	})
	if err == nil {
		err = failure
	}
	return out, err
}

// hide makes a message that is in flight visible again after some seconds; b.mu is held.
func (b *Broker) hide(q *queue, receipt string, seconds int) error {
	m, err := q.held(receipt)
	if err != nil {
		return err
	}
	now := b.clock.Now()
	if m == nil || m.state(now) != inFlight {
		return legacyCode("MessageNotInflight", "AWS.SimpleQueueService.MessageNotInflight", "The message referred to isn't in flight.")
	}
	m.visibleAt = now.Add(time.Duration(seconds) * time.Second)
	q.wake()
	return nil
}
