package imagetagging

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
)

// Thumbnail writes a smaller copy of a photo and says where. A preview fits
// into 250 x 250 pixels and keeps the photo's format; a copy for analysis is a
// JPEG with a longest side of 2048. Both are upright, carry no EXIF, and are
// never larger than the photo. The same photo gives the same bytes.
//
// It fails with CorruptImage (the pixels cannot be decoded), ImageTooLarge,
// NotAnUpload (the key is not below uploads/), ObjectNotFound or AccessDenied.
func Thumbnail(ctx context.Context, in Resize) (Preview, error) {
	bucket, err := openBucket()
	if err != nil {
		return Preview{}, err
	}
	return thumbnail(ctx, bucket, in)
}

func thumbnail(ctx context.Context, bucket objects, in Resize) (Preview, error) {
	kind, ok := kinds[in.Mode]
	if !ok {
		return Preview{}, fmt.Errorf("mode is %q; it must be %q or %q", in.Mode, ModePreview, ModeAnalysis)
	}
	key, err := copyKey(in.Job.S3Key, kind.folder)
	if err != nil {
		return Preview{}, err
	}
	data, err := readWhole(ctx, bucket, in)
	if err != nil {
		return Preview{}, err
	}
	small, err := shrink(data, kind)
	if err != nil {
		return Preview{}, err
	}
	if err := bucket.write(ctx, in.Job.S3Bucket, key, small); err != nil {
		return Preview{}, err
	}
	return Preview{Key: key, Bucket: in.Job.S3Bucket, Width: small.size.Width, Height: small.size.Height}, nil
}

// readWhole refuses what Extract already found to be too large before it reads
// anything.
func readWhole(ctx context.Context, bucket objects, in Resize) ([]byte, error) {
	if err := checkBytes(int64(in.Metadata.FileSize)); err != nil {
		return nil, err
	}
	if err := checkPixels(in.Metadata.StoredDimensions); err != nil {
		return nil, err
	}
	data, size, err := bucket.read(ctx, in.Job, 0, maxBytes)
	if err != nil {
		return nil, err
	}
	return data, checkBytes(size)
}

// A kind is one sort of copy.
type kind struct {
	folder  string
	side    int  // of the square it fits into
	quality int  // of JPEG
	asJPEG  bool // whatever the photo is
}

var kinds = map[string]kind{
	ModePreview:  {folder: "resized", side: previewSide, quality: previewQuality},
	ModeAnalysis: {folder: "analysis", side: analysisSide, quality: analysisQuality, asJPEG: true},
}

// A picture is an encoded image, ready to be stored.
type picture struct {
	body        []byte
	contentType string
	size        Dimensions
}

// shrink is Thumbnail without S3. Format and orientation are read from the very
// bytes that are decoded.
func shrink(data []byte, k kind) (picture, error) {
	if len(data) == 0 {
		return picture{}, CorruptImage{"the object is empty"}
	}
	h := headerOf(data)
	format, mediaType := identify(data)
	if !decodable(format) {
		return picture{}, CorruptImage{fmt.Sprintf("the object is %s now; only JPEG and PNG can be resized", mediaType)}
	}
	stored, err := dimensions(format, h)
	if err != nil {
		if unreadable, ok := errors.AsType[ImageIdentifyError](err); ok {
			return picture{}, CorruptImage(unreadable)
		}
		return picture{}, err
	}
	photo, err := decode(format, data)
	if err != nil {
		return picture{}, CorruptImage{fmt.Sprintf("the %s cannot be decoded: %v", format, err)}
	}
	orientation := readTags(exifBlock(format, h)).orientation
	target := displayed(fit(stored, k.side), orientation)
	small := orient(scale(photo, fit(stored, k.side)), orientation)
	return encode(small, target, format, k)
}

func decode(format string, data []byte) (image.Image, error) {
	if format == formatPNG {
		return png.Decode(bytes.NewReader(data))
	}
	return jpeg.Decode(bytes.NewReader(data))
}

func encode(img *image.NRGBA, size Dimensions, format string, k kind) (picture, error) {
	var body bytes.Buffer
	if format == formatPNG && !k.asJPEG {
		err := png.Encode(&body, img)
		return picture{body.Bytes(), "image/png", size}, err
	}
	err := jpeg.Encode(&body, flatten(img), &jpeg.Options{Quality: k.quality})
	return picture{body.Bytes(), "image/jpeg", size}, err
}

// fit returns the largest size of the same shape that fits into a square and is
// not larger than d. Halves are rounded up, and no side is less than one.
func fit(d Dimensions, side int) Dimensions {
	long := max(d.Width, d.Height)
	if long <= side {
		return d
	}
	part := func(n int) int {
		return int(max(1, (2*int64(n)*int64(side)+int64(long))/(2*int64(long))))
	}
	return Dimensions{part(d.Width), part(d.Height)}
}
