package flow

import (
	"fmt"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/value"
)

// checkRaw looks at a raw state, and at the states inside of it.
func (f *Flow) checkRaw(s *step, given *node, found diag.List) {
	m := f.m
	if t := given.of("Type"); t != nil && t.kind == constNode && (t.v.Str() == "Choice" || t.v.Str() == "Succeed" || t.v.Str() == "Fail") {
		m.report(diagnosis{
			step: s, code: "raw-state", message: fmt.Sprintf("a %s cannot be raw: it says itself where the flow goes on", t.v.Str()),
			hint: "use flow.Choice, with flow.True(flow.JSONata[bool](f, \"…\")) for a condition in JSONata; flow.Return; flow.Fail",
		})
		found = nil
	}
	for _, d := range found {
		message := d.Message
		if at := d.Path; len(at) > 0 {
			message += " (at " + string(at) + ")"
		}
		m.report(diagnosis{severity: d.Severity, step: s, code: d.Code, message: message, hint: d.Hint})
	}
	m.checkCarried(s, given)
	if m.rawNames == nil {
		m.rawNames = map[string]bool{}
	}
	m.learnAssigned(asl.StateValue(s.state))
	for _, v := range statesOf(s.state, s.name) {
		f.checkInside(s, v)
	}
}

// checkInside looks at one state of a raw state.
func (f *Flow) checkInside(s *step, v asl.Visit) {
	m := f.m
	switch x := v.State.(type) {
	case *asl.Task:
		f.checkResource(s, x.Resource)
	case *asl.Map:
		if x.ItemProcessor != nil && x.ItemProcessor.ProcessorConfig != nil && x.ItemProcessor.ProcessorConfig.Mode == distributed && s.sc.express(m) {
			m.report(diagnosis{step: s, code: "express-distributed-map", message: "an Express workflow cannot run a distributed Map", hint: "declare it with flow.Standard, or use flow.Each"})
		}
	}
	if v.Depth == 0 {
		return
	}
	if old := m.steps[v.Name]; old != nil {
		m.report(diagnosis{step: s, code: "duplicate-state", message: fmt.Sprintf("its inner state %q has the name of the state at %s", v.Name, old.pos.find()), hint: "names are unique in the whole workflow, branches included"})
	}
	m.steps[v.Name] = s
}

// distributed is the mode of a Map whose states are executions of their own.
const distributed = "DISTRIBUTED"

// checkCarried reports values of the workflow inside of a distributed Map, whose states cannot see them.
func (m *machine) checkCarried(s *step, n *node) {
	if p := n.processor(); p != nil && p.refers() {
		m.report(diagnosis{step: s, code: "raw-state", message: "states inside of a distributed Map cannot see values of the workflow", hint: "hand them over in ItemSelector, or use flow.Batch, which does"})
		return
	}
	for _, k := range n.kids {
		m.checkCarried(s, k)
	}
}

// processor is the ItemProcessor of a distributed Map; nil when n is something else.
func (n *node) processor() *node {
	if n.kind != objectNode {
		return nil
	}
	p := n.of("ItemProcessor")
	if p == nil || p.kind != objectNode || p.of("ProcessorConfig") == nil || p.of("ProcessorConfig").kind != objectNode {
		return nil
	}
	if mode := p.of("ProcessorConfig").of("Mode"); mode == nil || mode.kind != constNode || mode.v.Str() != distributed {
		return nil
	}
	return p
}

// refers tells whether n has a value of the workflow in it.
func (n *node) refers() bool {
	if n.kind == refNode {
		return n.root.kind != calcRoot || n.root.calc.refers()
	}
	for _, k := range n.kids {
		if k.refers() {
			return true
		}
	}
	return false
}

// learnAssigned notes the variables that a raw state assigns anywhere inside: nothing else may have their names.
func (m *machine) learnAssigned(v value.Value) {
	for name, x := range v.Members() {
		if name == "Assign" {
			for _, k := range x.Names() {
				m.rawNames[k], m.taken[k] = true, true
				if reserved(k) {
					m.report(diagnosis{code: "raw-state", message: fmt.Sprintf("it assigns $%s, which would hide what that name stands for in JSONata", k), hint: "give the variable another name"})
				}
			}
		}
		m.learnAssigned(x)
	}
	for _, x := range v.Elements() {
		m.learnAssigned(x)
	}
}

// checkRawUses reports variables in the texts of raw states that no raw state assigns.
func (m *machine) checkRawUses() {
	for _, u := range m.rawUses {
		if !m.rawNames[u.name] {
			m.report(diagnosis{code: "jsonata-variable", message: fmt.Sprintf("$%s in %q is neither a function nor assigned by a raw state", u.name, u.src), hint: "hand values of the workflow over as pointers: the names of their variables are the builder's", at: u.at})
		}
	}
}
