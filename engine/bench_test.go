package engine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
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

// counting goes round as often as $states.input.limit says: one Choice and one Pass each time.
const counting = `{"QueryLanguage":"JSONata","StartAt":"Check","States":{
	"Check":{"Type":"Choice","Choices":[{"Condition":"{% $states.input.i < $states.input.limit %}","Next":"Inc"}],"Default":"Done"},
	"Inc":{"Type":"Pass","Output":{"i":"{% $states.input.i + 1 %}","limit":"{% $states.input.limit %}"},"Next":"Check"},
	"Done":{"Type":"Succeed"}}}`

// countingVariable is the same with a variable.
const countingVariable = `{"QueryLanguage":"JSONata","StartAt":"Init","States":{
	"Init":{"Type":"Pass","Assign":{"i":0,"limit":"{% $states.input.limit %}"},"Next":"Check"},
	"Check":{"Type":"Choice","Choices":[{"Condition":"{% $i < $limit %}","Next":"Inc"}],"Default":"Done"},
	"Inc":{"Type":"Pass","Assign":{"i":"{% $i + 1 %}"},"Next":"Check"},
	"Done":{"Type":"Succeed"}}}`

// everything is a mix of states as workflows have them.
const everything = `{"QueryLanguage":"JSONata","StartAt":"Init","States":{
	"Init":{"Type":"Pass","Assign":{"order":"{% $states.input.order %}","n":"{% $count($states.input.items) %}"},"Next":"Big?"},
	"Big?":{"Type":"Choice","Choices":[{"Condition":"{% $n > 2 and $order.kind = 'retail' %}","Next":"Fan"}],"Default":"Done"},
	"Fan":{"Type":"Parallel","Branches":[
		{"StartAt":"Left","States":{"Left":{"Type":"Pass","Output":{"id":"{% $order.id %}"},"End":true}}},
		{"StartAt":"Right","States":{"Right":{"Type":"Pass","Output":{"up":"{% $uppercase($order.id) %}"},"End":true}}}],
		"Output":"{% $states.input %}","Next":"Each"},
	"Each":{"Type":"Map","Items":"{% $states.input.items %}","ItemSelector":{"v":"{% $states.context.Map.Item.Value %}","ix":"{% $states.context.Map.Item.Index %}"},
		"ItemProcessor":{"StartAt":"One","States":{"One":{"Type":"Pass","Output":{"line":"{% $states.input.v.qty + $states.input.ix %}"},"End":true}}},
		"Next":"Done"},
	"Done":{"Type":"Succeed"}}}`

// benchmark executes a definition with its whole history kept.
func benchmark(b *testing.B, definition, input string) {
	b.Helper()
	m, diags := asl.Parse([]byte(definition))
	if diags.HasErrors() {
		b.Fatal(diags.Err())
	}
	p, diags := engine.NewPlan(m, engine.Options{MaxEvents: engine.Unlimited})
	if p == nil {
		b.Fatal(diags.Err())
	}
	start, entered := started(input), 0
	b.ReportAllocs()
	for b.Loop() {
		log := &history.Log{}
		run := p.Start(start)
		run.Record(log)
		if o := engine.Execute(b.Context(), run, clock.NewVirtual(began), nil); o.Status != engine.Succeeded {
			b.Fatal(o)
		}
		if entered == 0 {
			for t := range log.Types() {
				if strings.HasSuffix(string(t), "StateEntered") {
					entered++
				}
			}
		}
	}
	b.ReportMetric(float64(b.N)*float64(entered)/b.Elapsed().Seconds(), "transitions/s")
}

// BenchmarkLoop measures 1,000 times round a Choice and a Pass.
func BenchmarkLoop(b *testing.B) {
	b.Run("jsonata", func(b *testing.B) { benchmark(b, counting, `{"i":0,"limit":1000}`) })
	b.Run("variable", func(b *testing.B) { benchmark(b, countingVariable, `{"limit":1000}`) })
}

// BenchmarkMixed measures a Parallel, an inline Map of five items and what is between them.
func BenchmarkMixed(b *testing.B) {
	benchmark(b, everything, `{"order":{"id":"o-1001","kind":"retail"},"items":[{"qty":1},{"qty":2},{"qty":3},{"qty":4},{"qty":5}]}`)
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
