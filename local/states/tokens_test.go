package states_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/local/states"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/wiretest"
	"github.com/stepwright/stepwright/value"
)

const ask = `{"QueryLanguage":"JSONata","StartAt":"Ask","States":{"Ask":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken",
	"Arguments":{"QueueUrl":"q","MessageBody":"{% $states.context.Task.Token %}"},"TimeoutSeconds":60,"HeartbeatSeconds":50,"End":true}}}`

// asking starts an execution that asks, and gives its ARN and the token that was sent.
func asking(t *testing.T, m *machine) (arn, token string) {
	t.Helper()
	tokens := make(chan string, 1)
	m.services.Add("sqs", api(func(_ context.Context, _ string, v value.Value) (value.Value, error) {
		tokens <- v.Get("MessageBody").Str()
		return value.MustParse(`{"MessageId":"m"}`), nil
	}))
	out, err := m.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: new(m.create(t, "A", ask))})
	if err != nil {
		t.Fatal(err)
	}
	return *out.ExecutionArn, <-tokens
}

func (m *machine) wait(t *testing.T, arn string) states.Execution {
	t.Helper()
	x, err := m.Wait(t.Context(), arn)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func eventTypes(events []history.Event) string {
	var names []string
	for _, e := range events {
		names = append(names, string(e.Type))
	}
	return strings.Join(names, " ")
}

func TestCallback(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	arn, token := asking(t, m)
	if _, err := m.SendTaskHeartbeat(t.Context(), &sfn.SendTaskHeartbeatInput{TaskToken: &token}); err != nil {
		t.Error(err)
	}
	_, err := m.SendTaskSuccess(t.Context(), &sfn.SendTaskSuccessInput{TaskToken: &token, Output: new("{")})
	wiretest.Refused(t, err, "InvalidOutput", "Invalid Output")
	if _, err := m.SendTaskSuccess(t.Context(), &sfn.SendTaskSuccessInput{TaskToken: &token, Output: new(`{"ok":true}`)}); err != nil {
		t.Fatal(err)
	}
	if x := m.wait(t, arn); x.Output.String() != `{"ok":true}` {
		t.Errorf("got %+v", x)
	}
	want := "ExecutionStarted TaskStateEntered TaskScheduled TaskStarted TaskSubmitted TaskSucceeded TaskStateExited ExecutionSucceeded"
	if got := eventTypes(m.History(arn)); got != want {
		t.Errorf("got %s", got)
	}
	_, err = m.SendTaskSuccess(t.Context(), &sfn.SendTaskSuccessInput{TaskToken: &token, Output: new("1")})
	wiretest.Refused(t, err, "TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'")
	_, err = m.SendTaskHeartbeat(t.Context(), &sfn.SendTaskHeartbeatInput{TaskToken: &token})
	wiretest.Refused(t, err, "TaskTimedOut", "does not exist anymore")
	_, err = m.SendTaskFailure(t.Context(), &sfn.SendTaskFailureInput{TaskToken: new("AAAA")})
	wiretest.Refused(t, err, "InvalidToken", "Invalid Token: 'Invalid token'")
}

func TestCallbackFails(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	arn, token := asking(t, m)
	if _, err := m.SendTaskFailure(t.Context(), &sfn.SendTaskFailureInput{TaskToken: &token, Error: new("Refused"), Cause: new("no")}); err != nil {
		t.Fatal(err)
	}
	if x := m.wait(t, arn); x.Error != "Refused" || x.Cause != "no" {
		t.Errorf("got %+v", x)
	}
}

func TestStoppedCallback(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	arn, token := asking(t, m)
	if _, err := m.StopExecution(t.Context(), &sfn.StopExecutionInput{ExecutionArn: &arn}); err != nil {
		t.Fatal(err)
	}
	_, err := m.SendTaskSuccess(t.Context(), &sfn.SendTaskSuccessInput{TaskToken: &token, Output: new("1")})
	wiretest.Refused(t, err, "TaskTimedOut", "does not exist anymore")
}

func TestActivity(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	made, err := m.CreateActivity(t.Context(), &sfn.CreateActivityInput{Name: new("Develop")})
	if err != nil {
		t.Fatal(err)
	}
	again, err := m.CreateActivity(t.Context(), &sfn.CreateActivityInput{Name: new("Develop")})
	if err != nil || *again.ActivityArn != *made.ActivityArn || !again.CreationDate.Equal(*made.CreationDate) {
		t.Errorf("made again: %v %v", again, err)
	}
	if d, err := m.DescribeActivity(t.Context(), &sfn.DescribeActivityInput{ActivityArn: made.ActivityArn}); err != nil || *d.Name != "Develop" {
		t.Errorf("got %v %v", d, err)
	}
	if l, err := m.ListActivities(t.Context(), &sfn.ListActivitiesInput{}); err != nil || len(l.Activities) != 1 {
		t.Errorf("got %v %v", l, err)
	}
	arn := m.create(t, "W", fmt.Sprintf(`{"StartAt":"Work","States":{"Work":{"Type":"Task","Resource":%q,"End":true}}}`, *made.ActivityArn))
	task := make(chan *sfn.GetActivityTaskOutput)
	go func() { // the worker asks before there is anything to do
		out, err := m.GetActivityTask(t.Context(), &sfn.GetActivityTaskInput{ActivityArn: made.ActivityArn, WorkerName: new("w1")})
		if err != nil {
			t.Error(err)
		}
		task <- out
	}()
	started, err := m.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: &arn, Input: new(`{"film":36}`)})
	if err != nil {
		t.Fatal(err)
	}
	got := <-task
	if got == nil || *got.Input != `{"film":36}` {
		t.Fatalf("got %+v", got)
	}
	if _, err := m.SendTaskSuccess(t.Context(), &sfn.SendTaskSuccessInput{TaskToken: got.TaskToken, Output: new(`"done"`)}); err != nil {
		t.Fatal(err)
	}
	if x := m.wait(t, *started.ExecutionArn); x.Output.Str() != "done" {
		t.Errorf("got %+v", x)
	}
	events := m.History(*started.ExecutionArn)
	if got := eventTypes(events); !strings.Contains(got, "ActivityScheduled ActivityStarted ActivitySucceeded") || events[3].WorkerName != "w1" {
		t.Errorf("got %s", got)
	}
	if _, err := m.DeleteActivity(t.Context(), &sfn.DeleteActivityInput{ActivityArn: made.ActivityArn}); err != nil {
		t.Error(err)
	}
	_, err = m.GetActivityTask(t.Context(), &sfn.GetActivityTaskInput{ActivityArn: made.ActivityArn})
	wiretest.Refused(t, err, "ActivityDoesNotExist", "Activity Does Not Exist: '"+*made.ActivityArn+"'")
	x := m.run(t, arn, `{}`)
	if want := "An error occurred while executing the state 'Work' (entered at the event id #2). The activity " + *made.ActivityArn + " does not exist."; x.Error != "States.Runtime" || x.Cause != want {
		t.Errorf("got %s: %s\nwant %s", x.Error, x.Cause, want)
	}
	if x := m.run(t, arn, `{}`); x.Error != "States.Runtime" {
		t.Errorf("without the activity: got %+v", x)
	}
}

