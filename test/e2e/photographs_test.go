package e2e

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/stepwright/stepwright/local/rekognition"
	"github.com/stepwright/stepwright/test/photos"
)

// The ways through the workflow.
var (
	checked  = []string{"Normalize input", "Claim image", "Check object", "Size?"}
	read     = path(checked, "Extract metadata")
	named    = path(read, "Supported format?")
	stored   = path(named, "Store metadata", "Analysis check")
	parallel = path(stored, "Process in parallel", "Labels needed?")
	tagged   = path(parallel, "Detect labels", "Make preview", "All well?", "Store labels")

	failed  = []string{"Mark failed", "Notify failure", "Processing failed"}
	refused = []string{"Mark unsupported", "Notify unsupported", "Unsupported image type"}
)

func path(before []string, more ...string) []string { return slices.Concat(before, more) }

// A photograph is one upload and what is to come of it.
type photograph struct {
	name   string
	key    string // below the user's uploads; picture.jpg if it is empty
	body   []byte
	record map[string]string   // what the app wrote before, without id
	labels []rekognition.Label // what Rekognition sees; mountain and lake if nil

	path    []string       // tagged if nil
	calls   map[string]int // how often Tasks call their services
	item    item           // without what every item has
	preview preview        // size and type; none if it is zero

	fails   string // the error's name
	failsAt string
	because string // part of the message
}

var mountainLake = []rekognition.Label{{Name: "Mountain", Confidence: 97, Parents: []string{"Nature"}}, {Name: "Lake", Confidence: 88}}

func TestPhotographs(t *testing.T) {
	t.Parallel()
	for _, x := range slices.Concat(goodPhotographs(t), oddPhotographs(t), badPhotographs(t)) {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			x.run(t, shared)
		})
	}
}

func goodPhotographs(t *testing.T) []photograph {
	t.Helper()
	return []photograph{{
		name: "JPEG with camera, time and place", body: photos.Read("astronaut.jpg"),
		item: item{
			"format": "JPEG", "fileSize": len(photos.Read("astronaut.jpg")), "orientation": 1,
			"fullsize": object{"width": 512, "height": 512}, "creationTime": "2024:05:01 10:11:12",
			"exifMake": "Acme", "exifModel": "Cam 1",
			"geoLocation": object{
				"Latitude":  object{"D": 59, "M": 19, "S": 45.48, "Direction": "N"},
				"Longitude": object{"D": 18, "M": 4, "S": 6.96, "Direction": "E"},
			},
		},
		preview: preview{width: 250, height: 250, mediaType: "image/jpeg"},
		calls:   map[string]int{"Claim image": 1, "Extract metadata": 1, "Detect labels": 1, "Make preview": 1, "Store labels": 1},
	}, {
		name: "JPEG without EXIF", body: photos.Read("rocket.jpg"),
		item:    item{"format": "JPEG", "fileSize": len(photos.Read("rocket.jpg")), "fullsize": object{"width": 640, "height": 427}},
		preview: preview{width: 250, height: 167, mediaType: "image/jpeg"},
	}, {
		name: "PNG", key: "cats/chelsea.png", body: photos.Read("chelsea.png"),
		item:    item{"format": "PNG", "fileSize": len(photos.Read("chelsea.png")), "fullsize": object{"width": 451, "height": 300}},
		preview: preview{width: 250, height: 166, mediaType: "image/png"},
	}, {
		name: "gray PNG", key: "camera-gray.png", body: photos.Read("camera-gray.png"),
		item:    item{"format": "PNG", "fileSize": len(photos.Read("camera-gray.png")), "fullsize": object{"width": 512, "height": 512}},
		preview: preview{width: 250, height: 250, mediaType: "image/png"},
	}, {
		name: "stored on its side", body: photos.Read("coffee-rotated.jpg"),
		item: item{
			"format": "JPEG", "fileSize": len(photos.Read("coffee-rotated.jpg")), "orientation": 6,
			"fullsize": object{"width": 600, "height": 400}, "exifMake": "Acme", "exifModel": "カメラ 2",
		},
		preview: preview{width: 250, height: 167, mediaType: "image/jpeg"},
	}, {
		name: "large", body: photos.JPEG(striped(4032, 3024)),
		item:    item{"format": "JPEG", "fullsize": object{"width": 4032, "height": 3024}},
		preview: preview{width: 250, height: 188, mediaType: "image/jpeg"},
	}, {
		name: "with a record of the app", key: "0c6f0a83-7e0b-4b0e-8f57-6f0a3f6d1c22.jpg", body: photos.Read("rocket.jpg"),
		record: map[string]string{"albumId": "a-17", "owner": "kim", "uploadTime": "2026-03-02T09:00:00.000Z", "bucket": "elsewhere", "ProcessingStatus": "PENDING"},
		item: item{
			"albumId": "a-17", "owner": "kim", "uploadTime": "2026-03-02T09:00:00.000Z", "bucket": "elsewhere",
			"format": "JPEG", "fileSize": len(photos.Read("rocket.jpg")), "fullsize": object{"width": 640, "height": 427},
		},
		preview: preview{width: 250, height: 167, mediaType: "image/jpeg"},
	}}
}

