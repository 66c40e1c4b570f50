package batch_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/batch"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/internal/golden"
	"github.com/stepwright/stepwright/value"
)

type Scene struct{ Name string }

var (
	Queue  = batch.JobQueueOf("RenderQueue")
	Render = batch.JobDefinitionOf("Render")
)

var all = flow.Standard("Render", func(f *flow.Flow, in *Scene) *batch.JobDetail {
	first := batch.SubmitJob(f, "Prepare", &batch.SubmitJobInput{JobName: new("prepare"), JobQueue: Queue.Ref(), JobDefinition: Render.Ref()},
		flow.Retry(batch.Busy, flow.Backoff{Attempts: 3}))
	return batch.SubmitJobSync(f, "Render", &batch.SubmitJobInput{
		JobName: new("render"), JobQueue: Queue.Ref(), JobDefinition: Render.Ref(),
		DependsOn: []batch.JobDependency{{JobID: &first.JobID}}, Parameters: map[string]*string{"scene": &in.Name},
		ContainerOverrides: &batch.ContainerOverrides{
			Command: []*string{new("render"), &in.Name}, Environment: []batch.KeyValuePair{{Name: new("SCENE"), Value: &in.Name}},
			ResourceRequirements: []batch.ResourceRequirement{{Type: new("VCPU"), Value: new("2")}},
		},
		ArrayProperties: &batch.ArrayProperties{Size: new(10)}, RetryStrategy: &batch.RetryStrategy{Attempts: new(2)},
		Timeout: &batch.JobTimeout{AttemptDurationSeconds: new(600)},
	}, flow.Timeout(time.Hour))
})

func TestDocument(t *testing.T) {
	t.Parallel()
	d, found := all.Build()
	for _, x := range found {
		t.Errorf("unexpected: %s", x.Text())
	}
	golden.Equal(t, "testdata/render.asl.json", asl.Print(d))
}

func TestRun(t *testing.T) {
	t.Parallel()
	run := flowtest.Run(t, all, Scene{"night"}, flowtest.State("Prepare", value.MustParse(`{"JobName": "prepare", "JobId": "p1"}`)),
		flowtest.State("Render", value.MustParse(`{"JobName": "render", "JobId": "r1", "Status": "SUCCEEDED", "StartedAt": 1762000000000, "Container": {"ExitCode": 0}}`)))
	var got batch.JobDetail
	run.Output(&got)
	if got.JobID != "r1" || got.StartedAt != 1762000000000 || got.Container == nil || *got.Container.ExitCode != 0 {
		t.Errorf("got %+v", got)
	}
	const want = `{"JobName":"render","JobQueue":"${RenderQueue}","JobDefinition":"${Render}","Parameters":{"scene":"night"},"ContainerOverrides":{"Command":["render","night"],` +
		`"Environment":[{"Name":"SCENE","Value":"night"}],"ResourceRequirements":[{"Type":"VCPU","Value":"2"}]},"ArrayProperties":{"Size":10},"DependsOn":[{"JobId":"p1"}],` +
		`"RetryStrategy":{"Attempts":2},"Timeout":{"AttemptDurationSeconds":600}}`
	if got := run.Calls("Render")[0].String(); got != want {
		t.Errorf("called with\n%s, want\n%s", got, want)
	}
}

func ExampleSubmitJobSync() {
	w := flow.Standard("Render", func(f *flow.Flow, in *Scene) *string {
		job := batch.SubmitJobSync(f, "Render", &batch.SubmitJobInput{
			JobName: new("render"), JobQueue: Queue.Ref(), JobDefinition: Render.Ref(), Parameters: map[string]*string{"scene": &in.Name},
		})
		return &job.Status
	})
	d, _ := w.Build()
	fmt.Println(asl.StateValue(d.States.Get("Render")).Indent())
	// Output:
	// {
	//   "Type": "Task",
	//   "Resource": "arn:aws:states:::batch:submitJob.sync",
	//   "Arguments": {
	//     "JobName": "render",
	//     "JobQueue": "${RenderQueue}",
	//     "JobDefinition": "${Render}",
	//     "Parameters": {
	//       "scene": "{% $states.context.Execution.Input.Name %}"
	//     }
	//   },
	//   "Output": "{% $states.result.Status %}",
	//   "End": true
	// }
}
