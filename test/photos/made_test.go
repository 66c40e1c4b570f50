package photos_test

import (
	"bytes"
	"image"
	"testing"

	"github.com/stepwright/stepwright/test/photos"
)

func TestMadePictures(t *testing.T) {
	t.Parallel()
	img := image.NewGray(image.Rect(0, 0, 30, 20))
	for format, data := range map[string][]byte{"jpeg": photos.JPEG(img), "png": photos.PNG(img), "gif": photos.GIF(img)} {
		got, name, err := image.Decode(bytes.NewReader(data))
		if err != nil || name != format || got.Bounds() != img.Rect {
			t.Errorf("%s: decoded as %s of %v, error %v", format, name, got.Bounds(), err)
		}
	}
}

func TestPNGHeader(t *testing.T) {
	t.Parallel()
	data := photos.PNGHeader(60_000, 50_000)
	c, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || format != "png" || c.Width != 60_000 || c.Height != 50_000 {
		t.Errorf("got a %s of %dx%d, error %v", format, c.Width, c.Height, err)
	}
	if _, _, err := image.Decode(bytes.NewReader(data)); err == nil || len(data) > 1000 {
		t.Errorf("%d bytes, of which pixels could be decoded", len(data))
	}
}
