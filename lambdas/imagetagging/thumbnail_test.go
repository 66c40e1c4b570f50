package imagetagging

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"reflect"
	"strings"
	"testing"

	"github.com/gabriel-vasile/mimetype"
	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/test/photos"
)

// open decodes a copy and checks what is told about it.
func open(t *testing.T, p picture) image.Image {
	t.Helper()
	img, _, err := image.Decode(bytes.NewReader(p.body))
	if err != nil {
		t.Fatalf("the copy cannot be decoded: %v", err)
	}
	if got := (Dimensions{img.Bounds().Dx(), img.Bounds().Dy()}); got != p.size {
		t.Errorf("the copy has %v, said was %v", got, p.size)
	}
	if got := mimetype.Detect(p.body).String(); got != p.contentType {
		t.Errorf("the copy is %s, said was %s", got, p.contentType)
	}
	return img
}

func near(t *testing.T, img image.Image, x, y int, want color.NRGBA, tolerance int) {
	t.Helper()
	got := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
	for i, pair := range [][2]uint8{{got.R, want.R}, {got.G, want.G}, {got.B, want.B}, {got.A, want.A}} {
		if d := int(pair[0]) - int(pair[1]); d > tolerance || d < -tolerance {
			t.Errorf("pixel %d,%d is %v, want %v (channel %d)", x, y, got, want, i)
			return
		}
	}
}

func TestThumbnail(t *testing.T) {
	t.Parallel()
	wide := photos.PNG(image.NewGray(image.Rect(0, 0, 12_000, 800)))
	tests := []struct {
		name        string
		mode        string
		data        []byte
		want        Dimensions
		contentType string
	}{
		{"JPEG", ModePreview, photos.JPEG(gradient(403, 302)), Dimensions{250, 187}, "image/jpeg"},
		{"I2 PNG", ModePreview, photos.PNG(gradient(800, 600)), Dimensions{250, 188}, "image/png"},
		{"I11 wide", ModePreview, wide, Dimensions{250, 17}, "image/png"},
		{"I11 wide, for analysis", ModeAnalysis, wide, Dimensions{2048, 137}, "image/jpeg"},
		{"I14 tiny is not enlarged", ModePreview, photos.PNG(gradient(40, 40)), Dimensions{40, 40}, "image/png"},
		{"tiny for analysis", ModeAnalysis, photos.PNG(gradient(40, 40)), Dimensions{40, 40}, "image/jpeg"},
		{"upright for analysis", ModeAnalysis, withEXIF(photos.JPEG(gradient(90, 60)), camera(8)), Dimensions{60, 90}, "image/jpeg"},
		{"one pixel", ModePreview, photos.PNG(gradient(1, 1)), Dimensions{1, 1}, "image/png"},
		{"a line", ModePreview, photos.PNG(gradient(1, 30_000)), Dimensions{1, 250}, "image/png"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			bucket, job := holding(test.data)
			metadata, err := extract(t.Context(), bucket, job)
			if err != nil {
				t.Fatal(err)
			}
			got, err := thumbnail(t.Context(), bucket, Resize{Job: job, Metadata: metadata, Mode: test.mode})
			if err != nil {
				t.Fatal(err)
			}
			folder := map[string]string{ModePreview: "resized", ModeAnalysis: "analysis"}[test.mode]
			want := Preview{Key: "private/kim/" + folder + "/1.jpg", Bucket: "photos", Width: test.want.Width, Height: test.want.Height}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("preview (-want +got):\n%s", diff)
			}
			copied := bucket.written["photos/"+want.Key]
			if len(bucket.written) != 1 || copied.contentType != test.contentType {
				t.Fatalf("wrote %d objects, content type %q; want one, %q", len(bucket.written), copied.contentType, test.contentType)
			}
			open(t, copied)
		})
	}
}

