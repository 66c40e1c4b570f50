package sqs_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/check"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/flow/sqs"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/internal/golden"
	"github.com/stepwright/stepwright/value"
)

// build gives the document, which must be without a remark.
func build(t *testing.T, w flow.Workflow) *asl.Machine {
	t.Helper()
	d, found := w.Build()
	for _, x := range append(found, check.Document(d)...) {
		t.Errorf("unexpected: %s", x.Text())
	}
	return d
}

// Approve asks a person, and takes silence for a no.
var Approve = flow.Standard("Approve", func(f *flow.Flow, job *Job) *Verdict {
	verdict := sqs.SendAwait(f, "Ask a person", Approvals, func(token *run.Token[Verdict]) *Question {
		q := &Question{}
		return flow.Fill(f, q, flow.Set(&q.Photo, &job.ID), flow.Set(&q.Token, token))
	}, flow.Timeout(72*time.Hour), flow.Heartbeat(24*time.Hour))
	flow.Rescue(f, verdict, flow.TimedOut, func(*flow.Caught) *Verdict { return &Verdict{} })
	return verdict
})

func TestApprove(t *testing.T) {
	t.Parallel()
	golden.Equal(t, "testdata/approve.asl.json", asl.Print(build(t, Approve)))
	for _, c := range []struct {
		name   string
		person *flowtest.Stubbed[any]
		want   bool
		took   time.Duration
	}{
		{"says yes", flowtest.State("Ask a person", Verdict{Approved: true}).After(time.Hour), true, time.Hour},
		{"thinks", flowtest.State("Ask a person", Verdict{Approved: true}).After(40 * time.Hour).Heartbeats(20 * time.Hour), true, 40 * time.Hour},
		{"sleeps", flowtest.State("Ask a person", Verdict{Approved: true}).After(40 * time.Hour), false, 24 * time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := flowtest.Run(t, Approve, Job{ID: "j1"}, c.person)
			var got Verdict
			r.Output(&got)
			if got.Approved != c.want || r.Took() != c.took {
				t.Errorf("approved %v after %v, want %v after %v", got.Approved, r.Took(), c.want, c.took)
			}
			args := r.Calls("Ask a person")[0]
			if args.Get("QueueUrl").Str() != "${Approvals}" || args.Path("MessageBody", "photo").Str() != "j1" || args.Path("MessageBody", "token").Str() == "" {
				t.Errorf("it was sent %s", args)
			}
		})
	}
	flowtest.Run(t, Approve, Job{ID: "j1"}, flowtest.StateFails("Ask a person", flowtest.Error{Name: "Refused"})).FailsWith("Refused")
}

