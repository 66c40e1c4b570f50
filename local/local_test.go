package local_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/rekognition"
	rekognitiontypes "github.com/aws/aws-sdk-go-v2/service/rekognition/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/local"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/wiretest"
)

func start(t *testing.T, o local.Options) *local.Machine {
	t.Helper()
	if o.Out == nil {
		o.Out = t.Output()
	}
	m, err := local.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return m
}

func clients(m *local.Machine) aws.Config {
	cfg := wiretest.Config(m.URL(), m.Keys())
	cfg.Region = m.Account().Region
	return cfg
}

// An object that is uploaded is described by a function, noted in a table, and told to a topic; an empty one fails
// and is told to a queue. All of it runs through the synthesized template.
func TestPipeline(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	m := start(t, local.Options{Assembly: tagging(t), Account: wire.Account{Region: "eu-north-1", ID: "111122223333"}, Out: &out})
	ctx, cfg := t.Context(), clients(m)
	topic, _ := m.Find("AWS::SNS::Topic", "Topic")
	told := subscribe(t, m, topic.Ref)
	bucket, key := m.Outputs()["Bucket"], "private/u 1/uploads/a+b %20 é.txt"
	objects := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })
	for name, body := range map[string]string{key: "a cat", "private/u/uploads/empty": "", "private/u/resized/x": "not an upload"} {
		if _, err := objects.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: &name, Body: strings.NewReader(body)}); err != nil {
			t.Fatal(err)
		}
	}
	if got := receive(t, cfg, told); got != "noted "+key {
		t.Errorf("the topic was told %q", got)
	}
	if got := receive(t, cfg, m.Resources()["Failures"]); got != `"FAILED"` {
		t.Errorf("the failure queue was told %q", got)
	}
	table := m.Resources()["Items"]
	item, err := dynamodb.NewFromConfig(cfg).GetItem(ctx, &dynamodb.GetItemInput{TableName: &table, Key: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: key}}})
	if err != nil {
		t.Fatal(err)
	}
	if text, ok := item.Item["text"].(*types.AttributeValueMemberS); !ok || text.Value != "a cat for "+table {
		t.Errorf("item: %v", item.Item)
	}
	checkExecutions(t, cfg, m.Outputs()["Machine"])
	checkLogs(t, cfg, m)
	if !strings.Contains(out.String(), "created  TagE4D5C6B7                              AWS::StepFunctions::StateMachine\n") || strings.Contains(out.String(), "CDKMetadata") {
		t.Errorf("progress:\n%s", out.String())
	}
}

// subscribe makes a queue that gets what the topic gets, and gives its URL.
func subscribe(t *testing.T, m *local.Machine, topic string) string {
	t.Helper()
	cfg := clients(m)
	queue, err := sqs.NewFromConfig(cfg).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("told")})
	if err != nil {
		t.Fatal(err)
	}
	_, err = sns.NewFromConfig(cfg).Subscribe(t.Context(), &sns.SubscribeInput{
		TopicArn: &topic, Protocol: aws.String("sqs"), Endpoint: aws.String(m.Account().ARN("sqs", "told")), Attributes: map[string]string{"RawMessageDelivery": "true"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return *queue.QueueUrl
}

// receive waits for one message.
func receive(t *testing.T, cfg aws.Config, queue string) string {
	t.Helper()
	out, err := sqs.NewFromConfig(cfg).ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &queue, WaitTimeSeconds: 20})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Messages) == 0 {
		t.Fatal("no message came")
	}
	return *out.Messages[0].Body
}

// checkExecutions waits until the executions have ended: the last message that one sends arrives before that.
func checkExecutions(t *testing.T, cfg aws.Config, machine string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var got []string
	for got == nil || slices.Contains(got, "RUNNING") {
		list, err := sfn.NewFromConfig(cfg).ListExecutions(ctx, &sfn.ListExecutionsInput{StateMachineArn: &machine})
		if err != nil {
			t.Fatalf("executions are %q: %v", got, err)
		}
		got = []string{}
		for _, e := range list.Executions {
			got = append(got, string(e.Status))
		}
	}
	slices.Sort(got)
	if d := cmp.Diff([]string{"FAILED", "SUCCEEDED"}, got); d != "" {
		t.Errorf("executions (-want +got):\n%s", d)
	}
}

func checkLogs(t *testing.T, cfg aws.Config, m *local.Machine) {
	t.Helper()
	for _, group := range []string{m.Resources()["DescribeLogs"], "/aws/vendedlogs/states/Tagging-Tag"} {
		out, err := cloudwatchlogs.NewFromConfig(cfg).FilterLogEvents(t.Context(), &cloudwatchlogs.FilterLogEventsInput{LogGroupName: &group})
		if err != nil || len(out.Events) == 0 {
			t.Errorf("log group %s: %v, %v", group, out, err)
		}
	}
}

