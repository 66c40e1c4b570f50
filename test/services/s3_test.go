package services_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local"
	"github.com/stepwright/stepwright/local/wire/wiretest"
	"github.com/stepwright/stepwright/value"
)

// A bucketProbe is one question to S3, in a bucket "photos" of its own. What it gives is compared with want.
type bucketProbe struct {
	name string
	page string // of the S3 API reference (API_…) or user guide
	ask  func(*buckets) string
	want string
}

// buckets are what a probe asks.
type buckets struct {
	*s3.Client
	t      *testing.T
	ctx    context.Context
	m      *local.Machine
	cfg    aws.Config
	clock  *clock.Virtual
	bucket *string
}

func (b *buckets) put(key, body string, more ...func(*s3.PutObjectInput)) *s3.PutObjectOutput {
	b.t.Helper()
	in := &s3.PutObjectInput{Bucket: b.bucket, Key: &key, Body: strings.NewReader(body)}
	for _, m := range more {
		m(in)
	}
	out, err := b.PutObject(b.ctx, in)
	b.must(err)
	return out
}

func (b *buckets) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// read gives the content of an object, or the code of the error.
func (b *buckets) read(key string, more ...func(*s3.GetObjectInput)) string {
	in := &s3.GetObjectInput{Bucket: b.bucket, Key: &key}
	for _, m := range more {
		m(in)
	}
	out, err := b.GetObject(b.ctx, in)
	if err != nil {
		return wiretest.Code(err)
	}
	body, err := io.ReadAll(out.Body)
	b.must(err)
	return string(body)
}

func (b *buckets) version(status types.BucketVersioningStatus) {
	_, err := b.PutBucketVersioning(b.ctx, &s3.PutBucketVersioningInput{Bucket: b.bucket, VersioningConfiguration: &types.VersioningConfiguration{Status: status}})
	b.must(err)
}

// upload puts an object in parts and gives what CompleteMultipartUpload says.
func (b *buckets) upload(key string, algorithm types.ChecksumAlgorithm, bodies ...string) (*s3.CompleteMultipartUploadOutput, error) {
	up, err := b.CreateMultipartUpload(b.ctx, &s3.CreateMultipartUploadInput{Bucket: b.bucket, Key: &key, ChecksumAlgorithm: algorithm})
	b.must(err)
	var parts []types.CompletedPart
	for i, body := range bodies {
		n := aws.Int32(int32(i + 1))
		out, err := b.UploadPart(b.ctx, &s3.UploadPartInput{Bucket: b.bucket, Key: &key, UploadId: up.UploadId, PartNumber: n, Body: strings.NewReader(body), ChecksumAlgorithm: algorithm})
		b.must(err)
		parts = append(parts, types.CompletedPart{PartNumber: n, ETag: out.ETag, ChecksumSHA256: out.ChecksumSHA256, ChecksumCRC32: out.ChecksumCRC32})
	}
	return b.CompleteMultipartUpload(b.ctx, &s3.CompleteMultipartUploadInput{Bucket: b.bucket, Key: &key, UploadId: up.UploadId, MultipartUpload: &types.CompletedMultipartUpload{Parts: parts}})
}

// list gives keys and common prefixes of a page, and whether there are more.
func (b *buckets) list(in *s3.ListObjectsV2Input) string {
	in.Bucket = b.bucket
	out, err := b.ListObjectsV2(b.ctx, in)
	if err != nil {
		return wiretest.Code(err)
	}
	var got []string
	for _, o := range out.Contents {
		got = append(got, *o.Key)
	}
	for _, p := range out.CommonPrefixes {
		got = append(got, *p.Prefix)
	}
	return fmt.Sprint(got, *out.KeyCount, *out.IsTruncated)
}

// raw sends a request as it is and gives status and body.
func (b *buckets) raw(method, url, body string, header http.Header) string {
	r, err := http.NewRequestWithContext(b.ctx, method, url, strings.NewReader(body))
	b.must(err)
	for name, v := range header {
		r.Header[name] = v
	}
	out, err := http.DefaultClient.Do(r)
	b.must(err)
	defer out.Body.Close()
	text, _ := io.ReadAll(out.Body)
	code := ""
	if _, rest, ok := strings.Cut(string(text), "<Code>"); ok {
		code, _, _ = strings.Cut(rest, "</Code>")
		text = nil
	}
	return strings.TrimSpace(fmt.Sprint(out.StatusCode, " ", code, string(text)))
}

const fiveMiB = 5 << 20

func code(_ any, err error) string { return wiretest.Code(err) }

