package sns_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/sns"
	"github.com/stepwright/stepwright/local/sqs"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/wiretest"
	"github.com/stepwright/stepwright/value"
)

// A functions stands for Lambda and remembers how it was called.
type functions struct {
	mu    sync.Mutex
	calls []value.Value
}

func (f *functions) Call(_ context.Context, action string, in value.Value) (value.Value, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if action != "Invoke" || strings.HasSuffix(in.Get("FunctionName").Str(), "Broken") {
		return value.Value{}, wire.Errorf("ResourceNotFoundException", "no function %s", in.Get("FunctionName").Str())
	}
	f.calls = append(f.calls, in)
	return value.Object(value.M("StatusCode", value.Int(202))), nil
}

// A hub for tests, with what it delivers to.
type hub struct {
	*sns.Hub
	t         testing.TB
	queues    *sqs.Broker
	functions *functions
}

func newHub(t testing.TB) hub {
	c := clock.NewVirtual(time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC))
	directory := &wire.Directory{}
	h := hub{
		sns.New(wiretest.Account, c, directory), t,
		sqs.New(wiretest.Account, c, func() string { return "http://127.0.0.1:1" }), &functions{},
	}
	directory.Add("sqs", h.queues)
	directory.Add("lambda", h.functions)
	return h
}

func (h hub) call(action, in string) (value.Value, error) {
	h.t.Helper()
	return h.Call(context.Background(), action, value.MustParse(in))
}

func (h hub) do(action, in string) value.Value {
	h.t.Helper()
	out, err := h.call(action, in)
	if err != nil {
		h.t.Fatalf("%s %s: %v", action, in, err)
	}
	return out
}

// queue makes a queue and gives its ARN.
func (h hub) queue(name string) string {
	h.t.Helper()
	if _, err := h.queues.Call(context.Background(), "CreateQueue", value.MustParse(`{"QueueName": "`+name+`"}`)); err != nil {
		h.t.Fatal(err)
	}
	return wiretest.Account.ARN("sqs", name)
}

// received gives the messages of a queue.
func (h hub) received(name string) []value.Value {
	h.t.Helper()
	out, err := h.queues.Call(context.Background(), "ReceiveMessage",
		value.MustParse(`{"MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"], "QueueUrl": "http://127.0.0.1:1/111122223333/`+name+`"}`))
	if err != nil {
		h.t.Fatal(err)
	}
	return out.Get("Messages").Elements()
}

