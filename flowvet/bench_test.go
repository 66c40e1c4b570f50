package flowvet_test

import (
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/stepwright/stepwright/flowvet"
)

// BenchmarkFind analyses the image-tagging workflows with what they use of their module, once it is loaded.
func BenchmarkFind(b *testing.B) {
	loaded := load(b, "..", false, "./workflows/imagetagging")
	for b.Loop() {
		found, err := flowvet.Find(loaded)
		if err != nil || len(found) > 0 {
			b.Fatal(found, err)
		}
	}
}

// BenchmarkLoad loads the package as the command does: what the go command and the type checker take.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		load(b, "..", false, "./workflows/imagetagging")
	}
}

// BenchmarkMistakes analyses the largest package of testdata.
func BenchmarkMistakes(b *testing.B) {
	loaded := load(b, "testdata", false, "./reads")
	for b.Loop() {
		if _, err := flowvet.Find(loaded); err != nil {
			b.Fatal(err)
		}
	}
}

func load(tb testing.TB, dir string, tests bool, patterns ...string) []*packages.Package {
	tb.Helper()
	loaded, err := flowvet.Load(dir, tests, patterns...)
	if err != nil {
		tb.Fatal(err)
	}
	return loaded
}
