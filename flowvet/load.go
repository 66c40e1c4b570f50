package flowvet

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"

	"golang.org/x/tools/go/packages"
)

// Load finds packages by their patterns, as the go command names them, in dir ("" is the current directory). Tests are
// loaded too if tests is set.
func Load(dir string, tests bool, patterns ...string) ([]*packages.Package, error) {
	if info, err := os.Stat(cmp.Or(dir, ".")); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("load packages: there is no directory %s", dir)
	}
	loaded, err := packages.Load(&packages.Config{Mode: LoadMode, Dir: dir, Tests: tests}, patterns...)
	if err != nil {
		return nil, fmt.Errorf("load packages: %w", err)
	}
	if len(loaded) == 0 {
		return nil, fmt.Errorf("load packages: %q names none", patterns)
	}
	return loaded, nil
}

// complete is a package of which only the types are known, with its source; nil when that cannot be read: then its
// functions are strangers.
func complete(p *packages.Package) *packages.Package {
	if len(p.CompiledGoFiles) == 0 {
		return nil
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range p.CompiledGoFiles {
		f, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil
		}
		files = append(files, f)
	}
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Instances: map[*ast.Ident]types.Instance{}, Defs: map[*ast.Ident]types.Object{},
		Uses: map[*ast.Ident]types.Object{}, Implicits: map[ast.Node]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
		Scopes: map[ast.Node]*types.Scope{}, FileVersions: map[*ast.File]string{},
	}
	config := types.Config{Importer: importsOf{p}, Error: func(error) {}, Sizes: p.TypesSizes}
	pkg, err := config.Check(p.PkgPath, fset, files, info)
	if err != nil {
		return nil
	}
	q := *p
	q.Fset, q.Syntax, q.Types, q.TypesInfo = fset, files, pkg, info
	return &q
}

// importsOf gives the packages that p imports.
type importsOf struct{ p *packages.Package }

func (i importsOf) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if used := i.p.Imports[path]; used != nil && used.Types != nil {
		return used.Types, nil
	}
	return nil, fmt.Errorf("%s is not loaded", path)
}
