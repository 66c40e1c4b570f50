package video_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/value"
	"github.com/stepwright/stepwright/workflows/examples/video"
)

// done is the event of a job that is complete.
func done(status string) video.EncodeEvent {
	at := time.Date(2026, 3, 2, 9, 18, 41, 0, time.UTC)
	return video.EncodeEvent{Time: &at, Detail: video.EncodeDetail{
		JobID: job, Status: status, UserMetadata: video.UserMetadata{GUID: guid, Workflow: "media"},
		OutputGroups: []video.OutputGroup{{Type: "HLS_GROUP", Playlists: []string{"s3://media-destination/" + guid + "/hls/launch talk.m3u8"}}},
	}}
}

// templateOf has two renditions in one group.
var templateOf = value.MustParse(`{"JobTemplate": {"Name": "t", "Settings": {"OutputGroups": [
	{"Name": "Apple HLS", "OutputGroupSettings": {"Type": "HLS_GROUP_SETTINGS"}, "Outputs": [{"NameModifier": "_360"}, {"NameModifier": "_1080"}]}]}}}`)

func jobIs(status string) any {
	return map[string]any{"Job": map[string]any{"Id": job, "Status": status}}
}

// processStubs answer as a run that goes well: twenty minutes after the job was submitted it is done.
var processStubs = tailStubs.with(
	answer("Load Record", item(loaded())),
	answer("Get Job Template", templateOf),
	stubs{"Build Job": flowtest.Real(video.BuildJob)},
	answer("Encode Job Submit", jobIs("SUBMITTED")),
	answer("DynamoDB Update (Process)", nothing),
	stubs{"Await Encode": flowtest.State("Await Encode", done("COMPLETE")).After(20 * time.Minute)},
	answer("Process Publish", map[string]any{"ExecutionArn": "arn", "StartDate": "2026-03-02T09:18:42Z"}),
)

const (
	choosing = "Load Record → Record Present → Encoding Profile Check → Accelerated Transcoding Check → Frame Capture Check → Get Job Template → Build Job → Cost Guard"
	sending  = " → Encode Job Submit → DynamoDB Update (Process) → Await Encode"
	handing  = " → Process Publish → Process Done"
	failing  = " → Record Error → Notify Error → Failed"
	asking   = " → Mark Pending → Request Approval"
	no       = " → Mark Rejected → Rejected"
)

func with(change func(r *video.Record)) stubs { return answer("Load Record", item(loaded(change))) }

