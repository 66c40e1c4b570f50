package s3

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/johannesboyne/gofakes3"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/wire"
)

// A backend is our store in the shape that gofakes3 asks for.
type backend struct{ s *Service }

var (
	_ gofakes3.Backend          = (*backend)(nil)
	_ gofakes3.VersionedBackend = (*backend)(nil)
	_ gofakes3.MultipartBackend = (*backend)(nil)
)

// timeSource is our clock in the shape that gofakes3 asks for.
type timeSource struct{ clock clock.Clock }

func (t timeSource) Now() time.Time                     { return t.clock.Now() }
func (t timeSource) Since(then time.Time) time.Duration { return t.clock.Now().Sub(then) }
func contentTime(t time.Time) gofakes3.ContentTime      { return gofakes3.NewContentTime(t) }
func (b *backend) ForceDeleteBucket(name string) error {
	return theirs(b.s.store.deleteBucket(name, true))
}

func (b *backend) DeleteBucket(name string) error { return theirs(b.s.store.deleteBucket(name, false)) }

func (b *backend) CreateBucket(name string) error {
	return theirs(b.s.store.createBucket(name, config{}))
}

func (b *backend) BucketExists(name string) (bool, error) {
	_, err := b.s.store.config(name)
	return err == nil, nil
}

// theirs turns an error of ours into one that gofakes3 writes as it is.
func theirs(err *wire.Error) error {
	if err == nil {
		return nil
	}
	return &gofakes3.ErrorResponse{Code: gofakes3.ErrorCode(err.Code), Message: err.Message}
}

func (b *backend) ListBuckets() ([]gofakes3.BucketInfo, error) {
	st := b.s.store
	st.mu.RLock()
	defer st.mu.RUnlock()
	var out []gofakes3.BucketInfo
	for name, k := range st.buckets {
		out = append(out, gofakes3.BucketInfo{Name: name, CreationDate: contentTime(k.created)})
	}
	slices.SortFunc(out, func(x, y gofakes3.BucketInfo) int { return strings.Compare(x.Name, y.Name) })
	return out, nil
}

// ListBucket serves the first version of ListObjects.
func (b *backend) ListBucket(name string, prefix *gofakes3.Prefix, at gofakes3.ListBucketPage) (*gofakes3.ObjectList, error) {
	q := query{after: at.Marker, max: maxKeys}
	if prefix != nil {
		q.prefix, q.delimiter = prefix.Prefix, prefix.Delimiter
	}
	if at.MaxKeys > 0 {
		q.max = int(at.MaxKeys)
	}
	p, err := b.s.store.list(name, q)
	if err != nil {
		return nil, theirs(err)
	}
	out := gofakes3.NewObjectList()
	for _, v := range p.objects {
		out.Add(&gofakes3.Content{Key: v.key, LastModified: contentTime(v.modified), ETag: quote(v.etag), Size: int64(len(v.body)), StorageClass: gofakes3.StorageStandard})
	}
	for _, folder := range p.prefixes {
		out.AddPrefix(folder)
	}
	out.NextMarker, out.IsTruncated = p.next, p.next != ""
	return out, nil
}

func (b *backend) VersioningConfiguration(name string) (gofakes3.VersioningConfiguration, error) {
	c, err := b.s.store.config(name)
	return gofakes3.VersioningConfiguration{Status: gofakes3.VersioningStatus(c.versioning)}, theirs(err)
}

func (b *backend) SetVersioningConfiguration(name string, v gofakes3.VersioningConfiguration) error {
	if v.Status != versioned && v.Status != suspended {
		return gofakes3.ErrIllegalVersioningConfiguration
	}
	return theirs(b.s.store.configure(name, func(c *config) { c.versioning = string(v.Status) }))
}

func (b *backend) ListBucketVersions(name string, prefix *gofakes3.Prefix, at *gofakes3.ListBucketVersionsPage) (*gofakes3.ListBucketVersionsResult, error) {
	out := gofakes3.NewListBucketVersionsResult(name, prefix, at)
	st := b.s.store
	st.mu.RLock()
	defer st.mu.RUnlock()
	k := st.buckets[name]
	if k == nil {
		return nil, theirs(noBucket(name))
	}
	limit, started := maxKeys, at == nil || at.KeyMarker == ""
	if at != nil && at.MaxKeys > 0 {
		limit = int(at.MaxKeys)
	}
	for _, key := range k.keys {
		if prefix != nil && !strings.HasPrefix(key, prefix.Prefix) || !started && key < at.KeyMarker {
			continue
		}
		for i, v := range slices.Backward(k.objects[key]) {
			if !started {
				started = key > at.KeyMarker || string(at.VersionIDMarker) == v.id
				if key == at.KeyMarker {
					continue
				}
			}
			if len(out.Versions) == limit {
				out.IsTruncated = true
				return out, nil
			}
			out.Versions = append(out.Versions, v.item(i == len(k.objects[key])-1))
			out.NextKeyMarker, out.NextVersionIDMarker = v.key, gofakes3.VersionID(v.id)
		}
	}
	out.NextKeyMarker, out.NextVersionIDMarker = "", ""
	return out, nil
}

