package video_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/value"
	"github.com/stepwright/stepwright/workflows/examples/video"
)

var (
	waiting = item(loaded(func(r *video.Record) { r.EncodeTaskToken, r.WorkflowStatus = "the token", "Encoding" }))
	early   = item(loaded(func(r *video.Record) { r.WorkflowStatus = "Encoding" }))
)

var eventStubs = stubs{}.with(
	answer("Load Token", waiting), answer("Resume Success", nothing), answer("Resume Failure", nothing),
	answer("Drop Token", nothing), answer("Keep Event", message),
)

const looking = "Token Present: begin → Load Token → Token Present"

func TestEncodeEvents(t *testing.T) {
	t.Parallel()
	ended := func(status string) stubs {
		return answer("Load Token", item(loaded(func(r *video.Record) { r.WorkflowStatus = status })))
	}
	gone := func(state, name string) stubs { return fails(state, "Sfn."+name, "no") }
	again := strings.Repeat(" → Token Present: wait → Load Token → Token Present", 11)
	for _, c := range []struct {
		name, status string
		stubs        stubs
		path, result string
		took         time.Duration
	}{
		{"complete", "COMPLETE", nil, looking + " → Status Check → Resume Success → Drop Token → Resumed", "resumed", 0},
		{"failed", "ERROR", nil, looking + " → Status Check → Resume Failure → Drop Token → Resumed", "resumed", 0},
		{"canceled", "CANCELED", nil, looking + " → Status Check → Resume Failure → Drop Token → Resumed", "resumed", 0},
		{"another status", "PROGRESSING", nil, looking + " → Status Check → Ignored", "ignored", 0},
		{"published", "COMPLETE", ended("Complete"), looking + " → Status Check → Already Resumed", "already resumed", 0},
		{"failed before", "ERROR", ended("Error"), looking + " → Status Check → Already Resumed", "already resumed", 0},
		{"rejected", "COMPLETE", ended("Rejected"), looking + " → Status Check → Already Resumed", "already resumed", 0},
		{"token used", "COMPLETE", gone("Resume Success", "TaskTimedOutException"), looking + " → Status Check → Resume Success → Already Resumed", "already resumed", 0},
		{"token invalid", "COMPLETE", gone("Resume Success", "InvalidTokenException"), looking + " → Status Check → Resume Success → Already Resumed", "already resumed", 0},
		{"nobody waits", "ERROR", gone("Resume Failure", "TaskDoesNotExistException"), looking + " → Status Check → Resume Failure → Already Resumed", "already resumed", 0},
		{
			"token comes later", "COMPLETE",
			stubs{"Load Token": flowtest.State("Load Token", early).Then(early).Then(waiting)},
			looking + strings.Repeat(" → Token Present: wait → Load Token → Token Present", 2) + " → Status Check → Resume Success → Drop Token → Resumed", "resumed", 10 * time.Second,
		},
		{
			"token in the last try", "COMPLETE",
			stubs{"Load Token": flowtest.StateFunc("Load Token", after(11, early, waiting))},
			looking + again + " → Status Check → Resume Success → Drop Token → Resumed", "resumed", 55 * time.Second,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := runs(t, video.EncodeEvents, done(c.status), eventStubs.with(c.stubs), c.path)
			output(t, e, video.Resumed{GUID: guid, Result: c.result})
			if e.Took() != c.took {
				t.Errorf("it took %s", e.Took())
			}
		})
	}
}

// after answers first so many times, and then last.
func after(n int, first, last any) func(value.Value) (any, error) {
	return func(value.Value) (any, error) {
		if n--; n >= 0 {
			return first, nil
		}
		return last, nil
	}
}

// TestAnswers looks at what is answered to the token.
func TestAnswers(t *testing.T) {
	t.Parallel()
	e := runs(t, video.EncodeEvents, done("COMPLETE"), eventStubs, looking+" → Status Check → Resume Success → Drop Token → Resumed")
	call := e.Calls("Resume Success")[0]
	if got := value.MustParse(call.Get("Output").Str()); call.Get("TaskToken").Str() != "the token" || !value.Equal(got, value.MustFrom(done("COMPLETE"))) {
		t.Errorf("answered with %s", call)
	}
	if got := e.Calls("Drop Token")[0].Get("UpdateExpression").Str(); got != "REMOVE #encodeTaskToken" {
		t.Errorf("dropped with %s", got)
	}

	broken := done("ERROR")
	broken.Detail.ErrorCode, broken.Detail.ErrorMessage = new(1010), "The input could not be opened"
	for _, c := range []struct {
		event             video.EncodeEvent
		wantCode, because string
	}{{broken, "EncodeError", "1010 The input could not be opened"}, {done("CANCELED"), "EncodeCanceled", "CANCELED"}} {
		e := flowtest.Run(t, video.EncodeEvents, c.event, eventStubs.options()...)
		want := value.MustFrom(map[string]any{"TaskToken": "the token", "Error": c.wantCode, "Cause": c.because})
		if got := e.Calls("Resume Failure")[0]; !value.Equal(got, want) {
			t.Errorf("refused with %s, want %s", got, want)
		}
	}
}

// TestTokenMissing keeps the event when no token comes (scenario V32): twelve tries in 55 seconds.
func TestTokenMissing(t *testing.T) {
	t.Parallel()
	for name, found := range map[string]any{"no token": early, "no record": item(nil)} {
		e := flowtest.Run(t, video.EncodeEvents, done("COMPLETE"), eventStubs.with(answer("Load Token", found)).options()...)
		if cause := e.FailsWith("TokenMissing"); cause != "no Process waits for job "+job+" of run "+guid {
			t.Errorf("%s: %s", name, cause)
		}
		e.VisitsTimes("Load Token", 12)
		e.Visits("Load Token", "Token Present", "Keep Event", "Token Missing")
		if e.Took() != 55*time.Second {
			t.Errorf("%s: it took %s", name, e.Took())
		}
		if got := e.Calls("Keep Event")[0]; !value.Equal(got, value.MustFrom(map[string]any{"QueueUrl": "${StartDLQ}", "MessageBody": done("COMPLETE")})) {
			t.Errorf("%s: kept %s", name, got)
		}
	}
}
