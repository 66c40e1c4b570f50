package assembly

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRoot(t *testing.T) {
	t.Parallel()
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		t.Error(err)
	}
}

func TestBuildNamesTheWrongFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	err := Build(t.Context(), dir, filepath.Join(dir, "app"))
	if err == nil || !strings.Contains(err.Error(), "is not the project's root") {
		t.Errorf("got %v; expected a sentence about the project's root", err)
	}
}

func TestSynthesizeReportsWhatTheAppPrinted(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	app := filepath.Join(dir, "app")
	if err := os.WriteFile(app, []byte("#!/bin/sh\necho the stack has no bucket\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	err := Synthesize(t.Context(), dir, app, filepath.Join(dir, "out"))
	if err == nil || !strings.Contains(err.Error(), "the stack has no bucket") {
		t.Errorf("got %v; expected what the app printed", err)
	}
}
