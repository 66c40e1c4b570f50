package rekognition_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"math"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/rekognition"
	"github.com/aws/aws-sdk-go-v2/service/rekognition/types"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/local/rekognition"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/wiretest"
	"github.com/stepwright/stepwright/test/photos"
	"github.com/stepwright/stepwright/value"
)

// A store holds objects by key; their version is "v1".
type store map[string][]byte

func (s store) Get(_ context.Context, bucket, key, version string) ([]byte, error) {
	b, ok := s[key]
	if !ok || bucket != "photos" || version != "" && version != "v1" {
		return nil, wire.Errorf("NoSuchKey", "The specified key does not exist.")
	}
	return b, nil
}

// paint makes a picture of a colour for each place.
func paint(w, h int, at func(x, y int) color.Color) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, at(x, y))
		}
	}
	return img
}

func plain(c color.Color) func(int, int) color.Color {
	return func(int, int) color.Color { return c }
}

var (
	blue  = color.RGBA{20, 40, 220, 255}
	dark  = color.RGBA{10, 10, 10, 255}
	white = color.RGBA{250, 250, 250, 255}
)

func detect(s *rekognition.Service, key, more string) (value.Value, error) {
	in := value.MustParse(`{"Image": {"S3Object": {"Bucket": "photos", "Name": ` + value.String(key).String() + `}}` + more + `}`)
	return s.Call(context.Background(), "DetectLabels", in)
}

// names gives the names of an answer's labels.
func names(v value.Value) string {
	var all []string
	for _, l := range v.Get("Labels").Elements() {
		all = append(all, l.Get("Name").Str())
	}
	return strings.Join(all, ", ")
}

func TestSDK(t *testing.T) {
	t.Parallel()
	s := rekognition.New(store{"a+b %20 é.png": photos.PNG(paint(300, 200, plain(blue)))})
	c := sdk.NewFromConfig(wiretest.Start(t, s).Config())
	var header http.Header
	out, err := c.DetectLabels(t.Context(), &sdk.DetectLabelsInput{
		Image:     &types.Image{S3Object: &types.S3Object{Bucket: aws.String("photos"), Name: aws.String("a+b %20 é.png"), Version: aws.String("v1")}},
		MaxLabels: aws.Int32(10), MinConfidence: aws.Float32(60),
	}, func(o *sdk.Options) { o.APIOptions = append(o.APIOptions, keepHeader(&header)) })
	if err != nil {
		t.Fatal(err)
	}
	if *out.LabelModelVersion != "local-heuristic-1" || header.Get("X-Stepwright-Simulated") == "" || *out.Labels[0].Categories[0].Name != "simulated" {
		t.Errorf("the answer does not say that it is simulated: %+v, %v", out, header)
	}
	if *out.Labels[0].Name != "Blue" || len(out.Labels[0].Parents) != 1 {
		t.Errorf("got %+v", out.Labels[0])
	}
	var missing *types.InvalidS3ObjectException
	_, err = c.DetectLabels(t.Context(), &sdk.DetectLabelsInput{Image: &types.Image{S3Object: &types.S3Object{Bucket: aws.String("photos"), Name: aws.String("gone")}}})
	if !errors.As(err, &missing) {
		t.Errorf("got %v, want InvalidS3ObjectException", err)
	}
	_, err = c.DetectLabels(t.Context(), &sdk.DetectLabelsInput{Image: &types.Image{Bytes: photos.JPEG(paint(100, 100, plain(dark)))}})
	if err != nil {
		t.Error(err)
	}
	_, err = c.DetectModerationLabels(t.Context(), &sdk.DetectModerationLabelsInput{Image: &types.Image{Bytes: []byte{1}}})
	if wiretest.Code(err) != "UnknownOperationException" {
		t.Errorf("got %v", err)
	}
}

// keepHeader keeps the header of the answer.
func keepHeader(h *http.Header) func(*middleware.Stack) error {
	return func(stack *middleware.Stack) error {
		return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("KeepHeader",
			func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
				out, m, err := next.HandleDeserialize(ctx, in)
				if r, ok := out.RawResponse.(*smithyhttp.Response); ok {
					*h = r.Header
				}
				return out, m, err
			}), middleware.After)
	}
}

