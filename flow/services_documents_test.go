package flow_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/check"
)

// TestServiceDocuments reads the golden documents of all packages of services: nothing is to be remarked about them,
// and they print as they were.
func TestServiceDocuments(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*/testdata/*.asl.json")
	if err != nil || len(files) < 12 {
		t.Fatalf("%d documents, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			m, found := asl.Parse(text)
			for _, x := range append(found, check.Document(m)...) {
				t.Errorf("unexpected: %s", x.Text())
			}
			if again := asl.Print(m); !bytes.Equal(again, text) {
				t.Errorf("it prints as\n%s", again)
			}
		})
	}
}
