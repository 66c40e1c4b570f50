package jsonata_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stepwright/stepwright/jsonata"
	"github.com/stepwright/stepwright/value"
)

// reached fails the test unless err has the code, names the bound, and tells a place in src.
func reached(t *testing.T, src string, err error, code, bound string) {
	t.Helper()
	var own *jsonata.Error
	if !errors.As(err, &own) {
		t.Fatalf("%.60s: error %v", src, err)
	}
	if own.Code != code || !strings.Contains(own.Message, bound) {
		t.Errorf("%.60s: %v, want %s that names %q", src, own, code, bound)
	}
	if own.Offset <= 0 || own.Offset > len(src) || own.Position <= 0 {
		t.Errorf("%.60s: at %d (byte %d) of %d", src, own.Position, own.Offset, len(src))
	}
}

// TestBounds reaches every bound that there is without any being set.
func TestBounds(t *testing.T) {
	t.Parallel()
	nested := value.Int(1)
	for range 50_000 {
		nested = value.Array(nested)
	}
	for _, test := range []struct{ name, src, code, bound string }{
		{"self application", "(function($f){$f($f)})(function($f){$f($f)})", jsonata.LimitMemory, "536870912 bytes"},
		{"recursion", "($f := function($n){$n + $f($n + 1)}; $f(1))", jsonata.LimitDepth, "1000 calls within each other"},
		{"steps", "$sum([1..1e7]) + $sum([1..1e7]) + $sum([1..1e7])", jsonata.LimitSteps, "20000000 steps"},
		{"range", "[1..1e9]", "D2014", "1000000000"},
		{"pad", "$pad('x', 1e9)", jsonata.LimitMemory, "536870912 bytes"},
		{"pad in both directions", "$pad('x', -1e300)", jsonata.LimitMemory, "536870912 bytes"},
		{"matching", "$match('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', /^(a+)+$(?=b)/)", jsonata.LimitDepth, "took longer than 1s"},
		{"source", strings.Repeat("(", 5000) + strings.Repeat(")", 5000), jsonata.LimitDepth, "1000 levels"},
		{"data as text", "$string($)", jsonata.LimitDepth, "4000 levels"},
		{"data compared", "$ = $$[true]", jsonata.LimitDepth, "4000 levels"},
		{"data copied", "$clone($)", jsonata.LimitDepth, "4000 levels"},
		{"data walked through", "**", jsonata.LimitDepth, "4000 levels"},
		{"result", "$reduce([1..20000], function($p, $q){{'a': $p}}, 1)", jsonata.LimitDepth, "levels"},
		{"signature", "function($a)<" + strings.Repeat("n+", 200) + ">{1}(1)", jsonata.LimitDepth, "100 parameters"},
		{"a cycle", "$clone({'a': {}}) ~> |$|{'self': $}|", jsonata.Cycle, "into itself"},
		{"no text", "1 + '\xff'", "S0201", "0xff"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			e, err := jsonata.Compile(test.src)
			if err == nil {
				var v value.Value
				if v, err = e.Eval(t.Context(), nested, nil); err == nil {
					t.Fatalf("gives %d bytes", v.Size())
				}
			}
			reached(t, test.src, err, test.code, test.bound)
		})
	}
}

// TestOwnBounds names the bounds that a caller sets.
func TestOwnBounds(t *testing.T) {
	t.Parallel()
	for src, test := range map[string]struct {
		limits      jsonata.Limits
		code, bound string
	}{
		"$sum([1..10000].($ + 1))":           {jsonata.Limits{Steps: 5000}, jsonata.LimitSteps, "5000 steps"},
		"($f := function(){1 + $f()}; $f())": {jsonata.Limits{Depth: 10}, jsonata.LimitDepth, "10 calls"},
		"[1..10000].(['a', $])":              {jsonata.Limits{Bytes: 4096}, jsonata.LimitMemory, "4096 bytes"},
		"$pad('', 500)":                      {jsonata.Limits{Result: 100}, jsonata.LimitMemory, "100 bytes of JSON"},
	} {
		e, err := jsonata.Compile(src)
		if err != nil {
			t.Fatal(err)
		}
		_, err = e.Evaluate(t.Context(), jsonata.Env{Limits: test.limits})
		reached(t, src, err, test.code, test.bound)
	}
}

