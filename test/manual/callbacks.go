package manual

import (
	"context"
	"time"

	"github.com/stepwright/stepwright/awsclient"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/lambda"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/flow/sqs"
	"github.com/stepwright/stepwright/flow/states"
)

// A Task for a person, and what comes back.
type (
	Proof struct {
		Photo string          `json:"photo"`
		Token run.Token[Mark] `json:"token"` // the answer to it is a Mark
	}
	Mark struct {
		Good bool   `json:"good"`
		By   string `json:"by,omitempty"`
	}
	Clicked struct {
		Token run.Token[Mark] `json:"token"`
		Good  bool            `json:"good"`
	}
	Busy struct{}
)

func (Busy) Error() string { return "nobody is there" }

// Proofs holds the questions that people look through.
var Proofs = sqs.QueueOf[Proof]("Proofs")

// Darkroom is work for people with a program of their own, which fetches it.
var Darkroom = states.ActivityOf[Photo, Mark]("Darkroom")

// SendProof hands the token out, by mail for example. The step goes on waiting when it has returned.
func SendProof(context.Context, Proof) (run.None, error) { return run.None{}, nil }

// Decide is behind the link in the mail: it answers the token with what the token asks for.
func Decide(ctx context.Context, client awsclient.TokenClient, c Clicked) error {
	err := awsclient.Answer(ctx, client, c.Token, Mark{Good: c.Good})
	if awsclient.IsTokenGone(err) {
		return nil // too late: nobody waits any more
	}
	return err
}

// Children of other workflows.
var (
	ScorePhoto = flow.Express("Score photo", func(*flow.Flow, *Photo) *Mark { return &Mark{Good: true, By: "rule"} })
	Print      = flow.Standard("Print", func(*flow.Flow, *Photo) *Receipt { return &Receipt{Number: "p1"} })
)

// callbacks are about steps that wait for an answer, and about workflows that start others.
var callbacks = map[string]flow.Workflow{
	"ask-by-handler": photo(func(f *flow.Flow, photo *Photo) *Mark {
		mark := flow.TaskAwait(f, "Send the proof", SendProof, func(token *run.Token[Mark]) *Proof {
			p := &Proof{}
			return flow.Fill(f, p, flow.Set(&p.Photo, &photo.ID), flow.Set(&p.Token, token))
		}, flow.Timeout(48*time.Hour), flow.Heartbeat(12*time.Hour))
		flow.Rescue(f, mark, flow.TimedOut, func(*flow.Caught) *Mark { return &Mark{By: "nobody"} })
		return mark
	}),
	"ask-twice": photo(func(f *flow.Flow, photo *Photo) *Receipt {
		mark := flow.TaskAwait(f, "Send the proof", SendProof, func(token *run.Token[Mark]) *Proof {
			p := &Proof{Photo: "proof"}
			return flow.Fill(f, p, flow.Set(&p.Token, token))
		}, flow.Timeout(48*time.Hour), flow.Retry(lambda.Retryable, flow.Backoff{Attempts: 3}))
		flow.Rescue(f, mark, flow.TimedOut, func(*flow.Caught) *Mark {
			developed := states.Ask(f, "Develop", Darkroom, photo, flow.Timeout(24*time.Hour))
			flow.Rescue(f, developed, flow.TimedOut, func(*flow.Caught) *Mark { return &Mark{By: "nobody"} })
			return developed
		})
		flow.Choice(f, "Good?").
			When(flow.True(&mark.Good), flow.Continue).
			Otherwise(func() { flow.Fail(f, "Bad", "Bad", "says ", &mark.By) })
		return states.Run(f, "Print it", Print, nil, photo)
	}),
	"ask-by-queue": photo(func(f *flow.Flow, photo *Photo) *Mark {
		return sqs.SendAwait(f, "Ask a person", Proofs, func(token *run.Token[Mark]) *Proof {
			p := &Proof{}
			return flow.Fill(f, p, flow.Set(&p.Photo, &photo.ID), flow.Set(&p.Token, token))
		}, flow.Timeout(72*time.Hour))
	}),
	"activity": photo(func(f *flow.Flow, photo *Photo) *Mark {
		return states.Ask(f, "Develop", Darkroom, photo, flow.Timeout(24*time.Hour), flow.Heartbeat(time.Hour))
	}),
	"children": photo(func(f *flow.Flow, photo *Photo) *Receipt {
		mark := states.Call(f, "Score", ScorePhoto, photo)
		flow.Choice(f, "Good?").
			When(flow.True(&mark.Good), flow.Continue).
			Otherwise(func() { flow.Fail(f, "Bad", "Bad") })
		return states.Run(f, "Print it", Print, nil, photo)
	}),
	"outcome": photo(func(f *flow.Flow, photo *Photo) *Mark {
		scored := states.CallOutcome(f, "Score", ScorePhoto, photo)
		flow.Choice(f, "Scored?").
			When(flow.Is(&scored.Status, "SUCCEEDED"), flow.Continue).
			Otherwise(func() {
				flow.FailWith(f, "Not scored", flow.OrElse(f, &scored.Error, new("")), flow.OrElse(f, &scored.Cause, new("")))
			})
		return flow.OrElse(f, scored.Output, &Mark{})
	}),
	"answer": flow.Standard("Clicked", func(f *flow.Flow, c *Clicked) *Clicked {
		m := &Mark{By: "a person"}
		flow.Choice(f, "Good?").
			When(flow.True(&c.Good), func() { states.Answer(f, "Answer", &c.Token, flow.Fill(f, m, flow.Set(&m.Good, &c.Good))) }).
			Otherwise(func() { states.Refuse(f, "Refuse", &c.Token, new("Busy"), new("nobody is there")) })
		return c
	}),
}
