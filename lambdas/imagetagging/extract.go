package imagetagging

import (
	"context"
	"fmt"
)

// Extract names the format of a photo and reads its size, its camera, its time
// and its place from the first 256 KiB of the object, and more only where the
// header is longer. No pixel is decoded.
//
// It fails with ImageIdentifyError (not a picture we can name; an empty
// object), ImageTooLarge (more than 100 million pixels), ObjectNotFound or
// AccessDenied. Formats that the pipeline does not support are not errors: they
// are named in Format. What is odd about EXIF is a warning.
func Extract(ctx context.Context, job Job) (Metadata, error) {
	bucket, err := openBucket()
	if err != nil {
		return Metadata{}, err
	}
	return extract(ctx, bucket, job)
}

func extract(ctx context.Context, from objects, job Job) (Metadata, error) {
	h, err := openHeader(func(offset, length int64) ([]byte, int64, error) {
		return from.read(ctx, job, offset, length)
	})
	if err != nil {
		return Metadata{}, err
	}
	return inspect(h)
}

// inspect is Extract without S3.
func inspect(h *header) (Metadata, error) {
	if h.size == 0 {
		return Metadata{}, ImageIdentifyError{"the object is empty"}
	}
	format, found := identify(h.data)
	if format == "" {
		return Metadata{}, ImageIdentifyError{fmt.Sprintf("the object is not a picture: its content looks like %s", found)}
	}
	stored, err := dimensions(format, h)
	if err != nil {
		return Metadata{}, err
	}
	tags := readTags(exifBlock(format, h))
	if h.err != nil {
		return Metadata{}, h.err
	}
	return describe(format, h.size, stored, tags), nil
}

func describe(format string, size int64, stored Dimensions, tags tags) Metadata {
	m := Metadata{
		Format:           format,
		Dimensions:       displayed(stored, tags.orientation),
		StoredDimensions: stored,
		FileSize:         int(size),
		CreationTime:     tags.taken,
		CreationTimeISO:  tags.takenISO,
		ExifMake:         tags.make,
		ExifModel:        tags.model,
		Orientation:      tags.orientation,
		Geo:              tags.geo,
		Warnings:         append([]string{}, tags.warnings...),
	}
	if decodable(format) && min(stored.Width, stored.Height) < minLabelSide {
		m.Warnings = append(m.Warnings, WarnTooSmallForLabels)
	}
	return m
}
