package e2e

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
)

var (
	red  = color.NRGBA{220, 20, 20, 255}
	blue = color.NRGBA{20, 60, 200, 255}
)

// marked is a blue picture with a red corner at the top left.
func marked(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	draw.Draw(img, img.Rect, image.NewUniform(blue), image.Point{}, draw.Src)
	draw.Draw(img, image.Rect(0, 0, w/3, h/3), image.NewUniform(red), image.Point{}, draw.Src)
	return img
}

// striped is a gray picture of any size that is quickly made and encoded.
func striped(w, h int) image.Image {
	img := image.NewGray(image.Rect(0, 0, w, h))
	light := bytes.Repeat([]byte{200}, w)
	for y := range h {
		if y/8%2 == 1 {
			copy(img.Pix[y*img.Stride:], light)
		}
	}
	return img
}

// turned tells in EXIF how a JPEG is to be shown.
func turned(picture []byte, orientation byte) []byte {
	const tag, short = "\x01\x12", "\x00\x03"
	exif := "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01" + tag + short + "\x00\x00\x00\x01\x00" + string(orientation) + "\x00\x00\x00\x00\x00\x00"
	out := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, 0xe1}, uint16(len(exif)+2))
	return append(append(out, exif...), picture[2:]...)
}

// seeThrough is a picture with sixteen bits a color and a hole in the middle.
func seeThrough(w, h int) image.Image {
	img := image.NewNRGBA64(image.Rect(0, 0, w, h))
	draw.Draw(img, img.Rect, image.NewUniform(blue), image.Point{}, draw.Src)
	draw.Draw(img, image.Rect(w/4, h/4, 3*w/4, 3*h/4), image.Transparent, image.Point{}, draw.Src)
	return img
}

// isRed tells whether a pixel is nearer to red than to blue.
func isRed(img image.Image, x, y int) bool {
	r, _, b, _ := img.At(x, y).RGBA()
	return r > b
}
