package sqs

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

func (b *Broker) createQueue(_ context.Context, r *members.Reader) (value.Value, error) {
	name := r.String("QueueName")
	r.Ignore("tags")
	attributes, err := textsOf("Attributes", r.Object("Attributes"))
	if err != nil {
		return value.Value{}, err
	}
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	if err := b.create(name, attributes); err != nil {
		return value.Value{}, err
	}
	return value.Object(value.M("QueueUrl", value.String(b.url(name)))), nil
}

// create makes a queue; one that is there with the same attributes is no error.
func (b *Broker) create(name string, attributes map[string]string) error {
	if err := checkName(name, attributes["FifoQueue"] == "true"); err != nil {
		return err
	}
	if err := checkAttributes(attributes); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock.Now()
	if q := b.queues[name]; q != nil {
		for _, k := range slices.Sorted(maps.Keys(attributes)) {
			if have, _ := b.describe(q, k, now); have != attributes[k] {
				return legacyCode("QueueNameExists", "QueueAlreadyExists",
					"A queue already exists with the same name and a different value for attribute "+k)
			}
		}
		return nil
	}
	b.queues[name] = &queue{
		name: name, attributes: maps.Clone(attributes), created: now, modified: now,
		dedup: map[string]duplicate{}, changed: make(chan struct{}),
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
	bad := len(name) > 80 || base == "" || !fifo && base != name
	for _, c := range base {
		bad = bad || !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", c)
	}
	if bad {
		return invalidValue("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
	}
	return nil
}

func checkAttributes(attributes map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if err := checkAttribute(name, attributes[name]); err != nil {
			return err
		}
	}
	for _, name := range []string{"ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"} {
		if _, ok := attributes[name]; ok && attributes["FifoQueue"] != "true" {
			return wire.Errorf("InvalidAttributeName", "Unknown Attribute %s.", name)
		}
	}
	_, err := redriveOf(attributes["RedrivePolicy"])
	return err
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
			return value.Value{}, wire.Errorf("InvalidAttributeName", "Unknown Attribute %s.", n)
		}
	}
	if slices.Contains(names, "All") {
		names = slices.Concat(derived, slices.Collect(maps.Keys(limits)), slices.Collect(maps.Keys(words)), slices.Collect(maps.Keys(texts)))
		slices.Sort(names)
	}
	var out value.Builder
	now := b.clock.Now()
	for _, n := range names {
		if v, ok := b.describe(q, n, now); ok {
			out.Set(n, value.String(v))
		}
	}
	if out.Len() == 0 {
		return value.Object(), nil
	}
	return value.Object(value.M("Attributes", out.Object())), nil
}

func (b *Broker) setQueueAttributes(_ context.Context, r *members.Reader) (value.Value, error) {
	url := r.String("QueueUrl")
	attributes, err := textsOf("Attributes", r.Object("Attributes"))
	if err != nil {
		return value.Value{}, err
	}
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	q, err := b.found(url)
	if err != nil {
		return value.Value{}, err
	}
	all := maps.Clone(q.attributes)
	for name, v := range attributes {
		if name == "FifoQueue" && v != all[name] {
			return value.Value{}, wire.Errorf("InvalidAttributeName", "Unknown Attribute FifoQueue.")
		}
		if v == "" && texts[name] {
			delete(all, name)
			continue
		}
		all[name] = v
	}
	if err := checkAttributes(all); err != nil {
		return value.Value{}, err
	}
	q.attributes, q.modified = all, b.clock.Now()
	return value.Object(), nil
}

const maxListed = 1000

func (b *Broker) listQueues(_ context.Context, r *members.Reader) (value.Value, error) {
	prefix, limit, token := r.String("QueueNamePrefix"), r.Int("MaxResults", maxListed), r.String("NextToken")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	if limit < 1 || limit > maxListed {
		return value.Value{}, invalidValue("MaxResults must be between 1 and 1000, inclusive.")
	}
	b.mu.Lock()
	names := slices.Sorted(maps.Keys(b.queues))
	b.mu.Unlock()
	var urls []value.Value
	for i, n := range names {
		if n <= token || !strings.HasPrefix(n, prefix) {
			continue
		}
		if len(urls) == limit {
			return value.Object(value.M("QueueUrls", value.Array(urls...)), value.M("NextToken", value.String(names[i-1]))), nil
		}
		urls = append(urls, value.String(b.url(n)))
	}
	if urls == nil {
		return value.Object(), nil
	}
	return value.Object(value.M("QueueUrls", value.Array(urls...))), nil
}

// onQueue runs f on the queue that a request names, with the lock held.
func (b *Broker) onQueue(r *members.Reader, f func(*queue)) (value.Value, error) {
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
	f(q)
	return value.Object(), nil
}

func (b *Broker) deleteQueue(_ context.Context, r *members.Reader) (value.Value, error) {
	return b.onQueue(r, b.drop)
}

func (b *Broker) drop(q *queue) {
	delete(b.queues, q.name)
	q.gone = true
	q.wake()
}

func (b *Broker) purgeQueue(_ context.Context, r *members.Reader) (value.Value, error) {
	return b.onQueue(r, func(q *queue) { q.messages = nil })
}
