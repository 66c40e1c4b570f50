package polling_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/workflows/examples/polling"
)

func TestSnapshot(t *testing.T) {
	t.Parallel()
	flowtest.Snapshot(t, polling.Transcribe)
}

// job is the service's answer when a job has a status.
func job(status string) polling.Job {
	j := polling.Job{TranscriptionJob: polling.TranscriptionJob{Status: status}}
	if status == "COMPLETED" {
		j.TranscriptionJob.Transcript.URI = "https://s3.example/i1.json"
	}
	return j
}

// answers are those to one question after the other.
func answers(statuses ...string) flowtest.Option {
	stub := flowtest.State("Ask", job(statuses[0]))
	for _, s := range statuses[1:] {
		stub.Then(job(s))
	}
	return stub
}

func run(t *testing.T, stubs ...flowtest.Option) *flowtest.Execution {
	t.Helper()
	usual := []flowtest.Option{flowtest.State("Start", job("QUEUED"))}
	return flowtest.Run(t, polling.Transcribe, polling.Interview{ID: "i1", Language: "en-GB", Recording: "s3://lake/i1.wav"}, append(usual, stubs...)...)
}

func TestTranscripts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		answer []string
		took   time.Duration
		asked  int
	}{
		{"at once", []string{"COMPLETED"}, 0, 1},
		{"the second time", []string{"QUEUED", "COMPLETED"}, 10 * time.Second, 2},
		{"the fourth time", []string{"QUEUED", "IN_PROGRESS", "IN_PROGRESS", "COMPLETED"}, (10 + 15 + 23) * time.Second, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := run(t, answers(c.answer...))
			var got polling.Transcript
			e.Output(&got)
			if d := cmp.Diff(polling.Transcript{ID: "i1", Text: "https://s3.example/i1.json"}, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			e.VisitsTimes("Ask", c.asked)
			if e.Took() != c.took {
				t.Errorf("took %v, want %v", e.Took(), c.took)
			}
		})
	}
}

func TestRequests(t *testing.T) {
	t.Parallel()
	e := run(t, answers("COMPLETED"))
	for state, want := range map[string]string{
		"Start": `{"TranscriptionJobName":"i1","LanguageCode":"en-GB","Media":{"MediaFileUri":"s3://lake/i1.wav"}}`,
		"Ask":   `{"TranscriptionJobName":"i1"}`,
	} {
		if d := cmp.Diff(want, e.Calls(state)[0].String()); d != "" {
			t.Errorf("%s (-want +got):\n%s", state, d)
		}
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	failed := job("FAILED")
	if cause := run(t, flowtest.State("Ask", failed)).FailsWith("NotTranscribed"); cause != "no reason is given" {
		t.Errorf("the cause is %q", cause)
	}
	failed.TranscriptionJob.FailureReason = "the recording is empty"
	if cause := run(t, flowtest.State("Ask", failed)).FailsWith("NotTranscribed"); cause != "the recording is empty" {
		t.Errorf("the cause is %q", cause)
	}
}

// TestTooSlow asks forty times. The waits grow to five minutes, which they reach with the tenth.
func TestTooSlow(t *testing.T) {
	t.Parallel()
	e := run(t, answers("IN_PROGRESS"))
	if cause := e.FailsWith("TooSlow"); cause != "the transcription of i1 does not end" {
		t.Errorf("the cause is %q", cause)
	}
	e.VisitsTimes("Ask", 40)
	growing := time.Duration(0)
	for _, s := range []int{10, 15, 23, 35, 53, 80, 120, 180, 270} {
		growing += time.Duration(s) * time.Second
	}
	if want := growing + 30*5*time.Minute; e.Took() != want {
		t.Errorf("took %v, want %v", e.Took(), want)
	}
}

func TestStarting(t *testing.T) {
	t.Parallel()
	e := run(t, flowtest.StateFails("Start", flowtest.Error{Name: "Transcribe.ConflictException"}), answers("COMPLETED"))
	e.Succeeds()
	busy := flowtest.Error{Name: "Transcribe.LimitExceededException"}
	e = run(t, flowtest.StateFails("Start", busy).ThenFails(busy).Then(job("QUEUED")), answers("COMPLETED"))
	e.Succeeds()
	if n := len(e.Calls("Start")); n != 3 {
		t.Errorf("tried %d times", n)
	}
	bad := flowtest.Error{Name: "Transcribe.BadRequestException", Cause: "no such language"}
	e = run(t, flowtest.StateFails("Start", bad))
	e.FailsWith(bad.Name)
	e.Avoids("Ask")
}
