package jsonpath

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/value"
)

const shelf = `{"books":[{"title":"A","price":8,"tags":["x"]},{"title":"B","price":"12","isbn":null},{"title":"C","price":30,"sold":true},7],
	"a b":{"c.d":1},"it's":2,"n":null,"s":"text","e":[],"deep":{"x":{"a":[1,2]},"a":{"a":3}},"grid":[[1,2],[3]]}`

// TestEval has a case for each rule of paths that the observations in ../shared do not hold, or that is worth a look.
func TestEval(t *testing.T) {
	t.Parallel()
	env := &Env{
		Input:   value.MustParse(shelf),
		Context: func() value.Value { return value.MustParse(`{"Execution":{"Id":"e1"}}`) },
		Var: func(name string) (value.Value, bool) {
			return value.MustParse(`{"list":[5,6]}`), name == "größe"
		},
	}
	for _, c := range []struct{ path, want string }{
		{"$['it\\'s']", `2`},
		{`$.a\ b`, `!`},
		{`$['a b'].c\.d`, `1`},
		{"$.['a b']['c.d']", `1`},
		{"$$.Execution.Id", `"e1"`},
		{"$$", `{"Execution":{"Id":"e1"}}`},
		{"$größe.list[1]", `6`},
		{"$größe", `{"list":[5,6]}`},
		{"$größe.list[*]", `[5,6]`},
		{"$.books[0]['title','none']", `{"title":"A"}`},
		{"$.books[*]['title','price']", `[{"title":"A","price":8},{"title":"B","price":"12"},{"title":"C","price":30}]`},
		{"$.books[0,9,2].title", `["A","C"]`},
		{"$.books[-2:].title", `["C"]`},
		{"$.books[:-3].title", `["A"]`},
		{"$.books[-9:2].title", `["A","B"]`},
		{"$.books[3:1]", `[]`},
		{"$.books[0..2].title", `"A"`},
		{"$.books[(@.length-2)].title", `"C"`},
		{"$.grid[*][1]", `[2]`},
		{"$.grid[1:][0]", `[3]`},
		{"$.deep..a", `[{"a":3},[1,2],3]`},
		{"$.deep..a[0]", `! Filter: [0] can only be applied to arrays. Current context is: {"a":3}`},
		{"$.deep.x..a[0]", `[1]`},
		{"$..[?(@.isbn)].title", `["B"]`},
		{"$..['title','sold'].x", `!`},
		{"$..['title','sold']", `[{"title":"C","sold":true}]`},
		{"$.s.*", `[]`},
		{"$.n[*]", `[]`},
		{"$.none.none[0][*]", `[]`},
		{"$.books[9][*]", `[]`},
		{"$.e[(@.length-1)]", `! Index out of bounds when evaluating path $['e'][-1]`},
		{"$.n[0]", `! The path $['n'] is null`},
		{"$.n.x", `! Property ['x'] not found in path $['n']`},
		{"$.s[0].x", `! Filter: [0]['x'] can only be applied to arrays. Current context is: text`},
		{"$.s[?(@.x)]", `! Filter: [?] can not be applied to primitives. Current context is: text`},
		{"$.s[1:2][0,1]", `! Filter: [1:2][0,1] can only be applied to arrays. Current context is: text`},
		{"$.s['a','b']", `! Property ['a','b'] not found in path $['s']`},
		{"$gone.x", `! No results for path: $`},
		{"$größe.x.y", `! Missing property in path $['x']`},
	} {
		t.Run(c.path, func(t *testing.T) {
			t.Parallel()
			p, err := Compile(c.path)
			if err != nil {
				if c.want != "!" {
					t.Fatal(err)
				}
				return
			}
			got, err := p.Eval(env)
			text := got.String()
			var lost *PathError
			if errors.As(err, &lost) {
				text = "! " + lost.Reason
			}
			if diff := cmp.Diff(c.want, text); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if found := p.Find(env); found.Exists() != (err == nil) || err == nil && !value.Equal(found, got) {
				t.Errorf("Find gives %s, Eval %s, %v", found, got, err)
			}
		})
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	in := value.MustParse(`[{"i":0,"n":5,"s":"x","b":true,"z":null,"o":{"p":[1]}},{"i":1,"n":"5.0","s":"y)","b":false},{"i":2,"n":1e1,"s":"\"x\"","z":1,"l":[{"q":1}]},"x"]`)
	for filter, want := range map[string]string{
		"@.n == 5":                      `[0,1]`,
		"@.n=='5'":                      `[0]`,
		"@.n >= 5":                      `[0,1,2]`,
		"@.n<10.0":                      `[0,1]`,
		"@.n != 5":                      `[2]`,
		"@.n > 'a'":                     `[]`,
		"@.s != 'x'":                    `[1,2]`,
		"@.s > 'x'":                     `[1]`,
		"@.s == 'y)'":                   `[1]`,
		`@.s == "x"`:                    `[2]`,
		"@.b == true":                   `[0]`,
		"@.b != true":                   `[1]`,
		"@.z":                           `[0,2]`,
		"@.z == null":                   `[0]`,
		"@.z != null":                   `[2]`,
		"@.z < 1":                       `[]`,
		"!@.z":                          `[1]`,
		"!(@.z || @.b == false)":        `[]`,
		"@.o.p[0] == 1":                 `[0]`,
		"@['o']['p']":                   `[0]`,
		"@.l[?(@.q == 1)]":              `[2]`,
		"@..q":                          `[2]`,
		"@.n > 1 && (@.z || @.b)":       `[0,1,2]`,
		"@.b == true||@.n >6&&@.z":      `[0,2]`,
		" ( ( @.n == 5 ) && @.b ) ":     `[0,1]`,
		"@.o != 1":                      `[0]`,
		"@.l == 'x' || @.o-p || @.s==1": `[]`,
	} {
		p, err := Compile("$[?(" + filter + ")].i")
		if err != nil {
			t.Errorf("%s: %v", filter, err)
			continue
		}
		if got, err := p.Eval(&Env{Input: in}); err != nil || got.String() != want {
			t.Errorf("%s gives %s, error %v; want %s", filter, got, err, want)
		}
	}
}

// TestSyntax has the whole message of what cannot be read.
func TestSyntax(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		"":                      `it ends; expected a path, which starts with $, at character 1 of ""`,
		"a":                     `there is 'a'; expected a path, which starts with $, at character 1 of "a"`,
		" $":                    `there is a blank; expected a path, which starts with $, at character 1 of " $"`,
		"$.":                    `it ends; expected a name, at character 3 of "$."`,
		"$.a..":                 `it ends; expected a name, * or a bracket behind .., at character 6 of "$.a.."`,
		"$...a":                 `there is '.'; expected a name, * or a bracket behind .., at character 4 of "$...a"`,
		"$.ä b":                 `there is a blank in the path; a name with a blank is written ['…'], at character 4 of "$.ä b"`,
		"$.a'":                  `there is '\'' in a name; such a name is written ['…'], at character 4 of "$.a'"`,
		`$.a\`:                  `it ends; expected the character that the backslash stands before, at character 5 of "$.a\\"`,
		"$.*a":                  `there is 'a'; expected a dot or a bracket behind *, at character 4 of "$.*a"`,
		"$-":                    `there is '-'; expected a dot, a bracket, or the name of a variable, at character 2 of "$-"`,
		"$a-b":                  `there is '-'; expected the end of the path, at character 3 of "$a-b"`,
		"$$a":                   `there is 'a'; expected the end of the path, at character 3 of "$$a"`,
		"$[":                    `it ends; expected a name in single quotes, an index, a slice, * or a filter, at character 3 of "$["`,
		"$[1":                   `the bracket is not closed, at character 2 of "$[1"`,
		"$['a'":                 `the bracket is not closed, at character 2 of "$['a'"`,
		"$['a":                  `the quote is not closed, at character 3 of "$['a"`,
		"$['a',]":               `there is ']'; expected a name in single quotes, at character 7 of "$['a',]"`,
		`$["a"]`:                `there is a name in double quotes; expected single ones: ['…'], at character 3 of "$[\"a\"]"`,
		"$[1 2]":                `the index [1 2] is no whole number, at character 3 of "$[1 2]"`,
		"$[99999999999]":        `the index [99999999999] is no whole number, at character 3 of "$[99999999999]"`,
		"$[-]":                  `the index [-] is no whole number, at character 3 of "$[-]"`,
		"$[1,a]":                `the list [1,a] cannot be read; expected whole numbers with commas between them, at character 3 of "$[1,a]"`,
		"$[:]":                  `the slice [:] cannot be read; expected [from:to], [from:] or [:to], at character 3 of "$[:]"`,
		"$['a','b'].c":          `the path goes on after a list of names, which gives an object; expected its end, at character 11 of "$['a','b'].c"`,
		"$[(@.length)]":         `there is a script; expected (@.length-1) or another number that is taken off, at character 3 of "$[(@.length)]"`,
		"$[?@.a]":               `there is '@'; expected a parenthesis: filters are written [?(…)], at character 4 of "$[?@.a]"`,
		"$[?()]":                `there is ')'; expected a condition, which begins with @ and a name: @.price < 10, at character 5 of "$[?()]"`,
		"$[?(5 < @.a)]":         `there is '5'; expected a condition, which begins with @ and a name: @.price < 10, at character 5 of "$[?(5 < @.a)]"`,
		"$[?(@ > 1)]":           `@ stands for an object in Step Functions; expected a name behind it: @.name, at character 5 of "$[?(@ > 1)]"`,
		"$[?(@.a =~ /x/)]":      `there is a regular expression, which Step Functions does not take; expected ==, !=, <, <=, > or >=, at character 9 of "$[?(@.a =~ /x/)]"`,
		"$[?(@.a in ['x'])]":    `there is 'i'; expected ==, !=, <, <=, > or >=; words such as in, contains and size are no operators in Step Functions, at character 9 of "$[?(@.a in ['x'])]"`,
		"$[?(@.a == $.b)]":      `there is a path on the right, but Step Functions compares with literals only; expected '…', a number, true, false or null, at character 12 of "$[?(@.a == $.b)]"`,
		"$[?(@.a == b)]":        `there is 'b'; expected '…' in single quotes, a number, true, false or null, at character 12 of "$[?(@.a == b)]"`,
		"$[?(@.a &&)]":          `there is ')'; expected a condition, which begins with @ and a name: @.price < 10, at character 11 of "$[?(@.a &&)]"`,
		"$[?((@.a)]":            `there is ']'; expected &&, || or the closing parenthesis ), at character 10 of "$[?((@.a)]"`,
		"$[?(@.a == 'x]":        `the quote is not closed, at character 12 of "$[?(@.a == 'x]"`,
		"$[?(@.a == \"x)]":      `the quote is not closed, at character 12 of "$[?(@.a == \"x)]"`,
		strings.Repeat("$a", 1): ``,
	} {
		_, err := Compile(src)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", src, diff)
		}
		var syntax *SyntaxError
		if err != nil && !errors.As(err, &syntax) {
			t.Errorf("%s: the error is a %T", src, err)
		}
	}
}

// Paths that would take long, or nest deeply, end.
func TestBounds(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		"$" + strings.Repeat(".a", maxSteps+1):                                                    "more than 1000 steps",
		"$[?(" + strings.Repeat("(", maxNesting+1) + "@.a" + strings.Repeat(")", maxNesting+2):    "nested more than 50 deep",
		"$" + strings.Repeat("[?(@.a", maxNesting+1) + strings.Repeat(")]", maxNesting+1):         "nested more than 50 deep",
		"$[?(" + strings.Repeat("!", 1000) + "@.a)]":                                              "nested more than 50 deep",
		"$" + strings.Repeat("v", maxVariable+1):                                                  "more than 80 characters",
		strings.Repeat("States.Array(", maxCalls+1) + strings.Repeat(")", maxCalls+1):             "nested more than 10 deep",
		strings.Repeat("States.Array(", maxCalls) + "$" + strings.Repeat(")", maxCalls) + " oops": "expected the end of the call",
	} {
		if _, err := CompileExpr(src); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s…: error %v; want %s", src, err, want)
		}
	}
	nested := value.MustParse(strings.Repeat(`[{"a":`, 100) + `1` + strings.Repeat(`},2,3]`, 100))
	for _, src := range []string{"$" + strings.Repeat("..*", 300), "$..[?(@..a)]..[?(@..a)]..*"} {
		p, err := Compile(src)
		if err != nil {
			t.Fatal(err)
		}
		v, err := p.Eval(&Env{Input: nested})
		var failed *Error
		if err != nil && (!errors.As(err, &failed) || !strings.HasSuffix(failed.Cause, "it finds too much")) || v.Len() > maxFound {
			t.Errorf("%.40s: %d values, error %v", src, v.Len(), err)
		}
	}
}

// A path of the input cannot be applied to null, but can be asked what is there.
func TestNullInput(t *testing.T) {
	t.Parallel()
	p, err := Compile("$")
	if err != nil {
		t.Fatal(err)
	}
	env := &Env{Input: value.Null}
	if _, err := p.Eval(env); err == nil || err.Error() != "Unable to apply Path transformation to null or empty input." {
		t.Errorf("error %v", err)
	}
	if !p.Find(env).IsNull() {
		t.Error("the input is not found")
	}
}

func FuzzCompile(f *testing.F) {
	for _, s := range []string{
		"$", "$.a['b'][0]", "$$.x", "$v.y", `$.a\.b`, "$[?(@.a && !(@.b == 'x' || @['c'] >= 1e3))]", "$..*", "$['a','b']", "$[(@.length-1)]",
		"$[0,1][1:][:2][-1:3:1]", "$.a[0..1]", "$['it\\'s']", "States.Format('{} \\{', $.a[?(@.b == ')')], States.UUID())", "$..[0]", "$.a.length()",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		p, err := Compile(src)
		if e, callErr := CompileExpr(src); callErr == nil && e.String() != src {
			t.Errorf("%q is written %q", src, e)
		}
		if err != nil {
			return
		}
		if p.String() != src {
			t.Errorf("%q is written %q", src, p)
		}
		again, err := Compile(p.canonical())
		if err != nil || again.canonical() != p.canonical() || again.Definite() != p.Definite() {
			t.Errorf("%q is %q, and that reads as %v, error %v", src, p.canonical(), again, err)
		}
	})
}

func FuzzEval(f *testing.F) {
	for _, s := range []string{
		"$..*..*", "$.books[?(@.price > 5)].title", "$.a[1:][?(@.b)]..c", "$.s[0]", "$..[?(@..a)]", "$['a b']", "$v[*]", "$$..x",
		"States.ArrayLength($..*)", "States.StringToJson($.s)", "States.Array($.n, $$.a, $v, 'x', 1, null)",
	} {
		f.Add(s, shelf)
	}
	f.Fuzz(func(t *testing.T, src, input string) {
		e, err := CompileExpr(src)
		in, inputErr := value.ParseString(input)
		if err != nil || inputErr != nil {
			return
		}
		env := dice()
		env.Input, env.Context, env.Var = in, func() value.Value { return in }, func(string) (value.Value, bool) { return in, true }
		v, err := e.EvalAs(env, "x.$")
		var failed *Error
		switch {
		case err == nil && !v.Exists():
			t.Errorf("%q gives nothing and no error", src)
		case err != nil && !errors.As(err, &failed):
			t.Errorf("%q: the error is a %T", src, err)
		}
		if r, err := ParseReference(src); err == nil {
			if out, err := r.Set(in, value.String("set")); err == nil && r.Get(out).Str() != "set" {
				t.Errorf("%q: set in %s gives %s", src, in, out)
			}
		}
	})
}