func TestProcess(t *testing.T) {
	t.Parallel()
	e := runs(t, video.Process, video.Run{GUID: guid}, processStubs, choosing+sending+handing)
	output(t, e, video.Outcome{GUID: guid, Status: "Encoding"})
	if e.Took() != 20*time.Minute {
		t.Errorf("it took %s", e.Took())
	}
	for state, want := range map[string]string{
		"Load Record":      `{"TableName": "${Runs}", "Key": {"guid": {"S": "` + guid + `"}}, "ConsistentRead": true}`,
		"Get Job Template": `{"Name": "media_Ott_1080p_Avc_Aac_16x9_qvbr_no_preset"}`,
		"Encode Job Submit": `{"Role": "${MediaRole}", "JobTemplate": "media_Ott_1080p_Avc_Aac_16x9_qvbr_no_preset", "ClientRequestToken": "` + guid + `",
			"AccelerationSettings": {"Mode": "PREFERRED"}, "UserMetadata": {"guid": "` + guid + `", "workflow": "media"},
			"Settings": {"TimecodeConfig": {"Source": "ZEROBASED"}, "Inputs": [{"FileInput": "s3://media-source/spring/launch talk.mov", "VideoSelector": {"Rotate": "AUTO"}}],
			"OutputGroups": [{"Name": "Apple HLS", "OutputGroupSettings": {"Type": "HLS_GROUP_SETTINGS", "Destination": "s3://media-destination/` + guid + `/hls/"},
			"Outputs": [{"NameModifier": "_360"}, {"NameModifier": "_1080"}]}]}}`,
	} {
		if got := e.Calls(state)[0]; !value.Equal(got, value.MustParse(want)) {
			t.Errorf("%s was called with %s, want %s", state, got, want)
		}
	}
	update := sets(e.Calls("DynamoDB Update (Process)")[0])
	for _, want := range []string{
		"SET #workflowStatus = :workflowStatus, #encodeJobId = :encodeJobId, #jobTemplate = :jobTemplate, #isCustomTemplate = :isCustomTemplate, #encodingProfile = :encodingProfile, #encodingJob = :encodingJob, #estimatedOutputMinutes = :estimatedOutputMinutes REMOVE #frameCaptureHeight, #frameCaptureWidth ",
		`":workflowStatus":{"S":"Encoding"},":encodeJobId":{"S":"` + job + `"}`, `":isCustomTemplate":{"BOOL":false},":encodingProfile":{"N":"1080"}`, `":estimatedOutputMinutes":{"N":"3"}`,
	} {
		if !strings.Contains(update, want) {
			t.Errorf("the update\n%s\nlacks\n%s", update, want)
		}
	}
	await := e.Calls("Await Encode")[0]
	if e := await.Get("UpdateExpression").Str(); e != "SET #encodeTaskToken = :encodeTaskToken" || await.Path("ExpressionAttributeValues", ":encodeTaskToken", "S").Str() == "" {
		t.Errorf("the token is stored with %s", await)
	}
	start := e.Calls("Process Publish")[0]
	if !value.Equal(start.Get("Input"), value.MustFrom(done("COMPLETE"))) || start.Get("Name").Str() != guid || start.Get("StateMachineArn").Str() != "${Publish}" {
		t.Errorf("Publish is started with %s", start)
	}
}

// TestLadders looks at what is chosen for sizes, own templates, speeds and thumbnails.
func TestLadders(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name              string
		change            func(r *video.Record)
		template, profile string
		custom            bool
		mode, timecode    string
		thumbnail         string // width and height
	}{
		{"2160p", func(r *video.Record) { r.EffectiveHeight = 2160 }, "media_Ott_2160p_Avc_Aac_16x9_qvbr_no_preset", "2160", false, "PREFERRED", "ZEROBASED", ""},
		{"above the middle", func(r *video.Record) { r.EffectiveHeight = 1621 }, "media_Ott_2160p_Avc_Aac_16x9_qvbr_no_preset", "2160", false, "PREFERRED", "ZEROBASED", ""},
		{"the upper middle", func(r *video.Record) { r.EffectiveHeight = 1620 }, "media_Ott_1080p_Avc_Aac_16x9_qvbr_no_preset", "1080", false, "PREFERRED", "ZEROBASED", ""},
		{"the lower middle", func(r *video.Record) { r.EffectiveHeight = 900 }, "media_Ott_720p_Avc_Aac_16x9_qvbr_no_preset", "720", false, "PREFERRED", "ZEROBASED", ""},
		{"no size", func(r *video.Record) { r.EffectiveHeight = 0 }, "media_Ott_720p_Avc_Aac_16x9_qvbr_no_preset", "720", false, "PREFERRED", "ZEROBASED", ""},
		{"own template", func(r *video.Record) { r.JobTemplate, r.FrameCapture = "mine", true }, "mine", "1080", true, "PREFERRED", "ZEROBASED", "1920x1080"},
		{"a template chosen before", func(r *video.Record) {
			r.JobTemplate, r.EncodingProfile, r.EffectiveHeight = "media_Ott_1080p_Avc_Aac_16x9_qvbr_no_preset", 1080, 720
		}, "media_Ott_720p_Avc_Aac_16x9_qvbr_no_preset", "720", false, "PREFERRED", "ZEROBASED", ""},
		{"an own template again", func(r *video.Record) { r.JobTemplate, r.EncodingProfile, r.IsCustomTemplate = "mine", 1080, true }, "mine", "1080", true, "PREFERRED", "ZEROBASED", ""},
		{"enabled", func(r *video.Record) { r.AcceleratedTranscoding = "ENABLED" }, "media_Ott_1080p_Avc_Aac_16x9_qvbr_no_preset", "1080", false, "ENABLED", "ZEROBASED", ""},
		{"disabled, with large thumbnails", func(r *video.Record) {
			r.AcceleratedTranscoding, r.FrameCapture, r.EffectiveHeight = "DISABLED", true, 2160
		}, "media_Ott_2160p_Avc_Aac_16x9_qvbr_no_preset", "2160", false, "DISABLED", "EMBEDDED", "3840x2160"},
		{"small thumbnails", func(r *video.Record) { r.FrameCapture, r.EffectiveHeight = true, 480 }, "media_Ott_720p_Avc_Aac_16x9_qvbr_no_preset", "720", false, "PREFERRED", "ZEROBASED", "1280x720"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := runs(t, video.Process, video.Run{GUID: guid}, processStubs.with(with(c.change)), choosing+sending+handing)
			if got := e.Calls("Get Job Template")[0].Get("Name").Str(); got != c.template {
				t.Errorf("the template is %s", got)
			}
			v := e.Calls("DynamoDB Update (Process)")[0].Get("ExpressionAttributeValues")
			if v.Path(":encodingProfile", "N").Str() != c.profile || v.Path(":isCustomTemplate", "BOOL").Bool() != c.custom {
				t.Errorf("recorded %s", v)
			}
			request := e.Calls("Encode Job Submit")[0]
			if request.Path("AccelerationSettings", "Mode").Str() != c.mode || request.Path("Settings", "TimecodeConfig", "Source").Str() != c.timecode {
				t.Errorf("submitted %s", request)
			}
			size := ""
			if w := v.Path(":frameCaptureWidth", "N"); w.Exists() {
				size = w.Str() + "x" + v.Path(":frameCaptureHeight", "N").Str()
			}
			if size != c.thumbnail || strings.Contains(request.String(), "thumbnails") != (size != "") {
				t.Errorf("thumbnails of %q: %s", size, request)
			}
		})
	}
}

