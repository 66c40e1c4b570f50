package sqs

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

const maxTags = 50

func checkTags(tags map[string]string) error {
	if len(tags) > maxTags {
		return invalidValue(fmt.Sprintf("Too many tags added for the queue: it may have %d.", maxTags))
	}
	for key, v := range tags {
		switch {
		case key == "" || len(key) > 128 || len(v) > 256:
			return invalidValue("Tag keys must be between 1 and 128 characters in length, and tag values at most 256, unlike those of the key " + fmt.Sprintf("%q.", key))
		case strings.HasPrefix(strings.ToLower(key), "aws:"):
			return invalidValue("Tag keys must not begin with aws:, as " + fmt.Sprintf("%q does.", key))
		}
	}
	return nil
}

func (b *Broker) tagQueue(_ context.Context, r *members.Reader) (value.Value, error) {
	if !r.Has("Tags") {
		return value.Value{}, missing("Tags")
	}
	tags, err := textsOf("Tags", r.Object("Tags"))
	if err != nil {
		return value.Value{}, err
	}
	return b.onQueue(r, func(q *queue) error {
		all := map[string]string{}
		maps.Copy(all, q.tags)
		maps.Copy(all, tags)
		if err := checkTags(all); err != nil {
			return err
		}
		q.tags = all
		return nil
	})
}

func (b *Broker) untagQueue(_ context.Context, r *members.Reader) (value.Value, error) {
	if !r.Has("TagKeys") {
		return value.Value{}, missing("TagKeys")
	}
	keys := r.Strings("TagKeys")
	return b.onQueue(r, func(q *queue) error {
		for _, k := range keys {
			delete(q.tags, k)
		}
		return nil
	})
}

func (b *Broker) listQueueTags(_ context.Context, r *members.Reader) (value.Value, error) {
	out := value.Object()
	_, err := b.onQueue(r, func(q *queue) error {
		if len(q.tags) > 0 {
			out = value.Object(value.M("Tags", object(q.tags)))
		}
		return nil
	})
	return out, err
}

// object makes an object of strings, sorted by name.
func object(texts map[string]string) value.Value {
	var b value.Builder
	for _, k := range slices.Sorted(maps.Keys(texts)) {
		b.Set(k, value.String(texts[k]))
	}
	return b.Object()
}
