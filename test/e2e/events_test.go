package e2e

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/test/photos"
)

// outcome is what a run that did not fail says in its output.
func outcome(t *testing.T, r *ran) string {
	t.Helper()
	var out struct {
		Outcome string `json:"outcome"`
	}
	if err := json.Unmarshal([]byte(r.output), &out); err != nil || r.status != types.ExecutionStatusSucceeded {
		t.Fatalf("the execution has no outcome: %v\n%s", err, r)
	}
	return out.Outcome
}

// sentinel uploads something and waits for its run. Events are delivered in their order, so that what earlier events
// have not started by then, they will not start.
func sentinel(t *testing.T, p *pipeline) {
	t.Helper()
	p.ended(t, p.upload(t, uploads(t)+"sentinel.png", photos.PNG(marked(90, 90))))
}

// TestDuplicateEvent delivers an event twice.
func TestDuplicateEvent(t *testing.T) {
	t.Parallel()
	u := shared.upload(t, uploads(t)+"photo.jpg", photos.Read("rocket.jpg"))
	first := shared.ended(t, u)
	before := shared.item(t, u.id())
	second := shared.again(t, first.input)
	if d := cmp.Diff([]string{"Normalize input", "Claim image", "Duplicate event"}, second.visited()); d != "" || outcome(t, second) != "duplicate" {
		t.Errorf("the way of the duplicate (-want +got):\n%s\n%s", d, second)
	}
	if d := cmp.Diff(before, shared.item(t, u.id())); d != "" {
		t.Errorf("the duplicate changed the item (-before +after):\n%s", d)
	}
}

// TestOutOfOrder delivers the event of a second version before that of the first.
func TestOutOfOrder(t *testing.T) {
	t.Parallel()
	key := uploads(t) + "photo.jpg"
	v1 := shared.upload(t, key, photos.Read("rocket.jpg"))
	first := shared.ended(t, v1)
	v2 := shared.upload(t, key, photos.Read("coffee-rotated.jpg"))
	second := shared.ended(t, v2)

	shared.forget(t, v1.id()) // as if nothing had come yet
	late, early := shared.again(t, second.input), shared.again(t, first.input)
	if outcome(t, late) != "tagged" || outcome(t, early) != "duplicate" {
		t.Errorf("outcomes are %q and %q; expected tagged and duplicate\n%s", outcome(t, late), outcome(t, early), early)
	}
	got := shared.item(t, v1.id())
	if d := cmp.Diff(any(object{"key": key, "width": 600, "height": 400}), got["fullsize"]); d != "" || got["versionId"] != v2.version {
		t.Errorf("the item must show version %s (-want +got):\n%s%v", v2.version, d, got)
	}
}

// TestReplacedWhileRunning uploads a second version while the first is with Rekognition.
func TestReplacedWhileRunning(t *testing.T) {
	t.Parallel()
	key := uploads(t) + "photo.jpg"
	asked, answer := shared.faults.hold(t, key)
	v1 := shared.upload(t, key, photos.Read("rocket.jpg"))
	receive(t, asked, "Rekognition to be asked")
	v2 := shared.upload(t, key, photos.Read("coffee-rotated.jpg"))
	second := shared.ended(t, v2)
	answer()
	first := shared.ended(t, v1)
	if outcome(t, first) != "superseded" || outcome(t, second) != "tagged" {
		t.Errorf("outcomes are %q and %q; expected superseded and tagged\n%s", outcome(t, first), outcome(t, second), first)
	}
	if d := cmp.Diff(path(tagged, "Superseded"), first.visited()); d != "" {
		t.Errorf("the way of the first version (-want +got):\n%s", d)
	}
	got := shared.item(t, v1.id())
	if got["versionId"] != v2.version || got["ProcessingStatus"] != "SUCCEEDED" || got["SfnExecutionArn"] != second.arn {
		t.Errorf("the item must show version %s of %s: %v", v2.version, second.arn, got)
	}
}

