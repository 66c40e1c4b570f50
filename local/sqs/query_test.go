package sqs_test

import (
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	neturl "net/url"
	"strings"
	"testing"
)

// post sends a form in the Query protocol, as SDKs of before 2023 do, and gives the answer.
func (b broker) post(path, form string) (status int, body string) {
	b.t.Helper()
	r := httptest.NewRequestWithContext(b.t.Context(), http.MethodPost, path, strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// The shapes are those of the examples in the SQS API reference.
func TestQueryProtocol(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	work := "&QueueUrl=" + neturl.QueryEscape(base+"/111122223333/work")
	for _, c := range []struct {
		path, form string
		status     int
		want       []string
	}{
		{"/", "Action=CreateQueue&QueueName=work&Attribute.1.Name=VisibilityTimeout&Attribute.1.Value=40&Tag.1.Key=team&Tag.1.Value=a%26b", 200, []string{"<CreateQueueResult><QueueUrl>" + base + "/111122223333/work</QueueUrl></CreateQueueResult>", `xmlns="http://queue.amazonaws.com/doc/2012-11-05/"`}},
		{"/", "Action=ListQueues&QueueNamePrefix=w", 200, []string{"<ListQueuesResult><QueueUrl>" + base + "/111122223333/work</QueueUrl></ListQueuesResult>"}},
		{"/111122223333/work", "Action=GetQueueAttributes&AttributeName.1=VisibilityTimeout&AttributeName.2=DelaySeconds", 200, []string{"<Attribute><Name>VisibilityTimeout</Name><Value>40</Value></Attribute><Attribute><Name>DelaySeconds</Name><Value>0</Value></Attribute>"}},
		{"/", "Action=ListQueueTags" + work, 200, []string{"<ListQueueTagsResult><Tag><Key>team</Key><Value>a&amp;b</Value></Tag></ListQueueTagsResult>"}},
		{"/", "Action=SendMessage&MessageBody=%3Chello%3E&MessageAttribute.1.Name=n&MessageAttribute.1.Value.DataType=Number&MessageAttribute.1.Value.StringValue=1" + work, 200, []string{"<MessageId>", "<MD5OfMessageBody>", "<MD5OfMessageAttributes>"}},
		{"/", "Action=ReceiveMessage&MessageAttributeName.1=All&AttributeName.1=All" + work, 200, []string{"<ReceiveMessageResult><Message><MessageId>", "<Body>&lt;hello&gt;</Body>", "<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>", "<MessageAttribute><Name>n</Name><Value><DataType>Number</DataType><StringValue>1</StringValue></Value></MessageAttribute>"}},
		{"/", "Action=SendMessageBatch&SendMessageBatchRequestEntry.1.Id=a&SendMessageBatchRequestEntry.1.MessageBody=x&SendMessageBatchRequestEntry.2.Id=b&SendMessageBatchRequestEntry.2.MessageBody=y&SendMessageBatchRequestEntry.2.DelaySeconds=901" + work, 200, []string{"<SendMessageBatchResultEntry><Id>a</Id>", "<BatchResultErrorEntry><Id>b</Id><SenderFault>true</SenderFault><Code>InvalidParameterValue</Code>"}},
		{"/", "Action=DeleteMessageBatch&DeleteMessageBatchRequestEntry.1.Id=a&DeleteMessageBatchRequestEntry.1.ReceiptHandle=x" + work, 200, []string{"<BatchResultErrorEntry><Id>a</Id>"}},
		{"/", "Action=GetQueueUrl&QueueName=nothing", 400, []string{"<ErrorResponse", "<Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue</Code><Message>The specified queue does not exist.</Message>"}},
		{"/", "Action=SendPigeon", 400, []string{"<Code>InvalidAction</Code>"}},
		{"/", "QueueName=x", 400, []string{"<Code>MissingAction</Code>"}},
		{"/", "Action=CreateQueue&QueueName=x&Attribute=1", 400, []string{"<Code>SerializationException</Code>"}},
		{"/", "Action=%zz", 400, []string{"<Code>MalformedQueryString</Code>"}},
	} {
		status, body := b.post(c.path, c.form)
		if status != c.status {
			t.Errorf("%s: status %d, want %d", c.form, status, c.status)
		}
		for _, want := range c.want {
			if !strings.Contains(body, want) {
				t.Errorf("%s:\ngot  %s\nwant %s", c.form, body, want)
			}
		}
	}
}

// FuzzQueryProtocol: no form makes the broker panic, and every answer is XML.
func FuzzQueryProtocol(f *testing.F) {
	f.Add("Action=CreateQueue&QueueName=x&Attribute.1.Name=Policy&Attribute.1.Value={}")
	f.Add("Action=SendMessageBatch&QueueUrl=http://127.0.0.1:4566/111122223333/work&SendMessageBatchRequestEntry.1.Id=a&SendMessageBatchRequestEntry.1.MessageAttribute.1.Name=n")
	f.Add("Action=ReceiveMessage&QueueUrl=http://127.0.0.1:4566/111122223333/work&AttributeName.1=All&MessageAttributeName.x.y=z")
	f.Add("Action=GetQueueAttributes&QueueUrl.member.1=x&AttributeName=All")
	f.Fuzz(func(t *testing.T, form string) {
		if strings.Contains(form, "WaitTimeSeconds") || strings.Contains(form, "%") { // the clock stands still; names may be spelled so
			return
		}
		b := newBroker(t)
		b.send(b.queue("work", `{}`), "hello <&>", "")
		_, body := b.post("/111122223333/work", form)
		d := xml.NewDecoder(strings.NewReader(body))
		for {
			if _, err := d.Token(); err != nil {
				if err.Error() != "EOF" {
					t.Errorf("%q: %v in %s", form, err, body)
				}
				return
			}
		}
	})
}
