package imagetagging

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/test/photos"
)

func TestCameraText(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, raw, want string }{
		{"plain", "Acme", "Acme"},
		{"I17 NUL bytes", "\x00Ac\x00me\x00\x00", "Acme"},
		{"I17 400 characters", strings.Repeat("é", 400), strings.Repeat("é", 128)},
		{"I17 Japanese", "カメラ 2", "カメラ 2"},
		{"blanks around", "  NIKON CORPORATION \t\r\n", "NIKON CORPORATION"},
		{"blank at the cut", strings.Repeat("x", 127) + " y", strings.Repeat("x", 127)},
		{"control characters", "A\x1b[31mB\u0085\u202eC", "A[31mBC"},
		{"not UTF-8", "Caf\xe9", "Caf\uFFFD"},
		{"only blanks", "    ", ""},
		{"empty", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := readTags(exif([]entry{text(0x010f, test.raw), text(0x0110, test.raw)}, nil, nil))
			if got.make != test.want || got.model != test.want || len(got.warnings) != 0 {
				t.Errorf("make %q, model %q, warnings %q; want %q", got.make, got.model, got.warnings, test.want)
			}
		})
	}
}

func TestOrientationTag(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		ifd0    []entry
		want    int
		warning string
	}{
		{"absent", nil, 1, ""},
		{"eight", []entry{short(0x0112, 8)}, 8, ""},
		{"zero", []entry{short(0x0112, 0)}, 1, "orientation-ignored: 0 is not between 1 and 8"},
		{"nine", []entry{short(0x0112, 9)}, 1, "orientation-ignored: 9 is not between 1 and 8"},
		{"text", []entry{text(0x0112, "top left")}, 1, "orientation-ignored: it is not a short number"},
		{"twice", []entry{short(0x0112, 6), short(0x0112, 3)}, 6, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := readTags(exif(test.ifd0, nil, nil))
			if got.orientation != test.want || strings.Join(got.warnings, "; ") != test.warning {
				t.Errorf("orientation %d, warnings %q; want %d, %q", got.orientation, got.warnings, test.want, test.warning)
			}
		})
	}
}

func TestCreationTime(t *testing.T) {
	t.Parallel()
	tests := []struct{ raw, want, iso, warning string }{
		{"2024:05:01 10:11:12", "2024:05:01 10:11:12", "2024-05-01T10:11:12", ""},
		{"2024:05:01 10:11:12\x00\x00", "2024:05:01 10:11:12", "2024-05-01T10:11:12", ""},
		{"0000:00:00 00:00:00", "", "", ""},
		{"    :  :     :  :  ", "", "", ""},
		{"2024-05-01T10:11:12Z", "", "", `creation-time-ignored: "2024-05-01T10:11:12Z" is not YYYY:MM:DD hh:mm:ss`},
		{"2024:13:41 10:11:12", "", "", `creation-time-ignored: "2024:13:41 10:11:12" is not YYYY:MM:DD hh:mm:ss`},
	}
	for _, test := range tests {
		t.Run(test.raw, func(t *testing.T) {
			t.Parallel()
			got := readTags(exif(nil, []entry{text(0x9003, test.raw)}, nil))
			if got.taken != test.want || got.takenISO != test.iso || strings.Join(got.warnings, "; ") != test.warning {
				t.Errorf("%q, %q, warnings %q; want %q, %q, %q", got.taken, got.takenISO, got.warnings, test.want, test.iso, test.warning)
			}
		})
	}
}