func oddPhotographs(t *testing.T) []photograph {
	t.Helper()
	many := make([]rekognition.Label, 30)
	var surest list
	for i := range many {
		many[i] = rekognition.Label{Name: "Label " + string(rune('A'+i)), Confidence: 99 - 2*float64(i)}
		if i < 10 {
			surest = append(surest, many[i].Name)
		}
	}
	small := photos.JPEG(marked(120, 90))
	plain := item{"format": "JPEG", "fileSize": len(small), "fullsize": object{"width": 120, "height": 90}}
	same := preview{width: 120, height: 90, mediaType: "image/jpeg"}
	tiny := photos.PNG(marked(40, 40))
	return []photograph{{
		name: "tiny", key: "tiny.png", body: tiny,
		path: path(parallel, "Process in parallel: done", "Make preview", "All well?", "Store labels"),
		item: item{
			"format": "PNG", "fileSize": len(tiny), "fullsize": object{"width": 40, "height": 40},
			"warnings": list{"too-small-for-labels"}, "objectDetected": list{},
		},
		calls:   map[string]int{"Detect labels": 0},
		preview: preview{width: 40, height: 40, mediaType: "image/png"},
	}, {
		name: "wider than Rekognition takes", key: "panorama.png", body: photos.PNG(striped(12000, 800)),
		path:    path(stored, "Make analysis copy", "Process in parallel", "Labels needed?", "Detect labels", "Make preview", "All well?", "Store labels"),
		item:    item{"format": "PNG", "fullsize": object{"width": 12000, "height": 800}},
		preview: preview{width: 250, height: 17, mediaType: "image/png"},
	}, {
		name: "PNG called .jpg", key: "photo.jpg", body: photos.Read("chelsea.png"),
		item:    item{"format": "PNG", "fileSize": len(photos.Read("chelsea.png")), "fullsize": object{"width": 451, "height": 300}},
		preview: preview{width: 250, height: 166, mediaType: "image/png"},
	}, {
		name: "sixteen bits and a hole", key: "hole.png", body: photos.PNG(seeThrough(600, 300)),
		item:    item{"format": "PNG", "fullsize": object{"width": 600, "height": 300}},
		preview: preview{width: 250, height: 125, mediaType: "image/png"},
	}, {
		name: "nothing is seen", body: small, labels: []rekognition.Label{},
		item: merged(plain, item{"objectDetected": list{}}), preview: same,
	}, {
		name: "one thing is seen", body: small, labels: mountainLake[:1],
		item: merged(plain, item{"objectDetected": list{"Mountain"}}), preview: same,
	}, {
		name: "too much is seen", body: small, labels: many,
		item: merged(plain, item{"objectDetected": surest}), preview: same,
	}, {
		name: "only guesses", body: small, labels: []rekognition.Label{{Name: "Lake", Confidence: 60}, {Name: "Sea", Confidence: 59.9}},
		item: merged(plain, item{"objectDetected": list{"Lake"}}), preview: same,
	}}
}

