// Package prompts writes the text for a photograph on the wall, with three prompts to a language model.
//
// The first gives an outline; the text and the title come from that, side by side. The model is any that Bedrock has:
// what it takes and gives is said by two Go types. A model that is busy is asked again, patiently, because nobody waits
// in front of the wall yet; one that has nothing to say ends the execution before the other prompts are paid for.
package prompts

import (
	"time"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/bedrock"
)

// WriteText writes outline, text and title.
var WriteText = flow.Standard("Write text", writeText)

// Model is the model that is asked. It takes a Prompt and gives an Answer.
const Model = "example.writer-v1"

// A Photo is the input of WriteText.
type Photo struct {
	Subject  string `json:"subject"`
	Language string `json:"language"`
}

// A Prompt is what the model takes. Its fields are pointers, so that values of the workflow stand in it as they are.
type Prompt struct {
	Prompt      *string  `json:"prompt"`
	MaxTokens   *int     `json:"max_tokens"`
	Temperature *float64 `json:"temperature,omitempty"`
}

// An Answer is what the model gives.
type Answer struct {
	Completion string `json:"completion"`
}

// A Text is what WriteText gives.
type Text struct {
	Title   string `json:"title"`
	Text    string `json:"text"`
	Outline string `json:"outline"`
}

var busy = flow.Retry(bedrock.Busy, flow.Backoff{Attempts: 6, First: 5 * time.Second, Rate: 2, Max: 2 * time.Minute, Jitter: true})

// writeText chains three prompts.
func writeText(f *flow.Flow, photo *Photo) *Text {
	outline := ask(f, "Outline", &Prompt{
		Prompt:    flow.Text(f, "Three sentences on a photograph of ", &photo.Subject, ", in ", &photo.Language, "."),
		MaxTokens: new(200),
	})
	flow.Choice(f, "Anything to say?").
		When(flow.Is(flow.Trim(f, &outline.Completion), ""), func() {
			flow.Fail(f, "Nothing to say", "NoOutline", "the model has nothing to say on ", &photo.Subject)
		})

	both := flow.Parallel(f, "Text and title")
	text := flow.Branch(both, func(f *flow.Flow) *Answer {
		return ask(f, "Text", &Prompt{Prompt: flow.Text(f, "Write it out:\n", &outline.Completion), MaxTokens: new(2000), Temperature: new(0.8)})
	})
	title := flow.Branch(both, func(f *flow.Flow) *Answer {
		return ask(f, "Title", &Prompt{Prompt: flow.Text(f, "A title of at most five words for:\n", &outline.Completion), MaxTokens: new(20)})
	})

	written := &Text{}
	return flow.Fill(f, written,
		flow.Set(&written.Title, flow.Trim(f, &title.Completion)),
		flow.Set(&written.Text, &text.Completion),
		flow.Set(&written.Outline, &outline.Completion))
}

// ask asks the model.
func ask(f *flow.Flow, name string, prompt *Prompt) *Answer {
	return bedrock.Invoke(f, name, new(Model), prompt, Answer{}, flow.Timeout(5*time.Minute), busy)
}
