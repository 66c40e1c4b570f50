package s3_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/local/s3"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/wiretest"
	"github.com/stepwright/stepwright/value"
)

func ExampleService_Call() {
	ctx := context.Background()
	service := s3.New(s3.Options{Account: wiretest.Account})
	_, err := service.Create(ctx, wire.Resource{Stack: "Photos", LogicalID: "Bucket", Type: "AWS::S3::Bucket", Properties: value.MustParse(`{"BucketName":"photos"}`)})
	if err != nil {
		fmt.Println(err)
	}
	put, err := service.Call(ctx, "PutObject", value.MustParse(`{"Bucket":"photos","Key":"cat.txt","Body":"bWVvdw==","ContentType":"text/plain"}`))
	fmt.Println(put, err)
	_, err = service.Call(ctx, "HeadObject", value.MustParse(`{"Bucket":"photos","Key":"dog.txt"}`))
	fmt.Println(err)
	// Output:
	// {"ETag":"\"4a4be40c96ac6314e91d93f38043a634\"","ServerSideEncryption":"AES256"} <nil>
	// NoSuchKey: The specified key does not exist.
}

func TestCall(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withHistory)
	call := func(action, in string) string {
		out, err := w.service.Call(t.Context(), action, value.MustParse(in))
		if err != nil {
			return err.Error()
		}
		return out.Without("VersionId").String()
	}
	for _, c := range []struct{ action, in, want string }{
		{"PutObject", `{"Bucket":"photos","Key":"a b","Body":"aGVsbG8=","Metadata":{"Owner":"me"},"CacheControl":"no-store"}`, `{"ETag":"\"5d41402abc4b2a76b9719d911017c592\"","ServerSideEncryption":"AES256"}`},
		{"HeadObject", `{"Bucket":"photos","Key":"a b"}`, `{"AcceptRanges":"bytes","LastModified":"2026-11-05T10:00:00Z","ContentLength":5,"ETag":"\"5d41402abc4b2a76b9719d911017c592\"","CacheControl":"no-store","ContentType":"binary/octet-stream","ServerSideEncryption":"AES256","Metadata":{"owner":"me"}}`},
		{"GetObject", `{"Bucket":"photos","Key":"a b","Range":"bytes=1-2"}`, `{"AcceptRanges":"bytes","LastModified":"2026-11-05T10:00:00Z","ContentLength":2,"ETag":"\"5d41402abc4b2a76b9719d911017c592\"","CacheControl":"no-store","ContentType":"binary/octet-stream","ServerSideEncryption":"AES256","Metadata":{"owner":"me"},"ContentRange":"bytes 1-2/5","Body":"ZWw="}`},
		{"CopyObject", `{"Bucket":"photos","Key":"c/d","CopySource":"/photos/a%20b"}`, `{"CopyObjectResult":{"ETag":"\"5d41402abc4b2a76b9719d911017c592\"","LastModified":"2026-11-05T10:00:00.000Z"}}`},
		{"ListObjectsV2", `{"Bucket":"photos","Delimiter":"/","MaxKeys":1}`, `{"Name":"photos","Prefix":"","Delimiter":"/","MaxKeys":1,"KeyCount":1,"IsTruncated":true,"Contents":[{"Key":"a b","LastModified":"2026-11-05T10:00:00Z","ETag":"\"5d41402abc4b2a76b9719d911017c592\"","Size":5,"StorageClass":"STANDARD"}],"NextContinuationToken":"YSBi"}`},
		{"ListObjectsV2", `{"Bucket":"photos","Delimiter":"/","ContinuationToken":"YSBi"}`, `{"Name":"photos","Prefix":"","Delimiter":"/","MaxKeys":1000,"KeyCount":1,"IsTruncated":false,"CommonPrefixes":[{"Prefix":"c/"}]}`},
		{"ListObjectsV2", `{"Bucket":"photos","ContinuationToken":"?"}`, "InvalidArgument: The continuation token provided is incorrect"},
		{"DeleteObject", `{"Bucket":"photos","Key":"a b"}`, `{"DeleteMarker":true}`},
		{"HeadObject", `{"Bucket":"photos","Key":"a b"}`, "NoSuchKey: The specified key does not exist."},
		{"HeadBucket", `{"Bucket":"photos"}`, `{"BucketRegion":"eu-north-1"}`},
		{"HeadBucket", `{"Bucket":"none"}`, "NoSuchBucket: The specified bucket does not exist"},
		{"HeadObject", `{"Bucket":"photos"}`, "InvalidArgument: Key is missing; it must be a string"},
		{"PutObject", `{"Bucket":"photos","Key":"k","Body":"!"}`, "InvalidArgument: Body must be base64: illegal base64 data at input byte 0"},
		{"ListBuckets", `{}`, `{"Buckets":[{"Name":"photos","CreationDate":"2026-11-05T10:00:00.000Z"}]}`},
		{"PutObjectTagging", `{"Bucket":"photos","Key":"c/d","Tagging":{"TagSet":[{"Key":"a","Value":"b"}]}}`, `{}`},
		{"GetObjectTagging", `{"Bucket":"photos","Key":"c/d"}`, `{"TagSet":[{"Key":"a","Value":"b"}]}`},
		{"DeleteObjectTagging", `{"Bucket":"photos","Key":"c/d"}`, `{}`},
		{"GetObjectTagging", `{"Bucket":"photos","Key":"c/d"}`, `{"TagSet":[]}`},
		{"PutObjectTagging", `{"Bucket":"photos","Key":"c/d"}`, "MalformedXML: Tagging.TagSet must be an array of tags"},
		{"DeleteObjects", `{"Bucket":"photos","Delete":{"Objects":[{"Key":"none","VersionId":"x"}]}}`, `{"Errors":[{"Key":"none","VersionId":"x","Code":"InvalidArgument","Message":"Invalid version id specified"}]}`},
		{"DeleteObjects", `{"Bucket":"photos","Delete":{"Objects":[{"Key":"c/d","VersionId":"null"}]}}`, `{"Deleted":[{"Key":"c/d","VersionId":"null"}]}`},
		{"DeleteBucket", `{"Bucket":"photos"}`, "BucketNotEmpty: The bucket you tried to delete is not empty. You must delete all versions in the bucket."},
		{"CreateBucket", `{"Bucket":"more","CreateBucketConfiguration":{"LocationConstraint":"eu-north-1"}}`, `{"Location":"/more"}`},
		{"CreateBucket", `{"Bucket":"other"}`, "IllegalLocationConstraintException: The unspecified location constraint is incompatible for the region specific endpoint this request was sent to."},
		{"DeleteBucket", `{"Bucket":"more"}`, `{}`},
		{"GetObjectTorrent", `{}`, "UnknownOperationException: GetObjectTorrent of s3 is not supported by the local machine"},
	} {
		if d := cmp.Diff(c.want, call(c.action, c.in)); d != "" {
			t.Errorf("%s %s (-want +got):\n%s", c.action, c.in, d)
		}
	}
}