// A task that nobody took in time is not given to a worker any more.
func TestActivityTooLate(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	made, err := m.CreateActivity(t.Context(), &sfn.CreateActivityInput{Name: new("Develop")})
	if err != nil {
		t.Fatal(err)
	}
	arn := m.create(t, "W", fmt.Sprintf(`{"StartAt":"Work","States":{"Work":{"Type":"Task","Resource":%q,"TimeoutSeconds":1,"End":true}}}`, *made.ActivityArn))
	if x := m.run(t, arn, `{}`); x.Error != "States.Timeout" {
		t.Errorf("got %+v", x)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if out, err := m.Call(ctx, "GetActivityTask", value.Object(value.M("activityArn", value.String(*made.ActivityArn)))); err == nil {
		t.Errorf("got %v", out)
	}
}

func TestActivityOfTemplate(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	r := wire.Resource{Stack: "S", LogicalID: "Develop1A2B", Type: "AWS::StepFunctions::Activity", Properties: value.MustParse(`{"Name":"Develop"}`)}
	made, err := m.Create(t.Context(), r)
	if err != nil || made.Ref != "arn:aws:states:eu-north-1:111122223333:activity:Develop" || made.Attributes["Name"].Str() != "Develop" {
		t.Fatalf("got %+v %v", made, err)
	}
	if err := m.Delete(t.Context(), r, made); err != nil {
		t.Error(err)
	}
	_, err = m.DescribeActivity(t.Context(), &sfn.DescribeActivityInput{ActivityArn: &made.Ref})
	wiretest.Refused(t, err, "ActivityDoesNotExist", "Does Not Exist")
	r.Properties = value.MustParse(`{"EncryptionConfiguration":{}}`)
	if _, err := m.Create(t.Context(), r); err == nil || !strings.Contains(err.Error(), "property EncryptionConfiguration of an activity is not supported yet") {
		t.Errorf("got %v", err)
	}
}

func TestNestedExecutions(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	child := m.create(t, "Child", `{"QueryLanguage":"JSONata","StartAt":"C","States":{"C":{"Type":"Choice","Choices":[{"Condition":"{% $states.input.bad %}","Next":"Bad"}],"Default":"Good"},
		"Bad":{"Type":"Fail","Error":"Bad","Cause":"as told"},"Good":{"Type":"Pass","Output":{"n":1},"End":true}}}`)
	parent := func(pattern string, bad bool) states.Execution {
		return m.run(t, m.create(t, "P"+strings.NewReplacer(".", "", ":", "").Replace(pattern)+fmt.Sprint(bad), fmt.Sprintf(
			`{"QueryLanguage":"JSONata","StartAt":"S","States":{"S":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution%s","Arguments":{"StateMachineArn":%q,"Input":{"bad":%v}},"End":true}}}`,
			pattern, child, bad)), `{}`)
	}
	if x := parent(".sync:2", false); x.Output.Path("Output", "n").String() != "1" || x.Output.Get("Status").Str() != "SUCCEEDED" || x.Output.Get("Input").String() != `{"bad":false}` {
		t.Errorf("got %+v", x)
	}
	if x := parent(".sync", false); x.Output.Get("Output").Str() != `{"n":1}` {
		t.Errorf("got %+v", x)
	}
	if x := parent(".sync:2", true); x.Error != "States.TaskFailed" || !strings.HasPrefix(x.Cause, `{"Cause":"as told","Error":"Bad","ExecutionArn":"arn:aws:states:`) {
		t.Errorf("got %s %s", x.Error, x.Cause)
	}
	if x := m.run(t, m.create(t, "Job", `{"StartAt":"S","States":{"S":{"Type":"Task","Resource":"arn:aws:states:::glue:startJobRun.sync","Parameters":{"JobName":"j"},"End":true}}}`), `{}`); !strings.Contains(x.Cause, "it waits for the end of no jobs but executions of state machines") {
		t.Errorf("got %s %s", x.Error, x.Cause)
	}
}

// A child whose parent is stopped is stopped as well.
func TestStoppedParent(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	child := m.create(t, "Child", `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":3600,"End":true}}}`)
	parent := m.create(t, "Parent", fmt.Sprintf(`{"StartAt":"S","States":{"S":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync","TimeoutSeconds":1,"Parameters":{"StateMachineArn":%q,"Name":"c"},"End":true}}}`, child))
	if x := m.run(t, parent, `{}`); x.Error != "States.Timeout" {
		t.Errorf("got %+v", x)
	}
	if x := m.wait(t, "arn:aws:states:eu-north-1:111122223333:execution:Child:c"); x.Status != "ABORTED" {
		t.Errorf("got %+v", x)
	}
}

func TestDistributedMap(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	written := map[string]string{}
	m.services.Add("s3", api(func(_ context.Context, action string, in value.Value) (value.Value, error) {
		switch action {
		case "GetObject":
			if in.Get("Key").Str() != "rows.csv" {
				return value.Value{}, wire.Errorf("NoSuchKey", "The specified key does not exist.")
			}
			return value.Object(value.M("Body", value.String(base64.StdEncoding.EncodeToString([]byte("n\n1\n2\nbad\n"))))), nil
		case "ListObjectsV2":
			if in.Get("ContinuationToken").Exists() {
				return value.MustParse(`{"Contents":[{"Key":"b","LastModified":"2026-01-01T00:00:01Z","ETag":"\"f\"","Size":2,"StorageClass":"STANDARD"}]}`), nil
			}
			return value.MustParse(`{"Contents":[{"Key":"a","LastModified":"2026-01-01T00:00:00Z","ETag":"\"e\"","Size":1,"StorageClass":"STANDARD"}],"NextContinuationToken":"x"}`), nil
		case "PutObject":
			body, err := base64.StdEncoding.DecodeString(in.Get("Body").Str())
			written[in.Get("Key").Str()] = string(body)
			return value.Object(), err
		}
		return value.Value{}, wire.Errorf("UnknownOperationException", "%s", action)
	}))
	const each = `"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"N","States":{
		"N":{"Type":"Choice","Choices":[{"Condition":"{% $states.input.n = 'bad' %}","Next":"Bad"}],"Default":"Good"},"Bad":{"Type":"Fail","Error":"Bad"},"Good":{"Type":"Pass","End":true}}},"End":true`
	run := func(name, fields string) states.Execution {
		return m.run(t, m.create(t, name, `{"QueryLanguage":"JSONata","StartAt":"Each","States":{"Each":{"Type":"Map",`+fields+each+`}}}`), `{}`)
	}
	x := run("csv", `"ItemReader":{"Resource":"arn:aws:states:::s3:getObject","Arguments":{"Bucket":"b","Key":"rows.csv"},"ReaderConfig":{"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"}},
		"ToleratedFailureCount":1,"ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Arguments":{"Bucket":"b","Prefix":"out"},"WriterConfig":{"Transformation":"COMPACT","OutputType":"JSONL"}},`)
	key := x.Output.Path("ResultWriterDetails", "Key").Str()
	folder := strings.TrimSuffix(key, "manifest.json")
	if got := written[folder+"SUCCEEDED_0.json"]; got != "{\"n\":\"1\"}\n{\"n\":\"2\"}\n" {
		t.Errorf("%v: wrote %v", x, written)
	}
	if got := value.MustParse(written[key]).Path("ResultFiles", "FAILED").Index(0).Get("Key").Str(); got != folder+"FAILED_0.json" || !strings.Contains(written[got], `"Error":"Bad"`) {
		t.Errorf("the manifest is %s", written[key])
	}
	x = run("list", `"ItemReader":{"Resource":"arn:aws:states:::s3:listObjectsV2","Arguments":{"Bucket":"b"}},`)
	if got := x.Output.String(); got != `[{"Etag":"\"e\"","Key":"a","LastModified":1767225600,"Size":1,"StorageClass":"STANDARD"},{"Etag":"\"f\"","Key":"b","LastModified":1767225601,"Size":2,"StorageClass":"STANDARD"}]` {
		t.Errorf("got %s %s", got, x.Cause)
	}
	x = run("gone", `"ItemReader":{"Resource":"arn:aws:states:::s3:getObject","Arguments":{"Bucket":"b","Key":"x"},"ReaderConfig":{"InputType":"JSON"}},`)
	if x.Error != "States.ItemReaderFailed" || !strings.Contains(x.Cause, "The specified key does not exist.") {
		t.Errorf("got %s %s", x.Error, x.Cause)
	}
	x = run("parquet", `"ItemReader":{"Resource":"arn:aws:states:::s3:getObject","Arguments":{"Bucket":"b","Key":"rows.csv"},"ReaderConfig":{"InputType":"PARQUET"}},`)
	if !strings.Contains(x.Cause, `the content is no Parquet`) {
		t.Errorf("got %s %s", x.Error, x.Cause)
	}
}
