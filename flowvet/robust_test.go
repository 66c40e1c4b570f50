package flowvet

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/packages"
)

// used gives the packages that the programs of testdata import.
var used = sync.OnceValues(func() (map[string]*types.Package, error) {
	loaded, err := packages.Load(&packages.Config{Mode: LoadMode, Dir: "testdata"}, "./...")
	if err != nil {
		return nil, err
	}
	out := map[string]*types.Package{}
	packages.Visit(loaded, nil, func(p *packages.Package) {
		if p.Types != nil {
			out[p.PkgPath] = p.Types
		}
	})
	return out, nil
})

type importer map[string]*types.Package

func (i importer) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if p := i[path]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("no package %s", path)
}

// passOver type-checks a program as far as that can be done.
func passOver(tb testing.TB, src string) *analysis.Pass {
	tb.Helper()
	known, err := used()
	if err != nil {
		tb.Fatal(err)
	}
	fset := token.NewFileSet()
	file, _ := parser.ParseFile(fset, "p.go", src, parser.SkipObjectResolution)
	if file == nil {
		return nil
	}
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Instances: map[*ast.Ident]types.Instance{}, Defs: map[*ast.Ident]types.Object{},
		Uses: map[*ast.Ident]types.Object{}, Implicits: map[ast.Node]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
		Scopes: map[ast.Node]*types.Scope{},
	}
	config := types.Config{Importer: importer(known), Error: func(error) {}}
	pkg, _ := config.Check("example.com/p", fset, []*ast.File{file}, info)
	return &analysis.Pass{
		Analyzer: Analyzer, Fset: fset, Files: []*ast.File{file}, Pkg: pkg, TypesInfo: info, TypesSizes: types.SizesFor("gc", "amd64"),
		Module: &analysis.Module{Path: "example.com/p"}, Report: func(analysis.Diagnostic) {},
		ReadFile:          func(string) ([]byte, error) { return []byte(src), nil },
		ImportPackageFact: func(*types.Package, analysis.Fact) bool { return false }, ExportPackageFact: func(analysis.Fact) {},
	}
}

// programs are those of testdata.
func programs(tb testing.TB) []string {
	tb.Helper()
	names, err := filepath.Glob("testdata/*/*.go")
	if err != nil || len(names) < 6 {
		tb.Fatal(names, err)
	}
	out := make([]string, len(names))
	for i, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			tb.Fatal(err)
		}
		out[i] = string(b)
	}
	return out
}

// TestPartial takes a part away from the programs of testdata, in many places: what is left does not compile, or means
// something else. The analyser may say what it likes, but it must not stop.
func TestPartial(t *testing.T) {
	t.Parallel()
	for i, src := range programs(t) {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			lines := strings.SplitAfter(src, "\n")
			step := max(1, len(lines)/40)
			for at := 0; at < len(lines); at += step {
				analysed(t, strings.Join(lines[:at], "")+strings.Join(lines[at+1:], ""))
				half := len(lines[at]) / 2
				analysed(t, strings.Join(lines[:at], "")+lines[at][half:]+strings.Join(lines[at+1:], ""))
				analysed(t, strings.Join(lines[:at], "")+lines[at][:half])
			}
		})
	}
}

func analysed(t *testing.T, src string) {
	t.Helper()
	pass := passOver(t, src)
	if pass == nil {
		return
	}
	if _, err := run(pass); err != nil {
		t.Errorf("%v\n%.3000s", err, src)
	}
}

// TestNothingIsKnown analyses a program whose types are not known at all.
func TestNothingIsKnown(t *testing.T) {
	t.Parallel()
	for _, src := range programs(t) {
		pass := passOver(t, src)
		pass.TypesInfo = &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}}
		if _, err := run(pass); err != nil {
			t.Error(err)
		}
	}
}

const head = `package p

import (
	"time"

	"github.com/stepwright/stepwright/flow"
)

type Order struct {
	ID    string
	Items int
	Next  *Order
}

var _ = flow.Standard("Huge", huge)

`

