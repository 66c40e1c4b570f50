package e2e

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/rekognition"
	rektypes "github.com/aws/aws-sdk-go-v2/service/rekognition/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local"
	"github.com/stepwright/stepwright/local/rekognition"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/test/photos"
)

// A patientMachine is a pipeline whose clock stands still until the test moves it, so that waiting takes no time.
type patientMachine struct {
	*pipeline
	clock *clock.Virtual
}

func startPatient(t *testing.T) patientMachine {
	t.Helper()
	c := clock.NewVirtual(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	p, err := start(t.Context(), local.Options{Clock: c})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.machine.Close(); err != nil {
			t.Error(err)
		}
	})
	return patientMachine{p, c}
}

// ended waits for the end of an execution, and lets time pass when all that it waits for is its next try of a state.
func (p patientMachine) ended(t *testing.T, arn, state string) *ran {
	t.Helper()
	var r *ran
	eventually(t, "the end of "+arn, func(ctx context.Context) (bool, error) {
		r = p.read(ctx, t, arn)
		if r.waits(state) {
			if at, ok := p.clock.Next(); ok {
				p.clock.AdvanceTo(at)
			}
		}
		return r.status != types.ExecutionStatusRunning, nil
	}, func() string { return r.String() })
	return p.read(t.Context(), t, arn)
}

// waits tells whether nothing is under way but the wait for the next try of a state.
func (r *ran) waits(state string) bool {
	last := map[string]types.HistoryEventType{} // of each Task
	for _, e := range r.events {
		if strings.HasPrefix(string(e.Type), "Task") {
			last[r.state(e)] = e.Type
		}
	}
	for name, kind := range last {
		if name != state && kind != types.HistoryEventTypeTaskStateExited {
			return false
		}
	}
	return last[state] == types.HistoryEventTypeTaskFailed
}

// TestRekognitionHasTrouble is about errors that pass and errors that do not, on a machine whose clock stands still.
func TestRekognitionHasTrouble(t *testing.T) {
	t.Parallel()
	p := startPatient(t)
	t.Run("throttled", func(t *testing.T) { p.throttled(t) }) //nolint:paralleltest // one execution at a time, for the clock
	t.Run("down", func(t *testing.T) { p.down(t) })           //nolint:paralleltest // likewise
	if err := p.audit(t.Context()); err != nil {
		t.Error(err)
	}
}

func (p patientMachine) throttled(t *testing.T) {
	t.Helper()
	key := uploads(t) + "photo.jpg"
	p.machine.Rekognition.Set(rekognition.WithFixture(key, mountainLake...))
	p.faults.onDetect(key, rekognition.Throttle(3))
	u := p.upload(t, key, photos.Read("rocket.jpg"))
	r := p.ended(t, p.tagging.started(t, key, u.is), "Detect labels")

	if d := cmp.Diff(tagged, r.visited()); d != "" || outcome(t, r) != "tagged" {
		t.Errorf("the way (-want +got):\n%s\n%s", d, r)
	}
	calls, failures := r.of("Detect labels", types.HistoryEventTypeTaskScheduled), r.of("Detect labels", types.HistoryEventTypeTaskFailed)
	if len(calls) != 4 || len(failures) != 3 {
		t.Fatalf("Rekognition was called %d times and failed %d times; expected 4 and 3\n%s", len(calls), len(failures), r)
	}
	for i, f := range failures { // full jitter: anything up to the limit
		if wait, limit := calls[i+1].Timestamp.Sub(*f.Timestamp), 2*time.Second<<i; wait < 0 || wait > limit {
			t.Errorf("the wait before try %d was %v; expected at most %v\n%s", i+2, wait, limit, r)
		}
		if got := *f.TaskFailedEventDetails.Error; got != "Rekognition.ThrottlingException" {
			t.Errorf("try %d failed with %s; expected Rekognition.ThrottlingException", i+1, got)
		}
	}
	if d := cmp.Diff(any(list{"Mountain", "Lake"}), p.item(t, u.id())["objectDetected"]); d != "" {
		t.Errorf("objectDetected (-want +got):\n%s", d)
	}
}

func (p patientMachine) down(t *testing.T) {
	t.Helper()
	key := uploads(t) + "photo.jpg"
	p.machine.Rekognition.Set(rekognition.WithFixture(key, mountainLake...))
	p.faults.onDetect(key, rekognition.Down())
	u := p.upload(t, key, photos.Read("astronaut.jpg"))
	r := p.ended(t, p.tagging.started(t, key, u.is), "Detect labels")

	const name = "Rekognition.InternalServerErrorException"
	want := path(parallel, "Detect labels", "Labels failed", "Make preview", "All well?", "Mark failed", "Notify failure", "Processing failed")
	if d := cmp.Diff(want, r.visited()); d != "" || r.error != name || r.calls("Detect labels") != 7 {
		t.Errorf("Rekognition was called %d times, the error is %q; expected 7, %s; the way (-want +got):\n%s\n%s", r.calls("Detect labels"), r.error, name, d, r)
	}
	got := p.item(t, u.id())
	wantItem := item{
		"ProcessingStatus": "FAILED", "errorAt": "Detect labels", "errorName": name, "errorMessage": r.cause,
		"exifModel": "Cam 1", "fullsize": object{"key": key, "width": 512, "height": 512}, "objectDetected": nil, "thumbnail": nil,
	}
	if d := cmp.Diff(wantItem, picked(got, wantItem)); d != "" {
		t.Errorf("the item while Rekognition is down (-want +got):\n%s", d)
	}
	if told := p.notified(t, u.id()); told.ErrorAt != "Detect labels" || told.ErrorName != name {
		t.Errorf("the topic told %v; expected %s at Detect labels", told, name)
	}

	p.faults.onDetect(key, nil)
	again := p.again(t, r.input)
	if d := cmp.Diff(tagged, again.visited()); d != "" || outcome(t, again) != "tagged" {
		t.Errorf("the way once Rekognition is well again (-want +got):\n%s\n%s", d, again)
	}
	wantItem = item{
		"ProcessingStatus": "SUCCEEDED", "SfnExecutionArn": again.arn, "errorAt": nil, "errorName": nil, "errorMessage": nil, "failedAt": nil,
		"objectDetected": list{"Mountain", "Lake"}, "thumbnail": object{"key": u.preview(), "width": 250, "height": 250},
	}
	if d := cmp.Diff(wantItem, picked(p.item(t, u.id()), wantItem)); d != "" {
		t.Errorf("the item once Rekognition is well again (-want +got):\n%s", d)
	}
}

