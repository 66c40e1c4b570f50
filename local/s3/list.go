package s3

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/local/wire"
)

// A query is what ListObjectsV2 is asked for.
type query struct {
	prefix, delimiter string
	after             string // only what comes behind it
	max               int
}

// A page is what ListObjectsV2 answers.
type page struct {
	objects  []*version
	prefixes []string
	next     string // what the next page comes after; empty when this is the last one
}

const maxKeys = 1000

// list gives the current objects in the order of their keys' bytes.
func (s *store) list(name string, q query) (page, *wire.Error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	b := s.buckets[name]
	if b == nil {
		return page{}, noBucket(name)
	}
	var p page
	if q.max == 0 {
		return p, nil
	}
	i, _ := slices.BinarySearch(b.keys, max(q.prefix, q.after))
	last := ""
	for ; i < len(b.keys); i++ {
		key := b.keys[i]
		if !strings.HasPrefix(key, q.prefix) {
			break
		}
		v := b.current(key)
		if v == nil || q.passed(key) {
			continue
		}
		folder := q.folded(key)
		if folder != "" && folder == last {
			continue
		}
		if len(p.objects)+len(p.prefixes) == q.max {
			p.next = p.lastItem()
			break
		}
		if last = folder; folder != "" {
			p.prefixes = append(p.prefixes, folder)
		} else {
			p.objects = append(p.objects, v)
		}
	}
	return p, nil
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

// passed tells whether a key was on an earlier page, by itself or in the folder that the page ended with.
func (q query) passed(key string) bool {
	return key <= q.after || q.after != "" && q.folded(q.after) == q.after && strings.HasPrefix(key, q.after)
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
		return "", wire.Errorf("InvalidArgument", "The continuation token provided is incorrect")
	}
	return string(b), nil
}

func readMax(v string) (int, *wire.Error) {
	if v == "" {
		return maxKeys, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 0 {
		return 0, wire.Errorf("InvalidArgument", "max-keys must be a number from 0, not %q", v)
	}
	return min(n, maxKeys), nil
}

func (s *Service) serveList(w http.ResponseWriter, r *http.Request, bucket string) *wire.Error {
	f := r.URL.Query()
	n, err := readMax(f.Get("max-keys"))
	if err != nil {
		return err
	}
	q := query{prefix: f.Get("prefix"), delimiter: f.Get("delimiter"), after: f.Get("start-after"), max: n}
	if t := f.Get("continuation-token"); t != "" {
		if q.after, err = readToken(t); err != nil {
			return err
		}
	}
	p, err := s.store.list(bucket, q)
	if err != nil {
		return err
	}
	encode := wire.XMLText
	if f.Get("encoding-type") == "url" {
		encode = func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "%2F", "/") }
	}
	writeXML(w, p.xml(bucket, f, q, encode))
	return nil
}

func (p page) xml(bucket string, f url.Values, q query, encode func(string) string) string {
	var b strings.Builder
	element := func(name, text string) {
		if text != "" {
			b.WriteString("<" + name + ">" + text + "</" + name + ">")
		}
	}
	b.WriteString("<ListBucketResult" + xmlns + ">")
	element("Name", bucket)
	b.WriteString("<Prefix>" + encode(q.prefix) + "</Prefix>")
	element("Delimiter", encode(q.delimiter))
	element("StartAfter", encode(f.Get("start-after")))
	element("EncodingType", wire.XMLText(f.Get("encoding-type")))
	element("ContinuationToken", wire.XMLText(f.Get("continuation-token")))
	element("MaxKeys", strconv.Itoa(q.max))
	element("KeyCount", strconv.Itoa(len(p.objects)+len(p.prefixes)))
	element("IsTruncated", strconv.FormatBool(p.next != ""))
	if p.next != "" {
		element("NextContinuationToken", token(p.next))
	}
	for _, v := range p.objects {
		b.WriteString("<Contents>")
		element("Key", encode(v.key))
		element("LastModified", isoTime(v.modified))
		element("ETag", wire.XMLText(quote(v.etag)))
		element("Size", strconv.Itoa(len(v.body)))
		element("StorageClass", "STANDARD")
		b.WriteString("</Contents>")
	}
	for _, prefix := range p.prefixes {
		b.WriteString("<CommonPrefixes><Prefix>" + encode(prefix) + "</Prefix></CommonPrefixes>")
	}
	b.WriteString("</ListBucketResult>")
	return b.String()
}
