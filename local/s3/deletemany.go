package s3

import (
	"github.com/stepwright/stepwright/local/wire"
)

// maxDeletes is how many keys one DeleteObjects may name.
const maxDeletes = 1000

// An unwanted object is one that DeleteObjects names.
type unwanted struct {
	Key       string
	VersionID string `xml:"VersionId"`
	ETag      string
}

// serveDeleteMany answers DeleteObjects: each key is deleted or told why not.
func (s *Service) serveDeleteMany(r *request) *wire.Error {
	var in struct {
		Objects []unwanted `xml:"Object"`
		Quiet   bool
	}
	if err := mustHaveChecksum(r); err != nil {
		return err
	}
	if err := readXML(r, "Delete", &in); err != nil {
		return err
	}
	if len(in.Objects) == 0 || len(in.Objects) > maxDeletes {
		return wire.Errorf("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema: there are %d elements Object; there must be 1 to 1000", len(in.Objects))
	}
	if _, err := s.store.config(r.bucket); err != nil {
		return err
	}
	var d document
	for _, o := range in.Objects {
		gone, c, err := s.removeOne(r.bucket, o)
		if err != nil {
			d.refused(o, err)
			continue
		}
		if !in.Quiet {
			d.deleted(o, gone, c)
		}
		s.deleted(r.Context(), r.bucket, c, gone)
	}
	d.send(r.w, "DeleteResult")
	return nil
}

func (s *Service) removeOne(bucket string, o unwanted) (deletion, config, *wire.Error) {
	if o.Key == "" {
		return deletion{}, config{}, wire.Errorf("UserKeyMustBeSpecified", "The bucket POST must contain the specified field name. If it is specified, check the order of the fields.")
	}
	return s.store.remove(bucket, o.Key, o.VersionID, o.ETag)
}

// mustHaveChecksum refuses a body that comes without any checksum, where S3 asks for one.
func mustHaveChecksum(r *request) *wire.Error {
	if r.Header.Get("Content-Md5") != "" {
		return nil
	}
	for _, a := range algorithms {
		if r.Header.Get(a.header) != "" || trailer(r.Header, a) {
			return nil
		}
	}
	return wire.Errorf("InvalidRequest", "Missing required header for this request: Content-MD5 OR x-amz-checksum-*")
}

func (d *document) refused(o unwanted, err *wire.Error) {
	d.open("Error")
	d.text("Key", o.Key)
	d.optional("VersionId", o.VersionID)
	d.text("Code", err.Code)
	d.text("Message", err.Message)
	d.close("Error")
}

func (d *document) deleted(o unwanted, gone deletion, c config) {
	d.open("Deleted")
	d.text("Key", o.Key)
	d.optional("VersionId", o.VersionID)
	if gone.marker {
		d.flag("DeleteMarker", true)
		d.text("DeleteMarkerVersionId", gone.version.shown(c))
	}
	d.close("Deleted")
}
