package jsonata_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stepwright/stepwright/jsonata"
	"github.com/stepwright/stepwright/test/jsonata/grammar"
	"github.com/stepwright/stepwright/value"
)

// small bounds an evaluation so that it ends in a moment.
var small = jsonata.Limits{Steps: 50_000, Depth: 100, Bytes: 1 << 20}

// patience is how long an evaluation within small bounds may take: far more than it needs.
const patience = 20 * time.Second

// bounded evaluates within small bounds and fails the test when the evaluation does not end, when an error is not of
// the package or has no code or place, or when the result is larger than may be produced.
func bounded(t *testing.T, src string, input value.Value) {
	t.Helper()
	start := time.Now()
	defer func() {
		if took := time.Since(start); took > patience {
			t.Errorf("%s took %v", src, took)
		}
	}()
	e, err := jsonata.Compile(src)
	if err != nil {
		placed(t, src, err)
		return
	}
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	v, err := e.Evaluate(ctx, jsonata.Env{Input: input, Random: func() uint64 { return 42 }, Limits: small})
	if err != nil {
		placed(t, src, err)
		return
	}
	if size := v.Size(); size > 2*small.Bytes+input.Size() {
		t.Errorf("%s gives %d bytes, with a bound of %d", src, size, small.Bytes)
	}
	if !v.Exists() {
		return
	}
	if again, err := value.ParseString(v.String()); err != nil || !value.Equal(again, v) {
		t.Errorf("the result of %s does not read back: %.300s: %v", src, v, err)
	}
}

// placed fails the test when an error does not say what it is, or says that it is outside of the source.
func placed(t *testing.T, src string, err error) {
	t.Helper()
	var own *jsonata.Error
	if !errors.As(err, &own) {
		t.Fatalf("%s: %v is no *jsonata.Error", src, err)
	}
	if own.Code == "" || own.Message == "" {
		t.Errorf("%s: code %q, message %q", src, own.Code, own.Message)
	}
	if own.Offset < 0 || own.Offset > len(src) || own.Position < 0 || own.Position > len(src) {
		t.Errorf("%s: %v at %d (byte %d) of %d", src, own, own.Position, own.Offset, len(src))
	}
}

// FuzzSource takes any bytes for an expression, and any JSON for its input.
func FuzzSource(f *testing.F) {
	for _, src := range append(seeds, bombs()...) {
		f.Add(src, `{"a":[1,{"b":"x"}],"b":null}`)
	}
	f.Add("\xff\xfe", "[]")
	f.Add("'\xed\xa0\x80'", `"\ud800"`)
	f.Fuzz(func(t *testing.T, src, data string) {
		input, err := value.ParseString(data)
		if err != nil {
			input = value.Value{}
		}
		bounded(t, src, input)
	})
}

// FuzzParse parses any bytes; nodes of what is an expression are where the source has them.
func FuzzParse(f *testing.F) {
	for _, src := range seeds {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		if !utf8.ValidString(src) {
			return
		}
		n, err := jsonata.Parse(src)
		if err != nil {
			placed(t, src, err)
			return
		}
		if n.Start < 0 || n.End < n.Start || n.End > len(src) {
			t.Errorf("%q is from %d to %d of %d bytes", src, n.Start, n.End, len(src))
		}
	})
}

// FuzzPrograms takes programs of the grammar, which get further than random bytes, and changes a part of their text.
func FuzzPrograms(f *testing.F) {
	for seed := range uint64(200) {
		f.Add(seed, uint8(20), uint16(0), "")
	}
	f.Add(uint64(1), uint8(60), uint16(3), "(")
	f.Fuzz(func(t *testing.T, seed uint64, size uint8, at uint16, scrap string) {
		p := grammar.Sized(seed, int(size))
		src := p.Expr
		if scrap != "" {
			i := int(at) % (len(src) + 1)
			src = src[:i] + scrap + src[i:]
		}
		var input value.Value
		if p.Data != "" {
			input = value.MustParse(p.Data)
		}
		bounded(t, src, input)
	})
}

