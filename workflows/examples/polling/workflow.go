// Package polling has an interview transcribed by a service that does not say when it is ready.
//
// Some services have an integration that waits; this one has only "start" and "how is it going". The workflow starts
// the work, asks after ten seconds, and then ever less often: each wait is half as long again as the one before, up to
// five minutes, and after forty questions it gives up. A job that has been started already, by an execution of the same
// input that was stopped, is not started again but asked for.
package polling

import (
	"time"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/awssdk"
)

// Transcribe has an interview transcribed, and tells where the text is.
var Transcribe = flow.Standard("Transcribe", transcribe)

var (
	throttled = flow.Retry(flow.Errors{"Transcribe.LimitExceededException", "Transcribe.InternalFailureException"},
		flow.Backoff{Attempts: 6, First: 2 * time.Second, Rate: 2, Max: time.Minute, Jitter: true})
	startedAlready = flow.Errors{"Transcribe.ConflictException"}
)

// transcribe starts a job and asks how it is getting on.
func transcribe(f *flow.Flow, in *Interview) *Transcript {
	awssdk.Call[Job](f, "Start", "transcribe:startTranscriptionJob", &StartJob{
		Name: &in.ID, Language: &in.Language, Media: Media{URI: &in.Recording},
	}, throttled, flow.Catch(startedAlready, func(*flow.Caught) {}))

	job := flow.Poll(f, "Ready?", flow.Pace{First: 10 * time.Second, Rate: 1.5, Max: 5 * time.Minute, Times: 40},
		func() *Job {
			return awssdk.Call[Job](f, "Ask", "transcribe:getTranscriptionJob", &GetJob{Name: &in.ID}, throttled)
		},
		func(j *Job) flow.Condition { return flow.OneOf(&j.TranscriptionJob.Status, "COMPLETED", "FAILED") },
		func() { flow.Fail(f, "Too slow", "TooSlow", "the transcription of ", &in.ID, " does not end") })

	flow.Choice(f, "Completed?").
		When(flow.Is(&job.TranscriptionJob.Status, "COMPLETED"), flow.Continue).
		Otherwise(func() {
			flow.Fail(f, "Not transcribed", "NotTranscribed", flow.OrElse(f, &job.TranscriptionJob.FailureReason, new("no reason is given")))
		})

	transcript := &Transcript{}
	return flow.Fill(f, transcript,
		flow.Set(&transcript.ID, &in.ID),
		flow.Set(&transcript.Text, flow.OrElse(f, &job.TranscriptionJob.Transcript.URI, new(""))))
}
