package mediaconvert_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/mediaconvert"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/internal/golden"
	"github.com/stepwright/stepwright/value"
)

// Encode is what the tests have to do.
type Encode struct {
	GUID     string         `json:"guid"`
	Template string         `json:"template"`
	Job      string         `json:"job,omitempty"`
	Settings any            `json:"settings"`
	Request  map[string]any `json:"request"`
}

var (
	role   = flow.Role("MediaRole")
	gently = flow.Retry(mediaconvert.Busy, flow.Backoff{Attempts: 5, First: time.Second, Rate: 2, Max: 30 * time.Second, Jitter: true})
)

func build(t *testing.T, w flow.Workflow) *asl.Machine {
	t.Helper()
	d, found := w.Build()
	for _, x := range found {
		t.Errorf("unexpected: %s", x.Text())
	}
	return d
}

// all uses every function of the package.
var all = flow.Standard("Encode", func(f *flow.Flow, in *Encode) *mediaconvert.Job {
	template := mediaconvert.GetJobTemplate(f, "Get job template", &in.Template, gently,
		flow.Catch(mediaconvert.NotFound, func(*flow.Caught) { flow.Fail(f, "No template", "TemplateNotFound", "no template ", &in.Template) }))
	busy := mediaconvert.ListJobs(f, "Others", &mediaconvert.ListJobsInput{Status: new(mediaconvert.Progressing), Queue: &template.JobTemplate.Queue})
	flow.Choice(f, "Busy?").When(flow.Above(flow.Count(f, &busy.Jobs), 10), func() { flow.Fail(f, "Too many", "Busy") })
	job := mediaconvert.CreateJob(f, "Submit", &mediaconvert.CreateJobInput{
		Role: role.Ref(), Settings: &template.JobTemplate.Settings, JobTemplate: &in.Template, ClientRequestToken: &in.GUID,
		UserMetadata: map[string]*string{"guid": &in.GUID}, AccelerationSettings: &mediaconvert.AccelerationSettings{Mode: new("PREFERRED")},
		HopDestinations: []mediaconvert.HopDestination{{WaitMinutes: new(15)}},
	}, gently)
	mediaconvert.CancelJob(f, "Cancel", &job.Job.ID)
	made := mediaconvert.CreateJob(f, "Submit as it is", &in.Request, gently)
	again := mediaconvert.GetJob(f, "Look again", &made.Job.ID)
	flow.Rescue(f, again, mediaconvert.NotFound, func(*flow.Caught) *mediaconvert.JobOutput {
		return &mediaconvert.JobOutput{Job: mediaconvert.Job{Status: "NONE"}}
	})
	return &again.Job
})

func TestDocument(t *testing.T) {
	t.Parallel()
	golden.Equal(t, "testdata/encode.asl.json", asl.Print(build(t, all)))
}

func TestSync(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Encode", func(f *flow.Flow, in *Encode) *string {
		return &mediaconvert.CreateJobSync(f, "Encode", &in.Request, gently, flow.Timeout(time.Hour)).Job.Status
	})
	golden.Equal(t, "testdata/sync.asl.json", asl.Print(build(t, w)))
}

// TestSyncIsForStandard: an Express workflow cannot wait for a job.
func TestSyncIsForStandard(t *testing.T) {
	t.Parallel()
	w := flow.Express("Encode", func(f *flow.Flow, in *Encode) *string {
		return &mediaconvert.CreateJobSync(f, "Encode", &in.Request).Job.Status
	})
	if _, found := w.Build(); len(found) != 1 || found[0].Code != "express-job" {
		t.Errorf("got %v", found)
	}
}

const job = `{"Job": {"Id": "j1", "Status": "COMPLETE", "JobPercentComplete": 100, "Settings": {"Inputs": []}, "UserMetadata": {"guid": "g"},
	"OutputGroupDetails": [{"OutputDetails": [{"DurationInMs": 5000, "VideoDetails": {"WidthInPx": 1280, "HeightInPx": 720}}]}],
	"Timing": {"SubmitTime": "2026-11-22T09:00:00Z", "FinishTime": "2026-11-22T09:05:00Z"}}}`

func TestRun(t *testing.T) {
	t.Parallel()
	run := flowtest.Run(t, all, value.MustParse(`{"guid": "g", "template": "720p", "request": {"Role": "r", "Settings": {}}}`),
		flowtest.State("Get job template", value.MustParse(`{"JobTemplate": {"Name": "720p", "Queue": "q", "Settings": {"Inputs": [{}]}}}`)),
		flowtest.State("Others", value.MustParse(`{"Jobs": []}`)),
		flowtest.State("Submit", value.MustParse(job)), flowtest.State("Cancel", map[string]any{}),
		flowtest.State("Submit as it is", value.MustParse(job)), flowtest.State("Look again", value.MustParse(job)))
	var got mediaconvert.Job
	run.Output(&got)
	nine := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	want := mediaconvert.Job{
		ID: "j1", Status: mediaconvert.Complete, JobPercentComplete: 100, Settings: map[string]any{"Inputs": []any{}}, UserMetadata: map[string]string{"guid": "g"},
		OutputGroupDetails: []mediaconvert.OutputGroupDetail{{OutputDetails: []mediaconvert.OutputDetail{{DurationInMs: 5000, VideoDetails: &mediaconvert.VideoDetails{WidthInPx: 1280, HeightInPx: 720}}}}},
		Timing:             &mediaconvert.Timing{SubmitTime: &nine, FinishTime: new(nine.Add(5 * time.Minute))},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	for state, want := range map[string]string{
		"Get job template": `{"Name":"720p"}`,
		"Others":           `{"Queue":"q","Status":"PROGRESSING"}`,
		"Submit": `{"Role":"${MediaRole}","Settings":{"Inputs":[{}]},"JobTemplate":"720p","ClientRequestToken":"g","AccelerationSettings":{"Mode":"PREFERRED"},` +
			`"HopDestinations":[{"WaitMinutes":15}],"UserMetadata":{"guid":"g"}}`,
		"Cancel":          `{"Id":"j1"}`,
		"Submit as it is": `{"Role":"r","Settings":{}}`,
		"Look again":      `{"Id":"j1"}`,
	} {
		if got := run.Calls(state)[0].String(); got != want {
			t.Errorf("%s: called with\n%s, want\n%s", state, got, want)
		}
	}
}

// TestQueueThatIsAbsent: an optional member of an answer flows into an optional one of a request, and vanishes there.
func TestQueueThatIsAbsent(t *testing.T) {
	t.Parallel()
	w := flow.Standard("List", func(f *flow.Flow, in *Encode) *mediaconvert.ListJobsOutput {
		template := mediaconvert.GetJobTemplate(f, "Template", &in.Template)
		return mediaconvert.ListJobs(f, "Jobs", &mediaconvert.ListJobsInput{Queue: &template.JobTemplate.Queue})
	})
	build(t, w)
	run := flowtest.Run(t, w, Encode{}, flowtest.State("Template", value.MustParse(`{"JobTemplate": {}}`)), flowtest.State("Jobs", value.MustParse(`{"Jobs": []}`)))
	if got := run.Calls("Jobs")[0].String(); got != `{}` {
		t.Errorf("called with %s", got)
	}
}
