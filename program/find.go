package program

import (
	"context"
	"errors"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/flowvet"
)

// narrow replaces patterns that stand for many packages by those of the packages that can have workflows.
func (s *Set) narrow(ctx context.Context, patterns []string) ([]string, error) {
	if !slices.ContainsFunc(patterns, func(p string) bool { return strings.Contains(p, "...") }) {
		return patterns, nil
	}
	all, err := packages.Load(s.config(ctx, packages.NeedName|packages.NeedImports|packages.NeedFiles|packages.NeedModule), patterns...)
	if err != nil {
		return nil, s.cannotList(ctx, err, patterns)
	}
	var found []string
	for _, p := range all {
		switch {
		case len(p.Errors) > 0 && p.Imports[flowPkg] == nil && p.Name == "":
			return nil, s.without(ctx, s.listError(p, p.Errors[0], patterns))
		case p.Imports[flowPkg] != nil && p.PkgPath != flowPkg:
			found = append(found, p.PkgPath)
		}
	}
	if len(found) == 0 {
		return nil, s.noWorkflows(ctx, patterns)
	}
	return found, nil
}

func (s *Set) load(ctx context.Context, patterns []string) error {
	all, err := packages.Load(s.config(ctx, flowvet.LoadMode|packages.NeedFiles), patterns...)
	if err != nil {
		return s.cannotList(ctx, err, patterns)
	}
	if err := s.broken(ctx, all, patterns); err != nil {
		return err
	}
	s.Loaded = all
	for _, p := range all {
		if vars := s.workflows(p); len(vars) > 0 {
			s.Packages = append(s.Packages, &Package{Path: p.PkgPath, Dir: dirOf(p), Vars: vars, set: s, loaded: p})
		}
	}
	slices.SortFunc(s.Packages, func(a, b *Package) int { return strings.Compare(a.Path, b.Path) })
	if len(s.Packages) == 0 {
		return s.noWorkflows(ctx, patterns)
	}
	return nil
}

func dirOf(p *packages.Package) string {
	if len(p.GoFiles) == 0 {
		return ""
	}
	return filepath.Dir(p.GoFiles[0])
}

// workflows are the variables of a package that hold workflows.
func (s *Set) workflows(p *packages.Package) []Var {
	if p.Types == nil {
		return nil
	}
	var vars []Var
	scope := p.Types.Scope()
	for _, name := range scope.Names() {
		v, ok := scope.Lookup(name).(*types.Var)
		if ok && name != "_" && isWorkflow(v.Type()) {
			vars = append(vars, Var{Name: name, Pos: s.position(p.Fset.Position(v.Pos()))})
		}
	}
	return vars
}

// isWorkflow tells whether values of t are workflows: what flow.Standard and flow.Express give, flow.Workflow itself,
// and what embeds them.
func isWorkflow(t types.Type) bool {
	pkg := flowOf(t, 0)
	if pkg == nil {
		return false
	}
	workflow, ok := pkg.Scope().Lookup("Workflow").(*types.TypeName)
	return ok && types.AssignableTo(t, workflow.Type())
}

// flowOf finds package flow behind a type: its own package, or that of what it points to or embeds.
func flowOf(t types.Type, depth int) *types.Package {
	if depth > 4 {
		return nil
	}
	switch t := types.Unalias(t).(type) {
	case *types.Pointer:
		return flowOf(t.Elem(), depth)
	case *types.Named:
		if p := t.Obj().Pkg(); p != nil && p.Path() == flowPkg {
			return p
		}
		return flowOf(t.Underlying(), depth+1)
	case *types.Interface:
		for e := range t.EmbeddedTypes() {
			if p := flowOf(e, depth+1); p != nil {
				return p
			}
		}
	case *types.Struct:
		for f := range t.Fields() {
			if f.Embedded() {
				if p := flowOf(f.Type(), depth+1); p != nil {
					return p
				}
			}
		}
	}
	return nil
}

func (s *Set) position(p token.Position) diag.Position {
	return diag.Position{File: s.relative(p.Filename), Line: p.Line, Col: p.Column}
}

// noWorkflows says that there are none, and whether there could be any.
func (s *Set) noWorkflows(ctx context.Context, patterns []string) error {
	where := strings.Join(patterns, " ")
	if err := s.dependency(ctx); err != nil {
		return s.without(ctx, err)
	}
	return misuse("%s has no workflow: a workflow is a package-level variable such as\n\n    var Refund = flow.Standard(\"Refund\", refund)", where)
}

// dependency says whether the module can have workflows at all.
func (s *Set) dependency(ctx context.Context) error {
	out, err := s.goCommand(ctx, "list", "-find", "-f", "{{with .Module}}{{.Path}}{{end}}", flowPkg)
	if err == nil {
		return nil
	}
	var failed *goError
	if errors.As(err, &failed) && out == "" {
		return misuse("the module of %s does not require %s, so that it cannot have workflows: go get %s", s.settings.Dir, module, module)
	}
	return err
}
