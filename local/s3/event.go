package s3

import (
	"context"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// created tells EventBridge of a new object, if the bucket wants it. reason is the operation: "PutObject",
// "CopyObject", "CompleteMultipartUpload".
func (s *Service) created(ctx context.Context, bucket string, c config, v *version, reason string) {
	if !c.events {
		return
	}
	object := value.Object(
		value.M("key", value.String(v.key)), value.M("size", value.Int(len(v.body))), value.M("etag", value.String(v.etag)),
		value.M("version-id", optional(v.shown(c))), value.M("sequencer", value.String(v.sequencer)))
	s.emit(ctx, bucket, "Object Created", object, value.M("reason", value.String(reason)))
}

// deleted tells EventBridge of an object that is gone, if the bucket wants it.
func (s *Service) deleted(ctx context.Context, bucket string, c config, d deletion) {
	if !c.events || d.version == nil {
		return
	}
	kind := "Delete Marker Created"
	if d.permanent {
		kind = "Permanently Deleted"
	}
	object := value.Object(
		value.M("key", value.String(d.version.key)), value.M("etag", optional(d.version.etag)),
		value.M("version-id", optional(d.version.shown(c))), value.M("sequencer", value.String(d.sequencer)))
	s.emit(ctx, bucket, "Object Deleted", object, value.M("reason", value.String("DeleteObject")), value.M("deletion-type", value.String(kind)))
}

// emit hands an event to the events service. S3 delivers events at its own pace, so a failure is not the caller's.
func (s *Service) emit(ctx context.Context, bucket, detailType string, object value.Value, more ...value.Member) {
	if s.directory == nil {
		return
	}
	if _, ok := s.directory.Lookup("events"); !ok {
		return
	}
	id, ip := requester(ctx)
	detail := value.Object(append([]value.Member{
		value.M("version", value.String("0")),
		value.M("bucket", value.Object(value.M("name", value.String(bucket)))),
		value.M("object", object),
		value.M("request-id", value.String(id)),
		value.M("requester", value.String(s.account.ID)),
		value.M("source-ip-address", value.String(ip)),
	}, more...)...)
	entry := value.Object(
		value.M("Source", value.String("aws.s3")),
		value.M("DetailType", value.String(detailType)),
		value.M("Detail", value.String(detail.String())),
		value.M("Resources", value.Array(value.String(bucketARN(s.account, bucket)))))
	_, _ = s.directory.Call(context.WithoutCancel(ctx), "events", "PutEvents", value.Object(value.M("Entries", value.Array(entry))))
}

func optional(s string) value.Value {
	if s == "" {
		return value.Value{}
	}
	return value.String(s)
}

// bucketARN has neither region nor account.
func bucketARN(a wire.Account, bucket string) string { return "arn:" + a.Partition + ":s3:::" + bucket }