// picked are the attributes of an item that another one has; nil for those that are missing.
func picked(it, like item) item {
	out := item{}
	for name := range like {
		out[name] = it[name]
	}
	return out
}

// TestRekognitionMayNotRead is about an object that Rekognition does not get at: trying again does not help.
func TestRekognitionMayNotRead(t *testing.T) {
	t.Parallel()
	key := uploads(t) + "photo.jpg"
	shared.faults.onDetect(key, func(int, rekognition.Call) error {
		return wire.Errorf("InvalidS3ObjectException", "Unable to get object metadata from S3.")
	})
	u := shared.upload(t, key, photos.Read("rocket.jpg"))
	r := shared.ended(t, u)
	if r.calls("Detect labels") != 1 || r.error != "Rekognition.InvalidS3ObjectException" {
		t.Errorf("Rekognition was called %d times; expected once, and Rekognition.InvalidS3ObjectException\n%s", r.calls("Detect labels"), r)
	}
	got := shared.item(t, u.id())
	const hint = "(is the bucket in this region, and may the machine read it?)"
	if text, _ := got["errorMessage"].(string); got["errorAt"] != "Detect labels" || !strings.HasSuffix(text, hint) {
		t.Errorf("the item is %v; expected errorAt Detect labels and the hint %s", got, hint)
	}
}

// TestLabelsOfPixels compares the item with what Rekognition says to somebody who asks directly.
func TestLabelsOfPixels(t *testing.T) {
	t.Parallel()
	u := shared.upload(t, uploads(t)+"photo.jpg", photos.Read("chelsea.png"))
	r := shared.ended(t, u)
	direct, err := shared.rekognition.DetectLabels(t.Context(), &sdk.DetectLabelsInput{
		Image:     &rektypes.Image{S3Object: &rektypes.S3Object{Bucket: &u.bucket, Name: &u.key, Version: &u.version}},
		MaxLabels: new(int32(10)), MinConfidence: new(float32(60)),
	})
	if err != nil {
		t.Fatal(err)
	}
	want := list{}
	for _, l := range direct.Labels {
		want = append(want, *l.Name)
	}
	if d := cmp.Diff(any(want), shared.item(t, u.id())["objectDetected"]); d != "" || len(want) == 0 {
		t.Errorf("the %d labels (-want +got):\n%s\n%s", len(want), d, r)
	}
	asked := r.of("Detect labels", types.HistoryEventTypeTaskScheduled)[0].TaskScheduledEventDetails
	var got any
	if err := json.Unmarshal([]byte(*asked.Parameters), &got); err != nil {
		t.Fatal(err)
	}
	request := map[string]any{
		"Image":     map[string]any{"S3Object": map[string]any{"Bucket": u.bucket, "Name": u.key, "Version": u.version}},
		"MaxLabels": 10.0, "MinConfidence": 60.0,
	}
	if d := cmp.Diff(any(request), got); d != "" {
		t.Errorf("what Rekognition was asked (-want +got):\n%s", d)
	}
}

// TestAnalysisCopy looks at the copy that is made of a photo that Rekognition does not take.
func TestAnalysisCopy(t *testing.T) {
	t.Parallel()
	u := shared.upload(t, uploads(t)+"panorama.png", asPNG(t, striped(10_100, 1010)))
	r := shared.ended(t, u)
	copied := shared.preview(t, u.analysis())
	if copied.width != 2048 || copied.height != 205 || copied.mediaType != "image/jpeg" {
		t.Errorf("the copy is %d x %d %s; expected 2048 x 205 image/jpeg\n%s", copied.width, copied.height, copied.mediaType, r)
	}
	var asked sdk.DetectLabelsInput
	if err := json.Unmarshal([]byte(*r.of("Detect labels", types.HistoryEventTypeTaskScheduled)[0].TaskScheduledEventDetails.Parameters), &asked); err != nil {
		t.Fatal(err)
	}
	if got := asked.Image.S3Object; *got.Name != u.analysis() || got.Version != nil {
		t.Errorf("Rekognition was asked for %s; expected the copy %s, without a version", *got.Name, u.analysis())
	}
}
