package s3_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/s3"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/wiretest"
	"github.com/stepwright/stepwright/value"
)

var start = time.Date(2026, 11, 5, 10, 0, 0, 0, time.UTC)

// A world is an S3 with one bucket "photos" and a stand-in for EventBridge.
type world struct {
	*awss3.Client
	service *s3.Service
	machine *wiretest.Machine
	clock   *clock.Virtual
	events  *events
}

// events remembers what was put.
type events struct {
	mu   sync.Mutex
	list []value.Value
}

func (e *events) Call(_ context.Context, _ string, in value.Value) (value.Value, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.list = append(e.list, in.Get("Entries").Elements()...)
	return value.Object(), nil
}

func (e *events) take() []value.Value {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := e.list
	e.list = nil
	return out
}

func newWorld(t *testing.T, properties string) *world {
	t.Helper()
	w := &world{clock: clock.NewVirtual(start), events: &events{}}
	directory := &wire.Directory{}
	directory.Add("events", w.events)
	w.service = s3.New(s3.Options{Account: wiretest.Account, Clock: w.clock, Directory: directory})
	t.Cleanup(func() { _ = w.service.Close() })
	w.machine = wiretest.Start(t, w.service)
	w.Client = awss3.NewFromConfig(w.machine.Config(), func(o *awss3.Options) { o.UsePathStyle = true })
	if _, err := w.service.Create(t.Context(), bucketResource(properties)); err != nil {
		t.Fatal(err)
	}
	return w
}

func bucketResource(properties string) wire.Resource {
	return wire.Resource{Stack: "Test", LogicalID: "Photos", Type: "AWS::S3::Bucket", Properties: value.MustParse(properties).With("BucketName", value.String("photos"))}
}

const (
	plain       = `{}`
	eventful    = `{"NotificationConfiguration":{"EventBridgeConfiguration":{"EventBridgeEnabled":true}}}`
	withHistory = `{"VersioningConfiguration":{"Status":"Enabled"},"NotificationConfiguration":{"EventBridgeConfiguration":{"EventBridgeEnabled":true}}}`
)

func (w *world) put(t *testing.T, key, body string) *awss3.PutObjectOutput {
	t.Helper()
	out, err := w.PutObject(t.Context(), &awss3.PutObjectInput{Bucket: aws.String("photos"), Key: &key, Body: strings.NewReader(body)})
	if err != nil {
		t.Fatalf("put %q: %v", key, err)
	}
	return out
}

func (w *world) get(t *testing.T, key string) string {
	t.Helper()
	out, err := w.GetObject(t.Context(), &awss3.GetObjectInput{Bucket: aws.String("photos"), Key: &key})
	if err != nil {
		t.Fatalf("get %q: %v", key, err)
	}
	b, err := io.ReadAll(out.Body)
	if err != nil {
		t.Fatalf("read %q: %v", key, err)
	}
	return string(b)
}

// Keys that are awkward in paths, in URLs, in XML and in forms.
var awkward = []string{
	"private/u 1/uploads/a+b %20 é.jpg", "日本/写真.jpg", "a//b", "/leading", "trailing/", "..", "../../etc/passwd", "./x", "a?b#c&d=e", "<&>\"'", "%2F", "~",
	strings.Repeat("k", 1024), "new\nline", "tab\t", "e\u0301",
}

