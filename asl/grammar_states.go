package asl

import (
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/value"
)

// head are the fields that stand first in every state.
func head[T any, S interface {
	*T
	State
}]() []field[T] {
	common := func(x *T) *Common { return S(x).common() }
	return []field[T]{
		{
			name: "Type",
			get:  func(x *T) value.Value { return value.String(string(S(x).kind())) },
			set:  func(*decoder, int32, *T) {}, // decoder.kind has read it
		},
		optional("Comment", func(x *T) **string { return &common(x).Comment }),
		text("QueryLanguage", func(x *T) *string { return (*string)(&common(x).QueryLanguage) }, string(JSONPath), string(JSONata)),
	}
}

func inputPath[T any](at func(*T) *Paths) field[T] {
	return val("InputPath", aPath, func(x *T) *value.Value { return &at(x).InputPath }).in(JSONPath).is(evalPath)
}

func outputPath[T any](at func(*T) *Paths) field[T] {
	return val("OutputPath", aPath, func(x *T) *value.Value { return &at(x).OutputPath }).in(JSONPath).is(evalPath)
}

func resultPath[T any](at func(*T) *value.Value) field[T] {
	return val("ResultPath", aPath, at).in(JSONPath).is(evalPath)
}

func results[T any](at func(*T) *Results) []field[T] {
	return []field[T]{
		template("ResultSelector", anObject, func(x *T) *value.Value { return &at(x).ResultSelector }).in(JSONPath),
		resultPath(func(x *T) *value.Value { return &at(x).ResultPath }),
	}
}

func assign[T any](at func(*T) *value.Value) field[T] { return template("Assign", anObject, at) }

func output[T any](at func(*T) *value.Value) field[T] {
	return template("Output", anything, at).in(JSONata)
}

func parameters[T any](at func(*T) *value.Value) field[T] {
	return template("Parameters", anObject, at).in(JSONPath)
}

func arguments[T any](at func(*T) *value.Value) field[T] {
	return template("Arguments", anArgument, at).in(JSONata)
}

func transition[T any](at func(*T) *Transition) []field[T] {
	return []field[T]{
		text("Next", func(x *T) *string { return &at(x).Next }),
		flag("End", func(x *T) **bool { return &at(x).End }),
	}
}

func failures[T any](at func(*T) *Errors) []field[T] {
	retrier := newTable("a retrier", []field[Retrier]{
		optional("Comment", func(r *Retrier) **string { return &r.Comment }),
		strs("ErrorEquals", func(r *Retrier) *[]string { return &r.ErrorEquals }).must(),
		whole("IntervalSeconds", func(r *Retrier) **int { return &r.IntervalSeconds }),
		whole("MaxAttempts", func(r *Retrier) **int { return &r.MaxAttempts }),
		number("BackoffRate", func(r *Retrier) **float64 { return &r.BackoffRate }),
		whole("MaxDelaySeconds", func(r *Retrier) **int { return &r.MaxDelaySeconds }),
		text("JitterStrategy", func(r *Retrier) *string { return &r.JitterStrategy }, "FULL", "NONE"),
	})
	catcher := newTable("a catcher", []field[Catcher]{
		optional("Comment", func(c *Catcher) **string { return &c.Comment }),
		strs("ErrorEquals", func(c *Catcher) *[]string { return &c.ErrorEquals }).must(),
		resultPath(func(c *Catcher) *value.Value { return &c.ResultPath }),
		assign(func(c *Catcher) *value.Value { return &c.Assign }),
		output(func(c *Catcher) *value.Value { return &c.Output }),
		text("Next", func(c *Catcher) *string { return &c.Next }).must(),
	})
	return []field[T]{
		several("Retry", retrier, func(x *T) *[]Retrier { return &at(x).Retry }, func(r *Retrier, d *decoder, n int32) { r.Pos = d.place(n) }),
		several("Catch", catcher, func(x *T) *[]Catcher { return &at(x).Catch }, func(c *Catcher, d *decoder, n int32) { c.Pos = d.place(n) }),
	}
}

func (d *decoder) place(n int32) diag.Position { return d.position(d.nodes[n].off) }

