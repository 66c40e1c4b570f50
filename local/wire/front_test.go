package wire_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/wiretest"
	"github.com/stepwright/stepwright/value"
)

// A core answers with what a function says.
type core func(ctx context.Context, action string, in value.Value) (value.Value, error)

func (c core) Call(ctx context.Context, action string, in value.Value) (value.Value, error) {
	return c(ctx, action, in)
}

// seen answers every action with the answer and remembers what it was asked.
func seen(calls *[]string, answer string) core {
	return func(_ context.Context, action string, in value.Value) (value.Value, error) {
		*calls = append(*calls, action+" "+in.String())
		return value.MustParse(answer), nil
	}
}

func TestJSONFront(t *testing.T) {
	t.Parallel()
	var calls []string
	m := wiretest.Start(t, wire.NewService("dynamodb", wire.JSONFront("DynamoDB_20120810", "1.0", seen(&calls, `{"Item":{"id":{"S":"é"}}}`))))
	out, err := dynamodb.NewFromConfig(m.Config()).GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: aws.String("Photos"), Key: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: "a/b +%é"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := out.Item["id"].(*types.AttributeValueMemberS).Value; got != "é" {
		t.Errorf("item's id is %q", got)
	}
	want := []string{`GetItem {"Key":{"id":{"S":"a/b +%é"}},"TableName":"Photos"}`}
	if d := cmp.Diff(want, calls); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestJSONFrontErrors(t *testing.T) {
	t.Parallel()
	failing := core(func(_ context.Context, action string, _ value.Value) (value.Value, error) {
		switch action {
		case "GetItem":
			return value.Value{}, &wire.Error{Code: "ConditionalCheckFailedException", Message: "no", Fields: value.MustParse(`{"Item":{"a":{"N":"1"}}}`)}
		case "ListTables":
			panic("a bug")
		case "DescribeTable":
			return value.Value{}, errors.New("disk on fire")
		}
		return value.Value{}, wire.UnknownOperation("dynamodb", action)
	})
	m := wiretest.Start(t, wire.NewService("dynamodb", wire.JSONFront("DynamoDB_20120810", "1.0", failing)))
	m.Log = nil
	client := dynamodb.NewFromConfig(m.Config())
	_, err := client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String("T"), Key: map[string]types.AttributeValue{}})
	if e, ok := errors.AsType[*types.ConditionalCheckFailedException](err); !ok || e.ErrorMessage() != "no" || e.Item["a"] == nil {
		t.Errorf("modelled error with members: %v", err)
	}
	_, err = client.ListTables(t.Context(), &dynamodb.ListTablesInput{})
	wiretest.Refused(t, err, "InternalFailure", "a bug")
	_, err = client.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String("T")})
	wiretest.Refused(t, err, "InternalFailure", "disk on fire")
	_, err = client.ListBackups(t.Context(), &dynamodb.ListBackupsInput{})
	wiretest.Refused(t, err, "UnknownOperationException", "ListBackups of dynamodb is not supported by the local machine")
}

