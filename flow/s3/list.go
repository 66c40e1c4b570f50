package s3

import (
	"time"

	"github.com/stepwright/stepwright/flow"
)

// A ListInput says which objects to list, in the order of their keys.
type ListInput struct {
	Prefix            *string `json:",omitempty"` // only keys that begin with it
	Delimiter         *string `json:",omitempty"` // "/": what lies in folders is summed up in CommonPrefixes
	MaxKeys           *int    `json:",omitempty"` // 1 to 1000; absent: 1000
	StartAfter        *string `json:",omitempty"` // only keys after it
	ContinuationToken *string `json:",omitempty"` // the NextContinuationToken of the page before
}

// A Page is some of the objects of a bucket.
type Page struct {
	Contents              []Object       `json:",omitempty"`
	CommonPrefixes        []CommonPrefix `json:",omitempty"`
	KeyCount              int            // how many of both there are on this page
	IsTruncated           bool           // there are more
	NextContinuationToken string         `json:",omitempty"` // where the next page begins; absent on the last one
}

// An Object is one object of a list.
type Object struct {
	Key          string
	Size         int64
	ETag         string // with its quotes
	LastModified time.Time
	StorageClass string `json:",omitempty"`
}

// A CommonPrefix is what the keys in one folder begin with: "2026/11/".
type CommonPrefix struct{ Prefix string }

// List lists a page of a bucket's objects; a nil in is the first page of all. A workflow that does something with each of very many objects reads them
// with flow.Batch and flow.Listing instead.
//
//	next := flow.Var(f, "next", "")
//	page := s3.List(f, "List a page", Lake, &s3.ListInput{
//		Prefix: &in.Prefix, ContinuationToken: flow.Maybe(f, flow.Not(flow.Is(next, "")), next),
//	})
func List(f *flow.Flow, name string, bucket Bucket, in *ListInput, opts ...flow.TaskOption) *Page {
	args := struct {
		Bucket Bucket
		*ListInput
	}{bucket, in}
	return call[Page](f, name, "listObjectsV2", args, opts)
}
