package video_test

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/internal/golden"
	stubfile "github.com/stepwright/stepwright/stubs"
	"github.com/stepwright/stepwright/value"
	"github.com/stepwright/stepwright/workflows/examples/video"
)

// later is an answer that takes its time.
func later(v any, after string) any { return map[string]any{"return": v, "after": after} }

// files are inputs and answers for `stepwright run`.
var files = []struct {
	w       flow.Workflow
	input   any
	answers map[string]any
}{
	{video.Ingest, json.RawMessage(uploaded), map[string]any{
		"Claim Run": nothing, "DynamoDB Update (Ingest)": nothing, "SNS Notification (Ingest)": message,
		"Process Execute": map[string]any{"ExecutionArn": "arn:aws:states:eu-north-1:210987654321:execution:Process:" + uploadedID, "StartDate": "2026-03-02T09:14:08Z"},
	}},
	{video.Process, video.Run{GUID: guid}, map[string]any{
		"Load Record":      item(loaded(func(r *video.Record) { r.Approval = video.BeforeEncode })),
		"Get Job Template": templateOf, "Mark Pending": nothing, "Request Approval": later(video.Approval{Approved: true, By: "kim"}, "30h"),
		"Encode Job Submit":         []any{map[string]any{"error": "MediaConvert.TooManyRequestsException", "cause": "slow down"}, jobIs("SUBMITTED")},
		"DynamoDB Update (Process)": nothing, "Await Encode": later(done("COMPLETE"), "20m"),
		"Process Publish": map[string]any{"ExecutionArn": "arn:aws:states:eu-north-1:210987654321:execution:Publish:" + guid, "StartDate": "2026-03-03T15:38:42Z"},
	}},
	{video.EncodeEvents, done("COMPLETE"), map[string]any{"Load Token": []any{early, early, waiting}, "Resume Success": nothing, "Drop Token": nothing}},
	{video.Publish, done("COMPLETE"), map[string]any{
		"Load Record":      item(loaded(func(r *video.Record) { r.ArchiveSource = "GLACIER" })),
		"Get Source Tags":  map[string]any{"error": "S3.S3Exception", "cause": "Access Denied"},
		"SQS Send Message": message, "SNS Notification (Publish)": message, "DynamoDB Update (Publish)": attributes(final),
	}},
	{video.Backfill, video.Lot{Bucket: "media-source", Prefix: "old/"}, map[string]any{
		"Every Object": []any{map[string]any{"return": []flow.Object{
			{Key: "old/talk-1080x1920.mp4", Size: 10, ETag: "e", StorageClass: "STANDARD"},
			{Key: "old/list.json", Size: 10, StorageClass: "STANDARD"},
			{Key: "old/z.mp4", Size: 10, StorageClass: "DEEP_ARCHIVE"},
		}}},
		"Claim Run": nothing, "DynamoDB Update (Ingest)": nothing, "SNS Notification (Ingest)": message,
		"Process Execute": map[string]any{"ExecutionArn": "arn:aws:states:eu-north-1:210987654321:execution:Process:p", "StartDate": "2026-03-02T09:14:08Z"},
	}},
}

// TestFiles keeps them right.
func TestFiles(t *testing.T) {
	t.Parallel()
	ingest, _ := video.Ingest.Build() // which Backfill runs
	for _, x := range files {
		m, _ := x.w.Build()
		golden.Equal(t, filepath.Join("testdata", x.w.Name()+".input.json"), []byte(value.MustFrom(x.input).Indent()+"\n"))
		name := filepath.Join("testdata", x.w.Name()+".stubs.json")
		src := []byte(value.MustFrom(x.answers).Indent() + "\n")
		golden.Equal(t, name, src)
		file, err := stubfile.Parse(name, src)
		if err == nil {
			err = file.Check(func(string) bool { return true }, m, ingest)
		}
		if err != nil {
			t.Error(err)
		}
	}
}