// bombs are expressions that would use all time or memory there is, or all of the stack.
func bombs() []string {
	deep := func(open, middle, shut string, n int) string {
		return strings.Repeat(open, n) + middle + strings.Repeat(shut, n)
	}
	return []string{
		"(function($f){$f($f)})(function($f){$f($f)})",
		"($f := function($f){$f($f) + 1}; $f($f))",
		"($f := function(){$f()}; $f())",
		"($f := function($n){$n + $f($n + 1)}; $f(1))",
		"($f := function($l){$f($append($l, $l))}; $f([1..100]))",
		"($f := function($s){$f($s & $s)}; $f('abc'))",
		"$reduce([1..100], function($s){$s & $s}, 'abc')",
		"$reduce([1..100], function($s, $i){[[$s, $s]]}, 'abc')",
		"[1..1e9]", "[1..9999999].[1..9999999]", "$count([1..1e7].(1))", "[1..1000].[1..1000].[1..1000].[1..1000]",
		"$pad('x', 1e9)", "$pad('x', -1e9, 'abc')", "$formatNumber(1e300, '0.000')", "$join([1..1e6].$string(), $pad('', 1000))",
		"$formatInteger(1e300, 'w')", "$formatInteger(1e15, 'I')", "$formatInteger(1e300, 'a')", "$formatBase(1e300, 2)",
		"$match('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', /^(a+)+$/)", "$replace($pad('', 100000, 'a'), /(a|aa)+$(?=x)/, 'b')",
		"$split($pad('', 1e6, 'a'), '')", "$replace($pad('', 1e5, 'a'), 'a', $pad('', 1e5, 'b'))", "$contains($pad('', 50, 'a'), /(a*)*(?=b)c/)",
		"$match($pad('', 5000, 'ab'), /(.*)(.*)(.*)(.*)(.*)\\1x/)",
		deep("[", "", "]", 5000), deep("(", "1", ")", 5000), deep("{'a':", "1", "}", 5000), deep("-", "1", "", 20000), deep("$not(", "1", ")", 5000),
		deep("function(){", "1", "}", 5000), deep("a.", "a", "", 20000), deep("1+", "1", "", 20000), deep("a[", "1", "]", 5000), deep("1?", "1", ":1", 5000), deep("a~>", "$f", "", 5000),
		"$reduce([1..5000], function($p){{'a': $p}}, 1)", "$string($reduce([1..5000], function($p){{'a': $p}}, 1))", "$reduce([1..5000], function($p){[[$p]]}, 1) = $reduce([1..5000], function($p){[[$p]]}, 1)",
		"$ ~> |$|{'self': $}|", "$ ~> |**|{'self': $$}|", "{'a': {}} ~> |a|{'up': %}|", "($o := {'a': {}}; $o ~> |a|{'o': $o}| ~> |a|{'o': $o}|)",
		"**.**.**.**", "$$.**[**[**]]", "$each($, function($v){$each($$, function($w){[$v, $w]})})", "$eval($pad('', 1e5, '('))", "$eval('$eval(\"$eval(1)\")')",
		"($e := '$eval($e)'; $eval($e))", "$match($pad('', 300000, 'ab'), /./)", "$replace($pad('', 300000, 'ab'), /./, 'é')", "$sort([1..100000], function($a, $b){true})", "$zip([1..1e6], [1..1e6], [1..1e6])", "$shuffle([1..1e6])", "$distinct([1..100000])", "$spread([1..1e6].{'a': $})",
		"$parseInteger($pad('', 100000, 'one '), 'w')", "$fromMillis(1, $pad('', 1e6, '[Y]'))", "$toMillis($pad('', 1e6, '1'), '[Y]')", "$power(10, 400)", "1e308 * 10", "$base64encode($pad('', 1e7))",
		"$substring('\\ud83d\\ude00', 0, 1)", "'\\ud800' & '\\udc00'", "$encodeUrl('\\ud800')", "$length('\\ud800')", "{'\\ud800': 1, '\\ud801': 2}",
	}
}

// What would use everything ends: with a value if it is small after all, or with an error that names what ran out.
func TestBombs(t *testing.T) {
	t.Parallel()
	for _, src := range bombs() {
		name := src
		if len(name) > 60 {
			name = name[:60]
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bounded(t, src, value.MustParse(`{"a":{"b":[1,2,{"c":"x"}]},"d":[[1],[2,3]]}`))
		})
	}
}
