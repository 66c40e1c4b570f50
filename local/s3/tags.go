package s3

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/stepwright/stepwright/local/wire"
)

// A tag is one of an object or of a bucket.
type tag struct {
	Key   string `xml:"Key"`
	Value string `xml:"Value"`
}

const (
	maxTags       = 10 // of an object
	maxBucketTags = 50
)

// checkTags checks what tags are to be kept.
func checkTags(tags []tag, limit int) *wire.Error {
	switch {
	case len(tags) > limit && limit == maxTags:
		return wire.Errorf("BadRequest", "Object tags cannot be greater than 10")
	case len(tags) > limit:
		return wire.Errorf("BadRequest", "Bucket tag count cannot be greater than 50")
	}
	seen := map[string]bool{}
	for _, t := range tags {
		switch {
		case t.Key == "" || utf8.RuneCountInString(t.Key) > 128 || strings.ContainsFunc(t.Key, notInTags):
			return fail(http.StatusBadRequest, "InvalidTag", "The TagKey you have provided is invalid", "TagKey", t.Key)
		case utf8.RuneCountInString(t.Value) > 256 || strings.ContainsFunc(t.Value, notInTags):
			return fail(http.StatusBadRequest, "InvalidTag", "The TagValue you have provided is invalid", "TagKey", t.Key, "TagValue", t.Value)
		case strings.HasPrefix(t.Key, "aws:"):
			return fail(http.StatusBadRequest, "InvalidTag", "System tags cannot be added/updated by requester", "TagKey", t.Key)
		case seen[t.Key]:
			return fail(http.StatusBadRequest, "InvalidTag", "Cannot provide multiple Tags with the same key", "TagKey", t.Key)
		}
		seen[t.Key] = true
	}
	return nil
}

// notInTags tells which characters keys and values of tags cannot have.
func notInTags(c rune) bool {
	return !unicode.IsLetter(c) && !unicode.IsNumber(c) && !unicode.IsMark(c) && !unicode.Is(unicode.Zs, c) && !strings.ContainsRune("_.:/=+-@", c)
}

// tagsOfHeader reads the header x-amz-tagging, which is written as a query is.
func tagsOfHeader(h string) ([]tag, *wire.Error) {
	if h == "" {
		return nil, nil
	}
	var tags []tag
	for pair := range strings.SplitSeq(h, "&") {
		k, v, _ := strings.Cut(pair, "=")
		key, keyErr := url.QueryUnescape(k)
		val, valErr := url.QueryUnescape(v)
		if keyErr != nil || valErr != nil || key == "" {
			return nil, badArgument("x-amz-tagging", h, "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.")
		}
		if slices.ContainsFunc(tags, func(t tag) bool { return t.Key == key }) {
			return nil, badArgument("x-amz-tagging", h, "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.")
		}
		tags = append(tags, tag{key, val})
	}
	return tags, checkTags(tags, maxTags)
}

// readTags reads a body of tags.
func readTags(r *request, limit int) ([]tag, *wire.Error) {
	var in struct {
		Set *struct {
			Tags []tag `xml:"Tag"`
		} `xml:"TagSet"`
	}
	if err := readXML(r, "Tagging", &in); err != nil {
		return nil, err
	}
	if in.Set == nil {
		return nil, wire.Errorf("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema: TagSet is missing")
	}
	return in.Set.Tags, checkTags(in.Set.Tags, limit)
}

func writeTags(r *request, tags []tag) {
	var d document
	d.open("TagSet")
	for _, t := range tags {
		d.open("Tag")
		d.text("Key", t.Key)
		d.text("Value", t.Value)
		d.close("Tag")
	}
	d.close("TagSet")
	d.send(r.w, "Tagging")
}

func (s *Service) serveTags(r *request) *wire.Error {
	v, c, err := s.store.readable(r.bucket, r.key, r.q.Get("versionId"))
	if err != nil {
		return err
	}
	setUnlessEmpty(r.w.Header(), "X-Amz-Version-Id", v.shown(c))
	writeTags(r, v.tags)
	return nil
}

func (s *Service) serveSetTags(r *request) *wire.Error {
	tags, err := readTags(r, maxTags)
	if err != nil {
		return err
	}
	v, c, err := s.store.modify(r.bucket, r.key, r.q.Get("versionId"), func(v *version) *wire.Error {
		v.tags = tags
		return nil
	})
	if err != nil {
		return err
	}
	setUnlessEmpty(r.w.Header(), "X-Amz-Version-Id", v.shown(c))
	s.happened(r.Context(), r.bucket, c, v, tagsAdded)
	return nil
}

func (s *Service) serveDeleteTags(r *request) *wire.Error {
	v, c, err := s.store.modify(r.bucket, r.key, r.q.Get("versionId"), func(v *version) *wire.Error {
		v.tags = nil
		return nil
	})
	if err != nil {
		return err
	}
	setUnlessEmpty(r.w.Header(), "X-Amz-Version-Id", v.shown(c))
	r.w.WriteHeader(http.StatusNoContent)
	s.happened(r.Context(), r.bucket, c, v, tagsDeleted)
	return nil
}

func (s *Service) serveBucketTags(r *request) *wire.Error {
	c, err := s.store.config(r.bucket)
	if err != nil {
		return err
	}
	if len(c.tags) == 0 {
		return fail(http.StatusNotFound, "NoSuchTagSet", "The TagSet does not exist", "BucketName", r.bucket)
	}
	writeTags(r, c.tags)
	return nil
}

func (s *Service) serveSetBucketTags(r *request) *wire.Error {
	tags, err := readTags(r, maxBucketTags)
	if err != nil {
		return err
	}
	return s.setBucketTags(r, tags)
}

func (s *Service) serveDeleteBucketTags(r *request) *wire.Error { return s.setBucketTags(r, nil) }

func (s *Service) setBucketTags(r *request, tags []tag) *wire.Error {
	err := s.store.configure(r.bucket, func(c *config) { c.tags = tags })
	if err == nil {
		r.w.WriteHeader(http.StatusNoContent)
	}
	return err
}
