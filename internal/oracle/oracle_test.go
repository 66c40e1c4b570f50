package oracle

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestFind(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, shared, want, problem string }{
		{"named", folder, folder, ""},
		{"relative to the module's root", "internal/oracle", filepath.Join(root, "internal", "oracle"), ""},
		{"named and missing", filepath.Join(folder, "none"), "", "set STEPWRIGHT_SHARED to the folder that has them"},
		{"a file", "go.mod", "", "no recordings in"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir, err := find(func(string) string { return test.shared })
			switch {
			case test.problem != "" && (err == nil || !strings.Contains(err.Error(), test.problem)):
				t.Errorf("found %q, error %v; want %q", dir, err, test.problem)
			case test.problem == "" && err != nil:
				t.Error(err)
			case dir != test.want:
				t.Errorf("found %q, want %q", dir, test.want)
			}
		})
	}
}

func TestDefaultIsBesideTheModule(t *testing.T) {
	t.Parallel()
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	want := filepath.Join(filepath.Dir(root), "shared")
	dir, err := find(func(string) string { return "" })
	if err == nil && dir != want || err != nil && !strings.Contains(err.Error(), want) {
		t.Errorf("found %q, error %v; want %q", dir, err, want)
	}
}

// verdict is a test that stops where it is told to.
type verdict struct {
	testing.TB
	said string
}

func (v *verdict) Helper() {}

func (v *verdict) Skip(args ...any) { v.stop("skip: " + fmt.Sprint(args...)) }

func (v *verdict) Fatal(args ...any) { v.stop("fail: " + fmt.Sprint(args...)) }

func (v *verdict) Fatalf(format string, args ...any) { v.stop("fail: " + fmt.Sprintf(format, args...)) }

func (v *verdict) stop(said string) {
	v.said = said
	runtime.Goexit()
}

// judge says how a test ends that needs recordings.
func judge(f func(testing.TB)) string {
	v := &verdict{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(v)
	}()
	<-done
	return v.said
}

func TestDirVerdicts(t *testing.T) {
	module := t.TempDir()
	if err := os.WriteFile(filepath.Join(module, "go.mod"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(module)
	tests := []struct{ name, shared, require, want string }{
		{"no recordings", "", "", "skip: no recordings in "},
		{"no recordings, required", "", "1", "fail: no recordings in "},
		{"named and missing", "none", "", "fail: no recordings in "},
		{"there", ".", "1", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("STEPWRIGHT_SHARED", test.shared)
			t.Setenv("STEPWRIGHT_REQUIRE_CASES", test.require)
			said := judge(func(tb testing.TB) { Dir(tb) })
			if !strings.HasPrefix(said, test.want) || (said == "") != (test.want == "") || strings.Contains(said, "\n") {
				t.Errorf("said %q, want one line %q", said, test.want)
			}
		})
	}
}

func TestRead(t *testing.T) {
	folder := t.TempDir()
	if err := os.MkdirAll(filepath.Join(folder, "a"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "a", "x.json"), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("STEPWRIGHT_SHARED", folder)
	if got := string(Read(t, "a", "x.json")); got != "{}" {
		t.Errorf("read %q, want {}", got)
	}
	if said := judge(func(tb testing.TB) { Read(tb, "a", "y.json") }); !strings.HasPrefix(said, "fail: read recording: ") {
		t.Errorf("said %q of a missing file", said)
	}
}
