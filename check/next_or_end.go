package check

import "github.com/stepwright/stepwright/asl"

// nextOrEnd reports states that say nothing about what comes after them, and those that say two things.
var nextOrEnd = Rule{
	Code: "next-or-end",
	Run: func(p *Pass) {
		for v := range asl.Visits(p.Machine) {
			switch t := asl.TransitionOf(v.State); {
			case t == nil:
			case t.Next == "" && !t.Ends():
				hint := `add "Next" with the state that follows, or "End": true`
				if t.End != nil {
					hint = `"End": false says nothing; add "Next" with the state that follows, or make it true`
				}
				p.Error(v.Name, v.Path, hint, "the state has neither Next nor End")
			case t.Next != "" && t.Ends():
				p.Error(v.Name, v.Path.Child("Next"), "remove one of them", "the state has both Next and End")
			}
		}
	},
}
