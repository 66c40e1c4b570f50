package sqs_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/sqs"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/wiretest"
	"github.com/stepwright/stepwright/value"
)

const base = "http://127.0.0.1:4566"

// A broker for tests, with its clock.
type broker struct {
	*sqs.Broker
	clock *clock.Virtual
	t     testing.TB
}

func newBroker(t testing.TB) broker {
	c := clock.NewVirtual(time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC))
	return broker{sqs.New(wiretest.Account, c, func() string { return base }), c, t}
}

// url is the URL of a queue that may not exist.
func url(name string) string { return base + "/" + wiretest.Account.ID + "/" + name }

func (b broker) call(action, in string) (value.Value, error) {
	b.t.Helper()
	return b.Call(context.Background(), action, value.MustParse(in))
}

func (b broker) do(action, in string) value.Value {
	b.t.Helper()
	out, err := b.call(action, in)
	if err != nil {
		b.t.Fatalf("%s %s: %v", action, in, err)
	}
	return out
}

// queue makes a queue; attributes is JSON.
func (b broker) queue(name, attributes string) string {
	b.t.Helper()
	return b.do("CreateQueue", `{"QueueName": "`+name+`", "Attributes": `+attributes+`}`).Get("QueueUrl").Str()
}

func (b broker) send(url, body, more string) {
	b.t.Helper()
	b.do("SendMessage", `{"QueueUrl": "`+url+`", "MessageBody": "`+body+`"`+more+`}`)
}

// receive gives the bodies of up to ten messages, and their receipt handles.
func (b broker) receive(url, more string) (bodies string, receipts []string) {
	b.t.Helper()
	out := b.do("ReceiveMessage", `{"QueueUrl": "`+url+`", "MaxNumberOfMessages": 10`+more+`}`)
	var all []string
	for _, m := range out.Get("Messages").Elements() {
		all = append(all, m.Get("Body").Str())
		receipts = append(receipts, m.Get("ReceiptHandle").Str())
	}
	return strings.Join(all, " "), receipts
}

func (b broker) wantBodies(url, want string) []string {
	b.t.Helper()
	got, receipts := b.receive(url, "")
	if got != want {
		b.t.Errorf("received %q, want %q", got, want)
	}
	return receipts
}

