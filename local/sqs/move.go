package sqs

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// A move is a message move task: it brings the messages of a dead-letter queue back, at once or so many a second.
// Nothing runs for it: what is due is moved when somebody looks.
type move struct {
	id          string
	source      string // the ARN of a queue
	destination string // empty for where each message came from
	rate        int    // messages a second; 0 for as fast as can be
	started     time.Time
	status      string // RUNNING, COMPLETED, CANCELLED, FAILED
	failure     string
	total       int // when it began
	moved       int
}

const (
	running  = "RUNNING"
	maxMoves = 100 // that are remembered; of a queue ten at most are told
)

func (m *move) handle() string {
	return base64.StdEncoding.EncodeToString([]byte(`{"taskId":"` + m.id + `","sourceArn":"` + m.source + `"}`))
}

// next is when the task moves something; ok is false when it has ended.
func (m *move) next() (at time.Time, ok bool) {
	if m.status != running {
		return at, false
	}
	if m.rate == 0 {
		return m.started, true
	}
	return m.started.Add(time.Duration(m.moved+1) * time.Second / time.Duration(m.rate)), true
}

// advance moves what is due; b.mu is held.
func (b *Broker) advance(now time.Time) {
	for _, m := range b.moves {
		for {
			at, ok := m.next()
			if !ok || at.After(now) {
				break
			}
			b.step(m, now)
		}
	}
}

// step moves the oldest message of a task's queue, or ends the task.
func (b *Broker) step(m *move, now time.Time) {
	source := b.byARN(m.source)
	if source == nil {
		m.status, m.failure = "FAILED", "AWS.SimpleQueueService.NonExistentQueue"
		return
	}
	source.settle(now)
	x := source.next(nil)
	if x == nil || m.moved == m.total {
		m.status = "COMPLETED"
		return
	}
	to := m.destination
	if to == "" {
		to = x.source
	}
	target := b.byARN(to)
	switch {
	case to == "":
		m.status, m.failure = "FAILED", "CouldNotDetermineMessageSource"
		return
	case target == nil || target.fifo() != source.fifo():
		m.status, m.failure = "FAILED", "AWS.SimpleQueueService.NonExistentQueue"
		return
	}
	b.revive(source, x, target, now)
	if m.moved++; m.moved == m.total {
		m.status = "COMPLETED"
	}
}

// revive moves a message as a new one: with another id, another time, and no receives.
func (b *Broker) revive(source *queue, x *message, target *queue, now time.Time) {
	source.remove(x)
	source.wake()
	n := &message{
		id: wire.NewID(), body: x.body, attributes: x.attributes, system: x.system, bytes: x.bytes, md5: x.md5, md5s: x.md5s,
		group: x.group, dedup: x.dedup, sent: now, visibleAt: now,
	}
	b.number(target, n)
	target.settle(now)
	target.add(n, target.fifo(), now)
	target.wake()
}

func (b *Broker) startMessageMoveTask(_ context.Context, r *members.Reader) (value.Value, error) {
	m := &move{id: wire.NewID(), source: r.String("SourceArn"), destination: r.String("DestinationArn"), rate: r.Int("MaxNumberOfMessagesPerSecond", 0), status: running}
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.checkMove(m, r.Has("MaxNumberOfMessagesPerSecond")); err != nil {
		return value.Value{}, err
	}
	m.started = b.clock.Now()
	b.advance(m.started)
	source := b.byARN(m.source)
	source.settle(m.started)
	m.total = source.visible()
	if len(b.moves) >= maxMoves {
		b.moves = slices.DeleteFunc(b.moves, func(m *move) bool { return m.status != running })
	}
	b.moves = append(b.moves, m)
	b.advance(m.started)
	return value.Object(value.M("TaskHandle", value.String(m.handle()))), nil
}

