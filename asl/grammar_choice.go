package asl

import (
	"math/bits"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/value"
)

// Operators are the comparisons of a JSONPath Choice rule, in the specification's order: "StringEquals",
// "StringEqualsPath" and so on. Those that end in "Path" take a path to what they compare with.
func Operators() []string {
	families := []struct{ family, tests string }{
		{"String", "Equals LessThan GreaterThan LessThanEquals GreaterThanEquals"},
		{"Numeric", "Equals LessThan GreaterThan LessThanEquals GreaterThanEquals"},
		{"Boolean", "Equals"},
		{"Timestamp", "Equals LessThan GreaterThan LessThanEquals GreaterThanEquals"},
	}
	var all []string
	for _, f := range families {
		for _, t := range strings.Fields(f.tests) {
			all = append(all, f.family+t, f.family+t+"Path")
		}
	}
	return append(all, "StringMatches", "IsNull", "IsPresent", "IsString", "IsNumeric", "IsBoolean", "IsTimestamp")
}

// operand says what the operand of an operator must be.
func operand(operator string) expectation {
	switch {
	case strings.HasSuffix(operator, "Path"):
		return expectation{kinds: []value.Kind{value.StringKind}, text: "a path"}
	case strings.HasPrefix(operator, "Is"), strings.HasPrefix(operator, "Boolean"):
		return expectation{kinds: []value.Kind{value.BoolKind}, text: "true or false"}
	case strings.HasPrefix(operator, "Numeric"):
		return expectation{kinds: []value.Kind{value.NumberKind}, text: "a number"}
	}
	return aString
}

func choiceTable(g *grammar) *table[Choice] {
	paths := func(c *Choice) *Paths { return &c.Paths }
	return newTable("a Choice", head[Choice](), []field[Choice]{
		inputPath(paths),
		{
			name: "Choices", required: true,
			get: func(c *Choice) value.Value { return rulesValue(g.rule, c.Choices) },
			set: func(d *decoder, n int32, c *Choice) {
				if d.list1(n, "an array of rules") {
					c.Choices = d.rules(n, g.rule)
				}
			},
			eval: evalList(func(v value.Value, e evaluation) bool { return g.rule.evaluate(v, e) }),
		},
		text("Default", func(c *Choice) *string { return &c.Default }),
		outputPath(paths),
		assign(func(c *Choice) *value.Value { return &c.Assign }),
		output(func(c *Choice) *value.Value { return &c.Output }),
	})
}

// ruleTable is a rule of a Choice.
func ruleTable(g *grammar) *table[Rule] {
	return tests(newTable("a Choice rule", ruleFields(g), []field[Rule]{
		assign(func(r *Rule) *value.Value { return &r.Assign }),
		output(func(r *Rule) *value.Value { return &r.Output }),
		text("Next", func(r *Rule) *string { return &r.Next }).must(),
	}))
}

const nestedRule = "a nested rule"

// innerTable is a rule inside And, Or or Not.
func innerTable(g *grammar) *table[Rule] {
	return tests(newTable(nestedRule, ruleFields(g)))
}

// tests makes t ask for exactly one test, with a Variable if it is a comparison.
func tests(t *table[Rule]) *table[Rule] {
	t.atMostOne(append(Operators(), "Condition", "And", "Or", "Not")...)
	for _, other := range []string{"Condition", "And", "Or", "Not"} {
		t.atMostOne("Variable", other)
	}
	comparison, variable := t.bits(Operators()), t.bits([]string{"Variable"})
	condition := t.bits([]string{"Condition"})
	composed := t.bits([]string{"And", "Or", "Not"})
	t.more = func(d *decoder, n int32, seen uint64) {
		what := ""
		switch {
		case seen&comparison != 0 && seen&variable == 0:
			what = `the field "Variable", the path of what it compares`
		case seen&variable != 0 && bits.OnesCount64(seen&(comparison|composed|condition)) == 0:
			what = `a comparison with its "Variable", such as "StringEquals" or "IsPresent"`
		case seen&(comparison|composed|condition) != 0:
			return
		case d.lang == JSONata:
			what = `the field "Condition"`
		default:
			what = `a test: "Variable" with a comparison, "And", "Or" or "Not"`
		}
		d.report(d.nodes[n].off, CodeMissingField, "every rule has exactly one test", "%s needs %s", t.what, what)
	}
	return t
}

