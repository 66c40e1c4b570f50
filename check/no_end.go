package check

import "github.com/stepwright/stepwright/asl"

// noEnd reports machines and branches that go round for ever: no state that can be reached ends them.
var noEnd = Rule{
	Code: "no-end",
	Run: func(p *Pass) {
		for s := range asl.Scopes(p.Machine) {
			if neverEnds(s.Branch) {
				p.Error(s.Owner, s.Path.Child("States"), `give the last state "End": true, or let a path lead to a Succeed or Fail`, "%s can never end", called(s))
			}
		}
	},
}

func called(s asl.Scope) string {
	switch s.Parent.(type) {
	case nil:
		return "the machine"
	case *asl.Map:
		return "an iteration"
	}
	return "the branch"
}

// neverEnds tells whether what can be reached in b is a closed circle. Where something is missing or misspelt, that
// is the mistake, and it is told by others.
func neverEnds(b *asl.Branch) bool {
	seen := b.Reachable()
	for name := range seen {
		s := b.States.Get(name)
		t := asl.TransitionOf(s)
		if asl.Ends(s) || t != nil && t.Next == "" {
			return false
		}
		for next := range asl.Successors(s) {
			if b.States.Get(next) == nil {
				return false
			}
		}
	}
	return len(seen) > 0
}