func taskTable() *table[Task] {
	credentials := newTable("Credentials", []field[struct{}]{
		setting("RoleArn", aString),
		setting("RoleArn.$", aString).in(JSONPath),
	}).exactlyOne("RoleArn", "RoleArn.$")
	paths := func(t *Task) *Paths { return &t.Paths }
	return newTable("a Task", head[Task](), []field[Task]{
		text("Resource", func(t *Task) *string { return &t.Resource }).must(),
		config("Credentials", credentials, func(t *Task) *value.Value { return &t.Credentials }),
		inputPath(paths),
		parameters(func(t *Task) *value.Value { return &t.Parameters }),
		arguments(func(t *Task) *value.Value { return &t.Arguments }),
		formula("TimeoutSeconds", aCount, func(t *Task) *value.Value { return &t.TimeoutSeconds }),
		path("TimeoutSecondsPath", func(t *Task) **string { return &t.TimeoutSecondsPath }),
		formula("HeartbeatSeconds", aCount, func(t *Task) *value.Value { return &t.HeartbeatSeconds }),
		path("HeartbeatSecondsPath", func(t *Task) **string { return &t.HeartbeatSecondsPath }),
	}, failures(func(t *Task) *Errors { return &t.Errors }), results(func(t *Task) *Results { return &t.Results }), []field[Task]{
		outputPath(paths),
		assign(func(t *Task) *value.Value { return &t.Assign }),
		output(func(t *Task) *value.Value { return &t.Output }),
	}, transition(func(t *Task) *Transition { return &t.Transition })).
		atMostOne("TimeoutSeconds", "TimeoutSecondsPath").
		atMostOne("HeartbeatSeconds", "HeartbeatSecondsPath")
}

func parallelTable(g *grammar) *table[Parallel] {
	paths := func(p *Parallel) *Paths { return &p.Paths }
	return newTable("a Parallel", head[Parallel](), []field[Parallel]{
		inputPath(paths),
		parameters(func(p *Parallel) *value.Value { return &p.Parameters }),
		arguments(func(p *Parallel) *value.Value { return &p.Arguments }),
		branches(g),
	}, failures(func(p *Parallel) *Errors { return &p.Errors }), results(func(p *Parallel) *Results { return &p.Results }), []field[Parallel]{
		outputPath(paths),
		assign(func(p *Parallel) *value.Value { return &p.Assign }),
		output(func(p *Parallel) *value.Value { return &p.Output }),
	}, transition(func(p *Parallel) *Transition { return &p.Transition }))
}

func branches(g *grammar) field[Parallel] {
	return field[Parallel]{
		name: "Branches", required: true,
		get: func(p *Parallel) value.Value {
			items := make([]value.Value, len(p.Branches))
			for i, b := range p.Branches {
				items[i] = g.branch.value(b)
			}
			return value.Array(items...)
		},
		set: func(d *decoder, n int32, p *Parallel) {
			if !d.list1(n, "an array of branches") {
				return
			}
			d.items(n, func(_ int, item int32) {
				b := &Branch{Pos: d.place(item)}
				if d.branch(func() bool { return g.branch.decode(d, item, b) }) {
					p.Branches = append(p.Branches, b)
				}
			})
		},
	}
}

