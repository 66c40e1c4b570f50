package jsonpath

import (
	"strings"
	"testing"

	"github.com/stepwright/stepwright/value"
)

// BenchmarkFunctions calls functions as a workflow in a loop does.
func BenchmarkFunctions(b *testing.B) {
	numbers := "[" + strings.TrimSuffix(strings.Repeat("1,", 1000), ",") + "]"
	for _, bench := range []struct{ label, name, args string }{
		{"Format", "States.Format", `["Photo {} of {}: {}", 17, "Oslo", {"Width":640,"Height":480}]`},
		{"ArrayPartition", "States.ArrayPartition", `[` + numbers + `, 10]`},
		{"ArrayUnique", "States.ArrayUnique", `[` + numbers + `]`},
		{"JsonMerge", "States.JsonMerge", `[{"Id":"a","Width":640,"Height":480}, {"Height":1,"Tags":["x"]}, false]`},
		{"StringSplit", "States.StringSplit", `["photos/2024/07/oslo.jpeg", "/."]`},
		{"MathAdd", "States.MathAdd", `[41, 1]`},
		{"Hash", "States.Hash", `["photos/2024/07/oslo.jpeg", "SHA-256"]`},
	} {
		b.Run(bench.label, func(b *testing.B) {
			call, env, args := functions[bench.name].call, dice(), value.MustParse(bench.args).Elements()
			b.ReportAllocs()
			for b.Loop() {
				if _, err := call(env, args); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
