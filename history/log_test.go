package history_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/value"
)

func TestLogLevels(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		event history.Type
		at    []history.LogLevel // that log it
	}{
		{history.PassStateEntered, []history.LogLevel{history.LogAll}},
		{history.ExecutionSucceeded, []history.LogLevel{history.LogAll}},
		{history.TaskFailed, []history.LogLevel{history.LogAll, history.LogError}},
		{history.LambdaFunctionTimedOut, []history.LogLevel{history.LogAll, history.LogError}},
		{history.MapIterationAborted, []history.LogLevel{history.LogAll, history.LogError}},
		{history.EvaluationFailed, []history.LogLevel{history.LogAll, history.LogError}},
		{history.FailStateEntered, []history.LogLevel{history.LogAll, history.LogError}},
		{history.ExecutionFailed, []history.LogLevel{history.LogAll, history.LogError, history.LogFatal}},
		{history.ExecutionAborted, []history.LogLevel{history.LogAll, history.LogError, history.LogFatal}},
		{history.ExecutionTimedOut, []history.LogLevel{history.LogAll, history.LogError, history.LogFatal}},
	} {
		for _, l := range []history.LogLevel{history.LogAll, history.LogError, history.LogFatal, history.LogOff, ""} {
			if got := l.Includes(c.event); got != slices.Contains(c.at, l) {
				t.Errorf("level %q includes %s: %v", l, c.event, got)
			}
		}
	}
}

// A record has at most 256 KiB of data; what is cut says so.
func TestLogRecordIsCut(t *testing.T) {
	t.Parallel()
	e := history.Event{
		ID: 3, PreviousID: 2, Type: history.PassStateExited, Name: "Note", Output: value.String(strings.Repeat("é\"", 100_000)),
	}
	r := e.LogRecord("arn", true)
	d := r.Get("details")
	if d.Size() > 256<<10 || d.Path("outputDetails", "truncated") != value.True || d.Size() < 256<<10-10 || !utf8.ValidString(d.Get("output").Str()) {
		t.Errorf("%d bytes of details, %d of output, %s", d.Size(), len(d.Get("output").Str()), d.Get("outputDetails"))
	}
	e.Output = value.String(strings.Repeat("x", 200_000))
	if d := e.LogRecord("arn", true).Get("details"); d.Path("outputDetails", "truncated") != value.False || len(d.Get("output").Str()) != 200_002 {
		t.Errorf("what fits is cut: %s", d.Get("outputDetails"))
	}
}

func ExampleEvent_LogRecord() {
	e := history.Event{
		ID: 3, PreviousID: 2, Type: history.PassStateExited, Time: time.UnixMilli(1700000000123),
		Name: "Note", Output: value.Object(value.M("ok", value.True)),
	}
	fmt.Println(e.LogRecord("arn:aws:states:us-east-1:111111111111:express:M:E:1", true).Indent())
	fmt.Println(e.LogRecord("arn:aws:states:us-east-1:111111111111:express:M:E:1", false).Get("details"))
	// Output:
	// {
	//   "id": "3",
	//   "type": "PassStateExited",
	//   "details": {
	//     "name": "Note",
	//     "output": "{\"ok\":true}",
	//     "outputDetails": {
	//       "truncated": false
	//     }
	//   },
	//   "previous_event_id": "2",
	//   "event_timestamp": "1700000000123",
	//   "execution_arn": "arn:aws:states:us-east-1:111111111111:express:M:E:1",
	//   "redrive_count": "0"
	// }
	// {"name":"Note"}
}