func mapTable(g *grammar) *table[Map] {
	paths := func(m *Map) *Paths { return &m.Paths }
	return newTable("a Map", head[Map](), []field[Map]{
		inputPath(paths),
		path("ItemsPath", func(m *Map) **string { return &m.ItemsPath }),
		template("Items", aList, func(m *Map) *value.Value { return &m.Items }),
		nested("ItemReader", readerTable(), func(m *Map) **ItemReader { return &m.ItemReader }),
		parameters(func(m *Map) *value.Value { return &m.Parameters }),
		template("ItemSelector", aSelector, func(m *Map) *value.Value { return &m.ItemSelector }),
		nested("ItemBatcher", batcherTable(), func(m *Map) **ItemBatcher { return &m.ItemBatcher }),
		formula("MaxConcurrency", aCount, func(m *Map) *value.Value { return &m.MaxConcurrency }),
		path("MaxConcurrencyPath", func(m *Map) **string { return &m.MaxConcurrencyPath }),
		formula("ToleratedFailureCount", aCount, func(m *Map) *value.Value { return &m.ToleratedFailureCount }),
		path("ToleratedFailureCountPath", func(m *Map) **string { return &m.ToleratedFailureCountPath }),
		formula("ToleratedFailurePercentage", aNumber, func(m *Map) *value.Value { return &m.ToleratedFailurePercentage }),
		path("ToleratedFailurePercentagePath", func(m *Map) **string { return &m.ToleratedFailurePercentagePath }),
		optional("Label", func(m *Map) **string { return &m.Label }),
		processor(g, "ItemProcessor", func(m *Map) **ItemProcessor { return &m.ItemProcessor }),
		processor(g, "Iterator", func(m *Map) **ItemProcessor { return &m.Iterator }),
		nested("ResultWriter", writerTable(), func(m *Map) **ResultWriter { return &m.ResultWriter }),
	}, failures(func(m *Map) *Errors { return &m.Errors }), results(func(m *Map) *Results { return &m.Results }), []field[Map]{
		outputPath(paths),
		assign(func(m *Map) *value.Value { return &m.Assign }),
		output(func(m *Map) *value.Value { return &m.Output }),
	}, transition(func(m *Map) *Transition { return &m.Transition })).
		exactlyOne("ItemProcessor", "Iterator").
		atMostOne("Items", "ItemReader").
		atMostOne("ItemSelector", "Parameters").
		atMostOne("MaxConcurrency", "MaxConcurrencyPath").
		atMostOne("ToleratedFailureCount", "ToleratedFailureCountPath").
		atMostOne("ToleratedFailurePercentage", "ToleratedFailurePercentagePath")
}

func processor(g *grammar, name string, at func(*Map) **ItemProcessor) field[Map] {
	return field[Map]{
		name: name,
		get: func(m *Map) value.Value {
			if p := *at(m); p != nil {
				return g.processor.value(p)
			}
			return value.Value{}
		},
		set: func(d *decoder, n int32, m *Map) {
			p := &ItemProcessor{Branch: Branch{Pos: d.place(n)}}
			if d.branch(func() bool { return g.processor.decode(d, n, p) }) {
				*at(m) = p
			}
		},
	}
}

func passTable() *table[Pass] {
	paths := func(p *Pass) *Paths { return &p.Paths }
	return newTable("a Pass", head[Pass](), []field[Pass]{
		inputPath(paths),
		parameters(func(p *Pass) *value.Value { return &p.Parameters }),
		val("Result", anything, func(p *Pass) *value.Value { return &p.Result }).in(JSONPath),
		resultPath(func(p *Pass) *value.Value { return &p.ResultPath }),
		outputPath(paths),
		assign(func(p *Pass) *value.Value { return &p.Assign }),
		output(func(p *Pass) *value.Value { return &p.Output }),
	}, transition(func(p *Pass) *Transition { return &p.Transition }))
}

func waitTable() *table[Wait] {
	paths := func(w *Wait) *Paths { return &w.Paths }
	return newTable("a Wait", head[Wait](), []field[Wait]{
		inputPath(paths),
		formula("Seconds", aCount, func(w *Wait) *value.Value { return &w.Seconds }),
		path("SecondsPath", func(w *Wait) **string { return &w.SecondsPath }),
		formula("Timestamp", aTimestamp, func(w *Wait) *value.Value { return &w.Timestamp }),
		path("TimestampPath", func(w *Wait) **string { return &w.TimestampPath }),
		outputPath(paths),
		assign(func(w *Wait) *value.Value { return &w.Assign }),
		output(func(w *Wait) *value.Value { return &w.Output }),
	}, transition(func(w *Wait) *Transition { return &w.Transition })).
		exactlyOne("Seconds", "SecondsPath", "Timestamp", "TimestampPath")
}

func succeedTable() *table[Succeed] {
	paths := func(s *Succeed) *Paths { return &s.Paths }
	return newTable("a Succeed", head[Succeed](), []field[Succeed]{
		inputPath(paths),
		outputPath(paths),
		output(func(s *Succeed) *value.Value { return &s.Output }),
	})
}

func failTable() *table[Fail] {
	return newTable("a Fail", head[Fail](), []field[Fail]{
		formula("Error", aString, func(f *Fail) *value.Value { return &f.Error }),
		path("ErrorPath", func(f *Fail) **string { return &f.ErrorPath }),
		formula("Cause", aString, func(f *Fail) *value.Value { return &f.Cause }),
		path("CausePath", func(f *Fail) **string { return &f.CausePath }),
	}).atMostOne("Error", "ErrorPath").atMostOne("Cause", "CausePath")
}
