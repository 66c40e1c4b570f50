package jsonata_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stepwright/stepwright/jsonata"
	"github.com/stepwright/stepwright/value"
)

// BenchmarkFunctions measures functions on texts, numbers and times. "lines" is a text of 1,000 short lines.
func BenchmarkFunctions(b *testing.B) {
	lines := value.String(strings.Repeat("2026-03-14,Ada Lovelace,12.5\n", 1000))
	for _, bench := range []struct{ name, expr string }{
		{"match", `$count($match(lines, /(\d+)-(\d+)-(\d+)/))`},
		{"replace", `$length($replace(lines, /(\w+) (\w+)/, "$2 $1"))`},
		{"replace-text", `$length($replace(lines, "Ada", "Eve"))`},
		{"split", `$count($split(lines, "\n"))`},
		{"split-regex", `$count($split(lines, /,|\n/))`},
		{"ahead", `$count($match(lines, /Ada(?= L)/))`},
		{"contains", `$contains("Ada Lovelace", /love/i)`},
		{"substring", `$substring("Ada Lovelace", 4, 4)`},
		{"uppercase", `$uppercase("Ada Lovelace é")`},
		{"pad", `$pad("12.5", -8, "0")`},
		{"now", `$now()`},
		{"from-millis", `$fromMillis(1510067557121, "[D1o] of [MNn] [Y], [H01]:[m01] [Z]", "+0100")`},
		{"to-millis", `$toMillis("2017-11-07T15:07:54.972Z")`},
		{"to-millis-picture", `$toMillis("7 November 2017", "[D1] [MNn] [Y0001]")`},
		{"format-number", `$formatNumber(1234567.891, "#,##0.00")`},
		{"format-integer", `$formatInteger(1234567, "Ww")`},
		{"round", `$round(12.345, 2)`},
		{"power", `$power(1.05, 12.5)`},
		{"string", `$string(0.1)`},
		{"base64", `$base64encode("Ada Lovelace")`},
	} {
		b.Run(bench.name, func(b *testing.B) {
			e, err := jsonata.Compile(bench.expr)
			if err != nil {
				b.Fatal(err)
			}
			env := jsonata.Env{Input: value.Object(value.M("lines", lines)), Now: time.UnixMilli(1_700_000_000_000)}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.Evaluate(b.Context(), env); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