var bucketProbes = []bucketProbe{
	{"an object comes back with its headers", "API_GetObject", func(b *buckets) string {
		b.put("k", "hello", func(in *s3.PutObjectInput) {
			in.ContentType, in.Metadata, in.CacheControl = aws.String("text/plain"), map[string]string{"Owner": "me"}, aws.String("no-store")
		})
		out, err := b.HeadObject(b.ctx, &s3.HeadObjectInput{Bucket: b.bucket, Key: aws.String("k")})
		b.must(err)
		return fmt.Sprint(*out.ContentLength, *out.ContentType, out.Metadata, *out.CacheControl, *out.ETag, out.ServerSideEncryption)
	}, `5text/plainmap[owner:me]no-store"5d41402abc4b2a76b9719d911017c592"AES256`},
	{"no key", "API_GetObject", func(b *buckets) string { return b.read("none") }, "NoSuchKey"},
	{"no bucket", "ErrorResponses", func(b *buckets) string {
		return code(b.ListObjectsV2(b.ctx, &s3.ListObjectsV2Input{Bucket: aws.String("nobody-has-this")}))
	}, "NoSuchBucket"},
	{"HEAD of nothing has no body to say more", "API_HeadObject", func(b *buckets) string {
		return code(b.HeadObject(b.ctx, &s3.HeadObjectInput{Bucket: b.bucket, Key: aws.String("none")}))
	}, "NotFound"},
	{"keys that look like paths", "object-keys", func(b *buckets) string {
		keys := []string{"../../x", "a//b", "/a", "a/", "日本/é.jpg", "a b+c&d=e?f#g"}
		got := ""
		for _, k := range keys {
			b.put(k, k)
			got += fmt.Sprint(b.read(k) == k, " ")
		}
		return got + b.list(&s3.ListObjectsV2Input{})
	}, "true true true true true true [../../x /a a b+c&d=e?f#g a/ a//b 日本/é.jpg] 6 false"},
	{"a key of 1,024 bytes", "object-keys", func(b *buckets) string {
		b.put(strings.Repeat("é", 512), "x")
		return code(b.PutObject(b.ctx, &s3.PutObjectInput{Bucket: b.bucket, Key: aws.String(strings.Repeat("é", 512) + "x")}))
	}, "KeyTooLongError"},
	{"bucket names", "bucketnamingrules", func(b *buckets) string {
		got := ""
		for _, name := range []string{"abc", "a.b-c", "Upper", "192.168.5.4", "xn--a", "a..b", "end-", "x-s3alias"} {
			got += code(b.CreateBucket(b.ctx, &s3.CreateBucketInput{Bucket: &name})) + ","
		}
		return got
	}, ",,InvalidBucketName,InvalidBucketName,InvalidBucketName,InvalidBucketName,InvalidBucketName,InvalidBucketName,"},
	{"another region", "API_CreateBucket", func(b *buckets) string {
		return code(b.CreateBucket(b.ctx, &s3.CreateBucketInput{Bucket: aws.String("far-away"), CreateBucketConfiguration: &types.CreateBucketConfiguration{LocationConstraint: "eu-west-1"}}))
	}, "IllegalLocationConstraintException"},
	{"us-east-1 has no location", "API_GetBucketLocation", func(b *buckets) string {
		out, err := b.GetBucketLocation(b.ctx, &s3.GetBucketLocationInput{Bucket: b.bucket})
		b.must(err)
		head, err := b.HeadBucket(b.ctx, &s3.HeadBucketInput{Bucket: b.bucket})
		b.must(err)
		return fmt.Sprintf("%q %s", out.LocationConstraint, *head.BucketRegion)
	}, `"" us-east-1`},
	{"a bucket with objects stays", "API_DeleteBucket", func(b *buckets) string {
		b.put("k", "")
		return code(b.DeleteBucket(b.ctx, &s3.DeleteBucketInput{Bucket: b.bucket}))
	}, "BucketNotEmpty"},
	{"ranges", "API_GetObject (Range)", func(b *buckets) string {
		b.put("k", "0123456789")
		got := ""
		for _, r := range []string{"bytes=2-4", "bytes=7-", "bytes=-3", "bytes=5-99", "bytes=10-", "bytes=-0"} {
			got += b.read("k", func(in *s3.GetObjectInput) { in.Range = &r }) + " "
		}
		return got
	}, "234 789 789 56789 InvalidRange InvalidRange "},
	{"conditional reads by ETag", "conditional-reads", func(b *buckets) string {
		etag := b.put("k", "x").ETag
		_, err := b.GetObject(b.ctx, &s3.GetObjectInput{Bucket: b.bucket, Key: aws.String("k"), IfNoneMatch: etag})
		return b.read("k", func(in *s3.GetObjectInput) { in.IfMatch = etag }) + " " + b.read("k", func(in *s3.GetObjectInput) { in.IfMatch = aws.String(`"0"`) }) + " " + fmt.Sprint(strings.Contains(err.Error(), "StatusCode: 304"))
	}, "x PreconditionFailed true"},
	{"conditional reads by date", "conditional-reads", func(b *buckets) string {
		b.put("k", "x")
		before, after := b.clock.Now().Add(-time.Hour), b.clock.Now().Add(time.Hour)
		_, err := b.GetObject(b.ctx, &s3.GetObjectInput{Bucket: b.bucket, Key: aws.String("k"), IfModifiedSince: &after})
		return b.read("k", func(in *s3.GetObjectInput) { in.IfUnmodifiedSince = &before }) + " " + b.read("k", func(in *s3.GetObjectInput) { in.IfModifiedSince = &before }) + " " + fmt.Sprint(strings.Contains(err.Error(), "StatusCode: 304"))
	}, "PreconditionFailed x true"},
	{"conditional writes", "conditional-writes", func(b *buckets) string {
		write := func(match, none *string) string {
			return code(b.PutObject(b.ctx, &s3.PutObjectInput{Bucket: b.bucket, Key: aws.String("k"), Body: strings.NewReader("y"), IfMatch: match, IfNoneMatch: none}))
		}
		missing := write(aws.String(`"0"`), nil)
		etag := b.put("k", "x").ETag
		return strings.Join([]string{missing, write(nil, aws.String("*")), write(aws.String(`"0"`), nil), write(etag, nil)}, ",")
	}, "NoSuchKey,PreconditionFailed,PreconditionFailed,"},
	{"conditional deletes", "conditional-deletes", func(b *buckets) string {
		etag := b.put("k", "x").ETag
		remove := func(match *string) string {
			return code(b.DeleteObject(b.ctx, &s3.DeleteObjectInput{Bucket: b.bucket, Key: aws.String("k"), IfMatch: match}))
		}
		return strings.Join([]string{remove(aws.String(`"0"`)), remove(etag), b.read("k")}, ",")
	}, "PreconditionFailed,,NoSuchKey"},
	{"a wrong MD5", "ErrorResponses (BadDigest)", func(b *buckets) string {
		return code(b.PutObject(b.ctx, &s3.PutObjectInput{Bucket: b.bucket, Key: aws.String("k"), Body: strings.NewReader("x"), ContentMD5: aws.String("XUFAKrxLKna5cZ2REBfFkg==")}))
	}, "BadDigest"},
	{"each checksum", "checking-object-integrity", func(b *buckets) string {
		got := ""
		for _, a := range []types.ChecksumAlgorithm{"CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"} {
			b.put("k", "123456789", func(in *s3.PutObjectInput) { in.ChecksumAlgorithm = a })
			h, err := b.HeadObject(b.ctx, &s3.HeadObjectInput{Bucket: b.bucket, Key: aws.String("k"), ChecksumMode: "ENABLED"})
			b.must(err)
			for _, s := range []*string{h.ChecksumCRC32, h.ChecksumCRC32C, h.ChecksumCRC64NVME, h.ChecksumSHA1, h.ChecksumSHA256} {
				got += aws.ToString(s)
			}
			got += " "
		}
		return got
	}, "y/Q5Jg== 4waSgw== rosUhgp5mIg= 98O8HYCOBHMq32eZZczDTKeuNEE= FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU= "},
	{"a wrong checksum", "checking-object-integrity", func(b *buckets) string {
		return code(b.PutObject(b.ctx, &s3.PutObjectInput{Bucket: b.bucket, Key: aws.String("k"), Body: strings.NewReader("x"), ChecksumCRC32: aws.String("y/Q5Jg==")})) + " " + b.read("k")
	}, "BadDigest NoSuchKey"},
	{"without a choice it is CRC-64/NVME", "checking-object-integrity", func(b *buckets) string {
		b.put("k", "123456789")
		out, err := b.GetObjectAttributes(b.ctx, &s3.GetObjectAttributesInput{Bucket: b.bucket, Key: aws.String("k"), ObjectAttributes: []types.ObjectAttributes{"ETag", "Checksum", "ObjectSize", "StorageClass"}})
		b.must(err)
		return fmt.Sprint(*out.ETag, " ", *out.Checksum.ChecksumCRC64NVME, " ", out.Checksum.ChecksumType, " ", *out.ObjectSize, " ", out.StorageClass)
	}, "25f9e794323b453885f5181f1b624d0b rosUhgp5mIg= FULL_OBJECT 9 STANDARD"},
	{"listings fold by delimiter", "API_ListObjectsV2", func(b *buckets) string {
		for _, k := range []string{"a/1", "a/2", "b", "c/3"} {
			b.put(k, "")
		}
		return b.list(&s3.ListObjectsV2Input{Delimiter: aws.String("/")}) + b.list(&s3.ListObjectsV2Input{Delimiter: aws.String("/"), Prefix: aws.String("a/")}) + b.list(&s3.ListObjectsV2Input{StartAfter: aws.String("a/2")})
	}, "[b a/ c/] 3 false[a/1 a/2] 2 false[b c/3] 2 false"},
	{"pages", "API_ListObjectsV2", func(b *buckets) string {
		for _, k := range []string{"a/1", "a/2", "b", "c/3"} {
			b.put(k, "")
		}
		pages, got := s3.NewListObjectsV2Paginator(b, &s3.ListObjectsV2Input{Bucket: b.bucket, Delimiter: aws.String("/"), MaxKeys: aws.Int32(1)}), ""
		for pages.HasMorePages() {
			p, err := pages.NextPage(b.ctx)
			b.must(err)
			got += fmt.Sprint(len(p.Contents), len(p.CommonPrefixes), ";")
		}
		return got + b.list(&s3.ListObjectsV2Input{MaxKeys: aws.Int32(0)}) + b.list(&s3.ListObjectsV2Input{ContinuationToken: aws.String("?")})
	}, "0 1;1 0;0 1;[] 0 falseInvalidArgument"},
	{"keys are in the order of their bytes", "ListingKeysUsingAPIs", func(b *buckets) string {
		for _, k := range []string{"é", "z", "Z", "\U0001F600", "～"} {
			b.put(k, "")
		}
		return b.list(&s3.ListObjectsV2Input{})
	}, "[Z z é ～ \U0001F600] 5 false"},
	{"owners are told when asked for", "API_ListObjectsV2 (fetch-owner)", func(b *buckets) string {
		b.put("k", "")
		out, err := b.ListObjectsV2(b.ctx, &s3.ListObjectsV2Input{Bucket: b.bucket})
		b.must(err)
		with, err := b.ListObjectsV2(b.ctx, &s3.ListObjectsV2Input{Bucket: b.bucket, FetchOwner: aws.Bool(true)})
		b.must(err)
		return fmt.Sprint(out.Contents[0].Owner == nil, len(*with.Contents[0].Owner.ID))
	}, "true 64"},
	{"encoding-type url", "API_ListObjectsV2 (encoding-type)", func(b *buckets) string {
		b.put("a b+é\x01", "")
		out, err := b.ListObjectsV2(b.ctx, &s3.ListObjectsV2Input{Bucket: b.bucket, EncodingType: "url"})
		b.must(err)
		return *out.Contents[0].Key
	}, "a+b%2B%C3%A9%01"},
	{"the first ListObjects", "API_ListObjects", func(b *buckets) string {
		for _, k := range []string{"a", "b/1", "c"} {
			b.put(k, "")
		}
		out, err := b.ListObjects(b.ctx, &s3.ListObjectsInput{Bucket: b.bucket, Delimiter: aws.String("/"), MaxKeys: aws.Int32(2)})
		b.must(err)
		rest, err := b.ListObjects(b.ctx, &s3.ListObjectsInput{Bucket: b.bucket, Marker: out.NextMarker})
		b.must(err)
		plain, err := b.ListObjects(b.ctx, &s3.ListObjectsInput{Bucket: b.bucket, MaxKeys: aws.Int32(1)})
		b.must(err)
		return fmt.Sprint(*out.NextMarker, len(rest.Contents), plain.NextMarker == nil, *plain.IsTruncated)
	}, "b/2 true true"},
	{"versions and delete markers", "Versioning", func(b *buckets) string {
		b.version("Enabled")
		one := b.put("k", "one")
		b.put("k", "two")
		gone, err := b.DeleteObject(b.ctx, &s3.DeleteObjectInput{Bucket: b.bucket, Key: aws.String("k")})
		b.must(err)
		got := b.read("k") + " " + b.read("k", func(in *s3.GetObjectInput) { in.VersionId = one.VersionId }) + " " + b.read("k", func(in *s3.GetObjectInput) { in.VersionId = gone.VersionId })
		_, err = b.DeleteObject(b.ctx, &s3.DeleteObjectInput{Bucket: b.bucket, Key: aws.String("k"), VersionId: gone.VersionId})
		b.must(err)
		return got + " " + b.read("k")
	}, "NoSuchKey one MethodNotAllowed two"},
	{"suspended versioning writes the null version", "VersionSuspendedBehavior", func(b *buckets) string {
		b.version("Enabled")
		b.put("k", "one")
		b.version("Suspended")
		b.put("k", "two")
		b.put("k", "three")
		out, err := b.ListObjectVersions(b.ctx, &s3.ListObjectVersionsInput{Bucket: b.bucket})
		b.must(err)
		return fmt.Sprint(len(out.Versions), *out.Versions[0].VersionId, *out.Versions[0].IsLatest, b.read("k"))
	}, "2nulltruethree"},
	{"versions come in pages", "API_ListObjectVersions", func(b *buckets) string {
		b.version("Enabled")
		for _, k := range []string{"a", "a", "b", "a"} {
			b.put(k, "")
		}
		got := ""
		pages := s3.NewListObjectVersionsPaginator(b, &s3.ListObjectVersionsInput{Bucket: b.bucket, MaxKeys: aws.Int32(1)})
		for pages.HasMorePages() {
			p, err := pages.NextPage(b.ctx)
			b.must(err)
			got += fmt.Sprint(*p.Versions[0].Key, *p.Versions[0].IsLatest, " ")
		}
		return got
	}, "atrue afalse afalse btrue "},
	{"versions that are not there", "API_GetObject", func(b *buckets) string {
		b.version("Enabled")
		b.put("k", "")
		return b.read("k", func(in *s3.GetObjectInput) { in.VersionId = aws.String(strings.Repeat("0", 32)) }) + " " + b.read("k", func(in *s3.GetObjectInput) { in.VersionId = aws.String("what") })
	}, "NoSuchVersion InvalidArgument"},
	{"copies take metadata along or not", "API_CopyObject", func(b *buckets) string {
		b.put("a", "x", func(in *s3.PutObjectInput) { in.Metadata, in.Tagging = map[string]string{"n": "1"}, aws.String("t=1") })
		copyTo := func(key string, d types.MetadataDirective, t types.TaggingDirective) string {
			_, err := b.CopyObject(b.ctx, &s3.CopyObjectInput{Bucket: b.bucket, Key: &key, CopySource: aws.String("photos/a"), MetadataDirective: d, Metadata: map[string]string{"m": "2"}, TaggingDirective: t})
			b.must(err)
			h, err := b.HeadObject(b.ctx, &s3.HeadObjectInput{Bucket: b.bucket, Key: &key})
			b.must(err)
			return fmt.Sprint(h.Metadata, aws.ToInt32(h.TagCount), " ")
		}
		return copyTo("b", "COPY", "COPY") + copyTo("c", "REPLACE", "REPLACE")
	}, "map[n:1] 1 map[m:2] 0 "},
	{"copies that are refused", "API_CopyObject", func(b *buckets) string {
		b.put("a", "x")
		try := func(from, to string, match *string) string {
			return code(b.CopyObject(b.ctx, &s3.CopyObjectInput{Bucket: b.bucket, Key: &to, CopySource: &from, CopySourceIfMatch: match}))
		}
		return strings.Join([]string{try("photos/a", "a", nil), try("photos/none", "b", nil), try("photos/a", "b", aws.String(`"0"`)), try("photos", "b", nil)}, ",")
	}, "InvalidRequest,NoSuchKey,PreconditionFailed,InvalidArgument"},
	{"an upload in parts", "mpuoverview", func(b *buckets) string {
		out, err := b.upload("k", "", strings.Repeat("a", fiveMiB), "end")
		b.must(err)
		h, err := b.HeadObject(b.ctx, &s3.HeadObjectInput{Bucket: b.bucket, Key: aws.String("k"), PartNumber: aws.Int32(2)})
		b.must(err)
		return fmt.Sprint(strings.HasSuffix(*out.ETag, `-2"`), *h.ContentLength, *h.PartsCount, b.read("k", func(in *s3.GetObjectInput) { in.Range = aws.String("bytes=5242878-5242881") }))
	}, "true 3 2aaen"},
	{"a part that is too small", "API_CompleteMultipartUpload", func(b *buckets) string { return code(b.upload("k", "", "small", "end")) }, "EntityTooSmall"},
	{"checksums of parts", "checking-object-integrity", func(b *buckets) string {
		out, err := b.upload("k", "SHA256", strings.Repeat("a", fiveMiB), "end")
		b.must(err)
		a, err := b.GetObjectAttributes(b.ctx, &s3.GetObjectAttributesInput{Bucket: b.bucket, Key: aws.String("k"), ObjectAttributes: []types.ObjectAttributes{"ObjectParts", "Checksum"}})
		b.must(err)
		return fmt.Sprint(out.ChecksumType, strings.HasSuffix(*out.ChecksumSHA256, "-2"), *a.ObjectParts.TotalPartsCount, len(a.ObjectParts.Parts), *a.ObjectParts.Parts[1].Size)
	}, "COMPOSITEtrue 2 2 3"},
	{"uploads that are aborted", "API_AbortMultipartUpload", func(b *buckets) string {
		up, err := b.CreateMultipartUpload(b.ctx, &s3.CreateMultipartUploadInput{Bucket: b.bucket, Key: aws.String("k")})
		b.must(err)
		list, err := b.ListMultipartUploads(b.ctx, &s3.ListMultipartUploadsInput{Bucket: b.bucket})
		b.must(err)
		in := &s3.AbortMultipartUploadInput{Bucket: b.bucket, Key: aws.String("k"), UploadId: up.UploadId}
		return fmt.Sprint(len(list.Uploads), code(b.AbortMultipartUpload(b.ctx, in)), code(b.AbortMultipartUpload(b.ctx, in)))
	}, "1NoSuchUpload"},
	{"a part that is copied", "API_UploadPartCopy", func(b *buckets) string {
		b.put("a", "0123456789")
		up, err := b.CreateMultipartUpload(b.ctx, &s3.CreateMultipartUploadInput{Bucket: b.bucket, Key: aws.String("k")})
		b.must(err)
		in := &s3.UploadPartCopyInput{Bucket: b.bucket, Key: aws.String("k"), UploadId: up.UploadId, PartNumber: aws.Int32(1), CopySource: aws.String("photos/a"), CopySourceRange: aws.String("bytes=2-4")}
		p, err := b.UploadPartCopy(b.ctx, in)
		b.must(err)
		_, err = b.CompleteMultipartUpload(b.ctx, &s3.CompleteMultipartUploadInput{Bucket: b.bucket, Key: aws.String("k"), UploadId: up.UploadId, MultipartUpload: &types.CompletedMultipartUpload{Parts: []types.CompletedPart{{PartNumber: aws.Int32(1), ETag: p.CopyPartResult.ETag}}}})
		b.must(err)
		return b.read("k")
	}, "234"},
	{"parts are listed", "API_ListParts", func(b *buckets) string {
		up, err := b.CreateMultipartUpload(b.ctx, &s3.CreateMultipartUploadInput{Bucket: b.bucket, Key: aws.String("k")})
		b.must(err)
		for _, n := range []int32{7, 3} {
			_, err := b.UploadPart(b.ctx, &s3.UploadPartInput{Bucket: b.bucket, Key: aws.String("k"), UploadId: up.UploadId, PartNumber: &n, Body: strings.NewReader("xy")})
			b.must(err)
		}
		out, err := b.ListParts(b.ctx, &s3.ListPartsInput{Bucket: b.bucket, Key: aws.String("k"), UploadId: up.UploadId, MaxParts: aws.Int32(1)})
		b.must(err)
		return fmt.Sprint(*out.Parts[0].PartNumber, *out.Parts[0].Size, *out.IsTruncated, *out.NextPartNumberMarker)
	}, "3 2 true3"},
	{"many are deleted at once", "API_DeleteObjects", func(b *buckets) string {
		b.put("a", "")
		out, err := b.DeleteObjects(b.ctx, &s3.DeleteObjectsInput{Bucket: b.bucket, Delete: &types.Delete{Objects: []types.ObjectIdentifier{{Key: aws.String("a")}, {Key: aws.String("none")}, {Key: aws.String("b"), VersionId: aws.String("bad")}}}})
		b.must(err)
		return fmt.Sprint(len(out.Deleted), *out.Errors[0].Key, *out.Errors[0].Code, b.read("a"))
	}, "2bInvalidArgumentNoSuchKey"},
	{"tags of objects", "object-tagging", func(b *buckets) string {
		b.put("k", "", func(in *s3.PutObjectInput) { in.Tagging = aws.String("a=1&b=2") })
		out, err := b.GetObjectTagging(b.ctx, &s3.GetObjectTaggingInput{Bucket: b.bucket, Key: aws.String("k")})
		b.must(err)
		many := make([]types.Tag, 11)
		for i := range many {
			many[i] = types.Tag{Key: aws.String(fmt.Sprint(i)), Value: aws.String("")}
		}
		set := func(tags ...types.Tag) string {
			return code(b.PutObjectTagging(b.ctx, &s3.PutObjectTaggingInput{Bucket: b.bucket, Key: aws.String("k"), Tagging: &types.Tagging{TagSet: tags}}))
		}
		return fmt.Sprint(len(out.TagSet), *out.TagSet[1].Value, set(many...), set(many[0], many[0]), set(types.Tag{Key: aws.String("aws:x"), Value: aws.String("")}), set(many[0]))
	}, "22BadRequestInvalidTagInvalidTag"},
	{"tags of buckets", "API_GetBucketTagging", func(b *buckets) string {
		none := code(b.GetBucketTagging(b.ctx, &s3.GetBucketTaggingInput{Bucket: b.bucket}))
		_, err := b.PutBucketTagging(b.ctx, &s3.PutBucketTaggingInput{Bucket: b.bucket, Tagging: &types.Tagging{TagSet: []types.Tag{{Key: aws.String("team"), Value: aws.String("a")}}}})
		b.must(err)
		out, err := b.GetBucketTagging(b.ctx, &s3.GetBucketTaggingInput{Bucket: b.bucket})
		b.must(err)
		return none + " " + *out.TagSet[0].Key
	}, "NoSuchTagSet team"},
	{"archived objects", "API_RestoreObject", func(b *buckets) string {
		b.put("k", "cold", func(in *s3.PutObjectInput) { in.StorageClass = "GLACIER" })
		restore := func() string {
			return code(b.RestoreObject(b.ctx, &s3.RestoreObjectInput{Bucket: b.bucket, Key: aws.String("k"), RestoreRequest: &types.RestoreRequest{Days: aws.Int32(1), GlacierJobParameters: &types.GlacierJobParameters{Tier: "Standard"}}}))
		}
		got := b.read("k") + "," + restore() + "," + restore() + "," + b.read("k")
		b.clock.Advance(5 * time.Hour)
		got += "," + b.read("k")
		b.clock.Advance(72 * time.Hour)
		return got + "," + b.read("k")
	}, "InvalidObjectState,,RestoreAlreadyInProgress,InvalidObjectState,cold,InvalidObjectState"},
	{"storage classes", "storage-class-intro", func(b *buckets) string {
		b.put("k", "", func(in *s3.PutObjectInput) { in.StorageClass = "STANDARD_IA" })
		h, err := b.HeadObject(b.ctx, &s3.HeadObjectInput{Bucket: b.bucket, Key: aws.String("k")})
		b.must(err)
		return string(h.StorageClass) + " " + code(b.PutObject(b.ctx, &s3.PutObjectInput{Bucket: b.bucket, Key: aws.String("k"), StorageClass: "COLD"}))
	}, "STANDARD_IA InvalidStorageClass"},
	{"metadata of more than 2 KB", "UsingMetadata", func(b *buckets) string {
		return code(b.PutObject(b.ctx, &s3.PutObjectInput{Bucket: b.bucket, Key: aws.String("k"), Metadata: map[string]string{"n": strings.Repeat("x", 2048)}}))
	}, "MetadataTooLarge"},
	{"presigned URLs", "ShareObjectPreSignedURL", func(b *buckets) string {
		sign := s3.NewPresignClient(b.Client)
		put, err := sign.PresignPutObject(b.ctx, &s3.PutObjectInput{Bucket: b.bucket, Key: aws.String("é k"), ContentType: aws.String("image/png")})
		b.must(err)
		get, err := sign.PresignGetObject(b.ctx, &s3.GetObjectInput{Bucket: b.bucket, Key: aws.String("é k"), ResponseContentType: aws.String("text/x")})
		b.must(err)
		return strings.Join([]string{
			b.raw("PUT", put.URL, "body", http.Header{"Content-Type": {"text/html"}}),
			b.raw("PUT", put.URL, "body", http.Header{"Content-Type": {"image/png"}}),
			b.raw("GET", get.URL, "", nil), b.raw("GET", strings.Replace(get.URL, "text%2Fx", "text%2Fy", 1), "", nil), b.raw("PUT", get.URL, "", nil),
		}, ",")
	}, "403 SignatureDoesNotMatch,200,200 body,403 SignatureDoesNotMatch,403 SignatureDoesNotMatch"},
	{"presigned URLs expire in the machine's time", "ShareObjectPreSignedURL", func(b *buckets) string {
		b.put("k", "x")
		get, err := s3.NewPresignClient(b.Client).PresignGetObject(b.ctx, &s3.GetObjectInput{Bucket: b.bucket, Key: aws.String("k")}, s3.WithPresignExpires(time.Hour))
		b.must(err)
		got := b.raw("GET", get.URL, "", nil)
		b.clock.Advance(2 * time.Hour)
		return got + "," + b.raw("GET", get.URL, "", nil)
	}, "200 x,403 AccessDenied"},
	{"preflights", "cors", func(b *buckets) string {
		_, err := b.PutBucketCors(b.ctx, &s3.PutBucketCorsInput{Bucket: b.bucket, CORSConfiguration: &types.CORSConfiguration{CORSRules: []types.CORSRule{{AllowedMethods: []string{"PUT"}, AllowedOrigins: []string{"http://localhost:*"}, AllowedHeaders: []string{"content-*"}}}}})
		b.must(err)
		ask := func(origin, method string) string {
			return b.raw("OPTIONS", b.m.URL()+"/photos/k", "", http.Header{"Origin": {origin}, "Access-Control-Request-Method": {method}, "Access-Control-Request-Headers": {"content-type"}})
		}
		return ask("http://localhost:3000", "PUT") + "," + ask("http://localhost:3000", "DELETE")
	}, "200,403 AccessForbidden"},
	{"what a new bucket is", "default-bucket-encryption, access-control-block-public-access", func(b *buckets) string {
		e, err := b.GetBucketEncryption(b.ctx, &s3.GetBucketEncryptionInput{Bucket: b.bucket})
		b.must(err)
		p, err := b.GetPublicAccessBlock(b.ctx, &s3.GetPublicAccessBlockInput{Bucket: b.bucket})
		b.must(err)
		o, err := b.GetBucketOwnershipControls(b.ctx, &s3.GetBucketOwnershipControlsInput{Bucket: b.bucket})
		b.must(err)
		return fmt.Sprint(e.ServerSideEncryptionConfiguration.Rules[0].ApplyServerSideEncryptionByDefault.SSEAlgorithm, *p.PublicAccessBlockConfiguration.BlockPublicAcls, " ", o.OwnershipControls.Rules[0].ObjectOwnership)
	}, "AES256true BucketOwnerEnforced"},
	{"what a new bucket has not", "ErrorResponses", func(b *buckets) string {
		return strings.Join([]string{
			code(b.GetBucketPolicy(b.ctx, &s3.GetBucketPolicyInput{Bucket: b.bucket})), code(b.GetBucketLifecycleConfiguration(b.ctx, &s3.GetBucketLifecycleConfigurationInput{Bucket: b.bucket})),
			code(b.GetBucketCors(b.ctx, &s3.GetBucketCorsInput{Bucket: b.bucket})), code(b.GetBucketWebsite(b.ctx, &s3.GetBucketWebsiteInput{Bucket: b.bucket})),
		}, ",")
	}, "NoSuchBucketPolicy,NoSuchLifecycleConfiguration,NoSuchCORSConfiguration,NoSuchWebsiteConfiguration"},
	{"a lifecycle is kept", "API_PutBucketLifecycleConfiguration", func(b *buckets) string {
		_, err := b.PutBucketLifecycleConfiguration(b.ctx, &s3.PutBucketLifecycleConfigurationInput{Bucket: b.bucket, LifecycleConfiguration: &types.BucketLifecycleConfiguration{Rules: []types.LifecycleRule{{ID: aws.String("old"), Status: "Enabled", Filter: &types.LifecycleRuleFilter{Prefix: aws.String("tmp/")}, Expiration: &types.LifecycleExpiration{Days: aws.Int32(7)}}}}})
		b.must(err)
		out, err := b.GetBucketLifecycleConfiguration(b.ctx, &s3.GetBucketLifecycleConfigurationInput{Bucket: b.bucket})
		b.must(err)
		return fmt.Sprint(*out.Rules[0].ID, *out.Rules[0].Expiration.Days, *out.Rules[0].Filter.Prefix)
	}, "old7tmp/"},
	{"ACLs are off", "about-object-ownership", func(b *buckets) string {
		return code(b.PutObject(b.ctx, &s3.PutObjectInput{Bucket: b.bucket, Key: aws.String("k"), ACL: "public-read"}))
	}, "AccessControlListNotSupported"},
	{"events to a queue", "notification-content-structure", func(b *buckets) string {
		queues := sqs.NewFromConfig(b.cfg)
		q, err := queues.CreateQueue(b.ctx, &sqs.CreateQueueInput{QueueName: aws.String("events")})
		b.must(err)
		_, err = b.PutBucketNotificationConfiguration(b.ctx, &s3.PutBucketNotificationConfigurationInput{Bucket: b.bucket, NotificationConfiguration: &types.NotificationConfiguration{QueueConfigurations: []types.QueueConfiguration{{
			Id: aws.String("mine"), QueueArn: aws.String("arn:aws:sqs:us-east-1:000000000000:events"), Events: []types.Event{"s3:ObjectCreated:*", "s3:ObjectRemoved:Delete"},
			Filter: &types.NotificationConfigurationFilter{Key: &types.S3KeyFilter{FilterRules: []types.FilterRule{{Name: "prefix", Value: aws.String("in/")}, {Name: "suffix", Value: aws.String(".jpg")}}}},
		}}}})
		b.must(err)
		b.put("in/a b.jpg", "hello")
		b.put("in/a.png", "")
		b.put("out/a.jpg", "")
		_, err = b.DeleteObject(b.ctx, &s3.DeleteObjectInput{Bucket: b.bucket, Key: aws.String("in/a b.jpg")})
		b.must(err)
		out, err := queues.ReceiveMessage(b.ctx, &sqs.ReceiveMessageInput{QueueUrl: q.QueueUrl, MaxNumberOfMessages: 10})
		b.must(err)
		got := ""
		for _, m := range out.Messages {
			v := value.MustParse(*m.Body)
			got += v.Get("Event").Str()
			for _, r := range v.Get("Records").Elements() {
				got += fmt.Sprint(" ", r.Get("eventName").Str(), r.Path("s3", "configurationId"), r.Path("s3", "object", "key"), r.Path("s3", "object", "size"))
			}
		}
		return got
	}, `s3:TestEvent ObjectCreated:Put"mine" "in/a+b.jpg" 5 ObjectRemoved:Delete"mine" "in/a+b.jpg" null`},
	{"events to a topic and a function that are not there", "notification-how-to-event-types-and-destinations", func(b *buckets) string {
		topic, err := sns.NewFromConfig(b.cfg).CreateTopic(b.ctx, &sns.CreateTopicInput{Name: aws.String("t")})
		b.must(err)
		set := func(c *types.NotificationConfiguration) string {
			return code(b.PutBucketNotificationConfiguration(b.ctx, &s3.PutBucketNotificationConfigurationInput{Bucket: b.bucket, NotificationConfiguration: c}))
		}
		events := []types.Event{"s3:ObjectCreated:Put"}
		function := "arn:aws:lambda:us-east-1:000000000000:function:none"
		return strings.Join([]string{
			set(&types.NotificationConfiguration{TopicConfigurations: []types.TopicConfiguration{{TopicArn: topic.TopicArn, Events: events}}}),
			set(&types.NotificationConfiguration{LambdaFunctionConfigurations: []types.LambdaFunctionConfiguration{{LambdaFunctionArn: &function, Events: events}}}),
			set(&types.NotificationConfiguration{TopicConfigurations: []types.TopicConfiguration{{TopicArn: topic.TopicArn, Events: events}, {TopicArn: topic.TopicArn, Events: []types.Event{"s3:ObjectCreated:*"}}}}),
		}, ",")
	}, ",InvalidArgument,InvalidArgument"},
	{"another owner", "bucket-owner-condition", func(b *buckets) string {
		return b.read("k", func(in *s3.GetObjectInput) { in.ExpectedBucketOwner = aws.String("123456789012") })
	}, "AccessDenied"},
	{"what is not supported is refused by name", "ErrorResponses (NotImplemented)", func(b *buckets) string {
		return code(b.GetBucketReplication(b.ctx, &s3.GetBucketReplicationInput{Bucket: b.bucket}))
	}, "NotImplemented"},
	{"a foreign page and a foreign host", "the machine's own rule", func(b *buckets) string {
		return b.raw("GET", b.m.URL()+"/photos", "", http.Header{"Origin": {"https://example.com"}})[:3]
	}, "403"},
	{"an upload of many MiB", "API_PutObject", func(b *buckets) string {
		body := bytes.Repeat([]byte("0123456789abcdef"), 1<<19)
		b.put("k", string(body))
		return fmt.Sprint(b.read("k") == string(body))
	}, "true"},
}

func TestS3(t *testing.T) {
	t.Parallel()
	for _, p := range bucketProbes {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			c := clock.NewVirtual(time.Now())
			m, cfg := machine(t, local.Options{Clock: c})
			b := &buckets{
				Client: s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true }), t: t, ctx: t.Context(), m: m, cfg: cfg, clock: c, bucket: aws.String("photos"),
			}
			_, err := b.CreateBucket(b.ctx, &s3.CreateBucketInput{Bucket: b.bucket})
			b.must(err)
			if got := p.ask(b); got != p.want {
				t.Errorf("%s:\ngot  %s\nwant %s", p.page, got, p.want)
			}
		})
	}
}