func TestHeuristic(t *testing.T) {
	t.Parallel()
	checks := func(x, y int) color.Color {
		if (x/20+y/20)%2 == 0 {
			return white
		}
		return dark
	}
	sky := func(_, y int) color.Color {
		if y < 80 {
			return color.RGBA{120, 180, 255, 255}
		}
		return color.RGBA{40, 130, 50, 255}
	}
	cut := photos.JPEG(paint(400, 300, checks))
	for name, c := range map[string]struct {
		picture []byte
		want    string
	}{
		"blue":      {photos.PNG(paint(300, 200, plain(blue))), "Blue, Low Contrast, Colorful, Smooth, Landscape Orientation, Bright Top, Dark"},
		"dark":      {photos.PNG(paint(200, 300, plain(dark))), "Dark, Low Contrast, Monochrome, Smooth, Portrait Orientation"},
		"white":     {photos.JPEG(paint(200, 200, plain(white))), "Bright, Low Contrast, Monochrome, Smooth, Square Format, Bright Top"},
		"checks":    {photos.PNG(paint(640, 200, checks)), "High Contrast, Monochrome, High Detail, Panorama Format"},
		"sky":       {photos.JPEG(paint(300, 240, sky)), "Bright Top, Colorful, Smooth, Green, Landscape Orientation"},
		"cut off":   {cut[:len(cut)/2], "Landscape Orientation"},
		"one pixel": {photos.PNG(paint(5000, 81, plain(dark))), "Dark, Low Contrast, Monochrome, Smooth, Panorama Format"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := rekognition.New(store{"k": c.picture})
			out, err := detect(s, "k", "")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, names(out)); diff != "" {
				t.Errorf("(-want +got):\n%s\n%s", diff, out)
			}
			again, err := detect(rekognition.New(store{"k": c.picture}), "k", "")
			if err != nil || again.String() != out.String() {
				t.Errorf("the second answer differs: %v, %v", again, err)
			}
			for _, l := range out.Get("Labels").Elements() {
				if f := l.Get("Confidence").Float(); math.IsNaN(f) || f < 60 || f > 99 {
					t.Errorf("%s has confidence %v", l.Get("Name"), f)
				}
			}
		})
	}
}

