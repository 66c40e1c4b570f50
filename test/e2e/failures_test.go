package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/test/photos"
)

// TestPreviewCannotBeWritten is about a Task in a branch that fails: the item names it, not the Parallel.
func TestPreviewCannotBeWritten(t *testing.T) {
	t.Parallel()
	u := upload{bucket: shared.bucket, key: uploads(t) + "photo.jpg"}
	shared.faults.onPut(u.preview(), &wire.Error{Code: "AccessDenied", Message: "Access Denied", Status: http.StatusForbidden})
	u = shared.upload(t, u.key, photos.Read("rocket.jpg"))
	r := shared.ended(t, u)
	want := path(parallel, "Detect labels", "Make preview", "Preview failed", "All well?", "Mark failed", "Notify failure", "Processing failed")
	if d := cmp.Diff(want, r.visited()); d != "" || r.calls("Make preview") != 1 || r.error != "AccessDenied" {
		t.Errorf("the preview was tried %d times, the error is %q; expected once, AccessDenied; the way (-want +got):\n%s\n%s", r.calls("Make preview"), r.error, d, r)
	}
	wantItem := item{
		"ProcessingStatus": "FAILED", "errorAt": "Make preview", "errorName": "AccessDenied", "format": "JPEG", "objectDetected": nil, "thumbnail": nil,
	}
	if d := cmp.Diff(wantItem, picked(shared.item(t, u.id()), wantItem)); d != "" {
		t.Errorf("the item (-want +got):\n%s", d)
	}
	if told := shared.notified(t, u.id()); told.ErrorAt != "Make preview" || told.ErrorName != "AccessDenied" {
		t.Errorf("the topic told %v; expected AccessDenied at Make preview", told)
	}
}

// TestSubscribers looks at a notification as a queue without raw delivery gets it.
func TestSubscribers(t *testing.T) {
	t.Parallel()
	queue, err := shared.listen(t.Context(), "envelopes", nil)
	if err != nil {
		t.Fatal(err)
	}
	u := shared.upload(t, uploads(t)+"empty.jpg", nil)
	shared.ended(t, u)
	var got notification
	eventually(t, "a notification in an envelope", func(ctx context.Context) (bool, error) {
		out, err := shared.sqs.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: &queue, MaxNumberOfMessages: 10})
		if err != nil {
			return false, err
		}
		for _, m := range out.Messages {
			var envelope struct{ Type, MessageId, TopicArn, Message, Timestamp string }
			if err := json.Unmarshal([]byte(*m.Body), &envelope); err != nil {
				return false, err
			}
			if envelope.Type != "Notification" || envelope.TopicArn != shared.topic || envelope.MessageId == "" || envelope.Timestamp == "" {
				t.Errorf("the envelope is %+v", envelope)
			}
			var told notification
			if err := json.Unmarshal([]byte(envelope.Message), &told); err != nil {
				return false, err
			}
			if told.Photo == u.id() {
				got = told
			}
		}
		return got.Photo != "", nil
	}, func() string { return "no message about " + u.id() })
	if d := cmp.Diff(notification{u.id(), u.bucket, u.key, "Size?", "EmptyObject", "the object is empty"}, got); d != "" {
		t.Errorf("the notification (-want +got):\n%s", d)
	}
}

// handled waits for the end of FailureHandler's execution about another execution.
func (p *pipeline) handled(t *testing.T, arn string) *ran {
	t.Helper()
	return p.wait(t, p.cleaning.started(t, arn, func(s subject) bool { return s.execution == arn }))
}

// TestFailureHandlerLeavesFailures looks at what FailureHandler does about a run that has marked its photo itself.
func TestFailureHandlerLeavesFailures(t *testing.T) {
	t.Parallel()
	u := shared.upload(t, uploads(t)+"empty.jpg", nil)
	r := shared.ended(t, u)
	before := shared.item(t, u.id())
	h := shared.handled(t, r.arn)
	if d := cmp.Diff([]string{"Read input", "Photo known?", "Mark stopped", "Nothing to do"}, h.visited()); d != "" || outcome(t, h) != "nothing to do" {
		t.Errorf("the way of FailureHandler (-want +got):\n%s\n%s", d, h)
	}
	if d := cmp.Diff(before, shared.item(t, u.id())); d != "" {
		t.Errorf("FailureHandler changed the item (-before +after):\n%s", d)
	}
}

