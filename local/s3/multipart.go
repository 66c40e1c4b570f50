package s3

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/johannesboyne/gofakes3"

	"github.com/stepwright/stepwright/local/wire"
)

// An upload is an object that arrives in parts.
type upload struct {
	id      string
	key     string
	headers map[string]string
	begun   time.Time
	parts   map[int]part
}

type part struct {
	body     []byte
	etag     string // without quotes
	uploaded time.Time
}

// minPart is the least size of every part but the last.
const minPart = 5 << 20

func noUpload() *wire.Error {
	return &wire.Error{
		Code: "NoSuchUpload", Status: http.StatusNotFound,
		Message: "The specified multipart upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
	}
}

// withUpload runs f with the lock held.
func (s *store) withUpload(name, key, id string, f func(*bucket, *upload) *wire.Error) *wire.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.buckets[name]
	if k == nil {
		return noBucket(name)
	}
	u := k.uploads[id]
	if u == nil || u.key != key {
		return noUpload()
	}
	return f(k, u)
}

func (b *backend) CreateMultipartUpload(name, key string, meta map[string]string) (gofakes3.UploadID, error) {
	st := b.s.store
	st.mu.Lock()
	defer st.mu.Unlock()
	k := st.buckets[name]
	switch {
	case k == nil:
		return "", theirs(noBucket(name))
	case len(key) > maxKey:
		return "", gofakes3.ResourceError(gofakes3.ErrKeyTooLong, key)
	}
	u := &upload{id: newVersionID(), key: key, headers: keptMeta(meta), begun: st.clock.Now(), parts: map[int]part{}}
	k.uploads[u.id] = u
	return gofakes3.UploadID(u.id), nil
}

// putPart stores a part and gives its ETag; an earlier one of its number is replaced.
func (s *store) putPart(name, key, id string, number int, body []byte) (string, *wire.Error) {
	sum := md5.Sum(body)
	p := part{body: body, etag: hex.EncodeToString(sum[:]), uploaded: s.clock.Now()}
	return p.etag, s.withUpload(name, key, id, func(_ *bucket, u *upload) *wire.Error {
		u.parts[number] = p
		return nil
	})
}

// complete makes an object of an upload and ends it.
func (s *store) complete(name, key, id string, list []gofakes3.CompletedPart) (*version, config, *wire.Error) {
	var v *version
	var c config
	err := s.withUpload(name, key, id, func(k *bucket, u *upload) (err *wire.Error) {
		if v, err = u.assemble(list); err != nil {
			return err
		}
		s.stamp(k, v)
		k.add(v)
		delete(k.uploads, id)
		c = k.config
		return nil
	})
	return v, c, err
}

// assemble joins the parts that the client lists.
func (u *upload) assemble(list []gofakes3.CompletedPart) (*version, *wire.Error) {
	if len(list) == 0 {
		return nil, wire.Errorf("MalformedXML", "the list of parts is empty")
	}
	if !slices.IsSortedFunc(list, func(a, b gofakes3.CompletedPart) int { return a.PartNumber - b.PartNumber }) {
		return nil, wire.Errorf("InvalidPartOrder", "The list of parts was not in ascending order.")
	}
	all := md5.New()
	v := &version{key: u.key, headers: u.headers}
	for i, want := range list {
		p, ok := u.parts[want.PartNumber]
		switch {
		case !ok || strings.Trim(want.ETag, `"`) != p.etag:
			return nil, wire.Errorf("InvalidPart", "part %d was not uploaded, or its ETag is another", want.PartNumber)
		case i < len(list)-1 && len(p.body) < minPart:
			return nil, wire.Errorf("EntityTooSmall", "part %d is smaller than 5 MiB, the least for all but the last", want.PartNumber)
		}
		v.body = append(v.body, p.body...)
		raw, _ := hex.DecodeString(p.etag) // we made it
		all.Write(raw)
	}
	v.etag = fmt.Sprintf("%x-%d", all.Sum(nil), len(list))
	v.checksum, _ = check(nil, v.body) // nothing to compare with
	return v, nil
}