func TestSDK(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	c, ctx := sdk.NewFromConfig(wiretest.Start(t, h).Config()), t.Context()
	topic, err := c.CreateTopic(ctx, &sdk.CreateTopicInput{Name: aws.String("Failures"), Attributes: map[string]string{"DisplayName": "Failures & <more>"}})
	if err != nil {
		t.Fatal(err)
	}
	h.queue("inbox")
	sub, err := c.Subscribe(ctx, &sdk.SubscribeInput{
		TopicArn: topic.TopicArn, Protocol: aws.String("sqs"), Endpoint: aws.String(wiretest.Account.ARN("sqs", "inbox")), Attributes: map[string]string{"RawMessageDelivery": "true"},
	})
	if err != nil {
		t.Fatal(err)
	}
	sent, err := c.Publish(ctx, &sdk.PublishInput{
		TopicArn: topic.TopicArn, Subject: aws.String("Failed"), Message: aws.String(`{"photo": "zoë & <p1>"}`),
		MessageAttributes: map[string]types.MessageAttributeValue{"errorAt": {DataType: aws.String("String"), StringValue: aws.String("Extract")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := h.Published(*topic.TopicArn)
	if len(got) != 1 || got[0].ID != *sent.MessageId || got[0].Subject != "Failed" || got[0].Body != `{"photo": "zoë & <p1>"}` || got[0].Failures != nil ||
		got[0].Attributes.Path("errorAt", "StringValue").Str() != "Extract" {
		t.Errorf("got %+v", got)
	}
	raw := h.received("inbox")
	if len(raw) != 1 || raw[0].Get("Body").Str() != got[0].Body || raw[0].Path("MessageAttributes", "errorAt", "StringValue").Str() != "Extract" {
		t.Errorf("the queue has %v", raw)
	}
	about, err := c.GetTopicAttributes(ctx, &sdk.GetTopicAttributesInput{TopicArn: topic.TopicArn})
	if err != nil || about.Attributes["DisplayName"] != "Failures & <more>" || about.Attributes["SubscriptionsConfirmed"] != "1" {
		t.Errorf("got %v, %v", about, err)
	}
	topics, err := c.ListTopics(ctx, &sdk.ListTopicsInput{})
	if err != nil || len(topics.Topics) != 1 || *topics.Topics[0].TopicArn != *topic.TopicArn {
		t.Errorf("got %v, %v", topics, err)
	}
	subs, err := c.ListSubscriptionsByTopic(ctx, &sdk.ListSubscriptionsByTopicInput{TopicArn: topic.TopicArn})
	if err != nil || len(subs.Subscriptions) != 1 || *subs.Subscriptions[0].SubscriptionArn != *sub.SubscriptionArn {
		t.Errorf("got %v, %v", subs, err)
	}
	if _, err := c.Unsubscribe(ctx, &sdk.UnsubscribeInput{SubscriptionArn: sub.SubscriptionArn}); err != nil {
		t.Error(err)
	}
	if _, err := c.DeleteTopic(ctx, &sdk.DeleteTopicInput{TopicArn: topic.TopicArn}); err != nil {
		t.Error(err)
	}
	var gone *types.NotFoundException
	if _, err := c.Publish(ctx, &sdk.PublishInput{TopicArn: topic.TopicArn, Message: aws.String("x")}); !errors.As(err, &gone) || gone.ErrorMessage() != "Topic does not exist" {
		t.Errorf("got %v, want NotFoundException", err)
	}
	var bad *types.InvalidParameterException
	if _, err := c.Publish(ctx, &sdk.PublishInput{TopicArn: topic.TopicArn, Message: aws.String("")}); !errors.As(err, &bad) {
		t.Errorf("got %v, want InvalidParameterException", err)
	}
}

func TestDelivery(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	topic := h.do("CreateTopic", `{"Name": "Failures"}`).Get("TopicArn").Str()
	h.do("Subscribe", `{"TopicArn": "`+topic+`", "Protocol": "sqs", "Endpoint": "`+h.queue("inbox")+`"}`)
	function := h.do("Subscribe", `{"TopicArn": "`+topic+`", "Protocol": "lambda", "Endpoint": "arn:aws:lambda:eu-north-1:111122223333:function:Tell"}`).Get("SubscriptionArn").Str()
	message := value.String(`{"default": "plain", "sqs": "for queues"}`)
	id := h.do("Publish", `{"TopicArn": "`+topic+`", "MessageStructure": "json", "Message": `+message.String()+`, "Subject": "Hi",
		"MessageAttributes": {"n": {"DataType": "Number", "StringValue": "1"}}}`).Get("MessageId").Str()
	got := value.MustParse(h.received("inbox")[0].Get("Body").Str())
	want := value.MustParse(`{"Type": "Notification", "MessageId": "` + id + `", "TopicArn": "` + topic + `", "Subject": "Hi", "Message": "for queues",
		"Timestamp": "2026-11-01T12:00:00.000Z", "SignatureVersion": "1", "Signature": "simulated", "SigningCertURL": "simulated", "UnsubscribeURL": "simulated",
		"MessageAttributes": {"n": {"Type": "Number", "Value": "1"}}}`)
	if diff := cmp.Diff(want.Indent(), got.Indent()); diff != "" {
		t.Errorf("the queue's envelope (-want +got):\n%s", diff)
	}
	h.do("Publish", `{"TargetArn": "`+topic+`", "Message": "plain"}`)
	wantCall := value.MustParse(`{"FunctionName": "arn:aws:lambda:eu-north-1:111122223333:function:Tell", "InvocationType": "Event", "Payload": {"Records": [
		{"EventVersion": "1.0", "EventSubscriptionArn": "` + function + `", "EventSource": "aws:sns", "Sns": {"Type": "Notification", "MessageId": "ID", "TopicArn": "` + topic + `",
		"Message": "plain", "Timestamp": "2026-11-01T12:00:00.000Z", "SignatureVersion": "1", "Signature": "simulated", "SigningCertUrl": "simulated", "UnsubscribeUrl": "simulated",
		"Subject": null, "MessageAttributes": {}}}]}}`).Indent()
	gotCall := h.functions.calls[1].Indent()
	gotCall = strings.Replace(gotCall, h.Published(topic)[1].ID, "ID", 1)
	if diff := cmp.Diff(wantCall, gotCall); diff != "" {
		t.Errorf("the function's event (-want +got):\n%s", diff)
	}
}

func TestDeliveryFails(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	topic := h.do("CreateTopic", `{"Name": "Failures"}`).Get("TopicArn").Str()
	h.queue("dead")
	h.do("Subscribe", `{"TopicArn": "`+topic+`", "Protocol": "sqs", "Endpoint": "arn:aws:sqs:eu-north-1:111122223333:nothing"}`)
	h.do("Subscribe", `{"TopicArn": "`+topic+`", "Protocol": "lambda", "Endpoint": "arn:aws:lambda:eu-north-1:111122223333:function:Broken",
		"Attributes": {"RedrivePolicy": "{\"deadLetterTargetArn\": \"arn:aws:sqs:eu-north-1:111122223333:dead\"}"}}`)
	h.do("Publish", `{"TopicArn": "`+topic+`", "Message": "x"}`)
	want := []string{"sqs arn:aws:sqs:eu-north-1:111122223333:nothing: QueueDoesNotExist: The specified queue does not exist."}
	if diff := cmp.Diff(want, h.Published(topic)[0].Failures); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := h.received("dead"); len(got) != 1 {
		t.Errorf("the dead-letter queue has %v", got)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	topic := h.do("CreateTopic", `{"Name": "T"}`).Get("TopicArn").Str()
	on := func(more string) string { return `{"TopicArn": "` + topic + `"` + more + `}` }
	const bad = "InvalidParameterException: Invalid parameter: "
	for _, c := range []struct{ action, in, want string }{
		{"CreateTopic", `{}`, bad + "Topic Name"},
		{"CreateTopic", `{"Name": "a b"}`, bad + "Topic Name"},
		{"CreateTopic", `{"Name": "x", "Attributes": {"FifoTopic": "true"}}`, bad + "Topic Name Reason: Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII letters, numbers, underscores, and hyphens, and must be between 1 and 256 characters long."},
		{"CreateTopic", `{"Name": "x", "Attributes": {"ArchivePolicy": "{}"}}`, bad + "Attributes Reason: ArchivePolicy is not supported by the local machine"},
		{"CreateTopic", `{"Name": "x", "Attributes": {"Colour": "red"}}`, bad + "Attributes Reason: Unknown attribute Colour"},
		{"Publish", `{"Message": "x"}`, bad + "TopicArn or TargetArn Reason: no value for required parameter"},
		{"Publish", `{"TopicArn": "nonsense", "Message": "x"}`, bad + `TopicArn Reason: An ARN must have at least 6 elements, not 1`},
		{"Publish", `{"TopicArn": "` + topic + `2", "Message": "x"}`, "NotFoundException: Topic does not exist"},
		{"Publish", on(``), bad + "Empty message"},
		{"Publish", on(`, "Message": "` + strings.Repeat("x", 256<<10+1) + `"`), bad + "Message too long"},
		{"Publish", on(`, "Message": "x", "Subject": "a\nb"`), bad + "Subject"},
		{"Publish", on(`, "Message": "x", "Subject": "` + strings.Repeat("ä", 101) + `"`), bad + "Subject"},
		{"Publish", on(`, "Message": "x", "MessageStructure": "xml"`), bad + "MessageStructure"},
		{"Publish", on(`, "Message": "x", "MessageStructure": "json"`), bad + "Message Structure - JSON message body failed to parse"},
		{"Publish", on(`, "Message": "{}", "MessageStructure": "json"`), bad + "Message Structure - No default entry in JSON message body"},
		{"Publish", on(`, "Message": {"a": 1}`), `InvalidParameterException: the parameter Message of Publish must be a string, not object`},
		{"Publish", on(`, "Message": "x", "MessageDeduplicationId": "d"`), bad + "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type"},
		{"Publish", `{"PhoneNumber": "+46", "Message": "x"}`, bad + "PhoneNumber Reason: text messages are not supported by the local machine"},
		{"Publish", on(`, "Message": "x", "MessageAttributes": {"a": {"DataType": "X"}}`), "InvalidParameterValueException: The message attribute 'a' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String."},
		{"Publish", on(`, "Message": "x", "MessageAttributes": {"a": {"DataType": "String"}}`), "InvalidParameterValueException: The message attribute 'a' must contain non-empty message attribute value for message attribute type 'String'."},
		{"Subscribe", on(`, "Protocol": "sms", "Endpoint": "+46"`), bad + `Protocol Reason: sms is not supported by the local machine; it delivers to sqs, lambda, http, https, email and email-json`},
		{"Subscribe", on(`, "Protocol": "pigeon", "Endpoint": "+46"`), bad + `Amazon SNS does not support this protocol string: pigeon`},
		{"Subscribe", on(`, "Protocol": "email", "Endpoint": "nobody"`), bad + `Email address`},
		{"Subscribe", on(`, "Protocol": "http", "Endpoint": "https://127.0.0.1/"`), bad + `Endpoint must match the specified protocol`},
		{"Subscribe", on(`, "Protocol": "sqs", "Endpoint": "http://queue"`), bad + `SQS endpoint ARN`},
		{"Subscribe", on(`, "Protocol": "sqs", "Endpoint": "arn:aws:sqs:::q", "Attributes": {"FilterPolicy": "{\"a\": 1}"}`), bad + `FilterPolicy: "a" must be an object or an array`},
		{"GetTopicAttributes", `{"TopicArn": "` + topic + `2"}`, "NotFoundException: Topic does not exist"},
		{"PublishBatch", on(``), "EmptyBatchRequestException: The batch request doesn't contain any entries."},
		{"OptInPhoneNumber", `{}`, "UnknownOperationException: OptInPhoneNumber of SNS is not supported by the local machine"},
	} {
		_, err := h.call(c.action, c.in)
		if err == nil {
			t.Errorf("%s %s: no error, want %s", c.action, c.in, c.want)
			continue
		}
		if diff := cmp.Diff(c.want, err.Error()); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", c.action, c.in, diff)
		}
	}
}

func TestListTopics(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	for i := range 130 {
		h.do("CreateTopic", fmt.Sprintf(`{"Name": "t%03d"}`, i))
	}
	first := h.do("ListTopics", `{}`)
	second := h.do("ListTopics", `{"NextToken": "`+first.Get("NextToken").Str()+`"}`)
	if a, b := first.Get("Topics").Len(), second.Get("Topics").Len(); a != 100 || b != 30 || second.Get("NextToken").Exists() {
		t.Errorf("pages of %d and %d topics", a, b)
	}
}

func TestProvider(t *testing.T) {
	t.Parallel()
	h, ctx := newHub(t), t.Context()
	make := func(id, kind, properties string) (wire.Resource, wire.Created) {
		r := wire.Resource{Stack: "Demo", LogicalID: id, Type: kind, Properties: value.MustParse(properties)}
		c, err := h.Create(ctx, r)
		if err != nil {
			t.Fatal(err)
		}
		return r, c
	}
	queue := h.queue("inbox")
	topic, c := make("Failures", sns.TopicType, `{"DisplayName": "Failures", "Subscription": [{"Protocol": "sqs", "Endpoint": "`+queue+`"}]}`)
	if c.Attributes["TopicArn"].Str() != c.Ref || !strings.HasPrefix(c.Attributes["TopicName"].Str(), "Demo-Failures-") {
		t.Errorf("got %+v", c)
	}
	sub, subbed := make("Sub", sns.SubscriptionType, `{"TopicArn": "`+c.Ref+`", "Protocol": "lambda", "Endpoint": "arn:aws:lambda:eu-north-1:111122223333:function:Tell"}`)
	policy, held := make("Policy", sns.PolicyType, `{"Topics": ["`+c.Ref+`"], "PolicyDocument": {"Version": "2012-10-17"}}`)
	attributes := h.do("GetTopicAttributes", `{"TopicArn": "`+c.Ref+`"}`).Get("Attributes")
	if attributes.Get("Policy").Str() != `{"Version":"2012-10-17"}` || attributes.Get("SubscriptionsConfirmed").Str() != "2" {
		t.Errorf("got %s", attributes)
	}
	if err := errors.Join(h.Delete(ctx, policy, held), h.Delete(ctx, sub, subbed), h.Delete(ctx, topic, c), h.Delete(ctx, topic, c)); err != nil {
		t.Fatal(err)
	}
	if got := h.do("ListTopics", `{}`); got.Get("Topics").Len() != 0 {
		t.Errorf("got %s", got)
	}
	for _, bad := range []struct{ kind, properties, want string }{
		{sns.TopicType, `{"ArchivePolicy": {}}`, "InvalidParameterException: Invalid parameter: Attributes Reason: ArchivePolicy is not supported by the local machine"},
		{sns.TopicType, `{"Colour": 1}`, "ValidationException: the parameter Colour of resource Bad (AWS::SNS::Topic) is not supported yet by the local machine"},
		{sns.SubscriptionType, `{"TopicArn": "` + c.Ref + `", "Protocol": "sqs", "Endpoint": "` + queue + `"}`, "NotFoundException: Topic does not exist"},
		{sns.SubscriptionType, `{"Filter": {}}`, "ValidationException: the parameter Filter of resource Bad (AWS::SNS::Subscription) is not supported yet by the local machine"},
		{sns.PolicyType, `{"Topics": ["` + c.Ref + `"]}`, "property Topics: " + c.Ref + ": NotFoundException: Topic does not exist"},
	} {
		_, err := h.Create(ctx, wire.Resource{Stack: "Demo", LogicalID: "Bad", Type: bad.kind, Properties: value.MustParse(bad.properties)})
		if err == nil || err.Error() != bad.want {
			t.Errorf("%s %s: got %v, want %s", bad.kind, bad.properties, err, bad.want)
		}
	}
}

func ExampleHub_Published() {
	h := sns.New(wiretest.Account, clock.Real(), &wire.Directory{})
	topic, _ := h.Call(context.Background(), "CreateTopic", value.MustParse(`{"Name": "Failures"}`))
	_, err := h.Call(context.Background(), "Publish", value.Object(value.M("TopicArn", topic.Get("TopicArn")), value.M("Message", value.String("p1 failed"))))
	if err != nil {
		fmt.Println(err)
	}
	for _, m := range h.Published(topic.Get("TopicArn").Str()) {
		fmt.Println(m.Body)
	}
	// Output:
	// p1 failed
}
