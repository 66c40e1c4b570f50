package imagetagging

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"

	"github.com/stepwright/stepwright/test/photos"
)

// gradient is a picture whose corners differ: red grows to the right, green
// downwards.
func gradient(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetNRGBA(x, y, color.NRGBA{uint8(255 * x / max(1, w-1)), uint8(255 * y / max(1, h-1)), 128, 255})
		}
	}
	return img
}

// withEXIF puts a block behind the first marker of a JPEG.
func withEXIF(picture, block []byte) []byte {
	return withSegment(picture, 0xe1, append([]byte("Exif\x00\x00"), block...))
}

func withSegment(picture []byte, marker byte, content []byte) []byte {
	out := []byte{0xff, 0xd8, 0xff, marker}
	out = binary.BigEndian.AppendUint16(out, uint16(len(content)+2))
	return append(append(out, content...), picture[2:]...)
}

// withChunk puts a chunk behind the first one of a PNG, or before its last.
func withChunk(picture []byte, name string, content []byte, last bool) []byte {
	const first, end = 8 + 25, 12
	at := first
	if last {
		at = len(picture) - end
	}
	out := append([]byte{}, picture[:at]...)
	return append(append(out, photos.PNGChunk(name, content)...), picture[at:]...)
}

// An entry is one field of an EXIF directory in the making.
type entry struct {
	tag, kind uint16
	count     uint32
	value     []byte
}

func text(tag uint16, s string) entry {
	return entry{tag, typeASCII, uint32(len(s) + 1), append([]byte(s), 0)}
}

func short(tag, v uint16) entry {
	return entry{tag, 3, 1, binary.BigEndian.AppendUint16(nil, v)}
}

func long(tag uint16, v uint32) entry {
	return entry{tag, typeLong, 1, binary.BigEndian.AppendUint32(nil, v)}
}

// fractions takes numerators and denominators in turn.
func fractions(tag uint16, parts ...uint32) entry {
	var b []byte
	for _, p := range parts {
		b = binary.BigEndian.AppendUint32(b, p)
	}
	return entry{tag, typeRational, uint32(len(parts) / 2), b}
}

// exif is a block with the three directories that we read.
func exif(ifd0, camera, gps []entry) []byte {
	ifd0 = append([]entry{}, ifd0...)
	const head = 8
	size := func(entries []entry) uint32 {
		n := uint32(2 + 12*len(entries) + 4)
		for _, e := range entries {
			if len(e.value) > 4 {
				n += uint32(len(e.value))
			}
		}
		return n
	}
	pointers := 0
	if camera != nil {
		pointers++
	}
	if gps != nil {
		pointers++
	}
	cameraAt := head + size(ifd0) + uint32(12*pointers)
	gpsAt := cameraAt
	if camera != nil {
		ifd0 = append(ifd0, long(0x8769, cameraAt))
		gpsAt += size(camera)
	}
	if gps != nil {
		ifd0 = append(ifd0, long(tagGPS, gpsAt))
	}
	out := append([]byte("MM\x00*"), 0, 0, 0, head)
	for _, directory := range [][]entry{ifd0, camera, gps} {
		if directory != nil {
			out = appendDirectory(out, directory)
		}
	}
	return out
}

func appendDirectory(out []byte, entries []entry) []byte {
	values := uint32(len(out) + 2 + 12*len(entries) + 4)
	var tail []byte
	out = binary.BigEndian.AppendUint16(out, uint16(len(entries)))
	for _, e := range entries {
		out = binary.BigEndian.AppendUint16(out, e.tag)
		out = binary.BigEndian.AppendUint16(out, e.kind)
		out = binary.BigEndian.AppendUint32(out, e.count)
		if len(e.value) <= 4 {
			out = append(out, append(append([]byte{}, e.value...), 0, 0, 0, 0)[:4]...)
			continue
		}
		out = binary.BigEndian.AppendUint32(out, values+uint32(len(tail)))
		tail = append(tail, e.value...)
	}
	return append(append(out, 0, 0, 0, 0), tail...)
}

// blocks is a JPEG that no encoder of the standard library writes: of one
// colour per 8 x 8 block, with three components or four (CMYK as Adobe writes
// it), baseline or progressive. Only the first coefficient of a block is coded.
func blocks(w, h int, progressive bool, colors func(bx, by int) []uint8) []byte {
	components := len(colors(0, 0))
	out := []byte{0xff, 0xd8}
	segment := func(marker byte, content ...byte) {
		out = append(out, 0xff, marker)
		out = binary.BigEndian.AppendUint16(out, uint16(len(content)+2))
		out = append(out, content...)
	}
	if components == 4 {
		segment(0xee, append([]byte("Adobe"), 0, 100, 0, 0, 0, 0, 0)...) // CMYK, inverted
	}
	segment(0xdb, append([]byte{0}, bytes.Repeat([]byte{8}, 64)...)...) // divides by 8: the coefficient is the mean
	frame := []byte{8, byte(h >> 8), byte(h), byte(w >> 8), byte(w), byte(components)}
	scan := []byte{byte(components)}
	for c := range components {
		frame = append(frame, byte(c+1), 0x11, 0)
		scan = append(scan, byte(c+1), 0)
	}
	sof, last := byte(0xc0), byte(63)
	if progressive {
		sof, last = 0xc2, 0
	}
	segment(sof, frame...)
	// Twelve codes of four bits for the lengths of differences; one of one bit for "no more".
	segment(0xc4, append([]byte{0x00, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)...)
	segment(0xc4, append([]byte{0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0)...)
	segment(0xda, append(scan, 0, last, 0)...)
	bits := bitWriter{out: out}
	previous := make([]int, components)
	for by := range (h + 7) / 8 {
		for bx := range (w + 7) / 8 {
			for c, v := range colors(bx, by) {
				level := int(v) - 128
				bits.difference(level - previous[c])
				previous[c] = level
				if !progressive {
					bits.write(0, 1)
				}
			}
		}
	}
	return append(bits.flush(), 0xff, 0xd9)
}

type bitWriter struct {
	out   []byte
	value uint32
	count int
}

func (b *bitWriter) difference(d int) {
	size, magnitude := 0, d
	if d < 0 {
		magnitude = -d
	}
	for magnitude>>size > 0 {
		size++
	}
	b.write(uint32(size), 4)
	if d < 0 {
		d += 1<<size - 1
	}
	b.write(uint32(d), size)
}

func (b *bitWriter) write(value uint32, count int) {
	for i := count - 1; i >= 0; i-- {
		b.value = b.value<<1 | value>>i&1
		if b.count++; b.count == 8 {
			b.out = append(b.out, byte(b.value))
			if byte(b.value) == 0xff {
				b.out = append(b.out, 0)
			}
			b.value, b.count = 0, 0
		}
	}
}

func (b *bitWriter) flush() []byte {
	for b.count != 0 {
		b.write(1, 1)
	}
	return b.out
}
