// Package video holds the machines of a video-on-demand pipeline as typed workflows, state by state as their tables in
// the specification have them. A video that is uploaded is inspected, encoded in a ladder that fits it, and published.
//
//	upload ──► Ingest ──► Process ──► Publish      each says in its record how far it has come
//	                        ▲  waits for its token
//	MediaConvert ──► EncodeEvents                  ErrorHandler: what the machines cannot catch
//	old uploads ──► Backfill ──► Ingest
//
// The one record of a run (record.go) is an item that all machines read and write. Each main machine ends in the same
// failure tail (failure.go); a person can be asked before encoding or before publishing (approval.go). Read process.go
// first: it is the largest, with jumps into its middle, a callback and a last look at the job when nobody calls back.
//
// The workflows are whole; the four handlers are not. They are small functions that decide from their arguments alone,
// so that the workflows run anywhere: nothing is downloaded, and sizes stand in file names ("talk-1080x1920.mp4").
// Handlers that read the video are a pipeline's own business.
package video

import "github.com/stepwright/stepwright/flow"

// An Outcome is the output of Ingest, Process and Publish.
type Outcome struct {
	GUID     string   `json:"guid"`
	Status   string   `json:"workflowStatus"`
	HLSURL   string   `json:"hlsUrl,omitempty"`
	Warnings []string `json:"warnings,omitempty"` // what went wrong without stopping the video
}

// outcome is how a machine ends.
func outcome(f *flow.Flow, guid *string, status string) *Outcome {
	o := &Outcome{Status: status}
	return flow.Fill(f, o, flow.Set(&o.GUID, guid))
}
