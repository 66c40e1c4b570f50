package flow_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/check"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/internal/golden"
)

// The programs of builds*_test.go are small, one construct each, by the sections of the reference; their documents
// are in testdata/builds. Together they use everything that package flow offers to the authors of workflows. That
// foreign validators find nothing in the documents is tested in test/validators.

// builds are all of them.
func builds() map[string]flow.Workflow {
	all := map[string]flow.Workflow{}
	for _, section := range []map[string]flow.Workflow{buildsOfShapes, buildsOfSteps, buildsOfJoins, buildsOfLoops, buildsOfMaps, buildsOfValues, buildsOfConditions, buildsOfServices, buildsOfParts} {
		maps.Copy(all, section)
	}
	return all
}

func TestBuilds(t *testing.T) {
	t.Parallel()
	all := builds()
	if len(all) < 60 {
		t.Errorf("there are %d programs, want at least 60", len(all))
	}
	for name, w := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := build(t, w)
			text := asl.Print(d)
			golden.Equal(t, "testdata/builds/"+name+".json", text)
			parsed, found := asl.Parse(text)
			if len(found) > 0 {
				t.Fatalf("the document does not parse: %s", found[0].Text())
			}
			if !bytes.Equal(asl.Print(parsed), text) {
				t.Error("the document is printed otherwise after it was parsed")
			}
			for _, x := range check.Document(d) {
				t.Errorf("check: %s", x.Text())
			}
		})
	}
	files, err := filepath.Glob("testdata/builds/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if name := strings.TrimSuffix(filepath.Base(file), ".json"); all[name] == nil {
			t.Errorf("%s is the document of no program: remove it", file)
		}
	}
}

// forPackages are functions for the authors of integration packages; those packages' own tests use them.
var forPackages = strings.Fields("Any Argument ArgumentAt Computed Constant List Members ObjectOf OptionalArgument Row")

// TestBuildsUseEverything looks for functions of flow that no program uses.
func TestBuildsUseEverything(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	eachFile(t, func(name string, f *ast.File) {
		if strings.HasPrefix(name, "builds") {
			ast.Inspect(f, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok {
					if x, ok := s.X.(*ast.Ident); ok && x.Name == "flow" {
						used[s.Sel.Name] = true
					}
				}
				return true
			})
		}
	})
	eachFile(t, func(name string, f *ast.File) {
		if strings.HasSuffix(name, "_test.go") {
			return
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.IsExported() && !used[fn.Name.Name] && !slices.Contains(forPackages, fn.Name.Name) {
				t.Errorf("no program of builds*_test.go uses flow.%s: add one", fn.Name.Name)
			}
		}
	})
}

// eachFile parses the files of this folder.
func eachFile(t *testing.T, do func(name string, f *ast.File)) {
	t.Helper()
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file.Name(), ".go") {
			f, err := parser.ParseFile(token.NewFileSet(), file.Name(), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			do(file.Name(), f)
		}
	}
}
