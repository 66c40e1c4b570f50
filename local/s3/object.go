package s3

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/local/wire"
)

func (s *Service) servePut(r *request) *wire.Error {
	if r.Header.Get("X-Amz-Copy-Source") != "" {
		return s.serveCopy(r)
	}
	if r.ContentLength < 0 {
		return fail(http.StatusLengthRequired, "MissingContentLength", "You must provide the Content-Length HTTP header.")
	}
	c, err := s.store.config(r.bucket)
	if err != nil {
		return err
	}
	v, err := newVersion(c, r.key, r.Header)
	if err != nil {
		return err
	}
	d, err := newDigest(r.Header)
	if err != nil {
		return err
	}
	if v.body, err = readContent(r.Request, d); err != nil {
		return err
	}
	if v.checksum, err = d.check(r.Header); err != nil {
		return err
	}
	v.etag = d.etag()
	if c, err = s.store.put(r.bucket, v, func(old *version) *wire.Error { return mayReplace(r.Header, old) }); err != nil {
		return err
	}
	h := r.w.Header()
	h.Set("ETag", quote(v.etag))
	h.Set(v.checksum.header, v.checksum.value)
	h.Set("X-Amz-Checksum-Type", v.checksum.kind())
	v.encryption(h)
	setUnlessEmpty(h, "X-Amz-Version-Id", v.shown(c))
	s.created(r.Context(), r.bucket, c, v, "PutObject")
	return nil
}

// systemHeaders are kept with an object beside x-amz-meta-…; the first six can be overridden by a reader.
var systemHeaders = []string{
	"Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Type", "Expires",
	"X-Amz-Website-Redirect-Location", "X-Amz-Server-Side-Encryption", "X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id",
	"X-Amz-Server-Side-Encryption-Bucket-Key-Enabled",
}

// refusedHeaders ask for what this machine does not do, and would do silently otherwise.
var refusedHeaders = []string{
	"X-Amz-Server-Side-Encryption-Customer-Algorithm", "X-Amz-Copy-Source-Server-Side-Encryption-Customer-Algorithm",
	"X-Amz-Object-Lock-Mode", "X-Amz-Object-Lock-Retain-Until-Date", "X-Amz-Object-Lock-Legal-Hold", "X-Amz-Write-Offset-Bytes",
}

// storageClasses are those of general purpose buckets.
var storageClasses = []string{
	"STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER", "DEEP_ARCHIVE", "GLACIER_IR",
}

// maxMetadata is how many bytes names and values of an object's own metadata may have together.
const maxMetadata = 2 << 10

// newVersion reads what the headers of a write say of an object: all but its content.
func newVersion(c config, key string, h http.Header) (*version, *wire.Error) {
	v := &version{key: key, class: h.Get("X-Amz-Storage-Class")}
	if v.class == "" {
		v.class = "STANDARD"
	}
	if !slices.Contains(storageClasses, v.class) {
		return nil, fail(http.StatusBadRequest, "InvalidStorageClass", "The storage class you specified is not valid", "StorageClassRequested", v.class)
	}
	if err := goodKey(key); err != nil {
		return nil, err
	}
	for _, name := range refusedHeaders {
		if h.Get(name) != "" {
			return nil, notImplemented("The header " + strings.ToLower(name))
		}
	}
	if err := c.allowsACL(h.Get("X-Amz-Acl")); err != nil {
		return nil, err
	}
	var err *wire.Error
	if v.tags, err = tagsOfHeader(h.Get("X-Amz-Tagging")); err != nil {
		return nil, err
	}
	v.headers, err = storedHeaders(c, h)
	return v, err
}

func storedHeaders(c config, h http.Header) (map[string]string, *wire.Error) {
	kept := map[string]string{"Content-Type": "binary/octet-stream", "X-Amz-Server-Side-Encryption": c.encryption()}
	for _, name := range systemHeaders {
		if text := h.Get(name); text != "" {
			kept[name] = text
		}
	}
	switch kept["X-Amz-Server-Side-Encryption"] {
	case "AES256", "aws:kms", "aws:kms:dsse":
	default:
		return nil, badArgument("x-amz-server-side-encryption", kept["X-Amz-Server-Side-Encryption"], "The encryption method specified is not supported")
	}
	size := 0
	for name, values := range h {
		if !strings.HasPrefix(name, "X-Amz-Meta-") {
			continue
		}
		kept[name] = strings.Join(values, ",")
		size += len(name) - len("X-Amz-Meta-") + len(kept[name])
	}
	if size > maxMetadata {
		return nil, fail(http.StatusBadRequest, "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size",
			"Size", strconv.Itoa(size), "MaxSizeAllowed", strconv.Itoa(maxMetadata))
	}
	return kept, nil
}

func setUnlessEmpty(h http.Header, name, v string) {
	if v != "" {
		h.Set(name, v)
	}
}

func quote(etag string) string { return `"` + etag + `"` }