// TestMessages looks at the bodies of messages of all kinds: text stays text, objects stay objects, everything else is
// JSON text.
func TestMessages(t *testing.T) {
	t.Parallel()
	type input struct {
		S string    `json:"s"`
		N int       `json:"n"`
		L []int     `json:"l"`
		O Job       `json:"o"`
		T time.Time `json:"t"`
	}
	in := `{"s": "a \"b\"", "n": 7, "l": [1], "o": {"id": "x", "tags": []}, "t": "2026-11-22T00:00:00Z"}`
	for _, c := range []struct {
		name, want string
		send       func(f *flow.Flow, in *input)
	}{
		{"text", `"a \"b\""`, func(f *flow.Flow, in *input) { sqs.Send(f, "Send", Notes, &in.S) }},
		{"constant", `"hello"`, func(f *flow.Flow, _ *input) { sqs.Send(f, "Send", Notes, new("hello")) }},
		{"number", `"7"`, func(f *flow.Flow, in *input) { sqs.Send(f, "Send", sqs.QueueOf[int]("N"), &in.N) }},
		{"list", `"[1]"`, func(f *flow.Flow, in *input) { sqs.Send(f, "Send", sqs.QueueOf[[]int]("L"), &in.L) }},
		{"object", `{"id":"x","tags":[]}`, func(f *flow.Flow, in *input) { sqs.Send(f, "Send", Jobs, &in.O) }},
		{"map", `{"id":"x"}`, func(f *flow.Flow, in *input) {
			sqs.Send(f, "Send", sqs.QueueOf[map[string]any]("M"), &map[string]any{"id": &in.O.ID})
		}},
		{"time", `"\"2026-11-22T00:00:00Z\""`, func(f *flow.Flow, in *input) { sqs.Send(f, "Send", sqs.QueueOf[time.Time]("T"), &in.T) }},
		{"open", `"\"a \\\"b\\\"\""`, func(f *flow.Flow, in *input) {
			sqs.Send(f, "Send", sqs.QueueOf[any]("A"), flow.Shape(f, &in.S, any(nil)))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := flow.Standard("Send", func(f *flow.Flow, in *input) *run.None { c.send(f, in); return nil })
			build(t, w)
			r := flowtest.Run(t, w, value.MustParse(in), flowtest.State("Send", sqs.Sent{}))
			if d := cmp.Diff(c.want, r.Calls("Send")[0].Get("MessageBody").String()); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	type input struct {
		ID    string  `json:"id"`
		Wait  int     `json:"wait"`
		Price float64 `json:"price"`
	}
	w := flow.Express("Send", func(f *flow.Flow, in *input) *sqs.Sent {
		return sqs.Send(f, "Send", Notes, &in.ID, sqs.DelayFrom(&in.Wait), sqs.Group(&in.ID), sqs.Deduplication(new("d")),
			sqs.Attribute("id", &in.ID), sqs.NumberAttribute("price", &in.Price), sqs.Attribute("id", new("again")))
	})
	build(t, w)
	r := flowtest.Run(t, w, input{"x", 30, 1.5}, flowtest.State("Send", sqs.Sent{MessageID: "m1", MD5OfMessageBody: "ff"}))
	want := `{"QueueUrl":"${Notes}","MessageBody":"x","DelaySeconds":30,"MessageGroupId":"x","MessageDeduplicationId":"d",` +
		`"MessageAttributes":{"id":{"DataType":"String","StringValue":"again"},"price":{"DataType":"Number","StringValue":"1.5"}}}`
	if d := cmp.Diff(want, r.Calls("Send")[0].String()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	var got sqs.Sent
	if r.Output(&got); got.MessageID != "m1" || got.MD5OfMessageBody != "ff" {
		t.Errorf("got %+v", got)
	}
}

func TestSendBatch(t *testing.T) {
	t.Parallel()
	texts := flow.Standard("Texts", func(f *flow.Flow, job *Job) *int {
		return flow.Count(f, &sqs.SendBatch(f, "Send", Notes, &job.Tags).Failed)
	})
	objects := flow.Standard("Objects", func(f *flow.Flow, jobs *[]Job) *int {
		return flow.Count(f, &sqs.SendBatch(f, "Send", Jobs, jobs).Failed)
	})
	build(t, texts)
	build(t, objects)
	for _, c := range []struct {
		w               flow.Workflow
		in, answer      string
		entries, failed string
	}{
		{texts, `{"tags": ["a", "b"]}`, `{"Successful": [], "Failed": [{"Id": "1", "Code": "x", "SenderFault": true}]}`, `[{"Id":"0","MessageBody":"a"},{"Id":"1","MessageBody":"b"}]`, "1"},
		{texts, `{"tags": ["a"]}`, `{"Successful": []}`, `[{"Id":"0","MessageBody":"a"}]`, "0"},
		{texts, `{"tags": null}`, `{"Successful": []}`, `[]`, "0"},
		{objects, `[{"id": "x", "tags": []}]`, `{}`, `[{"Id":"0","MessageBody":"{\"id\":\"x\",\"tags\":[]}"}]`, "0"},
		{objects, `[]`, `{}`, `[]`, "0"},
	} {
		r := flowtest.Run(t, c.w, value.MustParse(c.in), flowtest.State("Send", value.MustParse(c.answer)))
		if d := cmp.Diff(c.entries, r.Calls("Send")[0].Get("Entries").String()); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.in, d)
		}
		if got := r.Value().String(); got != c.failed {
			t.Errorf("%s: %s failed, want %s", c.in, got, c.failed)
		}
	}
}

// TestErrors retries what the service says when it is busy, under the names of either integration.
func TestErrors(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Send", func(f *flow.Flow, job *Job) *run.None {
		sqs.Send(f, "Send", Jobs, job, flow.Retry(sqs.Throttled, flow.Backoff{Attempts: 1}))
		sqs.SendBatch(f, "Batch", Notes, &job.Tags, flow.Retry(sqs.Throttled, flow.Backoff{Attempts: 1}),
			flow.Catch(sqs.NoSuchQueue, func(*flow.Caught) { flow.Fail(f, "No queue", "NoQueue") }))
		return nil
	})
	busy := func(name string) flowtest.Error { return flowtest.Error{Name: name} }
	flowtest.Run(t, w, Job{}, flowtest.StateFails("Send", busy("SQS.AmazonSQSException")).Then(nil), flowtest.StateFails("Batch", busy("Sqs.RequestThrottledException")).Then(nil)).Succeeds()
	flowtest.Run(t, w, Job{}, flowtest.State("Send", nil), flowtest.StateFails("Batch", busy("Sqs.QueueDoesNotExistException"))).FailsWith("NoQueue")
	flowtest.Run(t, w, Job{}, flowtest.StateFails("Send", busy("SQS.UnsupportedOperation"))).FailsWith("SQS.UnsupportedOperation")
}

func TestNoCallbackInExpress(t *testing.T) {
	t.Parallel()
	w := flow.Express("Ask", func(f *flow.Flow, job *Job) *Verdict {
		return sqs.SendAwait(f, "Ask", Approvals, func(token *run.Token[Verdict]) *Question {
			q := &Question{}
			return flow.Fill(f, q, flow.Set(&q.Token, token))
		})
	})
	if _, found := w.Build(); len(found) != 1 || found[0].Code != "express-callback" {
		t.Errorf("got %v", found)
	}
}
