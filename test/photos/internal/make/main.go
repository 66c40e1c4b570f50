// Command make writes the files of test/photos from the photographs that come
// with scikit-image (Debian package python3-skimage). It needs exiftool
// (libimage-exiftool-perl) for camera, place and orientation.
//
//	go run ./test/photos/internal/make /usr/lib/python3/dist-packages/skimage/data test/photos
//
// Everything it writes is kept in the repository; run it only to change a file.
package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color/palette"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: make SKIMAGE-DATA-FOLDER OUTPUT-FOLDER")
		os.Exit(2)
	}
	m := maker{from: os.Args[1], to: os.Args[2]}
	m.run()
	if m.err != nil {
		fmt.Fprintln(os.Stderr, "make:", m.err)
		os.Exit(1)
	}
}

// A maker stops working at its first error.
type maker struct {
	from, to string
	err      error
}

func (m *maker) run() {
	m.write("astronaut.jpg", m.jpeg(m.png("astronaut.png"), 88))
	m.tag("astronaut.jpg",
		"-Make=Acme", "-Model=Cam 1", "-DateTimeOriginal=2024:05:01 10:11:12",
		"-GPSLatitude=59.3293", "-GPSLatitudeRef=N", "-GPSLongitude=18.0686", "-GPSLongitudeRef=E")

	m.write("coffee-rotated.jpg", m.jpeg(counterClockwise(m.png("coffee.png")), 85))
	m.tag("coffee-rotated.jpg", "-n", "-Orientation=6", "-Make=Acme", "-Model=カメラ 2")

	m.copy("rocket.jpg", "rocket.jpg")
	m.copy("chelsea.png", "chelsea.png")
	m.copy("camera.png", "camera-gray.png")

	m.write("a+b %20 é.jpg", m.jpeg(m.png("chelsea.png"), 85))
	m.write("coffee.gif", m.gif(quarter(m.png("coffee.png"))))
	whole := m.jpeg(m.png("coffee.png"), 85)
	m.write("truncated.jpg", whole[:len(whole)/2])
	m.write("empty.png", nil)
}

func (m *maker) read(name string) []byte {
	if m.err != nil {
		return nil
	}
	var data []byte
	data, m.err = os.ReadFile(filepath.Join(m.from, name))
	return data
}

func (m *maker) write(name string, data []byte) {
	if m.err == nil {
		m.err = os.WriteFile(filepath.Join(m.to, name), data, 0o644)
	}
}

func (m *maker) copy(from, to string) { m.write(to, m.read(from)) }

func (m *maker) png(name string) image.Image {
	data := m.read(name)
	if m.err != nil {
		return image.NewGray(image.Rect(0, 0, 4, 4))
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		m.err = fmt.Errorf("%s: %w", name, err)
		return image.NewGray(image.Rect(0, 0, 4, 4))
	}
	return img
}

func (m *maker) jpeg(img image.Image, quality int) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil && m.err == nil {
		m.err = err
	}
	return b.Bytes()
}

func (m *maker) gif(img image.Image) []byte {
	out := image.NewPaletted(img.Bounds(), palette.Plan9)
	draw.FloydSteinberg.Draw(out, out.Rect, img, img.Bounds().Min)
	var b bytes.Buffer
	if err := gif.Encode(&b, out, nil); err != nil && m.err == nil {
		m.err = err
	}
	return b.Bytes()
}

func (m *maker) tag(name string, tags ...string) {
	if m.err != nil {
		return
	}
	command := exec.Command("exiftool", append(tags, "-q", "-overwrite_original", filepath.Join(m.to, name))...)
	command.Stderr = os.Stderr
	if err := command.Run(); err != nil {
		m.err = fmt.Errorf("exiftool %s: %w", name, err)
	}
}

// counterClockwise turns a picture so that orientation 6 turns it back.
func counterClockwise(img image.Image) image.Image {
	b := img.Bounds()
	out := image.NewRGBA(image.Rect(0, 0, b.Dy(), b.Dx()))
	for y := range b.Dy() {
		for x := range b.Dx() {
			out.Set(y, b.Dx()-1-x, img.At(b.Min.X+x, b.Min.Y+y))
		}
	}
	return out
}

// quarter keeps every fourth pixel of every fourth row.
func quarter(img image.Image) image.Image {
	b := img.Bounds()
	out := image.NewRGBA(image.Rect(0, 0, b.Dx()/4, b.Dy()/4))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			out.Set(x, y, img.At(b.Min.X+4*x, b.Min.Y+4*y))
		}
	}
	return out
}
