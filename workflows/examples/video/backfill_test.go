package video_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/value"
	"github.com/stepwright/stepwright/workflows/examples/video"
)

// TestBackfill takes nine videos, two texts and an archived video (scenario V45), running Ingest for the videos.
func TestBackfill(t *testing.T) {
	t.Parallel()
	var objects []flow.Object
	for _, key := range []string{"a.mp4", "b.MoV", "c.mkv", "d.h264", "e.webm", "f.m2ts", "g.mpg", "h.m3u8", "i.wmv"} {
		objects = append(objects, flow.Object{Key: "old/" + key, Size: 10, ETag: "e", StorageClass: "STANDARD"})
	}
	objects = append(objects,
		flow.Object{Key: "old/list.json", Size: 10, StorageClass: "STANDARD"}, flow.Object{Key: "old/mp4", Size: 10, StorageClass: "STANDARD"},
		flow.Object{Key: "old/z.mp4", Size: 10, StorageClass: "DEEP_ARCHIVE"})
	e := flowtest.Run(t, video.Backfill, video.Lot{Bucket: "media-source", Prefix: "old/"},
		flowtest.Items("Every Object", objects...), flowtest.Child(video.Ingest, ingestStubs.options()...))
	e.Succeeds()

	var taken, skipped []string
	for _, child := range e.Children("Every Object") {
		var got video.Taken
		child.Output(&got)
		if got.Skipped != "" {
			skipped = append(skipped, got.Key+": "+got.Skipped)
			child.Visits("Suffix Check", "Skipped")
			continue
		}
		taken = append(taken, got.Key)
		start := child.Calls("Start Ingest")[0].Get("Input")
		runID := start.Get("runId").Str()
		if got.GUID != shaped("media-source", got.Key, "e", runID) || runID == "" {
			t.Errorf("%s became %s with run id %q", got.Key, got.GUID, runID)
		}
		want := value.MustFrom(map[string]any{"detail": map[string]any{"bucket": map[string]any{"name": "media-source"}, "object": map[string]any{"key": got.Key, "size": 10, "etag": "e"}}, "runId": runID})
		if !value.Equal(start, want) {
			t.Errorf("started with %s, want %s", start, want)
		}
	}
	slices.Sort(skipped)
	if d := cmp.Diff([]string{"old/list.json: no video, by its name", "old/mp4: no video, by its name", "old/z.mp4: archived in DEEP_ARCHIVE: restore it first"}, skipped); d != "" {
		t.Errorf("skipped (-want +got):\n%s", d)
	}
	if len(taken) != 9 {
		t.Errorf("taken %v", taken)
	}
	var written flow.Written
	e.Output(&written)
	if written.ResultWriterDetails.Bucket != "${Destination}" || !strings.HasPrefix(written.ResultWriterDetails.Key, "backfill/") {
		t.Errorf("written to %+v", written)
	}
}

// TestBackfillTolerates one failure in twenty, not two.
func TestBackfillTolerates(t *testing.T) {
	t.Parallel()
	run := func(broken int) *flowtest.Execution {
		objects := make([]flow.Object, 20)
		for i := range objects {
			objects[i] = flow.Object{Key: "v.mp4", Size: 10, ETag: "e"}
			if i < broken {
				objects[i].Size = 0
			}
		}
		return flowtest.Run(t, video.Backfill, video.Lot{Bucket: "b", Concurrency: new(3)}, flowtest.Items("Every Object", objects...), flowtest.Child(video.Ingest, ingestStubs.options()...))
	}
	run(1).Succeeds()
	run(2).FailsWith("States.ExceedToleratedFailureThreshold")
}
