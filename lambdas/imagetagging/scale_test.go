package imagetagging

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"math"
	"testing"
)

// mean is what scale computes, pixel by pixel and with fractions.
func mean(photo image.Image, to Dimensions, x, y int) color.NRGBA {
	from := photo.Bounds()
	perX, perY := float64(from.Dx())/float64(to.Width), float64(from.Dy())/float64(to.Height)
	var sums [4]float64
	for sy := range from.Dy() {
		high := overlap(float64(sy), float64(y)*perY, perY)
		if high == 0 {
			continue
		}
		for sx := range from.Dx() {
			weight := high * overlap(float64(sx), float64(x)*perX, perX)
			r, g, b, a := photo.At(from.Min.X+sx, from.Min.Y+sy).RGBA()
			for i, v := range []uint32{r, g, b, a} {
				sums[i] += weight * float64(v) / (perX * perY)
			}
		}
	}
	out := func(v float64) uint8 {
		if sums[3] == 0 {
			return 0
		}
		return uint8(math.Round(255 * v / sums[3]))
	}
	return color.NRGBA{out(sums[0]), out(sums[1]), out(sums[2]), uint8(math.Round(sums[3] / 257))}
}

// overlap is how much of the unit from pixel on lies in the length from start on.
func overlap(pixel, start, length float64) float64 {
	return max(0, min(pixel+1, start+length)-max(pixel, start))
}

func TestScaleAveragesAreas(t *testing.T) {
	t.Parallel()
	opaque := noisy(23, 17)
	glass := noisy(23, 17).(*image.NRGBA)
	for i := 3; i < len(glass.Pix); i += 4 {
		glass.Pix[i] = glass.Pix[i-1]
	}
	photos := map[string]image.Image{
		"NRGBA": opaque, "NRGBA with glass": glass,
		"RGBA":      into(image.NewRGBA(opaque.Bounds()), glass),
		"Gray":      into(image.NewGray(opaque.Bounds()), opaque),
		"NRGBA64":   into(image.NewNRGBA64(opaque.Bounds()), glass),
		"CMYK":      into(image.NewCMYK(opaque.Bounds()), opaque),
		"a part":    into(image.NewNRGBA(image.Rect(0, 0, 40, 30)), noisy(40, 30)).(*image.NRGBA).SubImage(image.Rect(5, 7, 28, 24)),
		"no RGBA64": onlyAt{opaque},
	}
	for _, ratio := range []image.YCbCrSubsampleRatio{
		image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420,
		image.YCbCrSubsampleRatio440, image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410,
	} {
		photos[ratio.String()] = subsampled(opaque, ratio).SubImage(image.Rect(3, 0, 26, 17))
	}
	sizes := []Dimensions{{23, 17}, {22, 16}, {12, 9}, {11, 8}, {7, 17}, {23, 1}, {1, 1}}
	for name, photo := range photos {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, size := range sizes {
				got := scale(photo, size)
				for y := range size.Height {
					for x := range size.Width {
						want := mean(photo, size, x, y)
						if !alike(got.NRGBAAt(x, y), want) {
							t.Fatalf("to %v: pixel %d,%d is %v, want %v", size, x, y, got.NRGBAAt(x, y), want)
						}
					}
				}
			}
		})
	}
}

// alike allows for 8-bit colours being multiplied by alpha, as image.At does.
func alike(a, b color.NRGBA) bool {
	near := func(x, y uint8) bool { return max(x, y)-min(x, y) <= 1 }
	return near(a.R, b.R) && near(a.G, b.G) && near(a.B, b.B) && near(a.A, b.A)
}

type onlyAt struct{ image.Image }

func into(dst draw.Image, src image.Image) image.Image {
	draw.Draw(dst, dst.Bounds(), src, image.Point{}, draw.Src)
	return dst
}

func subsampled(src image.Image, ratio image.YCbCrSubsampleRatio) *image.YCbCr {
	out := image.NewYCbCr(image.Rect(0, 0, 30, 20), ratio)
	for y := range 20 {
		for x := range 30 {
			r, g, b, _ := src.At(x%23, y%17).RGBA()
			out.Y[out.YOffset(x, y)], out.Cb[out.COffset(x, y)], out.Cr[out.COffset(x, y)] = color.RGBToYCbCr(uint8(r>>8), uint8(g>>8), uint8(b>>8))
		}
	}
	return out
}

func TestScaleToTheSameSizeChangesNothing(t *testing.T) {
	t.Parallel()
	photo := noisy(31, 13).(*image.NRGBA)
	if got := scale(photo, Dimensions{31, 13}); !bytes.Equal(got.Pix, photo.Pix) {
		t.Error("pixels changed")
	}
}

func TestScaleNeedsNoMemoryForThePhoto(t *testing.T) { //nolint:paralleltest // it counts allocations
	photo := image.NewGray(image.Rect(0, 0, 1, 500_000))
	used := testing.AllocsPerRun(1, func() { scale(photo, Dimensions{1, 250}) })
	if used > 20 {
		t.Errorf("%v allocations; a handful expected", used)
	}
}