// TestExistingJob begins where an earlier execution stopped (scenario V36).
func TestExistingJob(t *testing.T) {
	t.Parallel()
	const begin = "Load Record → Record Present → Existing Job"
	const onward = " → Encoding Profile Check → Accelerated Transcoding Check → Frame Capture Check → Get Job Template → Build Job → Cost Guard" + sending + handing
	submitted := with(func(r *video.Record) { r.EncodeJobID = "old" })
	for _, c := range []struct {
		name  string
		old   stubs
		path  string
		token string // of a new job; empty when there is none
	}{
		{"submitted", answer("Existing Job", jobIs("SUBMITTED")), begin + " → Existing Job State → Await Encode" + handing, ""},
		{"running", answer("Existing Job", jobIs("PROGRESSING")), begin + " → Existing Job State → Await Encode" + handing, ""},
		{"complete", answer("Existing Job", jobIs("COMPLETE")), begin + " → Existing Job State" + handing, ""},
		{"failed", answer("Existing Job", jobIs("ERROR")), begin + " → Existing Job State" + onward, guid + "-old"},
		{"canceled", answer("Existing Job", jobIs("CANCELED")), begin + " → Existing Job State" + onward, guid + "-old"},
		{"forgotten", fails("Existing Job", "MediaConvert.NotFoundException", "no job"), begin + onward, guid},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := runs(t, video.Process, video.Run{GUID: guid}, processStubs.with(submitted, c.old), c.path)
			if c.token != "" {
				if got := e.Calls("Encode Job Submit")[0].Get("ClientRequestToken").Str(); got != c.token {
					t.Errorf("the token is %s, want %s", got, c.token)
				}
			}
			if c.name == "complete" {
				want := value.MustParse(`{"detail": {"jobId": "old", "status": "COMPLETE", "userMetadata": {"guid": "` + guid + `"}, "reconstructed": true}}`)
				if got := e.Calls("Process Publish")[0].Get("Input"); !value.Equal(got, want) {
					t.Errorf("Publish gets %s", got)
				}
			}
		})
	}
}

