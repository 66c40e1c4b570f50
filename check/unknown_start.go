package check

import (
	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
)

// unknownStart reports machines and branches that begin with a state they do not have.
var unknownStart = Rule{
	Code: "unknown-start",
	Run: func(p *Pass) {
		for s := range asl.Scopes(p.Machine) {
			if name := s.Branch.StartAt; name != "" && s.Branch.States.Get(name) == nil {
				p.Error(s.Owner, s.Path.Child("StartAt"), p.near(name, s.Branch), "start state %s does not exist", diag.Quote(name))
			}
		}
	},
}