// serveGet answers GetObject and HeadObject.
func (s *Service) serveGet(r *request) *wire.Error {
	v, c, err := s.store.readable(r.bucket, r.key, r.q.Get("versionId"))
	h := r.w.Header()
	if v != nil && v.marker {
		h.Set("X-Amz-Delete-Marker", "true")
		setUnlessEmpty(h, "X-Amz-Version-Id", v.shown(c))
		if r.q.Get("versionId") != "" {
			h.Set("Last-Modified", httpTime(v.modified))
			h.Set("Allow", "DELETE")
		}
	}
	if err != nil {
		return err
	}
	if err := conditions(r.Header, v); err != nil {
		return notModified(r, v, c, err)
	}
	if err := v.online(s.store.clock.Now()); err != nil && r.Method == http.MethodGet {
		return err
	}
	part, ranged, err := v.wanted(r)
	if err != nil {
		return err
	}
	s.describe(h, v, c)
	overrides(h, r)
	writeContent(r, v, part, ranged)
	return nil
}

// notModified answers 304, which has a few headers and no body.
func notModified(r *request, v *version, c config, err *wire.Error) *wire.Error {
	if err.Status != http.StatusNotModified {
		return err
	}
	h := r.w.Header()
	h.Set("ETag", quote(v.etag))
	h.Set("Last-Modified", httpTime(v.modified))
	setUnlessEmpty(h, "X-Amz-Version-Id", v.shown(c))
	r.w.WriteHeader(http.StatusNotModified)
	return nil
}

// wanted is which part of the object a read asks for: by bytes, or by the number of a part of its upload.
func (v *version) wanted(r *request) (part span, ranged bool, err *wire.Error) {
	asked := r.q.Get("partNumber")
	if asked == "" {
		return readRange(r.Header.Get("Range"), v.body.size)
	}
	n, failure := strconv.Atoi(asked)
	if failure != nil || n < 1 || n > maxParts {
		return span{}, false, badArgument("partNumber", asked, "Part number must be an integer between 1 and 10000, inclusive")
	}
	if r.Header.Get("Range") != "" {
		return span{}, false, wire.Errorf("InvalidRequest", "Cannot specify both Range header and partNumber query parameter")
	}
	if n > max(1, len(v.parts)) {
		return span{}, false, fail(http.StatusRequestedRangeNotSatisfiable, "InvalidPartNumber", "The requested partnumber is not satisfiable",
			"ActualPartCount", strconv.Itoa(max(1, len(v.parts))), "PartNumberRequested", asked)
	}
	if len(v.parts) == 0 {
		return span{0, v.body.size}, v.body.size > 0, nil
	}
	r.w.Header().Set("X-Amz-Mp-Parts-Count", strconv.Itoa(len(v.parts)))
	for _, p := range v.parts[:n-1] {
		part.start += p.size
	}
	part.length = v.parts[n-1].size
	return part, part.length > 0, nil
}

func writeContent(r *request, v *version, part span, ranged bool) {
	h := r.w.Header()
	h.Set("Content-Length", strconv.FormatInt(part.length, 10))
	status := http.StatusOK
	if ranged {
		status = http.StatusPartialContent
		h.Set("Content-Range", part.header(v.body.size))
	}
	if strings.EqualFold(r.Header.Get("X-Amz-Checksum-Mode"), "ENABLED") && part.length == v.body.size {
		h.Set(v.checksum.header, v.checksum.value)
		h.Set("X-Amz-Checksum-Type", v.checksum.kind())
	}
	r.w.WriteHeader(status)
	if r.Method == http.MethodGet {
		_ = v.body.each(part, func(b []byte) error { // the client may be gone
			_, err := r.w.Write(b)
			return err
		})
	}
}

// describe sets the headers that go with a version.
func (s *Service) describe(h http.Header, v *version, c config) {
	for name, text := range v.headers {
		h[name] = []string{text}
	}
	h.Set("ETag", quote(v.etag))
	h.Set("Last-Modified", httpTime(v.modified))
	h.Set("Accept-Ranges", "bytes")
	setUnlessEmpty(h, "X-Amz-Version-Id", v.shown(c))
	if v.class != "STANDARD" {
		h.Set("X-Amz-Storage-Class", v.class)
	}
	setUnlessEmpty(h, "X-Amz-Restore", v.restored.header(s.store.clock.Now()))
	if len(v.tags) > 0 {
		h.Set("X-Amz-Tagging-Count", strconv.Itoa(len(v.tags)))
	}
}

// encryption sets the headers that say how an object is encrypted.
func (v *version) encryption(h http.Header) {
	for _, name := range systemHeaders[7:] {
		setUnlessEmpty(h, name, v.headers[name])
	}
}

// overrides lets a signed request choose headers of its answer, as links for downloads do.
func overrides(h http.Header, r *request) {
	for _, name := range systemHeaders[:6] {
		setUnlessEmpty(h, name, r.q.Get("response-"+strings.ToLower(name)))
	}
}

func (s *Service) serveDelete(r *request) *wire.Error {
	id := r.q.Get("versionId")
	d, c, err := s.store.remove(r.bucket, r.key, id, r.Header.Get("If-Match"))
	if err != nil {
		return err
	}
	h := r.w.Header()
	if d.version != nil && (id != "" || d.marker) {
		id = d.version.shown(c)
	}
	setUnlessEmpty(h, "X-Amz-Version-Id", id)
	if d.marker {
		h.Set("X-Amz-Delete-Marker", "true")
	}
	r.w.WriteHeader(http.StatusNoContent)
	s.deleted(r.Context(), r.bucket, c, d)
	return nil
}