func TestProcessApproval(t *testing.T) {
	t.Parallel()
	asked := with(func(r *video.Record) { r.Approval = video.BeforeEncode })
	says := func(a video.Approval) stubs {
		return stubs{"Request Approval": flowtest.State("Request Approval", a).After(30 * time.Hour)}
	}
	for _, c := range []struct {
		name   string
		answer stubs
		path   string
		why    string
		took   time.Duration
	}{
		{"yes", says(video.Approval{Approved: true, By: "kim"}), choosing + asking + " → Approval Decision" + sending + handing, "", 30*time.Hour + 20*time.Minute},
		{"no", says(video.Approval{By: "kim", Note: "too long"}), choosing + asking + " → Approval Decision" + no, "rejected by kim: too long", 30 * time.Hour},
		{"nobody", stubs{"Request Approval": flowtest.StateNever("Request Approval")}, choosing + asking + no, "nobody answered in time", 7 * 24 * time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := runs(t, video.Process, video.Run{GUID: guid}, processStubs.with(asked, c.answer), c.path)
			e.Succeeds()
			if e.Took() != c.took {
				t.Errorf("it took %s, want %s", e.Took(), c.took)
			}
			if got := sets(e.Calls("Mark Pending")[0]); got != `SET #workflowStatus = :workflowStatus, #estimatedOutputMinutes = :estimatedOutputMinutes {":workflowStatus":{"S":"PendingApproval"},":estimatedOutputMinutes":{"N":"3"}}` {
				t.Errorf("marked with %s", got)
			}
			q := e.Calls("Request Approval")[0]
			m := q.Get("Message")
			if m.Get("stage").Str() != "before-encode" || m.Get("token").Str() == "" || m.Get("guid").Str() != guid || q.Get("Subject").Str() != "Workflow Status:: PendingApproval:: "+guid {
				t.Errorf("asked %s", q)
			}
			if c.why != "" {
				output(t, e, video.Outcome{GUID: guid, Status: "Rejected"})
				if got := sets(e.Calls("Mark Rejected")[0]); got != `SET #workflowStatus = :workflowStatus, #errorMessage = :errorMessage {":workflowStatus":{"S":"Rejected"},":errorMessage":{"S":"`+c.why+`"}}` {
					t.Errorf("marked with %s", got)
				}
			}
		})
	}
}

