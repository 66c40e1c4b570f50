package services_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/stepwright/stepwright/local/wire/wiretest"
)

// A topics is a machine with clients for its topics and for the queues that they deliver to.
type topics struct {
	*sns.Client
	*queues
}

func newTopics(t *testing.T) *topics {
	q := newQueues(t)
	return &topics{sns.NewFromConfig(wiretest.Config(q.machine.URL(), q.machine.Keys())), q}
}

func (s *topics) topic(name string, attributes ...string) *string {
	s.Helper()
	return ok[*sns.CreateTopicOutput](s.T)(s.CreateTopic(s.Context(), &sns.CreateTopicInput{Name: &name, Attributes: pairs(attributes)})).TopicArn
}

// inbox subscribes a new queue to a topic and gives its URL.
func (s *topics) inbox(topic *string, name string, attributes ...string) *string {
	s.Helper()
	var made []string
	if strings.HasSuffix(name, ".fifo") {
		made = []string{"FifoQueue", "true"}
	}
	url := s.queue(name, made...)
	s.subscribe(topic, "sqs", s.attribute(url, "QueueArn"), attributes...)
	return url
}

func (s *topics) subscribe(topic *string, protocol, endpoint string, attributes ...string) *string {
	s.Helper()
	return ok[*sns.SubscribeOutput](s.T)(s.Subscribe(s.Context(), &sns.SubscribeInput{TopicArn: topic, Protocol: &protocol, Endpoint: &endpoint, Attributes: pairs(attributes), ReturnSubscriptionArn: true})).SubscriptionArn
}

func (s *topics) publish(in *sns.PublishInput) *sns.PublishOutput {
	s.Helper()
	return ok[*sns.PublishOutput](s.T)(s.Publish(s.Context(), in))
}

func word(v string) types.MessageAttributeValue {
	return types.MessageAttributeValue{DataType: aws.String("String"), StringValue: &v}
}

const (
	snsAPI   = "https://docs.aws.amazon.com/sns/latest/api/API_"
	snsGuide = "https://docs.aws.amazon.com/sns/latest/dg/"
)

type snsProbe struct {
	name, page string
	run        func(s *topics)
}

func TestSNS(t *testing.T) {
	t.Parallel()
	for _, p := range snsProbes {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			p.run(newTopics(t))
		})
	}
	if len(snsProbes) < 25 {
		t.Errorf("there are %d probes, fewer than 25", len(snsProbes))
	}
}