func TestQueryFront(t *testing.T) {
	t.Parallel()
	var calls []string
	m := wiretest.Start(t, wire.NewService("sns", wire.QueryFront("http://sns.amazonaws.com/doc/2010-03-31/",
		seen(&calls, `{"MessageId":"m<1>","Attributes":{"Owner":"1&2"},"Topics":[{"TopicArn":"a"},{"TopicArn":"b"}]}`), "Attributes")))
	client := sns.NewFromConfig(m.Config())
	published, err := client.Publish(t.Context(), &sns.PublishInput{
		TopicArn: aws.String("arn"), Message: aws.String("a+b & c=d é"),
		MessageAttributes: map[string]snstypes.MessageAttributeValue{"kind": {DataType: aws.String("String"), StringValue: aws.String("x.y")}},
	})
	if err != nil || *published.MessageId != "m<1>" {
		t.Fatalf("Publish: %v, %v", published, err)
	}
	if _, err := client.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("T"), Tags: []snstypes.Tag{{Key: aws.String("k"), Value: aws.String("v")}}, Attributes: map[string]string{"FifoTopic": "true"}}); err != nil {
		t.Fatal(err)
	}
	topics, err := client.ListTopics(t.Context(), &sns.ListTopicsInput{})
	if err != nil || len(topics.Topics) != 2 {
		t.Errorf("ListTopics: %v, %v", topics, err)
	}
	attributes, err := client.GetTopicAttributes(t.Context(), &sns.GetTopicAttributesInput{TopicArn: aws.String("arn")})
	if err != nil || attributes.Attributes["Owner"] != "1&2" {
		t.Errorf("GetTopicAttributes: %v, %v", attributes, err)
	}
	want := []string{
		`Publish {"Message":"a+b & c=d é","MessageAttributes":{"kind":{"DataType":"String","StringValue":"x.y"}},"TopicArn":"arn"}`,
		`CreateTopic {"Attributes":{"FifoTopic":"true"},"Name":"T","Tags":[{"Key":"k","Value":"v"}]}`,
		`ListTopics {}`,
		`GetTopicAttributes {"TopicArn":"arn"}`,
	}
	if d := cmp.Diff(want, calls); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestQueryFrontErrors(t *testing.T) {
	t.Parallel()
	m := wiretest.Start(t, wire.NewService("sts", wire.QueryFront("https://sts.amazonaws.com/doc/2011-06-15/",
		core(func(context.Context, string, value.Value) (value.Value, error) {
			return value.Value{}, &wire.Error{Code: "NotFoundException", QueryCode: "NotFound", Message: "no <role>", Status: http.StatusNotFound}
		}))))
	_, err := sts.NewFromConfig(m.Config()).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	wiretest.Refused(t, err, "NotFound", "no <role>")
}

// echo answers S3 requests with what reached it.
func echo(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if e, ok := errors.AsType[*wire.Error](err); ok {
		wire.WriteS3Error(w, r, e)
		return
	}
	w.Header().Set("X-Amz-Meta-Path", r.URL.EscapedPath())
	w.Header().Set("X-Amz-Meta-Encoding", r.Header.Get("Content-Encoding"))
	w.Header().Set("ETag", `"`+string(body)+`"`)
}

func s3Client(m *wiretest.Machine) *s3.Client {
	return s3.NewFromConfig(m.Config(), func(o *s3.Options) { o.UsePathStyle = true })
}

func TestSignedS3(t *testing.T) {
	t.Parallel()
	m := wiretest.Start(t, wire.NewService("s3", http.HandlerFunc(echo)))
	keys := []string{"a b", "a+b%20é", "x/../y", "//", "日本", "a=b&c?d#e", "~!*'()", "%", "a//b/", "."}
	for _, key := range keys {
		out, err := s3Client(m).PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String("b"), Key: &key, Body: strings.NewReader("body of " + key)})
		if err != nil || *out.ETag != `"body of `+key+`"` {
			t.Errorf("key %q: %v, %v", key, out, err)
		}
	}
	// A body that cannot be read twice is sent in chunks, with the checksum behind it.
	out, err := s3Client(m).PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String("b"), Key: aws.String("k"), Body: io.NopCloser(strings.NewReader("once")), ContentLength: aws.Int64(4)},
		s3.WithAPIOptions())
	if err == nil && *out.ETag != `"once"` {
		t.Errorf("stream: %v", *out.ETag)
	}
}

