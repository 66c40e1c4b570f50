package jsonata_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stepwright/stepwright/jsonata"
	"github.com/stepwright/stepwright/value"
)

// variables are what the cases below read.
var variables = map[string]value.Value{
	"states": value.MustParse(`{"input":{"a":{"b":[{"c":1.0},{"c":[2,3]},{"d":4}]},"n":12345678901234567890.10,"e":[],"one":[7],
		"nested":[[1],[2,[3]]],"a b":{"x-y":true},"nil":null,"z":{"b":1,"a":2}},"context":{"Execution":{"Input":{"photo":{"id":"p1"}}}}}`),
	"rows": value.MustParse(`[{"v":1,"w":[{"x":1},{"x":2}]},{"v":2,"w":{"x":3}}]`),
	"big":  value.MustParse(`9007199254740993`),
}

func evaluate(t *testing.T, src string) (value.Value, error) {
	t.Helper()
	e, err := jsonata.Compile(src, jsonata.StepFunctions)
	if err != nil {
		return value.Value{}, err
	}
	seed := uint64(0)
	return e.Evaluate(t.Context(), jsonata.Env{
		Var:    func(name string) value.Value { return variables[name] },
		Random: func() uint64 { seed += 0x9e3779b97f4a7c15; return seed },
		Now:    time.Date(2026, 11, 22, 10, 30, 0, 250e6, time.UTC),
	})
}