// item is a version as gofakes3 lists it.
func (v *version) item(latest bool) gofakes3.VersionItem {
	if v.marker {
		return &gofakes3.DeleteMarker{Key: v.key, VersionID: gofakes3.VersionID(v.id), IsLatest: latest, LastModified: contentTime(v.modified)}
	}
	return &gofakes3.Version{
		Key: v.key, VersionID: gofakes3.VersionID(v.id), IsLatest: latest, LastModified: contentTime(v.modified), Size: int64(len(v.body)),
		ETag: quote(v.etag), StorageClass: gofakes3.StorageStandard,
	}
}

func (b *backend) DeleteMulti(name string, keys ...string) (gofakes3.MultiDeleteResult, error) {
	ids := make([]gofakes3.ObjectID, len(keys))
	for i, key := range keys {
		ids[i] = gofakes3.ObjectID{Key: key}
	}
	return b.DeleteMultiVersions(name, ids...)
}

func (b *backend) DeleteMultiVersions(name string, objects ...gofakes3.ObjectID) (gofakes3.MultiDeleteResult, error) {
	var out gofakes3.MultiDeleteResult
	for _, o := range objects {
		d, c, err := b.s.store.remove(name, o.Key, o.VersionID)
		if err != nil {
			return out, theirs(err)
		}
		b.s.deleted(context.Background(), name, c, d)
		out.Deleted = append(out.Deleted, o)
	}
	return out, nil
}

func (b *backend) DeleteObject(name, key string) (gofakes3.ObjectDeleteResult, error) {
	return b.DeleteObjectVersion(name, key, "")
}

func (b *backend) DeleteObjectVersion(name, key string, id gofakes3.VersionID) (gofakes3.ObjectDeleteResult, error) {
	d, c, err := b.s.store.remove(name, key, string(id))
	if err != nil {
		return gofakes3.ObjectDeleteResult{}, theirs(err)
	}
	b.s.deleted(context.Background(), name, c, d)
	out := gofakes3.ObjectDeleteResult{IsDeleteMarker: d.marker}
	if d.version != nil {
		out.VersionID = gofakes3.VersionID(d.version.shown(c))
	}
	return out, nil
}

func (b *backend) GetObject(name, key string, r *gofakes3.ObjectRangeRequest) (*gofakes3.Object, error) {
	return b.GetObjectVersion(name, key, "", r)
}

func (b *backend) HeadObject(name, key string) (*gofakes3.Object, error) {
	return b.GetObjectVersion(name, key, "", nil)
}

func (b *backend) HeadObjectVersion(name, key string, id gofakes3.VersionID) (*gofakes3.Object, error) {
	return b.GetObjectVersion(name, key, id, nil)
}

func (b *backend) GetObjectVersion(name, key string, id gofakes3.VersionID, r *gofakes3.ObjectRangeRequest) (*gofakes3.Object, error) {
	c, err := b.s.store.config(name)
	if err != nil {
		return nil, theirs(err)
	}
	v, err := b.s.store.readable(name, key, string(id))
	if err != nil {
		return nil, theirs(err)
	}
	part, failure := r.Range(int64(len(v.body)))
	if failure != nil {
		return nil, failure
	}
	body := string(v.body)
	if part != nil {
		body = body[part.Start : part.Start+part.Length]
	}
	hash, failure := hex.DecodeString(v.etag)
	if failure != nil {
		hash = nil // of several parts
	}
	return &gofakes3.Object{
		Name: key, Metadata: v.headers, Size: int64(len(v.body)), Hash: hash, Range: part, VersionID: gofakes3.VersionID(v.shown(c)),
		Contents: io.NopCloser(strings.NewReader(body)),
	}, nil
}

// PutObject serves uploads by browser forms; all others are ours.
func (b *backend) PutObject(name, key string, meta map[string]string, in io.Reader, _ int64, _ *gofakes3.PutConditions) (gofakes3.PutObjectResult, error) {
	body, failure := io.ReadAll(in)
	if failure != nil {
		return gofakes3.PutObjectResult{}, asTheirs(failure)
	}
	sum, err := check(nil, body)
	if err != nil {
		return gofakes3.PutObjectResult{}, theirs(err)
	}
	v := &version{key: key, body: body, headers: keptMeta(meta), checksum: sum}
	c, err := b.s.store.put(name, v, func(*version) *wire.Error { return nil })
	if err != nil {
		return gofakes3.PutObjectResult{}, theirs(err)
	}
	b.s.created(context.Background(), name, c, v, "POST Object")
	return gofakes3.PutObjectResult{VersionID: gofakes3.VersionID(v.shown(c))}, nil
}

func asTheirs(err error) error {
	if e, ok := errors.AsType[*wire.Error](err); ok {
		return theirs(e)
	}
	return err
}

// keptMeta takes what belongs to the object out of the headers that gofakes3 hands over.
func keptMeta(meta map[string]string) map[string]string {
	h := map[string][]string{}
	for name, v := range meta {
		h[name] = []string{v}
	}
	return storedHeaders(h)
}

func (b *backend) CopyObject(fromBucket, fromKey, bucket, key string, meta map[string]string) (gofakes3.CopyObjectResult, error) {
	v, _, err := b.s.copyObject(context.Background(), source{bucket: fromBucket, key: fromKey}, bucket, key, keptMeta(meta))
	if err != nil {
		return gofakes3.CopyObjectResult{}, theirs(err)
	}
	return gofakes3.CopyObjectResult{ETag: quote(v.etag), LastModified: contentTime(v.modified)}, nil
}
