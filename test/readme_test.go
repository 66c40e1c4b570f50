package test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/draw"
	"github.com/stepwright/stepwright/internal/golden"
	"github.com/stepwright/stepwright/workflows/imagetagging"
)

var goBlock = regexp.MustCompile("(?s)```go\n(.*?)```")

// TestReadmeShowsRealCode finds each Go block of the README word for word in a source file: what it shows compiles.
func TestReadmeShowsRealCode(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := goBlock.FindAllSubmatch(readme, -1)
	if len(blocks) == 0 {
		t.Fatal("the README has no Go code")
	}
	sources := goFiles(t)
	for _, b := range blocks {
		found := false
		for _, src := range sources {
			found = found || bytes.Contains(src, b[1])
		}
		if !found {
			t.Errorf("no source file holds this block of the README:\n%s", b[1])
		}
	}
}

func goFiles(t *testing.T) [][]byte {
	t.Helper()
	var all [][]byte
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || d.Name() == "out" || strings.HasPrefix(d.Name(), ".") && d.Name() != ".."):
			return filepath.SkipDir
		case strings.HasSuffix(path, ".go"):
			src, err := os.ReadFile(path)
			all = append(all, src)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestReadmePicture keeps the README's picture that of the workflow.
func TestReadmePicture(t *testing.T) {
	t.Parallel()
	m, problems := imagetagging.ImageTagging.Build()
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	golden.Equal(t, "../docs/image-tagging.svg", draw.SVG(m))
}
