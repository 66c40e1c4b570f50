package s3

import (
	"cmp"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/local/wire"
)

// An uploadPage is what ListMultipartUploads answers.
type uploadPage struct {
	uploads   []*upload
	prefixes  []string
	truncated bool
	key, id   string // the last item
}

// uploads gives the uploads that are under way: by key, those of one key in the order of their beginning. With an id,
// the page begins behind that upload of the key q.after, and else behind all of that key.
func (s *store) listUploads(name string, q query, id string) (uploadPage, *wire.Error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	b := s.buckets[name]
	if b == nil {
		return uploadPage{}, noBucket(name)
	}
	var all []*upload
	for _, u := range b.uploads {
		if strings.HasPrefix(u.object.key, q.prefix) {
			all = append(all, u)
		}
	}
	slices.SortFunc(all, func(x, y *upload) int {
		return cmp.Or(strings.Compare(x.object.key, y.object.key), x.begun.Compare(y.begun), strings.Compare(x.id, y.id))
	})
	if i := slices.IndexFunc(all, func(u *upload) bool { return u.id == id && u.object.key == q.after }); i >= 0 {
		all = all[i+1:]
	} else {
		all = slices.DeleteFunc(all, func(u *upload) bool { return u.object.key <= q.after })
	}
	return cutUploads(all, q), nil
}

func cutUploads(all []*upload, q query) uploadPage {
	var p uploadPage
	for _, u := range all {
		folder := q.folded(u.object.key)
		if folder != "" && (folder == p.key && p.id == "" || folder == q.after) {
			continue
		}
		if len(p.uploads)+len(p.prefixes) == q.max {
			p.truncated = q.max > 0
			return p
		}
		if folder != "" {
			p.prefixes = append(p.prefixes, folder)
			p.key, p.id = folder, ""
			continue
		}
		p.uploads = append(p.uploads, u)
		p.key, p.id = u.object.key, u.id
	}
	return p
}

// serveUploads answers ListMultipartUploads.
func (s *Service) serveUploads(r *request) *wire.Error {
	l, err := newLister(r)
	if err != nil {
		return err
	}
	q := query{prefix: r.q.Get("prefix"), delimiter: r.q.Get("delimiter"), after: r.q.Get("key-marker")}
	if q.max, err = readMax("max-uploads", r.q.Get("max-uploads")); err != nil {
		return err
	}
	id := ""
	if q.after != "" { // without it, the other is ignored
		id = r.q.Get("upload-id-marker")
	}
	p, err := s.store.listUploads(r.bucket, q, id)
	if err != nil {
		return err
	}
	l.text("Bucket", r.bucket)
	l.named("KeyMarker", q.after)
	l.text("UploadIdMarker", id)
	if p.truncated {
		l.named("NextKeyMarker", p.key)
		l.text("NextUploadIdMarker", p.id)
	}
	l.maybe("Delimiter", q.delimiter)
	l.named("Prefix", q.prefix)
	l.optional("EncodingType", r.q.Get("encoding-type"))
	l.number("MaxUploads", int64(q.max))
	l.flag("IsTruncated", p.truncated)
	for _, u := range p.uploads {
		l.open("Upload")
		l.named("Key", u.object.key)
		l.text("UploadId", u.id)
		l.owner("Initiator", s.account.ID)
		l.owner("Owner", s.account.ID)
		l.text("StorageClass", u.object.class)
		l.time("Initiated", u.begun)
		if u.chosen {
			l.text("ChecksumAlgorithm", u.algorithm.name)
			l.text("ChecksumType", checksum{composite: u.composite}.kind())
		}
		l.close("Upload")
	}
	l.folders(p.prefixes)
	l.send(r.w, "ListMultipartUploadsResult")
	return nil
}
