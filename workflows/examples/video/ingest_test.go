package video_test

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/value"
	"github.com/stepwright/stepwright/workflows/examples/video"
)

// uploaded is the start event of section 5.8.
const uploaded = `{"version":"0","id":"0b9e7a52-1c2d-4e8f-9a10-6f5d4c3b2a19","detail-type":"Object Created","source":"aws.s3","account":"210987654321","time":"2026-03-02T09:14:05Z",
 "detail":{"version":"0","bucket":{"name":"media-source"},"object":{"key":"spring/launch + finalé.mov","size":15592692,"etag":"5f4dcc3b","version-id":"q7Zk2m","sequencer":"0066A1"},"reason":"PutObject"}}`

// shaped is the guid of section 5.2.
func shaped(parts ...string) string {
	h := fmt.Sprintf("%x", sha256.Sum256([]byte(strings.Join(parts, "\n"))))
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:32]
}

var uploadedID = shaped("media-source", "spring/launch + finalé.mov", "q7Zk2m", "")

// ingestStubs answer as a run that goes well; the handlers are called.
var ingestStubs = tailStubs.without("Mark Rejected", "Mark Pending").with(
	stubs{"Input Validate": flowtest.Real(video.InputValidate), "MediaInfo": flowtest.Real(video.MediaInfo)},
	answer("Claim Run", nothing), answer("DynamoDB Update (Ingest)", nothing), answer("SNS Notification (Ingest)", message),
	answer("Process Execute", map[string]any{"ExecutionArn": "arn", "StartDate": "2026-03-02T09:14:08Z"}),
)

const (
	taking  = "Identify Run → Input Validate → Claim Run → MediaInfo → DynamoDB Update (Ingest) → SNS Choice (Ingest)"
	telling = " → SNS Notification (Ingest)"
	started = " → Process Execute → Ingest Done"
)

func TestIngest(t *testing.T) {
	t.Parallel()
	e := runs(t, video.Ingest, value.MustParse(uploaded), ingestStubs, taking+telling+started)
	output(t, e, video.Outcome{GUID: uploadedID, Status: "Ingest"})

	claim := e.Calls("Claim Run")[0]
	item := claim.Get("Item")
	for name, want := range map[string]string{
		"guid": `{"S":"` + uploadedID + `"}`, "workflowStatus": `{"S":"Ingest"}`, "workflowTrigger": `{"S":"Video"}`, "srcVideo": `{"S":"spring/launch + finalé.mov"}`,
		"enableSns": `{"BOOL":true}`, "frameCapture": `{"BOOL":false}`, "maxOutputMinutes": `{"N":"600"}`, "jobTemplate_720p": `{"S":"media_Ott_720p_Avc_Aac_16x9_qvbr_no_preset"}`,
	} {
		if got := item.Get(name).String(); got != want {
			t.Errorf("the item's %s is %s, want %s", name, got, want)
		}
	}
	for _, name := range []string{"encodeJobId", "jobTemplate", "warnings", "endTime"} {
		if item.Get(name).Exists() {
			t.Errorf("the item has %s: %s", name, item.Get(name))
		}
	}
	if claim.Get("ConditionExpression").Str() != "attribute_not_exists(#key)" || claim.Path("ExpressionAttributeNames", "#key").Str() != "guid" {
		t.Errorf("claimed with %s", claim)
	}
	const update = "SET #srcMediainfo = :srcMediainfo, #srcWidth = :srcWidth, #srcHeight = :srcHeight, #effectiveHeight = :effectiveHeight, #durationSeconds = :durationSeconds, #hasAudio = :hasAudio"
	if got := e.Calls("DynamoDB Update (Ingest)")[0].Get("UpdateExpression").Str(); got != update {
		t.Errorf("updated with %s", got)
	}
	notice := e.Calls("SNS Notification (Ingest)")[0]
	want := value.MustParse(`{"TopicArn": "${Notices}", "Message": {"status": "Ingest", "guid": "` + uploadedID + `", "srcVideo": "spring/launch + finalé.mov"}, "Subject": "Workflow Status:: Ingest:: ` + uploadedID + `"}`)
	if !value.Equal(notice, want) {
		t.Errorf("told %s", notice)
	}
	start := e.Calls("Process Execute")[0]
	if start.Get("Name").Str() != uploadedID || start.Get("Input").String() != `{"guid":"`+uploadedID+`"}` || start.Get("StateMachineArn").Str() != "${Process}" {
		t.Errorf("Process is started with %s", start)
	}
}

