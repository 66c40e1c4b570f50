package engine

import (
	"fmt"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/jsonata"
	"github.com/stepwright/stepwright/value"
)

// A choice takes the first of its rules that holds.
type choice struct {
	rules     []rule
	otherwise string
	flow      flow // when no rule holds
}

// A rule is one way on: a condition in JSONata, a test in JSONPath.
type rule struct {
	next      string
	flow      flow
	condition *jsonata.Template
	test      test
}

func (p *planner) choice(n *node, s *asl.Choice, lang asl.QueryLanguage) {
	c := &choice{otherwise: s.Default, flow: p.flow(lang, fields{Paths: s.Paths, assign: s.Assign, output: s.Output})}
	n.do = c
	if s.Default != "" {
		p.target("/Default", s.Default)
	}
	for i, r := range s.Choices {
		at := diag.Pointer("/Choices").Index(i)
		next := rule{next: p.target(at.Child("Next"), r.Next)}
		if lang == asl.JSONata {
			field := fmt.Sprintf("Choices[%d]/", i)
			next.condition = p.template(at.Child("Condition"), field+"Condition", r.Condition)
			next.flow = &queryFlow{
				assign: p.template(at.Child("Assign"), field+"Assign", r.Assign),
				out:    p.template(at.Child("Output"), field+"Output", r.Output),
			}
			p.condition(at.Child("Condition"), next.condition, r.Condition)
		} else {
			paths := *c.flow.(*pathFlow)
			paths.assign = p.payload(at.Child("Assign"), r.Assign)
			next.flow = &paths
			next.test = p.test(at, r)
		}
		c.rules = append(c.rules, next)
	}
}

// condition reports a condition that can never be a boolean.
func (p *planner) condition(at diag.Pointer, tpl *jsonata.Template, v value.Value) {
	if !v.Exists() || tpl != nil && tpl.Constant() && !v.IsBool() {
		p.fail(at, CodeBadField, "the rule has no condition that is true or false", "write an expression or a boolean")
	}
}

func (s *choice) enter(x *step, t *thread, n *node) {
	for i := range s.rules {
		r := &s.rules[i]
		holds, f := r.holds(x, t, s)
		if f != nil {
			x.throw(t, n, f)
			return
		}
		if holds {
			x.conclude(t, n, r.flow, value.Value{}, r.next)
			return
		}
	}
	if s.otherwise == "" {
		x.throw(t, n, t.runtime("Failed to transition out of the state. The state does not point to a next state."))
		return
	}
	x.conclude(t, n, s.flow, value.Value{}, s.otherwise)
}

func (r *rule) holds(x *step, t *thread, s *choice) (bool, *fault) {
	if r.condition != nil {
		v, f := x.queryAs(t, r.condition, value.BoolKind)
		return v.Bool(), f
	}
	in, f := s.flow.(*pathFlow).filtered(x, t)
	if f != nil {
		return false, f
	}
	return r.test(x, t, in)
}
