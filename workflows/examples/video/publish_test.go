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

// final is the record after Publish; the update's answer.
var final = loaded(func(r *video.Record) {
	r.WorkflowStatus, r.HLSURL, r.SrcMediainfo, r.EncodingJob = "Complete", "https://h/x.m3u8", "{}", "{}"
	r.EgressEndpoints = map[string]string{"HLS": "https://h/out/hls.m3u8"}
})

func attributes(r video.Record) any { return map[string]any{"Attributes": item(r)["Item"]} }

var publishStubs = tailStubs.with(
	answer("Load Record", item(loaded())),
	stubs{"Validate Encoding Outputs": flowtest.Real(video.CollectOutputs)},
	answer("Get Source Tags", value.MustParse(`{"TagSet": [{"Key": "team", "Value": "blue"}]}`)), answer("Put Source Tags", nothing),
	answer("MediaPackage Assets", asset), answer("DynamoDB Update (Publish)", attributes(final)),
	answer("SQS Send Message", message), answer("SNS Notification (Publish)", message),
)

var asset = value.MustParse(`{"Id": "a", "EgressEndpoints": [
	{"PackagingConfigurationId": "media-packaging-hls", "Url": "https://abc.egress.mediapackage-vod.eu-north-1.example/out/v1/hls/index.m3u8"},
	{"PackagingConfigurationId": "media-packaging-dash", "Url": "https://abc.egress.mediapackage-vod.eu-north-1.example/out/v1/dash/index.mpd"}]}`)

const (
	reading   = "Load Record → Validate Encoding Outputs → Approval Check"
	archiving = " → Archive Source Choice"
	tagging   = " → Get Source Tags → Put Source Tags"
	packaging = " → MediaPackage Choice"
	making    = " → MediaPackage Assets"
	storing   = " → DynamoDB Update (Publish)"
	queueing  = " → SQS Choice → SQS Send Message"
	mailing   = " → SNS Choice (Publish) → SNS Notification (Publish) → Complete"
	url       = "https://d111abcdef8.cloudfront.example/" + guid + "/hls/launch%20talk.m3u8"
)

func published(warnings ...string) video.Outcome {
	return video.Outcome{GUID: guid, Status: "Complete", HLSURL: url, Warnings: warnings}
}

