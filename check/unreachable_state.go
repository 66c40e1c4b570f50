package check

import "github.com/stepwright/stepwright/asl"

// unreachable reports states that no path from StartAt leads to.
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
					p.Warn(name, s.Path.Child("States").Child(name), `remove it, or point a "Next" at it`, "nothing leads here")
				}
			}
		}
	},
}
