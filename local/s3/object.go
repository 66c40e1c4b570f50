package s3

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/stepwright/stepwright/local/wire"
)

// serveObject answers requests for one object, but for multipart uploads.
func (s *Service) serveObject(w http.ResponseWriter, r *http.Request, bucket, key string) *wire.Error {
	switch {
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		return s.serveGet(w, r, bucket, key)
	case r.Method == http.MethodPut && r.Header.Get("X-Amz-Copy-Source") != "":
		return s.serveCopy(w, r, bucket, key)
	case r.Method == http.MethodPut:
		return s.servePut(w, r, bucket, key)
	case r.Method == http.MethodDelete:
		return s.serveDelete(w, r, bucket, key)
	}
	return &wire.Error{Code: "MethodNotAllowed", Message: "The specified method is not allowed against this resource.", Status: http.StatusMethodNotAllowed}
}

func (s *Service) servePut(w http.ResponseWriter, r *http.Request, bucket, key string) *wire.Error {
	if r.ContentLength < 0 {
		return &wire.Error{Code: "MissingContentLength", Message: "You must provide the Content-Length HTTP header.", Status: http.StatusLengthRequired}
	}
	if _, err := s.store.config(bucket); err != nil {
		return err
	}
	body, err := readBody(r)
	if err != nil {
		return err
	}
	sum, err := check(r.Header, body)
	if err != nil {
		return err
	}
	v := &version{key: key, body: body, headers: storedHeaders(r.Header), checksum: sum}
	c, err := s.store.put(bucket, v, func(old *version) *wire.Error { return mayReplace(r.Header, old) })
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("ETag", quote(v.etag))
	h.Set(sum.header, sum.value)
	h.Set("X-Amz-Server-Side-Encryption", "AES256")
	setUnlessEmpty(h, "X-Amz-Version-Id", v.shown(c))
	s.created(r.Context(), bucket, c, v, "PutObject")
	return nil
}

// readBody reads a body whole. Dispatch has bounded it and checks it against the signature on the way.
func readBody(r *http.Request) ([]byte, *wire.Error) {
	body, err := io.ReadAll(r.Body)
	if e, ok := errors.AsType[*wire.Error](err); ok {
		return nil, e
	}
	if err != nil || r.ContentLength >= 0 && int64(len(body)) != r.ContentLength {
		return nil, wire.Errorf("IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header")
	}
	return body, nil
}

// mayReplace checks If-Match and If-None-Match of a write.
func mayReplace(h http.Header, old *version) *wire.Error {
	if h.Get("If-None-Match") == "*" && old != nil {
		return preconditionFailed("If-None-Match")
	}
	want := h.Get("If-Match")
	switch {
	case want == "":
		return nil
	case old == nil:
		return noKey("")
	case want != "*" && strings.Trim(want, `"`) != old.etag:
		return preconditionFailed("If-Match")
	}
	return nil
}

func preconditionFailed(which string) *wire.Error {
	return &wire.Error{Code: "PreconditionFailed", Message: "At least one of the pre-conditions you specified did not hold: " + which, Status: http.StatusPreconditionFailed}
}

// systemHeaders are kept with an object beside x-amz-meta-….
var systemHeaders = []string{
	"Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Type", "Expires",
	"X-Amz-Website-Redirect-Location", "X-Amz-Storage-Class",
}

func storedHeaders(h http.Header) map[string]string {
	kept := map[string]string{"Content-Type": "binary/octet-stream"}
	for _, name := range systemHeaders {
		setUnlessEmptyMap(kept, name, h.Get(name))
	}
	for name, values := range h {
		if strings.HasPrefix(name, "X-Amz-Meta-") {
			kept[name] = strings.Join(values, ",")
		}
	}
	return kept
}

func setUnlessEmptyMap(m map[string]string, name, v string) {
	if v != "" {
		m[name] = v
	}
}

func setUnlessEmpty(h http.Header, name, v string) {
	if v != "" {
		h.Set(name, v)
	}
}

func quote(etag string) string { return `"` + etag + `"` }

func (s *Service) serveGet(w http.ResponseWriter, r *http.Request, bucket, key string) *wire.Error {
	c, err := s.store.config(bucket)
	if err != nil {
		return err
	}
	v, err := s.store.readable(bucket, key, r.URL.Query().Get("versionId"))
	h := w.Header()
	if v != nil && v.marker {
		h.Set("X-Amz-Delete-Marker", "true")
		setUnlessEmpty(h, "X-Amz-Version-Id", v.shown(c))
	}
	if err != nil {
		return err
	}
	v.describe(h, c)
	if err := conditions(r.Header, v); err != nil {
		if err.Status == http.StatusNotModified {
			w.WriteHeader(err.Status)
			return nil
		}
		return err
	}
	part, ranged, err := readRange(r.Header.Get("Range"), int64(len(v.body)))
	if err != nil {
		return err
	}
	overrides(h, r)
	s.writeContent(w, r, v, part, ranged)
	return nil
}

