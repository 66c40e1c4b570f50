package s3

import (
	"slices"

	"github.com/stepwright/stepwright/local/wire"
)

// A versionPage is what ListObjectVersions answers.
type versionPage struct {
	versions  []listed
	prefixes  []string
	truncated bool
	key, id   string // the last item: a key with a version, or a prefix
}

// A listed version is one with its place among those of its key.
type listed struct {
	*version
	latest bool
}

// versions gives all versions and delete markers: by key, the newest first. With an id, the page begins behind that
// version of the key q.after, and else behind all of that key.
func (s *store) versions(name string, q query, id string) (versionPage, *wire.Error) {
	var p versionPage
	err := s.reading(name, func(b *bucket) {
		if q.max == 0 {
			return
		}
		if id != "" && !p.add(b, q.after, id, q.max) {
			return
		}
		b.walk(q, func(key string) bool { return b.objects[key] != nil }, func(key, folder string) bool {
			if folder == "" {
				return p.add(b, key, "", q.max)
			}
			if p.full(q.max) {
				return false
			}
			p.prefixes = append(p.prefixes, folder)
			p.key, p.id = folder, ""
			return true
		})
	})
	return p, err
}

func (p *versionPage) full(limit int) bool {
	p.truncated = len(p.versions)+len(p.prefixes) == limit
	return p.truncated
}

// add takes in the versions of a key, or those older than one of them, until the page is full.
func (p *versionPage) add(b *bucket, key, behind string, limit int) bool {
	all := b.objects[key]
	seen := behind == "" || !slices.ContainsFunc(all, func(v *version) bool { return v.id == behind })
	for i, v := range slices.Backward(all) {
		if !seen {
			seen = v.id == behind
			continue
		}
		if p.full(limit) {
			return false
		}
		p.versions = append(p.versions, listed{v, i == len(all)-1})
		p.key, p.id = key, v.id
	}
	return true
}

// serveVersions answers ListObjectVersions.
func (s *Service) serveVersions(r *request) *wire.Error {
	q, l, err := readQuery(r)
	if err != nil {
		return err
	}
	q.after = r.q.Get("key-marker")
	id := r.q.Get("version-id-marker")
	switch {
	case id != "" && q.after == "":
		return badArgument("version-id-marker", id, "A version-id marker cannot be specified without a key marker.")
	case r.q.Has("version-id-marker") && id == "":
		return badArgument("version-id-marker", id, "A version-id marker cannot be empty.")
	case id != "" && !versionID(id):
		return badVersionID(id)
	}
	p, err := s.store.versions(r.bucket, q, id)
	if err != nil {
		return err
	}
	l.text("Name", r.bucket)
	l.named("Prefix", q.prefix)
	l.named("KeyMarker", q.after)
	l.text("VersionIdMarker", id)
	if p.truncated {
		l.named("NextKeyMarker", p.key)
		l.optional("NextVersionIdMarker", p.id)
	}
	l.maybe("Delimiter", q.delimiter)
	l.optional("EncodingType", r.q.Get("encoding-type"))
	l.number("MaxKeys", int64(q.max))
	l.flag("IsTruncated", p.truncated)
	for _, v := range p.versions {
		l.version(v, s.account.ID)
	}
	l.folders(p.prefixes)
	l.send(r.w, "ListVersionsResult")
	return nil
}

func (l *lister) version(v listed, account string) {
	name := "Version"
	if v.marker {
		name = "DeleteMarker"
	}
	l.open(name)
	l.named("Key", v.key)
	l.text("VersionId", v.id)
	l.flag("IsLatest", v.latest)
	if v.marker {
		l.time("LastModified", v.modified)
	} else {
		l.object(v.version)
	}
	l.owner("Owner", account)
	l.close(name)
}
