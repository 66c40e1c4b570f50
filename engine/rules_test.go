package engine_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/value"
)

// Rules of the service that no recording shows (docs/conformance.md), one line each: what a machine comes to.
func TestRules(t *testing.T) {
	t.Parallel()
	large := `{"s":"` + strings.Repeat("x", 200_000) + `"}`
	const twice = `{% $states.input.s & $states.input.s %}`
	for name, c := range map[string]struct{ machine, input, want string }{
		"a standard execution takes a year": {
			`{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":40000000,"End":true}}}`, `{}`,
			`TIMED_OUT after 8760h0m0s`,
		},
		"its own time-out is shorter": {
			`{"TimeoutSeconds":5,"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":40000000,"End":true}}}`, `{}`,
			`TIMED_OUT after 5s`,
		},
		"arguments of a Parallel are too large": {
			`{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Parallel","Arguments":"` + twice + `","Branches":[{"StartAt":"B","States":{"B":{"Type":"Succeed"}}}],
				"Catch":[{"ErrorEquals":["States.DataLimitExceeded"],"Output":"caught","Next":"C"}],"End":true},"C":{"Type":"Succeed"}}}`, large,
			`SUCCEEDED after 0s "caught"`,
		},
		"results of a Parallel are too large": {
			`{"StartAt":"A","States":{"A":{"Type":"Parallel","Branches":[{"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}},{"StartAt":"D","States":{"D":{"Type":"Pass","End":true}}}],"End":true}}}`, large,
			`FAILED after 0s States.DataLimitExceeded: The state/task 'A' returned a result with a size exceeding the maximum number of bytes service limit.`,
		},
		"the input of an item is too large": {
			`{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Map","Items":[1],"ItemSelector":"` + twice + `","ItemProcessor":{"StartAt":"B","States":{"B":{"Type":"Pass","Output":1,"End":true}}},"End":true}}}`, large,
			`FAILED after 0s States.DataLimitExceeded: The state/task 'A' returned a result with a size exceeding the maximum number of bytes service limit.`,
		},
		"no choice matches": {
			`{"StartAt":"A","States":{"A":{"Type":"Choice","Choices":[{"Variable":"$.n","NumericEquals":1,"Next":"B"}]},"B":{"Type":"Succeed"}}}`, `{"n":2}`,
			`FAILED after 0s States.Runtime: An error occurred while executing the state 'A' (entered at the event id #2). Failed to transition out of the state. The state does not point to a next state.`,
		},
		"States.ALL does not catch States.Runtime": {
			`{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:111111111111:function:f","Parameters":{"a.$":"$.none"},
				"Retry":[{"ErrorEquals":["States.Runtime"]}],"Catch":[{"ErrorEquals":["States.ALL"],"Next":"B"}],"End":true},"B":{"Type":"Succeed"}}}`, `{"n":2}`,
			`FAILED after 0s States.Runtime: An error occurred while executing the state 'A' (entered at the event id #2). The JSONPath '$.none' specified for the field 'a.$' could not be found in the input '{"n":2}'`,
		},
		"States.TaskFailed is any error of a task but a time-out": {
			`{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:111111111111:function:never","TimeoutSeconds":3,
				"Catch":[{"ErrorEquals":["States.TaskFailed"],"Next":"B"},{"ErrorEquals":["States.Timeout"],"Next":"C"}],"End":true},
				"B":{"Type":"Pass","Result":"wrong","End":true},"C":{"Type":"Pass","Result":"right","End":true}}}`, `{}`,
			`SUCCEEDED after 3s "right"`,
		},
		"a heartbeat that is missed answers to both names": {
			`{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","HeartbeatSeconds":4,"Parameters":{"MessageBody.$":"$$.Task.Token"},
				"Catch":[{"ErrorEquals":["States.HeartbeatTimeout"],"Next":"B"}],"End":true},"B":{"Type":"Pass","End":true}}}`, `{}`,
			`SUCCEEDED after 4s {"Error":"States.Timeout","Cause":""}`,
		},
		"States.BranchFailed is what a branch fails with": {
			`{"StartAt":"A","States":{"A":{"Type":"Parallel","Branches":[{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"E","Cause":"c"}}}],
				"Catch":[{"ErrorEquals":["States.BranchFailed"],"Next":"B"}],"End":true},"B":{"Type":"Pass","End":true}}}`, `{}`,
			`SUCCEEDED after 0s {"Error":"E","Cause":"c"}`,
		},
		"a wait may be over already": {
			`{"StartAt":"A","States":{"A":{"Type":"Wait","Timestamp":"2001-01-01T00:00:00+01:00","Next":"B"},"B":{"Type":"Wait","Seconds":0,"End":true}}}`, `1`,
			`SUCCEEDED after 0s 1`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := engine.Execute(t.Context(), plan(t, c.machine).Start(started(c.input)), clock.NewVirtual(began), engine.TasksFunc(
				func(_ context.Context, call engine.Call) engine.Result {
					if call.Waits || strings.HasSuffix(call.Resource, ":never") {
						return engine.Result{Never: true}
					}
					return engine.Succeed(value.Object())
				}))
			got := fmt.Sprintf("%s after %s", o.Status, o.Stopped.Sub(began))
			if o.Output.Exists() {
				got += " " + o.Output.String()
			}
			if o.Error != nil {
				got += " " + *o.Error + ": " + *o.Cause
			}
			if got != c.want {
				t.Errorf("got  %.300s\nwant %.300s", got, c.want)
			}
		})
	}
}
