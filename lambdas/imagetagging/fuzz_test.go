package imagetagging

import (
	"bytes"
	"errors"
	"image"
	"testing"

	"github.com/stepwright/stepwright/test/photos"
)

// seeds are pictures of all sorts, whole and broken. Large ones are left out:
// the fuzzer would spend its time copying them.
func seeds() [][]byte {
	small := photos.JPEG(gradient(24, 16))
	all := [][]byte{
		nil, []byte("text"), small, withEXIF(small, camera(6)), small[:len(small)/2],
		photos.PNG(gradient(24, 16)), photos.PNG(into(image.NewGray16(image.Rect(0, 0, 5, 5)), gradient(5, 5))),
		withChunk(photos.PNG(gradient(9, 9)), "eXIf", camera(8), false), withChunk(photos.PNG(gradient(9, 9)), "eXIf", camera(8), true),
		photos.GIF(gradient(9, 9)), photos.PNGHeader(50_000, 50_000), photos.PNGHeader(1<<31-1, 1<<31-1), camera(3),
		blocks(16, 16, false, func(x, y int) []uint8 { return []uint8{1, 2, 3, 4} }),
		blocks(16, 16, true, func(x, y int) []uint8 { return []uint8{1, 2, 3} }),
	}
	for name, data := range photos.All() {
		if photos.Fails(name) != "" {
			all = append(all, data)
		}
	}
	return all
}

// FuzzExtract: whatever the bytes are, there is metadata that makes sense or
// one of the errors that the workflow knows.
func FuzzExtract(f *testing.F) {
	for _, seed := range seeds() {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := inspect(headerOf(data))
		if err != nil {
			mustBeKnown(t, err)
			return
		}
		if m.Format == "" || m.FileSize != len(data) || m.Warnings == nil || m.Orientation < 1 || m.Orientation > 8 {
			t.Errorf("metadata %+v of %d bytes", m, len(data))
		}
		if checkPixels(m.StoredDimensions) != nil || decodable(m.Format) && min(m.Dimensions.Width, m.Dimensions.Height) < 1 {
			t.Errorf("dimensions %v", m.StoredDimensions)
		}
		if g := m.Geo; g != nil && (g.Decimal.Lat < -90 || g.Decimal.Lat > 90 || g.Decimal.Lon < -180 || g.Decimal.Lon > 180) {
			t.Errorf("place %+v", g)
		}
		if len([]rune(m.ExifMake)) > textLimit || len([]rune(m.ExifModel)) > textLimit {
			t.Errorf("camera %q %q", m.ExifMake, m.ExifModel)
		}
	})
}

// FuzzThumbnail: a copy can be decoded, has the size that was told, and fits;
// or the error is one that the workflow knows.
func FuzzThumbnail(f *testing.F) {
	for _, seed := range seeds() {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if m, err := inspect(headerOf(data)); err == nil && m.Dimensions.Width*m.Dimensions.Height > 1_000_000 {
			return // allowed, but no way to spend the fuzzer's time
		}
		for mode, k := range kinds {
			p, err := shrink(data, k)
			if err != nil {
				mustBeKnown(t, err)
				continue
			}
			config, _, err := image.DecodeConfig(bytes.NewReader(p.body))
			if err != nil || config.Width != p.size.Width || config.Height != p.size.Height || max(config.Width, config.Height) > k.side {
				t.Errorf("%s: %d x %d, said was %v, error %v", mode, config.Width, config.Height, p.size, err)
			}
		}
	})
}

// FuzzTags reads EXIF without a picture around it.
func FuzzTags(f *testing.F) {
	for _, seed := range [][]byte{nil, camera(6), camera(6)[:70], []byte("II*\x00\x08\x00\x00\x00\xff\xff"), []byte("MM\x00*\xff\xff\xff\xff")} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, block []byte) {
		if got := readTags(block); got.orientation < 1 || got.orientation > 8 {
			t.Errorf("orientation %d", got.orientation)
		}
	})
}

func mustBeKnown(t *testing.T, err error) {
	t.Helper()
	_, identify := errors.AsType[ImageIdentifyError](err)
	_, large := errors.AsType[ImageTooLarge](err)
	_, corrupt := errors.AsType[CorruptImage](err)
	if !identify && !large && !corrupt {
		t.Errorf("error %T: %v", err, err)
	}
}
