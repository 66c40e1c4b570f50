package s3

import (
	"context"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// callDeleteMany deletes several objects, and tells of each what became of it.
func (s *Service) callDeleteMany(ctx context.Context, in value.Value) (value.Value, *wire.Error) {
	bucket, err := text(in, "Bucket")
	if err != nil {
		return value.Value{}, err
	}
	if _, err := s.store.config(bucket); err != nil {
		return value.Value{}, err
	}
	list := in.Path("Delete", "Objects").Elements()
	if len(list) == 0 || len(list) > maxDeletes {
		return value.Value{}, wire.Errorf("MalformedXML", "Delete.Objects has %d elements; it must have 1 to 1000", len(list))
	}
	var deleted, failed []value.Value
	for _, e := range list {
		o := unwanted{Key: e.Get("Key").Str(), VersionID: e.Get("VersionId").Str(), ETag: e.Get("ETag").Str()}
		d, c, err := s.removeOne(bucket, o)
		if err != nil {
			failed = append(failed, value.Object(value.M("Key", value.String(o.Key)), value.M("VersionId", optional(o.VersionID)),
				value.M("Code", value.String(err.Code)), value.M("Message", value.String(err.Message))))
			continue
		}
		done := value.Object(value.M("Key", value.String(o.Key)), value.M("VersionId", optional(o.VersionID)))
		if d.marker {
			done = done.With("DeleteMarker", value.True).With("DeleteMarkerVersionId", value.String(d.version.shown(c)))
		}
		deleted = append(deleted, done)
		s.deleted(ctx, bucket, c, d)
	}
	out := value.Object()
	if len(deleted) > 0 && !in.Path("Delete", "Quiet").Bool() {
		out = out.With("Deleted", value.Array(deleted...))
	}
	if len(failed) > 0 {
		out = out.With("Errors", value.Array(failed...))
	}
	return out, nil
}

func (s *Service) callTags(_ context.Context, in value.Value) (value.Value, *wire.Error) {
	bucket, key, err := target(in)
	if err != nil {
		return value.Value{}, err
	}
	v, c, err := s.store.readable(bucket, key, in.Get("VersionId").Str())
	if err != nil {
		return value.Value{}, err
	}
	tags := make([]value.Value, len(v.tags))
	for i, t := range v.tags {
		tags[i] = value.Object(value.M("Key", value.String(t.Key)), value.M("Value", value.String(t.Value)))
	}
	return value.Object(value.M("TagSet", value.Array(tags...)), value.M("VersionId", optional(v.shown(c)))), nil
}

func (s *Service) callSetTags(ctx context.Context, in value.Value) (value.Value, *wire.Error) {
	set := in.Path("Tagging", "TagSet")
	if !set.IsArray() {
		return value.Value{}, wire.Errorf("MalformedXML", "Tagging.TagSet must be an array of tags")
	}
	var tags []tag
	for _, t := range set.Elements() {
		tags = append(tags, tag{t.Get("Key").Str(), t.Get("Value").Str()})
	}
	if err := checkTags(tags, maxTags); err != nil {
		return value.Value{}, err
	}
	return s.changeTags(ctx, in, tags, tagsAdded)
}

func (s *Service) callDeleteTags(ctx context.Context, in value.Value) (value.Value, *wire.Error) {
	return s.changeTags(ctx, in, nil, tagsDeleted)
}

func (s *Service) changeTags(ctx context.Context, in value.Value, tags []tag, h happening) (value.Value, *wire.Error) {
	bucket, key, err := target(in)
	if err != nil {
		return value.Value{}, err
	}
	v, c, err := s.store.modify(bucket, key, in.Get("VersionId").Str(), func(v *version) *wire.Error {
		v.tags = tags
		return nil
	})
	if err != nil {
		return value.Value{}, err
	}
	s.happened(ctx, bucket, c, v, h)
	return value.Object(value.M("VersionId", optional(v.shown(c)))), nil
}
