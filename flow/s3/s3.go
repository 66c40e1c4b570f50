// Package s3 reads, writes, lists and tags the objects of Amazon S3 buckets, through the AWS SDK integration.
//
//	var Lake = s3.BucketOf("Lake")
//
//	settings := s3.Read[Settings](f, "Read settings", Lake, &in.Key,
//		flow.Catch(s3.NotFound, func(*flow.Caught) { … }))
//	s3.Write(f, "Keep result", Lake, flow.Text(f, "results/", &in.ID), result)
//
// What a step reads or writes must fit into 256 KiB; larger objects are the business of handlers, and many objects
// that of flow.Batch.
package s3

import (
	"time"

	"github.com/stepwright/stepwright/flow"
)

// The errors of S3, by what to do about them.
var (
	// NotFound: there is no such object, or no such version of it. (Without leave to list the bucket, S3 answers
	// with Failed instead.)
	NotFound = flow.Errors{"S3.NoSuchKeyException"}
	// NoBucket: there is no such bucket.
	NoBucket = flow.Errors{"S3.NoSuchBucketException"}
	// Archived: the object is in an archive and must be restored first.
	Archived = flow.Errors{"S3.InvalidObjectStateException"}
	// Failed are all errors that the API's model does not have: access denied and no such version, but also "slow
	// down" and trouble inside, where trying again later helps. The cause tells them apart.
	Failed = flow.Errors{"S3.S3Exception", "S3.SdkClientException"}
)

// A Bucket is a bucket that a stack binds, or one whose name is known only when the workflow runs.
type Bucket = flow.Bucket

// BucketOf declares a bucket. In documents it is ${name}, its name.
func BucketOf(name string) Bucket { return flow.BucketOf(name) }

// BucketNamed is the bucket whose name is a value of the workflow.
func BucketNamed(name *string) Bucket { return flow.BucketNamed(name) }

// place are the arguments that say which object.
type place struct {
	Bucket Bucket
	Key    *string `flow:"required"`
}

func call[Out any](f *flow.Flow, name, action string, args any, opts []flow.TaskOption) *Out {
	return flow.Do[Out](f, name, flow.Call{Resource: "arn:aws:states:::aws-sdk:s3:" + action, Args: args}, opts...)
}

// Version is the version of the object that Read, Head, Delete, Tags or PutTags is about; of one that may be absent,
// the newest if it is.
func Version(id *string) flow.TaskOption { return flow.OptionalArgument("VersionId", id) }

// Read reads an object as a T: its JSON, or its text for a string. Anything else fails the step with
// States.QueryEvaluationError, which nothing but flow.AnyError catches. The size of the text counts, at most 256 KiB.
func Read[T any](f *flow.Flow, name string, bucket Bucket, key *string, opts ...flow.TaskOption) *T {
	var ctx *flow.Ctx
	_, isText := any(new(T)).(*string)
	return flow.Do[T](f, name, flow.Call{
		Resource: "arn:aws:states:::aws-sdk:s3:getObject",
		Args: flow.Lazy(func(c *flow.Ctx) any {
			ctx = c
			return place{bucket, key}
		}),
		Result: func(answer flow.Expr, _ func(string) bool) flow.Expr {
			if body := answer.Member("Body"); isText {
				return body
			}
			return ctx.JSONata("$parse($1)", answer.Member("Body"))
		},
	}, opts...)
}

// A Written is what writing gives.
type Written struct {
	ETag      string // with its quotes
	VersionID string `json:"VersionId,omitempty"` // of a bucket with versions
}

// Write writes an object: the JSON of v, or the text of a string as it is. (That a text is not written with quotes, as
// JSON, is unverified.) ContentType and StorageClass say more about it.
func Write[T any](f *flow.Flow, name string, bucket Bucket, key *string, v *T, opts ...flow.TaskOption) *Written {
	args := struct {
		place
		Body *T `flow:"required"`
	}{place{bucket, key}, v}
	return call[Written](f, name, "putObject", args, opts)
}

// ContentType says what a written or copied object is, such as "text/csv"; of a copy, only with Replace.
func ContentType(t *string) flow.TaskOption { return flow.Argument("ContentType", t) }

// StorageClass says how a written or copied object is stored: STANDARD, STANDARD_IA, GLACIER, …
func StorageClass(class *string) flow.TaskOption { return flow.Argument("StorageClass", class) }

// An Attributes is what S3 says of an object without its content.
type Attributes struct {
	ContentLength int64
	ContentType   string            `json:",omitempty"`
	ETag          string            // with its quotes
	LastModified  time.Time         // whole seconds
	VersionID     string            `json:"VersionId,omitempty"`            // of a bucket with versions
	StorageClass  string            `json:",omitempty"`                     // absent: STANDARD
	ArchiveStatus string            `json:",omitempty"`                     // of intelligent tiering
	Restore       string            `json:",omitempty"`                     // whether an archived object is being restored
	Metadata      map[string]string `json:",omitempty"`                     // what a program has written there, by small letters
	Encryption    string            `json:"ServerSideEncryption,omitempty"` // AES256, aws:kms, …
}

// Head asks about an object without reading it. One that is not there fails the step with NotFound.
func Head(f *flow.Flow, name string, bucket Bucket, key *string, opts ...flow.TaskOption) *Attributes {
	return call[Attributes](f, name, "headObject", place{bucket, key}, opts)
}

// A Copied is what copying gives.
type Copied struct {
	CopyObjectResult struct {
		ETag         string // with its quotes
		LastModified time.Time
	}
	VersionID string `json:"VersionId,omitempty"` // of a bucket with versions
}

// Copy copies an object of at most 5 GB, with its tags and what is said about it.
func Copy(f *flow.Flow, name string, from Bucket, key *string, to Bucket, newKey *string, opts ...flow.TaskOption) *Copied {
	args := struct {
		place
		CopySource any
	}{place{to, newKey}, flow.Lazy(func(c *flow.Ctx) any {
		source := c.Value(key)
		c.Need(source, "the key of the object to be copied")
		return c.JSONata(`$1 & "/" & $replace($encodeUrlComponent($2), "%2F", "/")`, c.Value(from), source)
	})}
	return call[Copied](f, name, "copyObject", args, opts)
}

// Replace gives a copy what the other options say of it, in place of what was said of the original: for copies of an
// object onto itself too.
func Replace() flow.TaskOption { return flow.Argument("MetadataDirective", new("REPLACE")) }

// Delete takes an object away. That there is none is no error. In a bucket with versions the object is only hidden,
// unless a Version is named.
func Delete(f *flow.Flow, name string, bucket Bucket, key *string, opts ...flow.TaskOption) {
	call[map[string]any](f, name, "deleteObject", place{bucket, key}, opts)
}
