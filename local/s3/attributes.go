package s3

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/local/wire"
)

// objectAttributes are what GetObjectAttributes can be asked for.
var objectAttributes = []string{"ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"}

// serveAttributes answers GetObjectAttributes.
func (s *Service) serveAttributes(r *request) *wire.Error {
	asked, err := askedAttributes(r.Header)
	if err != nil {
		return err
	}
	v, c, err := s.store.readable(r.bucket, r.key, r.q.Get("versionId"))
	h := r.w.Header()
	if v != nil && v.marker {
		h.Set("X-Amz-Delete-Marker", "true")
	}
	if err != nil {
		return err
	}
	h.Set("Last-Modified", httpTime(v.modified))
	setUnlessEmpty(h, "X-Amz-Version-Id", v.shown(c))
	var d document
	if asked["ETag"] {
		d.text("ETag", v.etag) // without quotes, here only
	}
	if asked["Checksum"] {
		d.open("Checksum")
		d.text(v.checksum.element(), strings.TrimSuffix(v.checksum.value, "-"+strconv.Itoa(len(v.parts))))
		d.text("ChecksumType", v.checksum.kind())
		d.close("Checksum")
	}
	if asked["ObjectParts"] && len(v.parts) > 0 {
		if err := d.objectParts(r.Header, v); err != nil {
			return err
		}
	}
	if asked["StorageClass"] {
		d.text("StorageClass", v.class)
	}
	if asked["ObjectSize"] {
		d.number("ObjectSize", v.body.size)
	}
	d.send(r.w, "GetObjectAttributesResponse")
	return nil
}

func askedAttributes(h http.Header) (map[string]bool, *wire.Error) {
	asked := map[string]bool{}
	for _, line := range h.Values("X-Amz-Object-Attributes") {
		for name := range strings.SplitSeq(line, ",") {
			name = strings.TrimSpace(name)
			if !slices.Contains(objectAttributes, name) {
				return nil, badArgument("x-amz-object-attributes", name, "Invalid attribute name specified.")
			}
			asked[name] = true
		}
	}
	if len(asked) == 0 {
		return nil, wire.Errorf("InvalidRequest", "The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty")
	}
	return asked, nil
}

// objectParts writes the parts; one by one only if their checksums are known to the client, as S3 does.
func (d *document) objectParts(h http.Header, v *version) *wire.Error {
	limit, err := readMax("max-parts", h.Get("X-Amz-Max-Parts"))
	if err != nil {
		return err
	}
	after := int(number(strings.Trim(h.Get("X-Amz-Part-Number-Marker"), " ")))
	d.open("ObjectParts")
	d.number("PartsCount", int64(len(v.parts)))
	if v.checksum.composite {
		rest := slices.DeleteFunc(slices.Clone(v.parts), func(p part) bool { return p.number <= after })
		cut := rest[:min(limit, len(rest))]
		d.number("PartNumberMarker", int64(after))
		if len(cut) > 0 {
			d.number("NextPartNumberMarker", int64(cut[len(cut)-1].number))
		}
		d.number("MaxParts", int64(limit))
		d.flag("IsTruncated", len(cut) < len(rest))
		for _, p := range cut {
			d.open("Part")
			d.number("PartNumber", int64(p.number))
			d.number("Size", p.size)
			d.text(p.checksum.element(), p.checksum.value)
			d.close("Part")
		}
	}
	d.close("ObjectParts")
	return nil
}
