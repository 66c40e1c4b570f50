package states_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/aws/smithy-go"

	"github.com/stepwright/stepwright/local/s3"
	"github.com/stepwright/stepwright/local/states"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/wiretest"
	"github.com/stepwright/stepwright/value"
)

// eachOf is a machine of a Distributed Map over the items of its input.
func eachOf(fields, states string) string {
	return `{"QueryLanguage":"JSONata","StartAt":"Each","States":{"Each":{"Type":"Map","Label":"rows","Items":"{% $states.input.items %}",` + fields + `"End":true,
		"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},` + states + `}}}}`
}

const judged = `"StartAt":"N","States":{"N":{"Type":"Choice","Choices":[{"Condition":"{% $states.input = 'bad' %}","Next":"Bad"}],"Default":"Good"},
	"Bad":{"Type":"Fail","Error":"Bad","Cause":"rotten"},"Good":{"Type":"Pass","End":true}}`

func code(err error) string {
	if e, ok := errors.AsType[smithy.APIError](err); ok {
		return e.ErrorCode() + ": " + e.ErrorMessage()
	}
	return fmt.Sprint(err)
}

// A Map Run, its counters and its children are asked for with the SDK when all is over.
func TestMapRun(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	x := m.run(t, m.create(t, "M", eachOf(`"ToleratedFailureCount":1,"MaxConcurrency":2,`, judged)), `{"items":["a","bad","b"]}`)
	runs, err := m.ListMapRuns(t.Context(), &sfn.ListMapRunsInput{ExecutionArn: &x.Arn})
	if err != nil || len(runs.MapRuns) != 1 {
		t.Fatalf("got %+v %v", runs, err)
	}
	arn := runs.MapRuns[0].MapRunArn
	if a := *arn; !strings.HasPrefix(a, "arn:aws:states:eu-north-1:111122223333:mapRun:M/rows:") || *runs.MapRuns[0].StateMachineArn != "arn:aws:states:eu-north-1:111122223333:stateMachine:M/rows" || runs.MapRuns[0].StopDate == nil {
		t.Errorf("got %+v", runs.MapRuns[0])
	}
	run, err := m.DescribeMapRun(t.Context(), &sfn.DescribeMapRunInput{MapRunArn: arn})
	if err != nil {
		t.Fatal(err)
	}
	if c := run.ItemCounts; run.Status != types.MapRunStatusSucceeded || run.MaxConcurrency != 2 || run.ToleratedFailureCount != 1 || c.Total != 3 || c.Succeeded != 2 || c.Failed != 1 || c.Pending+c.Running+c.Aborted+c.TimedOut != 0 || *run.ExecutionArn != x.Arn {
		t.Errorf("got %+v %+v", run, c)
	}
	list, err := m.ListExecutions(t.Context(), &sfn.ListExecutionsInput{MapRunArn: arn, StatusFilter: types.ExecutionStatusFailed})
	if err != nil || len(list.Executions) != 1 || *list.Executions[0].MapRunArn != *arn || *list.Executions[0].ItemCount != 1 {
		t.Fatalf("got %+v %v", list, err)
	}
	failed := list.Executions[0].ExecutionArn
	d, err := m.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: failed})
	if err != nil || d.Status != types.ExecutionStatusFailed || *d.Error != "Bad" || *d.Cause != "rotten" || *d.Input != `"bad"` || *d.MapRunArn != *arn || d.RedriveStatus != types.ExecutionRedriveStatusRedrivableByMapRun {
		t.Errorf("got %+v %v", d, err)
	}
	h, err := m.GetExecutionHistory(t.Context(), &sfn.GetExecutionHistoryInput{ExecutionArn: failed, ReverseOrder: true})
	if err != nil || len(h.Events) != 5 || h.Events[0].Type != types.HistoryEventTypeExecutionFailed || *h.Events[4].ExecutionStartedEventDetails.Input != `"bad"` {
		t.Errorf("got %+v %v", h, err)
	}
	machine, err := m.DescribeStateMachineForExecution(t.Context(), &sfn.DescribeStateMachineForExecutionInput{ExecutionArn: failed})
	if err != nil || *machine.Label != "rows" || *machine.MapRunArn != *arn || *machine.Name != "M/rows" || value.MustParse(*machine.Definition).Get("StartAt").Str() != "N" {
		t.Errorf("got %+v %v", machine, err)
	}
	stopped, err := m.StopExecution(t.Context(), &sfn.StopExecutionInput{ExecutionArn: failed})
	if err != nil || !stopped.StopDate.Equal(*d.StopDate) {
		t.Errorf("stopping a child that has ended: %+v %v", stopped, err)
	}
}

