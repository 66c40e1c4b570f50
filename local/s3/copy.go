package s3

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

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
		return source{}, wire.Errorf("InvalidArgument", "the copy source must have the form BUCKET/KEY, with the key URL-encoded, not %q", h)
	}
	q, _ := url.ParseQuery(query) // a version that cannot be read is none
	return source{bucket, key, q.Get("versionId")}, nil
}

// copyObject makes a new object of another one's content; headers is nil to copy them too.
func (s *Service) copyObject(ctx context.Context, from source, bucket, key string, headers map[string]string) (*version, config, *wire.Error) {
	old, err := s.store.readable(from.bucket, from.key, from.version)
	if err != nil {
		return nil, config{}, err
	}
	if headers == nil {
		headers = old.headers
	}
	v := &version{key: key, body: old.body, headers: headers, checksum: old.checksum}
	c, err := s.store.put(bucket, v, func(*version) *wire.Error { return nil })
	if err != nil {
		return nil, config{}, err
	}
	s.created(ctx, bucket, c, v, "CopyObject")
	return v, c, nil
}

func (s *Service) serveCopy(w http.ResponseWriter, r *http.Request, bucket, key string) *wire.Error {
	from, err := readSource(r.Header.Get("X-Amz-Copy-Source"))
	if err != nil {
		return err
	}
	var headers map[string]string
	if strings.EqualFold(r.Header.Get("X-Amz-Metadata-Directive"), "REPLACE") {
		headers = storedHeaders(r.Header)
	} else if from.bucket == bucket && from.key == key && from.version == "" {
		return wire.Errorf("InvalidRequest", "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata.")
	}
	v, c, err := s.copyObject(r.Context(), from, bucket, key, headers)
	if err != nil {
		return err
	}
	setUnlessEmpty(w.Header(), "X-Amz-Version-Id", v.shown(c))
	writeXML(w, "<CopyObjectResult"+xmlns+"><LastModified>"+isoTime(v.modified)+"</LastModified><ETag>"+wire.XMLText(quote(v.etag))+"</ETag></CopyObjectResult>")
	return nil
}

const xmlns = ` xmlns="http://s3.amazonaws.com/doc/2006-03-01/"`

func writeXML(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "application/xml")
	_, _ = w.Write([]byte(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + body)) // the client may be gone
}

// isoTime is how S3 writes times in XML.
func isoTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
