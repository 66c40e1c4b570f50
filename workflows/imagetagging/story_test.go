package imagetagging_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	lambdas "github.com/stepwright/stepwright/lambdas/imagetagging"

	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/workflows/imagetagging"
)

// done is what services answer when the workflow does not look at it.
type done struct{}

// uploaded is an upload in the compact form.
var uploaded = imagetagging.Upload{S3Bucket: new("photos"), S3Key: new("private/kim/uploads/cat.jpg"), Sequencer: new("01")}

func TestGIFIsRefused(t *testing.T) {
	t.Parallel()
	run := flowtest.Run(t, imagetagging.ImageTagging, uploaded,
		flowtest.State("Claim image", done{}),
		flowtest.State("Check object", map[string]int{"ContentLength": 9724}),
		flowtest.Stub(lambdas.Extract, lambdas.Metadata{Format: "GIF"}),
		flowtest.State("Mark unsupported", done{}),
		flowtest.State("Notify unsupported", done{}))

	run.FailsWith("FileTypeNotSupported")
	run.Visits("Supported format?", "Mark unsupported", "Notify unsupported")
	run.Avoids("Detect labels")
}

func TestRecognitionIsTriedAgain(t *testing.T) {
	t.Parallel()
	slowDown := flowtest.Error{Name: "Rekognition.ThrottlingException"}
	run := flowtest.Run(t, imagetagging.ImageTagging, uploaded,
		flowtest.State("Claim image", done{}),
		flowtest.State("Check object", map[string]int{"ContentLength": 60_000}),
		flowtest.Stub(lambdas.Extract, lambdas.Metadata{Format: "JPEG", Dimensions: lambdas.Dimensions{Width: 600, Height: 400}}),
		flowtest.State("Store metadata", done{}),
		flowtest.StateFails("Detect labels", slowDown).ThenFails(slowDown).ThenFails(slowDown).
			Then(map[string]any{"Labels": []map[string]string{{"Name": "Cat"}}}),
		flowtest.Stub(lambdas.Thumbnail, lambdas.Preview{Key: "private/kim/resized/cat.jpg", Width: 250, Height: 167}),
		flowtest.State("Store labels", done{}))

	var tagged imagetagging.Tagged
	run.Output(&tagged)
	if d := cmp.Diff([]string{"Cat"}, tagged.Labels); d != "" {
		t.Errorf("labels (-want +got):\n%s", d)
	}
	if n := len(run.Calls("Detect labels")); n != 4 {
		t.Errorf("Rekognition was asked %d times, want 4", n)
	}
	if most := 2*time.Second + 4*time.Second + 8*time.Second; run.Took() > most {
		t.Errorf("it took %v; full jitter waits at most %v", run.Took(), most)
	}
}

func TestPreviewFails(t *testing.T) {
	t.Parallel()
	run := flowtest.Run(t, imagetagging.ImageTagging, uploaded,
		flowtest.State("Claim image", done{}),
		flowtest.State("Check object", map[string]int{"ContentLength": 60_000}),
		flowtest.Stub(lambdas.Extract, lambdas.Metadata{Format: "JPEG", Dimensions: lambdas.Dimensions{Width: 600, Height: 400}}),
		flowtest.State("Store metadata", done{}),
		flowtest.State("Detect labels", map[string]any{"Labels": []string{}}),
		flowtest.Fails(lambdas.Thumbnail, lambdas.CorruptImage{}),
		flowtest.State("Mark failed", done{}),
		flowtest.StateFails("Notify failure", flowtest.Error{Name: "SNS.NotFoundException"}))

	run.FailsWith("CorruptImage") // although nobody could be told
	run.Visits("Preview failed", "All well?", "Mark failed", "Notify failure", "Processing failed")
	at := run.Calls("Mark failed")[0].Path("ExpressionAttributeValues")
	found := false
	for _, v := range at.Members() {
		found = found || v.Get("S").Str() == "Make preview"
	}
	if !found {
		t.Errorf("errorAt does not name the inner step: %s", at)
	}
}
