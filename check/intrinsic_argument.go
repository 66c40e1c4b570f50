package check

import (
	"strings"

	"github.com/stepwright/stepwright/jsonpath"
	"github.com/stepwright/stepwright/value"
)

// intrinsicArgument reports calls of intrinsic functions that fail whenever they are made, because of what is written
// in them.
var intrinsicArgument = Rule{
	Code: "intrinsic-argument",
	Run: func(p *Pass) {
		for f, text := range p.calls() {
			e, err := jsonpath.CompileExpr(text)
			if err != nil || !f.takesCall() {
				continue
			}
			for _, c := range e.Calls() {
				if problem := c.Problem(); problem != "" && !substituted(c.Args) {
					p.Warn(f.Name, f.Path+f.at, "whenever the state runs, the execution fails; docs/intrinsics.md shows the arguments", "%s: %s", c.Name, problem)
				}
			}
		}
	},
}

// substituted tells whether a literal has a place that is filled in before the document runs, such as ${Photos}.
func substituted(args []value.Value) bool {
	for _, a := range args {
		if strings.Contains(a.Str(), "${") {
			return true
		}
	}
	return false
}
