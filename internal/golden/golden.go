// Package golden compares what a test made with a file that a person has
// reviewed.
//
//	golden.Equal(t, "testdata/refund.golden", got)
//
// Importing the package gives the test binary the flag -update, which writes
// the files instead of comparing them:
//
//	go test ./flow -update
//
// Review the rewritten files like code.
package golden

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite golden files instead of comparing with them")

// Updating reports whether the tests run with -update, for tests that keep
// expectations in a form of their own (testscript's UpdateScripts, for example).
func Updating() bool { return *update }

// Equal fails the test if got differs from the file at path, which is relative
// to the package's folder, and shows the difference. With -update it writes got
// to path, making folders as needed.
func Equal(t testing.TB, path string, got []byte) {
	t.Helper()
	if *update {
		if err := write(path, got); err != nil {
			t.Fatalf("update golden file: %v", err)
		}
		return
	}
	if message := differ(path, got); message != "" {
		t.Error(message)
	}
}

// write leaves a file that is already right alone, so that its time stays.
func write(path string, got []byte) error {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, got) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return os.WriteFile(path, got, 0o666)
}

// differ says what is wrong, or nothing.
func differ(path string, got []byte) string {
	want, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Sprintf("%s does not exist yet; run `%s` and review the file", path, command())
	case err != nil:
		return fmt.Sprintf("read golden file: %v", err)
	case bytes.Equal(want, got):
		return ""
	}
	return fmt.Sprintf("%s differs (-want +got):\n%s\nif the new one is right, run `%s` and review the change like code",
		path, diff(want, got), command())
}

// diff compares text by lines and everything else by bytes.
func diff(want, got []byte) string {
	if utf8.Valid(want) && utf8.Valid(got) {
		return cmp.Diff(string(want), string(got))
	}
	return cmp.Diff(want, got)
}

// command is what rewrites the golden files of the package under test. A test
// runs in its package's folder, so the package is named from the module's root.
func command() string {
	dir, err := os.Getwd()
	if err != nil {
		return "go test ./... -update"
	}
	for root := dir; root != filepath.Dir(root); root = filepath.Dir(root) {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
			continue
		}
		if rel, err := filepath.Rel(root, dir); err == nil {
			return "go test ./" + filepath.ToSlash(rel) + " -update"
		}
	}
	return "go test ./... -update"
}
