package states_test

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/stepwright/stepwright/internal/oracle"
	"github.com/stepwright/stepwright/value"
)

// TestRecordedLogs runs the recorded executions that log, and compares the records.
func TestRecordedLogs(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(oracle.Dir(t), "conformance", "logs", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := value.Parse(oracle.Read(t, "conformance", "logs", name))
			if err != nil {
				t.Fatal(err)
			}
			checkLog(t, c, c.Path("expect", "extra", "logged_execution_events"))
		})
	}
}

// checkLog runs a case and compares what it logs.
func checkLog(t *testing.T, c, want value.Value) {
	t.Helper()
	m := newMachine(t)
	arn := m.create(t, "M", c.Get("definition").String(), func(in *sfn.CreateStateMachineInput) {
		in.LoggingConfiguration = &types.LoggingConfiguration{
			Level: types.LogLevel(c.Path("logging", "level").Str()), IncludeExecutionData: c.Path("logging", "includeExecutionData").Bool(),
			Destinations: []types.LogDestination{{CloudWatchLogsLogGroup: &types.CloudWatchLogsLogGroup{LogGroupArn: new(group)}}},
		}
	})
	x := m.run(t, arn, c.Get("input").String())
	if got := string(x.Status); got != c.Path("expect", "status").Str() {
		t.Fatalf("status is %s: %s %s", got, x.Error, x.Cause)
	}
	if !want.Exists() && c.Path("logging", "level").Str() == "ALL" {
		return // its log group was not there: the execution goes on regardless
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.log) != want.Len() {
		t.Fatalf("%d records, want %d: %q", len(m.log), want.Len(), m.log)
	}
	for i, line := range m.log {
		if got, want := stripped(value.MustParse(line), x.Arn), stripped(want.Index(i), ""); !value.Equal(got, want) {
			t.Errorf("record %d\ngot  %s\nwant %s", i, got, want)
		}
	}
}

// stripped takes away what differs at every run, and reads the JSON texts, as the recordings have them.
func stripped(v value.Value, arn string) value.Value {
	if v.Get("execution_arn").Str() == arn || arn == "" {
		v = v.Without("execution_arn")
	}
	d := v.Get("details").Without("roleArn")
	for _, name := range []string{"input", "output", "parameters"} {
		if x := d.Get(name); x.IsString() {
			var parsed any
			if json.Unmarshal([]byte(x.Str()), &parsed) == nil {
				d = d.With(name, value.MustParse(x.Str()))
			}
		}
	}
	return v.Without("event_timestamp").With("details", d)
}
