package jsonata

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/value"
)

func unfolded(c *config) { c.unfolded = true }

func TestConstant(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		"1":                                "1",
		"-5":                               "-5",
		"9007199254740993":                 "9007199254740993",
		"'a' & 1 & true & null":            `"a1truenull"`,
		"1 + 2 * 3 - 4 / 2 % 3":            "5",
		"(1 + 2) * 3":                      "9",
		"[1, 'a', [2..4], null]":           `[1,"a",[2,3,4],null]`,
		"{'a': {'b': [1 + 1]}, 'c': -(2)}": `{"a":{"b":[2]},"c":-2}`,
		"1 < 2 and 'a' <= 'b' or 3 = 4":    "true",
		"2 in [1, 2]":                      "true",
		"true ? 'yes' : $x":                `"yes"`,
		"false ? $x : 'no'":                `"no"`,
		"1 = 1 ? 'yes' : 'no'":             `"yes"`,
		"false and $x":                     "false",
		"true or $f()":                     "true",
		"false ? 1":                        "nothing",
		"(1; 2; 'c')":                      `"c"`,
		"[][0]":                            "varies",
		"$x":                               "varies",
		"a":                                "varies",
		"$now()":                           "varies",
		"true and $x":                      "varies",
		"1 + 'a'":                          "varies",
		"1 / 0":                            "varies",
		"[1..100000]":                      "varies",
		"{'a': 1, 'a': 2}":                 "varies",
		"($x := 1; $x)":                    "varies",
		"()":                               "varies",
		"function(){1}":                    "varies",
		"/a/":                              "varies",
		"[1, 2][0]":                        "varies",
		"{'a': 1}.a":                       "varies",
		"[1, $x]":                          "varies",
	} {
		e, err := Compile(src)
		if err != nil {
			t.Fatal(err)
		}
		got := "varies"
		if v, ok := e.Constant(); ok {
			got = "nothing"
			if v.Exists() {
				got = v.String()
			}
		}
		if got != want {
			t.Errorf("%s: %s, want %s", src, got, want)
		}
	}
}

// TestFolding compares expressions with many constant parts, folded and not: the results, or errors, and what is left of
// the bounds.
func TestFolding(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	folded := 0
	for range 20_000 {
		src := constantText(r, 4)
		a, err := Compile(src)
		if err != nil {
			continue // a slash behind brackets is taken for a regular expression
		}
		b, err := Compile(src, unfolded)
		if err != nil {
			t.Fatal(err)
		}
		if parts, _ := constantParts(a.ast); len(parts) > 0 {
			folded++
		}
		limits := Limits{Bytes: 1 + r.IntN(4000), Steps: 1 + r.IntN(100)}
		if r.IntN(2) == 0 {
			limits = Limits{}
		}
		x, errA := evaluateOnce(a, limits)
		y, errB := evaluateOnce(b, limits)
		if errA != errB || x != y {
			t.Fatalf("%s with %v:\nfolded %s %s\nas it is %s %s", src, limits, x, errA, y, errB)
		}
		if v, ok := a.Constant(); ok && limits.Bytes == 0 && (v.Exists() != (y != "nothing") || v.Exists() && v.String() != y) {
			t.Fatalf("%s is the constant %v, but gives %s %s", src, v, y, errB)
		}
	}
	if folded < 10_000 {
		t.Errorf("%d expressions have parts to fold", folded)
	}
}

func evaluateOnce(e *Expression, limits Limits) (result, failed string) {
	input := value.MustParse(`{"a":[1,2,{"b":"x"}],"n":3}`)
	vars := map[string]value.Value{"x": value.MustParse(`[1,"y"]`), "t": value.Bool(true)}
	v, err := e.Evaluate(context.Background(), Env{Input: input, Var: func(name string) value.Value { return vars[name] }, Limits: limits})
	if err != nil {
		own := err.(*Error) //nolint:errorlint // it is one
		return "", strings.Join([]string{own.Code, own.Message, own.Token, itoa(own.Position), itoa(own.Offset)}, "|")
	}
	if !v.Exists() {
		return "nothing", ""
	}
	return v.String(), ""
}

// constantText is a random expression in which most parts are constant.
func constantText(r *rand.Rand, depth int) string {
	sub := func() string { return constantText(r, depth-1) }
	if depth == 0 || r.IntN(8) == 0 {
		atoms := []string{
			"1", "2.5", "0", "-3", "'a'", "''", "'a b'", "true", "false", "null", "1e300", "9007199254740993", "[]", "'\\ud83d'", "'\\ude00'",
			"$x", "n", "a.b", "$nothing", "$t", "$",
		}
		return atoms[r.IntN(len(atoms))]
	}
	if r.IntN(2) == 0 {
		ops := []string{"+", "-", "*", "/", "%", "&", "&", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in"}
		return "(" + sub() + " " + ops[r.IntN(len(ops))] + " " + sub() + ")"
	}
	switch r.IntN(12) {
	case 0:
		return "(" + sub() + " ? " + sub() + " : " + sub() + ")"
	case 1:
		return "(true ? " + sub() + " : " + sub() + ")"
	case 2:
		return "(" + sub() + "; " + sub() + ")"
	case 3:
		return "[" + sub() + ", " + sub() + "]"
	case 4:
		return "{'k': " + sub() + ", 'l': " + sub() + "}"
	case 5:
		return "-" + sub()
	case 6:
		return "a.(" + sub() + ")"
	case 7:
		return "a[" + sub() + "]"
	case 8:
		return "[1.." + sub() + "]"
	case 9:
		return "$map(a, function($v){" + sub() + "})"
	case 10:
		return "($v := " + sub() + "; $v)"
	default:
		return "(" + sub() + ")" + []string{"", "[0]", "[]", "{'g': 1}", ".n"}[r.IntN(5)]
	}
}
