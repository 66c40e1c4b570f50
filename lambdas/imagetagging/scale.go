package imagetagging

import (
	"image"
	"image/color"
)

// scale makes a picture smaller by averaging: every new pixel is the mean of
// the area of the photo that it covers, with the parts of pixels at its edges.
// The sums are exact integers over colours weighted by their opacity, so the
// result is the same on every processor, and the work needs no memory beyond
// one row. to must not be larger than the photo.
func scale(photo image.Image, to Dimensions) *image.NRGBA {
	from := photo.Bounds()
	s := &scaler{
		out:   image.NewNRGBA(image.Rect(0, 0, to.Width, to.Height)),
		row:   make([]uint64, 4*to.Width),
		sums:  make([]uint64, 4*to.Width),
		area:  uint64(from.Dx()) * uint64(from.Dy()),
		width: from.Dx(),
	}
	pixels := make([]uint16, 4*from.Dx())
	read := rowReader(photo)
	// One row of the photo is to.Height units high, one of the result is from.Dy.
	left := from.Dy()
	for y := range from.Dy() {
		read(from.Min.Y+y, pixels)
		s.across(pixels, to.Width)
		high := to.Height
		if high >= left {
			s.add(uint64(left))
			s.finish()
			high -= left
			left = from.Dy()
		}
		if high > 0 {
			s.add(uint64(high))
			left -= high
		}
	}
	return s.out
}

type scaler struct {
	out   *image.NRGBA
	row   []uint64 // one row of the photo, averaged across
	sums  []uint64 // the row of the result that is being summed up
	next  int      // which row that is
	area  uint64   // the weight of a whole pixel
	width int      // of the photo
}

// across shortens a row. One pixel of the photo is width units wide, one of the
// result is s.width, which is not less: a pixel falls into one or two.
func (s *scaler) across(pixels []uint16, width int) {
	clear(s.row)
	out, left := 0, s.width
	for i := 0; i < len(pixels); i += 4 {
		p := pixels[i : i+4 : i+4]
		wide := width
		if wide >= left {
			addPixel(s.row[out:out+4:out+4], p, uint64(left))
			wide -= left
			left = s.width
			out += 4
		}
		if wide > 0 {
			addPixel(s.row[out:out+4:out+4], p, uint64(wide))
			left -= wide
		}
	}
}

func addPixel(sums []uint64, p []uint16, weight uint64) {
	_, _ = sums[3], p[3]
	sums[0] += uint64(p[0]) * weight
	sums[1] += uint64(p[1]) * weight
	sums[2] += uint64(p[2]) * weight
	sums[3] += uint64(p[3]) * weight
}

func (s *scaler) add(weight uint64) {
	for i, v := range s.row {
		s.sums[i] += v * weight
	}
}

// finish writes a row of the result, taking the opacity out of the colours
// again.
func (s *scaler) finish() {
	pix := s.out.Pix[s.next*s.out.Stride:]
	for i := 0; i < len(s.sums); i += 4 {
		alpha := s.sums[i+3]
		for c := range 3 {
			if alpha > 0 {
				pix[i+c] = uint8(min(255, (s.sums[i+c]*255+alpha/2)/alpha))
			}
		}
		pix[i+3] = uint8((alpha*255 + s.area*0xffff/2) / (s.area * 0xffff))
	}
	clear(s.sums)
	s.next++
}

// rowReader returns a function that fills a row of colours: red, green, blue,
// alpha, of 16 bits, multiplied by alpha. What photos usually are has a quick
// way.
func rowReader(photo image.Image) func(y int, row []uint16) {
	switch photo := photo.(type) {
	case *image.YCbCr:
		return func(y int, row []uint16) { ycbcrRow(photo, y, row) }
	case *image.NRGBA:
		return func(y int, row []uint16) { nrgbaRow(photo, y, row) }
	case *image.RGBA:
		return func(y int, row []uint16) { rgbaRow(photo, y, row) }
	case image.RGBA64Image:
		return func(y int, row []uint16) { anyRow(photo.RGBA64At, photo.Bounds().Min.X, y, row) }
	default:
		at := func(x, y int) color.RGBA64 { return color.RGBA64Model.Convert(photo.At(x, y)).(color.RGBA64) }
		return func(y int, row []uint16) { anyRow(at, photo.Bounds().Min.X, y, row) }
	}
}

func ycbcrRow(photo *image.YCbCr, y int, row []uint16) {
	x0 := photo.Rect.Min.X
	luma := photo.Y[photo.YOffset(x0, y):]
	chroma := photo.COffset(x0, y)
	shift := chromaShift(photo.SubsampleRatio)
	for i := range len(row) / 4 {
		c := chroma + (x0+i)>>shift - x0>>shift
		r, g, b := color.YCbCrToRGB(luma[i], photo.Cb[c], photo.Cr[c])
		p := row[4*i : 4*i+4 : 4*i+4]
		p[0], p[1], p[2], p[3] = uint16(r)*0x101, uint16(g)*0x101, uint16(b)*0x101, 0xffff
	}
}

// chromaShift is how many pixels share a colour in a row, as a power of two.
func chromaShift(ratio image.YCbCrSubsampleRatio) int {
	switch ratio {
	case image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420:
		return 1
	case image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410:
		return 2
	default:
		return 0
	}
}

func nrgbaRow(photo *image.NRGBA, y int, row []uint16) {
	pix := photo.Pix[photo.PixOffset(photo.Rect.Min.X, y):]
	for i := 0; i < len(row); i += 4 {
		alpha := uint32(pix[i+3])
		for c := range 3 {
			row[i+c] = uint16(uint32(pix[i+c]) * alpha * 0x101 / 255)
		}
		row[i+3] = uint16(alpha * 0x101)
	}
}

func rgbaRow(photo *image.RGBA, y int, row []uint16) {
	pix := photo.Pix[photo.PixOffset(photo.Rect.Min.X, y):]
	for i := range row {
		row[i] = uint16(pix[i]) * 0x101
	}
}

func anyRow(at func(x, y int) color.RGBA64, x0, y int, row []uint16) {
	for i := range len(row) / 4 {
		c := at(x0+i, y)
		row[4*i], row[4*i+1], row[4*i+2], row[4*i+3] = c.R, c.G, c.B, c.A
	}
}

// flatten lays a picture on white, for formats without transparency. It works in
// place: opaque colours are the same in both types.
func flatten(img *image.NRGBA) *image.RGBA {
	for i := 0; i < len(img.Pix); i += 4 {
		alpha := uint32(img.Pix[i+3])
		if alpha == 255 {
			continue
		}
		for c := range 3 {
			img.Pix[i+c] = uint8((uint32(img.Pix[i+c])*alpha + 255*(255-alpha) + 127) / 255)
		}
		img.Pix[i+3] = 255
	}
	return &image.RGBA{Pix: img.Pix, Stride: img.Stride, Rect: img.Rect}
}
