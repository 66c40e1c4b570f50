package backfill_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flowtest"
	lambdas "github.com/stepwright/stepwright/lambdas/imagetagging"
	"github.com/stepwright/stepwright/value"
	"github.com/stepwright/stepwright/workflows/examples/backfill"
	"github.com/stepwright/stepwright/workflows/imagetagging"
)

func TestSnapshot(t *testing.T) {
	t.Parallel()
	flowtest.Snapshot(t, backfill.Backfill)
}

// objects are those of a listing.
func objects(keys ...string) []flow.Object {
	var all []flow.Object
	for _, k := range keys {
		all = append(all, flow.Object{Key: k, Size: 1000})
	}
	return all
}

func run(t *testing.T, listed []flow.Object, stubs ...flowtest.Option) *flowtest.Execution {
	t.Helper()
	usual := []flowtest.Option{flowtest.Items("Every object", listed...), flowtest.StubChild(imagetagging.ImageTagging, imagetagging.Tagged{Outcome: "tagged"})}
	return flowtest.Run(t, backfill.Backfill, backfill.Request{Prefix: "private/", Most: 1000}, append(usual, stubs...)...)
}

// outcomes are what was written of the objects that went well.
func outcomes(t *testing.T, e *flowtest.Execution) []backfill.Outcome {
	t.Helper()
	var all []backfill.Outcome
	for _, c := range e.Exported("Every object")[0].Children {
		if c.Get("Status").Str() != "SUCCEEDED" {
			continue
		}
		var o backfill.Outcome
		if err := json.Unmarshal([]byte(c.Get("Output").Str()), &o); err != nil {
			t.Fatalf("%s: %v", c, err)
		}
		all = append(all, o)
	}
	slices.SortFunc(all, func(a, b backfill.Outcome) int { return strings.Compare(a.Key, b.Key) })
	return all
}

func TestWhatIsAPhotograph(t *testing.T) {
	t.Parallel()
	listed := objects("private/ann/uploads/a.jpg", "private/ann/uploads/trip/b.PNG", "private/ann/uploads/c.jpeg", "private/ann/uploads/notes.txt",
		"private/ann/resized/a.jpg", "private/ann/analysis/a.jpg", "private/ann/uploads/")
	listed = append(listed, flow.Object{Key: "private/ann/uploads/empty.jpg"})
	e := run(t, listed)
	e.Succeeds()
	e.VisitsTimes("Tag it", 3)
	want := []backfill.Outcome{
		{"private/ann/analysis/a.jpg", "passed over"},
		{"private/ann/resized/a.jpg", "passed over"},
		{"private/ann/uploads/", "passed over"},
		{"private/ann/uploads/a.jpg", "tagged"},
		{"private/ann/uploads/c.jpeg", "tagged"},
		{"private/ann/uploads/empty.jpg", "passed over"},
		{"private/ann/uploads/notes.txt", "passed over"},
		{"private/ann/uploads/trip/b.PNG", "tagged"},
	}
	if d := cmp.Diff(want, outcomes(t, e)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if got := e.Calls("Every object")[0].String(); got != `{"Bucket":"${PhotoBucket}","Prefix":"private/"}` {
		t.Errorf("listed %s", got)
	}
	if got := e.Calls("Tag it")[0].Get("Input").String(); got != `{"s3Bucket":"${PhotoBucket}","s3Key":"private/ann/uploads/a.jpg"}` {
		t.Errorf("started with %s", got)
	}
	var got flow.Written
	e.Output(&got)
	if got.ResultWriterDetails.Bucket != "${PhotoBucket}" || got.ResultWriterDetails.Key == "" {
		t.Errorf("got %+v", got)
	}
}

// TestTolerance is acceptance scenario I36 of the pipeline: 200 keys, of which 4 are none of photographs and some are
// broken. Six are 3 % and tolerated, thirty are not.
func TestTolerance(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		broken int
		err    string
	}{{0, ""}, {6, ""}, {30, "States.ExceedToleratedFailureThreshold"}} {
		t.Run(fmt.Sprint(c.broken), func(t *testing.T) {
			t.Parallel()
			var keys []string
			for i := range 200 {
				switch {
				case i < 4:
					keys = append(keys, fmt.Sprintf("private/ann/resized/%d.jpg", i))
				case i < 4+c.broken:
					keys = append(keys, fmt.Sprintf("private/ann/uploads/broken%d.jpg", i))
				default:
					keys = append(keys, fmt.Sprintf("private/ann/uploads/%d.jpg", i))
				}
			}
			e := run(t, objects(keys...), flowtest.StateFunc("Tag it", func(in value.Value) (any, error) {
				if key := in.Path("Input", "s3Key").Str(); key[len("private/ann/uploads/")] == 'b' {
					return nil, flowtest.Error{Name: "States.TaskFailed", Cause: key}
				}
				return map[string]any{"Output": imagetagging.Tagged{Outcome: "tagged"}}, nil
			}))
			if c.err != "" {
				e.FailsWith(c.err)
				return
			}
			e.Succeeds()
			count := map[string]int{}
			for _, o := range outcomes(t, e) {
				count[o.Outcome]++
			}
			if d := cmp.Diff(map[string]int{"tagged": 196 - c.broken, "passed over": 4}, count); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestTrouble(t *testing.T) {
	t.Parallel()
	one := objects("private/ann/uploads/a.jpg")
	busy := flowtest.Error{Name: "StepFunctions.ExecutionLimitExceeded"}
	e := run(t, one, flowtest.StateFails("Tag it", busy).Then(map[string]any{"Output": imagetagging.Tagged{Outcome: "duplicate"}}))
	e.Succeeds()
	if d := cmp.Diff([]backfill.Outcome{{one[0].Key, "duplicate"}}, outcomes(t, e)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	e = run(t, one, flowtest.StateNever("Tag it"))
	e.FailsWith("States.ExceedToleratedFailureThreshold") // one of one
	if e.Took() != time.Hour {
		t.Errorf("took %v", e.Took())
	}
	run(t, nil, flowtest.StateFails("Every object", flowtest.Error{Name: "S3.NoSuchBucketException", Cause: "gone"})).FailsWith("States.ItemReaderFailed")
}

// TestWithTheRealWorkflow runs the image tagging itself.
func TestWithTheRealWorkflow(t *testing.T) {
	t.Parallel()
	nothing := struct{}{}
	e := run(t, objects("private/ann/uploads/a.jpg"), flowtest.Child(imagetagging.ImageTagging,
		flowtest.State("Claim image", nothing), flowtest.State("Check object", map[string]int{"ContentLength": 1000}),
		flowtest.Stub(lambdas.Extract, lambdas.Metadata{Format: "JPEG", Dimensions: lambdas.Dimensions{Width: 640, Height: 480}, FileSize: 1000, Warnings: []string{}}),
		flowtest.State("Store metadata", nothing), flowtest.State("Detect labels", map[string]any{"Labels": []any{}}),
		flowtest.State("Make preview", lambdas.Preview{Key: "private/ann/resized/a.jpg", Width: 250, Height: 188}), flowtest.State("Store labels", nothing)))
	e.Succeeds()
	if d := cmp.Diff([]backfill.Outcome{{"private/ann/uploads/a.jpg", "tagged"}}, outcomes(t, e)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	e.Children("Tag it")[0].Visits("Normalize input", "Claim image", "Process in parallel", "Store labels")
}
