package imagetagging_test

import (
	"strings"
	"testing"

	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/value"
	"github.com/stepwright/stepwright/workflows/imagetagging"
)

// stopped is the event of an execution that ended with a status.
func stopped(status, input, rest string) value.Value {
	return value.MustParse(`{"version":"0","detail-type":"Step Functions Execution Status Change","source":"aws.states","detail":{"executionArn":"arn:e","stateMachineArn":"arn:m",` +
		`"name":"n","status":"` + status + `","startDate":1,"stopDate":2` + rest + `,"input":` + input + `,"inputDetails":{"included":true},"output":null,"outputDetails":null}}`)
}

func handle(t *testing.T, input value.Value, mark flowtest.Option) *flowtest.Execution {
	t.Helper()
	if mark == nil {
		mark = flowtest.State("Mark stopped", map[string]any{})
	}
	return flowtest.Run(t, imagetagging.FailureHandler, input, mark, flowtest.State("Notify stopped", map[string]any{"MessageId": "m"}))
}

func TestFailureHandler(t *testing.T) {
	t.Parallel()
	quoted := func(s string) string { return value.String(s).String() }
	compact := quoted(`{"s3Bucket":"b","s3Key":"private/u/uploads/` + uuid + `.jpg"}`)
	for _, c := range []struct{ name, status, input, rest, wantName, wantMessage string }{
		{"timed out, event", "TIMED_OUT", quoted(event), ``, "TIMED_OUT", "the execution ended as TIMED_OUT"},
		{"aborted, compact", "ABORTED", compact, `,"error":null,"cause":null`, "ABORTED", "the execution ended as ABORTED"},
		{"failed", "FAILED", compact, `,"error":"States.Runtime","cause":"no way on"`, "States.Runtime", "no way on"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := handle(t, stopped(c.status, c.input, c.rest), nil)
			var got imagetagging.Handled
			e.Output(&got)
			if got.ID != uuid || got.Outcome != "marked" {
				t.Errorf("got %+v", got)
			}
			args := e.Calls("Mark stopped")[0]
			v := args.Get("ExpressionAttributeValues")
			if args.Path("Key", "id", "S").Str() != uuid || v.Path(":ProcessingStatus", "S").Str() != c.status || v.Path(":errorName", "S").Str() != c.wantName ||
				v.Path(":errorMessage", "S").Str() != c.wantMessage || v.Path(":SfnExecutionArn", "S").Str() != "arn:e" {
				t.Errorf("marked with %s", args)
			}
			if got := args.Get("ConditionExpression").Str(); got != "#SfnExecutionArn = :SfnExecutionArn AND #ProcessingStatus IN (:ProcessingStatus2, :ProcessingStatus3)" {
				t.Errorf("condition %s", got)
			}
			m := e.Calls("Notify stopped")[0].Get("Message")
			if m.Get("photo").Str() != uuid || m.Get("errorName").Str() != c.wantName || m.Get("errorMessage").Str() != c.wantMessage {
				t.Errorf("told %s", m)
			}
		})
	}
}

func TestFailureHandlerHasNothingToDo(t *testing.T) {
	t.Parallel()
	e := handle(t, stopped("FAILED", value.String(event).String(), ""), flowtest.StateFails("Mark stopped", flowtest.Error{Name: conditionFailed}))
	var got imagetagging.Handled
	e.Output(&got)
	if got.Outcome != "nothing to do" || got.ID != uuid {
		t.Errorf("got %+v", got)
	}
	e.Avoids("Notify stopped")
}

func TestFailureHandlerFails(t *testing.T) {
	t.Parallel()
	e := handle(t, stopped("FAILED", value.String(event).String(), ""), flowtest.StateFails("Mark stopped", flowtest.Error{Name: "DynamoDB.X", Cause: "no"}))
	if cause := e.FailsWith("DynamoDB.X"); cause != "no" {
		t.Errorf("the cause is %q", cause)
	}
	for _, input := range []string{`null`, `"{}"`, `"[1]"`, `"{\"s3Bucket\":\"b\"}"`} {
		e := handle(t, stopped("ABORTED", input, ""), nil)
		if cause := e.FailsWith("PhotoUnknown"); !strings.Contains(cause, "arn:e") {
			t.Errorf("%s: the cause is %q", input, cause)
		}
	}
}
