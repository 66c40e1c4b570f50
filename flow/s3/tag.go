package s3

import "github.com/stepwright/stepwright/flow"

// A Tag is one of an object's at most ten tags.
type Tag struct{ Key, Value string }

// A Tagging is the tags of an object.
type Tagging struct {
	TagSet    []Tag
	VersionID string `json:"VersionId,omitempty"` // of a bucket with versions
}

// Tags reads an object's tags.
func Tags(f *flow.Flow, name string, bucket Bucket, key *string, opts ...flow.TaskOption) *Tagging {
	return call[Tagging](f, name, "getObjectTagging", place{bucket, key}, opts)
}

// PutTags gives an object these tags in place of those that it has.
//
//	old := s3.Tags(f, "Get tags", Lake, &in.Key)
//	more := &[]s3.Tag{{Key: "tier", Value: "cold"}}
//	s3.PutTags(f, "Put tags", Lake, &in.Key, flow.Append(f, &old.TagSet, more))
func PutTags(f *flow.Flow, name string, bucket Bucket, key *string, tags *[]Tag, opts ...flow.TaskOption) {
	type tagging struct {
		TagSet *[]Tag `flow:"required"`
	}
	args := struct {
		place
		Tagging tagging
	}{place{bucket, key}, tagging{tags}}
	call[map[string]any](f, name, "putObjectTagging", args, opts)
}