func badPhotographs(t *testing.T) []photograph {
	t.Helper()
	gif := photos.Read("coffee.gif")
	unsupported := path(named, refused...)
	other := func(name, key, format string, body []byte) photograph {
		return photograph{
			name: name, key: key, body: body, path: unsupported,
			fails: "FileTypeNotSupported", failsAt: "Supported format?", because: "format " + format + " is not supported; use JPEG or PNG",
			calls: map[string]int{"Extract metadata": 1},
		}
	}
	return []photograph{
		other("GIF", "coffee.gif", "GIF", gif),
		other("GIF called .jpg", "coffee.jpg", "GIF", gif),
		other("GIF made here", "made.gif", "GIF", photos.GIF(striped(64, 48))),
		other("PDF", "paper.jpg", "PDF", []byte("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n")),
		other("SVG", "drawing.png", "SVG", []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>`)),
		other("WebP", "photo.webp", "WEBP", []byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00")),
		{
			name: "text called .jpg", body: []byte("Dear diary, today I took no photograph.\n"), path: path(read, refused...),
			fails: "FileTypeNotSupported", failsAt: "Extract metadata", because: "the object is not a picture",
			calls: map[string]int{"Extract metadata": 1, "Detect labels": 0, "Make preview": 0},
		},
		{
			name: "first half of a JPEG", body: photos.Read("truncated.jpg"),
			path:  path(parallel, "Detect labels", "Make preview", "Preview failed", "All well?", "Mark failed", "Notify failure", "Processing failed"),
			item:  item{"format": "JPEG", "fileSize": len(photos.Read("truncated.jpg")), "fullsize": object{"width": 600, "height": 400}},
			fails: "CorruptImage", failsAt: "Make preview", because: "the JPEG cannot be decoded",
			calls: map[string]int{"Make preview": 1},
		},
		{
			name: "zero bytes", key: "empty.png", body: []byte{}, path: path(checked, failed...),
			fails: "EmptyObject", failsAt: "Size?", because: "the object is empty",
			calls: map[string]int{"Extract metadata": 0},
		},
		{
			name: "more bytes than allowed", body: make([]byte, 50<<20+1), path: path(checked, failed...),
			fails: "ImageTooLarge", failsAt: "Size?", because: "the object has 52428801 bytes; at most 52428800 are processed",
		},
		{
			name: "decompression bomb", key: "bomb.png", body: photos.PNGHeader(50_000, 50_000), path: path(read, failed...),
			fails: "ImageTooLarge", failsAt: "Extract metadata", because: "50000 x 50000 pixels",
			calls: map[string]int{"Extract metadata": 1},
		},
	}
}

// merged has the attributes of all; the later ones win.
func merged[V any](all ...map[string]V) map[string]V {
	out := map[string]V{}
	for _, m := range all {
		maps.Copy(out, m)
	}
	return out
}

// run uploads the photograph and looks at what came of it.
func (x photograph) run(t *testing.T, p *pipeline) {
	t.Helper()
	key := uploads(t) + "picture.jpg"
	if x.key != "" {
		key = uploads(t) + x.key
	}
	labels := x.labels
	if labels == nil {
		labels = mountainLake
	}
	u := upload{bucket: p.bucket, key: key}
	p.machine.Rekognition.Set(rekognition.WithFixture(u.key, labels...), rekognition.WithFixture(u.analysis(), labels...))
	if x.record != nil {
		p.create(t, merged(x.record, map[string]string{"id": u.id()}))
	}
	before := time.Now().Add(-time.Second)
	u = p.upload(t, u.key, x.body)
	r := p.ended(t, u)

	x.checkRun(t, r)
	got := p.item(t, u.id())
	checkTimes(t, got, before, x.record)
	if d := cmp.Diff(x.wanted(u, r, got), got, cmpopts.EquateApprox(0, 0.01)); d != "" {
		t.Errorf("the item (-want +got):\n%s\n%s", d, r)
	}
	x.checkPreview(t, p, u)
	x.checkNews(t, p, u)
}

// checkRun looks at the execution and its history.
func (x photograph) checkRun(t *testing.T, r *ran) {
	t.Helper()
	want, status := x.path, types.ExecutionStatusSucceeded
	if want == nil {
		want = tagged
	}
	if x.fails != "" {
		status = types.ExecutionStatusFailed
	}
	if r.status != status || r.error != x.fails || !strings.Contains(r.cause, x.because) {
		t.Errorf("the execution is %s with error %q, cause %q; expected %s, %q, %q\n%s", r.status, r.error, r.cause, status, x.fails, x.because, r)
	}
	if d := cmp.Diff(want, r.visited()); d != "" {
		t.Errorf("the way through the workflow (-want +got):\n%s\n%s", d, r)
	}
	for state, n := range x.calls {
		if got := r.calls(state); got != n {
			t.Errorf("%q called its service %d times; expected %d\n%s", state, got, n, r)
		}
	}
}

// wanted is the whole item: what the scenario says and what every item has.
func (x photograph) wanted(u upload, r *ran, got item) item {
	base := item{
		"id": u.id(), "bucket": u.bucket, "owner": u.owner(), "ProcessingStatus": "SUCCEEDED",
		"SfnExecutionArn": r.arn, "versionId": u.version, "sequencer": got["sequencer"], "uploadTime": got["uploadTime"],
	}
	want := merged(base, x.item)
	if full, ok := x.item["fullsize"].(object); ok { // the metadata were stored
		want["fullsize"] = merged(full, object{"key": u.key})
		want = merged(item{"orientation": 1, "warnings": list{}, "fileSize": len(x.body)}, want)
	}
	if x.fails != "" {
		return merged(want, item{
			"ProcessingStatus": "FAILED", "errorAt": x.failsAt, "errorName": x.fails, "errorMessage": r.cause, "failedAt": got["failedAt"],
		})
	}
	want["thumbnail"] = object{"key": u.preview(), "width": x.preview.width, "height": x.preview.height}
	return merged(item{"objectDetected": list{"Mountain", "Lake"}}, want)
}

// checkTimes looks at what differs from run to run.
func checkTimes(t *testing.T, got item, before time.Time, record map[string]string) {
	t.Helper()
	for _, name := range []string{"uploadTime", "failedAt"} {
		text, ok := got[name].(string)
		if !ok && name == "failedAt" && got["ProcessingStatus"] != "FAILED" || record[name] != "" {
			continue
		}
		at, err := time.Parse(time.RFC3339, text)
		if err != nil || at.Before(before.Truncate(time.Second)) || at.After(time.Now().Add(time.Second)) {
			t.Errorf("%s is %v; expected a time of now in RFC 3339", name, got[name])
		}
	}
	if s, _ := got["sequencer"].(string); len(s) != 32 {
		t.Errorf("sequencer is %v; expected 32 characters", got["sequencer"])
	}
}

// checkPreview looks at the picture in the bucket.
func (x photograph) checkPreview(t *testing.T, p *pipeline, u upload) {
	t.Helper()
	if x.preview.width == 0 {
		if p.exists(t, u.preview()) {
			t.Errorf("there is a preview at %q; expected none", u.preview())
		}
		return
	}
	got := p.preview(t, u.preview())
	if got.width != x.preview.width || got.height != x.preview.height || got.mediaType != x.preview.mediaType {
		t.Errorf("the preview is %d x %d %s; expected %d x %d %s", got.width, got.height, got.mediaType, x.preview.width, x.preview.height, x.preview.mediaType)
	}
	if bytes.Equal(got.bytes, x.body) {
		t.Error("the preview is a copy of the photo; it must be made anew")
	}
}

// checkNews looks at what the topic told.
func (x photograph) checkNews(t *testing.T, p *pipeline, u upload) {
	t.Helper()
	if x.fails == "" {
		if told, err := p.news.about(t.Context(), u.id()); err != nil || len(told) != 0 {
			t.Errorf("the topic told %v (%v); expected nothing", told, err)
		}
		return
	}
	told := p.notified(t, u.id())
	if !strings.Contains(told.ErrorMessage, x.because) {
		t.Errorf("the topic told %q; expected %q", told.ErrorMessage, x.because)
	}
	told.ErrorMessage = ""
	if d := cmp.Diff(notification{Photo: u.id(), Bucket: u.bucket, Key: u.key, ErrorAt: x.failsAt, ErrorName: x.fails}, told); d != "" {
		t.Errorf("what the topic told (-want +got):\n%s", d)
	}
}
