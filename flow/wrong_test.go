package flow_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// imports gives the packages that a loaded one imports, whole.
type imports map[string]*packages.Package

func (i imports) Import(path string) (*types.Package, error) {
	if p := i[path]; p != nil {
		return p.Types, nil
	}
	return nil, &os.PathError{Op: "import", Path: path, Err: os.ErrNotExist}
}

// TestWrong type-checks the programs of testdata/wrong. Each must be refused by the compiler, with a message that has
// one of the texts after "want:" in it, and for no other reason.
func TestWrong(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/wrong/*.go")
	if err != nil || len(files) < 25 {
		t.Fatalf("got %d programs, %v; want at least 25", len(files), err)
	}
	used := []string{"context", "time", flowPath + "/..."}
	loaded, err := packages.Load(&packages.Config{Mode: packages.NeedName | packages.NeedTypes | packages.NeedExportFile}, used...)
	if err != nil {
		t.Fatal(err)
	}
	known := imports{}
	for _, p := range loaded {
		known[p.PkgPath] = p
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".go"), func(t *testing.T) {
			t.Parallel()
			fset := token.NewFileSet()
			src, err := parser.ParseFile(fset, file, nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			var said []string
			config := types.Config{Importer: known, Error: func(err error) { said = append(said, err.Error()) }}
			if _, err := config.Check("wrong", fset, []*ast.File{src}, nil); err == nil {
				t.Fatal("it compiles")
			}
			want := strings.TrimSpace(strings.TrimPrefix(src.Comments[0].Text(), "want:"))
			for _, s := range said {
				if !matches(s, want) && !strings.Contains(s, "declared and not used") {
					t.Errorf("the compiler says %q, want %q", s, want)
				}
			}
		})
	}
}

const flowPath = "github.com/stepwright/stepwright/flow"

func matches(s, want string) bool {
	for w := range strings.SplitSeq(want, "|") {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}
