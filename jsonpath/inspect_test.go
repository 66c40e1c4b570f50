package jsonpath

import (
	"testing"

	"github.com/stepwright/stepwright/value"
)

func TestCalls(t *testing.T) {
	t.Parallel()
	e, err := CompileExpr(`States.Format('{} \{', States.MathAdd($.n, 1.50), States.UUID(), null)`)
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, c := range e.Calls() {
		got += c.Name + value.Array(c.Args...).String()
		for _, a := range c.Args {
			if !a.Exists() {
				got += "?"
			}
		}
		got += " "
	}
	if want := `States.Format["{} \\{",null,null,null]?? States.MathAdd[null,1.50]? States.UUID[] `; got != want {
		t.Errorf("the calls are %s; want %s", got, want)
	}
	if e, err = CompileExpr("$.a"); err != nil || e.Calls() != nil {
		t.Errorf("a path has calls, or the error %v", err)
	}
}

// What literals alone make of a call is known before it is made.
func TestProblem(t *testing.T) {
	t.Parallel()
	for call, want := range map[string]string{
		`States.Array()`:                      "",
		`States.Array($.a, 1)`:                "",
		`States.ArrayContains($.a, 1)`:        "",
		`States.ArrayContains(1, $.a)`:        "argument 1 is the number 1; expected an array",
		`States.ArrayGetItem($.a, 5)`:         "",
		`States.ArrayGetItem($.a, -1)`:        "argument 2 is the number -1; expected a number of at least 0",
		`States.ArrayGetItem($.a, $.i)`:       "",
		`States.ArrayGetItem('a', $.i)`:       `argument 1 is the string "a"; expected an array`,
		`States.ArrayGetItem($.a, 'x')`:       `argument 2 is the string "x"; expected a number`,
		`States.ArrayLength($.a)`:             "",
		`States.ArrayPartition($.a, 0)`:       "argument 2 is the number 0; expected a number of at least 1",
		`States.ArrayPartition($.a, $.n)`:     "",
		`States.ArrayRange(1, 5000, $.step)`:  "",
		`States.ArrayRange($.a, 5000, 1)`:     "",
		`States.ArrayRange(7, $.b, 1)`:        "",
		`States.ArrayRange($.a, $.b, 0)`:      "argument 3, the step, is 0 once it is rounded; expected another number",
		`States.ArrayRange(1, 5000, 1)`:       "the array would have 5000 items; expected at most 1000",
		`States.ArrayUnique(null)`:            "argument 1 is null; expected an array",
		`States.Base64Encode($.a)`:            "",
		`States.Base64Decode(1)`:              "argument 1 is the number 1; expected a string",
		`States.Format('{} {}', $.a)`:         "the template has 2 {} and 1 argument follows; expected as many {} as arguments",
		`States.Format('\{{}\}', $.a)`:        "",
		`States.Format($.template, $.a, $.b)`: "",
		`States.Hash($.a, 'SHA-256')`:         "",
		`States.Hash($.a, 'sha256')`:          `argument 2 is the string "sha256"; expected "MD5", "SHA-1", "SHA-256", "SHA-384" or "SHA-512"`,
		`States.JsonMerge($.a, $.b, true)`:    "argument 3 is true; expected false, because the service does not merge the objects inside of objects",
		`States.JsonMerge($.a, $.b, $.deep)`:  "",
		`States.JsonToString('x')`:            "",
		`States.MathAdd($.a, 2147483647)`:     "",
		`States.MathAdd(1, 'x')`:              `argument 2 is the string "x"; expected a number`,
		`States.MathRandom($.a, 5)`:           "",
		`States.MathRandom(5, 5)`:             "argument 2, the end, is 5; expected more than the start, 5",
		`States.MathRandom($.a, $.b, 'x')`:    `argument 3 is the string "x"; expected a number`,
		`States.StringSplit($.a, ',')`:        "",
		`States.StringToJson('{')`:            "argument 1 is no JSON text: 1:2: unexpected end of text; expected a member's name in quotes",
		`States.UUID()`:                       "",
	} {
		e, err := CompileExpr(call)
		if err != nil {
			t.Errorf("%s: %v", call, err)
			continue
		}
		if got := e.Calls()[0].Problem(); got != want {
			t.Errorf("%s: %q; want %q", call, got, want)
		}
	}
}