var snsProbes = []snsProbe{
	{"create a topic twice", snsAPI + "CreateTopic.html", func(s *topics) {
		arn := s.topic("News", "DisplayName", "News")
		s.equal(*arn, "arn:aws:sns:us-east-1:000000000000:News")
		s.equal(*s.topic("News"), *arn)
		_, err := s.CreateTopic(s.Context(), &sns.CreateTopicInput{Name: aws.String("News"), Attributes: map[string]string{"DisplayName": "Other"}})
		s.refused(err, "InvalidParameter", "Topic already exists with different attributes")
	}},
	{"names", snsAPI + "CreateTopic.html", func(s *topics) {
		for _, name := range []string{"a b", "../../x", strings.Repeat("x", 257), "x.fifo", "<script>"} {
			_, err := s.CreateTopic(s.Context(), &sns.CreateTopicInput{Name: &name})
			s.refused(err, "InvalidParameter", "Invalid parameter: Topic Name")
		}
	}},
	{"attributes of a topic", snsAPI + "GetTopicAttributes.html", func(s *topics) {
		arn := s.topic("News")
		ok[*sns.SetTopicAttributesOutput](s.T)(s.SetTopicAttributes(s.Context(), &sns.SetTopicAttributesInput{TopicArn: arn, AttributeName: aws.String("DisplayName"), AttributeValue: aws.String("Today")}))
		got := ok[*sns.GetTopicAttributesOutput](s.T)(s.GetTopicAttributes(s.Context(), &sns.GetTopicAttributesInput{TopicArn: arn})).Attributes
		s.equal(got["DisplayName"]+got["Owner"]+got["SubscriptionsConfirmed"]+got["SubscriptionsPending"]+got["SubscriptionsDeleted"], "Today000000000000000")
		if !json.Valid([]byte(got["Policy"])) || !json.Valid([]byte(got["EffectiveDeliveryPolicy"])) {
			s.Errorf("got %v", got)
		}
	}},
	{"a topic goes", snsAPI + "DeleteTopic.html", func(s *topics) {
		arn := s.topic("News")
		for range 2 {
			ok[*sns.DeleteTopicOutput](s.T)(s.DeleteTopic(s.Context(), &sns.DeleteTopicInput{TopicArn: arn}))
		}
		_, err := s.GetTopicAttributes(s.Context(), &sns.GetTopicAttributesInput{TopicArn: arn})
		s.refused(err, "NotFound", "Topic does not exist")
	}},
	{"no topic", "conformance services/sns-task-service-publish-base-error-topic-arn.json", func(s *topics) {
		_, err := s.Publish(s.Context(), &sns.PublishInput{TopicArn: aws.String("arn:aws:sns:us-east-1:000000000000:nothing"), Message: aws.String("x")})
		if _, typed := errors.AsType[*types.NotFoundException](err); !typed {
			s.Errorf("got %T", err)
		}
		s.refused(err, "NotFound", "Topic does not exist")
	}},
	{"what is no ARN", snsAPI + "Publish.html", func(s *topics) {
		_, err := s.Publish(s.Context(), &sns.PublishInput{TopicArn: aws.String("news"), Message: aws.String("x")})
		s.refused(err, "InvalidParameter", "TopicArn Reason: An ARN must have at least 6 elements, not 1")
	}},
	{"lists have pages", snsAPI + "ListTopics.html", func(s *topics) {
		for i := range 101 {
			s.topic(fmt.Sprintf("t%03d", i))
		}
		n := 0
		for p := sns.NewListTopicsPaginator(s.Client, &sns.ListTopicsInput{}); p.HasMorePages(); {
			n = n*1000 + len(ok[*sns.ListTopicsOutput](s.T)(p.NextPage(s.Context())).Topics)
		}
		s.equal(n, 100001)
	}},
	{"a queue gets an envelope", snsGuide + "sns-sqs-as-subscriber.html", func(s *topics) {
		arn := s.topic("News")
		url := s.inbox(arn, "in")
		out := s.publish(&sns.PublishInput{TopicArn: arn, Subject: aws.String("Hi"), Message: aws.String("hello"), MessageAttributes: map[string]types.MessageAttributeValue{"a": word("b")}})
		var got map[string]any
		if err := json.Unmarshal([]byte(*s.receive(url)[0].Body), &got); err != nil {
			s.Fatal(err)
		}
		s.equal(fmt.Sprint(got["Type"], got["MessageId"], got["TopicArn"], got["Subject"], got["Message"]), "Notification"+*out.MessageId+*arn+"Hihello")
		s.equal(got["MessageAttributes"], any(map[string]any{"a": map[string]any{"Type": "String", "Value": "b"}}))
	}},
	{"raw delivery", snsGuide + "sns-large-payload-raw-message-delivery.html", func(s *topics) {
		arn := s.topic("News")
		url := s.inbox(arn, "in", "RawMessageDelivery", "true")
		s.publish(&sns.PublishInput{TopicArn: arn, Message: aws.String("hello"), MessageAttributes: map[string]types.MessageAttributeValue{"a": word("b")}})
		s.equal(*s.want(url, "hello")[0].MessageAttributes["a"].StringValue, "b")
	}},
	{"raw delivery is for some protocols", snsAPI + "Subscribe.html", func(s *topics) {
		_, err := s.Subscribe(s.Context(), &sns.SubscribeInput{
			TopicArn: s.topic("News"), Protocol: aws.String("lambda"), Endpoint: aws.String("arn:aws:lambda:us-east-1:000000000000:function:f"), Attributes: map[string]string{"RawMessageDelivery": "true"},
		})
		s.refused(err, "InvalidParameter", "does not support raw message delivery")
	}},
	{"a message for each protocol", snsAPI + "Publish.html", func(s *topics) {
		arn := s.topic("News")
		url := s.inbox(arn, "in", "RawMessageDelivery", "true")
		s.publish(&sns.PublishInput{TopicArn: arn, MessageStructure: aws.String("json"), Message: aws.String(`{"default": "all", "sqs": "queues"}`)})
		s.want(url, "queues")
		_, err := s.Publish(s.Context(), &sns.PublishInput{TopicArn: arn, MessageStructure: aws.String("json"), Message: aws.String(`{"sqs": "queues"}`)})
		s.refused(err, "InvalidParameter", "Message Structure - No default entry in JSON message body")
	}},
	{"what cannot be published", snsAPI + "Publish.html", func(s *topics) {
		arn := s.topic("News")
		for message, in := range map[string]*sns.PublishInput{
			"Empty message": {Message: aws.String("")}, "Message too long": {Message: aws.String(strings.Repeat("x", 256<<10+1))}, "Subject": {Message: aws.String("x"), Subject: aws.String("a\nb")},
			"MessageDeduplicationId": {Message: aws.String("x"), MessageDeduplicationId: aws.String("d")},
		} {
			in.TopicArn = arn
			_, err := s.Publish(s.Context(), in)
			s.refused(err, "InvalidParameter", message)
		}
	}},
	{"bad message attributes", snsGuide + "sns-message-attributes.html", func(s *topics) {
		arn := s.topic("News")
		for message, a := range map[string]types.MessageAttributeValue{
			"invalid message attribute type": {DataType: aws.String("Set"), StringValue: aws.String("1")}, "to number": {DataType: aws.String("Number"), StringValue: aws.String("one")},
			"non-empty message attribute value": {DataType: aws.String("String"), StringValue: aws.String("")},
		} {
			_, err := s.Publish(s.Context(), &sns.PublishInput{TopicArn: arn, Message: aws.String("x"), MessageAttributes: map[string]types.MessageAttributeValue{"a": a}})
			if _, typed := errors.AsType[*types.InvalidParameterValueException](err); !typed {
				s.Errorf("got %T", err)
			}
			s.refused(err, "ParameterValueInvalid", message)
		}
	}},
	{"filters on attributes", snsGuide + "sns-subscription-filter-policies.html", func(s *topics) {
		arn := s.topic("News")
		url := s.inbox(arn, "in", "RawMessageDelivery", "true", "FilterPolicy", `{"sport": ["rugby", {"prefix": "ten"}], "price": [{"numeric": [">", 5]}]}`)
		price := types.MessageAttributeValue{DataType: aws.String("Number"), StringValue: aws.String("6.5")}
		for _, sport := range []string{"rugby", "golf", "tennis"} {
			s.publish(&sns.PublishInput{TopicArn: arn, Message: &sport, MessageAttributes: map[string]types.MessageAttributeValue{"sport": word(sport), "price": price}})
		}
		s.publish(&sns.PublishInput{TopicArn: arn, Message: aws.String("no price"), MessageAttributes: map[string]types.MessageAttributeValue{"sport": word("rugby")}})
		s.want(url, "rugby tennis")
	}},
	{"filters on bodies", snsGuide + "sns-message-filtering-scope.html", func(s *topics) {
		arn := s.topic("News")
		url := s.inbox(arn, "in", "RawMessageDelivery", "true", "FilterPolicyScope", "MessageBody", "FilterPolicy", `{"order": {"state": [{"anything-but": {"prefix": "can"}}]}}`)
		for _, state := range []string{"paid", "cancelled"} {
			s.publish(&sns.PublishInput{TopicArn: arn, Message: aws.String(`{"order":{"state":"` + state + `"}}`)})
		}
		s.publish(&sns.PublishInput{TopicArn: arn, Message: aws.String(`no JSON`)})
		s.want(url, `{"order":{"state":"paid"}}`)
	}},
	{"alternatives in filters", snsGuide + "and-or-logic.html", func(s *topics) {
		arn := s.topic("News")
		url := s.inbox(arn, "in", "RawMessageDelivery", "true", "FilterPolicy", `{"$or": [{"a": ["1"]}, {"b": [{"exists": true}]}]}`)
		for name, v := range map[string]string{"a": "2", "c": "1"} {
			s.publish(&sns.PublishInput{TopicArn: arn, Message: aws.String("no"), MessageAttributes: map[string]types.MessageAttributeValue{name: word(v)}})
		}
		s.publish(&sns.PublishInput{TopicArn: arn, Message: aws.String("yes"), MessageAttributes: map[string]types.MessageAttributeValue{"b": word("x")}})
		s.want(url, "yes")
	}},
	{"filters are checked", snsGuide + "subscription-filter-policy-constraints.html", func(s *topics) {
		arn := s.topic("News")
		for policy, message := range map[string]string{
			`{"a": {"b": ["c"]}}`: "Filter policy scope MessageAttributes does not support nested filter policy", `{"a": [{"glob": "x"}]}`: "Unrecognized match type glob",
			`{"a":[1],"b":[1],"c":[1],"d":[1],"e":[1],"f":[1]}`: "more than 5 keys", `{"a": "b"}`: "must be an object or an array",
		} {
			_, err := s.Subscribe(s.Context(), &sns.SubscribeInput{TopicArn: arn, Protocol: aws.String("sqs"), Endpoint: aws.String("arn:aws:sqs:us-east-1:000000000000:in"), Attributes: map[string]string{"FilterPolicy": policy}})
			s.refused(err, "InvalidParameter", message)
		}
	}},
	{"attributes of a subscription", snsAPI + "SetSubscriptionAttributes.html", func(s *topics) {
		arn := s.topic("News")
		sub := s.subscribe(arn, "sqs", "arn:aws:sqs:us-east-1:000000000000:in")
		ok[*sns.SetSubscriptionAttributesOutput](s.T)(s.SetSubscriptionAttributes(s.Context(), &sns.SetSubscriptionAttributesInput{SubscriptionArn: sub, AttributeName: aws.String("RawMessageDelivery"), AttributeValue: aws.String("true")}))
		got := ok[*sns.GetSubscriptionAttributesOutput](s.T)(s.GetSubscriptionAttributes(s.Context(), &sns.GetSubscriptionAttributesInput{SubscriptionArn: sub})).Attributes
		s.equal(got["RawMessageDelivery"]+got["PendingConfirmation"]+got["Protocol"], "truefalsesqs")
		_, err := s.GetSubscriptionAttributes(s.Context(), &sns.GetSubscriptionAttributesInput{SubscriptionArn: aws.String(*sub + "x")})
		s.refused(err, "NotFound", "Subscription does not exist")
	}},
	{"subscribe twice, and no more", snsAPI + "Subscribe.html", func(s *topics) {
		arn := s.topic("News")
		sub := s.subscribe(arn, "sqs", "arn:aws:sqs:us-east-1:000000000000:in")
		s.equal(*s.subscribe(arn, "sqs", "arn:aws:sqs:us-east-1:000000000000:in"), *sub)
		list := ok[*sns.ListSubscriptionsByTopicOutput](s.T)(s.ListSubscriptionsByTopic(s.Context(), &sns.ListSubscriptionsByTopicInput{TopicArn: arn})).Subscriptions
		s.equal(len(list), 1)
		ok[*sns.UnsubscribeOutput](s.T)(s.Unsubscribe(s.Context(), &sns.UnsubscribeInput{SubscriptionArn: sub}))
		s.equal(len(ok[*sns.ListSubscriptionsOutput](s.T)(s.ListSubscriptions(s.Context(), &sns.ListSubscriptionsInput{})).Subscriptions), 0)
	}},
	{"protocols and endpoints", snsAPI + "Subscribe.html", func(s *topics) {
		arn := s.topic("News")
		for message, p := range map[string][2]string{
			"SQS endpoint ARN": {"sqs", "in"}, "Lambda endpoint ARN": {"lambda", "f"}, "Email address": {"email", "nobody"}, "Endpoint must match the specified protocol": {"https", "http://x"},
			"Amazon SNS does not support this protocol string: pigeon": {"pigeon", "x"},
		} {
			_, err := s.Subscribe(s.Context(), &sns.SubscribeInput{TopicArn: arn, Protocol: &p[0], Endpoint: &p[1]})
			s.refused(err, "InvalidParameter", message)
		}
	}},
	{"mail is confirmed first", snsGuide + "sns-email-notifications.html", func(s *topics) {
		arn := s.topic("News")
		out := ok[*sns.SubscribeOutput](s.T)(s.Subscribe(s.Context(), &sns.SubscribeInput{TopicArn: arn, Protocol: aws.String("email"), Endpoint: aws.String("zoe@example.org")}))
		s.equal(*out.SubscriptionArn, "pending confirmation")
		_, token, _ := strings.Cut(s.machine.SNS.Mails()[0].Body, "with the token ")
		confirmed := ok[*sns.ConfirmSubscriptionOutput](s.T)(s.ConfirmSubscription(s.Context(), &sns.ConfirmSubscriptionInput{TopicArn: arn, Token: &token}))
		if !strings.HasPrefix(*confirmed.SubscriptionArn, *arn+":") {
			s.Errorf("got %s", *confirmed.SubscriptionArn)
		}
		s.publish(&sns.PublishInput{TopicArn: arn, Message: aws.String("hello"), Subject: aws.String("Hi")})
		s.equal(s.machine.SNS.Mails()[1].Subject, "Hi")
	}},
	{"what cannot be delivered", snsGuide + "sns-dead-letter-queues.html", func(s *topics) {
		arn := s.topic("News")
		dead := s.queue("dead")
		s.subscribe(arn, "sqs", "arn:aws:sqs:us-east-1:000000000000:nothing", "RawMessageDelivery", "true", "RedrivePolicy", `{"deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:dead"}`)
		s.publish(&sns.PublishInput{TopicArn: arn, Message: aws.String("lost")})
		s.want(dead, "lost")
	}},
	{"a batch fails in part", snsAPI + "PublishBatch.html", func(s *topics) {
		arn := s.topic("News")
		url := s.inbox(arn, "in", "RawMessageDelivery", "true")
		out := ok[*sns.PublishBatchOutput](s.T)(s.PublishBatch(s.Context(), &sns.PublishBatchInput{TopicArn: arn, PublishBatchRequestEntries: []types.PublishBatchRequestEntry{
			{Id: aws.String("a"), Message: aws.String("one")}, {Id: aws.String("b"), Message: aws.String("")}, {Id: aws.String("c"), Message: aws.String("two")},
		}}))
		s.equal(fmt.Sprint(len(out.Successful), *out.Failed[0].Id, *out.Failed[0].Code, out.Failed[0].SenderFault), "2bInvalidParametertrue")
		s.want(url, "one two")
	}},
	{"a batch as a whole", snsAPI + "PublishBatch.html", func(s *topics) {
		arn := s.topic("News")
		entries := func(ids ...string) (list []types.PublishBatchRequestEntry) {
			for _, id := range ids {
				list = append(list, types.PublishBatchRequestEntry{Id: &id, Message: aws.String(strings.Repeat("x", 100<<10))})
			}
			return list
		}
		for code, list := range map[string][]types.PublishBatchRequestEntry{
			"EmptyBatchRequest": {}, "BatchEntryIdsNotDistinct": entries("a", "a"), "InvalidBatchEntryId": entries("a/b"),
			"TooManyEntriesInBatchRequest": entries(strings.Split("abcdefghijk", "")...), "BatchRequestTooLong": entries("a", "b", "c"),
		} {
			_, err := s.PublishBatch(s.Context(), &sns.PublishBatchInput{TopicArn: arn, PublishBatchRequestEntries: list})
			s.refused(err, code, "")
		}
	}},
	{"FIFO keeps order and drops duplicates", snsGuide + "fifo-message-dedup.html", func(s *topics) {
		arn := s.topic("News.fifo", "FifoTopic", "true", "ContentBasedDeduplication", "true")
		url := s.inbox(arn, "in.fifo", "RawMessageDelivery", "true")
		var last string
		for _, m := range []string{"a", "b", "a", "c"} {
			out := s.publish(&sns.PublishInput{TopicArn: arn, Message: &m, MessageGroupId: aws.String("g")})
			if len(*out.SequenceNumber) != 20 || m != "a" && *out.SequenceNumber <= last {
				s.Errorf("sequence number %s after %s", *out.SequenceNumber, last)
			}
			last = *out.SequenceNumber
		}
		got := s.want(url, "a b c")
		s.equal(got[0].Attributes["MessageGroupId"], "g")
	}},
	{"FIFO needs a group", "conformance services/sns-task-service-fifo-message-attribute-input-params0-true.json", func(s *topics) {
		arn := s.topic("News.fifo", "FifoTopic", "true", "ContentBasedDeduplication", "true")
		_, err := s.Publish(s.Context(), &sns.PublishInput{TopicArn: arn, Message: aws.String("x")})
		s.refused(err, "InvalidParameter", "Invalid parameter: The MessageGroupId parameter is required for FIFO topics")
	}},
	{"FIFO topics and queues", snsGuide + "fifo-topic-message-delivery.html", func(s *topics) {
		s.queue("in.fifo", "FifoQueue", "true")
		endpoint := aws.String("arn:aws:sqs:us-east-1:000000000000:in.fifo")
		_, err := s.Subscribe(s.Context(), &sns.SubscribeInput{TopicArn: s.topic("News"), Protocol: aws.String("sqs"), Endpoint: endpoint})
		s.refused(err, "InvalidParameter", "FIFO SQS Queues can not be subscribed to standard SNS topics")
		s.inbox(s.topic("Other.fifo", "FifoTopic", "true"), "plain") // a standard queue may listen to a FIFO topic
	}},
	{"tags", snsAPI + "TagResource.html", func(s *topics) {
		arn := s.topic("News")
		ok[*sns.TagResourceOutput](s.T)(s.TagResource(s.Context(), &sns.TagResourceInput{ResourceArn: arn, Tags: []types.Tag{{Key: aws.String("a"), Value: aws.String("1")}, {Key: aws.String("b"), Value: aws.String("2")}}}))
		ok[*sns.UntagResourceOutput](s.T)(s.UntagResource(s.Context(), &sns.UntagResourceInput{ResourceArn: arn, TagKeys: []string{"a"}}))
		got := ok[*sns.ListTagsForResourceOutput](s.T)(s.ListTagsForResource(s.Context(), &sns.ListTagsForResourceInput{ResourceArn: arn})).Tags
		s.equal(len(got), 1)
		s.equal(*got[0].Key+*got[0].Value, "b2")
		_, err := s.ListTagsForResource(s.Context(), &sns.ListTagsForResourceInput{ResourceArn: aws.String(*arn + "x")})
		s.refused(err, "ResourceNotFound", "Resource does not exist")
	}},
	{"permissions", snsAPI + "AddPermission.html", func(s *topics) {
		arn := s.topic("News")
		ok[*sns.AddPermissionOutput](s.T)(s.AddPermission(s.Context(), &sns.AddPermissionInput{TopicArn: arn, Label: aws.String("one"), AWSAccountId: []string{"111122223333"}, ActionName: []string{"Publish"}}))
		policy := func() string {
			return ok[*sns.GetTopicAttributesOutput](s.T)(s.GetTopicAttributes(s.Context(), &sns.GetTopicAttributesInput{TopicArn: arn})).Attributes["Policy"]
		}
		s.equal(strings.Contains(policy(), `"SNS:Publish","Resource"`), true)
		ok[*sns.RemovePermissionOutput](s.T)(s.RemovePermission(s.Context(), &sns.RemovePermissionInput{TopicArn: arn, Label: aws.String("one")}))
		s.equal(strings.Contains(policy(), `"one"`), false)
	}},
	{"text messages are refused", snsAPI + "Publish.html", func(s *topics) {
		_, err := s.Publish(s.Context(), &sns.PublishInput{PhoneNumber: aws.String("+4670"), Message: aws.String("x")})
		s.refused(err, "InvalidParameter", "not supported by the local machine")
	}},
	{"a queue that cannot be reached does not stop others", snsGuide + "sns-message-delivery-retries.html", func(s *topics) {
		arn := s.topic("News")
		s.subscribe(arn, "sqs", "arn:aws:sqs:us-east-1:000000000000:nothing")
		url := s.inbox(arn, "in", "RawMessageDelivery", "true")
		s.publish(&sns.PublishInput{TopicArn: arn, Message: aws.String("x")})
		ok[*sqs.ReceiveMessageOutput](s.T)(s.ReceiveMessage(s.Context(), &sqs.ReceiveMessageInput{QueueUrl: url}))
	}},
}
