package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/test/photos"
)

// TestOrientations uploads one picture in each of EXIF's eight orientations. Its stored red corner is at the top left.
func TestOrientations(t *testing.T) {
	t.Parallel()
	picture := photos.JPEG(marked(400, 300))
	type corner struct{ right, bottom bool }
	for orientation, at := range map[byte]corner{
		1: {false, false}, 2: {true, false}, 3: {true, true}, 4: {false, true},
		5: {false, false}, 6: {true, false}, 7: {true, true}, 8: {false, true},
	} {
		t.Run(fmt.Sprint(orientation), func(t *testing.T) {
			t.Parallel()
			u := shared.upload(t, uploads(t)+"turned.jpg", turned(picture, orientation))
			r := shared.ended(t, u)
			w, h, pw, ph := 400, 300, 250, 188
			if orientation >= 5 {
				w, h, pw, ph = h, w, ph, pw
			}
			want := object{"key": u.key, "width": w, "height": h}
			if got := shared.item(t, u.id()); !cmp.Equal(any(want), got["fullsize"]) || got["orientation"] != int(orientation) {
				t.Errorf("the item has fullsize %v, orientation %v; expected %v, %d\n%s", got["fullsize"], got["orientation"], want, orientation, r)
			}
			p := shared.preview(t, u.preview())
			if p.width != pw || p.height != ph {
				t.Errorf("the preview has %d x %d pixels; expected %d x %d", p.width, p.height, pw, ph)
			}
			for _, c := range []corner{{false, false}, {true, false}, {false, true}, {true, true}} {
				x, y := pw/8, ph/8
				if c.right {
					x = pw - 1 - x
				}
				if c.bottom {
					y = ph - 1 - y
				}
				if got := isRed(p.image, x, y); got != (c == at) {
					t.Errorf("the preview's pixel (%d, %d) is red: %v; expected %v", x, y, got, c == at)
				}
			}
		})
	}
}

// TestAwkwardKeys uploads objects whose keys are easily decoded once too often, or cleaned by somebody. The event and
// the compact form of input must both mean the exact object.
func TestAwkwardKeys(t *testing.T) {
	t.Parallel()
	body := photos.Read("a+b %20 é.jpg")
	for _, name := range []string{
		"a+b %20 é.jpg", "100%.jpg", "a%2Fb.jpg", "%2B+%25.jpg", "日本語 の 写真.jpg", "e\u0301 decomposed.jpg", "a&b=c?d#e;f.jpg",
		"trip//twice.jpg", "./dot/../dots.jpg", `back\slash "quoted" 'single' <tag>.jpg`, "{{$states.input}} ${Photos}.jpg",
		" blank at both ends ", "🙂.jpg", strings.Repeat("long/", 150) + "name.jpg",
	} {
		t.Run(name[:min(len(name), 40)], func(t *testing.T) {
			t.Parallel()
			u := shared.upload(t, uploads(t)+name, body)
			checkExactly(t, u, shared.ended(t, u))

			shared.forget(t, u.id())
			input, err := json.Marshal(map[string]any{"s3Bucket": u.bucket, "s3Key": u.key, "versionId": u.version, "size": len(body)})
			if err != nil {
				t.Fatal(err)
			}
			checkExactly(t, u, shared.again(t, string(input)))
		})
	}
}

// checkExactly looks whether a run has read the very object in every step.
func checkExactly(t *testing.T, u upload, r *ran) {
	t.Helper()
	if r.status != types.ExecutionStatusSucceeded {
		t.Fatalf("%q: %s", u.key, r)
	}
	it := shared.item(t, u.id())
	if it == nil {
		t.Fatalf("there is no item %s for %q\n%s", u.id(), u.key, r)
	}
	want := []any{
		u.owner(),
		object{"key": u.key, "width": 451, "height": 300},
		len(photos.Read("a+b %20 é.jpg")),
		object{"key": u.preview(), "width": 250, "height": 166},
	}
	if d := cmp.Diff(want, []any{it["owner"], it["fullsize"], it["fileSize"], it["thumbnail"]}); d != "" {
		t.Errorf("%q: owner, fullsize, fileSize, thumbnail (-want +got):\n%s", u.key, d)
	}
	if p := shared.preview(t, u.preview()); p.width != 250 || p.height != 166 {
		t.Errorf("%q: the preview has %d x %d pixels; expected 250 x 166", u.key, p.width, p.height)
	}
}

// TestEqualNames uploads two photos of one name into two folders.
func TestEqualNames(t *testing.T) {
	t.Parallel()
	x := shared.upload(t, uploads(t)+"x/1.jpg", photos.Read("rocket.jpg"))
	y := shared.upload(t, uploads(t)+"y/1.jpg", photos.Read("coffee-rotated.jpg"))
	var sizes []any
	for _, u := range []upload{x, y} {
		shared.ended(t, u)
		sizes = append(sizes, shared.item(t, u.id())["fullsize"])
		if p := shared.preview(t, u.preview()); p.width != 250 || p.height != 167 {
			t.Errorf("the preview of %s has %d x %d pixels; expected 250 x 167", u.key, p.width, p.height)
		}
	}
	want := []any{object{"key": x.key, "width": 640, "height": 427}, object{"key": y.key, "width": 600, "height": 400}}
	if d := cmp.Diff(want, sizes); d != "" || x.id() == y.id() {
		t.Errorf("two photos of one name must have two items (-want +got):\n%s", d)
	}
	if bytes.Equal(shared.preview(t, x.preview()).bytes, shared.preview(t, y.preview()).bytes) {
		t.Error("two photos of one name have the same preview")
	}
}