// worked analyses a program and tells how much work that was, and what was found.
func worked(t *testing.T, src string) (int, []*finding) {
	t.Helper()
	pass := passOver(t, src)
	r := &report{}
	in := newInterp(pass, r)
	in.all(true)
	return in.work, r.sorted(pass.Fset)
}

// TestHuge analyses functions that nobody writes: the work is bounded, and what is wrong at the end is found all the same
// as long as the function is only long.
func TestHuge(t *testing.T) {
	t.Parallel()
	body := func(n int, line string) string {
		var b strings.Builder
		b.WriteString(head + "func huge(f *flow.Flow, o *Order) *Order {\n")
		for i := range n {
			fmt.Fprintf(&b, line+"\n", i)
		}
		return b.String()
	}
	for name, c := range map[string]struct {
		src  string
		most int
		find int
	}{
		"long":     {body(4000, "	flow.Wait(f, \"W%[1]d\", time.Second)\n	a%[1]d := &o.ID\n	_ = a%[1]d") + "	_ = o.ID\n	return o\n}\n", 400_000, 1},
		"branches": {body(400, "	p%[1]d := o\n	if f == nil {\n		p%[1]d = &Order{}\n	}\n	_ = p%[1]d") + "	_ = p399.ID\n	return o\n}\n", 400_000, 1},
		"nested":   {body(60, "	for range %[1]d {") + strings.Repeat("	}\n", 60) + "	return o\n}\n", maxWork + 100_000, 0},
		"deep":     {body(150, "	func() { // %d") + strings.Repeat("	}()\n", 150) + "	_ = o.ID\n	return o\n}\n", 400_000, 1},
		"calls":    {doubling(40, "&c"), 100_000, 1},
		"closures": {doubling(40, "func() int { return c }"), maxWork + 100_000, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			work, found := worked(t, c.src)
			if work > c.most {
				t.Errorf("%d steps, want at most %d", work, c.most)
			}
			if len(found) < c.find {
				t.Errorf("found %d, want %d", len(found), c.find)
			}
		})
	}
}

// doubling is a chain of fragments, each of which calls the next one twice.
func doubling(n int, arg string) string {
	typ := "*int"
	if strings.HasPrefix(arg, "func") {
		typ = "func() int"
	}
	var b strings.Builder
	b.WriteString(head + "func huge(f *flow.Flow, o *Order) *Order {\n	c := 3\n	f0(f, o, " + arg + ")\n	flow.Wait(f, \"W\", time.Second)\n	return o\n}\n")
	for i := range n {
		fmt.Fprintf(&b, "func f%d(f *flow.Flow, o *Order, x %s) {\n	c := 3\n	_ = c\n	f%d(f, o, %s)\n	f%d(f, o, %s)\n}\n", i, typ, i+1, arg, i+1, arg)
	}
	fmt.Fprintf(&b, "func f%d(f *flow.Flow, o *Order, x %s) { _ = o.ID }\n", n, typ)
	return b.String()
}

// FuzzAnalyse analyses whatever can be parsed as the body of a workflow's function. Declarations of types stay as they are:
// the type checker does not end for all that are wrong.
func FuzzAnalyse(f *testing.F) {
	const begin = "(f *flow.Flow, o *shop.Order) *shop.Order {\n"
	for _, src := range programs(f) {
		for i, body := range strings.Split(src, begin) {
			if end := strings.Index(body, "\n}\n"); i > 0 && end > 0 {
				f.Add(body[:end])
			}
		}
	}
	start := strings.Replace(head, `"time"`, `"fmt"; "time"; "example.com/vet/shop"`, 1) + "func huge" + begin
	f.Fuzz(func(t *testing.T, body string) {
		if !strings.Contains(body, "type") {
			analysed(t, start+body+"\n}\n")
		}
	})
}
