package check

import (
	"strings"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/internal/suggest"
)

// unknownState reports transitions to states that do not exist beside the one they start from.
var unknownState = Rule{
	Code: "unknown-state",
	Run: func(p *Pass) {
		homes := homes(p.Machine)
		for v := range asl.Visits(p.Machine) {
			for at, name := range asl.Targets(v.State) {
				if v.Branch.States.Get(name) == nil {
					p.unknown(v, at, name, homes)
				}
			}
		}
	},
}

// unknown reports that the transition at the place at of state v leads nowhere.
func (p *Pass) unknown(v asl.Visit, at diag.Pointer, name string, homes map[string]asl.Scope) {
	word := "next"
	if at == "/Default" {
		word = "default"
	}
	home, elsewhere := homes[name]
	switch {
	case !elsewhere:
		p.Error(v.Name, v.Path+at, p.near(name, v.Branch), "%s state %s does not exist", word, diag.Quote(name))
	case v.Owner != "" && home.Depth <= v.Depth:
		p.Error(v.Name, v.Path+at, "end the branch here and go on after "+diag.Quote(v.Owner), "%s state %s is outside of %s %s",
			word, diag.Quote(name), where(v.Scope, "this branch of"), diag.Quote(v.Owner))
	default:
		p.Error(v.Name, v.Path+at, "no transition leads in from outside; lead to another state, or move this one out", "%s state %s is inside %s %s",
			word, diag.Quote(name), where(home, "a branch of"), diag.Quote(home.Owner))
	}
}

// where names what s is, for people.
func where(s asl.Scope, branch string) string {
	if _, ok := s.Parent.(*asl.Map); ok {
		return "the iterations of"
	}
	return branch
}

// homes tell in which scope a state of some name is, the first one in the document.
func homes(m *asl.Machine) map[string]asl.Scope {
	all := map[string]asl.Scope{}
	for v := range asl.Visits(m) {
		if _, ok := all[v.Name]; !ok {
			all[v.Name] = v.Scope
		}
	}
	return all
}

// near is the hint for a name that no state of b has.
func (p *Pass) near(name string, b *asl.Branch) string {
	if best, ok := p.guess(name, b); ok {
		return "did you mean " + diag.Quote(best) + "?"
	}
	names := b.States.Names()
	if len(names) == 0 || len(names) > 8 {
		return ""
	}
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = diag.Quote(n)
	}
	return "the states here are " + strings.Join(quoted, ", ")
}

// maxGuesses bounds the work that misspelt names of a hostile document make.
const maxGuesses = 100

// A slip is a name that no state of a branch has.
type slip struct {
	branch *asl.Branch
	name   string
}

// guess is the state of b that was likely meant by name.
func (p *Pass) guess(name string, b *asl.Branch) (string, bool) {
	key := slip{b, name}
	best, known := p.guesses[key]
	if !known && len(p.guesses) < maxGuesses {
		best, _ = suggest.Name(name, b.States.Names())
		if p.guesses == nil {
			p.guesses = map[slip]string{}
		}
		p.guesses[key] = best
	}
	return best, best != ""
}

// meant are the states of b that are reachable if misspelt transitions lead where they were likely meant to.
func (p *Pass) meant(b *asl.Branch) map[string]bool {
	seen := map[string]bool{}
	todo := []string{b.StartAt}
	for len(todo) > 0 {
		name := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if b.States.Get(name) == nil {
			name, _ = p.guess(name, b)
		}
		s := b.States.Get(name)
		if s == nil || seen[name] {
			continue
		}
		seen[name] = true
		for next := range asl.Successors(s) {
			todo = append(todo, next)
		}
	}
	return seen
}
