package flowvet

import (
	"cmp"
	"errors"
	"fmt"
	"go/types"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/packages"

	"github.com/stepwright/stepwright/diag"
)

// LoadMode is what Run needs to know of a package.
const LoadMode = packages.LoadSyntax | packages.NeedModule

// Run analyses packages that were loaded with LoadMode, or more, and gives what is wrong with the workflows in them. A
// package that the loaded ones use and that belongs to the same module is read too, so that what its functions do with
// values of a workflow is known. Positions are relative to the root of the package's module, as those of the build are.
//
// A package that does not compile is an error that says why, with file and line.
func Run(loaded []*packages.Package) (diag.List, error) {
	all, err := Find(loaded)
	if err != nil {
		return nil, err
	}
	out := make(diag.List, len(all))
	for i, f := range all {
		out[i] = f.Diagnostic
	}
	return out, nil
}

// A Finding is a diagnostic with its place in the source and ways to mend it.
type Finding struct {
	diag.Diagnostic
	File           string `json:"file"` // as it was loaded
	Line           int    `json:"line"`
	Column         int    `json:"column"`
	SuggestedFixes []Fix  `json:"fixes,omitempty"` // the first is the one that Mend applies
}

// A Fix is one way to mend a finding: edits of files that do not overlap.
type Fix struct {
	Message string `json:"message"`
	Edits   []Edit `json:"edits"`
}

// An Edit puts New in place of the bytes from Start up to End of a file.
type Edit struct {
	File  string `json:"file"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	New   string `json:"new"`
}

// Find is Run for those who want to show or mend what is wrong in its place.
func Find(loaded []*packages.Package) ([]Finding, error) {
	if err := compiles(loaded); err != nil {
		return nil, err
	}
	d := driver{known: map[string]*facts{}, busy: map[string]bool{}, roots: map[string]bool{}}
	for _, p := range loaded {
		d.roots[p.ID] = true
	}
	var all []Finding
	seen := map[string]bool{} // a package and its variant for tests share files
	for _, p := range loaded {
		found, err := d.analyse(p)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			x := show(p, f)
			if k := fmt.Sprint(x.File, ":", x.Line, ":", x.Column, x.Code, x.Message); !seen[k] {
				seen[k] = true
				all = append(all, x)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return all, nil
}

// compiles tells what keeps the packages from being compiled.
func compiles(loaded []*packages.Package) error {
	var all []error
	said := map[string]bool{} // a package and its variant for tests have the same problems
	for _, p := range loaded {
		precise := slices.ContainsFunc(p.Errors, func(e packages.Error) bool { return e.Kind != packages.ListError })
		for _, e := range p.Errors {
			if precise && e.Kind == packages.ListError { // the go command repeats what the compiler says
				continue
			}
			if file, rest, ok := strings.Cut(e.Pos, ":"); ok && filepath.IsAbs(file) {
				e.Pos = relative(p, file) + ":" + rest
			}
			text := e.Msg
			if e.Pos != "" && e.Pos != "-" {
				text = e.Pos + ": " + text
			}
			if !said[text] {
				said[text] = true
				all = append(all, errors.New(text))
			}
		}
	}
	return errors.Join(all...)
}

// A driver analyses packages after those that they use.
type driver struct {
	known map[string]*facts // by import path
	busy  map[string]bool
	roots map[string]bool
	found map[string][]*finding
}

func (d *driver) analyse(p *packages.Package) ([]*finding, error) {
	if found, ok := d.found[p.ID]; ok {
		return found, nil
	}
	if d.busy[p.ID] {
		return nil, nil
	}
	d.busy[p.ID] = true
	for _, used := range p.Imports {
		if used.Syntax == nil && !sameModule(p, used) {
			continue
		}
		if _, err := d.analyse(used); err != nil {
			return nil, err
		}
	}
	q := p
	if p.Syntax == nil {
		if q = complete(p); q == nil {
			return nil, nil
		}
	}
	pass := d.pass(q)
	result, err := run(pass)
	if err != nil {
		return nil, err
	}
	if d.found == nil {
		d.found = map[string][]*finding{}
	}
	d.found[p.ID] = result.(*Result).findings
	return d.found[p.ID], nil
}

// sameModule tells whether what p uses is source of the same author: of the same module.
func sameModule(p, used *packages.Package) bool {
	return p.Module != nil && used.Module != nil && p.Module.Path == used.Module.Path && !theBuilder(used.PkgPath)
}

func (d *driver) pass(p *packages.Package) *analysis.Pass {
	module := &analysis.Module{}
	if p.Module != nil {
		module = &analysis.Module{Path: p.Module.Path, Version: p.Module.Version, GoVersion: p.Module.GoVersion}
	}
	return &analysis.Pass{
		Analyzer: Analyzer, Fset: p.Fset, Files: p.Syntax, Pkg: p.Types, TypesInfo: p.TypesInfo, TypesSizes: p.TypesSizes,
		TypeErrors: p.TypeErrors, Module: module, ReadFile: os.ReadFile, Report: func(analysis.Diagnostic) {},
		ImportPackageFact: func(pkg *types.Package, f analysis.Fact) bool {
			known := d.known[pkg.Path()]
			if known == nil {
				return false
			}
			*f.(*facts) = *known
			return true
		},
		ExportPackageFact: func(f analysis.Fact) { d.known[p.Types.Path()] = f.(*facts) },
	}
}

// show gives a finding its place.
func show(p *packages.Package, f *finding) Finding {
	at := p.Fset.Position(f.pos)
	x := Finding{
		Diagnostic: diag.Diagnostic{Severity: f.severity(), Code: f.code, Message: f.message, Hint: f.hint, Source: relative(p, at.Filename) + ":" + strconv.Itoa(at.Line)},
		File:       at.Filename, Line: at.Line, Column: at.Column,
	}
	for _, s := range f.fixes {
		fix := Fix{Message: s.Message}
		for _, e := range s.TextEdits {
			from := p.Fset.Position(e.Pos)
			to := from
			if e.End.IsValid() {
				to = p.Fset.Position(e.End)
			}
			fix.Edits = append(fix.Edits, Edit{File: from.Filename, Start: from.Offset, End: to.Offset, New: string(e.NewText)})
		}
		x.SuggestedFixes = append(x.SuggestedFixes, fix)
	}
	return x
}

// relative names a file from its module's root, as the build does.
func relative(p *packages.Package, file string) string {
	if p.Module != nil && p.Module.Dir != "" {
		if name, err := filepath.Rel(p.Module.Dir, file); err == nil && !strings.HasPrefix(name, "..") {
			return filepath.ToSlash(name)
		}
	}
	return path.Base(filepath.ToSlash(file))
}
