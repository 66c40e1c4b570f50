package jsonata_test

import (
	"errors"
	"testing"

	"github.com/stepwright/stepwright/jsonata"
	"github.com/stepwright/stepwright/value"
)

var seeds = []string{
	"$states.input.a.b[0].c", "$x[-1].`a b`", "1 + 2 * -3", "{'a': [1..5], 'b': $sum([1,2])}", "$map($rows, function($v,$i){$v.v * $i})",
	"$rows^(>v).w.x", "$rows{$string(v): $count(w)}", "$contains('a', /[a-z]+/i) ? 'y' : 'n'", "$partition([1,2,3],2)", "$hash('a','MD5')",
	"($x := 1; $x + $big)", "$$", "%.a", "**", "$rows@$r.v", "$rows#$i.v", "'\\u00e9' & \"\\ud800\"", "$formatNumber(1,'#0.0')", "λ($x){$x}(1)",
	"$match('ab', /(a)(b)/)", "$rows.*", "$sort($rows, function($a,$b){$a.v<$b.v})", "$zip([1],[2])", "$parse('[1]')", "$uuid()", "[[1]]", "$now()",
	"{", "}", "/", "`", "'", "\"", "/*", "$", "(((((", "[0..99999999]", "|$|{}|", "1e999", "-", "a.b.c", "$f(?,1)", "$random(3)",
}

func FuzzEvaluate(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		e, err := jsonata.Compile(src, jsonata.StepFunctions)
		var own *jsonata.Error
		if err != nil {
			if !errors.As(err, &own) {
				t.Fatalf("Compile: %v is no *Error", err)
			}
			return
		}
		a, err := e.Evaluate(t.Context(), jsonata.Env{
			Var: func(name string) value.Value { return variables[name] }, Random: func() uint64 { return 42 },
		})
		if err != nil {
			if !errors.As(err, &own) {
				t.Fatalf("Evaluate: %v is no *Error", err)
			}
			return
		}
		if !a.Exists() {
			return
		}
		if b, err := value.ParseString(a.String()); err != nil || !value.Equal(a, b) {
			t.Fatalf("the result %s does not read back: %v", a, err)
		}
	})
}

func FuzzTemplate(f *testing.F) {
	for _, s := range []string{`{"a":"{% $big %}"}`, `["{% 1 %}",{"b":"{%%}"}]`, `"{% $states.input %}"`, `"{%"`, `null`, `{"x":{"y":"{% $gone %}"}}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		v, err := value.ParseString(src)
		if err != nil {
			return
		}
		tpl, errs := jsonata.CompileTemplate("Output", v)
		if len(errs) > 0 {
			return
		}
		got, err := tpl.Evaluate(t.Context(), environment)
		var q *jsonata.QueryError
		switch {
		case err != nil && !errors.As(err, &q):
			t.Fatalf("%v is no *QueryError", err)
		case err == nil && !got.Exists():
			t.Fatal("a template gave nothing, without an error")
		case tpl.Constant() && !value.Equal(got, v):
			t.Fatalf("a constant changed: %s, want %s", got, v)
		}
	})
}
