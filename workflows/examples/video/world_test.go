package video_test

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/value"
	"github.com/stepwright/stepwright/workflows/examples/video"
)

const (
	guid = "5d0f6c1e-2b77-4a0e-9c31-0a4be17f9d20"
	job  = "1772442860112-k3p9ab"
)

// loaded is the record as Process finds it, with some changes.
func loaded(changes ...func(r *video.Record)) video.Record {
	r, err := video.InputValidate(context.Background(), video.Validate{
		GUID: guid, StartTime: time.Date(2026, 3, 2, 9, 14, 7, 0, time.UTC),
		Event: video.StartEvent{Detail: &video.StartDetail{Bucket: &video.StartBucket{Name: "media-source"}, Object: &video.StartObject{Key: "spring/launch talk.mov", Size: 15592692}}},
	})
	if err != nil {
		panic(err)
	}
	r.SrcWidth, r.SrcHeight, r.EffectiveHeight, r.DurationSeconds = 1920, 1080, 1080, 90
	for _, change := range changes {
		change(&r)
	}
	return r
}

// item is what getItem answers for a record, and item of nothing what it answers for none.
func item(r any) map[string]any {
	if r == nil {
		return map[string]any{}
	}
	return map[string]any{"Item": wire(plain(r)).(map[string]any)["M"]}
}

func plain(v any) any {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	var out any
	if err := json.Unmarshal(text, &out); err != nil {
		panic(err)
	}
	return out
}

// wire is a JSON value in DynamoDB's typed form.
func wire(v any) any {
	switch v := v.(type) {
	case string:
		return map[string]any{"S": v}
	case float64:
		text, _ := json.Marshal(v)
		return map[string]any{"N": string(text)}
	case bool:
		return map[string]any{"BOOL": v}
	case []any:
		list := []any{}
		for _, x := range v {
			list = append(list, wire(x))
		}
		return map[string]any{"L": list}
	case map[string]any:
		members := map[string]any{}
		for k, x := range v {
			members[k] = wire(x)
		}
		return map[string]any{"M": members}
	}
	return map[string]any{"NULL": true}
}

// stubs are the answers of tasks by state; a test replaces some.
type stubs map[string]flowtest.Option

func answer(state string, v any) stubs { return stubs{state: flowtest.State(state, v)} }

func fails(state, name, cause string) stubs {
	return stubs{state: flowtest.StateFails(state, flowtest.Error{Name: name, Cause: cause})}
}

func (s stubs) with(more ...stubs) stubs {
	all := maps.Clone(s)
	for _, m := range more {
		maps.Copy(all, m)
	}
	return all
}

func (s stubs) without(states ...string) stubs {
	rest := maps.Clone(s)
	for _, name := range states {
		delete(rest, name)
	}
	return rest
}

func (s stubs) options() []flowtest.Option { return slices.Collect(maps.Values(s)) }

var nothing = map[string]any{}

// tailStubs answer in the failure tail and about approvals.
var tailStubs = stubs{}.with(answer("Record Error", nothing), answer("Notify Error", message), answer("Mark Rejected", nothing), answer("Mark Pending", nothing))

var message = map[string]any{"MessageId": "m"}

// runs runs a machine and compares the way that it takes.
func runs(t *testing.T, w flow.Workflow, input any, s stubs, path string) *flowtest.Execution {
	t.Helper()
	e := flowtest.Run(t, w, input, s.options()...)
	if d := cmp.Diff(strings.Split(path, " → "), e.Path()); d != "" {
		outcome := e.Outcome()
		t.Fatalf("the way (-want +got):\n%s%v", d, outcome)
	}
	return e
}

// A told is what is recorded and told of a failure.
type told struct{ At, Message, Details string }

// failure is what a run that failed has left behind: the same in the record and in the notice.
func failure(t *testing.T, e *flowtest.Execution, code string) told {
	t.Helper()
	e.FailsWith(code)
	values := e.Calls("Record Error")[0].Get("ExpressionAttributeValues")
	got := told{values.Path(":workflowErrorAt", "S").Str(), values.Path(":errorMessage", "S").Str(), values.Path(":errorDetails", "S").Str()}
	notice := e.Calls("Notify Error")[0]
	m := notice.Get("Message")
	if n := (told{m.Get("workflowErrorAt").Str(), m.Get("errorMessage").Str(), m.Get("errorDetails").Str()}); n != got {
		t.Errorf("recorded %+v, told %+v", got, n)
	}
	if values.Path(":workflowStatus", "S").Str() != "Error" || m.Get("guid").Str() == "" || notice.Get("Subject").Str() != "Workflow Status:: Error:: "+m.Get("guid").Str() {
		t.Errorf("told %s", notice)
	}
	return got
}

// sets is the update expression and the values of a call, for comparing with text.
func sets(call value.Value) string {
	return call.Get("UpdateExpression").Str() + " " + call.Get("ExpressionAttributeValues").String()
}

func output[T any](t *testing.T, e *flowtest.Execution, want T) {
	t.Helper()
	var got T
	e.Output(&got)
	if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
		t.Errorf("output (-want +got):\n%s", d)
	}
}
