package s3

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stepwright/stepwright/local/wire"
)

// An upload is an object that arrives in parts.
type upload struct {
	id        string
	object    *version // without content
	begun     time.Time
	algorithm *algorithm
	chosen    bool // the algorithm, by the client
	composite bool
	parts     map[int]part
}

type part struct {
	number   int
	size     int64
	body     content
	etag     string // without quotes
	checksum checksum
	uploaded time.Time
}

const (
	minPart  = 5 << 20 // the least size of every part but the last
	maxParts = 10000
)

func noUpload(id string) *wire.Error {
	return fail(http.StatusNotFound, "NoSuchUpload", "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.", "UploadId", id)
}

// withUpload runs f with the lock held.
func (s *store) withUpload(name, key, id string, f func(*bucket, *upload) *wire.Error) *wire.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.buckets[name]
	if b == nil {
		return noBucket(name)
	}
	u := b.uploads[id]
	if u == nil || u.object.key != key {
		return noUpload(id)
	}
	return f(b, u)
}

// serveBegin answers CreateMultipartUpload.
func (s *Service) serveBegin(r *request) *wire.Error {
	c, err := s.store.config(r.bucket)
	if err != nil {
		return err
	}
	v, err := newVersion(c, r.key, r.Header)
	if err != nil {
		return err
	}
	u := &upload{id: newVersionID() + newVersionID(), object: v, begun: s.store.now(), parts: map[int]part{}}
	if err := u.choose(r.Header); err != nil {
		return err
	}
	if err := s.store.begin(r.bucket, u); err != nil {
		return err
	}
	h := r.w.Header()
	v.encryption(h)
	if u.chosen {
		h.Set("X-Amz-Checksum-Algorithm", u.algorithm.name)
		h.Set("X-Amz-Checksum-Type", checksum{composite: u.composite}.kind())
	}
	var d document
	d.text("Bucket", r.bucket)
	d.text("Key", r.key)
	d.text("UploadId", u.id)
	d.send(r.w, "InitiateMultipartUploadResult")
	return nil
}

func (s *store) begin(name string, u *upload) *wire.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.buckets[name]
	if b == nil {
		return noBucket(name)
	}
	b.uploads[u.id] = u
	return nil
}

// choose reads which checksum the object will have, and of which type.
func (u *upload) choose(h http.Header) *wire.Error {
	name, kind := h.Get("X-Amz-Checksum-Algorithm"), h.Get("X-Amz-Checksum-Type")
	u.algorithm, u.chosen = standard, name != ""
	if u.chosen {
		if u.algorithm = algorithmNamed(name); u.algorithm == nil {
			return unknownAlgorithm()
		}
	}
	switch {
	case kind != "" && name == "":
		return wire.Errorf("InvalidRequest", "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.")
	case kind != "" && kind != "COMPOSITE" && kind != "FULL_OBJECT":
		return wire.Errorf("InvalidRequest", "Value for x-amz-checksum-type header is invalid.")
	case kind == "FULL_OBJECT" && u.algorithm.poly == 0, kind == "COMPOSITE" && u.algorithm == standard:
		return wire.Errorf("InvalidRequest", "The %s checksum type cannot be used with the %s checksum algorithm.", kind, strings.ToLower(u.algorithm.name))
	}
	u.composite = kind == "COMPOSITE" || kind == "" && u.algorithm != standard
	return nil
}

func partNumber(r *request) (int, *wire.Error) {
	asked := r.q.Get("partNumber")
	n, err := strconv.Atoi(asked)
	if err != nil || n < 1 || n > maxParts {
		return 0, badArgument("partNumber", asked, "Part number must be an integer between 1 and 10000, inclusive")
	}
	return n, nil
}

// servePart stores one part of an upload; an earlier one of its number is replaced.
func (s *Service) servePart(r *request) *wire.Error {
	if r.Header.Get("X-Amz-Copy-Source") != "" {
		return s.serveCopyPart(r)
	}
	n, err := partNumber(r)
	if err != nil {
		return err
	}
	if r.ContentLength < 0 {
		return fail(http.StatusLengthRequired, "MissingContentLength", "You must provide the Content-Length HTTP header.")
	}
	d, err := s.partDigest(r)
	if err != nil {
		return err
	}
	p := part{number: n}
	if p.body, err = readContent(r.Request, d); err != nil {
		return err
	}
	if p.checksum, err = d.check(r.Header); err != nil {
		return err
	}
	p.etag = d.etag()
	if err := s.store.putPart(r, p); err != nil {
		return err
	}
	h := r.w.Header()
	h.Set("ETag", quote(p.etag))
	if d.chosen {
		h.Set(p.checksum.header, p.checksum.value)
	}
	return nil
}