func TestPresigned(t *testing.T) {
	t.Parallel()
	m := wiretest.Start(t, wire.NewService("s3", http.HandlerFunc(echo)))
	presign := s3.NewPresignClient(s3Client(m))
	get, err := presign.PresignGetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("b"), Key: aws.String("a+b é")})
	if err != nil {
		t.Fatal(err)
	}
	if code, text := fetch(t, http.MethodGet, get.URL, nil); code != http.StatusOK {
		t.Errorf("presigned GET: %d %s", code, text)
	}
	for name, bad := range map[string]string{
		"another key":         strings.Replace(get.URL, "a%2Bb", "a%2Bc", 1),
		"another query":       get.URL + "&versionId=1",
		"another lifetime":    strings.Replace(get.URL, "X-Amz-Expires=900", "X-Amz-Expires=9000", 1),
		"a signature of half": get.URL[:len(get.URL)-10],
	} {
		if code, text := fetch(t, http.MethodGet, bad, nil); code != http.StatusForbidden || !strings.Contains(text, "<Code>SignatureDoesNotMatch</Code>") {
			t.Errorf("%s: %d %s", name, code, text)
		}
	}
	if code, text := fetch(t, http.MethodGet, m.URL+"/b/k?AWSAccessKeyId=A&Signature=x&Expires=1", nil); code != http.StatusForbidden || !strings.Contains(text, "version 2") {
		t.Errorf("version 2: %d %s", code, text)
	}
	m.Now = func() time.Time { return time.Now().Add(16 * time.Minute) }
	if code, text := fetch(t, http.MethodGet, get.URL, nil); code != http.StatusForbidden || !strings.Contains(text, "Request has expired") {
		t.Errorf("expired: %d %s", code, text)
	}
}

func fetch(t *testing.T, method, url string, header http.Header, body ...byte) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range header {
		r.Header[name] = v
	}
	if host := header.Get("Host"); host != "" {
		r.Host = host
	}
	out, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Body.Close()
	text, err := io.ReadAll(out.Body)
	if err != nil {
		t.Fatal(err)
	}
	return out.StatusCode, string(text)
}

// dynamoClient gives a function that makes one small call with the SDK.
func dynamoClient(m *wiretest.Machine) func(context.Context) error {
	client := dynamodb.NewFromConfig(m.Config())
	return func(ctx context.Context) error {
		_, err := client.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String("T"), Key: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: "x"}}})
		return err
	}
}

// Every form becomes an object, and what became of it can be written as XML.
func FuzzQueryFront(f *testing.F) {
	for _, seed := range []string{
		"Action=Publish&Message=a%20b&MessageAttributes.entry.1.Name=k&MessageAttributes.entry.1.Value.DataType=String", "Action=X&A.member.2=b&A.member.1=a&A.member.10=c",
		"Action=X&a.b=1&a=2", "Action=" + strings.Repeat("a.", 40) + "b=1", "%zz", "Action=X&.=1&..=2&=3", "Action=X&a.entry.1.key=k&a.entry.1.value=v",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, form string) {
		front := wire.QueryFront("urn:x", core(func(_ context.Context, _ string, in value.Value) (value.Value, error) {
			if !in.IsObject() {
				t.Errorf("the input is %s", in)
			}
			return in, nil
		}), "Attributes")
		w := httptest.NewRecorder()
		front.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", strings.NewReader(form)))
		if w.Code != http.StatusOK && w.Code != http.StatusBadRequest {
			t.Errorf("status %d: %s", w.Code, w.Body)
		}
	})
}

func TestPhysicalName(t *testing.T) {
	t.Parallel()
	long := wire.Resource{Stack: strings.Repeat("S", 100), LogicalID: strings.Repeat("L", 100)}
	for _, r := range []wire.Resource{{Stack: "S", LogicalID: "L"}, long, {Stack: "S", LogicalID: long.LogicalID}, {Stack: long.Stack, LogicalID: "L"}} {
		if name := r.PhysicalName(63); len(name) > 63 || name != r.PhysicalName(63) {
			t.Errorf("%d characters: %s", len(name), name)
		}
	}
	if a, b := long.PhysicalName(63), (wire.Resource{Stack: long.Stack, LogicalID: long.LogicalID + "L"}).PhysicalName(63); a == b {
		t.Error("two resources have one name")
	}
}
