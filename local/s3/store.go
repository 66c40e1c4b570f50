package s3

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/wire"
)

// A store holds all buckets. A version is never written to once it is stored, so readers need no lock after they
// found it.
type store struct {
	clock clock.Clock

	mu      sync.RWMutex
	buckets map[string]*bucket
	last    int64 // of the sequencers
}

type bucket struct {
	name    string
	created time.Time
	config  config
	objects map[string][]*version // oldest first; never empty
	keys    index                 // of objects
	uploads map[string]*upload
}

// A version is one content of an object, or a delete marker.
type version struct {
	key       string
	id        string // "null" for what was stored without versioning
	body      content
	etag      string // without quotes
	headers   map[string]string
	class     string // the storage class
	checksum  checksum
	parts     []part // of an object that arrived in parts; without their contents
	tags      []tag
	restored  restoration
	modified  time.Time
	marker    bool
	sequencer string
}

func newStore(c clock.Clock) *store {
	return &store{clock: c, buckets: map[string]*bucket{}}
}

const (
	maxKey      = 1024
	versioned   = "Enabled"
	suspended   = "Suspended"
	nullVersion = "null"
)

// createBucket makes a bucket; it fails for a bad name and for one that is taken.
func (s *store) createBucket(name string, c config) *wire.Error {
	if why := badBucketName(name); why != "" {
		return fail(http.StatusBadRequest, "InvalidBucketName", "The specified bucket is not valid: "+why, "BucketName", name)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.buckets[name] != nil {
		return fail(http.StatusConflict, "BucketAlreadyOwnedByYou", "Your previous request to create the named bucket succeeded and you already own it.", "BucketName", name)
	}
	s.buckets[name] = &bucket{name: name, created: s.now(), config: c, objects: map[string][]*version{}, uploads: map[string]*upload{}}
	return nil
}

// now is the machine's time; S3 knows seconds only.
func (s *store) now() time.Time { return s.clock.Now().Truncate(time.Second) }

// deleteBucket removes a bucket; unless forced, only an empty one.
func (s *store) deleteBucket(name string, force bool) *wire.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.buckets[name]
	switch {
	case b == nil:
		return noBucket(name)
	case len(b.objects) > 0 && !force && b.config.versioning != "":
		return fail(http.StatusConflict, "BucketNotEmpty", "The bucket you tried to delete is not empty. You must delete all versions in the bucket.", "BucketName", name)
	case len(b.objects) > 0 && !force:
		return fail(http.StatusConflict, "BucketNotEmpty", "The bucket you tried to delete is not empty", "BucketName", name)
	}
	delete(s.buckets, name)
	return nil
}

// config gives a bucket's configuration.
func (s *store) config(name string) (config, *wire.Error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	b := s.buckets[name]
	if b == nil {
		return config{}, noBucket(name)
	}
	return b.config, nil
}

// configure changes a bucket's configuration. What change gives in place of maps and slices must be new: readers
// have the old ones.
func (s *store) configure(name string, change func(*config)) *wire.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.buckets[name]
	if b == nil {
		return noBucket(name)
	}
	change(&b.config)
	return nil
}

// find gives a version of an object: the newest if id is empty. Delete markers are given as they are.
func (s *store) find(name, key, id string) (*version, config, *wire.Error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	b := s.buckets[name]
	if b == nil {
		return nil, config{}, noBucket(name)
	}
	v, err := b.find(key, id)
	return v, b.config, err
}

func (b *bucket) find(key, id string) (*version, *wire.Error) {
	all := b.objects[key]
	switch {
	case id == "" && len(all) > 0:
		return all[len(all)-1], nil
	case id == "":
		return nil, noKey(key)
	case !versionID(id):
		return nil, badVersionID(id)
	}
	for _, v := range all {
		if v.id == id {
			return v, nil
		}
	}
	return nil, noVersion(key, id)
}

// readable gives a version that has content. A delete marker is a missing key, or cannot be read if asked for.
func (s *store) readable(name, key, id string) (*version, config, *wire.Error) {
	v, c, err := s.find(name, key, id)
	if err != nil || !v.marker {
		return v, c, err
	}
	if id != "" {
		return v, c, fail(http.StatusMethodNotAllowed, "MethodNotAllowed", "The specified method is not allowed against this resource.", "ResourceType", "DeleteMarker")
	}
	return v, c, noKey(key)
}

// goodKey checks what a new object is to be called.
func goodKey(key string) *wire.Error {
	switch {
	case len(key) > maxKey:
		return fail(http.StatusBadRequest, "KeyTooLongError", "Your key is too long", "Size", fmt.Sprint(len(key)), "MaxSizeAllowed", fmt.Sprint(maxKey))
	case !utf8.ValidString(key):
		return wire.Errorf("InvalidURI", "Couldn't parse the specified URI: the key is not UTF-8")
	}
	return nil
}

