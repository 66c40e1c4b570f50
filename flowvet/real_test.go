package flowvet_test

import (
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/stepwright/stepwright/flowvet"
)

// meant are findings in workflows of this repository that make them on purpose.
var meant = []string{
	"flow/each_test.go: unused-result", // what a variable that nobody reads does
	"flow/example_test.go: value-read", // the example of reading
	"flow/places_test.go: value-read",  // all places of a type, found by reflection
}

// TestRealWorkflows analyses the workflows of this repository: the samples, the examples and what package flow is tested
// with. They are right, but for those that are wrong on purpose.
func TestRealWorkflows(t *testing.T) {
	t.Parallel()
	found, err := flowvet.Find(load(t, "..", true, "./workflows/...", "./flow"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		file, _, _ := strings.Cut(f.Source, ":")
		if !strings.HasSuffix(file, "mistakes_test.go") && !slices.Contains(meant, file+": "+f.Code) {
			t.Error(f.Text())
		}
	}
}

// alike are codes by which the build and the analyser mean the same. A Rescue that is not right below its step is not
// among them: the order of steps is the build's matter.
var alike = []string{"value-read", "outer-flow", "jump-out", "handler-name", "no-rules", "no-branches", "other-goroutine", "not-repeatable"}

var (
	named = regexp.MustCompile(`(?m)^## (.*)$`)
	said  = regexp.MustCompile(`(?m)^flow/\w+_test\.go:\d+: .*\[([a-z-]+)\]$`)
)

// TestFindsWhatTheBuildFinds compares with the mistakes that package flow is tested with: what the build says of them is
// kept in golden files, and the analyser must say it of the same program.
func TestFindsWhatTheBuildFinds(t *testing.T) {
	t.Parallel()
	loaded := load(t, "..", true, "./flow")
	found, err := flowvet.Find(loaded)
	if err != nil {
		t.Fatal(err)
	}
	mistakes := tables(loaded)
	golden, err := filepath.Glob("../flow/testdata/*mistakes.golden")
	if err != nil || len(golden) < 3 {
		t.Fatal(golden, err)
	}
	n := 0
	for _, name := range golden {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text := string(b)
		heads := named.FindAllStringSubmatchIndex(text, -1)
		for i, h := range heads {
			end := len(text)
			if i+1 < len(heads) {
				end = heads[i+1][0]
			}
			at, ok := mistakes[text[h[2]:h[3]]]
			if !ok {
				t.Errorf("%s: no test has the mistake %q", name, text[h[2]:h[3]])
			}
			for _, m := range said.FindAllStringSubmatch(text[h[1]:end], -1) {
				if !slices.Contains(alike, m[1]) {
					continue
				}
				n++
				if !slices.ContainsFunc(found, func(f flowvet.Finding) bool {
					return f.File == at.file && f.Code == m[1] && at.from <= f.Line && f.Line <= at.to
				}) {
					t.Errorf("the build finds, and the analyser does not: %s", m[0])
				}
			}
		}
	}
	if n < 25 {
		t.Errorf("%d mistakes compared, want at least 25", n)
	}
}

type lines struct {
	file     string
	from, to int
}

// tables are the places of the entries of tables whose keys are texts.
func tables(loaded []*packages.Package) map[string]lines {
	out := map[string]lines{}
	for _, p := range loaded {
		for _, file := range p.Syntax {
			ast.Inspect(file, func(n ast.Node) bool {
				kv, ok := n.(*ast.KeyValueExpr)
				if !ok {
					return true
				}
				if lit, ok := kv.Key.(*ast.BasicLit); ok && lit.Kind == token.STRING {
					if name, err := strconv.Unquote(lit.Value); err == nil {
						from, to := p.Fset.Position(kv.Pos()), p.Fset.Position(kv.End())
						if _, is := kv.Value.(*ast.CompositeLit); is {
							out[name] = lines{from.Filename, from.Line, to.Line}
						}
					}
				}
				return true
			})
		}
	}
	return out
}
