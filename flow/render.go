package flow

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/value"
)

// branch writes the states of one scope. Those of tails come last.
func (m *machine) branch(sc *scope) *asl.Branch {
	b := &asl.Branch{}
	if sc.entry.to != nil {
		b.StartAt = sc.entry.to.name
	}
	steps := sc.steps
	if slices.ContainsFunc(steps, func(s *step) bool { return s.late > 0 }) {
		steps = slices.Clone(steps)
		slices.SortStableFunc(steps, func(a, b *step) int { return a.late - b.late })
	}
	for _, s := range steps {
		m.write(s)
		b.States.Add(s.name, s.state)
	}
	return b
}

// write completes a state with everything that was not known when it was recorded.
func (m *machine) write(s *step) {
	w := &m.w
	w.step, w.edge, w.upto, w.params = s, nil, 0, w.params[:0]
	if !m.again {
		if asl.CommonOf(s.state).Pos = m.finder.find(s.pos.pcs[:s.pos.n]); asl.CommonOf(s.state).Pos.IsZero() {
			asl.CommonOf(s.state).Pos = m.pos.find()
		}
	}
	if s.raw {
		m.writeRaw(s)
		return
	}
	switch x := s.state.(type) {
	case *asl.Task:
		x.Arguments = w.template(s.args)
		if s.timeout != nil {
			x.TimeoutSeconds = w.template(s.timeout)
		}
		if s.role != nil {
			x.Credentials = value.Object(value.M("RoleArn", w.template(s.role)))
		}
		x.Catch = m.catchers(s)
		x.Transition, x.Assign, x.Output = m.exit(s)
	case *asl.Parallel:
		for _, c := range s.children {
			x.Branches = append(x.Branches, m.branch(c))
		}
		w.step = s
		x.Catch = m.catchers(s)
		x.Transition, x.Assign, x.Output = m.exit(s)
	case *asl.Map:
		m.mapState(s, x)
		x.Catch = m.catchers(s)
		x.Transition, x.Assign, x.Output = m.exit(s)
	case *asl.Pass:
		x.Transition, x.Assign, x.Output = m.exit(s)
	case *asl.Wait:
		if s.seconds != nil {
			x.Seconds = w.template(s.seconds)
		}
		if s.stamp != nil {
			x.Timestamp = w.template(s.stamp)
		}
		x.Transition, x.Assign, x.Output = m.exit(s)
	case *asl.Choice:
		m.choice(s, x)
	case *asl.Succeed:
		if s.output != nil {
			x.Output = w.template(s.output)
		}
	case *asl.Fail:
		x.Error = w.template(s.code)
		if s.cause != nil {
			x.Cause = w.template(s.cause)
		}
	default:
		panic(fmt.Sprintf("flow: unknown state %T", x))
	}
}

// exit is the way out of a state that went well.
func (m *machine) exit(s *step) (t asl.Transition, assign, output value.Value) {
	if !s.end {
		t.Next = next(s.exit)
		return t, m.assigns(s.exit), output
	}
	t.End = new(true)
	if s.result != nil && s.result.always && (s.output == nil || s.output.kind != refNode || s.output.root != s.result) {
		assign = m.assigns(s.exit)
	}
	if s.output != nil {
		m.w.edge, m.w.upto = s.exit, len(s.exit.assigns)
		output = m.w.template(s.output)
	}
	return t, assign, output
}

func next(e *edge) string {
	if e.to == nil {
		return ""
	}
	return e.to.name
}

func (m *machine) choice(s *step, x *asl.Choice) {
	for _, e := range s.rules {
		m.w.edge, m.w.upto = nil, 0
		x.Choices = append(x.Choices, &asl.Rule{Condition: m.w.expression(e.cond), Next: next(e), Assign: m.assigns(e)})
	}
	x.Default, x.Assign = next(s.fallback), m.assigns(s.fallback)
	if len(s.rules) == 0 {
		m.report(diagnosis{step: s, code: "no-rules", message: "the Choice asks nothing", hint: "add a When, or leave it out"})
	}
}

func (m *machine) catchers(s *step) []asl.Catcher {
	var out []asl.Catcher
	for _, e := range s.catches {
		out = append(out, asl.Catcher{ErrorEquals: e.errors, Next: next(e), Assign: m.assigns(e)})
	}
	return out
}

// assigns writes the variables that an edge sets, if somebody reads them.
func (m *machine) assigns(e *edge) value.Value {
	var b value.Builder
	for i, a := range e.assigns {
		if a.to.used && !slices.ContainsFunc(e.assigns[i+1:], func(x *assign) bool { return x.to == a.to }) {
			m.w.edge, m.w.upto = e, i-a.with
			b.Set(a.to.name, m.w.template(a.source()))
		}
	}
	m.w.edge, m.w.upto = nil, 0
	if b.Len() == 0 {
		return value.Value{}
	}
	return b.Object()
}

// diagnostics are the findings, in the order of the calls they are about.
func (m *machine) diagnostics() diag.List {
	paths := map[*step]diag.Pointer{}
	m.paths(m.top, "", paths)
	slices.SortStableFunc(m.found, func(a, b finding) int { return a.seq - b.seq })
	var out diag.List
	for _, x := range m.found {
		d := diag.Diagnostic{Severity: x.severity, Code: x.code, Message: strings.TrimSuffix(x.message, "."), Hint: x.hint, Source: x.source.String()}
		if x.step != nil {
			d.State, d.Path = x.step.name, paths[x.step]
		}
		if d.Source == "" {
			d.Source = m.pos.find().String()
		}
		out = append(out, d)
	}
	return out
}

func (m *machine) paths(sc *scope, at diag.Pointer, out map[*step]diag.Pointer) {
	for _, s := range sc.steps {
		p := at.Child("States").Child(s.name)
		out[s] = p
		for i, c := range s.children {
			if s.each != nil {
				m.paths(c, p.Child("ItemProcessor"), out)
				continue
			}
			m.paths(c, p.Child("Branches").Index(i), out)
		}
	}
}