// put stores a version, after check has agreed to what is there before, which is nil for nothing.
func (s *store) put(name string, v *version, check func(old *version) *wire.Error) (config, *wire.Error) {
	if err := goodKey(v.key); err != nil {
		return config{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.buckets[name]
	if b == nil {
		return config{}, noBucket(name)
	}
	if err := check(b.current(v.key)); err != nil {
		return config{}, err
	}
	s.stamp(b, v)
	b.add(v)
	return b.config, nil
}

// modify puts a changed copy of a version in its place.
func (s *store) modify(name, key, id string, change func(*version) *wire.Error) (*version, config, *wire.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.buckets[name]
	if b == nil {
		return nil, config{}, noBucket(name)
	}
	old, err := b.find(key, id)
	switch {
	case err != nil:
		return nil, b.config, err
	case old.marker && id == "":
		return nil, b.config, noKey(key)
	case old.marker:
		return nil, b.config, notAllowed("")
	}
	v := new(*old)
	if err := change(v); err != nil {
		return nil, b.config, err
	}
	v.sequencer = s.sequencer()
	all := slices.Clone(b.objects[key])
	all[slices.Index(all, old)] = v
	b.objects[key] = all
	return v, b.config, nil
}

// stamp gives a version its id, time and sequencer.
func (s *store) stamp(b *bucket, v *version) {
	v.modified = s.now()
	v.sequencer = s.sequencer()
	v.id = nullVersion
	if b.config.versioning == versioned {
		v.id = newVersionID()
	}
}

// sequencer gives a number that is greater than all before, as 18 hexadecimal digits. It must be called with the
// lock held.
func (s *store) sequencer() string {
	s.last = max(s.last+1, s.clock.Now().UnixMicro())
	return fmt.Sprintf("%018X", s.last)
}

// current is the newest version that is not deleted, or nil.
func (b *bucket) current(key string) *version {
	all := b.objects[key]
	if len(all) == 0 || all[len(all)-1].marker {
		return nil
	}
	return all[len(all)-1]
}

// add makes v the newest version. It replaces the one of its id, which without versioning is the only one.
func (b *bucket) add(v *version) {
	old, found := b.objects[v.key]
	if !found {
		b.keys.add(v.key)
	}
	kept := slices.DeleteFunc(slices.Clone(old), func(o *version) bool { return o.id == v.id })
	b.objects[v.key] = append(kept, v)
}

// remove takes one version away.
func (b *bucket) remove(key, id string) *version {
	all := b.objects[key]
	i := slices.IndexFunc(all, func(v *version) bool { return v.id == id })
	if i < 0 {
		return nil
	}
	gone := all[i]
	if len(all) > 1 {
		b.objects[key] = slices.Delete(slices.Clone(all), i, i+1)
		return gone
	}
	delete(b.objects, key)
	b.keys.remove()
	return gone
}

// A deletion is what became of an object that was to be deleted.
type deletion struct {
	version   *version // the marker that was made, or the version that went; nil if there was none
	sequencer string
	marker    bool // a marker was made or removed
	permanent bool // a version went for good
}

// remove deletes an object. In a bucket with versioning and without id it makes a delete marker instead. A key that
// is not there is not an error. With a match, the current version must have that ETag, or be there at all for "*".
func (s *store) remove(name, key, id, match string) (deletion, config, *wire.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.buckets[name]
	switch {
	case b == nil:
		return deletion{}, config{}, noBucket(name)
	case id != "" && !versionID(id):
		return deletion{}, config{}, badVersionID(id)
	}
	if err := mayReplace(http.Header{"If-Match": {match}}, b.current(key)); match != "" && err != nil {
		return deletion{}, config{}, err
	}
	if id == "" && b.config.versioning != "" {
		marker := &version{key: key, marker: true}
		if err := goodKey(key); err != nil {
			return deletion{}, config{}, err
		}
		s.stamp(b, marker)
		b.add(marker)
		return deletion{version: marker, sequencer: marker.sequencer, marker: true}, b.config, nil
	}
	if id == "" {
		id = nullVersion
	}
	d := deletion{version: b.remove(key, id), permanent: true}
	if d.version != nil {
		d.marker = d.version.marker
		d.sequencer = s.sequencer()
	}
	return d, b.config, nil
}

// newVersionID gives an id of the kind that S3's are: 32 letters and digits.
func newVersionID() string { return strings.ReplaceAll(wire.NewID(), "-", "") }

// versionID tells whether a text may be the id of a version at all.
func versionID(id string) bool {
	return id == nullVersion || len(id) == 32 && strings.Trim(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == ""
}

func badVersionID(id string) *wire.Error {
	return badArgument("versionId", id, "Invalid version id specified")
}

// shown is the version's id as answers carry it: not at all in a bucket that never had versioning.
func (v *version) shown(c config) string {
	if c.versioning == "" {
		return ""
	}
	return v.id
}