func TestPublish(t *testing.T) {
	t.Parallel()
	e := runs(t, video.Publish, done("COMPLETE"), publishStubs, reading+archiving+packaging+storing+queueing+mailing)
	output(t, e, published())

	call := e.Calls("DynamoDB Update (Publish)")[0]
	if got := call.Get("ConditionExpression").Str() + " " + call.Get("ReturnValues").Str(); got != "attribute_not_exists(#endTime) ALL_NEW" {
		t.Errorf("stored with %s", got)
	}
	const update = "SET #endTime = :endTime, #hlsPlaylist = :hlsPlaylist, #hlsUrl = :hlsUrl, #workflowStatus = :workflowStatus, #encodingOutput = :encodingOutput, #warnings = :warnings " +
		"REMOVE #dashPlaylist, #dashUrl, #mssPlaylist, #mssUrl, #cmafDashPlaylist, #cmafDashUrl, #cmafHlsPlaylist, #cmafHlsUrl, #mp4Outputs, #mp4Urls, #thumbNails, #thumbNailsUrls, #mediaPackageResourceId, #egressEndpoints"
	if d := cmp.Diff(update, call.Get("UpdateExpression").Str()); d != "" {
		t.Errorf("stored with (-want +got):\n%s", d)
	}
	v := call.Get("ExpressionAttributeValues")
	for name, want := range map[string]string{
		":endTime": `{"S":"2026-03-02T09:18:41Z"}`, ":hlsUrl": `{"S":"` + url + `"}`, ":workflowStatus": `{"S":"Complete"}`, ":warnings": `{"L":[]}`,
	} {
		if got := v.Get(name).String(); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	if got := v.Path(":encodingOutput", "M", "detail", "M", "outputGroupDetails", "L").Elements(); len(got) != 1 || got[0].Path("M", "type", "S").Str() != "HLS_GROUP" {
		t.Errorf("the event is stored as %s", v.Get(":encodingOutput"))
	}

	body := e.Calls("SQS Send Message")[0].Get("MessageBody")
	if !value.Equal(body, value.MustFrom(final)) {
		t.Errorf("queued %s, want %s", body, value.MustFrom(final))
	}
	notice := e.Calls("SNS Notification (Publish)")[0].Get("Message")
	for name, want := range map[string]bool{
		"guid": true, "hlsUrl": true, "egressEndpoints": true, "srcMediainfo": false, "encodingJob": false, "jobTemplate_720p": false, "encodeTaskToken": false,
	} {
		if notice.Get(name).Exists() != want {
			t.Errorf("the notice has %s: %v", name, !want)
		}
	}
}

func TestPublishOtherWays(t *testing.T) {
	t.Parallel()
	glacier := func(r *video.Record) { r.ArchiveSource = "GLACIER" }
	packaged := func(r *video.Record) { r.EnableMediaPackage = true }
	const exists = "MediaPackageVod.UnprocessableEntityException"
	for _, c := range []struct {
		name     string
		change   func(r *video.Record)
		stubs    stubs
		path     string
		warnings []string
	}{
		{"archive", glacier, nil, reading + archiving + tagging + packaging + storing + queueing + mailing, nil},
		{"deep archive", func(r *video.Record) { r.ArchiveSource = "DEEP_ARCHIVE" }, nil, reading + archiving + tagging + packaging + storing + queueing + mailing, nil},
		{
			"tags cannot be read", glacier, fails("Get Source Tags", "S3.NoSuchKeyException", "403"), reading + archiving + " → Get Source Tags" + packaging + storing + queueing + mailing,
			[]string{"the source was not tagged for archiving: 403"},
		},
		{
			"too many tags", glacier, fails("Put Source Tags", "S3.S3Exception", "object tags cannot be greater than 10"), reading + archiving + tagging + packaging + storing + queueing + mailing,
			[]string{"the source was not tagged for archiving: object tags cannot be greater than 10"},
		},
		{"package", packaged, nil, reading + archiving + packaging + making + storing + queueing + mailing, nil},
		{
			"packaged before", packaged, fails("MediaPackage Assets", exists, "there").with(answer("Describe Asset", asset)),
			reading + archiving + packaging + making + " → Describe Asset" + storing + queueing + mailing, nil,
		},
		{"no queue", func(r *video.Record) { r.EnableSQS = false }, nil, reading + archiving + packaging + storing + " → SQS Choice" + mailing, nil},
		{"no notices", func(r *video.Record) { r.EnableSNS = false }, nil, reading + archiving + packaging + storing + queueing + " → SNS Choice (Publish) → Complete", nil},
		{"neither", func(r *video.Record) { r.EnableSNS, r.EnableSQS = false, false }, nil, reading + archiving + packaging + storing + " → SQS Choice → SNS Choice (Publish) → Complete", nil},
		{"queue and topic are broken", func(*video.Record) {}, fails("SQS Send Message", "SQS.Other", "x").with(fails("SNS Notification (Publish)", "SNS.NotFoundException", "x")), reading + archiving + packaging + storing + queueing + mailing, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := runs(t, video.Publish, done("COMPLETE"), publishStubs.with(with(c.change), c.stubs), c.path)
			output(t, e, published(c.warnings...))
			stored := e.Calls("DynamoDB Update (Publish)")[0].Get("ExpressionAttributeValues")
			if got := stored.Path(":warnings", "L").Elements(); len(got) != len(c.warnings) {
				t.Errorf("warnings %s", stored.Get(":warnings"))
			}
			if got := stored.Get(":egressEndpoints").Exists(); got != strings.HasPrefix(c.name, "package") {
				t.Errorf("endpoints %s", stored.Get(":egressEndpoints"))
			}
		})
	}
}

// TestTags keeps the tags of others, and puts ours beside them once.
func TestTags(t *testing.T) {
	t.Parallel()
	old := answer("Get Source Tags", value.MustParse(`{"TagSet": [{"Key": "guid", "Value": "old"}, {"Key": "team", "Value": "blue"}, {"Key": "media", "Value": "GLACIER"}]}`))
	e := runs(t, video.Publish, done("COMPLETE"), publishStubs.with(old, with(func(r *video.Record) { r.ArchiveSource = "DEEP_ARCHIVE" })),
		reading+archiving+tagging+packaging+storing+queueing+mailing)
	want := value.MustParse(`{"Bucket": "media-source", "Key": "spring/launch talk.mov", "Tagging": {"TagSet": [{"Key": "team", "Value": "blue"}, {"Key": "guid", "Value": "` + guid + `"}, {"Key": "media", "Value": "DEEP_ARCHIVE"}]}}`)
	if got := e.Calls("Put Source Tags")[0]; !value.Equal(got, want) {
		t.Errorf("tagged with %s", got)
	}
}

// TestPackage looks at the asset that is made and at the addresses that come of it.
func TestPackage(t *testing.T) {
	t.Parallel()
	full := final
	full.EnableMediaPackage, full.HLSPlaylist = true, "s3://x"
	e := runs(t, video.Publish, done("COMPLETE"), publishStubs.with(with(func(r *video.Record) { r.EnableMediaPackage = true }), answer("DynamoDB Update (Publish)", attributes(full))),
		reading+archiving+packaging+making+storing+queueing+mailing)
	id := strings.ReplaceAll(guid, "-", "")
	want := value.MustParse(`{"Id": "` + id + `", "PackagingGroupId": "${PackagingGroup}", "SourceRoleArn": "${PackageRole}", "SourceArn": "arn:aws:s3:::media-destination/` + guid + `/hls/launch talk.m3u8"}`)
	if got := e.Calls("MediaPackage Assets")[0]; !value.Equal(got, want) {
		t.Errorf("made with %s", got)
	}
	v := e.Calls("DynamoDB Update (Publish)")[0].Get("ExpressionAttributeValues")
	endpoints := value.MustParse(`{"M": {"HLS": {"S": "https://d111abcdef8.cloudfront.example/out/v1/hls/index.m3u8"}, "DASH": {"S": "https://d111abcdef8.cloudfront.example/out/v1/dash/index.mpd"}}}`)
	if got := v.Get(":egressEndpoints"); !value.Equal(got, endpoints) || v.Path(":mediaPackageResourceId", "S").Str() != id {
		t.Errorf("stored %s", v)
	}
	notice := e.Calls("SNS Notification (Publish)")[0].Get("Message")
	if notice.Get("hlsUrl").Exists() || notice.Get("hlsPlaylist").Exists() || !notice.Get("egressEndpoints").Exists() {
		t.Errorf("told %s", notice)
	}
}

