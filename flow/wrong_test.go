package flow_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/stepwright/stepwright/internal/golden"
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
	if err != nil || len(files) < 150 {
		t.Fatalf("got %d programs, %v; want at least 150", len(files), err)
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

// TestWrongList keeps the list of mistakes in testdata/wrong/README.md: one program each, and no mistake twice.
func TestWrongList(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/wrong/*.go")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("# Mistakes that do not compile\n\nEach program of this folder has one. TestWrong asks the compiler; TestWrongList writes this list (`go test ./flow -update`).\n\n")
	b.WriteString("| program | what is written | the compiler says |\n|---|---|---|\n")
	seen := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".go")
		want, _, _ := strings.Cut(strings.TrimPrefix(string(text), "// want: "), "\n")
		written := mistakeIn(string(text))
		if old := seen[written]; old != "" {
			t.Errorf("%s and %s have the same mistake", old, name)
		}
		seen[written] = name
		fmt.Fprintf(&b, "| %s | `%s` | %s |\n", strings.ReplaceAll(name, "_", " "), inTable(written), inTable(want))
	}
	golden.Equal(t, "testdata/wrong/README.md", []byte(b.String()))
}

func inTable(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

// mistakeIn is the body of a program's workflow function, which has the mistake, without what all have.
func mistakeIn(src string) string {
	_, body, ok := strings.Cut(src, "\nfunc workflow(")
	if !ok {
		_, body, _ = strings.Cut(src, "\n)\n")
	}
	_, body, _ = strings.Cut(body, "{\n")
	var lines []string
	for line := range strings.Lines(body) {
		line = strings.TrimSpace(line)
		if line != "" && line != "}" && line != "return in" && line != "return nil" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, " ")
}