// TestFit is scenario I15.
func TestFit(t *testing.T) {
	t.Parallel()
	tests := []struct{ from, want Dimensions }{
		{Dimensions{4032, 3024}, Dimensions{250, 188}},
		{Dimensions{3024, 4032}, Dimensions{188, 250}},
		{Dimensions{1000, 1000}, Dimensions{250, 250}},
		{Dimensions{10_000, 10}, Dimensions{250, 1}},
		{Dimensions{251, 250}, Dimensions{250, 249}},
		{Dimensions{250, 250}, Dimensions{250, 250}},
		{Dimensions{64, 48}, Dimensions{64, 48}},
		{Dimensions{500, 3}, Dimensions{250, 2}}, // 1.5 rounds up
		{Dimensions{500, 1}, Dimensions{250, 1}}, // 0.5 rounds up
		{Dimensions{1 << 31, 1}, Dimensions{250, 1}},
	}
	for _, test := range tests {
		if got := fit(test.from, previewSide); got != test.want {
			t.Errorf("fit(%v) = %v, want %v", test.from, got, test.want)
		}
	}
}

// TestOrientations is scenario I16: the stored picture is what a camera held
// in that way would store, and every preview shows the same.
func TestOrientations(t *testing.T) {
	t.Parallel()
	upright := gradient(320, 240)
	for y := range 60 { // the marked corner
		for x := range 60 {
			upright.SetNRGBA(x, y, color.NRGBA{255, 255, 0, 255})
		}
	}
	for _, format := range []string{formatJPEG, formatPNG} {
		for orientation := 1; orientation <= 8; orientation++ {
			t.Run(fmt.Sprint(format, orientation), func(t *testing.T) {
				t.Parallel()
				block := camera(uint16(orientation))
				stored := lay(upright, orientation)
				photo := withEXIF(photos.JPEG(stored), block)
				if format == formatPNG {
					photo = withChunk(photos.PNG(stored), "eXIf", block, orientation%2 == 0)
				}
				metadata, err := inspect(headerOf(photo))
				if err != nil || metadata.Dimensions != (Dimensions{320, 240}) {
					t.Errorf("displayed are %v, error %v; want 320 x 240", metadata.Dimensions, err)
				}
				small, err := shrink(photo, kinds[ModePreview])
				if err != nil {
					t.Fatal(err)
				}
				if small.size != (Dimensions{250, 188}) {
					t.Errorf("preview has %v, want 250 x 188", small.size)
				}
				img := open(t, small)
				near(t, img, 20, 20, color.NRGBA{255, 255, 0, 255}, 12)
				near(t, img, 245, 3, color.NRGBA{250, 4, 128, 255}, 12)
				near(t, img, 3, 184, color.NRGBA{4, 250, 128, 255}, 12)
				near(t, img, 245, 184, color.NRGBA{250, 250, 128, 255}, 12)
				if exifBlock(format, headerOf(small.body)) != nil || bytes.Contains(small.body, []byte("Acme")) {
					t.Error("the preview has EXIF: where a photo was taken is nobody's business")
				}
			})
		}
	}
}

// lay stores a picture as a camera with that orientation does. It is written
// from the words of EXIF, which say where stored row 0 and column 0 are on the
// display, and not from storedAt.
func lay(upright *image.NRGBA, orientation int) *image.NRGBA {
	edges := map[int][2]string{
		1: {"top", "left"}, 2: {"top", "right"}, 3: {"bottom", "right"}, 4: {"bottom", "left"},
		5: {"left", "top"}, 6: {"right", "top"}, 7: {"right", "bottom"}, 8: {"left", "bottom"},
	}[orientation]
	w, h := upright.Rect.Dx(), upright.Rect.Dy()
	sw, sh := w, h
	if orientation >= 5 {
		sw, sh = h, w
	}
	out := image.NewNRGBA(image.Rect(0, 0, sw, sh))
	for row := range sh {
		for column := range sw {
			var x, y int
			for i, edge := range edges {
				away := []int{row, column}[i]
				switch edge {
				case "top":
					y = away
				case "bottom":
					y = h - 1 - away
				case "left":
					x = away
				case "right":
					x = w - 1 - away
				}
			}
			out.SetNRGBA(column, row, upright.NRGBAAt(x, y))
		}
	}
	return out
}

