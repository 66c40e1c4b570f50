package s3_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/s3"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/integration"
	"github.com/stepwright/stepwright/internal/golden"
	local "github.com/stepwright/stepwright/local/s3"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

type (
	Report struct {
		Title string   `json:"title"`
		Rows  []string `json:"rows"`
	}
	Job struct {
		Bucket  string  `json:"bucket"`
		Key     string  `json:"key"`
		Version *string `json:"version,omitempty"`
		Report  Report  `json:"report"`
	}
)

var (
	Lake = s3.BucketOf("Lake")
	noon = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
)

func build(t *testing.T, w flow.Workflow) *asl.Machine {
	t.Helper()
	d, found := w.Build()
	for _, x := range found {
		t.Errorf("unexpected: %s", x.Text())
	}
	return d
}

// core is a local S3 with the buckets lake and old.
func core(t *testing.T) *local.Service {
	t.Helper()
	s := local.New(local.Options{Account: wire.Account{Partition: "aws", Region: "us-east-1", ID: "123456789012"}, Clock: clock.NewVirtual(noon)})
	for _, name := range []string{"lake", "old"} {
		r := wire.Resource{Stack: "S", LogicalID: name, Type: "AWS::S3::Bucket", Properties: value.MustParse(`{"BucketName":"` + name + `"}`)}
		if _, err := s.Create(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// live lets the states of w be answered by s, as the integration answers: bodies are texts, errors have its names.
func live(t *testing.T, s *local.Service, w flow.Workflow) (options []flowtest.Option) {
	t.Helper()
	for v := range asl.Visits(build(t, w)) {
		task, ok := v.State.(*asl.Task)
		if !ok {
			continue
		}
		action := task.Resource[strings.LastIndex(task.Resource, ":")+1:]
		options = append(options, flowtest.StateFunc(v.Name, func(in value.Value) (any, error) {
			in = value.MustParse(strings.ReplaceAll(in.String(), "${Lake}", "lake"))
			if body := in.Get("Body"); body.Exists() {
				text := body.String()
				if body.IsString() {
					text = body.Str()
				}
				in = in.With("Body", value.String(base64.StdEncoding.EncodeToString([]byte(text))))
			}
			out, err := s.Call(t.Context(), integration.Operation(action), in)
			if err != nil {
				service, _ := integration.SDKService("s3")
				return nil, flowtest.Error{Name: service.ErrorName(wire.AsError(err, "").Code), Cause: err.Error()}
			}
			if body, err := base64.StdEncoding.DecodeString(out.Get("Body").Str()); err == nil && out.Get("Body").Exists() {
				out = out.With("Body", value.String(string(body)))
			}
			return out, nil
		}))
	}
	return options
}

// TestRoundTrip writes, reads, copies, lists and deletes objects of the local S3.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	s := core(t)
	w := flow.Standard("Round trip", func(f *flow.Flow, in *Job) *Report {
		old := s3.BucketNamed(&in.Bucket)
		s3.Write(f, "Write", Lake, &in.Key, &in.Report, s3.ContentType(new("application/json")))
		s3.Copy(f, "Copy", Lake, &in.Key, old, flow.Text(f, "copies/", &in.Key))
		s3.Delete(f, "Delete", Lake, &in.Key)
		head := s3.Head(f, "Head", old, flow.Text(f, "copies/", &in.Key), s3.Version(in.Version))
		page := s3.List(f, "List", old, &s3.ListInput{Prefix: new("copies/")})
		read := s3.Read[Report](f, "Read", old, flow.Text(f, "copies/", &in.Key))
		s3.Write(f, "Write text", Lake, new("note"), flow.Text(f, &head.ContentType, " ", &head.ContentLength, " ", flow.Count(f, &page.Contents), " ", &page.KeyCount))
		note := s3.Read[string](f, "Read text", Lake, new("note"))
		rest := s3.List(f, "List the rest", Lake, nil)
		out := &Report{}
		return flow.Fill(f, out, flow.Set(&out.Title, flow.Text(f, note, ": ", &read.Title, ", ", &flow.Last(f, &rest.Contents).Key)), flow.Set(&out.Rows, &read.Rows))
	})
	for _, rows := range [][]string{{}, {"one"}, {"one", "two"}} {
		var got Report
		flowtest.Run(t, w, Job{Bucket: "old", Key: "a b/c+d%.json", Report: Report{"T", rows}}, live(t, s, w)...).Output(&got)
		size := len(toJSON(t, Report{"T", rows}))
		want := Report{"application/json " + value.Int(size).String() + " 1 1: T, note", rows}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
	}
}

func toJSON(t *testing.T, v any) string {
	t.Helper()
	x, err := value.From(v)
	if err != nil {
		t.Fatal(err)
	}
	return x.String()
}

// TestErrors meets errors under the names that the sets have.
func TestErrors(t *testing.T) {
	t.Parallel()
	s := core(t)
	caught := func(f *flow.Flow, on flow.Errors, name string) flow.Option {
		return flow.Catch(on, func(*flow.Caught) { flow.Return(f, name, &name) })
	}
	for _, c := range []struct {
		name string
		body func(f *flow.Flow, in *Job) *string
	}{
		{"No object to read", func(f *flow.Flow, in *Job) *string {
			return s3.Read[string](f, "S", Lake, &in.Key, caught(f, s3.NotFound, "No object to read"))
		}},
		{"No object to look at", func(f *flow.Flow, in *Job) *string {
			s3.Head(f, "S", Lake, &in.Key, caught(f, s3.NotFound, "No object to look at"))
			return &in.Key
		}},
		{"No bucket", func(f *flow.Flow, in *Job) *string {
			s3.Write(f, "S", s3.BucketNamed(new("nowhere")), &in.Key, &in.Report, caught(f, s3.NoBucket, "No bucket"))
			return &in.Key
		}},
	} {
		w := flow.Standard(c.name, c.body)
		var got string
		if flowtest.Run(t, w, Job{Key: "k"}, live(t, s, w)...).Output(&got); got != c.name {
			t.Errorf("got %q, want %q", got, c.name)
		}
	}
}

// TestTags adds to 0, 1 and 2 tags.
func TestTags(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Tags", func(f *flow.Flow, in *Job) *string {
		old := s3.Tags(f, "Get tags", Lake, &in.Key, s3.Version(in.Version))
		more := &[]s3.Tag{{Key: "tier"}}
		flow.Fill(f, more, flow.Set(&(*more)[0].Value, &in.Report.Title))
		s3.PutTags(f, "Put tags", Lake, &in.Key, flow.Append(f, &old.TagSet, more), s3.Version(in.Version))
		return &in.Key
	})
	build(t, w)
	for answer, want := range map[string]string{
		`[]`:                        `[{"Key":"tier","Value":"cold"}]`,
		`[{"Key":"a","Value":"1"}]`: `[{"Key":"a","Value":"1"},{"Key":"tier","Value":"cold"}]`,
		`[{"Key":"a","Value":"1"},{"Key":"b","Value":"2"}]`: `[{"Key":"a","Value":"1"},{"Key":"b","Value":"2"},{"Key":"tier","Value":"cold"}]`,
	} {
		run := flowtest.Run(t, w, Job{Key: "k", Report: Report{Title: "cold"}}, flowtest.State("Get tags", value.MustParse(`{"TagSet":`+answer+`}`)), flowtest.State("Put tags", map[string]any{}))
		if got, want := run.Calls("Put tags")[0].String(), `{"Bucket":"${Lake}","Key":"k","Tagging":{"TagSet":`+want+`}}`; got != want {
			t.Errorf("called with %s, want %s", got, want)
		}
	}
	run := flowtest.Run(t, w, Job{Key: "k", Version: new("v7")}, flowtest.State("Get tags", value.MustParse(`{"TagSet":[]}`)), flowtest.State("Put tags", map[string]any{}))
	if got := run.Calls("Get tags")[0].String(); got != `{"Bucket":"${Lake}","Key":"k","VersionId":"v7"}` {
		t.Errorf("called with %s", got)
	}
}

