package rekognition

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/jpeg"
	"image/png"
	"slices"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// detect answers DetectLabels: the fault, the gate, then a fixture or the picture's statistics.
func (s *Service) detect(ctx context.Context, q request) (value.Value, error) {
	if err := s.inject(q); err != nil {
		return value.Value{}, err
	}
	b, err := s.picture(ctx, q)
	if err != nil {
		return value.Value{}, err
	}
	p, err := admit(b)
	if err != nil {
		return value.Value{}, err
	}
	if labels, ok := s.fixture(q, b); ok {
		return answer(labels, q, Fixtures), nil
	}
	s.decoding.Lock()
	defer s.decoding.Unlock()
	return answer(p.labels(), q, Heuristic), nil
}

// A picture is an image that has passed the gate.
type picture struct {
	bytes         []byte
	width, height int
	decode        func([]byte) (image.Image, error)
}

// admit is the gate: JPEG or PNG, with sides that Rekognition takes. It reads headers only.
func admit(b []byte) (picture, error) {
	p := picture{bytes: b}
	var size image.Config
	var err error
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xd8\xff")):
		size, err = jpeg.DecodeConfig(bytes.NewReader(b))
		p.decode = func(b []byte) (image.Image, error) { return jpeg.Decode(bytes.NewReader(b)) }
	case bytes.HasPrefix(b, []byte("\x89PNG\r\n\x1a\n")):
		size, err = png.DecodeConfig(bytes.NewReader(b))
		p.decode = func(b []byte) (image.Image, error) { return png.Decode(bytes.NewReader(b)) }
	default:
		return p, wire.Errorf("InvalidImageFormatException", "Request has invalid image format")
	}
	if err != nil {
		return p, wire.Errorf("InvalidImageFormatException", "Request has invalid image format: %v", err)
	}
	p.width, p.height = size.Width, size.Height
	if p.width > maxSide || p.height > maxSide {
		return p, wire.Errorf("ImageTooLargeException", "Image size is too large: %dx%d pixels, a side has at most %d", p.width, p.height, maxSide)
	}
	if p.width < minSide || p.height < minSide {
		return p, wire.Errorf("InvalidParameterException", "Request has invalid parameters: the image has %dx%d pixels, a side has at least %d", p.width, p.height, minSide)
	}
	return p, nil
}

// fixture gives the labels somebody has set for the picture.
func (s *Service) fixture(q request, b []byte) (labels []Label, ok bool) {
	sum := sha256.Sum256(b)
	s.mu.Lock()
	defer s.mu.Unlock()
	if q.key != "" {
		if labels, ok = s.fixtures[q.key]; ok {
			return labels, true
		}
	}
	labels, ok = s.fixtures[hex.EncodeToString(sum[:])]
	return labels, ok
}

// answer gives the labels that the request asks for, surest first.
func answer(labels []Label, q request, version string) value.Value {
	labels = slices.Clone(labels)
	slices.SortStableFunc(labels, func(a, b Label) int { return cmp.Compare(b.Confidence, a.Confidence) })
	labels = slices.DeleteFunc(labels, func(l Label) bool { return l.Confidence < q.minConfidence })
	if len(labels) > q.maxLabels {
		labels = labels[:q.maxLabels]
	}
	shown := make([]value.Value, len(labels))
	for i, l := range labels {
		shown[i] = l.show()
	}
	return value.Object(value.M("Labels", value.Array(shown...)), value.M("LabelModelVersion", value.String(version)))
}

func named(names ...string) value.Value {
	all := make([]value.Value, len(names))
	for i, n := range names {
		all[i] = value.Object(value.M("Name", value.String(n)))
	}
	return value.Array(all...)
}

func (l Label) show() value.Value {
	return value.Object(value.M("Name", value.String(l.Name)), value.M("Confidence", value.Float(l.Confidence)),
		value.M("Instances", value.Array()), value.M("Parents", named(l.Parents...)), value.M("Aliases", value.Array()),
		value.M("Categories", named("simulated")))
}
