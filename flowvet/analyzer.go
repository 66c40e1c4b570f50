package flowvet

import (
	"cmp"
	"fmt"
	"go/token"
	"reflect"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/stepwright/stepwright/diag"
)

// Analyzer finds mistakes in functions that write workflows. Its diagnostics have the code as their category and the
// message that the build says where that finds the same; see docs/checks.md.
var Analyzer = &analysis.Analyzer{
	Name:             "flow",
	Doc:              doc,
	URL:              "https://pkg.go.dev/github.com/stepwright/stepwright/flowvet",
	Run:              run,
	RunDespiteErrors: true,
	ResultType:       reflect.TypeFor[*Result](),
	FactTypes:        []analysis.Fact{(*facts)(nil)},
}

const doc = `find mistakes in functions that write workflows

A function given to flow.Standard or flow.Express runs once, while the workflow is being written. A pointer to a field of its
values stands for what the field will hold; to read the field is a mistake. The analyser names every such use, handlers that
have no name of their own, results that are dropped, flows used in a branch that is not theirs, and what makes the function
write another workflow each time.`

// A Result is what the analyser found in one package, in the order of the source.
type Result struct{ findings []*finding }

// A finding is one mistake.
type finding struct {
	pos, end      token.Pos
	warning       bool
	code          string
	message, hint string
	fixes         []analysis.SuggestedFix
	related       []analysis.RelatedInformation
}

// run analyses one package. A fault of the analyser's own is an error that names the package, never a panic.
func run(pass *analysis.Pass) (result any, err error) {
	defer func() {
		if e := recover(); e != nil {
			result, err = nil, fmt.Errorf("flowvet: package %s: %v", pass.Pkg.Path(), e)
		}
	}()
	found := analyse(pass)
	for _, f := range found {
		pass.Report(f.diagnostic())
	}
	return &Result{found}, nil
}

func (f *finding) diagnostic() analysis.Diagnostic {
	text := diag.Diagnostic{Severity: f.severity(), Code: f.code, Message: f.message, Hint: f.hint}.Text()
	return analysis.Diagnostic{Pos: f.pos, End: f.end, Category: f.code, Message: text, SuggestedFixes: f.fixes, Related: f.related}
}

func (f *finding) severity() diag.Severity {
	if f.warning {
		return diag.Warning
	}
	return diag.Error
}

// A report collects findings, each once.
type report struct {
	found []*finding
	seen  map[seenKey]bool
}

type seenKey struct {
	pos  token.Pos
	code string
	text string
}

func (r *report) add(f *finding) {
	k := seenKey{f.pos, f.code, f.message}
	if r.seen[k] {
		return
	}
	if r.seen == nil {
		r.seen = map[seenKey]bool{}
	}
	r.seen[k] = true
	r.found = append(r.found, f)
}

// said tells whether there is a finding of a code at a position.
func (r *report) said(pos token.Pos, code string) bool {
	return slices.ContainsFunc(r.found, func(f *finding) bool { return f.pos == pos && f.code == code })
}

// sorted are the findings in the order of the source.
func (r *report) sorted(fset *token.FileSet) []*finding {
	slices.SortStableFunc(r.found, func(a, b *finding) int {
		x, y := fset.Position(a.pos), fset.Position(b.pos)
		return cmp.Or(cmp.Compare(x.Filename, y.Filename), cmp.Compare(x.Offset, y.Offset), cmp.Compare(a.code, b.code), cmp.Compare(a.message, b.message))
	})
	return r.found
}
