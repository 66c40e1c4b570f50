package flow

import (
	"fmt"
	"reflect"
	"strconv"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow/internal/shape"
)

// Branches is a Parallel being written.
type Branches struct {
	f    *Flow
	s    *step
	last int // how many states there were after the options or the last branch
}

// Parallel does several things side by side; each is a Branch. It fails as soon as one of them does.
func Parallel(f *Flow, name string, opts ...BlockOption) *Branches {
	s := f.add(name, &asl.Parallel{})
	for _, o := range opts {
		o.block(f, s)
	}
	return &Branches{f: f, s: s, last: len(f.m.order)}
}

// Branch adds a branch, and gives what it returns. What a branch makes exists only inside it: body has a flow of its
// own, and outer values can be read but not assigned.
func Branch[Out any](b *Branches, body func(f *Flow) *Out) *Out {
	f, m := b.f, b.f.m
	if b.last != len(m.order) {
		m.report(diagnosis{step: b.s, code: "branch-late", message: "a branch is added after a later state", hint: "write all branches right below the Parallel"})
	}
	if m.cur != f.sc {
		m.report(diagnosis{step: b.s, code: "outer-flow", message: fmt.Sprintf("a branch is added while %s is being written", quoted(m.cur)), hint: "add branches outside of each other"})
	}
	n := len(b.s.children)
	g := f.enter(b.s, reflect.TypeFor[Out]())
	out := body(g)
	open := len(g.sc.open) > 0
	g.finish(out)
	f.leave()
	b.last = len(m.order)
	r := m.newRoot(reflect.TypeFor[Out](), &root{of: b.s.name + " " + strconv.Itoa(n), sc: f.sc, step: b.s})
	if open && out == nil {
		r.empty = fmt.Sprintf("branch %d of %q returns nil, so it has no value", n, b.s.name)
	}
	part := pick(answer, []shape.Seg{{Elem: true, Index: n}})
	b.s.exit.give(r, part)
	return r.ptr().(*Out)
}
