package ecs_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/ecs"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/internal/golden"
	"github.com/stepwright/stepwright/value"
)

type (
	Video    struct{ Key string }
	Rendered struct{ Frames int }
)

var (
	Encoders = ecs.ClusterOf("Encoders")
	Encode   = ecs.TaskDefinitionOf("Encode")
)

// encode is a request for key; variables are what the container gets besides.
func encode(key *string, variables ...ecs.KeyValuePair) *ecs.RunTaskInput {
	return &ecs.RunTaskInput{
		Cluster: Encoders.Ref(), TaskDefinition: Encode.Ref(), LaunchType: new("FARGATE"),
		NetworkConfiguration: ecs.Subnets(flow.Parameter("Subnet").Ref()),
		Overrides: &ecs.TaskOverride{ContainerOverrides: []ecs.ContainerOverride{{
			Name: new("encoder"), Command: []*string{new("encode"), key}, Environment: variables,
		}}},
	}
}

var all = flow.Standard("Encode", func(f *flow.Flow, in *Video) *int {
	started := ecs.RunTask(f, "Start", encode(&in.Key), flow.Retry(ecs.Busy, flow.Backoff{Attempts: 3}))
	flow.Choice(f, "Started?").
		When(flow.Above(flow.Count(f, &started.Failures), 0), func() { flow.Fail(f, "Not started", "NotStarted", &flow.Last(f, &started.Failures).Reason) })
	done := ecs.RunTaskSync(f, "Run", encode(&in.Key, ecs.Variable("KEY", &in.Key)), flow.Timeout(time.Hour),
		flow.Catch(ecs.NotStarted, func(*flow.Caught) { flow.Fail(f, "No capacity", "NoCapacity") }))
	made := ecs.RunTaskAwait(f, "Render", func(token *run.Token[Rendered]) *ecs.RunTaskInput {
		return encode(&in.Key, ecs.Variable("KEY", &in.Key), ecs.TokenVariable("TASK_TOKEN", token))
	}, flow.Timeout(time.Hour))
	return flow.Add(f, &made.Frames, flow.OrElse(f, flow.Last(f, &done.Containers).ExitCode, new(0)))
})

func TestDocument(t *testing.T) {
	t.Parallel()
	d, found := all.Build()
	for _, x := range found {
		t.Errorf("unexpected: %s", x.Text())
	}
	golden.Equal(t, "testdata/encode.asl.json", asl.Print(d))
}

func TestRun(t *testing.T) {
	t.Parallel()
	started := flowtest.State("Start", value.MustParse(`{"Tasks": [{"TaskArn": "t"}], "Failures": []}`))
	run := flowtest.Run(t, all, Video{"v.mp4"}, started,
		flowtest.State("Run", value.MustParse(`{"TaskArn": "t", "LastStatus": "STOPPED", "Containers": [{"Name": "encoder", "ExitCode": 2}]}`)),
		flowtest.State("Render", Rendered{40}))
	var frames int
	if run.Output(&frames); frames != 42 {
		t.Errorf("got %d", frames)
	}
	var got string
	for _, state := range []string{"Start", "Run"} {
		c := run.Calls(state)[0]
		got += c.Path("Overrides", "ContainerOverrides").Index(0).Get("Command").String() + c.Path("Overrides", "ContainerOverrides").Index(0).Get("Environment").String() + "\n"
	}
	if d := cmp.Diff("[\"encode\",\"v.mp4\"]null\n[\"encode\",\"v.mp4\"][{\"Name\":\"KEY\",\"Value\":\"v.mp4\"}]\n", got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if env := run.Calls("Render")[0].Path("Overrides", "ContainerOverrides").Index(0).Get("Environment"); env.Len() != 2 || env.Index(1).Get("Value").Str() == "" {
		t.Errorf("the token is not in %s", env)
	}

	flowtest.Run(t, all, Video{}, flowtest.State("Start", value.MustParse(`{"Tasks": [], "Failures": [{"Reason": "RESOURCE:MEMORY"}]}`))).FailsWith("NotStarted")
	flowtest.Run(t, all, Video{}, started, flowtest.StateFails("Run", flowtest.Error{Name: "ECS.TaskFailedToStartException"})).FailsWith("NoCapacity")
}

func ExampleRunTaskSync() {
	w := flow.Standard("Encode", func(f *flow.Flow, in *Video) *string {
		task := ecs.RunTaskSync(f, "Encode", &ecs.RunTaskInput{
			Cluster: Encoders.Ref(), TaskDefinition: Encode.Ref(), LaunchType: new("FARGATE"),
			NetworkConfiguration: ecs.Subnets(flow.Parameter("Subnet").Ref()),
			Overrides: &ecs.TaskOverride{ContainerOverrides: []ecs.ContainerOverride{{
				Name: new("encoder"), Environment: []ecs.KeyValuePair{ecs.Variable("KEY", &in.Key)},
			}}},
		})
		return &task.TaskArn
	})
	d, _ := w.Build()
	fmt.Println(asl.StateValue(d.States.Get("Encode")).Indent())
	// Output:
	// {
	//   "Type": "Task",
	//   "Resource": "arn:aws:states:::ecs:runTask.sync",
	//   "Arguments": {
	//     "TaskDefinition": "${Encode}",
	//     "Cluster": "${Encoders}",
	//     "LaunchType": "FARGATE",
	//     "NetworkConfiguration": {
	//       "AwsvpcConfiguration": {
	//         "Subnets": [
	//           "${Subnet}"
	//         ]
	//       }
	//     },
	//     "Overrides": {
	//       "ContainerOverrides": [
	//         {
	//           "Name": "encoder",
	//           "Environment": [
	//             {
	//               "Name": "KEY",
	//               "Value": "{% $states.context.Execution.Input.Key %}"
	//             }
	//           ]
	//         }
	//       ]
	//     }
	//   },
	//   "Output": "{% $states.result.TaskArn %}",
	//   "End": true
	// }
}

func ExampleRunTaskAwait() {
	w := flow.Standard("Render", func(f *flow.Flow, in *Video) *int {
		made := ecs.RunTaskAwait(f, "Render", func(token *run.Token[Rendered]) *ecs.RunTaskInput {
			return &ecs.RunTaskInput{TaskDefinition: Encode.Ref(), Overrides: &ecs.TaskOverride{
				ContainerOverrides: []ecs.ContainerOverride{{
					Name: new("render"), Environment: []ecs.KeyValuePair{ecs.TokenVariable("TASK_TOKEN", token)},
				}},
			}}
		}, flow.Timeout(time.Hour))
		return &made.Frames
	})
	d, _ := w.Build()
	fmt.Println(asl.StateValue(d.States.Get("Render")))
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::ecs:runTask.waitForTaskToken","Arguments":{"TaskDefinition":"${Encode}","Overrides":{"ContainerOverrides":[{"Name":"render","Environment":[{"Name":"TASK_TOKEN","Value":"{% $states.context.Task.Token %}"}]}]}},"TimeoutSeconds":3600,"Output":"{% $states.result.Frames %}","End":true}
}
