package jsonata_test

import (
	"strings"
	"testing"
)

// TestSignatures is about signatures with several signs behind a letter, of which the reference makes a regular
// expression, and about what it does with the arguments that one parameter takes: what it answered.
func TestSignatures(t *testing.T) {
	t.Parallel()
	for expr, want := range map[string]string{
		`function($a, $b)<n+j->{[1, $b]}(y, 1)`:                     `[1]`,
		`function($a, $b, $c)<s+n>{[$a,$b,$c]}("a","b",3)`:          `["a","a",3]`,
		`function($a, $b, $c)<a+>{[$a,$b,$c]}(1,2,3)`:               `[1,2,3]`,
		`function($a, $b, $c)<n+-n+>{[$a,$b,$c]}(1,2,3)`:            `[1,2,2]`,
		`function($a, $b, $c)<n+?n>{[$a,$b,$c]}(1,2,3)`:             `[1,1,3]`,
		`("x"; 5).(function($a, $b)<n-n>{[$a,$b]}(3))`:              `[5,3]`,
		`("x").(function($a, $b)<n?-n?>{[$a,$b]}(3))`:               `["x",3]`,
		`("x").(function($a, $b)<n?-n?>{[$a,$b]}(3, 4))`:            `[3,4]`,
		`("x").(function($a, $b)<n-n>{[$a,$b]}(3))`:                 `T0411`,
		`function($a, $b, $c)<a<n>+>{[$a,$b,$c]}(1,[2],3)`:          `T0412`,
		`function($a)<n+n+n+n+n+n+n+n+n+n+s>{$a}(` + many(60) + `)`: `T0410`,
		`function($a)<` + strings.Repeat("n", 101) + `>{$a}(1)`:     `U1001`,
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

func many(n int) string { return "1" + strings.Repeat(",1", n-1) }