// partDigest is the digest of a part: of the upload's algorithm, or of the client's if the upload has none.
func (s *Service) partDigest(r *request) (*digest, *wire.Error) {
	d, err := newDigest(r.Header)
	if err != nil {
		return nil, err
	}
	return d, s.store.withUpload(r.bucket, r.key, r.q.Get("uploadId"), func(_ *bucket, u *upload) *wire.Error {
		switch {
		case !d.chosen:
			d = digestOf(u.algorithm)
		case u.chosen && d.algorithm != u.algorithm:
			return wire.Errorf("InvalidRequest", "Checksum Type mismatch occurred, expected checksum Type: %s, actual checksum Type: %s",
				strings.ToLower(u.algorithm.name), strings.ToLower(d.name))
		}
		return nil
	})
}

func (s *store) putPart(r *request, p part) *wire.Error {
	p.size, p.uploaded = p.body.size, s.now()
	return s.withUpload(r.bucket, r.key, r.q.Get("uploadId"), func(_ *bucket, u *upload) *wire.Error {
		if u.algorithm != p.checksum.algorithm { // the client's own, which the object will not have
			p.checksum = sumOf(u.algorithm, p.body)
		}
		u.parts[p.number] = p
		return nil
	})
}

// serveCopyPart answers UploadPartCopy.
func (s *Service) serveCopyPart(r *request) *wire.Error {
	n, err := partNumber(r)
	if err != nil {
		return err
	}
	from, err := readSource(r.Header.Get("X-Amz-Copy-Source"))
	if err != nil {
		return err
	}
	old, _, err := s.open(from, r.Header)
	if err != nil {
		return err
	}
	wanted, err := copyRange(r.Header.Get("X-Amz-Copy-Source-Range"), old.body.size)
	if err != nil {
		return err
	}
	p := part{number: n, body: old.body.part(wanted)}
	d := digestOf(standard)
	for _, piece := range p.body.pieces {
		d.write(piece)
	}
	p.etag = d.etag()
	p.checksum, _ = d.check(nil) // with nothing to compare
	if err := s.store.putPart(r, p); err != nil {
		return err
	}
	s.sourceVersion(r.w.Header(), from)
	var out document
	out.time("LastModified", s.store.now())
	out.text("ETag", quote(p.etag))
	out.send(r.w, "CopyPartResult")
	return nil
}

// copyRange reads x-amz-copy-source-range, which must be bytes=first-last and lie inside.
func copyRange(h string, size int64) (span, *wire.Error) {
	if h == "" {
		return span{0, size}, nil
	}
	spec, ok := strings.CutPrefix(h, "bytes=")
	from, to, dash := strings.Cut(spec, "-")
	if !ok || !dash || from == "" || to == "" || !digits(from) || !digits(to) {
		return span{}, badArgument("x-amz-copy-source-range", h, "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy")
	}
	first, last := number(from), number(to)
	if first > last || last >= size {
		return span{}, badArgument("x-amz-copy-source-range", h, fmt.Sprintf("Range specified is not valid for source object of size: %d", size))
	}
	return span{first, last - first + 1}, nil
}

// A chosen part is one that CompleteMultipartUpload lists.
type chosenPart struct {
	PartNumber int
	ETag       string
	CRC32      string `xml:"ChecksumCRC32"`
	CRC32C     string `xml:"ChecksumCRC32C"`
	CRC64NVME  string `xml:"ChecksumCRC64NVME"`
	SHA1       string `xml:"ChecksumSHA1"`
	SHA256     string `xml:"ChecksumSHA256"`
}

func (p chosenPart) checksum(a *algorithm) string {
	return map[string]string{"CRC32": p.CRC32, "CRC32C": p.CRC32C, "CRC64NVME": p.CRC64NVME, "SHA1": p.SHA1, "SHA256": p.SHA256}[a.name]
}

