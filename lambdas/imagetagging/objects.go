package imagetagging

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"github.com/stepwright/stepwright/awsclient"
)

// objects is what the handlers need of S3.
type objects interface {
	// read returns at most length bytes from offset on, and the size of the
	// whole object. Beyond the end, and in an empty object, there is nothing to
	// read, which is not an error.
	read(ctx context.Context, job Job, offset, length int64) (data []byte, size int64, err error)

	write(ctx context.Context, bucket, key string, p picture) error
}

// openBucket makes the client once per process, as Lambda recommends.
var openBucket = sync.OnceValues(func() (objects, error) { return newS3(context.Background()) })

type s3Objects struct{ client *s3.Client }

func newS3(ctx context.Context) (objects, error) {
	cfg, err := awsclient.Config(ctx)
	if err != nil {
		return nil, err
	}
	return s3Objects{s3.NewFromConfig(cfg, func(o *s3.Options) {
		o.UsePathStyle = awsclient.IsLocal(o.BaseEndpoint)
		o.DisableLogOutputChecksumValidationSkipped = true // parts of objects have no checksum; that is no news
	})}, nil
}

func (s s3Objects) read(ctx context.Context, job Job, offset, length int64) ([]byte, int64, error) {
	in := &s3.GetObjectInput{
		Bucket: &job.S3Bucket,
		Key:    &job.S3Key,
		Range:  aws.String(fmt.Sprintf("bytes=%d-%d", offset, offset+length-1)),
	}
	if job.VersionID != "" {
		in.VersionId = &job.VersionID
	}
	out, err := s.client.GetObject(ctx, in)
	if errorCode(err) == "InvalidRange" {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, named(err, "read", job.S3Bucket, job.S3Key)
	}
	defer out.Body.Close()
	size, err := wholeSize(out, offset)
	if err != nil {
		return nil, 0, err
	}
	if out.ContentRange == nil { // the server sends everything
		if _, err := io.CopyN(io.Discard, out.Body, offset); err != nil {
			return nil, size, nil
		}
	}
	data := make([]byte, max(0, min(length, size-offset)))
	if _, err := io.ReadFull(out.Body, data); err != nil {
		return nil, 0, fmt.Errorf("read %s/%s: %w", job.S3Bucket, job.S3Key, err)
	}
	return data, size, nil
}

// wholeSize is the number after the slash of "bytes 0-99/1234", or the length
// of an answer that ignores the range.
func wholeSize(out *s3.GetObjectOutput, offset int64) (int64, error) {
	if out.ContentRange == nil {
		return aws.ToInt64(out.ContentLength), nil
	}
	_, total, _ := strings.Cut(*out.ContentRange, "/")
	size, err := strconv.ParseInt(total, 10, 64)
	if err != nil || size < offset {
		return 0, fmt.Errorf("read object: Content-Range is %q; it must end in the object's size", *out.ContentRange)
	}
	return size, nil
}

func (s s3Objects) write(ctx context.Context, bucket, key string, p picture) error {
	_, err := s.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket:       &bucket,
		Key:          &key,
		Body:         bytes.NewReader(p.body),
		ContentType:  &p.contentType,
		CacheControl: aws.String("private, max-age=86400"),
	})
	return named(err, "write", bucket, key)
}

func errorCode(err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return api.ErrorCode()
	}
	return ""
}

// named turns the errors that a workflow catches into our own types; the rest
// stays what the SDK made of it.
func named(err error, verb, bucket, key string) error {
	if err == nil {
		return nil
	}
	switch code := errorCode(err); code {
	case "NoSuchKey", "NoSuchVersion", "NoSuchBucket", "NotFound", "MethodNotAllowed":
		return ObjectNotFound{fmt.Sprintf("cannot %s %s/%s: %s", verb, bucket, key, notFound(code))}
	case "AccessDenied", "Forbidden":
		return AccessDenied{fmt.Sprintf("cannot %s %s/%s: the function's role may not (or, without s3:ListBucket, the object does not exist)", verb, bucket, key)}
	}
	return err
}

func notFound(code string) string {
	switch code {
	case "NoSuchBucket":
		return "there is no such bucket"
	case "NoSuchVersion", "MethodNotAllowed": // the latter: the version is a delete marker
		return "that version does not exist any more"
	default:
		return "there is no such object"
	}
}
