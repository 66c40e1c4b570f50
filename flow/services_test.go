package flow_test

import (
	"testing"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/rekognition"
	"github.com/stepwright/stepwright/flow/sns"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/value"
)

func TestRekognition(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Labels", func(f *flow.Flow, o *Order) *[]string {
		found := rekognition.DetectLabels(f, "Detect labels", &rekognition.DetectLabelsInput{
			Image:     &rekognition.Image{S3Object: &rekognition.S3Object{Bucket: new("photos"), Name: &o.ID, Version: o.Note}},
			MaxLabels: new(10),
		}, flow.Retry(rekognition.BadImage, flow.Backoff{}), flow.Retry(rekognition.Refused, flow.Backoff{}), flow.Retry(rekognition.Throttled, flow.Backoff{Attempts: 3}))
		return flow.Map(f, &found.Labels, func(l *rekognition.Label) *string { return &l.Name })
	})
	build(t, w)
	run := flowtest.Run(t, w, value.MustParse(`{"id":"cat.jpg","note":null}`), flowtest.State("Detect labels", value.MustParse(`{"Labels":[{"Name":"Cat"}]}`)))
	var names []string
	run.Output(&names)
	if len(names) != 1 || names[0] != "Cat" {
		t.Errorf("got %v", names)
	}
	const want = `{"Image":{"S3Object":{"Bucket":"photos","Name":"cat.jpg"}},"MaxLabels":10}`
	if got := run.Calls("Detect labels")[0]; !value.Equal(got, value.MustParse(want)) {
		t.Errorf("called with %s, want %s", got, want)
	}
}

func TestRequiredFieldOfARequest(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Labels", func(f *flow.Flow, o *Order) *Order {
		rekognition.DetectLabels(f, "Detect labels", &rekognition.DetectLabelsInput{Image: &rekognition.Image{S3Object: &rekognition.S3Object{Bucket: new("photos"), Name: o.Note}}})
		return o
	})
	if _, found := w.Build(); len(found) != 1 || found[0].Code != "may-be-absent" {
		t.Errorf("got %v", found)
	}
}

func TestPublish(t *testing.T) {
	t.Parallel()
	receipts, texts := sns.TopicOf[Receipt]("Receipts"), sns.TopicOf[string]("Texts")
	w := flow.Standard("Publish", func(f *flow.Flow, o *Order) *string {
		r := &Receipt{}
		sns.Publish(f, "Tell programs", receipts, flow.Fill(f, r, flow.Set(&r.OrderID, &o.ID)), flow.Retry(sns.Throttled, flow.Backoff{Attempts: 1}))
		return &sns.Publish(f, "Tell people", texts, flow.Text(f, "order ", &o.ID), sns.Subject(new("News"))).MessageID
	})
	build(t, w)
	run := flowtest.Run(t, w, value.MustParse(`{"id":"o1"}`), flowtest.State("Tell programs", map[string]any{"MessageId": "m1"}), flowtest.State("Tell people", map[string]any{"MessageId": "m2"}))
	var id string
	run.Output(&id)
	if id != "m2" {
		t.Errorf("got %q", id)
	}
	got := run.Calls("Tell programs")[0].String() + run.Calls("Tell people")[0].String()
	const want = `{"TopicArn":"${Receipts}","Message":{"orderId":"o1","total":0}}{"TopicArn":"${Texts}","Message":"order o1","Subject":"News"}`
	if got != want {
		t.Errorf("called with\n%s, want\n%s", got, want)
	}
}
