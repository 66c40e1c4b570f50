package s3

import (
	"encoding/xml"
	"net/http"
	"strconv"

	"github.com/johannesboyne/gofakes3"

	"github.com/stepwright/stepwright/local/wire"
)

// maxParts is how many parts an upload may have.
const maxParts = 10000

// servePart stores one part of an upload.
func (s *Service) servePart(w http.ResponseWriter, r *http.Request, bucket, key string) *wire.Error {
	q := r.URL.Query()
	n, failure := strconv.Atoi(q.Get("partNumber"))
	switch {
	case failure != nil || n < 1 || n > maxParts:
		return wire.Errorf("InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive, not %q", q.Get("partNumber"))
	case r.Header.Get("X-Amz-Copy-Source") != "":
		return &wire.Error{Code: "NotImplemented", Message: "UploadPartCopy is not supported by the local S3", Status: http.StatusNotImplemented}
	}
	body, err := readBody(r)
	if err != nil {
		return err
	}
	sum, err := check(r.Header, body)
	if err != nil {
		return err
	}
	etag, err := s.store.putPart(bucket, key, q.Get("uploadId"), n, body)
	if err != nil {
		return err
	}
	w.Header().Set("ETag", quote(etag))
	w.Header().Set(sum.header, sum.value)
	return nil
}

// serveComplete makes an object of the parts that the body lists.
func (s *Service) serveComplete(w http.ResponseWriter, r *http.Request, bucket, key string) *wire.Error {
	body, err := readBody(r)
	if err != nil {
		return err
	}
	var in gofakes3.CompleteMultipartUploadRequest
	if failure := xml.Unmarshal(body, &in); failure != nil {
		return wire.Errorf("MalformedXML", "the list of parts is not XML: %v", failure)
	}
	v, c, err := s.store.complete(bucket, key, r.URL.Query().Get("uploadId"), in.Parts)
	if err != nil {
		return err
	}
	s.created(r.Context(), bucket, c, v, "CompleteMultipartUpload")
	setUnlessEmpty(w.Header(), "X-Amz-Version-Id", v.shown(c))
	writeXML(w, "<CompleteMultipartUploadResult"+xmlns+"><Location>http://"+wire.XMLText(r.Host+r.URL.EscapedPath())+"</Location><Bucket>"+wire.XMLText(bucket)+
		"</Bucket><Key>"+wire.XMLText(key)+"</Key><ETag>"+wire.XMLText(quote(v.etag))+"</ETag></CompleteMultipartUploadResult>")
	return nil
}

// serveCreate makes a bucket.
func (s *Service) serveCreate(w http.ResponseWriter, bucket string) *wire.Error {
	if err := s.store.createBucket(bucket, config{}); err != nil {
		return err
	}
	w.Header().Set("Location", "/"+bucket)
	return nil
}
