package sqs_test

import (
	"errors"
	"testing"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// FuzzCall: no request makes the broker panic, whatever its members are, and every error is one of the API.
func FuzzCall(f *testing.F) {
	actions := []string{
		"CreateQueue", "GetQueueUrl", "GetQueueAttributes", "SetQueueAttributes", "ListQueues", "SendMessage", "SendMessageBatch", "ReceiveMessage",
		"DeleteMessage", "DeleteMessageBatch", "ChangeMessageVisibility", "ChangeMessageVisibilityBatch", "PurgeQueue", "DeleteQueue",
	}
	work := `"QueueUrl": "` + url("work") + `"`
	for i, in := range []string{
		`{"QueueName": "x", "Attributes": {"RedrivePolicy": "{}"}}`, `{"QueueName": "work"}`, `{` + work + `, "AttributeNames": ["All"]}`, `{` + work + `, "Attributes": {"Policy": ""}}`,
		`{"MaxResults": 1}`, `{` + work + `, "MessageBody": "x", "MessageAttributes": {"a": {"DataType": "Binary", "BinaryValue": "AA=="}}}`,
		`{` + work + `, "Entries": [{"Id": "a", "MessageBody": "x"}, 7]}`, `{` + work + `, "AttributeNames": ["All"], "MessageAttributeNames": [".*"]}`, `{` + work + `, "ReceiptHandle": "x"}`,
		`{` + work + `, "Entries": [{"Id": "a"}]}`, `{` + work + `, "VisibilityTimeout": "1"}`, `{` + work + `, "Entries": "x"}`, `{` + work + `}`, `{"QueueUrl": "///"}`,
	} {
		f.Add(uint8(i), in)
	}
	f.Fuzz(func(t *testing.T, i uint8, src string) {
		in, err := value.ParseString(src)
		if err != nil || in.Get("WaitTimeSeconds").Exists() { // the clock stands still
			return
		}
		b := newBroker(t)
		b.send(b.queue("work", `{}`), "hello", "")
		_, err = b.Call(t.Context(), actions[int(i)%len(actions)], in)
		var e *wire.Error
		if err != nil && (!errors.As(err, &e) || e.Code == "" || e.Message == "") {
			t.Errorf("got a %T: %v", err, err)
		}
	})
}
