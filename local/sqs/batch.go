package sqs

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

const maxBatch = 10

// batch reads the entries of a batch and runs f for each, with the lock held. What f refuses is reported in Failed,
// the rest in Successful.
func (b *Broker) batch(r *members.Reader, f func(q *queue, e *members.Reader) (value.Value, error)) (value.Value, error) {
	url, entries := r.String("QueueUrl"), r.Array("Entries")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	ids, err := checkEntries(entries)
	if err != nil {
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
	var done, failed []value.Value
	for i, entry := range entries {
		e := members.Read("an entry of the batch", entry)
		e.Ignore("Id")
		out, err := f(q, e)
		if err != nil {
			failed = append(failed, failure(ids[i], err))
			continue
		}
		done = append(done, withID(ids[i], out))
	}
	return value.Object(value.M("Successful", value.Array(done...)), value.M("Failed", value.Array(failed...))), nil
}

func withID(id string, v value.Value) value.Value {
	var b value.Builder
	b.Set("Id", value.String(id))
	for name, x := range v.Members() {
		b.Set(name, x)
	}
	return b.Object()
}

func failure(id string, err error) value.Value {
	code, message := "InternalError", err.Error()
	if e, ok := errors.AsType[*wire.Error](err); ok {
		code, message = e.Code, e.Message
		if e.QueryCode != "" {
			code = e.QueryCode
		}
	}
	return value.Object(value.M("Id", value.String(id)), value.M("SenderFault", value.True),
		value.M("Code", value.String(code)), value.M("Message", value.String(message)))
}

func batchError(code, message string) error {
	return legacyCode(code, "AWS.SimpleQueueService."+code, message)
}

// checkEntries checks what all batches have in common and gives the entries' ids.
func checkEntries(entries []value.Value) ([]string, error) {
	if len(entries) == 0 {
		return nil, batchError("EmptyBatchRequest", "There should be at least one entry in the request.")
	}
	if len(entries) > maxBatch {
		return nil, batchError("TooManyEntriesInBatchRequest", fmt.Sprintf("Maximum number of entries per request are 10. You have sent %d.", len(entries)))
	}
	ids := make([]string, len(entries))
	seen := map[string]bool{}
	size := 0
	for i, e := range entries {
		id := e.Get("Id").Str()
		if id == "" || len(id) > 80 || strings.Trim(id, nameCharacters) != "" {
			return nil, batchError("InvalidBatchEntryId", "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.")
		}
		if seen[id] {
			return nil, batchError("BatchEntryIdsNotDistinct", "Id "+id+" repeated.")
		}
		ids[i], seen[id] = id, true
		size += sizeOf(e)
	}
	if most := limits["MaximumMessageSize"].most; size > most {
		return nil, batchError("BatchRequestTooLong", fmt.Sprintf("Batch requests cannot be longer than %d bytes. You have sent %d bytes.", most, size))
	}
	return ids, nil
}

// sizeOf is the size of an entry of SendMessageBatch; what is wrong with it is found later.
func sizeOf(entry value.Value) int {
	size, _ := checkAttributesOf(entry.Get("MessageAttributes"))
	return len(entry.Get("MessageBody").Str()) + size
}

func (b *Broker) sendMessageBatch(_ context.Context, r *members.Reader) (value.Value, error) {
	return b.batch(r, func(q *queue, e *members.Reader) (value.Value, error) {
		m, delay, err := readMessage(e)
		if err != nil {
			return value.Value{}, err
		}
		return b.send(q, m, delay)
	})
}

func (b *Broker) deleteMessageBatch(_ context.Context, r *members.Reader) (value.Value, error) {
	return b.batch(r, func(q *queue, e *members.Reader) (value.Value, error) {
		receipt := e.String("ReceiptHandle")
		if err := e.Err(); err != nil {
			return value.Value{}, err
		}
		return value.Object(), q.drop(receipt)
	})
}

func (b *Broker) changeMessageVisibilityBatch(_ context.Context, r *members.Reader) (value.Value, error) {
	return b.batch(r, func(q *queue, e *members.Reader) (value.Value, error) {
		receipt, seconds := e.String("ReceiptHandle"), e.Int("VisibilityTimeout", 0) // SDKs leave out a zero
		if err := e.Err(); err != nil {
			return value.Value{}, err
		}
		return value.Object(), b.hide(q, receipt, true, seconds)
	})
}
