package imagetagging

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"
)

// The tags of EXIF 2.32, section 4.6.6.
const (
	tagGPS          = 0x8825 // in IFD0: where the GPS directory is
	tagLatitudeRef  = 1
	tagLatitude     = 2
	tagLongitudeRef = 3
	tagLongitude    = 4

	typeASCII    = 2
	typeLong     = 4
	typeRational = 5

	maxEntries = 1000 // of a directory we are willing to look through
)

// readGPS returns the place of an EXIF block: nil if there is none, an error
// that says why if there is one that cannot be trusted.
func readGPS(block []byte) (*Geo, error) {
	f, err := openTIFF(block)
	if err != nil {
		return nil, err
	}
	pointer := f.find(f.ifd0, tagGPS)
	if pointer == nil {
		return nil, nil
	}
	if pointer.kind != typeLong || len(pointer.value) != 4 {
		return nil, errors.New("the directory's address is not a number")
	}
	gps := f.order.Uint32(pointer.value)
	if f.find(gps, tagLatitude) == nil && f.find(gps, tagLongitude) == nil {
		return nil, nil
	}
	lat, err := f.coordinate(gps, "latitude", tagLatitudeRef, tagLatitude, "NS", 90)
	if err != nil {
		return nil, err
	}
	lon, err := f.coordinate(gps, "longitude", tagLongitudeRef, tagLongitude, "EW", 180)
	if err != nil {
		return nil, err
	}
	return &Geo{Latitude: lat.parts(), Longitude: lon.parts(), Decimal: LatLon{lat.decimal(), lon.decimal()}}, nil
}

// An angle is exact to a tenth of a thousandth of a second, three millimetres
// on the ground.
type angle struct {
	units     int64 // of 1/10000 second
	direction string
}

const (
	unitsPerSecond = 10_000
	unitsPerMinute = 60 * unitsPerSecond
	unitsPerDegree = 60 * unitsPerMinute
)

func (a angle) parts() Coordinate {
	return Coordinate{
		D:         int(a.units / unitsPerDegree),
		M:         int(a.units % unitsPerDegree / unitsPerMinute),
		S:         float64(a.units%unitsPerMinute) / unitsPerSecond,
		Direction: a.direction,
	}
}

// decimal rounds to seven digits, a centimetre.
func (a angle) decimal() float64 {
	d := math.Round(float64(a.units)/unitsPerDegree*1e7) / 1e7
	if a.units != 0 && (a.direction == "S" || a.direction == "W") {
		return -d
	}
	return d
}

func (f tiffFile) coordinate(gps uint32, name string, refTag, tag uint16, directions string, limit float64) (angle, error) {
	ref, value := f.find(gps, refTag), f.find(gps, tag)
	switch {
	case value == nil:
		return angle{}, fmt.Errorf("%s is missing", name)
	case ref == nil:
		return angle{}, fmt.Errorf("%s has no direction", name)
	case ref.kind != typeASCII || len(ref.value) == 0 || !strings.Contains(directions, string(ref.value[:1])):
		return angle{}, fmt.Errorf("the direction of %s is not %c or %c", name, directions[0], directions[1])
	case value.kind != typeRational || len(value.value) != 24:
		return angle{}, fmt.Errorf("%s is not three fractions", name)
	}
	var seconds float64
	for i, unit := range []float64{3600, 60, 1} {
		n, d := f.order.Uint32(value.value[8*i:]), f.order.Uint32(value.value[8*i+4:])
		part := float64(n) / float64(d)
		switch {
		case d == 0:
			return angle{}, fmt.Errorf("%s has a zero denominator", name)
		case i > 0 && part >= 60:
			return angle{}, fmt.Errorf("%s has %g where less than 60 is expected", name, part)
		}
		seconds += part * unit
	}
	if seconds > limit*3600 {
		return angle{}, fmt.Errorf("%s is %g degrees; at most %g are possible", name, seconds/3600, limit)
	}
	return angle{int64(math.Round(seconds * unitsPerSecond)), string(ref.value[:1])}, nil
}

// A tiffFile is a TIFF structure in memory. Addresses that point outside are
// treated as absent.
type tiffFile struct {
	data  []byte
	order binary.ByteOrder
	ifd0  uint32
}

func openTIFF(data []byte) (tiffFile, error) {
	f := tiffFile{data: data}
	switch {
	case len(data) < 8:
		return f, errors.New("EXIF is too short")
	case string(data[:4]) == "II*\x00":
		f.order = binary.LittleEndian
	case string(data[:4]) == "MM\x00*":
		f.order = binary.BigEndian
	default:
		return f, errors.New("EXIF has no byte order")
	}
	f.ifd0 = f.order.Uint32(data[4:])
	return f, nil
}

// A field is one entry of a directory.
type field struct {
	kind  uint16
	value []byte
}

// find looks a tag up in the directory at an address. Only the types that
// readGPS uses have values.
func (f tiffFile) find(directory uint32, tag uint16) *field {
	head := f.at(directory, 2)
	if head == nil {
		return nil
	}
	for i := range min(uint32(f.order.Uint16(head)), maxEntries) {
		entry := f.at(directory+2+12*i, 12)
		if entry == nil {
			return nil
		}
		if f.order.Uint16(entry) == tag {
			return f.field(entry)
		}
	}
	return nil
}

func (f tiffFile) field(entry []byte) *field {
	kind, count := f.order.Uint16(entry[2:]), uint64(f.order.Uint32(entry[4:]))
	sizes := map[uint16]uint64{typeASCII: 1, typeLong: 4, typeRational: 8}
	length := sizes[kind] * count
	if length <= 4 {
		return &field{kind, entry[8 : 8+length]}
	}
	return &field{kind, f.at(f.order.Uint32(entry[8:]), length)}
}

func (f tiffFile) at(address uint32, length uint64) []byte {
	end := uint64(address) + length
	if end > uint64(len(f.data)) {
		return nil
	}
	return f.data[address:end]
}
