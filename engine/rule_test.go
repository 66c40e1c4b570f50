package engine

import (
	"testing"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/value"
)

func TestComparisons(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		operator, a, b string
		want           bool
	}{
		{"StringEquals", `"a"`, `"a"`, true},
		{"StringEquals", `1`, `"1"`, false},
		{"StringLessThan", `"a"`, `"b"`, true},
		{"StringLessThan", `"a"`, `"a"`, false},
		{"StringLessThanEquals", `"a"`, `"ab"`, true},
		{"StringGreaterThan", `"\uffee"`, `"😀"`, true}, // UTF-16 code units: the surrogates are smaller
		{"StringGreaterThanEquals", `"b"`, `"a"`, true},
		{"NumericEquals", `0`, `0.0`, true},
		{"NumericEquals", `10000000000000000000001`, `10000000000000000000002`, false},
		{"NumericEquals", `null`, `null`, false},
		{"NumericGreaterThan", `1e2`, `99.9`, true},
		{"NumericLessThanEquals", `2`, `"3"`, false},
		{"BooleanEquals", `true`, `true`, true},
		{"BooleanEquals", `true`, `false`, false},
		{"BooleanEquals", `false`, `null`, false},
		{"TimestampEquals", `"2026-01-01T00:00:00Z"`, `"2026-01-01T01:00:00.000+01:00"`, true},
		{"TimestampLessThan", `"2026-01-01T00:00:00Z"`, `"2026-01-01T00:00:00.000000001Z"`, true},
		{"TimestampGreaterThan", `"2026-01-01"`, `"2025-01-01T00:00:00Z"`, false},
		{"StringMatches", `"log-2026.txt"`, `"log-*.txt"`, true},
		{"StringMatches", `"log-.txt"`, `"log-*.txt"`, true},
		{"StringMatches", `"log.txt"`, `"log-*.txt"`, false},
		{"StringMatches", `"a*c"`, `"a\\*c"`, true},
		{"StringMatches", `"abc"`, `"a\\*c"`, false},
		{"StringMatches", `"xaybz"`, `"*a*b*"`, true},
		{"StringMatches", `"aba"`, `"ab*ba"`, false},
		{"StringMatches", `"ab"`, `"a"`, false},
		{"StringMatches", `"a\\b"`, `"a\\\\b"`, true},
	} {
		if got := comparisons(c.operator)(value.MustParse(c.a), value.MustParse(c.b)); got != c.want {
			t.Errorf("%s(%s, %s) = %v, want %v", c.operator, c.a, c.b, got, c.want)
		}
	}
	for _, op := range []string{"BooleanLessThan", "NumericMatches", "Sort", ""} {
		if comparisons(op) != nil {
			t.Errorf("%q compares", op)
		}
	}
}

// TestRules asks whole rules about {"a":1,"s":"x","t":"2026-01-01T00:00:00Z","n":null,"b":2}.
func TestRules(t *testing.T) {
	t.Parallel()
	in := value.MustParse(`{"a":1,"s":"x","t":"2026-01-01T00:00:00Z","n":null,"b":2,"f":false}`)
	for rule, want := range map[string]bool{
		`{"Variable":"$.a","NumericLessThanPath":"$.b","Next":"T"}`:                                                true,
		`{"Variable":"$.s","StringEqualsPath":"$.a","Next":"T"}`:                                                   false,
		`{"Variable":"$.n","IsNull":true,"Next":"T"}`:                                                              true,
		`{"Variable":"$.n","IsPresent":true,"Next":"T"}`:                                                           true,
		`{"Variable":"$.gone","IsPresent":false,"Next":"T"}`:                                                       true,
		`{"Variable":"$.s","IsString":false,"Next":"T"}`:                                                           false,
		`{"Variable":"$.a","IsNumeric":true,"Next":"T"}`:                                                           true,
		`{"Variable":"$.f","IsBoolean":true,"Next":"T"}`:                                                           true,
		`{"Variable":"$.t","IsTimestamp":true,"Next":"T"}`:                                                         true,
		`{"Variable":"$.s","IsTimestamp":true,"Next":"T"}`:                                                         false,
		`{"Not":{"Variable":"$.a","NumericEquals":1},"Next":"T"}`:                                                  false,
		`{"And":[{"Variable":"$.gone","IsPresent":true},{"Variable":"$.gone","NumericEquals":1}],"Next":"T"}`:      false,
		`{"Or":[{"Variable":"$.a","NumericEquals":1},{"Variable":"$.gone","NumericEquals":1}],"Next":"T"}`:         true,
		`{"And":{"Variable":"$.a","NumericEquals":1},"Next":"T"}`:                                                  true,
		`{"Or":[{"Variable":"$.a","NumericEquals":2},{"Not":{"Variable":"$.s","StringMatches":"y*"}}],"Next":"T"}`: true,
		`{"Variable":"$$.Execution.Name","StringEquals":"e1","Next":"T"}`:                                          true,
		`{"Variable":"$v.x","BooleanEquals":true,"Next":"T"}`:                                                      true,
	} {
		m, diags := asl.Parse([]byte(`{"StartAt":"C","States":{"C":{"Type":"Choice","Choices":[` + rule + `]},"T":{"Type":"Succeed"}}}`))
		if diags.HasErrors() {
			t.Fatal(diags.Err())
		}
		p, diags := NewPlan(m, Options{})
		if p == nil {
			t.Fatal(diags.Err())
		}
		x := &step{plan: p, s: p.Start(Start{Name: "e1"}).state}
		th := &thread{State: "C", Input: in, Vars: value.MustParse(`{"v":{"x":true}}`)}
		c := p.nodes["C"].do.(*choice)
		got, f := c.rules[0].holds(x, th, c)
		if f != nil || got != want {
			t.Errorf("%s = %v, %v, want %v", rule, got, f, want)
		}
	}
}

func TestParseTimestamp(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"2026-11-22T10:30:00Z": true, "2026-11-22T10:30:00.123456789Z": true, "2026-11-22T10:30:00+05:30": true,
		"2026-11-22 10:30:00Z": false, "2026-11-22T10:30:00": false, "2026-11-22t10:30:00Z": false, "2026-11-22T10:30:00z": false,
		"2026-13-22T10:30:00Z": false, "2026-11-22T25:30:00Z": false, "2026-11-22T10:30:00,5Z": false, "2026-11-22T10:30Z": false, "": false,
	} {
		if _, ok := parseTimestamp(s); ok != want {
			t.Errorf("%q: got %v, want %v", s, ok, want)
		}
	}
}
