package e2e

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/rekognition"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/stepwright/stepwright/local"
	simulated "github.com/stepwright/stepwright/local/rekognition"
)

// A pipeline is the stack on a machine, and the clients of those who use it.
type pipeline struct {
	machine *local.Machine
	faults  *faults

	bucket, table, topic, deadLetters string // what the stack's resources are called
	tagging, cleaning                 *ledger

	config      aws.Config
	s3          *s3.Client
	sfn         *sfn.Client
	dynamodb    *dynamodb.Client
	sqs         *sqs.Client
	sns         *sns.Client
	rekognition *rekognition.Client

	news    *newsreader
	uploads atomic.Int64 // how many executions events should have started
	begun   atomic.Int64 // how many executions were started by hand
}

// start brings the stack up on a machine of its own.
func start(ctx context.Context, o local.Options) (*pipeline, error) {
	p := &pipeline{faults: newFaults()}
	o.Assembly, o.SourceDir, o.CacheDir = synthesized.assembly, synthesized.root, synthesized.programs
	o.Wrap = p.faults.wrap
	o.Rekognition = append(o.Rekognition, simulated.WithFault(p.faults.ofRekognition))
	m, err := local.Start(ctx, o)
	if err != nil {
		return nil, err
	}
	p.machine = m
	p.connect(m.URL(), m.Account().Region, m.Keys().AccessKeyID, m.Keys().SecretAccessKey)
	var tagging, cleaning string
	for _, want := range []struct {
		to        *string
		kind, id  string
		attribute string // of Fn::GetAtt; empty for Ref
	}{
		{&p.bucket, "AWS::S3::Bucket", "PhotoBucket", ""},
		{&p.table, "AWS::DynamoDB::Table", "Photos", ""},
		{&p.topic, "AWS::SNS::Topic", "Failures", ""},
		{&p.deadLetters, "AWS::SQS::Queue", "StartDLQ", ""},
		{&tagging, "AWS::StepFunctions::StateMachine", "ImageTagging", ""},
		{&cleaning, "AWS::StepFunctions::StateMachine", "FailureHandler", ""},
	} {
		made, ok := m.Find(want.kind, want.id)
		if !ok {
			return nil, fmt.Errorf("the stack has no %s called %s", want.kind, want.id)
		}
		*want.to = made.Ref
	}
	p.tagging, p.cleaning = newLedger(p, tagging), newLedger(p, cleaning)
	p.news, err = subscribe(ctx, p)
	return p, err
}

func (p *pipeline) connect(url, region, key, secret string) {
	p.config = aws.Config{
		Region: region, BaseEndpoint: &url,
		Credentials: credentials.NewStaticCredentialsProvider(key, secret, ""),
	}
	p.s3 = s3.NewFromConfig(p.config, func(o *s3.Options) { o.UsePathStyle = true })
	p.sfn, p.dynamodb = sfn.NewFromConfig(p.config), dynamodb.NewFromConfig(p.config)
	p.sqs, p.sns = sqs.NewFromConfig(p.config), sns.NewFromConfig(p.config)
	p.rekognition = rekognition.NewFromConfig(p.config)
}

// An upload is an object in the bucket.
type upload struct{ bucket, key, version string }

var unfit = regexp.MustCompile(`[^A-Za-z0-9]+`)

// user is the name of the test's own user.
func user(t *testing.T) string { return unfit.ReplaceAllString(t.Name(), "-") }

// uploads is where the test's user uploads.
func uploads(t *testing.T) string { return "private/" + user(t) + "/uploads/" }

// upload puts an object where an upload belongs; an execution will be started.
func (p *pipeline) upload(t *testing.T, key string, body []byte) upload {
	t.Helper()
	p.uploads.Add(1)
	return p.put(t, key, body)
}

// put puts an object anywhere.
func (p *pipeline) put(t *testing.T, key string, body []byte) upload {
	t.Helper()
	out, err := p.s3.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &p.bucket, Key: &key, Body: bytes.NewReader(body)})
	if err != nil {
		t.Fatalf("upload %q: %v", key, err)
	}
	return upload{p.bucket, key, aws.ToString(out.VersionId)}
}

var uuid = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// id is the photo's id: the name if it is a UUID, else a hash of bucket and key.
func (u upload) id() string {
	name, _, _ := strings.Cut(u.key[strings.LastIndexByte(u.key, '/')+1:], ".")
	if uuid.MatchString(name) {
		return name
	}
	sum := sha256.Sum256([]byte(u.bucket + "\n" + u.key))
	h := hex.EncodeToString(sum[:])
	return strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:32]}, "-")
}

// owner is the user in the key.
func (u upload) owner() string { return strings.Split(u.key, "/")[1] }

// preview is where the preview belongs.
func (u upload) preview() string { return strings.Replace(u.key, "/uploads/", "/resized/", 1) }

// analysis is where the copy for recognition belongs.
func (u upload) analysis() string { return strings.Replace(u.key, "/uploads/", "/analysis/", 1) }
