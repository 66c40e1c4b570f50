package e2e

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

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

// TestRetries is about errors that pass and errors that do not, on a machine whose clock stands still.
func TestRetries(t *testing.T) {
	t.Parallel()
	p := startPatient(t)
	for _, x := range []struct { //nolint:paralleltest // one execution at a time, for the clock
		name string
		run  func(*testing.T)
	}{
		{"Rekognition throttles", p.throttled},
		{"Rekognition is down", p.down},
		{"nobody can be told", func(t *testing.T) { p.nobodyToldOf(t, nil, "Notify failure", "EmptyObject") }},
		{"nobody can be told of a GIF", func(t *testing.T) {
			p.nobodyToldOf(t, photos.Read("coffee.gif"), "Notify unsupported", "FileTypeNotSupported")
		}},
	} {
		t.Run(x.name, x.run)
	}
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

// nobodyToldOf is about a notification that fails: the execution goes on and fails with its own error.
func (p patientMachine) nobodyToldOf(t *testing.T, body []byte, state, fails string) {
	t.Helper()
	key := uploads(t) + "photo.jpg"
	p.faults.onPublish(key, &wire.Error{Code: "AuthorizationError", Message: "not allowed to publish", Status: http.StatusForbidden})
	u := p.upload(t, key, body)
	r := p.ended(t, p.tagging.started(t, key, u.is), state)
	calls, failures := r.of(state, types.HistoryEventTypeTaskScheduled), r.of(state, types.HistoryEventTypeTaskFailed)
	if len(calls) != 3 || len(failures) != 3 || r.error != fails {
		t.Fatalf("%s was tried %d times, the error is %q; expected 3, %s\n%s", state, len(calls), r.error, fails, r)
	}
	for i, want := range []time.Duration{time.Second, 1500 * time.Millisecond} {
		if got := calls[i+1].Timestamp.Sub(*failures[i].Timestamp); got != want {
			t.Errorf("the wait before try %d was %v; expected %v", i+2, got, want)
		}
	}
	if got := p.item(t, u.id()); got["ProcessingStatus"] != "FAILED" || got["errorName"] != fails {
		t.Errorf("the item is %v; expected FAILED, %s", got, fails)
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
