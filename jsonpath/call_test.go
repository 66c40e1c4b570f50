package jsonpath

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/value"
)

func TestEvalAs(t *testing.T) {
	t.Parallel()
	env := dice()
	env.Input = value.MustParse(`{"n":7,"s":"a,b","list":[{"k":"x)","v":1},{"k":"y","v":2}],"t":"{}\\{","other":1}`)
	env.Context = func() value.Value { return value.MustParse(`{"State":{"Name":"S"}}`) }
	env.Var = func(name string) (value.Value, bool) { return value.Int(3), name == "v" }
	for src, want := range map[string]string{
		"States.Array()": `[]`,
		"States.Array( 1 , -2.50 ,true,false,null,'x' )":                                          `[1,-2.50,true,false,null,"x"]`,
		"States.Array($, $v, $$.State.Name, $.n)":                                                 `[` + env.Input.String() + `,3,"S",7]`,
		`States.Array('it\'s', 'a\\b', '\{\}', 'ü,)')`:                                            `["it's","a\\b","{}","ü,)"]`,
		`States.Format('\{{}\} \\ it\'s', $.n)`:                                                   `"{7} \\ it's"`,
		`States.Format($.t, 'x')`:                                                                 `"x{"`,
		"States.ArrayLength($.list[?(@.k == 'x)')])":                                              `1`,
		"States.ArrayGetItem($.list[?(@.v > 1)], 0)":                                              `{"k":"y","v":2}`,
		"States.ArrayLength( $.list[0, 1].k )":                                                    `2`,
		"States.MathAdd(States.ArrayLength(States.StringSplit($.s, ',')), States.MathAdd($v, 1))": `6`,
		"States.ArrayLength($.none[*])":                                                           `0`,

		"States.Format('{}', $.nope)":                          `! The function 'States.Format('{}', $.nope)' had the following error: The JsonPath argument for the field '$.nope' could not be found in the input '` + env.Input.String() + `'`,
		"States.Array(1, States.Format('{}',$$.State.None.x))": `! The function 'States.Array(1, States.Format('{}',$$.State.None.x))' had the following error: The JsonPath argument for the field '$.State.None.x' could not be found in the input '` + env.Input.String() + `'`,
		"States.Format('{}', $.other[0])":                      `! The function 'States.Format('{}', $.other[0])' had the following error: Filter: [0] can only be applied to arrays. Current context is: 1`,
		"States.MathAdd($.s, 1)":                               `! The function 'States.MathAdd($.s, 1)' had the following error: Invalid arguments in States.MathAdd: argument 1 is the string "a,b"; expected a number`,
		"$.nope.x":                                             `! The JSONPath '$.nope.x' specified for the field 'f.$' could not be found in the input '` + env.Input.String() + `'`,
		"$$.nope":                                              `! The JSONPath '$$.nope' specified for the field 'f.$' could not be found in the input '{"State":{"Name":"S"}}'`,
		"$none":                                                `! The JSONPath '$none' specified for the field 'f.$' could not be found in the input '` + env.Input.String() + `'`,
		"$.n[0]":                                               `! Filter: [0] can only be applied to arrays. Current context is: 7`,
	} {
		e, err := CompileExpr(src)
		if err != nil {
			t.Errorf("%s: %v", src, err)
			continue
		}
		v, err := e.EvalAs(env, "f.$")
		got := v.String()
		var failed *Error
		if errors.As(err, &failed) {
			got = "! " + failed.Cause
			if failed.Name != Runtime {
				t.Errorf("%s: the error is %s", src, failed.Name)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", src, diff)
		}
	}
}

func TestCallSyntax(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		"States.Format":               `it ends; expected an open parenthesis behind the function's name, at character 14 of "States.Format"`,
		"States.Uuid()":               `there is no function "States.Uuid"; did you mean "States.UUID"?, at character 1 of "States.Uuid()"`,
		"States.Frobnicate()":         `there is no function "States.Frobnicate", at character 1 of "States.Frobnicate()"`,
		"States.UUID(1)":              `States.UUID has 1 argument; expected 0, at character 1 of "States.UUID(1)"`,
		"States.MathRandom(1)":        `States.MathRandom has 1 argument; expected 2 to 3, at character 1 of "States.MathRandom(1)"`,
		"States.Format()":             `States.Format has 0 arguments; expected at least 1, at character 1 of "States.Format()"`,
		"States.Array(1":              `it ends; expected a comma or the closing parenthesis ), at character 15 of "States.Array(1"`,
		"States.Array(1,)":            `there is ')'; expected an argument: text in single quotes, a number, true, false, null, a path or a call, at character 16 of "States.Array(1,)"`,
		"States.Array(1 2)":           `there is '2'; expected a comma or the closing parenthesis ), at character 16 of "States.Array(1 2)"`,
		"States.Array(x)":             `there is 'x'; expected an argument: text in single quotes, a number, true, false, null, a path or a call, at character 14 of "States.Array(x)"`,
		`States.Array("x")`:           `there is '"'; expected an argument: text in single quotes, a number, true, false, null, a path or a call, at character 14 of "States.Array(\"x\")"`,
		"States.Array('x)":            `the quote is not closed, at character 14 of "States.Array('x)"`,
		`States.Array('\n')`:          `there is a backslash in the text that escapes nothing; expected \', \{, \} or \\, at character 15 of "States.Array('\\n')"`,
		"States.Array($.a[)":          `there is ')'; expected a name in single quotes, an index, a slice, * or a filter, at character 18 of "States.Array($.a[)"`,
		"States.Array('ü', $.a b)":    `there is a blank in the path; a name with a blank is written ['…'], at character 22 of "States.Array('ü', $.a b)"`,
		"States.Array($a-b)":          `there is '-'; expected the end of the path, at character 16 of "States.Array($a-b)"`,
		"States.Array()[0]":           `there is '['; expected the end of the call, at character 15 of "States.Array()[0]"`,
		"States.Array(States.Nope())": `there is no function "States.Nope", at character 14 of "States.Array(States.Nope())"`,
	} {
		_, err := CompileExpr(src)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", src, diff)
		}
	}
}