func TestSDK(t *testing.T) {
	t.Parallel()
	var m *wiretest.Machine
	m = wiretest.Start(t, sqs.New(wiretest.Account, clock.Real(), func() string { return m.URL }))
	c, ctx := sdk.NewFromConfig(m.Config()), t.Context()
	q, err := c.CreateQueue(ctx, &sdk.CreateQueueInput{QueueName: aws.String("work")})
	if err != nil {
		t.Fatal(err)
	}
	if want := m.URL + "/111122223333/work"; *q.QueueUrl != want {
		t.Errorf("the queue is at %s, want %s", *q.QueueUrl, want)
	}
	attributes := map[string]types.MessageAttributeValue{
		"text":   {DataType: aws.String("String"), StringValue: aws.String("zoë")},
		"number": {DataType: aws.String("Number.int"), StringValue: aws.String("1")},
		"bytes":  {DataType: aws.String("Binary"), BinaryValue: []byte{0, 255}},
	}
	sent, err := c.SendMessage(ctx, &sdk.SendMessageInput{QueueUrl: q.QueueUrl, MessageBody: aws.String("hello ✓"), MessageAttributes: attributes})
	if err != nil {
		t.Fatal(err) // the SDK verifies the checksum
	}
	got, err := c.ReceiveMessage(ctx, &sdk.ReceiveMessageInput{
		QueueUrl: q.QueueUrl, MessageAttributeNames: []string{"All"}, MessageSystemAttributeNames: []types.MessageSystemAttributeName{"ApproximateReceiveCount"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Messages) != 1 || *got.Messages[0].Body != "hello ✓" || *got.Messages[0].MessageId != *sent.MessageId ||
		len(got.Messages[0].MessageAttributes) != 3 || got.Messages[0].Attributes["ApproximateReceiveCount"] != "1" ||
		*got.Messages[0].MD5OfMessageAttributes != *sent.MD5OfMessageAttributes {
		t.Errorf("got %+v", got.Messages)
	}
	batch, err := c.SendMessageBatch(ctx, &sdk.SendMessageBatchInput{QueueUrl: q.QueueUrl, Entries: []types.SendMessageBatchRequestEntry{
		{Id: aws.String("a"), MessageBody: aws.String("one")}, {Id: aws.String("b"), MessageBody: aws.String("bad\x01")},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if len(batch.Successful) != 1 || len(batch.Failed) != 1 || *batch.Failed[0].Code != "InvalidMessageContents" {
		t.Errorf("got %+v", batch)
	}
	if _, err := c.DeleteMessage(ctx, &sdk.DeleteMessageInput{QueueUrl: q.QueueUrl, ReceiptHandle: got.Messages[0].ReceiptHandle}); err != nil {
		t.Error(err)
	}
	about, err := c.GetQueueAttributes(ctx, &sdk.GetQueueAttributesInput{QueueUrl: q.QueueUrl, AttributeNames: []types.QueueAttributeName{"ApproximateNumberOfMessages", "QueueArn"}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"ApproximateNumberOfMessages": "1", "QueueArn": "arn:aws:sqs:eu-north-1:111122223333:work"}, about.Attributes); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var gone *types.QueueDoesNotExist
	if _, err := c.GetQueueUrl(ctx, &sdk.GetQueueUrlInput{QueueName: aws.String("nothing")}); !errors.As(err, &gone) {
		t.Errorf("got %v, want QueueDoesNotExist", err)
	}
}

func TestVisibility(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	q := b.queue("work", `{"VisibilityTimeout": "10"}`)
	b.send(q, "one", "")
	b.send(q, "two", `, "DelaySeconds": 5`)
	receipts := b.wantBodies(q, "one")
	b.wantBodies(q, "")
	b.clock.Advance(5 * time.Second)
	b.wantBodies(q, "two")
	b.clock.Advance(5 * time.Second)
	again := b.wantBodies(q, "one")
	b.do("DeleteMessage", `{"QueueUrl": "`+q+`", "ReceiptHandle": "`+receipts[0]+`"}`) // an old handle deletes nothing
	b.do("ChangeMessageVisibility", `{"QueueUrl": "`+q+`", "ReceiptHandle": "`+again[0]+`", "VisibilityTimeout": 0}`)
	last := b.wantBodies(q, "one")
	b.do("DeleteMessage", `{"QueueUrl": "`+q+`", "ReceiptHandle": "`+last[0]+`"}`)
	b.do("DeleteMessage", `{"QueueUrl": "`+q+`", "ReceiptHandle": "`+last[0]+`"}`)
	b.clock.Advance(time.Hour)
	b.wantBodies(q, "two")
	b.do("PurgeQueue", `{"QueueUrl": "`+q+`"}`)
	b.clock.Advance(time.Hour)
	b.wantBodies(q, "")
}

func TestCounts(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	q := b.queue("work", `{}`)
	b.send(q, "one", "")
	b.do("ReceiveMessage", `{"QueueUrl": "`+q+`"}`)
	b.send(q, "two", "")
	b.send(q, "three", "")
	b.send(q, "later", `, "DelaySeconds": 60`)
	got := b.do("GetQueueAttributes", `{"QueueUrl": "`+q+`", "AttributeNames": ["All"]}`).Get("Attributes").String()
	want := `{"ApproximateNumberOfMessages":"2","ApproximateNumberOfMessagesDelayed":"1","ApproximateNumberOfMessagesNotVisible":"1","CreatedTimestamp":"1793534400",` +
		`"DelaySeconds":"0","LastModifiedTimestamp":"1793534400","MaximumMessageSize":"1048576","MessageRetentionPeriod":"345600","QueueArn":"arn:aws:sqs:eu-north-1:111122223333:work",` +
		`"ReceiveMessageWaitTimeSeconds":"0","SqsManagedSseEnabled":"true","VisibilityTimeout":"30"}`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	b.clock.Advance(345601 * time.Second)
	b.wantBodies(q, "")
}

func TestLongPolling(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := sqs.New(wiretest.Account, clock.Real(), func() string { return base })
		br := broker{b, nil, t}
		q := br.queue("work", `{"ReceiveMessageWaitTimeSeconds": "20"}`)
		for _, c := range []struct {
			name string
			act  func()
			want string
			wait time.Duration
		}{
			{"nothing comes", func() {}, "", 20 * time.Second},
			{"a message comes", func() { time.Sleep(3 * time.Second); br.send(q, "hello", "") }, "hello", 3 * time.Second},
			{"its timeout passes", func() {}, "", 20 * time.Second},
			{"it is visible again", func() {}, "hello", 10 * time.Second},
		} {
			start := time.Now()
			go c.act()
			if got, _ := br.receive(q, ""); got != c.want || time.Since(start) != c.wait {
				t.Errorf("%s: received %q after %v, want %q after %v", c.name, got, time.Since(start), c.want, c.wait)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := b.Call(ctx, "ReceiveMessage", value.MustParse(`{"QueueUrl": "`+q+`"}`)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a receiver that left got %v", err)
		}
		go func() { time.Sleep(time.Second); br.do("DeleteQueue", `{"QueueUrl": "`+q+`"}`) }()
		if _, err := br.call("ReceiveMessage", `{"QueueUrl": "`+q+`"}`); err == nil || !strings.HasPrefix(err.Error(), "QueueDoesNotExist") {
			t.Errorf("the queue was deleted while somebody waited: %v", err)
		}
	})
}

func TestDeadLetters(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	dead := b.queue("dead", `{}`)
	q := b.queue("work", `{"VisibilityTimeout": "1", "RedrivePolicy": "{\"deadLetterTargetArn\": \"arn:aws:sqs:eu-north-1:111122223333:dead\", \"maxReceiveCount\": \"2\"}"}`)
	b.send(q, "poison", "")
	for range 2 {
		b.wantBodies(q, "poison")
		b.clock.Advance(time.Second)
	}
	b.wantBodies(q, "")
	got := b.do("ReceiveMessage", `{"QueueUrl": "`+dead+`", "MessageSystemAttributeNames": ["DeadLetterQueueSourceArn", "ApproximateReceiveCount"]}`)
	want := `{"ApproximateReceiveCount":"3","DeadLetterQueueSourceArn":"arn:aws:sqs:eu-north-1:111122223333:work"}`
	if m := got.Get("Messages").Index(0); m.Get("Body").Str() != "poison" || m.Get("Attributes").String() != want {
		t.Errorf("the dead-letter queue has %s", got)
	}
}

func TestFIFO(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	q := b.queue("work.fifo", `{"FifoQueue": "true", "ContentBasedDeduplication": "true", "VisibilityTimeout": "10"}`)
	for _, m := range []string{"a1", "b1", "a2", "a1", "b2"} {
		b.send(q, m, `, "MessageGroupId": "`+m[:1]+`"`)
	}
	first := b.do("ReceiveMessage", `{"QueueUrl": "`+q+`", "AttributeNames": ["All"]}`).Get("Messages").Index(0)
	if first.Get("Body").Str() != "a1" || first.Path("Attributes", "MessageGroupId").Str() != "a" || len(first.Path("Attributes", "SequenceNumber").Str()) != 20 {
		t.Errorf("got %s", first)
	}
	b.wantBodies(q, "b1 b2") // a2 waits for a1
	b.wantBodies(q, "")
	b.do("DeleteMessage", `{"QueueUrl": "`+q+`", "ReceiptHandle": "`+first.Get("ReceiptHandle").Str()+`"}`)
	b.wantBodies(q, "a2")
	b.clock.Advance(6 * time.Minute)
	b.send(q, "a1", `, "MessageGroupId": "a"`)
	got, _ := b.receive(q, "")
	if got != "b1 b2 a2 a1" { // as many of one group as there are, then the next
		t.Errorf("after the timeouts: %q", got)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	q := b.queue("work", `{"MaximumMessageSize": "1024"}`)
	b.queue("f.fifo", `{"FifoQueue": "true"}`)
	handle := strings.Repeat("0", 36) + "/" + strings.Repeat("0", 36)
	on := func(more string) string { return `{"QueueUrl": "` + q + `"` + more + `}` }
	fifo := func(more string) string {
		return `{"QueueUrl": "` + url("f.fifo") + `", "MessageBody": "x"` + more + `}`
	}
	const bad = "InvalidParameterValueException: "
	for _, c := range []struct{ action, in, want string }{
		{"CreateQueue", `{}`, "MissingRequiredParameterException: The request must contain the parameter QueueName."},
		{"CreateQueue", `{"QueueName": "a b"}`, bad + "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"},
		{"CreateQueue", `{"QueueName": "x.fifo"}`, bad + "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"},
		{"CreateQueue", `{"QueueName": "x", "Attributes": {"FifoQueue": "true"}}`, bad + "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length"},
		{"CreateQueue", `{"QueueName": "x", "Attributes": {"Speed": "9"}}`, "InvalidAttributeName: Unknown Attribute Speed."},
		{"CreateQueue", `{"QueueName": "x", "Attributes": {"DelaySeconds": "901"}}`, "InvalidAttributeValue: Invalid value for the parameter DelaySeconds."},
		{"CreateQueue", `{"QueueName": "x", "Attributes": {"DelaySeconds": 9}}`, "SerializationException: DelaySeconds of Attributes must be a string, not number"},
		{"CreateQueue", `{"QueueName": "x", "Attributes": {"RedrivePolicy": "{"}}`, bad + `Value { for parameter RedrivePolicy is invalid. Reason: it is not a JSON object: unexpected end of JSON input`},
		{"CreateQueue", `{"QueueName": "x", "Attributes": {"RedrivePolicy": "{\"maxReceiveCount\": 0}"}}`, bad + `Value {"maxReceiveCount": 0} for parameter RedrivePolicy is invalid. Reason: Invalid value for maxReceiveCount: it must be between 1 and 1000`},
		{"CreateQueue", `{"QueueName": "work", "Attributes": {"DelaySeconds": "1"}}`, "QueueNameExists: A queue already exists with the same name and a different value for attribute DelaySeconds"},
		{"GetQueueUrl", `{"QueueName": "nothing"}`, "QueueDoesNotExist: The specified queue does not exist."},
		{"SendMessage", `{"MessageBody": "x"}`, "MissingRequiredParameterException: The request must contain the parameter QueueUrl."},
		{"SendMessage", `{"QueueUrl": "` + url("nothing") + `", "MessageBody": "x"}`, "QueueDoesNotExist: The specified queue does not exist."},
		{"SendMessage", `{"QueueUrl": "arn:aws:sqs:eu-north-1:111122223333:work", "MessageBody": "x"}`, "InvalidAddress: The address arn:aws:sqs:eu-north-1:111122223333:work is not valid for this endpoint."},
		{"SendMessage", on(``), "MissingRequiredParameterException: The request must contain the parameter MessageBody."},
		{"SendMessage", on(`, "MessageBody": {}`), "SerializationException: the parameter MessageBody of SendMessage must be a string, not object"},
		{"SendMessage", on(`, "MessageBody": "x", "Priority": 1`), "UnsupportedOperation: the parameter Priority of SendMessage is not supported yet by the local machine"},
		{"SendMessage", on(`, "MessageBody": "` + strings.Repeat("x", 1025) + `"`), bad + "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes."},
		{"SendMessage", on(`, "MessageBody": "\u0000"`), "InvalidMessageContents: Invalid binary character '#x0' was found in the message body, the set of allowed characters is #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF"},
		{"SendMessage", on(`, "MessageBody": "x", "DelaySeconds": 901`), bad + "Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900."},
		{"SendMessage", on(`, "MessageBody": "x", "MessageAttributes": {"a": {"DataType": "Set"}}`), bad + "The message attribute 'a' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String."},
		{"SendMessage", on(`, "MessageBody": "x", "MessageAttributes": {"a": {"DataType": "String"}}`), bad + "The message attribute 'a' must contain a non-empty message attribute value for message attribute type 'String'."},
		{"SendMessage", on(`, "MessageBody": "x", "MessageDeduplicationId": "d"`), bad + "Value d for parameter MessageDeduplicationId is invalid. Reason: The request includes a parameter that is not valid for this queue type."},
		{"SendMessage", fifo(``), "MissingRequiredParameterException: The request must contain the parameter MessageGroupId."},
		{"SendMessage", fifo(`, "MessageGroupId": "g"`), bad + "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"},
		{"SendMessage", fifo(`, "MessageGroupId": "g", "DelaySeconds": 1`), bad + "Value 1 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type."},
		{"ReceiveMessage", on(`, "MaxNumberOfMessages": 11`), bad + "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided."},
		{"ReceiveMessage", on(`, "WaitTimeSeconds": 21`), bad + "Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided."},
		{"ReceiveMessage", on(`, "VisibilityTimeout": 43201`), bad + "Value 43201 for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and 43200, if provided."},
		{"DeleteMessage", on(`, "ReceiptHandle": "x"`), `ReceiptHandleIsInvalid: The input receipt handle "x" is not a valid receipt handle.`},
		{"ChangeMessageVisibility", on(`, "VisibilityTimeout": 1, "ReceiptHandle": "` + handle + `"`), bad + "Value " + handle + " for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change."},
		{"ChangeMessageVisibility", on(`, "ReceiptHandle": "` + handle + `"`), "MissingRequiredParameterException: The request must contain the parameter VisibilityTimeout."},
		{"GetQueueAttributes", on(`, "AttributeNames": ["Speed"]`), "InvalidAttributeName: Unknown Attribute Speed."},
		{"SetQueueAttributes", on(`, "Attributes": {"FifoQueue": "true"}`), "InvalidAttributeName: Unknown Attribute FifoQueue."},
		{"SendMessageBatch", on(`, "Entries": []`), "EmptyBatchRequest: There should be at least one entry in the request."},
		{"SendMessageBatch", on(`, "Entries": [{"Id": "a"}, {"Id": "a"}]`), "BatchEntryIdsNotDistinct: Id a repeated."},
		{"SendMessageBatch", on(`, "Entries": [{"Id": "a/b"}]`), "InvalidBatchEntryId: A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long."},
		{"SendMessageBatch", on(`, "Entries": [` + strings.TrimSuffix(strings.Repeat(`{"Id": "a"},`, 11), ",") + `]`), "TooManyEntriesInBatchRequest: Maximum number of entries per request are 10. You have sent 11."},
		{"SendPigeon", `{}`, "UnknownOperationException: SendPigeon of SQS is not supported by the local machine"},
	} {
		_, err := b.call(c.action, c.in)
		if err == nil {
			t.Errorf("%s %s: no error, want %s", c.action, c.in, c.want)
			continue
		}
		if diff := cmp.Diff(c.want, err.Error()); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", c.action, c.in, diff)
		}
	}
}

func TestListsAndBatches(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	for i := range 5 {
		b.queue(fmt.Sprintf("q%d", i), `{}`)
	}
	page := b.do("ListQueues", `{"MaxResults": 2, "QueueNamePrefix": "q"}`)
	if page.Get("QueueUrls").Len() != 2 || page.Get("NextToken").Str() == "" {
		t.Errorf("got %s", page)
	}
	rest := b.do("ListQueues", `{"NextToken": "`+page.Get("NextToken").Str()+`"}`)
	if rest.Get("QueueUrls").Len() != 3 || rest.Get("NextToken").Exists() {
		t.Errorf("got %s", rest)
	}
	q := url("q0")
	b.do("SendMessageBatch", `{"QueueUrl": "`+q+`", "Entries": [{"Id": "x", "MessageBody": "one"}, {"Id": "y", "MessageBody": "two"}]}`)
	receipts := b.wantBodies(q, "one two")
	hidden := b.do("ChangeMessageVisibilityBatch", `{"QueueUrl": "`+q+`", "Entries": [{"Id": "x", "ReceiptHandle": "`+receipts[0]+`", "VisibilityTimeout": 0}, {"Id": "y", "ReceiptHandle": "bad"}]}`)
	if want := `{"Successful":[{"Id":"x"}],"Failed":[{"Id":"y","SenderFault":true,"Code":"ReceiptHandleIsInvalid","Message":"The input receipt handle \"bad\" is not a valid receipt handle."}]}`; hidden.String() != want {
		t.Errorf("got %s", hidden)
	}
	b.wantBodies(q, "one")
	deleted := b.do("DeleteMessageBatch", `{"QueueUrl": "`+q+`", "Entries": [{"Id": "y", "ReceiptHandle": "`+receipts[1]+`"}]}`)
	if want := `{"Successful":[{"Id":"y"}],"Failed":[]}`; deleted.String() != want {
		t.Errorf("got %s", deleted)
	}
}

func TestProvider(t *testing.T) {
	t.Parallel()
	b, ctx := newBroker(t), t.Context()
	r := wire.Resource{
		Stack: "Demo", LogicalID: "StartDLQ", Type: sqs.QueueType,
		Properties: value.MustParse(`{"MessageRetentionPeriod": 1209600, "SqsManagedSseEnabled": true, "RedriveAllowPolicy": {"redrivePermission": "denyAll"}, "Tags": []}`),
	}
	c, err := b.Create(ctx, r)
	if err != nil {
		t.Fatal(err)
	}
	name := c.Attributes["QueueName"].Str()
	if c.Ref != url(name) || c.Attributes["Arn"].Str() != wiretest.Account.ARN("sqs", name) || !strings.HasPrefix(name, "Demo-StartDLQ-") {
		t.Errorf("got %+v", c)
	}
	policy := wire.Resource{
		Stack: "Demo", LogicalID: "Policy", Type: sqs.PolicyType,
		Properties: value.Object(value.M("Queues", value.Array(value.String(c.Ref))), value.M("PolicyDocument", value.MustParse(`{"Version":"2012-10-17"}`))),
	}
	made, err := b.Create(ctx, policy)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"MessageRetentionPeriod":"1209600","Policy":"{\"Version\":\"2012-10-17\"}","RedriveAllowPolicy":"{\"redrivePermission\":\"denyAll\"}"}`
	if got := b.do("GetQueueAttributes", `{"QueueUrl": "`+c.Ref+`", "AttributeNames": ["MessageRetentionPeriod", "Policy", "RedriveAllowPolicy"]}`).Get("Attributes").String(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if err := errors.Join(b.Delete(ctx, policy, made), b.Delete(ctx, r, c), b.Delete(ctx, r, c)); err != nil {
		t.Fatal(err)
	}
	if _, err := b.call("GetQueueUrl", `{"QueueName": "`+name+`"}`); err == nil {
		t.Error("the queue is still there")
	}
	r.Properties = value.MustParse(`{"VisibilityTimout": 3}`)
	if _, err := b.Create(ctx, r); err == nil || err.Error() != "ValidationException: the parameter VisibilityTimout of resource StartDLQ (AWS::SQS::Queue) is not supported yet by the local machine" {
		t.Errorf("got %v", err)
	}
}

func ExampleBroker_Call() {
	b := sqs.New(wiretest.Account, clock.Real(), func() string { return "http://127.0.0.1:4566" })
	call := func(action, in string) value.Value {
		out, err := b.Call(context.Background(), action, value.MustParse(in))
		if err != nil {
			fmt.Println(err)
		}
		return out
	}
	q := call("CreateQueue", `{"QueueName": "approvals"}`).Get("QueueUrl").Str()
	fmt.Println(q)
	call("SendMessage", `{"QueueUrl": "`+q+`", "MessageBody": "approve p1?"}`)
	fmt.Println(call("ReceiveMessage", `{"QueueUrl": "`+q+`"}`).Get("Messages").Index(0).Get("Body"))
	// Output:
	// http://127.0.0.1:4566/111122223333/approvals
	// "approve p1?"
}

func BenchmarkSendReceiveDelete(b *testing.B) {
	br := newBroker(b)
	q := br.queue("work", `{}`)
	send, receive := value.MustParse(`{"QueueUrl": "`+q+`", "MessageBody": "hello"}`), value.MustParse(`{"QueueUrl": "`+q+`"}`)
	ctx := b.Context()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := br.Call(ctx, "SendMessage", send); err != nil {
			b.Fatal(err)
		}
		out, err := br.Call(ctx, "ReceiveMessage", receive)
		if err != nil {
			b.Fatal(err)
		}
		in := receive.With("ReceiptHandle", out.Get("Messages").Index(0).Get("ReceiptHandle"))
		if _, err := br.Call(ctx, "DeleteMessage", in); err != nil {
			b.Fatal(err)
		}
	}
}