func (b *backend) AbortMultipartUpload(name, key string, id gofakes3.UploadID) error {
	return theirs(b.s.store.withUpload(name, key, string(id), func(k *bucket, u *upload) *wire.Error {
		delete(k.uploads, u.id)
		return nil
	}))
}

// UploadPart is asked for by gofakes3's interface; servePart comes before it.
func (b *backend) UploadPart(name, key string, id gofakes3.UploadID, number int, _ int64, in io.Reader) (string, error) {
	body, failure := io.ReadAll(in)
	if failure != nil {
		return "", asTheirs(failure)
	}
	etag, err := b.s.store.putPart(name, key, string(id), number, body)
	return quote(etag), theirs(err)
}

// CompleteMultipartUpload is asked for by gofakes3's interface; serveComplete comes before it.
func (b *backend) CompleteMultipartUpload(name, key string, id gofakes3.UploadID, in *gofakes3.CompleteMultipartUploadRequest) (gofakes3.VersionID, string, error) {
	v, c, err := b.s.store.complete(name, key, string(id), in.Parts)
	if err != nil {
		return "", "", theirs(err)
	}
	b.s.created(context.Background(), name, c, v, "CompleteMultipartUpload")
	return gofakes3.VersionID(v.shown(c)), quote(v.etag), nil
}

func (b *backend) ListMultipartUploads(name string, after *gofakes3.UploadListMarker, prefix gofakes3.Prefix, limit int64) (*gofakes3.ListMultipartUploadsResult, error) {
	st := b.s.store
	st.mu.RLock()
	defer st.mu.RUnlock()
	k := st.buckets[name]
	if k == nil {
		return nil, theirs(noBucket(name))
	}
	all := slices.SortedFunc(maps.Values(k.uploads), func(x, y *upload) int { return strings.Compare(x.key+"\x00"+x.id, y.key+"\x00"+y.id) })
	out := &gofakes3.ListMultipartUploadsResult{Bucket: name, Prefix: prefix.Prefix, MaxUploads: limit}
	for _, u := range all {
		if !strings.HasPrefix(u.key, prefix.Prefix) || after != nil && u.key+"\x00"+u.id <= after.Object+"\x00"+string(after.UploadID) {
			continue
		}
		if int64(len(out.Uploads)) == limit {
			out.IsTruncated = true
			break
		}
		out.Uploads = append(out.Uploads, gofakes3.ListMultipartUploadItem{Key: u.key, UploadID: gofakes3.UploadID(u.id), StorageClass: gofakes3.StorageStandard, Initiated: contentTime(u.begun)})
		out.NextKeyMarker, out.NextUploadIDMarker = u.key, gofakes3.UploadID(u.id)
	}
	return out, nil
}

func (b *backend) ListParts(name, key string, id gofakes3.UploadID, after int, limit int64) (*gofakes3.ListMultipartUploadPartsResult, error) {
	out := &gofakes3.ListMultipartUploadPartsResult{Bucket: name, Key: key, UploadID: id, PartNumberMarker: after, MaxParts: limit, StorageClass: gofakes3.StorageStandard}
	err := b.s.store.withUpload(name, key, string(id), func(_ *bucket, u *upload) *wire.Error {
		for _, n := range slices.Sorted(maps.Keys(u.parts)) {
			if n <= after {
				continue
			}
			if int64(len(out.Parts)) == limit {
				out.IsTruncated = true
				break
			}
			p := u.parts[n]
			out.Parts = append(out.Parts, gofakes3.ListMultipartUploadPartItem{PartNumber: n, LastModified: contentTime(p.uploaded), ETag: quote(p.etag), Size: int64(len(p.body))})
			out.NextPartNumberMarker = n
		}
		return nil
	})
	return out, theirs(err)
}
