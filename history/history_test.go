package history_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/internal/oracle"
	"github.com/stepwright/stepwright/value"
)

// full gives an event of type t in which every field has a value; those that t does not use are lost on the way
// through JSON.
func full(t history.Type) history.Event {
	return history.Event{
		ID: 7, PreviousID: 6, Time: time.UnixMilli(1769848200123).UTC(), Type: t,
		Name: "Pay back", Input: value.MustParse(`{"id":1.0}`), Output: value.MustParse(`[null]`), Parameters: value.MustParse(`{"a":"b"}`),
		Assigned: value.MustParse(`{"x":{"y":1},"z":"text"}`), Error: new("TooLate"), Cause: new(""),
		ResourceType: "lambda", Resource: "invoke", Region: "eu-central-1", TimeoutInSeconds: new(int64(60)), HeartbeatInSeconds: new(int64(5)),
		CredentialsRoleArn: "arn:aws:iam::111111111111:role/r", State: "Pay back", Location: "Output/a", RoleArn: "arn:r", VersionArn: "arn:v", AliasArn: "arn:a",
		Length: 3, Index: 2, MapRunArn: "arn:m", RedriveCount: 1, WorkerName: "worker",
	}
}

var compareValues = cmp.Comparer(value.Equal)

func TestEveryTypeComesBack(t *testing.T) {
	t.Parallel()
	types := history.Types()
	if len(types) != 62 || !slices.IsSorted(types) {
		t.Fatalf("%d types, sorted %v; want 62 sorted ones", len(types), slices.IsSorted(types))
	}
	used := map[string]bool{}
	for _, typ := range types {
		e := full(typ)
		b, err := json.Marshal(e)
		if err != nil {
			t.Fatalf("%s: %v", typ, err)
		}
		var once, twice history.Event
		if err := json.Unmarshal(b, &once); err != nil {
			t.Fatalf("%s: %v", typ, err)
		}
		again, _ := json.Marshal(once)
		if string(again) != string(b) {
			t.Errorf("%s changes:\n%s\n%s", typ, b, again)
		}
		if err := json.Unmarshal(again, &twice); err != nil {
			t.Fatalf("%s: %v", typ, err)
		}
		if diff := cmp.Diff(once, twice, compareValues); diff != "" {
			t.Errorf("%s (-once +twice):\n%s", typ, diff)
		}
		note(e, once, used)
		checkDetails(t, e)
	}
	for name, ok := range used {
		if !ok && name != "InputText" {
			t.Errorf("no type keeps the field %s", name)
		}
	}
}

// note remembers the fields of e that came back in got.
func note(e, got history.Event, used map[string]bool) {
	a, b := reflect.ValueOf(e), reflect.ValueOf(got)
	for i := range a.NumField() {
		name := a.Type().Field(i).Name
		used[name] = used[name] || !b.Field(i).IsZero()
	}
}

// checkDetails holds the details member to the type's name.
func checkDetails(t *testing.T, e history.Event) {
	t.Helper()
	member := history.DetailsMember(e.Type)
	v := e.Value(history.Options{})
	var names []string
	for _, n := range v.Names() {
		if strings.HasSuffix(n, "EventDetails") {
			names = append(names, n)
		}
	}
	switch {
	case member == "" && len(names) > 0, member != "" && !slices.Equal(names, []string{member}):
		t.Errorf("%s: details %v, want %q", e.Type, names, member)
	case member == "" && e.Details(history.Options{}).Exists():
		t.Errorf("%s has details although it has no member for them", e.Type)
	}
}

