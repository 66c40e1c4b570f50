package flow

// A Bucket is a bucket of Amazon S3: one that a stack binds (s3.BucketOf), or one whose name is known only when the
// workflow runs (s3.BucketNamed).
type Bucket struct {
	Resource
	name *string
}

// BucketOf declares a bucket. In documents it is ${name}, its name.
func BucketOf(name string) Bucket { return Bucket{Resource: Resource{Kind: KindBucket, Name: name}} }

// BucketNamed is the bucket whose name is a value of the workflow.
func BucketNamed(name *string) Bucket { return Bucket{name: name} }

// Ref is the bucket's name as a value of the workflow.
func (b Bucket) Ref() *string {
	if b.name != nil {
		return b.name
	}
	return b.Resource.Ref()
}
