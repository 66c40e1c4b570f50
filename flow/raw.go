package flow

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/value"
)

// Raw writes a Task, Pass, Wait, Parallel or Map as it is given, for what this package has no words for. state is an
// asl.State, or a map or a struct with the members of one, in which pointers are references as everywhere and texts in
// {% %} are expressions. It gives the service's answer or, if the state has an Output, what that gives.
//
//	head := flow.Raw[Head](f, "Look", map[string]any{
//		"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:headObject",
//		"Arguments": map[string]any{"Bucket": "photos", "Key": &job.Key},
//		"Output": "{% $states.result.Metadata %}",
//	}, flow.Retry(flow.AnyError, patiently))
//
// Next, End and Catch are not given: the flow goes on as after any step, and errors are for Catch and Rescue. For a
// Choice there is flow.Choice; flow.True(flow.JSONata[bool](f, "…")) is any condition. A variable that the state
// assigns itself keeps its name, and only texts in other raw states can use it.
func Raw[Out any](f *Flow, name string, state any, opts ...Option) *Out {
	m := f.m
	given := f.given(state)
	x, found := parseRaw(f.prefix+name, m.members(given))
	s := f.add(name, x)
	s.raw = true
	f.checkRaw(s, given, found)
	s.args = given.without("Output", "Assign")
	if assigned := given.of("Assign"); assigned != nil && assigned.kind == objectNode {
		for i, k := range assigned.names {
			s.exit.give(m.keep(k, f.sc), assigned.kids[i])
		}
	}
	s.result = m.newRoot(reflect.TypeFor[Out](), &root{of: s.name, sc: f.sc, step: s})
	s.exit.give(s.result, given.result(x))
	for _, o := range opts {
		if asl.ErrorsOf(x) == nil {
			m.report(diagnosis{step: s, code: "raw-state", message: fmt.Sprintf("a %s cannot fail, so it takes no options", asl.KindOf(x)), hint: "leave them out; a Comment is a member of the state"})
			break
		}
		o.task(f, s)
	}
	return s.result.ptr().(*Out)
}

// given is a state as an object in which texts in {% %} have become expressions.
func (f *Flow) given(state any) *node {
	var n *node
	if s, ok := state.(asl.State); ok && !reflect.ValueOf(s).IsNil() {
		n = f.node(asl.StateValue(s))
	} else {
		n = f.node(state)
	}
	n = f.expressions(n)
	if n.kind != objectNode {
		f.m.report(diagnosis{code: "raw-state", message: "the state is no object", hint: "give an asl.State, or a map with the members of one"})
		return &node{kind: objectNode, prec: tight, parts: &parts{names: []string{"Type"}}, kids: []*node{text("Pass")}}
	}
	for _, name := range []string{"Next", "End", "Catch"} {
		if n.of(name) != nil {
			f.m.report(diagnosis{code: "raw-state", message: fmt.Sprintf("the state has a %s, which is the builder's to write", name), hint: "leave it out: the flow goes on with the next step, and errors are for flow.Catch"})
		}
	}
	return n.without("Next", "End", "Catch")
}

// expressions is n with the texts in {% %} as expressions, and with its objects opened.
func (f *Flow) expressions(n *node) *node {
	switch {
	case n.kind == constNode && n.v.IsString() && asl.IsExpression(n.v.Str()):
		return f.expressionOf(n.v.Str())
	case n.kind == constNode && n.v.IsObject():
		o := &node{kind: objectNode, prec: tight, parts: &parts{}}
		for name, x := range n.v.Members() {
			o.names, o.kids = append(o.names, name), append(o.kids, f.expressions(constant(x)))
		}
		return o
	case n.kind == constNode && n.v.IsArray():
		l := &node{kind: listNode, prec: tight, list: true}
		for _, x := range n.v.Elements() {
			l.kids = append(l.kids, f.expressions(constant(x)))
		}
		return l
	case n.kind == objectNode, n.kind == listNode:
		c := *n
		c.kids = make([]*node, len(n.kids))
		for i, k := range n.kids {
			c.kids[i] = f.expressions(k)
		}
		return &c
	}
	return n
}

