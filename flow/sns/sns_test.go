package sns_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/check"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/flow/sns"
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

// Vote asks everybody, and takes the first answer.
var Vote = flow.Standard("Vote", func(f *flow.Flow, photo *string) *Verdict {
	verdict := sns.PublishAwait(f, "Ask everybody", Questions, func(token *run.Token[Verdict]) *Question {
		q := &Question{}
		return flow.Fill(f, q, flow.Set(&q.Photo, photo), flow.Set(&q.Token, token))
	}, sns.Subject(flow.Text(f, "Is ", photo, " good?")), flow.Timeout(time.Hour))
	sns.Publish(f, "Tell all", Orders, flow.Text(f, photo, " is done"), sns.Group(photo), sns.Deduplication(new("d")),
		sns.Attribute("photo", photo), sns.NumberAttribute("votes", new(1)), sns.ListAttribute("tags", &[]string{"a"}),
		flow.Retry(sns.Throttled, flow.Backoff{Attempts: 1}), flow.Catch(sns.NoSuchTopic, func(*flow.Caught) { flow.Fail(f, "No topic", "NoTopic") }))
	return verdict
})

func TestVote(t *testing.T) {
	t.Parallel()
	golden.Equal(t, "testdata/vote.asl.json", asl.Print(build(t, Vote)))
	yes := flowtest.State("Ask everybody", Verdict{Approved: true}).After(time.Minute)
	sent := sns.Receipt{MessageID: "m"}
	r := flowtest.Run(t, Vote, new("p1"), yes, flowtest.StateFails("Tell all", flowtest.Error{Name: "SNS.InternalErrorException"}).Then(sent))
	var got Verdict
	r.Output(&got)
	if !got.Approved || r.Took() != time.Minute+time.Second {
		t.Errorf("approved %v after %v", got.Approved, r.Took())
	}
	if args := r.Calls("Ask everybody")[0]; args.Get("Subject").Str() != "Is p1 good?" || args.Path("Message", "token").Str() == "" {
		t.Errorf("it was sent %s", args)
	}
	want := `{"TopicArn":"${Orders}","Message":"p1 is done","MessageGroupId":"p1","MessageDeduplicationId":"d","MessageAttributes":` +
		`{"photo":{"DataType":"String","StringValue":"p1"},"votes":{"DataType":"Number","StringValue":"1"},"tags":{"DataType":"String.Array","StringValue":"[\"a\"]"}}}`
	if d := cmp.Diff(want, r.Calls("Tell all")[0].String()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	for _, name := range sns.NoSuchTopic {
		flowtest.Run(t, Vote, new("p1"), yes, flowtest.StateFails("Tell all", flowtest.Error{Name: name})).FailsWith("NoTopic")
	}
}

func TestPublishBatch(t *testing.T) {
	t.Parallel()
	w := flow.Express("Tell", func(f *flow.Flow, all *[]Failed) *sns.Batch {
		return sns.PublishBatch(f, "Tell", Failures, all)
	})
	build(t, w)
	for in, want := range map[string]string{
		`[]`: `[]`, `null`: `[]`,
		`[{"photo": "p", "error": "e"}]`: `[{"Id":"0","Message":"{\"photo\":\"p\",\"error\":\"e\"}"}]`,
		`[{"photo": "p"}, {}]`:           `[{"Id":"0","Message":"{\"photo\":\"p\"}"},{"Id":"1","Message":"{}"}]`,
	} {
		r := flowtest.Run(t, w, value.MustParse(in), flowtest.State("Tell", sns.Batch{Failed: []sns.FailedEntry{{ID: "0"}}}))
		if d := cmp.Diff(want, r.Calls("Tell")[0].Get("PublishBatchRequestEntries").String()); d != "" {
			t.Errorf("%s (-want +got):\n%s", in, d)
		}
		var got sns.Batch
		if r.Output(&got); len(got.Failed) != 1 {
			t.Errorf("got %+v", got)
		}
	}
}

func TestNoCallbackInExpress(t *testing.T) {
	t.Parallel()
	w := flow.Express("Ask", func(f *flow.Flow, photo *string) *Verdict {
		return sns.PublishAwait(f, "Ask", Questions, func(token *run.Token[Verdict]) *Question {
			q := &Question{}
			return flow.Fill(f, q, flow.Set(&q.Photo, photo), flow.Set(&q.Token, token))
		})
	})
	if _, found := w.Build(); len(found) != 1 || found[0].Code != "express-callback" {
		t.Errorf("got %v", found)
	}
}
