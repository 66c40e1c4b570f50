package video_test

import (
	"path/filepath"
	"testing"

	"github.com/stepwright/stepwright/check"
	"github.com/stepwright/stepwright/draw"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/internal/golden"
	"github.com/stepwright/stepwright/workflows/examples/video"
)

var machines = []flow.Workflow{
	video.Ingest, video.Process, video.ProcessByEvent, video.EncodeEvents, video.Publish, video.ErrorHandler, video.Backfill,
}

// TestDocuments keeps the documents and their pictures, and has them checked.
func TestDocuments(t *testing.T) {
	t.Parallel()
	for _, w := range machines {
		flowtest.Snapshot(t, w)
		d, found := w.Build()
		for _, x := range append(found, check.Document(d)...) {
			t.Errorf("%s: %s", w.Title(), x.Text())
		}
		golden.Equal(t, filepath.Join("pictures", w.Name()+".svg"), draw.SVG(d))
	}
}
