package services_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local"
	"github.com/stepwright/stepwright/local/wire/wiretest"
)

// A queues is a machine whose clock stands still, with a client for its queues.
type queues struct {
	*sqs.Client
	*testing.T
	clock   *clock.Virtual
	machine *local.Machine
}

func newQueues(t *testing.T) *queues {
	c := clock.NewVirtual(time.Now())
	m, cfg := machine(t, local.Options{Clock: c})
	return &queues{sqs.NewFromConfig(cfg), t, c, m}
}

// ok is what a call gave, which must not have failed.
func ok[T any](t *testing.T) func(out T, err error) T {
	return func(out T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

// queue makes a queue with attributes, given as name and value in turns, and gives its URL.
func (q *queues) queue(name string, attributes ...string) *string {
	q.Helper()
	return ok[*sqs.CreateQueueOutput](q.T)(q.CreateQueue(q.Context(), &sqs.CreateQueueInput{QueueName: &name, Attributes: pairs(attributes)})).QueueUrl
}

func pairs(list []string) map[string]string {
	m := map[string]string{}
	for i := 0; i+1 < len(list); i += 2 {
		m[list[i]] = list[i+1]
	}
	return m
}

func (q *queues) send(url *string, bodies ...string) {
	q.Helper()
	for _, b := range bodies {
		ok[*sqs.SendMessageOutput](q.T)(q.SendMessage(q.Context(), &sqs.SendMessageInput{QueueUrl: url, MessageBody: &b}))
	}
}

// sendTo sends to a group of a FIFO queue and gives the answer.
func (q *queues) sendTo(url *string, group, dedup, body string) *sqs.SendMessageOutput {
	q.Helper()
	in := &sqs.SendMessageInput{QueueUrl: url, MessageBody: &body, MessageGroupId: &group}
	if dedup != "" {
		in.MessageDeduplicationId = &dedup
	}
	return ok[*sqs.SendMessageOutput](q.T)(q.SendMessage(q.Context(), in))
}

func (q *queues) receive(url *string) []types.Message {
	q.Helper()
	return ok[*sqs.ReceiveMessageOutput](q.T)(q.ReceiveMessage(q.Context(), &sqs.ReceiveMessageInput{
		QueueUrl: url, MaxNumberOfMessages: 10, MessageAttributeNames: []string{"All"}, MessageSystemAttributeNames: []types.MessageSystemAttributeName{"All"},
	})).Messages
}

// want receives all that is visible and compares the bodies.
func (q *queues) want(url *string, want string) []types.Message {
	q.Helper()
	got := q.receive(url)
	var bodies []string
	for _, m := range got {
		bodies = append(bodies, *m.Body)
	}
	if diff := cmp.Diff(want, strings.Join(bodies, " ")); diff != "" {
		q.Fatalf("received (-want +got):\n%s", diff)
	}
	return got
}

func (q *queues) attribute(url *string, name string) string {
	q.Helper()
	return ok[*sqs.GetQueueAttributesOutput](q.T)(q.GetQueueAttributes(q.Context(), &sqs.GetQueueAttributesInput{QueueUrl: url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeName(name)}})).Attributes[name]
}

func (q *queues) equal(got, want any) {
	q.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		q.Fatalf("(-want +got):\n%s", diff)
	}
}

func (q *queues) refused(err error, code, message string) {
	q.Helper()
	wiretest.Refused(q.T, err, code, message)
}

const (
	sqsAPI   = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_"
	sqsGuide = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/"
)

// A sqsProbe is one conversation and the page that says how it goes.
type sqsProbe struct {
	name, page string
	run        func(q *queues)
}

func TestSQS(t *testing.T) {
	t.Parallel()
	for _, p := range sqsProbes {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			p.run(newQueues(t))
		})
	}
	if len(sqsProbes) < 40 {
		t.Errorf("there are %d probes, fewer than 40", len(sqsProbes))
	}
}