// TestProcessFailures goes into the failure tail from every state that leads there.
func TestProcessFailures(t *testing.T) {
	t.Parallel()
	const link = "https://console.aws.amazon.com/"
	late := stubs{"Await Encode": flowtest.StateNever("Await Encode")}
	upTo := func(state string) string { return choosing[:strings.Index(choosing, state)+len(state)] }
	for _, c := range []struct {
		name  string
		stubs stubs
		path  string
		code  string
		want  told
	}{
		{"no record", answer("Load Record", item(nil)), upTo("Record Present"), "RecordNotFound", told{"Record Present", "there is no record of run " + guid, ""}},
		{"no table", fails("Load Record", "DynamoDB.ResourceNotFoundException", "no table"), upTo("Load Record"), "DynamoDB.ResourceNotFoundException", told{"Load Record", "no table", ""}},
		{
			"existing job", with(func(r *video.Record) { r.EncodeJobID = "old" }).with(fails("Existing Job", "MediaConvert.ForbiddenException", "no")),
			upTo("Record Present") + " → Existing Job", "MediaConvert.ForbiddenException",
			told{"Existing Job", "no", ""},
		},
		{
			"speed", with(func(r *video.Record) { r.AcceleratedTranscoding = "FAST" }), upTo("Accelerated Transcoding Check"),
			"ConfigInvalid",
			told{"Accelerated Transcoding Check", "acceleratedTranscoding is FAST, and not ENABLED, PREFERRED or DISABLED", ""},
		},
		{
			"no template", with(func(r *video.Record) { r.JobTemplate = "nope" }).with(fails("Get Job Template", "MediaConvert.NotFoundException", "404")), upTo("Get Job Template"),
			"TemplateNotFound",
			told{"Get Job Template", "there is no job template nope", ""},
		},
		{"template forbidden", fails("Get Job Template", "MediaConvert.ForbiddenException", "403"), upTo("Get Job Template"), "MediaConvert.ForbiddenException", told{"Get Job Template", "403", ""}},
		{
			"strange template", answer("Get Job Template", value.MustParse(`{"JobTemplate": {"Name": "t", "Settings": {"OutputGroups": [{"OutputGroupSettings": {"Type": "X"}, "Outputs": []}]}}}`)),
			upTo("Build Job"), "ConfigInvalid",
			told{At: "Build Job"},
		},
		{
			"too much", with(func(r *video.Record) { r.DurationSeconds, r.MaxOutputMinutes = 3*3600, 60 }), choosing,
			"CostLimit",
			told{"Cost Guard", "the job would make 360 minutes of output; the limit is 60", ""},
		},
		{"submit", fails("Encode Job Submit", "MediaConvert.BadRequestException", "bad"), choosing + " → Encode Job Submit", "MediaConvert.BadRequestException", told{"Encode Job Submit", "bad", ""}},
		{
			"not stored", fails("DynamoDB Update (Process)", "DynamoDB.ResourceNotFoundException", "gone"), choosing + " → Encode Job Submit → DynamoDB Update (Process)",
			"DynamoDB.ResourceNotFoundException",
			told{"DynamoDB Update (Process)", "gone", ""},
		},
		{"encoding failed", fails("Await Encode", "EncodeError", "1010 The input could not be opened"), choosing + sending, "EncodeError", told{"Encoding", "1010 The input could not be opened", link + "mediaconvert/home#/jobs/summary/" + job}},
		{"encoding canceled", fails("Await Encode", "EncodeCanceled", "CANCELED"), choosing + sending, "EncodeCanceled", told{"Encoding", "CANCELED", link + "mediaconvert/home#/jobs/summary/" + job}},
		{"token not stored", fails("Await Encode", "DynamoDb.ResourceNotFoundException", "gone"), choosing + sending, "DynamoDb.ResourceNotFoundException", told{"Await Encode", "gone", ""}},
		{
			"late and running", late.with(answer("Check Job", jobIs("PROGRESSING"))), choosing + sending + " → Check Job → Job Finished",
			"EncodeTimeout",
			told{"Job Finished", "job " + job + " is PROGRESSING", ""},
		},
		{
			"late and unknown", late.with(fails("Check Job", "MediaConvert.NotFoundException", "404")), choosing + sending + " → Check Job",
			"MediaConvert.NotFoundException",
			told{"Check Job", "404", ""},
		},
		{
			"no Publish", fails("Process Publish", "StepFunctions.StateMachineDoesNotExistException", "no"), choosing + sending + " → Process Publish",
			"StepFunctions.StateMachineDoesNotExistException",
			told{"Process Publish", "no", ""},
		},
		{
			"not marked", with(func(r *video.Record) { r.Approval = video.BeforeEncode }).with(fails("Mark Pending", "DynamoDB.ResourceNotFoundException", "x")),
			choosing + " → Mark Pending", "DynamoDB.ResourceNotFoundException",
			told{"Mark Pending", "x", ""},
		},
		{
			"not asked", with(func(r *video.Record) { r.Approval = video.BeforeEncode }).with(fails("Request Approval", "SNS.NotFoundException", "x")),
			choosing + asking, "SNS.NotFoundException",
			told{"Request Approval", "x", ""},
		},
		{
			"not rejected", with(func(r *video.Record) { r.Approval = video.BeforeEncode }).with(answer("Request Approval", video.Approval{}), fails("Mark Rejected", "DynamoDB.ResourceNotFoundException", "x")),
			choosing + asking + " → Approval Decision → Mark Rejected", "DynamoDB.ResourceNotFoundException",
			told{"Mark Rejected", "x", ""},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := runs(t, video.Process, video.Run{GUID: guid}, processStubs.with(c.stubs), c.path+failing)
			got := failure(t, e, c.code)
			if c.want.Details == "" && strings.HasPrefix(got.Details, link+"states/home#/v2/executions/details/arn:aws:states:") {
				got.Details = ""
			}
			if c.want.Message == "" { // a handler's own words
				got.Message = ""
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("told (-want +got):\n%s", d)
			}
			names := e.Calls("Record Error")[0].Get("ExpressionAttributeNames")
			if kept := names.Get("#encodeJobId").Exists(); kept != (c.name == "not stored") {
				t.Errorf("the job is recorded: %v", kept)
			}
		})
	}
}

