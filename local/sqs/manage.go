package sqs

import (
	"context"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// rebuildTime is how long the name of a deleted queue is not given again.
const rebuildTime = 60 * time.Second

func (b *Broker) createQueue(_ context.Context, r *members.Reader) (value.Value, error) {
	name := r.String("QueueName")
	attributes, err := textsOf("Attributes", r.Object("Attributes"))
	if err != nil {
		return value.Value{}, err
	}
	tags, err := textsOf("tags", r.Object("tags"))
	if err != nil {
		return value.Value{}, err
	}
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if at, ok := b.deleted[name]; ok && b.clock.Now().Before(at.Add(rebuildTime)) {
		return value.Value{}, batchError("QueueDeletedRecently", "You must wait 60 seconds after deleting a queue before you can create another with the same name.")
	}
	if err := b.create(name, attributes, tags); err != nil {
		return value.Value{}, err
	}
	return value.Object(value.M("QueueUrl", value.String(b.url(name)))), nil
}

// create makes a queue; one that is there with the same attributes is no error. b.mu is held.
func (b *Broker) create(name string, attributes, tags map[string]string) error {
	if err := checkName(name, attributes["FifoQueue"] == "true"); err != nil {
		return err
	}
	if err := checkAttributes(attributes); err != nil {
		return err
	}
	if err := checkTags(tags); err != nil {
		return err
	}
	if q := b.queues[name]; q != nil {
		return b.checkSame(q, attributes)
	}
	if err := b.checkTarget(name, attributes["FifoQueue"] == "true", attributes["RedrivePolicy"]); err != nil {
		return err
	}
	q := newQueue(name, attributes, tags, b.clock.Now())
	q.readPolicies()
	b.queues[name] = q
	delete(b.deleted, name)
	return nil
}

// readPolicies reads what checkAttributes has checked.
func (q *queue) readPolicies() {
	q.redrive, _ = redriveOf(q.attributes["RedrivePolicy"])
	q.allow, _ = allowanceOf(q.attributes["RedriveAllowPolicy"])
}

func (b *Broker) checkSame(q *queue, attributes map[string]string) error {
	for _, k := range slices.Sorted(maps.Keys(attributes)) {
		if have, _ := b.describe(q, k); have != attributes[k] {
			return legacyCode("QueueNameExists", "QueueAlreadyExists",
				"A queue already exists with the same name and a different value for attribute "+k)
		}
	}
	return nil
}

func checkName(name string, fifo bool) error {
	if name == "" {
		return missing("QueueName")
	}
	base := strings.TrimSuffix(name, ".fifo")
	if fifo && base == name {
		return invalidValue("The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length")
	}
	if len(name) > 80 || base == "" || !fifo && base != name || strings.Trim(base, nameCharacters) != "" {
		return invalidValue("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
	}
	return nil
}

func (b *Broker) getQueueURL(_ context.Context, r *members.Reader) (value.Value, error) {
	name, owner := r.String("QueueName"), r.String("QueueOwnerAWSAccountId")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	if name == "" {
		return value.Value{}, missing("QueueName")
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.queues[name] == nil || owner != "" && owner != b.account.ID {
		return value.Value{}, noQueue()
	}
	return value.Object(value.M("QueueUrl", value.String(b.url(name)))), nil
}

func (b *Broker) getQueueAttributes(_ context.Context, r *members.Reader) (value.Value, error) {
	url, names := r.String("QueueUrl"), r.Strings("AttributeNames")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	q, err := b.found(url)
	if err != nil {
		return value.Value{}, err
	}
	for _, n := range names {
		if !known(n) {
			return value.Value{}, unknownAttribute(n)
		}
	}
	if slices.Contains(names, "All") {
		names = slices.Concat(derived, slices.Collect(maps.Keys(limits)), slices.Collect(maps.Keys(words)), slices.Collect(maps.Keys(texts)))
		slices.Sort(names)
	}
	now := b.clock.Now()
	b.advance(now)
	q.settle(now)
	var out value.Builder
	for _, n := range names {
		if v, ok := b.describe(q, n); ok {
			out.Set(n, value.String(v))
		}
	}
	if out.Len() == 0 {
		return value.Object(), nil
	}
	return value.Object(value.M("Attributes", out.Object())), nil
}

func (b *Broker) setQueueAttributes(_ context.Context, r *members.Reader) (value.Value, error) {
	if !r.Has("Attributes") {
		return value.Value{}, missing("Attributes")
	}
	attributes, err := textsOf("Attributes", r.Object("Attributes"))
	if err != nil {
		return value.Value{}, err
	}
	return b.onQueue(r, func(q *queue) error { return b.set(q, attributes) })
}

// set changes attributes of a queue; b.mu is held. An empty text takes a policy or key away.
func (b *Broker) set(q *queue, attributes map[string]string) error {
	all := maps.Clone(q.attributes)
	if all == nil {
		all = map[string]string{}
	}
	for name, v := range attributes {
		if name == "FifoQueue" && v != all[name] {
			return unknownAttribute(name)
		}
		if v == "" && texts[name] {
			delete(all, name)
			continue
		}
		all[name] = v
	}
	if err := checkAttributes(all); err != nil {
		return err
	}
	if p := attributes["RedrivePolicy"]; p != "" {
		if err := b.checkTarget(q.name, q.fifo(), p); err != nil {
			return err
		}
	}
	q.attributes, q.modified = all, b.clock.Now()
	q.readPolicies()
	q.wake() // who waits, waits by the queue's new attributes
	return nil
}

const maxListed = 1000

func checkLimit(limit int) error {
	if limit < 1 || limit > maxListed {
		return invalidValue(fmt.Sprintf("Value for parameter MaxResults is invalid. Reason: MaxResults must be an integer between 1 and 1000, not %d.", limit))
	}
	return nil
}

func (b *Broker) listQueues(_ context.Context, r *members.Reader) (value.Value, error) {
	prefix, limit, token := r.String("QueueNamePrefix"), r.Int("MaxResults", maxListed), r.String("NextToken")
	paged := r.Has("MaxResults")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	if err := checkLimit(limit); err != nil {
		return value.Value{}, err
	}
	b.mu.Lock()
	names := slices.Sorted(maps.Keys(b.queues))
	b.mu.Unlock()
	names = slices.DeleteFunc(names, func(n string) bool { return !strings.HasPrefix(n, prefix) })
	if !paged && token == "" && len(names) > limit {
		names = names[:limit] // without MaxResults there is no token
	}
	return b.page("QueueUrls", names, limit, token)
}

// page gives the URLs of the queues behind the one that token names, and the token that leads on.
func (b *Broker) page(member string, names []string, limit int, token string) (value.Value, error) {
	after := ""
	if token != "" {
		raw, err := base64.RawURLEncoding.DecodeString(token)
		if err != nil || len(raw) == 0 {
			return value.Value{}, invalidValue("Invalid or expired next token.")
		}
		after = string(raw)
	}
	urls := []value.Value{}
	for i, n := range names {
		if n <= after {
			continue
		}
		if len(urls) == limit {
			next := base64.RawURLEncoding.EncodeToString([]byte(names[i-1]))
			return value.Object(value.M(member, value.Array(urls...)), value.M("NextToken", value.String(next))), nil
		}
		urls = append(urls, value.String(b.url(n)))
	}
	if len(urls) == 0 && member == "QueueUrls" {
		return value.Object(), nil
	}
	return value.Object(value.M(member, value.Array(urls...))), nil
}

// onQueue runs f on the queue that a request names, with the lock held and the queue brought to the present.
func (b *Broker) onQueue(r *members.Reader, f func(*queue) error) (value.Value, error) {
	url := r.String("QueueUrl")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	q, err := b.found(url)
	if err != nil {
		return value.Value{}, err
	}
	now := b.clock.Now()
	b.advance(now)
	q.settle(now)
	return value.Object(), f(q)
}

func (b *Broker) deleteQueue(_ context.Context, r *members.Reader) (value.Value, error) {
	return b.onQueue(r, func(q *queue) error {
		b.forget(q)
		b.deleted[q.name] = b.clock.Now()
		return nil
	})
}

// forget unmakes a queue; b.mu is held. A queue of the same name may be made at once.
func (b *Broker) forget(q *queue) {
	delete(b.queues, q.name)
	q.gone = true
	q.wake()
}

func (b *Broker) purgeQueue(_ context.Context, r *members.Reader) (value.Value, error) {
	return b.onQueue(r, func(q *queue) error {
		now := b.clock.Now()
		if !q.purged.IsZero() && now.Before(q.purged.Add(time.Minute)) {
			return batchError("PurgeQueueInProgress", "Only one PurgeQueue operation on "+q.name+" is allowed every 60 seconds.")
		}
		q.purged = now
		q.clear()
		return nil
	})
}
