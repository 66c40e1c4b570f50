package flow

import (
	"reflect"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow/internal/shape"
)

// Try does several steps as one, and gives what body returns: they are retried together, from the first; what any of
// them fails with is caught or rescued at one place.
//
//	sales := flow.Try(f, "Read one team", func(f *flow.Flow) *Sales {
//		flow.WaitSeconds(f, "Be gentle", &in.Pause)
//		return flow.Task(f, "Read sales", ReadSales, team)
//	}, flow.Retry(flow.AnyError, patiently))
//	flow.Rescue(f, sales, flow.AnyError, func(*flow.Caught) *Sales { return &Sales{} })
//
// It emits a Parallel of one branch. What body makes exists only inside it, as in a Branch.
func Try[Out any](f *Flow, name string, body func(f *Flow) *Out, opts ...BlockOption) *Out {
	s := f.add(name, &asl.Parallel{})
	g := f.enter(s, reflect.TypeFor[Out]())
	out := body(g)
	open := len(g.sc.open) > 0
	g.finish(out)
	f.leave()
	r := f.m.newRoot(reflect.TypeFor[Out](), &root{of: s.name, sc: f.sc, step: s})
	if open && out == nil {
		r.empty = "the body of \"" + s.name + "\" returns nil, so it has no value"
	}
	s.exit.give(r, pick(answer, []shape.Seg{{Elem: true}}))
	s.result = r
	for _, o := range opts {
		o.block(f, s)
	}
	return r.ptr().(*Out)
}
