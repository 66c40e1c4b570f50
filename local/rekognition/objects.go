package rekognition

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// S3 reads pictures through the machine's own S3, without HTTP. Objects that are too large are not read.
func S3(directory *wire.Directory) Objects { return bucketReader{directory} }

type bucketReader struct{ directory *wire.Directory }

// Get reads an object.
func (b bucketReader) Get(ctx context.Context, bucket, key, version string) ([]byte, error) {
	in := value.Object(value.M("Bucket", value.String(bucket)), value.M("Key", value.String(key)))
	if version != "" {
		in = in.With("VersionId", value.String(version))
	}
	head, err := b.directory.Call(ctx, "s3", "HeadObject", in)
	if err != nil {
		return nil, err
	}
	if n, ok := head.Get("ContentLength").Int(); ok && n > maxInS3 {
		return nil, tooLarge(n)
	}
	out, err := b.directory.Call(ctx, "s3", "GetObject", in)
	if err != nil {
		return nil, err
	}
	body, err := base64.StdEncoding.DecodeString(out.Get("Body").Str())
	if err != nil {
		return nil, fmt.Errorf("read s3://%s/%s: %w", bucket, key, err)
	}
	return body, nil
}

func tooLarge(n int64) error {
	return wire.Errorf("ImageTooLargeException", "Image size is too large: %d bytes, the limit is %d", n, maxInS3)
}

// picture gives the bytes of the request's picture.
func (s *Service) picture(ctx context.Context, q request) ([]byte, error) {
	if q.bytes != nil {
		return q.bytes, nil
	}
	b, err := s.objects.Get(ctx, q.bucket, q.key, q.version)
	if err != nil {
		if e, ok := errors.AsType[*wire.Error](err); ok && e.Code == "ImageTooLargeException" {
			return nil, e
		}
		return nil, wire.Errorf("InvalidS3ObjectException",
			"Unable to get object metadata from S3. Check object key, region and/or access permissions. (%v)", err)
	}
	if len(b) > maxInS3 {
		return nil, tooLarge(int64(len(b)))
	}
	return b, nil
}
