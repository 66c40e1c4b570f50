package s3

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/local/wire"
)

// A source is where a copy comes from.
type source struct{ bucket, key, version string }

// readSource reads bucket/key?versionId=…, with the key URL-encoded and a slash in front or not.
func readSource(h string) (source, *wire.Error) {
	path, query, _ := strings.Cut(h, "?")
	plain, err := url.PathUnescape(strings.TrimPrefix(path, "/"))
	bucket, key, ok := strings.Cut(strings.TrimPrefix(plain, "/"), "/")
	if err != nil || !ok || bucket == "" || key == "" {
		return source{}, badArgument("x-amz-copy-source", h, "Copy Source must mention the source bucket and key: sourcebucket/sourcekey")
	}
	q, _ := url.ParseQuery(query) // a version that cannot be read is none
	return source{bucket, key, q.Get("versionId")}, nil
}

// open gives the version that a copy reads, if its conditions allow.
func (s *Service) open(from source, h http.Header) (*version, config, *wire.Error) {
	old, c, err := s.store.readable(from.bucket, from.key, from.version)
	if err != nil && old != nil && from.version != "" {
		return nil, c, wire.Errorf("InvalidRequest", "The source of a copy request may not specifically refer to a delete marker by version id.")
	}
	if err != nil {
		return nil, c, err
	}
	if err := sourceConditions(h, old); err != nil {
		return nil, c, err
	}
	if err := old.online(s.store.clock.Now()); err != nil {
		return nil, c, fail(http.StatusForbidden, "ObjectNotInActiveTierError", "The source object of the COPY operation is not in the active tier and is only stored in Amazon Glacier.")
	}
	return old, c, nil
}

// maxCopy is the most that one CopyObject copies.
const maxCopy = 5 << 30

// copyObject makes a new object of another one's content, as the headers say.
func (s *Service) copyObject(ctx context.Context, from source, bucket, key string, h http.Header) (*version, config, *wire.Error) {
	if err := directives(h); err != nil {
		return nil, config{}, err
	}
	c, err := s.store.config(bucket)
	if err != nil {
		return nil, config{}, err
	}
	old, _, err := s.open(from, h)
	if err != nil {
		return nil, config{}, err
	}
	if old.body.size > maxCopy {
		return nil, config{}, wire.Errorf("InvalidRequest", "The specified copy source is larger than the maximum allowable size for a copy source: %d", int64(maxCopy))
	}
	v, err := newVersion(c, key, h)
	if err != nil {
		return nil, config{}, err
	}
	if from.bucket == bucket && from.key == key && from.version == "" && !changes(h, old) {
		return nil, config{}, wire.Errorf("InvalidRequest", "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.")
	}
	if err := v.copyOf(old, h); err != nil {
		return nil, config{}, err
	}
	if c, err = s.store.put(bucket, v, func(now *version) *wire.Error { return mayReplace(h, now) }); err != nil {
		return nil, config{}, err
	}
	s.created(ctx, bucket, c, v, "CopyObject")
	return v, c, nil
}

// directives checks the two directives, which are COPY or REPLACE.
func directives(h http.Header) *wire.Error {
	for name, code := range map[string]string{"X-Amz-Metadata-Directive": "Unknown metadata directive.", "X-Amz-Tagging-Directive": "Unknown tagging directive."} {
		if d := h.Get(name); !slices.Contains([]string{"", "COPY", "REPLACE"}, d) {
			return badArgument(strings.ToLower(name), d, code)
		}
	}
	return nil
}

// changes tells whether a copy of an object to itself makes it another one.
func changes(h http.Header, old *version) bool {
	class := h.Get("X-Amz-Storage-Class")
	return h.Get("X-Amz-Metadata-Directive") == "REPLACE" || class != "" && class != old.class ||
		h.Get("X-Amz-Website-Redirect-Location") != "" || h.Get("X-Amz-Server-Side-Encryption") != ""
}

// copyOf fills v, which the request's headers made, with what a copy takes from the old object. A copy of an object
// in parts is in one piece.
func (v *version) copyOf(old *version, h http.Header) *wire.Error {
	if h.Get("X-Amz-Metadata-Directive") != "REPLACE" {
		own := v.headers
		v.headers = maps.Clone(old.headers)
		for _, name := range systemHeaders[6:] { // these are never copied
			delete(v.headers, name)
			if text := own[name]; text != "" {
				v.headers[name] = text
			}
		}
	}
	if h.Get("X-Amz-Tagging-Directive") != "REPLACE" {
		v.tags = old.tags
	}
	v.body = old.body
	a := old.checksum.algorithm
	if name := h.Get("X-Amz-Checksum-Algorithm"); name != "" {
		if a = algorithmNamed(name); a == nil {
			return unknownAlgorithm()
		}
	}
	v.etag, v.checksum = old.etag, old.checksum
	if a != old.checksum.algorithm || old.checksum.composite {
		v.checksum = sumOf(a, v.body)
	}
	if len(old.parts) > 0 {
		d := digestOf(a)
		for _, piece := range v.body.pieces {
			d.md5.Write(piece)
		}
		v.etag = d.etag()
	}
	return nil
}

func (s *Service) serveCopy(r *request) *wire.Error {
	from, err := readSource(r.Header.Get("X-Amz-Copy-Source"))
	if err != nil {
		return err
	}
	v, c, err := s.copyObject(r.Context(), from, r.bucket, r.key, r.Header)
	if err != nil {
		return err
	}
	h := r.w.Header()
	setUnlessEmpty(h, "X-Amz-Version-Id", v.shown(c))
	s.sourceVersion(h, from)
	v.encryption(h)
	var d document
	d.time("LastModified", v.modified)
	d.text("ETag", quote(v.etag))
	d.text("ChecksumType", v.checksum.kind())
	d.text(v.checksum.element(), v.checksum.value)
	d.send(r.w, "CopyObjectResult")
	return nil
}

// sourceVersion says which version was copied, if the source's bucket has versions.
func (s *Service) sourceVersion(h http.Header, from source) {
	id := from.version
	if v, c, err := s.store.find(from.bucket, from.key, from.version); err == nil && id == "" {
		id = v.shown(c)
	}
	setUnlessEmpty(h, "X-Amz-Copy-Source-Version-Id", id)
}
