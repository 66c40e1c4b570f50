package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/stepwright/stepwright/local"
)

// prefix is where the demo's uploads go.
const prefix = "private/demo/uploads/"

// A session talks to the stack as any AWS client would: through the SDK and the machine's endpoint.
type session struct {
	bucket, table, machine, topic, queue string

	config aws.Config
	s3     *s3.Client
	sfn    *sfn.Client
	db     *dynamodb.Client
	sqs    *sqs.Client
	sns    *sns.Client
}

func newSession(ctx context.Context, stack *local.Machine) (*session, error) {
	keys := stack.Keys()
	cfg, err := config.LoadDefaultConfig(ctx, config.WithRegion(stack.Account().Region), config.WithBaseEndpoint(stack.URL()),
		config.WithSharedConfigFiles(nil), config.WithSharedCredentialsFiles(nil),
		config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(keys.AccessKeyID, keys.SecretAccessKey, "")))
	if err != nil {
		return nil, fmt.Errorf("configure the SDK: %w", err)
	}
	s := &session{
		config: cfg,
		s3:     s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true }),
		sfn:    sfn.NewFromConfig(cfg), db: dynamodb.NewFromConfig(cfg), sqs: sqs.NewFromConfig(cfg), sns: sns.NewFromConfig(cfg),
	}
	for _, want := range []struct {
		to           *string
		logical, typ string
	}{
		{&s.bucket, "PhotoBucket", "AWS::S3::Bucket"},
		{&s.table, "Photos", "AWS::DynamoDB::Table"},
		{&s.machine, "ImageTagging", "AWS::StepFunctions::StateMachine"},
		{&s.topic, "Failures", "AWS::SNS::Topic"},
	} {
		made, ok := stack.Find(want.typ, want.logical)
		if !ok {
			return nil, fmt.Errorf("the stack has no %s called %s", want.typ, want.logical)
		}
		*want.to = made.Ref
	}
	return s, nil
}

// listen subscribes a queue of the demo's own to the topic of failures.
func (s *session) listen(ctx context.Context) error {
	q, err := s.sqs.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: new("demo-failures")})
	if err != nil {
		return fmt.Errorf("make a queue for the failures: %w", err)
	}
	s.queue = *q.QueueUrl
	a, err := s.sqs.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: q.QueueUrl, AttributeNames: []sqstypes.QueueAttributeName{"QueueArn"}})
	if err != nil {
		return fmt.Errorf("ask for the queue's ARN: %w", err)
	}
	_, err = s.sns.Subscribe(ctx, &sns.SubscribeInput{
		TopicArn: &s.topic, Protocol: new("sqs"), Endpoint: new(a.Attributes["QueueArn"]),
		Attributes: map[string]string{"RawMessageDelivery": "true"},
	})
	if err != nil {
		return fmt.Errorf("subscribe to the failures: %w", err)
	}
	return nil
}

func (s *session) upload(ctx context.Context, name string, data []byte) error {
	_, err := s.s3.PutObject(ctx, &s3.PutObjectInput{Bucket: &s.bucket, Key: new(prefix + name), Body: bytes.NewReader(data)})
	if err != nil {
		return fmt.Errorf("upload %s: %w", name, err)
	}
	return nil
}

// A photoRun is one execution that has ended.
type photoRun struct {
	Photo     string // the uploaded file's name
	Execution string // ARN
	Status    types.ExecutionStatus
	Error     string
	Took      time.Duration
}

// watch waits until want executions have ended, and tells of each as it ends.
func (s *session) watch(ctx context.Context, want int, t *term) ([]photoRun, error) {
	var ended []photoRun
	known := map[string]bool{}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		list, err := s.sfn.ListExecutions(ctx, &sfn.ListExecutionsInput{StateMachineArn: &s.machine})
		if err != nil {
			return nil, fmt.Errorf("list the executions: %w", err)
		}
		for _, e := range list.Executions {
			if e.Status == types.ExecutionStatusRunning || known[*e.ExecutionArn] {
				continue
			}
			known[*e.ExecutionArn] = true
			r, err := s.describe(ctx, *e.ExecutionArn)
			if err != nil {
				return nil, err
			}
			ended = append(ended, r)
			t.ended(r)
		}
		t.progress("%d of %d photographs done, %d running", len(ended), want, len(list.Executions)-len(ended))
		if len(ended) >= want {
			t.progress("")
			return ended, nil
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for the executions: %d of %d have ended: %w", len(ended), want, ctx.Err())
		case <-tick.C:
		}
	}
}

func (s *session) describe(ctx context.Context, arn string) (photoRun, error) {
	d, err := s.sfn.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &arn})
	if err != nil {
		return photoRun{}, fmt.Errorf("describe %s: %w", arn, err)
	}
	var event struct {
		Detail struct {
			Object struct {
				Key string `json:"key"`
			} `json:"object"`
		} `json:"detail"`
	}
	if err := json.Unmarshal([]byte(aws.ToString(d.Input)), &event); err != nil {
		return photoRun{}, fmt.Errorf("read the input of %s: %w", arn, err)
	}
	name, ok := strings.CutPrefix(event.Detail.Object.Key, prefix)
	if !ok {
		return photoRun{}, fmt.Errorf("%s was started for %q, which the demo did not upload", arn, event.Detail.Object.Key)
	}
	return photoRun{
		Photo: name, Execution: arn, Status: d.Status, Error: aws.ToString(d.Error),
		Took: aws.ToTime(d.StopDate).Sub(aws.ToTime(d.StartDate)),
	}, nil
}

// failures takes the notifications out of the demo's queue.
func (s *session) failures(ctx context.Context, want int) ([]string, error) {
	var all []string
	for len(all) < want {
		m, err := s.sqs.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: &s.queue, MaxNumberOfMessages: 10, WaitTimeSeconds: 5})
		if err != nil {
			return nil, fmt.Errorf("receive the notifications: %w", err)
		}
		if len(m.Messages) == 0 {
			return all, nil
		}
		for _, x := range m.Messages {
			all = append(all, aws.ToString(x.Body))
			if _, err := s.sqs.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: &s.queue, ReceiptHandle: x.ReceiptHandle}); err != nil {
				return nil, fmt.Errorf("delete a notification: %w", err)
			}
		}
	}
	return all, nil
}
