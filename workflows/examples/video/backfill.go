package video

import (
	"time"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/s3"
	"github.com/stepwright/stepwright/flow/states"
)

// Backfill has Ingest take the videos that lie in a bucket already, a few at a time. Its results are written to the
// destination bucket.
var Backfill = flow.Standard("Backfill", backfill)

// Destination is the bucket of the renditions.
var Destination = s3.BucketOf("Destination")

// A Lot says which videos to take.
type Lot struct {
	Bucket      string `json:"bucket"`
	Prefix      string `json:"prefix"`
	Concurrency *int   `json:"concurrency,omitempty"` // absent: 10. Keep it below the slots of MediaConvert's queue.
}

// A Taken is what came of one object.
type Taken struct {
	Key     string `json:"key"`
	GUID    string `json:"guid,omitempty"`
	Skipped string `json:"skipped,omitempty"` // why nothing came of it
}

func backfill(f *flow.Flow, lot *Lot) *flow.Written {
	written := flow.BatchTo(f, "Every Object", flow.Folder{Bucket: Destination, Prefix: new("backfill"), Form: flow.Outputs},
		flow.Listing(s3.BucketNamed(&lot.Bucket), &lot.Prefix),
		func(f2 *flow.Flow, object *flow.Object) *Taken {
			return takeOne(f2, lot, &flow.Execution(f).Name, object)
		},
		flow.ConcurrencyFrom(flow.OrElse(f, lot.Concurrency, new(10))), flow.Tolerate(5))
	flow.Return(f, "Backfilled", written)
	return nil
}

// takeOne runs Ingest for one object, if that is a video which can be read.
func takeOne(f *flow.Flow, lot *Lot, runID *string, object *flow.Object) *Taken {
	skip := flow.NewTail(f, "skip", func(why *string) {
		t := &Taken{}
		flow.Return(f, "Skipped", flow.Fill(f, t, flow.Set(&t.Key, &object.Key), flow.Set(&t.Skipped, why)))
	})
	suffix := flow.Lower(f, flow.Last(f, flow.Split(f, &object.Key, ".")))
	flow.Choice(f, "Suffix Check").
		When(flow.OneOf(&object.StorageClass, "GLACIER", "DEEP_ARCHIVE"), func() {
			skip.Go(flow.Text(f, "archived in ", &object.StorageClass, ": restore it first"))
		}).
		When(flow.OneOf(suffix, "mpg", "mp4", "m4v", "mov", "m2ts", "wmv", "mxf", "mkv", "m3u8", "mpeg", "webm", "h264"), flow.Continue).
		Otherwise(func() { skip.Go(new("no video, by its name")) })

	event := &StartEvent{Detail: &StartDetail{Bucket: &StartBucket{}, Object: &StartObject{}}}
	flow.Fill(f, event, flow.Set(&event.RunID, runID), flow.Set(&event.Detail.Bucket.Name, &lot.Bucket),
		flow.Set(&event.Detail.Object.Key, &object.Key), flow.Set(&event.Detail.Object.Size, flow.Number(f, &object.Size, 0)),
		flow.Set(&event.Detail.Object.ETag, &object.ETag))
	run := states.Run(f, "Start Ingest", Ingest, nil, event, flow.Timeout(time.Hour), rStates)
	t := &Taken{}
	return flow.Fill(f, t, flow.Set(&t.Key, &object.Key), flow.Set(&t.GUID, &run.GUID))
}