// serveComplete makes an object of the parts that the body lists.
func (s *Service) serveComplete(r *request) *wire.Error {
	var in struct {
		Parts []chosenPart `xml:"Part"`
	}
	body, err := readPlain(r)
	if err != nil {
		return err
	}
	if err := parseXML(body, "CompleteMultipartUpload", &in); err != nil {
		return err
	}
	v, c, err := s.store.complete(r, in.Parts)
	if err != nil {
		return err
	}
	s.created(r.Context(), r.bucket, c, v, "CompleteMultipartUpload")
	h := r.w.Header()
	setUnlessEmpty(h, "X-Amz-Version-Id", v.shown(c))
	v.encryption(h)
	var d document
	d.text("Location", "http://"+r.Host+r.URL.EscapedPath())
	d.text("Bucket", r.bucket)
	d.text("Key", r.key)
	d.text("ETag", quote(v.etag))
	d.text(v.checksum.element(), v.checksum.value)
	d.text("ChecksumType", v.checksum.kind())
	d.send(r.w, "CompleteMultipartUploadResult")
	return nil
}

// readPlain reads a document whose checksum headers are about something else: here, the object.
func readPlain(r *request) ([]byte, *wire.Error) {
	if r.ContentLength > maxDocument {
		return nil, wire.Errorf("MaxMessageLengthExceeded", "Your request was too big: it has %d bytes, at most %d are allowed", r.ContentLength, maxDocument)
	}
	c, err := readContent(r.Request, digestOf(standard))
	return c.join(), err
}

// complete makes an object of an upload and ends it.
func (s *store) complete(r *request, list []chosenPart) (*version, config, *wire.Error) {
	var v *version
	var c config
	id := r.q.Get("uploadId")
	err := s.withUpload(r.bucket, r.key, id, func(b *bucket, u *upload) (err *wire.Error) {
		if v, err = u.assemble(list); err != nil {
			return err
		}
		if err = u.verify(r.Header, v); err != nil {
			return err
		}
		if err = mayReplace(r.Header, b.current(r.key)); err != nil {
			return err
		}
		s.stamp(b, v)
		b.add(v)
		delete(b.uploads, id)
		c = b.config
		return nil
	})
	return v, c, err
}

// assemble joins the parts that the client lists.
func (u *upload) assemble(list []chosenPart) (*version, *wire.Error) {
	if len(list) == 0 || len(list) > maxParts {
		return nil, wire.Errorf("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema: there are %d elements Part; there must be 1 to 10000", len(list))
	}
	if !ascending(list) {
		return nil, wire.Errorf("InvalidPartOrder", "The list of parts was not in ascending order. Parts must be ordered by part number.")
	}
	v := new(*u.object)
	for i, want := range list {
		p, err := u.chosenPart(want, i == len(list)-1)
		if err != nil {
			return nil, err
		}
		v.body.add(p.body)
		p.body = content{}
		v.parts = append(v.parts, p)
	}
	all := md5.New()
	for _, p := range v.parts {
		raw, _ := hex.DecodeString(p.etag) // we made it
		all.Write(raw)
	}
	v.etag = fmt.Sprintf("%x-%d", all.Sum(nil), len(list))
	v.checksum = u.sum(v.parts)
	return v, nil
}

func ascending(list []chosenPart) bool {
	for i := range len(list) - 1 {
		if list[i].PartNumber >= list[i+1].PartNumber {
			return false
		}
	}
	return true
}

// chosenPart finds a part that the client lists, and checks that it is what the client means.
func (u *upload) chosenPart(want chosenPart, last bool) (part, *wire.Error) {
	p, ok := u.parts[want.PartNumber]
	sum := want.checksum(u.algorithm)
	switch {
	case !ok || !matches(want.ETag, p.etag) || want.ETag == "*" || sum != "" && sum != p.checksum.value:
		return part{}, fail(http.StatusBadRequest, "InvalidPart", "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
			"UploadId", u.id, "PartNumber", strconv.Itoa(want.PartNumber), "ETag", strings.Trim(want.ETag, `"`))
	case u.chosen && u.composite && sum == "":
		return part{}, wire.Errorf("InvalidRequest", "The upload was created using a %s checksum. The complete request must include the checksum for each part. It was missing for part %d in the request.",
			strings.ToLower(u.algorithm.name), want.PartNumber)
	case !last && p.size < minPart:
		return part{}, fail(http.StatusBadRequest, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size",
			"PartNumber", strconv.Itoa(want.PartNumber), "ETag", p.etag, "ProposedSize", strconv.FormatInt(p.size, 10), "MinSizeAllowed", strconv.Itoa(minPart))
	}
	return p, nil
}

