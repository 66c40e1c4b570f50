package sqs

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// A redrive says where messages go that were received too often.
type redrive struct {
	Target string `json:"deadLetterTargetArn"`
	Most   any    `json:"maxReceiveCount"`
	most   int
}

func policyError(parameter, policy, why string) error {
	return invalidValue("Value " + policy + " for parameter " + parameter + " is invalid. Reason: " + why)
}

// redriveOf reads a RedrivePolicy; nil when there is none.
func redriveOf(policy string) (*redrive, error) {
	if policy == "" {
		return nil, nil
	}
	r := &redrive{}
	if err := json.Unmarshal([]byte(policy), r); err != nil {
		return nil, policyError("RedrivePolicy", policy, "it is not a JSON object: "+err.Error())
	}
	switch n := r.Most.(type) {
	case float64:
		if n == float64(int(n)) {
			r.most = int(n)
		}
	case string:
		r.most, _ = strconv.Atoi(n) // 0 is refused below
	}
	if r.most < 1 || r.most > 1000 {
		return nil, policyError("RedrivePolicy", policy, "Invalid value for maxReceiveCount: it must be between 1 and 1000")
	}
	if !strings.HasPrefix(r.Target, "arn:") {
		return nil, policyError("RedrivePolicy", policy, "Redrive policy does not contain mandatory attribute: deadLetterTargetArn")
	}
	return r, nil
}

// An allowance is a RedriveAllowPolicy: which queues may name this one as their dead-letter queue. The zero value
// allows all.
type allowance struct {
	Permission string   `json:"redrivePermission"`
	Sources    []string `json:"sourceQueueArns"`
}

func allowanceOf(policy string) (a allowance, err error) {
	if policy == "" {
		return a, nil
	}
	bad := func(why string) (allowance, error) {
		return allowance{}, policyError("RedriveAllowPolicy", policy, why)
	}
	if err := json.Unmarshal([]byte(policy), &a); err != nil {
		return bad("it is not a JSON object: " + err.Error())
	}
	switch {
	case a.Permission != "allowAll" && a.Permission != "denyAll" && a.Permission != "byQueue":
		return bad("redrivePermission must be allowAll, denyAll or byQueue")
	case a.Permission != "byQueue" && len(a.Sources) > 0:
		return bad("sourceQueueArns is only for the redrivePermission byQueue")
	case a.Permission == "byQueue" && (len(a.Sources) == 0 || len(a.Sources) > 10):
		return bad("redrivePermission byQueue takes from 1 to 10 sourceQueueArns")
	}
	return a, nil
}

func (a allowance) permits(source string) bool {
	return a.Permission == "" || a.Permission == "allowAll" || a.Permission == "byQueue" && slices.Contains(a.Sources, source)
}

// checkTarget checks that a queue may name its dead-letter queue; b.mu is held.
func (b *Broker) checkTarget(name string, fifo bool, policy string) error {
	r, err := redriveOf(policy)
	if r == nil {
		return err
	}
	target := b.byARN(r.Target)
	switch {
	case target == nil && r.Target != b.arn(name):
		return policyError("RedrivePolicy", policy, "Dead letter target does not exist.")
	case target == nil:
		return nil // the queue itself, which is being made
	case target.fifo() != fifo:
		return policyError("RedrivePolicy", policy, "Dead-letter queue must be same type of queue as the source.")
	case !target.allow.permits(b.arn(name)):
		return policyError("RedrivePolicy", policy, "The RedriveAllowPolicy of "+r.Target+" does not let "+b.arn(name)+" use it as its dead-letter queue.")
	}
	return nil
}

// byARN gives the queue of an ARN, or nil; b.mu is held.
func (b *Broker) byARN(arn string) *queue {
	name := arn[strings.LastIndexByte(arn, ':')+1:]
	if q := b.queues[name]; q != nil && b.arn(name) == arn {
		return q
	}
	return nil
}

// isDead tells whether a message was received as often as its queue lets it be, and gives the dead-letter queue.
func (b *Broker) isDead(q *queue, m *message) (dead *queue, yes bool) {
	if q.redrive == nil || m.receives < q.redrive.most {
		return nil, false
	}
	dead = b.byARN(q.redrive.Target)
	return dead, dead != nil && dead != q
}

// bury moves a message to a dead-letter queue. In a standard queue it keeps its age; in a FIFO queue its time begins
// anew (SQS developer guide, "Using dead-letter queues").
func (b *Broker) bury(q *queue, m *message, dead *queue) {
	now := b.clock.Now()
	q.remove(m)
	moved := *m
	moved.receipt, moved.visibleAt, moved.source, moved.line = "", now, b.arn(q.name), nil
	moved.first = m.first
	if dead.fifo() {
		moved.sent = now
	}
	b.order++
	moved.order = b.order
	dead.settle(now)
	dead.add(&moved, dead.fifo(), now)
	dead.wake()
}

func (b *Broker) listDeadLetterSourceQueues(_ context.Context, r *members.Reader) (value.Value, error) {
	url, limit, token := r.String("QueueUrl"), r.Int("MaxResults", maxListed), r.String("NextToken")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	if err := checkLimit(limit); err != nil {
		return value.Value{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	q, err := b.found(url)
	if err != nil {
		return value.Value{}, err
	}
	var names []string
	for _, name := range slices.Sorted(maps.Keys(b.queues)) {
		if r := b.queues[name].redrive; r != nil && r.Target == b.arn(q.name) {
			names = append(names, name)
		}
	}
	return b.page("queueUrls", names, limit, token)
}