// TestRareJPEG is scenario I9, in all four combinations.
func TestRareJPEG(t *testing.T) {
	t.Parallel()
	cyan := func(x, y int) []uint8 { return []uint8{0, 255, 255, 255} } // as Adobe writes CMYK: inverted
	blue := func(x, y int) []uint8 { return []uint8{105, 212, 235} }    // as YCbCr
	tests := []struct {
		name        string
		progressive bool
		colors      func(x, y int) []uint8
		want        color.NRGBA
	}{
		{"CMYK", false, cyan, color.NRGBA{0, 255, 255, 255}},
		{"progressive CMYK", true, cyan, color.NRGBA{0, 255, 255, 255}},
		{"baseline", false, blue, rgbOf(105, 212, 235)},
		{"progressive", true, blue, rgbOf(105, 212, 235)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			small, err := shrink(blocks(640, 480, test.progressive, test.colors), kinds[ModePreview])
			if err != nil {
				t.Fatal(err)
			}
			img := open(t, small)
			if _, ok := img.(*image.YCbCr); !ok || small.contentType != "image/jpeg" || small.size != (Dimensions{250, 188}) {
				t.Errorf("preview is a %T, %s, %v; want YCbCr, image/jpeg, 250 x 188", img, small.contentType, small.size)
			}
			near(t, img, 125, 90, test.want, 4)
		})
	}
}

func rgbOf(y, cb, cr uint8) color.NRGBA {
	r, g, b := color.YCbCrToRGB(y, cb, cr)
	return color.NRGBA{r, g, b, 255}
}

// TestDeepPNG is scenario I10.
func TestDeepPNG(t *testing.T) {
	t.Parallel()
	photo := image.NewNRGBA64(image.Rect(0, 0, 600, 300))
	for y := range 300 {
		for x := range 600 {
			alpha := uint16(0xffff)
			if x < 300 {
				alpha = 0x8000
			}
			if y < 100 {
				alpha = 0
			}
			photo.SetNRGBA64(x, y, color.NRGBA64{0xffff, 0x4000, 0, alpha})
		}
	}
	small, err := shrink(photos.PNG(photo), kinds[ModePreview])
	if err != nil {
		t.Fatal(err)
	}
	img := open(t, small)
	if _, ok := img.(*image.NRGBA); !ok || small.size != (Dimensions{250, 125}) {
		t.Errorf("preview is a %T of %v; want 8-bit NRGBA of 250 x 125", img, small.size)
	}
	near(t, img, 60, 90, color.NRGBA{255, 64, 0, 128}, 1)
	near(t, img, 200, 90, color.NRGBA{255, 64, 0, 255}, 1)
	near(t, img, 60, 10, color.NRGBA{0, 0, 0, 0}, 0)

	analysis, err := shrink(photos.PNG(photo), kinds[ModeAnalysis])
	if err != nil {
		t.Fatal(err)
	}
	flat := open(t, analysis)
	near(t, flat, 100, 50, color.NRGBA{255, 255, 255, 255}, 3) // transparent: paper
	near(t, flat, 450, 200, color.NRGBA{255, 64, 0, 255}, 6)
}

func TestThumbnailIsDeterministic(t *testing.T) {
	t.Parallel()
	for _, photo := range [][]byte{withEXIF(photos.JPEG(gradient(700, 500)), camera(6)), photos.PNG(noisy(400, 300))} {
		first, err := shrink(photo, kinds[ModePreview])
		if err != nil {
			t.Fatal(err)
		}
		second, err := shrink(photo, kinds[ModePreview])
		if err != nil || !bytes.Equal(first.body, second.body) {
			t.Errorf("two previews of one photo differ (error %v)", err)
		}
	}
}