// What cannot be delivered is found in the dead-letter queue.
func TestDeadLetter(t *testing.T) {
	t.Parallel()
	m := start(t, local.Options{Assembly: tagging(t)})
	ctx, cfg := t.Context(), clients(m)
	if _, err := sfn.NewFromConfig(cfg).DeleteStateMachine(ctx, &sfn.DeleteStateMachineInput{StateMachineArn: aws.String(m.Outputs()["Machine"])}); err != nil {
		t.Fatal(err)
	}
	bucket := m.Outputs()["Bucket"]
	_, err := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true }).PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: aws.String("private/u/uploads/x"), Body: strings.NewReader("x")})
	if err != nil {
		t.Fatal(err)
	}
	queue := m.Resources()["StartDLQ"]
	out, err := sqs.NewFromConfig(cfg).ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: &queue, WaitTimeSeconds: 20, MessageAttributeNames: []string{"All"}})
	if err != nil || len(out.Messages) != 1 {
		t.Fatalf("dead letters: %+v, %v", out, err)
	}
	if got := aws.ToString(out.Messages[0].MessageAttributes["ERROR_CODE"].StringValue); got != "NO_RESOURCE" || !strings.Contains(*out.Messages[0].Body, `"key":"private/u/uploads/x"`) {
		t.Errorf("%s: %s", got, *out.Messages[0].Body)
	}
}

// A machine without an assembly serves all services, empty.
func TestEmpty(t *testing.T) {
	t.Parallel()
	m := start(t, local.Options{})
	ctx, cfg := t.Context(), clients(m)
	who, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil || *who.Account != "000000000000" {
		t.Errorf("identity: %+v, %v", who, err)
	}
	_, objects := s3.NewFromConfig(cfg).ListBuckets(ctx, &s3.ListBucketsInput{})
	_, tables := dynamodb.NewFromConfig(cfg).ListTables(ctx, &dynamodb.ListTablesInput{})
	_, queues := sqs.NewFromConfig(cfg).ListQueues(ctx, &sqs.ListQueuesInput{})
	_, topics := sns.NewFromConfig(cfg).ListTopics(ctx, &sns.ListTopicsInput{})
	_, functions := lambda.NewFromConfig(cfg).ListFunctions(ctx, &lambda.ListFunctionsInput{})
	_, rules := eventbridge.NewFromConfig(cfg).ListRules(ctx, &eventbridge.ListRulesInput{})
	_, machines := sfn.NewFromConfig(cfg).ListStateMachines(ctx, &sfn.ListStateMachinesInput{})
	_, groups := cloudwatchlogs.NewFromConfig(cfg).DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{})
	if err := errors.Join(objects, tables, queues, topics, functions, rules, machines, groups); err != nil {
		t.Error(err)
	}
	var code interface{ ErrorCode() string }
	_, err = rekognition.NewFromConfig(cfg).DetectLabels(ctx, &rekognition.DetectLabelsInput{Image: &rekognitiontypes.Image{S3Object: &rekognitiontypes.S3Object{Bucket: aws.String("none"), Name: aws.String("x")}}})
	if !errors.As(err, &code) || code.ErrorCode() != "InvalidS3ObjectException" {
		t.Errorf("rekognition: %v", err)
	}
	if m.Stack() != "" || len(m.Outputs())+len(m.Resources())+len(m.Made()) != 0 {
		t.Errorf("a stack without an assembly: %q, %v", m.Stack(), m.Resources())
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	m := start(t, local.Options{Assembly: tagging(t), Stack: "Tagging"})
	if r, ok := m.Find("AWS::S3::Bucket", "Photos"); !ok || r.Ref != m.Outputs()["Bucket"] {
		t.Errorf("the bucket is %+v", r)
	}
	if r, ok := m.Find("AWS::S3::Bucket", "Photo"); ok {
		t.Errorf("found %q", r.LogicalID)
	}
	if m.Stack() != "Tagging" || m.Made()[0].LogicalID == "" || m.Resources()["CDKMetadata"] != "CDKMetadata" {
		t.Errorf("%q: %v", m.Stack(), m.Resources())
	}
}

func TestEnv(t *testing.T) {
	t.Parallel()
	m := start(t, local.Options{Account: wire.Account{Region: "eu-west-1"}})
	path := filepath.Join(t.TempDir(), ".env")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := m.WriteEnv(path); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	b, err := os.ReadFile(path)
	want := "AWS_ENDPOINT_URL=" + m.URL() + "\nAWS_REGION=eu-west-1\nAWS_DEFAULT_REGION=eu-west-1\nAWS_ACCESS_KEY_ID=" + m.Keys().AccessKeyID + "\nAWS_SECRET_ACCESS_KEY=" + m.Keys().SecretAccessKey + "\n"
	if d := cmp.Diff(want, string(b)); d != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
	if err := m.WriteEnv(filepath.Join(t.TempDir(), "none", ".env")); err == nil {
		t.Error("written to a folder that is not there")
	}
	if other := start(t, local.Options{}); other.Keys() == m.Keys() {
		t.Error("two machines have the same keys")
	}
}

