package e2e

import (
	"encoding/json"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/service/rekognition"
	rektypes "github.com/aws/aws-sdk-go-v2/service/rekognition/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/local/rekognition"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/test/photos"
)

// TestRekognitionMayNotRead is about an object that Rekognition does not get at: trying again does not help.
func TestRekognitionMayNotRead(t *testing.T) {
	t.Parallel()
	key := uploads(t) + "photo.jpg"
	shared.faults.onDetect(key, func(int, rekognition.Call) error {
		return wire.Errorf("InvalidS3ObjectException", "Unable to get object metadata from S3.")
	})
	u := shared.upload(t, key, photos.Read("rocket.jpg"))
	r := shared.ended(t, u)
	if r.calls("Detect labels") != 1 || r.error != "Rekognition.InvalidS3ObjectException" {
		t.Errorf("Rekognition was called %d times; expected once, and Rekognition.InvalidS3ObjectException\n%s", r.calls("Detect labels"), r)
	}
	got := shared.item(t, u.id())
	const hint = "(is the bucket in this region, and may the machine read it?)"
	if text, _ := got["errorMessage"].(string); got["errorAt"] != "Detect labels" || !strings.HasSuffix(text, hint) {
		t.Errorf("the item is %v; expected errorAt Detect labels and the hint %s", got, hint)
	}
}

// TestLabelsOfPixels compares the item with what Rekognition says to somebody who asks directly.
func TestLabelsOfPixels(t *testing.T) {
	t.Parallel()
	u := shared.upload(t, uploads(t)+"photo.jpg", photos.Read("chelsea.png"))
	r := shared.ended(t, u)
	direct, err := shared.rekognition.DetectLabels(t.Context(), &sdk.DetectLabelsInput{
		Image:     &rektypes.Image{S3Object: &rektypes.S3Object{Bucket: &u.bucket, Name: &u.key, Version: &u.version}},
		MaxLabels: new(int32(10)), MinConfidence: new(float32(60)),
	})
	if err != nil {
		t.Fatal(err)
	}
	want := list{}
	for _, l := range direct.Labels {
		want = append(want, *l.Name)
	}
	if d := cmp.Diff(any(want), shared.item(t, u.id())["objectDetected"]); d != "" || len(want) == 0 {
		t.Errorf("the %d labels (-want +got):\n%s\n%s", len(want), d, r)
	}
	asked := r.of("Detect labels", types.HistoryEventTypeTaskScheduled)[0].TaskScheduledEventDetails
	var got any
	if err := json.Unmarshal([]byte(*asked.Parameters), &got); err != nil {
		t.Fatal(err)
	}
	request := map[string]any{
		"Image":     map[string]any{"S3Object": map[string]any{"Bucket": u.bucket, "Name": u.key, "Version": u.version}},
		"MaxLabels": 10.0, "MinConfidence": 60.0,
	}
	if d := cmp.Diff(any(request), got); d != "" {
		t.Errorf("what Rekognition was asked (-want +got):\n%s", d)
	}
}

// TestAnalysisCopy looks at the copy that is made of a photo that Rekognition does not take.
func TestAnalysisCopy(t *testing.T) {
	t.Parallel()
	u := shared.upload(t, uploads(t)+"panorama.png", photos.PNG(striped(10_100, 1010)))
	r := shared.ended(t, u)
	copied := shared.preview(t, u.analysis())
	if copied.width != 2048 || copied.height != 205 || copied.mediaType != "image/jpeg" {
		t.Errorf("the copy is %d x %d %s; expected 2048 x 205 image/jpeg\n%s", copied.width, copied.height, copied.mediaType, r)
	}
	var asked sdk.DetectLabelsInput
	if err := json.Unmarshal([]byte(*r.of("Detect labels", types.HistoryEventTypeTaskScheduled)[0].TaskScheduledEventDetails.Parameters), &asked); err != nil {
		t.Fatal(err)
	}
	if got := asked.Image.S3Object; *got.Name != u.analysis() || got.Version != nil {
		t.Errorf("Rekognition was asked for %s; expected the copy %s, without a version", *got.Name, u.analysis())
	}
}
