package s3

import (
	"context"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// Call answers HeadObject, GetObject, PutObject, CopyObject, DeleteObject, DeleteObjects, ListObjectsV2, the three
// operations of an object's tags, HeadBucket, ListBuckets, CreateBucket and DeleteBucket. Members are as the API model
// spells them; Body is base64, as blobs are in JSON; times are texts such as 2026-01-02T03:04:05Z.
func (s *Service) Call(ctx context.Context, action string, in value.Value) (value.Value, error) {
	do := map[string]func(context.Context, value.Value) (value.Value, *wire.Error){
		"HeadObject": s.callHead, "GetObject": s.callGet, "PutObject": s.callPut, "CopyObject": s.callCopy, "DeleteObject": s.callDelete,
		"DeleteObjects": s.callDeleteMany, "GetObjectTagging": s.callTags, "PutObjectTagging": s.callSetTags, "DeleteObjectTagging": s.callDeleteTags,
		"ListObjectsV2": s.callList, "HeadBucket": s.callHeadBucket, "ListBuckets": s.callBuckets,
		"CreateBucket": s.callCreateBucket, "DeleteBucket": s.callDeleteBucket,
	}[action]
	if do == nil {
		return value.Value{}, wire.UnknownOperation("s3", action)
	}
	out, err := do(ctx, in)
	if err != nil {
		return value.Value{}, err
	}
	return out, nil
}

// target reads Bucket and Key.
func target(in value.Value) (bucket, key string, err *wire.Error) {
	if bucket, err = text(in, "Bucket"); err != nil {
		return "", "", err
	}
	key, err = text(in, "Key")
	return bucket, key, err
}

func (s *Service) callHead(_ context.Context, in value.Value) (value.Value, *wire.Error) {
	v, c, err := s.lookup(in)
	if err != nil {
		return value.Value{}, err
	}
	part, _, err := readRange(in.Get("Range").Str(), v.body.size)
	return v.members(c, part.length), err
}

func (s *Service) callGet(_ context.Context, in value.Value) (value.Value, *wire.Error) {
	v, c, err := s.lookup(in)
	if err != nil {
		return value.Value{}, err
	}
	if err := v.online(s.store.clock.Now()); err != nil {
		return value.Value{}, err
	}
	part, ranged, err := readRange(in.Get("Range").Str(), v.body.size)
	if err != nil {
		return value.Value{}, err
	}
	out := v.members(c, part.length)
	if ranged {
		out = out.With("ContentRange", value.String(part.header(v.body.size)))
	}
	return out.With("Body", value.String(base64.StdEncoding.EncodeToString(v.body.part(part).join()))), nil
}

// lookup finds the version that a call names, and checks its conditions.
func (s *Service) lookup(in value.Value) (*version, config, *wire.Error) {
	bucket, key, err := target(in)
	if err != nil {
		return nil, config{}, err
	}
	v, c, err := s.store.readable(bucket, key, in.Get("VersionId").Str())
	if err != nil {
		return nil, config{}, err
	}
	h := http.Header{}
	setUnlessEmpty(h, "If-Match", in.Get("IfMatch").Str())
	setUnlessEmpty(h, "If-None-Match", in.Get("IfNoneMatch").Str())
	for member, name := range map[string]string{"IfModifiedSince": "If-Modified-Since", "IfUnmodifiedSince": "If-Unmodified-Since"} {
		if t, err := time.Parse(time.RFC3339, in.Get(member).Str()); err == nil {
			h.Set(name, httpTime(t))
		}
	}
	return v, c, conditions(h, v)
}

// members describes a version as the outputs of HeadObject and GetObject do.
func (v *version) members(c config, length int64) value.Value {
	var meta value.Builder
	for name, m := range v.headers {
		if key, ok := strings.CutPrefix(name, "X-Amz-Meta-"); ok {
			meta.Set(strings.ToLower(key), value.String(m))
		}
	}
	return value.Object(
		value.M("AcceptRanges", value.String("bytes")),
		value.M("LastModified", value.String(v.modified.UTC().Format("2006-01-02T15:04:05Z"))),
		value.M("ContentLength", value.Int(length)),
		value.M("ETag", value.String(quote(v.etag))),
		value.M("VersionId", optional(v.shown(c))),
		value.M("CacheControl", optional(v.headers["Cache-Control"])),
		value.M("ContentDisposition", optional(v.headers["Content-Disposition"])),
		value.M("ContentEncoding", optional(v.headers["Content-Encoding"])),
		value.M("ContentLanguage", optional(v.headers["Content-Language"])),
		value.M("ContentType", optional(v.headers["Content-Type"])),
		value.M("ServerSideEncryption", value.String(v.headers["X-Amz-Server-Side-Encryption"])),
		value.M("StorageClass", optional(v.unusualClass())),
		value.M("Expires", optional(v.headers["Expires"])),
		value.M("WebsiteRedirectLocation", optional(v.headers["X-Amz-Website-Redirect-Location"])),
		value.M("TagCount", v.tagCount()),
		value.M("Metadata", meta.Object()))
}

// unusualClass is the storage class, unless it is the standard one, which answers leave out.
func (v *version) unusualClass() string {
	if v.class == "STANDARD" {
		return ""
	}
	return v.class
}

func (v *version) tagCount() value.Value {
	if len(v.tags) == 0 {
		return value.Value{}
	}
	return value.Int(len(v.tags))
}

// inputHeaders are the members of PutObject and CopyObject that become headers.
var inputHeaders = map[string]string{
	"CacheControl": "Cache-Control", "ContentDisposition": "Content-Disposition", "ContentEncoding": "Content-Encoding",
	"ContentLanguage": "Content-Language", "ContentType": "Content-Type", "Expires": "Expires", "StorageClass": "X-Amz-Storage-Class",
	"IfMatch": "If-Match", "IfNoneMatch": "If-None-Match", "ContentMD5": "Content-Md5", "Tagging": "X-Amz-Tagging", "ACL": "X-Amz-Acl",
	"WebsiteRedirectLocation": "X-Amz-Website-Redirect-Location", "ServerSideEncryption": "X-Amz-Server-Side-Encryption",
	"SSEKMSKeyId": "X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id", "SSECustomerAlgorithm": "X-Amz-Server-Side-Encryption-Customer-Algorithm",
	"ObjectLockMode": "X-Amz-Object-Lock-Mode", "MetadataDirective": "X-Amz-Metadata-Directive", "TaggingDirective": "X-Amz-Tagging-Directive",
	"CopySourceIfMatch": "X-Amz-Copy-Source-If-Match", "CopySourceIfNoneMatch": "X-Amz-Copy-Source-If-None-Match",
	"ChecksumCRC32": "X-Amz-Checksum-Crc32", "ChecksumCRC32C": "X-Amz-Checksum-Crc32c", "ChecksumCRC64NVME": "X-Amz-Checksum-Crc64nvme",
	"ChecksumSHA1": "X-Amz-Checksum-Sha1", "ChecksumSHA256": "X-Amz-Checksum-Sha256",
}

func headersOf(in value.Value) http.Header {
	h := http.Header{}
	for member, name := range inputHeaders {
		setUnlessEmpty(h, name, in.Get(member).Str())
	}
	for key, v := range in.Get("Metadata").Members() {
		h.Set("X-Amz-Meta-"+key, v.Str())
	}
	if a := in.Get("ChecksumAlgorithm").Str(); a != "" {
		h.Set("X-Amz-Checksum-Algorithm", a)
		h.Set("X-Amz-Sdk-Checksum-Algorithm", a)
	}
	return h
}

func (s *Service) callPut(ctx context.Context, in value.Value) (value.Value, *wire.Error) {
	body, failure := base64.StdEncoding.DecodeString(in.Get("Body").Str())
	if failure != nil {
		return value.Value{}, wire.Errorf("InvalidArgument", "Body must be base64: %v", failure)
	}
	return s.putBody(ctx, in, body)
}

// Body is the content of an object, for services of this machine; the members are those of GetObject. It must not be
// written to.
func (s *Service) Body(in value.Value) ([]byte, error) {
	v, _, err := s.lookup(in)
	if err != nil {
		return nil, err
	}
	if err := v.online(s.store.clock.Now()); err != nil {
		return nil, err
	}
	return v.body.join(), nil
}

// Store is PutObject with a content that is not in the call, for services of this machine. The content must not be
// written to any more.
func (s *Service) Store(ctx context.Context, in value.Value, body []byte) error {
	if _, err := s.putBody(ctx, in, body); err != nil {
		return err
	}
	return nil
}

func (s *Service) putBody(ctx context.Context, in value.Value, body []byte) (value.Value, *wire.Error) {
	bucket, key, err := target(in)
	if err != nil {
		return value.Value{}, err
	}
	h := headersOf(in)
	c, err := s.store.config(bucket)
	if err != nil {
		return value.Value{}, err
	}
	v, err := newVersion(c, key, h)
	if err != nil {
		return value.Value{}, err
	}
	d, err := newDigest(h)
	if err != nil {
		return value.Value{}, err
	}
	d.write(body)
	if v.checksum, err = d.check(h); err != nil {
		return value.Value{}, err
	}
	v.body, v.etag = bytesContent(body), d.etag()
	if c, err = s.store.put(bucket, v, func(old *version) *wire.Error { return mayReplace(h, old) }); err != nil {
		return value.Value{}, err
	}
	s.created(ctx, bucket, c, v, "PutObject")
	out := value.Object(
		value.M("ETag", value.String(quote(v.etag))), value.M("ServerSideEncryption", value.String(v.headers["X-Amz-Server-Side-Encryption"])),
		value.M("VersionId", optional(v.shown(c))))
	if d.chosen {
		out = out.With(v.checksum.element(), value.String(v.checksum.value))
	}
	return out, nil
}

func (s *Service) callCopy(ctx context.Context, in value.Value) (value.Value, *wire.Error) {
	bucket, key, err := target(in)
	if err != nil {
		return value.Value{}, err
	}
	from, err := readSource(in.Get("CopySource").Str())
	if err != nil {
		return value.Value{}, err
	}
	v, c, err := s.copyObject(ctx, from, bucket, key, headersOf(in))
	if err != nil {
		return value.Value{}, err
	}
	result := value.Object(value.M("ETag", value.String(quote(v.etag))), value.M("LastModified", value.String(isoTime(v.modified))))
	return value.Object(value.M("CopyObjectResult", result), value.M("VersionId", optional(v.shown(c)))), nil
}

func (s *Service) callDelete(ctx context.Context, in value.Value) (value.Value, *wire.Error) {
	bucket, key, err := target(in)
	if err != nil {
		return value.Value{}, err
	}
	d, c, err := s.store.remove(bucket, key, in.Get("VersionId").Str(), in.Get("IfMatch").Str())
	if err != nil {
		return value.Value{}, err
	}
	s.deleted(ctx, bucket, c, d)
	out := value.Object()
	if d.version != nil {
		out = out.With("VersionId", optional(d.version.shown(c)))
	}
	if d.marker {
		out = out.With("DeleteMarker", value.True)
	}
	return out, nil
}

func (s *Service) callList(_ context.Context, in value.Value) (value.Value, *wire.Error) {
	bucket, err := text(in, "Bucket")
	if err != nil {
		return value.Value{}, err
	}
	limit, err := readMax("max-keys", in.Get("MaxKeys").Literal())
	if err != nil {
		return value.Value{}, err
	}
	q := query{prefix: in.Get("Prefix").Str(), delimiter: in.Get("Delimiter").Str(), after: in.Get("StartAfter").Str(), max: limit}
	if t := in.Get("ContinuationToken").Str(); t != "" {
		if q.after, err = readToken(t); err != nil {
			return value.Value{}, err
		}
	}
	p, err := s.store.list(bucket, q)
	if err != nil {
		return value.Value{}, err
	}
	return p.members(bucket, q), nil
}

func (p page) members(bucket string, q query) value.Value {
	contents := make([]value.Value, len(p.objects))
	for i, v := range p.objects {
		contents[i] = value.Object(
			value.M("Key", value.String(v.key)), value.M("LastModified", value.String(v.modified.UTC().Format("2006-01-02T15:04:05Z"))),
			value.M("ETag", value.String(quote(v.etag))), value.M("Size", value.Int(v.body.size)), value.M("StorageClass", value.String(v.class)))
	}
	prefixes := make([]value.Value, len(p.prefixes))
	for i, folder := range p.prefixes {
		prefixes[i] = value.Object(value.M("Prefix", value.String(folder)))
	}
	out := value.Object(
		value.M("Name", value.String(bucket)), value.M("Prefix", value.String(q.prefix)), value.M("Delimiter", optional(q.delimiter)),
		value.M("MaxKeys", value.Int(q.max)), value.M("KeyCount", value.Int(len(contents)+len(prefixes))), value.M("IsTruncated", value.Bool(p.next != "")))
	if len(contents) > 0 {
		out = out.With("Contents", value.Array(contents...))
	}
	if len(prefixes) > 0 {
		out = out.With("CommonPrefixes", value.Array(prefixes...))
	}
	if p.next != "" {
		out = out.With("NextContinuationToken", value.String(token(p.next)))
	}
	return out
}

func (s *Service) callHeadBucket(_ context.Context, in value.Value) (value.Value, *wire.Error) {
	bucket, err := text(in, "Bucket")
	if err != nil {
		return value.Value{}, err
	}
	if _, err := s.store.config(bucket); err != nil {
		return value.Value{}, err
	}
	return value.Object(value.M("BucketRegion", value.String(s.account.Region))), nil
}

func (s *Service) callBuckets(context.Context, value.Value) (value.Value, *wire.Error) {
	list := s.store.listBuckets("", "", maxBuckets).buckets
	out := make([]value.Value, len(list))
	for i, b := range list {
		out[i] = value.Object(value.M("Name", value.String(b.name)), value.M("CreationDate", value.String(isoTime(b.created))))
	}
	return value.Object(value.M("Buckets", value.Array(out...))), nil
}

func (s *Service) callCreateBucket(_ context.Context, in value.Value) (value.Value, *wire.Error) {
	bucket, err := text(in, "Bucket")
	if err != nil {
		return value.Value{}, err
	}
	if err := s.checkLocation(bucket, in.Path("CreateBucketConfiguration", "LocationConstraint").Str()); err != nil {
		return value.Value{}, err
	}
	return value.Object(value.M("Location", value.String("/"+bucket))), s.store.createBucket(bucket, config{})
}

func (s *Service) callDeleteBucket(_ context.Context, in value.Value) (value.Value, *wire.Error) {
	bucket, err := text(in, "Bucket")
	if err != nil {
		return value.Value{}, err
	}
	return value.Object(), s.store.deleteBucket(bucket, false)
}
