package jsonata_test

import (
	"bufio"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stepwright/stepwright/jsonata"
	"github.com/stepwright/stepwright/value"
)

// TestAnswers evaluates what jsonata.js 2.0.6 was asked once: random calls of the functions on numbers, texts, times
// and regular expressions. Each line of the file has an expression and what came of it, as the test suite has it.
func TestAnswers(t *testing.T) {
	t.Parallel()
	file, err := os.Open("testdata/answers.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	n := 0
	for lines := bufio.NewScanner(file); lines.Scan(); n++ {
		c := value.MustParse(lines.Text())
		expr, want := c.Get("expr").Str(), c.Get("result")
		got, code := answer(t, expr)
		switch {
		case c.Get("code").Exists():
			if code != c.Get("code").Str() {
				t.Errorf("%s: %v, error %q, want error %v", expr, got, code, c.Get("code"))
			}
		case code != "":
			t.Errorf("%s: error %s, want %v", expr, code, want)
		case got.Exists() != want.Exists() || want.Exists() && !sameDoubles(got, want):
			t.Errorf("%s: %v, want %v", expr, got, want)
		}
	}
	if n < 1000 {
		t.Errorf("there are %d answers only", n)
	}
}

func answer(t *testing.T, expr string) (v value.Value, code string) {
	t.Helper()
	e, err := jsonata.Compile(expr)
	if err == nil {
		v, err = e.Evaluate(t.Context(), jsonata.Env{Now: time.UnixMilli(1_700_000_000_000)})
	}
	var failed *jsonata.Error
	if errors.As(err, &failed) {
		return v, failed.Code
	}
	return v, ""
}

// TestHalves is about halves of characters, which JSON texts of answers cannot show.
func TestHalves(t *testing.T) {
	t.Parallel()
	for expr, want := range map[string]string{
		`$length("\ud83d\ude00")`: `1`, `$length("\ud83d" & "\ude00")`: `1`, `$length("\ude00" & "\ud83d")`: `2`,
		`"\ud83d" & "\ude00" = "😀"`:                                      `true`,
		`$count($split("a😀", ""))`:                                       `3`,
		`$join($split("a😀b", ""))`:                                       `"a😀b"`,
		`$contains("😀", "\ud83d")`:                                       `true`,
		`$length($substringAfter("😀", "\ud83d"))`:                        `1`,
		`$replace("x😀y", "\ude00", "\ude01")`:                            `"x😁y"`,
		`$match("😀", /./).index`:                                         `[0,1]`,
		`$replace("😀", /(.)(.)/, "$2$1") = "\ude00\ud83d"`:               `true`,
		`$replace("a😀b", /\ud83d\ude00/, "-")`:                           `"a-b"`,
		`$uppercase("é\ud83d") = "É\ud83d"`:                              `true`,
		`$pad("\ud83d", 2, "\ude00") = "😀"`:                              `true`,
		`$match("x😀y", /y/).index`:                                       `3`,
		`($m := /[😀]/; $count($match("😀\ud83d", $m)))`:                   `3`,
		`$substring("😀ab", 1, 1)`:                                        `"a"`,
		`$encodeUrlComponent("\ud83d" & "\ude00")`:                       `"%F0%9F%98%80"`,
		`$map($split("😀", ""), function($c){ $encodeUrlComponent($c) })`: `D3140`,
	} {
		t.Run(expr, func(t *testing.T) {
			t.Parallel()
			got, code := answer(t, expr)
			if code == "" {
				code = got.String()
			}
			if code != want {
				t.Errorf("got %s, want %s", code, want)
			}
		})
	}
}

// TestRegexBounds is about patterns that never end, or are too large.
func TestRegexBounds(t *testing.T) {
	t.Parallel()
	for expr, want := range map[string]string{
		`$match("` + strings.Repeat("a", 40) + `!", /^(a+)+$/)`:                          "",
		`$contains("x", /` + strings.Repeat("(", 500) + `x/)`:                            "S0302",
		`$contains("x", /` + strings.Repeat("(", 500) + strings.Repeat(")", 500) + `x/)`: "S0303",
		`$contains("x", /((((x{900}){900}){900}){900}){900}/)`:                           "",
		`$contains("x", /(?:(?:(?:a?){500}b?){500}c?){2,}\1?/)`:                          "",
		`$contains("x", /a**/)`:      "S0303",
		`$contains("x", /x/mm)`:      "S0303",
		`$replace("abc", /x*/, "-")`: "D1004",
	} {
		t.Run(expr, func(t *testing.T) {
			t.Parallel()
			if _, code := answer(t, expr); code != want {
				t.Errorf("got error %q, want %q", code, want)
			}
		})
	}
}