// TestIdentify works out guids from events of all kinds.
func TestIdentify(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, event, guid string }{
		{"version", uploaded, uploadedID},
		{"no version", `{"detail":{"bucket":{"name":"b"},"object":{"key":"k.mp4","size":1,"etag":"e","sequencer":"5"}}}`, shaped("b", "k.mp4", "e5", "")},
		{"another run", `{"detail":{"bucket":{"name":"b"},"object":{"key":"k.mp4","size":1,"version-id":"v"}},"runId":"again"}`, shaped("b", "k.mp4", "v", "again")},
		{"bare", `{"detail":{"bucket":{"name":"b"},"object":{"key":"k.mp4","size":1}}}`, shaped("b", "k.mp4", "", "")},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := flowtest.Run(t, video.Ingest, value.MustParse(c.event), ingestStubs.options()...)
			output(t, e, video.Outcome{GUID: c.guid, Status: "Ingest"})
		})
	}
	for _, event := range []string{`{}`, `{"detail":{}}`, `{"detail":null}`, `{"detail":{"bucket":{"name":"b"}}}`, `{"detail":{"object":{"key":"k"}}}`, `null`} {
		e := flowtest.Run(t, video.Ingest, value.MustParse(event), ingestStubs.options()...)
		e.FailsWith("SourceUnsupported")
		key := e.Calls("Record Error")[0].Path("Key", "guid", "S").Str()
		if !strings.HasPrefix(key, "unknown-") || len(key) == len("unknown-") {
			t.Errorf("%s: recorded as %q", event, key)
		}
	}
}

func TestIngestOtherWays(t *testing.T) {
	t.Parallel()
	t.Run("duplicate event", func(t *testing.T) {
		t.Parallel()
		e := runs(t, video.Ingest, value.MustParse(uploaded), ingestStubs.with(fails("Claim Run", "DynamoDB.ConditionalCheckFailedException", "there")),
			"Identify Run → Input Validate → Claim Run → Duplicate Event")
		output(t, e, video.Outcome{GUID: uploadedID, Status: "Duplicate"})
		if n := len(e.Calls("Claim Run")); n != 1 {
			t.Errorf("claimed %d times", n)
		}
	})
	t.Run("no notices", func(t *testing.T) {
		t.Parallel()
		quiet := loaded(func(r *video.Record) { r.EnableSNS = false })
		e := runs(t, video.Ingest, value.MustParse(uploaded), ingestStubs.with(stubs{"Input Validate": flowtest.Stub(video.InputValidate, quiet)}), taking+started)
		output(t, e, video.Outcome{GUID: uploadedID, Status: "Ingest"})
	})
	t.Run("the topic is broken", func(t *testing.T) {
		t.Parallel()
		e := runs(t, video.Ingest, value.MustParse(uploaded), ingestStubs.with(fails("SNS Notification (Ingest)", "SNS.NotFoundException", "no topic")), taking+telling+started)
		output(t, e, video.Outcome{GUID: uploadedID, Status: "Ingest", Warnings: []string{"the ingest notice was not sent"}})
	})
	t.Run("started before", func(t *testing.T) {
		t.Parallel()
		runs(t, video.Ingest, value.MustParse(uploaded), ingestStubs.with(fails("Process Execute", "StepFunctions.ExecutionAlreadyExistsException", "there")), taking+telling+started).Succeeds()
	})
}

func TestIngestFailures(t *testing.T) {
	t.Parallel()
	upTo := func(state string) string { return taking[:strings.Index(taking, state)+len(state)] }
	event := func(key string, size int) string {
		return fmt.Sprintf(`{"detail":{"bucket":{"name":"b"},"object":{"key":%q,"size":%d,"version-id":"v"}}}`, key, size)
	}
	for _, c := range []struct {
		name, event string
		stubs       stubs
		path, code  string
		at          string
	}{
		{"empty source", event("a.mp4", 0), nil, upTo("Input Validate"), "SourceEmpty", "Input Validate"},
		{"audio only", event("a-audio.mp4", 5), nil, upTo("MediaInfo"), "NoVideoTrack", "MediaInfo"},
		{"no table", event("a.mp4", 5), fails("Claim Run", "DynamoDB.ResourceNotFoundException", "x"), upTo("Claim Run"), "DynamoDB.ResourceNotFoundException", "Claim Run"},
		{"not stored", event("a.mp4", 5), fails("DynamoDB Update (Ingest)", "DynamoDB.ResourceNotFoundException", "x"), upTo("DynamoDB Update (Ingest)"), "DynamoDB.ResourceNotFoundException", "DynamoDB Update (Ingest)"},
		{"no Process", event("a.mp4", 5), fails("Process Execute", "StepFunctions.StateMachineDoesNotExistException", "x"), taking + telling + " → Process Execute", "StepFunctions.StateMachineDoesNotExistException", "Process Execute"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := runs(t, video.Ingest, value.MustParse(c.event), ingestStubs.with(c.stubs), c.path+failing)
			if got := failure(t, e, c.code); got.At != c.at {
				t.Errorf("told of %+v", got)
			}
			call := e.Calls("Record Error")[0] // makes the record if there is none
			const want = "SET #workflowStatus = :workflowStatus, #workflowErrorAt = :workflowErrorAt, #errorMessage = :errorMessage, #errorDetails = :errorDetails, #srcBucket = if_not_exists(#srcBucket, :srcBucket), #srcVideo = if_not_exists(#srcVideo, :srcVideo), #startTime = if_not_exists(#startTime, :startTime)"
			if d := cmp.Diff(want, call.Get("UpdateExpression").Str()); d != "" {
				t.Errorf("recorded with (-want +got):\n%s", d)
			}
			if call.Path("ExpressionAttributeValues", ":srcBucket", "S").Str() != "b" || call.Path("ExpressionAttributeValues", ":startTime", "S").Str() == "" {
				t.Errorf("recorded %s", call)
			}
		})
	}
}
