package asl

import (
	"fmt"

	"github.com/stepwright/stepwright/value"
)

// A grammar is the tables of all objects of the language. It is made in one piece, because states hold branches
// and branches hold states.
type grammar struct {
	machine   *table[Machine]
	branch    *table[Branch]
	processor *table[ItemProcessor]
	task      *table[Task]
	parallel  *table[Parallel]
	mapState  *table[Map]
	pass      *table[Pass]
	wait      *table[Wait]
	choice    *table[Choice]
	succeed   *table[Succeed]
	fail      *table[Fail]
	rule      *table[Rule]
	inner     *table[Rule] // rules inside And, Or and Not
}

var language = newGrammar()

func newGrammar() *grammar {
	g := &grammar{}
	g.rule, g.inner = ruleTable(g), innerTable(g)
	g.branch = newTable("a branch", []field[Branch]{optional("Comment", func(b *Branch) **string { return &b.Comment })},
		branchFields(g, func(b *Branch) *Branch { return b }))
	g.processor = newTable("an item processor", processorFields(), branchFields(g, func(p *ItemProcessor) *Branch { return &p.Branch }))
	g.machine = newTable("a state machine", machineFields(), branchFields(g, func(m *Machine) *Branch { return &m.Branch }))
	g.task, g.pass, g.wait, g.succeed, g.fail = taskTable(), passTable(), waitTable(), succeedTable(), failTable()
	g.parallel, g.mapState, g.choice = parallelTable(g), mapTable(g), choiceTable(g)
	return g
}

// value is state s with its fields in order.
func (g *grammar) value(s State) value.Value {
	switch s := s.(type) {
	case *Task:
		return g.task.value(s)
	case *Parallel:
		return g.parallel.value(s)
	case *Map:
		return g.mapState.value(s)
	case *Pass:
		return g.pass.value(s)
	case *Wait:
		return g.wait.value(s)
	case *Choice:
		return g.choice.value(s)
	case *Succeed:
		return g.succeed.value(s)
	case *Fail:
		return g.fail.value(s)
	default:
		panic(fmt.Sprintf("asl: unknown state %T", s))
	}
}

// decode reads object n as a state of the given kind.
func (g *grammar) decode(d *decoder, n int32, kind Kind) State {
	switch kind {
	case KindTask:
		return decodeState(g.task, d, n, new(Task))
	case KindParallel:
		return decodeState(g.parallel, d, n, new(Parallel))
	case KindMap:
		return decodeState(g.mapState, d, n, new(Map))
	case KindPass:
		return decodeState(g.pass, d, n, new(Pass))
	case KindWait:
		return decodeState(g.wait, d, n, new(Wait))
	case KindChoice:
		return decodeState(g.choice, d, n, new(Choice))
	case KindSucceed:
		return decodeState(g.succeed, d, n, new(Succeed))
	case KindFail:
		return decodeState(g.fail, d, n, new(Fail))
	default:
		panic(fmt.Sprintf("asl: unknown kind %q", kind))
	}
}

func decodeState[T any, S interface {
	*T
	State
}](t *table[T], d *decoder, n int32, s S) State {
	t.decode(d, n, (*T)(s))
	return s
}

// has tells whether states of the given kind can have the field called name.
func (g *grammar) has(kind Kind, name string) bool {
	var ok bool
	switch kind {
	case KindTask:
		_, ok = g.task.index[name]
	case KindParallel:
		_, ok = g.parallel.index[name]
	case KindMap:
		_, ok = g.mapState.index[name]
	case KindPass:
		_, ok = g.pass.index[name]
	case KindWait:
		_, ok = g.wait.index[name]
	case KindChoice:
		_, ok = g.choice.index[name]
	case KindSucceed:
		_, ok = g.succeed.index[name]
	case KindFail:
		_, ok = g.fail.index[name]
	default:
		panic(fmt.Sprintf("asl: unknown kind %q", kind))
	}
	return ok
}

// templates calls yield with what state s evaluates in language l.
func (g *grammar) templates(s State, l QueryLanguage, yield visitor) {
	switch s := s.(type) {
	case *Task:
		g.task.templates(s, l, yield)
	case *Parallel:
		g.parallel.templates(s, l, yield)
	case *Map:
		g.mapState.templates(s, l, yield)
	case *Pass:
		g.pass.templates(s, l, yield)
	case *Wait:
		g.wait.templates(s, l, yield)
	case *Choice:
		g.choice.templates(s, l, yield)
	case *Succeed:
		g.succeed.templates(s, l, yield)
	case *Fail:
		g.fail.templates(s, l, yield)
	default:
		panic(fmt.Sprintf("asl: unknown state %T", s))
	}
}

// kindsWith are the kinds of states that can have the field called name.
func (d *decoder) kindsWith(name string) []string {
	var with []string
	for _, k := range Kinds() {
		if d.g.has(k, name) {
			with = append(with, string(k))
		}
	}
	return with
}

// template is a field whose value is evaluated.
func template[T any](name string, e expectation, at func(*T) *value.Value) field[T] {
	return val(name, e, at).is(evalTemplate)
}

// formula is a field that holds a plain value, in JSONata also an expression.
func formula[T any](name string, e expectation, at func(*T) *value.Value) field[T] {
	return val(name, e, at).is(evalFormula)
}

func machineFields() []field[Machine] {
	return []field[Machine]{
		optional("Comment", func(m *Machine) **string { return &m.Comment }),
		optional("Version", func(m *Machine) **string { return &m.Version }, "1.0"),
		text("QueryLanguage", func(m *Machine) *string { return (*string)(&m.QueryLanguage) }, string(JSONPath), string(JSONata)),
		val("TimeoutSeconds", aCount, func(m *Machine) *value.Value { return &m.TimeoutSeconds }),
	}
}

func processorFields() []field[ItemProcessor] {
	t := newTable("a processor's configuration", []field[ProcessorConfig]{
		text("Mode", func(c *ProcessorConfig) *string { return &c.Mode }, "INLINE", "DISTRIBUTED"),
		text("ExecutionType", func(c *ProcessorConfig) *string { return &c.ExecutionType }, "STANDARD", "EXPRESS"),
	})
	return []field[ItemProcessor]{
		optional("Comment", func(p *ItemProcessor) **string { return &p.Comment }),
		nested("ProcessorConfig", t, func(p *ItemProcessor) **ProcessorConfig { return &p.ProcessorConfig }),
	}
}

func branchFields[T any](g *grammar, at func(*T) *Branch) []field[T] {
	return []field[T]{
		text("StartAt", func(x *T) *string { return &at(x).StartAt }).must(),
		{
			name: "States", required: true,
			get: func(x *T) value.Value {
				var b value.Builder
				for name, s := range at(x).States.All() {
					b.Set(name, g.value(s))
				}
				return b.Object()
			},
			set: func(d *decoder, n int32, x *T) { d.states(n, &at(x).States) },
		},
	}
}