// TestUploadsElsewhere writes objects that are no uploads.
func TestUploadsElsewhere(t *testing.T) {
	t.Parallel()
	picture := photos.PNG(marked(90, 90))
	u := user(t)
	keys := map[string]bool{}
	for _, key := range []string{
		"private/" + u + "/resized/a.png", "private/" + u + "/analysis/a.png", "private/" + u + "/a.png",
		"public/" + u + "/uploads/a.png", "Private/" + u + "/uploads/a.png", u + "/uploads/a.png",
		"private/" + u + "/myuploads/a.png", "private/uploads/" + u + ".png", "x/private/" + u + "/uploads/a.png", "backfill/" + u + ".json",
	} {
		keys[shared.put(t, key, picture).key] = true
	}
	sentinel(t, shared)
	if started := shared.tagging.of(t, func(s subject) bool { return keys[s.key] }); len(started) > 0 {
		t.Errorf("executions were started for what is no upload: %v", started)
	}
}

// TestOwnPreviews counts: as many executions as uploads, although each writes a preview into the same bucket.
func TestOwnPreviews(t *testing.T) {
	t.Parallel()
	const many = 50
	picture := photos.PNG(marked(90, 90))
	var all []upload
	for i := range many {
		all = append(all, shared.upload(t, fmt.Sprintf("%s%d.png", uploads(t), i), picture))
	}
	for _, u := range all {
		if got := outcome(t, shared.ended(t, u)); got != "tagged" || !shared.exists(t, u.preview()) {
			t.Errorf("%s is %s and has a preview: %v", u.key, got, shared.exists(t, u.preview()))
		}
	}
	sentinel(t, shared)
	owner := user(t)
	started := shared.tagging.of(t, func(s subject) bool { return s.owner() == owner })
	if len(started) != many+1 {
		t.Errorf("%d uploads started %d executions", many+1, len(started))
	}
}

// TestFolderCalledUploads uploads into a folder that makes every key below it look like an upload.
func TestFolderCalledUploads(t *testing.T) {
	t.Parallel()
	u := shared.upload(t, uploads(t)+"uploads/uploads/a.png", photos.PNG(marked(90, 90)))
	shared.ended(t, u)
	sentinel(t, shared)
	if started := shared.tagging.of(t, func(s subject) bool { return s.key != u.key && s.owner() == user(t) }); len(started) != 1 {
		t.Errorf("the preview started executions: %v", started)
	}
	got := shared.item(t, u.id())["thumbnail"]
	want := object{"key": "private/" + user(t) + "/resized/uploads_/uploads_/a.png", "width": 90, "height": 90}
	if d := cmp.Diff(any(want), got); d != "" || !shared.exists(t, want["key"].(string)) {
		t.Errorf("the preview (-want +got):\n%s", d)
	}
}

// TestDelete deletes an upload, first so that it can be restored, then for good.
func TestDelete(t *testing.T) {
	t.Parallel()
	u := shared.upload(t, uploads(t)+"photo.jpg", photos.Read("rocket.jpg"))
	first := shared.ended(t, u)
	for _, version := range []*string{nil, &u.version} {
		if _, err := shared.s3.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &u.bucket, Key: &u.key, VersionId: version}); err != nil {
			t.Fatal(err)
		}
	}
	sentinel(t, shared)
	if started := shared.tagging.of(t, func(s subject) bool { return s.key == u.key }); len(started) != 1 || started[0].arn != first.arn {
		t.Errorf("deleting started executions: %v", started)
	}

	// The object is gone before a late run looks for it.
	shared.forget(t, u.id())
	late := shared.again(t, first.input)
	if d := cmp.Diff(path([]string{"Normalize input", "Claim image", "Check object"}, failed...), late.visited()); d != "" || late.error != "ObjectNotFound" {
		t.Errorf("the way without an object (-want +got):\n%s\n%s", d, late)
	}
	if got := shared.item(t, u.id()); got["ProcessingStatus"] != "FAILED" || got["errorAt"] != "Check object" || got["errorName"] != "ObjectNotFound" {
		t.Errorf("the item is %v; expected FAILED with ObjectNotFound at Check object", got)
	}
	shared.notified(t, u.id())
}
