package video

import (
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/dynamodb"
	"github.com/stepwright/stepwright/flow/mediaconvert"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/flow/states"
)

// Process has a video encoded: it waits until EncodeEvents answers its token, and starts Publish. ProcessByEvent ends
// when the job is submitted; there the rule for MediaConvert's events starts Publish.
var (
	Process        = flow.Standard("Process", func(f *flow.Flow, in *Run) *Outcome { return process(f, in, true) })
	ProcessByEvent = flow.Standard("Process by event", func(f *flow.Flow, in *Run) *Outcome { return process(f, in, false) })
)

// The ways through Process. Most of them enter it in the middle, so that it is written from its end.
func process(f *flow.Flow, in *Run, wait bool) *Outcome {
	fails := newEnding(f, &in.GUID, nil)
	encoded := flow.NewTail(f, "encoded", func(event *EncodeEvent) {
		if wait {
			states.Start(f, "Process Publish", Publish, &in.GUID, event, quickly, rStates,
				flow.Catch(states.AlreadyRunning, func(*flow.Caught) {}), fails.caught)
		}
		flow.Return(f, "Process Done", outcome(f, &in.GUID, StatusEncoding))
	})
	submitted := flow.NewTail(f, "submitted", func(job *string) {
		if wait {
			awaitEncode(f, in, job, encoded, fails)
		} else {
			encoded.Go(reconstructed(f, job, &in.GUID))
		}
	})

	record := dynamodb.Get(f, "Load Record", Runs, &in.GUID, quickly, rDynamoDB, fails.caught)
	fresh := flow.NewTail(f, "token", func(token *string) { // a token for each job
		submitted.Go(submit(f, in, record, token, fails))
	})
	flow.Choice(f, "Record Present").
		When(flow.Not(flow.Exists(&record.GUID)), func() { fails.because("RecordNotFound", "there is no record of run ", &in.GUID) }).
		When(flow.Exists(&record.EncodeJobID), func() { // an earlier execution has submitted
			old := mediaconvert.GetJob(f, "Existing Job", &record.EncodeJobID, quickly, rMediaConvert,
				flow.Catch(mediaconvert.NotFound, func(*flow.Caught) { fresh.Go(&in.GUID) }), fails.caught)
			flow.Choice(f, "Existing Job State").
				When(flow.OneOf(&old.Job.Status, mediaconvert.Submitted, mediaconvert.Progressing), func() { submitted.Go(&record.EncodeJobID) }).
				When(flow.Is(&old.Job.Status, mediaconvert.Complete), func() { encoded.Go(reconstructed(f, &record.EncodeJobID, &in.GUID)) }).
				Otherwise(func() { fresh.Go(flow.Text(f, &in.GUID, "-", &record.EncodeJobID)) })
		}).
		Otherwise(func() { fresh.Go(&in.GUID) })
	return nil
}

// awaitEncode stores a token in the record and waits for EncodeEvents to find it there. When nobody answers, the job is
// looked at once before giving up.
func awaitEncode(f *flow.Flow, in *Run, job *string, encoded *flow.Tail[EncodeEvent], fails *ending) {
	encoded.Go(dynamodb.UpdateAwait(f, "Await Encode", Runs, &in.GUID, func(r *Record, token *run.Token[EncodeEvent]) []dynamodb.Change {
		return []dynamodb.Change{dynamodb.Set(&r.EncodeTaskToken, token)}
	}, encodeTimeout, rDynamoDB,
		flow.Catch(encodeFailed, func(e *flow.Caught) {
			at := &flow.Caught{State: "Encoding"}
			flow.Fill(f, at, flow.Set(&at.Error, &e.Error), flow.Set(&at.Cause, &e.Cause))
			fails.enter(at, func(v *failure) flow.Setting { return flow.Set(&v.Details, jobLink(f, job)) })
		}),
		flow.Catch(flow.TimedOut, func(*flow.Caught) {
			last := mediaconvert.GetJob(f, "Check Job", job, quickly, rMediaConvert, fails.caught)
			flow.Choice(f, "Job Finished").
				When(flow.Is(&last.Job.Status, mediaconvert.Complete), func() { encoded.Go(reconstructed(f, job, &in.GUID)) }).
				Otherwise(func() { fails.because("EncodeTimeout", "job ", job, " is ", &last.Job.Status) })
		}), fails.caught))
}

// A Ladder says what to encode a video into.
type Ladder struct {
	Template string `json:"template"`
	Custom   bool   `json:"custom"`
	Profile  int    `json:"profile"`
}

// A Speed is how a job is transcoded.
type Speed struct {
	Mode     string `json:"accelerationMode"`
	Timecode string `json:"timecodeSource"`
}

// A Capture is the size of thumbnails, if there are to be any.
type Capture struct {
	Height int `json:"height,omitempty"`
	Width  int `json:"width,omitempty"`
}

