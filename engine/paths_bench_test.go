package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/engine"
)

// BenchmarkPaths measures executions of 100 states in JSONPath; "states/s" is what they enter in a second.
func BenchmarkPaths(b *testing.B) {
	for name, state := range map[string]string{
		"parameters": `"Type":"Pass","Parameters":{"id.$":"$.order.id","lines.$":"$.order.lines","kind":"order"},"ResultPath":"$.made","Next":"%s"`,
		"filters":    `"Type":"Pass","InputPath":"$.order","ResultPath":"$.order","OutputPath":"$","Next":"%s"`,
		"choice":     `"Type":"Choice","Choices":[{"Variable":"$.order.id","NumericGreaterThan":5,"Next":"%[1]s"}],"Default":"%[1]s"`,
		"assign":     `"Type":"Pass","Assign":{"id.$":"$.order.id","all.$":"$$.Execution.Id"},"Next":"%s"`,
	} {
		b.Run(name, func(b *testing.B) {
			p := plan(b, pathChain(100, state))
			b.ReportAllocs()
			for b.Loop() {
				o := engine.Execute(b.Context(), p.Start(started(`{"order":{"id":7,"lines":[1,2,3]}}`)), clock.NewVirtual(began), nil)
				if o.Status != engine.Succeeded {
					b.Fatal(o.Status, o.Err)
				}
			}
			b.ReportMetric(float64(b.N)*100/b.Elapsed().Seconds(), "states/s")
		})
	}
}

// pathChain is a machine of n JSONPath states, each with the name of the next one.
func pathChain(n int, state string) string {
	var b strings.Builder
	b.WriteString(`{"StartAt":"S0","States":{`)
	for i := range n {
		fmt.Fprintf(&b, `"S%d":{%s},`, i, fmt.Sprintf(state, fmt.Sprintf("S%d", i+1)))
	}
	fmt.Fprintf(&b, `"S%d":{"Type":"Succeed"}}}`, n)
	return b.String()
}