func TestPort(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	_, err = local.Start(t.Context(), local.Options{Port: port})
	if want := "port " + strconv.Itoa(port) + " is used by another program; choose another port, or none to be given a free one"; err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

func TestUp(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	envFile := filepath.Join(t.TempDir(), "env")
	said := writer(make(chan string, 100))
	done := make(chan error, 1)
	go func() { done <- local.Up(ctx, local.Options{Assembly: tagging(t), Out: said}, envFile) }()
	var lines []string
	for line := range said {
		lines = append(lines, line)
		if strings.HasPrefix(line, "Point AWS tools at it") {
			break
		}
	}
	if _, err := os.Stat(envFile); err != nil {
		t.Error(err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(envFile); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file of a machine that has ended is still there: %v", err)
	}
	text := strings.Join(lines, "")
	for _, want := range []string{"created  Photos0A1B2C3D ", "output   Machine ", "The local machine listens on http://127.0.0.1:", "with the stack Tagging."} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in:\n%s", want, text)
		}
	}
}

// A writer passes on what is written, line by line.
type writer chan string

func (w writer) Write(b []byte) (int, error) {
	w <- string(b)
	return len(b), nil
}

// Strangers are turned away before any service hears of them.
func TestStrangers(t *testing.T) {
	t.Parallel()
	m := start(t, local.Options{})
	for name, c := range map[string]struct {
		header http.Header
		want   string
	}{
		"another host":   {http.Header{"Host": {"example.com"}}, "the Host header names another machine"},
		"another page":   {http.Header{"Origin": {"https://example.com"}}, "the Origin header names a web page of another machine"},
		"a sandbox":      {http.Header{"Origin": {"null"}}, "the Origin header names a web page of another machine"},
		"no signature":   {http.Header{}, "requests must be signed with its keys"},
		"a pretender":    {http.Header{"Origin": {"http://localhost.example.com"}}, "the Origin header names a web page"},
		"another's keys": {http.Header{"Authorization": {"AWS4-HMAC-SHA256 Credential=AKIA/20260101/r/s3/aws4_request, SignedHeaders=host, Signature=00"}, "X-Amz-Date": {"20260101T000000Z"}}, "the access key is not the one of this local machine"},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, m.URL()+"/photos/x", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header = c.header
		r.Host = c.header.Get("Host")
		out, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		var body bytes.Buffer
		_, _ = body.ReadFrom(out.Body)
		out.Body.Close()
		if out.StatusCode != http.StatusForbidden || !strings.Contains(body.String(), c.want) {
			t.Errorf("%s: %d %s", name, out.StatusCode, body.String())
		}
	}
}

// After Close nothing of the machine is left, even if an execution was under way.
func TestNothingIsLeft(t *testing.T) { //nolint:paralleltest // it counts goroutines
	before := runtime.NumGoroutine()
	m, err := local.Start(t.Context(), local.Options{Assembly: tagging(t)})
	if err != nil {
		t.Fatal(err)
	}
	cfg := clients(m)
	steps := sfn.NewFromConfig(cfg)
	made, err := steps.CreateStateMachine(t.Context(), &sfn.CreateStateMachineInput{
		Name: aws.String("Sleeper"), RoleArn: aws.String("arn:aws:iam::000000000000:role/r"), Type: sfntypes.StateMachineTypeStandard,
		Definition: aws.String(`{"StartAt":"Sleep","States":{"Sleep":{"Type":"Wait","Seconds":3600,"End":true}}}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := steps.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: made.StateMachineArn}); err != nil {
		t.Fatal(err)
	}
	function := m.Resources()["Describe"]
	if _, err := lambda.NewFromConfig(cfg).Invoke(t.Context(), &lambda.InvokeInput{FunctionName: &function, Payload: []byte(`{"bucket":"none","key":"x"}`)}); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(m.Close(), m.Close()); err != nil {
		t.Errorf("close: %v", err)
	}
	cfg.HTTPClient.(*http.Client).CloseIdleConnections()
	deadline := time.Now().Add(10 * time.Second)
	for runtime.NumGoroutine() > before && time.Now().Before(deadline) {
		runtime.Gosched()
	}
	if n := runtime.NumGoroutine(); n > before {
		stacks := make([]byte, 1<<20)
		t.Errorf("%d goroutines are left:\n%s", n-before, stacks[:runtime.Stack(stacks, true)])
	}
}
