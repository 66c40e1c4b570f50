package golden

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDiffer(t *testing.T) {
	t.Parallel()
	file := func(content string) string {
		path := filepath.Join(t.TempDir(), "x.golden")
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	tests := []struct {
		name, path, got string
		want            []string // all of these; none: no difference
	}{
		{"same", file("a\nb\n"), "a\nb\n", nil},
		{"both empty", file(""), "", nil},
		{"another line", file("a\nb\nc\n"), "a\nx\nc\n", []string{"x.golden differs (-want +got)", "b", "x", "go test ./internal/golden -update"}},
		{"only the last newline", file("a\n"), "a", []string{"differs"}},
		{"bytes", file("\xff\x00"), "\xff\x01", []string{"differs", "0x01"}},
		{"missing", filepath.Join(t.TempDir(), "none.golden"), "a", []string{"none.golden does not exist yet", "go test ./internal/golden -update"}},
		{"a folder", t.TempDir(), "a", []string{"read golden file"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			message := differ(test.path, []byte(test.got))
			if (message == "") != (test.want == nil) {
				t.Errorf("message %q", message)
			}
			for _, want := range test.want {
				if !strings.Contains(message, want) {
					t.Errorf("message lacks %q:\n%s", want, message)
				}
			}
		})
	}
}

func TestWriteMakesFoldersAndKeepsWhatIsRight(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a", "b", "x.golden")
	if err := write(path, []byte("one")); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o444); err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := write(path, []byte("one")); err != nil {
		t.Errorf("a file that is right was touched: %v", err)
	}
	after, err := os.Stat(path)
	if err != nil || !after.ModTime().Equal(before.ModTime()) {
		t.Errorf("modified at %v, was %v, error %v", after.ModTime(), before.ModTime(), err)
	}
	if message := differ(path, []byte("one")); message != "" {
		t.Error(message)
	}
}

// recorder is a test that remembers what it was told.
type recorder struct {
	testing.TB
	failures []string
}

func (r *recorder) Helper() {}

func (r *recorder) Error(args ...any) {
	for _, arg := range args {
		r.failures = append(r.failures, arg.(string))
	}
}

func TestEqual(t *testing.T) {
	t.Parallel()
	if Updating() {
		return // there is nothing to compare
	}
	r := &recorder{TB: t}
	Equal(r, "testdata/hello.golden", []byte("hello\n"))
	if len(r.failures) != 0 {
		t.Errorf("failures %q, want none", r.failures)
	}
	Equal(r, "testdata/hello.golden", []byte("hallo\n"))
	if len(r.failures) != 1 || !strings.Contains(r.failures[0], "testdata/hello.golden differs") {
		t.Errorf("failures %q, want one that names the file", r.failures)
	}
}
