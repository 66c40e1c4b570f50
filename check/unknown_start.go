package check

import (
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/asl"
)

// unknownStart reports machines and branches that begin with a state they do not have.
var unknownStart = Rule{
	Code: "unknown-start",
	Run: func(p *Pass) {
		for s := range asl.Scopes(p.Machine) {
			if name := s.Branch.StartAt; name != "" && s.Branch.States.Get(name) == nil {
				p.Error(s.Owner, s.Path.Child("StartAt"), p.near(name, s.Branch), "start state %s does not exist", quote(name))
			}
		}
	},
}

// quote quotes a state's name for a message, and shortens it if it is long.
func quote(s string) string {
	const limit = 80
	if len(s) > limit {
		s = strings.ToValidUTF8(s[:limit], "") + "…"
	}
	return strconv.Quote(s)
}
