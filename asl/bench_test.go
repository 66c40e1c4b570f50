package asl_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/asl"
)

// large is a definition of about n bytes, in the mixture of states that machines have.
func large(n int) []byte {
	var b strings.Builder
	b.WriteString(`{"Comment": "large", "QueryLanguage": "JSONata", "StartAt": "Extract 0", "States": {`)
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, `
    "Extract %[1]d": {
      "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
      "Arguments": {"FunctionName": "${Extract}", "Payload": "{%% $states.context.Execution.Input %%}"},
      "TimeoutSeconds": 200,
      "Retry": [{"ErrorEquals": ["ImageIdentifyError"], "MaxAttempts": 0}, {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 2, "BackoffRate": 1.5}],
      "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Done", "Assign": {"failure": "{%% $merge([$states.errorOutput, {'State': 'Extract'}]) %%}"}}],
      "Assign": {"meta": "{%% $states.result.Payload %%}"}, "Next": "Supported %[1]d?"
    },
    "Supported %[1]d?": {
      "Type": "Choice", "Choices": [{"Condition": "{%% $meta.format = 'JPEG' or $meta.format = 'PNG' %%}", "Next": "Look %[1]d"}], "Default": "Done"
    },
    "Look %[1]d": {
      "Type": "Parallel", "Next": "Extract %[2]d", "Output": {"labels": "{%% $states.result[0] %%}", "größe": [1, 2.50, true, null]},
      "Branches": [
        {"StartAt": "Labels %[1]d", "States": {"Labels %[1]d": {"Type": "Pass", "Output": {"a": {"b": ["c", "d"]}}, "End": true}}},
        {"StartAt": "Thumbnail %[1]d", "States": {"Thumbnail %[1]d": {"Type": "Wait", "Seconds": 3, "End": true}}}
      ]
    },`, i, i+1)
	}
	b.WriteString(`"Done": {"Type": "Succeed"}}}`)
	return []byte(b.String())
}

func BenchmarkParse(b *testing.B) {
	for _, size := range []int{10 << 10, 1 << 20} {
		src := large(size)
		b.Run(fmt.Sprintf("%dKiB", size>>10), func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for b.Loop() {
				if m, _ := asl.Parse(src); m.States.Len() == 0 {
					b.Fatal("nothing parsed")
				}
			}
		})
	}
}

func BenchmarkPrint(b *testing.B) {
	for _, size := range []int{10 << 10, 1 << 20} {
		m, _ := asl.Parse(large(size))
		b.Run(fmt.Sprintf("%dKiB", size>>10), func(b *testing.B) {
			b.SetBytes(int64(len(asl.Print(m))))
			b.ReportAllocs()
			for b.Loop() {
				asl.Print(m)
			}
		})
	}
}

func BenchmarkWalk(b *testing.B) {
	m, _ := asl.Parse(large(1 << 20))
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		asl.Walk(m, func(v asl.Visit) {
			for range asl.Expressions(v.State, m.Language(v.State)) {
				n++
			}
		})
		if n == 0 {
			b.Fatal("no expressions")
		}
	}
}
