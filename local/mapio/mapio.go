// Package mapio is what a Distributed Map reads from buckets and writes to them: an ItemReader's objects, listings,
// inventories and manifests as items, and a ResultWriter's files and their manifest (developer guide, "ItemReader" and
// "ResultWriter"; Amazon States Language reference, sections 12.3 and 12.5).
//
// It knows buckets by interfaces, so that they may be those of the local S3, or folders.
package mapio

import (
	"context"
	"io"

	"github.com/stepwright/stepwright/value"
)

// An Object is what lies in a bucket under a key. If it is an io.Closer, it is closed when nothing more is read.
type Object interface {
	io.Reader
	io.ReaderAt
	Size() int64
}

// A Source gives the objects of buckets. The text of an error is the cause of States.ItemReaderFailed.
type Source interface {
	// Open gives an object. The arguments are those of s3:getObject, such as VersionId.
	Open(ctx context.Context, bucket, key string, arguments value.Value) (Object, error)
	// List gives a page of the objects of a bucket, as ListObjectsV2 answers; the arguments are those of
	// s3:listObjectsV2.
	List(ctx context.Context, arguments value.Value) (value.Value, error)
}

// A Sink takes files for a bucket. What is written is there when the file is closed. The text of an error is the cause
// of States.ResultWriterFailed.
type Sink interface {
	Create(ctx context.Context, bucket, key string) (io.WriteCloser, error)
}