// sum is the checksum of the whole object.
func (u *upload) sum(parts []part) checksum {
	if !u.composite {
		return joinSums(u.algorithm, parts)
	}
	all := u.algorithm.make()
	for _, p := range parts {
		raw, _ := base64.StdEncoding.DecodeString(p.checksum.value) // we made it
		all.Write(raw)
	}
	return checksum{u.algorithm, base64.StdEncoding.EncodeToString(all.Sum(nil)) + "-" + strconv.Itoa(len(parts)), true}
}

// verify compares what the client says of the whole object with what it is.
func (u *upload) verify(h http.Header, v *version) *wire.Error {
	if size := h.Get("X-Amz-Mp-Object-Size"); size != "" && size != strconv.FormatInt(v.body.size, 10) {
		return wire.Errorf("InvalidRequest", "The provided 'x-amz-mp-object-size' header value does not match what was computed: %s is not %d", size, v.body.size)
	}
	if kind := h.Get("X-Amz-Checksum-Type"); kind != "" && kind != v.checksum.kind() {
		return wire.Errorf("InvalidRequest", "The upload was created using the %s checksum mode. The complete request must use the same checksum mode.", v.checksum.kind())
	}
	want := h.Get(u.algorithm.header)
	if want == "" || want == v.checksum.value || v.checksum.composite && want == strings.TrimSuffix(v.checksum.value, "-"+strconv.Itoa(len(v.parts))) {
		return nil
	}
	return wire.Errorf("BadDigest", "The %s you specified did not match the calculated checksum.", strings.ToLower(u.algorithm.name))
}

// serveAbort answers AbortMultipartUpload.
func (s *Service) serveAbort(r *request) *wire.Error {
	err := s.store.withUpload(r.bucket, r.key, r.q.Get("uploadId"), func(b *bucket, u *upload) *wire.Error {
		delete(b.uploads, u.id)
		return nil
	})
	if err == nil {
		r.w.WriteHeader(http.StatusNoContent)
	}
	return err
}

// serveParts answers ListParts.
func (s *Service) serveParts(r *request) *wire.Error {
	limit, err := readMax("max-parts", r.q.Get("max-parts"))
	if err != nil {
		return err
	}
	marker := r.q.Get("part-number-marker")
	if !digits(marker) {
		return badArgument("part-number-marker", marker, "Argument part-number-marker must be an integer between 0 and 2147483647")
	}
	after := int(number(marker))
	var u upload
	err = s.store.withUpload(r.bucket, r.key, r.q.Get("uploadId"), func(_ *bucket, found *upload) *wire.Error {
		u = *found
		u.parts = maps.Clone(found.parts)
		return nil
	})
	if err != nil {
		return err
	}
	rest := slices.DeleteFunc(slices.Sorted(maps.Keys(u.parts)), func(n int) bool { return n <= after })
	cut := rest[:min(limit, len(rest))]
	var d document
	d.text("Bucket", r.bucket)
	d.text("Key", r.key)
	d.text("UploadId", u.id)
	d.owner("Initiator", s.account.ID)
	d.owner("Owner", s.account.ID)
	d.text("StorageClass", u.object.class)
	d.number("PartNumberMarker", int64(after))
	if len(cut) > 0 {
		d.number("NextPartNumberMarker", int64(cut[len(cut)-1]))
	}
	d.number("MaxParts", int64(limit))
	d.flag("IsTruncated", len(cut) < len(rest))
	if u.chosen {
		d.text("ChecksumAlgorithm", u.algorithm.name)
		d.text("ChecksumType", checksum{composite: u.composite}.kind())
	}
	for _, n := range cut {
		p := u.parts[n]
		d.open("Part")
		d.number("PartNumber", int64(n))
		d.time("LastModified", p.uploaded)
		d.text("ETag", quote(p.etag))
		d.number("Size", p.size)
		if u.chosen {
			d.text(p.checksum.element(), p.checksum.value)
		}
		d.close("Part")
	}
	d.send(r.w, "ListPartsResult")
	return nil
}
