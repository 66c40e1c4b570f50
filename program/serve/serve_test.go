package serve

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/states"
)

type (
	order struct {
		ID   string         `json:"id"`
		Note string         `json:"note,omitempty"`
		At   time.Time      `json:"at"`
		Tags []tag          `json:"tags"`
		Next *order         `json:"next,omitempty"`
		Any  any            `json:"any"`
		Bin  []byte         `json:"bin"`
		Map  map[string]int `json:"map"`
		Ptr  *tag           `json:"ptr"`
	}
	tag  struct{ Name string }
	busy struct{}
)

func (*busy) Error() string { return "try later" }

func Handle(ctx context.Context, o order) (tag, error) {
	switch o.ID {
	case "busy":
		return tag{}, &busy{}
	case "panic":
		panic(errors.New("no way"))
	case "wait":
		<-ctx.Done()
		return tag{"cancelled"}, nil
	}
	return tag{"<" + o.ID + ">"}, nil
}

var (
	child  = flow.Express("A child", func(f *flow.Flow, o *order) *tag { return flow.Task(f, "Handle", Handle, o) })
	parent = flow.Standard("A parent", func(f *flow.Flow, o *order) *tag { return states.Call(f, "Call", child, o) })
	wrong  = flow.Standard("Wrong", func(f *flow.Flow, o *order) *tag { flow.Wait(f, "Wait", time.Second/3); return &tag{} })
)

// session starts a server and gives what asks it.
func session(t *testing.T, vars ...Var) (ask func(Request) Reply, first Reply) {
	t.Helper()
	requests, in := io.Pipe()
	out, replies := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- Serve(requests, replies, vars) }()
	t.Cleanup(func() {
		in.Close()
		if err := <-done; err != nil {
			t.Errorf("it ended with %v", err)
		}
	})
	enc, dec := json.NewEncoder(in), json.NewDecoder(out)
	id := 0
	next := func() (r Reply) {
		if err := dec.Decode(&r); err != nil {
			t.Error(err)
		}
		return r
	}
	return func(r Request) Reply {
		id++
		r.ID = id
		if err := enc.Encode(r); err != nil {
			t.Error(err)
		}
		if r.Call != nil && strings.Contains(string(r.Call.Payload), "wait") {
			if err := enc.Encode(Request{Cancel: id}); err != nil {
				t.Error(err)
			}
		}
		got := next()
		if got.ID != id {
			t.Errorf("the reply to %d is to %d", id, got.ID)
		}
		got.ID = 0
		return got
	}, next()
}

func TestSummaries(t *testing.T) {
	t.Parallel()
	var none flow.Workflow
	var empty *flow.StandardWorkflow[order, tag]
	_, first := session(t, Var{"Child", child}, Var{"Again", child}, Var{"None", none}, Var{"Empty", empty})
	var got []string
	for _, v := range first.Vars {
		got = append(got, fmt.Sprintf("%s: %q %s %s nil=%v same=%q", v.Var, v.Title, v.Name, v.Type, v.Nil, v.Same))
	}
	want := []string{
		`Child: "A child" AChild EXPRESS nil=false same=""`,
		`Again: "A child" AChild EXPRESS nil=false same="Child"`,
		`None: ""   nil=true same=""`,
		`Empty: ""   nil=true same=""`,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestBuild(t *testing.T) {
	t.Parallel()
	ask, _ := session(t, Var{"Parent", parent}, Var{"Wrong", wrong})
	b := ask(Request{Build: "Parent"}).Built
	if b == nil || !strings.Contains(b.Document, `"Call"`) || len(b.Problems) > 0 || len(b.Children) != 1 {
		t.Fatalf("got %+v", b)
	}
	if p := b.Positions["/States/Call"]; !strings.HasSuffix(p.File, "serve_test.go") || p.Line == 0 {
		t.Errorf("the state was written at %v", p)
	}
	inner := ask(Request{Build: b.Children[0].Var}).Built
	if inner == nil || len(inner.Handlers) != 1 || inner.Handlers[0].Name != "Handle" || !strings.HasSuffix(inner.Handlers[0].Function, "serve.Handle") {
		t.Fatalf("the child: %+v", inner)
	}
	if d := cmp.Diff(`{"id":"","at":"2026-01-01T00:00:00Z","tags":[{"Name":""}],"any":null,"bin":null,"map":{},"ptr":{"Name":""}}`, string(inner.Input.Example)); d != "" {
		t.Errorf("the example of an input (-want +got):\n%s", d)
	}
	bad := ask(Request{Build: "Wrong"}).Built
	if bad == nil || bad.Document != "" || !bad.Problems.HasErrors() {
		t.Errorf("a workflow with errors: %+v", bad)
	}
}

func TestCall(t *testing.T) {
	t.Parallel()
	ask, _ := session(t, Var{"Child", child})
	call := func(payload string) Reply {
		return ask(Request{Call: &Call{Var: "Child", Handler: "Handle", Payload: json.RawMessage(payload)}})
	}
	for payload, want := range map[string]Called{
		`{"id": "x"}`:     {Output: json.RawMessage(`{"Name":"\u003cx\u003e"}`)},
		`{"id": "wait"}`:  {Output: json.RawMessage(`{"Name":"cancelled"}`)},
		`{"id": "busy"}`:  {Error: "busy", Cause: `{"errorMessage":"try later","errorType":"busy"}`},
		`{"id": "panic"}`: {Error: "errorString", Cause: `{"errorMessage":"no way","errorType":"errorString"}`},
		`{"id": 5}`: {Error: "UnmarshalTypeError", Cause: `{"errorMessage":"json: cannot unmarshal number into Go struct field order.id of type string",` +
			`"errorType":"UnmarshalTypeError"}`},
	} {
		if d := cmp.Diff(Reply{Called: &want}, call(payload)); d != "" {
			t.Errorf("%s (-want +got):\n%s", payload, d)
		}
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	ask, _ := session(t, Var{"Child", child})
	for _, c := range []struct {
		request Request
		want    string
	}{
		{Request{}, "the request asks for nothing that is known here"},
		{Request{Build: "Other"}, `there is no workflow "Other"`},
		{Request{Call: &Call{Var: "Child", Handler: "Other", Payload: json.RawMessage("{}")}}, `the workflow names no handler "Other"`},
		{Request{Check: &Input{Var: "Child", Value: json.RawMessage(`{"id": []}`)}}, "json: cannot unmarshal array into Go struct field order.id of type string"},
		{Request{Check: &Input{Var: "Child", Value: json.RawMessage(`{"id": "x", "more": 1}`)}}, ""},
	} {
		if got := ask(c.request).Error; got != c.want {
			t.Errorf("%+v: got %q, want %q", c.request, got, c.want)
		}
	}
}

func TestWatch(t *testing.T) {
	t.Parallel()
	said := make(chan string, 1)
	stop := watch(1, func(trace []byte) { said <- string(trace) })
	defer stop()
	if trace := <-said; !strings.Contains(trace, "goroutine ") {
		t.Errorf("the trace is %q", trace)
	}
	quiet := watch(1<<62, func([]byte) { t.Error("nothing is the matter") })
	quiet()
}
