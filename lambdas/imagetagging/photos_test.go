package imagetagging

import (
	"encoding/json"
	"errors"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/stepwright/stepwright/internal/golden"
	"github.com/stepwright/stepwright/test/photos"
)

// TestPhotographs describes every real photograph in one file that a person
// can read. PREVIEWS_DIR=folder keeps the previews as PNG to be looked at.
func TestPhotographs(t *testing.T) {
	t.Parallel()
	type line struct {
		Name     string
		Metadata *Metadata `json:",omitempty"`
		Preview  string    `json:",omitempty"`
		Errors   []string  `json:",omitempty"`
	}
	var lines []line
	for _, name := range photos.Names() {
		l := line{Name: name}
		m, err := inspect(headerOf(photos.Read(name)))
		if err != nil {
			l.Errors = append(l.Errors, fmt.Sprintf("%T: %v", err, err))
		} else {
			l.Metadata = &m
		}
		small, err := shrink(photos.Read(name), kinds[ModePreview])
		if err != nil {
			l.Errors = append(l.Errors, fmt.Sprintf("%T: %v", err, err))
			if photos.Fails(name) == "" {
				t.Errorf("%s: %v", name, err)
			}
		} else {
			l.Preview = fmt.Sprintf("%d x %d %s", small.size.Width, small.size.Height, small.contentType)
			keep(t, name, small)
		}
		lines = append(lines, l)
	}
	got, err := json.MarshalIndent(lines, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden.Equal(t, "testdata/photographs.golden", append(got, '\n'))
}

func keep(t *testing.T, name string, p picture) {
	t.Helper()
	folder := os.Getenv("PREVIEWS_DIR")
	if folder == "" {
		return
	}
	f, err := os.Create(filepath.Join(folder, name+".png"))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(png.Encode(f, open(t, p)), f.Close()); err != nil {
		t.Fatal(err)
	}
}
