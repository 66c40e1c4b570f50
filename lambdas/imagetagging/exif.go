package imagetagging

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strings"
	"time"
	"unicode"

	"github.com/bep/imagemeta"
)

const (
	exifLimit = 1 << 20 // bytes of EXIF we are willing to read
	textLimit = 128     // characters of a camera's name
)

// tags is what we read from EXIF.
type tags struct {
	orientation int // 1 to 8
	make, model string
	taken       string // YYYY:MM:DD hh:mm:ss
	takenISO    string
	geo         *Geo
	warnings    []string
}

func (t *tags) warn(format string, args ...any) {
	t.warnings = append(t.warnings, fmt.Sprintf(format, args...))
}

// readTags reads an EXIF block, which begins with its TIFF header. Nil is no
// EXIF. It never fails.
func readTags(block []byte) tags {
	t := tags{orientation: 1}
	if block == nil {
		return t
	}
	found, err := wantedTags(block)
	if err != nil {
		t.warn("exif-incomplete: %v", err)
	}
	t.make, t.model = cleanText(found["Make"]), cleanText(found["Model"])
	t.setOrientation(found["Orientation"])
	t.setTaken(cleanText(found["DateTimeOriginal"]))
	if t.geo, err = readGPS(block); err != nil {
		t.warn("gps-ignored: %v", err)
	}
	return t
}

// wantedTags returns the first value of each tag we use, and what it has if the
// block is broken. GPS is read elsewhere: imagemeta gives degrees in which a
// zero denominator counts as zero.
func wantedTags(block []byte) (map[string]any, error) {
	namespaces := map[string]string{
		"Make": "IFD0", "Model": "IFD0", "Orientation": "IFD0", "DateTimeOriginal": "IFD0/ExifIFDP",
	}
	found := map[string]any{}
	_, err := imagemeta.Decode(imagemeta.Options{
		R:           bytes.NewReader(block),
		ImageFormat: imagemeta.TIFF, // EXIF is a TIFF file without a picture
		Sources:     imagemeta.EXIF,
		ShouldHandleTag: func(tag imagemeta.TagInfo) bool {
			namespace, wanted := namespaces[tag.Tag]
			return wanted && namespace == tag.Namespace
		},
		HandleTag: func(tag imagemeta.TagInfo) error {
			if _, seen := found[tag.Tag]; !seen {
				found[tag.Tag] = tag.Value
			}
			return nil
		},
	})
	return found, err
}

func (t *tags) setOrientation(value any) {
	switch o := value.(type) {
	case nil:
	case uint16:
		if 1 <= o && o <= 8 {
			t.orientation = int(o)
			return
		}
		t.warn("orientation-ignored: %d is not between 1 and 8", o)
	default:
		t.warn("orientation-ignored: it is not a short number")
	}
}

func (t *tags) setTaken(text string) {
	if strings.Trim(text, " :0") == "" { // what cameras write that do not know the time
		return
	}
	at, err := time.Parse("2006:01:02 15:04:05", text)
	if err != nil {
		t.warn("creation-time-ignored: %q is not YYYY:MM:DD hh:mm:ss", cut(text, 40))
		return
	}
	t.taken, t.takenISO = text, at.Format("2006-01-02T15:04:05")
}

// cleanText makes a camera's text safe to store and to show.
func cleanText(value any) string {
	text, _ := value.(string)
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || !unicode.IsGraphic(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	return strings.TrimSpace(cut(strings.TrimSpace(text), textLimit))
}

func cut(text string, characters int) string {
	if runes := []rune(text); len(runes) > characters {
		return string(runes[:characters])
	}
	return text
}

// exifBlock finds the EXIF of a JPEG or PNG, or returns nil.
func exifBlock(format string, h *header) []byte {
	switch format {
	case formatJPEG:
		return jpegEXIF(h)
	case formatPNG:
		return pngEXIF(h)
	default:
		return nil
	}
}

// jpegEXIF walks the segments up to the pixels.
func jpegEXIF(h *header) []byte {
	const (
		soi, eoi, sos, app1, tem = 0xd8, 0xd9, 0xda, 0xe1, 0x01
		restart0, restart7       = 0xd0, 0xd7
	)
	id := []byte("Exif\x00\x00")
	for at := int64(2); ; {
		marker := h.slice(at, 2)
		if marker == nil || marker[0] != 0xff {
			return nil
		}
		switch code := marker[1]; {
		case code == 0xff: // padding
			at++
			continue
		case code == sos || code == eoi:
			return nil
		case code == soi || code == tem || restart0 <= code && code <= restart7: // no length
			at += 2
			continue
		}
		length := h.slice(at+2, 2)
		if length == nil {
			return nil
		}
		size := int64(binary.BigEndian.Uint16(length))
		if marker[1] == app1 {
			if segment := h.slice(at+4, size-2); bytes.HasPrefix(segment, id) {
				return segment[len(id):]
			}
		}
		at += 2 + max(size, 2)
	}
}

// pngEXIF walks the chunks up to the pixels. EXIF may also follow the pixels;
// then it is among the last chunks, and one more read finds it.
func pngEXIF(h *header) []byte {
	const signature, frame = 8, 12 // a chunk's length, type and checksum
	for at := int64(signature); ; {
		head := h.slice(at, 8)
		if head == nil {
			return nil
		}
		length := int64(binary.BigEndian.Uint32(head))
		switch string(head[4:8]) {
		case "eXIf":
			return checkedEXIF(h.slice(at, min(length, exifLimit+1)+frame))
		case "IDAT":
			return lastEXIF(h.end())
		case "IEND":
			return nil
		}
		at += length + frame
	}
}

// lastEXIF finds an eXIf chunk in the end of a PNG. Its checksum tells it from
// pixels that happen to spell its name.
func lastEXIF(end []byte) []byte {
	for {
		at := bytes.LastIndex(end, []byte("eXIf"))
		if at < 4 {
			return nil
		}
		if block := checkedEXIF(end[at-4:]); block != nil {
			return block
		}
		end = end[:at]
	}
}

// checkedEXIF returns the content of a whole chunk that chunk begins with.
func checkedEXIF(chunk []byte) []byte {
	if len(chunk) < 12 {
		return nil
	}
	length := int64(binary.BigEndian.Uint32(chunk))
	if length > exifLimit || length+12 > int64(len(chunk)) {
		return nil
	}
	end := 8 + length
	if crc32.ChecksumIEEE(chunk[4:end]) != binary.BigEndian.Uint32(chunk[end:]) {
		return nil
	}
	return chunk[8:end]
}
