// Package check finds what is wrong with a document that has the right form: one rule, one file.
//
// What is wrong with the form itself (fields, types, JSON) is found by asl.Parse. Each rule's code has a section in
// docs/checks.md, with an example.
package check

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
)

// A Rule looks for one kind of mistake.
type Rule struct {
	Code string // of its diagnostics, stable, kebab-case
	Run  func(p *Pass)
}

// Rules are all rules, in no particular order.
func Rules() []Rule {
	return []Rule{unknownStart, unknownState, nextOrEnd, unreachable, noEnd, duplicate, invalidPath, intrinsicCall, intrinsicArgument}
}

// Document runs all rules over m and gives what they found in the order of the document. A machine that came from
// asl.Parse with diagnostics may be checked too: what was understood of it is.
func Document(m *asl.Machine) diag.List {
	p := &Pass{Machine: m}
	for _, r := range Rules() {
		p.code = r.Code
		r.Run(p)
	}
	return p.list()
}

// A Pass is one run of the rules over a machine.
type Pass struct {
	Machine *asl.Machine

	code    string
	found   diag.List
	bytes   int
	full    bool
	guesses map[slip]string
}

// A document with more problems, or with longer pointers in them, is reported up to here.
const (
	maxProblems     = 1000
	maxProblemBytes = 4 << 20
)

// Error reports a mistake at a place in the document, in the state of that name, or in the whole machine if it is
// empty. The hint may be empty.
func (p *Pass) Error(state string, at diag.Pointer, hint, format string, args ...any) {
	p.report(diag.Error, state, at, hint, fmt.Sprintf(format, args...))
}

// Warn is Error for what is likely a mistake and does not keep the document from running.
func (p *Pass) Warn(state string, at diag.Pointer, hint, format string, args ...any) {
	p.report(diag.Warning, state, at, hint, fmt.Sprintf(format, args...))
}

func (p *Pass) report(s diag.Severity, state string, at diag.Pointer, hint, message string) {
	if p.full {
		return
	}
	d := diag.Diagnostic{Severity: s, Code: p.code, State: state, Path: at, Message: message, Hint: hint}
	p.bytes += len(at) + len(state) + len(message) + len(hint)
	if p.full = len(p.found) >= maxProblems || p.bytes > maxProblemBytes; p.full {
		d = diag.Diagnostic{
			Severity: s, Code: asl.CodeTooManyProblems, Message: "there are more problems, which are not shown",
			Hint: "mend some of the others and check again",
		}
	}
	p.found.Add(d)
}

// list gives the findings their source and puts them in document order.
func (p *Pass) list() diag.List {
	order := map[string]int{}
	for v := range asl.Visits(p.Machine) {
		if _, ok := order[v.Name]; !ok {
			order[v.Name] = len(order) + 1
		}
	}
	slices.SortStableFunc(p.found, func(a, b diag.Diagnostic) int { return cmp.Compare(order[a.State], order[b.State]) })
	p.Machine.Locate(p.found)
	return p.found
}