func TestAwkwardKeys(t *testing.T) {
	t.Parallel()
	w := newWorld(t, eventful)
	for _, key := range awkward {
		w.put(t, key, "content of "+key)
		events := w.events.take()
		if len(events) != 1 || value.MustParse(events[0].Get("Detail").Str()).Path("object", "key").Str() != key {
			t.Errorf("events of %q: %v", key, events)
		}
	}
	listed := map[string]bool{}
	pages := awss3.NewListObjectsV2Paginator(w, &awss3.ListObjectsV2Input{Bucket: aws.String("photos"), MaxKeys: aws.Int32(3)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range page.Contents {
			listed[*o.Key] = true
		}
	}
	for _, key := range awkward {
		if got := w.get(t, key); got != "content of "+key {
			t.Errorf("%q has the content %q", key, got)
		}
		if !listed[key] {
			t.Errorf("%q is not listed", key)
		}
	}
	if len(listed) != len(awkward) {
		t.Errorf("%d keys are listed, not %d", len(listed), len(awkward))
	}
}

func TestObject(t *testing.T) {
	t.Parallel()
	w := newWorld(t, plain)
	_, err := w.PutObject(t.Context(), &awss3.PutObjectInput{
		Bucket: aws.String("photos"), Key: aws.String("a"), Body: strings.NewReader("0123456789"), ContentType: aws.String("image/png"),
		CacheControl: aws.String("max-age=60"), ContentDisposition: aws.String("inline"), Metadata: map[string]string{"owner": "me"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ ask, want, part string }{
		{"bytes=2-4", "234", "bytes 2-4/10"},
		{"bytes=7-", "789", "bytes 7-9/10"},
		{"bytes=-3", "789", "bytes 7-9/10"},
		{"bytes=5-99", "56789", "bytes 5-9/10"},
		{"bytes=-99", "0123456789", "bytes 0-9/10"},
		{"", "0123456789", ""},
		{"bytes=1-2,4-5", "0123456789", ""},
		{"lines=1-2", "0123456789", ""},
		{"bytes=4-2", "0123456789", ""},
	} {
		in := &awss3.GetObjectInput{Bucket: aws.String("photos"), Key: aws.String("a")}
		if c.ask != "" {
			in.Range = &c.ask
		}
		out, err := w.GetObject(t.Context(), in)
		if err != nil {
			t.Errorf("range %q: %v", c.ask, err)
			continue
		}
		b, _ := io.ReadAll(out.Body)
		if string(b) != c.want || aws.ToString(out.ContentRange) != c.part {
			t.Errorf("range %q: %q, %q", c.ask, b, aws.ToString(out.ContentRange))
		}
	}
	_, err = w.GetObject(t.Context(), &awss3.GetObjectInput{Bucket: aws.String("photos"), Key: aws.String("a"), Range: aws.String("bytes=10-")})
	if wiretest.Code(err) != "InvalidRange" {
		t.Errorf("a range behind the end: %v", err)
	}
	head, err := w.HeadObject(t.Context(), &awss3.HeadObjectInput{Bucket: aws.String("photos"), Key: aws.String("a"), ChecksumMode: types.ChecksumModeEnabled})
	if err != nil {
		t.Fatal(err)
	}
	got := []any{*head.ContentLength, *head.ContentType, *head.CacheControl, *head.ContentDisposition, head.Metadata["owner"], *head.ETag, head.LastModified.UTC(), aws.ToString(head.VersionId), aws.ToString(head.ChecksumCRC64NVME)}
	want := []any{int64(10), "image/png", "max-age=60", "inline", "me", `"781e5e245d69b566979b86e28d23f2c7"`, start, "", "Ffmx7kz9nB0="}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("head (-want +got):\n%s", d)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	w := newWorld(t, plain)
	ctx := t.Context()
	bucket, none := aws.String("photos"), aws.String("none")
	w.put(t, "a", "1")
	_, noKey := w.GetObject(ctx, &awss3.GetObjectInput{Bucket: bucket, Key: none})
	_, noHead := w.HeadObject(ctx, &awss3.HeadObjectInput{Bucket: bucket, Key: none})
	_, noBucket := w.GetObject(ctx, &awss3.GetObjectInput{Bucket: none, Key: none})
	_, putNoBucket := w.PutObject(ctx, &awss3.PutObjectInput{Bucket: none, Key: none, Body: strings.NewReader("")})
	_, listNoBucket := w.ListObjectsV2(ctx, &awss3.ListObjectsV2Input{Bucket: none})
	_, longKey := w.PutObject(ctx, &awss3.PutObjectInput{Bucket: bucket, Key: aws.String(strings.Repeat("k", 1025))})
	_, taken := w.CreateBucket(ctx, &awss3.CreateBucketInput{Bucket: bucket})
	_, badName := w.CreateBucket(ctx, &awss3.CreateBucketInput{Bucket: aws.String("Bad_Name")})
	_, full := w.DeleteBucket(ctx, &awss3.DeleteBucketInput{Bucket: bucket})
	_, policy := w.GetBucketPolicy(ctx, &awss3.GetBucketPolicyInput{Bucket: bucket})
	_, website := w.GetBucketWebsite(ctx, &awss3.GetBucketWebsiteInput{Bucket: bucket})
	_, replication := w.GetBucketReplication(ctx, &awss3.GetBucketReplicationInput{Bucket: bucket})
	_, exists := w.PutObject(ctx, &awss3.PutObjectInput{Bucket: bucket, Key: aws.String("a"), IfNoneMatch: aws.String("*"), Body: strings.NewReader("2")})
	_, other := w.PutObject(ctx, &awss3.PutObjectInput{Bucket: bucket, Key: aws.String("a"), IfMatch: aws.String(`"0"`), Body: strings.NewReader("2")})
	_, digest := w.PutObject(ctx, &awss3.PutObjectInput{Bucket: bucket, Key: aws.String("a"), ContentMD5: aws.String("AAAA"), Body: strings.NewReader("2")})
	_, crc := w.PutObject(ctx, &awss3.PutObjectInput{Bucket: bucket, Key: aws.String("a"), ChecksumSHA256: aws.String("AAAA"), Body: strings.NewReader("2")})
	_, fresh := w.GetObject(ctx, &awss3.GetObjectInput{Bucket: bucket, Key: aws.String("a"), IfMatch: aws.String(`"0"`)})
	for _, c := range []struct {
		name, want string
		err        error
	}{
		{"get no key", "NoSuchKey", noKey},
		{"head no key", "NotFound", noHead},
		{"get no bucket", "NoSuchBucket", noBucket},
		{"put no bucket", "NoSuchBucket", putNoBucket},
		{"list no bucket", "NoSuchBucket", listNoBucket},
		{"long key", "KeyTooLongError", longKey},
		{"bucket taken", "BucketAlreadyOwnedByYou", taken},
		{"bad bucket name", "InvalidBucketName", badName},
		{"bucket with content", "BucketNotEmpty", full},
		{"bucket policy", "NoSuchBucketPolicy", policy},
		{"website", "NoSuchWebsiteConfiguration", website},
		{"replication", "NotImplemented", replication},
		{"if none match", "PreconditionFailed", exists},
		{"if match", "PreconditionFailed", other},
		{"md5 that is none", "InvalidDigest", digest},
		{"sha256 that is none", "InvalidRequest", crc},
		{"read if match", "PreconditionFailed", fresh},
	} {
		if got := wiretest.Code(c.err); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if got := w.get(t, "a"); got != "1" {
		t.Errorf("a failed write changed the object to %q", got)
	}
}

func TestVersions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withHistory)
	ctx, bucket, key := t.Context(), aws.String("photos"), aws.String("k")
	first, second := w.put(t, "k", "one"), w.put(t, "k", "two")
	if aws.ToString(first.VersionId) == aws.ToString(second.VersionId) || first.VersionId == nil {
		t.Fatal("the versions have no ids of their own")
	}
	out, err := w.GetObject(ctx, &awss3.GetObjectInput{Bucket: bucket, Key: key, VersionId: first.VersionId})
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := io.ReadAll(out.Body); string(b) != "one" || *out.VersionId != *first.VersionId {
		t.Errorf("the first version is %q", b)
	}
	gone, err := w.DeleteObject(ctx, &awss3.DeleteObjectInput{Bucket: bucket, Key: key})
	if err != nil || !aws.ToBool(gone.DeleteMarker) {
		t.Fatalf("delete: %v, %v", gone, err)
	}
	if _, err := w.GetObject(ctx, &awss3.GetObjectInput{Bucket: bucket, Key: key}); wiretest.Code(err) != "NoSuchKey" {
		t.Errorf("a deleted object: %v", err)
	}
	if _, err := w.GetObject(ctx, &awss3.GetObjectInput{Bucket: bucket, Key: key, VersionId: gone.VersionId}); wiretest.Code(err) != "MethodNotAllowed" {
		t.Errorf("a delete marker: %v", err)
	}
	list, err := w.ListObjectVersions(ctx, &awss3.ListObjectVersionsInput{Bucket: bucket})
	if err != nil || len(list.Versions) != 2 || len(list.DeleteMarkers) != 1 || *list.Versions[0].VersionId != *second.VersionId {
		t.Fatalf("versions: %+v, %v", list, err)
	}
	if _, err := w.DeleteObject(ctx, &awss3.DeleteObjectInput{Bucket: bucket, Key: key, VersionId: gone.VersionId}); err != nil {
		t.Fatal(err)
	}
	if got := w.get(t, "k"); got != "two" {
		t.Errorf("after the marker went: %q", got)
	}
	var kinds []string
	last := ""
	for _, e := range w.events.take() {
		d := value.MustParse(e.Get("Detail").Str())
		kinds = append(kinds, strings.TrimSpace(e.Get("DetailType").Str()+" "+d.Get("deletion-type").Str()))
		if seq := d.Path("object", "sequencer").Str(); seq <= last {
			t.Errorf("sequencer %q is not after %q", seq, last)
		} else {
			last = seq
		}
	}
	want := []string{"Object Created", "Object Created", "Object Deleted Delete Marker Created", "Object Deleted Permanently Deleted"}
	if d := cmp.Diff(want, kinds); d != "" {
		t.Errorf("events (-want +got):\n%s", d)
	}
}

func TestEventShape(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withHistory)
	out := w.put(t, "a b", "hello")
	list := w.events.take()
	if len(list) != 1 {
		t.Fatalf("%d events", len(list))
	}
	detail := value.MustParse(list[0].Get("Detail").Str())
	if len(detail.Get("request-id").Str()) != 16 || detail.Get("source-ip-address").Str() != "127.0.0.1" {
		t.Errorf("request: %s", detail)
	}
	detail = detail.Without("request-id").Without("source-ip-address")
	want := `{"version":"0","bucket":{"name":"photos"},"object":{"key":"a b","size":5,"etag":"5d41402abc4b2a76b9719d911017c592","version-id":"` + *out.VersionId +
		`","sequencer":"` + detail.Path("object", "sequencer").Str() + `"},"requester":"111122223333","reason":"PutObject"}`
	if d := cmp.Diff(want, detail.String()); d != "" {
		t.Errorf("detail (-want +got):\n%s", d)
	}
	if got := list[0].Without("Detail").String(); got != `{"Source":"aws.s3","DetailType":"Object Created","Resources":["arn:aws:s3:::photos"]}` {
		t.Errorf("entry: %s", got)
	}
}

func TestFolders(t *testing.T) {
	t.Parallel()
	w := newWorld(t, plain)
	for _, key := range []string{"a/1", "a/2", "a/b/3", "b", "c/4", "c/5", "d"} {
		w.put(t, key, "")
	}
	var got []string
	pages := awss3.NewListObjectsV2Paginator(w, &awss3.ListObjectsV2Input{Bucket: aws.String("photos"), Delimiter: aws.String("/"), MaxKeys: aws.Int32(1)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range page.Contents {
			got = append(got, *o.Key)
		}
		for _, p := range page.CommonPrefixes {
			got = append(got, *p.Prefix)
		}
	}
	if d := cmp.Diff([]string{"a/", "b", "c/", "d"}, got); d != "" {
		t.Errorf("one per page (-want +got):\n%s", d)
	}
	old, err := w.ListObjects(t.Context(), &awss3.ListObjectsInput{Bucket: aws.String("photos"), Prefix: aws.String("a/"), Delimiter: aws.String("/")})
	if err != nil || len(old.Contents) != 2 || len(old.CommonPrefixes) != 1 || *old.CommonPrefixes[0].Prefix != "a/b/" {
		t.Errorf("the first ListObjects: %+v, %v", old, err)
	}
	after, err := w.ListObjectsV2(t.Context(), &awss3.ListObjectsV2Input{Bucket: aws.String("photos"), StartAfter: aws.String("b")})
	if err != nil || len(after.Contents) != 3 || *after.Contents[0].Key != "c/4" {
		t.Errorf("start after b: %+v, %v", after, err)
	}
}

func TestCopyAndDeleteMany(t *testing.T) {
	t.Parallel()
	w := newWorld(t, eventful)
	ctx, bucket := t.Context(), aws.String("photos")
	w.put(t, "a+b é", "x")
	if _, err := w.CopyObject(ctx, &awss3.CopyObjectInput{Bucket: bucket, Key: aws.String("copy"), CopySource: aws.String("photos/a%2Bb%20%C3%A9")}); err != nil {
		t.Fatal(err)
	}
	if got := w.get(t, "copy"); got != "x" {
		t.Errorf("the copy is %q", got)
	}
	_, err := w.CopyObject(ctx, &awss3.CopyObjectInput{Bucket: bucket, Key: aws.String("copy"), CopySource: aws.String("photos/copy")})
	if wiretest.Code(err) != "InvalidRequest" {
		t.Errorf("a copy to itself: %v", err)
	}
	out, err := w.DeleteObjects(ctx, &awss3.DeleteObjectsInput{Bucket: bucket, Delete: &types.Delete{Objects: []types.ObjectIdentifier{{Key: aws.String("a+b é")}, {Key: aws.String("none")}}}})
	if err != nil || len(out.Deleted) != 2 {
		t.Errorf("delete two: %+v, %v", out, err)
	}
	var reasons []string
	for _, e := range w.events.take() {
		d := value.MustParse(e.Get("Detail").Str())
		reasons = append(reasons, d.Get("reason").Str()+" "+d.Path("object", "key").Str())
	}
	if d := cmp.Diff([]string{"PutObject a+b é", "CopyObject copy", "DeleteObject a+b é"}, reasons); d != "" {
		t.Errorf("events (-want +got):\n%s", d)
	}
	if _, err := w.DeleteObject(ctx, &awss3.DeleteObjectInput{Bucket: bucket, Key: aws.String("none")}); err != nil {
		t.Errorf("deleting what is not there: %v", err)
	}
}

func TestMultipart(t *testing.T) {
	t.Parallel()
	w := newWorld(t, eventful)
	ctx, bucket, key := t.Context(), aws.String("photos"), aws.String("big é")
	up, err := w.CreateMultipartUpload(ctx, &awss3.CreateMultipartUploadInput{Bucket: bucket, Key: key, ContentType: aws.String("video/mp4")})
	if err != nil {
		t.Fatal(err)
	}
	first := bytes.Repeat([]byte("a"), 5<<20)
	var parts []types.CompletedPart
	for i, body := range [][]byte{first, []byte("end")} {
		n := aws.Int32(int32(i + 1))
		out, err := w.UploadPart(ctx, &awss3.UploadPartInput{Bucket: bucket, Key: key, UploadId: up.UploadId, PartNumber: n, Body: bytes.NewReader(body)})
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, types.CompletedPart{PartNumber: n, ETag: out.ETag})
	}
	listed, err := w.ListParts(ctx, &awss3.ListPartsInput{Bucket: bucket, Key: key, UploadId: up.UploadId})
	if err != nil || len(listed.Parts) != 2 {
		t.Errorf("parts: %+v, %v", listed, err)
	}
	wrong := []types.CompletedPart{parts[1], parts[0]}
	_, err = w.CompleteMultipartUpload(ctx, &awss3.CompleteMultipartUploadInput{Bucket: bucket, Key: key, UploadId: up.UploadId, MultipartUpload: &types.CompletedMultipartUpload{Parts: wrong}})
	if wiretest.Code(err) != "InvalidPartOrder" {
		t.Errorf("parts out of order: %v", err)
	}
	done, err := w.CompleteMultipartUpload(ctx, &awss3.CompleteMultipartUploadInput{Bucket: bucket, Key: key, UploadId: up.UploadId, MultipartUpload: &types.CompletedMultipartUpload{Parts: parts}})
	if err != nil {
		t.Fatal(err)
	}
	head, err := w.HeadObject(ctx, &awss3.HeadObjectInput{Bucket: bucket, Key: key})
	if err != nil || *head.ETag != *done.ETag || !strings.HasSuffix(*head.ETag, `-2"`) || *head.ContentLength != 5<<20+3 || *head.ContentType != "video/mp4" {
		t.Errorf("head: %+v, %v", head, err)
	}
	events := w.events.take()
	if len(events) != 1 || !strings.Contains(events[0].Get("Detail").Str(), `"reason":"CompleteMultipartUpload"`) {
		t.Errorf("events: %v", events)
	}
	_, err = w.AbortMultipartUpload(ctx, &awss3.AbortMultipartUploadInput{Bucket: bucket, Key: key, UploadId: up.UploadId})
	if wiretest.Code(err) != "NoSuchUpload" {
		t.Errorf("abort after the end: %v", err)
	}
}

func TestCORS(t *testing.T) {
	t.Parallel()
	w := newWorld(t, `{"CorsConfiguration":{"CorsRules":[{"AllowedMethods":["GET","PUT"],"AllowedOrigins":["http://localhost:*"],"AllowedHeaders":["content-*"],"ExposedHeaders":["ETag"],"MaxAge":60}]}}`)
	w.put(t, "a", "1")
	link, err := awss3.NewPresignClient(w.Client).PresignGetObject(t.Context(), &awss3.GetObjectInput{Bucket: aws.String("photos"), Key: aws.String("a")})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, method, origin, header string
		status                       int
		allowed                      string
	}{
		{"a page that may", http.MethodGet, "http://localhost:3000", "", 200, "http://localhost:3000"},
		{"a page that may not", http.MethodGet, "https://localhost:3000", "", 200, ""},
		{"no page", http.MethodGet, "", "", 200, ""},
		{"a foreign page", http.MethodGet, "https://example.com", "", 403, ""},
		{"asking first", http.MethodOptions, "http://localhost:3000", "content-type", 200, "http://localhost:3000"},
		{"asking first with another header", http.MethodOptions, "http://localhost:3000", "x-other", 403, ""},
	} {
		r, err := http.NewRequestWithContext(t.Context(), c.method, link.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		if c.method == http.MethodOptions {
			r.Header.Set("Access-Control-Request-Method", "PUT")
			r.Header.Set("Access-Control-Request-Headers", c.header)
		}
		out, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		out.Body.Close()
		if out.StatusCode != c.status || out.Header.Get("Access-Control-Allow-Origin") != c.allowed {
			t.Errorf("%s: %d, %q", c.name, out.StatusCode, out.Header.Get("Access-Control-Allow-Origin"))
		}
	}
}

// A page is a client of a page at an origin; it remembers which page may read its last answer.
type page struct {
	origin, allowed string
}

func (p *page) Do(r *http.Request) (*http.Response, error) {
	r.Header.Set("Origin", p.origin)
	out, err := http.DefaultClient.Do(r)
	if err == nil {
		p.allowed = out.Header.Get("Access-Control-Allow-Origin")
	}
	return out, err
}

// What the service answers must not let every page read it.
func TestNoOpenCORS(t *testing.T) {
	t.Parallel()
	w := newWorld(t, plain)
	p := &page{origin: "http://localhost:1"}
	client := awss3.NewFromConfig(w.machine.Config(), func(o *awss3.Options) { o.UsePathStyle, o.HTTPClient = true, p })
	buckets, err := client.ListBuckets(t.Context(), &awss3.ListBucketsInput{})
	if err != nil || len(buckets.Buckets) != 1 || p.allowed != "" {
		t.Errorf("buckets: %+v, %v, readable by %q", buckets, err, p.allowed)
	}
	_, err = client.GetBucketLocation(t.Context(), &awss3.GetBucketLocationInput{Bucket: aws.String("none")})
	if wiretest.Code(err) != "NoSuchBucket" || p.allowed != "" {
		t.Errorf("location: %v, readable by %q", err, p.allowed)
	}
}

func TestNotification(t *testing.T) {
	t.Parallel()
	w := newWorld(t, plain)
	ctx, bucket := t.Context(), aws.String("photos")
	w.put(t, "a", "")
	if n := len(w.events.take()); n != 0 {
		t.Errorf("%d events of a bucket that wants none", n)
	}
	_, err := w.PutBucketNotificationConfiguration(ctx, &awss3.PutBucketNotificationConfigurationInput{Bucket: bucket, NotificationConfiguration: &types.NotificationConfiguration{EventBridgeConfiguration: &types.EventBridgeConfiguration{}}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := w.GetBucketNotificationConfiguration(ctx, &awss3.GetBucketNotificationConfigurationInput{Bucket: bucket})
	if err != nil || got.EventBridgeConfiguration == nil {
		t.Errorf("configuration: %+v, %v", got, err)
	}
	w.put(t, "a", "")
	if n := len(w.events.take()); n != 1 {
		t.Errorf("%d events", n)
	}
	_, err = w.PutBucketNotificationConfiguration(ctx, &awss3.PutBucketNotificationConfigurationInput{Bucket: bucket, NotificationConfiguration: &types.NotificationConfiguration{
		QueueConfigurations: []types.QueueConfiguration{{QueueArn: aws.String("q"), Events: []types.Event{"s3:ObjectCreated:*"}}},
	}})
	if wiretest.Code(err) != "InvalidArgument" {
		t.Errorf("a queue that is none: %v", err)
	}
}

func TestPresignedPut(t *testing.T) {
	t.Parallel()
	w := newWorld(t, eventful)
	link, err := awss3.NewPresignClient(w.Client).PresignPutObject(t.Context(), &awss3.PutObjectInput{Bucket: aws.String("photos"), Key: aws.String("a+b é"), ContentType: aws.String("image/jpeg")})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, link.URL, strings.NewReader("from a page"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "image/jpeg")
	out, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	out.Body.Close()
	if got := w.get(t, "a+b é"); out.StatusCode != http.StatusOK || got != "from a page" {
		t.Errorf("%d: %q", out.StatusCode, got)
	}
}

// Whatever is asked for: S3 answers, and what it answers to a client's mistake is no 500.
func FuzzServe(f *testing.F) {
	for _, seed := range [][4]string{
		{"GET", "/photos/k", "versionId=x", "bytes=0-"},
		{"PUT", "/photos/k", "", ""},
		{"PUT", "/photos", "versioning", "<x"},
		{"GET", "/photos", "list-type=2&max-keys=-1", ""},
		{"GET", "/photos", "versions&key-marker=a&version-id-marker=b", ""},
		{"POST", "/photos", "delete", "<Delete><Object><Key>k</Key></Object></Delete>"},
		{"POST", "/photos/k", "uploadId=x", "<C/>"},
		{"PUT", "/photos/k", "uploadId=x&partNumber=0", ""},
		{"GET", "/", "", ""},
		{"DELETE", "/photos//", "versionId=null", ""},
		{"PUT", "/photos", "notification", "<a/>"},
		{"PATCH", "/x/y/z", "uploads", ""},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3])
	}
	f.Fuzz(func(t *testing.T, method, path, query, text string) {
		if !slices.Contains([]string{"GET", "HEAD", "PUT", "POST", "DELETE", "PATCH"}, method) || !strings.HasPrefix(path, "/") {
			return
		}
		service := s3.New(s3.Options{Account: wiretest.Account, Clock: clock.NewVirtual(start)})
		if _, err := service.Create(t.Context(), bucketResource(withHistory)); err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodGet, "/", strings.NewReader(text))
		r.Method, r.URL.Path, r.URL.RawQuery = method, path, query
		r.Header.Set("Range", text)
		r.Header.Set("Content-Length", strconv.Itoa(len(text)))
		w := httptest.NewRecorder()
		service.ServeHTTP(w, r)
		if w.Code >= 500 && w.Code != http.StatusNotImplemented {
			t.Errorf("%s %s?%s: %d %s", method, path, query, w.Code, w.Body)
		}
	})
}
