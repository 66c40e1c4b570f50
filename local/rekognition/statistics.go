package rekognition

import (
	"bytes"
	"image"
	"math"

	"github.com/bep/imagemeta"
)

const (
	grid     = 64       // the side of the small copy that statistics are taken from
	tooMany  = 25 << 20 // pixels from which on only the shape is looked at
	perCell  = 4        // samples per side of a cell of the small copy
	fullTurn = 360
)

// labels derives labels from the picture: its shape, and, if its pixels can be read, their statistics. A file that
// is cut off has a shape only: the real service, too, is lenient with such files.
func (p picture) labels() []Label {
	all := p.shape()
	if p.width*p.height > tooMany {
		return append(all, Label{"Very Large Image", 95, []string{"Image"}})
	}
	img, err := p.decode(p.bytes)
	if err != nil {
		return all
	}
	return append(measure(img).labels(), all...)
}

// shape tells the picture's format as it is displayed, that is after the EXIF orientation.
func (p picture) shape() []Label {
	w, h := float64(p.width), float64(p.height)
	if orientation(p.bytes) >= 5 {
		w, h = h, w
	}
	ratio := math.Max(w, h) / math.Min(w, h)
	sure := confidence((ratio - 1.1) / 0.4)
	switch {
	case ratio > 2:
		return []Label{{"Panorama Format", confidence(ratio - 2), []string{"Format"}}}
	case ratio <= 1.1:
		return []Label{{"Square Format", confidence(1 - float64((ratio-1)*10)), []string{"Format"}}}
	case w > h:
		return []Label{{"Landscape Orientation", sure, []string{"Format"}}}
	}
	return []Label{{"Portrait Orientation", sure, []string{"Format"}}}
}

// orientation is the EXIF orientation of a JPEG, 1 to 8; 1 when there is none, or none that can be read.
func orientation(b []byte) int {
	if !bytes.HasPrefix(b, []byte("\xff\xd8")) {
		return 1
	}
	n := 1
	_, err := imagemeta.Decode(imagemeta.Options{
		R: bytes.NewReader(b), ImageFormat: imagemeta.JPEG, Sources: imagemeta.EXIF,
		ShouldHandleTag: func(t imagemeta.TagInfo) bool { return t.Tag == "Orientation" && t.Namespace == "IFD0" },
		HandleTag: func(t imagemeta.TagInfo) error {
			if v, ok := t.Value.(uint16); ok && v >= 1 && v <= 8 {
				n = int(v)
			}
			return nil
		},
	})
	if err != nil {
		return 1
	}
	return n
}

// confidence turns a strength, 0 for just so and 1 for plainly, into 60 to 99 with two digits.
func confidence(strength float64) float64 {
	s := math.Min(math.Max(strength, 0), 1)
	return math.Round((60+float64(39*s))*100) / 100
}

// statistics are what a small copy of a picture says; all but hue lie between 0 and 1.
type statistics struct {
	brightness, contrast, saturation, edges float64
	skin, top                               float64    // shares of skin-like colours; of bright or blue in the upper third
	hues                                    [6]float64 // shares of the colours in hueNames, weighted by saturation
}

var hueNames = [6]string{"Red", "Yellow", "Green", "Cyan", "Blue", "Magenta"}

// measure takes the statistics of a grid of averages. The conversions of products keep processors from fusing them
// with sums, which would give other digits on other machines.
func measure(img image.Image) statistics {
	cells := shrink(img)
	var s statistics
	var sum, squares, colour float64
	for i, c := range cells {
		hue, saturation, luma := c.hsl()
		sum += luma
		squares += float64(luma * luma)
		s.saturation += saturation
		colour += saturation
		s.hues[int(hue/60+0.5)%6] += saturation
		if hue < 50 && saturation > 0.15 && saturation < 0.7 && luma > 0.3 && luma < 0.9 {
			s.skin++
		}
		if row := i / grid; row < grid/3 && (luma > 0.75 || hue > 180 && hue < 260 && saturation > 0.2) {
			s.top++
		}
		if x := i % grid; x > 0 && i >= grid {
			s.edges += math.Abs(luma-cells[i-1].luma()) + math.Abs(luma-cells[i-grid].luma())
		}
	}
	n := float64(len(cells))
	s.brightness = sum / n
	s.contrast = math.Sqrt(math.Max(squares/n-float64(s.brightness*s.brightness), 0))
	s.saturation /= n
	s.edges /= n
	s.skin /= n
	s.top /= n / 3
	for i := range s.hues {
		s.hues[i] /= math.Max(colour, 1e-9)
	}
	return s
}

// labels says what the statistics show, each with how plainly.
func (s statistics) labels() []Label {
	var all []Label
	say := func(name string, strength float64, parent string) {
		if strength >= 0 {
			all = append(all, Label{name, confidence(strength), []string{parent}})
		}
	}
	if s.saturation > 0.08 {
		for i, share := range s.hues {
			say(hueNames[i], (share-0.3)/0.5, "Color")
		}
	}
	say("Dark", (0.35-s.brightness)/0.25, "Brightness")
	say("Bright", (s.brightness-0.6)/0.25, "Brightness")
	say("High Contrast", (s.contrast-0.22)/0.12, "Contrast")
	say("Low Contrast", (0.1-s.contrast)/0.1, "Contrast")
	say("Monochrome", (0.08-s.saturation)/0.08, "Color")
	say("Colorful", (s.saturation-0.35)/0.3, "Color")
	say("High Detail", (s.edges-0.08)/0.1, "Detail")
	say("Smooth", (0.03-s.edges)/0.03, "Detail")
	say("Skin Tones", (s.skin-0.3)/0.5, "Color")
	say("Bright Top", (s.top-0.6)/0.4, "Brightness")
	return all
}

// A cell is the average colour of a part of the picture, each channel 0 to 1.
type cell struct{ r, g, b float64 }

func (c cell) luma() float64 { return float64(0.299*c.r) + float64(0.587*c.g) + float64(0.114*c.b) }

// hsl gives hue in degrees, saturation as the share of the strongest channel, and luma.
func (c cell) hsl() (hue, saturation, luma float64) {
	top, low := math.Max(c.r, math.Max(c.g, c.b)), math.Min(c.r, math.Min(c.g, c.b))
	if span := top - low; span > 0 {
		switch top {
		case c.r:
			hue = 60 * (c.g - c.b) / span
		case c.g:
			hue = 60*(c.b-c.r)/span + 120
		default:
			hue = 60*(c.r-c.g)/span + 240
		}
		saturation = span / top
	}
	if hue < 0 {
		hue += fullTurn
	}
	return hue, saturation, c.luma()
}

// shrink gives the averages of a grid of cells, row by row, from a few samples each.
func shrink(img image.Image) []cell {
	bounds := img.Bounds()
	cells := make([]cell, grid*grid)
	for i := range cells {
		var c cell
		for j := range perCell * perCell {
			x := bounds.Min.X + ((i%grid)*perCell+j%perCell)*bounds.Dx()/(grid*perCell)
			y := bounds.Min.Y + ((i/grid)*perCell+j/perCell)*bounds.Dy()/(grid*perCell)
			r, g, b, _ := img.At(x, y).RGBA()
			c.r, c.g, c.b = c.r+float64(r), c.g+float64(g), c.b+float64(b)
		}
		const all = perCell * perCell * 0xffff
		cells[i] = cell{c.r / all, c.g / all, c.b / all}
	}
	return cells
}