// TestOrientation turns a picture by its EXIF data.
func TestOrientation(t *testing.T) {
	t.Parallel()
	picture := photos.JPEG(paint(300, 200, plain(dark)))
	exif := []byte("\xff\xe1\x00\x22Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00")
	turned := append(append([]byte("\xff\xd8"), exif...), picture[2:]...)
	out, err := detect(rekognition.New(store{"k": turned}), "k", "")
	if err != nil || !strings.Contains(names(out), "Portrait Orientation") {
		t.Errorf("got %s, %v", names(out), err)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	var many []rekognition.Label
	for i := range 30 {
		many = append(many, rekognition.Label{Name: fmt.Sprint("L", i), Confidence: 99 - 2*float64(i)})
	}
	s := rekognition.New(store{"k": photos.PNG(paint(100, 100, plain(dark)))}, rekognition.WithFixture("k", many...))
	for in, want := range map[string]string{
		`, "MaxLabels": 3`:                       "L0, L1, L2",
		`, "MinConfidence": 96`:                  "L0, L1",
		`, "MaxLabels": 10, "MinConfidence": 60`: "L0, L1, L2, L3, L4, L5, L6, L7, L8, L9",
		`, "MaxLabels": 0`:                       "",
		`, "MaxLabels": 5, "MinConfidence": 100`: "",
	} {
		out, err := detect(s, "k", in)
		if err != nil || names(out) != want || out.Get("LabelModelVersion").Str() != "local-fixture-1" {
			t.Errorf("%s: got %s, %v", in, out, err)
		}
	}
}

func TestFixtures(t *testing.T) {
	t.Parallel()
	picture := photos.PNG(paint(100, 100, plain(dark)))
	sum := sha256.Sum256(picture)
	s := rekognition.New(store{"a": picture, "b": picture, "c": []byte("text")},
		rekognition.WithFixture(hex.EncodeToString(sum[:]), rekognition.Label{Name: "Lake", Confidence: 88}, rekognition.Label{Name: "Mountain", Confidence: 97, Parents: []string{"Nature"}}),
		rekognition.WithFixture("b"), rekognition.WithFixture("c", rekognition.Label{Name: "X", Confidence: 99}))
	out, err := detect(s, "a", "")
	want := `{"Labels":[{"Name":"Mountain","Confidence":97,"Instances":[],"Parents":[{"Name":"Nature"}],"Aliases":[],"Categories":[{"Name":"simulated"}]},` +
		`{"Name":"Lake","Confidence":88,"Instances":[],"Parents":[],"Aliases":[],"Categories":[{"Name":"simulated"}]}],"LabelModelVersion":"local-fixture-1"}`
	if err != nil || out.String() != want {
		t.Errorf("got %s, %v", out, err)
	}
	if out, err := detect(s, "b", ""); err != nil || out.Get("Labels").Len() != 0 {
		t.Errorf("a fixture without labels gave %s, %v", out, err)
	}
	if _, err := detect(s, "c", ""); err == nil {
		t.Error("a fixture let a text through the gate")
	}
}

func TestGate(t *testing.T) {
	t.Parallel()
	var animated bytes.Buffer
	if err := gif.Encode(&animated, paint(100, 100, plain(dark)), nil); err != nil {
		t.Fatal(err)
	}
	whole := photos.PNG(paint(100, 100, plain(dark)))
	bomb := bytes.Clone(whole)
	copy(bomb[16:], "\x00\x00\xc3\x50\x00\x00\xc3\x50") // 50,000 × 50,000
	s := rekognition.New(store{
		"gif": animated.Bytes(), "empty": {}, "text": []byte("hello"), "bomb": bomb, "half": whole[:20], "tiny": photos.PNG(paint(40, 200, plain(dark))),
		"wide": photos.PNG(paint(10001, 80, plain(dark))), "huge": append(bytes.Clone(whole), make([]byte, 15<<20)...), "ok": whole,
	})
	const format = "InvalidImageFormatException: Request has invalid image format"
	const bad = "InvalidParameterException: Request has invalid parameters: "
	object := func(key string) string {
		return `{"Image": {"S3Object": {"Bucket": "photos", "Name": "` + key + `"}}}`
	}
	for in, want := range map[string]string{
		object("gif"):   format,
		object("empty"): format,
		object("text"):  format,
		object("half"):  format + ": unexpected EOF",
		object("tiny"):  bad + "the image has 40x200 pixels, a side has at least 80",
		object("wide"):  "ImageTooLargeException: Image size is too large: 10001x80 pixels, a side has at most 10000",
		object("huge"):  fmt.Sprintf("ImageTooLargeException: Image size is too large: %d bytes, the limit is 15728640", len(whole)+15<<20),
		object("gone"):  "InvalidS3ObjectException: Unable to get object metadata from S3. Check object key, region and/or access permissions. (NoSuchKey: The specified key does not exist.)",
		`{}`:            bad + "Image must have exactly one of S3Object and Bytes",
		`{"Image": {"Bytes": "AAAA", "S3Object": {}}}`:               bad + "Image must have exactly one of S3Object and Bytes",
		`{"Image": {"S3Object": {"Bucket": "photos"}}}`:              bad + "S3Object must have Bucket and Name",
		`{"Image": {"Bytes": "?"}}`:                                  "SerializationException: Bytes of Image is not base64: illegal base64 data at input byte 0",
		`{"Image": {"Bytes": "` + strings.Repeat("A", 7<<20) + `"}}`: "ImageTooLargeException: Image size is too large: 5505024 bytes in the request, the limit is 5242880",
		`{"Image": 1}`:            "SerializationException: the parameter Image of DetectLabels must be an object, not 1",
		`{"Image": {"URL": "x"}}`: "InvalidParameterException: the parameter URL of Image of DetectLabels is not supported yet by the local machine",
		object("ok")[:len(object("ok"))-1] + `, "MaxLabels": -1}`:                  bad + "MaxLabels must be at least 0, not -1",
		object("ok")[:len(object("ok"))-1] + `, "MinConfidence": 101}`:             bad + "MinConfidence must be between 0 and 100",
		object("ok")[:len(object("ok"))-1] + `, "Features": ["IMAGE_PROPERTIES"]}`: bad + "feature IMAGE_PROPERTIES is not supported yet by the local machine",
		object("ok")[:len(object("ok"))-1] + `, "Settings": {}}`:                   "InvalidParameterException: the parameter Settings of DetectLabels is not supported yet by the local machine",
	} {
		_, err := s.Call(t.Context(), "DetectLabels", value.MustParse(in))
		if err == nil || err.Error() != want {
			t.Errorf("%.80s: got %v, want %s", in, err, want)
		}
	}
	if _, err := detect(s, "bomb", ""); err == nil || !strings.HasPrefix(err.Error(), "ImageTooLargeException") && !strings.HasPrefix(err.Error(), "InvalidImageFormat") {
		t.Errorf("a bomb gave %v", err)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	s := rekognition.New(store{"k": photos.PNG(paint(100, 100, plain(dark)))}, rekognition.WithFault(rekognition.Throttle(2)))
	var got []string
	try := func() {
		_, err := detect(s, "k", "")
		got = append(got, fmt.Sprint(err))
	}
	for range 3 {
		try()
	}
	s.Set(rekognition.WithFault(rekognition.Down()))
	try()
	s.Set(rekognition.WithFault(func(n int, c rekognition.Call) error { return fmt.Errorf("call %d of %s", n, c.Key) }))
	try()
	s.Set(rekognition.WithFault(nil))
	try()
	want := []string{
		"ThrottlingException: Rate exceeded", "ThrottlingException: Rate exceeded", "<nil>",
		"InternalServerError: Internal server error", "InternalServerError: call 1 of k", "<nil>",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	calls := s.Calls()
	if len(calls) != 6 || calls[0].Key != "k" || calls[0].Err == nil || calls[2].Err != nil {
		t.Errorf("got %+v", calls)
	}
}

// A bucket stands for S3.
type bucket struct{ t testing.TB }

func (b bucket) Call(_ context.Context, action string, in value.Value) (value.Value, error) {
	switch {
	case in.Get("VersionId").Str() == "old":
		return value.Value{}, wire.Errorf("NoSuchVersion", "gone")
	case action == "HeadObject" && in.Get("Key").Str() == "huge":
		return value.Object(value.M("ContentLength", value.Int(16<<20))), nil
	case action == "HeadObject":
		return value.Object(value.M("ContentLength", value.Int(100))), nil
	case in.Get("Key").Str() == "huge":
		b.t.Error("an object that is too large was read")
	}
	return value.Object(value.M("Body", value.String(base64.StdEncoding.EncodeToString(photos.PNG(paint(100, 100, plain(blue))))))), nil
}

func TestS3(t *testing.T) {
	t.Parallel()
	directory := &wire.Directory{}
	s := rekognition.New(rekognition.S3(directory))
	if _, err := detect(s, "k", ""); err == nil || !strings.Contains(err.Error(), `the local machine has no service "s3"`) {
		t.Errorf("got %v", err)
	}
	directory.Add("s3", bucket{t})
	if out, err := detect(s, "k", ""); err != nil || !strings.Contains(names(out), "Blue") {
		t.Errorf("got %s, %v", out, err)
	}
	if _, err := detect(s, "huge", ""); err == nil || err.Error() != "ImageTooLargeException: Image size is too large: 16777216 bytes, the limit is 15728640" {
		t.Errorf("got %v", err)
	}
	if _, err := s.Call(t.Context(), "DetectLabels", value.MustParse(`{"Image": {"S3Object": {"Bucket": "photos", "Name": "k", "Version": "old"}}}`)); err == nil || !strings.HasPrefix(err.Error(), "InvalidS3ObjectException") {
		t.Errorf("got %v", err)
	}
}

// FuzzPicture: no bytes make the gate or the statistics panic.
func FuzzPicture(f *testing.F) {
	small := paint(90, 81, plain(blue))
	f.Add([]byte{})
	f.Add(photos.PNG(small))
	f.Add(photos.JPEG(small))
	f.Add(photos.JPEG(small)[:200])
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x10Exif\x00\x00"))
	f.Fuzz(func(t *testing.T, picture []byte) {
		_, err := detect(rekognition.New(store{"k": picture}), "k", "")
		var e *wire.Error
		if err != nil && !errors.As(err, &e) {
			t.Errorf("got a %T: %v", err, err)
		}
	})
}

func ExampleService_Call() {
	photo := paint(400, 300, plain(color.RGBA{30, 160, 40, 255}))
	var b bytes.Buffer
	if err := png.Encode(&b, photo); err != nil {
		fmt.Println(err)
	}
	s := rekognition.New(store{"meadow.png": b.Bytes()})
	out, err := detect(s, "meadow.png", `, "MaxLabels": 2`)
	fmt.Println(names(out), out.Get("LabelModelVersion"), err)
	// Output:
	// Green, Low Contrast "local-heuristic-1" <nil>
}

func BenchmarkDetectLabels(b *testing.B) {
	s := rekognition.New(store{"k": photos.JPEG(paint(1024, 768, func(x, y int) color.Color { return color.RGBA{uint8(x), uint8(y), uint8(x * y), 255} }))})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := detect(s, "k", ""); err != nil {
			b.Fatal(err)
		}
	}
}