// Children are listed page after page, those that were started last first.
func TestListChildren(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	x := m.run(t, m.create(t, "M", eachOf(`"ToleratedFailurePercentage":100,`, judged)), `{"items":["a","bad","b","bad","c"]}`)
	runs, err := m.ListMapRuns(t.Context(), &sfn.ListMapRunsInput{ExecutionArn: &x.Arn})
	if err != nil {
		t.Fatal(err)
	}
	arn := runs.MapRuns[0].MapRunArn
	var inputs []string
	for pages := sfn.NewListExecutionsPaginator(m.Client, &sfn.ListExecutionsInput{MapRunArn: arn, MaxResults: 2}); pages.HasMorePages(); {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Executions {
			d, err := m.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: e.ExecutionArn})
			if err != nil {
				t.Fatal(err)
			}
			inputs = append(inputs, *d.Input)
		}
	}
	if got := fmt.Sprint(inputs); got != `["c" "bad" "b" "bad" "a"]` {
		t.Errorf("got %s", got)
	}
	machine := "arn:aws:states:eu-north-1:111122223333:stateMachine:M"
	for name, in := range map[string]*sfn.ListExecutionsInput{
		"InvalidToken":                {MapRunArn: arn, NextToken: new("x")},
		"ValidationException: Either": {MapRunArn: arn, StateMachineArn: &machine},
		"ResourceNotFound":            {MapRunArn: new(*arn + "x")},
		"InvalidArn":                  {MapRunArn: &machine},
		"ValidationException: 1":      {MapRunArn: arn, MaxResults: 1001},
	} {
		if _, err := m.ListExecutions(t.Context(), in); !strings.HasPrefix(code(err), name) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// A Map Run that runs is updated; its children can be stopped; stopping the execution aborts it.
func TestMapRunRuns(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	started, err := m.StartExecution(t.Context(), &sfn.StartExecutionInput{
		StateMachineArn: new(m.create(t, "M", eachOf(`"MaxConcurrency":1,`, `"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":3600,"End":true}}`))), Input: new(`{"items":[1,2,3,4]}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	describe := func() *sfn.DescribeMapRunOutput {
		for {
			runs, err := m.ListMapRuns(t.Context(), &sfn.ListMapRunsInput{ExecutionArn: started.ExecutionArn})
			if err != nil {
				t.Fatal(err)
			}
			if len(runs.MapRuns) > 0 {
				out, err := m.DescribeMapRun(t.Context(), &sfn.DescribeMapRunInput{MapRunArn: runs.MapRuns[0].MapRunArn})
				if err != nil {
					t.Fatal(err)
				}
				if out.ItemCounts.Running > 0 || out.Status != types.MapRunStatusRunning {
					return out
				}
			}
		}
	}
	run := describe()
	if c := run.ItemCounts; c.Running != 1 || c.Pending != 3 || c.Total != 4 || run.StopDate != nil {
		t.Errorf("got %+v", c)
	}
	for name, in := range map[string]*sfn.UpdateMapRunInput{
		"ValidationException: You must":       {},
		"ValidationException: 1 validation e": {ToleratedFailurePercentage: new(float32(101))},
	} {
		in.MapRunArn = run.MapRunArn
		if _, err := m.UpdateMapRun(t.Context(), in); !strings.HasPrefix(code(err), name) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := m.UpdateMapRun(t.Context(), &sfn.UpdateMapRunInput{MapRunArn: run.MapRunArn, MaxConcurrency: new(int32(3)), ToleratedFailureCount: new(int64(1)), ToleratedFailurePercentage: new(float32(50))}); err != nil {
		t.Fatal(err)
	}
	if run = describe(); run.ItemCounts.Running != 3 || run.MaxConcurrency != 3 || run.ToleratedFailureCount != 1 || run.ToleratedFailurePercentage != 50 {
		t.Errorf("after the update: %+v %+v", run, run.ItemCounts)
	}
	list, err := m.ListExecutions(t.Context(), &sfn.ListExecutionsInput{MapRunArn: run.MapRunArn, StatusFilter: types.ExecutionStatusRunning})
	if err != nil || len(list.Executions) != 3 {
		t.Fatalf("got %+v %v", list, err)
	}
	first := list.Executions[2].ExecutionArn
	if _, err := m.StopExecution(t.Context(), &sfn.StopExecutionInput{ExecutionArn: first, Error: new("Enough")}); err != nil {
		t.Fatal(err)
	}
	if d, err := m.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: first}); err != nil || d.Status != types.ExecutionStatusAborted || *d.Error != "Enough" {
		t.Errorf("got %+v %v", d, err)
	}
	if run = describe(); run.ItemCounts.Running != 3 || run.ItemCounts.Aborted != 1 || run.ItemCounts.Pending != 0 {
		t.Errorf("after a child was stopped: %+v", run.ItemCounts)
	}
	if _, err := m.StopExecution(t.Context(), &sfn.StopExecutionInput{ExecutionArn: started.ExecutionArn}); err != nil {
		t.Fatal(err)
	}
	if run = describe(); run.Status != types.MapRunStatusAborted || run.ItemCounts.Aborted != 4 || run.StopDate == nil {
		t.Errorf("after the end: %+v %+v", run, run.ItemCounts)
	}
	if _, err := m.UpdateMapRun(t.Context(), &sfn.UpdateMapRunInput{MapRunArn: run.MapRunArn, MaxConcurrency: new(int32(3))}); !strings.Contains(code(err), "CANNOT_UPDATE_COMPLETED_MAP_RUN") {
		t.Errorf("got %v", err)
	}
	if _, err := m.ListMapRuns(t.Context(), &sfn.ListMapRunsInput{ExecutionArn: new(*started.ExecutionArn + "x")}); !strings.HasPrefix(code(err), "ExecutionDoesNotExist") {
		t.Errorf("got %v", err)
	}
}

// What is written goes to this machine's S3 in AWS's layout, also when the Map Run fails: then with what never began.
func TestResultFiles(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	store := s3.New(s3.Options{Account: wiretest.Account})
	m.services.Add("s3", store)
	if _, err := store.Create(t.Context(), wire.Resource{Type: "AWS::S3::Bucket", Properties: value.MustParse(`{"BucketName":"lake"}`)}); err != nil {
		t.Fatal(err)
	}
	get := func(key string) value.Value {
		b, err := store.Body(value.Object(value.M("Bucket", value.String("lake")), value.M("Key", value.String(key))))
		if err != nil {
			t.Fatal(key, err)
		}
		return value.MustParse(string(b))
	}
	const writer = `"MaxConcurrency":1,"ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Arguments":{"Bucket":"lake","Prefix":"out"}},`
	x := m.run(t, m.create(t, "Good", eachOf(writer, judged)), `{"items":["a","b"]}`)
	manifest := get(x.Output.Path("ResultWriterDetails", "Key").Str())
	files := manifest.Get("ResultFiles")
	if files.Get("FAILED").Len()+files.Get("PENDING").Len() != 0 || manifest.Get("DestinationBucket").Str() != "lake" || manifest.Get("MapRunArn").Str() != x.Output.Get("MapRunArn").Str() {
		t.Errorf("the manifest is %s", manifest)
	}
	good := get(files.Get("SUCCEEDED").Index(0).Get("Key").Str())
	if good.Len() != 2 || good.Index(1).Get("Output").Str() != `"b"` || good.Index(0).Get("Status").Str() != "SUCCEEDED" {
		t.Errorf("wrote %s", good)
	}
	x = m.run(t, m.create(t, "Bad", eachOf(writer, judged)), `{"items":["a","bad","b","c"]}`)
	if x.Error != "States.ExceedToleratedFailureThreshold" {
		t.Errorf("got %+v", x)
	}
	runs, err := m.ListMapRuns(t.Context(), &sfn.ListMapRunsInput{ExecutionArn: &x.Arn})
	if err != nil {
		t.Fatal(err)
	}
	folder := "out/" + (*runs.MapRuns[0].MapRunArn)[strings.LastIndexByte(*runs.MapRuns[0].MapRunArn, ':')+1:] + "/"
	for file, want := range map[string]string{"SUCCEEDED_0.json": `["a"]`, "FAILED_0.json": `["bad"]`, "PENDING_0.json": `["b","c"]`} {
		var got []string
		for _, r := range get(folder + file).Elements() {
			got = append(got, r.Get("Input").Str())
		}
		if text := "[" + strings.Join(got, ",") + "]"; text != want {
			t.Errorf("%s is %s", file, text)
		}
	}
	run, err := m.DescribeMapRun(t.Context(), &sfn.DescribeMapRunInput{MapRunArn: runs.MapRuns[0].MapRunArn})
	if c := run.ExecutionCounts; err != nil || run.Status != types.MapRunStatusFailed || c.ResultsWritten != 4 || c.Pending != 2 || c.Failed != 1 || c.Succeeded != 1 {
		t.Errorf("got %+v %v", c, err)
	}
}

// Executions that are forgotten take their Map Runs with them.
func TestMapRunsForgotten(t *testing.T) {
	t.Parallel()
	m := newMachine(t, func(c *states.Config) { c.Retain = 1 })
	arn := m.create(t, "M", eachOf("", judged))
	var all []string
	for range 4 {
		x := m.run(t, arn, `{"items":[1]}`)
		runs, err := m.ListMapRuns(t.Context(), &sfn.ListMapRunsInput{ExecutionArn: &x.Arn})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, *runs.MapRuns[0].MapRunArn)
	}
	if _, err := m.DescribeMapRun(t.Context(), &sfn.DescribeMapRunInput{MapRunArn: &all[0]}); !strings.HasPrefix(code(err), "ResourceNotFound") {
		t.Errorf("got %v", err)
	}
}
