package jsonata

import (
	"math"

	"github.com/stepwright/stepwright/value"
)

// A plainPath is an expression that only looks things up: a variable or the input, names and literal indexes
// ($rows[0].name). It is worked out on values as they are, and makes nothing as long as no list is met.
type plainPath struct {
	name    string // of the variable
	input   bool   // it begins with the input instead
	bare    bool   // with a name: a list as the input is one item then
	indexes []int  // behind the variable
	steps   []plainStep
}

type plainStep struct {
	name    string
	indexes []int
}

// plainPathOf is the expression as a plain path; nil when it is anything else.
func plainPathOf(n *Node, lib *library) *plainPath {
	if n.Kind != PathNode || n.KeepArray || n.KeepSingleton || n.Tuple || n.Group != nil || len(n.Predicates) > 0 {
		return nil
	}
	p := &plainPath{}
	steps := n.Steps
	switch head := steps[0]; {
	case head.Kind == NameNode:
		p.input, p.bare = true, true
	case head.Kind != VariableNode || len(steps) < 2 || len(head.Stages) > 0 || lib.byName[head.Text].exists():
		return nil
	default:
		var ok bool
		if p.indexes, ok = plainIndexes(head, head.Predicates); !ok {
			return nil
		}
		p.name, p.input = head.Text, head.Text == "" || head.Text == "$"
		steps = steps[1:]
	}
	for _, s := range steps {
		if s.Kind != NameNode || len(s.Predicates) > 0 {
			return nil
		}
		indexes, ok := plainIndexes(s, s.Stages)
		if !ok {
			return nil
		}
		p.steps = append(p.steps, plainStep{s.Text, indexes})
	}
	return p
}

// plainIndexes are the literal indexes behind a step; ok is false when there is anything else about it.
func plainIndexes(n *Node, stages []Stage) (all []int, ok bool) {
	if n.KeepArray || n.Group != nil || n.Focus != "" || n.Index != "" || n.Tuple || n.Ancestor != nil {
		return nil, false
	}
	for _, s := range stages {
		if s.Filter == nil || s.Filter.Kind != NumberNode || math.Abs(s.Filter.Number) > 1<<31 {
			return nil, false
		}
		all = append(all, int(math.Floor(s.Filter.Number)))
	}
	return all, true
}

// fits tells whether the path can be worked out in env as it is.
func (p *plainPath) fits(env *Env) bool {
	if p.input {
		return !p.bare || !env.Input.IsArray()
	}
	_, own := env.Functions[p.name]
	return !own
}

func (p *plainPath) evaluate(env *Env) value.Value {
	if p.name == "states" && env.States != nil && len(p.indexes) == 0 {
		root := env.States(p.steps[0].name)
		for _, i := range p.steps[0].indexes {
			root = itemAt(root, i)
		}
		return walkPlain(root, p.steps[1:])
	}
	root := env.Input
	if !p.input {
		root = env.lookup(p.name, stateMembers)
	}
	for _, i := range p.indexes {
		root = itemAt(root, i)
	}
	return walkPlain(root, p.steps)
}

// walkPlain takes the steps from a value that is no sequence.
func walkPlain(root value.Value, steps []plainStep) value.Value {
	from := 0
	for ; from < len(steps) && root.IsObject(); from++ { // as long as no array makes it a sequence
		root = root.Get(steps[from].name)
		for _, i := range steps[from].indexes {
			root = itemAt(root, i)
		}
	}
	if from == len(steps) {
		return root
	}
	if !root.IsArray() { // what is neither object nor array has no members
		return value.Value{}
	}
	in := root.Elements()
	for i := from; i < len(steps); i++ {
		out, whole, isWhole := steps[i].apply(in, i == len(steps)-1)
		switch {
		case isWhole:
			return whole
		case len(out) == 0:
			return value.Value{}
		}
		in = out
	}
	return only(in)
}

// only is what a sequence stands for as a value.
func only(seq []value.Value) value.Value {
	switch len(seq) {
	case 0:
		return value.Value{}
	case 1:
		return seq[0]
	}
	return value.Array(seq...)
}

// apply gives the sequence that the step makes of another. An array that is the last step's only result is given
// as it is: whole.
func (s *plainStep) apply(in []value.Value, last bool) (out []value.Value, whole value.Value, isWhole bool) {
	var first value.Value
	count := 0
	for _, v := range in {
		r := memberOf(v, s.name)
		for _, i := range s.indexes {
			r = itemAt(r, i)
		}
		if !r.Exists() {
			continue
		}
		if count++; count == 1 {
			first = r
			continue
		}
		if count == 2 {
			out = pourPlain(make([]value.Value, 0, len(in)), first)
		}
		out = pourPlain(out, r)
	}
	switch {
	case count == 1 && last:
		return nil, first, true
	case count == 1:
		out = pourPlain(nil, first)
	}
	return out, value.Value{}, false
}

func pourPlain(to []value.Value, v value.Value) []value.Value {
	if v.IsArray() {
		return append(to, v.Elements()...)
	}
	return append(to, v)
}

// memberOf is the member of an object, or the members of the objects of an array, poured together.
func memberOf(v value.Value, name string) value.Value {
	if !v.IsArray() {
		return v.Get(name)
	}
	var out []value.Value
	for _, x := range v.Elements() {
		if r := memberOf(x, name); r.Exists() {
			out = pourPlain(out, r)
		}
	}
	return only(out)
}

// itemAt is the item i of an array, counted from the end when negative; a value that is no array is its only item.
func itemAt(v value.Value, i int) value.Value {
	if !v.IsArray() {
		if i == 0 || i == -1 {
			return v
		}
		return value.Value{}
	}
	if i < 0 {
		i += v.Len()
	}
	return v.Index(i)
}