func TestProvider(t *testing.T) {
	t.Parallel()
	service := s3.New(s3.Options{Account: wiretest.Account})
	resource := func(properties string) wire.Resource {
		return wire.Resource{Stack: "Tagging", LogicalID: "PhotoBucket1F2E3D4C", Type: "AWS::S3::Bucket", Properties: value.MustParse(properties)}
	}
	// The resource of specs/cdk.md, section 7.
	full := resource(`{"BucketEncryption":{"ServerSideEncryptionConfiguration":[{"ServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]},
		"VersioningConfiguration":{"Status":"Enabled"},"PublicAccessBlockConfiguration":{"BlockPublicAcls":true},
		"NotificationConfiguration":{"EventBridgeConfiguration":{"EventBridgeEnabled":true}},
		"CorsConfiguration":{"CorsRules":[{"AllowedMethods":["GET"],"AllowedOrigins":["https://photos.example.com"],"AllowedHeaders":["*"]}]},
		"LifecycleConfiguration":{"Rules":[{"Status":"Enabled","AbortIncompleteMultipartUpload":{"DaysAfterInitiation":7}}]}}`)
	made, err := service.Create(t.Context(), full)
	if err != nil {
		t.Fatal(err)
	}
	again := s3.New(s3.Options{Account: wiretest.Account})
	if twice, err := again.Create(t.Context(), full); err != nil || twice.Ref != made.Ref {
		t.Errorf("the name changes from start to start: %q, %q, %v", made.Ref, twice.Ref, err)
	}
	if !strings.HasPrefix(made.Ref, "tagging-photobucket1f2e3d4c-") || made.Attributes["Arn"].Str() != "arn:aws:s3:::"+made.Ref {
		t.Errorf("created: %+v", made)
	}
	policy := wire.Resource{Type: "AWS::S3::BucketPolicy", Properties: value.Object(value.M("Bucket", value.String(made.Ref)), value.M("PolicyDocument", value.MustParse(`{"Statement":[]}`)))}
	stored, err := service.Create(t.Context(), policy)
	if err != nil {
		t.Fatal(err)
	}
	for properties, want := range map[string]string{
		`{"WebsiteConfiguration":{}}`:                                                               "the property WebsiteConfiguration is not supported by the local S3",
		`{"NotificationConfiguration":{"MailConfigurations":[]}}`:                                   "NotificationConfiguration: MailConfigurations is not supported by the local S3",
		`{"NotificationConfiguration":{"QueueConfigurations":[{"Event":"s3:Object","Queue":"q"}]}}`: `NotificationConfiguration: The event "s3:Object" is not supported for notifications`,
		`{"NotificationConfiguration":{"QueueConfigurations":[{"Event":"s3:ObjectCreated:*"}]}}`:    "NotificationConfiguration: QueueConfigurations 1: Queue is missing",
		`{"LifecycleConfiguration":{"Rules":[{"Status":"On"}]}}`:                                    `LifecycleConfiguration: rule 1: Status must be Enabled or Disabled, not "On"`,
		`{"VersioningConfiguration":{"Status":"On"}}`:                                               `VersioningConfiguration: Status must be Enabled or Suspended, not "On"`,
		`{"CorsConfiguration":{"CorsRules":[{"AllowedMethods":["PATCH"],"AllowedOrigins":["*"]}]}}`: `CorsConfiguration: rule 1 allows the method "PATCH"; S3 knows GET, PUT, HEAD, POST and DELETE`,
		`{"CorsConfiguration":{"CorsRules":[{"AllowedMethods":["GET"]}]}}`:                          "CorsConfiguration: rule 1 needs AllowedMethods and AllowedOrigins",
		`{"BucketName":"A"}`: "InvalidBucketName: The specified bucket is not valid",
	} {
		if _, err := service.Create(t.Context(), resource(properties)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v", properties, err)
		}
	}
	if err := errors.Join(service.Delete(t.Context(), policy, stored), service.Delete(t.Context(), full, made), service.Delete(t.Context(), full, made)); err != nil {
		t.Errorf("delete: %v", err)
	}
	if _, err := service.Create(t.Context(), policy); err == nil {
		t.Error("a policy for a bucket that is gone")
	}
}

func BenchmarkPutGet(b *testing.B) {
	service := s3.New(s3.Options{Account: wiretest.Account})
	if _, err := service.Create(b.Context(), bucketResource(plain)); err != nil {
		b.Fatal(err)
	}
	put := value.MustParse(`{"Bucket":"photos","Key":"k","Body":"aGVsbG8="}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := service.Call(b.Context(), "PutObject", put); err != nil {
			b.Fatal(err)
		}
		if _, err := service.Call(b.Context(), "GetObject", put); err != nil {
			b.Fatal(err)
		}
	}
}
