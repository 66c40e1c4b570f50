package prompts_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/workflows/examples/prompts"
)

func TestSnapshot(t *testing.T) {
	t.Parallel()
	flowtest.Snapshot(t, prompts.WriteText)
}

// says is what Bedrock answers when the model says text.
func says(text string) map[string]any {
	return map[string]any{"Body": prompts.Answer{Completion: text}, "ContentType": "application/json"}
}

func run(t *testing.T, stubs ...flowtest.Option) *flowtest.Execution {
	t.Helper()
	usual := []flowtest.Option{
		flowtest.State("Outline", says("A gull. It sits. It flies.")), flowtest.State("Text", says("There was a gull …")), flowtest.State("Title", says(" The gull\n")),
	}
	return flowtest.Run(t, prompts.WriteText, prompts.Photo{Subject: "a gull", Language: "English"}, append(usual, stubs...)...)
}

func TestText(t *testing.T) {
	t.Parallel()
	e := run(t)
	var got prompts.Text
	e.Output(&got)
	want := prompts.Text{Title: "The gull", Text: "There was a gull …", Outline: "A gull. It sits. It flies."}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	for state, want := range map[string]string{
		"Outline": `{"ModelId":"example.writer-v1","Body":{"prompt":"Three sentences on a photograph of a gull, in English.","max_tokens":200}}`,
		"Text":    `{"ModelId":"example.writer-v1","Body":{"prompt":"Write it out:\nA gull. It sits. It flies.","max_tokens":2000,"temperature":0.8}}`,
		"Title":   `{"ModelId":"example.writer-v1","Body":{"prompt":"A title of at most five words for:\nA gull. It sits. It flies.","max_tokens":20}}`,
	} {
		if d := cmp.Diff(want, e.Calls(state)[0].String()); d != "" {
			t.Errorf("%s asks (-want +got):\n%s", state, d)
		}
	}
}

func TestTrouble(t *testing.T) {
	t.Parallel()
	busy := flowtest.Error{Name: "Bedrock.ThrottlingException"}
	for _, c := range []struct {
		name  string
		stub  flowtest.Option
		err   string // empty: it goes well
		times map[string]int
	}{
		{"a busy model answers in the end", flowtest.StateFails("Title", busy).ThenFails(busy).Then(says("Gull")), "", map[string]int{"Outline": 1, "Title": 3}},
		{"a model that stays busy", flowtest.StateFails("Title", busy), "Bedrock.ThrottlingException", map[string]int{"Title": 7}},
		{"a model that refuses", flowtest.StateFails("Text", flowtest.Error{Name: "Bedrock.ValidationException"}), "Bedrock.ValidationException", map[string]int{"Text": 1}},
		{"a model that does not answer", flowtest.StateNever("Outline"), "States.Timeout", map[string]int{"Outline": 1, "Text": 0}},
		{"a model with nothing to say", flowtest.State("Outline", says(" \n")), "NoOutline", map[string]int{"Text": 0, "Title": 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := run(t, c.stub)
			if c.err == "" {
				e.Succeeds()
			} else {
				e.FailsWith(c.err)
			}
			for state, want := range c.times {
				if n := len(e.Calls(state)); n != want {
					t.Errorf("%s was asked %d times, want %d", state, n, want)
				}
			}
		})
	}
}

// TestSideBySide lets text and title take their time: the longer of the two counts.
func TestSideBySide(t *testing.T) {
	t.Parallel()
	e := run(t, flowtest.State("Text", says("x")).After(time.Minute), flowtest.State("Title", says("x")).After(10*time.Second))
	if e.Took() != time.Minute {
		t.Errorf("took %v", e.Took())
	}
}
