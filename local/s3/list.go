package s3

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/local/wire"
)

// A query is what a listing is asked for.
type query struct {
	prefix, delimiter string
	after             string // only what comes behind it
	max               int
}

// A page is what a listing of objects answers.
type page struct {
	objects  []*version
	prefixes []string
	next     string // what the next page comes after; empty when this is the last one
}

const maxKeys = 1000

// reading runs f with the lock held for reading and the bucket's keys in order.
func (s *store) reading(name string, f func(*bucket)) *wire.Error {
	for {
		s.mu.RLock()
		b := s.buckets[name]
		if b == nil || b.keys.settled() {
			if b != nil {
				f(b)
			}
			s.mu.RUnlock()
			if b == nil {
				return noBucket(name)
			}
			return nil
		}
		s.mu.RUnlock()
		s.mu.Lock()
		b.keys.settle(func(key string) bool { return b.objects[key] != nil })
		s.mu.Unlock()
	}
}

// list gives the current objects in the order of their keys' bytes.
func (s *store) list(name string, q query) (page, *wire.Error) {
	var p page
	err := s.reading(name, func(b *bucket) {
		if q.max == 0 {
			return
		}
		b.walk(q, func(key string) bool { return b.current(key) != nil }, func(key, folder string) bool {
			if len(p.objects)+len(p.prefixes) == q.max {
				p.next = p.lastItem()
				return false
			}
			if folder != "" {
				p.prefixes = append(p.prefixes, folder)
			} else {
				p.objects = append(p.objects, b.current(key))
			}
			return true
		})
	})
	return p, err
}

// walk visits keys in order, and in the place of those with a common prefix that prefix, once; until visit gives
// false. It skips keys that are not shown. What is below a prefix costs nothing.
func (b *bucket) walk(q query, shown func(key string) bool, visit func(key, folder string) bool) {
	keys := b.keys.sorted
	i, _ := slices.BinarySearch(keys, max(q.prefix, q.after))
	for i < len(keys) && strings.HasPrefix(keys[i], q.prefix) {
		key := keys[i]
		folder := q.folded(key)
		switch {
		case folder != "" && folder == q.after: // it ended the page before
			i = b.keys.behind(folder, i)
			continue
		case key <= q.after || !shown(key):
			i++
			continue
		case !visit(key, folder):
			return
		}
		if i++; folder != "" {
			i = b.keys.behind(folder, i)
		}
	}
}

// folded is the common prefix that stands for a key, or "".
func (q query) folded(key string) string {
	if q.delimiter == "" || !strings.HasPrefix(key, q.prefix) {
		return ""
	}
	i := strings.Index(key[len(q.prefix):], q.delimiter)
	if i < 0 {
		return ""
	}
	return key[:len(q.prefix)+i+len(q.delimiter)]
}

func (p page) lastItem() string {
	last := ""
	if n := len(p.objects); n > 0 {
		last = p.objects[n-1].key
	}
	if n := len(p.prefixes); n > 0 {
		last = max(last, p.prefixes[n-1])
	}
	return last
}

// token hides where the next page begins, as S3 does.
func token(after string) string { return base64.URLEncoding.EncodeToString([]byte(after)) }

func readToken(t string) (string, *wire.Error) {
	b, err := base64.URLEncoding.DecodeString(t)
	if err != nil {
		return "", badArgument("continuation-token", t, "The continuation token provided is incorrect")
	}
	return string(b), nil
}

// readMax reads how many items a page may have; name is the parameter.
func readMax(name, v string) (int, *wire.Error) {
	if v == "" {
		return maxKeys, nil
	}
	n, err := strconv.ParseInt(v, 10, 32)
	if err != nil || n < 0 {
		return 0, badArgument(name, v, "Argument "+name+" must be an integer between 0 and 2147483647")
	}
	return min(int(n), maxKeys), nil
}

// A lister reads what listings have in common.
type lister struct {
	document
	encode func(string) string // of keys and prefixes
}

func newLister(r *request) (*lister, *wire.Error) {
	switch e := r.q.Get("encoding-type"); e {
	case "":
		return &lister{encode: func(s string) string { return s }}, nil
	case "url":
		return &lister{encode: escapeKey}, nil
	default:
		return nil, badArgument("encoding-type", e, "Invalid Encoding Method specified in Request")
	}
}

