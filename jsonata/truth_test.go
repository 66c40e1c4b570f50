package jsonata_test

import (
	"testing"

	"github.com/stepwright/stepwright/jsonata"
	"github.com/stepwright/stepwright/value"
)

// TestFunctionsAsTruth is about functions where a truth is wanted: the reference takes those that are objects in it for
// true, and those that are functions of JavaScript for false.
func TestFunctionsAsTruth(t *testing.T) {
	t.Parallel()
	for expr, want := range map[string]string{
		`(function(){1}) ? 1 : 2`:                        `1`,
		`$sum ? 1 : 2`:                                   `1`,
		`($sum ~> $string) ? 1 : 2`:                      `1`,
		`$substring(?, 1) ? 1 : 2`:                       `1`,
		`|a|{}| ? 1 : 2`:                                 `1`,
		`$sum and true`:                                  `true`,
		`[1,2][$sum]`:                                    `[1,2]`,
		`/a/ ? 1 : 2`:                                    `2`,
		`$match("a", /a/).next ? 1 : 2`:                  `2`,
		`$abs.*[1] ? 1 : 2`:                              `2`,
		`function($f){$f ? 1 : 2}($sum)`:                 `2`,
		`$boolean($sum)`:                                 `false`,
		`$boolean([$sum])`:                               `true`,
		`[$distinct((function(){function(){[]}}?()()))]`: `T1006`,
	} {
		got, code := answer(t, expr)
		if code == "" {
			code = got.String()
		}
		if code != want {
			t.Errorf("%s: got %s, want %s", expr, code, want)
		}
	}
}

// TestCorners is about what random expressions found: what the reference answered.
func TestCorners(t *testing.T) {
	t.Parallel()
	for expr, want := range map[string]string{
		`($b := function(){[]}; b())`:                      `T1005`,
		`($b := 0; b())`:                                   `T1006`,
		`($b := 1; b(?))`:                                  `T1007`,
		`$clone({'k': 1e+21 * 34.45})`:                     `{"k":3.445e+22}`,
		`$map(1, $keys)[[0, 1]]`:                           `[]`,
		`$map([1,2], $keys)[true]`:                         `[[],[]]`,
		`$exists($spread([1,2].(x)[[0, 1]]))`:              `false`,
		`$spread([[]])`:                                    `[]`,
		`$sort([$parseInteger('', "00,00"), 1])`:           `D3070`,
		`$formatNumber(1, '0', {'decimal-separator': ''})`: `D3081`,
		`[{"q":[[]]}].(q[])`:                               `[[]]`,
		`[{"q":[[1,2]]}].(q[0][])`:                         `[1,2]`,
		`[{"a":[{"b":[[1,2]]}]}].([$.a].b[])`:              `[[1,2]]`,
		`$replace(1, ?, 1)("")`:                            `D3010`,
	} {
		got, code := answer(t, expr)
		if code == "" {
			code = got.String()
		}
		if code != want {
			t.Errorf("%s: got %s, want %s", expr, code, want)
		}
	}
}

// TestKeptLists is about [] behind a name that is looked for in an array that is the input: what the reference answered.
func TestKeptLists(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		`q[]`:       `[[]]`,
		`q['a'][]`:  `[[]]`,
		`q[true][]`: `[[]]`,
		`q[0][]`:    `[]`,
		`q[0]`:      `undefined`,
		`q`:         `[]`,
	} {
		e, err := jsonata.Compile(src)
		if err != nil {
			t.Fatal(err)
		}
		v, err := e.Eval(t.Context(), value.MustParse(`[{"q":[[]]}]`), nil)
		got := "undefined"
		if v.Exists() {
			got = v.String()
		}
		if err != nil || got != want {
			t.Errorf("%s: %s, %v, want %s", src, got, err, want)
		}
	}
}
