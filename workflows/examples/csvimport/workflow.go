// Package csvimport loads the captions that agencies deliver as large CSV files.
//
// A Distributed Map reads the file from S3 and hands its rows to a function, a hundred at a time, two hundred functions
// side by side: a million rows are loaded in minutes, and no function sees more than it can hold. Agency and day are
// carried to each of them. A few bad batches are tolerated: what became of every batch is written beside the data, and
// more than two in a hundred stop the import.
package csvimport

import (
	"time"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/lambda"
	"github.com/stepwright/stepwright/flow/s3"
)

// ImportCaptions loads one file, and tells where the results are.
var ImportCaptions = flow.Standard("Import captions", importCaptions)

// Lake holds the files and the results; a stack binds the name.
var Lake = s3.BucketOf("Lake")

var patiently = flow.Backoff{Attempts: 5, First: 2 * time.Second, Rate: 2, Max: time.Minute, Jitter: true}

// importCaptions loads the file, a hundred rows at a time.
func importCaptions(f *flow.Flow, in *Import) *Imported {
	written := flow.BatchTo(f, "Load all rows",
		flow.Folder{Bucket: Lake, Prefix: flow.Text(f, "loaded/", &in.Agency, "/", &in.Day), Form: flow.Outputs},
		flow.InBatches(100, flow.CSV(Lake, &in.Key, Row{})),
		func(f *flow.Flow, rows *[]Row) *Loaded {
			load := &Load{}
			return flow.Task(f, "Load rows", LoadRows, flow.Fill(f, load,
				flow.Set(&load.Agency, &in.Agency), flow.Set(&load.Day, &in.Day), flow.Set(&load.Rows, rows)),
				flow.Timeout(time.Minute), flow.Retry(lambda.Retryable, patiently))
		},
		flow.Concurrency(200), flow.Tolerate(2), flow.ExpressItems(), flow.Label("rows"),
		flow.Catch(flow.ReadFailed, func(e *flow.Caught) {
			flow.Fail(f, "No file", "NoFile", &in.Key, " cannot be read: ", &e.Cause)
		}),
		flow.Catch(flow.TooManyFailed, func(*flow.Caught) {
			flow.Fail(f, "Bad file", "BadFile", &in.Key, " has too many rows that cannot be loaded")
		}))

	imported := &Imported{}
	return flow.Fill(f, imported,
		flow.Set(&imported.Agency, &in.Agency),
		flow.Set(&imported.Results, flow.Text(f, "s3://", &written.ResultWriterDetails.Bucket, "/", &written.ResultWriterDetails.Key)))
}