// escapeKey writes a key as S3 does for encoding-type url: as in a form, but with slashes.
func escapeKey(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(url.QueryEscape(s), "%2F", "/"), "%2A", "*")
}

// named writes an element with a key or a prefix.
func (l *lister) named(name, s string) { l.text(name, l.encode(s)) }

func (l *lister) maybe(name, s string) { l.optional(name, l.encode(s)) }

// readQuery reads what all listings of objects are asked for.
func readQuery(r *request) (query, *lister, *wire.Error) {
	n, err := readMax("max-keys", r.q.Get("max-keys"))
	if err != nil {
		return query{}, nil, err
	}
	l, err := newLister(r)
	return query{prefix: r.q.Get("prefix"), delimiter: r.q.Get("delimiter"), max: n}, l, err
}

// serveList answers ListObjectsV2.
func (s *Service) serveList(r *request) *wire.Error {
	if t := r.q.Get("list-type"); t != "2" {
		return badArgument("list-type", t, "Invalid list-type value: it must be 2")
	}
	q, l, err := readQuery(r)
	if err != nil {
		return err
	}
	q.after = r.q.Get("start-after")
	if r.q.Has("continuation-token") {
		if q.after, err = readToken(r.q.Get("continuation-token")); err != nil {
			return err
		}
		if q.after == "" {
			return badArgument("continuation-token", "", "The continuation token provided is incorrect")
		}
	}
	p, err := s.store.list(r.bucket, q)
	if err != nil {
		return err
	}
	l.text("Name", r.bucket)
	l.named("Prefix", q.prefix)
	l.maybe("Delimiter", q.delimiter)
	l.maybe("StartAfter", r.q.Get("start-after"))
	l.optional("EncodingType", r.q.Get("encoding-type"))
	l.optional("ContinuationToken", r.q.Get("continuation-token"))
	l.number("MaxKeys", int64(q.max))
	l.number("KeyCount", int64(len(p.objects)+len(p.prefixes)))
	l.flag("IsTruncated", p.next != "")
	if p.next != "" {
		l.text("NextContinuationToken", token(p.next))
	}
	owner := ""
	if r.q.Get("fetch-owner") == "true" {
		owner = s.account.ID
	}
	l.page(p, owner)
	l.send(r.w, "ListBucketResult")
	return nil
}

// serveListV1 answers the first version of ListObjects.
func (s *Service) serveListV1(r *request) *wire.Error {
	q, l, err := readQuery(r)
	if err != nil {
		return err
	}
	q.after = r.q.Get("marker")
	p, err := s.store.list(r.bucket, q)
	if err != nil {
		return err
	}
	l.text("Name", r.bucket)
	l.named("Prefix", q.prefix)
	l.named("Marker", q.after)
	l.maybe("Delimiter", q.delimiter)
	l.optional("EncodingType", r.q.Get("encoding-type"))
	l.number("MaxKeys", int64(q.max))
	l.flag("IsTruncated", p.next != "")
	if q.delimiter != "" { // else it is the last key
		l.maybe("NextMarker", p.next)
	}
	l.page(p, s.account.ID)
	l.send(r.w, "ListBucketResult")
	return nil
}

// page writes objects and common prefixes.
func (l *lister) page(p page, owner string) {
	for _, v := range p.objects {
		l.open("Contents")
		l.named("Key", v.key)
		l.object(v)
		if owner != "" {
			l.owner("Owner", owner)
		}
		l.close("Contents")
	}
	l.folders(p.prefixes)
}

// object writes what all listings say of a version with content.
func (l *lister) object(v *version) {
	l.time("LastModified", v.modified)
	l.text("ETag", quote(v.etag))
	l.text("ChecksumAlgorithm", v.checksum.name)
	l.text("ChecksumType", v.checksum.kind())
	l.number("Size", v.body.size)
	l.text("StorageClass", v.class)
}

func (l *lister) folders(prefixes []string) {
	for _, prefix := range prefixes {
		l.open("CommonPrefixes")
		l.named("Prefix", prefix)
		l.close("CommonPrefixes")
	}
}