func TestThumbnailRefuses(t *testing.T) {
	t.Parallel()
	whole, small := photos.JPEG(gradient(400, 300)), photos.PNG(gradient(90, 90))
	tests := []struct {
		name   string
		data   []byte
		change func(*Resize, *memory)
		want   error // of this type; nil: any
		text   string
		reads  int
	}{
		{"I7 first half of a JPEG", whole[:len(whole)/2], nil, CorruptImage{}, "the JPEG cannot be decoded", 1},
		{"cut PNG", small[:len(small)*3/4], nil, CorruptImage{}, "the PNG cannot be decoded", 1},
		{"header cut", whole[:30], nil, CorruptImage{}, "its header cannot be read", 1},
		{"not a picture any more", []byte("gone"), nil, CorruptImage{}, "text/plain", 1},
		{"GIF", photos.GIF(gradient(9, 9)), nil, CorruptImage{}, "only JPEG and PNG can be resized", 1},
		{"empty", nil, nil, CorruptImage{}, "the object is empty", 1},
		{"I12 bomb", photos.PNGHeader(50_000, 50_000), nil, ImageTooLarge{}, "50000 x 50000", 1},
		{"known to be too large", whole, func(r *Resize, _ *memory) { r.Metadata.StoredDimensions = Dimensions{50_000, 50_000} }, ImageTooLarge{}, "50000 x 50000", 0},
		{"known to be too long", whole, func(r *Resize, _ *memory) { r.Metadata.FileSize = 60 << 20 }, ImageTooLarge{}, "62914560 bytes", 0},
		{"I13 too long", make([]byte, maxBytes+1), nil, ImageTooLarge{}, "52428801 bytes; at most 52428800", 1},
		{"object gone", whole, func(r *Resize, _ *memory) { r.Job.S3Key += "x" }, ObjectNotFound{}, "", 1},
		{"I31 write denied", whole, func(_ *Resize, m *memory) { m.denied = AccessDenied{"no"} }, AccessDenied{}, "no", 1},
		{"not an upload", whole, func(r *Resize, _ *memory) { r.Job.S3Key = "private/kim/resized/1.jpg" }, NotAnUpload{}, `"private/kim/resized/1.jpg" is not below`, 0},
		{"no mode", whole, func(r *Resize, _ *memory) { r.Mode = "" }, nil, `mode is ""; it must be "preview" or "analysis"`, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			bucket, job := holding(test.data)
			in := Resize{Job: job, Mode: ModePreview}
			if test.change != nil {
				test.change(&in, bucket)
			}
			_, err := thumbnail(t.Context(), bucket, in)
			if err == nil {
				t.Fatal("no error")
			}
			if test.want != nil && reflect.TypeOf(err) != reflect.TypeOf(test.want) {
				t.Errorf("error is a %T, want %T", err, test.want)
			}
			if !strings.Contains(err.Error(), test.text) {
				t.Errorf("error %q, want %q", err, test.text)
			}
			if len(bucket.reads) != test.reads || len(bucket.written) != 0 {
				t.Errorf("%d reads, %d writes; want %d, 0", len(bucket.reads), len(bucket.written), test.reads)
			}
		})
	}
}

func TestPNGKeepsItsKind(t *testing.T) {
	t.Parallel()
	palette := image.NewPaletted(image.Rect(0, 0, 300, 300), color.Palette{color.NRGBA{200, 10, 10, 255}, color.Transparent})
	for i := range palette.Pix[:150*300] {
		palette.Pix[i] = 1
	}
	gray := image.NewGray16(image.Rect(0, 0, 300, 200))
	for i := range gray.Pix {
		gray.Pix[i] = 0x77
	}
	tests := []struct {
		name string
		img  image.Image
		x, y int
		want color.NRGBA
	}{
		{"palette", palette, 10, 200, color.NRGBA{200, 10, 10, 255}},
		{"palette, transparent", palette, 10, 10, color.NRGBA{}},
		{"16-bit grey", gray, 5, 5, color.NRGBA{0x77, 0x77, 0x77, 255}},
	}
	for _, test := range tests {
		small, err := shrink(photos.PNG(test.img), kinds[ModePreview])
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		near(t, open(t, small), test.x, test.y, test.want, 0)
	}
}
