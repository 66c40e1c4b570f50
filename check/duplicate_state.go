package check

import (
	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
)

// duplicate reports states with a name that another state of the machine has, be it in another branch.
var duplicate = Rule{
	Code: "duplicate-state",
	Run: func(p *Pass) {
		first := map[string]diag.Pointer{}
		for v := range asl.Visits(p.Machine) {
			if at, ok := first[v.Name]; ok {
				p.Error(v.Name, v.Path, "rename one of them; the other is at "+string(at), "the machine has two states called %s", diag.Quote(v.Name))
				continue
			}
			first[v.Name] = v.Path
		}
	},
}
