package check

import "github.com/stepwright/stepwright/asl"

// unreachable reports states that no path from StartAt leads to. The service refuses them
// (validation code MISSING_TRANSITION_TARGET).
var unreachable = Rule{
	Code: "unreachable-state",
	Run: func(p *Pass) {
		for s := range asl.Scopes(p.Machine) {
			seen := p.meant(s.Branch)
			if len(seen) == 0 {
				continue // without a start there is nothing to say
			}
			for name := range s.Branch.States.All() {
				if !seen[name] {
					p.Error(name, s.Path.Child("States").Child(name), `remove it, or point a "Next" at it`, "nothing leads here")
				}
			}
		}
	},
}
