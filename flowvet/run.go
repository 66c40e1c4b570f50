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
	d := driver{known: map[string]*facts{}, tried: map[string]bool{}, packages: map[string]*packages.Package{}, found: map[string][]*finding{}}
	packages.Visit(loaded, nil, func(p *packages.Package) {
		if old := d.packages[p.PkgPath]; old == nil || old.Syntax == nil {
			d.packages[p.PkgPath] = p
		}
	})
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

// A driver analyses packages. Those whose functions another one calls are analysed when that is the case.
type driver struct {
	packages map[string]*packages.Package // by import path
	known    map[string]*facts            // by import path
	tried    map[string]bool
	found    map[string][]*finding // by ID
}

func (d *driver) analyse(p *packages.Package) ([]*finding, error) {
	if found, ok := d.found[p.ID]; ok {
		return found, nil
	}
	result, err := run(d.pass(p))
	if err != nil {
		return nil, err
	}
	d.found[p.ID] = result.(*Result).findings
	return d.found[p.ID], nil
}

func (d *driver) pass(p *packages.Package) *analysis.Pass {
	return &analysis.Pass{
		Analyzer: Analyzer, Fset: p.Fset, Files: p.Syntax, Pkg: p.Types, TypesInfo: p.TypesInfo, TypesSizes: p.TypesSizes,
		TypeErrors: p.TypeErrors, Module: moduleOf(p), ReadFile: os.ReadFile, Report: func(analysis.Diagnostic) {},
		ImportPackageFact: func(pkg *types.Package, f analysis.Fact) bool {
			known := d.facts(p, pkg.Path())
			if known != nil {
				*f.(*facts) = *known
			}
			return known != nil
		},
		ExportPackageFact: func(f analysis.Fact) { d.known[p.Types.Path()] = f.(*facts) },
	}
}

func moduleOf(p *packages.Package) *analysis.Module {
	if p.Module == nil {
		return &analysis.Module{}
	}
	m := &analysis.Module{Path: p.Module.Path, Version: p.Module.Version, GoVersion: p.Module.GoVersion}
	if r := p.Module.Replace; r != nil {
		m.Replace = &analysis.Module{Path: r.Path, Version: r.Version}
	}
	return m
}

// facts are what is known of a package that p uses. Only source that is being worked on is read for that: of the module,
// of others in the workspace, and of those that stand in for a release.
func (d *driver) facts(p *packages.Package, path string) *facts {
	if known := d.known[path]; known != nil || d.tried[path] {
		return known
	}
	d.tried[path] = true
	used := d.packages[path]
	if used == nil || !workedOn(p, used) {
		return nil
	}
	if used.Syntax == nil {
		if used = complete(used); used == nil {
			return nil
		}
	}
	if _, err := d.analyse(used); err != nil {
		return nil
	}
	return d.known[path]
}

func workedOn(p, used *packages.Package) bool {
	m := used.Module
	if m == nil || theBuilder(used.PkgPath) {
		return false
	}
	if m.Replace != nil {
		m = m.Replace
	}
	ours := strings.HasPrefix(builderPath, used.Module.Path+"/")
	return m.Version == "" && (!ours || p.Module != nil && p.Module.Path == used.Module.Path)
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
