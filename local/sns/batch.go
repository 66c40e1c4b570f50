package sns

import (
	"context"
	"errors"
	"strings"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

const maxBatch = 10

func (h *Hub) publishBatch(ctx context.Context, r *members.Reader) (value.Value, error) {
	topic, entries := r.String("TopicArn"), []value.Value(nil)
	if v := r.Value("PublishBatchRequestEntries"); !v.IsString() || v.Str() != "" { // which is how a form spells an empty list
		entries = r.Array("PublishBatchRequestEntries")
	}
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	h.mu.Lock()
	_, err := h.found(topic)
	h.mu.Unlock()
	if err != nil {
		return value.Value{}, err
	}
	if err := checkEntries(entries); err != nil {
		return value.Value{}, err
	}
	done, failed := []value.Value{}, []value.Value{}
	for _, entry := range entries {
		id := entry.Get("Id")
		e := members.Read("an entry of the batch", entry)
		e.WrongType, e.Unknown = "InvalidParameterException", "InvalidParameterException"
		e.Ignore("Id")
		m := h.read(e)
		m.TopicARN = topic
		if err := h.publishEntry(ctx, e, &m); err != nil {
			failed = append(failed, failure(id, err))
			continue
		}
		out := value.Object(value.M("Id", id))
		for name, v := range m.answer().Members() {
			out = out.With(name, v)
		}
		done = append(done, out)
	}
	return value.Object(value.M("Successful", value.Array(done...)), value.M("Failed", value.Array(failed...))), nil
}

func (h *Hub) publishEntry(ctx context.Context, e *members.Reader, m *Message) error {
	if err := e.Err(); err != nil {
		return err
	}
	if err := m.check(); err != nil {
		return err
	}
	return h.send(ctx, m)
}

func failure(id value.Value, err error) value.Value {
	code, message := "InternalError", err.Error()
	if e, ok := errors.AsType[*wire.Error](err); ok {
		code, message = e.Code, e.Message
		if e.QueryCode != "" {
			code = e.QueryCode
		}
	}
	return value.Object(value.M("Id", id), value.M("Code", value.String(code)), value.M("Message", value.String(message)),
		value.M("SenderFault", value.Bool(code != "InternalError")))
}

// checkEntries checks what would refuse the whole batch.
func checkEntries(entries []value.Value) error {
	bad := func(code, message string) error { return legacyCode(code+"Exception", code, message) }
	switch {
	case len(entries) == 0:
		return bad("EmptyBatchRequest", "The batch request doesn't contain any entries.")
	case len(entries) > maxBatch:
		return bad("TooManyEntriesInBatchRequest", "The batch request contains more entries than permissible.")
	}
	seen, size := map[string]bool{}, 0
	for _, e := range entries {
		id := e.Get("Id").Str()
		if id == "" || len(id) > 80 || strings.Trim(id, nameCharacters) != "" {
			return bad("InvalidBatchEntryId", "The Id of a batch entry in a batch request doesn't abide by the specification.")
		}
		if seen[id] {
			return bad("BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.")
		}
		seen[id] = true
		m := Message{Body: e.Get("Message").Str(), Attributes: e.Get("MessageAttributes")}
		size += m.size()
	}
	if size > maxMessage {
		return bad("BatchRequestTooLong", "The length of all the batch messages put together is more than the limit.")
	}
	return nil
}