func TestPathsOfExpressions(t *testing.T) {
	t.Parallel()
	template, errs := CompileTemplate(value.MustParse(`{"a.$":"$.x","b":[{"c.$":"States.Array($v, States.Array($$.y), 1)"}],"d":"$.no"}`))
	if errs != nil {
		t.Fatal(errs[0])
	}
	var got []string
	for _, e := range template.Exprs() {
		for _, p := range e.Paths() {
			got = append(got, p.String()+" "+p.Variable())
		}
	}
	if diff := cmp.Diff([]string{"$.x ", "$v v", "$$.y "}, got); diff != "" {
		t.Errorf("paths (-want +got):\n%s", diff)
	}
}

func TestTemplates(t *testing.T) {
	t.Parallel()
	env := &Env{Input: value.MustParse(`{"a":1.0,"b":[1,2]}`)}
	for src, want := range map[string]string{
		`{"x":"$.a","y":["$.a",{"z":1}]}`:           `{"x":"$.a","y":["$.a",{"z":1}]}`,
		`{"x.$":"$.a","y":{"z.$":"$.b[1]"},"w":[]}`: `{"x":1.0,"y":{"z":2},"w":[]}`,
		`[{"x.$":"$.a"},"$.a",[{"y.$":"$.b"}]]`:     `[{"x":1.0},"$.a",[{"y":[1,2]}]]`,
		`{".$":"$.a"}`:                              `{"":1.0}`,
		`"$.a"`:                                     `"$.a"`,
		`{"x.$":"$.a","d":{"e":{"f.$":"$.gone"}}}`:  `! The JSONPath '$.gone' specified for the field 'f.$' could not be found in the input '{"a":1.0,"b":[1,2]}'`,
		`{"x.$.$":"$.a"}`:                           `{"x.$":1.0}`,
		`{"x":1,"x.$":"$.a"}`:                       `/x.$: the object has both "x" and "x.$": they give members of one name: leave one of them out`,
		`{"x.$":1}`:                                 `/x.$: The value for the field 'x.$' must be a valid JSONPath or a valid intrinsic function call: the value is number; expected text with a path or a call`,
		`{"p":[{"x.$":"$."}],"q.$":"$["}`:           `/p/0/x.$: The value for the field 'x.$' must be a valid JSONPath or a valid intrinsic function call: it ends; expected a name, at character 3 of "$."`,
	} {
		template, errs := CompileTemplate(value.MustParse(src))
		var got string
		if errs != nil {
			got = string(errs[0].Path) + ": " + errs[0].Error()
		} else if v, err := template.Eval(env); err != nil {
			got = "! " + err.Error()
		} else {
			got = v.String()
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", src, diff)
		}
	}
	if _, errs := CompileTemplate(value.MustParse(`{"a.$":"","b":{"c.$":7},"d":[{"e.$":"x"}]}`)); len(errs) != 3 {
		t.Errorf("%d errors; want all 3", len(errs))
	}
}

// What an evaluation shares, no later one changes.
func TestTemplatesShare(t *testing.T) {
	t.Parallel()
	template, errs := CompileTemplate(value.MustParse(`{"x.$":"$","k":{"c":[1]},"l":[{"y.$":"$"},2]}`))
	if errs != nil {
		t.Fatal(errs[0])
	}
	first, _ := template.Eval(&Env{Input: value.Int(1)})
	before := first.String()
	second, err := template.Eval(&Env{Input: value.Int(2)})
	changed := second.With("k", value.Null).With("x", value.Null)
	if err != nil || first.String() != before || second.String() != `{"x":2,"k":{"c":[1]},"l":[{"y":2},2]}` || changed.Len() != 3 {
		t.Errorf("first %s, second %s, error %v", first, second, err)
	}
}
