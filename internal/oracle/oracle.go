// Package oracle finds the recorded answers of the real services that tests
// compare with. They are data beside the project, not in it.
//
// The folder is named by STEPWRIGHT_SHARED (a relative path counts from the
// module's root), or else it is ../shared from the module's root. Without it
// the tests that need it are skipped, or fail if STEPWRIGHT_REQUIRE_CASES is 1.
package oracle

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// Dir returns the folder with the recordings. It skips the test if there is
// none, and fails it if STEPWRIGHT_REQUIRE_CASES is 1 or STEPWRIGHT_SHARED
// names a folder that is not there.
func Dir(t testing.TB) string {
	t.Helper()
	dir, err := find(os.Getenv)
	switch {
	case err == nil:
		return dir
	case os.Getenv("STEPWRIGHT_REQUIRE_CASES") == "1" || os.Getenv("STEPWRIGHT_SHARED") != "":
		t.Fatal(err)
	default:
		t.Skip(err)
	}
	return ""
}

// Read returns the file that elems name below Dir, and skips or fails like Dir.
// A missing file in an existing folder fails the test.
func Read(t testing.TB, elems ...string) []byte {
	t.Helper()
	path := filepath.Join(append([]string{Dir(t)}, elems...)...)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("read recording: %v", err)
	}
	return data
}

func find(getenv func(string) string) (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	dir := getenv("STEPWRIGHT_SHARED")
	switch {
	case dir == "":
		dir = filepath.Join(filepath.Dir(root), "shared")
	case !filepath.IsAbs(dir):
		dir = filepath.Join(root, dir)
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return "", fmt.Errorf("no recordings in %s: set STEPWRIGHT_SHARED to the folder that has them", dir)
	}
	return dir, nil
}

// moduleRoot looks upwards from the package's folder, where tests run.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", fmt.Errorf("no go.mod above the test's folder")
		}
		dir = parent
	}
}