func (b *Broker) checkMove(m *move, rated bool) error {
	if rated && (m.rate < 1 || m.rate > 500) {
		return invalidValue(fmt.Sprintf("Value %d for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: Must be between 1 and 500, if provided.", m.rate))
	}
	source, err := b.queueOf("SourceArn", m.source)
	if err != nil {
		return err
	}
	if !b.isTarget(m.source) {
		return invalidValue("Source queue must be configured as a Dead Letter Queue.")
	}
	if m.destination != "" {
		target, err := b.queueOf("DestinationArn", m.destination)
		if err != nil {
			return err
		}
		if target.fifo() != source.fifo() {
			return invalidValue("Destination queue must be of the same type as the source queue.")
		}
		if target == source {
			return invalidValue("Source queue arn and destination queue arn are the same. Specify a different destination queue.")
		}
	}
	for _, other := range b.moves {
		if other.source == m.source && other.status == running {
			return invalidValue("There is already a task running. Only one active task is allowed for a source queue arn at a given time.")
		}
	}
	return nil
}

// isTarget tells whether some queue has this one as its dead-letter queue.
func (b *Broker) isTarget(arn string) bool {
	for _, q := range b.queues {
		if q.redrive != nil && q.redrive.Target == arn {
			return true
		}
	}
	return false
}

// queueOf gives the queue of an ARN that a parameter names.
func (b *Broker) queueOf(parameter, arn string) (*queue, error) {
	if arn == "" {
		return nil, missing(parameter)
	}
	if q := b.byARN(arn); q != nil {
		return q, nil
	}
	return nil, notFound("The resource that you specified for the " + parameter + " parameter doesn't exist.")
}

func notFound(message string) error {
	return &wire.Error{Code: "ResourceNotFoundException", QueryCode: "ResourceNotFoundException", Message: message, Status: http.StatusNotFound}
}

func (b *Broker) listMessageMoveTasks(_ context.Context, r *members.Reader) (value.Value, error) {
	source, limit := r.String("SourceArn"), r.Int("MaxResults", 1)
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	if limit < 1 || limit > 10 {
		return value.Value{}, invalidValue(fmt.Sprintf("Value %d for parameter MaxResults is invalid. Reason: Must be between 1 and 10, if provided.", limit))
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, err := b.queueOf("SourceArn", source); err != nil {
		return value.Value{}, err
	}
	b.advance(b.clock.Now())
	results := []value.Value{}
	for i := len(b.moves) - 1; i >= 0 && len(results) < limit; i-- { // the newest first
		if m := b.moves[i]; m.source == source {
			results = append(results, m.describe())
		}
	}
	return value.Object(value.M("Results", value.Array(results...))), nil
}

func (m *move) describe() value.Value {
	var out value.Builder
	if m.status == running {
		out.Set("TaskHandle", value.String(m.handle()))
	}
	out.Set("Status", value.String(m.status))
	out.Set("SourceArn", value.String(m.source))
	if m.destination != "" {
		out.Set("DestinationArn", value.String(m.destination))
	}
	if m.rate > 0 {
		out.Set("MaxNumberOfMessagesPerSecond", value.Int(m.rate))
	}
	out.Set("ApproximateNumberOfMessagesMoved", value.Int(m.moved))
	out.Set("ApproximateNumberOfMessagesToMove", value.Int(m.total))
	if m.failure != "" {
		out.Set("FailureReason", value.String(m.failure))
	}
	out.Set("StartedTimestamp", value.Int(m.started.UnixMilli()))
	return out.Object()
}

func (b *Broker) cancelMessageMoveTask(_ context.Context, r *members.Reader) (value.Value, error) {
	handle := r.String("TaskHandle")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	if handle == "" {
		return value.Value{}, missing("TaskHandle")
	}
	if err := checkHandle(handle); err != nil {
		return value.Value{}, invalidValue("Value " + handle + " for parameter TaskHandle is invalid. Reason: " + err.Error())
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.advance(b.clock.Now())
	for _, m := range b.moves {
		if m.handle() == handle && m.status == running {
			m.status = "CANCELLED"
			return value.Object(value.M("ApproximateNumberOfMessagesMoved", value.Int(m.moved))), nil
		}
	}
	return value.Value{}, notFound("Task does not exist.")
}

func checkHandle(handle string) error {
	raw, err := base64.StdEncoding.DecodeString(handle)
	if err != nil {
		return errors.New("it is no task handle")
	}
	if v, err := value.Parse(raw); err != nil || v.Get("taskId").Str() == "" {
		return errors.New("it is no task handle")
	}
	return nil
}
