package jsonata

import (
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/value"
)

// A path is an expression that only looks things up: a variable, names and indexes. It is evaluated with JSONata's
// rules for sequences: names map over arrays, one level of arrays is flattened at each step, and a result of one
// item stands for that item.
type path struct {
	name    string // of the variable
	indexes []int  // behind the variable
	steps   []step
}

type step struct {
	name    string
	indexes []int
}

// parsePath reads src as a plain path; nil when it is anything else.
func parsePath(src string) *path {
	s := strings.TrimSpace(src)
	s, ok := strings.CutPrefix(s, "$")
	if !ok {
		return nil
	}
	p := &path{}
	if p.name, s = plainName(s); p.name == "" {
		return nil
	}
	if p.indexes, s, ok = plainIndexes(s); !ok {
		return nil
	}
	for s != "" {
		var st step
		if s, ok = strings.CutPrefix(s, "."); !ok {
			return nil
		}
		if quoted, isQuoted := strings.CutPrefix(s, "`"); isQuoted {
			if st.name, s, ok = strings.Cut(quoted, "`"); !ok {
				return nil
			}
		} else if st.name, s = plainName(s); st.name == "" || st.name[0] >= '0' && st.name[0] <= '9' || isWord(st.name) {
			return nil
		}
		if st.indexes, s, ok = plainIndexes(s); !ok {
			return nil
		}
		p.steps = append(p.steps, st)
	}
	return p
}

// isWord tells whether a name means something of its own in JSONata.
func isWord(name string) bool {
	switch name {
	case "and", "or", "in", "true", "false", "null", "function":
		return true
	}
	return false
}

func plainName(s string) (name, rest string) {
	n := 0
	for n < len(s) && s[n] < 0x80 && isName(s[n]) {
		n++
	}
	return s[:n], s[n:]
}

func plainIndexes(s string) (indexes []int, rest string, ok bool) {
	for strings.HasPrefix(s, "[") {
		text, after, found := strings.Cut(s[1:], "]")
		n, err := strconv.Atoi(text)
		if !found || err != nil || strings.HasPrefix(text, "+") {
			return nil, s, false
		}
		indexes, s = append(indexes, n), after
	}
	return indexes, s, true
}

// evalIn evaluates the path on the value of its variable, of $states on the member it names.
func (p *path) evalIn(env *Env) value.Value {
	if p.name != "states" || env.States == nil || len(p.indexes) > 0 || len(p.steps) == 0 {
		return p.eval(env.lookup(p.name))
	}
	root := env.States(p.steps[0].name)
	for _, i := range p.steps[0].indexes {
		root = at(root, i)
	}
	return walk(root, p.steps[1:])
}

// eval evaluates the path on the value of its variable.
func (p *path) eval(root value.Value) value.Value {
	for _, i := range p.indexes {
		root = at(root, i)
	}
	return walk(root, p.steps)
}

// walk takes the steps of a path from a value that is no sequence.
func walk(root value.Value, steps []step) value.Value {
	if len(steps) == 0 || !root.Exists() {
		return root
	}
	from := 0
	for ; from < len(steps) && root.IsObject(); from++ { // as long as no array makes it a sequence
		root = root.Get(steps[from].name)
		for _, i := range steps[from].indexes {
			root = at(root, i)
		}
	}
	if from == len(steps) || !root.IsArray() {
		return onlyAfter(root, from == len(steps))
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
	return single(in)
}

// onlyAfter is v when no steps are left; what is neither object nor array has no members.
func onlyAfter(v value.Value, done bool) value.Value {
	if done {
		return v
	}
	return value.Value{}
}

// single is what a sequence stands for as a value.
func single(seq []value.Value) value.Value {
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
func (s *step) apply(in []value.Value, last bool) (out []value.Value, whole value.Value, isWhole bool) {
	var only value.Value
	count := 0
	for _, v := range in {
		r := lookup(v, s.name)
		for _, i := range s.indexes {
			r = at(r, i)
		}
		if !r.Exists() {
			continue
		}
		if count++; count == 1 {
			only = r
			continue
		}
		if count == 2 {
			out = flatten(out, only)
		}
		out = flatten(out, r)
	}
	switch {
	case count == 1 && last:
		return nil, only, true
	case count == 1:
		out = flatten(nil, only)
	}
	return out, value.Value{}, false
}

func flatten(to []value.Value, v value.Value) []value.Value {
	if v.IsArray() {
		return append(to, v.Elements()...)
	}
	return append(to, v)
}

// lookup is the member of an object, or the flattened members of the objects of an array.
func lookup(v value.Value, name string) value.Value {
	if !v.IsArray() {
		return v.Get(name)
	}
	var out []value.Value
	for _, x := range v.Elements() {
		if r := lookup(x, name); r.Exists() {
			out = flatten(out, r)
		}
	}
	return single(out)
}

// at is the item i of an array, counted from the end when negative; a value that is no array is its only item.
func at(v value.Value, i int) value.Value {
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
