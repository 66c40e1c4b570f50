package mediaconvert_test

import (
	"fmt"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/mediaconvert"
)

func ExampleCreateJob() {
	w := flow.Standard("Encode", func(f *flow.Flow, in *Encode) *string {
		job := mediaconvert.CreateJob(f, "Submit", &mediaconvert.CreateJobInput{
			Role: flow.Role("MediaRole").Ref(), Settings: &in.Settings, JobTemplate: &in.Template,
			UserMetadata: map[string]*string{"guid": &in.GUID},
		})
		return &job.Job.ID
	})
	d, _ := w.Build()
	fmt.Println(asl.StateValue(d.States.Get("Submit")).Get("Arguments").Str())
	// Output:
	// {% {"Role": "${MediaRole}", "Settings": $states.context.Execution.Input.settings, "JobTemplate": $states.context.Execution.Input.template, "UserMetadata": {"guid": $states.context.Execution.Input.guid}} %}
}

// A finished job's renditions.
func ExampleGetJob() {
	w := flow.Standard("Sizes", func(f *flow.Flow, id *string) *[]int {
		job := mediaconvert.GetJob(f, "Look", id)
		group := flow.At(f, &job.Job.OutputGroupDetails, new(0))
		return flow.Map(f, &group.OutputDetails, func(o *mediaconvert.OutputDetail) *int { return &o.DurationInMs })
	})
	d, _ := w.Build()
	fmt.Println(asl.StateValue(d.States.Get("Look")).Get("Arguments"))
	// Output:
	// {"Id":"{% $states.context.Execution.Input %}"}
}
