package imagetagging

import (
	"testing"

	"github.com/stepwright/stepwright/test/photos"
)

// The pictures are a photograph of the demo and what a telephone makes.
func benchmarks() map[string][]byte {
	return map[string][]byte{
		"photograph":        photos.Read("astronaut.jpg"),
		"photograph PNG":    photos.Read("chelsea.png"),
		"12 megapixels":     withEXIF(photos.JPEG(gradient(4032, 3024)), camera(6)),
		"12 megapixels PNG": photos.PNG(gradient(4032, 3024)),
	}
}

func BenchmarkExtract(b *testing.B) {
	for name, data := range benchmarks() {
		b.Run(name, func(b *testing.B) {
			bucket, job := holding(data)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := extract(b.Context(), bucket, job); err != nil {
					b.Fatal(err)
				}
				bucket.reads = nil
			}
		})
	}
}

func BenchmarkThumbnail(b *testing.B) {
	for name, data := range benchmarks() {
		b.Run(name, func(b *testing.B) {
			bucket, job := holding(data)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := thumbnail(b.Context(), bucket, Resize{Job: job, Mode: ModePreview}); err != nil {
					b.Fatal(err)
				}
				bucket.reads = nil
			}
		})
	}
}