// TestContext ends an evaluation from outside: one that runs, and one that has not begun.
func TestContext(t *testing.T) {
	t.Parallel()
	const src = "($stop(); [1..1e7][$ < 0])"
	e, err := jsonata.Compile(src)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	stop := jsonata.Function{Call: func(context.Context, []value.Value) (value.Value, error) {
		cancel()
		return value.Value{}, nil
	}}
	env := jsonata.Env{Functions: map[string]jsonata.Function{"stop": stop}}
	_, err = e.Evaluate(ctx, env)
	reached(t, src, err, jsonata.Canceled, "cancelled")
	_, err = e.Evaluate(ctx, env)
	reached(t, src, err, jsonata.Canceled, "cancelled")

	ctx, cancel = context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	const endless = "($f := function($n){$f($n + 1)}; $f(1))"
	if e, err = jsonata.Compile(endless); err != nil {
		t.Fatal(err)
	}
	_, err = e.Evaluate(ctx, jsonata.Env{Limits: jsonata.Limits{Steps: 1 << 50, Bytes: 1 << 60}})
	reached(t, endless, err, jsonata.LimitDepth, "deadline")
}

// TestSurrogates is about halves of characters, which texts may have in between and results may not.
func TestSurrogates(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		`"\ud83d"`:               `"\ufffd"`,
		`{"\ude00": ["\ud83d"]}`: `{"\ufffd":["\ufffd"]}`,
		`"\ud83d" & "\ude00"`:    `"😀"`,
		`$encodeUrl("\ud83d")`:   `D3140`,
	} {
		got, code := answer(t, src)
		if code == "" {
			code = got.String()
		}
		if want != code && value.MustParse(want).String() != code {
			t.Errorf("%s: %s, want %s", src, code, want)
		}
	}
}

// TestMemory measures what evaluations allocate that reach a bound of bytes. It counts everything, also what has become
// free on the way, so that an evaluation needs several times its bound.
//
//nolint:paralleltest // memory is counted for the whole process
func TestMemory(t *testing.T) {
	const bound, times = 8 << 20, 16
	for _, src := range []string{
		"(function($f){$f($f)})(function($f){$f($f)})", "($f := function(){$f()}; $f())", "($f := function($l){$f($append($l, $l))}; $f([1..100]))",
		"[1..1e7].[1..1e7]", "$reduce([1..100], function($s){$s & $s}, 'abc')", "$replace($pad('', 1e5, 'a'), 'a', $pad('', 1e5, 'b'))",
		"$join([1..1e6].$string(), $pad('', 1000))", "$sort([1..1e6], function($a, $b){true})", "$match($pad('', 300000, 'ab'), /./)",
		"$base64encode($pad('', 1e7))", "$spread([1..1e6].{'a': $})", "$zip([1..1e6], [1..1e6])", "$split($pad('', 1e6), '')",
		"$formatNumber(1e300, '#,#')", "{'a': [1..1e6].{'b': $string()}}", "[1..1e6]{$string(): $}", "$distinct([1..1e6])", "**.**.**",
	} {
		e, err := jsonata.Compile(src)
		if err != nil {
			t.Fatal(err)
		}
		env := jsonata.Env{Input: value.MustParse(`{"a":[{"b":[1,2,3]},{"b":[4,5,6]}]}`), Limits: jsonata.Limits{Bytes: bound}}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _ = e.Evaluate(t.Context(), env)
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > times*bound {
			t.Errorf("%s allocates %d MiB, with a bound of %d MiB", src, took>>20, bound>>20)
		}
	}
}

// TestLargeGroups is about groups of many tuples: what they remember is put together in a time that grows with it.
func TestLargeGroups(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		`[1..20000]#$x{"a": $sum($)}`:       `{"a":200010000}`,
		`a#$i{"k": $sum($i)}`:               `{"k":199990000}`,
		`a@$v#$i{"k": [$count($v), $v[2]]}`: `{"k":[20000,3]}`,
	} {
		e, err := jsonata.Compile(src)
		if err != nil {
			t.Fatal(err)
		}
		all, err := jsonata.Compile(`{"a": [1..20000]}`)
		if err != nil {
			t.Fatal(err)
		}
		input, err := all.Eval(t.Context(), value.Value{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		v, err := e.Eval(t.Context(), input, nil)
		if err != nil || v.String() != want {
			t.Errorf("%s gives %s, %v, want %s", src, v, err, want)
		}
	}
}