func TestDocument(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Objects", func(f *flow.Flow, in *Job) *s3.Page {
		s3.Read[Report](f, "Read", Lake, &in.Key, s3.Version(in.Version), flow.Retry(s3.Failed, flow.Backoff{Attempts: 2}))
		s3.Write(f, "Write", s3.BucketNamed(&in.Bucket), flow.Text(f, "a/", &in.Key), &in.Report, s3.StorageClass(new("STANDARD_IA")))
		s3.Head(f, "Head", Lake, &in.Key, flow.Catch(s3.NotFound, func(*flow.Caught) { flow.Fail(f, "None", "None") }), flow.Catch(s3.Archived, func(*flow.Caught) {}))
		s3.Copy(f, "Copy", Lake, &in.Key, Lake, &in.Key, s3.StorageClass(new("GLACIER")), s3.Replace())
		s3.Delete(f, "Delete", Lake, &in.Key, s3.Version(in.Version))
		s3.PutTags(f, "Tag", Lake, &in.Key, &[]s3.Tag{{Key: "a", Value: "b"}})
		next := flow.Var(f, "next", "")
		return s3.List(f, "List", Lake, &s3.ListInput{Prefix: &in.Key, Delimiter: new("/"), MaxKeys: new(10), ContinuationToken: flow.Maybe(f, flow.Not(flow.Is(next, "")), next)})
	})
	golden.Equal(t, "testdata/objects.asl.json", asl.Print(build(t, w)))
}