// TestLateEvent is the event that never came: the job is looked at, and what it would have said is put together.
func TestLateEvent(t *testing.T) {
	t.Parallel()
	late := stubs{"Await Encode": flowtest.StateNever("Await Encode")}.with(answer("Check Job", jobIs("COMPLETE")))
	e := runs(t, video.Process, video.Run{GUID: guid}, processStubs.with(late), choosing+sending+" → Check Job → Job Finished"+handing)
	if e.Took() != 49*time.Hour {
		t.Errorf("it took %s", e.Took())
	}
	if got := e.Calls("Process Publish")[0].Path("Input", "detail"); !got.Get("reconstructed").Bool() || got.Get("jobId").Str() != job {
		t.Errorf("Publish gets %s", got)
	}
}

// TestPatience has services that are busy, and Publish running already.
func TestPatience(t *testing.T) {
	t.Parallel()
	busy := flowtest.Error{Name: "MediaConvert.TooManyRequestsException", Cause: "slow down"}
	e := runs(t, video.Process, video.Run{GUID: guid}, processStubs.with(
		stubs{"Encode Job Submit": flowtest.StateFails("Encode Job Submit", busy).ThenFails(busy).Then(jobIs("SUBMITTED"))},
		fails("Process Publish", "StepFunctions.ExecutionAlreadyExistsException", "there")), choosing+sending+handing)
	if n := len(e.Calls("Encode Job Submit")); n != 3 {
		t.Errorf("submitted %d times", n)
	}
	e.Succeeds()

	never := runs(t, video.Process, video.Run{GUID: guid}, processStubs.with(
		stubs{"Build Job": flowtest.Fails(video.BuildJob, flowtest.Error{Name: "Lambda.TooManyRequestsException"})}), strings.TrimSuffix(choosing, " → Cost Guard")+failing)
	if n := len(never.Calls("Build Job")); n != 7 {
		t.Errorf("Build Job was called %d times, want 7", n)
	}
}

// TestBrokenTail cannot record, or cannot tell; the first error stays.
func TestBrokenTail(t *testing.T) {
	t.Parallel()
	gone := answer("Load Record", item(nil))
	e := runs(t, video.Process, video.Run{GUID: guid}, processStubs.with(gone, fails("Record Error", "DynamoDB.ResourceNotFoundException", "x")),
		"Load Record → Record Present → Record Error → Failed")
	e.FailsWith("RecordNotFound")
	e = runs(t, video.Process, video.Run{GUID: guid}, processStubs.with(gone, fails("Notify Error", "SNS.NotFoundException", "x")), "Load Record → Record Present"+failing)
	e.FailsWith("RecordNotFound")
}

// TestByEvent ends when the job is submitted.
func TestByEvent(t *testing.T) {
	t.Parallel()
	all := processStubs.without("Await Encode", "Process Publish")
	runs(t, video.ProcessByEvent, video.Run{GUID: guid}, all, choosing+" → Encode Job Submit → DynamoDB Update (Process) → Process Done").Succeeds()
	runs(t, video.ProcessByEvent, video.Run{GUID: guid}, all.with(with(func(r *video.Record) { r.EncodeJobID = job }), answer("Existing Job", jobIs("PROGRESSING"))),
		"Load Record → Record Present → Existing Job → Existing Job State → Process Done").Succeeds()
}
