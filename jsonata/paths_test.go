package jsonata_test

import (
	"strings"
	"testing"

	"github.com/stepwright/stepwright/jsonata"
)

func TestPaths(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]struct{ free, paths string }{
		"1 + 2":                           {"", ""},
		"$":                               {"", "$"},
		"order.id":                        {"", "order.id"},
		"$states.input.a.b[0].c":          {"states", "$states.input.a.b.c"},
		"$states.input.a[b = $x.y].c":     {"states x", "$states.input.a.b $states.input.a.c $x.y"},
		"$sum(order.lines.(price * qty))": {"", "order.lines.price order.lines.qty"},
		"order.lines^(>price).name":       {"", "order.lines.price order.lines.name"},
		"order{kind: $count(lines)}":      {"", "order.kind order.lines"},
		"$$.a.`odd name`":                 {"", "$$.a.`odd name`"},
		"a.*":                             {"", "a"},
		"a.**.b":                          {"", "a"},
		"($x := a.b; $x.c & $y)":          {"y", "a.b.c $y"},
		"($y := $x; $x := 1)":             {"x", ""},
		"($f := function($n){$n <= 1 ? 1 : $f($n - 1) * $k}; $f(3))": {"k", "$k"},
		"$map(rows, function($r, $i){$r.v + $i + base})":             {"", "rows base"},
		"rows@$r.cols@$c[$c.id = $r.id].{'r': $r.v, 'q': $q}":        {"q", "rows.id rows.v cols.id $q"},
		"rows#$i[$i < $n].v":                      {"n", "rows.v $n"},
		"a ? ($x := 1) : $x":                      {"x", "a $x"},
		"a and ($x := 1); $x":                     {"", ""},
		"(a and ($x := 1); $x)":                   {"x", "a $x"},
		"$sum":                                    {"", ""},
		"$own(a) ~> $string":                      {"own", "$own a"},
		"$o ~> |a.b|{'c': d}|":                    {"o", "$o"},
		"a.b & a.b & $x & $x":                     {"x", "a.b $x"},
		"items.($p := %; $.name)":                 {"", "items.name"},
		"[a, {'k': b, c: d}]":                     {"", "a b c d"},
		"($x := a.b)":                             {"", "a.b"},
		"($f := function(){$v.w}; $v := a; $f())": {"", ""},
		"a.(b; c).d":                              {"", "a.b a.c.d"},
	} {
		e, err := jsonata.Compile(src)
		if err != nil {
			if want.free+want.paths != "" {
				t.Errorf("%s: %v", src, err)
			}
			continue
		}
		if got := strings.Join(e.Free(), " "); got != want.free {
			t.Errorf("%s: free %s, want %s", src, got, want.free)
		}
		var all []string
		for _, p := range e.Paths() {
			all = append(all, p.String())
		}
		if got := strings.Join(all, " "); got != want.paths {
			t.Errorf("%s: reads %s, want %s", src, got, want.paths)
		}
	}
}