var sqsProbes = []sqsProbe{
	{"create and find a queue", sqsAPI + "GetQueueUrl.html", func(q *queues) {
		url := q.queue("work")
		q.equal(*url, q.machine.URL()+"/000000000000/work")
		got := ok[*sqs.GetQueueUrlOutput](q.T)(q.GetQueueUrl(q.Context(), &sqs.GetQueueUrlInput{QueueName: aws.String("work")}))
		q.equal(*got.QueueUrl, *url)
	}},
	{"no queue", sqsAPI + "GetQueueUrl.html", func(q *queues) {
		_, err := q.GetQueueUrl(q.Context(), &sqs.GetQueueUrlInput{QueueName: aws.String("nothing")})
		if _, typed := errors.AsType[*types.QueueDoesNotExist](err); !typed {
			q.Errorf("got %T", err)
		}
		q.refused(err, "AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist")
	}},
	{"create twice", sqsAPI + "CreateQueue.html", func(q *queues) {
		q.queue("work", "DelaySeconds", "5")
		q.queue("work")
		q.queue("work", "DelaySeconds", "5")
		_, err := q.CreateQueue(q.Context(), &sqs.CreateQueueInput{QueueName: aws.String("work"), Attributes: map[string]string{"DelaySeconds": "6"}})
		if _, typed := errors.AsType[*types.QueueNameExists](err); !typed {
			q.Errorf("got %T", err)
		}
		q.refused(err, "QueueAlreadyExists", "already exists with the same name and a different value for attribute DelaySeconds")
	}},
	{"names", sqsAPI + "CreateQueue.html", func(q *queues) {
		for _, name := range []string{"a b", "../../x", strings.Repeat("x", 81), "x.fifo", "zoë", "<script>"} {
			_, err := q.CreateQueue(q.Context(), &sqs.CreateQueueInput{QueueName: &name})
			q.refused(err, "InvalidParameterValue", "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
		}
		q.queue(strings.Repeat("x", 80))
	}},
	{"attributes have ranges", sqsAPI + "SetQueueAttributes.html", func(q *queues) {
		for name, v := range map[string]string{
			"DelaySeconds": "901", "MaximumMessageSize": "1023", "MessageRetentionPeriod": "59", "ReceiveMessageWaitTimeSeconds": "21", "VisibilityTimeout": "43201", "Policy": "{",
		} {
			_, err := q.CreateQueue(q.Context(), &sqs.CreateQueueInput{QueueName: aws.String("work"), Attributes: map[string]string{name: v}})
			q.refused(err, "InvalidAttributeValue", "Invalid value for the parameter "+name)
		}
		_, err := q.CreateQueue(q.Context(), &sqs.CreateQueueInput{QueueName: aws.String("work"), Attributes: map[string]string{"Speed": "1"}})
		q.refused(err, "InvalidAttributeName", "Unknown Attribute Speed")
	}},
	{"attributes of a new queue", sqsAPI + "GetQueueAttributes.html", func(q *queues) {
		url := q.queue("work")
		got := ok[*sqs.GetQueueAttributesOutput](q.T)(q.GetQueueAttributes(q.Context(), &sqs.GetQueueAttributesInput{QueueUrl: url, AttributeNames: []types.QueueAttributeName{"All"}})).Attributes
		delete(got, "CreatedTimestamp")
		delete(got, "LastModifiedTimestamp")
		q.equal(got, map[string]string{
			"ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesDelayed": "0", "ApproximateNumberOfMessagesNotVisible": "0", "DelaySeconds": "0",
			"MaximumMessageSize": "1048576", "MessageRetentionPeriod": "345600", "QueueArn": "arn:aws:sqs:us-east-1:000000000000:work",
			"ReceiveMessageWaitTimeSeconds": "0", "SqsManagedSseEnabled": "true", "VisibilityTimeout": "30",
		})
	}},
	{"set attributes", sqsAPI + "SetQueueAttributes.html", func(q *queues) {
		url := q.queue("work")
		ok[*sqs.SetQueueAttributesOutput](q.T)(q.SetQueueAttributes(q.Context(), &sqs.SetQueueAttributesInput{QueueUrl: url, Attributes: map[string]string{"VisibilityTimeout": "7"}}))
		q.equal(q.attribute(url, "VisibilityTimeout"), "7")
	}},
	{"a queue comes and goes", sqsAPI + "DeleteQueue.html", func(q *queues) {
		url := q.queue("work")
		ok[*sqs.DeleteQueueOutput](q.T)(q.DeleteQueue(q.Context(), &sqs.DeleteQueueInput{QueueUrl: url}))
		_, err := q.SendMessage(q.Context(), &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("x")})
		q.refused(err, "AWS.SimpleQueueService.NonExistentQueue", "")
		_, err = q.CreateQueue(q.Context(), &sqs.CreateQueueInput{QueueName: aws.String("work")})
		q.refused(err, "AWS.SimpleQueueService.QueueDeletedRecently", "You must wait 60 seconds")
		q.clock.Advance(time.Minute)
		q.queue("work")
	}},
	{"lists have prefixes and pages", sqsAPI + "ListQueues.html", func(q *queues) {
		for i := range 5 {
			q.queue(fmt.Sprintf("a%d", i))
		}
		q.queue("b")
		var got []string
		for p := sqs.NewListQueuesPaginator(q.Client, &sqs.ListQueuesInput{QueueNamePrefix: aws.String("a"), MaxResults: aws.Int32(2)}); p.HasMorePages(); {
			page := ok[*sqs.ListQueuesOutput](q.T)(p.NextPage(q.Context()))
			got = append(got, fmt.Sprint(len(page.QueueUrls)))
		}
		q.equal(strings.Join(got, " "), "2 2 1")
	}},
	{"checksums of bodies and attributes", sqsGuide + "sqs-message-metadata.html", func(q *queues) {
		url := q.queue("work")
		in := &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("zoë ✓"), MessageAttributes: map[string]types.MessageAttributeValue{
			"text": {DataType: aws.String("String.note"), StringValue: aws.String("✓")}, "n": {DataType: aws.String("Number"), StringValue: aws.String("-1.5e3")},
			"raw": {DataType: aws.String("Binary"), BinaryValue: []byte{0, 255}},
		}}
		sent := ok[*sqs.SendMessageOutput](q.T)(q.SendMessage(q.Context(), in)) // the SDK verifies
		got := q.want(url, "zoë ✓")[0]
		q.equal(*got.MD5OfMessageAttributes, *sent.MD5OfMessageAttributes)
		q.equal(got.MessageAttributes["raw"].BinaryValue, []byte{0, 255})
	}},
	{"message attributes are chosen", sqsAPI + "ReceiveMessage.html", func(q *queues) {
		url := q.queue("work")
		one := types.MessageAttributeValue{DataType: aws.String("String"), StringValue: aws.String("1")}
		ok[*sqs.SendMessageOutput](q.T)(q.SendMessage(q.Context(), &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("x"), MessageAttributes: map[string]types.MessageAttributeValue{"trace.id": one, "other": one}}))
		got := ok[*sqs.ReceiveMessageOutput](q.T)(q.ReceiveMessage(q.Context(), &sqs.ReceiveMessageInput{QueueUrl: url, MessageAttributeNames: []string{"trace.*"}})).Messages[0]
		q.equal(len(got.MessageAttributes), 1)
		q.equal(len(got.Attributes), 0)
	}},
	{"bad message attributes", sqsGuide + "sqs-message-metadata.html", func(q *queues) {
		url := q.queue("work")
		for message, a := range map[string]types.MessageAttributeValue{
			"invalid message attribute type": {DataType: aws.String("Set"), StringValue: aws.String("1")},
			"to a number":                    {DataType: aws.String("Number"), StringValue: aws.String("one")},
			"non-empty":                      {DataType: aws.String("String"), StringValue: aws.String("")},
		} {
			_, err := q.SendMessage(q.Context(), &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("x"), MessageAttributes: map[string]types.MessageAttributeValue{"a": a}})
			q.refused(err, "InvalidParameterValue", message)
		}
	}},
	{"system attributes", sqsAPI + "ReceiveMessage.html", func(q *queues) {
		url := q.queue("work", "VisibilityTimeout", "1")
		ok[*sqs.SendMessageOutput](q.T)(q.SendMessage(q.Context(), &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("x"), MessageSystemAttributes: map[string]types.MessageSystemAttributeValue{
			"AWSTraceHeader": {DataType: aws.String("String"), StringValue: aws.String("Root=1-5759e988-bd862e3fe1be46a994272793")},
		}}))
		first := q.want(url, "x")[0].Attributes
		q.clock.Advance(time.Second)
		again := q.want(url, "x")[0].Attributes
		q.equal(first["ApproximateReceiveCount"]+again["ApproximateReceiveCount"], "12")
		q.equal(again["ApproximateFirstReceiveTimestamp"], first["ApproximateFirstReceiveTimestamp"])
		q.equal(again["AWSTraceHeader"], "Root=1-5759e988-bd862e3fe1be46a994272793")
		q.equal(again["SentTimestamp"], fmt.Sprint(q.clock.Now().Add(-time.Second).UnixMilli()))
	}},
	{"empty and binary bodies", sqsAPI + "SendMessage.html", func(q *queues) {
		url := q.queue("work")
		_, err := q.SendMessage(q.Context(), &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("")})
		q.refused(err, "MissingParameter", "The request must contain the parameter MessageBody")
		_, err = q.SendMessage(q.Context(), &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("\x08")})
		if _, typed := errors.AsType[*types.InvalidMessageContents](err); !typed {
			q.Errorf("got %v", err)
		}
	}},
	{"a message has a size", sqsGuide + "quotas-messages.html", func(q *queues) {
		url := q.queue("work")
		q.send(url, strings.Repeat("x", 1<<20))
		_, err := q.SendMessage(q.Context(), &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String(strings.Repeat("x", 1<<20+1))})
		q.refused(err, "InvalidParameterValue", "Message must be shorter than 1048576 bytes")
	}},
	{"visibility of the queue", sqsGuide + "sqs-visibility-timeout.html", func(q *queues) {
		url := q.queue("work", "VisibilityTimeout", "10")
		q.send(url, "a")
		q.want(url, "a")
		q.clock.Advance(9999 * time.Millisecond)
		q.want(url, "")
		q.clock.Advance(time.Millisecond)
		q.want(url, "a")
	}},
	{"visibility of a receive", sqsAPI + "ReceiveMessage.html", func(q *queues) {
		url := q.queue("work")
		q.send(url, "a")
		ok[*sqs.ReceiveMessageOutput](q.T)(q.ReceiveMessage(q.Context(), &sqs.ReceiveMessageInput{QueueUrl: url, VisibilityTimeout: 3}))
		q.clock.Advance(3 * time.Second)
		q.want(url, "a")
	}},
	{"visibility is changed", sqsAPI + "ChangeMessageVisibility.html", func(q *queues) {
		url := q.queue("work")
		q.send(url, "a")
		m := q.want(url, "a")[0]
		change := func(seconds int32) error {
			_, err := q.ChangeMessageVisibility(q.Context(), &sqs.ChangeMessageVisibilityInput{QueueUrl: url, ReceiptHandle: m.ReceiptHandle, VisibilityTimeout: seconds})
			return err
		}
		q.equal(change(100), nil)
		q.clock.Advance(99 * time.Second)
		q.want(url, "")
		q.refused(change(43200), "InvalidParameterValue", "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]")
		q.equal(change(0), nil)
		q.refused(change(1), "AWS.SimpleQueueService.MessageNotInflight", "")
		q.want(url, "a")
	}},
	{"delays of queue and message", sqsGuide + "sqs-delay-queues.html", func(q *queues) {
		url := q.queue("work", "DelaySeconds", "10")
		q.send(url, "later")
		ok[*sqs.SendMessageOutput](q.T)(q.SendMessage(q.Context(), &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("soon"), DelaySeconds: 2}))
		q.equal(q.attribute(url, "ApproximateNumberOfMessagesDelayed"), "2")
		q.clock.Advance(2 * time.Second)
		q.want(url, "soon")
		q.clock.Advance(8 * time.Second)
		q.want(url, "later")
		_, err := q.SendMessage(q.Context(), &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("x"), DelaySeconds: 901})
		q.refused(err, "InvalidParameterValue", "DelaySeconds must be >= 0 and <= 900")
	}},
	{"messages grow old", sqsAPI + "SetQueueAttributes.html", func(q *queues) {
		url := q.queue("work", "MessageRetentionPeriod", "60")
		q.send(url, "a")
		q.clock.Advance(61 * time.Second)
		q.want(url, "")
	}},
	{"a long poll ends with a message", sqsGuide + "sqs-short-and-long-polling.html", func(q *queues) {
		url := q.queue("work")
		got := make(chan string)
		go func() {
			out, err := q.ReceiveMessage(q.Context(), &sqs.ReceiveMessageInput{QueueUrl: url, WaitTimeSeconds: 20})
			if err != nil || len(out.Messages) != 1 {
				got <- fmt.Sprint(out, err)
				return
			}
			got <- *out.Messages[0].Body
		}()
		for at, waits := q.clock.Next(); !waits; at, waits = q.clock.Next() {
			_ = at // until the receiver waits
		}
		q.send(url, "hello")
		q.equal(<-got, "hello")
	}},
	{"a long poll ends with its time", sqsGuide + "sqs-short-and-long-polling.html", func(q *queues) {
		url := q.queue("work", "ReceiveMessageWaitTimeSeconds", "5")
		done := make(chan int)
		start := q.clock.Now()
		go func() { done <- len(q.receive(url)) }()
		for {
			if at, waits := q.clock.Next(); waits {
				q.clock.AdvanceTo(at)
				break
			}
		}
		q.equal(<-done, 0)
		q.equal(q.clock.Now().Sub(start), 5*time.Second)
	}},
	{"limits of a receive", sqsAPI + "ReceiveMessage.html", func(q *queues) {
		url := q.queue("work")
		_, err := q.ReceiveMessage(q.Context(), &sqs.ReceiveMessageInput{QueueUrl: url, MaxNumberOfMessages: 11})
		q.refused(err, "InvalidParameterValue", "Must be between 1 and 10, if provided")
		_, err = q.ReceiveMessage(q.Context(), &sqs.ReceiveMessageInput{QueueUrl: url, WaitTimeSeconds: 21})
		q.refused(err, "InvalidParameterValue", "Must be >= 0 and <= 20, if provided")
		_, err = q.ReceiveMessage(q.Context(), &sqs.ReceiveMessageInput{QueueUrl: url, VisibilityTimeout: -1})
		q.refused(err, "InvalidParameterValue", "Must be between 0 and 43200, if provided")
	}},
	{"delete", sqsAPI + "DeleteMessage.html", func(q *queues) {
		url := q.queue("work", "VisibilityTimeout", "1")
		q.send(url, "a")
		m := q.want(url, "a")[0]
		for range 2 { // again is no error
			ok[*sqs.DeleteMessageOutput](q.T)(q.DeleteMessage(q.Context(), &sqs.DeleteMessageInput{QueueUrl: url, ReceiptHandle: m.ReceiptHandle}))
		}
		q.clock.Advance(time.Second)
		q.want(url, "")
		_, err := q.DeleteMessage(q.Context(), &sqs.DeleteMessageInput{QueueUrl: url, ReceiptHandle: aws.String("x")})
		if _, typed := errors.AsType[*types.ReceiptHandleIsInvalid](err); !typed {
			q.Errorf("got %v", err)
		}
	}},
	{"a batch fails in part", sqsAPI + "SendMessageBatch.html", func(q *queues) {
		url := q.queue("work")
		out := ok[*sqs.SendMessageBatchOutput](q.T)(q.SendMessageBatch(q.Context(), &sqs.SendMessageBatchInput{QueueUrl: url, Entries: []types.SendMessageBatchRequestEntry{
			{Id: aws.String("good"), MessageBody: aws.String("a")}, {Id: aws.String("bad"), MessageBody: aws.String("b"), DelaySeconds: 901},
		}}))
		q.equal(len(out.Successful)*10+len(out.Failed), 11)
		q.equal(*out.Failed[0].Id+" "+*out.Failed[0].Code+" "+fmt.Sprint(out.Failed[0].SenderFault), "bad InvalidParameterValue true")
		q.want(url, "a")
	}},
	{"a batch as a whole", sqsAPI + "SendMessageBatch.html", func(q *queues) {
		url := q.queue("work")
		entries := func(ids ...string) (list []types.SendMessageBatchRequestEntry) {
			for _, id := range ids {
				list = append(list, types.SendMessageBatchRequestEntry{Id: &id, MessageBody: aws.String(strings.Repeat("x", 200<<10))})
			}
			return list
		}
		for code, list := range map[string][]types.SendMessageBatchRequestEntry{
			"EmptyBatchRequest": {}, "BatchEntryIdsNotDistinct": entries("a", "a"), "InvalidBatchEntryId": entries("a/b"),
			"TooManyEntriesInBatchRequest": entries(strings.Split("abcdefghijk", "")...), "BatchRequestTooLong": entries(strings.Split("abcdef", "")...),
		} {
			_, err := q.SendMessageBatch(q.Context(), &sqs.SendMessageBatchInput{QueueUrl: url, Entries: list})
			q.refused(err, "AWS.SimpleQueueService."+code, "")
		}
	}},
	{"batches of deletes and changes", sqsAPI + "ChangeMessageVisibilityBatch.html", func(q *queues) {
		url := q.queue("work")
		q.send(url, "a", "b")
		got := q.want(url, "a b")
		changed := ok[*sqs.ChangeMessageVisibilityBatchOutput](q.T)(q.ChangeMessageVisibilityBatch(q.Context(), &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: url, Entries: []types.ChangeMessageVisibilityBatchRequestEntry{
			{Id: aws.String("1"), ReceiptHandle: got[0].ReceiptHandle}, {Id: aws.String("2"), ReceiptHandle: aws.String("x"), VisibilityTimeout: 5},
		}}))
		q.equal(len(changed.Successful)*10+len(changed.Failed), 11)
		q.equal(*changed.Failed[0].Code, "ReceiptHandleIsInvalid")
		deleted := ok[*sqs.DeleteMessageBatchOutput](q.T)(q.DeleteMessageBatch(q.Context(), &sqs.DeleteMessageBatchInput{QueueUrl: url, Entries: []types.DeleteMessageBatchRequestEntry{{Id: aws.String("1"), ReceiptHandle: got[1].ReceiptHandle}}}))
		q.equal(*deleted.Successful[0].Id, "1")
		q.want(url, "a")
	}},
	{"purge", sqsAPI + "PurgeQueue.html", func(q *queues) {
		url := q.queue("work")
		q.send(url, "a", "b")
		ok[*sqs.PurgeQueueOutput](q.T)(q.PurgeQueue(q.Context(), &sqs.PurgeQueueInput{QueueUrl: url}))
		q.want(url, "")
		_, err := q.PurgeQueue(q.Context(), &sqs.PurgeQueueInput{QueueUrl: url})
		q.refused(err, "AWS.SimpleQueueService.PurgeQueueInProgress", "every 60 seconds")
	}},
	{"tags", sqsAPI + "TagQueue.html", func(q *queues) {
		url := q.queue("work")
		ok[*sqs.TagQueueOutput](q.T)(q.TagQueue(q.Context(), &sqs.TagQueueInput{QueueUrl: url, Tags: map[string]string{"a": "1", "b": "2"}}))
		ok[*sqs.UntagQueueOutput](q.T)(q.UntagQueue(q.Context(), &sqs.UntagQueueInput{QueueUrl: url, TagKeys: []string{"a", "x"}}))
		q.equal(ok[*sqs.ListQueueTagsOutput](q.T)(q.ListQueueTags(q.Context(), &sqs.ListQueueTagsInput{QueueUrl: url})).Tags, map[string]string{"b": "2"})
	}},
	{"permissions", sqsAPI + "AddPermission.html", func(q *queues) {
		url := q.queue("work")
		in := &sqs.AddPermissionInput{QueueUrl: url, Label: aws.String("one"), AWSAccountIds: []string{"111122223333"}, Actions: []string{"SendMessage"}}
		ok[*sqs.AddPermissionOutput](q.T)(q.AddPermission(q.Context(), in))
		if p := q.attribute(url, "Policy"); !strings.Contains(p, `"Sid":"one"`) || !strings.Contains(p, `"SQS:SendMessage"`) {
			q.Errorf("got %s", p)
		}
		_, err := q.AddPermission(q.Context(), in)
		q.refused(err, "InvalidParameterValue", "Already exists")
		ok[*sqs.RemovePermissionOutput](q.T)(q.RemovePermission(q.Context(), &sqs.RemovePermissionInput{QueueUrl: url, Label: aws.String("one")}))
		q.equal(q.attribute(url, "Policy"), "")
	}},
	{"dead letters", sqsGuide + "sqs-dead-letter-queues.html", func(q *queues) {
		work, dead := q.deadLetters("", 2)
		q.send(work, "poison")
		for range 2 {
			q.want(work, "poison")
			q.clock.Advance(30 * time.Second)
		}
		q.want(work, "")
		got := q.want(dead, "poison")[0]
		q.equal(got.Attributes["DeadLetterQueueSourceArn"], "arn:aws:sqs:us-east-1:000000000000:work")
		list := ok[*sqs.ListDeadLetterSourceQueuesOutput](q.T)(q.ListDeadLetterSourceQueues(q.Context(), &sqs.ListDeadLetterSourceQueuesInput{QueueUrl: dead}))
		q.equal(list.QueueUrls, []string{*work})
	}},
	{"redrive policies are checked", sqsGuide + "sqs-configure-dead-letter-queue.html", func(q *queues) {
		q.queue("closed", "RedriveAllowPolicy", `{"redrivePermission": "denyAll"}`)
		q.queue("ordered.fifo", "FifoQueue", "true")
		for target, message := range map[string]string{
			"nothing": "Dead letter target does not exist", "ordered.fifo": "Dead-letter queue must be same type of queue as the source", "closed": "does not let",
		} {
			policy := `{"deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:` + target + `", "maxReceiveCount": 3}`
			_, err := q.CreateQueue(q.Context(), &sqs.CreateQueueInput{QueueName: aws.String("work"), Attributes: map[string]string{"RedrivePolicy": policy}})
			q.refused(err, "InvalidParameterValue", message)
		}
	}},
	{"a move task brings messages back", sqsAPI + "StartMessageMoveTask.html", func(q *queues) {
		work, dead := q.deadLetters("", 1)
		q.send(work, "a", "b")
		old := q.want(work, "a b")[0]
		q.clock.Advance(30 * time.Second)
		q.want(work, "")
		arn := aws.String(q.attribute(dead, "QueueArn"))
		ok[*sqs.StartMessageMoveTaskOutput](q.T)(q.StartMessageMoveTask(q.Context(), &sqs.StartMessageMoveTaskInput{SourceArn: arn}))
		got := q.want(work, "a b")[0]
		q.equal(got.Attributes["ApproximateReceiveCount"], "1")
		if *got.MessageId == *old.MessageId {
			q.Error("a message that was moved back has its old id")
		}
		r := ok[*sqs.ListMessageMoveTasksOutput](q.T)(q.ListMessageMoveTasks(q.Context(), &sqs.ListMessageMoveTasksInput{SourceArn: arn})).Results[0]
		q.equal(fmt.Sprint(*r.Status, r.ApproximateNumberOfMessagesMoved, *r.ApproximateNumberOfMessagesToMove), "COMPLETED2 2")
	}},
	{"a move task has a pace and can be cancelled", sqsAPI + "CancelMessageMoveTask.html", func(q *queues) {
		work, dead := q.deadLetters("", 1)
		for range 3 {
			q.send(dead, "x")
		}
		source, target := aws.String(q.attribute(dead, "QueueArn")), aws.String(q.attribute(work, "QueueArn"))
		start := &sqs.StartMessageMoveTaskInput{SourceArn: source, DestinationArn: target, MaxNumberOfMessagesPerSecond: aws.Int32(1)}
		task := ok[*sqs.StartMessageMoveTaskOutput](q.T)(q.StartMessageMoveTask(q.Context(), start))
		_, err := q.StartMessageMoveTask(q.Context(), start)
		q.refused(err, "InvalidParameterValue", "There is already a task running")
		q.want(work, "")
		q.clock.Advance(time.Second)
		q.want(work, "x")
		out := ok[*sqs.CancelMessageMoveTaskOutput](q.T)(q.CancelMessageMoveTask(q.Context(), &sqs.CancelMessageMoveTaskInput{TaskHandle: task.TaskHandle}))
		q.equal(out.ApproximateNumberOfMessagesMoved, int64(1))
		q.clock.Advance(time.Minute)
		q.want(work, "")
		q.equal(q.attribute(dead, "ApproximateNumberOfMessages"), "3") // two that stayed, and the one that was received too often
	}},
	{"a move task needs a dead-letter queue", sqsAPI + "StartMessageMoveTask.html", func(q *queues) {
		q.queue("work")
		_, err := q.StartMessageMoveTask(q.Context(), &sqs.StartMessageMoveTaskInput{SourceArn: aws.String("arn:aws:sqs:us-east-1:000000000000:work")})
		q.refused(err, "InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue")
		_, err = q.StartMessageMoveTask(q.Context(), &sqs.StartMessageMoveTaskInput{SourceArn: aws.String("arn:aws:sqs:us-east-1:000000000000:nothing")})
		q.refused(err, "ResourceNotFoundException", "doesn't exist")
	}},
	{"FIFO keeps the order of a group", sqsGuide + "FIFO-queues-understanding-logic.html", func(q *queues) {
		url := q.queue("work.fifo", "FifoQueue", "true", "ContentBasedDeduplication", "true")
		for _, m := range []string{"a1", "b1", "a2", "b2"} {
			q.sendTo(url, m[:1], "", m)
		}
		first := ok[*sqs.ReceiveMessageOutput](q.T)(q.ReceiveMessage(q.Context(), &sqs.ReceiveMessageInput{QueueUrl: url})).Messages[0]
		q.equal(*first.Body, "a1")
		q.want(url, "b1 b2") // a waits
		ok[*sqs.DeleteMessageOutput](q.T)(q.DeleteMessage(q.Context(), &sqs.DeleteMessageInput{QueueUrl: url, ReceiptHandle: first.ReceiptHandle}))
		q.want(url, "a2")
	}},
	{"FIFO gives as many of a group as it can", sqsGuide + "FIFO-queues-understanding-logic.html", func(q *queues) {
		url := q.queue("work.fifo", "FifoQueue", "true", "ContentBasedDeduplication", "true")
		for _, m := range []string{"a1", "b1", "a2", "b2"} {
			q.sendTo(url, m[:1], "", m)
		}
		q.want(url, "a1 a2 b1 b2")
	}},
	{"FIFO drops duplicates for five minutes", sqsGuide + "using-messagededuplicationid-property.html", func(q *queues) {
		url := q.queue("work.fifo", "FifoQueue", "true")
		first, again := q.sendTo(url, "g", "d", "one"), q.sendTo(url, "g", "d", "other")
		q.equal(*again.MessageId+*again.SequenceNumber, *first.MessageId+*first.SequenceNumber)
		q.want(url, "one")
		q.clock.Advance(5 * time.Minute)
		q.sendTo(url, "h", "d", "two")
		q.want(url, "one two")
	}},
	{"FIFO scope of duplicates", sqsGuide + "high-throughput-fifo.html", func(q *queues) {
		url := q.queue("work.fifo", "FifoQueue", "true", "DeduplicationScope", "messageGroup", "FifoThroughputLimit", "perMessageGroupId")
		q.sendTo(url, "g", "d", "one")
		q.sendTo(url, "h", "d", "two")
		q.want(url, "one two")
	}},
	{"FIFO sequence numbers grow", sqsAPI + "SendMessage.html", func(q *queues) {
		url := q.queue("work.fifo", "FifoQueue", "true", "ContentBasedDeduplication", "true")
		a, b := *q.sendTo(url, "g", "", "a").SequenceNumber, *q.sendTo(url, "h", "", "b").SequenceNumber
		if len(a) != 20 || len(b) != 20 || a >= b {
			q.Errorf("got %s and %s", a, b)
		}
		q.equal(q.want(url, "a b")[0].Attributes["SequenceNumber"], a)
	}},
	{"FIFO needs group and deduplication", sqsAPI + "SendMessage.html", func(q *queues) {
		url := q.queue("work.fifo", "FifoQueue", "true")
		_, err := q.SendMessage(q.Context(), &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("x")})
		q.refused(err, "MissingParameter", "The request must contain the parameter MessageGroupId")
		_, err = q.SendMessage(q.Context(), &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("x"), MessageGroupId: aws.String("g")})
		q.refused(err, "InvalidParameterValue", "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly")
		_, err = q.SendMessage(q.Context(), &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("x"), MessageGroupId: aws.String("g"), MessageDeduplicationId: aws.String("d"), DelaySeconds: 1})
		q.refused(err, "InvalidParameterValue", "not valid for this queue type")
	}},
	{"FIFO attributes", sqsAPI + "CreateQueue.html", func(q *queues) {
		url := q.queue("work.fifo", "FifoQueue", "true")
		q.equal(q.attribute(url, "FifoQueue")+q.attribute(url, "ContentBasedDeduplication")+q.attribute(url, "DeduplicationScope")+q.attribute(url, "FifoThroughputLimit"), "truefalsequeueperQueue")
		_, err := q.CreateQueue(q.Context(), &sqs.CreateQueueInput{QueueName: aws.String("plain"), Attributes: map[string]string{"ContentBasedDeduplication": "true"}})
		q.refused(err, "InvalidAttributeName", "Unknown Attribute ContentBasedDeduplication")
		_, err = q.CreateQueue(q.Context(), &sqs.CreateQueueInput{QueueName: aws.String("plain"), Attributes: map[string]string{"FifoQueue": "true"}})
		q.refused(err, "InvalidParameterValue", "must end with .fifo suffix")
	}},
	{"FIFO receive is tried again", sqsGuide + "using-receiverequestattemptid-request-parameter.html", func(q *queues) {
		url := q.queue("work.fifo", "FifoQueue", "true", "ContentBasedDeduplication", "true")
		q.sendTo(url, "g", "", "a")
		receive := func() types.Message {
			return ok[*sqs.ReceiveMessageOutput](q.T)(q.ReceiveMessage(q.Context(), &sqs.ReceiveMessageInput{QueueUrl: url, ReceiveRequestAttemptId: aws.String("try")})).Messages[0]
		}
		first := receive()
		q.clock.Advance(20 * time.Second)
		q.equal(*receive().ReceiptHandle, *first.ReceiptHandle)
		q.clock.Advance(20 * time.Second) // the second try hid it anew
		q.want(url, "")
	}},
	{"FIFO delete after the timeout", sqsAPI + "DeleteMessage.html", func(q *queues) {
		url := q.queue("work.fifo", "FifoQueue", "true", "ContentBasedDeduplication", "true")
		q.sendTo(url, "g", "", "a")
		m := q.want(url, "a")[0]
		q.clock.Advance(30 * time.Second)
		_, err := q.DeleteMessage(q.Context(), &sqs.DeleteMessageInput{QueueUrl: url, ReceiptHandle: m.ReceiptHandle})
		q.refused(err, "InvalidParameterValue", "The receipt handle has expired")
	}},
	{"a standard queue takes groups for fairness", sqsGuide + "sqs-fair-queues.html", func(q *queues) {
		url := q.queue("work")
		ok[*sqs.SendMessageOutput](q.T)(q.SendMessage(q.Context(), &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("a"), MessageGroupId: aws.String("tenant")}))
		q.equal(q.want(url, "a")[0].Attributes["MessageGroupId"], "tenant")
		_, err := q.SendMessage(q.Context(), &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("a"), MessageDeduplicationId: aws.String("d")})
		q.refused(err, "InvalidParameterValue", "not valid for this queue type")
	}},
	{"a task sends with attributes", "conformance services/sqs-task-service-send-message-attributes.json", func(q *queues) {
		url := q.queue("sqs-queue")
		text := func(s string) types.MessageAttributeValue {
			return types.MessageAttributeValue{DataType: aws.String("String"), StringValue: &s}
		}
		out := ok[*sqs.SendMessageOutput](q.T)(q.SendMessage(q.Context(), &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("test_message_body"), MessageAttributes: map[string]types.MessageAttributeValue{
			"my_attribute_no_1": text("Hello"), "my_attribute_no_2": text("World"),
		}}))
		if out.MessageId == nil || out.MD5OfMessageBody == nil || out.MD5OfMessageAttributes == nil || out.SequenceNumber != nil {
			q.Errorf("got %+v", out)
		}
	}},
}

// deadLetters makes two queues, one of which has the other for what was received most times.
func (q *queues) deadLetters(suffix string, most int) (work, dead *string) {
	q.Helper()
	dead = q.queue("dead" + suffix)
	return q.queue("work"+suffix, "RedrivePolicy", fmt.Sprintf(`{"deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:dead%s", "maxReceiveCount": %d}`, suffix, most)), dead
}