// TestStopped stops executions that wait for Rekognition.
func TestStopped(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct{ error, cause, wantError, wantMessage string }{
		"with a reason":    {"TooSlow", "stopped by kim", "TooSlow", "stopped by kim"},
		"without a reason": {"", "", "ABORTED", "the execution ended as ABORTED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key := uploads(t) + "photo.jpg"
			asked, _ := shared.faults.hold(t, key)
			u := shared.upload(t, key, photos.Read("rocket.jpg"))
			receive(t, asked, "Rekognition to be asked")
			arn := shared.tagging.started(t, key, u.is)
			stop := &sfn.StopExecutionInput{ExecutionArn: &arn}
			if x.error != "" {
				stop.Error, stop.Cause = &x.error, &x.cause
			}
			if _, err := shared.sfn.StopExecution(t.Context(), stop); err != nil {
				t.Fatal(err)
			}
			r := shared.wait(t, arn)
			if r.status != types.ExecutionStatusAborted || r.error != x.error || r.cause != x.cause {
				t.Errorf("the execution is %s with %q, %q; expected ABORTED with %q, %q", r.status, r.error, r.cause, x.error, x.cause)
			}
			h := shared.handled(t, arn)
			if d := cmp.Diff([]string{"Read input", "Photo known?", "Mark stopped", "Notify stopped"}, h.visited()); d != "" || outcome(t, h) != "marked" {
				t.Errorf("the way of FailureHandler (-want +got):\n%s\n%s", d, h)
			}
			got := shared.item(t, u.id())
			want := item{
				"ProcessingStatus": "ABORTED", "SfnExecutionArn": arn, "errorName": x.wantError, "errorMessage": x.wantMessage,
				"format": "JPEG", "objectDetected": nil, "thumbnail": nil,
			}
			if d := cmp.Diff(want, picked(got, want)); d != "" {
				t.Errorf("the item (-want +got):\n%s\n%s", d, h)
			}
			told := shared.notified(t, u.id())
			if d := cmp.Diff(notification{Photo: u.id(), ErrorName: x.wantError, ErrorMessage: x.wantMessage}, told); d != "" {
				t.Errorf("what the topic told (-want +got):\n%s", d)
			}
		})
	}
}

// TestInputsWithoutPhoto starts executions with input that names no object.
func TestInputsWithoutPhoto(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		input   string
		unknown bool // FailureHandler cannot tell which photo it is, either
	}{
		"empty":                   {`{}`, true},
		"no key":                  {`{"s3Bucket": "b"}`, true},
		"no bucket":               {`{"s3Key": "private/kim/uploads/a.jpg"}`, true},
		"an event without object": {`{"detail": {"bucket": {"name": "b"}}}`, false},
		"a text":                  {`"hello"`, true},
		"null":                    {`null`, true},
		"a list":                  {`[1, 2]`, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := shared.again(t, x.input)
			if r.status != types.ExecutionStatusFailed || !strings.Contains(r.cause, "the input names no object") {
				t.Errorf("expected FAILED because the input names no object\n%s", r)
			}
			switch h := shared.handled(t, r.arn); {
			case x.unknown && h.error != "PhotoUnknown":
				t.Errorf("FailureHandler: expected PhotoUnknown\n%s", h)
			case !x.unknown && outcome(t, h) != "nothing to do":
				t.Errorf("FailureHandler: expected nothing to do\n%s", h)
			}
		})
	}
}

// TestNoSuchObject starts executions for objects and buckets that are not there.
func TestNoSuchObject(t *testing.T) {
	t.Parallel()
	for name, bucket := range map[string]string{"object": shared.bucket, "bucket": "no-such-bucket"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := upload{bucket: bucket, key: uploads(t) + "vanished.jpg"}
			input, err := json.Marshal(map[string]string{"s3Bucket": u.bucket, "s3Key": u.key})
			if err != nil {
				t.Fatal(err)
			}
			r := shared.again(t, string(input))
			if r.error != "ObjectNotFound" || r.cause != "there is no object "+u.key+" in "+u.bucket || r.calls("Check object") != 1 {
				t.Errorf("expected ObjectNotFound after one look\n%s", r)
			}
			if got := shared.item(t, u.id()); got["errorAt"] != "Check object" || got["owner"] != u.owner() {
				t.Errorf("the item is %v; expected errorAt Check object", got)
			}
		})
	}
}

// TestMessyInput starts executions with input that is not JSON.
func TestMessyInput(t *testing.T) {
	t.Parallel()
	for _, input := range []string{"hello", "{", `{"a": }`, "{'a': 1}", `{"a": 1} {"b": 2}`, "<xml/>", " "} {
		_, err := shared.sfn.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: &shared.tagging.machine, Input: &input})
		if bad, ok := errors.AsType[*types.InvalidExecutionInput](err); !ok || !strings.HasPrefix(aws.ToString(bad.Message), "Invalid State Machine Execution Input: ") {
			t.Errorf("input %q: got %v; expected InvalidExecutionInput and a sentence", input, err)
		}
	}
}
