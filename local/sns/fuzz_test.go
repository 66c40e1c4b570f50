package sns_test

import (
	"errors"
	"testing"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// FuzzCall: no request makes the hub panic, whatever its members are, and every error is one of the API.
func FuzzCall(f *testing.F) {
	actions := []string{
		"Publish", "CreateTopic", "Subscribe", "GetTopicAttributes", "SetTopicAttributes", "ListTopics", "ListSubscriptionsByTopic", "Unsubscribe", "DeleteTopic",
	}
	const topic = `"TopicArn": "arn:aws:sns:eu-north-1:111122223333:T"`
	for i, in := range []string{
		`{` + topic + `, "Message": "{\"default\": \"x\"}", "MessageStructure": "json", "MessageAttributes": {"a": {"DataType": "Binary", "BinaryValue": "AA=="}}}`,
		`{"Name": "x", "Attributes": {"DisplayName": 5}}`, `{` + topic + `, "Protocol": "sqs", "Endpoint": "arn:aws:sqs:a:b:c", "Attributes": {"RedrivePolicy": "[]"}}`,
		`{` + topic + `}`, `{` + topic + `, "AttributeName": "Policy", "AttributeValue": "x"}`, `{"NextToken": "x"}`, `{` + topic + `, "NextToken": "x"}`, `{"SubscriptionArn": "x"}`, `{"TopicArn": 1}`,
	} {
		f.Add(uint8(i), in)
	}
	f.Fuzz(func(t *testing.T, i uint8, src string) {
		in, err := value.ParseString(src)
		if err != nil {
			return
		}
		h := newHub(t)
		h.do("CreateTopic", `{"Name": "T"}`)
		h.do("Subscribe", `{`+topic+`, "Protocol": "sqs", "Endpoint": "`+h.queue("inbox")+`"}`)
		_, err = h.Call(t.Context(), actions[int(i)%len(actions)], in)
		var e *wire.Error
		if err != nil && (!errors.As(err, &e) || e.Code == "" || e.Message == "") {
			t.Errorf("got a %T: %v", err, err)
		}
	})
}