func TestAlreadyPublished(t *testing.T) {
	t.Parallel()
	e := runs(t, video.Publish, done("COMPLETE"), publishStubs.with(fails("DynamoDB Update (Publish)", "DynamoDB.ConditionalCheckFailedException", "done")),
		reading+archiving+packaging+storing+" → Already Published")
	output(t, e, video.Outcome{GUID: guid, Status: "Complete"})
}

func TestPublishApproval(t *testing.T) {
	t.Parallel()
	asked := with(func(r *video.Record) { r.Approval = video.BeforePublish })
	yes := stubs{"Request Approval": flowtest.State("Request Approval", video.Approval{Approved: true}).After(time.Hour)}
	e := runs(t, video.Publish, done("COMPLETE"), publishStubs.with(asked, yes), reading+asking+" → Approval Decision"+archiving+packaging+storing+queueing+mailing)
	output(t, e, published())
	if got := e.Calls("Request Approval")[0].Path("Message", "stage").Str(); got != "before-publish" {
		t.Errorf("asked about %s", got)
	}
	for name, c := range map[string]struct {
		answer stubs
		path   string
	}{
		"no":     {answer("Request Approval", video.Approval{By: "kim"}), reading + asking + " → Approval Decision" + no},
		"nobody": {stubs{"Request Approval": flowtest.StateNever("Request Approval")}, reading + asking + no},
	} {
		e := runs(t, video.Publish, done("COMPLETE"), publishStubs.with(asked, c.answer), c.path)
		output(t, e, video.Outcome{GUID: guid, Status: "Rejected"})
		if name == "nobody" && e.Took() != 7*24*time.Hour {
			t.Errorf("it took %s", e.Took())
		}
	}
}

func TestPublishFailures(t *testing.T) {
	t.Parallel()
	strange := done("COMPLETE")
	strange.Detail.OutputGroups = []video.OutputGroup{{Type: "NEW_GROUP"}}
	packaged := with(func(r *video.Record) { r.EnableMediaPackage = true })
	const exists = "MediaPackageVod.UnprocessableEntityException"
	for _, c := range []struct {
		name           string
		event          video.EncodeEvent
		stubs          stubs
		path, code, at string
	}{
		{"no table", done("COMPLETE"), fails("Load Record", "DynamoDB.ResourceNotFoundException", "x"), "Load Record", "DynamoDB.ResourceNotFoundException", "Load Record"},
		{"no record", done("COMPLETE"), answer("Load Record", item(nil)), "Load Record → Validate Encoding Outputs", "RecordNotFound", "Validate Encoding Outputs"},
		{"unknown group", strange, nil, "Load Record → Validate Encoding Outputs", "OutputUnknown", "Validate Encoding Outputs"},
		{"no asset", done("COMPLETE"), packaged.with(fails("MediaPackage Assets", "MediaPackageVod.ForbiddenException", "x")), reading + archiving + packaging + making, "MediaPackageVod.ForbiddenException", "MediaPackage Assets"},
		{
			"no asset either", done("COMPLETE"), packaged.with(fails("MediaPackage Assets", exists, "x"), fails("Describe Asset", "MediaPackageVod.NotFoundException", "x")),
			reading + archiving + packaging + making + " → Describe Asset", "MediaPackageVod.NotFoundException", "Describe Asset",
		},
		{"not stored", done("COMPLETE"), fails("DynamoDB Update (Publish)", "DynamoDB.ResourceNotFoundException", "x"), reading + archiving + packaging + storing, "DynamoDB.ResourceNotFoundException", "DynamoDB Update (Publish)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := runs(t, video.Publish, c.event, publishStubs.with(c.stubs), c.path+failing)
			if got := failure(t, e, c.code); got.At != c.at {
				t.Errorf("told of %+v", got)
			}
		})
	}
}

// TestReconstructed publishes what no event has told of.
func TestReconstructed(t *testing.T) {
	t.Parallel()
	event := value.MustParse(`{"detail": {"jobId": "old", "status": "COMPLETE", "userMetadata": {"guid": "` + guid + `"}, "reconstructed": true}}`)
	e := runs(t, video.Publish, event, publishStubs, reading+archiving+packaging+storing+queueing+mailing)
	output(t, e, published())
}
