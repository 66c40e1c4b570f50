package flow

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/value"
)

// Argument sets one more argument of a step's call: for options of integration packages. v is required.
func Argument(name string, v any) TaskOption { return ArgumentAt(v, name) }

// OptionalArgument is Argument for one that vanishes when v is absent or null.
func OptionalArgument(name string, v any) TaskOption {
	return taskOnly(func(f *Flow, s *step) { f.argument(s, noNull(f.nodeFor(s, v)), []string{name}) })
}

// ArgumentAt is Argument for a place inside the arguments: path are the names that lead there, and numbers for the
// elements of a literal list ("Entries", "0", "Time"). Objects on the way are made if they are not there; what stands
// at the place already gives way.
func ArgumentAt(v any, path ...string) TaskOption {
	return taskOnly(func(f *Flow, s *step) {
		n := f.nodeFor(s, v)
		f.m.need(n, "the argument "+path[len(path)-1])
		f.argument(s, n, path)
	})
}

// nodeFor is the value of v, which is written for the call of s: what is reported about it is about that step.
func (f *Flow) nodeFor(s *step, v any) *node {
	f.m.making = s
	defer func() { f.m.making = nil }()
	return f.node(v)
}

func (f *Flow) argument(s *step, n *node, path []string) {
	args, ok := put(s.args, path, n)
	if !ok {
		f.m.report(diagnosis{
			step: s, code: "argument-place", message: fmt.Sprintf("the call has no place for the argument %q", strings.Join(path, ".")),
			hint: "its arguments are worked out as a whole: write that one there",
		})
		return
	}
	s.args = args
}

// put is n with x at the place that path leads to; ok is false when n has no such place.
func put(n *node, path []string, x *node) (_ *node, ok bool) {
	if len(path) == 0 {
		return x, true
	}
	if n == nil {
		n = constant(value.Object())
	}
	n = opened(n)
	out, name := *n, path[0]
	out.kids = slices.Clone(n.kids)
	switch n.kind {
	case objectNode:
		i := slices.Index(n.names, name)
		if i < 0 {
			i = len(n.names)
			out.parts = &parts{names: append(slices.Clone(n.names), name)}
			out.kids = append(out.kids, nil)
		}
		out.kids[i], ok = put(out.kids[i], path[1:], x)
	case listNode:
		i, err := strconv.Atoi(name)
		if err != nil || i < 0 || i >= len(n.kids) {
			return n, false
		}
		out.kids[i], ok = put(out.kids[i], path[1:], x)
	default:
		return n, false
	}
	return &out, ok
}

// opened is a constant object or list as a literal of its members.
func opened(n *node) *node {
	switch {
	case n.kind != constNode:
		return n
	case n.v.IsObject():
		o := &node{kind: objectNode, prec: tight, parts: &parts{}}
		for k, x := range n.v.Members() {
			o.names, o.kids = append(o.names, k), append(o.kids, constant(x))
		}
		return o
	case n.v.IsArray():
		l := &node{kind: listNode, prec: tight, list: true}
		for _, x := range n.v.Elements() {
			l.kids = append(l.kids, constant(x))
		}
		return l
	}
	return n
}
