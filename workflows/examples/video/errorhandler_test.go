package video_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/value"
	"github.com/stepwright/stepwright/workflows/examples/video"
)

func TestErrorHandler(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:states:eu-north-1:210987654321:execution:"
	execution := func(machine, status, input string, more ...string) value.Value {
		d := map[string]any{"executionArn": arn + machine + ":" + guid, "stateMachineArn": "arn:aws:states:eu-north-1:210987654321:stateMachine:" + machine, "name": "run-7", "status": status, "input": input}
		for i := 0; i < len(more); i += 2 {
			d[more[i]] = more[i+1]
		}
		return value.MustFrom(map[string]any{"source": "aws.states", "detail": d})
	}
	start := `{"detail":{"bucket":{"name":"b"},"object":{"key":"k.mp4","size":1,"version-id":"v"}}}`
	console := "https://console.aws.amazon.com/states/home#/v2/executions/details/" + arn
	for _, c := range []struct {
		name  string
		event value.Value
		guid  string
		want  told
	}{
		{"Process aborted", execution("Process", "ABORTED", `{"guid":"`+guid+`"}`), guid, told{"Process", "ABORTED", console + "Process:" + guid}},
		{"Publish timed out", execution("Publish", "TIMED_OUT", value.MustFrom(done("COMPLETE")).String()), guid, told{"Publish", "TIMED_OUT", console + "Publish:" + guid}},
		{"Ingest failed", execution("Ingest", "FAILED", start, "error", "States.Runtime", "cause", "too large"), shaped("b", "k.mp4", "v", ""), told{"Ingest", "too large", console + "Ingest:" + guid}},
		{"no input", value.MustParse(`{"detail":{"executionArn":"a","stateMachineArn":"x:Ingest","name":"run-7","status":"FAILED"}}`), "unknown-run-7", told{"Ingest", "FAILED", "https://console.aws.amazon.com/states/home#/v2/executions/details/a"}},
		{
			"job failed", value.MustParse(`{"source":"aws.mediaconvert","detail":{"status":"ERROR","jobId":"` + job + `","errorCode":1010,"errorMessage":"The input could not be opened","userMetadata":{"guid":"` + guid + `","workflow":"media"}}}`),
			guid,
			told{"Encoding", "The input could not be opened", "https://console.aws.amazon.com/mediaconvert/home#/jobs/summary/" + job},
		},
		{"job canceled", value.MustFrom(done("CANCELED")), guid, told{"Encoding", "CANCELED", "https://console.aws.amazon.com/mediaconvert/home#/jobs/summary/" + job}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := runs(t, video.ErrorHandler, c.event, answer("Record Error", nothing).with(answer("Notify Error", message)), "Identify → Record Error → Notify Error → Handled")
			output(t, e, video.Handled{GUID: c.guid, Outcome: "recorded"})
			call := e.Calls("Record Error")[0]
			v := call.Get("ExpressionAttributeValues")
			got := told{v.Path(":workflowErrorAt", "S").Str(), v.Path(":errorMessage", "S").Str(), v.Path(":errorDetails", "S").Str()}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("recorded (-want +got):\n%s", d)
			}
			if call.Path("Key", "guid", "S").Str() != c.guid || call.Get("ConditionExpression").Str() != "#workflowStatus <> :workflowStatus" && call.Get("ConditionExpression").Str() != "#workflowStatus <> :workflowStatus2" {
				t.Errorf("recorded with %s", call)
			}
		})
	}
	t.Run("recorded before", func(t *testing.T) {
		t.Parallel()
		e := runs(t, video.ErrorHandler, execution("Process", "FAILED", `{"guid":"`+guid+`"}`), fails("Record Error", "DynamoDB.ConditionalCheckFailedException", "there"), "Identify → Record Error → Already Recorded")
		output(t, e, video.Handled{GUID: guid, Outcome: "already recorded"})
	})
	t.Run("nobody can be told", func(t *testing.T) {
		t.Parallel()
		e := flowtest.Run(t, video.ErrorHandler, execution("Process", "FAILED", `{"guid":"`+guid+`"}`), answer("Record Error", nothing).with(fails("Notify Error", "SNS.NotFoundException", "x")).options()...)
		e.FailsWith("SNS.NotFoundException")
	})
}
