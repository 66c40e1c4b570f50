package imagetagging

import (
	"bytes"
	"encoding/json"
	"errors"
	"image"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/test/photos"
)

// camera is what the picture of scenario I1 says about itself.
func camera(orientation uint16) []byte {
	return exif(
		[]entry{text(0x010f, "Acme"), text(0x0110, "Cam 1"), short(0x0112, orientation)},
		[]entry{text(0x9003, "2024:05:01 10:11:12")},
		[]entry{
			text(1, "N"), fractions(2, 59, 1, 19, 1, 4548, 100),
			text(3, "E"), fractions(4, 18, 1, 4, 1, 696, 100),
		})
}

func TestExtract(t *testing.T) {
	t.Parallel()
	stockholm := &Geo{
		Latitude:  Coordinate{59, 19, 45.48, "N"},
		Longitude: Coordinate{18, 4, 6.96, "E"},
		Decimal:   LatLon{59.3293, 18.0686},
	}
	large := photos.JPEG(gradient(400, 300))
	tests := []struct {
		name string
		data []byte
		want Metadata
	}{
		{"I1 JPEG with EXIF and GPS", withEXIF(large, camera(1)), Metadata{
			Format: "JPEG", Dimensions: Dimensions{400, 300}, StoredDimensions: Dimensions{400, 300},
			CreationTime: "2024:05:01 10:11:12", CreationTimeISO: "2024-05-01T10:11:12",
			ExifMake: "Acme", ExifModel: "Cam 1", Orientation: 1, Geo: stockholm,
		}},
		{"I2 PNG without EXIF", photos.PNG(gradient(800, 600)), Metadata{
			Format: "PNG", Dimensions: Dimensions{800, 600}, StoredDimensions: Dimensions{800, 600}, Orientation: 1,
		}},
		{"I14 tiny", photos.PNG(gradient(40, 40)), Metadata{
			Format: "PNG", Dimensions: Dimensions{40, 40}, StoredDimensions: Dimensions{40, 40}, Orientation: 1,
			Warnings: []string{WarnTooSmallForLabels},
		}},
		{"narrow on one side", photos.JPEG(gradient(300, 79)), Metadata{
			Format: "JPEG", Dimensions: Dimensions{300, 79}, StoredDimensions: Dimensions{300, 79}, Orientation: 1,
			Warnings: []string{WarnTooSmallForLabels},
		}},
		{"I16 on its side", withEXIF(large, camera(6)), Metadata{
			Format: "JPEG", Dimensions: Dimensions{300, 400}, StoredDimensions: Dimensions{400, 300},
			CreationTime: "2024:05:01 10:11:12", CreationTimeISO: "2024-05-01T10:11:12",
			ExifMake: "Acme", ExifModel: "Cam 1", Orientation: 6, Geo: stockholm,
		}},
		{"EXIF of a PNG before its pixels", withChunk(photos.PNG(gradient(100, 90)), "eXIf", exif([]entry{short(0x0112, 8)}, nil, nil), false), Metadata{
			Format: "PNG", Dimensions: Dimensions{90, 100}, StoredDimensions: Dimensions{100, 90}, Orientation: 8,
		}},
		{"EXIF of a PNG after its pixels", withChunk(photos.PNG(gradient(100, 90)), "eXIf", exif([]entry{short(0x0112, 3)}, nil, nil), true), Metadata{
			Format: "PNG", Dimensions: Dimensions{100, 90}, StoredDimensions: Dimensions{100, 90}, Orientation: 3,
		}},
		{"I9 CMYK", blocks(160, 120, false, func(x, y int) []uint8 { return []uint8{255, 0, 0, 255} }), Metadata{
			Format: "JPEG", Dimensions: Dimensions{160, 120}, StoredDimensions: Dimensions{160, 120}, Orientation: 1,
		}},
		{"I7 first half of a JPEG", large[:len(large)/2], Metadata{
			Format: "JPEG", Dimensions: Dimensions{400, 300}, StoredDimensions: Dimensions{400, 300}, Orientation: 1,
		}},
		{"I3 GIF", photos.GIF(gradient(30, 20)), Metadata{
			Format: "GIF", Dimensions: Dimensions{30, 20}, StoredDimensions: Dimensions{30, 20}, Orientation: 1,
		}},
		{"I5 WebP", []byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x03\x80\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00"), Metadata{
			Format: "WEBP", Dimensions: Dimensions{4, 7}, StoredDimensions: Dimensions{4, 7}, Orientation: 1,
		}},
		{"I5 HEIC", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), Metadata{Format: "HEIC", Orientation: 1}},
		{"I5 AVIF", []byte("\x00\x00\x00\x18ftypavif\x00\x00\x00\x00mif1avif"), Metadata{Format: "AVIF", Orientation: 1}},
		{"I5 SVG", []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>`), Metadata{Format: "SVG", Orientation: 1}},
		{"I5 PDF", []byte("%PDF-1.7\n%âãÏÓ\n"), Metadata{Format: "PDF", Orientation: 1}},
		{"TIFF", exif([]entry{short(0x0100, 9), short(0x0101, 8)}, nil, nil), Metadata{
			Format: "TIFF", Dimensions: Dimensions{9, 8}, StoredDimensions: Dimensions{9, 8}, Orientation: 1,
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			bucket, job := holding(test.data)
			got, err := extract(t.Context(), bucket, job)
			if err != nil {
				t.Fatal(err)
			}
			test.want.FileSize = len(test.data)
			if test.want.Warnings == nil {
				test.want.Warnings = []string{}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("metadata (-want +got):\n%s", diff)
			}
			if want := []string{"0+262144"}; !cmp.Equal(want, bucket.reads) {
				t.Errorf("reads = %q, want %q", bucket.reads, want)
			}
		})
	}
}

// TestExtractNameDoesNotMatter: I3 and I8, the same content under any name.
func TestExtractNameDoesNotMatter(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a.gif", "a.jpg", "a", "a+b %20 é.png"} {
		job := Job{S3Bucket: "b", S3Key: "private/u 1/uploads/" + name}
		bucket := &memory{content: map[string][]byte{"b/" + job.S3Key: photos.GIF(gradient(5, 5))}}
		got, err := extract(t.Context(), bucket, job)
		if err != nil || got.Format != "GIF" {
			t.Errorf("%s: format %q, error %v; want GIF", name, got.Format, err)
		}
	}
}

func TestExtractRefuses(t *testing.T) {
	t.Parallel()
	jpegHead := photos.JPEG(gradient(9, 9))
	tests := []struct {
		name string
		data []byte
		want error
		text string
	}{
		{"I4 text called .jpg", []byte("Dear Kim,\nthe photo is in the mail.\n"), ImageIdentifyError{}, "its content looks like text/plain"},
		{"empty", nil, ImageIdentifyError{}, "the object is empty"},
		{"one byte", []byte{0xff}, ImageIdentifyError{}, "not a picture"},
		{"video", []byte("\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41"), ImageIdentifyError{}, "video/mp4"},
		{"JPEG cut in its header", jpegHead[:30], ImageIdentifyError{}, "begins like a JPEG"},
		{"JPEG of nothing", append(append([]byte{}, jpegHead[:4]...), make([]byte, 400)...), ImageIdentifyError{}, "begins like a JPEG"},
		{"PNG signature only", []byte("\x89PNG\r\n\x1a\n"), ImageIdentifyError{}, "begins like a PNG"},
		{"PNG without width", photos.PNGHeader(0, 10), ImageIdentifyError{}, "PNG"},
		{"I12 bomb", photos.PNGHeader(50_000, 50_000), ImageTooLarge{}, "the picture has 50000 x 50000 pixels; at most 100000000 are processed"},
		{"bomb beyond 64 bits", photos.PNGHeader(1<<31-1, 1<<31-1), ImageTooLarge{}, "2147483647 x 2147483647"},
		{"negative size", photos.PNGHeader(1<<31, 1<<31), ImageTooLarge{}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			bucket, job := holding(test.data)
			_, err := extract(t.Context(), bucket, job)
			if err == nil {
				t.Fatal("no error")
			}
			if reflect.TypeOf(err) != reflect.TypeOf(test.want) || !strings.Contains(err.Error(), test.text) {
				t.Errorf("error %T: %v; want %T with %q", err, err, test.want, test.text)
			}
		})
	}
}

func TestBombTakesNoMemory(t *testing.T) { //nolint:paralleltest // it measures
	bomb := photos.PNGHeader(50_000, 50_000)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, extracted := inspect(headerOf(bomb))
	_, shrunk := shrink(bomb, kinds[ModePreview])
	runtime.ReadMemStats(&after)
	for _, err := range []error{extracted, shrunk} {
		if _, ok := errors.AsType[ImageTooLarge](err); !ok {
			t.Errorf("error %T: %v; want ImageTooLarge", err, err)
		}
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 50<<20 {
		t.Errorf("the bomb allocated %d bytes; less than 50 MiB expected", used)
	}
}

func TestExtractPassesErrorsOn(t *testing.T) {
	t.Parallel()
	_, err := extract(t.Context(), &memory{}, Job{S3Bucket: "b", S3Key: "k"})
	if _, ok := errors.AsType[ObjectNotFound](err); !ok {
		t.Errorf("error %T: %v; want ObjectNotFound", err, err)
	}
}

func TestExtractReadsTheVersion(t *testing.T) {
	t.Parallel()
	bucket := &memory{content: map[string][]byte{"b/k": photos.GIF(gradient(5, 5)), "b/k@v1": photos.PNG(gradient(90, 90))}}
	got, err := extract(t.Context(), bucket, Job{S3Bucket: "b", S3Key: "k", VersionID: "v1"})
	if err != nil || got.Format != "PNG" {
		t.Errorf("format %q, error %v; want the PNG of version v1", got.Format, err)
	}
}

// TestExtractReadsOnlyHeaders counts what is fetched of large objects.
func TestExtractReadsOnlyHeaders(t *testing.T) {
	t.Parallel()
	noise := photos.PNG(noisy(400, 400))
	rotated := exif([]entry{short(0x0112, 6)}, nil, nil)
	behindProfiles := withEXIF(photos.JPEG(gradient(100, 100)), rotated)
	for range 5 {
		behindProfiles = withSegment(behindProfiles, 0xe2, make([]byte, 65_000))
	}
	tests := []struct {
		name        string
		data        []byte
		orientation int
		reads       []string
	}{
		{"large JPEG", append(photos.JPEG(gradient(100, 100)), make([]byte, 1<<20)...), 1, []string{"0+262144"}},
		{"JPEG with long segments first", behindProfiles, 6, []string{"0+262144", "262144+262144"}},
		{"large PNG: EXIF may be at its end", noise, 1, []string{"0+262144", "end"}},
		{"large PNG with EXIF at its end", withChunk(noise, "eXIf", rotated, true), 6, []string{"0+262144", "end"}},
		{"large PNG with EXIF at its beginning", withChunk(noise, "eXIf", rotated, false), 6, []string{"0+262144"}},
		{"PNG with a long chunk first", withChunk(noise, "iTXt", make([]byte, 300_000), false), 1, []string{"0+262144", "262144+262144", "end"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			bucket, job := holding(test.data)
			got, err := extract(t.Context(), bucket, job)
			if err != nil || got.Orientation != test.orientation {
				t.Fatalf("orientation %d, error %v; want %d", got.Orientation, err, test.orientation)
			}
			reads := bucket.reads
			if last := len(reads) - 1; strings.HasSuffix(reads[last], "+65536") {
				reads[last] = "end"
			}
			if diff := cmp.Diff(test.reads, reads); diff != "" {
				t.Errorf("reads (-want +got):\n%s", diff)
			}
		})
	}
}

// noisy does not compress.
func noisy(w, h int) image.Image {
	img := gradient(w, h)
	seed := uint32(1)
	for i := range img.Pix {
		if i%4 != 3 {
			seed = seed*1664525 + 1013904223
			img.Pix[i] = uint8(seed >> 24)
		}
	}
	return img
}

func TestEndlessHeaderIsRefused(t *testing.T) {
	t.Parallel()
	endless := append([]byte{0xff, 0xd8}, bytes.Repeat(append([]byte{0xff, 0xe2, 0xff, 0xff}, make([]byte, 65_533)...), 200)...)
	bucket, job := holding(endless)
	_, err := extract(t.Context(), bucket, job)
	if _, ok := errors.AsType[ImageIdentifyError](err); !ok {
		t.Errorf("error %T: %v; want ImageIdentifyError", err, err)
	}
	if len(bucket.reads) > 7 {
		t.Errorf("%d reads of a header without end: %q", len(bucket.reads), bucket.reads)
	}
}

func TestMetadataAsJSON(t *testing.T) {
	t.Parallel()
	m, err := inspect(headerOf(photos.PNG(gradient(100, 80))))
	if err != nil {
		t.Fatal(err)
	}
	m.FileSize = 7
	got, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"format":"PNG","dimensions":{"width":100,"height":80},"storedDimensions":{"width":100,"height":80},"fileSize":7,"orientation":1,"warnings":[]}`
	if string(got) != want {
		t.Errorf("JSON:\n%s\nwant:\n%s", got, want)
	}
}