// submit builds the job for a record, asks whoever must be asked, and sends it off. It gives the job's id.
func submit(f *flow.Flow, in *Run, record *Record, token *string, fails *ending) *string {
	ladder := chooseLadder(f, record)
	speed := flow.Choose[Speed](f, "Accelerated Transcoding Check").
		When(flow.Is(&record.AcceleratedTranscoding, "ENABLED"), func() *Speed { return &Speed{"ENABLED", "ZEROBASED"} }).
		When(flow.Is(&record.AcceleratedTranscoding, "PREFERRED"), func() *Speed { return &Speed{"PREFERRED", "ZEROBASED"} }).
		When(flow.Is(&record.AcceleratedTranscoding, "DISABLED"), func() *Speed { return &Speed{"DISABLED", "EMBEDDED"} }).
		Otherwise(func() *Speed {
			fails.because("ConfigInvalid", "acceleratedTranscoding is ", &record.AcceleratedTranscoding, ", and not ENABLED, PREFERRED or DISABLED")
			return nil
		})
	capture := flow.Choose[Capture](f, "Frame Capture Check").
		When(flow.True(&record.FrameCapture), func() *Capture {
			c := &Capture{}
			return flow.Fill(f, c, flow.Set(&c.Height, &ladder.Profile), flow.Set(&c.Width, flow.JSONata[int](f, "$1 * 16 / 9", &ladder.Profile)))
		}).
		Otherwise(func() *Capture { return &Capture{} })

	template := mediaconvert.GetJobTemplate(f, "Get Job Template", &ladder.Template, quickly, rMediaConvert,
		flow.Catch(mediaconvert.NotFound, func(*flow.Caught) {
			fails.because("TemplateNotFound", "there is no job template ", &ladder.Template)
		}), fails.caught)
	ask := &Build{}
	built := flow.Task(f, "Build Job", BuildJob, flow.Fill(f, ask, flow.Set(&ask.Record, record), flow.Set(&ask.Speed, speed),
		flow.Set(&ask.Capture, capture), flow.Set(&ask.Template, &template.JobTemplate.Settings)), inTime, rLambda, fails.caught)
	minutes := &built.EstimatedOutputMinutes
	flow.Choice(f, "Cost Guard").
		When(flow.Is(&record.Approval, BeforeEncode), func() { approve(f, &in.GUID, record, BeforeEncode, minutes, fails) }).
		When(flow.And(flow.Above(&record.MaxOutputMinutes, 0), flow.Less(&record.MaxOutputMinutes, minutes)), func() {
			fails.because("CostLimit", "the job would make ", minutes, " minutes of output; the limit is ", &record.MaxOutputMinutes)
		})

	job := mediaconvert.CreateJob(f, "Encode Job Submit", &mediaconvert.CreateJobInput{
		JobTemplate: &ladder.Template, Role: MediaRole.Ref(), Settings: &built.Settings, ClientRequestToken: token,
		AccelerationSettings: &mediaconvert.AccelerationSettings{Mode: &speed.Mode},
		UserMetadata:         map[string]*string{"guid": &in.GUID, "workflow": &record.WorkflowName},
	}, quickly, rMediaConvert, fails.caught)
	dynamodb.Update(f, "DynamoDB Update (Process)", Runs, &in.GUID, func(r *Record) []dynamodb.Change {
		return []dynamodb.Change{
			dynamodb.Set(&r.WorkflowStatus, new(StatusEncoding)), dynamodb.Set(&r.EncodeJobID, &job.Job.ID),
			dynamodb.Set(&r.JobTemplate, &ladder.Template), dynamodb.Set(&r.IsCustomTemplate, &ladder.Custom),
			dynamodb.Set(&r.EncodingProfile, &ladder.Profile), dynamodb.Set(&r.EncodingJob, flow.JSON(f, &built.Settings)),
			dynamodb.Set(&r.EstimatedOutputMinutes, minutes),
			dynamodb.Set(&r.FrameCaptureHeight, &capture.Height), dynamodb.Set(&r.FrameCaptureWidth, &capture.Width),
		}
	}, quickly, rDynamoDB, flow.Catch(flow.AnyError, func(e *flow.Caught) { // so that a repair finds the job
		fails.enter(e, func(v *failure) flow.Setting { return flow.Set(&v.JobID, &job.Job.ID) })
	}))
	return &job.Job.ID
}

// chooseLadder takes the template that was asked for, or the nearest of three: the limits lie half-way between them. A
// template that an earlier execution has chosen was not asked for.
func chooseLadder(f *flow.Flow, record *Record) *Ladder {
	height := &record.EffectiveHeight
	own := func(template *string, profile int) func() *Ladder {
		return func() *Ladder {
			l := &Ladder{Profile: profile}
			return flow.Fill(f, l, flow.Set(&l.Template, template))
		}
	}
	return flow.Choose[Ladder](f, "Encoding Profile Check").
		When(flow.And(flow.Exists(&record.JobTemplate), flow.Or(flow.True(&record.IsCustomTemplate), flow.Not(flow.Exists(&record.EncodingProfile)))), func() *Ladder {
			l := &Ladder{Custom: true}
			profile := flow.If(f, flow.Above(height, 1620), new(2160), flow.If(f, flow.Above(height, 900), new(1080), new(720)))
			return flow.Fill(f, l, flow.Set(&l.Template, &record.JobTemplate), flow.Set(&l.Profile, profile))
		}).
		When(flow.Above(height, 1620), own(&record.JobTemplate2160, 2160)).
		When(flow.Above(height, 900), own(&record.JobTemplate1080, 1080)).
		Otherwise(own(flow.OrElse(f, &record.JobTemplate720, new("none")), 720))
}