func TestGPS(t *testing.T) {
	t.Parallel()
	north, east := text(1, "N"), text(3, "E")
	lat, lon := fractions(2, 59, 1, 19, 1, 4548, 100), fractions(4, 18, 1, 4, 1, 696, 100)
	tests := []struct {
		name    string
		gps     []entry
		want    *Geo
		warning string
	}{
		{"I1", []entry{north, lat, east, lon}, &Geo{Coordinate{59, 19, 45.48, "N"}, Coordinate{18, 4, 6.96, "E"}, LatLon{59.3293, 18.0686}}, ""},
		{
			"south and west",
			[]entry{text(1, "S"), fractions(2, 33, 1, 51, 1, 36, 1), text(3, "W"), fractions(4, 70, 1, 30, 1, 0, 1)},
			&Geo{Coordinate{33, 51, 36, "S"}, Coordinate{70, 30, 0, "W"}, LatLon{-33.86, -70.5}}, "",
		},
		{
			"degrees as a fraction",
			[]entry{north, fractions(2, 593293, 10000, 0, 1, 0, 1), east, fractions(4, 18, 1, 4116, 1000, 0, 1)},
			&Geo{Coordinate{59, 19, 45.48, "N"}, Coordinate{18, 4, 6.96, "E"}, LatLon{59.3293, 18.0686}}, "",
		},
		{
			"seconds that round up to a minute",
			[]entry{north, fractions(2, 0, 1, 59, 1, 59999999, 1000000), east, fractions(4, 0, 1, 0, 1, 0, 1)},
			&Geo{Coordinate{1, 0, 0, "N"}, Coordinate{0, 0, 0, "E"}, LatLon{1, 0}}, "",
		},
		{
			"the poles",
			[]entry{text(1, "S"), fractions(2, 90, 1, 0, 1, 0, 1), text(3, "W"), fractions(4, 180, 1, 0, 1, 0, 1)},
			&Geo{Coordinate{90, 0, 0, "S"}, Coordinate{180, 0, 0, "W"}, LatLon{-90, -180}}, "",
		},
		{
			"zero has no sign",
			[]entry{text(1, "S"), fractions(2, 0, 1, 0, 1, 0, 1), text(3, "W"), fractions(4, 0, 1, 0, 1, 0, 1)},
			&Geo{Coordinate{0, 0, 0, "S"}, Coordinate{0, 0, 0, "W"}, LatLon{0, 0}}, "",
		},
		{"no directory", nil, nil, ""},
		{"a directory without a place", []entry{text(29, "2024:05:01")}, nil, ""},
		{"latitude only", []entry{north, lat}, nil, "longitude is missing"},
		{"longitude only", []entry{east, lon}, nil, "latitude is missing"},
		{"no direction", []entry{lat, east, lon}, nil, "latitude has no direction"},
		{"wrong direction", []entry{text(1, "E"), lat, east, lon}, nil, "the direction of latitude is not N or S"},
		{"empty direction", []entry{north, lat, text(3, ""), lon}, nil, "the direction of longitude is not E or W"},
		{"direction is a number", []entry{short(1, 'N'), lat, east, lon}, nil, "the direction of latitude is not N or S"},
		{"zero denominator", []entry{north, fractions(2, 59, 1, 19, 1, 0, 0), east, lon}, nil, "latitude has a zero denominator"},
		{"two parts", []entry{north, fractions(2, 59, 1, 19, 1), east, lon}, nil, "latitude is not three fractions"},
		{"text", []entry{north, text(2, "59 19 45.48 as text....."), east, lon}, nil, "latitude is not three fractions"},
		{"61 minutes", []entry{north, fractions(2, 59, 1, 61, 1, 0, 1), east, lon}, nil, "latitude has 61 where less than 60 is expected"},
		{"91 degrees", []entry{north, fractions(2, 91, 1, 0, 1, 0, 1), east, lon}, nil, "latitude is 91 degrees; at most 90 are possible"},
		{"181 degrees", []entry{north, lat, east, fractions(4, 181, 1, 0, 1, 0, 1)}, nil, "longitude is 181 degrees; at most 180 are possible"},
		{"beyond the end", []entry{north, {2, typeRational, 1 << 29, make([]byte, 24)}, east, lon}, nil, "latitude is not three fractions"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := readTags(exif([]entry{text(0x010f, "Acme")}, nil, test.gps))
			if diff := cmp.Diff(test.want, got.geo); diff != "" {
				t.Errorf("geo (-want +got):\n%s", diff)
			}
			want := ""
			if test.warning != "" {
				want = "gps-ignored: " + test.warning
			}
			if strings.Join(got.warnings, "; ") != want {
				t.Errorf("warnings %q, want %q", got.warnings, want)
			}
			if got.make != "Acme" {
				t.Errorf("make %q: the rest of EXIF must stay", got.make)
			}
		})
	}
}

func TestLittleEndian(t *testing.T) {
	t.Parallel()
	// Make and Orientation as most cameras write them.
	block := []byte("II*\x00\x08\x00\x00\x00" + "\x02\x00" +
		"\x0f\x01\x02\x00\x05\x00\x00\x00\x26\x00\x00\x00" +
		"\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00" +
		"\x00\x00\x00\x00" + "Acme\x00")
	got := readTags(block)
	if got.make != "Acme" || got.orientation != 6 || len(got.warnings) != 0 {
		t.Errorf("make %q, orientation %d, warnings %q; want Acme, 6, none", got.make, got.orientation, got.warnings)
	}
}

func TestBrokenEXIF(t *testing.T) {
	t.Parallel()
	whole := camera(6)
	tests := map[string][]byte{
		"empty":            {},
		"noise":            []byte("no EXIF at all, just text"),
		"header only":      whole[:8],
		"far away":         []byte("MM\x00*\xff\xff\xff\xff"),
		"cut in the names": whole[:60],
		"GPS loops":        exif([]entry{long(tagGPS, 8)}, nil, nil),
		"GPS is far away":  exif([]entry{long(tagGPS, 1<<31)}, nil, nil),
		"GPS is text":      exif([]entry{text(tagGPS, "here")}, nil, nil),
	}
	for name, block := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			picture := withEXIF(photos.JPEG(gradient(90, 90)), block)
			got, err := inspect(headerOf(picture))
			if err != nil || got.Format != "JPEG" || got.Geo != nil {
				t.Errorf("metadata %+v, error %v; want a JPEG without a place", got, err)
			}
		})
	}
	t.Run("what was read before the break is kept", func(t *testing.T) {
		t.Parallel()
		block := append([]byte{}, exif([]entry{text(0x010f, "Acme"), {0x0110, 99, 1, []byte{0}}}, nil, nil)...)
		got := readTags(block)
		if got.make != "Acme" || len(got.warnings) != 1 || !strings.HasPrefix(got.warnings[0], "exif-incomplete: ") {
			t.Errorf("make %q, warnings %q; want Acme and one warning", got.make, got.warnings)
		}
	})
}

func TestDamagedPNGChunkIsNotEXIF(t *testing.T) {
	t.Parallel()
	good := withChunk(photos.PNG(noisy(100, 100)), "eXIf", exif([]entry{short(0x0112, 6)}, nil, nil), true)
	for _, damage := range []struct {
		name string
		at   int // from the end
	}{{"checksum", 13}, {"content", 20}} {
		bad := append([]byte{}, good...)
		bad[len(bad)-damage.at] ^= 1
		got, err := inspect(headerOf(bad))
		if err != nil || got.Orientation != 1 {
			t.Errorf("%s: orientation %d, error %v; want 1", damage.name, got.Orientation, err)
		}
	}
}
