package s3

import (
	"context"
	"time"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// A happening is something that a bucket tells of: how EventBridge calls it, and how notifications do.
type happening struct{ detailType, event string }

var (
	tagsAdded        = happening{"Object Tags Added", "ObjectTagging:Put"}
	tagsDeleted      = happening{"Object Tags Deleted", "ObjectTagging:Delete"}
	restoreInitiated = happening{"Object Restore Initiated", "ObjectRestore:Post"}
	restoreCompleted = happening{"Object Restore Completed", "ObjectRestore:Completed"}
	gone             = happening{"Object Deleted", "ObjectRemoved:Delete"}
	marked           = happening{"Object Deleted", "ObjectRemoved:DeleteMarkerCreated"}
)

// createdBy are the events of the operations that make objects.
var createdBy = map[string]happening{
	"PutObject": {"Object Created", "ObjectCreated:Put"}, "CopyObject": {"Object Created", "ObjectCreated:Copy"},
	"CompleteMultipartUpload": {"Object Created", "ObjectCreated:CompleteMultipartUpload"},
}

// hostID is what x-amz-id-2 is in events.
const hostID = "stepwright/local"

// listens tells whether anybody hears of a bucket's events.
func (c config) listens() bool { return c.events || len(c.notifications) > 0 }

// created tells of a new object. reason is the operation: "PutObject", "CopyObject", "CompleteMultipartUpload".
func (s *Service) created(ctx context.Context, bucket string, c config, v *version, reason string) {
	if !c.listens() {
		return
	}
	object := value.Object(
		value.M("key", value.String(v.key)), value.M("size", value.Int(v.body.size)), value.M("etag", value.String(v.etag)),
		value.M("version-id", optional(v.shown(c))), value.M("sequencer", value.String(v.sequencer)))
	s.emit(ctx, bucket, c, createdBy[reason], v, v.sequencer, object, value.M("reason", value.String(reason)))
}

// deleted tells of an object that is gone.
func (s *Service) deleted(ctx context.Context, bucket string, c config, d deletion) {
	if !c.listens() || d.version == nil {
		return
	}
	h, kind := marked, "Delete Marker Created"
	if d.permanent {
		h, kind = gone, "Permanently Deleted"
	}
	object := value.Object(
		value.M("key", value.String(d.version.key)), value.M("etag", optional(d.version.etag)),
		value.M("version-id", optional(d.version.shown(c))), value.M("sequencer", value.String(d.sequencer)))
	s.emit(ctx, bucket, c, h, d.version, d.sequencer, object, value.M("reason", value.String("DeleteObject")), value.M("deletion-type", value.String(kind)))
}

// happened tells of something else that became of an object.
func (s *Service) happened(ctx context.Context, bucket string, c config, v *version, h happening) {
	if !c.listens() {
		return
	}
	object := value.Object(
		value.M("key", value.String(v.key)), value.M("size", value.Int(v.body.size)), value.M("etag", value.String(v.etag)), value.M("version-id", optional(v.shown(c))))
	var more []value.Member
	switch h {
	case restoreCompleted:
		more = append(more, value.M("restore-expiry-time", value.String(v.restored.until.UTC().Format(time.RFC3339))), value.M("source-storage-class", value.String(v.class)))
	case restoreInitiated:
		more = append(more, value.M("source-storage-class", value.String(v.class)))
	default:
		object = object.Without("size")
	}
	s.emit(ctx, bucket, c, h, v, v.sequencer, object, more...)
}

// emit hands an event to EventBridge and to the bucket's destinations. S3 delivers events at its own pace, so a
// failure is not the caller's.
func (s *Service) emit(ctx context.Context, bucket string, c config, h happening, v *version, sequencer string, object value.Value, more ...value.Member) {
	if s.directory == nil {
		return
	}
	id, ip := requester(ctx)
	for _, n := range c.notifications {
		if n.wants("s3:"+h.event, v.key) {
			_ = s.tell(ctx, n, s.record(bucket, c, h, v, sequencer, n.id, id, ip))
		}
	}
	if _, ok := s.directory.Lookup("events"); !ok || !c.events {
		return
	}
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
		value.M("DetailType", value.String(h.detailType)),
		value.M("Detail", value.String(detail.String())),
		value.M("Resources", value.Array(value.String(bucketARN(s.account, bucket)))))
	_, _ = s.directory.Call(context.WithoutCancel(ctx), "events", "PutEvents", value.Object(value.M("Entries", value.Array(entry))))
}

// record is an event as queues, topics and functions see it: "Event message structure" of the user guide. Keys are
// encoded as in a form, with their slashes.
func (s *Service) record(bucket string, c config, h happening, v *version, sequencer, configuration, requestID, ip string) value.Value {
	object := value.Object(value.M("key", value.String(escapeKey(v.key))))
	if !v.marker && h != gone {
		object = object.With("size", value.Int(v.body.size))
	}
	object = object.With("eTag", optional(v.etag)).With("versionId", optional(v.shown(c))).With("sequencer", value.String(sequencer))
	principal := value.Object(value.M("principalId", value.String(s.account.ID)))
	record := value.Object(
		value.M("eventVersion", value.String("2.1")),
		value.M("eventSource", value.String("aws:s3")),
		value.M("awsRegion", value.String(s.account.Region)),
		value.M("eventTime", value.String(isoTime(s.store.clock.Now()))),
		value.M("eventName", value.String(h.event)),
		value.M("userIdentity", principal),
		value.M("requestParameters", value.Object(value.M("sourceIPAddress", value.String(ip)))),
		value.M("responseElements", value.Object(value.M("x-amz-request-id", value.String(requestID)), value.M("x-amz-id-2", value.String(hostID)))),
		value.M("s3", value.Object(
			value.M("s3SchemaVersion", value.String("1.0")),
			value.M("configurationId", value.String(configuration)),
			value.M("bucket", value.Object(
				value.M("name", value.String(bucket)), value.M("ownerIdentity", principal), value.M("arn", value.String(bucketARN(s.account, bucket))))),
			value.M("object", object))))
	if h == restoreCompleted {
		record = record.With("glacierEventData", value.Object(value.M("restoreEventData", value.Object(
			value.M("lifecycleRestorationExpiryTime", value.String(isoTime(v.restored.until))), value.M("lifecycleRestoreStorageClass", value.String(v.class))))))
	}
	return value.Object(value.M("Records", value.Array(record)))
}

func optional(s string) value.Value {
	if s == "" {
		return value.Value{}
	}
	return value.String(s)
}

// bucketARN has neither region nor account.
func bucketARN(a wire.Account, bucket string) string { return "arn:" + a.Partition + ":s3:::" + bucket }
