package e2e

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// TestRefusals sends requests that do not come from the machine's own user. Each is answered with 403 and one
// sentence, whatever service it is for, and does nothing.
func TestRefusals(t *testing.T) {
	t.Parallel()
	keys := shared.machine.Keys()
	right := aws.Credentials{AccessKeyID: keys.AccessKeyID, SecretAccessKey: keys.SecretAccessKey}
	for _, x := range []struct {
		name   string
		keys   *aws.Credentials // nil: not signed
		change func(*http.Request)
		says   string
	}{
		{"unsigned", nil, nil, "requests must be signed with its keys"},
		{"the Host of another machine", &right, func(r *http.Request) { r.Host = "photos.example.com" }, "the Host header names another machine"},
		{"a Host that begins like ours", &right, func(r *http.Request) { r.Host = "localhost.example.com" }, "the Host header names another machine"},
		{"the Origin of another machine", &right, func(r *http.Request) { r.Header.Set("Origin", "https://photos.example.com") }, "the Origin header names a web page of another machine"},
		{"the Origin of a file", &right, func(r *http.Request) { r.Header.Set("Origin", "null") }, "the Origin header names a web page of another machine"},
		{"another access key", &aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: keys.SecretAccessKey}, nil, "the access key is not the one of this local machine"},
		{"another secret", &aws.Credentials{AccessKeyID: keys.AccessKeyID, SecretAccessKey: "wJalrXUtnFEMI"}, nil, "the signature does not fit the request"},
		{"changed after signing", &right, func(r *http.Request) { r.Header.Set("X-Amz-Target", "AWSStepFunctions.DeleteStateMachine") }, "the signature does not fit the request"},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			status, body := post(t, x.keys, x.change)
			text := strings.TrimSpace(body)
			if status != http.StatusForbidden || !strings.Contains(text, x.says) || text == "" || strings.Contains(text, "\n") {
				t.Errorf("the answer is %d %q; expected 403 and a sentence with %q", status, body, x.says)
			}
			if strings.Contains(text, keys.SecretAccessKey) || strings.Contains(text, "AKIAIOSFODNN7EXAMPLE") {
				t.Errorf("the answer %q gives a key away", text)
			}
		})
	}
	t.Run("what is right goes through", func(t *testing.T) {
		t.Parallel()
		if status, body := post(t, &right, func(r *http.Request) { r.Header.Set("Origin", "http://localhost:8080") }); status != http.StatusOK {
			t.Errorf("the answer is %d %q; expected 200", status, body)
		}
	})
}

// TestOtherKeys asks every service through the SDK, with keys that are not the machine's.
func TestOtherKeys(t *testing.T) {
	t.Parallel()
	other := &pipeline{}
	other.connect(shared.machine.URL(), shared.config.Region, "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI")
	for name, call := range map[string]func(context.Context) error{
		"s3": func(ctx context.Context) error {
			_, err := other.s3.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &shared.bucket})
			return err
		},
		"dynamodb": func(ctx context.Context) error {
			_, err := other.dynamodb.Scan(ctx, &dynamodb.ScanInput{TableName: &shared.table})
			return err
		},
		"states": func(ctx context.Context) error {
			_, err := other.sfn.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: &shared.tagging.machine})
			return err
		},
		"sqs": func(ctx context.Context) error {
			_, err := other.sqs.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: &shared.deadLetters})
			return err
		},
		"sns": func(ctx context.Context) error {
			_, err := other.sns.Publish(ctx, &sns.PublishInput{TopicArn: &shared.topic, Message: new("{}")})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := call(t.Context())
			answer := (*smithyhttp.ResponseError)(nil)
			if !errors.As(err, &answer) || answer.HTTPStatusCode() != http.StatusForbidden || !strings.Contains(err.Error(), "the access key is not the one of this local machine") {
				t.Errorf("got %v; expected 403 and a sentence about the access key", err)
			}
		})
	}
}

// post lists the state machines; change is made after signing.
func post(t *testing.T, keys *aws.Credentials, change func(*http.Request)) (status int, body string) {
	t.Helper()
	payload := []byte("{}")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, shared.machine.URL()+"/", bytes.NewReader(payload))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("X-Amz-Target", "AWSStepFunctions.ListStateMachines")
	if keys != nil {
		sum := sha256.Sum256(payload)
		if err := v4.NewSigner().SignHTTP(t.Context(), *keys, r, hex.EncodeToString(sum[:]), "states", shared.config.Region, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	if change != nil {
		change(r)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}
