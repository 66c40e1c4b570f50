package glue_test

import (
	"fmt"
	"testing"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/glue"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/internal/golden"
	"github.com/stepwright/stepwright/value"
)

type Day struct {
	Date    string
	Workers *int `json:",omitempty"`
}

var all = flow.Standard("Convert", func(f *flow.Flow, in *Day) *glue.JobRun {
	job := flow.Parameter("ConvertJob").Ref()
	glue.StartJobRun(f, "Clean up", &glue.StartJobRunInput{JobName: new("clean"), ExecutionClass: new("FLEX")}, flow.Retry(glue.Busy, flow.Backoff{Attempts: 5}))
	return glue.StartJobRunSync(f, "Convert", &glue.StartJobRunInput{
		JobName: job, Arguments: map[string]*string{"--day": &in.Date}, WorkerType: new("G.1X"), NumberOfWorkers: in.Workers,
		NotificationProperty: &glue.NotificationProperty{NotifyDelayAfter: new(30)},
	}, flow.Catch(glue.NotFound, func(*flow.Caught) { flow.Fail(f, "No job", "NoJob") }))
})

func TestDocument(t *testing.T) {
	t.Parallel()
	d, found := all.Build()
	for _, x := range found {
		t.Errorf("unexpected: %s", x.Text())
	}
	golden.Equal(t, "testdata/convert.asl.json", asl.Print(d))
}

func TestRun(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   Day
		want string
	}{
		{Day{"monday", new(4)}, `{"JobName":"${ConvertJob}","Arguments":{"--day":"monday"},"WorkerType":"G.1X","NumberOfWorkers":4,"NotificationProperty":{"NotifyDelayAfter":30}}`},
		{Day{Date: "monday"}, `{"JobName":"${ConvertJob}","Arguments":{"--day":"monday"},"WorkerType":"G.1X","NotificationProperty":{"NotifyDelayAfter":30}}`},
	} {
		run := flowtest.Run(t, all, c.in, flowtest.State("Clean up", value.MustParse(`{"JobRunId": "jr1"}`)),
			flowtest.State("Convert", value.MustParse(`{"Id": "jr2", "JobRunState": "SUCCEEDED", "ExecutionTime": 77}`)))
		var got glue.JobRun
		if run.Output(&got); got.ID != "jr2" || got.ExecutionTime != 77 {
			t.Errorf("got %+v", got)
		}
		if got := run.Calls("Convert")[0].String(); got != c.want {
			t.Errorf("called with\n%s, want\n%s", got, c.want)
		}
	}
}

func ExampleStartJobRunSync() {
	w := flow.Standard("Convert", func(f *flow.Flow, in *Day) *int {
		return &glue.StartJobRunSync(f, "Convert", &glue.StartJobRunInput{
			JobName: flow.Parameter("ConvertJob").Ref(), Arguments: map[string]*string{"--day": &in.Date},
		}).ExecutionTime
	})
	d, _ := w.Build()
	fmt.Println(asl.StateValue(d.States.Get("Convert")).Get("Arguments"))
	// Output:
	// {"JobName":"${ConvertJob}","Arguments":{"--day":"{% $states.context.Execution.Input.Date %}"}}
}