func ruleFields(g *grammar) []field[Rule] {
	inner := func(v value.Value, e evaluation) bool { return g.inner.evaluate(v, e) }
	fields := []field[Rule]{
		optional("Comment", func(r *Rule) **string { return &r.Comment }),
		formula("Condition", aCondition, func(r *Rule) *value.Value { return &r.Condition }).in(JSONata),
		path("Variable", func(r *Rule) **string { return &r.Variable }),
	}
	for _, op := range Operators() {
		fields = append(fields, comparison(op))
	}
	return append(fields,
		composition(g, "And", func(r *Rule) **Rules { return &r.And }).is(evalList(inner)),
		composition(g, "Or", func(r *Rule) **Rules { return &r.Or }).is(evalList(inner)),
		field[Rule]{
			name: "Not", lang: JSONPath, eval: inner,
			get: func(r *Rule) value.Value {
				if r.Not == nil {
					return value.Value{}
				}
				return g.inner.value(r.Not)
			},
			set: func(d *decoder, n int32, r *Rule) { r.Not = d.rule(n, g.inner) },
		})
}

// comparison is the field of one operator. Of several operators the first stays.
func comparison(op string) field[Rule] {
	e := operand(op)
	f := field[Rule]{
		name: op, lang: JSONPath,
		get: func(r *Rule) value.Value {
			if r.Operator != op {
				return value.Value{}
			}
			return r.Operand
		},
		set: func(d *decoder, n int32, r *Rule) {
			v := d.value(n)
			d.expect(n, e)
			if r.Operator == "" {
				r.Operator, r.Operand = op, v
			}
		},
	}
	if strings.HasSuffix(op, "Path") {
		f.eval = evalPath
	}
	return f
}

// composition is And or Or: a list of rules, or one rule as the service takes it too.
func composition(g *grammar, name string, at func(*Rule) **Rules) field[Rule] {
	return field[Rule]{
		name: name, lang: JSONPath,
		get: func(r *Rule) value.Value {
			switch rs := *at(r); {
			case rs == nil:
				return value.Value{}
			case rs.Single && len(rs.List) == 1:
				return g.inner.value(rs.List[0])
			default:
				return rulesValue(g.inner, rs.List)
			}
		},
		set: func(d *decoder, n int32, r *Rule) {
			if d.nodes[n].kind == value.ObjectKind {
				if one := d.rule(n, g.inner); one != nil {
					*at(r) = &Rules{List: []*Rule{one}, Single: true}
				}
				return
			}
			if d.list1(n, "an array of rules") {
				*at(r) = &Rules{List: d.rules(n, g.inner)}
			}
		},
	}
}

func rulesValue(t *table[Rule], rules []*Rule) value.Value {
	items := make([]value.Value, len(rules))
	for i, r := range rules {
		items[i] = t.value(r)
	}
	return value.Array(items...)
}

// rules reads array n.
func (d *decoder) rules(n int32, t *table[Rule]) []*Rule {
	var all []*Rule
	d.items(n, func(_ int, item int32) { all = append(all, d.rule(item, t)) })
	return slices.DeleteFunc(all, func(r *Rule) bool { return r == nil })
}

// rule reads n as a rule; nil if it is no object.
func (d *decoder) rule(n int32, t *table[Rule]) *Rule {
	r := &Rule{Pos: d.place(n)}
	if !t.decode(d, n, r) {
		return nil
	}
	return r
}