func TestAbsentAndEmptyDiffer(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		e    history.Event
		want string
	}{
		{"failed without error", history.Event{Type: history.ExecutionFailed}, `{}`},
		{"failed with an empty error", history.Event{Type: history.ExecutionFailed, Error: new(""), Cause: new("")}, `{"error":"","cause":""}`},
		{"no output", history.Event{Type: history.PassStateExited, Name: "A"}, `{"name":"A"}`},
		{"null output", history.Event{Type: history.PassStateExited, Name: "A", Output: value.Null}, `{"name":"A","output":"null","outputDetails":{"truncated":false}}`},
		{"text output", history.Event{Type: history.PassStateExited, Name: "A", Output: value.String("null")}, `{"name":"A","output":"\"null\"","outputDetails":{"truncated":false}}`},
		{"nothing assigned", history.Event{Type: history.PassStateExited, Name: "A", Assigned: value.Object()}, `{"name":"A","assignedVariables":{},"assignedVariablesDetails":{"truncated":false}}`},
		{"the caller's text", history.Event{Type: history.ExecutionStarted, Input: value.MustParse(`{"a":1}`), InputText: `{ "a" : 1 }`}, `{"input":"{ \"a\" : 1 }","inputDetails":{"truncated":false}}`},
		{"a map of nothing", history.Event{Type: history.MapStateStarted}, `{"length":0}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := c.e.Details(history.Options{}).String(); got != c.want {
				t.Errorf("details %s, want %s", got, c.want)
			}
			back, err := history.FromValue(c.e.Value(history.Options{}))
			back.Time = time.Time{}
			if diff := cmp.Diff(c.e, back, compareValues); diff != "" || err != nil {
				t.Errorf("comes back (%v) (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestWithoutData(t *testing.T) {
	t.Parallel()
	for _, typ := range history.Types() {
		e := full(typ)
		e.InputText = `{ "id" : 1.0 }`
		s := e.Details(history.Options{WithoutData: true}).String()
		for _, secret := range []string{`"input"`, `"output"`, `"parameters"`, `"assignedVariables"`, "1.0"} {
			if strings.Contains(s, secret) {
				t.Errorf("%s shows %s: %s", typ, secret, s)
			}
		}
		if with := e.Details(history.Options{}); with.Get("error").Exists() != strings.Contains(s, `"error"`) {
			t.Errorf("%s: the error is gone: %s", typ, s)
		}
	}
}

func TestTimestamp(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		t    time.Time
		want string
	}{
		{time.UnixMilli(0), "0"},
		{time.UnixMilli(1769848200000), "1769848200"},
		{time.UnixMilli(1769848200007), "1769848200.007"},
		{time.UnixMilli(1769848200120), "1769848200.120"},
		{time.Unix(1769848200, 999_999_999), "1769848200.999"},
		{time.UnixMilli(-1), "-0.001"},
		{time.UnixMilli(-1500), "-1.500"},
	} {
		v := history.Timestamp(c.t)
		if v.String() != c.want {
			t.Errorf("%v is %s, want %s", c.t, v, c.want)
		}
		e, err := history.FromValue(value.Object(value.M("type", value.String("MapRunSucceeded")), value.M("timestamp", v)))
		if err != nil || !e.Time.Equal(c.t.Truncate(time.Millisecond)) {
			t.Errorf("%s is read as %v (%v)", v, e.Time, err)
		}
	}
}

func TestBadEvents(t *testing.T) {
	t.Parallel()
	var e history.Event
	for _, src := range []string{`{}`, `{"type":"Nothing"}`, `[]`, `1`, `{"type":7}`} {
		if err := json.Unmarshal([]byte(src), &e); err == nil || !strings.Contains(err.Error(), "no event type") {
			t.Errorf("%s: %v", src, err)
		}
	}
	if err := e.UnmarshalJSON([]byte("{")); err == nil {
		t.Error("half an object is an event")
	}
	for _, src := range []string{
		`{"type":"TaskFailed","taskFailedEventDetails":7,"id":"x","timestamp":"now"}`,
		`{"type":"TaskFailed","taskFailedEventDetails":{"error":7,"resource":null}}`,
		`{"type":"MapStateStarted","mapStateStartedEventDetails":{"length":1.5}}`,
		`{"type":"PassStateExited","stateExitedEventDetails":{"assignedVariables":[1],"output":"{"}}`,
	} {
		if err := json.Unmarshal([]byte(src), &e); err != nil {
			t.Errorf("%s: %v", src, err)
		}
	}
}

// TestRecordedHistories reads every recorded history and writes it again.
func TestRecordedHistories(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(oracle.Dir(t), "conformance", "*", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings (%v)", err)
	}
	events, histories, types := 0, 0, map[history.Type]int{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c, err := value.Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		recorded := c.Path("expect", "history")
		if recorded.Len() > 0 {
			histories++
		}
		for i, r := range recorded.Elements() {
			want := apiShape(r)
			e, err := history.FromValue(want)
			if err != nil {
				t.Errorf("%s event %d: %v", filepath.Base(file), i, err)
				continue
			}
			events++
			types[e.Type]++
			got := e.Value(history.Options{}).Without("timestamp")
			if diff := cmp.Diff(want.Any(), got.Any()); diff != "" {
				t.Errorf("%s event %d (-want +got):\n%s", filepath.Base(file), i, diff)
			}
		}
	}
	t.Logf("%d events of %d types in %d histories", events, len(types), histories)
}

// apiShape is a recorded event in the API's own shape: what the corpus has parsed is text again.
func apiShape(event value.Value) value.Value {
	for name, details := range event.Members() {
		if !strings.HasSuffix(name, "EventDetails") {
			continue
		}
		for _, field := range []string{"input", "output", "parameters"} {
			if v := details.Get(field); v.Exists() {
				details = details.With(field, value.String(v.String()))
			}
		}
		if vars := details.Get("assignedVariables"); vars.IsObject() {
			for k, v := range vars.Members() {
				vars = vars.With(k, value.String(v.String()))
			}
			details = details.With("assignedVariables", vars)
		}
		event = event.With(name, details)
	}
	return event.Without("timestamp")
}

func FuzzEvent(f *testing.F) {
	for _, t := range history.Types() {
		b, err := json.Marshal(full(t))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`{"type":"MapRunAborted","timestamp":-1.5e300,"id":1e99}`))
	f.Fuzz(func(t *testing.T, src []byte) {
		var e, again history.Event
		if err := e.UnmarshalJSON(src); err != nil {
			return
		}
		b, err := e.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		if err := again.UnmarshalJSON(b); err != nil {
			t.Fatalf("%s: %v", b, err)
		}
		if b2, _ := again.MarshalJSON(); again.Time.Equal(e.Time) && string(b2) != string(b) {
			t.Fatalf("%s becomes %s", b, b2)
		}
	})
}

func ExampleEvent() {
	e := history.Event{ID: 2, Time: time.UnixMilli(1769848200123), Type: history.TaskFailed, ResourceType: "lambda", Resource: "invoke", Error: new("TooLate")}
	b, err := json.Marshal(e)
	fmt.Println(string(b), err)
	// Output: {"timestamp":1769848200.123,"type":"TaskFailed","id":2,"previousEventId":0,"taskFailedEventDetails":{"resourceType":"lambda","resource":"invoke","error":"TooLate"}} <nil>
}

func ExampleFromValue() {
	e, err := history.FromValue(value.MustParse(`{"id": 3, "type": "PassStateExited", "stateExitedEventDetails": {"name": "Greet", "output": "{\"hello\":1.0}"}}`))
	fmt.Println(e.Name, e.Output.Get("hello"), err)
	// Output: Greet 1.0 <nil>
}

func BenchmarkEvent(b *testing.B) {
	e := full(history.TaskScheduled)
	b.ReportAllocs()
	for b.Loop() {
		v := e.Value(history.Options{})
		if back, err := history.FromValue(v); err != nil || back.ID != e.ID {
			b.Fatal(err)
		}
	}
}
