package differ

import (
	"testing"
	"time"

	"github.com/stepwright/stepwright/test/jsonata/reference"
)

// TestReference asks for one outcome of each class.
func TestReference(t *testing.T) {
	t.Parallel()
	p, err := reference.Start(t.Context(), root, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		c    reference.Case
		want string
	}{
		{reference.Case{Expr: "a.b + 1", Data: `{"a":{"b":1}}`}, "2"},
		{reference.Case{Expr: "$x & a", Vars: `{"x":"y"}`}, `"y"`},
		{reference.Case{Expr: "a"}, "nothing"},
		{reference.Case{Expr: "$", Data: "null"}, "null"},
		{reference.Case{Expr: "1 + 'a'"}, `error T2002: The right side of the "+" operator must evaluate to a number`},
		{reference.Case{Expr: "(1"}, `error S0203: Expected ")" before end of expression`},
		{reference.Case{Expr: "[function(){1}]"}, "no JSON: function"},
		{reference.Case{Expr: "1 / 0"}, "no JSON: number"},
		{reference.Case{Expr: "($f := function(){$f()}; $f())"}, "no end"},
		{reference.Case{Expr: "$formatNumber(1, '%%')"}, "crash: Cannot read properties of undefined (reading 'length')"},
		{reference.Case{Expr: "[$abs($abs('a') + 1), 1 + 'a']"}, `error T2002: The right side of the "+" operator must evaluate to a number`},
		{reference.Case{Expr: "[$abs($abs('a') + 1), 1 + 'a']", Turn: true}, `error T0410: Argument 1 of function "abs" does not match function signature`},
		{reference.Case{Expr: "a ~> $count()", Data: `{"a":[1,2]}`}, "2"},
	}
	var cases []reference.Case
	for _, test := range tests {
		cases = append(cases, test.c)
	}
	outcomes, err := p.Ask(cases)
	if err != nil {
		t.Fatal(err)
	}
	for i, test := range tests {
		if got := show(outcomes[i]); got != test.want {
			t.Errorf("%s: %s, want %s", test.c.Expr, got, test.want)
		}
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}