func TestEvaluate(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		// plain paths keep literals and follow JSONata's rules for sequences
		"$states.input.n":                          "12345678901234567890.10",
		"$big":                                     "9007199254740993",
		" $states.input.a.b.c ":                    "[1.0,2,3]",
		"$states.input.a.b[0].c":                   "1.0",
		"$states.input.a.b[-1].d":                  "4",
		"$states.input.a.b[1].c[1]":                "3",
		"$states.input.a.b.c[0]":                   "[1.0,2]",
		"$states.input.`a b`.`x-y`":                "true",
		"$states.input.nil":                        "null",
		"$states.input.one":                        "[7]",
		"$states.input.one[0]":                     "7",
		"$states.input.nested[1]":                  "[2,[3]]",
		"$states.input.e":                          "[]",
		"$rows.v":                                  "[1,2]",
		"$rows[1].v":                               "2",
		"$rows.w.x":                                "[1,2,3]",
		"$rows.w[0].x":                             "[1,3]",
		"$states.context.Execution.Input.photo.id": `"p1"`,
		// constants
		"9007199254740993": "9007199254740993",
		"-5":               "-5",
		"'it''s'":          "", // two strings side by side: a syntax error, see below
		`"plain"`:          `"plain"`,
		"null":             "null",
		"1.50":             "1.5",
		// the rest
		"$big + 1":                                "9007199254740992",
		"{'k': $big, 'gone': $nothing}":           `{"k":9007199254740993}`,
		"[1, $nothing, null]":                     "[1,null]",
		"$states.input.z":                         `{"b":1,"a":2}`,
		"$merge([$states.input.z,{'c':3}])":       `{"b":1,"a":2,"c":3}`,
		"$map([1,2],function($v){$v*2})":          "[2,4]",
		"$count($rows[v>1])":                      "1",
		"$rows[v=2].w":                            `{"x":3}`,
		"$states.input.a ~> $string":              `"{\"b\":[{\"c\":1},{\"c\":[2,3]},{\"d\":4}]}"`,
		"$contains('a/b', /a\\/b/)":               "true",
		"$keys($states.input.z)":                  `["b","a"]`,
		"$states.input . z.b + $states.input.z.a": "3",
		"$rows.w.(x & '')":                        `["1","2","3"]`,
		"$rows.w.%.v":                             "[1,1,2]",
		"$rows@$r.{'r':$r.v}":                     `[{"r":1},{"r":2}]`,
		"[$states.input.one[0]..8]":               "[7,8]",
		"7 % 4":                                   "3",
		"6 / 2 / 3":                               "1",
		"/* note */ 1 + 1":                        "2",
		// Step Functions' own
		"$partition([1,2,3,4,5], 2)":         "[[1,2],[3,4],[5]]",
		"$partition([1,2,3], 2.9)":           "[[1,2],[3]]",
		"$partition([{'b':1,'a':null}], 1)":  `[[{"b":1,"a":null}]]`,
		"$partition('x', 2)":                 `[["x"]]`,
		"$range(0, 10, 5)":                   "[0,5,10]",
		"$range(3, 0, -2)":                   "[3,1]",
		"$range(1, 0, 1)":                    "[]",
		"$hash('abc', 'SHA-1')":              `"a9993e364706816aba3e25717850c26c9cd0d89d"`,
		"$hash({'b':1,'a':2}, 'MD5')":        `"4d6cdf2743e326e6233749adcc15d0d2"`,
		"$random(7) = $random(7)":            "true",
		"$random() < 1 and $random() >= 0":   "true",
		"$uuid()":                            `"9e3779b9-7f4a-4c15-bc6e-f372fe94f82a"`,
		"$parse('{\"b\":1.0,\"a\":[null]}')": `{"b":1.0,"a":[null]}`,
		"$now()":                             `"2026-11-22T10:30:00.250Z"`,
		"$now('[Y]-[M01]')":                  `"2026-11"`,
		"$millis()":                          "1795343400250",
		"$count($shuffle([1,2,3]))":          "3",
	} {
		t.Run(src, func(t *testing.T) {
			t.Parallel()
			got, err := evaluate(t, src)
			if want == "" {
				if err == nil {
					t.Fatalf("got %s, want an error", got)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if !got.Exists() || got.String() != want {
				t.Errorf("got %s (%s), want %s", got, got.Kind(), want)
			}
		})
	}
}

func TestUndefined(t *testing.T) {
	t.Parallel()
	for _, src := range []string{
		"$nothing", "$states.input.missing", "$states.input.a.b.q", "$rows[9]", "$rows[9].v", "$big.x",
		"$states.input.e.x", "$nothing.a[0]", "bare", "$states.input.missing + 1",
	} {
		if got, err := evaluate(t, src); err != nil || got.Exists() {
			t.Errorf("%s: got %s, %v, want undefined", src, got, err)
		}
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]struct {
		code string
		pos  int
	}{
		"":                                      {"S0207", 0},
		"1 +":                                   {"S0207", 3},
		"'open":                                 {"S0101", 5},
		"$x.`open":                              {"S0105", 8},
		"/* open":                               {"S0106", 0},
		"$f(/open":                              {"S0302", 8},
		"$eval('1')":                            {"T1006", 6},
		"$flatten([1])":                         {"T1006", 9},
		"$nope()":                               {"T1006", 6},
		"1 + 'a'":                               {"T2002", 3},
		"$number('x')":                          {"D3030", 8},
		"function($x){$x}":                      {jsonata.ResultType, 9},
		"{'f': $sum}":                           {jsonata.ResultType, 1},
		"$states ~> |$|{'a':$}|":                {jsonata.Cycle, 15},
		"1 ?? 2":                                {"S0211", 4},
		"($f := function($n){$f($n+1)}; $f(1))": {jsonata.LimitSteps, 22},
		"($f := function($n){1+$f($n+1)}; $f(1))": {jsonata.LimitDepth, 36},
		"$range(1, 5000, 1)":                      {"T0410", 7},
		"$range(1, 5, 0)":                         {"T0410", 7},
		"$partition([1], 0)":                      {"T0410", 11},
		"$hash('a', 'CRC')":                       {"T0410", 6},
		"$parse('{')":                             {"D3120", 7},
		"\xff":                                    {"S0201", 0},
	} {
		_, err := evaluate(t, src)
		var e *jsonata.Error
		if !errors.As(err, &e) {
			t.Errorf("%s: got %v, want an *Error", src, err)
			continue
		}
		if e.Code != want.code || e.Position != want.pos {
			t.Errorf("%s: got %s at %d, want %s at %d (%s)", src, e.Code, e.Position, want.code, want.pos, e.Message)
		}
	}
}

func TestRandomNeedsASource(t *testing.T) {
	t.Parallel()
	e, err := jsonata.Compile("$uuid()", jsonata.StepFunctions)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Eval(t.Context(), value.Value{}, nil); err == nil {
		t.Error("got no error without a source of randomness")
	}
}
