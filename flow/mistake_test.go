package flow_test

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/internal/golden"
)

// A mistake is the body of a workflow, and the code of what the build says about it.
type mistake[In any] struct {
	code string
	body func(f *flow.Flow, in *In) *In
}

// closure is a number that the compiler gives to the functions of package variables.
var closure = regexp.MustCompile(`init\.func\d+`)

// lineOf is the line of source that a diagnostic is about: what the author wrote, so that a look at the golden file
// shows whether it is the right one.
func lineOf(t *testing.T, source string) string {
	t.Helper()
	file, number, _ := strings.Cut(source, ":")
	n, err := strconv.Atoi(number)
	if err != nil {
		t.Fatalf("%q is no file and line", source)
	}
	text, err := os.ReadFile(strings.TrimPrefix(file, "flow/"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	if n < 1 || n > len(lines) {
		t.Fatalf("%s is beyond the file's end", source)
	}
	return strings.TrimSpace(lines[n-1])
}

// codeOf finds the codes of diagnostics in the sources.
var codeOf = regexp.MustCompile(`(?:code: |Report\(|problem\()"([a-z]+(?:-[a-z]+)+)"`)

// TestEveryCodeHasAMistake looks for codes that flow and its packages report, but no test expects.
func TestEveryCodeHasAMistake(t *testing.T) {
	t.Parallel()
	said := map[string]string{}
	var tests strings.Builder
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" || strings.Contains(path, "testdata") {
			return err
		}
		text, err := os.ReadFile(path)
		if strings.HasSuffix(path, "_test.go") {
			tests.Write(text)
			return err
		}
		for _, m := range codeOf.FindAllStringSubmatch(string(text), -1) {
			said[m[1]] = path
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for code, path := range said {
		if !strings.Contains(tests.String(), strconv.Quote(code)) {
			t.Errorf("%s reports %s, but no test expects it: add a program to the mistakes", path, code)
		}
	}
	if len(said) < 60 {
		t.Errorf("found %d codes in the sources, want at least 60", len(said))
	}
}

// testMistakes builds a table of mistakes that stand in a source file, and compares what is said of them with a
// golden file. build stands in the same file, because
// what has no line of its own is placed there.
func testMistakes[In any](t *testing.T, mistakes map[string]mistake[In], source, file string, build func(body func(*flow.Flow, *In) *In) (*asl.Machine, diag.List)) {
	t.Helper()
	var all strings.Builder
	for _, name := range slices.Sorted(maps.Keys(mistakes)) {
		c := mistakes[name]
		d, found := build(c.body)
		if d == nil {
			t.Errorf("%s: no document", name)
		}
		if !slices.Contains(codes(found), c.code) {
			t.Errorf("%s: got %v, want %s", name, codes(found), c.code)
		}
		fmt.Fprintf(&all, "## %s\n", name)
		for _, x := range found {
			if !strings.HasPrefix(x.Source, source+":") || x.Hint == "" || x.Code == "" {
				t.Errorf("%s: %#v needs the author's file and line, a code and a hint", name, x)
			}
			all.WriteString(x.Text() + "\n    in: " + lineOf(t, x.Source) + "\n")
		}
	}
	golden.Equal(t, file, []byte(closure.ReplaceAllString(all.String(), "init.func")))
}
