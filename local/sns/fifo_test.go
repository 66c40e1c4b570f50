package sns_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/value"
)

func TestFIFOTopic(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	if _, err := h.queues.Call(context.Background(), "CreateQueue", value.MustParse(`{"QueueName": "in.fifo", "Attributes": {"FifoQueue": "true"}}`)); err != nil {
		t.Fatal(err)
	}
	topic := h.do("CreateTopic", `{"Name": "T.fifo", "Attributes": {"FifoTopic": "true"}}`).Get("TopicArn").Str()
	on := `{"TopicArn": "` + topic + `", `
	h.do("Subscribe", on+`"Protocol": "sqs", "Endpoint": "arn:aws:sqs:eu-north-1:111122223333:in.fifo", "Attributes": {"RawMessageDelivery": "true"}}`)
	const bad = "InvalidParameterException: Invalid parameter: "
	for in, want := range map[string]string{
		`"Message": "x"}`:                          bad + "The MessageGroupId parameter is required for FIFO topics",
		`"Message": "x", "MessageGroupId": "g"}`:   bad + "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
		`"Message": "x", "MessageGroupId": "g g"}`: bad + "MessageGroupId Reason: it has at most 128 alphanumeric and punctuation characters",
	} {
		if _, err := h.call("Publish", on+in); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", in, err, want)
		}
	}
	if _, err := h.call("Subscribe", on+`"Protocol": "email", "Endpoint": "a@example.org"}`); err == nil || !strings.Contains(err.Error(), "FIFO SNS topics can not deliver") {
		t.Errorf("got %v", err)
	}
	var last string
	for i := range 5 {
		out := h.do("Publish", on+fmt.Sprintf(`"Message": "m%d", "MessageGroupId": "g", "MessageDeduplicationId": "d%d"}`, i, i/2))
		if s := out.Get("SequenceNumber").Str(); len(s) != 20 || s < last {
			t.Errorf("sequence number %q after %q", s, last)
		} else {
			last = s
		}
	}
	var got []string
	for _, m := range h.received("in.fifo") {
		got = append(got, m.Get("Body").Str())
	}
	if diff := cmp.Diff([]string{"m0", "m2", "m4"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	standard := h.do("CreateTopic", `{"Name": "S"}`).Get("TopicArn").Str()
	if _, err := h.call("Subscribe", `{"TopicArn": "`+standard+`", "Protocol": "sqs", "Endpoint": "arn:aws:sqs:eu-north-1:111122223333:in.fifo"}`); err == nil || err.Error() != bad+"Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics" {
		t.Errorf("got %v", err)
	}
}

func TestPublishBatch(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	topic := h.do("CreateTopic", `{"Name": "T"}`).Get("TopicArn").Str()
	h.do("Subscribe", `{"TopicArn": "`+topic+`", "Protocol": "sqs", "Endpoint": "`+h.queue("inbox")+`"}`)
	out := h.do("PublishBatch", `{"TopicArn": "`+topic+`", "PublishBatchRequestEntries": [{"Id": "a", "Message": "one"}, {"Id": "b", "Message": ""}, {"Id": "c", "Message": "two", "Subject": "s"}]}`)
	want := `[{"Id":"b","Code":"InvalidParameter","Message":"Invalid parameter: Empty message","SenderFault":true}]`
	if out.Get("Successful").Len() != 2 || out.Get("Failed").String() != want || len(h.received("inbox")) != 2 {
		t.Errorf("got %s", out)
	}
	entry := func(id, message string) string { return `{"Id": "` + id + `", "Message": "` + message + `"}` }
	for in, want := range map[string]string{
		entry("a", "x") + "," + entry("a", "y"):                          "BatchEntryIdsNotDistinctException",
		entry("a/b", "x"):                                                "InvalidBatchEntryIdException",
		strings.TrimSuffix(strings.Repeat(entry("a", "x")+",", 11), ","): "TooManyEntriesInBatchRequestException",
		entry("a", strings.Repeat("x", 200<<10)) + "," + entry("b", strings.Repeat("x", 100<<10)): "BatchRequestTooLongException",
	} {
		if _, err := h.call("PublishBatch", `{"TopicArn": "`+topic+`", "PublishBatchRequestEntries": [`+in+`]}`); err == nil || !strings.HasPrefix(err.Error(), want+": ") {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestMail(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	topic := h.do("CreateTopic", `{"Name": "T"}`).Get("TopicArn").Str()
	on := `{"TopicArn": "` + topic + `", `
	sub := h.do("Subscribe", on+`"Protocol": "email", "Endpoint": "zoe@example.org"}`)
	if sub.Get("SubscriptionArn").Str() != "pending confirmation" {
		t.Errorf("got %s", sub)
	}
	h.do("Publish", on+`"Message": "nobody reads this"}`)
	mails := h.Mails()
	if len(mails) != 1 || mails[0].To != "zoe@example.org" {
		t.Fatalf("got %+v", mails)
	}
	_, token, _ := strings.Cut(mails[0].Body, "with the token ")
	if _, err := h.call("ConfirmSubscription", on+`"Token": "guess"}`); err == nil || err.Error() != "InvalidParameterException: Invalid parameter: Token" {
		t.Errorf("got %v", err)
	}
	h.do("ConfirmSubscription", on+`"Token": "`+token+`"}`)
	h.do("Publish", on+`"Message": "p1 failed", "Subject": "Failed"}`)
	mails = h.Mails()
	if len(mails) != 2 || mails[1].Subject != "Failed" || !strings.HasPrefix(mails[1].Body, "p1 failed\n") {
		t.Errorf("got %+v", mails)
	}
}
