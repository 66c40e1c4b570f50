package test

import (
	"go/ast"
	"go/doc/comment"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// forPackages are what package flow offers to the authors of integration packages, and what a workflow's function
// never calls.
var forPackages = strings.Fields("Any Argument ArgumentAt Computed Constant List Members ObjectOf OptionalArgument Row")

// TestFlowManualNamesEverything looks for what package flow exports, and for its packages, in the manual.
func TestFlowManualNamesEverything(t *testing.T) {
	t.Parallel()
	text := readFile(t, flowManual)
	names := map[string]bool{}
	for _, m := range regexp.MustCompile("(?:flow\\.|`)([A-Z]\\w*)").FindAllStringSubmatch(text, -1) {
		names[m[1]] = true
	}
	for _, f := range parseDir(t, "../flow") {
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if ok && fn.Name.IsExported() && fn.Recv == nil && !slices.Contains(forPackages, fn.Name.Name) && !names[fn.Name.Name] {
				t.Errorf("docs/flow.md does not name flow.%s", fn.Name.Name)
			}
		}
	}
	packages, err := filepath.Glob("../flow/*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range packages {
		dir := filepath.Base(filepath.Dir(file))
		if dir != "run" && !strings.Contains(text, "<!-- steps: "+dir+" -->") {
			t.Errorf("docs/flow.md does not list what flow/%s exports: <!-- steps: %s -->", dir, dir)
		}
	}
}

var (
	heading   = regexp.MustCompile("(?m)^#+ (.*)$")
	reference = regexp.MustCompile(`\]\(([^)#\s]*)(?:#([^)\s]*))?\)`)
	fenced    = regexp.MustCompile("(?ms)^```.*?^```$")
	unlinked  = regexp.MustCompile("[^a-z0-9 _-]")
)

// TestManualLinks follows the links of the pages in docs to files and headings.
func TestManualLinks(t *testing.T) {
	t.Parallel()
	for _, page := range []string{"../docs/flow.md", "../docs/architecture.md", "../docs/checks.md", "../README.md"} {
		for _, m := range reference.FindAllStringSubmatch(fenced.ReplaceAllString(readFile(t, page), ""), -1) {
			to, anchor := m[1], m[2]
			if strings.HasPrefix(to, "https:") {
				continue
			}
			file := page
			if to != "" {
				file = filepath.Join(filepath.Dir(page), to)
			}
			if _, err := os.Stat(file); err != nil {
				t.Errorf("%s: the link %q leads nowhere", page, m[0])
				continue
			}
			if anchor != "" && !slices.Contains(anchors(readFile(t, file)), anchor) {
				t.Errorf("%s: %s has no heading for %q", page, filepath.Base(file), anchor)
			}
		}
	}
}

// anchors are what GitHub calls the headings of a page.
func anchors(text string) (all []string) {
	for _, m := range heading.FindAllStringSubmatch(text, -1) {
		all = append(all, strings.ReplaceAll(unlinked.ReplaceAllString(strings.ToLower(m[1]), ""), " ", "-"))
	}
	return all
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestPackageDocShowsRealCode finds each block of code in the documentation of package flow in a source file, line for
// line: what it shows compiles. The lines of a block are those of one place, whatever their margin.
func TestPackageDocShowsRealCode(t *testing.T) {
	t.Parallel()
	var blocks []string
	for _, f := range parseDir(t, "../flow") {
		if f.Doc == nil {
			continue
		}
		for _, b := range new(comment.Parser).Parse(f.Doc.Text()).Content {
			if c, ok := b.(*comment.Code); ok {
				blocks = append(blocks, margin.ReplaceAllString(c.Text, ""))
			}
		}
	}
	if len(blocks) < 5 {
		t.Fatalf("the documentation of package flow has %d blocks of code", len(blocks))
	}
	var sources []string
	for _, src := range goFiles(t) {
		sources = append(sources, margin.ReplaceAllString(string(src), ""))
	}
	for _, b := range blocks {
		if !slices.ContainsFunc(sources, func(src string) bool { return strings.Contains(src, b) }) {
			t.Errorf("no source file holds this block of flow/doc.go:\n%s", b)
		}
	}
}

var margin = regexp.MustCompile(`(?m)^\t+`)
