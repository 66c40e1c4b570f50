package engine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/value"
)

// chain is a machine of n states of one kind.
func chain(n int, state string) string {
	var b strings.Builder
	b.WriteString(`{"QueryLanguage":"JSONata","StartAt":"S0","States":{`)
	for i := range n {
		fmt.Fprintf(&b, `"S%d":{%s,"Next":"S%d"},`, i, state, i+1)
	}
	fmt.Fprintf(&b, `"S%d":{"Type":"Succeed"}}}`, n)
	return b.String()
}

// BenchmarkExecute measures whole executions of 100 states; "states/s" is what they enter in a second.
func BenchmarkExecute(b *testing.B) {
	answer := engine.TasksFunc(func(context.Context, engine.Call) engine.Result { return engine.Succeed(value.True) })
	for name, state := range map[string]string{
		"pass":    `"Type":"Pass"`,
		"path":    `"Type":"Pass","Output":{"order":"{% $states.input.order %}"},"Assign":{"x":"{% $states.input.order.id %}"}`,
		"jsonata": `"Type":"Pass","Output":{"order":{"id":"{% 'n' & $states.input.order.id %}"}}`,
		"task":    `"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Arguments":{"FunctionName":"F"},"Output":"{% $states.input %}"`,
		"wait":    `"Type":"Wait","Seconds":60`,
	} {
		b.Run(name, func(b *testing.B) {
			p := plan(b, chain(100, state))
			b.ReportAllocs()
			for b.Loop() {
				o := engine.Execute(b.Context(), p.Start(started(`{"order":{"id":"1"}}`)), clock.NewVirtual(began), answer)
				if o.Status == engine.Running {
					b.Fatal(o.Err)
				}
			}
			b.ReportMetric(float64(b.N)*100/b.Elapsed().Seconds(), "states/s")
		})
	}
}

// BenchmarkMap measures an inline Map of 1,000 items through one Pass.
func BenchmarkMap(b *testing.B) {
	p := plan(b, `{"QueryLanguage":"JSONata","StartAt":"Each","States":{"Each":{"Type":"Map","Items":"{% [1..1000] %}","End":true,
		"ItemProcessor":{"StartAt":"One","States":{"One":{"Type":"Pass","Output":{"n":"{% $states.input %}"},"End":true}}}}}}`)
	b.ReportAllocs()
	for b.Loop() {
		o := engine.Execute(b.Context(), p.Start(started(`{}`)), clock.NewVirtual(began), nil)
		if o.Status != engine.Succeeded || o.Output.Len() != 1000 {
			b.Fatal(o.Status, o.Err)
		}
	}
	b.ReportMetric(float64(b.N)*1000/b.Elapsed().Seconds(), "items/s")
}

// BenchmarkDistributedMap measures 1,000 children of one Pass, and 1,000 that wait side by side.
func BenchmarkDistributedMap(b *testing.B) {
	for name, state := range map[string]string{"pass": `"Type":"Pass"`, "wait": `"Type":"Wait","Seconds":60`} {
		b.Run(name, func(b *testing.B) {
			p := plan(b, `{"QueryLanguage":"JSONata","StartAt":"Each","States":{"Each":{"Type":"Map","Items":"{% [1..1000] %}","End":true,
				"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"One","States":{"One":{`+state+`,"End":true}}}}}}`)
			b.ReportAllocs()
			for b.Loop() {
				o := engine.Execute(b.Context(), p.Start(started(`{}`)), clock.NewVirtual(began), nil)
				if o.Status != engine.Succeeded || o.Output.Len() != 1000 {
					b.Fatal(o.Status, o.Err)
				}
			}
			b.ReportMetric(float64(b.N)*1000/b.Elapsed().Seconds(), "items/s")
		})
	}
}

func BenchmarkSaveAndRestore(b *testing.B) {
	p := plan(b, callAndWait)
	run := p.Start(started(`{"n":1}`))
	run.Handle(b.Context(), began, engine.Begin{})
	b.ReportAllocs()
	for b.Loop() {
		data, err := json.Marshal(run)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := p.Restore(data); err != nil {
			b.Fatal(err)
		}
	}
}
