// Package s3 reads, writes, lists and tags the objects of Amazon S3 buckets.
package s3

import "github.com/stepwright/stepwright/flow"

// A Bucket is a bucket that a stack binds, or one whose name is known only when the workflow runs.
type Bucket = flow.Bucket

// BucketOf declares a bucket. In documents it is ${name}, its name.
func BucketOf(name string) Bucket { return flow.BucketOf(name) }

// BucketNamed is the bucket whose name is a value of the workflow.
func BucketNamed(name *string) Bucket { return flow.BucketNamed(name) }