// expressionOf is a text of JSONata that stands alone.
func (f *Flow) expressionOf(text string) *node {
	src := strings.TrimSpace(text[2 : len(text)-2])
	n := raw(src)
	if !isPostfix(src) {
		n.prec = loose
	}
	h := scanHatch(src)
	n.fresh = slices.ContainsFunc(h.free, func(name string) bool { return differing[name] })
	if f.m.again {
		return n
	}
	if err := compileJSONata(src); err != nil {
		f.m.report(diagnosis{code: "jsonata-syntax", message: fmt.Sprintf("%q is no JSONata: %v", shorten(src), err), hint: "see https://docs.jsonata.org for the language", once: true})
	}
	for _, name := range h.free {
		if !functions[name] && name != "states" && !slices.Contains(h.bound, name) {
			f.m.rawUses = append(f.m.rawUses, rawUse{name, shorten(src), author()})
		}
	}
	return n
}

// A rawUse is a variable in the text of a raw state.
type rawUse struct {
	name, src string
	at        diag.Position
}

// of is a member of an object; nil when it has none of that name.
func (n *node) of(name string) *node {
	if i := slices.Index(n.names, name); i >= 0 {
		return n.kids[i]
	}
	return nil
}

// without is an object with some members less.
func (n *node) without(names ...string) *node {
	o := &node{kind: objectNode, prec: tight, parts: &parts{}}
	for i, name := range n.names {
		if !slices.Contains(names, name) {
			o.names, o.kids = append(o.names, name), append(o.kids, n.kids[i])
		}
	}
	return o
}

// result is what a raw state gives.
func (n *node) result(x asl.State) *node {
	if out := n.of("Output"); out != nil {
		return out
	}
	switch x.(type) {
	case *asl.Pass, *asl.Wait: // they have no result of their own
		return raw("$states.input")
	}
	return answer
}

// keep is a variable that a raw state assigns under a name of its own.
func (m *machine) keep(name string, sc *scope) *root {
	for _, r := range m.roots {
		if r.name == name {
			return r
		}
	}
	m.nroots++
	r := &root{kind: varRoot, no: m.nroots, of: name, name: name, sc: sc, used: true, whole: true}
	m.roots = append(m.roots, r)
	m.taken[name] = true
	return r
}

// members spells the members of a raw state.
func (m *machine) members(n *node) value.Value {
	var b value.Builder
	for i, name := range n.names {
		b.Set(name, m.w.template(n.kids[i]))
	}
	return b.Object()
}

// parseRaw reads a raw state as part of a document. It is always one of the kinds that can be raw.
func parseRaw(name string, v value.Value) (asl.State, diag.List) {
	state := value.Object(value.M(name, v.With("End", value.True)))
	doc := value.Object(value.M("QueryLanguage", value.String("JSONata")), value.M("StartAt", value.String(name)), value.M("States", state))
	d, found := asl.Parse(doc.AppendJSON(nil))
	if d != nil {
		switch x := d.States.Get(name).(type) {
		case *asl.Task, *asl.Pass, *asl.Wait, *asl.Parallel, *asl.Map:
			return x, found
		}
	}
	return &asl.Pass{}, found
}

// writeRaw completes a raw state.
func (m *machine) writeRaw(s *step) {
	x, _ := parseRaw(s.name, m.members(s.args))
	*asl.CommonOf(x) = *asl.CommonOf(s.state)
	place(x, s)
	switch x := x.(type) {
	case *asl.Task:
		x.Retry, x.Catch = s.state.(*asl.Task).Retry, m.catchers(s)
		x.Transition, x.Assign, x.Output = m.exit(s)
	case *asl.Parallel:
		x.Retry, x.Catch = asl.ErrorsOf(s.state).Retry, m.catchers(s)
		x.Transition, x.Assign, x.Output = m.exit(s)
	case *asl.Map:
		x.Retry, x.Catch = asl.ErrorsOf(s.state).Retry, m.catchers(s)
		x.Transition, x.Assign, x.Output = m.exit(s)
	case *asl.Pass:
		x.Transition, x.Assign, x.Output = m.exit(s)
	case *asl.Wait:
		x.Transition, x.Assign, x.Output = m.exit(s)
	default:
		panic(fmt.Sprintf("flow: a %T is not raw", x))
	}
	s.state = x
}

// place puts the states inside of a raw state where the author wrote that.
func place(x asl.State, s *step) {
	for _, v := range statesOf(x, s.name) {
		pos := asl.CommonOf(s.state).Pos
		asl.CommonOf(v.State).Pos = pos
		if e := asl.ErrorsOf(v.State); e != nil {
			for i := range e.Retry {
				e.Retry[i].Pos = pos
			}
			for i := range e.Catch {
				e.Catch[i].Pos = pos
			}
		}
	}
}

// statesOf lists a state and those inside of it.
func statesOf(x asl.State, name string) []asl.Visit {
	d := &asl.Machine{}
	d.States.Add(name, x)
	return slices.Collect(asl.Visits(d))
}
