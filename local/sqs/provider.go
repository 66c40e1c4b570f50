package sqs

import (
	"context"
	"fmt"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// The resource types of queues.
const (
	QueueType  = "AWS::SQS::Queue"
	PolicyType = "AWS::SQS::QueuePolicy"
)

// Types are the resource types that the broker provides.
func (b *Broker) Types() []string { return []string{QueueType, PolicyType} }

// Create makes a queue, or sets the policy of queues. Ref of a queue is its URL; Fn::GetAtt gives Arn, QueueName
// and QueueUrl.
func (b *Broker) Create(_ context.Context, r wire.Resource) (wire.Created, error) {
	in := members.Properties(r)
	if r.Type == PolicyType {
		return b.createPolicy(r, in)
	}
	attributes := map[string]string{}
	tags := map[string]string{}
	for _, t := range in.Array("Tags") {
		tags[t.Get("Key").Str()] = text(t.Get("Value"))
	}
	for _, names := range [][]string{keys(limits), keys(words), keys(texts)} {
		for _, name := range names {
			if in.Has(name) {
				attributes[name] = text(in.Value(name))
			}
		}
	}
	name := in.String("QueueName")
	if name == "" {
		name = queueName(r, attributes["FifoQueue"] == "true")
	}
	if err := in.Err(); err != nil {
		return wire.Created{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.create(name, attributes, tags); err != nil {
		return wire.Created{}, err
	}
	return wire.Created{Ref: b.url(name), Attributes: map[string]value.Value{
		"Arn": value.String(b.arn(name)), "QueueName": value.String(name), "QueueUrl": value.String(b.url(name)),
	}}, nil
}

func queueName(r wire.Resource, fifo bool) string {
	if fifo {
		return r.PhysicalName(75) + ".fifo"
	}
	return r.PhysicalName(80)
}

func keys[V any](m map[string]V) []string {
	all := make([]string, 0, len(m))
	for k := range m {
		all = append(all, k)
	}
	return all
}

// text spells a property as the attribute it becomes: policies are objects in templates and JSON text in the API.
func text(v value.Value) string {
	if v.IsString() {
		return v.Str()
	}
	return v.String()
}

func (b *Broker) createPolicy(r wire.Resource, in *members.Reader) (wire.Created, error) {
	document, urls := in.Object("PolicyDocument"), in.Strings("Queues")
	if err := in.Err(); err != nil {
		return wire.Created{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, url := range urls {
		q, err := b.found(url)
		if err != nil {
			return wire.Created{}, fmt.Errorf("property Queues: %s: %w", url, err)
		}
		q.attributes["Policy"] = document.String()
	}
	return wire.Created{Ref: r.PhysicalName(128), Attributes: map[string]value.Value{"Id": value.String(r.PhysicalName(128))}}, nil
}

// Delete removes a queue that Create made, or the policy of queues; what is gone is no error.
func (b *Broker) Delete(_ context.Context, r wire.Resource, c wire.Created) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if r.Type == PolicyType {
		for _, url := range r.Properties.Get("Queues").Elements() {
			if q, err := b.found(url.Str()); err == nil {
				delete(q.attributes, "Policy")
			}
		}
		return nil
	}
	if q, err := b.found(c.Ref); err == nil {
		b.forget(q)
	}
	return nil
}
