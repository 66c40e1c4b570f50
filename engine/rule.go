package engine

import (
	"fmt"
	"strings"
	"unicode/utf16"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/jsonpath"
	"github.com/stepwright/stepwright/value"
)

// A test is the condition of a JSONPath rule, asked about the state's filtered input.
type test func(x *step, t *thread, in value.Value) (bool, *fault)

// test plans a rule's condition: And, Or, Not, or a Variable with an operator.
func (p *planner) test(at diag.Pointer, r *asl.Rule) test {
	switch {
	case r.And != nil:
		return all(p.tests(at.Child("And"), r.And), true)
	case r.Or != nil:
		return all(p.tests(at.Child("Or"), r.Or), false)
	case r.Not != nil:
		inner := p.test(at.Child("Not"), r.Not)
		return func(x *step, t *thread, in value.Value) (bool, *fault) {
			ok, f := inner(x, t, in)
			return !ok, f
		}
	case r.Variable == nil || r.Operator == "":
		p.fail(at, CodeBadField, "the rule tests nothing", "give it a Variable and an operator, or And, Or or Not")
		return nil
	}
	return p.comparison(at, r)
}

func (p *planner) tests(at diag.Pointer, rs *asl.Rules) []test {
	out := make([]test, 0, len(rs.List))
	for i, r := range rs.List {
		inner := at
		if !rs.Single {
			inner = at.Index(i)
		}
		out = append(out, p.test(inner, r))
	}
	return out
}

// all asks one test after the other until one is not as wanted: And wants true, Or wants false.
func all(tests []test, want bool) test {
	return func(x *step, t *thread, in value.Value) (bool, *fault) {
		for _, one := range tests {
			if ok, f := one(x, t, in); f != nil || ok != want {
				return ok, f
			}
		}
		return want, nil
	}
}

func (p *planner) comparison(at diag.Pointer, r *asl.Rule) test {
	variable := p.path(at.Child("Variable"), *r.Variable)
	if strings.HasPrefix(r.Operator, "Is") {
		return typeTest(r.Operator, variable, r.Operand.Bool())
	}
	name, byPath := strings.CutSuffix(r.Operator, "Path")
	compare := comparisons(name)
	if compare == nil {
		p.fail(at.Child(r.Operator), CodeBadField, fmt.Sprintf("unknown operator %q", r.Operator), "")
		return nil
	}
	operand := p.value(r.Operand)
	var path *jsonpath.Path
	if byPath {
		path = p.path(at.Child(r.Operator), r.Operand.Str())
	}
	return func(x *step, t *thread, in value.Value) (bool, *fault) {
		v, f := x.must(t, variable, in)
		if f != nil {
			return false, f
		}
		other := operand
		if path != nil {
			if other, f = x.must(t, path, in); f != nil {
				return false, f
			}
		}
		return compare(v, other), nil
	}
}

// must is what a rule's path names; a missing one ends the execution.
func (x *step) must(t *thread, p *jsonpath.Path, in value.Value) (value.Value, *fault) {
	v := p.Find(x.paths(t, in))
	if !v.Exists() {
		return v, t.runtime("Invalid path '%s': The choice state's condition path references an invalid value.", p)
	}
	return v, nil
}

func typeTest(operator string, variable *jsonpath.Path, want bool) test {
	is := map[string]func(value.Value) bool{
		"IsNull":      value.Value.IsNull,
		"IsPresent":   value.Value.Exists,
		"IsString":    value.Value.IsString,
		"IsNumeric":   value.Value.IsNumber,
		"IsBoolean":   value.Value.IsBool,
		"IsTimestamp": isTimestamp,
	}[operator]
	return func(x *step, t *thread, in value.Value) (bool, *fault) {
		if operator == "IsPresent" {
			return variable.Find(x.paths(t, in)).Exists() == want, nil
		}
		v, f := x.must(t, variable, in)
		return f == nil && is(v) == want, f
	}
}

func isTimestamp(v value.Value) bool {
	_, ok := parseTimestamp(v.Str())
	return ok
}

// comparisons gives what an operator does; a value of another type than the operator's is never right.
func comparisons(operator string) func(a, b value.Value) bool {
	if operator == "StringMatches" {
		return func(a, b value.Value) bool { return a.IsString() && b.IsString() && matches(a.Str(), b.Str()) }
	}
	for prefix, order := range map[string]func(a, b value.Value) (int, bool){
		"String": compareStrings, "Numeric": compareNumbers, "Boolean": compareBooleans, "Timestamp": compareTimestamps,
	} {
		how, ok := strings.CutPrefix(operator, prefix)
		if !ok {
			continue
		}
		holds := map[string]func(int) bool{
			"Equals":            func(c int) bool { return c == 0 },
			"LessThan":          func(c int) bool { return c < 0 },
			"GreaterThan":       func(c int) bool { return c > 0 },
			"LessThanEquals":    func(c int) bool { return c <= 0 },
			"GreaterThanEquals": func(c int) bool { return c >= 0 },
		}[how]
		if holds == nil || prefix == "Boolean" && how != "Equals" {
			return nil
		}
		return func(a, b value.Value) bool {
			c, ok := order(a, b)
			return ok && holds(c)
		}
	}
	return nil
}

// compareStrings orders by UTF-16 code units, as the service does.
func compareStrings(a, b value.Value) (int, bool) {
	if !a.IsString() || !b.IsString() {
		return 0, false
	}
	if a.Str() == b.Str() {
		return 0, true
	}
	ua, ub := utf16.Encode([]rune(a.Str())), utf16.Encode([]rune(b.Str()))
	for i := 0; i < len(ua) && i < len(ub); i++ {
		if ua[i] != ub[i] {
			return int(ua[i]) - int(ub[i]), true
		}
	}
	return len(ua) - len(ub), true
}

func compareNumbers(a, b value.Value) (int, bool) {
	return value.CompareNumbers(a, b), a.IsNumber() && b.IsNumber()
}

func compareBooleans(a, b value.Value) (int, bool) {
	if a.Bool() != b.Bool() {
		return 1, a.IsBool() && b.IsBool()
	}
	return 0, a.IsBool() && b.IsBool()
}

func compareTimestamps(a, b value.Value) (int, bool) {
	ta, okA := parseTimestamp(a.Str())
	tb, okB := parseTimestamp(b.Str())
	return ta.Compare(tb), okA && okB
}

// matches tells whether s fits a pattern in which * stands for any characters and \ takes the next one as it is.
func matches(s, pattern string) bool {
	var pieces []string
	var piece strings.Builder
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '*':
			pieces = append(pieces, piece.String())
			piece.Reset()
		case c == '\\' && i+1 < len(pattern):
			i++
			piece.WriteByte(pattern[i])
		default:
			piece.WriteByte(c)
		}
	}
	last := piece.String()
	if len(pieces) == 0 {
		return s == last
	}
	s, ok := strings.CutPrefix(s, pieces[0])
	if !ok {
		return false
	}
	for _, p := range pieces[1:] {
		i := strings.Index(s, p)
		if i < 0 {
			return false
		}
		s = s[i+len(p):]
	}
	return strings.HasSuffix(s, last)
}