func (s *Service) writeContent(w http.ResponseWriter, r *http.Request, v *version, part span, ranged bool) {
	h := w.Header()
	h.Set("Content-Length", strconv.FormatInt(part.length, 10))
	status := http.StatusOK
	switch {
	case ranged:
		status = http.StatusPartialContent
		h.Set("Content-Range", part.header(len(v.body)))
	case strings.EqualFold(r.Header.Get("X-Amz-Checksum-Mode"), "ENABLED"):
		h.Set(v.checksum.header, v.checksum.value)
		h.Set("X-Amz-Checksum-Type", "FULL_OBJECT")
	}
	w.WriteHeader(status)
	if r.Method == http.MethodGet {
		_, _ = w.Write(v.body[part.start : part.start+part.length]) // the client may be gone
	}
}

// describe sets the headers that go with a version.
func (v *version) describe(h http.Header, c config) {
	for name, text := range v.headers {
		h.Set(name, text)
	}
	h.Set("ETag", quote(v.etag))
	h.Set("Last-Modified", v.modified.UTC().Format(http.TimeFormat))
	h.Set("Accept-Ranges", "bytes")
	h.Set("X-Amz-Server-Side-Encryption", "AES256")
	setUnlessEmpty(h, "X-Amz-Version-Id", v.shown(c))
}

// overrides lets a signed request choose headers of its answer, as links for downloads do.
func overrides(h http.Header, r *http.Request) {
	q := r.URL.Query()
	for _, name := range systemHeaders[:6] {
		setUnlessEmpty(h, name, q.Get("response-"+strings.ToLower(name)))
	}
}

// conditions checks the If-… headers of a read; the error's status is 304 when the client has what it asks for.
func conditions(h http.Header, v *version) *wire.Error {
	modified := v.modified.UTC().Truncate(time.Second)
	if want := h.Get("If-Match"); want != "" {
		if want != "*" && strings.Trim(want, `"`) != v.etag {
			return preconditionFailed("If-Match")
		}
	} else if t, err := http.ParseTime(h.Get("If-Unmodified-Since")); err == nil && modified.After(t) {
		return preconditionFailed("If-Unmodified-Since")
	}
	if want := h.Get("If-None-Match"); want != "" {
		if want == "*" || strings.Trim(want, `"`) == v.etag {
			return &wire.Error{Code: "NotModified", Message: "Not Modified", Status: http.StatusNotModified}
		}
	} else if t, err := http.ParseTime(h.Get("If-Modified-Since")); err == nil && !modified.After(t) {
		return &wire.Error{Code: "NotModified", Message: "Not Modified", Status: http.StatusNotModified}
	}
	return nil
}

// A span is a part of a body.
type span struct{ start, length int64 }

func (p span) header(size int) string {
	return "bytes " + strconv.FormatInt(p.start, 10) + "-" + strconv.FormatInt(p.start+p.length-1, 10) + "/" + strconv.Itoa(size)
}

// readRange reads a Range header: bytes=1-5, bytes=5-, bytes=-5. As in S3, one that cannot be read, or that asks
// for several parts, is as none at all; one that lies outside is an error.
func readRange(h string, size int64) (part span, ranged bool, failure *wire.Error) {
	whole := span{0, size}
	spec, ok := strings.CutPrefix(h, "bytes=")
	from, to, dash := strings.Cut(spec, "-")
	if !ok || !dash || strings.Contains(spec, ",") {
		return whole, false, nil
	}
	start, startErr := strconv.ParseInt(from, 10, 64)
	end, endErr := strconv.ParseInt(to, 10, 64)
	switch {
	case from == "" && endErr == nil && end > 0 && size > 0:
		n := min(end, size)
		return span{size - n, n}, true, nil
	case from == "" && endErr != nil, from != "" && startErr != nil, to != "" && endErr != nil, to != "" && from != "" && end < start:
		return whole, false, nil
	case from == "" || start >= size:
		return whole, false, &wire.Error{Code: "InvalidRange", Message: "The requested range is not satisfiable", Status: http.StatusRequestedRangeNotSatisfiable}
	case to == "":
		end = size - 1
	}
	return span{start, min(end, size-1) - start + 1}, true, nil
}

func (s *Service) serveDelete(w http.ResponseWriter, r *http.Request, bucket, key string) *wire.Error {
	d, c, err := s.store.remove(bucket, key, r.URL.Query().Get("versionId"))
	if err != nil {
		return err
	}
	if d.version != nil {
		setUnlessEmpty(w.Header(), "X-Amz-Version-Id", d.version.shown(c))
	}
	if d.marker {
		w.Header().Set("X-Amz-Delete-Marker", "true")
	}
	w.WriteHeader(http.StatusNoContent)
	s.deleted(r.Context(), bucket, c, d)
	return nil
}
