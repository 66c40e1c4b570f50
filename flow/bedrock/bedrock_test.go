package bedrock_test

import (
	"fmt"
	"testing"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/bedrock"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/internal/golden"
	"github.com/stepwright/stepwright/value"
)

// What the model takes and gives.
type (
	Prompt struct {
		Version   string    `json:"anthropic_version"`
		MaxTokens int       `json:"max_tokens"`
		Messages  []Message `json:"messages"`
	}
	Message struct {
		Role    string `json:"role"`
		Content string `json:"content"`
	}
	Answer struct {
		Content []struct {
			Text string `json:"text"`
		} `json:"content"`
		StopReason string `json:"stop_reason"`
	}
)

const model = "anthropic.claude-3-haiku-20240307-v1:0"

// prompt asks about a photo.
func prompt(f *flow.Flow, photo *string) *Prompt {
	p := &Prompt{Version: "bedrock-2023-05-31", MaxTokens: 200, Messages: []Message{{Role: "user"}}}
	return flow.Fill(f, p, flow.Set(&p.Messages[0].Content, flow.Text(f, "Describe ", photo)))
}

var all = flow.Standard("Describe", func(f *flow.Flow, photo *string) *string {
	answer := bedrock.Invoke(f, "Describe", new(model), prompt(f, photo), Answer{},
		bedrock.GuardrailIdentifier(new("g")), bedrock.GuardrailVersion(new("DRAFT")), bedrock.Trace(new("ENABLED")),
		flow.Retry(bedrock.Busy, flow.Backoff{Attempts: 4}), flow.Catch(bedrock.Refused, func(*flow.Caught) { flow.Fail(f, "No", "Refused") }))
	bedrock.InvokeTo(f, "Describe at length", new(model), prompt(f, photo), flow.Text(f, "s3://answers/", photo))
	return &flow.Last(f, &answer.Content).Text
})

func TestDocument(t *testing.T) {
	t.Parallel()
	d, found := all.Build()
	for _, x := range found {
		if x.Code != "may-be-absent" {
			t.Errorf("unexpected: %s", x.Text())
		}
	}
	golden.Equal(t, "testdata/describe.asl.json", asl.Print(d))
}

func TestRun(t *testing.T) {
	t.Parallel()
	run := flowtest.Run(t, all, "cat.jpg",
		flowtest.State("Describe", value.MustParse(`{"Body": {"content": [{"text": "A cat."}], "stop_reason": "end_turn"}, "ContentType": "application/json"}`)),
		flowtest.State("Describe at length", map[string]any{}))
	var text string
	if run.Output(&text); text != "A cat." {
		t.Errorf("got %q", text)
	}
	const body = `{"ModelId":"anthropic.claude-3-haiku-20240307-v1:0","Body":{"anthropic_version":"bedrock-2023-05-31","max_tokens":200,"messages":[{"role":"user","content":"Describe cat.jpg"}]}`
	for state, want := range map[string]string{
		"Describe":           body + `,"GuardrailIdentifier":"g","GuardrailVersion":"DRAFT","Trace":"ENABLED"}`,
		"Describe at length": body + `,"Output":{"S3Uri":"s3://answers/cat.jpg"}}`,
	} {
		if got := run.Calls(state)[0].String(); got != want {
			t.Errorf("%s: called with\n%s, want\n%s", state, got, want)
		}
	}
}

func ExampleInvoke() {
	type question struct {
		Text string `json:"inputText"`
	}
	type answer struct {
		Embedding []float64 `json:"embedding"`
	}
	w := flow.Standard("Embed", func(f *flow.Flow, text *string) *[]float64 {
		q := &question{}
		return &bedrock.Invoke(f, "Embed", new("amazon.titan-embed-text-v2:0"), flow.Fill(f, q, flow.Set(&q.Text, text)), answer{}).Embedding
	})
	d, _ := w.Build()
	fmt.Println(asl.StateValue(d.States.Get("Embed")))
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::bedrock:invokeModel","Arguments":{"ModelId":"amazon.titan-embed-text-v2:0","Body":{"inputText":"{% $states.context.Execution.Input %}"}},"Output":"{% $states.result.Body.embedding %}","End":true}
}
