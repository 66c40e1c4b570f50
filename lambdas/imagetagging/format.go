package imagetagging

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"github.com/bep/imagemeta"
	"github.com/gabriel-vasile/mimetype"
	"golang.org/x/image/bmp"
	"golang.org/x/image/webp"
)

// The formats that the pipeline works with. Others are named, and refused by
// the workflow.
const (
	formatJPEG = "JPEG"
	formatPNG  = "PNG"
)

func decodable(format string) bool { return format == formatJPEG || format == formatPNG }

var formats = map[string]string{
	"image/jpeg":          formatJPEG,
	"image/png":           formatPNG,
	"image/gif":           "GIF",
	"image/webp":          "WEBP",
	"image/bmp":           "BMP",
	"image/tiff":          "TIFF",
	"image/heic":          "HEIC",
	"image/heic-sequence": "HEIC",
	"image/heif":          "HEIC",
	"image/heif-sequence": "HEIC",
	"image/avif":          "AVIF",
	"application/pdf":     "PDF",
	"image/svg+xml":       "SVG",
}

// identify names the format of content, or returns the media type of what is
// not a picture. A format derived from one we know counts as that one: an
// animated PNG is a PNG.
func identify(content []byte) (format, mediaType string) {
	found := mimetype.Detect(content)
	for m := found; m != nil; m = m.Parent() {
		if name := formats[m.String()]; name != "" {
			return name, found.String()
		}
	}
	return "", found.String()
}

// dimensions reads a picture's stored size from its header. Formats that we
// only name may have none.
func dimensions(format string, h *header) (Dimensions, error) {
	if !decodable(format) {
		d := dimensionsOfOthers(format, h.data)
		return d, checkPixels(d)
	}
	if d := pngDimensions(h); format == formatPNG {
		if err := checkPixels(d); err != nil {
			return Dimensions{}, err
		}
	}
	config, err := decodeConfig(format, h.reader())
	switch {
	case h.err != nil:
		return Dimensions{}, h.err
	case err != nil:
		return Dimensions{}, ImageIdentifyError{fmt.Sprintf("the object begins like a %s, but its header cannot be read: %v", format, err)}
	case config.Width < 1 || config.Height < 1:
		return Dimensions{}, ImageIdentifyError{fmt.Sprintf("the %s has %d x %d pixels; a picture has at least one", format, config.Width, config.Height)}
	}
	d := Dimensions{config.Width, config.Height}
	return d, checkPixels(d)
}

// pngDimensions reads IHDR before anything is checked, because the library
// refuses sizes that overflow in other words than ours.
func pngDimensions(h *header) Dimensions {
	ihdr := h.slice(0, 24)
	if ihdr == nil || string(ihdr[12:16]) != "IHDR" {
		return Dimensions{}
	}
	return Dimensions{int(binary.BigEndian.Uint32(ihdr[16:])), int(binary.BigEndian.Uint32(ihdr[20:]))}
}

func decodeConfig(format string, r io.Reader) (image.Config, error) {
	if format == formatPNG {
		return png.DecodeConfig(r)
	}
	return jpeg.DecodeConfig(r)
}

// dimensionsOfOthers looks at what has been read already and gives up quietly.
func dimensionsOfOthers(format string, data []byte) Dimensions {
	var config image.Config
	var err error
	switch format {
	case "GIF":
		config, err = gif.DecodeConfig(bytes.NewReader(data))
	case "WEBP":
		config, err = webp.DecodeConfig(bytes.NewReader(data))
	case "BMP":
		config, err = bmp.DecodeConfig(bytes.NewReader(data))
	case "TIFF":
		return imagemetaDimensions(imagemeta.TIFF, data)
	case "HEIC":
		return imagemetaDimensions(imagemeta.HEIF, data)
	case "AVIF":
		return imagemetaDimensions(imagemeta.AVIF, data)
	}
	if err != nil {
		return Dimensions{}
	}
	return Dimensions{config.Width, config.Height}
}

func imagemetaDimensions(format imagemeta.ImageFormat, data []byte) Dimensions {
	result, err := imagemeta.Decode(imagemeta.Options{R: bytes.NewReader(data), ImageFormat: format, Sources: imagemeta.CONFIG})
	config := result.ImageConfig
	if err != nil || config.Width < 0 || config.Height < 0 {
		return Dimensions{}
	}
	return Dimensions{config.Width, config.Height}
}
