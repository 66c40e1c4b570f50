package flow

import (
	"fmt"
	"slices"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow/internal/shape"
	"github.com/stepwright/stepwright/value"
)

// A comparison tells whether two runs recorded the same. Values correspond when they were made in the same order.
type comparison struct{ seen map[int]bool }

// same compares what was recorded, and what was said of which state.
func (m *machine) same(other *machine) bool {
	return !other.panicked && len(m.order) == len(other.order) && m.difference(other) == nil && slices.Equal(m.said(), other.said())
}

func (m *machine) said() []string {
	var out []string
	for _, x := range m.found {
		if !x.once {
			out = append(out, x.code+" "+nameOf(x.step))
		}
	}
	slices.Sort(out) // the first run drops what it has said of the same line
	return slices.Compact(out)
}

// difference finds the first state in which two runs differ; nil when there is none.
func (m *machine) difference(other *machine) *step {
	c := &comparison{seen: map[int]bool{}}
	for i, s := range m.order {
		if i >= len(other.order) || !c.step(s, other.order[i]) {
			return s
		}
	}
	return nil
}

func (c *comparison) step(a, b *step) bool {
	return a.name == b.name && a.end == b.end && c.state(a.state, b.state) && c.scope(a.sc, b.sc) &&
		c.node(a.args, b.args) && c.node(a.timeout, b.timeout) && c.node(a.role, b.role) &&
		c.node(a.seconds, b.seconds) && c.node(a.stamp, b.stamp) && c.node(a.code, b.code) && c.node(a.cause, b.cause) &&
		c.node(a.output, b.output) && c.mapping(a.each, b.each) && c.edge(a.exit, b.exit) && c.edge(a.fallback, b.fallback) &&
		slices.EqualFunc(a.rules, b.rules, c.edge) && slices.EqualFunc(a.catches, b.catches, c.edge)
}

// scope compares where a state stands: in the same branch of the same state.
func (c *comparison) scope(a, b *scope) bool {
	if (a.owner == nil) != (b.owner == nil) {
		return false
	}
	return a.owner == nil || a.owner.name == b.owner.name && slices.Index(a.owner.children, a) == slices.Index(b.owner.children, b) &&
		nameOf(a.entry.to) == nameOf(b.entry.to)
}

func nameOf(s *step) string {
	if s == nil {
		return ""
	}
	return s.name
}

func (c *comparison) edge(a, b *edge) bool {
	if a == nil || b == nil {
		return a == b
	}
	return nameOf(a.to) == nameOf(b.to) && c.node(a.cond, b.cond) && slices.Equal(a.errors, b.errors) &&
		slices.EqualFunc(a.assigns, b.assigns, func(x, y *assign) bool {
			return x.to.no == y.to.no && x.with == y.with && x.to.of == y.to.of && c.node(x.src, y.src)
		})
}

func (c *comparison) node(a, b *node) bool {
	if a == nil || b == nil {
		return a == b
	}
	if a.kind != b.kind || len(a.path) != len(b.path) || len(a.kids) != len(b.kids) {
		return false
	}
	switch a.kind {
	case constNode:
		return value.Equal(a.v, b.v)
	case refNode:
		if !c.root(a.root, b.root) {
			return false
		}
	case objectNode:
		if !slices.Equal(a.names, b.names) {
			return false
		}
	case formNode:
		if !slices.Equal(a.text, b.text) {
			return false
		}
	case selectNode, listNode: // path and kids are all they are
	}
	return slices.EqualFunc(a.path, b.path, shape.Seg.Same) && slices.EqualFunc(a.kids, b.kids, c.node)
}

// root compares values; a computed one by what it is made of, once.
func (c *comparison) root(a, b *root) bool {
	if a.no != b.no || a.kind != b.kind || a.of != b.of || a.fixed != b.fixed {
		return false
	}
	if a.kind != calcRoot || c.seen[a.no] {
		return true
	}
	c.seen[a.no] = true
	return c.node(a.calc, b.calc)
}

// state compares what a state has been given when it was recorded.
func (c *comparison) state(a, b asl.State) bool {
	if asl.KindOf(a) != asl.KindOf(b) || !samePtr(asl.CommonOf(a).Comment, asl.CommonOf(b).Comment) {
		return false
	}
	switch x := a.(type) {
	case *asl.Task:
		y := b.(*asl.Task)
		return x.Resource == y.Resource && sameRetry(x.Retry, y.Retry) && value.Equal(x.TimeoutSeconds, y.TimeoutSeconds) &&
			value.Equal(x.HeartbeatSeconds, y.HeartbeatSeconds)
	case *asl.Parallel:
		return sameRetry(x.Retry, b.(*asl.Parallel).Retry)
	case *asl.Map:
		return sameRetry(x.Retry, b.(*asl.Map).Retry)
	case *asl.Wait:
		return value.Equal(x.Seconds, b.(*asl.Wait).Seconds)
	case *asl.Pass, *asl.Choice, *asl.Succeed, *asl.Fail:
		return true
	default:
		panic(fmt.Sprintf("flow: unknown state %T", a))
	}
}

func sameRetry(a, b []asl.Retrier) bool {
	return slices.EqualFunc(a, b, func(x, y asl.Retrier) bool {
		return slices.Equal(x.ErrorEquals, y.ErrorEquals) && samePtr(x.IntervalSeconds, y.IntervalSeconds) && samePtr(x.MaxAttempts, y.MaxAttempts) &&
			samePtr(x.BackoffRate, y.BackoffRate) && samePtr(x.MaxDelaySeconds, y.MaxDelaySeconds) && x.JitterStrategy == y.JitterStrategy
	})
}

func samePtr[T comparable](a, b *T) bool {
	return a == b || a != nil && b != nil && *a == *b
}

func (c *comparison) mapping(a, b *mapping) bool {
	if a == nil || b == nil {
		return a == b
	}
	return (a.index == nil) == (b.index == nil) && a.distributed == b.distributed && a.express == b.express && samePtr(a.label, b.label) &&
		a.resource == b.resource && a.batched == b.batched && slices.EqualFunc(a.nodes(), b.nodes(), c.node)
}
