package s3

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
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
	keys    []string              // of objects, sorted
	uploads map[string]*upload
}

// A config is what a bucket's owner decides.
type config struct {
	versioning string // "", "Enabled" or "Suspended"
	events     bool   // to EventBridge
	cors       []corsRule
	policy     value.Value
}

// A version is one content of an object, or a delete marker.
type version struct {
	key       string
	id        string // "null" for what was stored without versioning
	body      []byte
	etag      string // without quotes
	headers   map[string]string
	checksum  checksum
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

func noBucket(name string) *wire.Error {
	return &wire.Error{
		Code: "NoSuchBucket", Message: "The specified bucket does not exist", Status: http.StatusNotFound,
		Fields: value.Object(value.M("BucketName", value.String(name))),
	}
}

func noKey(key string) *wire.Error {
	return &wire.Error{
		Code: "NoSuchKey", Message: "The specified key does not exist.", Status: http.StatusNotFound,
		Fields: value.Object(value.M("Key", value.String(key))),
	}
}

// createBucket makes a bucket; it fails for a bad name and for one that is taken.
func (s *store) createBucket(name string, c config) *wire.Error {
	if !validBucketName(name) {
		return wire.Errorf("InvalidBucketName", "The specified bucket is not valid: %q; a name has 3 to 63 lower-case letters, digits, dots and hyphens, and begins and ends with a letter or digit", name)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.buckets[name] != nil {
		return &wire.Error{Code: "BucketAlreadyOwnedByYou", Message: "Your previous request to create the named bucket succeeded and you already own it.", Status: http.StatusConflict}
	}
	s.buckets[name] = &bucket{name: name, created: s.clock.Now(), config: c, objects: map[string][]*version{}, uploads: map[string]*upload{}}
	return nil
}

func validBucketName(name string) bool {
	if len(name) < 3 || len(name) > 63 || strings.Contains(name, "..") {
		return false
	}
	for i, c := range []byte(name) {
		alnum := 'a' <= c && c <= 'z' || '0' <= c && c <= '9'
		if !alnum && (i == 0 || i == len(name)-1 || c != '.' && c != '-') {
			return false
		}
	}
	return true
}

// deleteBucket removes a bucket; unless forced, only an empty one.
func (s *store) deleteBucket(name string, force bool) *wire.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.buckets[name]
	if b == nil {
		return noBucket(name)
	}
	if len(b.objects) > 0 && !force {
		return &wire.Error{Code: "BucketNotEmpty", Message: "The bucket you tried to delete is not empty", Status: http.StatusConflict}
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

// configure changes a bucket's configuration.
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
func (s *store) find(name, key, id string) (*version, *wire.Error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	b := s.buckets[name]
	if b == nil {
		return nil, noBucket(name)
	}
	all := b.objects[key]
	switch {
	case id == "" && len(all) > 0:
		return all[len(all)-1], nil
	case id == "":
		return nil, noKey(key)
	}
	for _, v := range all {
		if v.id == id {
			return v, nil
		}
	}
	return nil, &wire.Error{
		Code: "NoSuchVersion", Message: "The specified version does not exist.", Status: http.StatusNotFound,
		Fields: value.Object(value.M("Key", value.String(key)), value.M("VersionId", value.String(id))),
	}
}

// readable gives a version that has content. A delete marker is a missing key, or cannot be read if asked for.
func (s *store) readable(name, key, id string) (*version, *wire.Error) {
	v, err := s.find(name, key, id)
	if err != nil || !v.marker {
		return v, err
	}
	if id != "" {
		return v, &wire.Error{Code: "MethodNotAllowed", Message: "The specified method is not allowed against this resource.", Status: http.StatusMethodNotAllowed}
	}
	return v, noKey(key)
}

// put stores a version, after check has agreed to what is there before, which is nil for nothing.
func (s *store) put(name string, v *version, check func(old *version) *wire.Error) (config, *wire.Error) {
	if len(v.key) > maxKey {
		return config{}, wire.Errorf("KeyTooLongError", "Your key is too long: %d bytes, at most %d are allowed", len(v.key), maxKey)
	}
	if v.etag == "" && !v.marker {
		sum := md5.Sum(v.body)
		v.etag = hex.EncodeToString(sum[:])
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

// stamp gives a version its id, time and sequencer.
func (s *store) stamp(b *bucket, v *version) {
	v.modified = s.clock.Now()
	v.sequencer = s.sequencer(v.modified)
	v.id = nullVersion
	if b.config.versioning == versioned {
		v.id = newVersionID()
	}
}

// sequencer gives a number that is greater than all before, as 18 hexadecimal digits. It must be called with the
// lock held.
func (s *store) sequencer(now time.Time) string {
	s.last = max(s.last+1, now.UnixMicro())
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
		i, _ := slices.BinarySearch(b.keys, v.key)
		b.keys = slices.Insert(b.keys, i, v.key)
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
	if at, ok := slices.BinarySearch(b.keys, key); ok {
		b.keys = slices.Delete(b.keys, at, at+1)
	}
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
// is not there is not an error.
func (s *store) remove(name, key, id string) (deletion, config, *wire.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.buckets[name]
	if b == nil {
		return deletion{}, config{}, noBucket(name)
	}
	if id == "" && b.config.versioning != "" {
		marker := &version{key: key, marker: true}
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
		d.sequencer = s.sequencer(s.clock.Now())
	}
	return d, b.config, nil
}

// newVersionID gives an id of the kind that S3's are: 32 letters and digits.
func newVersionID() string { return strings.ReplaceAll(wire.NewID(), "-", "") }

// shown is the version's id as answers carry it: not at all in a bucket that never had versioning.
func (v *version) shown(c config) string {
	if c.versioning == "" {
		return ""
	}
	return v.id
}
