package photos

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
)

// JPEG is a picture as a JPEG of quality 92.
func JPEG(img image.Image) []byte {
	var b bytes.Buffer
	must(jpeg.Encode(&b, img, &jpeg.Options{Quality: 92}))
	return b.Bytes()
}

// PNG is a picture as a PNG, made quickly.
func PNG(img image.Image) []byte {
	var b bytes.Buffer
	must((&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, img))
	return b.Bytes()
}

// GIF is a picture as a GIF with one frame.
func GIF(img image.Image) []byte {
	var b bytes.Buffer
	must(gif.Encode(&b, img, nil))
	return b.Bytes()
}

// must is for errors of encoders that write to memory: the picture is one that the format cannot hold.
func must(err error) {
	if err != nil {
		panic(fmt.Sprintf("photos: %v", err))
	}
}

// PNGHeader is a PNG that declares a size and has no pixels: about a thousand bytes, however huge it says it is.
func PNGHeader(w, h uint32) []byte {
	ihdr := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	out := append([]byte("\x89PNG\r\n\x1a\n"), PNGChunk("IHDR", append(ihdr, 8, 2, 0, 0, 0))...)
	return append(out, PNGChunk("IDAT", make([]byte, 900))...)
}

// PNGChunk is one chunk of a PNG: length, name, content and checksum.
func PNGChunk(name string, content []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(content)))
	out = append(append(out, name...), content...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}
